//! What a layer says of each unit: its colour, its number, its words.

use std::collections::BTreeMap;

use models::domain::{
    Digest, DigestScope, Direction, Indicator, IndicatorValue, Interval, MapColour,
    ReportingVerdict, SatisfactionSignal, ScoreScope, SilenceMap, Unit, UnitCode, red_first,
};
use models::ranking::score::{ScoreMethod, colour_of};

use super::super::indicators::shown;
use crate::i18n::{Lang, Texts, fill};
use crate::lines::colour_code;

/// Least mentions of a day of the second, third and fourth step.
const VOICE_STEPS: [u64; 3] = [10, 20, 50];
/// Least negative share of the second, third and fourth step.
const FEELING_STEPS: [f64; 3] = [0.25, 0.5, 0.75];
const STEPS: [&str; 4] = ["s1", "s2", "s3", "s4"];

/// What a layer says of one unit.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cell {
    /// Class of its colour.
    pub(crate) class: &'static str,
    /// The colour in words.
    pub(crate) words: String,
    /// What stands in the tile; nothing where it cannot be judged.
    pub(crate) label: String,
    /// The value as it stands in the table.
    pub(crate) value: String,
    pub(crate) interval: String,
    pub(crate) n: String,
    /// All of it in a sentence.
    pub(crate) title: String,
    /// Place in the list: what needs attention first.
    pub(crate) order: (u8, f64),
    pub(crate) sort_value: Option<f64>,
    pub(crate) sort_n: u64,
}

/// A row of the legend.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LegendRow {
    pub(crate) class: &'static str,
    pub(crate) name: String,
    pub(crate) meaning: String,
    pub(crate) n: usize,
}

/// A layer over the units of a day.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Painted {
    pub(crate) cells: BTreeMap<UnitCode, Cell>,
    pub(crate) legend: Vec<LegendRow>,
    /// Version of the method, as published with the values.
    pub(crate) method: String,
    /// Whether anything is known at all.
    pub(crate) has_values: bool,
}

impl Painted {
    fn new(cells: BTreeMap<UnitCode, Cell>, legend: &[(&'static str, String, String)]) -> Self {
        let row = |(class, name, meaning): &(&'static str, String, String)| LegendRow {
            class,
            name: name.clone(),
            meaning: meaning.clone(),
            n: cells.values().filter(|cell| cell.class == *class).count(),
        };
        Self {
            legend: legend.iter().map(row).collect(),
            cells,
            ..Self::default()
        }
    }

    fn with(mut self, method: Option<&str>) -> Self {
        self.has_values = method.is_some();
        method.unwrap_or_default().clone_into(&mut self.method);
        self
    }
}

/// `45`, or that there are fewer than are published.
fn counted(lang: Lang, k: u64, n: u64) -> String {
    match n {
        n if n < k => fill(lang.texts().under_k, &[&k.to_string()]),
        n => lang.count(n),
    }
}

fn span(lang: Lang, interval: Interval, places: usize) -> String {
    let ends = [interval.low, interval.high].map(|end| lang.decimal(end, places));
    format!("{}–{}", ends[0], ends[1])
}

fn blank(t: &Texts, title: String) -> Cell {
    Cell {
        class: colour_code(MapColour::Hatched),
        words: t.cannot_judge.to_owned(),
        label: String::new(),
        value: "–".to_owned(),
        interval: "–".to_owned(),
        n: "–".to_owned(),
        title,
        order: (red_first(MapColour::Hatched), 0.0),
        sort_value: None,
        sort_n: 0,
    }
}

/// The listening signal over so many days.
pub(super) fn listening(
    (lang, k): (Lang, u64),
    method: &ScoreMethod,
    days: u16,
    units: &[&Unit],
    signals: &[SatisfactionSignal],
) -> Painted {
    let t = lang.texts();
    let cells = units.iter().map(|unit| {
        let name = unit.full_name();
        let none = || blank(t, fill(t.tile_hatched, &[&name]));
        let found = signals.iter().find(|signal| signal.unit == unit.code);
        let window = found.and_then(|signal| signal.windows.iter().find(|one| one.days == days));
        let Some(signal) = window.map(|window| &window.signal) else {
            return (unit.code, none());
        };
        let n = counted(lang, k, signal.n.into());
        let interval = span(lang, signal.interval, 0);
        let shared = Cell {
            n: n.clone(),
            sort_n: signal.n.into(),
            ..none()
        };
        if !signal.judged {
            return (unit.code, shared);
        }
        let colour = colour_of(method, signal.value);
        let value = lang.decimal(signal.value, 1);
        let ends = [signal.interval.low, signal.interval.high].map(|end| lang.decimal(end, 0));
        let cell = Cell {
            class: colour_code(colour),
            words: t.colour(colour).to_owned(),
            // Cut, not rounded: 79.6 is below 80 and coloured so.
            label: lang.decimal(signal.value.floor(), 0),
            title: fill(
                t.tile_judged,
                &[&name, &value, t.colour(colour), &ends[0], &ends[1], &n],
            ),
            value,
            interval,
            order: (red_first(colour), signal.value),
            sort_value: Some(signal.value),
            ..shared
        };
        (unit.code, cell)
    });
    let cells = cells.collect();
    let [green, yellow, orange] = method.colours.map(|bound| lang.decimal(bound, 0));
    let row = |colour, meaning| (colour_code(colour), t.colour(colour).to_owned(), meaning);
    let legend = [
        row(MapColour::Green, fill(t.from_value, &[&green])),
        row(MapColour::Yellow, fill(t.from_to, &[&yellow, &green])),
        row(MapColour::Orange, fill(t.from_to, &[&orange, &yellow])),
        row(MapColour::Red, fill(t.below_value, &[&orange])),
        row(MapColour::Hatched, t.meaning_hatched.to_owned()),
    ];
    let version = signals.first().map(|signal| signal.method_version.as_str());
    Painted::new(cells, &legend).with(version)
}

/// An indicator by its own rules.
pub(super) fn indicator(
    (lang, k): (Lang, u64),
    indicator: &Indicator,
    units: &[&Unit],
    values: &[IndicatorValue],
) -> Painted {
    let t = lang.texts();
    let is_down = indicator.direction == Direction::Down;
    let of_unit = |code| {
        let is = |value: &&IndicatorValue| value.whose == ScoreScope::Unit(code);
        values.iter().find(is)
    };
    let cells = units.iter().map(|unit| {
        let name = unit.full_name();
        let none = blank(t, fill(t.tile_hatched, &[&name]));
        let found = of_unit(unit.code).and_then(|one| Some((one, one.value?)));
        let Some((one, value)) = found else {
            return (unit.code, none);
        };
        let colour = indicator.colour(Some(value));
        let text = shown(lang, indicator, Some(value));
        let cell = Cell {
            class: colour_code(colour),
            words: t.colour(colour).to_owned(),
            label: cut(lang, indicator, value),
            title: fill(t.tile_value, &[&name, &text, t.colour(colour)]),
            value: text,
            interval: one
                .interval
                .map_or_else(|| "–".to_owned(), |one| span(lang, one, 1)),
            n: one
                .n
                .map_or_else(|| "–".to_owned(), |n| counted(lang, k, n)),
            order: (red_first(colour), if is_down { -value } else { value }),
            sort_value: Some(value),
            sort_n: one.n.unwrap_or(0),
        };
        (unit.code, cell)
    });
    let cells = cells.collect();
    let at_least = if is_down { t.up_to_value } else { t.from_value };
    let bounds = indicator.rules.colours.iter().map(|bound| {
        let meaning = fill(at_least, &[&shown(lang, indicator, Some(bound.from))]);
        (bound.colour, meaning)
    });
    let rest = (indicator.rules.otherwise, t.otherwise_value.to_owned());
    let hatched = (MapColour::Hatched, t.meaning_hatched.to_owned());
    let mut legend: Vec<(&'static str, String, String)> = Vec::new();
    for (colour, meaning) in bounds.chain([rest, hatched]) {
        let class = colour_code(colour);
        if legend.iter().all(|(known, ..)| *known != class) {
            legend.push((class, t.colour(colour).to_owned(), meaning));
        }
    }
    let version = values.first().map(|value| value.version.as_str());
    Painted::new(cells, &legend).with(version)
}

/// The number of a tile: cut towards the worse side, so that it never stands beyond a bound that the
/// value did not reach.
fn cut(lang: Lang, indicator: &Indicator, value: f64) -> String {
    let places = usize::from(indicator.range.1 - indicator.range.0 <= 30.0);
    let scale = 10_f64.powi(places as i32);
    let cut = match indicator.direction {
        Direction::Up => (value * scale + 1e-9).floor(),
        Direction::Down => (value * scale - 1e-9).ceil(),
    };
    lang.decimal(cut / scale, places)
}

/// How readily people report.
pub(super) fn silence(lang: Lang, k: u64, units: &[&Unit], map: Option<&SilenceMap>) -> Painted {
    use ReportingVerdict::{Quiet, Ready, Unsure, Usual};
    let t = lang.texts();
    let all = map.iter().flat_map(|map| &map.cells);
    let known = all.filter(|cell| cell.topic.is_none());
    let known = known.map(|cell| (cell.unit, cell));
    let known = known.collect::<BTreeMap<_, _>>();
    let class = |verdict| match verdict {
        Quiet => "quiet",
        Usual => "usual",
        Ready => "ready",
        Unsure => "hatched",
    };
    let cells = units.iter().map(|unit| {
        let name = unit.full_name();
        let none = blank(t, fill(t.silence_tile_unsure, &[&name]));
        let Some(cell) = known.get(&unit.code) else {
            return (unit.code, none);
        };
        let shared = Cell {
            words: t.verdict(cell.verdict).to_owned(),
            n: counted(lang, k, cell.n_incidents.into()),
            sort_n: cell.n_incidents.into(),
            ..none
        };
        if cell.verdict == Unsure {
            return (unit.code, shared);
        }
        let ends = [cell.ratio_interval.low, cell.ratio_interval.high];
        let ends = ends.map(|end| lang.decimal(end, 2));
        let ratio = lang.decimal(cell.ratio, 2);
        let place = match cell.verdict {
            Quiet => 0,
            Usual | Ready => 2,
            Unsure => 4,
        };
        let painted = Cell {
            class: class(cell.verdict),
            label: lang.decimal(cell.ratio, 1),
            title: fill(
                t.silence_tile,
                &[&name, t.verdict(cell.verdict), &ratio, &ends[0], &ends[1]],
            ),
            value: ratio,
            interval: format!("{}–{}", ends[0], ends[1]),
            order: (place, cell.ratio),
            sort_value: Some(cell.ratio),
            ..shared
        };
        (unit.code, painted)
    });
    let cells = cells.collect();
    let row = |verdict, meaning: &str| {
        let name = t.verdict(verdict).to_owned();
        (class(verdict), name, meaning.to_owned())
    };
    let legend = [
        row(Quiet, t.silence_quiet_meaning),
        row(Usual, t.silence_usual_meaning),
        row(Ready, t.silence_ready_meaning),
        row(Unsure, t.silence_unsure_meaning),
    ];
    Painted::new(cells, &legend).with(map.map(|map| map.method_version.as_str()))
}

/// Mentions of concerns of the day; fewer than `k` are not told apart.
pub(super) fn voices(
    lang: Lang,
    k: u64,
    units: &[&Unit],
    signals: &[SatisfactionSignal],
) -> Painted {
    let t = lang.texts();
    let cells = units.iter().map(|unit| {
        let name = unit.full_name();
        let none = blank(t, fill(t.tile_hatched, &[&name]));
        let found = signals.iter().find(|signal| signal.unit == unit.code);
        let window = found.and_then(|signal| signal.windows.iter().find(|one| one.days == 1));
        let Some(n) = window.map(|window| u64::from(window.signal.n)) else {
            return (unit.code, none);
        };
        let text = counted(lang, k, n);
        let is_few = n < k;
        let shown = n.max(k.saturating_sub(1));
        let step = VOICE_STEPS.iter().filter(|bound| n >= **bound).count();
        let cell = Cell {
            class: if is_few { "few" } else { STEPS[step] },
            words: fill(t.mentions_of, &[&text]),
            label: if is_few { String::new() } else { text.clone() },
            title: fill(t.tile_voices, &[&name, &text]),
            value: text.clone(),
            n: text,
            // What is too little is all alike, in the list too.
            order: (0, -(shown as f64)),
            sort_value: Some(shown as f64),
            sort_n: shown,
            ..none
        };
        (unit.code, cell)
    });
    let cells = cells.collect();
    let bounds = VOICE_STEPS.map(|bound| bound.to_string());
    let range = |from: u64, to: u64| format!("{from}–{}", to - 1);
    let row = |class, meaning: String| (class, meaning, t.layer_voices_measure.to_owned());
    let mut legend = vec![
        row("few", fill(t.under_k, &[&k.to_string()])),
        row("s1", range(k, VOICE_STEPS[0])),
        row("s2", range(VOICE_STEPS[0], VOICE_STEPS[1])),
        row("s3", range(VOICE_STEPS[1], VOICE_STEPS[2])),
        row("s4", fill(t.from_value, &[&bounds[2]])),
        (
            "hatched",
            t.colour_hatched.to_owned(),
            t.meaning_hatched.to_owned(),
        ),
    ];
    // A city that publishes all, or only large numbers, has no such steps.
    legend.retain(|(class, ..)| match *class {
        "few" => k > 0,
        "s1" => k < VOICE_STEPS[0],
        _ => true,
    });
    let version = signals.first().map(|signal| signal.method_version.as_str());
    Painted::new(cells, &legend).with(version)
}

/// Negative share of what is said of the day's leading concerns; nothing where fewer than `least` spoke, or
/// nobody.
pub(super) fn feeling(lang: Lang, least: u64, units: &[&Unit], digests: &[Digest]) -> Painted {
    let t = lang.texts();
    let of_units = digests.iter().filter_map(|digest| match digest.scope {
        DigestScope::Unit(unit) => Some((unit, digest)),
        _ => None,
    });
    let of_units = of_units.collect::<BTreeMap<_, _>>();
    let cells = units.iter().map(|unit| {
        let name = unit.full_name();
        let none = blank(t, fill(t.tile_hatched, &[&name]));
        let entries = of_units.get(&unit.code).into_iter().flat_map(|d| &d.top);
        let feelings = entries.filter_map(|entry| Some(entry.receipt.as_ref()?.feeling));
        let (negative, n) = feelings.fold((0, 0), |(negative, n), feeling| {
            (
                negative + u64::from(feeling[0]),
                n + feeling.iter().map(|n| u64::from(*n)).sum::<u64>(),
            )
        });
        let count = counted(lang, least, n);
        if n < least.max(1) {
            let n = count;
            return (unit.code, Cell { n, ..none });
        }
        let share = negative as f64 / n as f64;
        let step = FEELING_STEPS.iter().filter(|bound| share >= **bound);
        let text = lang.share(share);
        let cell = Cell {
            class: STEPS[step.count()],
            words: fill(t.tile_negative, &[&text]),
            label: lang.decimal((share * 100.0).floor(), 0),
            title: fill(t.tile_feeling, &[&name, &text, &count]),
            value: text,
            n: count,
            order: (0, -share),
            sort_value: Some(share),
            sort_n: n,
            ..none
        };
        (unit.code, cell)
    });
    let cells = cells.collect();
    let [a, b, c] = FEELING_STEPS.map(|bound| lang.share(bound));
    let row = |class, name: String| (class, name, t.layer_feeling_measure.to_owned());
    let legend = [
        row("s1", fill(t.below_value, &[&a])),
        row("s2", fill(t.from_to, &[&a, &b])),
        row("s3", fill(t.from_to, &[&b, &c])),
        row("s4", fill(t.from_value, &[&c])),
        (
            "hatched",
            t.colour_hatched.to_owned(),
            t.meaning_hatched.to_owned(),
        ),
    ];
    let version = digests.first().map(|digest| digest.method_version.as_str());
    Painted::new(cells, &legend).with(version)
}
