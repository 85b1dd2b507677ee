//! Headers every answer carries.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::state::Shared;

/// No inline style or script, nothing from elsewhere; who may frame us follows.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors ";

/// Put on a response that pages of these origins may show in a frame. Everything else refuses frames.
#[derive(Clone)]
pub(crate) struct Framed(pub(crate) Arc<[String]>);

/// Browsers that saw a page of ours over TLS ask for no other way for a year. Without its subdomains: they
/// are not ours to bind.
const STRICT_TRANSPORT: &str = "max-age=31536000";

/// Adds the headers that keep a browser from doing what our pages never ask for.
pub(crate) async fn guard(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let framed = response.extensions_mut().remove::<Framed>();
    let ancestors = framed.map_or_else(String::new, |framed| framed.0.join(" "));
    let is_framed = !ancestors.is_empty();
    let ancestors = if is_framed { &ancestors } else { "'none'" };
    let headers = response.headers_mut();
    let policy = HeaderValue::from_str(&format!("{CONTENT_SECURITY_POLICY}{ancestors}"));
    // Origins are checked where they are configured; one that cannot stand in a header frames nothing.
    let closed = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy.unwrap_or(closed));
    if !is_framed {
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    let outside = shared.public_url.as_deref().unwrap_or_default();
    if outside.starts_with("https://") {
        let strict = HeaderValue::from_static(STRICT_TRANSPORT);
        headers.insert(header::STRICT_TRANSPORT_SECURITY, strict);
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    );
    headers.insert(
        "cross-origin-opener-policy",
        HeaderValue::from_static("same-origin"),
    );
    headers.insert(
        "permissions-policy",
        HeaderValue::from_static("camera=(), geolocation=(), microphone=()"),
    );
    response
}
