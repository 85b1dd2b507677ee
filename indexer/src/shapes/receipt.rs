//! The receipt of a line, as it stands in a published digest.

use models::domain::{Counterfactual, Interval, MentionId, Receipt, SourceId};
use serde::{Deserialize, Serialize};

use super::numbers::Real;

/// See [`Receipt`].
#[derive(Serialize, Deserialize)]
pub(super) struct ReceiptShape {
    feeling: [u32; 3],
    by_source: Vec<(String, u32)>,
    without_biggest_source: Option<CounterfactualShape>,
    without_coordinated: Option<CounterfactualShape>,
    coordinated: Vec<String>,
    rumour: bool,
    burst_q: Real,
    expected: Real,
    lift_over_city: Real,
    per_10_000: Option<Real>,
    count_interval: (Real, Real),
}

/// What was left out, the score then, the rank then.
#[derive(Serialize, Deserialize)]
struct CounterfactualShape(String, Real, Option<u32>);

impl From<&Receipt> for ReceiptShape {
    fn from(receipt: &Receipt) -> Self {
        let by_source = receipt.by_source.iter();
        let without = |other: &Option<Counterfactual>| other.as_ref().map(Into::into);
        Self {
            feeling: receipt.feeling,
            by_source: by_source
                .map(|(source, n)| (source.to_string(), *n))
                .collect(),
            without_biggest_source: without(&receipt.without_biggest_source),
            without_coordinated: without(&receipt.without_coordinated),
            coordinated: receipt
                .coordinated
                .iter()
                .map(ToString::to_string)
                .collect(),
            rumour: receipt.rumour,
            burst_q: Real(receipt.burst_q),
            expected: Real(receipt.expected),
            lift_over_city: Real(receipt.lift_over_city),
            per_10_000: receipt.per_10_000.map(Real),
            count_interval: (
                Real(receipt.count_interval.low),
                Real(receipt.count_interval.high),
            ),
        }
    }
}

impl From<ReceiptShape> for Receipt {
    fn from(shape: ReceiptShape) -> Self {
        let by_source = shape.by_source.into_iter();
        Self {
            feeling: shape.feeling,
            by_source: by_source
                .map(|(source, n)| (SourceId::new(source), n))
                .collect(),
            without_biggest_source: shape.without_biggest_source.map(Into::into),
            without_coordinated: shape.without_coordinated.map(Into::into),
            coordinated: shape.coordinated.into_iter().map(MentionId::new).collect(),
            rumour: shape.rumour,
            burst_q: shape.burst_q.0,
            expected: shape.expected.0,
            lift_over_city: shape.lift_over_city.0,
            per_10_000: shape.per_10_000.map(|per| per.0),
            count_interval: Interval {
                low: shape.count_interval.0.0,
                high: shape.count_interval.1.0,
            },
        }
    }
}

impl From<&Counterfactual> for CounterfactualShape {
    fn from(other: &Counterfactual) -> Self {
        Self(other.left_out.clone(), Real(other.score), other.rank)
    }
}

impl From<CounterfactualShape> for Counterfactual {
    fn from(CounterfactualShape(left_out, score, rank): CounterfactualShape) -> Self {
        Self {
            left_out,
            score: score.0,
            rank,
        }
    }
}
