//! `/ban-do`: the execution map.

use axum::extract::State;
use axum::response::Response;
use models::domain::DigestScope;

use super::{DayParam, html};
use crate::Error;
use crate::http::{Params, parse_day};
use crate::state::Shared;
use crate::views::{Layout, MapPage, Nav, Viewer};

pub(super) async fn show(
    State(shared): State<Shared>,
    viewer: Viewer,
    Params(DayParam { ngay }): Params<DayParam>,
) -> Result<Response, Error> {
    let asked = parse_day("ngay", ngay.as_deref())?;
    shared
        .read(move |app| {
            let published = app.archive.digest_days(&DigestScope::City)?;
            let latest = published.first().copied();
            let day = asked.or(latest).unwrap_or_else(|| app.today());
            let signals = app.archive.signals(day)?;
            let title = viewer.lang.texts().nav_map;
            let layout = Layout::new(&viewer, &app.city, Nav::Map, title);
            html(&MapPage::new(app, layout, day, &published, &signals))
        })
        .await
}
