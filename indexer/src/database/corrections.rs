//! What officers corrected; numbered, never changed.

use crate::sql::{
    Connection, Dialect, OptionalExtension, Params, Result as Sql, Row, Transaction, params,
};
use models::domain::{ConcernId, Correction, CorrectionChange, DeskRole, MentionId};
use serde_json::json;

use super::fault::{Fault, unreadable};
use super::record;
use super::rows::{moment, number};
use super::{audit, desk_book};
use crate::Error;
use crate::accounts::AuditEntry;
use crate::archive::NewCorrection;
use crate::shapes::{Complaint, CorrectionShape, from_json, of_code, to_json};

const SELECT: &str =
    "SELECT c.seq, c.made_at, c.officer, c.reason, c.change, c.role, c.anchors FROM corrections c ";

/// See [`Archive::add_correction`](crate::Archive::add_correction).
pub(super) fn add(tx: &Transaction<'_>, made: &NewCorrection) -> Result<Correction, Fault> {
    for (concern, made_on) in &made.made_on {
        let now = version(tx, concern)?;
        if now != *made_on {
            let (concern, made_on) = (concern.clone(), *made_on);
            return Err(Fault::Ours(Error::Stale {
                concern,
                made_on,
                now,
            }));
        }
    }
    let json = to_json("correction", &CorrectionShape::from(&made.change))?;
    let anchors = made.anchors.iter();
    let anchors = anchors.map(|(concern, mention)| (concern.as_str(), mention.as_str()));
    let anchors = to_json("anchors", &anchors.collect::<Vec<_>>())?;
    let seq = tx.query_row(
        "INSERT INTO corrections (made_at, officer, reason, change, role, anchors)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING seq",
        params![
            made.made_at.as_microsecond(),
            made.officer,
            made.reason,
            json,
            made.role.code(),
            anchors
        ],
        |row| row.get(0),
    )?;
    note_subjects(tx, seq, &made.change)?;
    record::annotate_again(tx, &made.annotations)?;
    if let Some(told) = &made.told {
        let by = made.logged.as_ref().and_then(desk_book::author);
        desk_book::tell_concerned(tx, told, by, made.made_at)?;
    }
    if let Some(by) = &made.logged {
        audit::append(tx, &audit_line(&made.change, number(seq)), by)?;
    }
    Ok(Correction {
        seq: number(seq),
        made_at: made.made_at,
        officer: made.officer.clone(),
        role: made.role,
        reason: made.reason.clone(),
        change: made.change.clone(),
        anchors: made.anchors.clone(),
    })
}

/// What the audit log says of a correction.
fn audit_line(change: &CorrectionChange, seq: u64) -> AuditEntry {
    let concerns = change.concerns();
    let (kind, object) = match (change, change.mention(), concerns.first()) {
        (CorrectionChange::Undo(undone), ..) => ("correction", format!("correction/{undone}")),
        (_, Some(mention), _) => ("mention", format!("mention/{mention}")),
        (_, None, Some(concern)) => ("concern", format!("concern/{concern}")),
        (_, None, None) => ("correction", format!("correction/{seq}")),
    };
    AuditEntry {
        action: format!("{kind}.{}", change.code()),
        object,
        before: None,
        after: Some(json!({ "correction": seq }).to_string()),
    }
}

fn note_subjects(tx: &Transaction<'_>, seq: i64, change: &CorrectionChange) -> Result<(), Fault> {
    if let CorrectionChange::Undo(undone) = change {
        tx.execute(
            "INSERT INTO correction_subjects (kind, subject, correction)
             SELECT kind, subject, CAST(?2 AS BIGINT) FROM correction_subjects WHERE correction = ?1",
            params![undone.cast_signed(), seq],
        )?;
    }
    let mention = change.mention().map(|id| ("mention", id.as_str()));
    let concerns = change.concerns().into_iter();
    let concerns = concerns.map(|id| ("concern", id.as_str()));
    for (kind, subject) in concerns.chain(mention) {
        tx.execute(
            "INSERT INTO correction_subjects (kind, subject, correction)
             VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            params![kind, subject, seq],
        )?;
    }
    Ok(())
}

/// See [`Archive::concern_version`](crate::Archive::concern_version).
pub(super) fn version(db: &Connection, concern: &ConcernId) -> Result<u64, Fault> {
    let latest: Option<i64> = db
        .prepare_cached(
            "SELECT max(correction) FROM correction_subjects
             WHERE kind = 'concern' AND subject = ?1",
        )?
        .query_row([concern.as_str()], |row| row.get(0))?;
    Ok(latest.map_or(0, number))
}

/// See [`Archive::latest_correction`](crate::Archive::latest_correction).
pub(super) fn latest(db: &Connection) -> Result<u64, Fault> {
    let latest: Option<i64> = db
        .prepare_cached("SELECT seq FROM corrections ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(latest.map_or(0, number))
}

pub(super) fn all(db: &Connection) -> Result<Vec<Correction>, Fault> {
    select(db, "ORDER BY c.seq", [])
}

/// See [`Archive::correction`](crate::Archive::correction).
pub(super) fn one(db: &Connection, seq: u64) -> Result<Option<Correction>, Fault> {
    let Ok(seq) = i64::try_from(seq) else {
        return Ok(None);
    };
    Ok(select(db, "WHERE c.seq = ?1", [seq])?.pop())
}

/// See [`Archive::corrections_after`](crate::Archive::corrections_after).
pub(super) fn after(db: &Connection, seq: u64) -> Result<Vec<Correction>, Fault> {
    let seq = i64::try_from(seq).unwrap_or(i64::MAX);
    select(db, "WHERE c.seq > ?1 ORDER BY c.seq", [seq])
}

/// See [`Archive::corrections_of_mentions`](crate::Archive::corrections_of_mentions).
pub(super) fn of_mentions(db: &Connection, ids: &[MentionId]) -> Result<Vec<Correction>, Fault> {
    let ids = ids.iter().map(MentionId::as_str).collect::<Vec<_>>();
    let asked = match db.dialect() {
        Dialect::Sqlite => "json_each(?1) asked",
        #[cfg(feature = "postgres")]
        Dialect::Postgres => "json_array_elements_text(CAST(?1 AS json)) AS asked (value)",
    };
    select(
        db,
        &format!(
            "WHERE c.seq IN (SELECT s.correction FROM {asked} JOIN correction_subjects s
                             ON s.kind = 'mention' AND s.subject = asked.value)
             ORDER BY c.seq"
        ),
        [to_json("ids", &ids)?],
    )
}

/// See [`Archive::corrections_of_concern`](crate::Archive::corrections_of_concern).
pub(super) fn of_concern(db: &Connection, id: &ConcernId) -> Result<Vec<Correction>, Fault> {
    select(
        db,
        "JOIN correction_subjects s ON s.correction = c.seq
         WHERE s.kind = 'concern' AND s.subject = ?1 ORDER BY c.seq",
        [id.as_str()],
    )
}

/// See [`Archive::concern_corrections`](crate::Archive::concern_corrections).
pub(super) fn of_concerns(db: &Connection, up_to: u64) -> Result<Vec<Correction>, Fault> {
    select(
        db,
        "WHERE c.seq <= ?1 AND c.seq IN
             (SELECT correction FROM correction_subjects WHERE kind = 'concern')
         ORDER BY c.seq",
        [i64::try_from(up_to).unwrap_or(i64::MAX)],
    )
}

fn select(db: &Connection, which: &str, of: impl Params) -> Result<Vec<Correction>, Fault> {
    let mut statement = db.prepare_cached(&format!("{SELECT}{which}"))?;
    let found = statement.query_map(of, correction)?;
    Ok(found.collect::<Sql<_>>()?)
}

fn correction(row: &Row<'_>) -> Sql<Correction> {
    let change = from_json::<CorrectionShape>(row.get_ref(4)?.as_str()?)
        .and_then(CorrectionChange::try_from)
        .map_err(|why| unreadable(4, why))?;
    let role = of_code("role", row.get_ref(5)?.as_str()?, DeskRole::from_code);
    Ok(Correction {
        seq: number(row.get(0)?),
        made_at: moment(row, 1)?,
        officer: row.get(2)?,
        role: role.map_err(|why| unreadable(5, why))?,
        reason: row.get(3)?,
        change,
        anchors: anchors(row.get_ref(6)?.as_str()?).map_err(|why| unreadable(6, why))?,
    })
}

fn anchors(json: &str) -> Result<Vec<(ConcernId, MentionId)>, Complaint> {
    let pairs = from_json::<Vec<(String, String)>>(json)?.into_iter();
    Ok(pairs
        .map(|(concern, mention)| (ConcernId::new(concern), MentionId::new(mention)))
        .collect())
}
