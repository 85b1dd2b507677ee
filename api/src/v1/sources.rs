//! Sources and their health.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use models::rhythm::Rhythm;

use serde::Deserialize;
use utoipa::IntoParams;

use super::list::{Paged, answer};
use super::{parse_format, table};
use crate::Error;
use crate::http::{Params, Problem};
use crate::lines::{HealthView, RhythmView, SourceDayView, SourceHistoryView, SourceView};
use crate::pages::source_input;
use crate::state::Shared;
use crate::views::days_of;

/// Which shape.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// `json` or `csv`.
    #[param(pattern = "^(json|csv)$")]
    format: Option<String>,
}

/// All sources with the latest observation of each, by id.
#[utoipa::path(
    get,
    path = "/api/v1/sources",
    tag = "city",
    params(Wanted, Paged),
    responses(
        (status = 200, description = "Sources", content(
            (Vec<SourceView> = "application/json"),
            (String = "text/csv"),
        )),
        (status = 400, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(
    State(shared): State<Shared>,
    Params(wanted): Params<Wanted>,
    Params(paged): Params<Paged>,
    uri: Uri,
) -> Result<Response, Error> {
    let format = parse_format(wanted.format.as_deref())?;
    let turn = paged.read()?;
    let lines = shared
        .read(move |app| {
            let health = app.archive.latest_health()?;
            let of = |source: &models::domain::Source| {
                SourceView::new(source, health.iter().find(|seen| seen.source == source.id))
            };
            let all = app.sources.iter().map(of).collect();
            Ok(turn.cut(all, None, |source: &SourceView| source.id.clone()))
        })
        .await?;
    answer(format, &uri, &lines, |lines| {
        table::respond("sources", &COLUMNS, lines.iter().map(row))
    })
}

pub(super) const COLUMNS: [&str; 10] = [
    "id",
    "name",
    "channel",
    "outlet",
    "url",
    "status",
    "as_of",
    "detail",
    "newest_entry_at",
    "n_new",
];

pub(super) fn row(source: &SourceView) -> Vec<String> {
    let health = &source.health;
    vec![
        table::words(&source.id),
        table::words(&source.name),
        source.channel.clone(),
        table::words(&source.outlet),
        table::words(&source.url),
        health.status.clone(),
        health.observed_at.clone().unwrap_or_default(),
        table::words(&health.detail),
        health.newest_entry_at.clone().unwrap_or_default(),
        health.n_new.to_string(),
    ]
}

/// One source with its rhythm, its last 30 days and its latest visits.
#[utoipa::path(
    get,
    path = "/api/v1/sources/{id}",
    tag = "city",
    params(("id" = String, Path, description = "Id of the source")),
    responses(
        (status = 200, body = SourceHistoryView),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn show(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Json<SourceHistoryView>, Error> {
    shared
        .read(move |app| {
            let input = source_input(app, &id)?;
            let latest = input.visits.first();
            let silence = latest.and_then(|latest| {
                let rhythm = Rhythm::learn(&input.moments, latest.observed_at)?;
                Some(rhythm.silence(latest.newest_entry_at?, latest.observed_at))
            });
            let days = days_of(&input.seen, &input.source.id, app.today());
            let day = |day: &crate::views::StripDay| {
                SourceDayView::new(day.day, day.seen.as_ref(), day.n_heard, day.expected)
            };
            Ok(Json(SourceHistoryView {
                source: SourceView::new(&input.source, latest),
                rhythm: silence.as_ref().map(RhythmView::from),
                days: days.iter().map(day).collect(),
                visits: input.visits.iter().map(HealthView::from).collect(),
            }))
        })
        .await
}
