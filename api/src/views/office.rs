//! Pages of officers: signing in, the own account, accounts, the log.

use askama::Template;
use indexer::{AuditRow, Session};
use jiff::Timestamp;
use models::domain::{Account, AccountId, Reach, Role};

use super::Layout;
use crate::access::Enrolment;
use crate::i18n::{Lang, OfficeTexts, fill};
use crate::state::AppState;

/// `/dang-nhap`.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub(crate) struct SignInPage {
    pub(crate) page: Layout,
    pub(crate) o: &'static OfficeTexts,
    pub(crate) login: String,
    pub(crate) back: String,
    pub(crate) problem: Option<&'static str>,
    pub(crate) has_passwords: bool,
    /// Label and address of the way over the identity provider.
    pub(crate) provider: Option<(String, String)>,
}

/// A session as its holder sees it.
pub(crate) struct SessionRow {
    pub(crate) id: u64,
    pub(crate) line: String,
    pub(crate) is_this: bool,
}

/// `/tai-khoan`.
#[derive(Template)]
#[template(path = "account.html")]
pub(crate) struct AccountPage {
    pub(crate) page: Layout,
    pub(crate) o: &'static OfficeTexts,
    pub(crate) name: String,
    pub(crate) login: String,
    pub(crate) lede: String,
    pub(crate) has_password: bool,
    pub(crate) has_totp: bool,
    pub(crate) sessions: Vec<SessionRow>,
    pub(crate) done: Option<&'static str>,
    pub(crate) problem: Option<&'static str>,
}

impl AccountPage {
    pub(crate) fn new(
        app: &AppState,
        page: Layout,
        account: &Account,
        sessions: &[Session],
        this: u64,
    ) -> Self {
        let o = page.lang.office();
        let lang = page.lang;
        let rows = sessions.iter().map(|session| SessionRow {
            id: session.id,
            line: fill(
                o.session_line,
                &[
                    &lang.moment(session.created_at),
                    &lang.moment(session.last_seen_at),
                ],
            ),
            is_this: session.id == this,
        });
        let role = o.role_name(account.rights.role);
        let reach = o.reach_name(app, &account.rights.reach);
        Self {
            lede: fill(o.own_lede, &[&account.login, role, &reach]),
            name: account.display_name.clone(),
            login: account.login.clone(),
            has_password: account.has_password,
            has_totp: account.has_totp,
            sessions: rows.collect(),
            done: None,
            problem: None,
            o,
            page,
        }
    }
}

/// `/tai-khoan/ma`.
#[derive(Template)]
#[template(path = "account_code.html")]
pub(crate) struct CodePage {
    pub(crate) page: Layout,
    pub(crate) o: &'static OfficeTexts,
    pub(crate) shown: Enrolment,
    pub(crate) problem: Option<&'static str>,
}

/// An account as an administrator sees it.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each decides over a part of the page of its own"
)]
pub(crate) struct AccountRow {
    pub(crate) id: AccountId,
    pub(crate) name: String,
    pub(crate) login: String,
    pub(crate) role: &'static str,
    pub(crate) reach: String,
    /// As it is typed.
    pub(crate) reach_code: String,
    pub(crate) state: String,
    pub(crate) state_class: &'static str,
    pub(crate) is_active: bool,
    pub(crate) has_totp: bool,
    pub(crate) has_password: bool,
    pub(crate) is_own: bool,
    pub(crate) roles: Vec<RoleOption>,
    pub(crate) href: String,
}

/// A role to choose.
pub(crate) struct RoleOption {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) is_chosen: bool,
}

impl AccountRow {
    pub(crate) fn new(
        app: &AppState,
        lang: Lang,
        account: &Account,
        own: Option<AccountId>,
        now: Timestamp,
    ) -> Self {
        let o = lang.office();
        let closed = account.locked_until.filter(|until| now < *until);
        let (state, state_class) = match (account.is_active, closed) {
            (false, _) => (o.state_disabled.to_owned(), "hatched"),
            (true, Some(until)) => (fill(o.state_closed, &[&lang.moment(until)]), "wait"),
            (true, None) => (o.state_active.to_owned(), "good"),
        };
        Self {
            id: account.id,
            name: account.display_name.clone(),
            login: account.login.clone(),
            role: o.role_name(account.rights.role),
            reach: o.reach_name(app, &account.rights.reach),
            reach_code: account.rights.reach.to_string(),
            state,
            state_class,
            is_active: account.is_active,
            has_totp: account.has_totp,
            has_password: account.has_password,
            is_own: own == Some(account.id),
            roles: role_options(o, Some(account.rights.role)),
            href: lang.href(&format!("/quan-tri/tai-khoan/{}", account.id)),
        }
    }
}

/// All roles, one of them chosen.
pub(crate) fn role_options(o: &OfficeTexts, chosen: Option<Role>) -> Vec<RoleOption> {
    let option = |role: Role| RoleOption {
        code: role.code(),
        name: o.role_name(role),
        is_chosen: chosen == Some(role),
    };
    Role::ALL.map(option).into()
}

/// A password that was just made, and whose it is.
pub(crate) struct FreshPassword {
    pub(crate) line: String,
    pub(crate) password: String,
}

/// `/quan-tri/tai-khoan`.
#[derive(Template)]
#[template(path = "accounts.html")]
pub(crate) struct AccountsPage {
    pub(crate) page: Layout,
    pub(crate) o: &'static OfficeTexts,
    pub(crate) rows: Vec<AccountRow>,
    pub(crate) roles: Vec<RoleOption>,
    pub(crate) fresh: Option<FreshPassword>,
}

/// `/quan-tri/tai-khoan/{id}`.
#[derive(Template)]
#[template(path = "account_edit.html")]
pub(crate) struct AccountEditPage {
    pub(crate) page: Layout,
    pub(crate) o: &'static OfficeTexts,
    pub(crate) row: AccountRow,
    pub(crate) done: bool,
    pub(crate) fresh: Option<FreshPassword>,
}

/// A line of the log.
pub(crate) struct AuditLine {
    pub(crate) seq: u64,
    pub(crate) at: String,
    pub(crate) who: String,
    pub(crate) action: String,
    pub(crate) object: String,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

/// `/quan-tri/nhat-ky`.
#[derive(Template)]
#[template(path = "audit.html")]
pub(crate) struct AuditPage {
    pub(crate) page: Layout,
    pub(crate) o: &'static OfficeTexts,
    pub(crate) lines: Vec<AuditLine>,
    pub(crate) older: Option<String>,
}

impl AuditPage {
    /// Of lines of the log; `limit` is how many were asked for.
    pub(crate) fn new(
        page: Layout,
        rows: Vec<AuditRow>,
        accounts: &[Account],
        limit: usize,
    ) -> Self {
        let (o, lang) = (page.lang.office(), page.lang);
        let last = rows.last().map(|row| row.seq).filter(|seq| *seq > 1);
        let older = last
            .filter(|_| rows.len() == limit)
            .map(|seq| lang.href(&format!("/quan-tri/nhat-ky?truoc={seq}")));
        let lines = rows.into_iter().map(|row| AuditLine {
            seq: row.seq,
            at: lang.moment(row.at),
            who: who(o, &row, accounts),
            action: row.entry.action,
            object: row.entry.object,
            before: row.entry.before,
            after: row.entry.after,
        });
        Self {
            lines: lines.collect(),
            older,
            o,
            page,
        }
    }
}

fn who(o: &OfficeTexts, row: &AuditRow, accounts: &[Account]) -> String {
    if let Some(id) = row.account {
        let known = accounts.iter().find(|account| account.id == id);
        let login = known.map_or_else(|| format!("#{id}"), |account| account.login.clone());
        let role = Role::from_code(&row.role).map_or("", |role| o.role_name(role));
        return format!("{login} · {role}");
    }
    match row.role.as_str() {
        "command" => o.actor_command.to_owned(),
        "nobody" => o.actor_nobody.to_owned(),
        other => fill(o.actor_key, &[other.trim_start_matches("key/")]),
    }
}

impl OfficeTexts {
    /// A role in words.
    pub(crate) fn role_name(&self, role: Role) -> &'static str {
        match role {
            Role::Viewer => self.role_viewer,
            Role::PressOfficer => self.role_press_officer,
            Role::UnitResponder => self.role_unit_responder,
            Role::Admin => self.role_admin,
        }
    }

    /// A reach in words.
    pub(super) fn reach_name(&self, app: &AppState, reach: &Reach) -> String {
        match reach {
            Reach::City => self.reach_city.to_owned(),
            Reach::Agency(id) => app.agency_name(id),
            Reach::Units(units) if units.is_empty() => self.reach_none.to_owned(),
            Reach::Units(units) => {
                let names = units.iter().map(|code| app.unit_name(*code));
                names.collect::<Vec<_>>().join(", ")
            }
        }
    }
}
