//! Lines of `langnghe place` and `langnghe group`, and the unit list the other lines share.

use models::domain::{ConcernId, MentionId, Placement, Scope, WeightedUnit};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::round;

/// A unit and how likely it is meant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UnitWeight {
    /// Five-digit code.
    #[schema(example = "26740")]
    pub code: String,
    /// Probability in (0, 1].
    pub weight: f64,
}

impl UnitWeight {
    /// The units of a placement, heaviest first.
    pub fn list(units: &[WeightedUnit]) -> Vec<Self> {
        units
            .iter()
            .map(|unit| Self {
                code: unit.code.to_string(),
                weight: round(f64::from(unit.weight), 4),
            })
            .collect()
    }
}

/// The code of a scope: `unit`, `city`, `outside`, `unknown`.
pub fn scope_code(scope: Scope) -> &'static str {
    match scope {
        Scope::Unit => "unit",
        Scope::City => "city",
        Scope::Outside => "outside",
        Scope::Unknown => "unknown",
    }
}

/// The scope of a code.
pub fn scope_from_code(code: &str) -> Option<Scope> {
    [Scope::Unit, Scope::City, Scope::Outside, Scope::Unknown]
        .into_iter()
        .find(|scope| scope_code(*scope) == code)
}

/// One line of `langnghe place`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlaceLine {
    /// `unit`, `city`, `outside` or `unknown`.
    pub scope: String,
    /// Units with their weights, heaviest first.
    pub units: Vec<UnitWeight>,
    /// Ids of the agencies named or answering by duty.
    pub agencies: Vec<String>,
}

impl From<&Placement> for PlaceLine {
    fn from(placement: &Placement) -> Self {
        Self {
            scope: scope_code(placement.scope).to_owned(),
            units: UnitWeight::list(&placement.units),
            agencies: placement.agencies.iter().map(ToString::to_string).collect(),
        }
    }
}

/// One line of `langnghe group`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupLine {
    /// Which mention.
    pub id: String,
    /// Its concern; null for noise.
    pub concern: Option<String>,
}

impl GroupLine {
    /// The line of one mention.
    pub fn new(id: &MentionId, concern: Option<&ConcernId>) -> Self {
        Self {
            id: id.to_string(),
            concern: concern.map(ToString::to_string),
        }
    }
}
