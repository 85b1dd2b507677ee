//! Our shapes on disk for nested values. Domain types have none: changing them does not silently
//! change what is stored, and these change only with a migration.

mod alert;
mod annotation;
mod boundary;
mod comparison;
mod concern;
mod correction;
mod desk;
mod digest;
mod edition;
mod forecast;
mod grade;
mod indicator;
mod league;
mod numbers;
mod receipt;
mod request;
mod shadow;
mod signal;
mod silence;

pub(crate) use alert::{FindingShape, WatchShape};
pub(crate) use annotation::{PiiShape, PlacesShape, scope_code, scope_of};
pub(crate) use boundary::BoundaryShape;
pub(crate) use comparison::ComparisonShape;
pub(crate) use concern::ConcernShape;
pub(crate) use correction::CorrectionShape;
pub(crate) use digest::{DigestShape, WordsShape, parse_scope, scope_text};
pub(crate) use edition::InputsShape;
pub use forecast::forecast_bytes;
pub(crate) use forecast::{
    ForecastShape, OutcomeShape, StandingShape, TallyShape, forecast_scope, forecast_scope_text,
};
pub(crate) use grade::GradeShape;
pub(crate) use indicator::{IndicatorShape, value_text};
pub(crate) use league::{LeagueShape, league_text};
pub(crate) use request::{EvidenceShape, curve_of, curve_shape};
pub(crate) use shadow::{ShadowShape, score_text};
pub(crate) use signal::SignalShape;
pub(crate) use silence::SilenceShape;

use models::domain::{AgencyId, Digest, UnitCode, WeightedUnit};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Error;
use numbers::Weight;

/// Why stored text does not become a domain value.
pub(crate) type Complaint = String;

/// JSON of a shape; refuses numbers JSON cannot hold.
pub(crate) fn to_json(what: &'static str, shape: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(shape).map_err(|why| Error::Unstorable {
        what,
        detail: why.to_string(),
    })
}

/// The shape of stored JSON.
pub(crate) fn from_json<T: DeserializeOwned>(json: &str) -> Result<T, Complaint> {
    serde_json::from_str(json).map_err(|why| why.to_string())
}

/// The bytes of a digest, its words in it, without its revision and erratum: two digests say the same
/// when these are the same.
pub fn digest_bytes(digest: &Digest) -> Result<Vec<u8>, Error> {
    Ok(to_json("digest", &DigestShape::from(digest))?.into_bytes())
}

/// A unit and its weight: `[26740, 0.5]`.
type UnitShape = (u32, Weight);

fn unit_shapes(units: &[WeightedUnit]) -> Vec<UnitShape> {
    units
        .iter()
        .map(|unit| (unit.code.number(), Weight(unit.weight)))
        .collect()
}

fn units_of(shapes: Vec<UnitShape>) -> Result<Vec<WeightedUnit>, Complaint> {
    shapes
        .into_iter()
        .map(|(number, Weight(weight))| {
            let code = unit_code(number)?;
            Ok(WeightedUnit { code, weight })
        })
        .collect()
}

pub(crate) fn unit_code(number: u32) -> Result<UnitCode, Complaint> {
    UnitCode::from_number(number).ok_or_else(|| format!("unit code {number} has six digits"))
}

fn agency_shapes(agencies: &[AgencyId]) -> Vec<String> {
    agencies.iter().map(ToString::to_string).collect()
}

fn agencies_of(shapes: Vec<String>) -> Vec<AgencyId> {
    shapes.into_iter().map(AgencyId::new).collect()
}

/// The value of a code, or a complaint that names both.
pub(crate) fn of_code<T>(
    what: &str,
    code: &str,
    from_code: impl Fn(&str) -> Option<T>,
) -> Result<T, Complaint> {
    from_code(code).ok_or_else(|| format!("`{code}` is no {what}"))
}

/// The code of an outcome with a fixed table, for domain types without codes of their own.
fn from_table<T: Copy>(what: &str, table: &[(T, &str)], code: &str) -> Result<T, Complaint> {
    of_code(what, code, |code| {
        table
            .iter()
            .find(|(_, known)| *known == code)
            .map(|(value, _)| *value)
    })
}

fn code_in<T: PartialEq>(table: &[(T, &'static str)], value: &T) -> &'static str {
    table
        .iter()
        .find(|(known, _)| known == value)
        .map_or("", |(_, code)| code)
}

#[cfg(test)]
mod tests;
