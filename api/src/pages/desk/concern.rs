//! A concern at the desk.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use indexer::Unread;
use models::domain::Action::EditConcerns;
use models::domain::{Account, AccountId, ConcernId};
use serde::Deserialize;

use super::{Whereabouts, at_desk, concern_path, may_hold, me};
use crate::access::Principal;
use crate::desk::Doing;
use crate::http::Params;
use crate::i18n::{Lang, fill};
use crate::pages::concern::concern_input;
use crate::pages::html;
use crate::state::Shared;
use crate::views::bench::{DeskConcernInput, DeskConcernPage};
use crate::views::{Layout, Nav, Viewer};
use crate::{AppState, Error};

/// Which page of the evidence, and what was just done.
#[derive(Deserialize)]
pub(super) struct Wanted {
    tiep: Option<String>,
    xong: Option<String>,
}

pub(super) async fn show(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Path(id): Path<String>,
    Params(wanted): Params<Wanted>,
) -> Result<Response, Error> {
    let room = shared.desk_room();
    shared
        .read(move |app| {
            let id = ConcernId::new(id);
            if let Some(whole) = app.merged_into(&id)? {
                let path = viewer.lang.href(&concern_path(&whole));
                return Ok(Redirect::temporary(&path).into_response());
            }
            let concern = at_desk(app, &principal, &id)?;
            let (me, now) = (me(&principal)?, (app.clock)());
            // Who looks has been told.
            if principal.unread() > 0 {
                app.book.mark_read(me, &Unread::Of(id.clone()), now)?;
            }
            let others = room.presence().arrive(&id, me, Doing::Looking, now);
            let place = Whereabouts::of(&concern);
            let can_edit = app.desk.is_some() && place.is_within(principal.may(EditConcerns));
            let accounts = app.accounts.accounts()?;
            let holders = accounts.iter().filter(|account| may_hold(account, &place));
            let holders = holders.cloned().collect::<Vec<_>>();
            let evidence = concern_input(app, &id, wanted.tiep)?;
            let mut ids = vec![id.clone()];
            ids.extend(evidence.told.parts.iter().map(|part| part.id.clone()));
            let input = DeskConcernInput {
                slip: app.book.slip(&id)?,
                notes: app.book.notes(&ids)?,
                is_followed: app.book.followed(me)?.contains(&id),
                others: names(viewer.lang, &accounts, &others),
                known_labels: known_labels(app)?,
                can_edit,
                me,
                holders,
                accounts,
                done: wanted.xong,
                evidence,
            };
            let title = input.evidence.told.title(&concern).to_owned();
            let page = Layout::new(&viewer, &app.city, Nav::Elsewhere, title).for_the_desk();
            html(&DeskConcernPage::new(app, page, &input))
        })
        .await
}

/// Labels in use, to be offered.
fn known_labels(app: &AppState) -> Result<Vec<String>, Error> {
    let slips = app.book.slips()?.into_iter();
    let mut labels = slips.flat_map(|slip| slip.labels).collect::<Vec<_>>();
    labels.sort_unstable();
    labels.dedup();
    Ok(labels)
}

/// Who else is there, in words; empty for nobody.
fn names(lang: Lang, accounts: &[Account], others: &[(AccountId, Doing)]) -> String {
    let d = lang.desk();
    let name = |(id, doing): &(AccountId, Doing)| {
        let account = accounts.iter().find(|account| account.id == *id)?;
        Some(match doing {
            Doing::Looking => account.display_name.clone(),
            Doing::Editing => fill(d.doing_editing, &[&account.display_name]),
        })
    };
    let names = others.iter().filter_map(name).collect::<Vec<_>>();
    if names.is_empty() {
        return String::new();
    }
    fill(d.others_here, &[&names.join(", ")])
}

/// What one does there.
#[derive(Deserialize)]
pub(super) struct DoingParam {
    sua: Option<String>,
}

/// Who else is there, as a line of text: asked again and again by a page that is open.
pub(super) async fn presence(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Path(id): Path<String>,
    Params(DoingParam { sua }): Params<DoingParam>,
) -> Result<Response, Error> {
    let room = shared.desk_room();
    shared
        .read(move |app| {
            let id = ConcernId::new(id);
            at_desk(app, &principal, &id)?;
            let doing = if sua.is_some() {
                Doing::Editing
            } else {
                Doing::Looking
            };
            let others = room
                .presence()
                .arrive(&id, me(&principal)?, doing, (app.clock)());
            let line = names(viewer.lang, &app.accounts.accounts()?, &others);
            let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
            Ok((kind, line).into_response())
        })
        .await
}
