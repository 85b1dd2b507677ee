//! When a source is expected to speak, and when its silence is unusual, by its own history.
//!
//! No threshold is set by hand. The gaps between entries are measured in the source's own time,
//! in which a busy hour of the week is long and a quiet night short, and which runs at the pace of
//! the last days; the longest of them say which silence it would outgrow once a year.
//!
//! Measured by [`simulate`], 60 sources of each kind watched for 180 days (30 source-years a
//! figure), after 14 and after 56 days of history: false alarms a source-year, where 1 is stated,
//! and hours from the end of a source to the alarm, half of them and nine in ten of them.
//!
//! | kind of source | false alarms (14 d, 56 d) | delay half (14 d, 56 d) | nine in ten |
//! |---|---|---|---|
//! | newsroom, 60 a day | 0.78, 0.95 | 3.7, 5.2 | 9.6, 9.8 |
//! | small outlet, 3 a day | 0.51, 0.41 | 63, 68 | 97, 95 |
//! | seldom, 2 a week | 0.46, 0.64 | 492, 471 | 762, 760 |
//! | batches, 6 times 5 a day | 0.44, 0.44 | 37, 35 | 54, 54 |
//! | office hours, 150 a day | 1.29, 1.35 | 5.9, 8.7 | 43, 45 |
//! | daily at 6 o'clock | 0.14, 0.14 | 16, 19 | 42, 40 |
//! | irregular (lognormal gaps) | 2.30, 1.89 | 121, 127 | 324, 299 |
//! | drifting by half in 45 days | 0.85, 0.81 | 9.3, 14 | 13, 18 |
//!
//! Public holidays and Tết are not learned from, and little or nothing is expected of them
//! ([`simulate::watch_tet`] measures with and without); a source that dies on the new year's morning is
//! found when work begins again. The figures above are from before the calendar was looked at, when
//! sources of the simulation did not pause.
//!
//! What it does not know: outages that begin before the first [`FEWEST_DAYS`] are over.

mod pace;
mod profile;
mod quiet;
pub mod simulate;
mod tail;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::domain::day_start;
use crate::ranking::stats::GammaPrior;
use pace::Pace;
use profile::{HOUR_SECS, Profile, Tally, WEEK_HOURS, week_of};
use quiet::Quiet;
use tail::Tail;

/// History older than this is not asked: newsrooms change.
pub const HISTORY_DAYS: u32 = 56;

/// A week must be seen twice before it can be told from an accident.
pub const FEWEST_DAYS: u32 = 14;

/// The stated rate of false alarms of a source that goes on as before.
pub const FALSE_ALARMS_A_YEAR: f64 = 1.0;

/// The rhythm of a source, learned from when its entries were published.
#[derive(Clone, Debug, PartialEq)]
pub struct Rhythm {
    profile: Profile,
    tail: Tail,
    level: f64,
    /// Entries of the last days as a multiple of those expected.
    pace: f64,
}

/// How a silence compares with the rhythm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Silence {
    /// How long it has lasted.
    pub lasted: SignedDuration,
    /// When it becomes unusual, or became so.
    pub unusual_from: Timestamp,
    /// How often a year a source that goes on as before is silent for so long.
    pub times_a_year: f64,
}

impl Silence {
    /// Whether the source is silent for longer than usual at `now`.
    pub fn is_unusual(&self, now: Timestamp) -> bool {
        now > self.unusual_from
    }
}

impl Rhythm {
    /// Learns from the moments at which entries were published, in any order, as known at `until`
    /// (the last good visit). `None` before [`FEWEST_DAYS`], and while there are too few entries to
    /// show a rhythm.
    ///
    /// ```
    /// use models::rhythm::Rhythm;
    /// let noon: jiff::Timestamp = "2026-11-12T05:00:00Z".parse().unwrap();
    /// let hours = |n: i64| jiff::SignedDuration::from_hours(n);
    /// // Every three hours, for four weeks.
    /// let entries = (0..224).map(|n| noon - hours(3 * n)).collect::<Vec<_>>();
    /// let rhythm = Rhythm::learn(&entries, noon).unwrap();
    /// assert!(!rhythm.silence(noon, noon + hours(3)).is_unusual(noon + hours(3)));
    /// assert!(rhythm.silence(noon, noon + hours(12)).is_unusual(noon + hours(12)));
    /// ```
    pub fn learn(arrivals: &[Timestamp], until: Timestamp) -> Option<Self> {
        let day = |n: i64| SignedDuration::from_hours(24 * n);
        let (back, ahead) = (i64::from(HISTORY_DAYS), 2 * i64::from(HISTORY_DAYS));
        let from = until.saturating_sub(day(back)).unwrap_or(Timestamp::MIN);
        let to = until.saturating_add(day(ahead)).unwrap_or(Timestamp::MAX);
        Self::learn_beside(arrivals, until, &Quiet::of_calendar(from, to))
    }

    /// Learns beside the quiet days given.
    fn learn_beside(arrivals: &[Timestamp], until: Timestamp, quiet: &Quiet) -> Option<Self> {
        let history = SignedDuration::from_hours(24 * i64::from(HISTORY_DAYS));
        let oldest = until.saturating_sub(history).unwrap_or(Timestamp::MIN);
        let mut arrivals = arrivals.to_vec();
        arrivals.retain(|at| (oldest..=until).contains(at));
        arrivals.sort_unstable();
        arrivals.dedup();
        let since = *arrivals.first()?;
        let known = SignedDuration::from_hours(24 * i64::from(FEWEST_DAYS));
        if until.duration_since(since) < known {
            return None;
        }
        let profile = Profile::learn(&Tally::count(&arrivals, since, until, None, quiet), quiet);
        let pace = Pace::learn(&arrivals, &profile, until);
        let gaps = gaps(&arrivals, since, until, &pace, quiet);
        let years = until.duration_since(since).as_secs_f64() / (365.25 * 86_400.0);
        let tail = Tail::fit(gaps, years)?;
        Some(Self {
            level: tail.level(FALSE_ALARMS_A_YEAR),
            pace: pace.at(&arrivals, until),
            profile,
            tail,
        })
    }

    /// How the silence since the newest entry compares.
    pub fn silence(&self, newest: Timestamp, now: Timestamp) -> Silence {
        let gap = self.profile.between(newest, now) * self.pace;
        Silence {
            lasted: now.duration_since(newest),
            unusual_from: self.when_expected(newest, self.level / self.pace),
            times_a_year: self.tail.times_a_year(gap),
        }
    }

    /// Entries expected on a Vietnamese day.
    pub fn expected_on(&self, day: Date) -> f64 {
        let from = day_start(day);
        let to = from.saturating_add(SignedDuration::from_hours(24));
        self.expected_between(from, to.unwrap_or(Timestamp::MAX))
    }

    /// Entries expected between two moments.
    pub fn expected_between(&self, from: Timestamp, to: Timestamp) -> f64 {
        self.profile.between(from, to)
    }

    /// The moment by which so many entries are expected, an hour at a time; a source that hardly
    /// speaks is given at most [`HISTORY_DAYS`] twice.
    fn when_expected(&self, from: Timestamp, n_entries: f64) -> Timestamp {
        let hour = SignedDuration::from_secs(HOUR_SECS);
        let mut at = from;
        let mut passed = 0.0;
        for _ in 0..2 * HISTORY_DAYS * 24 {
            let Ok(next) = at.saturating_add(hour) else {
                return at;
            };
            let step = self.profile.between(at, next);
            if passed + step >= n_entries {
                let share = ((n_entries - passed) / step).clamp(0.0, 1.0);
                let part = SignedDuration::from_secs((share * HOUR_SECS as f64) as i64);
                return at.saturating_add(part).unwrap_or(next);
            }
            passed += step;
            at = next;
        }
        at
    }
}

/// Entries expected on each day of the week, Monday first, from counts of whole days; days of the week
/// are shrunk to their mean as far as their spread is chance. A cheap sibling of [`Rhythm`] for
/// lists of many sources.
pub fn expected_by_weekday(counts: &[(Date, u64)]) -> [f64; 7] {
    /// Days after which the mean counts for nothing against a weekday's own.
    const STRONGEST: f64 = 1000.0;
    let mut days = [(0.0, 0.0); 7];
    for (day, n) in counts {
        let slot = &mut days[day.weekday().to_monday_zero_offset() as usize];
        slot.0 += *n as f64;
        slot.1 += 1.0;
    }
    let watched = days.into_iter().filter(|(_, n_days)| *n_days > 0.0);
    let prior = GammaPrior::fit(&watched.collect::<Vec<_>>(), STRONGEST);
    days.map(|(n, n_days)| {
        if counts.is_empty() {
            0.0
        } else {
            prior.posterior(n, n_days).mean()
        }
    })
}

/// Gaps between entries in the source's own time. Each is measured by the profile of the other
/// weeks: by its own week a gap would look more regular than the next one will be.
fn gaps(
    arrivals: &[Timestamp],
    since: Timestamp,
    until: Timestamp,
    pace: &Pace,
    quiet: &Quiet,
) -> Vec<f64> {
    let mut gaps = Vec::with_capacity(arrivals.len());
    let mut at_hand: Option<(i64, Profile)> = None;
    let is_longer_than_a_week =
        until.duration_since(since).as_secs() > WEEK_HOURS as i64 * HOUR_SECS;
    for (index, pair) in arrivals.windows(2).enumerate() {
        let week = week_of(pair[1]);
        if at_hand.as_ref().is_none_or(|(known, _)| *known != week) {
            let skip = is_longer_than_a_week.then_some(week);
            let tally = Tally::count(arrivals, since, until, skip, quiet);
            at_hand = Some((week, Profile::learn(&tally, quiet)));
        }
        if let Some((_, profile)) = &at_hand {
            let gap = profile.between(pair[0], pair[1]);
            gaps.push(gap * pace.at(&arrivals[..=index], pair[0]));
        }
    }
    gaps
}

#[cfg(test)]
mod tests;
