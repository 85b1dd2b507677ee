//! `/don-vi`: all units, and where the picker leads.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::html;
use crate::Error;
use crate::http::{Params, parse_unit};
use crate::state::Shared;
use crate::views::{Layout, Nav, UnitsPage, Viewer};

/// The unit picked.
#[derive(Deserialize)]
pub(super) struct Picked {
    ma: Option<String>,
}

pub(super) async fn show(
    State(shared): State<Shared>,
    viewer: Viewer,
    Params(Picked { ma }): Params<Picked>,
) -> Result<Response, Error> {
    if let Some(code) = parse_unit("ma", ma.as_deref())? {
        return Ok(Redirect::to(&viewer.lang.unit_href(code)).into_response());
    }
    shared
        .read(move |app| {
            let day = app.day_or_latest(None)?;
            let signals = app.archive.signals(day)?;
            let title = viewer.lang.texts().nav_units;
            let layout = Layout::new(&viewer, &app.city, Nav::Units, title);
            html(&UnitsPage::new(app, layout, day, &signals))
        })
        .await
}
