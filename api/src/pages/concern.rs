//! `/van-de/{id}`: one concern with its evidence.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use indexer::archive::Page;
use models::domain::{AlertSubject, AnnotatedMention, ConcernId, LifeEvent, MentionId};
use serde::Deserialize;

use super::alerts::running_about;
use super::desk::desk_link;
use super::html;
use super::request::asked_panel;
use crate::Error;
use crate::access::Principal;
use crate::http::Params;
use crate::i18n::Lang;
use crate::state::{AppState, Shared};
use crate::told::{ToldConcern, with_parts};
use crate::views::{ConcernInput, ConcernPage, Layout, Nav, Viewer};

/// Which page of the evidence.
#[derive(Deserialize)]
pub(super) struct Wanted {
    tiep: Option<String>,
}

/// Mentions a page.
const PAGE: usize = 40;

pub(super) async fn show(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    viewer: Viewer,
    principal: Principal,
    Params(Wanted { tiep }): Params<Wanted>,
) -> Result<Response, Error> {
    shared
        .read(move |app| {
            let id = ConcernId::new(id);
            // Merging can be undone, so this is no permanent move.
            if let Some(whole) = app.merged_into(&id)? {
                return Ok(Redirect::temporary(&viewer.lang.concern_href(&whole)).into_response());
            }
            if app.archive.concern(&id)?.is_none()
                && let Some(from) = app.split_from(&id)?
            {
                return Ok(Redirect::temporary(&viewer.lang.concern_href(&from)).into_response());
            }
            let input = concern_input(app, &id, tiep)?;
            let asked = asked_panel(app, viewer.lang, &principal, &input.concern)?;
            let title = input.told.title(&input.concern).to_owned();
            let feed = format!("{}/tin.atom", Lang::Vi.concern_href(&input.concern.id));
            let alerts = running_about(app, &principal, &viewer, AlertSubject::Concern(id))?;
            let layout = Layout::new(&viewer, &app.city, Nav::Elsewhere, title)
                .with_feed(feed)
                .with_alerts(alerts);
            html(&ConcernPage {
                asked,
                at_desk: desk_link(&viewer, &principal, &input.concern),
                ..ConcernPage::new(app, layout, &input)
            })
        })
        .await
}

pub(super) fn concern_input(
    app: &AppState,
    id: &ConcernId,
    after: Option<String>,
) -> Result<ConcernInput, Error> {
    let concern = app.archive.concern(id)?.ok_or_else(|| Error::NotFound {
        what: "concern",
        name: id.as_str().chars().take(80).collect(),
    })?;
    let page = Page {
        limit: PAGE,
        after: after.filter(|cursor| !cursor.is_empty()),
    };
    let told = ToldConcern::read(app, &concern)?;
    let ids = with_parts(&concern, &told.parts);
    let listing = app.archive.mentions_of_concerns(&ids, &page)?;
    Ok(ConcernInput {
        concern,
        told,
        parents: parents(app, &listing.items)?,
        lives: lives(app, &listing.items)?,
        mentions: listing.items,
        next: listing.next,
    })
}

/// Mentions replied to that are not on the page themselves.
fn parents(app: &AppState, mentions: &[AnnotatedMention]) -> Result<Vec<AnnotatedMention>, Error> {
    let mut missing = mentions
        .iter()
        .filter_map(|annotated| annotated.mention.parent.clone())
        .filter(|parent| !mentions.iter().any(|other| other.mention.id == *parent))
        .collect::<Vec<_>>();
    missing.sort_unstable();
    missing.dedup();
    Ok(app.archive.mentions(&missing)?)
}

type Lives = HashMap<MentionId, Vec<LifeEvent>>;

fn lives(app: &AppState, mentions: &[AnnotatedMention]) -> Result<Lives, Error> {
    let tickets = mentions
        .iter()
        .filter(|annotated| annotated.mention.ticket.is_some());
    tickets
        .map(|annotated| {
            let id = &annotated.mention.id;
            Ok((id.clone(), app.ticket_life(annotated)?))
        })
        .collect()
}
