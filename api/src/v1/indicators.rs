//! Indicators: their definitions and values, each a layer of its own.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{answer, parse_format, table};
use crate::Error;
use crate::http::{Params, Problem, parse_day};
use crate::lines::{IndicatorLine, IndicatorValueLine};
use crate::state::Shared;

/// What is measured, by which rules, from where.
#[utoipa::path(
    get,
    path = "/api/v1/indicators",
    tag = "signals",
    responses((status = 200, body = Vec<IndicatorLine>))
)]
pub(super) async fn list(State(shared): State<Shared>) -> Json<Vec<IndicatorLine>> {
    Json(shared.indicators.iter().map(IndicatorLine::from).collect())
}

/// Which values.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Last day of the period, or a day at whose end a running one stood so; the last known when left
    /// out.
    #[param(format = Date, example = "2026-11-12")]
    day: Option<String>,
    /// `json` or `csv`.
    #[param(pattern = "^(json|csv)$")]
    format: Option<String>,
}

/// Values of one indicator: the city first, then kinds, then units.
#[utoipa::path(
    get,
    path = "/api/v1/indicators/{id}",
    tag = "signals",
    params(("id" = String, Path, example = "766.progress"), Wanted),
    responses(
        (status = 200, description = "Values; none when none is known", content(
            (Vec<IndicatorValueLine> = "application/json"),
            (String = "text/csv"),
        )),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn values(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    Params(wanted): Params<Wanted>,
) -> Result<Response, Error> {
    let format = parse_format(wanted.format.as_deref())?;
    let day = parse_day("day", wanted.day.as_deref())?;
    let lines = shared
        .read(move |app| {
            let indicator = app.known_indicator(&id)?;
            let values = app.indicator_values(indicator, day)?;
            let line = |value| IndicatorValueLine::new(indicator, value);
            Ok(values.iter().map(line).collect::<Vec<_>>())
        })
        .await?;
    answer(format, &lines, |lines| {
        table::respond("indicator", &COLUMNS, lines.iter().map(row))
    })
}

const COLUMNS: [&str; 14] = [
    "indicator",
    "unit",
    "period",
    "day",
    "value",
    "low",
    "high",
    "n",
    "level",
    "colour",
    "source",
    "as_of",
    "method_version",
    "revision",
];

fn row(line: &IndicatorValueLine) -> Vec<String> {
    vec![
        line.indicator.clone(),
        line.unit.clone(),
        line.period.clone(),
        line.day.clone(),
        table::optional(line.value),
        table::optional(line.interval.map(|interval| interval[0])),
        table::optional(line.interval.map(|interval| interval[1])),
        line.n.map_or_else(String::new, |n| n.to_string()),
        line.level.clone().unwrap_or_default(),
        line.colour.clone(),
        table::words(&line.source),
        line.as_of.clone(),
        table::words(&line.method_version),
        line.revision.to_string(),
    ]
}
