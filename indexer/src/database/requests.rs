//! Requests for explanation and what came of them.

use crate::sql::{Connection, OptionalExtension, Result as Sql, Row, Transaction, params};
use jiff::Timestamp;
use jiff::civil::Date;
use models::domain::{
    AccountId, AnswerFile, ConcernId, ExplanationRequest, MentionId, PrintedAnswer, RequestAnswer,
    RequestEvent, RequestEvidence, RequestId, RequestState, RequestStep, RequestSubject,
    Respondent, WITHDRAWN,
};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::audit;
use super::fault::{Fault, unreadable};
use super::record::is_removed;
use super::rows::{at_most, code, day, micros, moment, number, optional_moment, text_with};
use crate::Error;
use crate::accounts::{Actor, AuditEntry, By};
use crate::requests::{DraftEdit, NewAnswer, NewRequest, NewStep, who};
use crate::shapes::{EvidenceShape, curve_of, curve_shape, from_json, to_json};

const COLUMNS: &str = "pk, subject_kind, subject, addressee, question, answer_days, asked_by,
    made_at, evidence, state, round, due_at";

const EVENT_COLUMNS: &str = "seq, request, round, step, at, account, role, detail, due_at";

pub(super) fn draft(tx: &Transaction<'_>, new: &NewRequest, by: &By) -> Result<RequestId, Fault> {
    let evidence = to_json("evidence", &EvidenceShape::from(&new.evidence))?;
    let (kind, subject) = new.subject.parts();
    let (account, role) = who(by);
    let of = params![
        kind,
        subject,
        new.addressee.to_string(),
        new.question,
        new.answer_days,
        account.map(|id| id.0.cast_signed()),
        by.at.as_microsecond(),
        evidence,
        RequestState::Draft.code(),
    ];
    let id = tx
        .prepare_cached(
            "INSERT INTO requests (subject_kind, subject, addressee, question, answer_days,
                                   asked_by, made_at, evidence, state, round)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0) RETURNING pk",
        )?
        .query_row(of, |row| row.get(0))?;
    let id = RequestId(number(id));
    keep_words(tx, id, &new.evidence)?;
    let step = NewStep {
        step: RequestStep::Drafted,
        detail: String::new(),
        due_at: None,
    };
    insert_event(tx, id, 0, &step, (account, &role), by.at)?;
    log(tx, id, &step, &new.addressee, by)?;
    Ok(id)
}

pub(super) fn edit(
    tx: &Transaction<'_>,
    id: RequestId,
    seen: u64,
    edited: &DraftEdit,
    by: &By,
) -> Result<Option<RequestEvent>, Fault> {
    let Some(known) = one(tx, id)? else {
        return Ok(None);
    };
    let step = NewStep {
        step: RequestStep::Edited,
        detail: String::new(),
        due_at: None,
    };
    let last = tx
        .prepare_cached("SELECT max(seq) FROM request_events WHERE request = ?1")?
        .query_row([id.0.cast_signed()], |row| row.get(0))?;
    let next = known.state.after(step.step);
    let next = next.filter(|_| number(last) == seen);
    let next = next.ok_or_else(|| not_now(id, &known, step.step))?;
    let evidence = to_json("evidence", &EvidenceShape::from(&edited.evidence))?;
    tx.prepare_cached(
        "UPDATE requests SET addressee = ?2, question = ?3, answer_days = ?4, evidence = ?5
         WHERE pk = ?1",
    )?
    .execute(params![
        id.0.cast_signed(),
        edited.addressee.to_string(),
        edited.question,
        edited.answer_days,
        evidence,
    ])?;
    tx.prepare_cached("DELETE FROM request_words WHERE request = ?1")?
        .execute([id.0.cast_signed()])?;
    keep_words(tx, id, &edited.evidence)?;
    let (account, role) = who(by);
    let event = take(tx, &known, next, &step, (account, &role), by.at)?;
    log(tx, id, &step, &edited.addressee, by)?;
    Ok(Some(event))
}

/// Words of a mention that was removed meanwhile are not brought back.
fn keep_words(
    tx: &Transaction<'_>,
    id: RequestId,
    evidence: &RequestEvidence,
) -> Result<(), Fault> {
    let title = evidence
        .title_from
        .iter()
        .map(|from| (0, from, &evidence.title));
    let quotes = (1_i64..).zip(&evidence.quotes);
    let quotes = quotes.map(|(position, quote)| (position, &quote.mention, &quote.text));
    for (position, mention, words) in title.chain(quotes) {
        if words == WITHDRAWN || is_removed(tx, mention)? {
            continue;
        }
        tx.prepare_cached(
            "INSERT INTO request_words (request, position, mention, words) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            id.0.cast_signed(),
            position,
            mention.as_str(),
            words
        ])?;
    }
    Ok(())
}

/// Words go with their mention.
pub(super) fn withhold(tx: &Transaction<'_>, mention: &MentionId) -> Result<(), Fault> {
    tx.prepare_cached("DELETE FROM request_words WHERE mention = ?1")?
        .execute([mention.as_str()])?;
    Ok(())
}

fn log(
    tx: &Transaction<'_>,
    id: RequestId,
    step: &NewStep,
    addressee: &Respondent,
    by: &By,
) -> Result<(), Fault> {
    if by.who == Actor::Command {
        return Ok(()); // The events hold what the schedule did; the log is of people.
    }
    let mut after = json!({ "addressee": addressee.to_string() });
    if let Some(due) = step.due_at {
        after["due"] = json!(due.to_string());
    }
    let entry = AuditEntry {
        action: format!("request.{}", step.step.code()),
        object: format!("request/{id}"),
        before: None,
        after: Some(after.to_string()),
    };
    audit::append(tx, &entry, by)?;
    Ok(())
}

fn insert_event(
    tx: &Transaction<'_>,
    id: RequestId,
    round: u32,
    step: &NewStep,
    (account, role): (Option<AccountId>, &str),
    at: Timestamp,
) -> Result<RequestEvent, Fault> {
    let of = params![
        id.0.cast_signed(),
        round,
        step.step.code(),
        at.as_microsecond(),
        account.map(|id| id.0.cast_signed()),
        role,
        step.detail,
        micros(step.due_at),
    ];
    let seq = tx
        .prepare_cached(
            "INSERT INTO request_events (request, round, step, at, account, role, detail, due_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING seq",
        )?
        .query_row(of, |row| row.get(0))?;
    Ok(RequestEvent {
        seq: number(seq),
        request: id,
        round,
        step: step.step,
        at,
        by: account,
        role: role.to_owned(),
        detail: step.detail.clone(),
        due_at: step.due_at,
    })
}

fn not_now(id: RequestId, known: &ExplanationRequest, step: RequestStep) -> Fault {
    Fault::Ours(Error::NotNow {
        what: format!("request {id}"),
        step: step.code(),
        state: known.state.code(),
    })
}

/// Writes the event and what follows from it.
fn take(
    tx: &Transaction<'_>,
    known: &ExplanationRequest,
    next: RequestState,
    step: &NewStep,
    actor: (Option<AccountId>, &str),
    at: Timestamp,
) -> Result<RequestEvent, Fault> {
    let asks_again = matches!(step.step, RequestStep::Sent | RequestStep::Returned);
    let round = known.round + u32::from(asks_again);
    let event = insert_event(tx, known.id, round, step, actor, at)?;
    let due_at = step.due_at.or(known.due_at);
    tx.prepare_cached("UPDATE requests SET state = ?2, round = ?3, due_at = ?4 WHERE pk = ?1")?
        .execute(params![
            known.id.0.cast_signed(),
            next.code(),
            round,
            micros(due_at)
        ])?;
    Ok(event)
}

pub(super) fn step(
    tx: &Transaction<'_>,
    id: RequestId,
    step: &NewStep,
    by: &By,
) -> Result<Option<RequestEvent>, Fault> {
    let Some(known) = one(tx, id)? else {
        return Ok(None);
    };
    let next = known.state.after(step.step);
    let next = next.ok_or_else(|| not_now(id, &known, step.step))?;
    let (account, role) = who(by);
    let event = take(tx, &known, next, step, (account, &role), by.at)?;
    log(tx, id, step, &known.addressee, by)?;
    Ok(Some(event))
}

pub(super) fn note(
    tx: &Transaction<'_>,
    id: RequestId,
    step: &NewStep,
    role: &str,
    at: Timestamp,
) -> Result<bool, Fault> {
    let Some(known) = one(tx, id)? else {
        return Ok(false);
    };
    let Some(next) = known.state.after(step.step) else {
        return Ok(false);
    };
    let is_known = tx
        .prepare_cached(
            "SELECT 1 FROM request_events
             WHERE request = ?1 AND round = ?2 AND step = ?3 AND detail = ?4",
        )?
        .exists(params![
            id.0.cast_signed(),
            known.round,
            step.step.code(),
            step.detail
        ])?;
    if is_known {
        return Ok(false);
    }
    take(tx, &known, next, step, (None, role), at)?;
    Ok(true)
}

pub(super) fn answer(
    tx: &Transaction<'_>,
    id: RequestId,
    round: u32,
    answer: &NewAnswer,
    by: &By,
) -> Result<(), Fault> {
    let step = NewStep {
        step: RequestStep::Answered,
        detail: String::new(),
        due_at: None,
    };
    let known = one(tx, id)?.ok_or_else(|| {
        Fault::Ours(Error::NotNow {
            what: format!("request {id}"),
            step: step.step.code(),
            state: "unknown",
        })
    })?;
    let next = known
        .state
        .after(step.step)
        .filter(|_| known.round == round);
    let next = next.ok_or_else(|| not_now(id, &known, step.step))?;
    let (account, role) = who(by);
    take(tx, &known, next, &step, (account, &role), by.at)?;
    tx.prepare_cached(
        "INSERT INTO request_answers (request, round, at, account, words, was_cut)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        id.0.cast_signed(),
        round,
        by.at.as_microsecond(),
        account.map(|id| id.0.cast_signed()),
        answer.text,
        answer.was_cut,
    ])?;
    for (position, file) in (0_i64..).zip(&answer.files) {
        let hash: [u8; 32] = Sha256::digest(&file.bytes).into();
        tx.prepare_cached(
            "INSERT INTO request_bodies (hash, bytes) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        )?
        .execute(params![hash, file.bytes])?;
        tx.prepare_cached(
            "INSERT INTO request_files (request, round, position, name, kind, n_bytes, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            id.0.cast_signed(),
            round,
            position,
            file.name,
            file.kind,
            file.bytes.len() as i64,
            hash,
        ])?;
    }
    log(tx, id, &step, &known.addressee, by)
}

pub(super) fn one(db: &Connection, id: RequestId) -> Result<Option<ExplanationRequest>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM requests WHERE pk = ?1");
    let mut statement = db.prepare_cached(&sql)?;
    let found = statement.query_row([id.0.cast_signed()], |row| request(db, row));
    Ok(found.optional()?)
}

pub(super) fn all(db: &Connection, limit: usize) -> Result<Vec<ExplanationRequest>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM requests ORDER BY pk DESC LIMIT ?1");
    let mut statement = db.prepare_cached(&sql)?;
    let found = statement.query_map([at_most(limit)], |row| request(db, row))?;
    Ok(found.collect::<Sql<_>>()?)
}

pub(super) fn of_concern(
    db: &Connection,
    concern: &ConcernId,
) -> Result<Vec<ExplanationRequest>, Fault> {
    let sql = format!(
        "SELECT {COLUMNS} FROM requests WHERE subject_kind = 'concern' AND subject = ?1
         ORDER BY pk DESC"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let found = statement.query_map([concern.as_str()], |row| request(db, row))?;
    Ok(found.collect::<Sql<_>>()?)
}

fn request(db: &Connection, row: &Row<'_>) -> Sql<ExplanationRequest> {
    let pk: i64 = row.get(0)?;
    let kind: String = row.get(1)?;
    let mut words = db.prepare_cached(
        "SELECT position, words FROM request_words WHERE request = ?1 ORDER BY position",
    )?;
    let words = words.query_map([pk], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)))?;
    let words = words.collect::<Sql<Vec<(i64, String)>>>()?;
    let word = |position: usize| {
        let found = words.iter().find(|(at, _)| *at == position as i64);
        found.map(|(_, words)| words.clone())
    };
    let evidence: EvidenceShape = text_with(row, 8, from_json)?;
    Ok(ExplanationRequest {
        id: RequestId(number(pk)),
        subject: text_with(row, 2, |name| {
            RequestSubject::of(&kind, name).ok_or_else(|| format!("`{kind}` is no subject"))
        })?,
        addressee: addressee(row, 3)?,
        question: row.get(4)?,
        answer_days: row.get(5)?,
        asked_by: account(row, 6)?,
        made_at: moment(row, 7)?,
        evidence: evidence
            .into_evidence(&word)
            .map_err(|why| unreadable(8, why))?,
        state: code(row, 9, "state", RequestState::from_code)?,
        round: row.get(10)?,
        due_at: optional_moment(row, 11)?,
    })
}

fn addressee(row: &Row<'_>, column: usize) -> Sql<Respondent> {
    text_with(row, column, |text| {
        Respondent::from_text(text).ok_or_else(|| format!("`{text}` is no addressee"))
    })
}

pub(super) fn account(row: &Row<'_>, column: usize) -> Sql<Option<AccountId>> {
    let id: Option<i64> = row.get(column)?;
    Ok(id.map(|id| AccountId(number(id))))
}

pub(super) fn events(db: &Connection, id: RequestId) -> Result<Vec<RequestEvent>, Fault> {
    let sql = format!("SELECT {EVENT_COLUMNS} FROM request_events WHERE request = ?1 ORDER BY seq");
    let mut statement = db.prepare_cached(&sql)?;
    let found = statement.query_map([id.0.cast_signed()], |row| {
        Ok(RequestEvent {
            seq: number(row.get(0)?),
            request: RequestId(number(row.get(1)?)),
            round: row.get(2)?,
            step: code(row, 3, "step", RequestStep::from_code)?,
            at: moment(row, 4)?,
            by: account(row, 5)?,
            role: row.get(6)?,
            detail: row.get(7)?,
            due_at: optional_moment(row, 8)?,
        })
    })?;
    Ok(found.collect::<Sql<_>>()?)
}

pub(super) fn answers(db: &Connection, id: RequestId) -> Result<Vec<RequestAnswer>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT round, at, account, words, was_cut FROM request_answers WHERE request = ?1
         ORDER BY round",
    )?;
    let found = statement.query_map([id.0.cast_signed()], |row| {
        let round = row.get(0)?;
        Ok(RequestAnswer {
            round,
            at: moment(row, 1)?,
            by: account(row, 2)?,
            text: row.get(3)?,
            was_cut: row.get(4)?,
            files: files(db, id, round)?,
        })
    })?;
    Ok(found.collect::<Sql<_>>()?)
}

fn files(db: &Connection, id: RequestId, round: u32) -> Sql<Vec<AnswerFile>> {
    let mut statement = db.prepare_cached(
        "SELECT name, kind, n_bytes, hash FROM request_files WHERE request = ?1 AND round = ?2
         ORDER BY position",
    )?;
    let found = statement.query_map(params![id.0.cast_signed(), round], |row| {
        Ok(AnswerFile {
            name: row.get(0)?,
            kind: row.get(1)?,
            n_bytes: number(row.get(2)?),
            hash: row.get(3)?,
        })
    })?;
    found.collect()
}

pub(super) fn body(
    db: &Connection,
    id: RequestId,
    hash: &[u8; 32],
) -> Result<Option<Vec<u8>>, Fault> {
    let found = db
        .prepare_cached(
            "SELECT b.bytes FROM request_bodies b JOIN request_files f ON f.hash = b.hash
             WHERE f.request = ?1 AND f.hash = ?2 LIMIT 1",
        )?
        .query_row(params![id.0.cast_signed(), hash], |row| row.get(0));
    Ok(found.optional()?)
}

pub(super) fn print(
    tx: &Transaction<'_>,
    prints: &[PrintedAnswer],
    at: Timestamp,
) -> Result<usize, Fault> {
    let mut n_new = 0;
    for one_print in prints {
        let curve = to_json("curve", &curve_shape(&one_print.curve))?;
        let n_added = tx
            .prepare_cached(
                "INSERT INTO printed_answers (request, day, at, concern, round, note, asked_on,
                                              answered_on, curve)
                 SELECT CAST(?1 AS BIGINT), CAST(?2 AS TEXT), CAST(?3 AS BIGINT),
                        CAST(?4 AS TEXT), max(round), CAST(?5 AS TEXT), CAST(?6 AS TEXT),
                        CAST(?7 AS TEXT), CAST(?8 AS TEXT)
                 FROM request_answers WHERE request = ?1 HAVING count(*) > 0
                 ON CONFLICT DO NOTHING",
            )?
            .execute(params![
                one_print.request.0.cast_signed(),
                one_print.day.to_string(),
                at.as_microsecond(),
                one_print.concern.as_ref().map(ConcernId::as_str),
                one_print.note,
                one_print.asked_on.to_string(),
                one_print.answered_on.to_string(),
                curve,
            ])?;
        if n_added > 0 {
            let step = NewStep {
                step: RequestStep::Printed,
                detail: one_print.day.to_string(),
                due_at: None,
            };
            note(
                tx,
                one_print.request,
                &step,
                crate::requests::ROLE_SCHEDULE,
                at,
            )?;
        }
        n_new += n_added;
    }
    Ok(n_new)
}

/// Which printed answers.
pub(super) enum Printed<'a> {
    On(Date),
    Under(&'a ConcernId),
}

pub(super) fn printed(db: &Connection, which: &Printed<'_>) -> Result<Vec<PrintedAnswer>, Fault> {
    let (condition, value) = match which {
        Printed::On(day) => ("p.day = ?1 ORDER BY p.request", day.to_string()),
        Printed::Under(id) => ("p.concern = ?1 ORDER BY p.request DESC", id.to_string()),
    };
    let mut statement = db.prepare_cached(&format!(
        "SELECT p.request, p.day, p.concern, p.note, p.asked_on, p.answered_on, p.curve, a.words
         FROM printed_answers p
         JOIN request_answers a ON a.request = p.request AND a.round = p.round
         WHERE {condition}"
    ))?;
    let rows = statement.query_map([value], |row| {
        let concern: Option<String> = row.get(2)?;
        Ok(PrintedAnswer {
            request: RequestId(number(row.get(0)?)),
            day: day(row, 1)?,
            concern: concern.map(ConcernId::new),
            note: row.get(3)?,
            asked_on: day(row, 4)?,
            answered_on: day(row, 5)?,
            curve: text_with(row, 6, |text| curve_of(from_json(text)?))?,
            answer: row.get(7)?,
            // Both stand with the request.
            addressee: Respondent::Agency(models::domain::AgencyId::new("")),
            title: String::new(),
        })
    })?;
    let mut all = rows.collect::<Sql<Vec<_>>>()?;
    for print in &mut all {
        if let Some(of) = one(db, print.request)? {
            print.addressee = of.addressee;
            print.title = of.evidence.title;
        }
    }
    Ok(all)
}

pub(super) fn unprinted(db: &Connection) -> Result<Vec<(RequestId, Timestamp)>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT r.pk, max(e.at) FROM requests r
         JOIN request_events e ON e.request = r.pk AND e.step = 'accepted'
         WHERE r.state IN ('accepted', 'closed')
           AND NOT EXISTS (SELECT 1 FROM printed_answers p WHERE p.request = r.pk)
         GROUP BY r.pk ORDER BY r.pk",
    )?;
    let found = statement.query_map([], |row| {
        Ok((RequestId(number(row.get(0)?)), moment(row, 1)?))
    })?;
    Ok(found.collect::<Sql<_>>()?)
}

pub(super) fn link_key(tx: &Transaction<'_>, fresh: &[u8; 32]) -> Result<[u8; 32], Fault> {
    tx.execute(
        "INSERT INTO request_key (\"only\", key) VALUES (1, ?1) ON CONFLICT DO NOTHING",
        [fresh],
    )?;
    Ok(tx.query_row("SELECT key FROM request_key", [], |row| row.get(0))?)
}
