//! Dates as feeds and pages write them. Where no zone is given, it is Vietnam's.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};

/// Which number comes first in `8/10/2026 1:38:00 PM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TwelveHourOrder {
    /// Feeds of .NET servers write month first (Tuổi Trẻ).
    MonthFirst,
    /// Pages are written for Vietnamese readers: day first.
    DayFirst,
}

/// Reads a date of a feed: RFC 822 and its misspellings, ISO 8601, and the shapes of Vietnamese
/// content management systems.
///
/// ```
/// use crawler::extract::date::parse_in_feed;
/// let right: jiff::Timestamp = "2025-02-06T20:45:46+07:00".parse().unwrap();
/// for text in ["Thu, 06 Feb 2025 20:45:46 GMT+7", "2/6/2025 8:45:46 PM", "06/02/2025 20:45:46"] {
///     assert_eq!(parse_in_feed(text), Some(right), "{text}");
/// }
/// ```
pub fn parse_in_feed(text: &str) -> Option<Timestamp> {
    parse(text, TwelveHourOrder::MonthFirst)
}

/// Reads a date of a page, also from a line like `Thứ tư, 22/10/2025, 19:25 (GMT+7)`.
pub fn parse_in_page(text: &str) -> Option<Timestamp> {
    parse(text, TwelveHourOrder::DayFirst)
}

/// Dates are short; a longer text is searched only this far.
const MAX_CHARS: usize = 120;

fn parse(text: &str, order: TwelveHourOrder) -> Option<Timestamp> {
    let tokens = tokenise(text);
    let (date, date_at, numeric) = find_date(&tokens)?;
    let clock = find_time(&tokens, &date_at);
    let date = match numeric {
        Some(numeric) => {
            numeric.resolve(order, clock.as_ref().is_some_and(|c| c.english_halves))?
        }
        None => date?,
    };
    let clock = clock.unwrap_or_default();
    let mut moment = date.to_datetime(Time::midnight());
    moment = moment.checked_add(clock.after_midnight()).ok()?;
    to_timestamp(moment, clock.offset_minutes)
}

fn to_timestamp(moment: DateTime, offset_minutes: Option<i32>) -> Option<Timestamp> {
    let zone = match offset_minutes {
        Some(minutes) => TimeZone::fixed(Offset::from_seconds(minutes * 60).ok()?),
        None => models::domain::vietnam_zone(),
    };
    let timestamp = moment.to_zoned(zone).ok()?.timestamp();
    let year = moment.year();
    (1970..=2100).contains(&year).then_some(timestamp)
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// Value and number of digits.
    Number(u32, usize),
    /// Lower-case letters.
    Word(String),
    Mark(char),
    Gap,
}

fn tokenise(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut chars = text.trim().chars().take(MAX_CHARS).peekable();
    while let Some(c) = chars.next() {
        if let Some(digit) = c.to_digit(10) {
            let (mut value, mut n_digits) = (digit, 1);
            while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
                value = value.saturating_mul(10).saturating_add(digit);
                n_digits += 1;
                chars.next();
            }
            tokens.push(Token::Number(value, n_digits));
        } else if c.is_alphabetic() {
            let mut word: String = c.to_lowercase().collect();
            while let Some(c) = chars
                .peek()
                .filter(|c| c.is_alphabetic() || is_tone_mark(**c))
            {
                word.extend(c.to_lowercase());
                chars.next();
            }
            // `2003-12-31T10:14` and `19h25` are one run of letters between digits.
            tokens.push(Token::Word(word));
        } else if c.is_whitespace() || c == '\u{a0}' {
            if tokens.last() != Some(&Token::Gap) {
                tokens.push(Token::Gap);
            }
        } else {
            tokens.push(Token::Mark(if matches!(c, '–' | '—' | '−') {
                '-'
            } else {
                c
            }));
        }
    }
    tokens
}

fn is_tone_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// `d/m/y` or `m/d/y`: which one is only known once the time has been read.
#[derive(Clone, Copy)]
struct Numeric {
    first: u32,
    second: u32,
    year: i16,
    slashes: bool,
}

impl Numeric {
    fn resolve(self, order: TwelveHourOrder, english_halves: bool) -> Option<Date> {
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

type Span = std::ops::Range<usize>;

/// The first date among the tokens and where it stands.
fn find_date(tokens: &[Token]) -> Option<(Option<Date>, Span, Option<Numeric>)> {
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

/// `2026-10-08`, `2026/10/8`, `20261008`, and at the very start also `2026-281`, `2026-10`, `2026`.
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
            let first = civil(year(*y, 4)?, 1, 1)?;
            let days = i64::from(*ordinal)
                .checked_sub(1)
                .filter(|days| (0..366).contains(days))?;
            Some((first.checked_add(days.days()).ok()?, 3))
        }
        [Number(y, 4), Mark('-'), Number(m, 2)] if at_start => {
            Some((civil(year(*y, 4)?, *m, 1)?, 3))
        }
        [Number(y, 4)] if at_start => Some((civil(year(*y, 4)?, 1, 1)?, 1)),
        _ => None,
    }
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
/// `Feb 6 20:45:46 2025`.
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

fn month_of(word: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
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
    let at = MONTHS
        .iter()
        .position(|month| word.len() >= 3 && month.starts_with(word));
    let sept = (word == "sept").then_some(8);
    u32::try_from(at.or(sept)?).ok().map(|at| at + 1)
}

/// A time of day and its zone.
#[derive(Default)]
struct Clock {
    hour: u32,
    minute: u32,
    second: u32,
    /// Written with AM or PM.
    english_halves: bool,
    offset_minutes: Option<i32>,
}

impl Clock {
    fn after_midnight(&self) -> jiff::Span {
        i64::from(self.hour)
            .hours()
            .minutes(i64::from(self.minute))
            .seconds(i64::from(self.second.min(59)))
    }
}

/// The first time outside the date: `19:25`, `19:25:07.5`, `19h25`, `7.25 PM` is left alone.
fn find_time(tokens: &[Token], date_at: &Span) -> Option<Clock> {
    use Token::{Mark, Number, Word};
    for at in 0..tokens.len() {
        if date_at.contains(&at) {
            continue;
        }
        let rest = &tokens[at..];
        let (hour, minute, mut len) = match rest {
            [Number(h, 1..=2), Mark(':'), Number(m, 1..=2), ..] => (*h, *m, 3),
            [Number(h, 1..=2), Word(w), Number(m, 1..=2), ..]
                if matches!(w.as_str(), "h" | "g" | "giờ") =>
            {
                (*h, *m, 3)
            }
            // ISO basic: `20261008T133800Z`.
            [Number(all, 6), ..] if at > 0 && is_word(&tokens[at - 1], "t") => {
                let clock = Clock {
                    hour: all / 10_000,
                    minute: all / 100 % 100,
                    second: all % 100,
                    ..Clock::default()
                };
                return finish_clock(clock, &rest[1..]);
            }
            [Number(h, 2), ..] if at > 0 && is_word(&tokens[at - 1], "t") => (*h, 0, 1),
            _ => continue,
        };
        let mut clock = Clock {
            hour,
            minute,
            ..Clock::default()
        };
        if let [Mark(':'), Number(s, 1..=2), ..] = rest[len..] {
            clock.second = s;
            len += 2;
            if let [Mark('.' | ','), Number(..), ..] = rest[len..] {
                len += 2;
            }
        }
        return finish_clock(clock, &rest[len..]);
    }
    None
}

fn is_word(token: &Token, wanted: &str) -> bool {
    matches!(token, Token::Word(word) if word == wanted)
}

/// Halves of the day and the zone behind a time; `None` when the time cannot be.
fn finish_clock(mut clock: Clock, rest: &[Token]) -> Option<Clock> {
    let rest = skip_gaps(rest);
    let mut behind = rest;
    if let Some(Token::Word(word)) = rest.first() {
        let (english, afternoon) = match word.as_str() {
            "am" => (true, Some(false)),
            "pm" => (true, Some(true)),
            "sa" | "sáng" => (false, Some(false)),
            "ch" | "chiều" | "tối" => (false, Some(true)),
            _ => (false, None),
        };
        if let Some(afternoon) = afternoon {
            behind = &rest[1..];
            clock.english_halves = english;
            if afternoon && clock.hour < 12 {
                clock.hour += 12;
            } else if !afternoon && clock.hour == 12 {
                clock.hour = 0;
            }
        }
    }
    clock.offset_minutes = zone_of(skip_gaps(behind));
    let midnight = clock.hour == 24 && clock.minute == 0 && clock.second == 0;
    ((clock.hour < 24 || midnight) && clock.minute < 60 && clock.second <= 60).then_some(clock)
}

fn skip_gaps(tokens: &[Token]) -> &[Token] {
    let n = tokens
        .iter()
        .take_while(|token| matches!(token, Token::Gap | Token::Mark('(' | ',' | '|')))
        .count();
    &tokens[n..]
}

/// `Z`, `GMT`, `GMT+7`, `UTC+07:00`, `+07`, `+0700`, `+07:00`, `ICT`, `EST`.
fn zone_of(tokens: &[Token]) -> Option<i32> {
    use Token::{Gap, Mark, Number, Word};
    match tokens {
        [Word(word), rest @ ..] => {
            let named = named_zone(word)?;
            let rest = if rest.first() == Some(&Gap) {
                &rest[1..]
            } else {
                rest
            };
            let shift = if named == 0 { zone_of_sign(rest) } else { None };
            Some(shift.unwrap_or(named))
        }
        [Mark('+' | '-'), Number(..), ..] => zone_of_sign(tokens),
        _ => None,
    }
}

fn zone_of_sign(tokens: &[Token]) -> Option<i32> {
    use Token::{Mark, Number};
    let [Mark(sign @ ('+' | '-')), Number(value, n_digits), rest @ ..] = tokens else {
        return None;
    };
    let (hours, minutes) = match (n_digits, rest) {
        (1 | 2, [Mark(':'), Number(minutes, 2), ..]) => (*value, *minutes),
        (1 | 2, _) => (*value, 0),
        (3 | 4, _) => (value / 100, value % 100),
        _ => return None,
    };
    if hours > 14 || minutes > 59 {
        return None;
    }
    let total = i32::try_from(hours * 60 + minutes).ok()?;
    Some(if *sign == '-' { -total } else { total })
}

fn named_zone(word: &str) -> Option<i32> {
    Some(match word {
        "z" | "utc" | "gmt" | "ut" | "wet" => 0,
        "ict" => 7 * 60,
        "sgt" | "cst8" | "hkt" => 8 * 60,
        "jst" | "kst" => 9 * 60,
        "edt" => -4 * 60,
        "est" | "cdt" => -5 * 60,
        "cst" | "mdt" => -6 * 60,
        "mst" | "pdt" => -7 * 60,
        "pst" => -8 * 60,
        "bst" | "cet" => 60,
        "cest" | "eet" => 2 * 60,
        "msk" => 3 * 60,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let expect: Timestamp = expect.parse().unwrap();
        assert_eq!(parse_in_feed(text), Some(expect), "{text}");
    }

    #[test]
    fn reads_feed_dates() {
        let cases = [
            ("Thu, 6 Feb 2025 20:45:46 +0700", "2025-02-06T20:45:46+07"),
            ("Thu, 06 Feb 25 20:45:46 +0700", "2025-02-06T20:45:46+07"),
            (
                "Thu, 06 Feb 2025 20:45:46 GMT+07:00",
                "2025-02-06T20:45:46+07",
            ),
            ("Thu, 06 Feb 2025 20:45:46 GMT+7", "2025-02-06T20:45:46+07"),
            ("Thu, 06 Feb 2025 20:45:46 GMT +7", "2025-02-06T20:45:46+07"),
            ("Thu, 06 Feb 2025 20:45:46 ICT", "2025-02-06T20:45:46+07"),
            ("Thu, 06 Feb 2025 20:45:46 GMT", "2025-02-06T20:45:46Z"),
            ("Thu, 06 Feb 2025 20:45:46", "2025-02-06T20:45:46+07"),
            ("2026-10-08T13:38:00", "2026-10-08T13:38:00+07"),
            ("2026-10-08 13:38:00", "2026-10-08T13:38:00+07"),
            ("2026-10-08T13:38:00.123Z", "2026-10-08T13:38:00Z"),
            ("2026-10-08T13:38:00+0700", "2026-10-08T13:38:00+07"),
            ("2026-10-08T13:38-05:30", "2026-10-08T13:38:00-05:30"),
            ("20261008T133800Z", "2026-10-08T13:38:00Z"),
            ("20261008", "2026-10-08T00:00:00+07"),
            ("2026-10", "2026-10-01T00:00:00+07"),
            ("2026", "2026-01-01T00:00:00+07"),
            ("2026-032", "2026-02-01T00:00:00+07"),
            (
                "\n Thu, 06 Feb 2025 20:45:46 +0700\n",
                "2025-02-06T20:45:46+07",
            ),
            ("Thu 06 Feb 2025 20:45:46 +0700", "2025-02-06T20:45:46+07"),
            ("Thu, 06 Feb 2025 20:45 +0700", "2025-02-06T20:45:00+07"),
            ("Thu, 06 Feb 2025 20:45:46 +07", "2025-02-06T20:45:46+07"),
            ("Thu, 06 Feb 2025 24:00:00 +0700", "2025-02-07T00:00:00+07"),
            ("Thu, 06 Feb 2025 20:45:60 +0700", "2025-02-06T20:45:59+07"),
            ("8/10/2026 1:38:00 PM", "2026-08-10T13:38:00+07"),
            ("12/31/2026 12:05:00 AM", "2026-12-31T00:05:00+07"),
            ("08/10/2026 13:38", "2026-10-08T13:38:00+07"),
            ("08-10-2026 13:38:09", "2026-10-08T13:38:09+07"),
            ("Mon, 06 Feb 2025 20:45:46 +0700", "2025-02-06T20:45:46+07"),
            (
                "Thursday, 6 February 2025 20:45:46 EST",
                "2025-02-06T20:45:46-05",
            ),
            ("Thu Feb  6 20:45:46 2025", "2025-02-06T20:45:46+07"),
            ("Thu Feb  6 20:45:46 UTC 2025", "2025-02-06T20:45:46Z"),
            ("Feb 6, 2025 8:45 PM", "2025-02-06T20:45:00+07"),
            ("06-Feb-2025 20:45:46", "2025-02-06T20:45:46+07"),
        ];
        for (text, expect) in cases {
            check(text, expect);
        }
    }

    #[test]
    fn reads_date_lines_of_pages() {
        let cases = [
            (
                "Thứ tư, 22/10/2025, 19:25 (GMT+7)",
                "2025-10-22T19:25:00+07",
            ),
            ("19:25 22/10/2025", "2025-10-22T19:25:00+07"),
            ("22/10/2025 | 19:25", "2025-10-22T19:25:00+07"),
            ("22/10/2025 19:25 GMT+7", "2025-10-22T19:25:00+07"),
            (
                "Thứ Tư, ngày 22 tháng 10 năm 2025 - 19h25",
                "2025-10-22T19:25:00+07",
            ),
            ("ngày 22 tháng 10, 2025", "2025-10-22T00:00:00+07"),
            ("08/10/2025 07:25 CH", "2025-10-08T19:25:00+07"),
            ("08-10-2025 - 07:25 AM", "2025-10-08T07:25:00+07"),
            ("08/10/2025 07:25 PM", "2025-10-08T19:25:00+07"),
            (
                "Cập nhật: 19:25, Thứ Tư, 22/10/2025 (GMT+7)",
                "2025-10-22T19:25:00+07",
            ),
            ("22/10/2025 19 giờ 25", "2025-10-22T00:00:00+07"),
            ("22 / 10 / 2025 19:25", "2025-10-22T19:25:00+07"),
        ];
        for (text, expect) in cases {
            let expect: Timestamp = expect.parse().unwrap();
            assert_eq!(parse_in_page(text), Some(expect), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in [
            "",
            "2 giờ trước",
            "hôm qua",
            "99/99/2026",
            "31/02/2026",
            "1022",
            "0000-00-00",
            "Phường 10, Quận 5",
        ] {
            assert_eq!(parse_in_page(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "\\PC*") {
            let _ = parse_in_feed(&text);
        }

        #[test]
        fn digits_and_marks_never_panic(text in "[0-9:/ T.+-]{0,40}") {
            let _ = (parse_in_feed(&text), parse_in_page(&text));
        }
    }
}
