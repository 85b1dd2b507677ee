//! Receipts: why a concern has its rank, and what the rank would be otherwise.

use std::collections::BTreeMap;

use crate::domain::{ConcernId, Interval, MentionId, SourceId};

/// Why a concern has its rank (vì sao hạng 2?).
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// Which concern.
    pub concern: ConcernId,
    /// Its rank.
    pub rank: u32,
    /// The score without its biggest source; `None` when it has no other.
    pub without_biggest_source: Option<Counterfactual>,
    /// The score if suspected coordinated posts did not count at all; `None` when none is suspected.
    pub without_coordinated: Option<Counterfactual>,
    /// Posts suspected to be coordinated: near-identical texts within minutes. They are weighted
    /// down, never dropped.
    pub coordinated: Vec<MentionId>,
    /// Whether only sources of low trust speak of it (tin đồn, chưa kiểm chứng).
    pub rumour: bool,
    /// False-discovery-adjusted p-value of its burst over all series of the day, 0 to 1.
    pub burst_q: f64,
    /// Mentions that its history, the weekday and the mix of the kind led to expect that day.
    pub expected: f64,
    /// How many times more of the scope's mentions are about its topic than of the city's, after
    /// shrinkage; 1 for the city (khác thành phố ở đâu).
    pub lift_over_city: f64,
    /// Mentions of the day per 10,000 inhabitants; `None` without a published population.
    pub per_10_000: Option<f64>,
    /// Mentions by source over the days counted.
    pub by_source: BTreeMap<SourceId, u32>,
    /// 90 % interval of the count after shrinkage.
    pub count_interval: Interval,
}

/// What the score would be had something been left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Counterfactual {
    /// The outlet left out, or `coordinated`.
    pub left_out: String,
    /// The score then.
    pub score: f64,
    /// The rank then among the lines as they stand; `None` when nothing is left of it.
    pub rank: Option<u32>,
}
