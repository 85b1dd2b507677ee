//! Dates as feeds and pages write them. Where no zone is given, it is Vietnam's.

mod calendar;
mod clock;
mod token;

use jiff::Timestamp;
use jiff::civil::{DateTime, Time};
use jiff::tz::{Offset, TimeZone};

use self::calendar::find_date;
use self::clock::find_time;
use self::token::{Token, tokenise};

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
    // RFC 822 takes an unknown zone for universal time; a bare date line is a local one.
    let is_english = numeric.is_none() && tokens.iter().any(is_english_month);
    let unknown = (clock.unknown_zone && is_english).then_some(0);
    let korean = tokens.iter().any(is_korean).then_some(9 * 60);
    let mut moment = date.to_datetime(Time::midnight());
    moment = moment.checked_add(clock.after_midnight()).ok()?;
    to_timestamp(moment, clock.offset_minutes.or(unknown).or(korean))
}

fn is_english_month(token: &Token) -> bool {
    matches!(token, Token::Word(word) if word.is_ascii() && calendar::month_of(word).is_some())
}

fn is_korean(token: &Token) -> bool {
    matches!(token, Token::Word(word) if word.starts_with(|c| ('\u{ac00}'..='\u{d7a3}').contains(&c)))
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
