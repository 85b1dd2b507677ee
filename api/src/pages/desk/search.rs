//! Full-text search at the desk: the public one, whose hits lead on at the desk, and which follows what is
//! typed.

use axum::extract::State;
use axum::response::Response;

use crate::Error;
use crate::http::Params;
use crate::pages::html;
use crate::pages::search::{Wanted, find};
use crate::state::Shared;
use crate::views::{DeskSearchPage, Filters, Layout, Nav, Viewer};

pub(super) async fn show(
    State(shared): State<Shared>,
    viewer: Viewer,
    Params(wanted): Params<Wanted>,
) -> Result<Response, Error> {
    let query = wanted.query()?;
    let filters = Filters {
        base: "/ban-lam-viec/tim",
        ..wanted.filters()
    };
    shared
        .read(move |app| {
            let found = find(app, &query)?;
            let title = viewer.lang.desk().find_title;
            let page = Layout::new(&viewer, &app.city, Nav::Elsewhere, title).for_the_desk();
            html(&DeskSearchPage::new(app, page, &filters, Some(found)))
        })
        .await
}
