//! Units as JSON.

use models::domain::{Unit, UnitKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One unit of the city.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UnitView {
    /// Five-digit code.
    #[schema(example = "26740")]
    pub code: String,
    /// `ward`, `commune` or `special_zone`.
    pub kind: String,
    /// Name without its kind.
    pub name: String,
    /// Name with its kind, in Vietnamese.
    pub full_name: String,
    /// First day on which it exists.
    pub valid_from: String,
    /// First day on which it no longer does.
    pub valid_to: Option<String>,
    /// Districts it was made from, most of its area first.
    pub former_districts: Vec<String>,
    /// Province before the merger of 1 July 2025.
    pub former_province: String,
    /// Published population.
    pub population: Option<u32>,
    /// Published area.
    pub area_km2: Option<f64>,
    /// Row and column in the square tile grid of the map.
    pub grid_square: Option<(i16, i16)>,
    /// Row and column in the hexagonal grid.
    pub grid_hex: Option<(i16, i16)>,
}

impl From<&Unit> for UnitView {
    fn from(unit: &Unit) -> Self {
        Self {
            code: unit.code.to_string(),
            kind: kind_code(unit.kind).to_owned(),
            name: unit.name.clone(),
            full_name: unit.full_name(),
            valid_from: unit.valid_from.to_string(),
            valid_to: unit.valid_to.map(|day| day.to_string()),
            former_districts: unit.former_districts.clone(),
            former_province: unit.former_province.clone(),
            population: unit.population,
            area_km2: unit.area_km2,
            grid_square: unit.grid_square,
            grid_hex: unit.grid_hex,
        }
    }
}

/// The code of a unit kind.
pub fn kind_code(kind: UnitKind) -> &'static str {
    match kind {
        UnitKind::Ward => "ward",
        UnitKind::Commune => "commune",
        UnitKind::SpecialZone => "special_zone",
    }
}
