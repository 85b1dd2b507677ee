//! Where units differ from the city.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::Error;
use crate::http::{Params, Problem, parse_day, parse_unit};
use crate::lines::ComparisonLine;
use crate::state::Shared;

/// Which comparisons.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// The five digits of a unit; all units that exist on the day when left out.
    #[param(example = "26740")]
    unit: Option<String>,
    /// The last of the 28 days compared; the last published one when left out.
    #[param(format = Date, example = "2026-11-12")]
    day: Option<String>,
}

/// Units beside the city and their kind over 28 days, topic by topic, with 90 % intervals; none where
/// none was published.
#[utoipa::path(
    get,
    path = "/api/v1/comparisons",
    tag = "digests",
    params(Wanted),
    responses(
        (status = 200, body = Vec<ComparisonLine>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(
    State(shared): State<Shared>,
    Params(wanted): Params<Wanted>,
) -> Result<Json<Vec<ComparisonLine>>, Error> {
    let day = parse_day("day", wanted.day.as_deref())?;
    let unit = parse_unit("unit", wanted.unit.as_deref())?;
    if let Some(unknown) = unit.filter(|code| shared.unit(*code).is_none()) {
        return Err(Error::NotFound {
            what: "unit",
            name: unknown.to_string(),
        });
    }
    shared
        .read(move |app| {
            let day = app.day_or_latest(day)?;
            let units = match unit {
                Some(code) => vec![code],
                None => app.units_on(day).iter().map(|unit| unit.code).collect(),
            };
            let mut lines = Vec::new();
            for unit in units {
                let comparison = app.archive.comparison(unit, day)?;
                lines.extend(comparison.as_ref().map(ComparisonLine::from));
            }
            lines.sort_by(|a, b| a.unit.cmp(&b.unit));
            Ok(Json(lines))
        })
        .await
}
