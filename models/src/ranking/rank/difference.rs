//! Where a unit differs from the city (khác thành phố ở đâu).
//!
//! Mentions of a topic in a unit are compared with what the unit would have with the mix of all other
//! units. How far units differ in a topic at all is fitted over them (gamma-Poisson), and each ratio
//! is shrunk by that: a small ward with three tickets about trees is not three times as leafy.

use super::context::RankContext;
use crate::domain::{CityDifference, Interval, Topic, UnitCode};
use crate::ranking::stats::GammaPrior;

/// Weight of “as elsewhere” at most, in mentions expected.
const STRONGEST: f64 = 400.0;

/// For each topic, how the ratios of units are spread around 1.
pub(super) type RatioPriors = [GammaPrior; Topic::ALL.len()];

/// Fits the spread of the ratios of each topic over the units.
pub(super) fn ratio_priors(context: &RankContext) -> RatioPriors {
    Topic::ALL.map(|topic| {
        let counts = context
            .units
            .keys()
            .map(|unit| own_and_expected(context, *unit, topic));
        let counts = counts.filter(|(_, expected)| *expected > 0.0);
        GammaPrior::fit(&counts.collect::<Vec<_>>(), STRONGEST)
    })
}

/// Topics of a unit whose ratio is not 1 with 90 % certainty: those it speaks more of first, the
/// surest of each kind first.
pub(super) fn differences(context: &RankContext, unit: UnitCode) -> Vec<CityDifference> {
    let mut found = Vec::new();
    for topic in Topic::ALL {
        let (n, expected) = own_and_expected(context, unit, topic);
        if expected <= 0.0 {
            continue;
        }
        let ratio = context.ratio_priors[topic.index()].posterior(n, expected);
        let interval = Interval {
            low: ratio.quantile(0.05),
            high: ratio.quantile(0.95),
        };
        if interval.low > 1.0 || interval.high < 1.0 {
            found.push(CityDifference {
                topic,
                n,
                expected,
                ratio: ratio.mean(),
                interval,
            });
        }
    }
    let sureness = |d: &CityDifference| {
        if d.interval.low > 1.0 {
            d.interval.low
        } else {
            d.interval.high - 1.0
        }
    };
    found.sort_by(|a, b| {
        let (more_a, more_b) = (a.interval.low > 1.0, b.interval.low > 1.0);
        let sign = if more_a { 1.0 } else { -1.0 };
        more_b
            .cmp(&more_a)
            .then((sign * sureness(b)).total_cmp(&(sign * sureness(a))))
            .then(a.topic.cmp(&b.topic))
    });
    found
}

/// The ratio of a topic in a unit, shrunk; 1 where nothing is known.
pub(super) fn ratio(context: &RankContext, unit: UnitCode, topic: Topic) -> f64 {
    let (n, expected) = own_and_expected(context, unit, topic);
    let prior = context.ratio_priors[topic.index()];
    if expected > 0.0 {
        prior.posterior(n, expected).mean()
    } else {
        1.0
    }
}

/// Weighted mentions of a topic in a unit, and as many as it would have with the mix of the others.
fn own_and_expected(context: &RankContext, unit: UnitCode, topic: Topic) -> (f64, f64) {
    let Some(table) = context.units.get(&unit) else {
        return (0.0, 0.0);
    };
    let at = |topic: Topic| table.history[topic.index()] + table.today[topic.index()];
    let all = Topic::ALL.iter().map(|t| at(*t)).sum::<f64>();
    let elsewhere = |topic: Topic| (context.unit_topics[topic.index()] - at(topic)).max(0.0);
    let all_elsewhere = Topic::ALL.iter().map(|t| elsewhere(*t)).sum::<f64>();
    if all_elsewhere <= 0.0 {
        return (at(topic), 0.0);
    }
    (at(topic), all * elsewhere(topic) / all_elsewhere)
}
