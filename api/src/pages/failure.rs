//! Failures as pages.

use askama::Template;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use crate::error::Failure;
use crate::i18n::Lang;
use crate::state::AppState;
use crate::views::{FailurePage, Layout, Nav, Viewer};

/// The page for a failure, in the language of the address.
pub(crate) fn failure_page(
    app: &AppState,
    status: StatusCode,
    failure: &Failure,
    request_id: Option<&str>,
    uri: &Uri,
) -> Response {
    let query = uri.query().unwrap_or_default();
    let is_english = query.split('&').any(|pair| pair == "lang=en");
    let viewer = Viewer {
        lang: if is_english { Lang::En } else { Lang::Vi },
        path: "/".to_owned(),
        officer: None,
    };
    let title = status.as_u16().to_string();
    let layout = Layout::new(&viewer, &app.city, Nav::Elsewhere, title);
    let detail = failure.detail.clone();
    let page = FailurePage::new(layout, status, detail, request_id.map(str::to_owned));
    // If even this page fails, the bare status is all that is left.
    let body = page.render().unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response()
}
