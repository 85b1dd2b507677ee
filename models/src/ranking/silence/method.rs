//! Reporting rates of the units of a kind: by topic for the kind, as a multiple of that for each unit, and
//! for each topic in it.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Interval, ReportingVerdict, SilenceCell, Topic, UnitCode};
use crate::ranking::stats::{GammaPrior, gamma_quantile};

/// Days of exposure that the rate of all topics is worth in that of one.
const TOPIC_PRIOR_DAYS: f64 = 10.0;

/// Largest weight of the kind, in expected reports.
const MAX_PRIOR_REPORTS: f64 = 200.0;

/// Least spread of multiples that is believed, in standard errors of the estimate where there is none.
const LEAST_SPREAD: f64 = 0.7;

/// Incidents from which something may be said, and how many times its lower bound the upper bound of a
/// multiple may be for it to be as elsewhere.
const MIN_INCIDENTS: u32 = 5;
const MAX_SPREAD: f64 = 2.0;

/// One incident that somebody reported.
#[derive(Clone, Copy, Debug)]
pub(super) struct Incident {
    pub topic: Topic,
    /// Reports after the first.
    pub n_further: u32,
    /// Days during which they could come.
    pub days: f64,
}

/// Reports of some incidents, beside what the kind would give.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    n_incidents: u32,
    n_further: u32,
    days: f64,
    expected: f64,
}

/// What is learned from the units of a kind.
pub(super) struct RateModel {
    /// Reports a day of an incident, by topic.
    of_topic: BTreeMap<Topic, f64>,
    overall: f64,
    /// How much wider than Poisson reports scatter: incidents are not alike.
    dispersion: f64,
    /// Multiples of units.
    units: GammaPrior,
    /// Multiples of topics within a unit, mean 1: their weight in reports.
    topic_weight: f64,
    /// The multiple of a typical topic of a unit beside that of its incidents.
    topic_level: f64,
    n_units: f64,
}

impl RateModel {
    pub(super) fn fit(
        units: &BTreeSet<UnitCode>,
        incidents: &BTreeMap<UnitCode, Vec<Incident>>,
    ) -> Self {
        let of_units = || incidents.iter().filter(|(unit, _)| units.contains(unit));
        let mut topics: BTreeMap<Topic, (f64, f64)> = BTreeMap::new();
        for incident in of_units().flat_map(|(_, incidents)| incidents) {
            let (n, days) = topics.entry(incident.topic).or_default();
            *n += f64::from(incident.n_further);
            *days += incident.days;
        }
        let n = topics.values().map(|(n, _)| n).sum::<f64>();
        let days = topics.values().map(|(_, days)| days).sum::<f64>();
        let overall = (n + 0.5) / (days + 5.0);
        let of_topic = topics.into_iter().map(|(topic, (n, days))| {
            let rate = (n + TOPIC_PRIOR_DAYS * overall) / (days + TOPIC_PRIOR_DAYS);
            (topic, rate)
        });
        let mut model = Self {
            of_topic: of_topic.collect(),
            overall,
            dispersion: 1.0,
            units: GammaPrior::with_mean(1.0, MAX_PRIOR_REPORTS),
            topic_weight: MAX_PRIOR_REPORTS,
            topic_level: 1.0,
            n_units: of_units().count() as f64,
        };
        let all = of_units().map(|(_, incidents)| incidents.as_slice());
        model.dispersion = model.dispersion_of(all);
        // Units without any incident say nothing of how units differ.
        let sums = of_units().map(|(_, incidents)| model.sum(incidents));
        let scaled = sums.map(|sum| model.scaled(sum, 1.0)).collect::<Vec<_>>();
        let typical = fit_units(&scaled);
        // Rates so far are those of an incident; readily reporting units have more of them. From here on
        // they are those of a unit.
        let level = typical.mean();
        model.units = GammaPrior::with_mean(1.0, typical.shape);
        model.overall *= level;
        model.of_topic.values_mut().for_each(|rate| *rate *= level);
        let units = of_units().map(|(_, incidents)| model.topics_of(incidents));
        let units = units.collect::<Vec<_>>();
        model.topic_weight = topic_weight(&units);
        model.topic_level = topic_level(&units, model.topic_weight);
        model
    }

    /// Variance over mean of the further reports of an incident, given the level of its unit and topic;
    /// at least 1. Around the level of the unit alone, what its topics differ in would pass for chance.
    fn dispersion_of<'a>(&self, units: impl Iterator<Item = &'a [Incident]>) -> f64 {
        let (mut scatter, mut expected) = (0.0, 0.0);
        for incidents in units.flat_map(|incidents| by_topic(incidents).into_values()) {
            let sum = self.sum(&incidents);
            if sum.n_incidents < 2 || sum.n_further == 0 {
                continue;
            }
            let level = f64::from(sum.n_further) / sum.days;
            for incident in &incidents {
                let mean = level * incident.days;
                scatter += (f64::from(incident.n_further) - mean).powi(2);
                // Its own part of the level is no scatter.
                expected += mean * (1.0 - incident.days / sum.days);
            }
        }
        if expected <= 0.0 {
            return 1.0;
        }
        (scatter / expected).max(1.0)
    }

    /// (multiple beside the unit's own, exposure) of each topic of a unit.
    fn topics_of(&self, incidents: &[Incident]) -> Vec<(f64, f64)> {
        let own = self.multiple(&self.sum(incidents)).mean();
        let by_topic = by_topic(incidents);
        let sums = by_topic.values().map(|incidents| self.sum(incidents));
        let scaled = sums.map(|sum| self.scaled(sum, own));
        scaled
            .map(|(n, exposure)| (n / exposure, exposure))
            .collect()
    }

    fn rate(&self, topic: Topic) -> f64 {
        self.of_topic.get(&topic).copied().unwrap_or(self.overall)
    }

    fn sum(&self, incidents: &[Incident]) -> Sum {
        incidents.iter().fold(Sum::default(), |sum, incident| Sum {
            n_incidents: sum.n_incidents + 1,
            n_further: sum.n_further + incident.n_further,
            days: sum.days + incident.days,
            expected: sum.expected + self.rate(incident.topic) * incident.days,
        })
    }

    /// (count, exposure) as if reports were Poisson.
    fn scaled(&self, sum: Sum, multiple: f64) -> (f64, f64) {
        let n = f64::from(sum.n_further) / self.dispersion;
        (n, (multiple * sum.expected / self.dispersion).max(1e-9))
    }

    /// The multiple of a unit.
    fn multiple(&self, sum: &Sum) -> GammaPrior {
        let (n, exposure) = self.scaled(*sum, 1.0);
        self.units.posterior(n, exposure)
    }

    /// The cells of a unit: over all topics, then topic by topic.
    pub(super) fn cells(
        &self,
        unit: UnitCode,
        incidents: Option<&Vec<Incident>>,
    ) -> Vec<SilenceCell> {
        let incidents = incidents.map_or(&[][..], Vec::as_slice);
        let sum = self.sum(incidents);
        let own = self.multiple(&sum);
        let by_topic = by_topic(incidents);
        // The logarithms of independent multiples add, and so do their variances: 1 / shape each. That
        // of a unit over all its topics rests on those that were heard of.
        let heard = by_topic.values().map(|of_topic| {
            let part = self.sum(of_topic).expected / sum.expected.max(1e-9);
            part * part / self.topic_weight
        });
        let of_topics = heard.sum::<f64>();
        let of_prior = self.doubt(&sum);
        let shape = 1.0 / (1.0 / own.shape + of_topics + of_prior);
        let mut cells = vec![self.cell(unit, None, &sum, own.mean(), shape)];
        for (topic, incidents) in by_topic {
            let sum = self.sum(&incidents);
            let (n, exposure) = self.scaled(sum, own.mean() * self.topic_level);
            let within = GammaPrior::with_mean(1.0, self.topic_weight).posterior(n, exposure);
            let of_unit = 1.0 / own.shape + of_topics + of_prior;
            let shape = 1.0 / (of_unit + 1.0 / within.shape);
            let multiple = own.mean() * within.mean();
            cells.push(self.cell(unit, Some(topic), &sum, multiple, shape));
        }
        cells
    }

    /// Variance of the logarithm of a unit's multiple that comes from fitting the prior, after Morris
    /// (1983): 2 B² (y − 1)² / (k − 3), with B the weight of the prior and y the unit's own multiple.
    fn doubt(&self, sum: &Sum) -> f64 {
        let (n, exposure) = self.scaled(*sum, 1.0);
        if sum.n_incidents == 0 {
            return 0.0;
        }
        let of_prior = self.units.rate / (self.units.rate + exposure);
        let off = (n / exposure - 1.0).clamp(-1.0, 1.0);
        2.0 * (of_prior * off).powi(2) / (self.n_units - 3.0).max(1.0)
    }

    fn cell(
        &self,
        unit: UnitCode,
        topic: Option<Topic>,
        sum: &Sum,
        ratio: f64,
        shape: f64,
    ) -> SilenceCell {
        let usual = match topic {
            Some(topic) => self.rate(topic) * self.topic_level,
            None if sum.days > 0.0 => sum.expected / sum.days,
            None => self.overall,
        };
        let bound = |p: f64| gamma_quantile(shape, shape / ratio, p).max(1e-6);
        let ratio_interval = Interval {
            low: bound(0.05),
            high: bound(0.95),
        };
        let delay = |multiple: f64| 1.0 / (multiple * usual).max(1e-6);
        SilenceCell {
            unit,
            topic,
            n_incidents: sum.n_incidents,
            n_duplicates: sum.n_further,
            exposure_days: sum.days,
            ratio,
            ratio_interval,
            rate: ratio * usual,
            delay_days: delay(ratio),
            delay_interval: Interval {
                low: delay(ratio_interval.high),
                high: delay(ratio_interval.low),
            },
            verdict: verdict(sum.n_incidents, ratio_interval),
        }
    }
}

/// The prior of units' multiples from (count, exposure) of each. A unit that reports readily has more
/// incidents on record, and so more exposure; so units count alike as far as each is known, by e / (e +
/// rate) (moments with the weights of DerSimonian and Laird 1986), not by their exposure.
fn fit_units(counts: &[(f64, f64)]) -> GammaPrior {
    let mut prior = GammaPrior::fit(counts, MAX_PRIOR_REPORTS);
    for _ in 0..30 {
        let weighed = counts
            .iter()
            .map(|(n, e)| (e / (e + prior.rate), n / e, *e));
        let all = weighed.clone().map(|(w, ..)| w).sum::<f64>();
        let squares = weighed.clone().map(|(w, ..)| w * w).sum::<f64>();
        if all * all - squares < 1e-9 {
            break;
        }
        let mean = weighed.clone().map(|(w, ratio, _)| w * ratio).sum::<f64>() / all;
        let scatter = weighed
            .clone()
            .map(|(w, ratio, _)| w * (ratio - mean).powi(2));
        let noise = weighed
            .clone()
            .map(|(w, _, e)| w * (1.0 - w / all) * mean / e);
        let freedom = all - squares / all;
        let spread = (scatter.sum::<f64>() - noise.sum::<f64>()) / freedom;
        // A spread below what noise alone would show is not known to be nothing.
        let error = weighed.map(|(w, _, e)| 2.0 * (w * mean / e).powi(2));
        let least = LEAST_SPREAD * error.sum::<f64>().sqrt() / freedom;
        let mean = mean.max(1e-3);
        let rate = mean / spread.max(least).max(mean / MAX_PRIOR_REPORTS);
        let rate = rate.max(0.1);
        prior = GammaPrior::with_mean(mean, rate);
    }
    prior
}

/// The weight, in reports, of the multiples of topics within their unit: one over their variance. Each unit
/// is measured around its own mean, so that neither what units differ in nor what was used up by that mean
/// is taken for it (moments, after DerSimonian and Laird 1986, pooled over units). The variance is taken
/// one standard error larger than it was found: who takes topics to be more alike than they are tells
/// too narrow an interval, and the estimate itself is uncertain.
fn topic_weight(units: &[Vec<(f64, f64)>]) -> f64 {
    let mut weight = MAX_PRIOR_REPORTS / 10.0;
    let mut doubtful = weight;
    for _ in 0..30 {
        let (mut scatter, mut noise, mut freedom, mut error) = (0.0, 0.0, 0.0, 0.0);
        for topics in units.iter().filter(|topics| topics.len() > 1) {
            let weighed = topics
                .iter()
                .map(|(multiple, exposure)| (exposure / (exposure + weight), *multiple, *exposure));
            let all = weighed.clone().map(|(w, ..)| w).sum::<f64>();
            if all <= 0.0 {
                continue;
            }
            let mean = weighed.clone().map(|(w, y, _)| w * y).sum::<f64>() / all;
            for (w, y, exposure) in weighed {
                scatter += w * (y - mean).powi(2);
                noise += w * (1.0 - w / all) * mean / exposure;
                freedom += w * (1.0 - w / all);
                error += 2.0 * (w / exposure).powi(2);
            }
        }
        if freedom < 1e-9 {
            return MAX_PRIOR_REPORTS;
        }
        let error = error.sqrt() / freedom;
        let spread = (scatter - noise) / freedom;
        let spread = spread
            .max(LEAST_SPREAD * error)
            .max(1.0 / MAX_PRIOR_REPORTS);
        weight = (1.0 / spread).max(0.1);
        doubtful = (1.0 / (spread + error)).max(0.1);
    }
    doubtful
}

/// The mean multiple of the topics of all units, each as far as it is known.
fn topic_level(units: &[Vec<(f64, f64)>], weight: f64) -> f64 {
    let topics = units.iter().flatten();
    let weighed = topics.map(|(multiple, exposure)| (exposure / (exposure + weight), *multiple));
    let all = weighed.clone().map(|(w, _)| w).sum::<f64>();
    if all <= 0.0 {
        return 1.0;
    }
    (weighed.map(|(w, y)| w * y).sum::<f64>() / all).max(1e-3)
}

fn by_topic(incidents: &[Incident]) -> BTreeMap<Topic, Vec<Incident>> {
    let mut by_topic: BTreeMap<Topic, Vec<Incident>> = BTreeMap::new();
    for incident in incidents {
        by_topic.entry(incident.topic).or_default().push(*incident);
    }
    by_topic
}

fn verdict(n_incidents: u32, ratio: Interval) -> ReportingVerdict {
    if n_incidents < MIN_INCIDENTS {
        ReportingVerdict::Unsure
    } else if ratio.high < 1.0 {
        ReportingVerdict::Quiet
    } else if ratio.low > 1.0 {
        ReportingVerdict::Ready
    } else if ratio.high <= MAX_SPREAD * ratio.low {
        ReportingVerdict::Usual
    } else {
        ReportingVerdict::Unsure
    }
}
