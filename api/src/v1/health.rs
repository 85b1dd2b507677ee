//! Whether the server lives, and whether it can answer.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Error;
use crate::http::Problem;
use crate::state::Shared;

/// What `/readyz` says when all is well.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct Ready {
    /// Always `ready`.
    status: String,
    /// Mentions in the record.
    n_mentions: u64,
    /// Writes the search index is behind the record.
    index_lag: u64,
}

/// The process answers.
#[utoipa::path(get, path = "/livez", tag = "operation", responses((status = 200, body = String, content_type = "text/plain")))]
pub(super) async fn livez() -> &'static str {
    "ok\n"
}

/// The record and the index answer.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "operation",
    responses(
        (status = 200, body = Ready),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn readyz(State(shared): State<Shared>) -> Result<Json<Ready>, Error> {
    shared
        .read(|app| {
            Ok(Json(Ready {
                status: "ready".to_owned(),
                n_mentions: app.archive.counts()?.n_mentions,
                index_lag: app.search.lag(&*app.archive)?,
            }))
        })
        .await
}
