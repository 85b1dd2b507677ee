//! The last days of a source as a strip: what was heard, what its rhythm let expect, and trouble.

use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::ToSpan;
use jiff::civil::Date;
use models::domain::{HealthStatus, SourceDay, SourceId};
use models::rhythm::expected_by_weekday;

/// Days shown.
pub(crate) const STRIP_DAYS: i64 = 30;

/// Days from which the expectation of the strip is made.
pub(crate) const LEARNED_DAYS: i64 = 56;

/// What is on record of all sources: what they were seen to do, and how much was heard of them.
pub(crate) struct Seen {
    pub(crate) days: Vec<SourceDay>,
    pub(crate) heard: Vec<(Date, SourceId, u64)>,
}

/// One day of a source.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StripDay {
    pub(crate) day: Date,
    pub(crate) seen: Option<SourceDay>,
    pub(crate) n_heard: u64,
    pub(crate) expected: f64,
}

impl StripDay {
    /// Whether the source was not as it should be.
    pub(crate) fn is_trouble(&self) -> bool {
        self.seen
            .as_ref()
            .is_some_and(|seen| !seen.status.is_healthy() && seen.status != HealthStatus::Pending)
    }
}

/// The days up to `today`, oldest first.
pub(crate) fn days_of(seen: &Seen, source: &SourceId, today: Date) -> Vec<StripDay> {
    let heard = seen
        .heard
        .iter()
        .filter(|(_, of, _)| of == source)
        .map(|(day, _, n)| (*day, *n))
        .collect::<BTreeMap<_, _>>();
    let expected = expected(&heard, today);
    let days = (0..STRIP_DAYS).rev().map(|back| {
        let day = today.saturating_sub(back.days());
        let at = seen
            .days
            .iter()
            .find(|of| of.source == *source && of.day == day);
        StripDay {
            day,
            seen: at.cloned(),
            n_heard: heard.get(&day).copied().unwrap_or(0),
            expected: expected[day.weekday().to_monday_zero_offset() as usize],
        }
    });
    days.collect()
}

/// From the whole days since the source was first heard; today is not over.
fn expected(heard: &BTreeMap<Date, u64>, today: Date) -> [f64; 7] {
    let Some(first) = heard.keys().next() else {
        return [0.0; 7];
    };
    let days = first.series(1.day()).take_while(|day| *day < today);
    let counts = days.map(|day| (day, heard.get(&day).copied().unwrap_or(0)));
    expected_by_weekday(&counts.collect::<Vec<_>>())
}

/// A strip as path data: runs of troubled days, columns, and the line of what was expected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Strip {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) trouble: String,
    pub(crate) heard: String,
    pub(crate) expected: String,
    pub(crate) n_trouble: usize,
    pub(crate) n_heard: u64,
    pub(crate) n_expected: u64,
}

const STEP: u32 = 6;
const HEIGHT: u32 = 24;

/// Draws the days; a value above 0 is never lower than two pixels.
pub(crate) fn strip(days: &[StripDay]) -> Strip {
    let most = days
        .iter()
        .map(|day| (day.n_heard as f64).max(day.expected))
        .fold(1.0, f64::max);
    let tall = |value: f64| {
        let tall = (value / most * f64::from(HEIGHT)).round() as u32;
        if value > 0.0 { tall.max(2) } else { 0 }
    };
    let mut drawing = Strip {
        width: STEP * days.len() as u32,
        height: HEIGHT,
        n_trouble: days.iter().filter(|day| day.is_trouble()).count(),
        n_heard: days.iter().map(|day| day.n_heard).sum(),
        n_expected: days.iter().map(|day| day.expected).sum::<f64>().round() as u64,
        ..Strip::default()
    };
    let mut line_at = None;
    for (index, day) in days.iter().enumerate() {
        let x = STEP * index as u32;
        // Writing to a string cannot fail.
        if day.is_trouble() {
            let _ = write!(drawing.trouble, "M{x} 0h{STEP}v{HEIGHT}h-{STEP}z");
        }
        let column = tall(day.n_heard as f64);
        if column > 0 {
            let wide = STEP - 2;
            let _ = write!(
                drawing.heard,
                "M{} {HEIGHT}v-{column}h{wide}v{column}z",
                x + 1
            );
        }
        let y = HEIGHT - tall(day.expected).min(HEIGHT - 1);
        if day.expected > 0.0 {
            let _ = match line_at {
                None => write!(drawing.expected, "M{x} {y}h{STEP}"),
                Some(known) if known == y => write!(drawing.expected, "h{STEP}"),
                Some(_) => write!(drawing.expected, "V{y}h{STEP}"),
            };
        }
        line_at = (day.expected > 0.0).then_some(y);
    }
    drawing
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: i8, n_heard: u64, status: Option<HealthStatus>) -> StripDay {
        let day = jiff::civil::date(2026, 11, n);
        StripDay {
            day,
            seen: status.map(|status| SourceDay {
                source: SourceId::new("a"),
                day,
                n_visits: 1,
                n_well: 1,
                n_new: 0,
                status,
                detail: String::new(),
                newest_entry_at: None,
            }),
            n_heard,
            expected: 4.0,
        }
    }

    #[test]
    fn a_strip_shows_what_was_heard_and_what_was_wrong() {
        let days = [
            day(1, 4, Some(HealthStatus::Fresh)),
            day(2, 0, Some(HealthStatus::Stale)),
            day(3, 1, None),
        ];
        let drawn = strip(&days);
        assert_eq!(
            (drawn.n_heard, drawn.n_expected, drawn.n_trouble),
            (5, 12, 1)
        );
        assert_eq!(drawn.trouble, "M6 0h6v24h-6z");
        assert_eq!(drawn.heard, "M1 24v-24h4v24zM13 24v-6h4v6z");
        assert_eq!(drawn.expected, "M0 1h6h6h6");
        assert_eq!(strip(&[]).width, 0);
    }

    #[test]
    fn today_is_not_part_of_what_is_expected() {
        let today = jiff::civil::date(2026, 11, 22);
        let source = SourceId::new("a");
        let heard = (1..22).map(|n| (jiff::civil::date(2026, 11, n), source.clone(), 10));
        let seen = Seen {
            days: Vec::new(),
            heard: heard.collect(),
        };
        let days = days_of(&seen, &source, today);
        assert_eq!(days.len(), 30);
        assert!(
            (days[29].expected - 10.0).abs() < 1.0,
            "{}",
            days[29].expected
        );
        assert_eq!(days[29].n_heard, 0);
    }
}
