//! The audit log: lines that each hold the hash of the one before.

use crate::sql::{Connection, OptionalExtension, Result as Sql, Row, Transaction, params};
use jiff::Timestamp;
use models::domain::AccountId;
use sha2::{Digest, Sha256};

use super::fault::Fault;
use super::rows::{at_most, moment, number};
use crate::accounts::{Actor, AuditEntry, AuditFault, AuditRow, AuditVerdict, By, SecretHash};

const COLUMNS: &str =
    "seq, at, account, role, action, object, before, after, request, hash, previous";

/// What stands before the first line.
const BEGINNING: SecretHash = [0; 32];

pub(super) fn append(tx: &Transaction<'_>, entry: &AuditEntry, by: &By) -> Result<u64, Fault> {
    let last: Option<(i64, SecretHash)> = tx
        .prepare_cached("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (last_seq, previous) = last.unwrap_or((0, BEGINNING));
    let (account, role) = match by.who {
        Actor::Officer(id, role) => (Some(id), role.code().to_owned()),
        Actor::Key(key) => (None, format!("key/{key}")),
        Actor::Command => (None, "command".to_owned()),
        Actor::Nobody => (None, "nobody".to_owned()),
    };
    let mut row = AuditRow {
        seq: number(last_seq) + 1,
        at: by.at,
        account,
        role,
        entry: entry.clone(),
        request: by.request.clone(),
        hash: BEGINNING,
    };
    row.hash = hash_of(&row, &previous);
    tx.prepare_cached(
        "INSERT INTO audit (seq, at, account, role, action, object, before, after, request, hash,
                            previous)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        row.seq.cast_signed(),
        row.at.as_microsecond(),
        row.account.map(|id| id.0.cast_signed()),
        row.role,
        row.entry.action,
        row.entry.object,
        row.entry.before,
        row.entry.after,
        row.request,
        row.hash,
        previous,
    ])?;
    Ok(row.seq)
}

pub(super) fn rows(
    db: &Connection,
    before: Option<u64>,
    limit: usize,
) -> Result<Vec<AuditRow>, Fault> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM audit WHERE seq < ?1 OR ?1 IS NULL ORDER BY seq DESC LIMIT ?2"
    ))?;
    let before = before.map(u64::cast_signed);
    let found = statement.query_map(params![before, at_most(limit)], audit_row)?;
    Ok(found.collect::<Sql<_>>()?)
}

pub(super) fn verify(db: &Connection) -> Result<AuditVerdict, Fault> {
    let mut statement = db.prepare_cached(&format!("SELECT {COLUMNS} FROM audit ORDER BY seq"))?;
    // Somebody may have written what no longer reads as a line of ours.
    let found = statement.query_map([], |row| {
        let line = audit_row(row).and_then(|line| Ok((line, row.get::<_, SecretHash>(10)?)));
        Ok((number(row.get(0)?), line.ok()))
    })?;
    let (mut n_rows, mut head) = (0, BEGINNING);
    for row in found {
        let (seq, line) = row?;
        let expected = n_rows + 1;
        let broken = |seq, why| Ok(AuditVerdict::Broken { seq, why });
        if seq != expected {
            return broken(expected, AuditFault::Missing);
        }
        let Some((line, previous)) = line else {
            return broken(expected, AuditFault::Changed);
        };
        if hash_of(&line, &previous) != line.hash {
            return broken(expected, AuditFault::Changed);
        }
        if previous != head {
            return broken(expected, AuditFault::Unlinked);
        }
        (n_rows, head) = (expected, line.hash);
    }
    Ok(AuditVerdict::Sound { n_rows, head })
}

/// SHA-256 over every field with its length before it, so that no text can move from one to another.
fn hash_of(row: &AuditRow, previous: &SecretHash) -> SecretHash {
    let mut hasher = Sha256::new();
    let mut field = |bytes: Option<&[u8]>| match bytes {
        Some(bytes) => {
            hasher.update((bytes.len() as u64 + 1).to_be_bytes());
            hasher.update(bytes);
        }
        None => hasher.update(0_u64.to_be_bytes()),
    };
    let text = |text: &Option<String>| text.as_ref().map(|text| text.as_bytes().to_vec());
    field(Some(b"langnghe audit 1"));
    field(Some(previous));
    field(Some(&row.seq.to_be_bytes()));
    field(Some(&row.at.as_microsecond().to_be_bytes()));
    let account = row.account.map(|id| id.0.to_be_bytes());
    field(account.as_ref().map(|bytes| &bytes[..]));
    field(Some(row.role.as_bytes()));
    field(Some(row.entry.action.as_bytes()));
    field(Some(row.entry.object.as_bytes()));
    field(text(&row.entry.before).as_deref());
    field(text(&row.entry.after).as_deref());
    field(text(&row.request).as_deref());
    hasher.finalize().into()
}

fn audit_row(row: &Row<'_>) -> Sql<AuditRow> {
    let account: Option<i64> = row.get(2)?;
    let at: Timestamp = moment(row, 1)?;
    Ok(AuditRow {
        seq: number(row.get(0)?),
        at,
        account: account.map(|id| AccountId(number(id))),
        role: row.get(3)?,
        entry: AuditEntry {
            action: row.get(4)?,
            object: row.get(5)?,
            before: row.get(6)?,
            after: row.get(7)?,
        },
        request: row.get(8)?,
        hash: row.get(9)?,
    })
}
