//! The router: routes, and the layers every request passes.

use std::any::Any;
use std::time::Duration;

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::{Extensions, HeaderMap, HeaderName, StatusCode, Version};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use models::domain::Action;
use tower::{ServiceBuilder, ServiceExt};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::classify::ServerErrorsFailureClass;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate};
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use crate::access::{RouteRule, Routes, identify};
use crate::error::Failure;
use crate::http::{Classes, admit, dress_failures, guard, revalidate};
use crate::state::Shared;
use crate::{AppState, Error, hooks, open311, pages, v1};

/// Pages and the API only read: a body of any size is a mistake or an attack.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// An answer later than this comes too late for the person waiting.
const TIMEOUT: Duration = Duration::from_secs(10);

/// All pages and the API.
pub fn router(state: AppState) -> Router {
    router_with_upkeep(state).0
}

/// The same, and what makes pages faster when it is done beside them.
pub fn router_with_upkeep(state: AppState) -> (Router, Upkeep) {
    let shared = Shared::new(state);
    let mut all = site(routes(&shared), &shared);
    if let Some(assistant) = shared.open.assistant.clone() {
        let answers = assistant.over(all);
        all = site(routes(&shared).merge(assist(Some(answers))), &shared);
    }
    (all, Upkeep(shared))
}

/// Work beside the pages: what they keep is made anew before somebody asks for it. Pages are right without it.
pub struct Upkeep(Shared);

impl Upkeep {
    /// Makes anew what is out of date, and says whether anything was; to be called every second or so, where
    /// blocking does no harm.
    pub fn round(&self) -> Result<bool, Error> {
        self.0.desk_room().keep_up(&self.0)
    }
}

fn site(routes: Routes, shared: &Shared) -> Router {
    let (routes, rules) = routes.finish();
    let routes = routes
        .fallback(not_found)
        .method_not_allowed_fallback(async || StatusCode::METHOD_NOT_ALLOWED);
    layered(routes, shared, Classes::of(&rules))
}

/// Where assistants ask. They send keys, never cookies of ours, and read only.
fn assist(answers: Option<Router>) -> Routes {
    let Some(answers) = answers else {
        return Routes::new();
    };
    let answer = move |request: Request| async move {
        let Ok(answer) = answers.oneshot(request).await;
        answer
    };
    Routes::new()
        .post_with_own_proof("/mcp", Action::ReadApi, answer)
        .limit_bodies(MAX_BODY_BYTES)
}

/// What each route of the server asks of its callers.
pub fn route_rules(state: AppState) -> Vec<RouteRule> {
    let shared = Shared::new(state);
    let assistant = shared.open.assistant.as_ref();
    let answers = assistant.map(|assistant| assistant.over(Router::new()));
    routes(&shared).merge(assist(answers)).finish().1
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
        .merge(pages::uploads(shared.clone()))
        .merge(hooks::routes(shared.hooks.clone()))
}

async fn not_found() -> StatusCode {
    StatusCode::NOT_FOUND
}

/// From the outermost inwards: number and log the request, compress, guard, dress failures, turn away whom
/// there is no place for, find out who asks, then the limits whose failures need dressing. Bodies are
/// bounded route by route.
fn layered(routes: Router, shared: &Shared, classes: Classes) -> Router {
    let number = HeaderName::from_static("x-request-id");
    routes.layer(
        ServiceBuilder::new()
            .layer(SetRequestIdLayer::new(number.clone(), MakeRequestUuid))
            .layer(
                TraceLayer::new_for_http()
                    .make_span_with(span_of)
                    .on_failure(failed),
            )
            .layer(
                CompressionLayer::new().compress_when(DefaultPredicate::new().and(is_no_failure)),
            )
            .layer(from_fn_with_state(shared.clone(), guard))
            .layer(from_fn_with_state(shared.clone(), dress_failures))
            .layer(PropagateRequestIdLayer::new(number))
            .layer(from_fn(revalidate))
            .layer(from_fn_with_state((shared.crowd.clone(), classes), admit))
            .layer(from_fn_with_state(shared.clone(), identify))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(TimeoutLayer::with_status_code(
                StatusCode::GATEWAY_TIMEOUT,
                TIMEOUT,
            )),
    )
}

/// Compressing costs more than turning somebody away.
fn is_no_failure(status: StatusCode, _: Version, _: &HeaderMap, _: &Extensions) -> bool {
    !status.is_server_error()
}

/// What a log says of a request: its route, never its address, where words that somebody looks for stand.
fn span_of(request: &Request) -> tracing::Span {
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("other", MatchedPath::as_str);
    tracing::debug_span!("request", http.method = %request.method(), http.route = route)
}

/// Who is turned away is counted: under a rush a line for each would be a thousand a second.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the signature is tower-http's"
)]
fn failed(why: ServerErrorsFailureClass, took: Duration, _: &tracing::Span) {
    if let ServerErrorsFailureClass::StatusCode(StatusCode::SERVICE_UNAVAILABLE) = why {
        return;
    }
    tracing::error!(classification = %why, latency.ms = took.as_millis() as u64, "response failed");
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
