//! Simplification that keeps neighbours together: a border that two units share is one arc, simplified
//! once, so that no gap and no overlap opens between them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Area, Point, Ring, UnitBoundary, doubled_area};

/// Fewest points of a ring.
const MIN_RING: usize = 3;

/// Leaves out points whose triangle with their neighbours is smaller than an area in square metres
/// (Visvalingam and Whyatt 1993), and islands smaller than it, but never the largest area of a unit.
/// Points at which three units meet always stay.
pub fn simplify(units: &[UnitBoundary], min_square_metres: f64) -> Vec<UnitBoundary> {
    let least = in_square_units(min_square_metres, units);
    let junctions = junctions(units);
    let mut arcs = Arcs {
        junctions,
        least,
        known: FxHashMap::default(),
    };
    units
        .iter()
        .map(|unit| UnitBoundary {
            unit: unit.unit,
            areas: arcs.areas(&unit.areas),
        })
        .collect()
}

/// Twice an area in square millionths of a degree, at the middle latitude of the units.
fn in_square_units(square_metres: f64, units: &[UnitBoundary]) -> i128 {
    const METRES_PER_UNIT: f64 = 0.111_32;
    let points = units.iter().flat_map(|unit| &unit.areas);
    let points = points.flat_map(Area::rings).flatten();
    let middle = super::bounds(points).map_or(0.0, |(low, high)| {
        f64::midpoint(low.to_degrees().1, high.to_degrees().1)
    });
    let across = METRES_PER_UNIT * middle.to_radians().cos();
    (2.0 * square_metres / (across * METRES_PER_UNIT)) as i128
}

/// Points where borders meet: those with more than two different neighbours over all rings.
fn junctions(units: &[UnitBoundary]) -> FxHashSet<Point> {
    let mut neighbours: FxHashMap<Point, Vec<Point>> = FxHashMap::default();
    let rings = units.iter().flat_map(|unit| &unit.areas);
    for ring in rings.flat_map(Area::rings) {
        for (at, point) in ring.iter().enumerate() {
            let before = ring[(at + ring.len() - 1) % ring.len()];
            let after = ring[(at + 1) % ring.len()];
            let known = neighbours.entry(*point).or_default();
            for other in [before, after] {
                if !known.contains(&other) {
                    known.push(other);
                }
            }
        }
    }
    let met = neighbours.into_iter();
    met.filter(|(_, known)| known.len() > 2)
        .map(|(point, _)| point)
        .collect()
}

struct Arcs {
    junctions: FxHashSet<Point>,
    least: i128,
    /// Arcs in their one direction, and what is left of them.
    known: FxHashMap<Vec<Point>, Vec<Point>>,
}

impl Arcs {
    fn areas(&mut self, areas: &[Area]) -> Vec<Area> {
        let size = |area: &Area| doubled_area(&area.outer).abs();
        let largest = areas.iter().map(size).max().unwrap_or(0);
        let mut is_largest_seen = false;
        let mut kept = Vec::new();
        for area in areas {
            let is_largest = !is_largest_seen && size(area) == largest;
            is_largest_seen |= is_largest;
            if !is_largest && size(area) < self.least {
                continue;
            }
            let holes = area.holes.iter();
            let holes = holes.filter(|hole| doubled_area(hole).abs() >= self.least);
            let holes = holes.cloned().collect::<Vec<_>>();
            kept.push(Area {
                outer: self.ring(&area.outer),
                holes: holes.iter().map(|hole| self.ring(hole)).collect(),
            });
        }
        kept.sort_by_key(|area| Reverse(size(area)));
        kept
    }

    fn ring(&mut self, ring: &[Point]) -> Ring {
        let simple = match ring.iter().position(|point| self.junctions.contains(point)) {
            None => self.closed(ring),
            Some(start) => {
                let mut whole = ring[start..].to_vec();
                whole.extend(&ring[..=start]);
                let mut simple = Vec::new();
                let mut from = 0;
                for at in 1..whole.len() {
                    if at + 1 == whole.len() || self.junctions.contains(&whole[at]) {
                        let arc = self.arc(&whole[from..=at]);
                        simple.extend(&arc[..arc.len() - 1]);
                        from = at;
                    }
                }
                simple
            }
        };
        // What would fall to a line stays as it is, though its neighbours may not follow: a unit is
        // never without an area.
        if simple.len() < MIN_RING || doubled_area(&simple) == 0 {
            ring.to_vec()
        } else {
            simple
        }
    }

    /// A ring that meets nothing, or only the hole it fills: cut at its first point and at the point
    /// farthest from it, which both sides find alike.
    fn closed(&mut self, ring: &[Point]) -> Ring {
        let Some(start) = (0..ring.len()).min_by_key(|&at| ring[at]) else {
            return Vec::new();
        };
        let mut whole = ring[start..].to_vec();
        whole.extend(&ring[..=start]);
        let distance = |point: &Point| {
            let (x, y) = (
                i64::from(point.lon) - i64::from(whole[0].lon),
                i64::from(point.lat) - i64::from(whole[0].lat),
            );
            x * x + y * y
        };
        let farthest = (0..whole.len()).max_by_key(|&at| (distance(&whole[at]), whole[at]));
        let farthest = farthest.unwrap_or(0);
        let (one, other) = (self.arc(&whole[..=farthest]), self.arc(&whole[farthest..]));
        let mut simple = one;
        simple.extend(other.iter().skip(1));
        simple.pop();
        simple
    }

    /// An arc, simplified in the one direction that both of its sides agree on.
    fn arc(&mut self, arc: &[Point]) -> Vec<Point> {
        let mut reversed = arc.to_vec();
        reversed.reverse();
        let is_turned = reversed.as_slice() < arc;
        let key = if is_turned { reversed } else { arc.to_vec() };
        let least = self.least;
        let simple = self
            .known
            .entry(key)
            .or_insert_with_key(|arc| visvalingam(arc, least));
        let mut simple = simple.clone();
        if is_turned {
            simple.reverse();
        }
        simple
    }
}

/// Drops the point with the smallest triangle, again and again, while it is smaller than `least`; the
/// ends stay.
fn visvalingam(arc: &[Point], least: i128) -> Vec<Point> {
    if arc.len() <= 2 {
        return arc.to_vec();
    }
    let end = arc.len() - 1;
    let mut before = (0..arc.len())
        .map(|at| at.wrapping_sub(1))
        .collect::<Vec<_>>();
    let mut after = (1..=arc.len()).collect::<Vec<_>>();
    let mut is_gone = vec![false; arc.len()];
    let area = |a: usize, b: usize, c: usize| doubled_area(&[arc[a], arc[b], arc[c]]).abs();
    let ends = std::iter::once(0);
    let inner = (1..end).map(|at| area(at - 1, at, at + 1));
    let mut latest = ends.clone().chain(inner).chain(ends).collect::<Vec<i128>>();
    let inner = latest[1..end].iter().zip(1..);
    let mut heap = inner
        .map(|(size, at)| Reverse((*size, at)))
        .collect::<BinaryHeap<_>>();
    while let Some(Reverse((size, at))) = heap.pop() {
        if size >= least {
            break;
        }
        if is_gone[at] || size != latest[at] {
            continue;
        }
        is_gone[at] = true;
        let (left, right) = (before[at], after[at]);
        after[left] = right;
        before[right] = left;
        for at in [left, right] {
            if at != 0 && at != end {
                // Never smaller than what was just dropped, or it would go out of turn.
                latest[at] = area(before[at], at, after[at]).max(size);
                heap.push(Reverse((latest[at], at)));
            }
        }
    }
    let kept = arc.iter().zip(&is_gone);
    kept.filter(|(_, is_gone)| !**is_gone)
        .map(|(point, _)| *point)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boundary::sample::{at, neighbours, unit};

    fn n_points(units: &[UnitBoundary]) -> usize {
        let rings = units.iter().flat_map(|unit| &unit.areas);
        rings.flat_map(Area::rings).map(Vec::len).sum()
    }

    #[test]
    fn neighbours_keep_one_border() {
        let units = neighbours(60);
        for square_metres in [0.0, 1e4, 1e5, 1e6, 1e7] {
            let simple = simplify(&units, square_metres);
            assert!(n_points(&simple) <= n_points(&units));
            let area = |unit: &UnitBoundary| doubled_area(&unit.areas[0].outer).abs();
            // What one gives away the other takes: together they stay the rectangle they are.
            let whole = doubled_area(&[at(0, 0), at(20, 0), at(20, 10), at(0, 10)]);
            assert_eq!(
                area(&simple[0]) + area(&simple[1]),
                whole,
                "{square_metres}"
            );
        }
        assert_eq!(n_points(&simplify(&units, 0.0)), n_points(&units));
        let plain = simplify(&units, 1e7);
        assert_eq!(n_points(&plain), 8, "two rectangles: {plain:?}");
    }

    #[test]
    fn an_enclave_and_its_hole_stay_one_line() {
        let ring = (0..40).map(|i| {
            let turn = f64::from(i) / 40.0 * std::f64::consts::TAU;
            Point {
                lon: at(10, 5).lon + (turn.cos() * 20_000.0) as i32,
                lat: at(10, 5).lat + (turn.sin() * 20_000.0) as i32,
            }
        });
        let ring = ring.collect::<Vec<_>>();
        let mut around = unit("26740", vec![at(0, 0), at(20, 0), at(20, 10), at(0, 10)]);
        let mut hole = ring.clone();
        hole.reverse();
        hole.rotate_left(7);
        around.areas[0].holes.push(hole);
        let simple = simplify(&[around, unit("26743", ring)], 1e5);
        let (hole, enclave) = (&simple[0].areas[0].holes[0], &simple[1].areas[0].outer);
        assert!(hole.len() < 40 && hole.len() >= MIN_RING);
        let set = |ring: &Ring| ring.iter().copied().collect::<FxHashSet<_>>();
        assert_eq!(set(hole), set(enclave));
    }

    #[test]
    fn small_islands_go_and_the_largest_area_stays() {
        let mut unit = unit("26732", vec![at(0, 0), at(1, 0), at(0, 1)]);
        unit.areas.push(Area {
            outer: vec![at(5, 5), at(7, 5), at(6, 8)],
            holes: Vec::new(),
        });
        let simple = simplify(std::slice::from_ref(&unit), 1e12);
        assert_eq!(simple[0].areas.len(), 1);
        assert_eq!(simple[0].areas[0].outer, unit.areas[1].outer);
    }
}
