//! The silence map: where people report, and where they do not.

use jiff::civil::Date;

use super::{Coverage, Interval, PeriodKind, Topic, UnitCode};

/// How readily people report, beside the units of the same kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReportingVerdict {
    /// Ít báo: surely less than elsewhere; silence here says little.
    Quiet,
    /// Như nơi khác: about as elsewhere, and known well enough to say so.
    Usual,
    /// Báo nhiều: surely more than elsewhere.
    Ready,
    /// Chưa thể kết luận.
    Unsure,
}

impl ReportingVerdict {
    /// All verdicts.
    pub const ALL: [ReportingVerdict; 4] = [Self::Quiet, Self::Usual, Self::Ready, Self::Unsure];

    /// The code used in files and addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Usual => "usual",
            Self::Ready => "ready",
            Self::Unsure => "unsure",
        }
    }

    /// The verdict of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.code() == code)
    }
}

/// How readily incidents of a unit are reported, over all topics or about one.
#[derive(Clone, Debug, PartialEq)]
pub struct SilenceCell {
    /// Which unit.
    pub unit: UnitCode,
    /// About what; `None` over all topics, each weighed by how readily its kind of unit reports it.
    pub topic: Option<Topic>,
    /// Incidents with at least one report.
    pub n_incidents: u32,
    /// Reports after the first of each, while it lasted.
    pub n_duplicates: u32,
    /// Days during which further reports could have come.
    pub exposure_days: f64,
    /// Reporting rate as a multiple of that of the unit's kind; posterior mean.
    pub ratio: f64,
    /// Its 90 % interval.
    pub ratio_interval: Interval,
    /// Reports a day that an incident draws while it lasts.
    pub rate: f64,
    /// Mean days until somebody reports an incident: 1 / rate, with its 90 % interval.
    pub delay_days: f64,
    /// 90 % interval of the delay.
    pub delay_interval: Interval,
    /// What may be said.
    pub verdict: ReportingVerdict,
}

/// The silence map of a period.
#[derive(Clone, Debug, PartialEq)]
pub struct SilenceMap {
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
    /// By unit, then all topics, then topic by topic where an incident was heard of.
    pub cells: Vec<SilenceCell>,
}
