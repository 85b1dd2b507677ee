//! The router: routes, and the layers every request passes.

use std::any::Any;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderName, StatusCode};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use models::domain::Action;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use crate::access::{RouteRule, Routes, identify};
use crate::error::Failure;
use crate::http::{dress_failures, guard, revalidate};
use crate::state::Shared;
use crate::{AppState, hooks, open311, pages, v1};

/// Pages and the API only read: a body of any size is a mistake or an attack.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// An answer later than this comes too late for the person waiting.
const TIMEOUT: Duration = Duration::from_secs(10);

/// All pages and the API.
pub fn router(state: AppState) -> Router {
    let shared = Shared::new(state);
    let (routes, _) = routes(&shared).finish();
    let routes = routes
        .fallback(not_found)
        .method_not_allowed_fallback(async || StatusCode::METHOD_NOT_ALLOWED);
    layered(routes, shared)
}

/// What each route of the server asks of its callers.
pub fn route_rules(state: AppState) -> Vec<RouteRule> {
    routes(&Shared::new(state)).finish().1
}

fn routes(shared: &Shared) -> Routes {
    let (api, description) = v1::routes(shared.clone());
    let docs = pages::api_docs::routes(shared.clone(), &description);
    let description = axum::Json(description);
    let describe = async move || description.clone();
    pages::routes(shared.clone())
        .merge(api)
        .merge(docs)
        .merge(open311::routes(shared.clone()))
        .get("/api/openapi.json", Action::ReadPublic, describe)
        .limit_bodies(MAX_BODY_BYTES)
        .merge(hooks::routes(shared.hooks.clone()))
}

async fn not_found() -> StatusCode {
    StatusCode::NOT_FOUND
}

/// From the outermost inwards: number and log the request, compress, guard, dress failures, find
/// out who asks, then the limits whose failures need dressing. Bodies are bounded route by route.
fn layered(routes: Router, shared: Shared) -> Router {
    let number = HeaderName::from_static("x-request-id");
    routes.layer(
        ServiceBuilder::new()
            .layer(SetRequestIdLayer::new(number.clone(), MakeRequestUuid))
            .layer(TraceLayer::new_for_http())
            .layer(CompressionLayer::new())
            .layer(from_fn(guard))
            .layer(from_fn_with_state(shared, dress_failures))
            .layer(PropagateRequestIdLayer::new(number))
            .layer(from_fn(revalidate))
            .layer(from_fn(identify))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(TimeoutLayer::with_status_code(
                StatusCode::GATEWAY_TIMEOUT,
                TIMEOUT,
            )),
    )
}

/// The payload may quote a citizen, so it goes nowhere; the panic hook has logged the place.
fn panicked(_payload: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("request panicked");
    let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
    response.extensions_mut().insert(Failure {
        code: "internal",
        detail: None,
    });
    response
}
