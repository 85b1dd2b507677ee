//! Times as they stand in lines: ISO 8601, read at any offset, written at +07:00.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use models::domain::{day_start, vietnam_zone};

/// `2026-11-09T06:25:00+07:00`.
///
/// ```
/// let moment = "2026-11-08T23:25:00Z".parse().unwrap();
/// assert_eq!(api::lines::format_time(moment), "2026-11-09T06:25:00+07:00");
/// ```
pub fn format_time(moment: Timestamp) -> String {
    moment
        .to_zoned(vietnam_zone())
        .strftime("%Y-%m-%dT%H:%M:%S%:z")
        .to_string()
}

/// Reads an ISO 8601 time; one without an offset is Vietnamese time, a bare date its midnight.
pub fn parse_time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    // A bare date also parses as a date and time, so it is tried first.
    if let Ok(day) = text.parse::<Date>()
        && text.len() == 10
    {
        return Some(day_start(day));
    }
    let local = text.parse::<DateTime>().ok()?;
    local
        .to_zoned(vietnam_zone())
        .ok()
        .map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        let expected = parse_time("2026-11-09T06:25:00+07:00").unwrap();
        for text in [
            "2026-11-08T23:25:00Z",
            "2026-11-09T06:25:00",
            "2026-11-09 06:25",
            " 2026-11-09T06:25:00+0700 ",
        ] {
            assert_eq!(parse_time(text), Some(expected), "{text}");
        }
        assert_eq!(
            format_time(parse_time("2026-11-09").unwrap()),
            "2026-11-09T00:00:00+07:00"
        );
        for text in ["", "hôm qua", "09/11/2026", "2026-13-01T00:00:00Z"] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }
}
