//! Words of published digests. A body names them by number, so that it never changes, and the words
//! of a removed mention can be deleted all the same.

use crate::sql::{Connection, OptionalExtension, Result as Sql, params};
use models::domain::{MentionId, WITHDRAWN};
use sha2::{Digest as _, Sha256};

use super::fault::{Fault, unreadable};
use super::record::is_removed;
use super::withheld::is_gone_title;
use crate::shapes::{DigestShape, WordsShape, from_json, to_json};

/// How many letters of a title its index holds.
const BEGINNING: usize = 60;

/// Looks for a title by its beginning, which has an index.
const OF_THAT_TITLE: &str =
    "SELECT 1 FROM mentions WHERE substr(title, 1, 60) = ?1 AND title = ?2 AND id <> ?3 LIMIT 1";

/// Takes the words out of a digest that is about to be written, numbers in their place.
pub(super) fn take_out(tx: &Connection, shape: &mut DigestShape) -> Result<(), Fault> {
    let mut outcome = Ok(());
    shape.each_words(|mention, words| {
        if outcome.is_ok() {
            match number_of(tx, mention, words) {
                Ok(Some(number)) => *words = WordsShape::Number(number),
                Ok(None) => {}
                Err(fault) => outcome = Err(fault),
            }
        }
    });
    outcome
}

/// The number of words; `None` when they stay where they are, because they are nobody's.
fn number_of(
    tx: &Connection,
    mention: Option<&str>,
    words: &WordsShape,
) -> Result<Option<i64>, Fault> {
    let WordsShape::Said(text) = words else {
        return Ok(None);
    };
    if text == WITHDRAWN || text.is_empty() {
        return Ok(None);
    }
    let mention = mention.unwrap_or("");
    let is_gone = if mention.is_empty() {
        is_gone_title(tx, text)?
    } else {
        is_removed(tx, &MentionId::new(mention))?
    };
    if is_gone {
        // Words that were removed are not brought back: a number that never was.
        return Ok(Some(0));
    }
    tx.prepare_cached(
        "INSERT INTO published_words (mention, words) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    )?
    .execute([mention, text])?;
    let number = tx
        .prepare_cached("SELECT pk FROM published_words WHERE mention = ?1 AND words = ?2")?
        .query_row([mention, text], |row| row.get(0))?;
    Ok(Some(number))
}

/// Puts the words back; [`WITHDRAWN`] where they were deleted.
pub(super) fn put_back(db: &Connection, shape: &mut DigestShape) -> Sql<()> {
    let mut find = db.prepare_cached("SELECT words FROM published_words WHERE pk = ?1")?;
    let mut outcome = Ok(());
    shape.each_words(|_, words| {
        if let (WordsShape::Number(number), Ok(())) = (&*words, &outcome) {
            match find.query_row([number], |row| row.get(0)).optional() {
                Ok(text) => *words = WordsShape::Said(text.unwrap_or_else(|| WITHDRAWN.to_owned())),
                Err(error) => outcome = Err(error),
            }
        }
    });
    outcome
}

/// Deletes what digests quote of a mention.
pub(super) fn delete_quotes(tx: &Connection, mention: &str) -> Result<(), Fault> {
    tx.prepare_cached("DELETE FROM published_words WHERE mention = ?1 AND mention <> ''")?
        .execute([mention])?;
    Ok(())
}

/// Deletes a title, unless a mention that still stands says the same.
pub(super) fn delete_title(tx: &Connection, title: &str, but: &str) -> Result<(), Fault> {
    if !is_title_of_another(tx, title, but)? {
        tx.prepare_cached("DELETE FROM published_words WHERE mention = '' AND words = ?1")?
            .execute([title])?;
    }
    Ok(())
}

/// Whether a mention that stands has a title, other than the one named.
pub(super) fn is_title_of_another(db: &Connection, title: &str, but: &str) -> Sql<bool> {
    let beginning = title.chars().take(BEGINNING).collect::<String>();
    let mut others = db.prepare_cached(OF_THAT_TITLE)?;
    others.exists([beginning.as_str(), title, but])
}

/// Takes the words out of every digest published so far: part of the migration to schema 8, before
/// the triggers stand that forbid it.
pub(super) fn convert(tx: &Connection) -> Result<(), Fault> {
    let mut all = tx.prepare_cached("SELECT pk, body FROM digests")?;
    let mut write = tx.prepare_cached("UPDATE digests SET body = ?2, hash = ?3 WHERE pk = ?1")?;
    let rows = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut changes = Vec::new();
    for row in rows {
        let (pk, body): (i64, String) = row?;
        let mut shape: DigestShape = from_json(&body).map_err(|why| unreadable(1, why))?;
        take_out(tx, &mut shape)?;
        changes.push((pk, to_json("digest", &shape)?));
    }
    for (pk, body) in changes {
        let hash: [u8; 32] = Sha256::digest(body.as_bytes()).into();
        write.execute(params![pk, body, hash])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::OF_THAT_TITLE;
    use crate::EmbeddedArchive;

    #[test]
    fn titles_are_looked_for_by_their_index() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record.sqlite");
        drop(EmbeddedArchive::open(&path).unwrap());
        let db = rusqlite::Connection::open(&path).unwrap();
        let plan = format!("EXPLAIN QUERY PLAN {OF_THAT_TITLE}");
        let plan = db.query_row(&plan, ["", "", ""], |row| row.get::<_, String>(3));
        let plan = plan.unwrap();
        assert!(plan.contains("mentions_by_title"), "{plan}");
    }
}
