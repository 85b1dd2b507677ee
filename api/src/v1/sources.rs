//! Sources and their health.

use axum::Json;
use axum::extract::{Path, State};
use models::rhythm::Rhythm;

use crate::Error;
use crate::http::Problem;
use crate::lines::{HealthView, RhythmView, SourceDayView, SourceHistoryView, SourceView};
use crate::pages::source_input;
use crate::state::Shared;
use crate::views::days_of;

/// All sources with the latest observation of each.
#[utoipa::path(
    get,
    path = "/api/v1/sources",
    tag = "city",
    responses((status = 200, body = Vec<SourceView>))
)]
pub(super) async fn list(State(shared): State<Shared>) -> Result<Json<Vec<SourceView>>, Error> {
    shared
        .read(|app| {
            let health = app.archive.latest_health()?;
            let of = |source: &models::domain::Source| {
                SourceView::new(source, health.iter().find(|seen| seen.source == source.id))
            };
            Ok(Json(app.sources.iter().map(of).collect()))
        })
        .await
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
