//! Ranking: orders the concerns of a scope and a day by the score of the method, with every factor
//! open, and says where the evidence is thin.

mod method;

pub use method::RankMethod;

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::SourceTable;
use crate::domain::{
    AnnotatedMention, Concern, ConcernId, Coverage, Digest, DigestScope, Interval, MentionId,
    SourceId, Unit, Window,
};

/// Why a concern has its rank (vì sao hạng 2?).
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// Which concern.
    pub concern: ConcernId,
    /// Score and rank without its biggest source, and which that is; `None` with one source only
    /// when nothing is left.
    pub without_biggest_source: Option<Counterfactual>,
    /// Score and rank if suspected coordinated posts did not count at all; `None` when none is
    /// suspected.
    pub without_coordinated: Option<Counterfactual>,
    /// Posts suspected to be coordinated: near-identical texts within minutes.
    pub coordinated: Vec<MentionId>,
    /// Whether only sources of low trust speak of it (tin đồn, chưa kiểm chứng).
    pub rumour: bool,
    /// False-discovery-adjusted p-value of its burst over all series of the day, 0 to 1.
    pub burst_q: f64,
    /// Mentions a day that its history and the mix of the kind led to expect.
    pub expected: f64,
    /// How many times more of the scope's mentions are about its topic than of the city's; 1 in the
    /// city (khác thành phố ở đâu).
    pub lift_over_city: f64,
    /// Mentions of the day per 10,000 inhabitants of the scope; `None` without a published population.
    pub per_10_000: Option<f64>,
    /// Mentions by source over the days counted.
    pub by_source: BTreeMap<SourceId, u32>,
    /// 90 % interval of the day's count after shrinkage.
    pub count_interval: Interval,
}

/// What the score would be had something been otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Counterfactual {
    /// What is left out: a source, or the words for the group of posts.
    pub left_out: String,
    /// The score then.
    pub score: f64,
    /// The rank then; `None` when it would leave the list.
    pub rank: Option<u32>,
}
