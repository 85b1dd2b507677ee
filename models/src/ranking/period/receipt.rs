//! Receipts of a period's lines.

use std::collections::BTreeMap;

use super::line::{Line, Scored, score};
use super::{PeriodContext, Voice};
use crate::domain::{Counterfactual, DigestScope, Receipt, Sentiment, SourceId, Topic};

/// Why a line of a scope has its rank; `all` holds the scores of the lines that are ranked.
pub(super) fn receipt(
    context: &PeriodContext,
    scope: &DigestScope,
    scored: &Scored,
    all: &[f64],
) -> Receipt {
    let line = &scored.line;
    let inside = line.inside().collect::<Vec<_>>();
    let coordinated = inside.iter().filter(|(voice, _)| voice.verdict.coordinated);
    let coordinated = coordinated.map(|(voice, _)| voice.mention.mention.id.clone());
    let coordinated = coordinated.collect::<Vec<_>>();
    let trusted = |(voice, _): &(&Voice, f64)| {
        context.sources.trust(&voice.mention.mention.source) > context.method.rumour_trust
    };
    let without = |left_out: &str, keep: &dyn Fn(&Voice) -> bool| {
        let (value, rank) = score_without(context, scope, line, keep, scored.score, all);
        Counterfactual {
            left_out: left_out.to_owned(),
            score: value,
            rank,
        }
    };
    let feeling = inside
        .iter()
        .map(|(voice, _)| voice.mention.annotation.sentiment);
    Receipt {
        feeling: Sentiment::count(feeling),
        by_source: by_source(&inside),
        without_biggest_source: biggest_outlet(&inside).map(|outlet| {
            let name = context.outlets[outlet as usize];
            without(name, &|voice| voice.outlet != outlet)
        }),
        without_coordinated: (!coordinated.is_empty())
            .then(|| without("coordinated", &|voice| !voice.verdict.coordinated)),
        coordinated,
        rumour: !inside.iter().any(trusted),
        burst_q: context.burst_q[line.at],
        expected: scored.expected,
        lift_over_city: lift(context, scope, context.cases[line.at].concern.topic),
        per_10_000: population(context, scope)
            .map(|population| f64::from(scored.n_mentions) * 1e4 / population),
        count_interval: scored.count,
    }
}

fn by_source(voices: &[(&Voice, f64)]) -> Vec<(SourceId, u32)> {
    let mut counts: BTreeMap<&SourceId, u32> = BTreeMap::new();
    for (voice, _) in voices {
        *counts.entry(&voice.mention.mention.source).or_default() += 1;
    }
    let mut counts = counts.into_iter().collect::<Vec<_>>();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let owned = counts.into_iter().map(|(source, n)| (source.clone(), n));
    owned.collect()
}

fn biggest_outlet(voices: &[(&Voice, f64)]) -> Option<u32> {
    let mut weights: BTreeMap<u32, f64> = BTreeMap::new();
    for (voice, share) in voices {
        *weights.entry(voice.outlet).or_default() += voice.weight * share;
    }
    let heaviest = weights.into_iter().max_by(|a, b| a.1.total_cmp(&b.1));
    heaviest.map(|(outlet, _)| outlet)
}

/// The score and the rank of a line when only some of its mentions count.
fn score_without(
    context: &PeriodContext,
    scope: &DigestScope,
    line: &Line,
    keep: &dyn Fn(&Voice) -> bool,
    own: f64,
    all: &[f64],
) -> (f64, Option<u32>) {
    let kept = line.voices.iter().filter(|(voice, _)| keep(voice)).copied();
    let rest = Line {
        at: line.at,
        voices: kept.collect(),
    };
    if rest.inside().next().is_none() {
        return (0.0, None);
    }
    let value = score(context, scope, rest).score;
    // One of the lines is this concern itself, as it stands.
    let above = all.iter().filter(|&&other| other > value).count();
    let above = above - usize::from(own > value);
    (value, Some(above as u32 + 1))
}

fn population(context: &PeriodContext, scope: &DigestScope) -> Option<f64> {
    match scope {
        DigestScope::Unit(code) => context.areas.get(code)?.population.map(f64::from),
        DigestScope::City => {
            let all = context.areas.values().map(|area| area.population);
            all.map(|people| people.map(f64::from)).sum::<Option<f64>>()
        }
        DigestScope::Agency(_) => None,
    }
    .filter(|population| *population > 0.0)
}

/// Share of a topic in the scope over its share in the city, after shrinkage to the city's mix.
fn lift(context: &PeriodContext, scope: &DigestScope, topic: Topic) -> f64 {
    const PRIOR_MENTIONS: f64 = 20.0;
    let Some(area) = context.area(scope) else {
        return 1.0;
    };
    let city = context.city_topics.iter().sum::<f64>();
    let expected = (context.city_topics[topic.index()] + 1e-9) / (city + 1e-9);
    let all = area.topics.iter().sum::<f64>();
    let own = (area.topics[topic.index()] + PRIOR_MENTIONS * expected) / (all + PRIOR_MENTIONS);
    own / expected
}
