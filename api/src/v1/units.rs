//! The units of the city.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

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
}

/// Units that exist on a day.
#[utoipa::path(
    get,
    path = "/api/v1/units",
    tag = "city",
    params(Wanted),
    responses(
        (status = 200, body = Vec<UnitView>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(
    State(shared): State<Shared>,
    Params(wanted): Params<Wanted>,
) -> Result<Json<Vec<UnitView>>, Error> {
    let day = parse_day("day", wanted.day.as_deref())?.unwrap_or_else(|| shared.today());
    let valid = shared.units.iter().filter(|unit| unit.is_valid_on(day));
    Ok(Json(valid.map(UnitView::from).collect()))
}
