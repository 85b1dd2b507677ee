//! The Vietnamese lunar calendar: months begin with the new moon at the meridian of 105° E, the
//! eleventh holds the winter solstice, and a thirteenth month goes in where the sun enters no sign.

use jiff::civil::Date;

use super::moon::{day_number, day_of, lunation_near, new_moon_day, sun_sector};

/// A day of the lunar calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LunarDate {
    /// The year in which it begins, by the common calendar.
    pub year: i16,
    /// 1 to 12.
    pub month: i8,
    /// Whether it is in the second month of that number (tháng nhuận).
    pub is_leap: bool,
    /// 1 to 30.
    pub day: i8,
}

/// The lunar date of a day.
///
/// ```
/// use jiff::civil::date;
/// let mid_autumn = models::calendar::lunar_date(date(2026, 9, 25));
/// assert_eq!((mid_autumn.month, mid_autumn.day), (8, 15));
/// ```
pub fn lunar_date(day: Date) -> LunarDate {
    let number = day_number(day);
    let lunation = lunation_of(number);
    let mut before = eleventh_month(day.year());
    let mut year = day.year();
    if lunation < before {
        before = eleventh_month(day.year() - 1);
    } else {
        year += 1;
    }
    // `before` is the eleventh month of the lunar year that ends in `year`.
    let (month, is_leap) = name_of(lunation - before, leap_offset(before, eleventh_month(year)));
    LunarDate {
        year: if month >= 11 { year - 1 } else { year },
        month,
        is_leap,
        day: (number - new_moon_day(lunation) + 1) as i8,
    }
}

/// The day of a lunar date; `None` when that year has no such day.
pub fn solar_date(lunar: LunarDate) -> Option<Date> {
    let turn = i16::from(lunar.month >= 11);
    let before = eleventh_month(lunar.year - 1 + turn);
    let leap = leap_offset(before, eleventh_month(lunar.year + turn));
    let offset = (0..13).find(|offset| name_of(*offset, leap) == (lunar.month, lunar.is_leap))?;
    let number = new_moon_day(before + offset) + i64::from(lunar.day) - 1;
    let day = day_of(number);
    (lunar_date(day) == lunar).then_some(day)
}

/// The first day of a lunar year (mùng một Tết).
pub fn lunar_new_year(year: i16) -> Date {
    let before = eleventh_month(year - 1);
    let leap = leap_offset(before, eleventh_month(year));
    let offset = (0..13).find(|offset| name_of(*offset, leap) == (1, false));
    day_of(new_moon_day(before + offset.unwrap_or(2)))
}

/// The lunation a day belongs to.
fn lunation_of(number: i64) -> i64 {
    let mut lunation = lunation_near(number) + 1;
    while new_moon_day(lunation) > number {
        lunation -= 1;
    }
    lunation
}

/// The lunation of the eleventh month that begins in a year: the one with the winter solstice.
fn eleventh_month(year: i16) -> i64 {
    const WINTER: i64 = 9;
    let last = day_number(Date::constant(year, 12, 31));
    let lunation = lunation_of(last);
    if sun_sector(new_moon_day(lunation)) >= WINTER {
        lunation - 1
    } else {
        lunation
    }
}

/// Months from the eleventh month to the leap month, when thirteen months lie between two eleventh
/// months: the first after which the sun stands in the same sign at the next new moon.
fn leap_offset(before: i64, after: i64) -> Option<i64> {
    if after - before < 13 {
        return None;
    }
    let sector = |offset: i64| sun_sector(new_moon_day(before + offset));
    (1..13).find(|offset| sector(*offset) == sector(offset + 1))
}

/// Number of the month so many lunations after an eleventh month, and whether it is a leap month.
fn name_of(offset: i64, leap: Option<i64>) -> (i8, bool) {
    let passed = i64::from(leap.is_some_and(|leap| offset >= leap));
    let month = (10 + offset - passed).rem_euclid(12) + 1;
    (month as i8, leap == Some(offset))
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use jiff::civil::date;

    use super::*;

    #[test]
    fn new_years_are_those_of_the_almanac() {
        let known = [
            date(2020, 1, 25),
            date(2021, 2, 12),
            date(2022, 2, 1),
            date(2023, 1, 22),
            date(2024, 2, 10),
            date(2025, 1, 29),
            date(2026, 2, 17),
            date(2027, 2, 6),
            date(2028, 1, 26),
            date(2029, 2, 13),
            // A day before the Chinese one: the new moon is at 23:07 in Hà Nội.
            date(2030, 2, 2),
            date(2031, 1, 23),
            date(2032, 2, 11),
            date(2033, 1, 31),
            date(2034, 2, 19),
            date(2035, 2, 8),
        ];
        for day in known {
            assert_eq!(lunar_new_year(day.year()), day);
        }
        // The years in which Vietnam and China are known to have differed.
        assert_eq!(lunar_new_year(1968), date(1968, 1, 29));
        assert_eq!(lunar_new_year(1985), date(1985, 1, 21));
        assert_eq!(lunar_new_year(2007), date(2007, 2, 17));
    }

    #[test]
    fn leap_months_are_those_of_the_almanac() {
        let leap = |year: i16| {
            (1..=12).find(|&month| {
                solar_date(LunarDate {
                    year,
                    month,
                    is_leap: true,
                    day: 1,
                })
                .is_some()
            })
        };
        let known = [
            (2020, Some(4)),
            (2021, None),
            (2023, Some(2)),
            (2025, Some(6)),
            (2028, Some(5)),
        ];
        for (year, month) in known {
            assert_eq!(leap(year), month, "{year}");
        }
    }

    #[test]
    fn every_day_goes_there_and_back() {
        let mut day = date(2019, 12, 1);
        while day < date(2036, 1, 1) {
            let lunar = lunar_date(day);
            assert_eq!(solar_date(lunar), Some(day), "{day} {lunar:?}");
            assert!((1..=30).contains(&lunar.day) && (1..=12).contains(&lunar.month));
            day = day.checked_add(1.day()).unwrap();
        }
    }
}
