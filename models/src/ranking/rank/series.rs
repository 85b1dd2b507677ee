//! Daily counts of a unit and topic, what they led to expect, and alerts where a day exceeds it.

use crate::domain::{Topic, UnitCode};
use crate::ranking::stats::{GammaPrior, benjamini_hochberg};

/// Days of history before the day itself.
pub const HISTORY_DAYS: usize = 27;

/// A unit and topic with more mentions than its history explains.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// Which unit.
    pub unit: UnitCode,
    /// Which topic.
    pub topic: Topic,
    /// Mentions of the day.
    pub n: f64,
    /// Mentions expected.
    pub expected: f64,
    /// Probability of so many without a change.
    pub p: f64,
    /// The same, adjusted over all series of the day.
    pub q: f64,
}

/// How the weekdays of the whole city differ from the mean day: factors by days back from the day
/// itself (0 = that day), each the mean of its weekday over the history, shrunk to 1.
///
/// `city[0]` is the day itself, `city[i]` the count i days before.
pub fn weekday_factors(city: &[f64]) -> Vec<f64> {
    const PRIOR_MENTIONS: f64 = 50.0;
    let history = city.get(1..).unwrap_or(&[]);
    let mean = history.iter().sum::<f64>() / history.len().max(1) as f64;
    let of_weekday = |back: usize| {
        let same = history.iter().skip((back + 6) % 7).step_by(7);
        let (sum, n) = same.fold((0.0, 0.0), |(sum, n), count| (sum + count, n + 1.0));
        if mean > 0.0 && n > 0.0 {
            (sum + PRIOR_MENTIONS) / (n * mean + PRIOR_MENTIONS)
        } else {
            1.0
        }
    };
    (0..city.len()).map(|back| of_weekday(back % 7)).collect()
}

/// The expectation of all series of one kind: a gamma prior of daily rates, fitted over the series.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesModel {
    /// Rates among the series of the kind, relative to the size of each.
    pub prior: GammaPrior,
    /// Exposure of each past day for the day itself, 1 = an average day.
    exposure: f64,
    today: f64,
}

impl SeriesModel {
    /// Fits the prior over series: (count over the history, size of the series), the size relative to
    /// an average series. `factors` are those of [`weekday_factors`].
    pub fn fit(histories: &[(f64, f64)], factors: &[f64], max_prior_days: f64) -> Self {
        let exposure = factors.iter().skip(1).sum::<f64>().max(1e-9);
        let counts = histories
            .iter()
            .map(|&(count, size)| (count, (exposure * size).max(1e-9)))
            .collect::<Vec<_>>();
        Self {
            prior: GammaPrior::fit(&counts, max_prior_days),
            exposure,
            today: factors.first().copied().unwrap_or(1.0),
        }
    }

    /// Distribution of a series' daily rate, given its history and size.
    pub fn posterior(&self, history: f64, size: f64) -> GammaPrior {
        // The prior is of rates per size: scaled to this series.
        let size = size.max(1e-9);
        let scaled = GammaPrior {
            shape: self.prior.shape,
            rate: self.prior.rate / size,
        };
        scaled.posterior(history, self.exposure)
    }

    /// Mentions expected of the day, and the probability of `n` or more.
    pub fn surprise(&self, history: f64, size: f64, n: f64) -> (f64, f64) {
        let posterior = self.posterior(history, size);
        (posterior.mean() * self.today, posterior.tail(n, self.today))
    }
}

/// Keeps the alerts that hold with the share of false ones allowed, most certain first.
pub(crate) fn keep_alerts(mut alerts: Vec<Alert>, n_series: usize, share: f64) -> Vec<Alert> {
    let p_values = alerts.iter().map(|alert| alert.p).collect::<Vec<_>>();
    for (alert, q) in alerts
        .iter_mut()
        .zip(benjamini_hochberg(&p_values, n_series))
    {
        alert.q = q;
    }
    alerts.retain(|alert| alert.q <= share);
    alerts.sort_by(|a, b| {
        let key = |alert: &Alert| (alert.unit, alert.topic);
        a.p.total_cmp(&b.p).then(key(a).cmp(&key(b)))
    });
    alerts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekdays_are_told_from_history_alone() {
        // Today is a Sunday in a city that is silent on Sundays.
        let city = (0..28)
            .map(|back| if back % 7 == 0 { 0.0 } else { 700.0 })
            .collect::<Vec<_>>();
        let factors = weekday_factors(&city);
        assert!(factors[0] < 0.1 && factors[7] < 0.1, "{factors:?}");
        assert!((factors[1] - 27.0 / 24.0).abs() < 0.05, "{factors:?}");
    }

    #[test]
    fn a_quiet_series_is_surprised_by_five_and_not_by_one() {
        let histories = vec![(4.0, 1.0); 100];
        let model = SeriesModel::fit(&histories, &[1.0; 28], 28.0);
        let (expected, p_five) = model.surprise(4.0, 1.0, 6.0);
        assert!((expected - 4.0 / 27.0).abs() < 0.05);
        assert!(p_five < 1e-4);
        assert!(model.surprise(4.0, 1.0, 1.0).1 > 0.05);
    }
}
