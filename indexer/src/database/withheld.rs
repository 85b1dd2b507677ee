//! Words of removed mentions that stand elsewhere: in quotes and titles of published digests, which
//! are never changed, and in titles of concerns, which are.

use crate::sql::{Connection, Result as Sql, Transaction, params};
use models::domain::{AnnotatedMention, Digest, DigestEntry, MentionId, WITHDRAWN};
use models::ranking::group::{former_title_of, title_of};
use sha2::{Digest as _, Sha256};

use super::fault::Fault;
use super::read;
use super::record::{has_removals, is_removed};
use super::words;
use crate::shapes::{ConcernShape, from_json, to_json};

/// Takes the words of a mention that is about to be removed out of titles.
pub(super) fn withhold_titles(
    tx: &Transaction<'_>,
    mention: &AnnotatedMention,
) -> Result<(), Fault> {
    let own = title_of(mention);
    let id = mention.mention.id.as_str();
    words::delete_quotes(tx, id)?;
    forbid(tx, &own, id)?;
    let former = former_title_of(mention);
    if former != own {
        forbid(tx, &former, id)?;
    }
    let Some(concern) = read::mention_concern(tx, &mention.mention.id)? else {
        return Ok(());
    };
    let states = |table: &str| {
        let mut statement = tx.prepare_cached(&format!(
            "SELECT pk, body FROM {table} WHERE concern = ?1 AND body IS NOT NULL"
        ))?;
        let states = statement.query_map([concern.as_str()], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
        })?;
        Ok::<_, Fault>(states.collect::<Sql<Vec<_>>>()?)
    };
    for (pk, body) in states("past_concern_states")? {
        if let Some((title, state)) = without_title(tx, &body, mention, &own)? {
            forbid(tx, &title, id)?;
            tx.prepare_cached("UPDATE past_concern_states SET body = ?2 WHERE pk = ?1")?
                .execute(params![pk, to_json("concern", &state)?])?;
        }
    }
    for (pk, body) in states("concern_states")? {
        if let Some((title, state)) = without_title(tx, &body, mention, &own)? {
            forbid(tx, &title, id)?;
            let body = to_json("concern", &state)?;
            let hash: [u8; 32] = Sha256::digest(body.as_bytes()).into();
            tx.prepare_cached("UPDATE concern_states SET body = ?2, hash = ?3 WHERE pk = ?1")?
                .execute(params![pk, body, hash])?;
        }
    }
    Ok(())
}

/// The title that stood in a state, when it was that of a mention, and the state without it.
fn without_title(
    tx: &Connection,
    body: &str,
    mention: &AnnotatedMention,
    own: &str,
) -> Result<Option<(String, ConcernShape)>, Fault> {
    let mut state: ConcernShape =
        from_json(body).map_err(|why| super::fault::unreadable(1, why))?;
    let Some(title) = state.withhold_title(&mention.mention.id, own) else {
        return Ok(None);
    };
    // What another mention says under the same title is its own.
    let another = words::is_title_of_another(tx, &title, mention.mention.id.as_str())?;
    Ok((!another).then_some((title, state)))
}

/// Titles of a removed mention are shown no more, and deleted where nobody else says them.
fn forbid(tx: &Connection, title: &str, mention: &str) -> Result<(), Fault> {
    words::delete_title(tx, title, mention)?;
    if !title.is_empty() && title != WITHDRAWN {
        tx.prepare_cached("INSERT INTO withheld_titles (hash) VALUES (?1) ON CONFLICT DO NOTHING")?
            .execute([hash_of(title)])?;
    }
    Ok(())
}

/// Puts [`WITHDRAWN`] in the place of what removed mentions said.
pub(super) fn withhold(db: &Connection, digests: &mut [Digest]) -> Result<(), Fault> {
    if digests.is_empty() || !has_removals(db)? {
        return Ok(());
    }
    for digest in digests {
        for entry in digest.top.iter_mut().chain(&mut digest.rising) {
            withhold_in(db, entry)?;
        }
        for line in &mut digest.desk.pinned {
            if is_gone_title(db, &line.title)? {
                WITHDRAWN.clone_into(&mut line.title);
            }
        }
    }
    Ok(())
}

fn withhold_in(db: &Connection, entry: &mut DigestEntry) -> Result<(), Fault> {
    for quote in &mut entry.quotes {
        if is_removed(db, &quote.mention)? {
            WITHDRAWN.clone_into(&mut quote.text);
        }
    }
    if is_forbidden(db, &entry.title)? && !another_says(db, &entry.evidence, &entry.title)? {
        WITHDRAWN.clone_into(&mut entry.title);
    }
    Ok(())
}

fn is_forbidden(db: &Connection, title: &str) -> Result<bool, Fault> {
    let mut find = db.prepare_cached("SELECT 1 FROM withheld_titles WHERE hash = ?1")?;
    Ok(find.exists([hash_of(title)])?)
}

/// Whether a title was that of a removed mention and no mention that stands says the same.
pub(super) fn is_gone_title(db: &Connection, title: &str) -> Result<bool, Fault> {
    Ok(is_forbidden(db, title)? && !words::is_title_of_another(db, title, "")?)
}

/// Whether a reprint that still stands carries the same title.
fn another_says(db: &Connection, evidence: &[MentionId], title: &str) -> Result<bool, Fault> {
    let mut found = db.prepare_cached("SELECT 1 FROM mentions WHERE id = ?1 AND title = ?2")?;
    for id in evidence {
        if found.exists([id.as_str(), title])? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn hash_of(title: &str) -> [u8; 16] {
    let hash: [u8; 32] = Sha256::digest(title.as_bytes()).into();
    let mut short = [0; 16];
    short.copy_from_slice(&hash[..16]);
    short
}
