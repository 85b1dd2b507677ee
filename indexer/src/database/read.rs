//! Reading mentions back.

use std::collections::HashSet;

use crate::sql::{Connection, OptionalExtension, Params, params};
use jiff::civil::Date;
use models::domain::{AnnotatedMention, Channel, ConcernId, MentionId, SourceId};

use super::fault::{Fault, unreadable};
use super::rows::{
    MOMENT, PK, SELECT_MENTIONS, SEQ, annotated, at_most, moment, number, span, ticket,
};
use super::{queue, sources};
use crate::Error;
use crate::archive::{Change, Listing, Page, TicketEvent};

/// Replies shown under one mention, at most.
const MAX_REPLIES: usize = 1_000;

/// Concerns whose mentions are listed together, at most.
const MAX_CONCERNS: usize = 100;

/// Items on one page, at most.
const MAX_PAGE: usize = 500;

fn select(
    db: &Connection,
    filter: &str,
    params: impl Params,
) -> Result<Vec<AnnotatedMention>, Fault> {
    let mut statement = db.prepare_cached(&format!("{SELECT_MENTIONS} {filter}"))?;
    let found = statement.query_map(params, annotated)?;
    Ok(found.collect::<Result<_, _>>()?)
}

pub(super) fn mention(db: &Connection, id: &MentionId) -> Result<Option<AnnotatedMention>, Fault> {
    Ok(select(db, "WHERE m.id = ?1", [id.as_str()])?.pop())
}

pub(super) fn mentions(db: &Connection, ids: &[MentionId]) -> Result<Vec<AnnotatedMention>, Fault> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(mention(db, id)?);
    }
    Ok(found)
}

pub(super) fn replies(db: &Connection, id: &MentionId) -> Result<Vec<AnnotatedMention>, Fault> {
    select(
        db,
        "WHERE m.parent = ?1 ORDER BY m.moment, m.id LIMIT ?2",
        params![id.as_str(), at_most(MAX_REPLIES)],
    )
}

pub(super) fn mentions_of_days(
    db: &Connection,
    from: Date,
    to: Date,
) -> Result<Vec<AnnotatedMention>, Fault> {
    let (start, end) = span(from, to);
    select(
        db,
        "WHERE m.moment >= ?1 AND m.moment < ?2 ORDER BY m.moment, m.id",
        [start, end],
    )
}

pub(super) fn press_reports(
    db: &Connection,
    from: Date,
    to: Date,
) -> Result<Vec<AnnotatedMention>, Fault> {
    let (start, end) = span(from, to);
    select(
        db,
        "WHERE m.moment >= ?1 AND m.moment < ?2 AND m.channel = ?3 AND a.is_concern <> 0
         ORDER BY m.moment, m.id",
        params![start, end, Channel::Press.code()],
    )
}

pub(super) fn mention_days(db: &Connection) -> Result<Option<(Date, Date)>, Fault> {
    let ends = db.query_row("SELECT min(moment), max(moment) FROM mentions", [], |row| {
        let first: Option<i64> = row.get(0)?;
        first
            .map(|_| Ok((moment(row, 0)?, moment(row, 1)?)))
            .transpose()
    })?;
    Ok(ends.map(|(first, last)| {
        (
            models::domain::day_in_vietnam(first),
            models::domain::day_in_vietnam(last),
        )
    }))
}

pub(super) fn mention_counts(
    db: &Connection,
    from: Date,
    to: Date,
) -> Result<Vec<(Date, SourceId, u64)>, Fault> {
    let (start, end) = span(from, to);
    let mut statement = db.prepare_cached(
        // For each source one walk through its stretch of the key, without touching a mention.
        "WITH RECURSIVE known (source) AS (
             SELECT min(source) FROM mentions
             UNION ALL
             SELECT (SELECT min(m.source) FROM mentions m WHERE m.source > known.source)
             FROM known WHERE known.source IS NOT NULL)
         SELECT min(m.moment), m.source, count(*)
         FROM known JOIN mentions m ON m.source = known.source AND m.moment >= ?1 AND m.moment < ?2
         GROUP BY (m.moment - ?1) / 86400000000, m.source
         ORDER BY 1, 2",
    )?;
    let counted = statement.query_map([start, end], |row| {
        let day = models::domain::day_in_vietnam(moment(row, 0)?);
        Ok((
            day,
            SourceId::new(row.get::<_, String>(1)?),
            number(row.get(2)?),
        ))
    })?;
    let mut counts = counted.collect::<Result<Vec<_>, _>>()?;
    counts.sort();
    Ok(counts)
}

pub(super) fn mentions_after(
    db: &Connection,
    seq: u64,
    limit: usize,
) -> Result<Vec<Change>, Fault> {
    let window = params![seq.cast_signed(), at_most(limit)];
    let mut statement = db.prepare_cached(&format!(
        "{SELECT_MENTIONS} WHERE m.seq > ?1 ORDER BY m.seq LIMIT ?2"
    ))?;
    let written = statement.query_map(window, |row| {
        let now = annotated(row)?;
        Ok(Change {
            seq: number(row.get(SEQ)?),
            mention: now.mention.id.clone(),
            moment: moment(row, MOMENT)?,
            now: Some(now),
        })
    })?;
    let mut changes = written.collect::<Result<Vec<_>, _>>()?;
    let mut statement = db.prepare_cached(
        "SELECT seq, id, removed_at FROM removals WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    )?;
    let removed = statement.query_map(window, |row| {
        Ok(Change {
            seq: number(row.get(0)?),
            mention: MentionId::new(row.get::<_, String>(1)?),
            moment: moment(row, 2)?,
            now: None,
        })
    })?;
    changes.extend(removed.collect::<Result<Vec<_>, _>>()?);
    changes.sort_by_key(|change| change.seq);
    changes.truncate(limit);
    Ok(changes)
}

pub(super) fn ticket_events(db: &Connection, id: &MentionId) -> Result<Vec<TicketEvent>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT e.at, e.status, e.field, e.address, e.due_at, e.closed_at, e.rating,
                e.updated_at
         FROM ticket_events e JOIN mentions m ON m.pk = e.mention
         WHERE m.id = ?1 ORDER BY coalesce(e.updated_at, e.at), e.pk",
    )?;
    let events = statement.query_map([id.as_str()], |row| {
        Ok(TicketEvent {
            at: moment(row, 0)?,
            ticket: ticket(row, 1, 7)?,
        })
    })?;
    Ok(events.collect::<Result<_, _>>()?)
}

pub(super) fn known_urls(db: &Connection, urls: &[String]) -> Result<HashSet<String>, Fault> {
    let mut known = HashSet::new();
    let mut by_mention = db.prepare_cached("SELECT 1 FROM mentions WHERE url = ?1")?;
    for url in urls {
        let is_known =
            by_mention.exists([url])? || sources::is_visited(db, url)? || queue::holds(db, url)?;
        if is_known {
            known.insert(url.clone());
        }
    }
    Ok(known)
}

/// See [`Archive::first_mentions`](crate::Archive::first_mentions).
pub(super) fn first_mentions(
    db: &Connection,
    id: &ConcernId,
    limit: usize,
) -> Result<Vec<MentionId>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT m.id FROM mention_concerns c JOIN mentions m ON m.pk = c.mention
         WHERE c.concern = ?1 ORDER BY m.moment, m.id LIMIT ?2",
    )?;
    let found = statement.query_map(params![id.as_str(), at_most(limit)], |row| {
        row.get::<_, String>(0).map(MentionId::new)
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// See [`Archive::mentions_of_concerns`](crate::Archive::mentions_of_concerns). Each concern is read on
/// its own, as far as the page reaches, so that a concern without parts costs what it did.
pub(super) fn mentions_of_concerns(
    db: &Connection,
    ids: &[ConcernId],
    page: &Page,
) -> Result<Listing<AnnotatedMention>, Fault> {
    let limit = page.limit.clamp(1, MAX_PAGE);
    let (before, pk) = match &page.after {
        Some(cursor) => parse_cursor(cursor)?,
        None => (i64::MAX, i64::MAX),
    };
    let mut statement = db.prepare_cached(&format!(
        "{SELECT_MENTIONS} WHERE c.concern = ?1 AND (m.moment, m.pk) < (?2, ?3)
         ORDER BY m.moment DESC, m.pk DESC LIMIT ?4"
    ))?;
    let mut found: Vec<(AnnotatedMention, i64, i64)> = Vec::new();
    for id in ids.iter().take(MAX_CONCERNS) {
        let of_one = statement.query_map(
            params![id.as_str(), before, pk, at_most(limit + 1)],
            |row| Ok((annotated(row)?, row.get(MOMENT)?, row.get(PK)?)),
        )?;
        found.extend(of_one.collect::<Result<Vec<_>, _>>()?);
    }
    found.sort_by_key(|(_, moment, pk)| std::cmp::Reverse((*moment, *pk)));
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next = match found.last() {
        Some((_, moment, pk)) if has_more => Some(format!("{moment}.{pk}")),
        _ => None,
    };
    let items = found.into_iter().map(|(mention, ..)| mention).collect();
    Ok(Listing { items, next })
}

/// Moment and key of the last item of the page before.
fn parse_cursor(cursor: &str) -> Result<(i64, i64), Fault> {
    let parsed = cursor
        .split_once('.')
        .and_then(|(moment, pk)| Some((moment.parse().ok()?, pk.parse().ok()?)));
    parsed.ok_or_else(|| Fault::Ours(Error::BadCursor(cursor.to_owned())))
}

pub(super) fn mention_concern(db: &Connection, id: &MentionId) -> Result<Option<ConcernId>, Fault> {
    let found: Option<String> = db
        .prepare_cached(
            "SELECT c.concern FROM mention_concerns c JOIN mentions m ON m.pk = c.mention
             WHERE m.id = ?1",
        )?
        .query_row([id.as_str()], |row| row.get(0))
        .optional()?;
    Ok(found.map(ConcernId::new))
}

pub(super) fn latest_seq(db: &Connection) -> Result<u64, Fault> {
    let seq = db
        .prepare_cached("SELECT seq FROM history")?
        .query_row([], |row| row.get(0))
        .optional()?;
    seq.map(number)
        .ok_or_else(|| Fault::Sql(unreadable(0, "the history row is missing".to_owned())))
}

pub(super) fn generation(db: &Connection) -> Result<String, Fault> {
    Ok(db.query_row("SELECT generation FROM history", [], |row| row.get(0))?)
}
