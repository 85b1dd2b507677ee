//! Which mentions are to be looked at again at their source, and when.

use crate::sql::{Connection, Result as Sql, Transaction, params};
use jiff::Timestamp;
use models::domain::{MentionId, SourceId};

use super::fault::Fault;
use super::rows::{at_most, moment};
use crate::archive::DueLook;

pub(super) fn first(
    tx: &Connection,
    pk: i64,
    source: &SourceId,
    due_at: Timestamp,
) -> Result<(), Fault> {
    tx.prepare_cached(
        "INSERT INTO looks (mention, source, due_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
    )?
    .execute(params![pk, source.as_str(), due_at.as_microsecond()])?;
    Ok(())
}

/// The mention is now heard through another source, which is to be asked.
pub(super) fn move_to(tx: &Connection, pk: i64, source: &SourceId) -> Result<(), Fault> {
    tx.prepare_cached("UPDATE looks SET source = ?2 WHERE mention = ?1")?
        .execute(params![pk, source.as_str()])?;
    Ok(())
}

/// See [`Archive::due_looks`](crate::Archive::due_looks).
pub(super) fn due(
    db: &Connection,
    source: &SourceId,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<DueLook>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT m.id, m.url, m.moment, l.shown_until > ?2 FROM looks l
         JOIN mentions m ON m.pk = l.mention
         WHERE l.source = ?1 AND l.due_at <= ?2 AND m.url IS NOT NULL
         ORDER BY l.due_at LIMIT ?3",
    )?;
    let window = params![source.as_str(), now.as_microsecond(), at_most(limit)];
    let found = statement.query_map(window, |row| {
        Ok(DueLook {
            mention: MentionId::new(row.get::<_, String>(0)?),
            url: row.get(1)?,
            moment: moment(row, 2)?,
            is_shown: row.get(3)?,
        })
    })?;
    Ok(found.collect::<Sql<_>>()?)
}

/// See [`Archive::put_looks_off`](crate::Archive::put_looks_off).
pub(super) fn put_off(tx: &Transaction<'_>, looks: &[(MentionId, Timestamp)]) -> Result<(), Fault> {
    let mut update = tx.prepare_cached(
        "UPDATE looks SET due_at = ?2 WHERE mention = (SELECT pk FROM mentions WHERE id = ?1)",
    )?;
    for (id, due_at) in looks {
        update.execute(params![id.as_str(), due_at.as_microsecond()])?;
    }
    Ok(())
}

/// See [`Archive::watch_shown`](crate::Archive::watch_shown).
pub(super) fn watch_shown(
    tx: &Transaction<'_>,
    shown: &[MentionId],
    until: Timestamp,
    due_at: Timestamp,
) -> Result<(), Fault> {
    let mut update = tx.prepare_cached(
        "UPDATE looks SET
             shown_until = CASE WHEN shown_until < ?2 THEN ?2 ELSE shown_until END,
             due_at = CASE WHEN due_at > ?3 THEN ?3 ELSE due_at END
         WHERE mention = (SELECT pk FROM mentions WHERE id = ?1)",
    )?;
    let (until, due_at) = (until.as_microsecond(), due_at.as_microsecond());
    for id in shown {
        update.execute(params![id.as_str(), until, due_at])?;
    }
    Ok(())
}
