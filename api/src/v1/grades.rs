//! Grades: what the following days said of past digests.

use axum::Json;
use axum::extract::State;
use jiff::ToSpan;
use models::domain::DigestScope;
use serde::Deserialize;
use utoipa::IntoParams;

use super::digests::parse_scope;
use crate::Error;
use crate::http::{Params, Problem, parse_day};
use crate::lines::GradeLine;
use crate::state::Shared;

/// Days back when none is named.
const DAYS: i64 = 90;

/// Which grades.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// `city` (when left out), the five digits of a unit, or `agency:` and an agency's id.
    #[param(example = "city")]
    unit: Option<String>,
    /// First day of the digests; 90 days back when left out.
    #[param(format = Date, example = "2026-11-01")]
    from: Option<String>,
    /// Last day of the digests; the last published one when left out.
    #[param(format = Date, example = "2026-11-12")]
    to: Option<String>,
}

/// Grades of daily digests, oldest first: each digest is looked at again after 1, 3 and 7 days.
#[utoipa::path(
    get,
    path = "/api/v1/grades",
    tag = "digests",
    params(Wanted),
    responses(
        (status = 200, body = Vec<GradeLine>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(
    State(shared): State<Shared>,
    Params(wanted): Params<Wanted>,
) -> Result<Json<Vec<GradeLine>>, Error> {
    let from = parse_day("from", wanted.from.as_deref())?;
    let to = parse_day("to", wanted.to.as_deref())?;
    let scope = parse_scope(&shared, wanted.unit.as_deref())?.unwrap_or(DigestScope::City);
    shared
        .read(move |app| {
            let to = app.day_or_latest(to)?;
            let from = from.unwrap_or_else(|| to.saturating_sub(DAYS.days()));
            let grades = app.archive.grades(&scope, from, to)?;
            Ok(Json(grades.iter().map(GradeLine::from).collect()))
        })
        .await
}
