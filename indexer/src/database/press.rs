//! What was said of press reports.

use crate::sql::{Connection, Result as Sql, Transaction, params};
use jiff::Timestamp;
use models::domain::{MentionId, PressEvent, PressState, RequestId};
use serde_json::json;

use super::audit;
use super::fault::Fault;
use super::requests::account;
use super::rows::{code, moment, number};
use crate::accounts::{AuditEntry, By};
use crate::requests::{NewPressEvent, who};

pub(super) fn note(tx: &Transaction<'_>, new: &NewPressEvent, by: &By) -> Result<u64, Fault> {
    let (account, role) = who(by);
    let of = params![
        new.mention.as_str(),
        new.state.code(),
        by.at.as_microsecond(),
        account.map(|id| id.0.cast_signed()),
        role,
        new.detail,
        new.request.map(|id| id.0.cast_signed()),
    ];
    let seq = tx
        .prepare_cached(
            "INSERT INTO press_events (mention, state, at, account, role, detail, request)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING seq",
        )?
        .query_row(of, |row| row.get(0))?;
    let seq = number(seq);
    let entry = AuditEntry {
        action: format!("press.{}", new.state.code()),
        object: format!("mention/{}", new.mention),
        before: None,
        after: Some(json!({ "request": new.request.map(|id| id.0) }).to_string()),
    };
    audit::append(tx, &entry, by)?;
    Ok(seq)
}

pub(super) fn events(
    db: &Connection,
    mention: Option<&MentionId>,
    since: Timestamp,
) -> Result<Vec<PressEvent>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT seq, mention, state, at, account, detail, request FROM press_events
         WHERE (mention = ?1 OR ?1 IS NULL) AND at >= ?2 ORDER BY seq",
    )?;
    let mention = mention.map(MentionId::as_str);
    let found = statement.query_map(params![mention, since.as_microsecond()], |row| {
        let id: String = row.get(1)?;
        let request: Option<i64> = row.get(6)?;
        Ok(PressEvent {
            seq: number(row.get(0)?),
            mention: MentionId::new(id),
            state: code(row, 2, "state", PressState::from_code)?,
            at: moment(row, 3)?,
            by: account(row, 4)?,
            detail: row.get(5)?,
            request: request.map(|id| RequestId(number(id))),
        })
    })?;
    Ok(found.collect::<Sql<_>>()?)
}
