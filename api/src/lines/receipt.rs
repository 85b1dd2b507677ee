//! Receipts as JSON: why a line of a digest has its rank.

use models::domain::{Counterfactual, Receipt};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::round;

/// Why a line has its rank, beside its factors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReceiptLine {
    /// Mentions of the day that are negative.
    pub n_negative: u32,
    /// Mentions of the day that are neutral.
    pub n_neutral: u32,
    /// Mentions of the day that are positive.
    pub n_positive: u32,
    /// Mentions by source over the days counted, most first.
    pub by_source: Vec<SourceCountLine>,
    /// What the rank would be without its biggest source.
    pub without_biggest_source: Option<CounterfactualLine>,
    /// What it would be if suspected coordinated posts did not count at all.
    pub without_coordinated: Option<CounterfactualLine>,
    /// Ids of posts suspected to be coordinated; they are weighted down, never dropped.
    pub coordinated: Vec<String>,
    /// Whether only sources of low trust speak of it.
    pub rumour: bool,
    /// False-discovery-adjusted p-value of its burst, 0 to 1.
    pub burst_q: f64,
    /// Mentions expected that day.
    pub expected: f64,
    /// How many times more of the scope's mentions are about its topic than of the city's.
    pub lift_over_city: f64,
    /// Mentions of the day per 10,000 inhabitants; null without a published population.
    pub per_10_000: Option<f64>,
    /// 90 % interval of the count after shrinkage: low, high.
    pub count_interval: [f64; 2],
}

/// Mentions of one source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SourceCountLine {
    /// Id of the source.
    pub source: String,
    /// Mentions.
    pub n: u32,
}

/// What would be had something been left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CounterfactualLine {
    /// The outlet left out, or `coordinated`.
    pub left_out: String,
    /// The score then.
    pub score: f64,
    /// The rank then; null when nothing is left.
    pub rank: Option<u32>,
}

impl From<&Receipt> for ReceiptLine {
    fn from(receipt: &Receipt) -> Self {
        let [n_negative, n_neutral, n_positive] = receipt.feeling;
        let by_source = receipt.by_source.iter().map(|(source, n)| SourceCountLine {
            source: source.to_string(),
            n: *n,
        });
        let without = |other: &Option<Counterfactual>| other.as_ref().map(Into::into);
        let interval = receipt.count_interval;
        Self {
            n_negative,
            n_neutral,
            n_positive,
            by_source: by_source.collect(),
            without_biggest_source: without(&receipt.without_biggest_source),
            without_coordinated: without(&receipt.without_coordinated),
            coordinated: receipt
                .coordinated
                .iter()
                .map(ToString::to_string)
                .collect(),
            rumour: receipt.rumour,
            burst_q: round(receipt.burst_q, 6),
            expected: round(receipt.expected, 4),
            lift_over_city: round(receipt.lift_over_city, 4),
            per_10_000: receipt.per_10_000.map(|per| round(per, 4)),
            count_interval: [round(interval.low, 4), round(interval.high, 4)],
        }
    }
}

impl From<&Counterfactual> for CounterfactualLine {
    fn from(other: &Counterfactual) -> Self {
        Self {
            left_out: other.left_out.clone(),
            score: round(other.score, 4),
            rank: other.rank,
        }
    }
}
