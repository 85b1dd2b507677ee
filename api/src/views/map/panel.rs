//! The unit chosen on the map: what the layer says of it, and how that came over the last days.

use jiff::civil::Date;
use models::domain::{Indicator, IndicatorValue, SatisfactionSignal, Unit};

use super::cells::Cell;
use super::{Layer, MapAddress};
use crate::i18n::{Lang, fill};
use crate::svg::{columns, line};

/// Days the slider and the small chart reach back.
pub(crate) const SLIDER_DAYS: i64 = 90;

/// What is known of a unit's past.
pub(crate) enum UnitPast {
    /// Its signals, oldest first.
    Signals(Vec<SatisfactionSignal>),
    /// Values of the indicator, oldest first.
    Values(Vec<IndicatorValue>),
    /// Nothing that could be drawn.
    Unknown,
}

/// A small chart of the last days.
pub(crate) struct Spark {
    pub(crate) path: String,
    pub(crate) band: String,
    pub(crate) columns: String,
    pub(crate) label: String,
    pub(crate) caption: String,
}

/// `#don-vi` of the map.
pub(crate) struct UnitPanel {
    pub(crate) name: String,
    pub(crate) class: &'static str,
    pub(crate) words: String,
    pub(crate) sentence: String,
    pub(crate) spark: Option<Spark>,
    pub(crate) href: String,
    pub(crate) clear: String,
}

impl UnitPanel {
    pub(crate) fn new(
        lang: Lang,
        address: &MapAddress,
        layer: &Layer,
        unit: &Unit,
        cell: &Cell,
        (past, k): (&UnitPast, u32),
    ) -> Self {
        let bare = MapAddress {
            unit: None,
            ..address.clone()
        };
        Self {
            name: unit.full_name(),
            class: cell.class,
            words: cell.words.clone(),
            sentence: cell.title.clone(),
            spark: spark(lang, address.day, layer, (past, k)),
            href: lang.href(&format!("/don-vi/{}?ngay={}", unit.code, address.day)),
            clear: bare.href(lang),
        }
    }
}

/// Width of a day in the small chart.
const STEP: f64 = 3.0;

/// One point: how many days before the last, low, value and high of 0 to 100.
type Point = (i64, f64, f64, f64);

fn spark(lang: Lang, day: Date, layer: &Layer, (past, k): (&UnitPast, u32)) -> Option<Spark> {
    let t = lang.texts();
    let ago = |then: Date| i64::from(then.until(day).map_or(-1, |span| span.get_days()));
    let is_shown = |ago: i64| (0..SLIDER_DAYS).contains(&ago);
    let caption = fill(t.map_spark, &[&SLIDER_DAYS.to_string()]);
    match (layer, past) {
        (Layer::Voices, UnitPast::Signals(signals)) => {
            let mut counts = vec![0; SLIDER_DAYS as usize];
            for signal in signals.iter().filter(|signal| is_shown(ago(signal.day))) {
                let window = signal.windows.iter().find(|window| window.days == 1);
                let n = window.map_or(0, |window| window.signal.n);
                let at = (SLIDER_DAYS - 1 - ago(signal.day)) as usize;
                counts[at] = if n < k { 0 } else { n };
            }
            let drawn = columns(&counts, STEP as u32, 100);
            (drawn.max > 0).then(|| Spark {
                path: String::new(),
                band: String::new(),
                columns: drawn.path + &drawn.last,
                label: fill(t.map_spark_counts, &[&lang.count(drawn.max.into())]),
                caption,
            })
        }
        (Layer::Listening(days), UnitPast::Signals(signals)) => {
            let points = signals.iter().filter_map(|signal| {
                let window = signal.windows.iter().find(|window| window.days == *days);
                let known = &window.filter(|window| window.signal.judged)?.signal;
                let ends = known.interval;
                Some((ago(signal.day), ends.low, known.value, ends.high))
            });
            let places = 0;
            drawn(lang, points.collect(), caption, |v| lang.decimal(v, places))
        }
        (Layer::Indicator(indicator), UnitPast::Values(values)) => {
            let points = values.iter().filter_map(|value| {
                let at = scaled(indicator, value.value?);
                let ends = value.interval;
                let ends = ends.map_or((at, at), |ends| {
                    (scaled(indicator, ends.low), scaled(indicator, ends.high))
                });
                Some((ago(value.day), ends.0, at, ends.1))
            });
            let (low, high) = indicator.range;
            drawn(lang, points.collect(), caption, |at| {
                lang.decimal(low + at / 100.0 * (high - low), 1)
            })
        }
        _ => None,
    }
}

/// A value on a scale of 0 to 100.
fn scaled(indicator: &Indicator, value: f64) -> f64 {
    let (low, high) = indicator.range;
    ((value - low) / (high - low).max(1e-9) * 100.0).clamp(0.0, 100.0)
}

/// Stretches of days on end, each a line of its own: what was not judged is a gap.
fn drawn(
    lang: Lang,
    mut points: Vec<Point>,
    caption: String,
    shown: impl Fn(f64) -> String,
) -> Option<Spark> {
    points.retain(|(ago, ..)| (0..SLIDER_DAYS).contains(ago));
    points.sort_by_key(|(ago, ..)| -ago);
    let (first, last) = (*points.first()?, *points.last()?);
    if points.len() < 3 {
        return None;
    }
    let (mut path, mut band) = (String::new(), String::new());
    // Values of weeks and months stand far apart; their usual distance is no gap.
    let mut gaps = points.windows(2).map(|two| two[0].0 - two[1].0);
    let usual = gaps.by_ref().min().unwrap_or(1);
    for run in points.chunk_by(|a, b| a.0 - b.0 <= usual.max(1)) {
        let run = run.iter().map(|(ago, low, value, high)| {
            let x = (SLIDER_DAYS - 1 - ago) as f64 * STEP;
            (x, *low, *value, *high)
        });
        let part = line(&run.collect::<Vec<_>>());
        path.push_str(&part.path);
        band.push_str(&part.band);
    }
    let ends = [shown(first.2), shown(last.2)];
    Some(Spark {
        path,
        band,
        columns: String::new(),
        label: fill(lang.texts().map_spark_label, &[&ends[0], &ends[1]]),
        caption,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_in_what_is_judged_is_a_gap_in_the_line() {
        let points = vec![
            (5, 40.0, 50.0, 60.0),
            (4, 40.0, 50.0, 60.0),
            (1, 40.0, 55.0, 60.0),
            (0, 40.0, 60.0, 70.0),
            (95, 0.0, 0.0, 0.0),
        ];
        let drawn = drawn(Lang::Vi, points, String::new(), |v| format!("{v:.0}")).unwrap();
        assert_eq!(drawn.path, "M252 50L255 50M264 45L267 40");
        assert_eq!(drawn.band.matches('z').count(), 2);
        assert!(drawn.label.contains("50") && drawn.label.contains("60"));
    }
}
