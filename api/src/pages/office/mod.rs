//! Pages of officers: signing in, the own account, accounts, the log.

mod accounts;
mod audit;
mod keys;
mod letters;
mod own;
mod provider;
mod sign_in;

use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Redirect, Response};
use models::domain::Action::{ManageAccounts, ManageKeys, ManageSelf, ReadAudit, SignIn};
use serde::de::DeserializeOwned;

use crate::Error;
use crate::access::{Principal, Routes};
use crate::state::Shared;
use crate::views::Viewer;

/// The routes.
pub(super) fn routes() -> Routes<Shared> {
    Routes::new()
        .get("/dang-nhap", SignIn, sign_in::show)
        .post("/dang-nhap", SignIn, sign_in::sign_in)
        .get("/dang-nhap/oidc", SignIn, provider::depart)
        .get("/dang-nhap/oidc/ve", SignIn, provider::arrive)
        .post("/dang-xuat", ManageSelf, sign_in::sign_out)
        .get("/tai-khoan", ManageSelf, own::show)
        .post("/tai-khoan/mat-khau", ManageSelf, own::change_password)
        .get("/tai-khoan/ma", ManageSelf, own::show_code)
        .post("/tai-khoan/ma", ManageSelf, own::begin_code)
        .post("/tai-khoan/ma/xac-nhan", ManageSelf, own::confirm_code)
        .post("/tai-khoan/ma/tat", ManageSelf, own::stop_code)
        .post("/tai-khoan/phien", ManageSelf, own::end_others)
        .post("/tai-khoan/phien/{id}", ManageSelf, own::end_one)
        .get("/quan-tri/tai-khoan", ManageAccounts, accounts::list)
        .post("/quan-tri/tai-khoan", ManageAccounts, accounts::add)
        .get("/quan-tri/tai-khoan/{id}", ManageAccounts, accounts::show)
        .post(
            "/quan-tri/tai-khoan/{id}/quyen",
            ManageAccounts,
            accounts::set_rights,
        )
        .post(
            "/quan-tri/tai-khoan/{id}/trang-thai",
            ManageAccounts,
            accounts::set_active,
        )
        .post(
            "/quan-tri/tai-khoan/{id}/mat-khau",
            ManageAccounts,
            accounts::reset_password,
        )
        .post(
            "/quan-tri/tai-khoan/{id}/ma",
            ManageAccounts,
            accounts::reset_code,
        )
        .get("/quan-tri/khoa", ManageKeys, keys::list)
        .post("/quan-tri/khoa", ManageKeys, keys::add)
        .post("/quan-tri/khoa/{id}/thu-hoi", ManageKeys, keys::revoke)
        .get("/quan-tri/thu", ReadAudit, letters::list)
        .post("/quan-tri/thu/{id}/gui-lai", ReadAudit, letters::again)
        .get("/quan-tri/nhat-ky", ReadAudit, audit::show)
}

/// The fields of a form.
pub(super) struct Fields<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Fields<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        match axum::Form::<T>::from_request(request, state).await {
            Ok(axum::Form(fields)) => Ok(Self(fields)),
            Err(rejection) if rejection.status().is_server_error() => {
                Err(rejection.into_response())
            }
            Err(rejection) if rejection.status().as_u16() == 413 => Err(rejection.into_response()),
            Err(rejection) => Err(Error::BadForm(rejection.body_text()).into_response()),
        }
    }
}

/// Another page of ours, in the language of this one.
pub(super) fn go_to(viewer: &Viewer, path: &str) -> Response {
    Redirect::to(&viewer.lang.href(path)).into_response()
}

/// Whose session this is. The gate has asked for one already.
pub(super) fn whose(principal: &Principal) -> Result<&indexer::OpenSession, Error> {
    principal
        .session()
        .ok_or(Error::Denied(models::domain::Decision::NeedsProof))
}
