//! What was published: immutable, each correction a further revision.

use crate::sql::{Connection, OptionalExtension, Result as Sql, Row, ToSql, Transaction, params};
use jiff::civil::Date;
use models::domain::{
    Digest, DigestScope, League, Period, SatisfactionSignal, UnitCode, UnitComparison,
};
use sha2::{Digest as _, Sha256};

use super::fault::{Fault, unreadable};
use super::rows::moment;
use super::withheld::withhold;
use super::{past, scores, words};
use crate::Error;
use crate::archive::{Edition, Published, Revision};
use crate::shapes::{
    ComparisonShape, DigestShape, LeagueShape, SignalShape, digest_bytes, from_json, league_text,
    scope_text, to_json,
};

/// See [`Archive::publish`](crate::Archive::publish).
pub(super) fn publish(tx: &Transaction<'_>, edition: &Edition<'_>) -> Result<Published, Fault> {
    let mut published = Published::default();
    if let (Some(open), Some(inputs)) = (&edition.open, &edition.inputs) {
        past::seal(tx, open, inputs)?;
    }
    for digest in edition.digests {
        publish_digest(tx, edition, digest, &mut published)?;
    }
    for signal in edition.signals {
        publish_signal(tx, edition, signal, &mut published)?;
    }
    for league in edition.leagues {
        publish_league(tx, edition, league, &mut published)?;
    }
    scores::publish(tx, edition, &mut published)?;
    for comparison in edition.comparisons {
        publish_comparison(tx, edition, comparison, &mut published)?;
    }
    Ok(published)
}

fn publish_digest(
    tx: &Transaction<'_>,
    edition: &Edition<'_>,
    digest: &Digest,
    published: &mut Published,
) -> Result<(), Fault> {
    let mut given = digest.clone();
    withhold(tx, std::slice::from_mut(&mut given))?;
    let latest = latest_digest(tx, &given)?;
    let same_as = |known: &Digest| Ok::<_, Fault>(digest_bytes(known)? == digest_bytes(&given)?);
    let is_same = latest.as_ref().map_or(Ok(false), same_as)?;
    let what = || format!("digest {}", scope_text(&digest.scope));
    let reason = digest.erratum.as_deref().or(edition.erratum);
    let next = next(
        latest.map(|latest| (latest.revision, is_same)),
        reason,
        &what,
        digest.day,
        published,
    )?;
    let Some((revision, erratum)) = next else {
        return Ok(());
    };
    let mut shape = DigestShape::from(&given);
    words::take_out(tx, &mut shape)?;
    let body = to_json("digest", &shape)?;
    let hash: [u8; 32] = Sha256::digest(body.as_bytes()).into();
    tx.prepare_cached(
        "INSERT INTO digests (scope, period, day, revision, published_at, erratum, method_version,
                              body, hash, edition)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        scope_text(&digest.scope),
        digest.period.code(),
        digest.day.to_string(),
        revision,
        edition.at.as_microsecond(),
        erratum,
        digest.method_version,
        body,
        hash,
        edition.open.as_ref().map(|open| open.id.cast_signed()),
    ])?;
    Ok(())
}

/// What stands published where a digest is to go.
fn latest_digest(tx: &Connection, digest: &Digest) -> Result<Option<Digest>, Fault> {
    self::digest(tx, &digest.scope, digest.period(), None)
}

fn publish_league(
    tx: &Transaction<'_>,
    edition: &Edition<'_>,
    league: &League,
    published: &mut Published,
) -> Result<(), Fault> {
    let body = to_json("league", &LeagueShape::from(league))?;
    let leaf = Leaf::new(edition, league.day, &league.method_version, body);
    let whose = league_text(league.period, league.kind);
    let what = || format!("league {whose}");
    leaf.write(tx, &LEAGUES, &whose, what, published)
}

fn publish_comparison(
    tx: &Transaction<'_>,
    edition: &Edition<'_>,
    comparison: &UnitComparison,
    published: &mut Published,
) -> Result<(), Fault> {
    let body = to_json("comparison", &ComparisonShape::from(comparison))?;
    let leaf = Leaf::new(edition, comparison.day, &comparison.method_version, body);
    let what = || format!("comparison of unit {}", comparison.unit);
    leaf.write(tx, &COMPARISONS, &comparison.unit.number(), what, published)
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
pub(super) struct Shelf {
    pub latest: &'static str,
    pub insert: &'static str,
}

const LEAGUES: Shelf = Shelf {
    latest: "SELECT revision, hash FROM leagues WHERE league = ?1 AND day = ?2
             ORDER BY revision DESC LIMIT 1",
    insert:
        "INSERT INTO leagues (league, day, revision, published_at, erratum, method_version, body,
                                  hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
};

const COMPARISONS: Shelf = Shelf {
    latest: "SELECT revision, hash FROM comparisons WHERE unit = ?1 AND day = ?2
             ORDER BY revision DESC LIMIT 1",
    insert: "INSERT INTO comparisons (unit, day, revision, published_at, erratum, method_version,
                                      body, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
};

const SIGNALS: Shelf = Shelf {
    latest: "SELECT revision, hash FROM signals WHERE unit = ?1 AND day = ?2
             ORDER BY revision DESC LIMIT 1",
    insert: "INSERT INTO signals (unit, day, revision, published_at, erratum, method_version, body,
                                  hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
};

/// One signal, league or score as it goes into the record.
pub(super) struct Leaf<'a> {
    civil_day: Date,
    day: String,
    at: i64,
    erratum: Option<&'a str>,
    method_version: &'a str,
    body: String,
    hash: [u8; 32],
}

impl<'a> Leaf<'a> {
    pub(super) fn new(
        edition: &Edition<'a>,
        day: Date,
        method_version: &'a str,
        body: String,
    ) -> Self {
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
    pub(super) fn write(
        &self,
        tx: &Transaction<'_>,
        on: &Shelf,
        whose: &dyn ToSql,
        what: impl Fn() -> String,
        published: &mut Published,
    ) -> Result<(), Fault> {
        self.write_with(tx, on, whose, &[], what, published)
    }

    /// The same with further columns beside it, from ?9 on.
    pub(super) fn write_with(
        &self,
        tx: &Transaction<'_>,
        on: &Shelf,
        whose: &dyn ToSql,
        more: &[&dyn ToSql],
        what: impl Fn() -> String,
        published: &mut Published,
    ) -> Result<(), Fault> {
        let latest = tx
            .prepare_cached(on.latest)?
            .query_row(params![whose, self.day], revision_and_hash)
            .optional()?;
        let latest = latest.map(|(revision, hash)| (revision, hash == self.hash));
        let next = next(latest, self.erratum, &what, self.civil_day, published)?;
        if let Some((revision, erratum)) = next {
            let own: [&dyn ToSql; 8] = [
                &whose,
                &self.day,
                &revision,
                &self.at,
                &erratum,
                &self.method_version,
                &self.body,
                &self.hash,
            ];
            let all = [&own, more].concat();
            tx.prepare_cached(on.insert)?.execute(all.as_slice())?;
        }
        Ok(())
    }
}

/// The revision to write with its erratum; `None` when the latest (its revision, whether it says the
/// same) is this content already.
fn next<'a>(
    latest: Option<(u32, bool)>,
    erratum: Option<&'a str>,
    what: &dyn Fn() -> String,
    day: Date,
    published: &mut Published,
) -> Result<Option<(u32, Option<&'a str>)>, Error> {
    match (latest, erratum) {
        (None, _) => {
            published.n_new += 1;
            Ok(Some((1, None)))
        }
        (Some((_, true)), _) => {
            published.n_unchanged += 1;
            Ok(None)
        }
        (Some((revision, false)), Some(erratum)) => {
            published.n_revised += 1;
            Ok(Some((revision + 1, Some(erratum))))
        }
        (Some(_), None) => Err(Error::ErratumMissing { what: what(), day }),
    }
}

fn revision_and_hash(row: &Row<'_>) -> Sql<(u32, [u8; 32])> {
    Ok((row.get(0)?, row.get(1)?))
}

pub(super) fn digest(
    db: &Connection,
    scope: &DigestScope,
    period: Period,
    revision: Option<u32>,
) -> Result<Option<Digest>, Fault> {
    let of = params![
        scope_text(scope),
        period.kind().code(),
        period.last().to_string(),
        revision
    ];
    let mut found = db
        .prepare_cached(
            "SELECT body, revision, erratum FROM digests
             WHERE scope = ?1 AND period = ?2 AND day = ?3 AND (revision = ?4 OR ?4 IS NULL)
             ORDER BY revision DESC LIMIT 1",
        )?
        .query_row(of, |row| digest_of(db, row))
        .optional()?;
    withhold(db, found.as_mut_slice())?;
    Ok(found)
}

pub(super) fn digests_of(db: &Connection, period: Period) -> Result<Vec<Digest>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT d.body, d.revision, d.erratum FROM digests d WHERE d.day = ?1 AND d.period = ?2
         AND d.revision = (SELECT max(n.revision) FROM digests n
             WHERE n.scope = d.scope AND n.period = d.period AND n.day = d.day)",
    )?;
    let of = params![period.last().to_string(), period.kind().code()];
    let found = statement.query_map(of, |row| digest_of(db, row))?;
    let mut digests = found.collect::<Sql<Vec<_>>>()?;
    digests.sort_by(|one, other| one.scope.cmp(&other.scope));
    withhold(db, &mut digests)?;
    Ok(digests)
}

fn digest_of(db: &Connection, row: &Row<'_>) -> Sql<Digest> {
    let (revision, erratum) = (row.get(1)?, row.get(2)?);
    let mut shape =
        from_json::<DigestShape>(row.get_ref(0)?.as_str()?).map_err(|why| unreadable(0, why))?;
    words::put_back(db, &mut shape)?;
    shape
        .into_digest(revision, erratum)
        .map_err(|why| unreadable(0, why))
}

pub(super) fn revisions(
    db: &Connection,
    scope: &DigestScope,
    period: Period,
) -> Result<Vec<Revision>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT revision, published_at, erratum, method_version FROM digests
         WHERE scope = ?1 AND period = ?2 AND day = ?3 ORDER BY revision",
    )?;
    let of = params![
        scope_text(scope),
        period.kind().code(),
        period.last().to_string()
    ];
    let found = statement.query_map(of, |row| {
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
        "SELECT s.body, s.revision FROM signals s WHERE s.day = ?1 AND s.revision =
             (SELECT max(n.revision) FROM signals n WHERE n.unit = s.unit AND n.day = s.day)
         ORDER BY s.unit",
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
        "SELECT s.body, s.revision FROM signals s
         WHERE s.unit = ?1 AND s.day >= ?2 AND s.day <= ?3 AND s.revision =
             (SELECT max(n.revision) FROM signals n WHERE n.unit = s.unit AND n.day = s.day)
         ORDER BY s.day",
    )?;
    let days = params![unit.number(), from.to_string(), to.to_string()];
    let found = statement.query_map(days, signal_of)?;
    Ok(found.collect::<Sql<_>>()?)
}

pub(super) fn signals_between(
    db: &Connection,
    from: Date,
    to: Date,
) -> Result<Vec<SatisfactionSignal>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT s.body, s.revision FROM signals s
         WHERE s.day >= ?1 AND s.day <= ?2 AND s.revision =
             (SELECT max(n.revision) FROM signals n WHERE n.unit = s.unit AND n.day = s.day)
         ORDER BY s.day, s.unit",
    )?;
    let found = statement.query_map([from.to_string(), to.to_string()], signal_of)?;
    Ok(found.collect::<Sql<_>>()?)
}

fn signal_of(row: &Row<'_>) -> Sql<SatisfactionSignal> {
    let revision = row.get(1)?;
    from_json::<SignalShape>(row.get_ref(0)?.as_str()?)
        .and_then(|shape| shape.into_signal(revision))
        .map_err(|why| unreadable(0, why))
}

/// See [`Archive::comparison`](crate::Archive::comparison).
pub(super) fn comparison(
    db: &Connection,
    unit: UnitCode,
    day: Date,
) -> Result<Option<UnitComparison>, Fault> {
    let read = |row: &Row<'_>| {
        let revision = row.get(1)?;
        from_json::<ComparisonShape>(row.get_ref(0)?.as_str()?)
            .and_then(|shape| shape.into_comparison(revision))
            .map_err(|why| unreadable(0, why))
    };
    Ok(db
        .prepare_cached(
            "SELECT body, revision FROM comparisons WHERE unit = ?1 AND day = ?2
             ORDER BY revision DESC LIMIT 1",
        )?
        .query_row(params![unit.number(), day.to_string()], read)
        .optional()?)
}
