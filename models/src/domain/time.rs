//! Days as citizens of Ho Chi Minh City live them: UTC+7 all year.

use jiff::civil::{Date, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};

/// Hours east of Greenwich; Vietnam keeps no summer time.
pub const VIETNAM_OFFSET_HOURS: i8 = 7;

/// The time zone of every day boundary and every shown time.
pub fn vietnam_zone() -> TimeZone {
    TimeZone::fixed(Offset::constant(VIETNAM_OFFSET_HOURS))
}

/// The Vietnamese calendar day of a moment.
///
/// ```
/// let late_evening_utc: jiff::Timestamp = "2026-11-11T17:30:00Z".parse().unwrap();
/// assert_eq!(models::domain::day_in_vietnam(late_evening_utc), jiff::civil::date(2026, 11, 12));
/// ```
pub fn day_in_vietnam(moment: Timestamp) -> Date {
    moment.to_zoned(vietnam_zone()).date()
}

/// The Vietnamese calendar day and the time of the clock there.
pub fn time_in_vietnam(moment: Timestamp) -> (Date, Time) {
    let there = moment.to_zoned(vietnam_zone());
    (there.date(), there.time())
}

/// The moment a Vietnamese calendar day begins.
pub fn day_start(day: Date) -> Timestamp {
    day.to_zoned(vietnam_zone())
        .as_ref()
        .map_or(Timestamp::MIN, Zoned::timestamp)
}
