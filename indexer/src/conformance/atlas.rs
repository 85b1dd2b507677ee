//! The atlas: boundaries come back as they were saved, the latest first.

use models::boundary::{Area, Point, UnitBoundary};

use super::sample::{noon, unit};
use crate::archive::Archive;
use crate::atlas::Atlas;

fn square(n: usize, at: i32) -> UnitBoundary {
    let corner = |x: i32, y: i32| Point {
        lon: 106_700_000 + at + x,
        lat: 10_700_000 - at + y,
    };
    let ring = |side: i32| vec![corner(0, 0), corner(side, 0), corner(side, side)];
    UnitBoundary {
        unit: unit(n),
        areas: vec![Area {
            outer: ring(5_000),
            holes: vec![ring(10)],
        }],
    }
}

/// Each import is a version; the latest is shown.
pub fn boundaries_have_versions(_archive: &dyn Archive, atlas: &dyn Atlas) {
    assert_eq!(atlas.boundaries().unwrap(), None);
    let first = [square(0, 0), square(1, 7_000)];
    assert_eq!(atlas.save_boundaries(&first, "Sở A", noon(0)).unwrap(), 1);
    let second = [square(0, 100)];
    assert_eq!(atlas.save_boundaries(&second, "Sở B", noon(1)).unwrap(), 2);
    let found = atlas.boundaries().unwrap().unwrap();
    assert_eq!((found.version, found.saved_at), (2, noon(1)));
    assert_eq!(found.attribution, "Sở B");
    assert_eq!(found.units, second);
}
