//! Small charts: columns by day, a share bar, an interval on a scale, a line over days.

use std::fmt::Write;

use models::domain::Interval;

/// Columns of equal width, the last one apart so that it can be coloured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Columns {
    /// Width of the drawing.
    pub width: u32,
    /// Height of the drawing.
    pub height: u32,
    /// Path of all columns but the last.
    pub path: String,
    /// Path of the last column.
    pub last: String,
    /// Greatest value.
    pub max: u32,
}

/// Draws one column a value; a value above 0 is never lower than a pixel and a half.
pub(crate) fn columns(values: &[u32], step: u32, height: u32) -> Columns {
    let max = values.iter().copied().max().unwrap_or(0);
    let gap = u32::from(step > 3);
    let mut drawing = Columns {
        width: step * values.len() as u32,
        height,
        max,
        ..Columns::default()
    };
    for (index, value) in values.iter().enumerate().filter(|(_, value)| **value > 0) {
        let tall = (f64::from(*value) / f64::from(max) * f64::from(height)).max(1.5);
        let path = if index + 1 == values.len() {
            &mut drawing.last
        } else {
            &mut drawing.path
        };
        let (x, wide) = (step * index as u32, step - gap);
        // Writing to a string cannot fail.
        let _ = write!(
            path,
            "M{x} {height}v-{}h{wide}v{}z",
            short(tall),
            short(tall)
        );
    }
    drawing
}

/// Three shares of a bar 100 wide.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Bar {
    /// Width of the negative part.
    pub negative: f64,
    /// Width of the neutral part.
    pub neutral: f64,
    /// Width of the positive part.
    pub positive: f64,
}

impl Bar {
    /// Where the neutral part begins.
    pub(crate) fn neutral_from(&self) -> f64 {
        self.negative
    }

    /// Where the positive part begins.
    pub(crate) fn positive_from(&self) -> f64 {
        100.0 - self.positive
    }
}

/// Shares of negative, neutral and positive; `None` when there is nothing to share.
pub(crate) fn bar(counts: [u32; 3]) -> Option<Bar> {
    let total = counts.iter().sum::<u32>();
    if total == 0 {
        return None;
    }
    let share = |n: u32| (f64::from(n) / f64::from(total) * 1000.0).round() / 10.0;
    let (negative, positive) = (share(counts[0]), share(counts[2]));
    Some(Bar {
        negative,
        neutral: (1000.0 - negative * 10.0 - positive * 10.0).round() / 10.0,
        positive,
    })
}

/// A value with its interval on a scale from 0 to 100, in thousandths of the width.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct IntervalBar {
    /// Left end of the interval.
    pub from: u32,
    /// Width of the interval.
    pub width: u32,
    /// The value.
    pub at: u32,
}

/// Places a value and its interval.
pub(crate) fn interval_bar(value: f64, interval: Interval) -> IntervalBar {
    let place = |value: f64| (value.clamp(0.0, 100.0) * 10.0).round() as u32;
    let from = place(interval.low);
    IntervalBar {
        from,
        width: place(interval.high).saturating_sub(from).max(4),
        at: place(value),
    }
}

/// A line over days with a band around it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    /// Path of the values.
    pub path: String,
    /// Closed path of the band between the bounds.
    pub band: String,
}

/// Draws points `(x, low, value, high)`, values 0 to 100 on a height of 100.
pub(crate) fn line(points: &[(f64, f64, f64, f64)]) -> Line {
    let mut drawing = Line::default();
    let y = |value: f64| short(100.0 - value.clamp(0.0, 100.0));
    for (index, (x, _, value, _)) in points.iter().enumerate() {
        let letter = if index == 0 { 'M' } else { 'L' };
        let _ = write!(drawing.path, "{letter}{} {}", short(*x), y(*value));
    }
    for (index, (x, low, _, _)) in points.iter().enumerate() {
        let letter = if index == 0 { 'M' } else { 'L' };
        let _ = write!(drawing.band, "{letter}{} {}", short(*x), y(*low));
    }
    for (x, _, _, high) in points.iter().rev() {
        let _ = write!(drawing.band, "L{} {}", short(*x), y(*high));
    }
    if !points.is_empty() {
        drawing.band.push('z');
    }
    drawing
}

/// At most one decimal, without a trailing zero.
pub(super) fn short(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_scale_to_the_greatest() {
        let drawing = columns(&[0, 5, 10], 4, 20);
        assert_eq!(drawing.path, "M4 20v-10h3v10z");
        assert_eq!(drawing.last, "M8 20v-20h3v20z");
        assert_eq!((drawing.width, drawing.max), (12, 10));
        assert_eq!(columns(&[0, 0], 4, 20).path, "");
    }

    #[test]
    fn shares_fill_the_bar() {
        let shares = bar([2, 0, 1]).unwrap();
        assert_eq!(
            (shares.negative, shares.neutral, shares.positive),
            (66.7, 0.0, 33.3)
        );
        assert_eq!(bar([0, 0, 0]), None);
    }

    #[test]
    fn an_interval_stays_on_the_scale() {
        let interval = Interval {
            low: 62.0,
            high: 104.0,
        };
        let placed = interval_bar(81.5, interval);
        assert_eq!((placed.from, placed.width, placed.at), (620, 380, 815));
    }

    #[test]
    fn a_band_is_closed_around_its_line() {
        let drawing = line(&[(0.0, 40.0, 50.0, 60.0), (10.0, 50.0, 60.0, 70.0)]);
        assert_eq!(drawing.path, "M0 50L10 40");
        assert_eq!(drawing.band, "M0 60L10 50L10 30L0 40z");
    }
}
