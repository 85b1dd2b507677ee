//! `/quan-tri/tai-khoan`: accounts, for administrators, within their reach.

use axum::extract::{Path, State};
use axum::response::Response;
use indexer::{AccountChange, By, NewAccount};
use models::domain::{
    About, Account, AccountId, Action, Decision, Reach, Rights, Role, login_name,
};
use serde::Deserialize;

use super::{Fields, go_to, whose};
use crate::access::{Principal, hash_password, new_password};
use crate::i18n::fill;
use crate::pages::html;
use crate::state::Shared;
use crate::views::{
    AccountEditPage, AccountRow, AccountsPage, FreshPassword, Layout, Nav, Viewer, role_options,
};
use crate::{AppState, Error};

pub(super) async fn list(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
) -> Result<Response, Error> {
    list_page(&shared, viewer, principal, None).await
}

async fn list_page(
    shared: &Shared,
    viewer: Viewer,
    principal: Principal,
    fresh: Option<FreshPassword>,
) -> Result<Response, Error> {
    let now = (shared.clock)();
    shared
        .read(move |app| {
            let own = whose(&principal)?.account.id;
            let o = viewer.lang.office();
            let all = app.accounts.accounts()?;
            let mine = all.iter().filter(|account| {
                let about = About::All(&account.rights.reach);
                principal.decide(Action::ManageAccounts, about) == Decision::Granted
            });
            let rows =
                mine.map(|account| AccountRow::new(app, viewer.lang, account, Some(own), now));
            let title = o.nav_accounts;
            html(&AccountsPage {
                rows: rows.collect(),
                roles: role_options(o, Some(Role::Viewer)),
                page: Layout::new(&viewer, &app.city, Nav::Elsewhere, title).for_officers(),
                o,
                fresh,
            })
        })
        .await
}

/// A new account.
#[derive(Deserialize)]
pub(super) struct NewForm {
    ten: String,
    #[serde(rename = "hien_thi")]
    display_name: String,
    #[serde(rename = "vai_tro")]
    role: String,
    #[serde(rename = "pham_vi")]
    reach: String,
}

pub(super) async fn add(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Fields(form): Fields<NewForm>,
) -> Result<Response, Error> {
    let Some(login) = login_name(&form.ten) else {
        return Err(Error::BadParameter {
            name: "ten",
            found: form.ten.chars().take(80).collect(),
            expected: "use 2 to 64 small letters, digits and . - _ @, a letter or digit first",
        });
    };
    let display_name = form
        .display_name
        .trim()
        .chars()
        .take(100)
        .collect::<String>();
    if display_name.is_empty() {
        return Err(Error::BadParameter {
            name: "hien_thi",
            found: String::new(),
            expected: "write the name colleagues know",
        });
    }
    let rights = read_rights(&shared, &form.role, &form.reach)?;
    principal.require(Action::ManageAccounts, About::All(&rights.reach))?;
    let (password, hash) = fresh_password(&shared).await?;
    let by = principal.by((shared.clock)());
    let new = NewAccount {
        login: login.clone(),
        display_name,
        rights,
        password: Some(hash),
        subject: None,
    };
    shared
        .read(move |app| Ok(app.accounts.add_account(&new, &by)?))
        .await?;
    let fresh = shown_once(&viewer, &login, password);
    list_page(&shared, viewer, principal, Some(fresh)).await
}

fn shown_once(viewer: &Viewer, login: &str, password: String) -> FreshPassword {
    FreshPassword {
        line: fill(viewer.lang.office().new_password, &[login]),
        password,
    }
}

async fn fresh_password(shared: &Shared) -> Result<(String, String), Error> {
    let password = new_password()?;
    let to_hash = password.clone();
    let hash = shared.hash(move || hash_password(&to_hash)).await??;
    Ok((password, hash))
}

/// Rights as a form gives them, of units and agencies that there are.
fn read_rights(app: &AppState, role: &str, reach: &str) -> Result<Rights, Error> {
    let known_role = Role::from_code(role).ok_or_else(|| Error::BadParameter {
        name: "vai_tro",
        found: role.chars().take(80).collect(),
        expected: "use viewer, press_officer, unit_responder or admin",
    })?;
    Ok(Rights {
        role: known_role,
        reach: read_reach(app, reach)?,
    })
}

/// A reach of units and agencies that there are.
pub(super) fn read_reach(app: &AppState, reach: &str) -> Result<Reach, Error> {
    let read = Reach::from_text(reach).filter(|read| match read {
        Reach::City => true,
        Reach::Units(units) => units.iter().all(|code| app.unit(*code).is_some()),
        Reach::Agency(id) => app.known_agency(id.as_str()).is_ok(),
    });
    read.ok_or_else(|| Error::BadParameter {
        name: "pham_vi",
        found: reach.chars().take(80).collect(),
        expected: "use city, codes of units that exist joined by commas, or agency:id",
    })
}

pub(super) async fn show(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Path(id): Path<u64>,
) -> Result<Response, Error> {
    edit_page(&shared, viewer, principal, id, false, None).await
}

async fn edit_page(
    shared: &Shared,
    viewer: Viewer,
    principal: Principal,
    id: u64,
    done: bool,
    fresh: Option<FreshPassword>,
) -> Result<Response, Error> {
    let now = (shared.clock)();
    shared
        .read(move |app| {
            let account = within_reach(app, &principal, id)?;
            let own = whose(&principal)?.account.id;
            let title = account.display_name.clone();
            html(&AccountEditPage {
                row: AccountRow::new(app, viewer.lang, &account, Some(own), now),
                page: Layout::new(&viewer, &app.city, Nav::Elsewhere, title).for_officers(),
                o: viewer.lang.office(),
                done,
                fresh,
            })
        })
        .await
}

/// An account that the caller looks after. One beyond their reach is as unknown as one that is not
/// there.
fn within_reach(app: &AppState, principal: &Principal, id: u64) -> Result<Account, Error> {
    let found = app.accounts.account(AccountId(id))?;
    let mine = found.filter(|account| {
        let about = About::All(&account.rights.reach);
        principal.decide(Action::ManageAccounts, about) == Decision::Granted
    });
    mine.ok_or_else(|| Error::NotFound {
        what: "account",
        name: id.to_string(),
    })
}

/// Changes the account of somebody else within reach. Nobody changes their own rights: the last
/// administrator would be locked out by a slip.
async fn change(
    shared: &Shared,
    principal: &Principal,
    id: u64,
    make: impl FnOnce(&AppState, &Account, &By) -> Result<AccountChange, Error> + Send + 'static,
) -> Result<String, Error> {
    let by = principal.by((shared.clock)());
    let principal = principal.clone();
    shared
        .read(move |app| {
            let account = within_reach(app, &principal, id)?;
            if whose(&principal)?.account.id == account.id {
                let why = "this is your own account; ask another administrator";
                return Err(Error::Conflict(why));
            }
            let change = make(app, &account, &by)?;
            app.accounts.change_account(account.id, &change, &by)?;
            Ok(account.login)
        })
        .await
}

/// Other rights.
#[derive(Deserialize)]
pub(super) struct RightsForm {
    #[serde(rename = "vai_tro")]
    role: String,
    #[serde(rename = "pham_vi")]
    reach: String,
}

pub(super) async fn set_rights(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Path(id): Path<u64>,
    Fields(form): Fields<RightsForm>,
) -> Result<Response, Error> {
    let rights = read_rights(&shared, &form.role, &form.reach)?;
    principal.require(Action::ManageAccounts, About::All(&rights.reach))?;
    change(&shared, &principal, id, move |_, _, _| {
        Ok(AccountChange::Rights(rights))
    })
    .await?;
    edit_page(&shared, viewer, principal, id, true, None).await
}

/// Whether the account may be used.
#[derive(Deserialize)]
pub(super) struct ActiveForm {
    dung: bool,
}

pub(super) async fn set_active(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Path(id): Path<u64>,
    Fields(ActiveForm { dung }): Fields<ActiveForm>,
) -> Result<Response, Error> {
    change(&shared, &principal, id, move |_, _, _| {
        Ok(AccountChange::Active(dung))
    })
    .await?;
    edit_page(&shared, viewer, principal, id, true, None).await
}

pub(super) async fn reset_password(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Path(id): Path<u64>,
) -> Result<Response, Error> {
    let (password, hash) = fresh_password(&shared).await?;
    let login = change(&shared, &principal, id, move |_, account, _| {
        if !account.has_password {
            let why = "this account signs in with the identity provider; it has no password here";
            return Err(Error::Conflict(why));
        }
        Ok(AccountChange::Password { hash, keep: None })
    })
    .await?;
    let fresh = shown_once(&viewer, &login, password);
    edit_page(&shared, viewer, principal, id, true, Some(fresh)).await
}

pub(super) async fn reset_code(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Path(id): Path<u64>,
) -> Result<Response, Error> {
    change(&shared, &principal, id, |_, _, _| {
        Ok(AccountChange::DropTotp)
    })
    .await?;
    Ok(go_to(&viewer, &format!("/quan-tri/tai-khoan/{id}")))
}
