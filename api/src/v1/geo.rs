//! GeoJSON (RFC 7946): units with what is said of them. Boundaries are those the customer imported;
//! without them geometry is null. The tiles of the map are a cartogram, no place on the earth, so they
//! stand in the properties and are never dressed up as coordinates.

use std::collections::BTreeMap;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use geojson::feature::Id;
use geojson::{Feature, FeatureCollection, GeometryValue, JsonObject, JsonValue, Position};
use models::boundary::{Area, Point, UnitBoundary};
use models::domain::{Unit, UnitCode};
use serde_json::json;

use crate::Error;
use crate::state::AppState;

/// What is said beside the features.
const NOTE: &str = "geometry: boundaries imported by the operator, simplified; null where there is \
                    none. grid_square and grid_hex are row and column in a cartogram, not places.";

/// Units on the map, with where their boundaries come from.
pub(super) struct Atlas {
    boundaries: BTreeMap<UnitCode, UnitBoundary>,
    attribution: Option<String>,
}

impl Atlas {
    /// Reads the latest boundaries.
    pub(super) fn read(app: &AppState) -> Result<Self, Error> {
        let saved = app.atlas.boundaries()?;
        let (units, attribution) = match saved {
            Some(saved) => (saved.units, Some(saved.attribution)),
            None => (Vec::new(), None),
        };
        Ok(Self {
            boundaries: units.into_iter().map(|one| (one.unit, one)).collect(),
            attribution,
        })
    }

    /// One unit with what is said of it; `said` must be an object.
    pub(super) fn feature(&self, unit: &Unit, said: JsonValue) -> Feature {
        let mut properties = JsonObject::new();
        properties.insert("unit".to_owned(), json!(unit.code.to_string()));
        properties.insert("unit_name".to_owned(), json!(unit.full_name()));
        properties.insert("grid_square".to_owned(), json!(unit.grid_square));
        properties.insert("grid_hex".to_owned(), json!(unit.grid_hex));
        if let JsonValue::Object(said) = said {
            properties.extend(said);
        }
        let boundary = self.boundaries.get(&unit.code);
        Feature {
            id: Some(Id::String(unit.code.to_string())),
            geometry: boundary.map(|boundary| geometry(boundary).into()),
            properties: Some(properties),
            ..Feature::default()
        }
    }

    /// The answer.
    pub(super) fn respond(&self, features: Vec<Feature>) -> Response {
        let mut beside = JsonObject::new();
        beside.insert("note".to_owned(), json!(NOTE));
        beside.insert("attribution".to_owned(), json!(self.attribution));
        let all = FeatureCollection {
            bbox: None,
            features,
            foreign_members: Some(beside),
        };
        let kind = "application/geo+json";
        ([(header::CONTENT_TYPE, kind)], all.to_string()).into_response()
    }
}

fn geometry(boundary: &UnitBoundary) -> GeometryValue {
    let polygon = |area: &Area| {
        let holes = area.holes.iter().map(|hole| ring(hole, false));
        std::iter::once(ring(&area.outer, true))
            .chain(holes)
            .collect::<Vec<_>>()
    };
    match boundary.areas.as_slice() {
        [area] => GeometryValue::Polygon {
            coordinates: polygon(area),
        },
        areas => GeometryValue::MultiPolygon {
            coordinates: areas.iter().map(polygon).collect(),
        },
    }
}

/// A closed ring: counter-clockwise around an area, clockwise around a hole (section 3.1.6).
fn ring(points: &[Point], counter_clockwise: bool) -> Vec<Position> {
    let turns_left = doubled_area(points) > 0;
    let mut positions = points
        .iter()
        .map(|point| {
            let (lon, lat) = point.to_degrees();
            Position::from([lon, lat])
        })
        .collect::<Vec<_>>();
    if turns_left != counter_clockwise {
        positions.reverse();
    }
    positions.extend(positions.first().cloned());
    positions
}

fn doubled_area(ring: &[Point]) -> i128 {
    let next = ring.iter().cycle().skip(1);
    let cross = |(a, b): (&Point, &Point)| {
        i128::from(a.lon) * i128::from(b.lat) - i128::from(b.lon) * i128::from(a.lat)
    };
    ring.iter().zip(next).map(cross).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square() -> Vec<Point> {
        let at = |lon, lat| Point::from_degrees(lon, lat).unwrap();
        vec![
            at(106.0, 10.0),
            at(107.0, 10.0),
            at(107.0, 11.0),
            at(106.0, 11.0),
        ]
    }

    #[test]
    fn rings_are_closed_and_turn_as_the_standard_says() {
        let mut clockwise = square();
        clockwise.reverse();
        for points in [square(), clockwise] {
            let outer = ring(&points, true);
            assert_eq!(outer.first(), outer.last());
            assert_eq!(outer.len(), 5);
            let left = |a: &Position, b: &Position| {
                a.as_slice()[0] * b.as_slice()[1] - b.as_slice()[0] * a.as_slice()[1]
            };
            let area: f64 = outer.windows(2).map(|pair| left(&pair[0], &pair[1])).sum();
            assert!(area > 0.0, "counter-clockwise");
            let hole = ring(&points, false);
            let area: f64 = hole.windows(2).map(|pair| left(&pair[0], &pair[1])).sum();
            assert!(area < 0.0, "clockwise");
        }
    }
}
