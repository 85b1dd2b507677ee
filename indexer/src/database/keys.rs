//! Keys of the API.

use std::collections::BTreeSet;

use crate::sql::{Connection, OptionalExtension, Result as Sql, Row, Transaction, params};
use jiff::civil::Date;
use models::domain::{ApiKey, KeyScope};
use serde_json::json;

use super::accounts::reach;
use super::audit;
use super::fault::{Fault, unreadable};
use super::rows::{micros, moment, number, optional_moment, text_with};
use crate::accounts::{AuditEntry, By, NewKey, SecretHash};

const COLUMNS: &str = "pk, name, scopes, per_minute, reach, created_at, expires_at, last_used_on,
    revoked_at";

pub(super) fn add(tx: &Transaction<'_>, new: &NewKey, by: &By) -> Result<u64, Fault> {
    let scopes = new.scopes.iter().map(|scope| scope.code());
    let scopes = scopes.collect::<Vec<_>>().join(" ");
    let of = params![
        new.secret,
        new.name,
        scopes,
        new.per_minute,
        new.reach.to_string(),
        by.at.as_microsecond(),
        micros(new.expires_at),
    ];
    let id = tx
        .prepare_cached(
            "INSERT INTO api_keys (secret, name, scopes, per_minute, reach, created_at, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING pk",
        )?
        .query_row(of, |row| row.get(0))?;
    let id = number(id);
    let after = json!({
        "name": new.name,
        "scopes": scopes,
        "reach": new.reach.to_string(),
        "per_minute": new.per_minute,
        "expires_at": new.expires_at.map(|at| at.to_string()),
    });
    let entry = AuditEntry {
        action: "key.add".to_owned(),
        object: format!("key/{id}"),
        before: None,
        after: Some(after.to_string()),
    };
    audit::append(tx, &entry, by)?;
    Ok(id)
}

pub(super) fn all(db: &Connection) -> Result<Vec<ApiKey>, Fault> {
    let mut statement =
        db.prepare_cached(&format!("SELECT {COLUMNS} FROM api_keys ORDER BY pk DESC"))?;
    let found = statement.query_map([], key)?;
    Ok(found.collect::<Sql<_>>()?)
}

pub(super) fn of_secret(db: &Connection, secret: &SecretHash) -> Result<Option<ApiKey>, Fault> {
    Ok(db
        .prepare_cached(&format!("SELECT {COLUMNS} FROM api_keys WHERE secret = ?1"))?
        .query_row([secret], key)
        .optional()?)
}

pub(super) fn note_use(tx: &Transaction<'_>, id: u64, on: Date) -> Result<(), Fault> {
    tx.prepare_cached("UPDATE api_keys SET last_used_on = ?2 WHERE pk = ?1")?
        .execute(params![id.cast_signed(), on.to_string()])?;
    Ok(())
}

pub(super) fn revoke(tx: &Transaction<'_>, id: u64, by: &By) -> Result<bool, Fault> {
    let n_revoked = tx
        .prepare_cached("UPDATE api_keys SET revoked_at = ?2 WHERE pk = ?1 AND revoked_at IS NULL")?
        .execute(params![id.cast_signed(), by.at.as_microsecond()])?;
    if n_revoked > 0 {
        let entry = AuditEntry {
            action: "key.revoke".to_owned(),
            object: format!("key/{id}"),
            ..AuditEntry::default()
        };
        audit::append(tx, &entry, by)?;
    }
    Ok(n_revoked > 0)
}

fn key(row: &Row<'_>) -> Sql<ApiKey> {
    let scopes = text_with(row, 2, |text| {
        let scopes = text
            .split_whitespace()
            .map(|code| KeyScope::from_code(code).ok_or_else(|| format!("`{code}` is no scope")));
        scopes.collect::<Result<BTreeSet<_>, _>>()
    })?;
    let last_used_on: Option<String> = row.get(7)?;
    let last_used_on = last_used_on
        .map(|text| text.parse::<Date>())
        .transpose()
        .map_err(|why| unreadable(7, why.to_string()))?;
    Ok(ApiKey {
        id: number(row.get(0)?),
        name: row.get(1)?,
        scopes,
        per_minute: row.get(3)?,
        reach: reach(row, 4)?,
        created_at: moment(row, 5)?,
        expires_at: optional_moment(row, 6)?,
        last_used_on,
        revoked_at: optional_moment(row, 8)?,
    })
}
