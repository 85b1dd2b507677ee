//! Moments of new and full moon, and the longitude of the sun, after Jean Meeus, Astronomical
//! Algorithms (second edition), chapters 49 and 25. Good to a minute and to .01 degrees between 1900
//! and 2100, which is what a calendar of days needs.

use jiff::civil::{Date, date};

/// Mean days from one new moon to the next.
pub(super) const SYNODIC_MONTH: f64 = 29.530_588_861;

/// Lunations are counted from the new moon of 6 January 2000.
const FIRST_NEW_MOON: f64 = 2_451_550.097_66;

/// 1 January 2000, noon: the Julian day from which centuries are counted.
const J2000: f64 = 2_451_545.0;

/// Vietnam is seven hours before Greenwich; the calendar follows its meridian (Decision 121/CP, 1967).
const VIETNAM_DAYS: f64 = 7.0 / 24.0;

/// Terrestrial time less universal time, in days: 69 seconds in 2020, which stays within a minute
/// for the years this calendar serves.
const DELTA_T: f64 = 69.0 / 86_400.0;

/// Corrections of the new moon in days: factor, power of the eccentricity, and multiples of the
/// anomalies of sun and moon, the moon's argument of latitude, and its node.
const NEW_TERMS: [(f64, i32, [f64; 4]); 16] = [
    (-0.407_20, 0, [0.0, 1.0, 0.0, 0.0]),
    (0.172_41, 1, [1.0, 0.0, 0.0, 0.0]),
    (0.016_08, 0, [0.0, 2.0, 0.0, 0.0]),
    (0.010_39, 0, [0.0, 0.0, 2.0, 0.0]),
    (0.007_39, 1, [-1.0, 1.0, 0.0, 0.0]),
    (-0.005_14, 1, [1.0, 1.0, 0.0, 0.0]),
    (0.002_08, 2, [2.0, 0.0, 0.0, 0.0]),
    (-0.001_11, 0, [0.0, 1.0, -2.0, 0.0]),
    (-0.000_57, 0, [0.0, 1.0, 2.0, 0.0]),
    (0.000_56, 1, [1.0, 2.0, 0.0, 0.0]),
    (-0.000_42, 0, [0.0, 3.0, 0.0, 0.0]),
    (0.000_42, 1, [1.0, 0.0, 2.0, 0.0]),
    (0.000_38, 1, [1.0, 0.0, -2.0, 0.0]),
    (-0.000_24, 1, [-1.0, 2.0, 0.0, 0.0]),
    (-0.000_17, 0, [0.0, 0.0, 0.0, 1.0]),
    (-0.000_07, 0, [2.0, 1.0, 0.0, 0.0]),
];

/// The same for the full moon.
const FULL_TERMS: [(f64, i32, [f64; 4]); 8] = [
    (-0.406_14, 0, [0.0, 1.0, 0.0, 0.0]),
    (0.173_02, 1, [1.0, 0.0, 0.0, 0.0]),
    (0.016_14, 0, [0.0, 2.0, 0.0, 0.0]),
    (0.010_43, 0, [0.0, 0.0, 2.0, 0.0]),
    (0.007_34, 1, [-1.0, 1.0, 0.0, 0.0]),
    (-0.005_15, 1, [1.0, 1.0, 0.0, 0.0]),
    (0.002_09, 2, [2.0, 0.0, 0.0, 0.0]),
    (-0.001_11, 0, [0.0, 1.0, -2.0, 0.0]),
];

/// Number of a day: its Julian day at noon in Greenwich.
pub(super) fn day_number(day: Date) -> i64 {
    const EPOCH: i64 = 2_440_588;
    let since = date(1970, 1, 1).until(day);
    EPOCH + since.map_or(0, |span| i64::from(span.get_days()))
}

/// The day of a number.
pub(super) fn day_of(number: i64) -> Date {
    let since = jiff::SignedDuration::from_hours(24 * (number - day_number(date(1970, 1, 1))));
    date(1970, 1, 1).saturating_add(since)
}

/// The Vietnamese day on which the `lunation`-th new moon after January 2000 falls.
pub(super) fn new_moon_day(lunation: i64) -> i64 {
    vietnamese_day(phase(lunation as f64, &NEW_TERMS))
}

/// The new or full moon nearest to noon of a Vietnamese day, in days from it: below 0 when it is
/// past.
pub(super) fn days_to_syzygy(day: Date) -> f64 {
    let noon = day_number(day) as f64 - VIETNAM_DAYS;
    let near = ((noon - FIRST_NEW_MOON) / SYNODIC_MONTH * 2.0).round() / 2.0;
    let moments = [near - 0.5, near, near + 0.5].map(|k| {
        let is_full = (k * 2.0).rem_euclid(2.0) > 0.5;
        let moment = if is_full {
            phase(k, &FULL_TERMS)
        } else {
            phase(k, &NEW_TERMS)
        };
        moment - noon
    });
    let nearest = moments
        .into_iter()
        .min_by(|a, b| a.abs().total_cmp(&b.abs()));
    nearest.unwrap_or(0.0)
}

/// The lunation whose new moon is nearest to a day; its own new moon may be just after the day.
pub(super) fn lunation_near(number: i64) -> i64 {
    ((number as f64 - FIRST_NEW_MOON) / SYNODIC_MONTH).round() as i64
}

/// Sector of 30 degrees in which the sun stands at the beginning of a Vietnamese day, 0 at the
/// spring equinox; 9 begins with the winter solstice.
pub(super) fn sun_sector(number: i64) -> i64 {
    let midnight = number as f64 - 0.5 - VIETNAM_DAYS + DELTA_T;
    (sun_longitude(midnight) / 30.0).floor() as i64
}

fn vietnamese_day(moment: f64) -> i64 {
    (moment + 0.5 + VIETNAM_DAYS).floor() as i64
}

/// The moment of a phase in universal time, as a Julian day; `k` counts lunations, .5 is full moon.
fn phase(k: f64, terms: &[(f64, i32, [f64; 4])]) -> f64 {
    let t = k / 1_236.85;
    let eccentricity = 1.0 - 0.002_516 * t - 0.000_007_4 * t * t;
    let angles = [
        2.5534 + 29.105_356_70 * k - 0.000_001_4 * t * t,
        201.5643 + 385.816_935_28 * k + 0.010_758_2 * t * t,
        160.7108 + 390.670_502_84 * k - 0.001_611_8 * t * t,
        124.7746 - 1.563_755_88 * k + 0.002_067_2 * t * t,
    ];
    let corrections = terms.iter().map(|(factor, power, multiples)| {
        let argument = multiples
            .iter()
            .zip(angles)
            .map(|(m, a)| m * a)
            .sum::<f64>();
        factor * eccentricity.powi(*power) * argument.to_radians().sin()
    });
    // The largest of the fourteen planetary corrections: half a minute.
    let planets = 0.000_325
        * (299.77 + 0.107_408 * k - 0.009_173 * t * t)
            .to_radians()
            .sin()
        + 0.000_165 * (251.88 + 0.016_321 * k).to_radians().sin()
        + 0.000_164 * (251.83 + 26.651_886 * k).to_radians().sin();
    FIRST_NEW_MOON + SYNODIC_MONTH * k + 0.000_154_37 * t * t + corrections.sum::<f64>() + planets
        - DELTA_T
}

/// Apparent longitude of the sun in degrees, 0 to 360.
fn sun_longitude(moment: f64) -> f64 {
    let t = (moment - J2000) / 36_525.0;
    let mean = 280.466_46 + 36_000.769_83 * t + 0.000_303_2 * t * t;
    let anomaly = (357.529_11 + 35_999.050_29 * t - 0.000_153_7 * t * t).to_radians();
    let centre = (1.914_602 - 0.004_817 * t) * anomaly.sin()
        + (0.019_993 - 0.000_101 * t) * (2.0 * anomaly).sin()
        + 0.000_289 * (3.0 * anomaly).sin();
    let node = (125.04 - 1_934.136 * t).to_radians();
    (mean + centre - 0.005_69 - 0.004_78 * node.sin()).rem_euclid(360.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_examples_of_the_book_come_out() {
        // Example 49.a: the new moon of February 1977 at JDE 2443192.65118.
        let terrestrial = phase(-283.0, &NEW_TERMS) + DELTA_T;
        assert!(
            (terrestrial - 2_443_192.651_18).abs() < 0.000_4,
            "{terrestrial}"
        );
        // Example 25.a: the sun on 13 October 1992 at 199.90895 degrees.
        assert!((sun_longitude(2_448_908.5) - 199.908_95).abs() < 0.001);
    }

    #[test]
    fn days_and_numbers_go_back_and_forth() {
        assert_eq!(day_number(date(2000, 1, 1)), 2_451_545);
        assert_eq!(day_of(2_451_545), date(2000, 1, 1));
    }
}
