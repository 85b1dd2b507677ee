//! Sources and their health.

use axum::Json;
use axum::extract::State;

use crate::Error;
use crate::lines::SourceView;
use crate::state::Shared;

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
