//! What was known at an earlier moment: versions of mentions and groupings that an edition read and
//! that were replaced since.

use std::collections::HashMap;

use crate::sql::{Connection, Dialect, OptionalExtension, Result as Sql, Transaction, params};
use jiff::Timestamp;
use jiff::civil::Date;
use models::domain::{AnnotatedMention, Concern, ConcernId, DigestScope, Period, PeriodKind};

use super::concerns;
use super::fault::{Fault, unreadable};
use super::rows::{MOMENT, SELECT_MENTIONS, annotated, moment, number, span};
use crate::archive::{AsOf, Changes, EditionInputs, KnownEdition, OpenEdition, Window};
use crate::shapes::{InputsShape, from_json, scope_text, to_json};

/// Reads [`SELECT_MENTIONS`] of versions that were replaced.
const SELECT_PAST: &str = "
    SELECT m.id, p.channel, p.source, p.url, p.published_at, p.title, p.body, p.parent,
           p.likes, p.comments, p.shares, p.capture,
           p.status, p.field, p.address, p.due_at, p.closed_at, p.rating,
           p.is_concern, p.concern_probability, p.scope, p.places, p.topic, p.topic_probability,
           p.sentiment, p.negative, p.neutral, p.positive, p.pii, p.fingerprint, p.model_version,
           c.concern, p.seq, m.pk, p.moment, p.updated_at
    FROM past_mentions p JOIN mentions m ON m.pk = p.mention
    LEFT JOIN mention_concerns c ON c.mention = m.pk ";

/// Keeps the present version of a mention that is about to be replaced by the write `until`, when an
/// edition has read it.
pub(super) fn keep_mention(tx: &Connection, pk: i64, until: i64) -> Result<(), Fault> {
    let day = day_of(tx, "m.moment");
    tx.prepare_cached(&format!(
        "INSERT INTO past_mentions
         SELECT m.pk, m.seq, CAST(?2 AS BIGINT), m.moment, m.channel, m.source, m.url, m.published_at, m.title,
                m.body, m.parent, m.likes, m.comments, m.shares, m.capture, t.status, t.field,
                t.address, t.due_at, t.closed_at, t.rating, t.updated_at, a.is_concern,
                a.concern_probability, a.scope, a.places, a.topic, a.topic_probability,
                a.sentiment, a.negative, a.neutral, a.positive, a.pii, a.fingerprint,
                a.model_version
         FROM mentions m JOIN annotations a ON a.mention = m.pk
         LEFT JOIN tickets t ON t.mention = m.pk
         WHERE m.pk = ?1 AND EXISTS
             (SELECT 1 FROM editions e WHERE e.seq >= m.seq
              AND e.day >= {day})
         ON CONFLICT DO NOTHING"
    ))?
    .execute([pk, until])?;
    Ok(())
}

/// The Vietnamese day of a column of moments, as text.
fn day_of(db: &Connection, column: &str) -> String {
    match db.dialect() {
        Dialect::Sqlite => format!("date({column} / 1000000, 'unixepoch', '+7 hours')"),
        #[cfg(feature = "postgres")]
        Dialect::Postgres => format!(
            "to_char(to_timestamp({column} / 1000000 + 25200) AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
        ),
    }
}

/// The number up to which groupings of a day were read by an edition; rows since then or before are
/// kept when they are replaced. An edition that is just being made reads its own day again.
pub(super) fn groupings_read(tx: &Connection, day: &str) -> Result<Option<i64>, Fault> {
    Ok(tx.query_row(
        "SELECT max(coalesce(grouping, 9223372036854775807)) FROM editions
         WHERE day > ?1 OR day = ?1 AND grouping IS NOT NULL",
        [day],
        |row| row.get(0),
    )?)
}

/// See [`Archive::begin_edition`](crate::Archive::begin_edition).
pub(super) fn begin(
    tx: &Transaction<'_>,
    period: Period,
    at: Timestamp,
) -> Result<OpenEdition, Fault> {
    let (seq, grouping): (i64, i64) =
        tx.query_row("SELECT seq, grouping FROM history", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let correction = super::corrections::latest(tx)?;
    let id = tx.query_row(
        "INSERT INTO editions (period, day, begun_at, seq, correction)
         VALUES (?1, ?2, ?3, ?4, ?5) RETURNING pk",
        params![
            period.kind().code(),
            period.last().to_string(),
            at.as_microsecond(),
            seq,
            correction.cast_signed()
        ],
        |row| row.get(0),
    )?;
    Ok(OpenEdition {
        id: number(id),
        as_of: AsOf {
            seq: number(seq),
            grouping: number(grouping),
            correction,
        },
    })
}

/// Says what an edition was made from.
pub(super) fn seal(
    tx: &Transaction<'_>,
    edition: &OpenEdition,
    inputs: &EditionInputs,
) -> Result<(), Fault> {
    tx.execute(
        "UPDATE editions SET grouping = ?2, inputs = ?3 WHERE pk = ?1",
        params![
            edition.id.cast_signed(),
            edition.as_of.grouping.cast_signed(),
            to_json("edition", &InputsShape::from(inputs))?
        ],
    )?;
    Ok(())
}

const SELECT_EDITIONS: &str =
    "SELECT e.pk, e.seq, e.grouping, e.begun_at, e.inputs, e.correction FROM editions e ";

/// See [`Archive::latest_edition`](crate::Archive::latest_edition).
pub(super) fn latest_edition(
    db: &Connection,
    period: Period,
) -> Result<Option<KnownEdition>, Fault> {
    let of = params![period.kind().code(), period.last().to_string()];
    Ok(db
        .prepare_cached(&format!(
            "{SELECT_EDITIONS} WHERE e.period = ?1 AND e.day = ?2 AND e.grouping IS NOT NULL
             ORDER BY e.pk DESC LIMIT 1"
        ))?
        .query_row(of, known)
        .optional()?)
}

/// See [`Archive::edition_of`](crate::Archive::edition_of).
pub(super) fn edition_of(
    db: &Connection,
    scope: &DigestScope,
    period: Period,
    revision: u32,
) -> Result<Option<KnownEdition>, Fault> {
    let of = params![
        scope_text(scope),
        period.kind().code(),
        period.last().to_string(),
        revision
    ];
    Ok(db
        .prepare_cached(&format!(
            "{SELECT_EDITIONS} JOIN digests d ON d.edition = e.pk
             WHERE d.scope = ?1 AND d.period = ?2 AND d.day = ?3 AND d.revision = ?4"
        ))?
        .query_row(of, known)
        .optional()?)
}

fn known(row: &crate::sql::Row<'_>) -> Sql<KnownEdition> {
    let inputs: Option<String> = row.get(4)?;
    let inputs = inputs
        .map(|json| EditionInputs::try_from(from_json::<InputsShape>(&json)?))
        .transpose()
        .map_err(|why| unreadable(4, why))?;
    Ok(KnownEdition {
        id: number(row.get(0)?),
        as_of: AsOf {
            seq: number(row.get(1)?),
            grouping: number(row.get(2)?),
            correction: number(row.get(5)?),
        },
        begun_at: moment(row, 3)?,
        inputs,
    })
}

/// See [`Archive::changes_since`](crate::Archive::changes_since).
pub(super) fn changes_since(
    db: &Connection,
    from: Date,
    to: Date,
    edition: &KnownEdition,
) -> Result<Changes, Fault> {
    let (start, end) = span(from, to);
    let (seq, at) = (
        edition.as_of.seq.cast_signed(),
        edition.begun_at.as_microsecond(),
    );
    let count = |sql: &str, last: i64| -> Sql<u64> {
        let counted = db
            .prepare_cached(sql)?
            .query_row([start, end, seq, last], |row| row.get(0));
        counted.map(number)
    };
    Ok(Changes {
        n_new: count(
            "SELECT count(*) FROM mentions
             WHERE moment >= ?1 AND moment < ?2 AND seq > ?3 AND recorded_at > ?4",
            at,
        )?,
        n_changed: count(
            "SELECT count(*) FROM mentions
             WHERE moment >= ?1 AND moment < ?2 AND seq > ?3 AND recorded_at <= ?4",
            at,
        )?,
        n_removed: count(
            "SELECT count(*) FROM removals
             WHERE moment >= ?1 AND moment < ?2 AND seq > ?3 AND CAST(?4 AS BIGINT) IS NOT NULL",
            at,
        )?,
    })
}

/// See [`Archive::window`](crate::Archive::window).
pub(super) fn window(
    db: &Connection,
    from: Date,
    to: Date,
    concerns_on: Date,
    as_of: AsOf,
) -> Result<Window, Fault> {
    let grouping = i64::try_from(as_of.grouping).unwrap_or(i64::MAX);
    let concerns = if is_latest(db, as_of)? {
        // Read by an index alone: over years there are millions of states.
        concerns::concerns_at(db, concerns_on)?
    } else {
        concerns_at(db, concerns_on, grouping)?
    };
    Ok(Window {
        mentions: mentions(db, from, to, as_of)?,
        concerns,
    })
}

/// Whether nothing was grouped since: then no state and no concern of a mention was another one.
fn is_latest(db: &Connection, as_of: AsOf) -> Result<bool, Fault> {
    let known: i64 = db.query_row("SELECT grouping FROM history", [], |row| row.get(0))?;
    Ok(as_of.grouping >= number(known))
}

fn mentions(
    db: &Connection,
    from: Date,
    to: Date,
    as_of: AsOf,
) -> Result<Vec<AnnotatedMention>, Fault> {
    let (start, end) = span(from, to);
    let clip = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let (seq, grouping) = (clip(as_of.seq), clip(as_of.grouping));
    let read = |row: &crate::sql::Row<'_>| Ok((row.get::<_, i64>(MOMENT)?, annotated(row)?));
    let mut statement = db.prepare_cached(&format!(
        "{SELECT_MENTIONS} WHERE m.moment >= ?1 AND m.moment < ?2 AND m.seq <= ?3"
    ))?;
    let present = statement.query_map([start, end, seq], read)?;
    let mut found = present.collect::<Sql<Vec<_>>>()?;
    let mut statement = db.prepare_cached(&format!(
        "{SELECT_PAST} WHERE p.moment >= ?1 AND p.moment < ?2 AND p.seq <= ?3 AND p.until > ?3"
    ))?;
    let past = statement.query_map([start, end, seq], read)?;
    found.extend(past.collect::<Sql<Vec<_>>>()?);
    if is_latest(db, as_of)? {
        sort_by_time(&mut found);
        return Ok(found.into_iter().map(|(_, mention)| mention).collect());
    }
    // The concern is that of the grouping asked for, whatever version of the mention it is.
    let later = concerns_otherwise(
        db,
        "SELECT m.id, NULL FROM mentions m JOIN mention_concerns c ON c.mention = m.pk
         WHERE c.since > ?1 AND m.moment >= ?2 AND m.moment < ?3",
        [grouping, start, end],
    )?;
    let earlier = concerns_otherwise(
        db,
        "SELECT m.id, p.concern FROM past_mention_concerns p JOIN mentions m ON m.pk = p.mention
         WHERE p.since <= ?1 AND p.until > ?1 AND m.moment >= ?2 AND m.moment < ?3",
        [grouping, start, end],
    )?;
    if !later.is_empty() || !earlier.is_empty() {
        for (_, mention) in &mut found {
            let id = mention.mention.id.as_str();
            if let Some(concern) = earlier.get(id).or_else(|| later.get(id)) {
                mention.concern = concern.clone().map(ConcernId::new);
            }
        }
    }
    sort_by_time(&mut found);
    Ok(found.into_iter().map(|(_, mention)| mention).collect())
}

fn sort_by_time(found: &mut [(i64, AnnotatedMention)]) {
    found.sort_by(|(at, a), (other, b)| at.cmp(other).then(a.mention.id.cmp(&b.mention.id)));
}

/// Mentions whose concern was another one at a grouping, with that concern.
fn concerns_otherwise(
    db: &Connection,
    sql: &str,
    of: [i64; 3],
) -> Result<HashMap<String, Option<String>>, Fault> {
    let mut statement = db.prepare_cached(sql)?;
    let found = statement.query_map(of, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<Sql<_>>()?)
}

fn concerns_at(db: &Connection, day: Date, grouping: i64) -> Result<Vec<Concern>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT day, concern, body FROM
             (SELECT day, concern, body,
                     row_number() OVER (PARTITION BY concern ORDER BY day DESC) AS place FROM
                  (SELECT day, concern, body FROM concern_states WHERE day <= ?1 AND since <= ?2
                   UNION ALL
                   SELECT day, concern, body FROM past_concern_states
                   WHERE day <= ?1 AND since <= ?2 AND until > ?2) AS every) AS placed
         WHERE place = 1 ORDER BY concern",
    )?;
    let found = statement.query_map(params![day.to_string(), grouping], |row| {
        let is_dropped = row.get_ref(2)? == crate::sql::ValueRef::Null;
        if is_dropped {
            return Ok(None);
        }
        concerns::body(row, 2).map(Some)
    })?;
    let found = found.collect::<Sql<Vec<_>>>()?;
    Ok(found.into_iter().flatten().collect())
}

/// See [`Archive::periods`](crate::Archive::periods).
pub(super) fn periods(
    db: &Connection,
    scope: &DigestScope,
    kind: PeriodKind,
) -> Result<Vec<Period>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT DISTINCT day FROM digests WHERE scope = ?1 AND period = ?2 ORDER BY day DESC",
    )?;
    let days = statement.query_map(params![scope_text(scope), kind.code()], |row| {
        super::rows::day(row, 0)
    })?;
    let days = days.collect::<Sql<Vec<_>>>()?;
    Ok(days.into_iter().map(|day| Period::of(kind, day)).collect())
}
