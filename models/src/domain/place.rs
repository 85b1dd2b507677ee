//! Where a mention belongs: one unit, weighted candidates, the whole city, outside, or unknown.

use super::{AgencyId, UnitCode};

/// The reach of a mention or concern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// One unit or a set of candidate units.
    Unit,
    /// The whole city.
    City,
    /// Elsewhere in Vietnam or abroad.
    Outside,
    /// Nothing tells.
    Unknown,
}

/// A unit and how likely the mention is about it, in (0, 1].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightedUnit {
    /// Which unit.
    pub code: UnitCode,
    /// Probability; the weights of one placement sum to at most 1 when they are candidates of one
    /// place, and each is 1 when the mention names several units.
    pub weight: f32,
}

/// Where a mention was placed.
#[derive(Clone, Debug, PartialEq)]
pub struct Placement {
    /// The reach.
    pub scope: Scope,
    /// Units, heaviest first; empty unless the scope is [`Scope::Unit`].
    pub units: Vec<WeightedUnit>,
    /// Agencies named, or answering by duty.
    pub agencies: Vec<AgencyId>,
}

/// The five outcomes of placing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Every unit is certain.
    Unit,
    /// Several units are possible.
    Candidates,
    /// The whole city.
    City,
    /// Not in the city.
    Outside,
    /// Cannot be told.
    Unknown,
}

impl Placement {
    /// A placement without units.
    pub fn bare(scope: Scope) -> Self {
        Self {
            scope,
            units: Vec::new(),
            agencies: Vec::new(),
        }
    }

    /// Which of the five outcomes this is.
    pub fn outcome(&self) -> Outcome {
        match self.scope {
            Scope::Unit if self.units.iter().all(|unit| unit.weight >= 0.999) => Outcome::Unit,
            Scope::Unit => Outcome::Candidates,
            Scope::City => Outcome::City,
            Scope::Outside => Outcome::Outside,
            Scope::Unknown => Outcome::Unknown,
        }
    }

    /// The weight given to a unit, 0 when it is not among the candidates.
    pub fn weight_of(&self, code: UnitCode) -> f32 {
        self.units
            .iter()
            .find(|unit| unit.code == code)
            .map_or(0.0, |unit| unit.weight)
    }
}
