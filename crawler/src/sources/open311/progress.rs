//! How far the reading of a server has come; kept in the cursor of the source's state.

use jiff::{SignedDuration, Timestamp};

use super::client::{Span, plus};
use crate::collect::Visit;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The sweep comes back to each day within this time.
const SWEEP_PERIOD: SignedDuration = SignedDuration::from_hours(6);

/// The same where the server tells what changed: the sweep only catches what it forgot to tell.
const LAZY_SWEEP_PERIOD: SignedDuration = SignedDuration::from_hours(48);

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Progress {
    /// Everything made before this moment was read at least once.
    pub(super) covered: Timestamp,
    /// The sweep goes on here.
    pub(super) swept: Timestamp,
    /// When the newest request was made.
    pub(super) newest: Option<Timestamp>,
    /// Changes before this moment were read; `None` where the server cannot tell changes.
    pub(super) updated: Option<Timestamp>,
}

impl Progress {
    /// `covered swept [newest] [updated=moment]`; `updated=no` once the server was seen not to know.
    pub(super) fn from_state(visit: &Visit<'_>) -> Self {
        let cursor = visit.state.cursor.as_deref().unwrap_or_default();
        let start = visit.reach_back_to();
        let mut moments = cursor
            .split(' ')
            .filter(|word| !word.contains('='))
            .map(|text| text.parse().ok());
        let mut moment = || moments.next().flatten();
        let covered = moment().unwrap_or(start).max(start).min(visit.now);
        let updated = cursor
            .split(' ')
            .find_map(|word| word.strip_prefix("updated="));
        Self {
            covered,
            swept: moment().unwrap_or(start),
            newest: moment(),
            updated: match updated {
                Some(text) => text.parse().ok(),
                None => Some(covered),
            },
        }
    }

    pub(super) fn to_cursor(self) -> String {
        let newest = self.newest.map(|at| format!(" {at}")).unwrap_or_default();
        let updated = self
            .updated
            .map_or_else(|| "no".to_owned(), |at| at.to_string());
        format!("{} {}{newest} updated={updated}", self.covered, self.swept)
    }

    /// So many days that the sweep comes round in time; it begins anew when it meets what was just
    /// read.
    pub(super) fn slices(&self, visit: &Visit<'_>) -> Vec<Span> {
        let start = visit.reach_back_to();
        let mut from = self.swept;
        let slices = (0..self.n_slices(visit)).map(|_| {
            let has_ended = plus(from, DAY) > visit.now;
            if has_ended || from < start {
                from = start;
            }
            let span = Span::exact(from, plus(from, DAY).min(visit.now));
            from = span.to;
            span
        });
        slices.collect()
    }

    fn n_slices(&self, visit: &Visit<'_>) -> u32 {
        let period = self.updated.map_or(SWEEP_PERIOD, |_| LAZY_SWEEP_PERIOD);
        let days = visit.fetcher.policy().visit.reach_back_days.max(1);
        let since = visit
            .state
            .fetched_at
            .map_or(period, |at| visit.now.duration_since(at));
        let share = since.as_secs_f64() / period.as_secs_f64();
        (share * f64::from(days)).ceil().clamp(1.0, f64::from(days)) as u32
    }
}
