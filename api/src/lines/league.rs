//! Leagues as JSON.

use models::domain::{Estimate, GuardedRank, League, LeagueRow, Period};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CoverageLine, format_time, kind_code, round};

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
    /// Tier by adjusted resolution, 1 the best; null where the evidence is too thin for a rank.
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
    /// The share that the kind would reach on this unit's mix of topics, 0 to 1.
    pub expected: Option<f64>,
    /// The share as it would be on the kind's mix of topics: what units are ranked by.
    pub adjusted: Option<EstimateLine>,
    /// The rank without tickets that look arranged.
    pub guarded: GuardedLine,
}

/// How often a sign was seen, where it was seen more often than the kind explains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SignLine {
    /// `last_minute`, `before_report` or `coached_praise`.
    pub sign: String,
    /// Tickets with it.
    pub n: u32,
    /// As many as the kind would have.
    pub expected: f64,
}

/// The rank without tickets that look arranged: a question to the unit, not a finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GuardedLine {
    /// Tier without them.
    pub tier: Option<u32>,
    /// Adjusted share without them.
    pub adjusted: Option<EstimateLine>,
    /// Tickets left out.
    pub n_left_out: u32,
    /// Why.
    pub signs: Vec<SignLine>,
}

impl From<&GuardedRank> for GuardedLine {
    fn from(guarded: &GuardedRank) -> Self {
        let signs = guarded.signs.iter().map(|sign| SignLine {
            sign: sign.sign.code().to_owned(),
            n: sign.n,
            expected: round(sign.expected, 2),
        });
        Self {
            tier: guarded.tier,
            adjusted: guarded.adjusted.map(Into::into),
            n_left_out: guarded.n_left_out,
            signs: signs.collect(),
        }
    }
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
            expected: row.expected.map(|share| round(share, 4)),
            adjusted: row.adjusted.map(Into::into),
            guarded: GuardedLine::from(&row.guarded),
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
    /// The first moment that no longer counts: the end of the day or period.
    #[serde(default)]
    pub as_of: String,
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
            as_of: format_time(Period::of(league.period, league.day).end()),
            revision: league.revision,
            erratum: league.erratum.clone(),
            method_version: league.method_version.clone(),
            coverage: CoverageLine::from(&league.coverage),
            rows: league.rows.iter().map(LeagueRowLine::from).collect(),
        }
    }
}
