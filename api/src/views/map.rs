//! The execution map: each unit coloured by its listening signal, as a square or hexagon of a grid or
//! within its own boundary.

use std::collections::BTreeMap;

use askama::Template;
use indexer::SavedBoundaries;
use jiff::civil::Date;
use models::boundary::lay_out;
use models::domain::{MapColour, SatisfactionSignal, Unit};

use super::{Days, Layout};
use crate::i18n::{Lang, Texts, fill};
use crate::lines::colour_code;
use crate::state::AppState;
use crate::svg::{HEX_ROW, TILE, borders, hexagon, rings};

/// How units are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum MapShape {
    #[default]
    Squares,
    Hexagons,
    Boundaries,
}

impl MapShape {
    const ALL: [Self; 3] = [Self::Squares, Self::Hexagons, Self::Boundaries];

    fn code(self) -> &'static str {
        match self {
            Self::Squares => "o-vuong",
            Self::Hexagons => "luc-giac",
            Self::Boundaries => "ranh-gioi",
        }
    }

    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shape| shape.code() == code)
    }

    fn name(self, t: &Texts) -> &'static str {
        match self {
            Self::Squares => t.map_squares,
            Self::Hexagons => t.map_hexagons,
            Self::Boundaries => t.map_boundaries,
        }
    }
}

/// A way to another drawing of the same map.
pub(crate) struct ShapeTab {
    pub(crate) href: String,
    pub(crate) name: &'static str,
    pub(crate) is_current: bool,
}

/// A frame around what is drawn larger or stands far away.
pub(crate) struct Frame {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) width: i32,
    pub(crate) height: i32,
}

pub(crate) struct Tile {
    /// Where it is no square.
    pub(crate) path: Option<String>,
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
    pub(crate) shapes: Vec<ShapeTab>,
    pub(crate) tiles: Vec<Tile>,
    pub(crate) frames: Vec<Frame>,
    pub(crate) attribution: String,
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
        shape: MapShape,
        boundaries: Option<&SavedBoundaries>,
    ) -> Self {
        let lang = page.lang;
        let units = app.units_on(day);
        let signals_of = signals.iter().map(|signal| (signal.unit, signal));
        let signals_of = signals_of.collect::<BTreeMap<_, _>>();
        let of = |unit: &Unit| signals_of.get(&unit.code).copied();
        let (shape, drawing) = match (shape, boundaries) {
            (MapShape::Boundaries, Some(saved)) => (shape, outlined(lang, day, &units, saved, of)),
            (MapShape::Hexagons, _) => (shape, hexagonal(lang, day, &units, of)),
            _ => (MapShape::Squares, squared(lang, day, &units, of)),
        };
        let colour_of = |unit: &&Unit| of(unit).map_or(MapColour::Hatched, |signal| signal.colour);
        Self {
            day_label: lang.long_day(day),
            days: Days::new(lang, "/ban-do", day, published),
            nothing: signals.is_empty(),
            shapes: shape_tabs(&page, day, shape, boundaries.is_some()),
            width: drawing.width,
            height: drawing.height,
            tiles: drawing.tiles,
            frames: drawing.frames,
            attribution: match (shape, boundaries) {
                (MapShape::Boundaries, Some(saved)) => saved.attribution.clone(),
                _ => String::new(),
            },
            borders: drawing.borders,
            labels: drawing.labels,
            legend: legend(page.t, &units.iter().map(colour_of).collect::<Vec<_>>()),
            rows: rows(lang, day, &units, signals),
            csv: format!("/api/v1/signals?day={day}&format=csv"),
            page,
        }
    }
}

/// What is drawn, whatever the shape.
struct Drawing {
    width: i32,
    height: i32,
    tiles: Vec<Tile>,
    frames: Vec<Frame>,
    borders: String,
    labels: Vec<Label>,
}

fn squared<'a>(
    lang: Lang,
    day: Date,
    units: &[&Unit],
    of: impl Fn(&Unit) -> Option<&'a SatisfactionSignal>,
) -> Drawing {
    let placed = units.iter();
    let placed = placed.filter_map(|unit| Some((unit.grid_square?, *unit)));
    let placed = placed.collect::<BTreeMap<_, _>>();
    let last =
        |pick: fn(&(i16, i16)) -> i16| i32::from(placed.keys().map(pick).max().unwrap_or(0)) + 1;
    let provinces = placed
        .iter()
        .map(|(cell, unit)| (*cell, unit.former_province.as_str()))
        .collect::<BTreeMap<_, _>>();
    let labels = labels(&placed);
    let ends = labels.iter().map(Label::end).max().unwrap_or(0);
    let tiles = placed.iter().map(|(&(row, col), unit)| {
        let corner = (i32::from(col) * TILE, i32::from(row) * TILE);
        tile(lang, day, corner, unit, of(unit))
    });
    Drawing {
        width: (last(|cell| cell.1) * TILE).max(ends) + 2,
        height: last(|cell| cell.0) * TILE + 2,
        tiles: tiles.collect(),
        frames: Vec::new(),
        borders: borders(&provinces),
        labels,
    }
}

fn hexagonal<'a>(
    lang: Lang,
    day: Date,
    units: &[&Unit],
    of: impl Fn(&Unit) -> Option<&'a SatisfactionSignal>,
) -> Drawing {
    let (mut width, mut height) = (0, 0);
    let mut tiles = Vec::new();
    for unit in units {
        let Some(cell) = unit.grid_hex else { continue };
        let (path, (x, y)) = hexagon(cell);
        (width, height) = (width.max(x + TILE), height.max(y + HEX_ROW));
        // The number stands where it stands in a square.
        let corner = (x - TILE / 2 + 1, y - TILE / 2 + 1);
        tiles.push(Tile {
            path: Some(path),
            ..tile(lang, day, corner, unit, of(unit))
        });
    }
    Drawing {
        width,
        height,
        tiles,
        frames: Vec::new(),
        borders: String::new(),
        labels: Vec::new(),
    }
}

/// Width of the sheet on which boundaries are drawn, as wide as the map is shown at most.
const SHEET_WIDTH: i32 = 736;
/// A unit at least so wide and high has its number in it.
const ROOM: (i32, i32) = (40, 24);

fn outlined<'a>(
    lang: Lang,
    day: Date,
    units: &[&Unit],
    saved: &SavedBoundaries,
    of: impl Fn(&Unit) -> Option<&'a SatisfactionSignal>,
) -> Drawing {
    let sheet = lay_out(&saved.units, SHEET_WIDTH);
    let mut tiles = Vec::new();
    for path in sheet.panels.iter().flat_map(|panel| &panel.paths) {
        let Some(unit) = units.iter().find(|unit| unit.code == path.unit) else {
            continue;
        };
        let points = || path.rings.first().into_iter().flatten();
        let (mut low, mut high) = ((i32::MAX, i32::MAX), (i32::MIN, i32::MIN));
        for &(x, y) in points() {
            low = (low.0.min(x), low.1.min(y));
            high = (high.0.max(x), high.1.max(y));
        }
        let middle = (i32::midpoint(low.0, high.0), i32::midpoint(low.1, high.1));
        let has_room = high.0 - low.0 >= ROOM.0 && high.1 - low.1 >= ROOM.1;
        let mut tile = tile(lang, day, (middle.0 - 21, middle.1 - 21), unit, of(unit));
        if !has_room {
            tile.label.clear();
        }
        tiles.push(Tile {
            path: Some(rings(&path.rings)),
            ..tile
        });
    }
    let frames = sheet.panels.iter().skip(1).map(|panel| {
        let (x, y, width, height) = panel.frame;
        Frame {
            x,
            y,
            width,
            height,
        }
    });
    Drawing {
        width: sheet.width + 2,
        height: sheet.height + 2,
        tiles,
        frames: frames.collect(),
        borders: String::new(),
        labels: Vec::new(),
    }
}

/// Ways to the other shapes; boundaries only where the city brought its own.
fn shape_tabs(page: &Layout, day: Date, current: MapShape, has_boundaries: bool) -> Vec<ShapeTab> {
    let shown = MapShape::ALL.into_iter();
    let shown = shown.filter(|shape| has_boundaries || *shape != MapShape::Boundaries);
    let tabs = shown.map(|shape| ShapeTab {
        href: page
            .lang
            .href(&format!("/ban-do?ngay={day}&dang={}", shape.code())),
        name: shape.name(page.t),
        is_current: shape == current,
    });
    tabs.collect()
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
    (x, y): (i32, i32),
    unit: &Unit,
    signal: Option<&SatisfactionSignal>,
) -> Tile {
    let colour = signal.map_or(MapColour::Hatched, |signal| signal.colour);
    Tile {
        path: None,
        x,
        y,
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
