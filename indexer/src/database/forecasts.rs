//! Counts of days, forecasts made from them, and what came of those.

use std::collections::BTreeMap;

use crate::sql::ValueRef;
use crate::sql::{Connection, OptionalExtension, Result as Sql, Row, Transaction, params};
use jiff::Timestamp;
use jiff::civil::Date;
use models::domain::{
    DayTally, Forecast, ForecastOutcome, ForecastScope, PublishedForecast, Scope, Topic, UnitCode,
};

use super::fault::{Fault, unreadable};
use super::rows::{code, day as day_of, moment, number, span, text_with};
use crate::shapes::{
    ForecastShape, OutcomeShape, PlacesShape, StandingShape, TallyShape, forecast_scope,
    forecast_scope_text, from_json, scope_of, to_json,
};

/// A mention is placed in a unit from this weight on.
const PLACED: f32 = 0.5;

/// See [`Archive::topic_counts`](crate::Archive::topic_counts).
pub(super) fn topic_counts(
    db: &Connection,
    day: Date,
) -> Result<Vec<(Option<UnitCode>, Topic, u32)>, Fault> {
    let (start, end) = span(day, day);
    let mut statement = db.prepare_cached(
        "SELECT a.topic, a.scope, a.places, count(*)
         FROM mentions m JOIN annotations a ON a.mention = m.pk
         WHERE m.moment >= ?1 AND m.moment < ?2 AND a.is_concern = 1
         GROUP BY a.topic, a.scope, a.places",
    )?;
    let counted = statement.query_map([start, end], |row| {
        let topic = code(row, 0, "topic", Topic::from_code)?;
        let scope = text_with(row, 1, scope_of)?;
        let places: PlacesShape = text_with(row, 2, from_json)?;
        let placement = places
            .into_placement(scope)
            .map_err(|why| unreadable(2, why))?;
        let mut units = placement.units.iter();
        let held = units.find(|unit| scope == Scope::Unit && unit.weight >= PLACED);
        Ok((held.map(|unit| unit.code), topic, row.get::<_, u32>(3)?))
    })?;
    let mut counts: BTreeMap<(Option<UnitCode>, Topic), u32> = BTreeMap::new();
    for counted in counted {
        let (unit, topic, n) = counted?;
        *counts.entry((unit, topic)).or_default() += n;
    }
    let counts = counts
        .into_iter()
        .map(|((unit, topic), n)| (unit, topic, n));
    Ok(counts.collect())
}

/// See [`Archive::save_tallies`](crate::Archive::save_tallies).
pub(super) fn save_tallies(
    tx: &Transaction<'_>,
    tallies: &[DayTally],
    at: Timestamp,
) -> Result<usize, Fault> {
    let mut known =
        tx.prepare_cached("SELECT body FROM day_tallies WHERE day = ?1 ORDER BY pk DESC LIMIT 1")?;
    let mut insert =
        tx.prepare_cached("INSERT INTO day_tallies (day, counted_at, body) VALUES (?1, ?2, ?3)")?;
    let mut n_new = 0;
    for tally in tallies {
        let body = to_json("tally", &TallyShape::from(tally))?;
        let day = tally.day.to_string();
        let stands: Option<String> = known.query_row([&day], |row| row.get(0)).optional()?;
        if stands.as_ref() != Some(&body) {
            n_new += insert.execute(params![day, at.as_microsecond(), body])?;
        }
    }
    Ok(n_new)
}

/// See [`Archive::latest_tally`](crate::Archive::latest_tally).
pub(super) fn latest_tally(db: &Connection) -> Result<u64, Fault> {
    let latest = db.query_row("SELECT max(pk) FROM day_tallies", [], |row| {
        row.get::<_, Option<i64>>(0)
    })?;
    Ok(latest.map_or(0, number))
}

/// See [`Archive::tallies`](crate::Archive::tallies).
pub(super) fn tallies(
    db: &Connection,
    from: Date,
    to: Date,
    as_of: u64,
) -> Result<Vec<DayTally>, Fault> {
    let as_of = i64::try_from(as_of).unwrap_or(i64::MAX);
    let mut statement = db.prepare_cached(
        "SELECT t.pk, t.day, t.body FROM day_tallies t
         WHERE t.day >= ?1 AND t.day <= ?2 AND t.pk = (SELECT max(n.pk) FROM day_tallies n
             WHERE n.day = t.day AND n.pk <= ?3)
         ORDER BY t.day",
    )?;
    let found = statement.query_map(params![from.to_string(), to.to_string(), as_of], |row| {
        let day = day_of(row, 1)?;
        text_with(row, 2, |json| {
            from_json::<TallyShape>(json).and_then(|shape| shape.into_tally(day))
        })
    })?;
    Ok(found.collect::<Sql<_>>()?)
}

/// See [`Archive::save_forecasts`](crate::Archive::save_forecasts).
pub(super) fn save_forecasts(
    tx: &Transaction<'_>,
    forecasts: &[PublishedForecast],
    tally: u64,
) -> Result<usize, Fault> {
    let mut insert = tx.prepare_cached(
        "INSERT INTO forecasts (scope, topic, made_on, published_at, tally, method_version, body,
                                standing)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
    )?;
    let mut n_new = 0;
    for published in forecasts {
        let forecast = &published.forecast;
        let standing = published.standing.as_ref().map(StandingShape::from);
        let standing = standing.map(|shape| to_json("forecast", &shape));
        n_new += insert.execute(params![
            forecast_scope_text(forecast.scope),
            forecast.topic.code(),
            forecast.made_on.to_string(),
            published.published_at.as_microsecond(),
            tally.cast_signed(),
            forecast.method_version,
            to_json("forecast", &ForecastShape::from(forecast))?,
            standing.transpose()?,
        ])?;
    }
    Ok(n_new)
}

/// See [`Archive::forecast_days`](crate::Archive::forecast_days).
pub(super) fn forecast_days(db: &Connection) -> Result<Vec<Date>, Fault> {
    let mut statement =
        db.prepare_cached("SELECT DISTINCT made_on FROM forecasts ORDER BY made_on DESC")?;
    let days = statement.query_map([], |row| day_of(row, 0))?;
    Ok(days.collect::<Sql<_>>()?)
}

const SELECT_FORECASTS: &str = "
    SELECT scope, topic, made_on, published_at, tally, method_version, body, standing
    FROM forecasts ";

/// A row of [`SELECT_FORECASTS`].
fn published(row: &Row<'_>) -> Sql<(PublishedForecast, u64)> {
    let standing = match row.get_ref(7)? {
        ValueRef::Null => None,
        _ => Some(text_with(row, 7, from_json::<StandingShape>)?.into()),
    };
    let published = PublishedForecast {
        forecast: Forecast {
            scope: text_with(row, 0, forecast_scope)?,
            topic: code(row, 1, "topic", Topic::from_code)?,
            made_on: day_of(row, 2)?,
            method_version: row.get(5)?,
            days: text_with(row, 6, |json| from_json::<ForecastShape>(json)?.into_days())?,
        },
        published_at: moment(row, 3)?,
        standing,
    };
    Ok((published, number(row.get(4)?)))
}

/// See [`Archive::forecasts_on`](crate::Archive::forecasts_on).
pub(super) fn forecasts_on(
    db: &Connection,
    day: Date,
) -> Result<Vec<(PublishedForecast, u64)>, Fault> {
    let mut statement = db.prepare_cached(&format!("{SELECT_FORECASTS} WHERE made_on = ?1"))?;
    let found = statement.query_map([day.to_string()], published)?;
    let mut found = found.collect::<Sql<Vec<_>>>()?;
    found.sort_by_key(|(published, _)| (published.forecast.scope, published.forecast.topic));
    Ok(found)
}

/// See [`Archive::forecasts_of`](crate::Archive::forecasts_of).
pub(super) fn forecasts_of(
    db: &Connection,
    scope: ForecastScope,
    topic: Topic,
    from: Date,
    to: Date,
) -> Result<Vec<PublishedForecast>, Fault> {
    let mut statement = db.prepare_cached(&format!(
        "{SELECT_FORECASTS} WHERE scope = ?1 AND topic = ?2 AND made_on >= ?3 AND made_on <= ?4
         ORDER BY made_on"
    ))?;
    let of = params![
        forecast_scope_text(scope),
        topic.code(),
        from.to_string(),
        to.to_string()
    ];
    let found = statement.query_map(of, |row| Ok(published(row)?.0))?;
    Ok(found.collect::<Sql<_>>()?)
}

/// See [`Archive::ungraded_forecast_days`](crate::Archive::ungraded_forecast_days).
pub(super) fn ungraded_days(db: &Connection, until: Date) -> Result<Vec<Date>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT DISTINCT f.made_on FROM forecasts f
         LEFT JOIN forecast_outcomes o
             ON o.scope = f.scope AND o.topic = f.topic AND o.made_on = f.made_on
         WHERE f.made_on <= ?1 AND o.pk IS NULL ORDER BY f.made_on",
    )?;
    let days = statement.query_map([until.to_string()], |row| day_of(row, 0))?;
    Ok(days.collect::<Sql<_>>()?)
}

/// See [`Archive::save_outcomes`](crate::Archive::save_outcomes).
pub(super) fn save_outcomes(
    tx: &Transaction<'_>,
    outcomes: &[ForecastOutcome],
) -> Result<usize, Fault> {
    let mut insert = tx.prepare_cached(
        "INSERT INTO forecast_outcomes (scope, topic, made_on, graded_at, method_version, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
    )?;
    let mut n_new = 0;
    for outcome in outcomes {
        n_new += insert.execute(params![
            forecast_scope_text(outcome.scope),
            outcome.topic.code(),
            outcome.made_on.to_string(),
            outcome.graded_at.as_microsecond(),
            outcome.method_version,
            to_json("outcome", &OutcomeShape::from(outcome))?,
        ])?;
    }
    Ok(n_new)
}

/// See [`Archive::outcomes`](crate::Archive::outcomes).
pub(super) fn outcomes(
    db: &Connection,
    scope: Option<ForecastScope>,
    from: Date,
    to: Date,
) -> Result<Vec<ForecastOutcome>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT scope, topic, made_on, method_version, graded_at, body FROM forecast_outcomes
         WHERE (scope = ?1 OR ?1 IS NULL) AND made_on >= ?2 AND made_on <= ?3",
    )?;
    let of = params![
        scope.map(forecast_scope_text),
        from.to_string(),
        to.to_string()
    ];
    let found = statement.query_map(of, |row| {
        let scope = text_with(row, 0, forecast_scope)?;
        let topic = code(row, 1, "topic", Topic::from_code)?;
        let shape = text_with(row, 5, from_json::<OutcomeShape>)?;
        let of = (scope, topic, day_of(row, 2)?);
        Ok(shape.into_outcome(of, row.get(3)?, moment(row, 4)?))
    })?;
    let mut found = found.collect::<Sql<Vec<_>>>()?;
    found.sort_by_key(|outcome| (outcome.scope, outcome.topic, outcome.made_on));
    Ok(found)
}
