//! A value of an indicator, without its revision and erratum, which are columns.

use jiff::Timestamp;
use jiff::civil::Date;
use models::domain::{IndicatorValue, Interval, PeriodKind, ScoreScope};
use serde::{Deserialize, Serialize};

use super::numbers::Real;
use super::{Complaint, of_code};

/// `766.progress month city`.
pub(crate) fn value_text(value: &IndicatorValue) -> String {
    let (period, whose) = (value.period.code(), value.whose.code());
    format!("{} {period} {whose}", value.indicator)
}

/// See [`IndicatorValue`].
#[derive(Serialize, Deserialize)]
pub(crate) struct IndicatorShape {
    indicator: String,
    whose: String,
    period: String,
    day: String,
    value: Option<Real>,
    interval: Option<(Real, Real)>,
    n: Option<u64>,
    source: String,
    as_of: i64,
    version: String,
}

impl From<&IndicatorValue> for IndicatorShape {
    fn from(value: &IndicatorValue) -> Self {
        Self {
            indicator: value.indicator.clone(),
            whose: value.whose.code(),
            period: value.period.code().to_owned(),
            day: value.day.to_string(),
            value: value.value.map(Real),
            interval: value
                .interval
                .map(|interval| (Real(interval.low), Real(interval.high))),
            n: value.n,
            source: value.source.clone(),
            as_of: value.as_of.as_microsecond(),
            version: value.version.clone(),
        }
    }
}

impl IndicatorShape {
    pub(crate) fn into_value(
        self,
        revision: u32,
        erratum: Option<String>,
    ) -> Result<IndicatorValue, Complaint> {
        Ok(IndicatorValue {
            indicator: self.indicator,
            whose: of_code("scope", &self.whose, ScoreScope::from_code)?,
            period: of_code("period", &self.period, PeriodKind::from_code)?,
            day: self.day.parse::<Date>().map_err(|why| why.to_string())?,
            value: self.value.map(|real| real.0),
            interval: self.interval.map(|(low, high)| Interval {
                low: low.0,
                high: high.0,
            }),
            n: self.n,
            source: self.source,
            as_of: Timestamp::from_microsecond(self.as_of).map_err(|why| why.to_string())?,
            version: self.version,
            revision,
            erratum,
        })
    }
}
