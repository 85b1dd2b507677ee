//! The silence map as JSON.

use models::domain::{Period, SilenceCell, SilenceMap};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CountLine, CoverageLine, format_time, round};
use crate::disclosure::{Grain, SilenceSeen};

/// How readily incidents of a unit are reported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SilenceCellLine {
    /// Five-digit code.
    pub unit: String,
    /// Topic code; null over all topics.
    pub topic: Option<String>,
    /// `quiet`, `usual`, `ready`, or `unsure` where nothing can be concluded.
    pub verdict: String,
    /// Reporting rate as a multiple of that of the unit's kind; to one place where the reports are too
    /// few to be published, null where the incidents are.
    pub ratio: Option<f64>,
    /// Its 90 % interval. In simulated cities it holds the truth of a whole unit 88 to 98 % of the time,
    /// that of one topic 85 to 93 %.
    pub ratio_interval: Option<[f64; 2]>,
    /// Reports a day that an incident draws while it lasts; null where a count is not published.
    pub rate: Option<f64>,
    /// Mean days until somebody reports an incident.
    pub delay_days: Option<f64>,
    /// Its 90 % interval.
    pub delay_interval: Option<[f64; 2]>,
    /// Incidents with at least one report.
    pub n_incidents: CountLine,
    /// Reports after the first of each.
    pub n_duplicates: CountLine,
    /// Days during which they could come; null where a count is not published.
    pub exposure_days: Option<f64>,
}

impl SilenceCellLine {
    fn new(cell: &SilenceCell, seen: SilenceSeen) -> Self {
        let (ratio, delay) = (cell.ratio_interval, cell.delay_interval);
        let grain = seen.grain();
        let told = |value: f64, fine, coarse| match grain {
            Grain::Fine => Some(round(value, fine)),
            Grain::Coarse => Some(round(value, coarse)),
            Grain::Hidden => None,
        };
        let pair =
            |low, high, fine, coarse| Some([told(low, fine, coarse)?, told(high, fine, coarse)?]);
        let only_fine = |value, places| told(value, places, 0).filter(|_| grain == Grain::Fine);
        Self {
            unit: cell.unit.to_string(),
            topic: cell.topic.map(|topic| topic.code().to_owned()),
            verdict: cell.verdict.code().to_owned(),
            ratio: told(cell.ratio, 3, 1),
            ratio_interval: pair(ratio.low, ratio.high, 3, 1),
            rate: only_fine(cell.rate, 4),
            delay_days: told(cell.delay_days, 1, 0),
            delay_interval: pair(delay.low, delay.high, 1, 0),
            n_incidents: seen.n_incidents.into(),
            n_duplicates: seen.n_duplicates.into(),
            exposure_days: only_fine(cell.exposure_days, 1),
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
    /// The map, each cell as it may be seen.
    pub(crate) fn new(map: &SilenceMap, seen: impl Fn(&SilenceCell) -> SilenceSeen) -> Self {
        let cells = map.cells.iter();
        Self {
            period: map.period.code().to_owned(),
            day: map.day.to_string(),
            as_of: format_time(Period::of(map.period, map.day).end()),
            method_version: map.method_version.clone(),
            revision: map.revision,
            erratum: map.erratum.clone(),
            coverage: CoverageLine::from(&map.coverage),
            cells: cells
                .map(|cell| SilenceCellLine::new(cell, seen(cell)))
                .collect(),
        }
    }
}
