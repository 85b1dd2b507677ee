//! `/quan-tri/thu`: messages that were given up and letters that came back. Nothing is sent again by itself;
//! what may have arrived is not sent again from here at all.

use axum::extract::{Path, State};
use axum::response::Response;
use indexer::{AuditEntry, MessageState};
use models::domain::{About, Action};
use serde::Deserialize;

use super::go_to;
use crate::Error;
use crate::access::Principal;
use crate::http::Params;
use crate::pages::html;
use crate::state::Shared;
use crate::views::{BounceRow, Layout, LetterRow, LettersPage, Nav, Viewer};

/// Messages and bounces of the page, the newest first.
const MOST: usize = 200;

/// What was just done.
#[derive(Deserialize)]
pub(super) struct Done {
    gui: Option<String>,
}

pub(super) async fn list(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Params(done): Params<Done>,
) -> Result<Response, Error> {
    principal.require(Action::ReadAudit, About::City)?;
    shared
        .read(move |app| {
            let (lang, o) = (viewer.lang, viewer.lang.office());
            let dead = app.outbox.messages(None, Some(MessageState::Dead), MOST)?;
            let mut rows = Vec::new();
            for message in &dead {
                let last = app.outbox.attempts(message.id)?.pop();
                rows.push(LetterRow::new(lang, &app.ways, message, last.as_ref()));
            }
            let bounces = app.outbox.bounces(None, MOST)?;
            html(&LettersPage {
                rows,
                bounces: bounces
                    .iter()
                    .map(|bounce| BounceRow::new(lang, bounce))
                    .collect(),
                done: done.gui.map(|_| o.letters_again),
                page: Layout::new(&viewer, &app.city, Nav::Elsewhere, o.nav_letters).for_officers(),
                o,
            })
        })
        .await
}

pub(super) async fn again(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Path(id): Path<u64>,
) -> Result<Response, Error> {
    // Who may see what was given up may have it sent: administrators of the whole city.
    principal.require(Action::ReadAudit, About::City)?;
    let by = principal.by((shared.clock)());
    shared
        .read(move |app| {
            let message = app.outbox.message(id)?.ok_or_else(|| Error::NotFound {
                what: "message",
                name: id.to_string(),
            })?;
            let last = app.outbox.attempts(id)?.pop();
            if !LetterRow::is_safe(last.as_ref()) {
                return Err(Error::Refused(
                    axum::http::StatusCode::CONFLICT,
                    "it may have arrived; ask who was to get it, then use `langnghe endpoints retry`",
                ));
            }
            // One that is on its way again already needs no second line.
            if app.outbox.revive(id, by.at)? {
                let entry = AuditEntry {
                    action: "message.retry".to_owned(),
                    object: format!("message/{id}"),
                    before: None,
                    after: Some(serde_json::json!({ "key": message.key }).to_string()),
                };
                app.accounts.audit(&entry, &by)?;
            }
            Ok(())
        })
        .await?;
    Ok(go_to(&viewer, "/quan-tri/thu?gui=1"))
}
