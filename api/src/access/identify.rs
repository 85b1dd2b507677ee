//! Who is asking, found out once for a request.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;

use super::limits::Counted;
use super::{Principal, cookies, secrets};
use crate::state::Shared;
use crate::{AppState, Error};

/// A session's last use is noted no more often: readers need not wait for a writer at every page.
const TOUCH_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// Says who is asking, for the gate and the handlers.
pub(crate) async fn identify(
    State(shared): State<Shared>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let principal = match find_out(&shared, &parts).await {
        Ok(principal) => principal,
        Err(error) => return error.into_response(),
    };
    let is_personal = principal.session().is_some();
    parts.extensions.insert(principal);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let headers = response.headers_mut();
    if is_personal && !headers.contains_key(header::CACHE_CONTROL) {
        let own = HeaderValue::from_static("private, no-cache");
        headers.insert(header::CACHE_CONTROL, own);
        headers.append(header::VARY, HeaderValue::from_static("cookie"));
    }
    response
}

/// The same caller with a key that came in a form, where a standard wants it there.
pub(crate) async fn with_form_key(
    shared: &Shared,
    somebody: Principal,
    key: &str,
) -> Result<Principal, Error> {
    let hash = secrets::hash_token(key);
    shared.read(move |app| with_key(app, somebody, hash)).await
}

async fn find_out(shared: &Shared, request: &Parts) -> Result<Principal, Error> {
    let headers = &request.headers;
    let number = headers.get("x-request-id");
    let number = number
        .and_then(|number| number.to_str().ok())
        .map(str::to_owned);
    let address = request
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(peer)| client(peer.ip(), headers, &shared.access.trusted_proxies));
    let counted = address.map_or(Counted::Nobody, Counted::address);
    let somebody = Principal::anyone(&shared.access, shared.limits(), counted, number);
    if let Some(key) = bearer(headers) {
        let hash = secrets::hash_token(key);
        return shared.read(move |app| with_key(app, somebody, hash)).await;
    }
    if let Some(token) = cookies::session(headers, shared.access.secure_cookies) {
        let hash = secrets::hash_token(token);
        return shared
            .read(move |app| with_session(app, somebody, hash))
            .await;
    }
    Ok(somebody)
}

fn with_key(
    app: &AppState,
    somebody: Principal,
    hash: indexer::SecretHash,
) -> Result<Principal, Error> {
    let now = (app.clock)();
    let Some(key) = app
        .accounts
        .key_of(&hash)?
        .filter(|key| key.is_valid_at(now))
    else {
        return Ok(somebody.with_bad_key());
    };
    let today = app.today();
    if key.last_used_on != Some(today) {
        app.accounts.note_key_use(key.id, today)?;
    }
    Ok(somebody.with_key(key, &app.access))
}

fn with_session(
    app: &AppState,
    somebody: Principal,
    hash: indexer::SecretHash,
) -> Result<Principal, Error> {
    let now = (app.clock)();
    let idle_since = now
        .checked_sub(app.access.session_idle)
        .unwrap_or(jiff::Timestamp::MIN);
    let Some(open) = app.accounts.session(&hash, now, idle_since)? else {
        return Ok(somebody);
    };
    if now.duration_since(open.session.last_seen_at) >= TOUCH_EVERY {
        app.accounts.touch_session(open.session.id, now)?;
    }
    let unread = app.book.n_unread(open.account.id)?;
    Ok(somebody.with_session(open, unread, &app.access))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (kind, key) = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    kind.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

/// Who stands behind our own proxies: the last address of `X-Forwarded-For` that is none of theirs. What
/// comes from elsewhere may say what it likes.
fn client(peer: IpAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    let is_ours = |address: &IpAddr| proxies.contains(&address.to_canonical());
    if !is_ours(&peer) {
        return peer;
    }
    let said = headers.get_all("x-forwarded-for").iter();
    let said = said.filter_map(|value| value.to_str().ok());
    let said = said.flat_map(|value| value.split(',')).map(str::trim);
    let hops = said
        .map(|hop| hop.parse::<IpAddr>().ok())
        .collect::<Vec<_>>();
    let mut behind = peer;
    for hop in hops.into_iter().rev() {
        let Some(hop) = hop else { break };
        behind = hop;
        if !is_ours(&hop) {
            break;
        }
    }
    behind
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_proxies_are_believed() {
        let ours = ["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()];
        let check = |peer: &str, said: &[&str], expected: &str| {
            let mut headers = HeaderMap::new();
            for value in said {
                headers.append("x-forwarded-for", value.parse().unwrap());
            }
            let found = client(peer.parse().unwrap(), &headers, &ours);
            assert_eq!(found.to_string(), expected, "{peer} {said:?}");
        };
        check("203.0.113.7", &["198.51.100.1"], "203.0.113.7");
        check("10.0.0.1", &["198.51.100.1"], "198.51.100.1");
        check("::ffff:10.0.0.1", &["198.51.100.1"], "198.51.100.1");
        check(
            "10.0.0.1",
            &["6.6.6.6, 198.51.100.1, 10.0.0.2"],
            "198.51.100.1",
        );
        check("10.0.0.1", &["6.6.6.6", "198.51.100.1"], "198.51.100.1");
        check("10.0.0.1", &["10.0.0.2"], "10.0.0.2");
        check("10.0.0.1", &["rubbish"], "10.0.0.1");
        check("10.0.0.1", &[], "10.0.0.1");
    }
}
