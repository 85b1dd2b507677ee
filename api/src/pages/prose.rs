//! `/phuong-phap` and `/ve`: pages of text.

use axum::extract::State;
use axum::response::Response;

use super::html;
use crate::Error;
use crate::i18n::{Prose, about as about_us, method as our_method};
use crate::state::Shared;
use crate::views::{Layout, Nav, ProsePage, Viewer};

pub(super) async fn method(
    State(shared): State<Shared>,
    viewer: Viewer,
) -> Result<Response, Error> {
    show(&shared, &viewer, our_method(viewer.lang))
}

pub(super) async fn about(State(shared): State<Shared>, viewer: Viewer) -> Result<Response, Error> {
    show(&shared, &viewer, about_us(viewer.lang))
}

fn show(shared: &Shared, viewer: &Viewer, prose: &'static Prose) -> Result<Response, Error> {
    let page = Layout::new(viewer, &shared.city, Nav::Elsewhere, prose.title);
    html(&ProsePage { page, prose })
}
