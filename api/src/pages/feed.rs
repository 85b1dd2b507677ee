//! Atom feeds: the city's digests, each unit's and each agency's; and what is new of a concern.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use indexer::archive::Page;
use models::domain::{ConcernId, DigestScope};

use super::unit::known_unit;
use crate::Error;
use crate::state::{AppState, Shared};
use crate::told::{ToldConcern, with_parts};
use crate::views::{FeedPage, FeedSite, Publication};

/// Days in a feed.
const DAYS: usize = 14;

pub(super) async fn city(State(shared): State<Shared>) -> Result<Response, Error> {
    let name = shared.city.clone();
    shared
        .read(move |app| feed(app, &name, &DigestScope::City))
        .await
}

pub(super) async fn unit(
    State(shared): State<Shared>,
    Path(code): Path<String>,
) -> Result<Response, Error> {
    let unit = known_unit(&shared, &code)?;
    shared
        .read(move |app| feed(app, &unit.full_name(), &DigestScope::Unit(unit.code)))
        .await
}

pub(super) async fn agency(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let agency = shared.known_agency(&id)?.clone();
    shared
        .read(move |app| feed(app, &agency.name, &DigestScope::Agency(agency.id.clone())))
        .await
}

/// Mentions in the feed of a concern.
const MENTIONS: usize = 50;

pub(super) async fn concern(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    shared
        .read(move |app| {
            let id = ConcernId::new(id);
            let concern = app.archive.concern(&id)?.ok_or_else(|| Error::NotFound {
                what: "concern",
                name: id.as_str().chars().take(80).collect(),
            })?;
            let told = ToldConcern::read(app, &concern)?;
            let ids = with_parts(&concern, &told.parts);
            let newest = app
                .archive
                .mentions_of_concerns(&ids, &Page::first(MENTIONS))?;
            let sources = |mention: &models::domain::Mention| app.source_name(&mention.source);
            let page =
                FeedPage::of_concern(FeedSite::of(app), &concern, &told, &newest.items, sources);
            respond(&page)
        })
        .await
}

fn respond(page: &FeedPage) -> Result<Response, Error> {
    let kind = "application/atom+xml; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], page.render()?).into_response())
}

fn feed(app: &AppState, name: &str, scope: &DigestScope) -> Result<Response, Error> {
    let mut published = Vec::new();
    for day in app.archive.digest_days(scope)?.into_iter().take(DAYS) {
        let revisions = app.archive.revisions(scope, day)?;
        let Some(latest) = revisions.last() else {
            continue;
        };
        if let Some(digest) = app.archive.digest(scope, day, None)? {
            published.push(Publication {
                digest,
                at: latest.published_at,
            });
        }
    }
    respond(&FeedPage::new(FeedSite::of(app), name, scope, &published))
}
