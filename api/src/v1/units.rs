//! The units of the city.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use models::domain::Unit;
use serde::Deserialize;
use utoipa::IntoParams;

use super::list::{Paged, answer, linked};
use super::{Format, geo, parse_placed_format, table};
use crate::Error;
use crate::http::{Params, Problem, parse_day};
use crate::lines::UnitView;
use crate::state::Shared;

/// Units of which day.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Day on which the units exist; today when left out.
    #[param(format = Date, example = "2026-11-12")]
    day: Option<String>,
    /// `json`, `csv` or `geojson`.
    #[param(pattern = "^(json|csv|geojson)$")]
    format: Option<String>,
}

/// Units that exist on a day, by code. As GeoJSON with the boundaries that were imported; geometry is
/// null where there is none.
#[utoipa::path(
    get,
    path = "/api/v1/units",
    tag = "city",
    params(Wanted, Paged),
    responses(
        (status = 200, description = "Units", content(
            (Vec<UnitView> = "application/json"),
            (String = "text/csv"),
            (serde_json::Value = "application/geo+json"),
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
    let format = parse_placed_format(wanted.format.as_deref())?;
    let turn = paged.read()?;
    let day = turn.day(parse_day("day", wanted.day.as_deref())?)?;
    let day = day.unwrap_or_else(|| shared.today());
    let valid = shared.units.iter().filter(|unit| unit.is_valid_on(day));
    let valid = valid.cloned().collect::<Vec<_>>();
    let listed = turn.cut(valid, Some(day), |unit| unit.code.to_string());
    if format == Format::Geojson {
        let atlas = shared.read(geo::Atlas::read).await?;
        let features = listed.items.iter().map(|unit| {
            let said = serde_json::json!(UnitView::from(unit));
            atlas.feature(unit, said)
        });
        return Ok(linked(
            atlas.respond(features.collect()),
            &uri,
            listed.next(),
        ));
    }
    let lines = listed.map(|unit: Unit| UnitView::from(&unit));
    answer(format, &uri, &lines, |lines| {
        table::respond("units", &COLUMNS, lines.iter().map(row))
    })
}

pub(super) const COLUMNS: [&str; 14] = [
    "code",
    "kind",
    "name",
    "full_name",
    "valid_from",
    "valid_to",
    "former_districts",
    "former_province",
    "population",
    "area_km2",
    "grid_square_row",
    "grid_square_column",
    "grid_hex_row",
    "grid_hex_column",
];

pub(super) fn row(unit: &UnitView) -> Vec<String> {
    let tile = |tile: Option<(i16, i16)>| {
        tile.map_or_else(Default::default, |(row, column)| {
            [row.to_string(), column.to_string()]
        })
    };
    let mut cells = vec![
        unit.code.clone(),
        unit.kind.clone(),
        table::words(&unit.name),
        table::words(&unit.full_name),
        unit.valid_from.clone(),
        unit.valid_to.clone().unwrap_or_default(),
        table::words(&unit.former_districts.join("; ")),
        table::words(&unit.former_province),
        unit.population.map_or_else(String::new, |n| n.to_string()),
        table::optional(unit.area_km2),
    ];
    cells.extend(tile(unit.grid_square));
    cells.extend(tile(unit.grid_hex));
    cells
}
