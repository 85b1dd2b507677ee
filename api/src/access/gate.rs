//! The gate before every handler.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use models::domain::{About, Action, Decision};

use super::Principal;
use super::limits::Door;
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

impl Gate {
    /// What is counted of these requests.
    fn door(self, method: &Method) -> Option<Door> {
        match self.action {
            action if action.is_of_api() => Some(Door::Api),
            Action::SignIn if !only_reads(method) => Some(Door::SignIn),
            _ => None,
        }
    }
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
    let counted = gate
        .door(request.method())
        .and_then(|door| principal.count(door));
    let passed = match counted.transpose() {
        Ok(passed) => passed,
        Err(too_soon) => return too_soon.into_response(),
    };
    let mut response = if principal.has_bad_key() && gate.action.is_of_api() {
        let detail = "this API key opens nothing: it is mistyped, expired or revoked";
        challenge(failed(StatusCode::UNAUTHORIZED, "bad_key", detail))
    } else {
        match principal.decide(gate.action, About::Somewhere) {
            Decision::Granted => next.run(request).await,
            Decision::NeedsProof if is_page(&request) => to_sign_in(&request),
            denied => refused(denied),
        }
    };
    if let Some(passed) = passed {
        passed.tell(response.headers_mut());
    }
    response
}

/// Whether a person asks for a page, whom a problem in JSON does not help.
fn is_page(request: &Request) -> bool {
    only_reads(request.method()) && !request.uri().path().starts_with("/api/")
}

fn to_sign_in(request: &Request) -> Response {
    let wanted = request.uri().path_and_query();
    let wanted = wanted.map_or("/", |wanted| wanted.as_str());
    Redirect::to(&sign_in_href(wanted)).into_response()
}

/// The page to sign in, which leads back to a page of ours.
pub(crate) fn sign_in_href(back: &str) -> String {
    // A text filter over memory cannot fail; without it the start page follows.
    let back = askama::filters::urlencode_strict(back);
    let back = back.map_or_else(|_| String::new(), |back| back.to_string());
    let english = if back.contains("lang%3Den") {
        "&lang=en"
    } else {
        ""
    };
    format!("/dang-nhap?tiep={back}{english}")
}

/// A path of ours to go on to, out of a form or an address; anything else leads to the start page. So
/// nobody is sent to another site by a link to ours.
pub(crate) fn way_on(wanted: &str) -> &str {
    let is_ours = wanted.starts_with('/')
        && !wanted.starts_with("//")
        && wanted.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
        && wanted
            .parse::<Uri>()
            .is_ok_and(|uri| uri.authority().is_none() && uri.scheme().is_none());
    if is_ours { wanted } else { "/" }
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
        Decision::NeedsProof => challenge(failed(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "sign in, or send `Authorization: Bearer` with an API key",
        )),
    }
}

fn challenge(mut response: Response) -> Response {
    let bearer = HeaderValue::from_static("Bearer realm=\"langnghe\"");
    response
        .headers_mut()
        .insert(header::WWW_AUTHENTICATE, bearer);
    response
}

fn failed(status: StatusCode, code: &'static str, detail: &str) -> Response {
    let mut response = status.into_response();
    response.extensions_mut().insert(Failure {
        code,
        detail: Some(detail.to_owned()),
    });
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for ours in ["/", "/tai-khoan", "/don-vi/26734?ngay=2026-11-12&lang=en"] {
            assert_eq!(way_on(ours), ours);
        }
        for other in [
            "",
            "tai-khoan",
            "//evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "https://evil.example/",
            "/\t/evil.example",
            "/\n/evil.example",
            "/a b",
            "javascript:alert(1)",
            "/%zz\u{202e}",
        ] {
            assert_eq!(way_on(other), "/", "{other}");
        }
        assert_eq!(
            sign_in_href("/quan-tri/nhat-ky?truoc=5&lang=en"),
            "/dang-nhap?tiep=%2Fquan-tri%2Fnhat-ky%3Ftruoc%3D5%26lang%3Den&lang=en"
        );
    }
}
