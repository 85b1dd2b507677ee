//! Units of the interface, of which a project has so many a day; the day begins at midnight in
//! California.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// What a page of search results costs.
pub(super) const SEARCH_UNITS: u32 = 100;

/// What a page of anything else costs.
pub(super) const LIST_UNITS: u32 = 1;

/// Pacific time by its rule, so that no time zone files are needed.
const PACIFIC: &str = "PST8PDT,M3.2.0,M11.1.0";

/// What was spent on one Pacific day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Budget {
    /// Which day, as `YYYY-MM-DD`.
    day: String,
    spent: u32,
}

impl Budget {
    /// Units spent on the day it is now.
    pub(super) fn spent(&self, now: Timestamp) -> u32 {
        if self.day == day_of(now) {
            self.spent
        } else {
            0
        }
    }

    /// Spends units if so many are left of a limit.
    pub(super) fn take(&mut self, units: u32, limit: u32, now: Timestamp) -> bool {
        let spent = self.spent(now).saturating_add(units);
        if spent > limit {
            return false;
        }
        self.enter(spent, now);
        true
    }

    /// The interface says that the day's units are gone: others spend of them too.
    pub(super) fn exhaust(&mut self, limit: u32, now: Timestamp) {
        self.enter(self.spent(now).max(limit), now);
    }

    fn enter(&mut self, spent: u32, now: Timestamp) {
        (self.day, self.spent) = (day_of(now), spent);
    }
}

/// When the next day's units come.
pub(super) fn next_day(now: Timestamp) -> Timestamp {
    let today = now.to_zoned(pacific());
    let tomorrow = today
        .checked_add(1.day())
        .and_then(|next| next.start_of_day());
    tomorrow.map_or(Timestamp::MAX, |midnight| midnight.timestamp())
}

fn day_of(now: Timestamp) -> String {
    now.to_zoned(pacific()).date().to_string()
}

fn pacific() -> TimeZone {
    // The rule above is sound (a test reads it); eight hours west is its winter half.
    TimeZone::posix(PACIFIC).unwrap_or_else(|_| TimeZone::fixed(jiff::tz::offset(-8)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn days_end_at_midnight_in_california_summer_and_winter() {
        assert_eq!(
            next_day(at("2026-11-18T07:59:59Z")),
            at("2026-11-18T08:00:00Z")
        );
        assert_eq!(
            next_day(at("2026-11-18T08:00:00Z")),
            at("2026-11-19T08:00:00Z")
        );
        assert_eq!(
            next_day(at("2026-07-18T07:00:00Z")),
            at("2026-07-19T07:00:00Z")
        );
        assert_eq!(
            next_day(at("2026-10-31T12:00:00Z")),
            at("2026-11-01T07:00:00Z")
        );
        assert_eq!(
            next_day(at("2026-11-01T12:00:00Z")),
            at("2026-11-02T08:00:00Z"),
            "the day the clocks go back has 25 hours"
        );
    }

    #[test]
    fn units_come_back_the_next_day() {
        let mut budget = Budget::default();
        let (evening, night) = (at("2026-11-18T07:00:00Z"), at("2026-11-18T09:00:00Z"));
        assert!(budget.take(SEARCH_UNITS, 150, evening));
        assert!(!budget.take(SEARCH_UNITS, 150, evening));
        assert!(budget.take(LIST_UNITS, 150, evening));
        assert_eq!(budget.spent(evening), 101);
        budget.exhaust(150, evening);
        assert!(!budget.take(LIST_UNITS, 150, evening));
        assert!(budget.take(SEARCH_UNITS, 150, night));
        assert_eq!(budget.spent(night), 100);
    }
}
