//! Published scores: the satisfaction group of Decision 766, the silence map, values of indicators.

use crate::sql::{Connection, Params, Result as Sql, ToSql, Transaction, params};
use jiff::civil::Date;
use models::domain::{IndicatorValue, Period, PeriodKind, ScoreScope, ShadowScore, SilenceMap};

use super::editions::{Leaf, Shelf};
use super::fault::{Fault, unreadable};
use super::rows::at_most;
use crate::archive::{Edition, Published};
use crate::shapes::{
    Complaint, IndicatorShape, ShadowShape, SilenceShape, from_json, score_text, to_json,
    value_text,
};

const SHADOWS: Shelf = Shelf {
    latest: "SELECT revision, hash FROM shadow_scores WHERE score = ?1 AND day = ?2
             ORDER BY revision DESC LIMIT 1",
    insert:
        "INSERT INTO shadow_scores (score, day, revision, published_at, erratum, method_version,
                                        body, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
};

const SILENCE: Shelf = Shelf {
    latest: "SELECT revision, hash FROM silence_maps WHERE period = ?1 AND day = ?2
             ORDER BY revision DESC LIMIT 1",
    insert:
        "INSERT INTO silence_maps (period, day, revision, published_at, erratum, method_version,
                                       body, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
};

// Ids of indicators have no space.
const INDICATORS: Shelf = Shelf {
    latest: "SELECT revision, hash FROM indicator_values WHERE value = ?1 AND day = ?2
             ORDER BY revision DESC LIMIT 1",
    insert: "INSERT INTO indicator_values (value, day, revision, published_at, erratum,
                                           method_version, body, hash, indicator, period, whose)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
};

/// The scores of an edition.
pub(super) fn publish(
    tx: &Transaction<'_>,
    edition: &Edition<'_>,
    published: &mut Published,
) -> Result<(), Fault> {
    for score in edition.shadows {
        let body = to_json("score", &ShadowShape::from(score))?;
        let leaf = Leaf::new(edition, score.day, &score.method_version, body);
        let whose = score_text(score.period, score.whose);
        leaf.write(tx, &SHADOWS, &whose, || format!("score {whose}"), published)?;
    }
    for map in edition.silence {
        let body = to_json("silence map", &SilenceShape::from(map))?;
        let leaf = Leaf::new(edition, map.day, &map.method_version, body);
        let period = map.period.code();
        let what = || format!("silence map of a {period}");
        leaf.write(tx, &SILENCE, &period, what, published)?;
    }
    for value in edition.indicators {
        let body = to_json("value", &IndicatorShape::from(value))?;
        let leaf = Leaf::new(edition, value.day, &value.version, body);
        let whose = value_text(value);
        let (period, scope) = (value.period.code(), value.whose.code());
        let more: [&dyn ToSql; 3] = [&value.indicator, &period, &scope];
        let what = || format!("value {whose}");
        leaf.write_with(tx, &INDICATORS, &whose, &more, what, published)?;
    }
    Ok(())
}

/// Rows of (body, revision, erratum).
fn read<T>(
    db: &Connection,
    query: &str,
    of: impl Params,
    into: impl Fn(&str, u32, Option<String>) -> Result<T, Complaint>,
) -> Result<Vec<T>, Fault> {
    let mut statement = db.prepare_cached(query)?;
    let found = statement.query_map(of, |row| {
        let (revision, erratum) = (row.get(1)?, row.get(2)?);
        into(row.get_ref(0)?.as_str()?, revision, erratum).map_err(|why| unreadable(0, why))
    })?;
    Ok(found.collect::<Sql<_>>()?)
}

fn score_of(body: &str, revision: u32, erratum: Option<String>) -> Result<ShadowScore, Complaint> {
    from_json::<ShadowShape>(body).and_then(|shape| shape.into_score(revision, erratum))
}

fn value_of(
    body: &str,
    revision: u32,
    erratum: Option<String>,
) -> Result<IndicatorValue, Complaint> {
    from_json::<IndicatorShape>(body).and_then(|shape| shape.into_value(revision, erratum))
}

/// See [`Archive::shadow_scores`](crate::Archive::shadow_scores).
pub(super) fn shadow_scores(
    db: &Connection,
    period: PeriodKind,
    day: Date,
) -> Result<Vec<ShadowScore>, Fault> {
    let mut scores = read(
        db,
        "SELECT s.body, s.revision, s.erratum FROM shadow_scores s
         WHERE s.day = ?1 AND substr(s.score, 1, length(?2)) = ?2 AND s.revision =
             (SELECT max(n.revision) FROM shadow_scores n
              WHERE n.score = s.score AND n.day = s.day)",
        params![day.to_string(), format!("{}:", period.code())],
        score_of,
    )?;
    scores.sort_by_key(|score| score.whose);
    Ok(scores)
}

/// See [`Archive::shadow_score`](crate::Archive::shadow_score).
pub(super) fn shadow_score(
    db: &Connection,
    whose: ScoreScope,
    period: PeriodKind,
    day: Date,
) -> Result<Option<ShadowScore>, Fault> {
    let found = read(
        db,
        "SELECT body, revision, erratum FROM shadow_scores WHERE score = ?1 AND day = ?2
         ORDER BY revision DESC LIMIT 1",
        params![score_text(period, whose), day.to_string()],
        score_of,
    )?;
    Ok(found.into_iter().next())
}

/// See [`Archive::shadow_days`](crate::Archive::shadow_days).
pub(super) fn shadow_days(
    db: &Connection,
    period: PeriodKind,
    limit: usize,
) -> Result<Vec<Date>, Fault> {
    days(
        db,
        "SELECT DISTINCT day FROM shadow_scores WHERE score = ?1 ORDER BY day DESC LIMIT ?2",
        params![score_text(period, ScoreScope::City), at_most(limit)],
    )
}

fn days(db: &Connection, query: &str, of: impl Params) -> Result<Vec<Date>, Fault> {
    let mut statement = db.prepare_cached(query)?;
    let found = statement.query_map(of, |row| {
        let day = row.get_ref(0)?.as_str()?.parse::<Date>();
        day.map_err(|why| unreadable(0, why.to_string()))
    })?;
    Ok(found.collect::<Sql<_>>()?)
}

/// See [`Archive::silence_map`](crate::Archive::silence_map).
pub(super) fn silence_map(db: &Connection, period: Period) -> Result<Option<SilenceMap>, Fault> {
    let found = read(
        db,
        "SELECT body, revision, erratum FROM silence_maps WHERE period = ?1 AND day = ?2
         ORDER BY revision DESC LIMIT 1",
        params![period.kind().code(), period.last().to_string()],
        |body, revision, erratum| {
            from_json::<SilenceShape>(body).and_then(|shape| shape.into_map(revision, erratum))
        },
    )?;
    Ok(found.into_iter().next())
}

/// See [`Archive::indicator_values`](crate::Archive::indicator_values).
pub(super) fn indicator_values(
    db: &Connection,
    indicator: &str,
    period: PeriodKind,
    day: Date,
) -> Result<Vec<IndicatorValue>, Fault> {
    let mut values = read(
        db,
        "SELECT v.body, v.revision, v.erratum FROM indicator_values v
         WHERE v.indicator = ?1 AND v.period = ?2 AND v.day = ?3 AND v.revision =
             (SELECT max(n.revision) FROM indicator_values n
              WHERE n.value = v.value AND n.day = v.day)",
        params![indicator, period.code(), day.to_string()],
        value_of,
    )?;
    values.sort_by_key(|value| value.whose);
    Ok(values)
}

/// See [`Archive::indicator_days`](crate::Archive::indicator_days).
pub(super) fn indicator_days(
    db: &Connection,
    indicator: &str,
    period: PeriodKind,
    limit: usize,
) -> Result<Vec<Date>, Fault> {
    days(
        db,
        "SELECT DISTINCT day FROM indicator_values WHERE indicator = ?1 AND period = ?2
         ORDER BY day DESC LIMIT ?3",
        params![indicator, period.code(), at_most(limit)],
    )
}

/// See [`Archive::values_of`](crate::Archive::values_of).
pub(super) fn values_of(
    db: &Connection,
    whose: ScoreScope,
    from: Date,
    to: Date,
) -> Result<Vec<IndicatorValue>, Fault> {
    read(
        db,
        "SELECT v.body, v.revision, v.erratum FROM indicator_values v
         WHERE v.whose = ?1 AND v.day >= ?2 AND v.day <= ?3 AND v.revision =
             (SELECT max(n.revision) FROM indicator_values n
              WHERE n.value = v.value AND n.day = v.day)
         ORDER BY v.value, v.day",
        params![whose.code(), from.to_string(), to.to_string()],
        value_of,
    )
}
