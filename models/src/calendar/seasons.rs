//! Seasons that people complain by in Ho Chi Minh City: rain, high tide, school.

use jiff::civil::{Date, date};

use super::holidays::days_from_tet;
use super::moon::days_to_syzygy;

/// Days after new and full moon on which the Saigon river stands highest.
const TIDE_LAG_DAYS: f64 = 1.5;

/// Half of the days that a spring tide lasts.
const TIDE_HALF_DAYS: f64 = 2.5;

/// Whether it is the rainy season (mùa mưa): May to November in the south.
pub fn is_rainy_season(day: Date) -> bool {
    (5..=11).contains(&day.month())
}

/// How much of a spring tide (triều cường) there is on a day, 0 to 1: highest a day or two after new
/// and full moon, from September to January, when the monsoon holds the water in the river; most
/// in October to December.
///
/// ```
/// use jiff::civil::date;
/// // Full moon on 24 November 2026.
/// assert!(models::calendar::spring_tide(date(2026, 11, 26)) > 0.8);
/// assert_eq!(models::calendar::spring_tide(date(2026, 11, 18)), 0.0);
/// assert_eq!(models::calendar::spring_tide(date(2026, 5, 2)), 0.0);
/// ```
pub fn spring_tide(day: Date) -> f64 {
    let season = match day.month() {
        10..=12 => 1.0,
        9 | 1 => 0.5,
        _ => return 0.0,
    };
    // The nearest syzygy of the day before yesterday's noon and a half: the water comes later.
    let off = days_to_syzygy(day) + TIDE_LAG_DAYS;
    let share = (1.0 - (off / TIDE_HALF_DAYS).abs()).clamp(0.0, 1.0);
    season * (share * std::f64::consts::FRAC_PI_2).sin()
}

/// Whether schools teach: from 5 September to 31 May, but for the two weeks around Tết. The day is
/// set by the city each year within a week of these.
pub fn is_school_term(day: Date) -> bool {
    let opening = date(day.year(), 9, 5);
    let closing = date(day.year(), 5, 31);
    (day >= opening || day <= closing) && !(-7..=7).contains(&days_from_tet(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tides_follow_the_moon() {
        // New moon on 9 November 2026: the water is high on the 10th and 11th, low a week later.
        let (high, low) = (
            spring_tide(date(2026, 11, 11)),
            spring_tide(date(2026, 11, 3)),
        );
        assert!(high > 0.8, "{high}");
        assert!(low.abs() < 1e-9, "{low}");
    }

    #[test]
    fn schools_rest_in_summer_and_at_tet() {
        assert!(is_school_term(date(2026, 11, 12)));
        assert!(!is_school_term(date(2026, 7, 1)));
        assert!(!is_school_term(date(2026, 2, 17)));
    }
}
