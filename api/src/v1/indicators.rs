//! Indicators: their definitions and values, each a layer of its own.

use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::list::{Paged, answer, linked, scope_key};
use super::{Format, geo, parse_format, parse_placed_format, table};
use crate::Error;
use crate::http::{Params, Problem, parse_day};
use crate::lines::{ColourBoundLine, IndicatorLine, IndicatorValueLine};
use crate::state::Shared;

/// Which shape.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Shape {
    /// `json` or `csv`.
    #[param(pattern = "^(json|csv)$")]
    format: Option<String>,
}

/// What is measured, by which rules, from where; by id.
#[utoipa::path(
    get,
    path = "/api/v1/indicators",
    tag = "signals",
    params(Shape, Paged),
    responses(
        (status = 200, description = "Definitions", content(
            (Vec<IndicatorLine> = "application/json"),
            (String = "text/csv"),
        )),
        (status = 400, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(
    State(shared): State<Shared>,
    Params(shape): Params<Shape>,
    Params(paged): Params<Paged>,
    uri: Uri,
) -> Result<Response, Error> {
    let format = parse_format(shape.format.as_deref())?;
    let all = shared.indicators.iter().map(IndicatorLine::from).collect();
    let lines = paged.read()?.cut(all, None, |line| line.id.clone());
    answer(format, &uri, &lines, |lines| {
        table::respond("indicators", &DEFINED, lines.iter().map(defined))
    })
}

pub(super) const DEFINED: [&str; 16] = [
    "id",
    "set",
    "name",
    "name_en",
    "measure",
    "range_low",
    "range_high",
    "better",
    "levels",
    "colours",
    "otherwise",
    "period",
    "source",
    "version",
    "valid_from",
    "basis",
];

pub(super) fn defined(line: &IndicatorLine) -> Vec<String> {
    let levels = line.levels.iter().flatten().map(ToString::to_string);
    let bound = |bound: &ColourBoundLine| format!("{}>={}", bound.colour, bound.from);
    vec![
        table::words(&line.id),
        table::words(&line.set),
        table::words(&line.name),
        table::words(&line.name_en),
        table::words(&line.measure),
        line.range[0].to_string(),
        line.range[1].to_string(),
        line.better.clone(),
        levels.collect::<Vec<_>>().join(" "),
        line.colours.iter().map(bound).collect::<Vec<_>>().join(" "),
        line.otherwise.clone(),
        line.period.clone(),
        line.source.clone(),
        table::words(&line.version),
        line.valid_from.clone(),
        table::words(&line.basis),
    ]
}

/// Which values.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Last day of the period, or a day at whose end a running one stood so; the last known when left
    /// out.
    #[param(format = Date, example = "2026-11-12")]
    day: Option<String>,
    /// `json`, `csv` or `geojson`; on a map only units have a place.
    #[param(pattern = "^(json|csv|geojson)$")]
    format: Option<String>,
}

/// Values of one indicator: the city first, then kinds, then units.
#[utoipa::path(
    get,
    path = "/api/v1/indicators/{id}",
    tag = "signals",
    params(("id" = String, Path, example = "766.progress"), Wanted, Paged),
    responses(
        (status = 200, description = "Values; none when none is known", content(
            (Vec<IndicatorValueLine> = "application/json"),
            (String = "text/csv"),
            (serde_json::Value = "application/geo+json"),
        )),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn values(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    Params(wanted): Params<Wanted>,
    Params(paged): Params<Paged>,
    uri: Uri,
) -> Result<Response, Error> {
    let format = parse_placed_format(wanted.format.as_deref())?;
    let turn = paged.read()?;
    let day = turn.day(parse_day("day", wanted.day.as_deref())?)?;
    let (lines, atlas) = shared
        .read(move |app| {
            let indicator = app.known_indicator(&id)?;
            let values = app.indicator_values(indicator, day)?;
            let of = day.or(values.first().map(|value| value.day));
            let lines = values
                .iter()
                .map(|value| IndicatorValueLine::new(indicator, value));
            let listed = turn.cut(lines.collect(), of, |line: &IndicatorValueLine| {
                scope_key(&line.unit)
            });
            let atlas = match format {
                Format::Geojson => Some(geo::Atlas::read(app)?),
                _ => None,
            };
            Ok((listed, atlas))
        })
        .await?;
    if let Some(atlas) = atlas {
        let features = lines.items.iter().filter_map(|line| {
            let unit = line.unit.parse().ok().and_then(|code| shared.unit(code))?;
            Some(atlas.feature(unit, serde_json::json!(line)))
        });
        return Ok(linked(
            atlas.respond(features.collect()),
            &uri,
            lines.next(),
        ));
    }
    answer(format, &uri, &lines, |lines| {
        table::respond("indicator", &COLUMNS, lines.iter().map(row))
    })
}

pub(super) const COLUMNS: [&str; 14] = [
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

pub(super) fn row(line: &IndicatorValueLine) -> Vec<String> {
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
