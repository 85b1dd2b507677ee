//! The one place that reads the clock; everything else is told what time it is.

use jiff::Timestamp;
use jiff::civil::Date;
use models::domain::day_in_vietnam;

/// The present moment.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// The present day in Vietnam.
pub fn today() -> Date {
    day_in_vietnam(now())
}
