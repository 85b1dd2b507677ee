//! `/ban-do`: the execution map.

use axum::extract::State;
use axum::response::Response;
use models::domain::DigestScope;
use serde::Deserialize;

use super::html;
use crate::Error;
use crate::http::{Params, parse_day, parse_param};
use crate::state::Shared;
use crate::views::{Layout, MapPage, MapShape, Nav, Viewer};

/// Which map.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    ngay: Option<String>,
    dang: Option<String>,
}

pub(super) async fn show(
    State(shared): State<Shared>,
    viewer: Viewer,
    Params(Wanted { ngay, dang }): Params<Wanted>,
) -> Result<Response, Error> {
    let asked = parse_day("ngay", ngay.as_deref())?;
    let shapes = "use o-vuong, luc-giac or ranh-gioi";
    let shape = parse_param("dang", dang.as_deref(), shapes, MapShape::from_code)?;
    shared
        .read(move |app| {
            let published = app.archive.digest_days(&DigestScope::City)?;
            let latest = published.first().copied();
            let day = asked.or(latest).unwrap_or_else(|| app.today());
            let signals = app.archive.signals(day)?;
            let title = viewer.lang.texts().nav_map;
            let layout = Layout::new(&viewer, &app.city, Nav::Map, title);
            let boundaries = app.atlas.boundaries()?;
            html(&MapPage::new(
                app,
                layout,
                day,
                &published,
                &signals,
                shape.unwrap_or_default(),
                boundaries.as_ref(),
            ))
        })
        .await
}
