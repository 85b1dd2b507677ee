//! The day in a date.

use jiff::ToSpan;
use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;

use super::TwelveHourOrder;
use super::token::{Token, is_tone_mark};

/// `d/m/y` or `m/d/y`: which one is only known once the time has been read.
#[derive(Clone, Copy)]
pub(super) struct Numeric {
    first: u32,
    second: u32,
    year: i16,
    slashes: bool,
}

impl Numeric {
    pub fn resolve(self, order: TwelveHourOrder, english_halves: bool) -> Option<Date> {
        let month_first = english_halves && self.slashes && order == TwelveHourOrder::MonthFirst;
        let (day, month) = if month_first {
            (self.second, self.first)
        } else {
            (self.first, self.second)
        };
        civil(self.year, month, day).or_else(|| civil(self.year, day, month))
    }
}

fn civil(year: i16, month: u32, day: u32) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

pub(super) type Span = std::ops::Range<usize>;

/// The first date among the tokens and where it stands.
pub(super) fn find_date(tokens: &[Token]) -> Option<(Option<Date>, Span, Option<Numeric>)> {
    for at in 0..tokens.len() {
        if let Some((date, len)) = iso_date(&tokens[at..], at == 0) {
            return Some((Some(date), at..at + len, None));
        }
        if let Some((numeric, len)) = numeric_date(&tokens[at..]) {
            return Some((None, at..at + len, Some(numeric)));
        }
        if let Some((date, len)) = worded_date(&tokens[at..]) {
            return Some((Some(date), at..at + len, None));
        }
    }
    None
}

/// `2026-10-08`, `2026/10/8`, `20261008`, `2026년 10월 8일`, and at the very start also `2026-281`,
/// `2026281`, `261008`, `2026-10`, `2026`.
fn iso_date(tokens: &[Token], at_start: bool) -> Option<(Date, usize)> {
    use Token::{Mark, Number};
    match tokens {
        [
            Number(full, 4),
            Mark(mark),
            Number(month, 1..=2),
            Mark(again),
            Number(day, 1..=2),
            ..,
        ] if mark == again && matches!(mark, '-' | '/' | '.') => {
            Some((civil(year(*full, 4)?, *month, *day)?, 5))
        }
        [Number(all, 8), ..] => Some((
            civil(year(all / 10_000, 4)?, all / 100 % 100, all % 100)?,
            1,
        )),
        [Number(y, 4), Mark('-'), Number(ordinal, 3), ..] if at_start => {
            Some((day_of_year(*y, *ordinal)?, 3))
        }
        [Number(all, 7), ..] if at_start => Some((day_of_year(all / 1000, all % 1000)?, 1)),
        [Number(all, 6)] if at_start => Some((
            civil(year(all / 10_000, 2)?, all / 100 % 100, all % 100)?,
            1,
        )),
        [Number(y, 4), Mark('-'), Number(m, 2)] if at_start => {
            Some((civil(year(*y, 4)?, *m, 1)?, 3))
        }
        [Number(y, 4)] if at_start => Some((civil(year(*y, 4)?, 1, 1)?, 1)),
        _ => None,
    }
}

fn day_of_year(y: u32, ordinal: u32) -> Option<Date> {
    let first = civil(year(y, 4)?, 1, 1)?;
    let days = i64::from(ordinal)
        .checked_sub(1)
        .filter(|days| (0..366).contains(days))?;
    first.checked_add(days.days()).ok()
}

/// `08/10/2026`, `8-10-26`, `8.10.2026`.
fn numeric_date(tokens: &[Token]) -> Option<(Numeric, usize)> {
    use Token::{Gap, Mark, Number};
    // `22 / 10 / 2025` is written, too.
    let tight: Vec<(usize, &Token)> = tokens
        .iter()
        .enumerate()
        .take(10)
        .filter(|(_, token)| **token != Gap)
        .collect();
    let [
        (_, Number(first, 1..=2)),
        (_, Mark(a)),
        (_, Number(second, 1..=2)),
        (_, Mark(b)),
        (end, Number(y, digits)),
        ..,
    ] = tight[..]
    else {
        return None;
    };
    if a != b || !matches!(a, '/' | '-' | '.') || !matches!(digits, 2 | 4) {
        return None;
    }
    if matches!(tokens.first(), Some(Gap)) {
        return None;
    }
    let numeric = Numeric {
        first: *first,
        second: *second,
        year: year(*y, *digits)?,
        slashes: *a == '/',
    };
    civil(numeric.year, numeric.second, numeric.first)
        .or_else(|| civil(numeric.year, numeric.first, numeric.second))?;
    Some((numeric, end + 1))
}

/// `06 Feb 2025`, `Feb 6, 2025`, `6-Feb-25`, `22 tháng 10 năm 2025`, `ngày 22 tháng 10, 2025`,
/// `Feb 6 20:45:46 2025`, `2004-július-13`.
fn worded_date(tokens: &[Token]) -> Option<(Date, usize)> {
    use Token::{Gap, Mark, Number, Word};
    let parts: Vec<(usize, &Token)> = tokens
        .iter()
        .enumerate()
        .take(24)
        .filter(|(_, token)| !matches!(token, Gap | Mark(',' | '-' | '.' | '/' | '\'')))
        .collect();
    let is = |word: &str, wanted: &str| word == wanted;
    match parts[..] {
        [
            (0, Number(day, 1..=2)),
            (_, Word(of_month)),
            (_, Number(month, 1..=2)),
            (_, Word(of_year)),
            (end, Number(full, 4)),
            ..,
        ] if is(of_month, "tháng") && is(of_year, "năm") => {
            Some((civil(year(*full, 4)?, *month, *day)?, end + 1))
        }
        [
            (0, Number(d, 1..=2)),
            (_, Word(t)),
            (_, Number(m, 1..=2)),
            (end, Number(y, 4)),
            ..,
        ] if is(t, "tháng") => Some((civil(year(*y, 4)?, *m, *d)?, end + 1)),
        [
            (0, Number(d, 1..=2)),
            (_, Word(m)),
            (end, Number(y, digits @ (2 | 4))),
            ..,
        ] if month_of(m).is_some() => Some((civil(year(*y, *digits)?, month_of(m)?, *d)?, end + 1)),
        [
            (0, Number(d, 1..=2)),
            (_, Word(ordinal)),
            (_, Word(m)),
            (end, Number(y, 4)),
            ..,
        ] if month_of(m).is_some() && matches!(ordinal.as_str(), "st" | "nd" | "rd" | "th") => {
            Some((civil(year(*y, 4)?, month_of(m)?, *d)?, end + 1))
        }
        [
            (0, Number(y, 4)),
            (_, Word(year_word)),
            (_, Number(m, 1..=2)),
            (_, Word(month_word)),
            (end, Number(d, 1..=2)),
            ..,
        ] if is(year_word, "년") && is(month_word, "월") => {
            Some((civil(year(*y, 4)?, *m, *d)?, end + 1))
        }
        [(0, Number(y, 4)), (_, Word(m)), (end, Number(d, 1..=2)), ..] if month_of(m).is_some() => {
            Some((civil(year(*y, 4)?, month_of(m)?, *d)?, end + 1))
        }
        [(0, Word(m)), (_, Number(d, 1..=2)), (end, Number(y, 4)), ..] if month_of(m).is_some() => {
            Some((civil(year(*y, 4)?, month_of(m)?, *d)?, end + 1))
        }
        [(0, Word(m)), (end, Number(d, 1..=2)), ..] if month_of(m).is_some() => {
            // asctime: the year stands behind the time and perhaps the zone.
            let y = tokens.iter().find_map(|token| match token {
                Number(y, 4) => Some(*y),
                _ => None,
            })?;
            Some((civil(year(y, 4)?, month_of(m)?, *d)?, end + 1))
        }
        _ => None,
    }
}

fn year(value: u32, n_digits: usize) -> Option<i16> {
    let full = match n_digits {
        2 if value < 70 => 2000 + value,
        2 => 1900 + value,
        _ => value,
    };
    i16::try_from(full)
        .ok()
        .filter(|year| (1900..=2200).contains(year))
}

/// English names and their beginnings, Hungarian names, Greek abbreviations, as feeds have them.
pub(super) fn month_of(word: &str) -> Option<u32> {
    const ENGLISH: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    const HUNGARIAN: [&str; 12] = [
        "januar",
        "februar",
        "marcius",
        "aprilis",
        "majus",
        "junius",
        "julius",
        "augusztus",
        "szeptember",
        "oktober",
        "november",
        "december",
    ];
    const GREEK: [&str; 12] = [
        "ιαν", "φεβ", "μαρ", "απρ", "μαι", "ιουν", "ιουλ", "αυγ", "σεπ", "οκτ", "νοε", "δεκ",
    ];
    let plain: String = word.nfd().filter(|c| !is_tone_mark(*c)).collect();
    let is_long_enough = word.len() >= 3;
    let english = ENGLISH
        .iter()
        .position(|month| is_long_enough && month.starts_with(word));
    let sept = (word == "sept").then_some(8);
    let at = english
        .or(sept)
        .or_else(|| HUNGARIAN.iter().position(|month| *month == plain))
        .or_else(|| GREEK.iter().position(|month| plain.starts_with(month)));
    u32::try_from(at?).ok().map(|at| at + 1)
}
