//! The silence map as JSON.

use models::domain::{Period, SilenceCell, SilenceMap};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CoverageLine, format_time, round};

/// How readily incidents of a unit are reported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SilenceCellLine {
    /// Five-digit code.
    pub unit: String,
    /// Topic code; null over all topics.
    pub topic: Option<String>,
    /// `quiet`, `usual`, `ready`, or `unsure` where nothing can be concluded.
    pub verdict: String,
    /// Reporting rate as a multiple of that of the unit's kind.
    pub ratio: f64,
    /// Its 90 % interval.
    pub ratio_interval: [f64; 2],
    /// Reports a day that an incident draws while it lasts.
    pub rate: f64,
    /// Mean days until somebody reports an incident.
    pub delay_days: f64,
    /// Its 90 % interval.
    pub delay_interval: [f64; 2],
    /// Incidents with at least one report.
    pub n_incidents: u32,
    /// Reports after the first of each.
    pub n_duplicates: u32,
    /// Days during which they could come.
    pub exposure_days: f64,
}

impl From<&SilenceCell> for SilenceCellLine {
    fn from(cell: &SilenceCell) -> Self {
        let (ratio, delay) = (cell.ratio_interval, cell.delay_interval);
        Self {
            unit: cell.unit.to_string(),
            topic: cell.topic.map(|topic| topic.code().to_owned()),
            verdict: cell.verdict.code().to_owned(),
            ratio: round(cell.ratio, 3),
            ratio_interval: [round(ratio.low, 3), round(ratio.high, 3)],
            rate: round(cell.rate, 4),
            delay_days: round(cell.delay_days, 1),
            delay_interval: [round(delay.low, 1), round(delay.high, 1)],
            n_incidents: cell.n_incidents,
            n_duplicates: cell.n_duplicates,
            exposure_days: round(cell.exposure_days, 1),
        }
    }
}

/// The silence map of a period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SilenceLine {
    /// `week`, `month` or `reporting_month`.
    pub period: String,
    /// Last day of the period.
    #[schema(example = "2026-11-15")]
    pub day: String,
    /// The first moment that no longer counts: the end of the day or period.
    #[serde(default)]
    pub as_of: String,
    /// Version of the method.
    pub method_version: String,
    /// 1 for the first published, one more with each correction.
    pub revision: u32,
    /// Why this revision replaces the one before, in Vietnamese.
    pub erratum: Option<String>,
    /// What was heard and what was missing.
    pub coverage: CoverageLine,
    /// By unit, then all topics, then topic by topic where an incident was heard of.
    pub cells: Vec<SilenceCellLine>,
}

impl SilenceLine {
    /// The map with the cells that are wanted.
    pub fn new(map: &SilenceMap, wanted: impl Fn(&SilenceCell) -> bool) -> Self {
        let cells = map.cells.iter().filter(|cell| wanted(cell));
        Self {
            period: map.period.code().to_owned(),
            day: map.day.to_string(),
            as_of: format_time(Period::of(map.period, map.day).end()),
            method_version: map.method_version.clone(),
            revision: map.revision,
            erratum: map.erratum.clone(),
            coverage: CoverageLine::from(&map.coverage),
            cells: cells.map(SilenceCellLine::from).collect(),
        }
    }
}
