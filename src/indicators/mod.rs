//! Values of indicators: computed from what was scored, brought in from files, fetched from addresses.

mod feed;
mod rows;

use anyhow::{Context, Result};
use crawler::fetch::Request;
use indexer::archive::{Edition, Published};
use jiff::Timestamp;
use models::domain::{
    Estimate, Formula, Indicator, IndicatorSource, IndicatorValue, Interval, Period, ShadowScore,
    day_start,
};
use url::Url;

pub use feed::keep_fetching;
pub use rows::{Format, Known, Reading, read_rows};

use crate::pipeline::Pipeline;

/// The computed indicators of some scores, in their order.
pub fn computed(indicators: &[Indicator], scores: &[ShadowScore]) -> Vec<IndicatorValue> {
    let mut values = Vec::new();
    for indicator in indicators {
        let IndicatorSource::Formula(formula) = indicator.source else {
            continue;
        };
        let of_kind = scores
            .iter()
            .filter(|score| score.period == indicator.period && indicator.valid_from <= score.day);
        values.extend(of_kind.map(|score| value_of(indicator, formula, score)));
    }
    values
}

fn value_of(indicator: &Indicator, formula: Formula, score: &ShadowScore) -> IndicatorValue {
    let (official, answered, counts) = (&score.official, &score.answered, &score.counts);
    let estimated = |estimate: Option<Estimate>| {
        let interval = estimate.map(|estimate| estimate.interval);
        (estimate.map(|estimate| estimate.value), interval)
    };
    let counted = |value: Option<f64>| (value, None::<Interval>);
    let (value, interval) = match formula {
        Formula::OnTime => counted(official.on_time_pct),
        Formula::PetitionSatisfaction => counted(official.petitions_pct),
        Formula::ProcedureSatisfaction => counted(official.procedures_pct),
        Formula::SatisfactionPoints => counted(official.points),
        Formula::AnsweredSatisfaction => estimated(answered.petitions_pct),
        Formula::Held => estimated(answered.held_pct),
    };
    let n = match formula {
        Formula::OnTime | Formula::Held => counts.n_on_time + counts.n_late,
        Formula::PetitionSatisfaction => counts.petitions.n_closed(),
        Formula::ProcedureSatisfaction => counts.procedures.n_closed(),
        Formula::SatisfactionPoints => counts.n,
        Formula::AnsweredSatisfaction => counts.petitions.n_answered(),
    };
    let evening = score.day.tomorrow().map_or(Timestamp::MAX, day_start);
    IndicatorValue {
        indicator: indicator.id.clone(),
        whose: score.whose,
        period: score.period,
        day: score.day,
        value,
        interval,
        n: Some(n.into()),
        source: formula.code().to_owned(),
        as_of: evening.min(Period::of(score.period, score.day).end()),
        version: format!("{} {}", indicator.version, score.method_version),
        revision: 1,
        erratum: None,
    }
}

impl Pipeline {
    /// What bringing values in would do: how many are new, and how many say something else than what is
    /// published.
    pub fn foresee_values(&self, values: &[IndicatorValue]) -> Result<(usize, usize)> {
        let (mut n_new, mut n_changed) = (0, 0);
        for value in values {
            let known = self.archive.values_of(value.whose, value.day, value.day)?;
            let known = known
                .into_iter()
                .find(|known| known.indicator == value.indicator && known.period == value.period);
            match known {
                None => n_new += 1,
                Some(known) => {
                    let as_published = IndicatorValue {
                        revision: value.revision,
                        erratum: value.erratum.clone(),
                        ..known
                    };
                    n_changed += usize::from(as_published != *value);
                }
            }
        }
        Ok((n_new, n_changed))
    }

    /// Publishes values brought in; those that say something else become the next revision.
    pub fn publish_values(
        &self,
        values: &[IndicatorValue],
        erratum: &str,
        now: Timestamp,
    ) -> Result<Published> {
        Ok(self.archive.publish(&Edition {
            indicators: values,
            at: now,
            erratum: Some(erratum),
            ..Edition::default()
        })?)
    }

    /// Fetches the values of one indicator from its address and publishes them; nothing of an answer with
    /// a bad row. The address is one of an agreement, so robots.txt is not asked.
    pub async fn fetch_values(&self, indicator: &Indicator, now: Timestamp) -> Result<Published> {
        let IndicatorSource::Address(address) = &indicator.source else {
            return Ok(Published::default());
        };
        let url =
            Url::parse(address).context("địa chỉ không đọc được / cannot read the address")?;
        let answer = self
            .fetcher
            .fetch(&Request::json(url).by_agreement())
            .await?;
        let is_csv = answer
            .content_type()
            .is_some_and(|kind| kind.starts_with("text/csv"));
        let known = Known {
            indicators: std::slice::from_ref(indicator),
            has_unit: &|code, period| self.city.has_unit(code, period),
            now,
        };
        let format = if is_csv { Format::Csv } else { Format::Json };
        let reading = read_rows(&answer.body, format, address, &known);
        if let Some(fault) = reading.faults.first() {
            anyhow::bail!("{}: {fault}", indicator.id);
        }
        self.publish_values(&reading.values, "nguồn công bố số liệu khác", now)
    }
}
