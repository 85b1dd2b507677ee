//! A unit beside the city and beside its kind, topic by topic, with what is sure and what is not.
//!
//! Every topic is told, the unclear too, so that a reader sees where the evidence ends. Each ratio is
//! gamma-Poisson, shrunk by how far units differ in the topic at all, fitted over those the unit is
//! compared with: the ratio of receipts ([`difference`](super::difference)) with a little more doubt.

use std::collections::BTreeMap;

use super::context::{RankContext, UnitTable};
use super::difference::{ByTopic, STRONGEST, counts_of, expected};
use crate::domain::{
    Estimate, Interval, Topic, TopicComparison, TopicRatio, UnitCode, UnitComparison, UnitKind,
    Verdict,
};
use crate::ranking::stats::{GammaPrior, gamma_quantile_within};

/// Version of the method of comparing.
pub const COMPARISON_VERSION: &str = "compare-1";

/// Largest weight of the kind against a unit's own mentions, in 10,000 inhabitants.
const MAX_PRIOR_POPULATION: f64 = 100.0;

/// Mentions expected from which a topic nobody spoke of is listed.
const TELLING_SILENCE: f64 = 3.0;

const N_TOPICS: usize = Topic::ALL.len();
type Priors = [GammaPrior; N_TOPICS];

/// The units compared with one another.
struct Peers {
    sums: ByTopic,
    n_units: usize,
    ratios: Priors,
    /// Mentions per 10,000 inhabitants; `None` where a population is missing.
    rates: Option<Priors>,
    people: Option<f64>,
}

/// Comparisons of every unit of a day, in the order of their codes.
pub(super) fn comparisons(context: &RankContext) -> Vec<UnitComparison> {
    let all = Peers::new(context.units.values());
    let mut kinds: BTreeMap<UnitKind, Peers> = BTreeMap::new();
    for table in context.units.values() {
        kinds.entry(table.kind).or_insert_with(|| {
            let of_kind = context.units.values();
            Peers::new(of_kind.filter(|other| other.kind == table.kind))
        });
    }
    let compared = context.units.iter().filter_map(|(unit, table)| {
        Some(compare(
            context,
            *unit,
            table,
            &all,
            kinds.get(&table.kind)?,
        ))
    });
    compared.collect()
}

fn people_of(table: &UnitTable) -> Option<f64> {
    let people = table.population.filter(|people| *people > 0);
    people.map(|people| f64::from(people) / 1e4)
}

impl Peers {
    fn new<'t>(tables: impl Iterator<Item = &'t UnitTable>) -> Self {
        let tables = tables.collect::<Vec<_>>();
        let counts = tables.iter().map(|table| counts_of(table));
        let counts = counts.collect::<Vec<_>>();
        let mut sums = [0.0; N_TOPICS];
        for own in &counts {
            for (sum, n) in sums.iter_mut().zip(own) {
                *sum += n;
            }
        }
        let people = tables.iter().map(|table| people_of(table));
        let people = people.collect::<Option<Vec<_>>>();
        let ratios = Topic::ALL.map(|topic| {
            let of_topic = counts
                .iter()
                .map(|own| (own[topic.index()], expected(own, &sums, topic)));
            let known = of_topic.filter(|(_, expected)| *expected > 0.0);
            GammaPrior::fit(&known.collect::<Vec<_>>(), STRONGEST)
        });
        let rates = people.as_ref().map(|people| {
            std::array::from_fn(|topic| {
                let of_topic = counts.iter().map(|own| own[topic]);
                let of_topic = of_topic.zip(people.iter().copied());
                GammaPrior::fit(&of_topic.collect::<Vec<_>>(), MAX_PRIOR_POPULATION)
            })
        });
        Self {
            sums,
            n_units: tables.len(),
            ratios,
            rates,
            people: people.map(|people| people.iter().sum()),
        }
    }

    fn ratio(&self, own: &ByTopic, topic: Topic) -> Option<TopicRatio> {
        let (at, expected) = (topic.index(), expected(own, &self.sums, topic));
        (self.n_units > 1 && expected > 0.0).then(|| TopicRatio {
            expected,
            ratio: estimate(cautious(self.ratios[at]).posterior(own[at], expected)),
        })
    }
}

/// The same mean with at least half a mention behind it. Where one unit says nearly everything of a
/// topic, the spread over units is without bound, and silence would be taken for certainty.
fn cautious(prior: GammaPrior) -> GammaPrior {
    const LEAST_SHAPE: f64 = 0.5;
    let share = (LEAST_SHAPE / prior.shape).max(1.0);
    GammaPrior {
        shape: prior.shape * share,
        rate: prior.rate * share,
    }
}

/// Thousands of them are made a day, and shown with two digits.
fn estimate(of: GammaPrior) -> Estimate {
    let at = |p: f64| gamma_quantile_within(of.shape, of.rate, p, 1e-5);
    Estimate {
        value: of.mean(),
        interval: Interval {
            low: at(0.05),
            high: at(0.95),
        },
    }
}

fn compare(
    context: &RankContext,
    unit: UnitCode,
    table: &UnitTable,
    all: &Peers,
    kind: &Peers,
) -> UnitComparison {
    let own = counts_of(table);
    let people = people_of(table);
    let of_topic = |topic: Topic| {
        let at = topic.index();
        let rest = all.people.zip(people).map(|(all, own)| all - own);
        TopicComparison {
            topic,
            n: own[at],
            city: all.ratio(&own, topic),
            kind: kind.ratio(&own, topic),
            per_10_000: people
                .zip(kind.rates.as_ref())
                .map(|(people, rates)| estimate(cautious(rates[at]).posterior(own[at], people))),
            city_per_10_000: rest
                .filter(|people| *people > 0.0)
                .map(|people| (all.sums[at] - own[at]).max(0.0) / people),
        }
    };
    let told = Topic::ALL.into_iter().filter(|topic| {
        let is_telling = || expected(&own, &all.sums, *topic) >= TELLING_SILENCE;
        own[topic.index()] > 0.0 || is_telling()
    });
    let mut topics = told.map(of_topic).collect::<Vec<_>>();
    topics.sort_by(|a, b| {
        order(a)
            .cmp(&order(b))
            .then(sureness(b).total_cmp(&sureness(a)))
            .then(a.topic.cmp(&b.topic))
    });
    UnitComparison {
        unit,
        kind: table.kind,
        day: context.day,
        revision: 1,
        method_version: COMPARISON_VERSION.to_owned(),
        n: own.iter().sum(),
        population: table.population,
        topics,
    }
}

/// More, less, unclear, unknown.
fn order(row: &TopicComparison) -> u8 {
    match row.city.map(|city| city.verdict()) {
        Some(Verdict::More) => 0,
        Some(Verdict::Less) => 1,
        Some(Verdict::Unclear) => 2,
        None => 3,
    }
}

/// How far the interval is from 1; among the unclear, how much was said.
fn sureness(row: &TopicComparison) -> f64 {
    match row.city {
        Some(city) if city.verdict() == Verdict::More => city.ratio.interval.low,
        Some(city) if city.verdict() == Verdict::Less => -city.ratio.interval.high,
        _ => row.n,
    }
}
