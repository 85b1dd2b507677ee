//! Where units differ from the city, as JSON.

use models::domain::{Estimate, Period, TopicComparison, TopicRatio, UnitComparison};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CountLine, EstimateLine, format_time, kind_code, round};
use crate::disclosure::{Cell, ComparisonSeen};

/// Mentions of a topic beside what others lead to expect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TopicRatioLine {
    /// Weighted mentions the unit would have with the mix of the others; null with the next two where the
    /// mentions are too few to be published.
    pub expected: Option<f64>,
    /// How many times more it has, after shrinkage.
    pub ratio: Option<f64>,
    /// 90 % interval of the ratio: low, high.
    pub interval: Option<[f64; 2]>,
    /// `more`, `less`, or `unclear` where the interval holds 1.
    pub verdict: String,
}

impl TopicRatioLine {
    fn new(ratio: &TopicRatio, is_told: bool) -> Self {
        let interval = ratio.ratio.interval;
        Self {
            expected: is_told.then(|| round(ratio.expected, 2)),
            ratio: is_told.then(|| round(ratio.ratio.value, 3)),
            interval: is_told.then(|| [round(interval.low, 3), round(interval.high, 3)]),
            verdict: ratio.verdict().code().to_owned(),
        }
    }
}

/// One topic of a unit beside the city and its kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TopicComparisonLine {
    /// Code of the topic.
    pub topic: String,
    /// Mentions of 28 days, weighted by how surely they are of the unit; rounded, and not told where they
    /// are too few.
    pub n: CountLine,
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
    /// The sum of the topics.
    pub n: CountLine,
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

impl ComparisonLine {
    /// A comparison as it may be seen.
    pub(crate) fn new(comparison: &UnitComparison, seen: &ComparisonSeen) -> Self {
        let topic = |row: &TopicComparison, cell: Cell| TopicComparisonLine {
            topic: row.topic.code().to_owned(),
            n: cell.into(),
            city: ratio(row.city.as_ref(), cell),
            kind: ratio(row.kind.as_ref(), cell),
            per_10_000: row.per_10_000.as_ref().filter(|_| told(cell)).map(estimate),
            city_per_10_000: row.city_per_10_000.map(|rate| round(rate, 3)),
        };
        let rows = comparison.topics.iter().zip(&seen.topics);
        Self {
            unit: comparison.unit.to_string(),
            kind: kind_code(comparison.kind).to_owned(),
            day: comparison.day.to_string(),
            as_of: format_time(Period::day(comparison.day).end()),
            revision: comparison.revision,
            method_version: comparison.method_version.clone(),
            n: seen.n.into(),
            population: comparison.population,
            population_source: POPULATION_SOURCE.to_owned(),
            topics: rows.map(|(row, cell)| topic(row, *cell)).collect(),
        }
    }
}

fn told(cell: Cell) -> bool {
    cell.exact().is_some()
}

fn ratio(of: Option<&TopicRatio>, cell: Cell) -> Option<TopicRatioLine> {
    of.map(|ratio| TopicRatioLine::new(ratio, told(cell)))
}

fn estimate(of: &Estimate) -> EstimateLine {
    EstimateLine {
        value: round(of.value, 3),
        interval: [round(of.interval.low, 3), round(of.interval.high, 3)],
    }
}
