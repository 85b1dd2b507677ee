//! The steps of signing in that pages share.

use axum::http::{HeaderMap, HeaderValue};
use indexer::{NewSession, SignIn};
use models::domain::{Account, login_name};

use super::cookies::Cookie;
use super::{Principal, secrets, totp};
use crate::Error;
use crate::state::Shared;

/// Somebody whose proof was looked at.
pub(crate) struct Proven {
    pub(crate) account: Account,
    pub(crate) totp_step: Option<u64>,
    pub(crate) how: &'static str,
}

/// Looks at a name, a password and a code. `None` says nothing of which was wrong, and takes as long
/// whether there is such a name or not: a try is counted and a password hashed either way.
pub(crate) async fn try_password(
    shared: &Shared,
    login: &str,
    password: String,
    code: &str,
) -> Result<Option<Proven>, Error> {
    let now = (shared.clock)();
    // What is no name is looked for like one: nobody has the empty name.
    let name = login_name(login).unwrap_or_default();
    let begun = shared
        .read(move |app| Ok(app.accounts.begin_sign_in(&name, now)?))
        .await?;
    let known = match begun {
        SignIn::Open(known) => Some(known),
        SignIn::Closed(..) | SignIn::Unknown => None,
    };
    let hash = known.as_ref().and_then(|known| known.password.clone());
    let fits = shared
        .hash(move || secrets::is_password(&password, hash.as_deref()))
        .await?;
    let Some(known) = known.filter(|_| fits) else {
        return Ok(None);
    };
    let Some(secret) = &known.totp else {
        return Ok(Some(Proven {
            account: known.account,
            totp_step: None,
            how: "password",
        }));
    };
    // One that does not open any more is like a wrong code: an administrator drops it.
    let secret = shared.vault.open(known.account.id, secret);
    let step = secret.and_then(|secret| totp::step_of(&secret, code, now));
    Ok(step.map(|step| Proven {
        account: known.account,
        totp_step: Some(step),
        how: "password+totp",
    }))
}

/// Opens a session with a token of its own, whatever the browser sent before, and ends the one it came
/// from. `None` when the account was disabled meanwhile or its code was used before.
pub(crate) async fn open_session(
    shared: &Shared,
    principal: &Principal,
    headers: &HeaderMap,
    proven: Proven,
) -> Result<Option<HeaderValue>, Error> {
    let now = (shared.clock)();
    let token = secrets::new_token()?;
    let is_secure = shared.access.secure_cookies;
    let keep = shared.access.session_max;
    let new = NewSession {
        account: proven.account.id,
        token: secrets::hash_token(&token),
        expires_at: now.checked_add(keep).unwrap_or(now),
        totp_step: proven.totp_step,
        how: proven.how,
    };
    let mut by = principal.by(now);
    by.who = indexer::Actor::Officer(proven.account.id, proven.account.rights.role);
    let before = Cookie::Session
        .get(headers, is_secure)
        .and_then(|_| principal.session())
        .map(|open| (open.account.id, open.session.id));
    let opened = shared
        .read(move |app| {
            if let Some((account, session)) = before {
                app.accounts.end_session(account, session, &by)?;
            }
            Ok(app.accounts.open_session(&new, &by)?)
        })
        .await?;
    Ok(opened.map(|_| Cookie::Session.set(&token, keep, is_secure)))
}

/// Whether somebody who is signed in still knows their password. Wrong ones count as at the door.
pub(crate) async fn try_own_password(
    shared: &Shared,
    account: &Account,
    password: String,
) -> Result<bool, Error> {
    let now = (shared.clock)();
    let login = account.login.clone();
    let begun = shared
        .read(move |app| Ok(app.accounts.begin_sign_in(&login, now)?))
        .await?;
    let hash = match begun {
        SignIn::Open(known) => known.password,
        SignIn::Closed(..) | SignIn::Unknown => None,
    };
    shared
        .hash(move || secrets::is_password(&password, hash.as_deref()))
        .await
}
