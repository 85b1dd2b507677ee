//! Leagues (bảng so sánh cùng loại): units of one kind side by side for a period.

use jiff::civil::Date;

use super::{Coverage, Interval, PeriodKind, UnitCode, UnitKind};

/// An estimate after shrinkage to the units of the same kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Posterior mean.
    pub value: f64,
    /// 90 % interval.
    pub interval: Interval,
}

/// One unit in the league of its kind.
#[derive(Clone, Debug, PartialEq)]
pub struct LeagueRow {
    /// Which unit.
    pub unit: UnitCode,
    /// Tier by resolution, 1 the best; units of one tier cannot be told apart (đồng hạng). `None`
    /// when the evidence is too thin for a rank.
    pub tier: Option<u32>,
    /// Mentions of concerns placed there, each weighing its share.
    pub n_mentions: u32,
    /// Concerns with a mention there.
    pub n_concerns: u32,
    /// Concerns per 10,000 inhabitants; `None` without a published population.
    pub per_10_000: Option<Estimate>,
    /// Tickets of the period that were closed or should have been.
    pub n_tickets: u32,
    /// Closed tickets whose concern came back afterwards.
    pub n_recurred: u32,
    /// Share of those tickets that were closed in time and stayed so, 0 to 1; `None` without any
    /// ticket in the whole league.
    pub resolved: Option<Estimate>,
}

/// Units of one kind in one period; like digests never changed once published.
#[derive(Clone, Debug, PartialEq)]
pub struct League {
    /// Which kind of units.
    pub kind: UnitKind,
    /// Which kind of period.
    pub period: PeriodKind,
    /// Last day of the period.
    pub day: Date,
    /// 1 for the first published, one more with each correction.
    pub revision: u32,
    /// Why this revision replaces the one before, in Vietnamese.
    pub erratum: Option<String>,
    /// Version of the method.
    pub method_version: String,
    /// What was heard and what was missing.
    pub coverage: Coverage,
    /// By tier, then by code; units without a rank last.
    pub rows: Vec<LeagueRow>,
}
