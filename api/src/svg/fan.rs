//! A forecast as a drawing: what was, and behind it the days to come with their intervals.

use std::fmt::Write;

use models::domain::Interval;

use super::chart::short;

/// Width of a day, its gap included.
const STEP: u32 = 10;
const HEIGHT: f64 = 96.0;

/// One day foreseen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct FanDay {
    /// 90 % interval.
    pub interval: Interval,
    /// 50 % interval.
    pub likely: Interval,
    /// The middle.
    pub median: f64,
    /// What came, once it is known.
    pub came: Option<u32>,
}

/// Path data of the drawing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fan {
    /// Width of the drawing.
    pub width: u32,
    /// Columns of the days known.
    pub known: String,
    /// Columns of the 90 % intervals.
    pub outer: String,
    /// Columns of the 50 % intervals.
    pub inner: String,
    /// A stroke at each median.
    pub medians: String,
    /// A lozenge at what came.
    pub came: String,
    /// Where the days to come begin.
    pub from: u32,
    /// The greatest count drawn.
    pub max: u32,
}

/// Draws days known, `None` where nothing was heard, and the days foreseen after them.
pub(crate) fn fan(known: &[Option<u32>], days: &[FanDay]) -> Fan {
    let highest = known.iter().flatten().copied().max().unwrap_or(0);
    let top = days.iter().map(|day| {
        let came = day.came.map_or(0.0, f64::from);
        day.interval.high.max(came).ceil()
    });
    let max = top.fold(f64::from(highest), f64::max).max(1.0);
    let y = |count: f64| HEIGHT * (1.0 - count / max);
    let from = STEP * known.len() as u32;
    let mut fan = Fan {
        width: from + STEP * days.len() as u32,
        from,
        max: max as u32,
        ..Fan::default()
    };
    let column = |path: &mut String, x: u32, low: f64, high: f64| {
        let (top, tall) = (y(high), (y(low) - y(high)).max(1.0));
        // Writing to a string cannot fail.
        let _ = write!(path, "M{x} {}h8v{}h-8z", short(top), short(tall));
    };
    for (at, count) in known.iter().enumerate() {
        if let Some(count) = count.filter(|count| *count > 0) {
            column(&mut fan.known, STEP * at as u32 + 1, 0.0, f64::from(count));
        }
    }
    for (at, day) in days.iter().enumerate() {
        let x = from + STEP * at as u32 + 1;
        column(&mut fan.outer, x, day.interval.low, day.interval.high);
        column(&mut fan.inner, x, day.likely.low, day.likely.high);
        let _ = write!(fan.medians, "M{x} {}h8", short(y(day.median)));
        if let Some(came) = day.came {
            let middle = short(y(f64::from(came)));
            let _ = write!(
                fan.came,
                "M{} {middle}l2.5-4 2.5 4-2.5 4z",
                f64::from(x) + 1.5
            );
        }
    }
    fan
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_stands_on_one_scale() {
        let interval = |low, high| Interval { low, high };
        let day = FanDay {
            interval: interval(2.0, 12.0),
            likely: interval(4.0, 8.0),
            median: 6.0,
            came: Some(3),
        };
        let drawing = fan(&[Some(6), None, Some(0)], &[day]);
        assert_eq!((drawing.width, drawing.from, drawing.max), (40, 30, 12));
        assert_eq!(drawing.known, "M1 48h8v48h-8z");
        assert_eq!(drawing.outer, "M31 0h8v80h-8z");
        assert_eq!(drawing.inner, "M31 32h8v32h-8z");
        assert_eq!(drawing.medians, "M31 48h8");
        assert_eq!(drawing.came, "M32.5 72l2.5-4 2.5 4-2.5 4z");
        assert_eq!(fan(&[], &[]).max, 1);
    }
}
