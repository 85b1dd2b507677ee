//! `/tai-khoan`: what officers look after themselves.

use axum::extract::{Path, State};
use axum::response::Response;
use indexer::AccountChange;
use models::domain::{WeakPassword, check_password};
use serde::Deserialize;

use super::{Fields, go_to, whose};
use crate::Error;
use crate::access::{Enrolment, Principal, hash_password, new_totp, step_of, try_own_password};
use crate::http::Dressed;
use crate::i18n::OfficeTexts;
use crate::pages::html;
use crate::state::Shared;
use crate::views::{AccountPage, CodePage, Layout, Nav, Viewer};

pub(super) async fn show(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
) -> Result<Response, Error> {
    answer(&shared, &viewer, &principal, None).await
}

/// How a change of the own account ended.
type Said = Result<&'static str, &'static str>;

async fn answer(
    shared: &Shared,
    viewer: &Viewer,
    principal: &Principal,
    said: Option<Said>,
) -> Result<Response, Error> {
    let open = whose(principal)?;
    let (id, this) = (open.account.id, open.session.id);
    let viewer = viewer.clone();
    let now = (shared.clock)();
    let page = shared
        .read(move |app| {
            let gone = Error::Denied(models::domain::Decision::NeedsProof);
            let account = app.accounts.account(id)?.ok_or(gone)?;
            let sessions = app.accounts.sessions(id, now)?;
            let title = viewer.lang.office().nav_own;
            let layout = Layout::new(&viewer, &app.city, Nav::Elsewhere, title).for_officers();
            let mut page = AccountPage::new(app, layout, &account, &sessions, this);
            match said {
                Some(Ok(done)) => page.done = Some(done),
                Some(Err(problem)) => page.problem = Some(problem),
                None => {}
            }
            html(&page)
        })
        .await?;
    Ok(match said {
        Some(Err(_)) => Dressed::unprocessable(page),
        _ => page,
    })
}

/// The form of a new password. It has no `Debug`: what is typed reaches no log.
#[derive(Deserialize)]
pub(super) struct NewPassword {
    cu: String,
    moi: String,
}

pub(super) async fn change_password(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Fields(form): Fields<NewPassword>,
) -> Result<Response, Error> {
    let said = try_change(&shared, &principal, viewer.lang.office(), form).await?;
    answer(&shared, &viewer, &principal, Some(said)).await
}

async fn try_change(
    shared: &Shared,
    principal: &Principal,
    o: &'static OfficeTexts,
    form: NewPassword,
) -> Result<Said, Error> {
    let open = whose(principal)?;
    if let Err(weak) = check_password(&open.account.login, &form.moi) {
        return Ok(Err(match weak {
            WeakPassword::Short => o.password_short,
            WeakPassword::Long => o.password_long,
            WeakPassword::Guessable => o.password_guessable,
        }));
    }
    if !try_own_password(shared, &open.account, form.cu).await? {
        return Ok(Err(o.password_wrong));
    }
    let hash = shared.hash(move || hash_password(&form.moi)).await??;
    let keep = Some(open.session.id);
    change(shared, principal, AccountChange::Password { hash, keep }).await?;
    Ok(Ok(o.password_changed))
}

async fn change(
    shared: &Shared,
    principal: &Principal,
    change: AccountChange,
) -> Result<(), Error> {
    let id = whose(principal)?.account.id;
    let by = principal.by((shared.clock)());
    shared
        .read(move |app| Ok(app.accounts.change_account(id, &change, &by)?))
        .await?;
    Ok(())
}

pub(super) async fn begin_code(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
) -> Result<Response, Error> {
    let id = whose(&principal)?.account.id;
    let sealed = shared.vault.seal(id, &new_totp()?)?;
    change(&shared, &principal, AccountChange::ProposeTotp(sealed)).await?;
    Ok(go_to(&viewer, "/tai-khoan/ma"))
}

pub(super) async fn show_code(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
) -> Result<Response, Error> {
    code_page(&shared, &viewer, &principal, None).await
}

async fn pending(shared: &Shared, principal: &Principal) -> Result<Option<Vec<u8>>, Error> {
    let id = whose(principal)?.account.id;
    let found = shared
        .read(move |app| Ok(app.accounts.credentials(id)?))
        .await?;
    let sealed = found.and_then(|known| known.totp_pending);
    Ok(sealed.and_then(|sealed| shared.vault.open(id, &sealed)))
}

async fn code_page(
    shared: &Shared,
    viewer: &Viewer,
    principal: &Principal,
    problem: Option<&'static str>,
) -> Result<Response, Error> {
    let open = whose(principal)?;
    let secret = pending(shared, principal).await?;
    let shown = secret.and_then(|secret| Enrolment::new(&secret, &open.account.login));
    let Some(shown) = shown else {
        return Ok(go_to(viewer, "/tai-khoan"));
    };
    let o = viewer.lang.office();
    let page = html(&CodePage {
        page: Layout::new(viewer, &shared.city, Nav::Elsewhere, o.totp_title).for_officers(),
        o,
        shown,
        problem,
    })?;
    Ok(match problem {
        Some(_) => Dressed::unprocessable(page),
        None => page,
    })
}

/// A code of the phone.
#[derive(Deserialize)]
pub(super) struct Code {
    ma: String,
}

pub(super) async fn confirm_code(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Fields(Code { ma }): Fields<Code>,
) -> Result<Response, Error> {
    let o = viewer.lang.office();
    let Some(secret) = pending(&shared, &principal).await? else {
        return Ok(go_to(&viewer, "/tai-khoan"));
    };
    let Some(step) = step_of(&secret, &ma, (shared.clock)()) else {
        return code_page(&shared, &viewer, &principal, Some(o.totp_wrong)).await;
    };
    change(&shared, &principal, AccountChange::ConfirmTotp { step }).await?;
    answer(&shared, &viewer, &principal, Some(Ok(o.totp_started))).await
}

/// A password given again, to show that it is still the same person.
#[derive(Deserialize)]
pub(super) struct Again {
    mat_khau: String,
}

pub(super) async fn stop_code(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Fields(Again { mat_khau }): Fields<Again>,
) -> Result<Response, Error> {
    let o = viewer.lang.office();
    let account = &whose(&principal)?.account;
    if !try_own_password(&shared, account, mat_khau).await? {
        return answer(&shared, &viewer, &principal, Some(Err(o.password_wrong))).await;
    }
    change(&shared, &principal, AccountChange::DropTotp).await?;
    answer(&shared, &viewer, &principal, Some(Ok(o.totp_stopped))).await
}

pub(super) async fn end_one(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Path(session): Path<u64>,
) -> Result<Response, Error> {
    let id = whose(&principal)?.account.id;
    let by = principal.by((shared.clock)());
    shared
        .read(move |app| Ok(app.accounts.end_session(id, session, &by)?))
        .await?;
    Ok(go_to(&viewer, "/tai-khoan"))
}

pub(super) async fn end_others(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
) -> Result<Response, Error> {
    let open = whose(&principal)?;
    let (id, this) = (open.account.id, open.session.id);
    let by = principal.by((shared.clock)());
    shared
        .read(move |app| Ok(app.accounts.end_sessions(id, Some(this), &by)?))
        .await?;
    let done = viewer.lang.office().sessions_ended;
    answer(&shared, &viewer, &principal, Some(Ok(done))).await
}
