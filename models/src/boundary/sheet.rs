//! Boundaries on a sheet: a main panel, and panels of their own for what is far away (Côn Đảo) and for
//! what would be too small to touch (the inner city).

use super::{Area, Point, UnitBoundary, bounds};
use crate::domain::UnitCode;

/// A sheet of panels, in whole units of the drawing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Width of all panels together.
    pub width: i32,
    /// Height of all panels together.
    pub height: i32,
    /// The main panel first.
    pub panels: Vec<Panel>,
}

/// One panel: a frame, and what is drawn in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panel {
    /// Left, top, width, height.
    pub frame: (i32, i32, i32, i32),
    /// Units in it.
    pub paths: Vec<SheetPath>,
}

/// A unit as rings of points on the sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetPath {
    /// Which.
    pub unit: UnitCode,
    /// Rings of (x, y), x to the right and y downwards.
    pub rings: Vec<Vec<(i32, i32)>>,
}

/// A unit farther from its next neighbour than this share of the width of all gets a panel of its own.
const FAR_SHARE: f64 = 0.15;
/// Narrower units are too small to touch: they are drawn again, larger.
const SMALL: i32 = 14;
/// Share of the small units that the larger panel is laid around; those at the edges stay small.
const SMALL_SHARE: f64 = 0.9;
/// Fewest small units for which a larger panel is worth its place.
const SMALL_MIN: usize = 4;
/// Height of the panels below the main one, as a share of the width.
const INSET_HEIGHT: f64 = 0.62;
/// Space between panels and around what they hold.
const MARGIN: i32 = 6;

/// Lays boundaries out on a sheet of a width. The same boundaries give the same sheet.
pub fn lay_out(units: &[UnitBoundary], width: i32) -> Sheet {
    let (near, far) = by_distance(units);
    let near = near.into_iter().map(|at| &units[at]).collect::<Vec<_>>();
    let Some(whole) = frame_of(&near) else {
        return Sheet {
            width,
            height: 0,
            panels: Vec::new(),
        };
    };
    let height = whole.height_for(width);
    let main = whole.draw(&near, (0, 0, width, height));
    let mut panels = vec![main];
    let small = small_units(&panels[0]);
    let inset_height = (f64::from(width) * INSET_HEIGHT) as i32;
    let has_far = !far.is_empty();
    let mut below = height;
    if let Some(view) = around_small(&near, &small) {
        let share = if has_far { width * 3 / 4 } else { width };
        let frame = (0, below + MARGIN, share, inset_height);
        let touched = near.iter().filter(|unit| view.touches(unit));
        let touched = touched.copied().collect::<Vec<_>>();
        panels.push(view.draw(&touched, frame));
    }
    if has_far {
        let far = far.into_iter().map(|at| &units[at]).collect::<Vec<_>>();
        if let Some(view) = frame_of(&far) {
            let left = width * 3 / 4 + MARGIN;
            let frame = (left, below + MARGIN, width - left, inset_height);
            panels.push(view.draw(&far, frame));
        }
    }
    if panels.len() > 1 {
        below += MARGIN + inset_height;
    }
    Sheet {
        width,
        height: below,
        panels,
    }
}

/// A part of the earth that is drawn, in degrees; one degree of latitude is as long as `1 / squeeze`
/// of longitude.
#[derive(Clone, Copy, Debug)]
struct View {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
    squeeze: f64,
}

fn frame_of(units: &[&UnitBoundary]) -> Option<View> {
    let areas = units.iter().flat_map(|unit| &unit.areas);
    let (low, high) = bounds(areas.flat_map(|area| &area.outer))?;
    Some(View::between(low, high))
}

impl View {
    fn between(low: Point, high: Point) -> Self {
        let ((west, south), (east, north)) = (low.to_degrees(), high.to_degrees());
        Self {
            west,
            south,
            east,
            north,
            squeeze: f64::midpoint(south, north).to_radians().cos(),
        }
    }

    /// Height at which a drawing of a width keeps its shape.
    fn height_for(&self, width: i32) -> i32 {
        let inner = f64::from(width - 2 * MARGIN);
        let across = ((self.east - self.west) * self.squeeze).max(1e-9);
        (inner * (self.north - self.south) / across).round() as i32 + 2 * MARGIN
    }

    fn touches(&self, unit: &UnitBoundary) -> bool {
        let points = unit.areas.iter().flat_map(|area| &area.outer);
        bounds(points).is_some_and(|(low, high)| {
            let ((west, south), (east, north)) = (low.to_degrees(), high.to_degrees());
            west < self.east && east > self.west && south < self.north && north > self.south
        })
    }

    fn draw(&self, units: &[&UnitBoundary], frame: (i32, i32, i32, i32)) -> Panel {
        let (left, top, width, height) = frame;
        let (inner_width, inner_height) = (
            f64::from(width - 2 * MARGIN),
            f64::from(height - 2 * MARGIN),
        );
        let across = ((self.east - self.west) * self.squeeze).max(1e-9);
        let up = (self.north - self.south).max(1e-9);
        let scale = (inner_width / across).min(inner_height / up);
        let x0 = f64::from(left + MARGIN) + (inner_width - across * scale) / 2.0;
        let y0 = f64::from(top + MARGIN) + (inner_height - up * scale) / 2.0;
        let place = |point: &Point| {
            let (lon, lat) = point.to_degrees();
            (
                (x0 + (lon - self.west) * self.squeeze * scale).round() as i32,
                (y0 + (self.north - lat) * scale).round() as i32,
            )
        };
        let paths = units.iter().map(|unit| SheetPath {
            unit: unit.unit,
            rings: drawn(unit, place),
        });
        Panel {
            frame,
            paths: paths.collect(),
        }
    }
}

/// Rings with points that fall together said once; the first ring of a unit is always kept.
fn drawn(unit: &UnitBoundary, place: impl Fn(&Point) -> (i32, i32)) -> Vec<Vec<(i32, i32)>> {
    let rings = unit.areas.iter().flat_map(Area::rings);
    let mut drawn = Vec::new();
    for (at, ring) in rings.enumerate() {
        let mut points = ring.iter().map(&place).collect::<Vec<_>>();
        points.dedup();
        if points.len() > 1 && points.first() == points.last() {
            points.pop();
        }
        if points.len() >= 3 || at == 0 {
            drawn.push(points);
        }
    }
    drawn
}

/// Units by whether they are near the others: those of the largest group of neighbours, and the rest.
fn by_distance(units: &[UnitBoundary]) -> (Vec<usize>, Vec<usize>) {
    let boxes = units.iter().map(|unit| {
        let areas = unit.areas.first();
        areas.and_then(|area| bounds(area.outer.iter()))
    });
    let boxes = boxes.collect::<Vec<_>>();
    let corners = boxes.iter().flatten();
    let corners = corners.flat_map(|(low, high)| [low, high]);
    let Some((low, high)) = bounds(corners) else {
        return (Vec::new(), Vec::new());
    };
    let reach = (f64::from(high.lon - low.lon) * FAR_SHARE) as i64;
    let gap = |a: (Point, Point), b: (Point, Point)| {
        let apart = |low: i32, high: i32| i64::from(low) - i64::from(high);
        let x = apart(b.0.lon, a.1.lon).max(apart(a.0.lon, b.1.lon)).max(0);
        let y = apart(b.0.lat, a.1.lat).max(apart(a.0.lat, b.1.lat)).max(0);
        x.max(y)
    };
    let mut group = vec![usize::MAX; units.len()];
    let mut sizes = Vec::new();
    for start in 0..units.len() {
        if group[start] != usize::MAX || boxes[start].is_none() {
            continue;
        }
        let number = sizes.len();
        sizes.push(0);
        let mut open = vec![start];
        group[start] = number;
        while let Some(at) = open.pop() {
            sizes[number] += 1;
            let Some(own) = boxes[at] else { continue };
            for other in 0..units.len() {
                let is_near = boxes[other].is_some_and(|other| gap(own, other) <= reach);
                if group[other] == usize::MAX && is_near {
                    group[other] = number;
                    open.push(other);
                }
            }
        }
    }
    let largest = (0..sizes.len()).max_by_key(|&at| (sizes[at], std::cmp::Reverse(at)));
    let placed = (0..units.len()).filter(|&at| boxes[at].is_some());
    placed.partition(|&at| Some(group[at]) == largest)
}

/// Units that are too small in a panel.
fn small_units(panel: &Panel) -> Vec<UnitCode> {
    let small = panel.paths.iter().filter(|path| {
        let points = || path.rings.iter().flatten();
        let side = |of: fn(&(i32, i32)) -> i32| {
            let (low, high) = (points().map(of).min(), points().map(of).max());
            low.zip(high).map_or(0, |(low, high)| high - low)
        };
        side(|point| point.0).max(side(|point| point.1)) < SMALL
    });
    small.map(|path| path.unit).collect()
}

/// A view around most of the small units; `None` when there are few.
fn around_small(units: &[&UnitBoundary], small: &[UnitCode]) -> Option<View> {
    if small.len() < SMALL_MIN {
        return None;
    }
    let corners = units.iter().filter(|unit| small.contains(&unit.unit));
    let corners = corners.filter_map(|unit| bounds(unit.areas.first()?.outer.iter()));
    let corners = corners.collect::<Vec<_>>();
    let at = |share: f64, of: &dyn Fn(&(Point, Point)) -> i32| {
        let mut values = corners.iter().map(of).collect::<Vec<_>>();
        values.sort_unstable();
        values[((values.len() - 1) as f64 * share).round() as usize]
    };
    let (few, most) = ((1.0 - SMALL_SHARE) / 2.0, f64::midpoint(1.0, SMALL_SHARE));
    let low = Point {
        lon: at(few, &|corner| corner.0.lon),
        lat: at(few, &|corner| corner.0.lat),
    };
    let high = Point {
        lon: at(most, &|corner| corner.1.lon),
        lat: at(most, &|corner| corner.1.lat),
    };
    Some(View::between(low, high))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boundary::sample::{at, neighbours, unit};

    #[test]
    fn a_sheet_keeps_its_shape_and_neighbours_their_border() {
        let units = neighbours(30);
        let sheet = lay_out(&units, 400);
        assert_eq!(sheet.panels.len(), 1);
        let (_, _, width, height) = sheet.panels[0].frame;
        let (w, h) = (f64::from(width - 12), f64::from(height - 12));
        assert!((w / h / (0.2 * 10.05_f64.to_radians().cos() / 0.1) - 1.0).abs() < 0.01);
        let [west, east] = &sheet.panels[0].paths[..] else {
            panic!("{sheet:?}");
        };
        let shared = west.rings[0]
            .iter()
            .filter(|point| east.rings[0].contains(point));
        assert!(shared.count() > 10);
        assert_eq!(lay_out(&units, 400), sheet);
        assert_eq!(lay_out(&[], 400).panels, []);
    }

    #[test]
    fn what_is_far_and_what_is_small_has_a_panel_of_its_own() {
        let square = |code: String, x: i32, y: i32, side: i32| {
            let corners = [(0, 0), (side, 0), (side, side), (0, side)];
            let ring = corners.map(|(dx, dy)| {
                let origin = at(0, 0);
                Point {
                    lon: origin.lon + x + dx,
                    lat: origin.lat + y + dy,
                }
            });
            unit(&code, ring.to_vec())
        };
        let mut units = vec![square("26740".to_owned(), 0, 0, 1_000_000)];
        for n in 0..6 {
            units.push(square(
                format!("2675{n}"),
                400_000 + n * 20_000,
                1_000_000,
                20_000,
            ));
        }
        units.push(square("26732".to_owned(), 600_000, -900_000, 60_000));
        let sheet = lay_out(&units, 390);
        let [main, small, far] = &sheet.panels[..] else {
            panic!("{:?}", sheet.panels.len());
        };
        assert_eq!(main.paths.len(), 7);
        assert_eq!(far.paths.len(), 1);
        let found = small
            .paths
            .iter()
            .find(|path| path.unit.to_string() == "26753");
        let xs = found.unwrap().rings[0].iter().map(|point| point.0);
        assert!(xs.clone().max().unwrap() - xs.min().unwrap() >= SMALL);
        assert!(sheet.height > main.frame.3);
        for panel in [small, far] {
            let (left, top, width, height) = panel.frame;
            assert!(left >= 0 && left + width <= sheet.width && top + height <= sheet.height);
        }
    }
}
