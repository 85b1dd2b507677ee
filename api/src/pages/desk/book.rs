//! What is put beside a concern: labels, a holder, notes, following.

use axum::extract::{Path, State};
use axum::response::Response;
use indexer::desk_book::{NOTICE_ASSIGNED, NOTICE_NOTED};
use indexer::{Assigned, Telling};
use models::domain::{AccountId, Concern, ConcernId};

use super::edit::again;
use super::typed::{Typed, bad, officer};
use super::{Whereabouts, at_desk, concern_path, may_hold, me, the_desk, to_edit};
use crate::access::Principal;
use crate::desk::{DeskRefusal, NOTE_MAX};
use crate::i18n::{Lang, fill};
use crate::pages::office::{Fields, go_to};
use crate::state::Shared;
use crate::views::Viewer;
use crate::{AppState, Error};

/// Longest label, in characters.
pub(super) const LABEL_MAX: usize = 40;

/// Labels on one concern.
const LABELS_MAX: usize = 12;

pub(super) async fn follow(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Path(id): Path<String>,
    Fields(fields): Fields<Vec<(String, String)>>,
) -> Result<Response, Error> {
    shared
        .read(move |app| {
            let id = ConcernId::new(id);
            at_desk(app, &principal, &id)?;
            let is_on = Typed(fields).one("viec") != "thoi";
            app.book.follow(&id, me(&principal)?, is_on)?;
            Ok(go_to(&viewer, &concern_path(&id)))
        })
        .await
}

pub(super) async fn write(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Path(id): Path<String>,
    Fields(fields): Fields<Vec<(String, String)>>,
) -> Result<Response, Error> {
    shared
        .read(move |app| {
            let (id, typed) = (ConcernId::new(id), Typed(fields));
            let concern = to_edit(app, &principal, &id)?;
            match put(app, &principal, &concern, &typed)? {
                Ok(()) => {
                    let path = format!("{}?xong=so#so", concern_path(&id));
                    Ok(go_to(&viewer, &path))
                }
                Err(refusal) => again(app, &viewer, &id, &typed, &refusal),
            }
        })
        .await
}

type Put = Result<(), DeskRefusal>;

/// Puts something beside one concern.
fn put(
    app: &AppState,
    principal: &Principal,
    concern: &Concern,
    typed: &Typed,
) -> Result<Put, Error> {
    let by = principal.by((app.clock)());
    Ok(match typed.one("viec") {
        "nhan" => label(app, principal, concern, typed.one("nhan"), true)?,
        "bo-nhan" => {
            app.book
                .set_label(&concern.id, typed.one("nhan"), false, &by)?;
            Ok(())
        }
        "giao" => {
            let to = officer("nguoi", typed.one("nguoi"))?;
            let seen = officer("nguoi_cu", typed.one("nguoi_cu"))?;
            assign(app, principal, concern, to, Some(seen))?
        }
        "ghi" => note(app, principal, concern, typed.one("ghi_chu"))?,
        "bo-ghi" => {
            let number = typed.one("so");
            let expected = "give the number of a note of yours";
            let note = number.parse().map_err(|_| bad("so", number, expected))?;
            app.book.drop_note(note, me(principal)?, &by)?;
            Ok(())
        }
        other => {
            let expected = "use nhan, bo-nhan, giao, ghi or bo-ghi";
            return Err(bad("viec", other, expected));
        }
    })
}

/// Puts a label on a concern or takes it off.
pub(super) fn label(
    app: &AppState,
    principal: &Principal,
    concern: &Concern,
    typed: &str,
    is_on: bool,
) -> Result<Put, Error> {
    let label = match the_desk(app)?.sound_words(typed, LABEL_MAX) {
        Ok(label) => label.split_whitespace().collect::<Vec<_>>().join(" "),
        Err(DeskRefusal::Failed) => return Err(Error::Desk),
        Err(refusal) => return Ok(Err(refusal)),
    };
    if is_on && app.book.slip(&concern.id)?.labels.len() >= LABELS_MAX {
        return Ok(Err(DeskRefusal::Unsound {
            vi: format!("mỗi vấn đề tối đa {LABELS_MAX} nhãn; hãy gỡ bớt"),
            en: format!("at most {LABELS_MAX} labels on a concern; take one off"),
        }));
    }
    let by = principal.by((app.clock)());
    app.book.set_label(&concern.id, &label, is_on, &by)?;
    Ok(Ok(()))
}

/// Gives a concern to somebody who may look at it.
#[expect(
    clippy::option_option,
    reason = "what was seen, if anything, may be nobody"
)]
pub(super) fn assign(
    app: &AppState,
    principal: &Principal,
    concern: &Concern,
    to: Option<AccountId>,
    seen: Option<Option<AccountId>>,
) -> Result<Put, Error> {
    if let Some(to) = to {
        let account = app.accounts.account(to)?;
        let place = Whereabouts::of(concern);
        if !account.is_some_and(|account| may_hold(&account, &place)) {
            return Ok(Err(DeskRefusal::Unsound {
                vi: "cán bộ đó không xem được vấn đề này; hãy chọn người khác".to_owned(),
                en: "that officer may not look at this concern; choose another".to_owned(),
            }));
        }
    }
    let telling = Telling {
        kind: NOTICE_ASSIGNED.to_owned(),
        concern: Some(concern.id.clone()),
        link: concern_path(&concern.id),
        words: concern.title.clone(),
    };
    let by = principal.by((app.clock)());
    let assigned = app.book.assign(&concern.id, to, seen, &telling, &by)?;
    Ok(match assigned {
        Assigned::Done | Assigned::Same => Ok(()),
        Assigned::HeldBy(holder) => {
            let name = match holder {
                Some(id) => app
                    .accounts
                    .account(id)?
                    .map(|account| account.display_name),
                None => None,
            };
            let said = |lang: Lang| {
                let d = lang.desk();
                match &name {
                    Some(name) => fill(d.held_meanwhile, &[name]),
                    None => d.held_by_nobody.to_owned(),
                }
            };
            Err(DeskRefusal::Unsound {
                vi: said(Lang::Vi),
                en: said(Lang::En),
            })
        }
    })
}

fn note(
    app: &AppState,
    principal: &Principal,
    concern: &Concern,
    words: &str,
) -> Result<Put, Error> {
    let body = match the_desk(app)?.sound_words(words, NOTE_MAX) {
        Ok(body) => body,
        Err(DeskRefusal::Failed) => return Err(Error::Desk),
        Err(refusal) => return Ok(Err(refusal)),
    };
    let by = principal.by((app.clock)());
    let telling = Telling {
        kind: NOTICE_NOTED.to_owned(),
        concern: Some(concern.id.clone()),
        link: format!("{}#ghi-chu", concern_path(&concern.id)),
        words: concern.title.clone(),
    };
    app.book.add_note(&concern.id, &body, &telling, &by)?;
    Ok(Ok(()))
}
