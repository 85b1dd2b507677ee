//! Edits of one concern. What is refused comes back as the same form with what was typed.

use axum::extract::{Path, State};
use axum::response::Response;
use models::domain::{ConcernEdit, ConcernId, root};

use super::typed::Typed;
use super::{concern_path, hand, the_desk, to_edit, unknown, with_status};
use crate::access::Principal;
use crate::desk::DeskRefusal;
use crate::pages::html;
use crate::pages::office::{Fields, go_to};
use crate::state::Shared;
use crate::views::bench::{AgainInput, AgainPage};
use crate::views::{Layout, Nav, Viewer};
use crate::{AppState, Error};

pub(super) async fn edit(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Path(id): Path<String>,
    Fields(fields): Fields<Vec<(String, String)>>,
) -> Result<Response, Error> {
    shared
        .read(move |app| {
            let (id, typed) = (ConcernId::new(id), Typed(fields));
            to_edit(app, &principal, &id)?;
            let (edit, seen) = typed.wish(app, &id)?;
            for other in named(app, &id, &edit)? {
                to_edit(app, &principal, &other)?;
            }
            let hand = hand(app, &principal, typed.one("ly_do"))?;
            match the_desk(app)?.edit(&hand, edit, &seen) {
                Ok(made) => {
                    let lands_on = match &made.change {
                        models::domain::CorrectionChange::Merge(_, into) => into,
                        _ => &id,
                    };
                    let path = format!("{}?xong=sua#lich-su", concern_path(lands_on));
                    Ok(go_to(&viewer, &path))
                }
                Err(DeskRefusal::Failed) => Err(Error::Desk),
                Err(refusal) => again(app, &viewer, &id, &typed, &refusal),
            }
        })
        .await
}

/// The concerns an edit is about beside the one of its page; those that are not grouped yet have no place
/// of their own.
fn named(app: &AppState, id: &ConcernId, edit: &ConcernEdit) -> Result<Vec<ConcernId>, Error> {
    match edit {
        ConcernEdit::Merge(_, into) => Ok(vec![into.clone()]),
        ConcernEdit::Undo(seq) => {
            let all = app.archive.corrections_of_concern(id)?;
            let made = all.iter().find(|made| made.seq == *seq);
            let made = made.ok_or_else(|| unknown(id))?;
            let root = root(&all, made).unwrap_or(made);
            let mut others = Vec::new();
            for other in root.change.concerns() {
                if other != id && app.archive.concern(other)?.is_some() {
                    others.push(other.clone());
                }
            }
            Ok(others)
        }
        _ => Ok(Vec::new()),
    }
}

/// The form once more, with what happened meanwhile or what is wrong with it.
pub(super) fn again(
    app: &AppState,
    viewer: &Viewer,
    id: &ConcernId,
    typed: &Typed,
    refusal: &DeskRefusal,
) -> Result<Response, Error> {
    let d = viewer.lang.desk();
    let is_stale = matches!(refusal, DeskRefusal::Stale(_));
    let title = if is_stale {
        d.stale_title
    } else {
        d.refused_title
    };
    let page = Layout::new(viewer, &app.city, Nav::Elsewhere, title).for_the_desk();
    // The form goes on from what is true now.
    let mut named = typed.seen()?;
    if let Some((_, into)) = typed.one("vao").split_once(':') {
        named.push((ConcernId::new(into), 0));
    }
    if !named.iter().any(|(known, _)| known == id) {
        named.push((id.clone(), 0));
    }
    let mut meanwhile = Vec::new();
    let mut now = Vec::new();
    for (concern, seen) in &named {
        now.push((concern.clone(), app.archive.concern_version(concern)?));
        let seen = typed_version(typed, concern).unwrap_or(*seen);
        let made = app.archive.corrections_of_concern(concern)?.into_iter();
        let later = made.filter(|made| is_stale && made.seq > seen);
        meanwhile.extend(later.map(|made| (concern.clone(), made)));
    }
    meanwhile.sort_by_key(|(_, made)| made.seq);
    meanwhile.dedup_by_key(|(_, made)| made.seq);
    let concern = app.archive.concern(id)?.ok_or_else(|| unknown(id))?;
    let accounts = app.accounts.accounts()?;
    let said = match refusal {
        DeskRefusal::Unsound { vi, en } => Some(if viewer.lang.code() == "vi" { vi } else { en }),
        _ => None,
    };
    let input = AgainInput {
        concern: &concern,
        action: format!("{}/sua", concern_path(id)),
        back: concern_path(id),
        fields: &typed.0,
        now: &now,
        meanwhile: &meanwhile,
        said: said.map(String::as_str),
        accounts: &accounts,
    };
    let status = if is_stale { 409 } else { 422 };
    Ok(with_status(
        status,
        html(&AgainPage::new(app, page, &input))?,
    ))
}

/// The version a form says was seen.
fn typed_version(typed: &Typed, concern: &ConcernId) -> Option<u64> {
    let fields = typed
        .0
        .iter()
        .filter(|(name, _)| name == "thay" || name == "vao");
    let mut pairs = fields.filter_map(|(_, value)| value.split_once(':'));
    let (version, _) = pairs.find(|(_, id)| *id == concern.as_str())?;
    version.parse().ok()
}
