//! Atom feeds: the city's digests, each unit's and each agency's.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use models::domain::DigestScope;

use super::unit::known_unit;
use crate::Error;
use crate::state::{AppState, Shared};
use crate::views::{FeedPage, Publication};

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
    let body = FeedPage::new(name, scope, &published).render()?;
    let kind = "application/atom+xml; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], body).into_response())
}
