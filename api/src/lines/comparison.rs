//! Where units differ from the city, as JSON.

use models::domain::{Estimate, Period, TopicComparison, TopicRatio, UnitComparison};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{EstimateLine, format_time, kind_code, round};

/// Mentions of a topic beside what others lead to expect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TopicRatioLine {
    /// Weighted mentions the unit would have with the mix of the others.
    pub expected: f64,
    /// How many times more it has, after shrinkage.
    pub ratio: f64,
    /// 90 % interval of the ratio: low, high.
    pub interval: [f64; 2],
    /// `more`, `less`, or `unclear` where the interval holds 1.
    pub verdict: String,
}

impl From<&TopicRatio> for TopicRatioLine {
    fn from(ratio: &TopicRatio) -> Self {
        let interval = ratio.ratio.interval;
        Self {
            expected: round(ratio.expected, 2),
            ratio: round(ratio.ratio.value, 3),
            interval: [round(interval.low, 3), round(interval.high, 3)],
            verdict: ratio.verdict().code().to_owned(),
        }
    }
}

/// One topic of a unit beside the city and its kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TopicComparisonLine {
    /// Code of the topic.
    pub topic: String,
    /// Weighted mentions of 28 days.
    pub n: f64,
    /// Beside all other units.
    pub city: Option<TopicRatioLine>,
    /// Beside the other units of its kind.
    pub kind: Option<TopicRatioLine>,
    /// Weighted mentions per 10,000 inhabitants, shrunk to the kind; null without a population.
    pub per_10_000: Option<EstimateLine>,
    /// The same of all other units together.
    pub city_per_10_000: Option<f64>,
}

/// Where a unit differs from the city and its kind over 28 days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ComparisonLine {
    /// Five-digit code.
    #[schema(example = "26740")]
    pub unit: String,
    /// `ward`, `commune` or `special_zone`.
    pub kind: String,
    /// The last of the 28 days.
    #[schema(example = "2026-11-12")]
    pub day: String,
    /// The first moment that no longer counts: the end of the day or period.
    #[serde(default)]
    pub as_of: String,
    /// 1 for the first published, one more with each correction.
    pub revision: u32,
    /// Version of the method.
    pub method_version: String,
    /// Weighted mentions over all topics.
    pub n: f64,
    /// Published population.
    pub population: Option<u32>,
    /// Where the population was published.
    pub population_source: String,
    /// Topics, the surest differences from the city first.
    pub topics: Vec<TopicComparisonLine>,
}

/// Where the shipped populations were published (`config/units/README.md`); who puts official figures
/// into `units.csv` has them instead.
pub const POPULATION_SOURCE: &str =
    "config/units/units.csv; shipped: state map portal 2025, by vietnamadminunits";

impl From<&UnitComparison> for ComparisonLine {
    fn from(comparison: &UnitComparison) -> Self {
        let topic = |row: &TopicComparison| TopicComparisonLine {
            topic: row.topic.code().to_owned(),
            n: round(row.n, 2),
            city: row.city.as_ref().map(TopicRatioLine::from),
            kind: row.kind.as_ref().map(TopicRatioLine::from),
            per_10_000: row.per_10_000.as_ref().map(estimate),
            city_per_10_000: row.city_per_10_000.map(|rate| round(rate, 3)),
        };
        Self {
            unit: comparison.unit.to_string(),
            kind: kind_code(comparison.kind).to_owned(),
            day: comparison.day.to_string(),
            as_of: format_time(Period::day(comparison.day).end()),
            revision: comparison.revision,
            method_version: comparison.method_version.clone(),
            n: round(comparison.n, 2),
            population: comparison.population,
            population_source: POPULATION_SOURCE.to_owned(),
            topics: comparison.topics.iter().map(topic).collect(),
        }
    }
}

fn estimate(of: &Estimate) -> EstimateLine {
    EstimateLine {
        value: round(of.value, 3),
        interval: [round(of.interval.low, 3), round(of.interval.high, 3)],
    }
}
