//! What the calendar says of a day, as numbers of the model of the season.

use jiff::civil::Date;

use crate::calendar::{
    days_from_tet, is_day_off, is_rainy_season, is_school_term, public_holiday, spring_tide,
};
use crate::domain::SeasonFactor;

/// Number of terms: seven weekdays, seven states of the calendar, and the year as two waves.
pub(super) const N_FEATURES: usize = 16;

/// Which factor each term belongs to.
pub(super) const FACTORS: [SeasonFactor; N_FEATURES] = [
    SeasonFactor::Weekday,
    SeasonFactor::Weekday,
    SeasonFactor::Weekday,
    SeasonFactor::Weekday,
    SeasonFactor::Weekday,
    SeasonFactor::Weekday,
    SeasonFactor::Weekday,
    SeasonFactor::Holiday,
    SeasonFactor::BeforeTet,
    SeasonFactor::Tet,
    SeasonFactor::AfterTet,
    SeasonFactor::Rain,
    SeasonFactor::Tide,
    SeasonFactor::School,
    SeasonFactor::Year,
    SeasonFactor::Year,
];

/// What the calendar says of a stretch of days; made once for all topics.
#[derive(Clone, Debug, PartialEq)]
pub struct Almanac {
    first: Date,
    rows: Vec<Row>,
}

pub(super) type Row = [f64; N_FEATURES];

impl Almanac {
    /// Reads the calendar from a day on.
    pub fn new(first: Date, n_days: usize) -> Self {
        let days = std::iter::successors(Some(first), |day| day.tomorrow().ok());
        Self {
            first,
            rows: days.take(n_days).map(row_of).collect(),
        }
    }

    /// The terms of so many days from one on; `None` when the almanac does not hold them all.
    pub(super) fn rows(&self, from: Date, n_days: usize) -> Option<&[Row]> {
        let skipped = self.first.until(from).ok()?.get_days();
        let start = usize::try_from(skipped).ok()?;
        self.rows.get(start..start + n_days)
    }
}

/// The terms of a day, each 0 to 1 but for the waves (−1 to 1).
fn row_of(day: Date) -> Row {
    let mut terms = [0.0; N_FEATURES];
    terms[day.weekday().to_monday_zero_offset() as usize] = 1.0;
    let from_tet = days_from_tet(day);
    let is_tet = (-1..=3).contains(&from_tet);
    let is_holiday = public_holiday(day).is_some() || is_day_off(day) && !is_weekend(day);
    let states = [
        is_holiday && !is_tet,
        (-8..-1).contains(&from_tet),
        is_tet,
        (4..=10).contains(&from_tet),
        is_rainy_season(day),
    ];
    for (term, state) in terms[7..12].iter_mut().zip(states) {
        *term = f64::from(u8::from(state));
    }
    terms[12] = spring_tide(day);
    terms[13] = f64::from(u8::from(is_school_term(day)));
    let angle = f64::from(day.day_of_year()) / 365.25 * std::f64::consts::TAU;
    (terms[14], terms[15]) = angle.sin_cos();
    terms
}

/// Which terms a history can tell anything of: those that were on and off often enough, and the
/// waves of the year once more than one was seen.
pub(super) fn is_known(rows: &[Row]) -> [bool; N_FEATURES] {
    /// Days on and days off; Tết has but five days a year.
    const LEAST: usize = 4;
    const YEAR_AND_A_HALF: usize = 548;
    let mut known = [false; N_FEATURES];
    for (at, known) in known.iter_mut().enumerate() {
        let n_on = rows.iter().filter(|row| row[at] > 0.25).count();
        *known = match FACTORS[at] {
            SeasonFactor::Year => rows.len() >= YEAR_AND_A_HALF,
            _ => n_on >= LEAST && rows.len() - n_on >= LEAST,
        };
    }
    known
}

fn is_weekend(day: Date) -> bool {
    day.weekday().to_monday_zero_offset() >= 5
}
