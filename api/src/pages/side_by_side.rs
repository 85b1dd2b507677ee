//! `/canh-nhau`: up to three units side by side.

use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use models::domain::{DigestScope, Unit};
use serde::Deserialize;

use super::html;
use super::unit::known_unit;
use crate::Error;
use crate::http::{Params, parse_day};
use crate::state::{AppState, Shared};
use crate::views::{BesideInput, BesidePage, Layout, Nav, Viewer};

/// Which units, and the day.
#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(rename = "a")]
    first: Option<String>,
    #[serde(rename = "b")]
    second: Option<String>,
    #[serde(rename = "c")]
    third: Option<String>,
    #[serde(rename = "ngay")]
    day: Option<String>,
}

pub(super) async fn show(
    State(shared): State<Shared>,
    viewer: Viewer,
    Params(wanted): Params<Wanted>,
) -> Result<Response, Error> {
    let asked = parse_day("ngay", wanted.day.as_deref())?;
    let mut units = Vec::<Unit>::new();
    for code in [&wanted.first, &wanted.second, &wanted.third] {
        let Some(code) = code.as_deref().filter(|code| !code.is_empty()) else {
            continue;
        };
        let unit = known_unit(&shared, code)?;
        // The same one twice says nothing more.
        if !units.iter().any(|known| known.code == unit.code) {
            units.push(unit);
        }
    }
    shared
        .read(move |app| {
            let day = app.day_or_latest(asked)?;
            let columns = units.into_iter().map(|unit| column(app, unit, day));
            let columns = columns.collect::<Result<Vec<_>, Error>>()?;
            let title = viewer.lang.texts().beside_title;
            let layout = Layout::new(&viewer, &app.city, Nav::Units, title);
            html(&BesidePage::new(app, layout, day, &columns))
        })
        .await
}

fn column(app: &AppState, unit: Unit, day: Date) -> Result<BesideInput, Error> {
    Ok(BesideInput {
        digest: app
            .archive
            .digest(&DigestScope::Unit(unit.code), day, None)?,
        signal: app.archive.signal_history(unit.code, day, day)?.pop(),
        comparison: app.archive.comparison(unit.code, day)?,
        unit,
    })
}
