//! What is wrong with boundaries before they are taken in.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use super::{Area, Point, Ring, UnitBoundary, doubled_area};
use crate::domain::UnitCode;

/// A box in degrees: west, south, east, north.
type Frame = (f64, f64, f64, f64);

/// Around Vietnam with its islands.
const VIETNAM: Frame = (101.0, 5.0, 120.0, 24.5);
/// Hoàng Sa and Trường Sa.
const ARCHIPELAGOS: [(&str, Frame); 2] = [
    ("Hoàng Sa", (111.0, 15.5, 113.0, 17.3)),
    ("Trường Sa", (111.3, 6.5, 117.5, 12.0)),
];

/// Why boundaries cannot be taken in.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum BoundaryProblem {
    /// A unit without a boundary.
    #[error("thiếu ranh giới của đơn vị {0} / the boundary of this unit is missing")]
    Missing(UnitCode),
    /// A unit that is none of the city's.
    #[error("đơn vị {0} không thuộc thành phố / this is no unit of the city")]
    Stranger(UnitCode),
    /// A unit given more than once.
    #[error("đơn vị {0} có hai ranh giới / this unit is given twice")]
    Twice(UnitCode),
    /// A unit without any area.
    #[error("đơn vị {0} không có vùng nào / this unit has no area")]
    Empty(UnitCode),
    /// A point outside of the country; coordinates in another order or system look so.
    #[error(
        "đơn vị {unit}: điểm ({lon}, {lat}) ở ngoài Việt Nam; tọa độ phải là kinh độ rồi vĩ độ, WGS 84 \
         / a point outside of Vietnam; give longitude, then latitude, WGS 84"
    )]
    Abroad {
        /// Whose.
        unit: UnitCode,
        /// Degrees.
        lon: f64,
        /// Degrees.
        lat: f64,
    },
    /// A national outline without the archipelagos.
    #[error("đường biên quốc gia thiếu {0} / the national outline lacks it")]
    Outline(&'static str),
}

/// What is odd, and taken in all the same.
#[derive(Clone, Debug, PartialEq)]
pub enum BoundaryWarning {
    /// A ring that crosses itself near a point.
    Crosses(UnitCode, Point),
}

/// Looks at boundaries: each unit of the city once, each with an area, all in the country. Empty lists
/// mean that all is well.
pub fn check(
    units: &[UnitBoundary],
    city: &BTreeSet<UnitCode>,
) -> (Vec<BoundaryProblem>, Vec<BoundaryWarning>) {
    let mut problems = Vec::new();
    let mut warnings = Vec::new();
    let mut times: BTreeMap<UnitCode, usize> = BTreeMap::new();
    for boundary in units {
        let unit = boundary.unit;
        *times.entry(unit).or_default() += 1;
        let has_area = |area: &Area| area.outer.len() >= 3 && doubled_area(&area.outer) != 0;
        if !boundary.areas.iter().any(has_area) {
            problems.push(BoundaryProblem::Empty(unit));
        }
        let rings = || boundary.areas.iter().flat_map(Area::rings);
        if let Some(point) = rings().flatten().find(|point| !is_in(**point, VIETNAM)) {
            let (lon, lat) = point.to_degrees();
            problems.push(BoundaryProblem::Abroad { unit, lon, lat });
            continue;
        }
        let crossing = rings().find_map(crossing);
        warnings.extend(crossing.map(|point| BoundaryWarning::Crosses(unit, point)));
    }
    for (unit, times) in &times {
        if !city.contains(unit) {
            problems.push(BoundaryProblem::Stranger(*unit));
        }
        if *times > 1 {
            problems.push(BoundaryProblem::Twice(*unit));
        }
    }
    let missing = city.iter().filter(|unit| !times.contains_key(unit));
    problems.extend(missing.map(|unit| BoundaryProblem::Missing(*unit)));
    (problems, warnings)
}

/// Looks at a national outline: it must hold Hoàng Sa and Trường Sa.
pub fn check_outline(areas: &[Area]) -> Vec<BoundaryProblem> {
    let holds = |frame| {
        let mut points = areas.iter().flat_map(|area| &area.outer);
        points.any(|point| is_in(*point, frame))
    };
    let lacking = ARCHIPELAGOS.iter().filter(|(_, frame)| !holds(*frame));
    lacking
        .map(|(name, _)| BoundaryProblem::Outline(name))
        .collect()
}

fn is_in(point: Point, (west, south, east, north): Frame) -> bool {
    let (lon, lat) = point.to_degrees();
    (west..=east).contains(&lon) && (south..=north).contains(&lat)
}

/// Longer rings are not looked at for crossings, which takes time with the square of their length.
const CROSSING_POINTS_MAX: usize = 4_000;

/// A point near which a ring crosses itself.
fn crossing(ring: &Ring) -> Option<Point> {
    if ring.len() > CROSSING_POINTS_MAX {
        return None;
    }
    let n_edges = ring.len();
    let edge = |at: usize| (ring[at], ring[(at + 1) % n_edges]);
    for first in 0..n_edges {
        let (a, b) = edge(first);
        for second in first + 2..n_edges {
            // The last edge ends where the first begins.
            if first == 0 && second + 1 == n_edges {
                continue;
            }
            let (c, d) = edge(second);
            let is_apart = a.lon.max(b.lon) < c.lon.min(d.lon)
                || c.lon.max(d.lon) < a.lon.min(b.lon)
                || a.lat.max(b.lat) < c.lat.min(d.lat)
                || c.lat.max(d.lat) < a.lat.min(b.lat);
            if !is_apart && side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0 {
                return Some(a);
            }
        }
    }
    None
}

/// On which side of a line a point lies: -1, 0 or 1.
fn side(a: Point, b: Point, c: Point) -> i128 {
    doubled_area(&[a, b, c]).signum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boundary::sample::{at, neighbours, unit};

    fn city(codes: &[&str]) -> BTreeSet<UnitCode> {
        codes.iter().map(|code| code.parse().unwrap()).collect()
    }

    #[test]
    fn whole_cities_pass_and_what_is_missing_is_named() {
        let units = neighbours(12);
        let both = city(&["26740", "26743"]);
        assert_eq!(check(&units, &both), (Vec::new(), Vec::new()));
        let (problems, _) = check(&units[..1], &both);
        assert_eq!(
            problems,
            [BoundaryProblem::Missing("26743".parse().unwrap())]
        );
        let (problems, _) = check(&units, &city(&["26740"]));
        assert_eq!(
            problems,
            [BoundaryProblem::Stranger("26743".parse().unwrap())]
        );
        let twice = [units[0].clone(), units[0].clone(), units[1].clone()];
        let (problems, _) = check(&twice, &both);
        assert_eq!(problems, [BoundaryProblem::Twice("26740".parse().unwrap())]);
    }

    #[test]
    fn swapped_axes_and_empty_units_are_refused_and_crossings_told() {
        let swapped = at(0, 0);
        let swapped = Point {
            lon: swapped.lat,
            lat: 80_000_000,
        };
        let wrong = unit("26740", vec![swapped, at(1, 0), at(0, 1)]);
        let (problems, _) = check(&[wrong], &city(&["26740"]));
        assert!(matches!(problems[..], [BoundaryProblem::Abroad { .. }]));
        let line = unit("26740", vec![at(0, 0), at(1, 1), at(2, 2)]);
        let (problems, _) = check(&[line], &city(&["26740"]));
        assert_eq!(problems, [BoundaryProblem::Empty("26740".parse().unwrap())]);
        let bow = unit("26740", vec![at(0, 0), at(2, 2), at(2, 0), at(0, 3)]);
        let (problems, warnings) = check(&[bow], &city(&["26740"]));
        assert!(problems.is_empty() && warnings.len() == 1, "{warnings:?}");
    }

    #[test]
    fn a_national_outline_holds_both_archipelagos() {
        let around = |lon: f64, lat: f64| Area {
            outer: [(0.0, 0.0), (0.1, 0.0), (0.0, 0.1)]
                .into_iter()
                .filter_map(|(x, y)| Point::from_degrees(lon + x, lat + y))
                .collect(),
            holes: Vec::new(),
        };
        let (mainland, hoang_sa, truong_sa) =
            (around(105.8, 21.0), around(112.3, 16.8), around(111.9, 8.6));
        let all = [mainland.clone(), hoang_sa.clone(), truong_sa];
        assert_eq!(check_outline(&all), []);
        assert_eq!(
            check_outline(&[mainland, hoang_sa]),
            [BoundaryProblem::Outline("Trường Sa")]
        );
        assert_eq!(check_outline(&[]).len(), 2);
    }
}
