//! The gate before every handler.

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use models::domain::{About, Action, Decision};

use super::Principal;
use super::origin::{is_from_here, only_reads};
use crate::error::Failure;

/// What a route asks of its callers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gate {
    pub(super) action: Action,
    /// Whether requests carry a proof of their own (a signature, a key), so that they need not come from
    /// a page of ours.
    pub(super) own_proof: bool,
}

/// Lets a request pass to its handler, or says why not.
pub(super) async fn pass(
    State(gate): State<Gate>,
    principal: Principal,
    request: Request,
    next: Next,
) -> Response {
    let may_come_from_anywhere = only_reads(request.method()) || gate.own_proof;
    if !may_come_from_anywhere
        && !principal.has_key()
        && !is_from_here(request.uri(), request.headers())
    {
        let detail = "send it from a page of this site, or with an API key";
        return failed(StatusCode::FORBIDDEN, "cross_site", detail);
    }
    match principal.decide(gate.action, About::Somewhere) {
        Decision::Granted => next.run(request).await,
        denied => refused(denied),
    }
}

/// What a caller is told who may not do something.
pub(crate) fn refused(why: Decision) -> Response {
    match why {
        Decision::Granted | Decision::NotInRole | Decision::OutOfReach => failed(
            StatusCode::FORBIDDEN,
            "forbidden",
            "your account may not do this here; ask an administrator",
        ),
        Decision::NotInScope => failed(
            StatusCode::FORBIDDEN,
            "forbidden",
            "this key was not made for this; ask for one with the scope",
        ),
        Decision::NeedsProof => {
            let detail = "sign in, or send `Authorization: Bearer` with an API key";
            let mut response = failed(StatusCode::UNAUTHORIZED, "unauthorized", detail);
            let challenge = header::HeaderValue::from_static("Bearer realm=\"langnghe\"");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, challenge);
            response
        }
    }
}

fn failed(status: StatusCode, code: &'static str, detail: &str) -> Response {
    let mut response = status.into_response();
    response.extensions_mut().insert(Failure {
        code,
        detail: Some(detail.to_owned()),
    });
    response
}
