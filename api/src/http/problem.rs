//! Failures as clients see them: problem+json for programs, a decent page for people.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::crowd::TurnedAway;
use crate::error::Failure;
use crate::pages::failure_page;
use crate::state::Shared;

/// The body of every failed API call (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// Where the code is explained.
    #[serde(rename = "type")]
    pub kind: String,
    /// What happened, for people.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// Stable code for programs: `bad_parameter`, `not_found`, `method_not_allowed`, `too_large`,
    /// `timeout`, `busy`, `unavailable`, `internal`, `unauthorized`, `bad_key`, `forbidden`, `cross_site`,
    /// `too_many`; for deliveries also `unsigned`, `unreadable`,
    /// `conflict`, `media_type`, `too_many`.
    pub code: String,
    /// What to change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Number of the request, to be found in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// Writes out every failure, ours and those of the layers below, in one shape.
pub(crate) async fn dress_failures(
    State(shared): State<Shared>,
    request: Request,
    next: Next,
) -> Response {
    let uri = request.uri().clone();
    let is_api = speaks_json(uri.path(), request.headers());
    let response = next.run(request).await;
    let status = response.status();
    let is_failure = status.is_client_error() || status.is_server_error();
    if !is_failure || response.extensions().get::<Dressed>().is_some() {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    let failure = parts.extensions.remove().unwrap_or_else(|| bare(status));
    let request_id = parts
        .headers
        .get("x-request-id")
        .and_then(|id| id.to_str().ok())
        .map(str::to_owned);
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_TYPE);
    let turned_away = parts.extensions.remove::<TurnedAway>();
    let mut dressed = if uri.path().starts_with("/open311/") {
        crate::open311::dress(status, &failure, parts.headers, uri.path())
    } else if is_api {
        let told = problem(status, &failure, request_id);
        (status, parts.headers, told).into_response()
    } else {
        let page = failure_page(&shared, status, &failure, request_id.as_deref(), &uri);
        (status, parts.headers, page).into_response()
    };
    // Who counts the answers stands outside.
    if let Some(mark) = turned_away {
        dressed.extensions_mut().insert(mark);
    }
    dressed
}

/// Marks an answer that is a page for people already, such as a form with what is wrong in it.
#[derive(Clone, Copy)]
pub(crate) struct Dressed;

impl Dressed {
    /// A form that was not filled in right.
    pub(crate) fn unprocessable(page: Response) -> Response {
        Self::with(StatusCode::UNPROCESSABLE_ENTITY, page)
    }

    /// A door that stays closed.
    pub(crate) fn forbidden(page: Response) -> Response {
        Self::with(StatusCode::FORBIDDEN, page)
    }

    pub(crate) fn with(status: StatusCode, mut page: Response) -> Response {
        *page.status_mut() = status;
        page.extensions_mut().insert(Self);
        page
    }
}

fn speaks_json(path: &str, headers: &HeaderMap) -> bool {
    let accepts_json = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("json") && !accept.contains("html"));
    path.starts_with("/api/")
        || path.starts_with("/hooks/")
        || path == "/livez"
        || path == "/readyz"
        || accepts_json
}

/// A failure made by a layer that knows no more than its status.
fn bare(status: StatusCode) -> Failure {
    let code = match status {
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        StatusCode::GATEWAY_TIMEOUT => "timeout",
        StatusCode::SERVICE_UNAVAILABLE => "unavailable",
        status if status.is_client_error() => "bad_parameter",
        _ => "internal",
    };
    Failure { code, detail: None }
}

fn problem(status: StatusCode, failure: &Failure, request_id: Option<String>) -> Response {
    let body = Problem {
        kind: "about:blank".to_owned(),
        title: status.canonical_reason().unwrap_or("Error").to_owned(),
        status: status.as_u16(),
        code: failure.code.to_owned(),
        detail: failure.detail.clone(),
        request_id,
    };
    // The shape holds nothing that cannot be written as JSON.
    let json = serde_json::to_vec(&body).unwrap_or_default();
    let kind = HeaderValue::from_static("application/problem+json");
    ([(header::CONTENT_TYPE, kind)], json).into_response()
}
