//! Leagues as JSON.

use models::domain::{Estimate, League, LeagueRow};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CoverageLine, kind_code, round};

/// An estimate after shrinkage to the units of the same kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EstimateLine {
    /// Posterior mean.
    pub value: f64,
    /// 90 % interval: low, high.
    pub interval: [f64; 2],
}

impl From<Estimate> for EstimateLine {
    fn from(estimate: Estimate) -> Self {
        let interval = estimate.interval;
        Self {
            value: round(estimate.value, 4),
            interval: [round(interval.low, 4), round(interval.high, 4)],
        }
    }
}

/// One unit in the league of its kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LeagueRowLine {
    /// Five-digit code.
    pub unit: String,
    /// Tier by resolution, 1 the best; null where the evidence is too thin for a rank.
    pub tier: Option<u32>,
    /// Mentions of concerns placed there.
    pub n_mentions: u32,
    /// Concerns with a mention there.
    pub n_concerns: u32,
    /// Concerns per 10,000 inhabitants; null without a published population.
    pub per_10_000: Option<EstimateLine>,
    /// Tickets of the period that were closed or should have been.
    pub n_tickets: u32,
    /// Closed tickets whose concern came back within 30 days.
    pub n_recurred: u32,
    /// Share of those tickets closed in time that stayed so, 0 to 1.
    pub resolved: Option<EstimateLine>,
}

impl From<&LeagueRow> for LeagueRowLine {
    fn from(row: &LeagueRow) -> Self {
        Self {
            unit: row.unit.to_string(),
            tier: row.tier,
            n_mentions: row.n_mentions,
            n_concerns: row.n_concerns,
            per_10_000: row.per_10_000.map(Into::into),
            n_tickets: row.n_tickets,
            n_recurred: row.n_recurred,
            resolved: row.resolved.map(Into::into),
        }
    }
}

/// Units of one kind in one period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LeagueLine {
    /// `ward`, `commune` or `special_zone`.
    pub kind: String,
    /// `week`, `month` or `reporting_month`.
    pub period: String,
    /// Last day of the period.
    #[schema(example = "2026-11-15")]
    pub day: String,
    /// 1 for the first published, one more with each correction.
    pub revision: u32,
    /// Why this revision replaces the one before, in Vietnamese.
    pub erratum: Option<String>,
    /// Version of the method.
    pub method_version: String,
    /// What was heard and what was missing.
    pub coverage: CoverageLine,
    /// By tier, then by code; units without a rank last.
    pub rows: Vec<LeagueRowLine>,
}

impl From<&League> for LeagueLine {
    fn from(league: &League) -> Self {
        Self {
            kind: kind_code(league.kind).to_owned(),
            period: league.period.code().to_owned(),
            day: league.day.to_string(),
            revision: league.revision,
            erratum: league.erratum.clone(),
            method_version: league.method_version.clone(),
            coverage: CoverageLine::from(&league.coverage),
            rows: league.rows.iter().map(LeagueRowLine::from).collect(),
        }
    }
}
