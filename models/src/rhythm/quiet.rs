//! Days on which sources are quiet by law: public holidays and the days off that make up for them. Tết
//! alone silences a city for a week, and comes on another date each year, so that no history of eight
//! weeks can tell of it.

use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::calendar::{PublicHoliday, is_day_off, public_holiday};
use crate::domain::{day_in_vietnam, day_start};

/// What is expected of a source on a day of Tết, as a share of what it says on a Sunday at that hour or
/// on that weekday, whichever is less; and on other days off. Many say nothing at all over Tết, so that
/// next to nothing is expected: who falls silent then for good is found when work begins again.
const TET_SHARE: f64 = 0.02;
const DAY_OFF_SHARE: f64 = 0.7;

/// Years whose calendar is computed.
const YEARS: std::ops::RangeInclusive<i16> = 1970..=2199;

/// A quiet day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct QuietDay {
    pub from: Timestamp,
    pub to: Timestamp,
    /// What is left of a Sunday.
    pub share: f64,
}

/// The quiet days of a stretch of time, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Quiet(Vec<QuietDay>);

impl Quiet {
    /// Those of the calendar from one moment to another.
    pub(super) fn of_calendar(from: Timestamp, to: Timestamp) -> Self {
        let last = day_in_vietnam(to);
        let days = day_in_vietnam(from).series(1.day());
        let days = days.take_while(|day| *day <= last && day.year() <= *YEARS.end());
        let known = days.filter(|day| YEARS.contains(&day.year()));
        let quiet = known.filter_map(|day| {
            let share = match public_holiday(day) {
                Some(PublicHoliday::Tet) => TET_SHARE,
                Some(_) => DAY_OFF_SHARE,
                None if is_day_off(day) && day.weekday().to_monday_zero_offset() < 5 => {
                    DAY_OFF_SHARE
                }
                None => return None,
            };
            let from = day_start(day);
            let to = from.saturating_add(SignedDuration::from_hours(24));
            Some(QuietDay {
                from,
                to: to.unwrap_or(Timestamp::MAX),
                share,
            })
        });
        Self(quiet.collect())
    }

    /// Those that have a moment between two.
    pub(super) fn between(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> impl Iterator<Item = &QuietDay> {
        let first = self.0.partition_point(|day| day.to <= from);
        self.0[first..].iter().take_while(move |day| day.from < to)
    }

    /// Whether a moment lies in one.
    pub(super) fn holds(&self, at: Timestamp) -> bool {
        let first = self.0.partition_point(|day| day.to <= at);
        self.0.get(first).is_some_and(|day| day.from <= at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tet_is_five_days_and_a_weekend_is_none() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        // Mùng Một is 17 February 2026.
        let quiet = Quiet::of_calendar(at("2026-02-01T00:00:00Z"), at("2026-03-01T00:00:00Z"));
        let tet = quiet.0.iter().filter(|day| day.share == TET_SHARE);
        assert_eq!(tet.count(), 5);
        assert!(quiet.holds(at("2026-02-16T05:00:00+07:00")));
        assert!(
            !quiet.holds(at("2026-02-15T05:00:00+07:00")),
            "a Sunday before Tết"
        );
        assert!(
            !quiet.holds(at("2026-02-21T05:00:00+07:00")),
            "the Saturday after"
        );
        let between = quiet.between(
            at("2026-02-16T23:00:00+07:00"),
            at("2026-02-17T01:00:00+07:00"),
        );
        assert_eq!(between.count(), 2);
    }
}
