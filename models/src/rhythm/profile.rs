//! How busy a source is at each hour of the week, learned from how much it said then.
//!
//! Hours of the day are shrunk to the mean of all hours, days of the week to that, and single hours
//! of the week to both; how strongly, the spread of the counts itself says. Days off by law are not
//! learned from, and little is expected of them ([`quiet`](super::quiet)).

use jiff::Timestamp;

use super::quiet::Quiet;
use crate::domain::VIETNAM_OFFSET_HOURS;
use crate::ranking::stats::GammaPrior;

pub(super) const HOUR_SECS: i64 = 3600;
pub(super) const WEEK_HOURS: usize = 168;
const DAY_HOURS: usize = 24;

/// The strongest shrinkage, in hours watched: a source without differences between its hours.
const STRONGEST: f64 = 1000.0;

/// Hours since a Monday, 0 o'clock in Vietnam, shortly before 1970.
fn week_secs(at: Timestamp) -> i64 {
    // 1 January 1970 was a Thursday.
    const MONDAY_TO_THURSDAY_HOURS: i64 = 72;
    at.as_second() + (i64::from(VIETNAM_OFFSET_HOURS) + MONDAY_TO_THURSDAY_HOURS) * HOUR_SECS
}

/// The number of the hour a moment lies in; hours count on from week to week.
fn hour_of(at: Timestamp) -> i64 {
    week_secs(at).div_euclid(HOUR_SECS)
}

/// The number of the week a moment lies in.
pub(super) fn week_of(at: Timestamp) -> i64 {
    hour_of(at).div_euclid(WEEK_HOURS as i64)
}

/// The first moment of an hour.
fn start_of(hour: i64) -> Timestamp {
    let since = hour * HOUR_SECS - week_secs(Timestamp::UNIX_EPOCH);
    Timestamp::from_second(since).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn cell_of(hour: i64) -> usize {
    hour.rem_euclid(WEEK_HOURS as i64).unsigned_abs() as usize
}

/// Entries of a source, and hours watched, for each hour of the week.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    entries: [f64; WEEK_HOURS],
    watched: [f64; WEEK_HOURS],
}

impl Tally {
    /// Counts the hours from `since` to `until`; `skip` leaves one week out, so that its own gaps
    /// can be measured by what the others say. `arrivals` are sorted.
    pub(super) fn count(
        arrivals: &[Timestamp],
        since: Timestamp,
        until: Timestamp,
        skip: Option<i64>,
        quiet: &Quiet,
    ) -> Self {
        let mut tally = Self {
            entries: [0.0; WEEK_HOURS],
            watched: [0.0; WEEK_HOURS],
        };
        let is_skipped = |hour: i64| {
            skip == Some(hour.div_euclid(WEEK_HOURS as i64)) || quiet.holds(start_of(hour))
        };
        for hour in hour_of(since)..=hour_of(until) {
            if !is_skipped(hour) {
                tally.watched[cell_of(hour)] += 1.0;
            }
        }
        for hour in arrivals.iter().map(|at| hour_of(*at)) {
            if !is_skipped(hour) {
                tally.entries[cell_of(hour)] += 1.0;
            }
        }
        tally
    }
}

/// Entries expected in each hour of the week, and their running sum.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Profile {
    rates: [f64; WEEK_HOURS],
    /// `before[h]`: sum of the rates of the hours before `h`; the last is the sum of a week.
    before: [f64; WEEK_HOURS + 1],
    quiet: Quiet,
}

impl Profile {
    pub(super) fn learn(tally: &Tally, quiet: &Quiet) -> Self {
        let by_day_hour = fold(tally, &tally.watched, |cell| cell % DAY_HOURS, DAY_HOURS);
        let hours = shrunk(&by_day_hour);
        let expected = |factor: &dyn Fn(usize) -> f64| {
            let mut expected = [0.0; WEEK_HOURS];
            for (cell, slot) in expected.iter_mut().enumerate() {
                *slot = tally.watched[cell] * factor(cell);
            }
            expected
        };
        let by_hour = expected(&|cell| hours[cell % DAY_HOURS]);
        let days = shrunk(&fold(tally, &by_hour, |cell| cell / DAY_HOURS, 7));
        let by_both = expected(&|cell| hours[cell % DAY_HOURS] * days[cell / DAY_HOURS]);
        let cells = shrunk(&fold(tally, &by_both, |cell| cell, WEEK_HOURS));
        let mut rates = [0.0; WEEK_HOURS];
        let mut before = [0.0; WEEK_HOURS + 1];
        for cell in 0..WEEK_HOURS {
            let rate = hours[cell % DAY_HOURS] * days[cell / DAY_HOURS] * cells[cell];
            rates[cell] = rate.max(1e-9);
            before[cell + 1] = before[cell] + rates[cell];
        }
        Self {
            rates,
            before,
            quiet: quiet.clone(),
        }
    }

    /// Entries expected from a fixed beginning up to a moment if no day were off; differences count.
    fn cumulative(&self, at: Timestamp) -> f64 {
        let secs = week_secs(at);
        let hour = secs.div_euclid(HOUR_SECS);
        let cell = cell_of(hour);
        let share = secs.rem_euclid(HOUR_SECS) as f64 / HOUR_SECS as f64;
        let weeks = hour.div_euclid(WEEK_HOURS as i64) as f64;
        weeks * self.before[WEEK_HOURS] + self.before[cell] + share * self.rates[cell]
    }

    /// Entries expected between two moments.
    pub(super) fn between(&self, from: Timestamp, to: Timestamp) -> f64 {
        let all = self.cumulative(to) - self.cumulative(from);
        let off = self.quiet.between(from, to).map(|day| {
            let (from, to) = (from.max(day.from), to.min(day.to));
            self.cumulative(to) - self.cumulative(from) - self.on_day_off(from, to, day.share)
        });
        (all - off.sum::<f64>()).max(0.0)
    }

    /// Entries expected between two moments, days off left out.
    pub(super) fn on_working_days(&self, from: Timestamp, to: Timestamp) -> f64 {
        let all = self.cumulative(to) - self.cumulative(from);
        let off = self.quiet.between(from, to).map(|day| {
            let (from, to) = (from.max(day.from), to.min(day.to));
            self.cumulative(to) - self.cumulative(from)
        });
        (all - off.sum::<f64>()).max(0.0)
    }

    /// Whether a moment lies in a day off.
    pub(super) fn is_off(&self, at: Timestamp) -> bool {
        self.quiet.holds(at)
    }

    /// Entries expected between two moments of a day off: of each hour a share of what that weekday or
    /// a Sunday has, whichever is less.
    fn on_day_off(&self, from: Timestamp, to: Timestamp, share: f64) -> f64 {
        const SUNDAY: usize = 6 * DAY_HOURS;
        let hours = hour_of(from)..=hour_of(to);
        let expected = hours.map(|hour| {
            let (start, cell) = (start_of(hour), cell_of(hour));
            let inside = |at: Timestamp| (at.as_second() - start.as_second()).clamp(0, HOUR_SECS);
            let part = (inside(to) - inside(from)) as f64 / HOUR_SECS as f64;
            part * share * self.rates[cell].min(self.rates[SUNDAY + cell % DAY_HOURS])
        });
        expected.sum()
    }
}

/// Entries with what was expected of them, added up by a property of the hour.
fn fold(
    tally: &Tally,
    expected: &[f64; WEEK_HOURS],
    property: impl Fn(usize) -> usize,
    n: usize,
) -> Vec<(f64, f64)> {
    let mut sums = vec![(0.0, 0.0); n];
    for cell in 0..WEEK_HOURS {
        let sum = &mut sums[property(cell)];
        sum.0 += tally.entries[cell];
        sum.1 += expected[cell];
    }
    sums
}

/// The rate of each count, shrunk to the mean of all.
fn shrunk(counts: &[(f64, f64)]) -> Vec<f64> {
    let watched = counts
        .iter()
        .copied()
        .filter(|(_, exposure)| *exposure > 0.0);
    let prior = GammaPrior::fit(&watched.collect::<Vec<_>>(), STRONGEST);
    let rates = counts
        .iter()
        .map(|(count, exposure)| prior.posterior(*count, *exposure).mean());
    rates.collect()
}
