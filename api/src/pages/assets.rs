//! Style, script and icon.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::views::Assets;

/// A file whose name holds its hash: kept for good.
pub(super) async fn show(Path(name): Path<String>) -> Response {
    match Assets::find(&name) {
        Some((content, kind)) => {
            let keep = "public, max-age=31536000, immutable";
            let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep)];
            (headers, content).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The icon, whose name never changes.
pub(super) async fn icon() -> Response {
    let keep = "public, max-age=86400";
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, keep),
    ];
    (headers, Assets::icon()).into_response()
}
