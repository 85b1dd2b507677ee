//! Boundaries of units as a customer brings them: checked, simplified without gaps, and laid out on a
//! sheet with insets for what is small or far away. No boundary is shipped (DESIGN.md section 7).

mod check;
mod sheet;
mod topology;

pub use check::{BoundaryProblem, BoundaryWarning, check, check_outline};
pub use sheet::{Panel, Sheet, SheetPath, lay_out};
pub use topology::simplify;

use crate::domain::UnitCode;

/// A point on the earth, in millionths of a degree (WGS 84): about 11 cm, and whole numbers, so that
/// two units that share a border share its points exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Point {
    /// Longitude, east is positive.
    pub lon: i32,
    /// Latitude, north is positive.
    pub lat: i32,
}

impl Point {
    /// Millionths of a degree of a degree.
    const PER_DEGREE: f64 = 1e6;

    /// The point at a longitude and latitude in degrees; `None` outside of the earth.
    pub fn from_degrees(lon: f64, lat: f64) -> Option<Self> {
        let is_on_earth = (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat);
        is_on_earth.then(|| Self {
            lon: (lon * Self::PER_DEGREE).round() as i32,
            lat: (lat * Self::PER_DEGREE).round() as i32,
        })
    }

    /// Longitude and latitude in degrees.
    pub fn to_degrees(self) -> (f64, f64) {
        (
            f64::from(self.lon) / Self::PER_DEGREE,
            f64::from(self.lat) / Self::PER_DEGREE,
        )
    }
}

/// A closed line; the last point is not the first again.
pub type Ring = Vec<Point>;

/// An area: its outer ring, and the holes in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Area {
    /// Around it.
    pub outer: Ring,
    /// What is not of it.
    pub holes: Vec<Ring>,
}

impl Area {
    /// All rings, the outer first.
    pub fn rings(&self) -> impl Iterator<Item = &Ring> {
        std::iter::once(&self.outer).chain(&self.holes)
    }
}

/// The boundary of one unit: one area, or several where it has islands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitBoundary {
    /// Whose.
    pub unit: UnitCode,
    /// Its areas, the largest first.
    pub areas: Vec<Area>,
}

/// Twice the signed area of a ring in square millionths of a degree; positive counter-clockwise.
pub(crate) fn doubled_area(ring: &[Point]) -> i128 {
    let next = ring.iter().cycle().skip(1);
    ring.iter()
        .zip(next)
        .map(|(a, b)| i128::from(a.lon) * i128::from(b.lat) - i128::from(b.lon) * i128::from(a.lat))
        .sum()
}

/// The corners of the smallest box around points: south-west and north-east.
pub(crate) fn bounds<'a>(points: impl Iterator<Item = &'a Point>) -> Option<(Point, Point)> {
    points.fold(None, |found, point| {
        let (low, high) = found.unwrap_or((*point, *point));
        Some((
            Point {
                lon: low.lon.min(point.lon),
                lat: low.lat.min(point.lat),
            },
            Point {
                lon: high.lon.max(point.lon),
                lat: high.lat.max(point.lat),
            },
        ))
    })
}

#[cfg(test)]
pub(crate) mod sample {
    use super::{Area, Point, UnitBoundary};

    /// A point by hundredths of a degree from 106° E, 10° N.
    pub fn at(x: i32, y: i32) -> Point {
        Point {
            lon: 106_000_000 + x * 10_000,
            lat: 10_000_000 + y * 10_000,
        }
    }

    /// A unit of one area, without holes.
    pub fn unit(code: &str, ring: Vec<Point>) -> UnitBoundary {
        UnitBoundary {
            unit: code.parse().unwrap(),
            areas: vec![Area {
                outer: ring,
                holes: Vec::new(),
            }],
        }
    }

    /// Two squares that share a wavy border of `n` points.
    pub fn neighbours(n: i32) -> [UnitBoundary; 2] {
        let border = (0..=n).map(|i| {
            let wave = if i == 0 || i == n {
                0
            } else {
                3_000 * (i % 3 - 1)
            };
            Point {
                lon: at(10, 0).lon + wave,
                lat: at(0, 0).lat + i * 100_000 / n,
            }
        });
        let border = border.collect::<Vec<_>>();
        let mut west = vec![at(0, 10), at(0, 0)];
        west.extend(&border);
        let mut east = border;
        east.reverse();
        east.extend([at(20, 0), at(20, 10)]);
        [unit("26740", west), unit("26743", east)]
    }
}
