//! The silence map of a period, without its revision and erratum, which are columns.

use jiff::civil::Date;
use models::domain::{
    Interval, PeriodKind, ReportingVerdict, SilenceCell, SilenceMap, Topic, UnitCode,
};
use serde::{Deserialize, Serialize};

use super::digest::CoverageShape;
use super::numbers::Real;
use super::{Complaint, of_code, unit_code};

/// See [`SilenceMap`].
#[derive(Serialize, Deserialize)]
pub(crate) struct SilenceShape {
    period: String,
    day: String,
    method_version: String,
    coverage: CoverageShape,
    cells: Vec<CellShape>,
}

#[derive(Serialize, Deserialize)]
struct CellShape {
    unit: u32,
    topic: Option<String>,
    /// Incidents, duplicates.
    n: [u32; 2],
    days: Real,
    /// Value, low, high.
    ratio: [Real; 3],
    rate: Real,
    /// Value, low, high.
    delay: [Real; 3],
    verdict: String,
}

fn three(value: f64, interval: Interval) -> [Real; 3] {
    [Real(value), Real(interval.low), Real(interval.high)]
}

fn interval([_, low, high]: &[Real; 3]) -> Interval {
    Interval {
        low: low.0,
        high: high.0,
    }
}

impl From<&SilenceMap> for SilenceShape {
    fn from(map: &SilenceMap) -> Self {
        let cells = map.cells.iter().map(|cell| CellShape {
            unit: UnitCode::number(cell.unit),
            topic: cell.topic.map(|topic| topic.code().to_owned()),
            n: [cell.n_incidents, cell.n_duplicates],
            days: Real(cell.exposure_days),
            ratio: three(cell.ratio, cell.ratio_interval),
            rate: Real(cell.rate),
            delay: three(cell.delay_days, cell.delay_interval),
            verdict: cell.verdict.code().to_owned(),
        });
        Self {
            period: map.period.code().to_owned(),
            day: map.day.to_string(),
            method_version: map.method_version.clone(),
            coverage: CoverageShape::from(&map.coverage),
            cells: cells.collect(),
        }
    }
}

impl SilenceShape {
    pub(crate) fn into_map(
        self,
        revision: u32,
        erratum: Option<String>,
    ) -> Result<SilenceMap, Complaint> {
        let cells = self.cells.into_iter().map(|cell| {
            let topic = cell.topic.as_deref();
            let topic = topic.map(|code| of_code("topic", code, Topic::from_code));
            Ok(SilenceCell {
                unit: unit_code(cell.unit)?,
                topic: topic.transpose()?,
                n_incidents: cell.n[0],
                n_duplicates: cell.n[1],
                exposure_days: cell.days.0,
                ratio: cell.ratio[0].0,
                ratio_interval: interval(&cell.ratio),
                rate: cell.rate.0,
                delay_days: cell.delay[0].0,
                delay_interval: interval(&cell.delay),
                verdict: of_code("verdict", &cell.verdict, ReportingVerdict::from_code)?,
            })
        });
        Ok(SilenceMap {
            period: of_code("period", &self.period, PeriodKind::from_code)?,
            day: self.day.parse::<Date>().map_err(|why| why.to_string())?,
            revision,
            erratum,
            method_version: self.method_version,
            coverage: self.coverage.into(),
            cells: cells.collect::<Result<_, Complaint>>()?,
        })
    }
}
