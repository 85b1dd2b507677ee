//! Forecasts: days counted, the next seven foreseen, past forecasts graded; and the same again, to see
//! that it comes out byte by byte.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use anyhow::Result;
use indexer::forecast_bytes;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use models::domain::{
    DayTally, DigestScope, Forecast, ForecastOutcome, ForecastScope, PublishedForecast, Topic,
};
use models::ranking::forecast::{HORIZON_DAYS, came, forecasts, grade, outcome, tally};

use crate::pipeline::Pipeline;

/// Every count the record knows.
const NOW: u64 = u64::MAX;

/// Counts of the last days are looked at again, since reports come late.
const RECOUNTED_DAYS: i64 = 7;

/// Weeks before the last day of which forecasts are made afterwards when the record is new: as many as
/// it takes to grade them, and some.
const WEEKS_BACK: i64 = 26;

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Foreseen {
    /// Forecasts published.
    pub n_made: usize,
    /// Forecasts whose outcome became known.
    pub n_graded: usize,
}

impl Pipeline {
    /// Makes the forecasts of a morning, once: `last` is the last day of which everything is known. Days
    /// are counted first and past forecasts graded, since the grades say which of the new ones may be
    /// shown. A record that has none yet is given one a week of the last half year, each from what was
    /// heard up to its day; so is a gap.
    pub fn foresee_days(&self, last: Date, now: Timestamp) -> Result<Foreseen> {
        let made = self.archive.forecast_days()?;
        let latest = made.first().copied();
        if latest.is_some_and(|latest| latest >= last) {
            return Ok(Foreseen::default());
        }
        self.count_days(last, now, last.saturating_sub(RECOUNTED_DAYS.days()))?;
        let mut done = Foreseen::default();
        let from = latest.map_or(Ok(last.saturating_sub((7 * WEEKS_BACK).days())), |day| {
            day.tomorrow()
        })?;
        for day in days_to_foresee(from, last) {
            self.foresee_from(day, last, now, &mut done)?;
        }
        self.grade_forecasts(last, now, &mut done)?;
        Ok(done)
    }

    /// Makes forecasts of past days that have none, one a week, and counts every day again: for a record
    /// into which years were imported since.
    pub fn foresee_past(&self, from: Date, to: Date, now: Timestamp) -> Result<Foreseen> {
        let Some(last) = self
            .archive
            .digest_days(&DigestScope::City)?
            .first()
            .copied()
        else {
            return Ok(Foreseen::default());
        };
        self.count_days(last, now, Date::MIN)?;
        let mut done = Foreseen::default();
        let mut day = from;
        while day <= to.min(last) {
            self.foresee_from(day, last, now, &mut done)?;
            day = day.saturating_add(7.days());
        }
        self.grade_forecasts(last, now, &mut done)?;
        Ok(done)
    }

    /// Counts the days up to `last` that were not counted yet, and those from `again` on once more.
    fn count_days(&self, last: Date, now: Timestamp, again: Date) -> Result<()> {
        let Some((first, _)) = self.archive.mention_days()? else {
            return Ok(());
        };
        let oldest = i64::try_from(self.city.methods.forecast.max_days)?.days();
        let first = first.max(last.saturating_sub(oldest));
        let known = self.archive.tallies(first, last, NOW)?;
        let mut counted = Vec::new();
        let mut day = first;
        while day <= last {
            let is_known = known.binary_search_by_key(&day, |tally| tally.day).is_ok();
            if day >= again || !is_known {
                counted.push(self.count_day(day)?);
            }
            day = day.tomorrow()?;
        }
        self.archive.save_tallies(&counted, now)?;
        Ok(())
    }

    /// Days from before the first digest count as heard: what was imported of them is whole, or nothing
    /// stands there.
    fn count_day(&self, day: Date) -> Result<DayTally> {
        let digest = self.archive.digest(&DigestScope::City, day, None)?;
        let heard = digest.map_or(1.0, |digest| digest.coverage.share);
        let counts = self.archive.topic_counts(day)?;
        Ok(tally(day, heard, &counts, self.city.units()))
    }

    /// The forecasts of one day, each with the grade of those before it.
    fn foresee_from(
        &self,
        made_on: Date,
        last: Date,
        now: Timestamp,
        done: &mut Foreseen,
    ) -> Result<()> {
        // Grades of those whose days were over by then.
        self.grade_forecasts(made_on.min(last), now, done)?;
        let known = self.archive.latest_tally()?;
        let standings = self.standings(made_on)?;
        let made = self.foresee_as_of(made_on, known)?.into_iter();
        let published = made.map(|forecast| PublishedForecast {
            standing: standings
                .get(&(forecast.scope, forecast.topic))
                .and_then(|past| grade(&self.city.methods.forecast, past)),
            published_at: now,
            forecast,
        });
        let published = published.collect::<Vec<_>>();
        done.n_made += self.archive.save_forecasts(&published, known)?;
        Ok(())
    }

    /// The forecasts of a day from the counts up to a number.
    fn foresee_as_of(&self, made_on: Date, tally: u64) -> Result<Vec<Forecast>> {
        let method = &self.city.methods.forecast;
        let oldest = i64::try_from(method.max_days)?.days();
        let first = made_on.saturating_sub(oldest);
        let known = self.archive.tallies(first, made_on, tally)?;
        Ok(forecasts(method, &known, made_on))
    }

    /// What came of the forecasts of the method whose days were over on a day, by scope and topic.
    fn standings(
        &self,
        on: Date,
    ) -> Result<BTreeMap<(ForecastScope, Topic), Vec<ForecastOutcome>>> {
        let method = &self.city.methods.forecast;
        let to = on.saturating_sub(horizon());
        let from = to.saturating_sub(i64::from(method.graded_days).days());
        let mut standings: BTreeMap<_, Vec<ForecastOutcome>> = BTreeMap::new();
        for outcome in self.archive.outcomes(None, from, to)? {
            if outcome.method_version == method.version {
                let of = (outcome.scope, outcome.topic);
                standings.entry(of).or_default().push(outcome);
            }
        }
        Ok(standings)
    }

    /// Says of every forecast whose days are over by `last` what came of it, once.
    fn grade_forecasts(&self, last: Date, now: Timestamp, done: &mut Foreseen) -> Result<()> {
        let over = last.saturating_sub(horizon());
        for day in self.archive.ungraded_forecast_days(over)? {
            let tallies = self
                .archive
                .tallies(day, day.saturating_add(horizon()), NOW)?;
            let made = self.archive.forecasts_on(day)?;
            let outcomes = made.iter().map(|(published, _)| {
                let came = came(&published.forecast, &tallies);
                outcome(&published.forecast, came, now)
            });
            done.n_graded += self.archive.save_outcomes(&outcomes.collect::<Vec<_>>())?;
        }
        Ok(())
    }

    /// Makes the forecasts of a day again from what they knew: how many there are, and how many come out
    /// the same byte by byte. Those of another version of the method are not looked at.
    pub fn replay_forecasts(&self, made_on: Date) -> Result<(usize, usize)> {
        let method = &self.city.methods.forecast;
        let (mut n_made, mut n_same) = (0, 0);
        let mut again: BTreeMap<u64, Vec<Forecast>> = BTreeMap::new();
        for (published, tally) in self.archive.forecasts_on(made_on)? {
            let forecast = &published.forecast;
            if forecast.method_version != method.version {
                continue;
            }
            if let Entry::Vacant(first) = again.entry(tally) {
                first.insert(self.foresee_as_of(made_on, tally)?);
            }
            let is_same_series =
                |other: &&Forecast| (other.scope, other.topic) == (forecast.scope, forecast.topic);
            let made = again
                .get(&tally)
                .and_then(|made| made.iter().find(is_same_series));
            let is_same = match made {
                Some(made) => forecast_bytes(made)? == forecast_bytes(forecast)?,
                None => false,
            };
            n_made += 1;
            n_same += usize::from(is_same);
        }
        Ok((n_made, n_same))
    }
}

fn horizon() -> jiff::Span {
    (HORIZON_DAYS as i64).days()
}

/// Every day of the last week, and one a week of those before it.
fn days_to_foresee(from: Date, last: Date) -> Vec<Date> {
    let mut days = Vec::new();
    let mut day = last;
    while day >= from {
        days.push(day);
        let is_new = last.saturating_sub(6.days()) < day && from.saturating_add(7.days()) > last;
        day = day.saturating_sub(if is_new { 1.days() } else { 7.days() });
    }
    days.reverse();
    days
}

#[cfg(test)]
mod tests;
