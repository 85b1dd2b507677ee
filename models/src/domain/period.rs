//! Periods a digest sums up: a day, a week, a calendar month, and the reporting month of hotlines.

use jiff::civil::{Date, Time, Weekday};
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::{day_in_vietnam, day_start};

/// Kinds of periods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PeriodKind {
    /// One Vietnamese day.
    #[default]
    Day,
    /// Monday to Sunday.
    Week,
    /// Calendar month.
    Month,
    /// Kỳ báo cáo: from the 25th 12:00 to the next 25th 12:00, as 1022 counts its months.
    ReportingMonth,
}

impl PeriodKind {
    /// All kinds, the shortest first.
    pub const ALL: [PeriodKind; 4] = [Self::Day, Self::Week, Self::Month, Self::ReportingMonth];

    /// Kinds that sum up several days.
    pub const LONG: [PeriodKind; 3] = [Self::Week, Self::Month, Self::ReportingMonth];

    /// The code used in files and addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::ReportingMonth => "reporting_month",
        }
    }

    /// The kind of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Day of the month on which the reporting month turns, at noon.
const REPORTING_DAY: i8 = 25;
const NOON: SignedDuration = SignedDuration::from_hours(12);

/// One period, known by its kind and its last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period {
    kind: PeriodKind,
    first: Date,
    last: Date,
}

impl Period {
    /// The period of a kind that contains a day. The 25th belongs to two reporting months; it gives
    /// the one that ends on it, so that the last day of a period always gives that period.
    ///
    /// ```
    /// use models::domain::{Period, PeriodKind};
    /// let day = jiff::civil::date(2025, 10, 3);
    /// let period = Period::of(PeriodKind::ReportingMonth, day);
    /// assert_eq!(period.start().to_string(), "2025-09-25T05:00:00Z");
    /// assert_eq!(period.end().to_string(), "2025-10-25T05:00:00Z");
    /// ```
    pub fn of(kind: PeriodKind, day: Date) -> Self {
        let (first, last) = match kind {
            PeriodKind::Day => (day, day),
            PeriodKind::Week => {
                let monday = i64::from(day.weekday().since(Weekday::Monday));
                let first = day.saturating_sub(monday.days());
                (first, first.saturating_add(6.days()))
            }
            PeriodKind::Month => (day.first_of_month(), day.last_of_month()),
            PeriodKind::ReportingMonth => {
                let month = day.first_of_month();
                let turn = |month: Date| month.saturating_add(i64::from(REPORTING_DAY - 1).days());
                let end = if day.day() <= REPORTING_DAY {
                    month
                } else {
                    month.saturating_add(1.month())
                };
                (turn(end.saturating_sub(1.month())), turn(end))
            }
        };
        Self { kind, first, last }
    }

    /// One day.
    pub fn day(day: Date) -> Self {
        Self::of(PeriodKind::Day, day)
    }

    /// Which kind.
    pub fn kind(self) -> PeriodKind {
        self.kind
    }

    /// First day with a moment in it.
    pub fn first(self) -> Date {
        self.first
    }

    /// Last day with a moment in it; names the period.
    pub fn last(self) -> Date {
        self.last
    }

    /// First moment.
    pub fn start(self) -> Timestamp {
        match self.kind {
            PeriodKind::ReportingMonth => day_start(self.first) + NOON,
            _ => day_start(self.first),
        }
    }

    /// First moment after it.
    pub fn end(self) -> Timestamp {
        match self.kind {
            PeriodKind::ReportingMonth => day_start(self.last) + NOON,
            _ => self.last.tomorrow().map_or(Timestamp::MAX, day_start),
        }
    }

    /// Whether a moment lies in it.
    pub fn contains(self, moment: Timestamp) -> bool {
        (self.start()..self.end()).contains(&moment)
    }

    /// Its length in days, at least 1.
    pub fn n_days(self) -> u32 {
        let hours = self.end().duration_since(self.start()).as_hours();
        u32::try_from(hours / 24).unwrap_or(1).max(1)
    }

    /// The calendar days it touches, oldest first.
    pub fn days(self) -> impl Iterator<Item = Date> {
        let last = self.last;
        let days = self.first.series(1.day());
        days.take_while(move |day| *day <= last)
    }

    /// The period before.
    #[must_use]
    pub fn previous(self) -> Self {
        Self::of(self.kind, self.first_whole().saturating_sub(1.day()))
    }

    /// The period after.
    #[must_use]
    pub fn next(self) -> Self {
        Self::of(self.kind, self.last.saturating_add(1.day()))
    }

    /// The last period of a kind that was over, and whose hour of publication had come, by a moment:
    /// `hour` on the day after its last day, or on that day where the period ends at noon.
    pub fn last_due(kind: PeriodKind, now: Timestamp, hour: Time) -> Self {
        let period = Self::of(kind, day_in_vietnam(now));
        let mut due = period.next();
        while due.due_at(hour) > now {
            due = due.previous();
        }
        due
    }

    /// When it is published: at an hour of the day after its last day, or of that day where it ends
    /// at noon; never before its end.
    pub fn due_at(self, hour: Time) -> Timestamp {
        let since_midnight = SignedDuration::from_secs(
            i64::from(hour.hour()) * 3600 + i64::from(hour.minute()) * 60,
        );
        let day = match self.kind {
            PeriodKind::ReportingMonth => self.last,
            _ => self.last.saturating_add(1.day()),
        };
        (day_start(day) + since_midnight).max(self.end())
    }

    /// The first day that belongs to no earlier period.
    fn first_whole(self) -> Date {
        match self.kind {
            PeriodKind::ReportingMonth => self.first.saturating_add(1.day()),
            _ => self.first,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;

    fn span(kind: PeriodKind, day: Date) -> (String, String) {
        let period = Period::of(kind, day);
        (period.first().to_string(), period.last().to_string())
    }

    #[test]
    fn weeks_run_from_monday_to_sunday() {
        for day in 9..=15 {
            let week = span(PeriodKind::Week, date(2026, 11, day));
            assert_eq!(week, ("2026-11-09".to_owned(), "2026-11-15".to_owned()));
        }
        assert_eq!(Period::of(PeriodKind::Week, date(2026, 11, 12)).n_days(), 7);
    }

    #[test]
    fn every_period_is_found_by_its_last_day_and_touches_its_neighbours() {
        for kind in PeriodKind::ALL {
            let mut period = Period::of(kind, date(2024, 1, 20));
            for _ in 0..60 {
                let next = period.next();
                assert_eq!(next.start(), period.end(), "{kind:?}");
                assert_eq!(next.previous(), period, "{kind:?}");
                assert_eq!(Period::of(kind, next.last()), next, "{kind:?}");
                assert_eq!(PeriodKind::from_code(kind.code()), Some(kind));
                period = next;
            }
        }
    }

    #[test]
    fn a_reporting_month_turns_on_the_25th_at_noon() {
        let kind = PeriodKind::ReportingMonth;
        let october = Period::of(kind, date(2025, 10, 25));
        assert_eq!(october, Period::of(kind, date(2025, 9, 26)));
        assert_eq!(october.n_days(), 30);
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert!(october.contains(at("2025-09-25T12:00:00+07:00")));
        assert!(!october.contains(at("2025-09-25T11:59:59+07:00")));
        assert!(!october.contains(at("2025-10-25T12:00:00+07:00")));
        assert_eq!(
            Period::of(kind, date(2025, 12, 28)).last(),
            date(2026, 1, 25)
        );
    }

    #[test]
    fn a_period_is_due_at_its_hour_and_not_before() {
        let due = |kind, moment: &str, hour| {
            let now = moment.parse().unwrap();
            Period::last_due(kind, now, hour).last().to_string()
        };
        let (half_past_five, five) = (time(5, 30, 0, 0), time(17, 0, 0, 0));
        let week = PeriodKind::Week;
        assert_eq!(
            due(week, "2026-11-16T05:29:00+07:00", half_past_five),
            "2026-11-08"
        );
        assert_eq!(
            due(week, "2026-11-16T05:30:00+07:00", half_past_five),
            "2026-11-15"
        );
        let month = PeriodKind::Month;
        assert_eq!(
            due(month, "2026-11-01T05:30:00+07:00", half_past_five),
            "2026-10-31"
        );
        let reporting = PeriodKind::ReportingMonth;
        assert_eq!(
            due(reporting, "2026-11-25T16:59:00+07:00", five),
            "2026-10-25"
        );
        assert_eq!(
            due(reporting, "2026-11-25T17:00:00+07:00", five),
            "2026-11-25"
        );
        assert_eq!(
            due(reporting, "2026-11-25T11:00:00+07:00", half_past_five),
            "2026-10-25",
            "never before its end"
        );
    }
}
