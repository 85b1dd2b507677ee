//! Public holidays, by article 112 of the Labour Code 2019.

use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, ToSpan};

use super::lunar::{LunarDate, lunar_date, lunar_new_year};

/// A public holiday (ngày lễ, Tết).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PublicHoliday {
    /// 1 January.
    NewYear,
    /// Tết Nguyên đán: five days. The Prime Minister says each year how many of them are before the
    /// new year; here it is the last day of the old year and the first four of the new.
    Tet,
    /// Giỗ Tổ Hùng Vương, the tenth of the third lunar month.
    HungKings,
    /// 30 April.
    Reunification,
    /// 1 May.
    Labour,
    /// Quốc khánh, 2 September. The second day beside it is set each year and is not known here.
    National,
}

/// The public holiday of a day, by law.
pub fn public_holiday(day: Date) -> Option<PublicHoliday> {
    match (day.month(), day.day()) {
        (1, 1) => return Some(PublicHoliday::NewYear),
        (4, 30) => return Some(PublicHoliday::Reunification),
        (5, 1) => return Some(PublicHoliday::Labour),
        (9, 2) => return Some(PublicHoliday::National),
        _ => {}
    }
    // Tết is between 21 January and 21 February, Giỗ Tổ between late March and early May.
    if day.month() <= 2 && (-1..=3).contains(&days_from_tet(day)) {
        return Some(PublicHoliday::Tet);
    }
    if !(3..=5).contains(&day.month()) {
        return None;
    }
    let LunarDate {
        month,
        is_leap,
        day,
        ..
    } = lunar_date(day);
    ((month, is_leap, day) == (3, false, 10)).then_some(PublicHoliday::HungKings)
}

/// The first day of Tết in a year.
pub fn tet(year: i16) -> Date {
    lunar_new_year(year)
}

/// Days from the nearest first day of Tết: negative before it, 0 on the day.
///
/// ```
/// use jiff::civil::date;
/// assert_eq!(models::calendar::days_from_tet(date(2026, 2, 14)), -3);
/// ```
pub fn days_from_tet(day: Date) -> i32 {
    let from = |year: i16| {
        let since = lunar_new_year(year).until(day);
        since.map_or(i32::MAX, |span| span.get_days())
    };
    let (this, next) = (from(day.year()), from(day.year() + 1));
    if this.abs() <= next.abs() { this } else { next }
}

/// Whether offices are closed: weekends, public holidays, and the working days that make up for
/// holidays on weekends (article 111).
pub fn is_day_off(day: Date) -> bool {
    is_weekend(day) || public_holiday(day).is_some() || makes_up(day)
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// Whether a working day makes up for a holiday on a weekend: each such holiday takes the next
/// working day that is still free.
fn makes_up(day: Date) -> bool {
    /// The longest run of days off before a day that makes up: Tết with a weekend at each end.
    const LONGEST_RUN: i64 = 10;
    let Ok(from) = day.checked_sub(LONGEST_RUN.days()) else {
        return false;
    };
    let mut owed = 0;
    let mut at = from;
    while at < day {
        match (public_holiday(at).is_some(), is_weekend(at)) {
            (true, true) => owed += 1,
            (false, false) if owed > 0 => owed -= 1,
            _ => {}
        }
        at = at.saturating_add(SignedDuration::from_hours(24));
    }
    owed > 0 && public_holiday(day).is_none() && !is_weekend(day)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn holidays_of_2025_and_2026_are_found() {
        let hung_kings = [
            date(2020, 4, 2),
            date(2024, 4, 18),
            date(2025, 4, 7),
            date(2026, 4, 26),
        ];
        for day in hung_kings {
            assert_eq!(public_holiday(day), Some(PublicHoliday::HungKings), "{day}");
        }
        assert_eq!(public_holiday(date(2026, 2, 16)), Some(PublicHoliday::Tet));
        assert_eq!(public_holiday(date(2026, 2, 20)), Some(PublicHoliday::Tet));
        assert_eq!(public_holiday(date(2026, 2, 21)), None);
        assert_eq!(
            public_holiday(date(2026, 9, 2)),
            Some(PublicHoliday::National)
        );
    }

    #[test]
    fn a_holiday_on_a_sunday_gives_the_monday() {
        // Giỗ Tổ of 2026 is a Sunday.
        assert!(is_day_off(date(2026, 4, 27)));
        assert!(!is_day_off(date(2026, 4, 28)));
        // 30 April 2023 was a Sunday, 1 May a Monday: both Tuesday for it and none more, since
        // Giỗ Tổ of 29 April was a Saturday and took Wednesday.
        assert!(is_day_off(date(2023, 5, 2)) && is_day_off(date(2023, 5, 3)));
        assert!(!is_day_off(date(2023, 5, 4)));
    }

    #[test]
    fn tet_is_counted_from_the_nearest() {
        assert_eq!(days_from_tet(date(2026, 2, 17)), 0);
        assert_eq!(days_from_tet(date(2025, 12, 31)), -48);
        assert_eq!(days_from_tet(date(2026, 3, 1)), 12);
    }
}
