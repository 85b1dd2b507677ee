//! `/nguon`: the state of the sources; `/nguon/{id}`: one of them with its history.

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::{SignedDuration, ToSpan};
use models::domain::SourceId;
use models::rhythm::HISTORY_DAYS;

use super::html;
use crate::Error;
use crate::state::{AppState, Shared};
use crate::views::{
    LEARNED_DAYS, Layout, Nav, STRIP_DAYS, Seen, SourceInput, SourcePage, SourcesPage, Viewer,
};

/// Visits shown of one source.
const VISITS: usize = 24;

pub(super) async fn show(State(shared): State<Shared>, viewer: Viewer) -> Result<Response, Error> {
    shared
        .read(move |app| {
            let health = app.archive.latest_health()?;
            let title = viewer.lang.texts().nav_sources;
            let layout = Layout::new(&viewer, &app.city, Nav::Sources, title);
            html(&SourcesPage::new(app, layout, &health, &seen(app)?))
        })
        .await
}

pub(super) async fn show_one(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    viewer: Viewer,
) -> Result<Response, Error> {
    shared
        .read(move |app| {
            let input = source_input(app, &id)?;
            let layout = Layout::new(&viewer, &app.city, Nav::Sources, &input.source.name);
            html(&SourcePage::new(app, layout, &input))
        })
        .await
}

/// What is on record of one source.
pub(crate) fn source_input(app: &AppState, id: &str) -> Result<SourceInput, Error> {
    let source = app.source(&SourceId::new(id)).cloned();
    let source = source.ok_or_else(|| Error::NotFound {
        what: "source",
        name: id.chars().take(80).collect(),
    })?;
    let since = (app.clock)() - SignedDuration::from_hours(24 * i64::from(HISTORY_DAYS));
    Ok(SourceInput {
        visits: app.archive.health_history(&source.id, VISITS)?,
        moments: app.archive.moments_of_source(&source.id, since)?,
        seen: seen(app)?,
        source,
    })
}

fn seen(app: &AppState) -> Result<Seen, Error> {
    let today = app.today();
    let from = |days: i64| today.saturating_sub((days - 1).days());
    Ok(Seen {
        days: app.archive.source_days(from(STRIP_DAYS), today)?,
        heard: app.archive.mention_counts(from(LEARNED_DAYS), today)?,
    })
}
