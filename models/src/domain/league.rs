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
    /// Tier by resolution beside what its mix of topics lets expect, 1 the best; units of one tier
    /// cannot be told apart (đồng hạng). `None` when the evidence is too thin for a rank.
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
    /// The share that the kind would reach on this unit's mix of topics, 0 to 1.
    pub expected: Option<f64>,
    /// The share as it would be on the kind's mix of topics: what units are ranked by.
    pub adjusted: Option<Estimate>,
    /// The rank without tickets that look arranged; `None` when the evidence is then too thin.
    pub guarded: GuardedRank,
}

/// What can make a rank look better than the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GamingSign {
    /// Many tickets closed just before their due time.
    LastMinute,
    /// Many tickets closed just before the 25th at noon, when the reporting month turns.
    BeforeReport,
    /// Near-identical reports of praise, closed at once.
    CoachedPraise,
}

impl GamingSign {
    /// All signs.
    pub const ALL: [GamingSign; 3] = [Self::LastMinute, Self::BeforeReport, Self::CoachedPraise];

    /// The code used in files and addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::LastMinute => "last_minute",
            Self::BeforeReport => "before_report",
            Self::CoachedPraise => "coached_praise",
        }
    }

    /// The sign of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sign| sign.code() == code)
    }
}

/// How often a sign was seen in a unit, where it was seen more often than its kind explains.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SignCount {
    /// Which sign.
    pub sign: GamingSign,
    /// Tickets with it.
    pub n: u32,
    /// As many as the kind would have among so many closed tickets.
    pub expected: f64,
}

/// The rank without tickets that look arranged. A sign is a question to the unit, not a finding.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GuardedRank {
    /// Tier without them.
    pub tier: Option<u32>,
    /// Adjusted share without them.
    pub adjusted: Option<Estimate>,
    /// Tickets left out.
    pub n_left_out: u32,
    /// Why.
    pub signs: Vec<SignCount>,
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
