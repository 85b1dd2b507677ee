//! `/dang-nhap/oidc`: over the identity provider of the city and back.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use indexer::{AccountChange, Actor, By, NewAccount};
use models::domain::{Account, login_name};
use serde::Deserialize;
use subtle::ConstantTimeEq;

use super::sign_in::page;
use crate::access::{
    Cookie, DEPARTURE_KEPT, Identity, Principal, Proven, hash_token, new_token, open_session,
    way_on,
};
use crate::http::{Dressed, Params};
use crate::pages::html;
use crate::state::Shared;
use crate::views::Viewer;
use crate::{AppState, Error};

/// Where somebody wanted to go.
#[derive(Deserialize)]
pub(super) struct Back {
    tiep: Option<String>,
}

/// What the provider sends back.
#[derive(Deserialize)]
pub(super) struct Answer {
    state: Option<String>,
    code: Option<String>,
}

pub(super) async fn depart(
    State(shared): State<Shared>,
    viewer: Viewer,
    Params(Back { tiep }): Params<Back>,
) -> Result<Response, Error> {
    let Some(provider) = shared.identity.clone() else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let (address, pending) = match provider.depart().await {
        Ok(departure) => departure,
        Err(error) => {
            tracing::warn!(%error, "cannot send anybody to the identity provider");
            return refused(&shared, &viewer, viewer.lang.office().provider_failed);
        }
    };
    let token = new_token()?;
    let back = tiep.as_deref().map_or("/tai-khoan", way_on).to_owned();
    shared
        .doors()
        .leave(hash_token(&token), pending, back, (shared.clock)());
    let cookie = Cookie::Departure.set(&token, DEPARTURE_KEPT, shared.access.secure_cookies);
    let mut response = Redirect::to(&address).into_response();
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

pub(super) async fn arrive(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    headers: HeaderMap,
    Params(answer): Params<Answer>,
) -> Result<Response, Error> {
    let Some(provider) = shared.identity.clone() else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let o = viewer.lang.office();
    let is_secure = shared.access.secure_cookies;
    let cookie = Cookie::Departure.get(&headers, is_secure).map(hash_token);
    let now = (shared.clock)();
    // Taken out before anything is looked at: an answer is looked at once.
    let departure = cookie.and_then(|cookie| shared.doors().come_back(&cookie, now));
    let (Some(departure), Some(state), Some(code)) = (departure, answer.state, answer.code) else {
        return refused(&shared, &viewer, o.provider_failed);
    };
    let expected = departure.pending.state.as_bytes();
    if !bool::from(expected.ct_eq(state.as_bytes())) {
        tracing::warn!("an answer of the identity provider has another state");
        return refused(&shared, &viewer, o.provider_failed);
    }
    let identity = match provider.arrive(&departure.pending, &code).await {
        Ok(identity) => identity,
        Err(error) => {
            tracing::warn!(%error, "an answer of the identity provider does not count");
            return refused(&shared, &viewer, o.provider_failed);
        }
    };
    let mut by = principal.by(now);
    by.who = Actor::Nobody;
    let account = shared.read(move |app| welcome(app, identity, &by)).await?;
    let Some(account) = account else {
        return refused(&shared, &viewer, o.provider_unmapped);
    };
    let proven = Proven {
        account,
        totp_step: None,
        how: "oidc",
    };
    let Some(cookie) = open_session(&shared, &principal, &headers, proven).await? else {
        return refused(&shared, &viewer, o.provider_failed);
    };
    let mut response = Redirect::to(&departure.back).into_response();
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, cookie);
    headers.append(header::SET_COOKIE, Cookie::Departure.drop(is_secure));
    Ok(response)
}

/// The account of somebody the provider knows, with the rights of this day; made at the first time.
/// `None` for whom the mapping gives no role, and for one that was disabled here.
fn welcome(app: &AppState, identity: Identity, by: &By) -> Result<Option<Account>, Error> {
    let known = app
        .accounts
        .account_of_subject(&identity.issuer, &identity.subject)?;
    let Some(rights) = identity.rights else {
        return Ok(None);
    };
    if let Some(account) = known {
        if account.rights != rights {
            let change = AccountChange::Rights(rights);
            app.accounts.change_account(account.id, &change, by)?;
        }
        let now_known = app.accounts.account(account.id)?;
        return Ok(now_known.filter(|account| account.is_active));
    }
    // A name that somebody here has is theirs: the provider does not take it over.
    let wanted = login_name(&identity.login);
    let wanted = wanted.unwrap_or_else(|| "officer".to_owned());
    let is_free = app.accounts.account_named(&wanted)?.is_none();
    let subject = hash_token(&format!("{}\n{}", identity.issuer, identity.subject));
    let login = if is_free {
        wanted
    } else {
        let mark = subject.iter().take(4).map(|byte| format!("{byte:02x}"));
        format!("{wanted}-{}", mark.collect::<String>())
    };
    let new = NewAccount {
        login,
        display_name: identity.display_name,
        rights,
        password: None,
        subject: Some((identity.issuer, identity.subject)),
    };
    let id = app.accounts.add_account(&new, by)?;
    Ok(app.accounts.account(id)?)
}

fn refused(shared: &Shared, viewer: &Viewer, problem: &'static str) -> Result<Response, Error> {
    let page = html(&page(shared, viewer, "/tai-khoan", "", Some(problem)))?;
    let mut response = Dressed::forbidden(page);
    let gone = Cookie::Departure.drop(shared.access.secure_cookies);
    response.headers_mut().append(header::SET_COOKIE, gone);
    Ok(response)
}
