//! A published comparison of a unit, without its revision, which is a column.

use jiff::civil::Date;
use models::domain::{
    Estimate, Interval, Topic, TopicComparison, TopicRatio, UnitComparison, UnitKind,
};
use serde::{Deserialize, Serialize};

use super::numbers::Real;
use super::{Complaint, code_in, from_table, of_code, unit_code};

const KINDS: [(UnitKind, &str); 3] = [
    (UnitKind::Ward, "ward"),
    (UnitKind::Commune, "commune"),
    (UnitKind::SpecialZone, "special_zone"),
];

/// See [`UnitComparison`].
#[derive(Serialize, Deserialize)]
pub(crate) struct ComparisonShape {
    unit: u32,
    kind: String,
    day: String,
    method_version: String,
    n: Real,
    population: Option<u32>,
    topics: Vec<TopicShape>,
}

/// Value, low, high.
type EstimateShape = (Real, Real, Real);

/// Expected, ratio.
type RatioShape = (Real, EstimateShape);

#[derive(Serialize, Deserialize)]
struct TopicShape {
    topic: String,
    n: Real,
    city: Option<RatioShape>,
    kind: Option<RatioShape>,
    per_10_000: Option<EstimateShape>,
    city_per_10_000: Option<Real>,
}

fn estimate_shape(estimate: Estimate) -> EstimateShape {
    let Interval { low, high } = estimate.interval;
    (Real(estimate.value), Real(low), Real(high))
}

fn estimate((value, low, high): EstimateShape) -> Estimate {
    Estimate {
        value: value.0,
        interval: Interval {
            low: low.0,
            high: high.0,
        },
    }
}

fn ratio_shape(ratio: TopicRatio) -> RatioShape {
    (Real(ratio.expected), estimate_shape(ratio.ratio))
}

fn ratio((expected, ratio): RatioShape) -> TopicRatio {
    TopicRatio {
        expected: expected.0,
        ratio: estimate(ratio),
    }
}

impl From<&UnitComparison> for ComparisonShape {
    fn from(comparison: &UnitComparison) -> Self {
        let topics = comparison.topics.iter().map(|row| TopicShape {
            topic: row.topic.code().to_owned(),
            n: Real(row.n),
            city: row.city.map(ratio_shape),
            kind: row.kind.map(ratio_shape),
            per_10_000: row.per_10_000.map(estimate_shape),
            city_per_10_000: row.city_per_10_000.map(Real),
        });
        Self {
            unit: comparison.unit.number(),
            kind: code_in(&KINDS, &comparison.kind).to_owned(),
            day: comparison.day.to_string(),
            method_version: comparison.method_version.clone(),
            n: Real(comparison.n),
            population: comparison.population,
            topics: topics.collect(),
        }
    }
}

impl ComparisonShape {
    pub(crate) fn into_comparison(self, revision: u32) -> Result<UnitComparison, Complaint> {
        let topics = self.topics.into_iter().map(|row| {
            Ok(TopicComparison {
                topic: of_code("topic", &row.topic, Topic::from_code)?,
                n: row.n.0,
                city: row.city.map(ratio),
                kind: row.kind.map(ratio),
                per_10_000: row.per_10_000.map(estimate),
                city_per_10_000: row.city_per_10_000.map(|rate| rate.0),
            })
        });
        Ok(UnitComparison {
            unit: unit_code(self.unit)?,
            kind: from_table("kind of unit", &KINDS, &self.kind)?,
            day: self.day.parse::<Date>().map_err(|why| why.to_string())?,
            revision,
            method_version: self.method_version,
            n: self.n.0,
            population: self.population,
            topics: topics.collect::<Result<_, Complaint>>()?,
        })
    }
}
