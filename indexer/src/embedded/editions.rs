//! What was published: immutable, each correction a further revision.

use jiff::civil::Date;
use models::domain::{Digest, DigestScope, SatisfactionSignal, UnitCode};
use rusqlite::{Connection, OptionalExtension, Result as Sql, Row, ToSql, Transaction, params};
use sha2::{Digest as _, Sha256};

use super::fault::{Fault, unreadable};
use super::rows::{day as day_of, moment};
use super::withheld::withhold;
use crate::Error;
use crate::archive::{Edition, Published, Revision};
use crate::shapes::{DigestShape, SignalShape, from_json, scope_text, to_json};

/// See [`Archive::publish`](crate::Archive::publish).
pub(super) fn publish(tx: &Transaction<'_>, edition: &Edition<'_>) -> Result<Published, Fault> {
    let mut published = Published::default();
    for digest in edition.digests {
        publish_digest(tx, edition, digest, &mut published)?;
    }
    for signal in edition.signals {
        publish_signal(tx, edition, signal, &mut published)?;
    }
    Ok(published)
}

fn publish_digest(
    tx: &Transaction<'_>,
    edition: &Edition<'_>,
    digest: &Digest,
    published: &mut Published,
) -> Result<(), Fault> {
    let body = to_json("digest", &DigestShape::from(digest))?;
    let scope = scope_text(&digest.scope);
    let leaf = Leaf::new(edition, digest.day, &digest.method_version, body);
    let what = || format!("digest {scope}");
    leaf.write(tx, &DIGESTS, &scope, what, published)
}

fn publish_signal(
    tx: &Transaction<'_>,
    edition: &Edition<'_>,
    signal: &SatisfactionSignal,
    published: &mut Published,
) -> Result<(), Fault> {
    let body = to_json("signal", &SignalShape::from(signal))?;
    let leaf = Leaf::new(edition, signal.day, &signal.method_version, body);
    let what = || format!("signal of unit {}", signal.unit);
    leaf.write(tx, &SIGNALS, &signal.unit.number(), what, published)
}

/// Where published leaves of a kind stand; ?1 is whose, ?2 the day.
struct Shelf {
    latest: &'static str,
    insert: &'static str,
}

const DIGESTS: Shelf = Shelf {
    latest: "SELECT revision, hash FROM digests WHERE scope = ?1 AND day = ?2
             ORDER BY revision DESC LIMIT 1",
    insert:
        "INSERT INTO digests (scope, day, revision, published_at, erratum, method_version, body,
                                  hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
};

const SIGNALS: Shelf = Shelf {
    latest: "SELECT revision, hash FROM signals WHERE unit = ?1 AND day = ?2
             ORDER BY revision DESC LIMIT 1",
    insert: "INSERT INTO signals (unit, day, revision, published_at, erratum, method_version, body,
                                  hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
};

/// One digest or signal as it goes into the record.
struct Leaf<'a> {
    civil_day: Date,
    day: String,
    at: i64,
    erratum: Option<&'a str>,
    method_version: &'a str,
    body: String,
    hash: [u8; 32],
}

impl<'a> Leaf<'a> {
    fn new(edition: &Edition<'a>, day: Date, method_version: &'a str, body: String) -> Self {
        Self {
            civil_day: day,
            day: day.to_string(),
            at: edition.at.as_microsecond(),
            erratum: edition.erratum,
            method_version,
            hash: Sha256::digest(body.as_bytes()).into(),
            body,
        }
    }

    /// Adds it as the next revision, unless the latest says the same.
    fn write(
        &self,
        tx: &Transaction<'_>,
        on: &Shelf,
        whose: &dyn ToSql,
        what: impl Fn() -> String,
        published: &mut Published,
    ) -> Result<(), Fault> {
        let latest = tx
            .prepare_cached(on.latest)?
            .query_row(params![whose, self.day], revision_and_hash)
            .optional()?;
        if let Some((revision, erratum)) = self.next(latest, what, published)? {
            tx.prepare_cached(on.insert)?.execute(params![
                whose,
                self.day,
                revision,
                self.at,
                erratum,
                self.method_version,
                self.body,
                self.hash
            ])?;
        }
        Ok(())
    }

    /// The revision to write with its erratum; `None` when this content is the latest already.
    fn next(
        &self,
        latest: Option<(u32, [u8; 32])>,
        what: impl Fn() -> String,
        published: &mut Published,
    ) -> Result<Option<(u32, Option<&'a str>)>, Error> {
        match (latest, self.erratum) {
            (None, _) => {
                published.n_new += 1;
                Ok(Some((1, None)))
            }
            (Some((_, hash)), _) if hash == self.hash => {
                published.n_unchanged += 1;
                Ok(None)
            }
            (Some((revision, _)), Some(erratum)) => {
                published.n_revised += 1;
                Ok(Some((revision + 1, Some(erratum))))
            }
            (Some(_), None) => Err(Error::ErratumMissing {
                what: what(),
                day: self.civil_day,
            }),
        }
    }
}

fn revision_and_hash(row: &Row<'_>) -> Sql<(u32, [u8; 32])> {
    Ok((row.get(0)?, row.get(1)?))
}

pub(super) fn digest(
    db: &Connection,
    scope: &DigestScope,
    day: Date,
    revision: Option<u32>,
) -> Result<Option<Digest>, Fault> {
    let mut found = db
        .prepare_cached(
            "SELECT body, revision, erratum FROM digests
             WHERE scope = ?1 AND day = ?2 AND (?3 IS NULL OR revision = ?3)
             ORDER BY revision DESC LIMIT 1",
        )?
        .query_row(
            params![scope_text(scope), day.to_string(), revision],
            digest_of,
        )
        .optional()?;
    withhold(db, found.as_mut_slice())?;
    Ok(found)
}

pub(super) fn digests_of_day(db: &Connection, day: Date) -> Result<Vec<Digest>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT body, max(revision), erratum FROM digests WHERE day = ?1 GROUP BY scope",
    )?;
    let found = statement.query_map([day.to_string()], digest_of)?;
    let mut digests = found.collect::<Sql<Vec<_>>>()?;
    digests.sort_by(|one, other| one.scope.cmp(&other.scope));
    withhold(db, &mut digests)?;
    Ok(digests)
}

fn digest_of(row: &Row<'_>) -> Sql<Digest> {
    let (revision, erratum) = (row.get(1)?, row.get(2)?);
    from_json::<DigestShape>(row.get_ref(0)?.as_str()?)
        .and_then(|shape| shape.into_digest(revision, erratum))
        .map_err(|why| unreadable(0, why))
}

pub(super) fn digest_days(db: &Connection, scope: &DigestScope) -> Result<Vec<Date>, Fault> {
    let mut statement =
        db.prepare_cached("SELECT DISTINCT day FROM digests WHERE scope = ?1 ORDER BY day DESC")?;
    let found = statement.query_map([scope_text(scope)], |row| day_of(row, 0))?;
    Ok(found.collect::<Sql<_>>()?)
}

pub(super) fn revisions(
    db: &Connection,
    scope: &DigestScope,
    day: Date,
) -> Result<Vec<Revision>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT revision, published_at, erratum, method_version FROM digests
         WHERE scope = ?1 AND day = ?2 ORDER BY revision",
    )?;
    let found = statement.query_map([scope_text(scope), day.to_string()], |row| {
        Ok(Revision {
            revision: row.get(0)?,
            published_at: moment(row, 1)?,
            erratum: row.get(2)?,
            method_version: row.get(3)?,
        })
    })?;
    Ok(found.collect::<Sql<_>>()?)
}

pub(super) fn signals(db: &Connection, day: Date) -> Result<Vec<SatisfactionSignal>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT body, max(revision) FROM signals WHERE day = ?1 GROUP BY unit ORDER BY unit",
    )?;
    let found = statement.query_map([day.to_string()], signal_of)?;
    Ok(found.collect::<Sql<_>>()?)
}

pub(super) fn signal_history(
    db: &Connection,
    unit: UnitCode,
    from: Date,
    to: Date,
) -> Result<Vec<SatisfactionSignal>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT body, max(revision) FROM signals WHERE unit = ?1 AND day >= ?2 AND day <= ?3
         GROUP BY day ORDER BY day",
    )?;
    let days = params![unit.number(), from.to_string(), to.to_string()];
    let found = statement.query_map(days, signal_of)?;
    Ok(found.collect::<Sql<_>>()?)
}

fn signal_of(row: &Row<'_>) -> Sql<SatisfactionSignal> {
    let revision = row.get(1)?;
    from_json::<SignalShape>(row.get_ref(0)?.as_str()?)
        .and_then(|shape| shape.into_signal(revision))
        .map_err(|why| unreadable(0, why))
}
