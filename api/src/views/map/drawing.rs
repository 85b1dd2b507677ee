//! Where each unit stands: squares and hexagons of the grid, or its own boundary.

use std::collections::BTreeMap;

use indexer::SavedBoundaries;
use models::boundary::lay_out;
use models::domain::{Unit, UnitCode};

use super::cells::{Cell, LegendRow, Painted};
use super::{MapAddress, MapShape};
use crate::i18n::Lang;
use crate::svg::{HEX_ROW, TILE, borders, hexagon, rings};

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
    pub(crate) chosen: bool,
}

impl Tile {
    /// The sign that stands for its colour: nobody need tell colours apart.
    pub(crate) fn mark(&self) -> Option<&'static str> {
        mark(self.class).filter(|_| !self.label.is_empty())
    }

    /// Where the sign stands: in the corner of a square, over the number elsewhere.
    pub(crate) fn mark_at(&self) -> (i32, i32) {
        match self.path {
            Some(_) => (self.x + 21, self.y + 5),
            None => (self.x + 34, self.y + 8),
        }
    }
}

impl LegendRow {
    /// The sign of its colour.
    pub(crate) fn mark(&self) -> Option<&'static str> {
        mark(self.class)
    }
}

/// The sign of a colour.
pub(super) fn mark(class: &str) -> Option<&'static str> {
    Some(match class {
        "green" => "m1",
        "yellow" | "ready" => "m2",
        "orange" => "m3",
        "red" => "m4",
        "quiet" => "m5",
        _ => return None,
    })
}

/// The signs as paths around (0, 0): disc, triangle, diamond, square, triangle on its tip.
pub(crate) const MARKS: [(&str, &str); 5] = [
    ("m1", "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z"),
    ("m2", "M-5 4L0-5L5 4z"),
    ("m3", "M-5.5 0L0-5.5L5.5 0L0 5.5z"),
    ("m4", "M-4 -4h8v8h-8z"),
    ("m5", "M-5-4L0 5L5-4z"),
];

pub(crate) struct Label {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) text: String,
}

impl Label {
    /// About where it ends: letters of its size are eight wide.
    pub(crate) fn end(&self) -> i32 {
        self.text.chars().fold(self.x, |end, _| end + 8)
    }
}

/// What is drawn, whatever the shape.
pub(crate) struct Drawing {
    pub(crate) width: i32,
    pub(crate) height: i32,
    pub(crate) tiles: Vec<Tile>,
    pub(crate) frames: Vec<Frame>,
    pub(crate) borders: String,
    pub(crate) labels: Vec<Label>,
    /// Where the boundaries come from; empty on a grid.
    pub(crate) attribution: String,
}

/// What tiles are made from.
struct Brush<'a> {
    lang: Lang,
    address: &'a MapAddress,
    cells: &'a BTreeMap<UnitCode, Cell>,
}

impl Brush<'_> {
    fn tile(&self, (x, y): (i32, i32), unit: &Unit) -> Option<Tile> {
        let cell = self.cells.get(&unit.code)?;
        let address = MapAddress {
            unit: Some(unit.code),
            ..self.address.clone()
        };
        Some(Tile {
            path: None,
            x,
            y,
            class: cell.class,
            label: cell.label.clone(),
            title: cell.title.clone(),
            href: format!("{}#don-vi", address.href(self.lang)),
            chosen: self.address.unit == Some(unit.code),
        })
    }
}

/// Draws the units as the address asks; on squares where the city brought no boundaries.
pub(crate) fn draw(
    lang: Lang,
    address: &MapAddress,
    units: &[&Unit],
    painted: &Painted,
    boundaries: Option<&SavedBoundaries>,
) -> Drawing {
    let brush = Brush {
        lang,
        address,
        cells: &painted.cells,
    };
    match (address.shape, boundaries) {
        (MapShape::Boundaries, Some(saved)) => outlined(&brush, units, saved),
        (MapShape::Hexagons, _) => hexagonal(&brush, units),
        _ => squared(&brush, units),
    }
}

fn squared(brush: &Brush<'_>, units: &[&Unit]) -> Drawing {
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
    let tiles = placed.iter().filter_map(|(&(row, col), unit)| {
        let corner = (i32::from(col) * TILE, i32::from(row) * TILE);
        brush.tile(corner, unit)
    });
    Drawing {
        width: (last(|cell| cell.1) * TILE).max(ends) + 2,
        height: last(|cell| cell.0) * TILE + 2,
        tiles: tiles.collect(),
        frames: Vec::new(),
        borders: borders(&provinces),
        labels,
        attribution: String::new(),
    }
}

fn hexagonal(brush: &Brush<'_>, units: &[&Unit]) -> Drawing {
    let (mut width, mut height) = (0, 0);
    let mut tiles = Vec::new();
    for unit in units {
        let Some(cell) = unit.grid_hex else { continue };
        let (path, (x, y)) = hexagon(cell);
        (width, height) = (width.max(x + TILE), height.max(y + HEX_ROW));
        // The number stands where it stands in a square.
        let corner = (x - TILE / 2 + 1, y - TILE / 2 + 1);
        tiles.extend(brush.tile(corner, unit).map(|tile| Tile {
            path: Some(path),
            ..tile
        }));
    }
    Drawing {
        width,
        height,
        tiles,
        frames: Vec::new(),
        borders: String::new(),
        labels: Vec::new(),
        attribution: String::new(),
    }
}

/// Width of the sheet on which boundaries are drawn, as wide as the map is shown at most.
const SHEET_WIDTH: i32 = 736;
/// A unit at least so wide and high has its number in it.
const ROOM: (i32, i32) = (40, 24);

fn outlined(brush: &Brush<'_>, units: &[&Unit], saved: &SavedBoundaries) -> Drawing {
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
        let Some(mut tile) = brush.tile((middle.0 - 21, middle.1 - 21), unit) else {
            continue;
        };
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
        attribution: saved.attribution.clone(),
    }
}

/// Names to find one's way by: each former province in its roomiest row, and the unit of a row of
/// its own (an island).
pub(crate) fn labels(placed: &BTreeMap<(i16, i16), &Unit>) -> Vec<Label> {
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

fn label(row: i16, col: i16, text: &str) -> Label {
    Label {
        x: (i32::from(col) + 1) * TILE + 8,
        y: i32::from(row) * TILE + 27,
        text: text.to_owned(),
    }
}
