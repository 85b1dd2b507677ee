//! Boundaries on disk: rings as steps from point to point, which are small numbers.

use models::boundary::{Area, Point, Ring, UnitBoundary};
use serde::{Deserialize, Serialize};

use super::{Complaint, unit_code};

/// A unit and its areas; of each area the outer ring first.
#[derive(Serialize, Deserialize)]
pub(crate) struct BoundaryShape {
    unit: u32,
    areas: Vec<Vec<Vec<i32>>>,
}

impl From<&UnitBoundary> for BoundaryShape {
    fn from(boundary: &UnitBoundary) -> Self {
        let areas = boundary.areas.iter();
        Self {
            unit: boundary.unit.number(),
            areas: areas
                .map(|area| area.rings().map(|ring| steps(ring)).collect())
                .collect(),
        }
    }
}

impl TryFrom<BoundaryShape> for UnitBoundary {
    type Error = Complaint;

    fn try_from(shape: BoundaryShape) -> Result<Self, Complaint> {
        let areas = shape.areas.into_iter().map(|rings| {
            let mut rings = rings.iter().map(|steps| ring(steps));
            let outer = rings.next().ok_or("an area has no ring")??;
            Ok::<_, Complaint>(Area {
                outer,
                holes: rings.collect::<Result<_, _>>()?,
            })
        });
        Ok(Self {
            unit: unit_code(shape.unit)?,
            areas: areas.collect::<Result<_, _>>()?,
        })
    }
}

fn steps(ring: &[Point]) -> Vec<i32> {
    let mut before = Point { lon: 0, lat: 0 };
    let mut steps = Vec::with_capacity(ring.len() * 2);
    for point in ring {
        steps.extend([point.lon - before.lon, point.lat - before.lat]);
        before = *point;
    }
    steps
}

fn ring(steps: &[i32]) -> Result<Ring, Complaint> {
    let (mut lon, mut lat) = (0_i32, 0_i32);
    let (pairs, rest) = steps.as_chunks::<2>();
    if !rest.is_empty() {
        return Err("a ring has half a point".to_owned());
    }
    let points = pairs.iter().map(|[x, y]| {
        let far = || "a ring leaves the earth".to_owned();
        lon = lon.checked_add(*x).ok_or_else(far)?;
        lat = lat.checked_add(*y).ok_or_else(far)?;
        Ok(Point { lon, lat })
    });
    points.collect()
}
