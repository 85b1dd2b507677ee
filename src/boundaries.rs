//! Boundaries of units out of GeoJSON (RFC 7946): one feature a unit, or several that make it up.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use geojson::{Feature, FeatureCollection, GeoJson, GeometryValue, JsonValue, Position};
use models::boundary::{Area, Point, Ring, UnitBoundary, simplify};
use models::domain::UnitCode;

/// Properties in which codes are looked for, as offices name them.
const KEYS: [&str; 9] = [
    "code", "ma", "maxa", "ma_xa", "MA_XA", "maXa", "MaXa", "unit", "id",
];
/// The feature with this code is the national outline; it is checked and not kept.
const NATIONAL: &str = "VN";
/// Simplification starts at a triangle of so many square metres, about one metre on the ground.
const FINEST_SQUARE_METRES: f64 = 1.0;
/// And is made coarser by this factor until few enough points are left.
const COARSER: f64 = 1.6;

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Read {
    /// One a unit.
    pub units: Vec<UnitBoundary>,
    /// The national outline, when the file has one.
    pub outline: Option<Vec<Area>>,
    /// Points of all units.
    pub n_points: usize,
}

/// Reads the features of a file. `key` names the property with the code of a unit.
pub fn read(text: &str, key: Option<&str>) -> Result<Read> {
    let parsed = text.parse::<GeoJson>();
    let GeoJson::FeatureCollection(all) = parsed.context("không phải GeoJSON / no GeoJSON")?
    else {
        bail!("cần một FeatureCollection / a FeatureCollection is needed");
    };
    refuse_other_systems(&all)?;
    let mut areas: BTreeMap<UnitCode, Vec<Area>> = BTreeMap::new();
    let mut outline: Option<Vec<Area>> = None;
    for (number, feature) in all.features.iter().enumerate() {
        let at = || format!("feature {}", number + 1);
        let code = code_of(feature, key).with_context(at)?;
        let found = areas_of(feature).with_context(at)?;
        if code == NATIONAL {
            outline.get_or_insert_default().extend(found);
            continue;
        }
        let unit = code.parse::<UnitCode>().with_context(|| {
            let number = number + 1;
            format!("feature {number}: `{code}` không phải mã 5 số / is no five-digit code")
        })?;
        areas.entry(unit).or_default().extend(found);
    }
    let units = areas.into_iter().map(|(unit, mut areas)| {
        areas.sort_by_key(|area| std::cmp::Reverse(area.outer.len()));
        UnitBoundary { unit, areas }
    });
    let units = units.collect::<Vec<_>>();
    Ok(Read {
        n_points: n_points(&units),
        units,
        outline,
    })
}

/// GeoJSON of before RFC 7946 could name a reference system; any but WGS 84 would be drawn elsewhere.
fn refuse_other_systems(all: &FeatureCollection) -> Result<()> {
    let members = all.foreign_members.as_ref();
    let Some(system) = members.and_then(|members| members.get("crs")) else {
        return Ok(());
    };
    let name = system["properties"]["name"].as_str().unwrap_or_default();
    let is_wgs84 = name.ends_with("CRS84") || name.ends_with("4326");
    if !is_wgs84 {
        bail!("hệ tọa độ `{name}`: hãy đổi sang WGS 84 (EPSG:4326) / convert it to WGS 84 first");
    }
    Ok(())
}

fn code_of(feature: &Feature, key: Option<&str>) -> Result<String> {
    let properties = feature.properties.as_ref();
    let found = properties.and_then(|properties| match key {
        Some(key) => properties.get(key),
        None => KEYS.iter().find_map(|key| properties.get(*key)),
    });
    match found {
        Some(JsonValue::String(code)) => Ok(code.trim().to_owned()),
        Some(JsonValue::Number(number)) => Ok(number.to_string()),
        _ => {
            let known = properties.map(|properties| properties.keys().cloned().collect::<Vec<_>>());
            bail!(
                "không thấy mã đơn vị; chỉ ra bằng --key; thuộc tính có / no code; name it by --key; \
                 properties are: {}",
                known.unwrap_or_default().join(", ")
            )
        }
    }
}

fn areas_of(feature: &Feature) -> Result<Vec<Area>> {
    let geometry = feature
        .geometry
        .as_ref()
        .context("không có hình / it has no geometry")?;
    match &geometry.value {
        GeometryValue::Polygon { coordinates } => Ok(vec![area(coordinates)?]),
        GeometryValue::MultiPolygon { coordinates } => {
            coordinates.iter().map(|rings| area(rings)).collect()
        }
        other => bail!(
            "hình là {}; cần Polygon hay MultiPolygon / a Polygon or MultiPolygon is needed",
            other.type_name()
        ),
    }
}

fn area(rings: &[Vec<Position>]) -> Result<Area> {
    let mut rings = rings.iter().map(|points| ring(points));
    let outer = rings
        .next()
        .context("vùng không có đường bao / an area without a ring")??;
    Ok(Area {
        outer,
        holes: rings.collect::<Result<_>>()?,
    })
}

/// Closed rings say their first point again at the end; ours do not.
fn ring(positions: &[Position]) -> Result<Ring> {
    let points = positions.iter().map(|position| {
        let found = match position.as_slice() {
            [lon, lat, ..] => Point::from_degrees(*lon, *lat),
            _ => None,
        };
        found.with_context(|| {
            format!(
                "điểm {:?} không ở trên trái đất: cần kinh độ, vĩ độ WGS 84 / a point off the earth: \
                 longitude, latitude in WGS 84 are needed",
                position.as_slice()
            )
        })
    });
    let mut points = points.collect::<Result<Vec<_>>>()?;
    points.dedup();
    if points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    Ok(points)
}

/// Points of all rings.
pub fn n_points(units: &[UnitBoundary]) -> usize {
    let areas = units.iter().flat_map(|unit| &unit.areas);
    areas.flat_map(Area::rings).map(Vec::len).sum()
}

/// The boundaries with at most so many points, as fine as that allows; where units meet points stay,
/// so that there may be more.
pub fn reduced(units: &[UnitBoundary], points_max: usize) -> Vec<UnitBoundary> {
    let mut square_metres = FINEST_SQUARE_METRES;
    let mut simple = units.to_vec();
    let mut before = usize::MAX;
    while n_points(&simple) > points_max && n_points(&simple) < before {
        before = n_points(&simple);
        // A finer step may change nothing yet.
        loop {
            simple = simplify(units, square_metres);
            square_metres *= COARSER;
            if n_points(&simple) < before || square_metres > 1e9 {
                break;
            }
        }
    }
    simple
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collection(features: &str) -> String {
        format!("{{\"type\":\"FeatureCollection\",\"features\":[{features}]}}")
    }

    fn feature(properties: &str, kind: &str, coordinates: &str) -> String {
        format!(
            "{{\"type\":\"Feature\",\"properties\":{properties},\
             \"geometry\":{{\"type\":\"{kind}\",\"coordinates\":{coordinates}}}}}"
        )
    }

    const SQUARE: &str = "[[[106.7,10.7],[106.8,10.7],[106.8,10.8],[106.7,10.8],[106.7,10.7]]]";

    #[test]
    fn features_of_a_unit_come_together_and_codes_may_be_numbers() {
        let text = collection(
            &[
                feature("{\"MA_XA\":26740}", "Polygon", SQUARE),
                feature(
                    "{\"MA_XA\":\"26740\"}",
                    "MultiPolygon",
                    &format!("[{SQUARE}]"),
                ),
                feature("{\"code\":\"VN\"}", "Polygon", SQUARE),
            ]
            .join(","),
        );
        let read = read(&text, None).unwrap();
        assert_eq!((read.units.len(), read.units[0].areas.len()), (1, 2));
        assert_eq!((read.units[0].areas[0].outer.len(), read.n_points), (4, 8));
        assert_eq!(read.outline.unwrap().len(), 1);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let complaint = |text: &str, key| format!("{:#}", read(text, key).unwrap_err());
        assert!(complaint("{}", None).contains("GeoJSON"));
        let square = feature("{\"ten\":\"A\"}", "Polygon", SQUARE);
        let unnamed = complaint(&collection(&square), None);
        assert!(
            unnamed.contains("feature 1") && unnamed.contains("ten"),
            "{unnamed}"
        );
        let wrong = complaint(&collection(&square), Some("ten"));
        assert!(wrong.contains("`A`"), "{wrong}");
        let line = feature(
            "{\"code\":\"26740\"}",
            "LineString",
            "[[106.7,10.7],[106.8,10.7]]",
        );
        assert!(complaint(&collection(&line), None).contains("LineString"));
        let far = feature(
            "{\"code\":\"26740\"}",
            "Polygon",
            "[[[603000.5,1190000],[1,1],[2,2]]]",
        );
        assert!(complaint(&collection(&far), None).contains("WGS 84"));
        let other = "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\
                     \"properties\":{\"name\":\"urn:ogc:def:crs:EPSG::9210\"}},\"features\":[]}";
        assert!(complaint(other, None).contains("9210"));
    }
}
