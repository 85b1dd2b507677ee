//! `/nguon`: the state of the sources.

use axum::extract::State;
use axum::response::Response;

use super::html;
use crate::Error;
use crate::state::Shared;
use crate::views::{Layout, Nav, SourcesPage, Viewer};

pub(super) async fn show(State(shared): State<Shared>, viewer: Viewer) -> Result<Response, Error> {
    shared
        .read(move |app| {
            let health = app.archive.latest_health()?;
            let title = viewer.lang.texts().nav_sources;
            let layout = Layout::new(&viewer, &app.city, Nav::Sources, title);
            html(&SourcesPage::new(app, layout, &health))
        })
        .await
}
