//! One thing done to several concerns. Each is an edit of its own; those that could not be made are named.

use axum::extract::State;
use axum::response::Response;
use models::domain::{Account, AccountId, Concern, ConcernEdit, ConcernId};

use super::typed::{Typed, bad, officer, seen_one};
use super::{book, hand, the_desk, to_edit, with_status};
use crate::access::Principal;
use crate::desk::DeskRefusal;
use crate::http::Params;
use crate::i18n::Lang;
use crate::pages::html;
use crate::pages::office::{Fields, go_to};
use crate::state::Shared;
use crate::views::bench::{BulkAskPage, BulkOutcome, BulkPick, BulkResultPage};
use crate::views::{Layout, Nav, Viewer};
use crate::{AppState, Error};

/// Concerns of one action: a page of the queue.
const PICKS_MAX: usize = crate::desk::QUEUE_PAGE;

/// A concern that was ticked, as it was seen.
struct Pick {
    id: ConcernId,
    version: u64,
    holder: Option<AccountId>,
}

/// Ticks have the form `version:holder:concern`.
fn picks(typed: &Typed) -> Result<Vec<Pick>, Error> {
    let read = |text: &str| {
        let (version, rest) = text.split_once(':')?;
        let (holder, id) = rest.split_once(':')?;
        Some(Pick {
            id: ConcernId::new(id),
            version: version.parse().ok()?,
            holder: officer("chon", holder).ok()?,
        })
    };
    let expected = "tick concerns on the page of the queue";
    let picks = typed
        .all("chon")
        .map(|text| read(text).ok_or_else(|| bad("chon", text, expected)));
    let picks = picks.collect::<Result<Vec<_>, _>>()?;
    if picks.len() > PICKS_MAX {
        return Err(bad("chon", "", "tick at most one page of concerns"));
    }
    Ok(picks)
}

/// Asks for what hiding and merging need.
pub(super) async fn ask(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Params(fields): Params<Vec<(String, String)>>,
) -> Result<Response, Error> {
    shared
        .read(move |app| {
            let typed = Typed(fields);
            ask_page(app, &viewer, &principal, &typed, None)
        })
        .await
}

fn ask_page(
    app: &AppState,
    viewer: &Viewer,
    principal: &Principal,
    typed: &Typed,
    said: Option<&str>,
) -> Result<Response, Error> {
    let d = viewer.lang.desk();
    let mut shown = Vec::new();
    for pick in picks(typed)? {
        let concern = to_edit(app, principal, &pick.id)?;
        shown.push(BulkPick::new(
            app,
            viewer.lang,
            &concern,
            pick.version,
            pick.holder,
        ));
    }
    let is_merge = match typed.one("viec") {
        "gop" => true,
        "an" => false,
        other => return Err(bad("viec", other, "use gop or an")),
    };
    let missing = match shown.len() {
        0 => Some(d.bulk_none),
        1 if is_merge => Some(d.bulk_two),
        _ => None,
    };
    let page = Layout::new(viewer, &app.city, Nav::Elsewhere, d.bulk_title).for_the_desk();
    let is_bad = said.is_some() || missing.is_some();
    let page = BulkAskPage::new(
        page,
        shown,
        is_merge,
        typed.one("ly_do"),
        typed.one("ve"),
        said.or(missing),
        missing.is_none(),
    );
    let status = if is_bad { 422 } else { 200 };
    Ok(with_status(status, html(&page)?))
}

/// Does it.
pub(super) async fn act(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Fields(fields): Fields<Vec<(String, String)>>,
) -> Result<Response, Error> {
    shared
        .read(move |app| {
            let typed = Typed(fields);
            let d = viewer.lang.desk();
            let picks = picks(&typed)?;
            let needs_reason = matches!(typed.one("viec"), "gop" | "an");
            if needs_reason {
                let reason = the_desk(app)?.sound_words(typed.one("ly_do"), 500);
                if let Err(DeskRefusal::Unsound { vi, en }) = &reason {
                    let said = if viewer.lang == Lang::Vi { vi } else { en };
                    return ask_page(app, &viewer, &principal, &typed, Some(said));
                }
            }
            let page = Layout::new(&viewer, &app.city, Nav::Elsewhere, d.bulk_title);
            if picks.is_empty() {
                let page = page.for_the_desk();
                let page = BulkResultPage::nothing(page, d.bulk_none, typed.one("ve"));
                return Ok(with_status(422, html(&page)?));
            }
            let accounts = app.accounts.accounts()?;
            let mut outcomes = Vec::new();
            for pick in &picks {
                let Some(outcome) = one(app, &principal, &typed, pick, &accounts)? else {
                    continue;
                };
                outcomes.push(outcome);
            }
            let n_done = outcomes.iter().filter(|one| one.refusal.is_none()).count();
            if n_done == outcomes.len() {
                let query = typed.one("ve");
                return Ok(go_to(
                    &viewer,
                    &format!("/ban-lam-viec?xong={n_done}&xem=tat-ca&{}", safe(query)),
                ));
            }
            let page = BulkResultPage::new(page.for_the_desk(), outcomes, typed.one("ve"));
            Ok(with_status(422, html(&page)?))
        })
        .await
}

/// Filters to go back to; anything else leads to the whole queue.
fn safe(query: &str) -> String {
    super::queue::read_query(query).map_or_else(String::new, |asked| asked.query(&[]))
}

/// Does it to one concern; `None` for the one that others are merged into.
fn one(
    app: &AppState,
    principal: &Principal,
    typed: &Typed,
    pick: &Pick,
    accounts: &[Account],
) -> Result<Option<BulkOutcome>, Error> {
    let outcome = |concern: Option<&Concern>, refusal| BulkOutcome {
        concern: pick.id.clone(),
        title: concern.map_or_else(|| pick.id.to_string(), |found| found.title.clone()),
        refusal,
    };
    let concern = match to_edit(app, principal, &pick.id) {
        Ok(concern) => concern,
        Err(Error::NotFound { .. } | Error::Denied(_)) => {
            let refusal = DeskRefusal::Unsound {
                vi: "ngoài phạm vi của bạn".to_owned(),
                en: "beyond your reach".to_owned(),
            };
            return Ok(Some(outcome(None, Some(refusal))));
        }
        Err(other) => return Err(other),
    };
    let done = match typed.one("viec") {
        "nhan" => book::label(app, principal, &concern, typed.one("nhan"), true)?,
        "bo-nhan" => book::label(app, principal, &concern, typed.one("nhan"), false)?,
        "giao" => {
            let to = officer("nguoi", typed.one("nguoi"))?;
            if to.is_some_and(|to| !accounts.iter().any(|account| account.id == to)) {
                return Err(bad(
                    "nguoi",
                    typed.one("nguoi"),
                    "choose an officer of the list",
                ));
            }
            book::assign(app, principal, &concern, to, Some(pick.holder))?
        }
        "an" => edit(
            app,
            principal,
            typed,
            ConcernEdit::Hide(pick.id.clone()),
            &[(pick.id.clone(), pick.version)],
        )?,
        "gop" => {
            let into = typed.need("vao", "choose the concern to keep")?;
            let (into, version) = seen_one("vao", into)?;
            if into == pick.id {
                return Ok(None);
            }
            to_edit(app, principal, &into)?;
            // Each merge makes the next version of the one kept; what counts is that nobody else did.
            let mine = app.archive.corrections_of_concern(&into)?;
            let later = mine.iter().filter(|made| made.seq > version);
            let login = &super::whose(principal)?.account.login;
            let is_ours = later.clone().all(|made| made.officer == *login);
            let seen_into = if is_ours {
                mine.last().map_or(version, |made| made.seq)
            } else {
                version
            };
            let seen = [(pick.id.clone(), pick.version), (into.clone(), seen_into)];
            edit(
                app,
                principal,
                typed,
                ConcernEdit::Merge(pick.id.clone(), into),
                &seen,
            )?
        }
        other => {
            let expected = "use nhan, bo-nhan, giao, an or gop";
            return Err(bad("viec", other, expected));
        }
    };
    Ok(Some(outcome(Some(&concern), done.err())))
}

fn edit(
    app: &AppState,
    principal: &Principal,
    typed: &Typed,
    edit: ConcernEdit,
    seen: &[(ConcernId, u64)],
) -> Result<Result<(), DeskRefusal>, Error> {
    let hand = hand(app, principal, typed.one("ly_do"))?;
    match the_desk(app)?.edit(&hand, edit, seen) {
        Ok(_) => Ok(Ok(())),
        Err(DeskRefusal::Failed) => Err(Error::Desk),
        Err(refusal) => Ok(Err(refusal)),
    }
}
