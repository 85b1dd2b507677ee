//! `/api/v1`: the same shapes as the line formats of the commands, described by OpenAPI.

#![expect(unused_qualifications, reason = "made by utoipa's `params`, not by us")]

mod alerts;
mod comparisons;
mod concerns;
mod digests;
mod dumped;
mod dumps;
mod forecasts;
mod geo;
mod grades;
mod health;
mod indicators;
mod leagues;
mod list;
mod mentions;
mod requests;
mod schemas;
mod search;
mod shadow;
mod signals;
mod silence;
mod sources;
pub(crate) mod table;
mod units;

pub(crate) use dumped::{Dumped, dumped};
pub(crate) use forecasts::{CountsSeen, forecasts_on, parse_forecast_scope};

use models::domain::Action::{ReadApi, ReadPublic, ReadRestrictedApi};
use utoipa::OpenApi;
use utoipa::openapi::License;
use utoipa_axum::routes;

use crate::Error;
use crate::access::{ApiRoutes, Routes};
use crate::http::parse_param;
use crate::state::Shared;

/// What the description says of the API as a whole.
#[derive(OpenApi)]
#[openapi(
    paths(crate::hooks::receive),
    info(
        title = "Lắng Nghe",
        description = "Daily concerns of citizens, satisfaction signals and their evidence. \
            Reading needs no account; authors are not stored at all. Every answer carries a weak \
            ETag, every error is application/problem+json with a stable code (under /open311/ a list of code \
            and description). A list that has more carries `Link: <…>; rel=\"next\"`. as_of is the first \
            moment that no longer counts."
    ),
    tags(
        (name = "digests", description = "At most ten ranked concerns a unit and day, week, month or \
            reporting month; leagues of units; how digests were graded afterwards; where units \
            differ; forecasts"),
        (name = "signals", description = "Listening signal, shadow of Decision 766, silence map, indicators"),
        (name = "evidence", description = "Concerns, mentions, search"),
        (name = "city", description = "Units and sources"),
        (name = "desk", description = "What is not public: requests for explanation and alerts, for keys \
            with the scope `restricted`, within their reach"),
        (name = "open-data", description = "Daily dumps as files"),
        (name = "hooks", description = "Where a hotline or Zalo pushes what it has"),
        (name = "operation", description = "Whether the server lives and is ready"),
    )
)]
struct Description;

/// The API's routes, and the description made from them.
pub(crate) fn routes(state: Shared) -> (Routes, utoipa::openapi::OpenApi) {
    let mut description = Description::openapi();
    description.merge(crate::open311::Description::openapi());
    description.info.license = state.open.licence.as_ref().map(|licence| {
        let mut said = License::new(licence.name.clone());
        said.url.clone_from(&licence.url);
        said
    });
    ApiRoutes::new(description)
        .routes(ReadApi, routes!(digests::list))
        .routes(ReadApi, routes!(leagues::list))
        .routes(ReadApi, routes!(comparisons::list))
        .routes(ReadApi, routes!(grades::list))
        .routes(ReadApi, routes!(forecasts::list))
        .routes(ReadApi, routes!(signals::list))
        .routes(ReadApi, routes!(shadow::list))
        .routes(ReadApi, routes!(silence::list))
        .routes(ReadApi, routes!(indicators::list))
        .routes(ReadApi, routes!(indicators::values))
        .routes(ReadApi, routes!(concerns::list))
        .routes(ReadApi, routes!(concerns::show))
        .routes(ReadApi, routes!(mentions::show))
        .routes(ReadApi, routes!(units::list))
        .routes(ReadApi, routes!(dumps::list))
        .routes(ReadApi, routes!(sources::list))
        .routes(ReadApi, routes!(sources::show))
        .routes(ReadApi, routes!(search::find))
        .routes(ReadRestrictedApi, routes!(requests::list))
        .routes(ReadRestrictedApi, routes!(alerts::list))
        .routes(ReadPublic, routes!(health::livez))
        .routes(ReadPublic, routes!(health::readyz))
        .finish(state)
}

/// Which shape of a list is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Csv,
    Geojson,
}

fn parse_format(text: Option<&str>) -> Result<Format, Error> {
    let format = parse_param("format", text, "use json or csv", |text| match text {
        "json" => Some(Format::Json),
        "csv" => Some(Format::Csv),
        _ => None,
    })?;
    Ok(format.unwrap_or(Format::Json))
}

/// The same where what is listed has a place.
fn parse_placed_format(text: Option<&str>) -> Result<Format, Error> {
    match text.map(str::trim) {
        Some("geojson") => Ok(Format::Geojson),
        Some("json" | "csv" | "") | None => parse_format(text),
        _ => parse_param("format", text, "use json, csv or geojson", |_| None)
            .map(|none| none.unwrap_or(Format::Json)),
    }
}

/// At most so many of a page; `None` is the default of 50.
fn parse_limit(text: Option<&str>) -> Result<usize, Error> {
    let limit = parse_param("limit", text, "write a number from 1 to 100", |text| {
        text.parse().ok().filter(|limit| (1..=100).contains(limit))
    })?;
    Ok(limit.unwrap_or(50))
}
