//! Writing what was heard: mentions, annotations, tickets, removals.

use std::collections::HashSet;

use crate::sql::{Connection, OptionalExtension, Transaction, params};
use jiff::Timestamp;
use models::domain::{Annotation, Mention, MentionId, Ticket};

use super::fault::Fault;
use super::rows::{
    MOMENT, PK, SELECT_MENTIONS, SEQ, annotated, as_stored, check_annotation, micros, number,
};
use super::{hosts, looks, past, queue, read, sources, withheld};
use crate::archive::{RecordBatch, Recorded};
use crate::shapes::{PiiShape, PlacesShape, scope_code, to_json};

/// Why the mention of an entry goes when its page is known under another address.
const SUPERSEDED: &str = "stands under another address";

/// See [`Archive::record`](crate::Archive::record).
pub(super) fn record(tx: &Transaction<'_>, batch: &RecordBatch) -> Result<Recorded, Fault> {
    let mut recorded = Recorded::default();
    if let Some(delivery) = &batch.delivery {
        recorded.repeated = super::deliveries::take(tx, delivery, batch.at)?;
        if recorded.repeated.is_some() {
            return Ok(recorded);
        }
    }
    let mut seqs = Sequence::read(tx)?;
    let any_removed = has_removals(tx)?;
    let mut known_pages = HashSet::new();
    for page in &batch.pages {
        if queue::add(tx, page, batch.at)? {
            recorded.n_pages += 1;
        } else {
            known_pages.insert(page.key.as_str());
        }
    }
    for (mention, read) in &batch.mentions {
        check_annotation(&mention.id, read)?;
        if any_removed && is_removed(tx, &mention.id)? {
            recorded.n_removed += 1;
            recorded.seqs.push(None);
            continue;
        }
        let is_known_page = mention
            .url
            .as_deref()
            .is_some_and(|url| known_pages.contains(url));
        if is_known_page && let Some(stored) = stored(tx, &mention.id)? {
            // Another listing was quicker: what its page said is not replaced by an entry.
            recorded.n_unchanged += 1;
            recorded.seqs.push(Some(number(stored.seq)));
            continue;
        }
        let seq = record_mention(tx, batch, mention, read, &mut seqs, &mut recorded)?;
        recorded.seqs.push(Some(seq));
    }
    seqs.write(tx)?;
    remove(tx, &batch.superseded, SUPERSEDED, batch.at)?;
    super::captures::insert(tx, &batch.captures)?;
    for url in &batch.visited {
        sources::mark_visited(tx, url, batch.at)?;
    }
    for ended in &batch.ended {
        queue::end(tx, ended, batch.at)?;
    }
    hosts::remember(tx, &batch.hosts)?;
    if let Some((source, state)) = &batch.fetch_state {
        sources::save_fetch_state(tx, source, state)?;
    }
    if let Some(health) = &batch.health {
        sources::insert_health(tx, health)?;
    }
    Ok(recorded)
}

/// The counter of writes to mentions, held in memory during a transaction.
struct Sequence {
    before: i64,
    now: i64,
}

impl Sequence {
    fn read(tx: &Transaction<'_>) -> Result<Self, Fault> {
        let now = tx.query_row("SELECT seq FROM history", [], |row| row.get(0))?;
        Ok(Self { before: now, now })
    }

    fn next(&mut self) -> i64 {
        self.now += 1;
        self.now
    }

    fn write(&self, tx: &Transaction<'_>) -> Result<(), Fault> {
        if self.now > self.before {
            tx.execute("UPDATE history SET seq = ?1", [self.now])?;
        }
        Ok(())
    }
}

fn record_mention(
    tx: &Transaction<'_>,
    batch: &RecordBatch,
    mention: &Mention,
    read: &Annotation,
    seqs: &mut Sequence,
    recorded: &mut Recorded,
) -> Result<u64, Fault> {
    let (at, given) = (batch.at, as_stored(mention));
    let Some(stored) = stored(tx, &given.id)? else {
        let seq = seqs.next();
        let pk = insert_mention(tx, at, &given, seq)?;
        if let (Some(due_at), Some(_)) = (batch.look_at, &given.url) {
            looks::first(tx, pk, &given.source, due_at)?;
        }
        if let Some(ticket) = &given.ticket {
            write_ticket(tx, pk, ticket, at)?;
        }
        write_annotation(tx, pk, read)?;
        recorded.n_new += 1;
        return Ok(number(seq));
    };
    if stored.mention == given && stored.annotation == *read {
        recorded.n_unchanged += 1;
        return Ok(number(stored.seq));
    }
    if let Some(late) = late_state(&stored.mention, &given) {
        if add_ticket_event(tx, stored.pk, late, at)? {
            recorded.n_updated += 1;
        } else {
            recorded.n_unchanged += 1;
        }
        return Ok(number(stored.seq));
    }
    let seq = seqs.next();
    past::keep_mention(tx, stored.pk, seq)?;
    if stored.mention == given {
        set_seq(tx, stored.pk, seq)?;
    } else {
        update_mention(tx, &stored, &given, seq)?;
        if stored.mention.source != given.source {
            looks::move_to(tx, stored.pk, &given.source)?;
        }
        match &given.ticket {
            Some(ticket) if stored.mention.ticket.as_ref() != Some(ticket) => {
                write_ticket(tx, stored.pk, ticket, at)?;
            }
            Some(_) => {}
            None => delete_ticket(tx, stored.pk)?,
        }
    }
    if stored.annotation != *read {
        write_annotation(tx, stored.pk, read)?;
    }
    recorded.n_updated += 1;
    Ok(number(seq))
}

/// The ticket given, when the stored one is newer by the tickets' own time: updates need not come in
/// their order.
fn late_state<'a>(stored: &Mention, given: &'a Mention) -> Option<&'a Ticket> {
    let (known, given) = (stored.ticket.as_ref()?, given.ticket.as_ref()?);
    let is_late = given.updated_at? < known.updated_at?;
    is_late.then_some(given)
}

/// What stands in the record under an id.
struct Stored {
    pk: i64,
    seq: i64,
    moment: i64,
    mention: Mention,
    annotation: Annotation,
}

fn stored(tx: &Connection, id: &MentionId) -> Result<Option<Stored>, Fault> {
    let found = tx
        .prepare_cached(&format!("{SELECT_MENTIONS} WHERE m.id = ?1"))?
        .query_row([id.as_str()], |row| {
            let found = annotated(row)?;
            Ok(Stored {
                pk: row.get(PK)?,
                seq: row.get(SEQ)?,
                moment: row.get(MOMENT)?,
                mention: found.mention.into_inner(),
                annotation: found.annotation,
            })
        })
        .optional()?;
    Ok(found)
}

fn insert_mention(
    tx: &Transaction<'_>,
    at: Timestamp,
    mention: &Mention,
    seq: i64,
) -> Result<i64, Fault> {
    let engagement = mention.engagement;
    let published_at = micros(mention.published_at);
    let values = params![
        mention.id.as_str(),
        seq,
        mention.channel.code(),
        mention.source.as_str(),
        mention.url,
        published_at,
        published_at.unwrap_or(at.as_microsecond()),
        mention.title,
        mention.text,
        mention.parent.as_ref().map(MentionId::as_str),
        engagement.map(|e| e.likes),
        engagement.map(|e| e.comments),
        engagement.map(|e| e.shares),
        mention.capture.map(|hash| hash.0),
        at.as_microsecond(),
    ];
    Ok(tx
        .prepare_cached(
            "INSERT INTO mentions (id, seq, channel, source, url, published_at, moment, title, body,
                                   parent, likes, comments, shares, capture, recorded_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
             RETURNING pk",
        )?
        .query_row(values, |row| row.get(0))?)
}

fn update_mention(
    tx: &Transaction<'_>,
    stored: &Stored,
    mention: &Mention,
    seq: i64,
) -> Result<(), Fault> {
    let engagement = mention.engagement;
    let published_at = micros(mention.published_at);
    tx.prepare_cached(
        "UPDATE mentions SET seq = ?2, channel = ?3, source = ?4, url = ?5, published_at = ?6,
                moment = ?7, title = ?8, body = ?9, parent = ?10, likes = ?11, comments = ?12,
                shares = ?13, capture = ?14
         WHERE pk = ?1",
    )?
    .execute(params![
        stored.pk,
        seq,
        mention.channel.code(),
        mention.source.as_str(),
        mention.url,
        published_at,
        published_at.unwrap_or(stored.moment),
        mention.title,
        mention.text,
        mention.parent.as_ref().map(MentionId::as_str),
        engagement.map(|e| e.likes),
        engagement.map(|e| e.comments),
        engagement.map(|e| e.shares),
        mention.capture.map(|hash| hash.0),
    ])?;
    Ok(())
}

fn set_seq(tx: &Connection, pk: i64, seq: i64) -> Result<(), Fault> {
    tx.prepare_cached("UPDATE mentions SET seq = ?2 WHERE pk = ?1")?
        .execute([pk, seq])?;
    Ok(())
}

/// Makes this the state of the ticket and adds it to its history.
fn write_ticket(
    tx: &Transaction<'_>,
    pk: i64,
    ticket: &Ticket,
    at: Timestamp,
) -> Result<(), Fault> {
    let status = ticket.status.code();
    let (due_at, closed_at) = (micros(ticket.due_at), micros(ticket.closed_at));
    let rating = ticket.rating.map(models::domain::Rating::code);
    tx.prepare_cached(
        "INSERT INTO tickets (mention, field, address, status, due_at, closed_at, rating, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (mention) DO UPDATE SET field = excluded.field, address = excluded.address,
            status = excluded.status, due_at = excluded.due_at, closed_at = excluded.closed_at,
            rating = excluded.rating, updated_at = excluded.updated_at",
    )?
    .execute(params![
        pk,
        ticket.field,
        ticket.address,
        status,
        due_at,
        closed_at,
        rating,
        micros(ticket.updated_at)
    ])?;
    add_ticket_event(tx, pk, ticket, at)?;
    Ok(())
}

/// Adds a state to a ticket's history, unless that very state is there already; says whether it was
/// new. Two states of the same time of update, or of none, are told apart by what they say.
fn add_ticket_event(
    tx: &Transaction<'_>,
    pk: i64,
    ticket: &Ticket,
    at: Timestamp,
) -> Result<bool, Fault> {
    let n_added = tx
        .prepare_cached(
            "INSERT INTO ticket_events (mention, at, field, address, status, due_at, closed_at,
                                        rating, updated_at)
             SELECT CAST(?1 AS BIGINT), CAST(?2 AS BIGINT), CAST(?3 AS TEXT), CAST(?4 AS TEXT),
                    CAST(?5 AS TEXT), CAST(?6 AS BIGINT), CAST(?7 AS BIGINT), CAST(?8 AS TEXT),
                    CAST(?9 AS BIGINT)
             WHERE ?9 IS NULL OR NOT EXISTS
                 (SELECT 1 FROM ticket_events e WHERE e.mention = ?1 AND e.updated_at = ?9
                  AND e.status = ?5 AND e.field IS NOT DISTINCT FROM ?3
                  AND e.address IS NOT DISTINCT FROM ?4 AND e.due_at IS NOT DISTINCT FROM ?6
                  AND e.closed_at IS NOT DISTINCT FROM ?7
                  AND e.rating IS NOT DISTINCT FROM ?8)",
        )?
        .execute(params![
            pk,
            at.as_microsecond(),
            ticket.field,
            ticket.address,
            ticket.status.code(),
            micros(ticket.due_at),
            micros(ticket.closed_at),
            ticket.rating.map(models::domain::Rating::code),
            micros(ticket.updated_at),
        ])?;
    Ok(n_added > 0)
}

fn delete_ticket(tx: &Connection, pk: i64) -> Result<(), Fault> {
    tx.prepare_cached("DELETE FROM tickets WHERE mention = ?1")?
        .execute([pk])?;
    Ok(())
}

fn write_annotation(tx: &Connection, pk: i64, read: &Annotation) -> Result<(), Fault> {
    let places = to_json("placement", &PlacesShape::from(&read.placement))?;
    let pii: Vec<PiiShape> = read.pii.iter().map(PiiShape::from).collect();
    let probabilities = read.sentiment_probabilities;
    tx.prepare_cached(
        "INSERT INTO annotations (mention, is_concern, concern_probability, scope, places, topic,
                topic_probability, sentiment, negative, neutral, positive, pii, fingerprint,
                model_version)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
         ON CONFLICT (mention) DO UPDATE SET is_concern = excluded.is_concern,
             concern_probability = excluded.concern_probability, scope = excluded.scope,
             places = excluded.places, topic = excluded.topic,
             topic_probability = excluded.topic_probability, sentiment = excluded.sentiment,
             negative = excluded.negative, neutral = excluded.neutral,
             positive = excluded.positive, pii = excluded.pii,
             fingerprint = excluded.fingerprint, model_version = excluded.model_version",
    )?
    .execute(params![
        pk,
        read.is_concern,
        f64::from(read.concern_probability),
        scope_code(read.placement.scope),
        places,
        read.topic.code(),
        f64::from(read.topic_probability),
        read.sentiment.code(),
        f64::from(probabilities.negative),
        f64::from(probabilities.neutral),
        f64::from(probabilities.positive),
        to_json("personal data", &pii)?,
        read.fingerprint.cast_signed(),
        read.model_version,
    ])?;
    Ok(())
}

/// See [`Archive::annotate_again`](crate::Archive::annotate_again); one transaction's share.
pub(super) fn annotate_again(tx: &Transaction<'_>, share: &[Annotation]) -> Result<usize, Fault> {
    let mut seqs = Sequence::read(tx)?;
    let mut n_replaced = 0;
    for read in share {
        check_annotation(&read.mention, read)?;
        let pk: Option<i64> = tx
            .prepare_cached("SELECT pk FROM mentions WHERE id = ?1")?
            .query_row([read.mention.as_str()], |row| row.get(0))
            .optional()?;
        if let Some(pk) = pk {
            let seq = seqs.next();
            past::keep_mention(tx, pk, seq)?;
            write_annotation(tx, pk, read)?;
            set_seq(tx, pk, seq)?;
            n_replaced += 1;
        }
    }
    seqs.write(tx)?;
    Ok(n_replaced)
}

/// See [`Archive::remove`](crate::Archive::remove).
pub(super) fn remove(
    tx: &Transaction<'_>,
    ids: &[MentionId],
    reason: &str,
    at: Timestamp,
) -> Result<usize, Fault> {
    let mut seqs = Sequence::read(tx)?;
    let mut n_removed = 0;
    for id in ids {
        if is_removed(tx, id)? {
            continue;
        }
        if let Some(mention) = read::mention(tx, id)? {
            withheld::withhold_titles(tx, &mention)?;
        }
        super::requests::withhold(tx, id)?;
        let moment: Option<i64> = tx
            .prepare_cached("SELECT moment FROM mentions WHERE id = ?1")?
            .query_row([id.as_str()], |row| row.get(0))
            .optional()?;
        // The parts go with it, by their foreign keys.
        n_removed += tx.execute("DELETE FROM mentions WHERE id = ?1", [id.as_str()])?;
        tx.execute(
            "INSERT INTO removals (id, seq, removed_at, reason, moment) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![id.as_str(), seqs.next(), at.as_microsecond(), reason, moment],
        )?;
    }
    seqs.write(tx)?;
    Ok(n_removed)
}

pub(super) fn has_removals(tx: &Connection) -> Result<bool, Fault> {
    Ok(
        tx.query_row("SELECT EXISTS (SELECT 1 FROM removals)", [], |row| {
            row.get(0)
        })?,
    )
}

pub(super) fn is_removed(tx: &Connection, id: &MentionId) -> Result<bool, Fault> {
    Ok(tx
        .prepare_cached("SELECT 1 FROM removals WHERE id = ?1")?
        .exists([id.as_str()])?)
}

/// See [`Archive::n_removed`](crate::Archive::n_removed).
pub(super) fn n_removed(db: &Connection) -> Result<u64, Fault> {
    let n: i64 = db.query_row("SELECT count(*) FROM removals", [], |row| row.get(0))?;
    Ok(n.unsigned_abs())
}

/// See [`Archive::removed`](crate::Archive::removed).
pub(super) fn removed(db: &Connection, ids: &[MentionId]) -> Result<HashSet<MentionId>, Fault> {
    let mut found = HashSet::new();
    for id in ids {
        if is_removed(db, id)? {
            found.insert(id.clone());
        }
    }
    Ok(found)
}
