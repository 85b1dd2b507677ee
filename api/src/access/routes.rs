//! Routes, each registered with the action it needs. The server takes routes in this form only, so that
//! one without an action does not compile.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use models::domain::Action;
use tower_http::limit::RequestBodyLimitLayer;
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::PathItem;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use super::describe::describe;
use super::gate::{Gate, pass};

/// What one route asks of its callers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteRule {
    /// The method; `GET` answers `HEAD` too.
    pub method: Method,
    /// The path, with its parameters in braces.
    pub path: String,
    /// What a caller must be allowed to do, at least somewhere.
    pub action: Action,
    /// Whether requests carry a proof of their own and may come from any site.
    pub own_proof: bool,
}

/// Routes with their rules.
pub(crate) struct Routes<S = ()> {
    router: Router<S>,
    rules: Vec<RouteRule>,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    pub(crate) fn new() -> Self {
        Self {
            router: Router::new(),
            rules: Vec::new(),
        }
    }

    /// A route that reads.
    pub(crate) fn get<H: Handler<T, S>, T: 'static>(
        self,
        path: &str,
        action: Action,
        handler: H,
    ) -> Self {
        self.add(Method::GET, path, action, false, get(handler))
    }

    /// A route that changes something, posted from a page of ours.
    pub(crate) fn post<H: Handler<T, S>, T: 'static>(
        self,
        path: &str,
        action: Action,
        handler: H,
    ) -> Self {
        self.add(Method::POST, path, action, false, post(handler))
    }

    /// A route for other systems, whose requests carry a proof that the handler checks.
    pub(crate) fn post_with_own_proof<H: Handler<T, S>, T: 'static>(
        self,
        path: &str,
        action: Action,
        handler: H,
    ) -> Self {
        self.add(Method::POST, path, action, true, post(handler))
    }

    fn add(
        mut self,
        method: Method,
        path: &str,
        action: Action,
        own_proof: bool,
        handler: MethodRouter<S>,
    ) -> Self {
        let gate = Gate { action, own_proof };
        let gated = handler.route_layer(from_fn_with_state(gate, pass));
        self.router = self.router.route(path, gated);
        self.rules.push(RouteRule {
            method,
            path: path.to_owned(),
            action,
            own_proof,
        });
        self
    }

    pub(crate) fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.rules.extend(other.rules);
        self
    }

    /// Refuses larger bodies on the routes so far.
    pub(crate) fn limit_bodies(mut self, bytes: usize) -> Self {
        self.router = self.router.layer(RequestBodyLimitLayer::new(bytes));
        self
    }

    /// Takes larger bodies on the routes so far than extractors take by themselves, and no larger ones.
    pub(crate) fn take_bodies(mut self, bytes: usize) -> Self {
        // Extractors that meet this limit say so; a layer's limit looks like a broken body to them.
        self.router = self.router.layer(DefaultBodyLimit::max(bytes));
        self
    }

    pub(crate) fn with_state(self, state: S) -> Routes {
        Routes {
            router: self.router.with_state(state),
            rules: self.rules,
        }
    }
}

impl Routes {
    /// What the server runs, and the rules it runs by.
    pub(crate) fn finish(self) -> (Router, Vec<RouteRule>) {
        (self.router, self.rules)
    }
}

/// Routes of the API, described by OpenAPI, with their rules.
pub(crate) struct ApiRoutes<S> {
    router: OpenApiRouter<S>,
    rules: Vec<RouteRule>,
}

impl<S: Clone + Send + Sync + 'static> ApiRoutes<S> {
    pub(crate) fn new(description: OpenApi) -> Self {
        Self {
            router: OpenApiRouter::with_openapi(description),
            rules: Vec::new(),
        }
    }

    /// What `routes!` makes of handlers.
    pub(crate) fn routes(self, action: Action, made: UtoipaMethodRouter<S>) -> Self {
        self.add(action, false, made)
    }

    fn add(
        mut self,
        action: Action,
        own_proof: bool,
        (schemas, paths, handler): UtoipaMethodRouter<S>,
    ) -> Self {
        for (path, item) in &paths.paths {
            self.rules
                .extend(methods(item).into_iter().map(|method| RouteRule {
                    method,
                    path: path.clone(),
                    action,
                    own_proof,
                }));
        }
        let gate = Gate { action, own_proof };
        let gated = handler.route_layer(from_fn_with_state(gate, pass));
        self.router = self.router.routes((schemas, paths, gated));
        self
    }

    /// Routes and their description.
    pub(crate) fn finish(self, state: S) -> (Routes, OpenApi) {
        let (router, mut description) = self.router.split_for_parts();
        describe(&mut description, &self.rules);
        let gated = Routes {
            router,
            rules: self.rules,
        };
        (gated.with_state(state), description)
    }
}

fn methods(item: &PathItem) -> Vec<Method> {
    let described = [
        (Method::GET, &item.get),
        (Method::POST, &item.post),
        (Method::PUT, &item.put),
        (Method::PATCH, &item.patch),
        (Method::DELETE, &item.delete),
    ];
    let described = described
        .into_iter()
        .filter(|(_, operation)| operation.is_some());
    described.map(|(method, _)| method).collect()
}
