//! [`DeskBook`] on the embedded record.

use std::collections::BTreeMap;

use jiff::Timestamp;
use models::domain::{AccountId, ConcernId};
use serde_json::{Value, json};

use super::fault::Fault;
use super::rows::{at_most, moment, number, optional_moment};
use super::{EmbeddedArchive, audit};
use crate::Result;
use crate::accounts::{Actor, AuditEntry, By};
use crate::desk_book::{
    Assigned, DeskBook, NewView, Note, Notice, SavedView, Slip, Telling, Told, Unread,
};
use crate::shapes::to_json;
use crate::sql::{Connection, Dialect, OptionalExtension, Result as Sql, Row, Transaction, params};

/// More notes of a concern are not shown.
const NOTES_MAX: i64 = 200;

impl DeskBook for EmbeddedArchive {
    fn slips(&self) -> Result<Vec<Slip>> {
        self.read(|db| slips(db, None))
    }

    fn slip(&self, concern: &ConcernId) -> Result<Slip> {
        let found = self.read(|db| slips(db, Some(concern)))?;
        let found = found.into_iter().next();
        Ok(found.unwrap_or_else(|| Slip::empty(concern.clone())))
    }

    fn set_label(&self, concern: &ConcernId, label: &str, is_on: bool, by: &By) -> Result<bool> {
        self.write(|tx| set_label(tx, concern, label, is_on, by))
    }

    fn assign(
        &self,
        concern: &ConcernId,
        to: Option<AccountId>,
        seen: Option<Option<AccountId>>,
        notice: &Telling,
        by: &By,
    ) -> Result<Assigned> {
        self.write(|tx| assign(tx, concern, to, seen, notice, by))
    }

    fn add_note(&self, concern: &ConcernId, body: &str, telling: &Telling, by: &By) -> Result<u64> {
        self.write(|tx| {
            let of = params![concern.as_str(), author(by), by.at.as_microsecond(), body];
            let id = tx
                .prepare_cached(
                    "INSERT INTO desk_notes (concern, account, written_at, body)
                     VALUES (?1, ?2, ?3, ?4) RETURNING pk",
                )?
                .query_row(of, |row| row.get(0))?;
            let id = number(id);
            note(
                tx,
                "concern.note",
                concern,
                None,
                &json!({ "note": id }),
                by,
            )?;
            let told = Told {
                concerns: vec![concern.clone()],
                telling: telling.clone(),
            };
            tell_concerned(tx, &told, author(by), by.at)?;
            Ok(id)
        })
    }

    fn drop_note(&self, note_id: u64, account: AccountId, by: &By) -> Result<bool> {
        self.write(|tx| {
            let concern: Option<String> = tx
                .prepare_cached(
                    "DELETE FROM desk_notes WHERE pk = ?1 AND account = ?2 RETURNING concern",
                )?
                .query_row(params![note_id.cast_signed(), key(account)], |row| {
                    row.get(0)
                })
                .optional()?;
            let Some(concern) = concern else {
                return Ok(false);
            };
            let (id, after) = (ConcernId::new(concern), json!({ "note": note_id }));
            note(tx, "concern.note_dropped", &id, None, &after, by)?;
            Ok(true)
        })
    }

    fn notes(&self, concerns: &[ConcernId]) -> Result<Vec<Note>> {
        self.read(|db| notes(db, concerns))
    }

    fn follow(&self, concern: &ConcernId, account: AccountId, is_on: bool) -> Result<()> {
        let change = if is_on {
            "INSERT INTO desk_follows (concern, account) VALUES (?1, ?2) ON CONFLICT DO NOTHING"
        } else {
            "DELETE FROM desk_follows WHERE concern = ?1 AND account = ?2"
        };
        self.write(|tx| {
            tx.execute(change, params![concern.as_str(), key(account)])?;
            Ok(())
        })
    }

    fn followed(&self, account: AccountId) -> Result<Vec<ConcernId>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT concern FROM desk_follows WHERE account = ?1 ORDER BY concern",
            )?;
            let found = statement.query_map([key(account)], |row| {
                Ok(ConcernId::new(row.get::<_, String>(0)?))
            })?;
            Ok(found.collect::<Sql<_>>()?)
        })
    }

    fn views(&self, account: AccountId) -> Result<Vec<SavedView>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT pk, name, query, is_start FROM desk_views WHERE account = ?1
                 ORDER BY name",
            )?;
            let found = statement.query_map([key(account)], |row| {
                Ok(SavedView {
                    id: number(row.get(0)?),
                    view: NewView {
                        name: row.get(1)?,
                        query: row.get(2)?,
                        is_start: row.get(3)?,
                    },
                })
            })?;
            Ok(found.collect::<Sql<_>>()?)
        })
    }

    fn save_view(&self, account: AccountId, view: &NewView) -> Result<u64> {
        self.write(|tx| {
            if view.is_start {
                tx.execute(
                    "UPDATE desk_views SET is_start = 0 WHERE account = ?1",
                    [key(account)],
                )?;
            }
            let id = tx.query_row(
                "INSERT INTO desk_views (account, name, query, is_start) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (account, name)
                 DO UPDATE SET query = excluded.query, is_start = excluded.is_start
                 RETURNING pk",
                params![key(account), view.name, view.query, view.is_start],
                |row| row.get(0),
            )?;
            Ok(number(id))
        })
    }

    fn drop_view(&self, account: AccountId, view: u64) -> Result<bool> {
        self.write(|tx| {
            let n = tx.execute(
                "DELETE FROM desk_views WHERE pk = ?1 AND account = ?2",
                params![view.cast_signed(), key(account)],
            )?;
            Ok(n > 0)
        })
    }

    fn notices(
        &self,
        account: AccountId,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Notice>> {
        self.read(|db| notices(db, account, before, limit))
    }

    fn n_unread(&self, account: AccountId) -> Result<u64> {
        self.read(|db| {
            let n = db
                .prepare_cached(
                    "SELECT count(*) FROM desk_notices WHERE account = ?1 AND read_at IS NULL",
                )?
                .query_row([key(account)], |row| row.get(0))?;
            Ok(number(n))
        })
    }

    fn mark_read(&self, account: AccountId, which: &Unread, at: Timestamp) -> Result<usize> {
        self.write(|tx| mark_read(tx, account, which, at))
    }
}

fn key(account: AccountId) -> i64 {
    account.0.cast_signed()
}

pub(super) fn author(by: &By) -> Option<i64> {
    match by.who {
        Actor::Officer(id, _) => Some(key(id)),
        Actor::Key(_) | Actor::Command | Actor::Nobody => None,
    }
}

fn account_of(row: &Row<'_>, column: usize) -> Sql<Option<AccountId>> {
    let id: Option<i64> = row.get(column)?;
    Ok(id.map(|id| AccountId(number(id))))
}

fn ids_json(concerns: &[ConcernId]) -> Result<String, Fault> {
    let ids = concerns.iter().map(ConcernId::as_str);
    Ok(to_json("ids", &ids.collect::<Vec<_>>())?)
}

/// The members of ?1, a list in JSON.
fn asked(db: &Connection) -> &'static str {
    match db.dialect() {
        Dialect::Sqlite => "SELECT value FROM json_each(?1)",
        #[cfg(feature = "postgres")]
        Dialect::Postgres => "SELECT json_array_elements_text(CAST(?1 AS json))",
    }
}

/// A line of the log.
fn note(
    tx: &Transaction<'_>,
    action: &str,
    concern: &ConcernId,
    before: Option<&Value>,
    after: &Value,
    by: &By,
) -> Result<(), Fault> {
    let entry = AuditEntry {
        action: action.to_owned(),
        object: format!("concern/{concern}"),
        before: before.map(Value::to_string),
        after: Some(after.to_string()),
    };
    audit::append(tx, &entry, by)?;
    Ok(())
}

fn slips(db: &Connection, only: Option<&ConcernId>) -> Result<Vec<Slip>, Fault> {
    let only = only.map(ConcernId::as_str);
    let mut found: BTreeMap<String, Slip> = BTreeMap::new();
    let mut slip = |concern: String, fill: &dyn Fn(&mut Slip)| {
        let empty = || Slip::empty(ConcernId::new(concern.clone()));
        fill(found.entry(concern.clone()).or_insert_with(empty));
    };
    let mut labels = db.prepare_cached(
        "SELECT concern, label FROM desk_labels WHERE concern = ?1 OR ?1 IS NULL
         ORDER BY concern, label",
    )?;
    for row in labels.query_map([only], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))? {
        let (concern, label) = row?;
        slip(concern, &|slip| slip.labels.push(label.clone()));
    }
    let mut holders = db.prepare_cached(
        "SELECT concern, account FROM desk_holders WHERE concern = ?1 OR ?1 IS NULL",
    )?;
    for row in holders.query_map([only], |row| Ok((row.get(0)?, account_of(row, 1)?)))? {
        let (concern, holder) = row?;
        slip(concern, &|slip| slip.holder = holder);
    }
    let mut noted = db.prepare_cached(
        "SELECT concern, count(*) FROM desk_notes WHERE concern = ?1 OR ?1 IS NULL
         GROUP BY concern",
    )?;
    for row in noted.query_map([only], |row| Ok((row.get(0)?, number(row.get(1)?))))? {
        let (concern, n) = row?;
        slip(concern, &|slip| slip.n_notes = n);
    }
    Ok(found.into_values().collect())
}

fn set_label(
    tx: &Transaction<'_>,
    concern: &ConcernId,
    label: &str,
    is_on: bool,
    by: &By,
) -> Result<bool, Fault> {
    let n = if is_on {
        tx.execute(
            "INSERT INTO desk_labels (concern, label, account, put_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO NOTHING",
            params![concern.as_str(), label, author(by), by.at.as_microsecond()],
        )?
    } else {
        tx.execute(
            "DELETE FROM desk_labels WHERE concern = ?1 AND label = ?2",
            params![concern.as_str(), label],
        )?
    };
    if n > 0 {
        let after = json!({ "label": label, "on": is_on });
        note(tx, "concern.label", concern, None, &after, by)?;
    }
    Ok(n > 0)
}

#[expect(
    clippy::option_option,
    reason = "what was seen, if anything, may be nobody"
)]
fn assign(
    tx: &Transaction<'_>,
    concern: &ConcernId,
    to: Option<AccountId>,
    seen: Option<Option<AccountId>>,
    notice: &Telling,
    by: &By,
) -> Result<Assigned, Fault> {
    let holder = tx
        .prepare_cached("SELECT account FROM desk_holders WHERE concern = ?1")?
        .query_row([concern.as_str()], |row| account_of(row, 0))
        .optional()?
        .flatten();
    if holder == to {
        return Ok(Assigned::Same);
    }
    if seen.is_some_and(|seen| seen != holder) {
        return Ok(Assigned::HeldBy(holder));
    }
    match to {
        Some(to) => tx.execute(
            "INSERT INTO desk_holders (concern, account, given_by, given_at)
             VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (concern) DO UPDATE SET account = excluded.account,
                 given_by = excluded.given_by, given_at = excluded.given_at",
            params![
                concern.as_str(),
                key(to),
                author(by),
                by.at.as_microsecond()
            ],
        )?,
        None => tx.execute(
            "DELETE FROM desk_holders WHERE concern = ?1",
            [concern.as_str()],
        )?,
    };
    let json = |holder: Option<AccountId>| json!({ "holder": holder.map(|id| id.0) });
    note(
        tx,
        "concern.assign",
        concern,
        Some(&json(holder)),
        &json(to),
        by,
    )?;
    // Who takes something on needs no telling.
    if let Some(to) = to.filter(|to| author(by) != Some(key(*to))) {
        tell(tx, to, notice, author(by), by.at)?;
    }
    Ok(Assigned::Done)
}

fn notes(db: &Connection, concerns: &[ConcernId]) -> Result<Vec<Note>, Fault> {
    let asked = asked(db);
    let mut statement = db.prepare_cached(&format!(
        "SELECT pk, concern, account, written_at, body FROM desk_notes
         WHERE concern IN ({asked}) ORDER BY pk DESC LIMIT ?2"
    ))?;
    let found = statement.query_map(params![ids_json(concerns)?, NOTES_MAX], |row| {
        Ok(Note {
            id: number(row.get(0)?),
            concern: ConcernId::new(row.get::<_, String>(1)?),
            account: account_of(row, 2)?,
            written_at: moment(row, 3)?,
            body: row.get(4)?,
        })
    })?;
    Ok(found.collect::<Sql<_>>()?)
}

fn concerned(db: &Connection, concerns: &[ConcernId]) -> Result<Vec<AccountId>, Fault> {
    let asked = asked(db);
    let mut statement = db.prepare_cached(&format!(
        "SELECT account FROM desk_follows WHERE concern IN ({asked})
         UNION
         SELECT account FROM desk_holders WHERE concern IN ({asked})
         ORDER BY 1"
    ))?;
    let found = statement.query_map([ids_json(concerns)?], |row| {
        Ok(AccountId(number(row.get(0)?)))
    })?;
    Ok(found.collect::<Sql<_>>()?)
}

/// Tells who follows or holds the concerns, but not who did it.
pub(super) fn tell_concerned(
    tx: &Transaction<'_>,
    told: &Told,
    caused_by: Option<i64>,
    at: Timestamp,
) -> Result<(), Fault> {
    for account in concerned(tx, &told.concerns)? {
        if caused_by != Some(key(account)) {
            tell(tx, account, &told.telling, caused_by, at)?;
        }
    }
    Ok(())
}

fn tell(
    tx: &Transaction<'_>,
    account: AccountId,
    telling: &Telling,
    caused_by: Option<i64>,
    at: Timestamp,
) -> Result<(), Fault> {
    tx.prepare_cached(
        "INSERT INTO desk_notices (account, kind, concern, link, words, caused_by, told_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        key(account),
        telling.kind,
        telling.concern.as_ref().map(ConcernId::as_str),
        telling.link,
        telling.words,
        caused_by,
        at.as_microsecond(),
    ])?;
    Ok(())
}

fn notices(
    db: &Connection,
    account: AccountId,
    before: Option<u64>,
    limit: usize,
) -> Result<Vec<Notice>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT pk, kind, concern, link, words, caused_by, told_at, read_at FROM desk_notices
         WHERE account = ?1 AND (pk < ?2 OR ?2 IS NULL) ORDER BY pk DESC LIMIT ?3",
    )?;
    let before = before.map(u64::cast_signed);
    let found = statement.query_map(params![key(account), before, at_most(limit)], |row| {
        let concern: Option<String> = row.get(2)?;
        Ok(Notice {
            id: number(row.get(0)?),
            telling: Telling {
                kind: row.get(1)?,
                concern: concern.map(ConcernId::new),
                link: row.get(3)?,
                words: row.get(4)?,
            },
            caused_by: account_of(row, 5)?,
            told_at: moment(row, 6)?,
            read_at: optional_moment(row, 7)?,
        })
    })?;
    Ok(found.collect::<Sql<_>>()?)
}

fn mark_read(
    tx: &Transaction<'_>,
    account: AccountId,
    which: &Unread,
    at: Timestamp,
) -> Result<usize, Fault> {
    let (up_to, one, concern) = match which {
        Unread::UpTo(number) => (Some(number.cast_signed()), None, None),
        Unread::One(number) => (None, Some(number.cast_signed()), None),
        Unread::Of(concern) => (None, None, Some(concern.as_str())),
    };
    Ok(tx
        .prepare_cached(
            "UPDATE desk_notices SET read_at = ?2
             WHERE account = ?1 AND read_at IS NULL
               AND (pk <= ?3 OR pk = ?4 OR concern = ?5)",
        )?
        .execute(params![
            key(account),
            at.as_microsecond(),
            up_to,
            one,
            concern
        ])?)
}
