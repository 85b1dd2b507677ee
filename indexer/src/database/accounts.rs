//! Accounts of officers and their sessions.

use crate::sql::{Connection, OptionalExtension, Result as Sql, Row, Transaction, params};
use jiff::Timestamp;
use models::domain::{Account, AccountId, Reach, Rights, Role, lockout_pause};
use serde_json::{Value, json};

use super::audit;
use super::fault::Fault;
use super::rows::{code, micros, moment, number, optional_moment, text_with};
use crate::Error;
use crate::accounts::{
    AccountChange, Actor, AuditEntry, By, Credentials, NewAccount, NewSession, OpenSession,
    SecretHash, Session, SignIn,
};

const COLUMNS: &str = "a.pk, a.login, a.display_name, a.role, a.reach, a.is_active, a.created_at,
    a.password, a.totp, a.locked_until, a.totp_pending";

pub(super) fn add(tx: &Transaction<'_>, new: &NewAccount, by: &By) -> Result<AccountId, Fault> {
    let of = params![
        new.login,
        new.display_name,
        new.rights.role.code(),
        new.rights.reach.to_string(),
        by.at.as_microsecond(),
        new.password,
    ];
    let added: Option<i64> = tx
        .prepare_cached(
            "INSERT INTO accounts (login, display_name, role, reach, created_at, password)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING RETURNING pk",
        )?
        .query_row(of, |row| row.get(0))
        .optional()?;
    let Some(pk) = added else {
        return Err(Fault::Ours(Error::Taken {
            what: "login name",
            name: new.login.clone(),
        }));
    };
    let id = AccountId(number(pk));
    if let Some((issuer, subject)) = &new.subject {
        link(tx, id, issuer, subject)?;
    }
    let mut after = rights_json(&new.rights);
    after["login"] = json!(new.login);
    after["password"] = json!(new.password.is_some());
    if let Some((issuer, _)) = &new.subject {
        after["issuer"] = json!(issuer);
    }
    note(tx, "account.add", id, None, Some(&after), by)?;
    Ok(id)
}

fn link(tx: &Transaction<'_>, id: AccountId, issuer: &str, subject: &str) -> Result<(), Fault> {
    tx.prepare_cached(
        "INSERT INTO account_subjects (issuer, subject, account) VALUES (?1, ?2, ?3)
         ON CONFLICT (issuer, subject) DO UPDATE SET account = excluded.account",
    )?
    .execute(params![issuer, subject, id.0.cast_signed()])?;
    Ok(())
}

/// See [`Accounts::forget_sessions`](crate::Accounts::forget_sessions).
pub(super) fn forget_sessions(tx: &Transaction<'_>, now: Timestamp) -> Result<usize, Fault> {
    Ok(tx
        .prepare_cached("DELETE FROM sessions WHERE expires_at <= ?1")?
        .execute([now.as_microsecond()])?)
}

pub(super) fn all(db: &Connection) -> Result<Vec<Account>, Fault> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM accounts a ORDER BY a.login"
    ))?;
    let found = statement.query_map([], account)?;
    Ok(found.collect::<Sql<_>>()?)
}

pub(super) fn credentials(db: &Connection, id: AccountId) -> Result<Option<Credentials>, Fault> {
    Ok(db
        .prepare_cached(&format!("SELECT {COLUMNS} FROM accounts a WHERE a.pk = ?1"))?
        .query_row([id.0.cast_signed()], with_proof)
        .optional()?)
}

pub(super) fn named(db: &Connection, login: &str) -> Result<Option<Credentials>, Fault> {
    Ok(db
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM accounts a WHERE a.login = ?1"
        ))?
        .query_row([login], with_proof)
        .optional()?)
}

pub(super) fn of_subject(
    db: &Connection,
    issuer: &str,
    subject: &str,
) -> Result<Option<Account>, Fault> {
    Ok(db
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM account_subjects s JOIN accounts a ON a.pk = s.account
             WHERE s.issuer = ?1 AND s.subject = ?2"
        ))?
        .query_row([issuer, subject], account)
        .optional()?)
}

pub(super) fn change(
    tx: &Transaction<'_>,
    id: AccountId,
    change: &AccountChange,
    by: &By,
) -> Result<bool, Fault> {
    let Some(known) = credentials(tx, id)? else {
        return Ok(false);
    };
    let pk = id.0.cast_signed();
    let set = |what: &str, value: &dyn crate::sql::ToSql| -> Result<(), Fault> {
        tx.execute(
            &format!("UPDATE accounts SET {what} = ?2 WHERE pk = ?1"),
            params![pk, value],
        )?;
        Ok(())
    };
    let was = &known.account;
    match change {
        AccountChange::Rights(rights) => {
            set("role", &rights.role.code())?;
            set("reach", &rights.reach.to_string())?;
            end(tx, id, None)?;
            let (before, after) = (rights_json(&was.rights), rights_json(rights));
            note(tx, "account.rights", id, Some(&before), Some(&after), by)?;
        }
        AccountChange::DisplayName(name) => {
            set("display_name", name)?;
            let (before, after) = (json!({"name": was.display_name}), json!({"name": name}));
            note(tx, "account.name", id, Some(&before), Some(&after), by)?;
        }
        AccountChange::Active(is_active) => {
            set("is_active", is_active)?;
            if !is_active {
                end(tx, id, None)?;
            }
            let (before, after) = (
                json!({"active": was.is_active}),
                json!({"active": is_active}),
            );
            note(tx, "account.active", id, Some(&before), Some(&after), by)?;
        }
        AccountChange::Password { hash, keep } => {
            set("password", hash)?;
            forgive(tx, id)?;
            end(tx, id, *keep)?;
            note(tx, "account.password", id, None, None, by)?;
        }
        AccountChange::ProposeTotp(secret) => set("totp_pending", secret)?,
        AccountChange::ConfirmTotp { step } => {
            set("totp", &known.totp_pending)?;
            set("totp_step", &step.cast_signed())?;
            set("totp_pending", &None::<Vec<u8>>)?;
            let (before, after) = (json!({"totp": was.has_totp}), json!({"totp": true}));
            note(tx, "account.totp", id, Some(&before), Some(&after), by)?;
        }
        AccountChange::DropTotp => {
            set("totp", &None::<Vec<u8>>)?;
            set("totp_pending", &None::<Vec<u8>>)?;
            forgive(tx, id)?;
            let (before, after) = (json!({"totp": was.has_totp}), json!({"totp": false}));
            note(tx, "account.totp", id, Some(&before), Some(&after), by)?;
        }
        AccountChange::Subject { issuer, subject } => {
            link(tx, id, issuer, subject)?;
            let after = json!({ "issuer": issuer });
            note(tx, "account.subject", id, None, Some(&after), by)?;
        }
    }
    Ok(true)
}

pub(super) fn begin_sign_in(
    tx: &Transaction<'_>,
    login: &str,
    now: Timestamp,
) -> Result<SignIn, Fault> {
    let usable = |known: &Credentials| known.account.is_active && known.password.is_some();
    let Some(known) = named(tx, login)?.filter(usable) else {
        // As long as for a name that somebody has: a write that reaches the disk.
        tx.prepare_cached("UPDATE strange_sign_ins SET n = n + 1")?
            .execute([])?;
        return Ok(SignIn::Unknown);
    };
    let id = known.account.id;
    if let Some(until) = known.account.locked_until.filter(|until| now < *until) {
        tx.prepare_cached("UPDATE strange_sign_ins SET n = n + 1")?
            .execute([])?;
        return Ok(SignIn::Closed(id, until));
    }
    let failures: u32 = tx
        .prepare_cached(
            "UPDATE accounts SET failures = failures + 1 WHERE pk = ?1 RETURNING failures",
        )?
        .query_row([id.0.cast_signed()], |row| row.get(0))?;
    let until = lockout_pause(failures).and_then(|pause| now.checked_add(pause).ok());
    tx.prepare_cached("UPDATE accounts SET locked_until = ?2 WHERE pk = ?1")?
        .execute(params![id.0.cast_signed(), micros(until)])?;
    if let Some(until) = until {
        let by = By {
            who: Actor::Nobody,
            at: now,
            request: None,
        };
        let after = json!({"failures": failures, "until": until.to_string()});
        note(tx, "account.closed", id, None, Some(&after), &by)?;
    }
    Ok(SignIn::Open(Box::new(known)))
}

fn forgive(tx: &Transaction<'_>, id: AccountId) -> Result<(), Fault> {
    tx.prepare_cached("UPDATE accounts SET failures = 0, locked_until = NULL WHERE pk = ?1")?
        .execute([id.0.cast_signed()])?;
    Ok(())
}

pub(super) fn open_session(
    tx: &Transaction<'_>,
    new: &NewSession,
    by: &By,
) -> Result<Option<u64>, Fault> {
    let pk = new.account.0.cast_signed();
    let step = new.totp_step.map(u64::cast_signed);
    let n_fit = tx
        .prepare_cached(
            "UPDATE accounts SET totp_step = coalesce(?2, totp_step)
             WHERE pk = ?1 AND is_active = 1 AND (totp_step < ?2 OR ?2 IS NULL)",
        )?
        .execute(params![pk, step])?;
    if n_fit == 0 {
        return Ok(None);
    }
    forgive(tx, new.account)?;
    forget_sessions(tx, by.at)?;
    let of = params![
        new.token,
        pk,
        by.at.as_microsecond(),
        new.expires_at.as_microsecond()
    ];
    let session = tx
        .prepare_cached(
            "INSERT INTO sessions (token, account, created_at, last_seen_at, expires_at)
             VALUES (?1, ?2, ?3, ?3, ?4) RETURNING pk",
        )?
        .query_row(of, |row| row.get(0))?;
    let session = number(session);
    let after = json!({"session": session, "how": new.how});
    note(tx, "sign_in", new.account, None, Some(&after), by)?;
    Ok(Some(session))
}

pub(super) fn session(
    db: &Connection,
    token: &SecretHash,
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<Option<OpenSession>, Fault> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS}, s.pk, s.created_at, s.last_seen_at, s.expires_at
         FROM sessions s JOIN accounts a ON a.pk = s.account
         WHERE s.token = ?1 AND s.expires_at > ?2 AND s.last_seen_at > ?3 AND a.is_active = 1"
    ))?;
    let found = statement.query_row(
        params![token, now.as_microsecond(), idle_since.as_microsecond()],
        |row| {
            Ok(OpenSession {
                account: account(row)?,
                session: session_at(row, 11)?,
            })
        },
    );
    Ok(found.optional()?)
}

pub(super) fn touch(tx: &Transaction<'_>, session: u64, at: Timestamp) -> Result<(), Fault> {
    tx.prepare_cached("UPDATE sessions SET last_seen_at = ?2 WHERE pk = ?1 AND last_seen_at < ?2")?
        .execute(params![session.cast_signed(), at.as_microsecond()])?;
    Ok(())
}

pub(super) fn sessions(
    db: &Connection,
    account: AccountId,
    now: Timestamp,
) -> Result<Vec<Session>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT pk, created_at, last_seen_at, expires_at FROM sessions
         WHERE account = ?1 AND expires_at > ?2 ORDER BY last_seen_at DESC, pk DESC",
    )?;
    let found = statement.query_map(
        params![account.0.cast_signed(), now.as_microsecond()],
        |row| session_at(row, 0),
    )?;
    Ok(found.collect::<Sql<_>>()?)
}

pub(super) fn end_one(
    tx: &Transaction<'_>,
    account: AccountId,
    session: u64,
    by: &By,
) -> Result<bool, Fault> {
    let n_ended = tx
        .prepare_cached("DELETE FROM sessions WHERE pk = ?1 AND account = ?2")?
        .execute(params![session.cast_signed(), account.0.cast_signed()])?;
    if n_ended > 0 {
        let before = json!({ "session": session });
        note(tx, "sign_out", account, Some(&before), None, by)?;
    }
    Ok(n_ended > 0)
}

pub(super) fn end_all(
    tx: &Transaction<'_>,
    account: AccountId,
    but: Option<u64>,
    by: &By,
) -> Result<usize, Fault> {
    let n_ended = end(tx, account, but)?;
    if n_ended > 0 {
        let before = json!({ "sessions": n_ended });
        note(tx, "sign_out_everywhere", account, Some(&before), None, by)?;
    }
    Ok(n_ended)
}

fn end(tx: &Transaction<'_>, account: AccountId, but: Option<u64>) -> Result<usize, Fault> {
    let but = but.map(u64::cast_signed);
    Ok(tx
        .prepare_cached("DELETE FROM sessions WHERE account = ?1 AND pk IS DISTINCT FROM ?2")?
        .execute(params![account.0.cast_signed(), but])?)
}

fn note(
    tx: &Transaction<'_>,
    action: &str,
    id: AccountId,
    before: Option<&Value>,
    after: Option<&Value>,
    by: &By,
) -> Result<(), Fault> {
    let entry = AuditEntry {
        action: action.to_owned(),
        object: format!("account/{id}"),
        before: before.map(Value::to_string),
        after: after.map(Value::to_string),
    };
    audit::append(tx, &entry, by)?;
    Ok(())
}

fn rights_json(rights: &Rights) -> Value {
    json!({"role": rights.role.code(), "reach": rights.reach.to_string()})
}

fn account(row: &Row<'_>) -> Sql<Account> {
    let password: Option<String> = row.get(7)?;
    let totp: Option<Vec<u8>> = row.get(8)?;
    Ok(Account {
        id: AccountId(number(row.get(0)?)),
        login: row.get(1)?,
        display_name: row.get(2)?,
        rights: Rights {
            role: code(row, 3, "role", Role::from_code)?,
            reach: reach(row, 4)?,
        },
        is_active: row.get(5)?,
        created_at: moment(row, 6)?,
        has_password: password.is_some(),
        has_totp: totp.is_some(),
        locked_until: optional_moment(row, 9)?,
    })
}

/// A column that holds a reach; no text reaches nothing.
pub(super) fn reach(row: &Row<'_>, column: usize) -> Sql<Reach> {
    text_with(row, column, |text| {
        if text.is_empty() {
            return Ok(Reach::Units(std::collections::BTreeSet::new()));
        }
        Reach::from_text(text).ok_or_else(|| format!("`{text}` is no reach"))
    })
}

fn with_proof(row: &Row<'_>) -> Sql<Credentials> {
    Ok(Credentials {
        account: account(row)?,
        password: row.get(7)?,
        totp: row.get(8)?,
        totp_pending: row.get(10)?,
    })
}

fn session_at(row: &Row<'_>, at: usize) -> Sql<Session> {
    Ok(Session {
        id: number(row.get(at)?),
        created_at: moment(row, at + 1)?,
        last_seen_at: moment(row, at + 2)?,
        expires_at: moment(row, at + 3)?,
    })
}
