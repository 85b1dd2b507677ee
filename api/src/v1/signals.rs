//! Satisfaction signals of a day.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use models::domain::{SatisfactionSignal, Unit};
use serde::Deserialize;
use utoipa::IntoParams;

use super::list::{Paged, answer, linked};
use super::{Format, geo, parse_placed_format, table};
use crate::Error;
use crate::http::{Params, Problem, parse_day, parse_unit};
use crate::lines::SignalLine;
use crate::state::{AppState, Shared};

/// Which signals.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Day in Vietnam; the last published one when left out.
    #[param(format = Date, example = "2026-11-12")]
    day: Option<String>,
    /// The five digits of a unit; all units when left out.
    #[param(pattern = "^[0-9]{5}$")]
    unit: Option<String>,
    /// `json`, `csv` or `geojson`.
    #[param(pattern = "^(json|csv|geojson)$")]
    format: Option<String>,
}

/// Signals of a day: what `langnghe score` prints.
#[utoipa::path(
    get,
    path = "/api/v1/signals",
    tag = "signals",
    params(Wanted, Paged),
    responses(
        (status = 200, description = "Signals by unit; none when none was published", content(
            (Vec<SignalLine> = "application/json"),
            (String = "text/csv"),
            (serde_json::Value = "application/geo+json"),
        )),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(
    State(shared): State<Shared>,
    Params(wanted): Params<Wanted>,
    Params(paged): Params<Paged>,
    uri: Uri,
) -> Result<Response, Error> {
    let format = parse_placed_format(wanted.format.as_deref())?;
    let turn = paged.read()?;
    let day = turn.day(parse_day("day", wanted.day.as_deref())?)?;
    let unit = parse_unit("unit", wanted.unit.as_deref())?;
    if let Some(code) = unit
        && shared.unit(code).is_none()
    {
        return Err(Error::NotFound {
            what: "unit",
            name: code.to_string(),
        });
    }
    let is_wanted = move |signal: &SatisfactionSignal| unit.is_none_or(|code| code == signal.unit);
    let (lines, atlas) = shared
        .read(move |app| {
            let day = app.day_or_latest(day)?;
            let mut signals = app.archive.signals(day)?;
            signals.retain(is_wanted);
            let listed = turn.cut(signals, Some(day), |signal| signal.unit.to_string());
            let listed = listed.map(|signal| SignalLine::from(&signal));
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
        table::respond(
            "signals",
            &COLUMNS,
            lines.iter().map(|line| row(&shared, line)),
        )
    })
}

pub(super) const COLUMNS: [&str; 32] = [
    "unit",
    "unit_name",
    "day",
    "as_of",
    "listening",
    "low",
    "high",
    "n",
    "judged",
    "level",
    "colour",
    "on_time",
    "petition_satisfaction",
    "procedure_satisfaction",
    "points_of_18",
    "n_tickets",
    "n_silent",
    "method_version",
    "revision",
    "coverage",
    "listening_1",
    "low_1",
    "high_1",
    "n_1",
    "listening_7",
    "low_7",
    "high_7",
    "n_7",
    "listening_90",
    "low_90",
    "high_90",
    "n_90",
];

pub(super) fn row(app: &AppState, line: &SignalLine) -> Vec<String> {
    let unit = line.unit.parse().ok().and_then(|code| app.unit(code));
    let (listening, shadow) = (&line.listening, &line.shadow_766);
    let mut cells = vec![
        line.unit.clone(),
        unit.map(Unit::full_name).unwrap_or_default(),
        line.day.clone(),
        line.as_of.clone(),
        listening.value.to_string(),
        listening.low.to_string(),
        listening.high.to_string(),
        listening.n.to_string(),
        listening.judged.to_string(),
        line.level.clone().unwrap_or_default(),
        line.colour.clone(),
        table::optional(shadow.on_time),
        table::optional(shadow.petition_satisfaction),
        table::optional(shadow.procedure_satisfaction),
        table::optional(shadow.points),
        shadow.n.to_string(),
        shadow.silent.to_string(),
        table::words(&line.method_version),
        line.revision.to_string(),
        line.coverage.to_string(),
    ];
    for days in [1, 7, 90] {
        let window = line.windows.iter().find(|window| window.days == days);
        cells.extend([
            table::optional(window.map(|window| window.value)),
            table::optional(window.map(|window| window.low)),
            table::optional(window.map(|window| window.high)),
            window.map_or_else(String::new, |window| window.n.to_string()),
        ]);
    }
    cells
}
