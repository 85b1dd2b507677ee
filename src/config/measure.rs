//! Typed durations, sizes and hours, so that no number in a file is without its measure.

use std::fmt;
use std::time::Duration;

use jiff::SignedDuration;
use jiff::civil::Time;
use serde::{Deserialize, Deserializer, de};

/// A length of time, written `"30s"`, `"5m"` or `"24h"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub SignedDuration);

impl Span {
    /// Whole seconds.
    pub const fn from_secs(secs: i64) -> Self {
        Self(SignedDuration::from_secs(secs))
    }

    /// Whole hours.
    pub const fn from_hours(hours: i64) -> Self {
        Self(SignedDuration::from_hours(hours))
    }

    /// For timers; never negative, since the parser refuses negative spans.
    pub fn duration(self) -> Duration {
        self.0.unsigned_abs()
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.parse::<SignedDuration>() {
            Ok(span) if !span.is_negative() => Ok(Self(span)),
            _ => Err(de::Error::custom(format!(
                "`{text}` is not a length of time: write \"30s\", \"5m\" or \"24h\""
            ))),
        }
    }
}

/// A size in bytes, written `"10 MB"` or `"500 kB"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bytes(pub u64);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_bytes(&text).map(Self).ok_or_else(|| {
            de::Error::custom(format!(
                "`{text}` is not a size: write \"10 MB\", \"500 kB\" or \"800 B\""
            ))
        })
    }
}

fn parse_bytes(text: &str) -> Option<u64> {
    let split = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, measure) = text.split_at(split);
    let factor = match measure.trim() {
        "B" => 1,
        "kB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

/// An hour of the day, written `"05:30"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// 0 to 23.
    pub hour: i8,
    /// 0 to 59.
    pub minute: i8,
}

impl Clock {
    /// The same as a time of the day.
    pub fn time(self) -> Time {
        Time::new(self.hour, self.minute, 0, 0).unwrap_or_default()
    }
}

impl<'de> Deserialize<'de> for Clock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_clock(&text).ok_or_else(|| {
            de::Error::custom(format!(
                "`{text}` is not an hour of the day: write \"05:30\""
            ))
        })
    }
}

fn parse_clock(text: &str) -> Option<Clock> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute) = (hour.parse().ok()?, minute.parse().ok()?);
    ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some(Clock { hour, minute })
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour, self.minute)
    }
}
