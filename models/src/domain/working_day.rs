//! Working days (ngày làm việc): what deadlines of offices are counted in.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::{day_in_vietnam, day_start};
use crate::calendar::is_day_off;

/// When offices close in Vietnam, in hours of the day.
const CLOSING_HOUR: i64 = 17;
/// When they open.
pub(super) const OPENING_HOUR: i64 = 8;

/// The n-th working day after a day; days off by law do not count (`calendar`).
pub fn working_day_after(day: Date, n: u32) -> Date {
    let mut at = day;
    let mut left = n;
    // Tết is the longest run of days off; a bound keeps odd dates from looping.
    for _ in 0..(u64::from(n) * 15 + 30) {
        if left == 0 {
            break;
        }
        let Ok(next) = at.tomorrow() else { break };
        at = next;
        if !is_day_off(at) {
            left -= 1;
        }
    }
    at
}

/// The n-th working day before a day.
pub fn working_day_before(day: Date, n: u32) -> Date {
    let mut at = day;
    let mut left = n;
    for _ in 0..(u64::from(n) * 15 + 30) {
        if left == 0 {
            break;
        }
        let Ok(before) = at.yesterday() else { break };
        at = before;
        if !is_day_off(at) {
            left -= 1;
        }
    }
    at
}

/// When an answer is due that was asked for at a moment: when offices close on the n-th working day
/// after that day. At least one day is given.
///
/// ```
/// use models::domain::deadline;
/// // Asked on a Friday afternoon, two working days: Tuesday, 17:00.
/// let asked = "2026-11-20T15:00:00+07:00".parse().unwrap();
/// assert_eq!(deadline(asked, 2), "2026-11-24T17:00:00+07:00".parse().unwrap());
/// ```
pub fn deadline(asked_at: Timestamp, working_days: u32) -> Timestamp {
    let day = working_day_after(day_in_vietnam(asked_at), working_days.max(1));
    hour_of(day, CLOSING_HOUR)
}

pub(super) fn hour_of(day: Date, hour: i64) -> Timestamp {
    let start = day_start(day);
    start
        .checked_add(SignedDuration::from_hours(hour))
        .unwrap_or(start)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_off_do_not_count() {
        // 30 April and 1 May 2026 are a Thursday and a Friday.
        assert_eq!(working_day_after(date(2026, 4, 29), 1), date(2026, 5, 4));
        assert_eq!(working_day_before(date(2026, 5, 4), 1), date(2026, 4, 29));
        assert_eq!(working_day_after(date(2026, 11, 20), 0), date(2026, 11, 20));
        let asked = "2026-11-20T23:30:00+07:00".parse().unwrap();
        let due = "2026-11-23T17:00:00+07:00".parse::<Timestamp>().unwrap();
        assert_eq!(deadline(asked, 1), due);
        assert_eq!(deadline(asked, 0), due, "a day is always given");
    }
}
