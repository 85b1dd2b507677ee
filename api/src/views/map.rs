//! The execution map: one tile a unit, coloured by its listening signal.

use std::collections::BTreeMap;

use askama::Template;
use jiff::civil::Date;
use models::domain::{MapColour, SatisfactionSignal, Unit};

use super::{Days, Layout};
use crate::i18n::{Lang, Texts, fill};
use crate::lines::colour_code;
use crate::state::AppState;
use crate::svg::{TILE, borders};

pub(crate) struct Tile {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) class: &'static str,
    pub(crate) label: String,
    pub(crate) title: String,
    pub(crate) href: String,
}

pub(crate) struct LegendRow {
    pub(crate) class: &'static str,
    pub(crate) name: &'static str,
    pub(crate) meaning: &'static str,
    pub(crate) n: usize,
}

pub(crate) struct Label {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) text: String,
}

pub(crate) struct MapRow {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) value: String,
    pub(crate) interval: String,
    pub(crate) n: String,
    pub(crate) colour: &'static str,
}

/// `/ban-do`.
#[derive(Template)]
#[template(path = "map.html")]
pub(crate) struct MapPage {
    pub(crate) page: Layout,
    pub(crate) day_label: String,
    pub(crate) days: Days,
    pub(crate) nothing: bool,
    pub(crate) width: i32,
    pub(crate) height: i32,
    pub(crate) tiles: Vec<Tile>,
    pub(crate) borders: String,
    pub(crate) labels: Vec<Label>,
    pub(crate) legend: [LegendRow; 5],
    pub(crate) rows: Vec<MapRow>,
    pub(crate) csv: String,
}

impl MapPage {
    pub(crate) fn new(
        app: &AppState,
        page: Layout,
        day: Date,
        published: &[Date],
        signals: &[SatisfactionSignal],
    ) -> Self {
        let lang = page.lang;
        let units = app.units_on(day);
        let placed = units
            .iter()
            .filter_map(|unit| Some((unit.grid_square?, *unit)))
            .collect::<BTreeMap<_, _>>();
        let of = |unit: &Unit| signals.iter().find(|signal| signal.unit == unit.code);
        let tile = |(cell, unit): (&(i16, i16), &&Unit)| tile(lang, day, *cell, unit, of(unit));
        let last = |pick: fn(&(i16, i16)) -> i16| {
            i32::from(placed.keys().map(pick).max().unwrap_or(0)) + 1
        };
        let provinces = placed
            .iter()
            .map(|(cell, unit)| (*cell, unit.former_province.as_str()))
            .collect::<BTreeMap<_, _>>();
        let labels = labels(&placed);
        let colour_of = |unit: &&Unit| of(unit).map_or(MapColour::Hatched, |signal| signal.colour);
        Self {
            day_label: lang.long_day(day),
            days: Days::new(lang, "/ban-do", day, published),
            nothing: signals.is_empty(),
            width: (last(|cell| cell.1) * TILE)
                .max(labels.iter().map(Label::end).max().unwrap_or(0))
                + 2,
            height: last(|cell| cell.0) * TILE + 2,
            tiles: placed.iter().map(tile).collect(),
            borders: borders(&provinces),
            labels,
            legend: legend(page.t, &units.iter().map(colour_of).collect::<Vec<_>>()),
            rows: rows(lang, day, &units, signals),
            csv: format!("/api/v1/signals?day={day}&format=csv"),
            page,
        }
    }
}

/// Names to find one's way by: each former province in its roomiest row, and the unit of a row of
/// its own (an island).
pub(super) fn labels(placed: &BTreeMap<(i16, i16), &Unit>) -> Vec<Label> {
    let mut rows = BTreeMap::<i16, Vec<(i16, &Unit)>>::new();
    for (&(row, col), unit) in placed {
        rows.entry(row).or_default().push((col, unit));
    }
    let mut roomiest = BTreeMap::<&str, (i16, i16)>::new();
    let mut labels = Vec::new();
    for (&row, tiles) in &rows {
        let Some((col, unit)) = tiles.last() else {
            continue;
        };
        if tiles.len() == 1 {
            labels.push(label(row, *col, &unit.name));
            continue;
        }
        let best = roomiest.entry(&unit.former_province).or_insert((row, *col));
        if *col < best.1 {
            *best = (row, *col);
        }
    }
    let provinces = roomiest.iter();
    labels.extend(provinces.map(|(province, (row, col))| label(*row, *col, province)));
    labels
}

impl Label {
    /// About where it ends: letters of its size are eight wide.
    pub(super) fn end(&self) -> i32 {
        self.text.chars().fold(self.x, |end, _| end + 8)
    }
}

fn label(row: i16, col: i16, text: &str) -> Label {
    Label {
        x: (i32::from(col) + 1) * TILE + 8,
        y: i32::from(row) * TILE + 27,
        text: text.to_owned(),
    }
}

fn tile(
    lang: Lang,
    day: Date,
    (row, col): (i16, i16),
    unit: &Unit,
    signal: Option<&SatisfactionSignal>,
) -> Tile {
    let colour = signal.map_or(MapColour::Hatched, |signal| signal.colour);
    Tile {
        x: i32::from(col) * TILE,
        y: i32::from(row) * TILE,
        class: colour_code(colour),
        // Cut, not rounded: 79.6 is below 80 and coloured so.
        label: signal.map_or_else(String::new, |signal| {
            lang.decimal(signal.listening.value.floor(), 0)
        }),
        title: tile_title(lang, unit, signal),
        href: lang.href(&format!("/don-vi/{}?ngay={day}", unit.code)),
    }
}

fn tile_title(lang: Lang, unit: &Unit, signal: Option<&SatisfactionSignal>) -> String {
    let t = lang.texts();
    let Some(signal) = signal.filter(|signal| signal.colour != MapColour::Hatched) else {
        return fill(t.tile_hatched, &[&unit.full_name()]);
    };
    let listening = &signal.listening;
    fill(
        t.tile_judged,
        &[
            &unit.full_name(),
            &lang.decimal(listening.value, 1),
            t.colour(signal.colour),
            &lang.decimal(listening.interval.low, 0),
            &lang.decimal(listening.interval.high, 0),
            &lang.count(listening.n.into()),
        ],
    )
}

fn legend(t: &Texts, colours: &[MapColour]) -> [LegendRow; 5] {
    [
        (MapColour::Green, t.meaning_green),
        (MapColour::Yellow, t.meaning_yellow),
        (MapColour::Orange, t.meaning_orange),
        (MapColour::Red, t.meaning_red),
        (MapColour::Hatched, t.meaning_hatched),
    ]
    .map(|(colour, meaning)| LegendRow {
        class: colour_code(colour),
        name: t.colour(colour),
        meaning,
        n: colours.iter().filter(|other| **other == colour).count(),
    })
}

/// Every unit with a signal, the lowest value first; those that cannot be judged stand last.
fn rows(lang: Lang, day: Date, units: &[&Unit], signals: &[SatisfactionSignal]) -> Vec<MapRow> {
    let mut pairs = units
        .iter()
        .filter_map(|unit| {
            Some((
                *unit,
                signals.iter().find(|signal| signal.unit == unit.code)?,
            ))
        })
        .collect::<Vec<_>>();
    pairs.sort_by(|(_, a), (_, b)| {
        let is_hatched = |signal: &SatisfactionSignal| signal.colour == MapColour::Hatched;
        let by_value = a.listening.value.total_cmp(&b.listening.value);
        is_hatched(a).cmp(&is_hatched(b)).then(by_value)
    });
    let row = |(unit, signal): (&Unit, &SatisfactionSignal)| {
        let listening = &signal.listening;
        let bounds = [listening.interval.low, listening.interval.high];
        let bounds = bounds.map(|bound| lang.decimal(bound, 0));
        MapRow {
            name: unit.full_name(),
            href: lang.href(&format!("/don-vi/{}?ngay={day}", unit.code)),
            value: lang.decimal(listening.value, 1),
            interval: format!("{}–{}", bounds[0], bounds[1]),
            n: lang.count(listening.n.into()),
            colour: lang.texts().colour(signal.colour),
        }
    };
    pairs.into_iter().map(row).collect()
}
