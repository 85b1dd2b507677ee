//! `/dang-nhap`, `/dang-xuat`.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{Fields, go_to, whose};
use crate::Error;
use crate::access::{Cookie, Principal, open_session, try_password, way_on};
use crate::http::{Dressed, Params};
use crate::i18n::fill;
use crate::pages::html;
use crate::state::Shared;
use crate::views::{Layout, Nav, SignInPage, Viewer};

/// Where somebody wanted to go.
#[derive(Deserialize)]
pub(super) struct Back {
    tiep: Option<String>,
}

/// The form. What is typed in it never reaches a log: it has no `Debug`.
#[derive(Deserialize)]
pub(super) struct Form {
    ten: String,
    mat_khau: String,
    #[serde(default)]
    ma: String,
    #[serde(default)]
    tiep: String,
}

pub(super) async fn show(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Params(Back { tiep }): Params<Back>,
) -> Result<Response, Error> {
    let back = tiep.as_deref().map_or("/tai-khoan", way_on);
    if principal.session().is_some() {
        return Ok(Redirect::to(back).into_response());
    }
    html(&page(&shared, &viewer, back, "", None))
}

pub(super) async fn sign_in(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    headers: HeaderMap,
    Fields(form): Fields<Form>,
) -> Result<Response, Error> {
    if !shared.access.local_login {
        return Ok(StatusCode::NOT_FOUND.into_response());
    }
    let back = if form.tiep.is_empty() {
        "/tai-khoan"
    } else {
        way_on(&form.tiep)
    };
    let found = try_password(&shared, &form.ten, form.mat_khau, &form.ma).await?;
    let opened = match found {
        Some(proven) => open_session(&shared, &principal, &headers, proven).await?,
        None => None,
    };
    let Some(cookie) = opened else {
        let problem = viewer.lang.office().wrong;
        let page = html(&page(&shared, &viewer, back, &form.ten, Some(problem)))?;
        return Ok(Dressed::unprocessable(page));
    };
    let mut response = Redirect::to(back).into_response();
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

pub(super) async fn sign_out(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
) -> Result<Response, Error> {
    let open = whose(&principal)?;
    let (account, session) = (open.account.id, open.session.id);
    let by = principal.by((shared.clock)());
    shared
        .read(move |app| Ok(app.accounts.end_session(account, session, &by)?))
        .await?;
    let gone = Cookie::Session.drop(shared.access.secure_cookies);
    let mut response = go_to(&viewer, "/");
    response.headers_mut().append(header::SET_COOKIE, gone);
    Ok(response)
}

/// The page with the ways in that there are.
pub(super) fn page(
    shared: &Shared,
    viewer: &Viewer,
    back: &str,
    login: &str,
    problem: Option<&'static str>,
) -> SignInPage {
    let o = viewer.lang.office();
    let layout = Layout::new(viewer, &shared.city, Nav::Elsewhere, o.sign_in).for_officers();
    let provider = shared.identity.as_ref().map(|provider| {
        let back = askama::filters::urlencode_strict(back);
        let back = back.map_or_else(|_| String::new(), |back| back.to_string());
        (
            fill(o.by_provider, &[provider.name()]),
            viewer.lang.href(&format!("/dang-nhap/oidc?tiep={back}")),
        )
    });
    SignInPage {
        page: layout,
        o,
        login: login.chars().take(64).collect(),
        back: back.to_owned(),
        problem,
        has_passwords: shared.access.local_login,
        provider,
    }
}
