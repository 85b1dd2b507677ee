//! `/api`: the API described for people, without a script and without another host.

use std::sync::Arc;

use axum::extract::State;
use models::domain::Action::ReadPublic;
use utoipa::openapi::OpenApi;

use super::html;
use crate::access::Routes;
use crate::state::Shared;
use crate::views::{ApiDocs, ApiPage, Layout, Nav, Viewer};

/// The page, made once from the description that programs read.
pub(crate) fn routes(shared: Shared, description: &OpenApi) -> Routes {
    // A description that could not be written would fail its own route, and every test of it.
    let value = serde_json::to_value(description).unwrap_or_default();
    let docs = Arc::new(ApiDocs::new(&value));
    let show = async move |State(shared): State<Shared>, viewer: Viewer| {
        let title = viewer.lang.texts().api_title;
        let page = Layout::new(&viewer, &shared.city, Nav::Elsewhere, title);
        let docs = &docs;
        html(&ApiPage { page, docs })
    };
    Routes::new()
        .get("/api", ReadPublic, show)
        .with_state(shared)
}
