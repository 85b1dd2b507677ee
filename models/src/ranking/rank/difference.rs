//! Where a unit differs from the city (khác thành phố ở đâu).
//!
//! Mentions of a topic in a unit are compared with what the unit would have with the mix of all other
//! units. How far units differ in a topic at all is fitted over them (gamma-Poisson), and each ratio
//! is shrunk by that: a small ward with three tickets about trees is not three times as leafy.

use super::context::{RankContext, UnitTable};
use crate::domain::{Topic, UnitCode};
use crate::ranking::stats::GammaPrior;

/// Weight of “as elsewhere” at most, in mentions expected.
pub(super) const STRONGEST: f64 = 400.0;

/// A number for each topic.
pub(super) type ByTopic = [f64; Topic::ALL.len()];

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
    let own = counts_of(table);
    let expected = expected(&own, &context.unit_topics, topic);
    (own[topic.index()], expected)
}

/// Weighted mentions of a unit over the window, by topic.
pub(super) fn counts_of(table: &UnitTable) -> ByTopic {
    std::array::from_fn(|topic| table.history[topic] + table.today[topic])
}

/// What a unit would have of a topic with the mix of the others; 0 where they say nothing. `all` are
/// the sums of the unit and the others.
pub(super) fn expected(own: &ByTopic, all: &ByTopic, topic: Topic) -> f64 {
    let elsewhere = |topic: Topic| (all[topic.index()] - own[topic.index()]).max(0.0);
    let all_elsewhere = Topic::ALL.iter().map(|t| elsewhere(*t)).sum::<f64>();
    if all_elsewhere <= 0.0 {
        return 0.0;
    }
    own.iter().sum::<f64>() * elsewhere(topic) / all_elsewhere
}
