//! Where others push what they have to say: `POST /hooks/{source}`. Whose signature counts and what
//! is read stands behind [`Hooks`]; here are the bounds, and answers that senders can act upon.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use models::domain::{Action, SourceId};
use serde::Serialize;
use tokio::sync::Semaphore;
use utoipa::ToSchema;

use crate::access::Routes;
use crate::error::Failure;
use crate::http::Problem;

/// The largest delivery; a ticket has some kilobytes.
pub const DELIVERY_BYTES_MAX: usize = 1 << 20;

/// Deliveries that are being recorded at the same time; how many may wait for that is said by the places
/// of their class ([`Places`](crate::Places)).
const RECORDED_AT_ONCE: usize = 4;

/// Takes deliveries; given by whoever puts the program together.
pub trait Hooks: Send + Sync {
    /// Checks, reads and records one delivery. What it says has been recorded must survive a crash
    /// right after. May block.
    fn receive(
        &self,
        source: &SourceId,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Receipt, Refusal>;
}

/// What became of a delivery; the sender need not repeat it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// It is on disk.
    Recorded {
        /// Mentions never seen before.
        n_new: usize,
        /// Mentions whose words or ticket changed.
        n_updated: usize,
        /// What of it could not be read, one line each, never a citizen's words.
        rejected: Vec<String>,
    },
    /// It had been recorded before.
    Repeated,
    /// It holds nothing for us.
    Nothing,
}

/// Why a delivery was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No source of that name takes deliveries.
    Unknown,
    /// Not signed, not by the right one, or too long ago; with what to change.
    Unsigned(String),
    /// Signed, but it cannot be read; with what to change.
    Unreadable(String),
    /// Another delivery had the same number.
    Conflict,
    /// More than this source may send; try again after so long.
    TooMany(Duration),
    /// We cannot take it now; the sender keeps it and tries again.
    Unavailable,
}

/// What became of a delivery: it is on disk and need not be repeated.
#[derive(Serialize, ToSchema)]
struct ReceiptBody {
    /// `recorded`, `repeated` (it had been recorded before) or `nothing` (it holds nothing for us).
    #[schema(example = "recorded")]
    status: &'static str,
    /// Tickets or posts never seen before.
    n_new: usize,
    /// Those whose words or state changed.
    n_updated: usize,
    /// What could not be read, one line each, never a citizen's words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rejected: Vec<String>,
}

#[derive(Clone)]
pub(crate) struct Desk {
    hooks: Arc<dyn Hooks>,
    recording: Arc<Semaphore>,
}

/// The route, with its own bound on bodies; none when nobody takes deliveries.
pub(crate) fn routes(hooks: Option<Arc<dyn Hooks>>) -> Routes {
    let Some(hooks) = hooks else {
        return Routes::new();
    };
    let desk = Desk {
        hooks,
        recording: Arc::new(Semaphore::new(RECORDED_AT_ONCE)),
    };
    Routes::new()
        .post_with_own_proof("/hooks/{source}", Action::Deliver, receive)
        .limit_bodies(DELIVERY_BYTES_MAX)
        .with_state(desk)
}

/// Takes one delivery of a source that pushes.
///
/// A hotline sends a ticket in the line format of `langnghe import`, or a list of them, signed as
/// Standard Webhooks are; Zalo sends its events, signed by its own rule. Repeat a delivery after 408,
/// 429, 5xx and after no answer, with the same `webhook-id`. Answers 404 for every source until one
/// of kind `webhook` or `zalo` is configured.
#[utoipa::path(
    post,
    path = "/hooks/{source}",
    tag = "hooks",
    params(
        ("source" = String, Path, description = "Id of a source of kind `webhook` or `zalo`"),
        ("webhook-id" = Option<String>, Header, description = "Number of the delivery (Standard Webhooks)"),
        ("webhook-timestamp" = Option<i64>, Header, description = "Seconds since 1970 (Standard Webhooks)"),
        ("webhook-signature" = Option<String>, Header, description = "`v1,` and HMAC-SHA256 in base64 (Standard Webhooks)"),
        ("X-ZEvent-Signature" = Option<String>, Header, description = "`mac=` and SHA-256 in hex (Zalo)"),
    ),
    request_body(content = serde_json::Value, content_type = "application/json", description = "At most 1 MiB"),
    responses(
        (status = 200, body = ReceiptBody, description = "It is on disk"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "Not signed, by another secret, or too long ago"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such source takes deliveries"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The number was used for another delivery"),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "Larger than 1 MiB"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "Not JSON"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Signed, but it cannot be read"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "More than this source may send; `Retry-After` says how long to wait"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "Keep it and try again after `Retry-After`"),
    )
)]
pub(crate) async fn receive(
    State(desk): State<Desk>,
    Path(source): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    if !speaks_json(&headers) {
        let detail = "send application/json".to_owned();
        return failure(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "media_type",
            Some(detail),
        );
    }
    let body = match read(body).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    let Ok(permit) = Arc::clone(&desk.recording).acquire_owned().await else {
        return refused(Refusal::Unavailable);
    };
    let recording = tokio::task::spawn_blocking(move || {
        let outcome = desk.hooks.receive(&SourceId::new(source), &headers, &body);
        drop(permit);
        outcome
    });
    match recording.await {
        Ok(Ok(receipt)) => answer(receipt),
        Ok(Err(refusal)) => refused(refusal),
        // A panic, whose place the hook has logged: the sender keeps the delivery.
        Err(_) => refused(Refusal::Unavailable),
    }
}

/// The whole body within its bound.
async fn read(body: Body) -> Result<Bytes, Response> {
    to_bytes(body, DELIVERY_BYTES_MAX).await.map_err(|_| {
        let detail = format!("send at most {DELIVERY_BYTES_MAX} bytes in one delivery");
        failure(StatusCode::PAYLOAD_TOO_LARGE, "too_large", Some(detail))
    })
}

fn speaks_json(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .trim();
    kind.eq_ignore_ascii_case("application/json") || kind.ends_with("+json")
}

fn answer(receipt: Receipt) -> Response {
    let body = match receipt {
        Receipt::Recorded {
            n_new,
            n_updated,
            rejected,
        } => ReceiptBody {
            status: "recorded",
            n_new,
            n_updated,
            rejected,
        },
        Receipt::Repeated => bare("repeated"),
        Receipt::Nothing => bare("nothing"),
    };
    Json(body).into_response()
}

fn bare(status: &'static str) -> ReceiptBody {
    ReceiptBody {
        status,
        n_new: 0,
        n_updated: 0,
        rejected: Vec::new(),
    }
}

fn refused(refusal: Refusal) -> Response {
    match refusal {
        Refusal::Unknown => failure(StatusCode::NOT_FOUND, "not_found", None),
        Refusal::Unsigned(why) => failure(StatusCode::UNAUTHORIZED, "unsigned", Some(why)),
        Refusal::Unreadable(why) => {
            failure(StatusCode::UNPROCESSABLE_ENTITY, "unreadable", Some(why))
        }
        Refusal::Conflict => {
            let detail = "this number was used for another delivery; give each its own";
            failure(StatusCode::CONFLICT, "conflict", Some(detail.to_owned()))
        }
        Refusal::TooMany(wait) => later(StatusCode::TOO_MANY_REQUESTS, "too_many", wait),
        Refusal::Unavailable => later(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            Duration::from_secs(1),
        ),
    }
}

fn later(status: StatusCode, code: &'static str, wait: Duration) -> Response {
    let seconds = wait.as_secs_f64().ceil().max(1.0) as u64;
    let mut response = failure(status, code, None);
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

fn failure(status: StatusCode, code: &'static str, detail: Option<String>) -> Response {
    let mut response = status.into_response();
    response.extensions_mut().insert(Failure { code, detail });
    response
}
