//! Ranking a period of several days: the same factors as a day's ranking, each over the period.
//!
//! [`PeriodContext`] reads the mentions of the period and of the 28 days before it once; the digest of
//! each scope is then made from its tables. The daily ranking knows nothing of it.

mod entry;
mod line;
mod receipt;

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::Date;
use rustc_hash::FxHashMap;

use self::line::{Line, burst_q_values};
use super::SourceTable;
use super::group::Links;
use super::marks::Place;
use super::rank::RankMethod;
use super::rank::context::{places_of, weight_of};
use super::rank::guard::{Suspect, Verdict, judge};
use super::story::first_prints;
use crate::domain::{
    AnnotatedMention, Concern, ConcernId, Coverage, Digest, DigestScope, Period, Topic, Unit,
    UnitCode, UnitKind,
};

/// Version of the method of ranking periods, beside that of the weights it shares with the day's.
pub const PERIOD_VERSION: &str = "period-1";

/// Days before the period that say what was to be expected of it.
pub const BEFORE_DAYS: i64 = 28;

const N_TOPICS: usize = Topic::ALL.len();

/// One mention of a concern, as the period counts it.
#[derive(Clone, Debug)]
struct Voice<'a> {
    mention: &'a AnnotatedMention,
    /// In the period; else in the days before.
    is_in: bool,
    day: Date,
    weight: f64,
    verdict: Verdict,
    outlet: u32,
}

/// A concern with its mentions, oldest first.
#[derive(Clone, Debug)]
struct Case<'a> {
    concern: &'a Concern,
    voices: Vec<Voice<'a>>,
}

/// What is known of one unit.
#[derive(Clone, Debug)]
struct Area {
    kind: UnitKind,
    population: Option<u32>,
    cases: Vec<usize>,
    alive: [u32; N_TOPICS],
    /// Weighted mentions by topic, of the period and the days before.
    topics: [f64; N_TOPICS],
}

/// Tables for ranking one period, shared by the digests of all scopes.
#[derive(Debug)]
pub struct PeriodContext<'a> {
    method: &'a RankMethod,
    period: Period,
    sources: &'a SourceTable,
    /// Days of the period, and of the days before it, that the record knows.
    days: (f64, f64),
    cases: Vec<Case<'a>>,
    areas: BTreeMap<UnitCode, Area>,
    outlets: Vec<&'a str>,
    /// Mean weighted mentions a day of an average unit, by kind and topic.
    kinds: BTreeMap<(UnitKind, Topic), f64>,
    /// Mean mentions of a unit of the kind.
    sizes: BTreeMap<UnitKind, f64>,
    city_topics: [f64; N_TOPICS],
    city_alive: [u32; N_TOPICS],
    negative_share: f64,
    burst_q: Vec<f64>,
}

impl<'a> PeriodContext<'a> {
    /// Reads grouped mentions of the period and the 28 days before it; others, noise and mentions
    /// without a time are passed over, and the order does not matter. `recorded_from` is the first
    /// day the record knows anything of. `units` are those of the last day.
    pub fn new(
        method: &'a RankMethod,
        period: Period,
        recorded_from: Date,
        mentions: &'a [AnnotatedMention],
        concerns: &'a [Concern],
        units: &[Unit],
        sources: &'a SourceTable,
    ) -> Self {
        let units = units.iter().filter(|unit| unit.is_valid_on(period.last()));
        let areas = units.map(|unit| {
            let area = Area {
                kind: unit.kind,
                population: unit.population,
                cases: Vec::new(),
                alive: [0; N_TOPICS],
                topics: [0.0; N_TOPICS],
            };
            (unit.code, area)
        });
        let mut context = Self {
            method,
            period,
            sources,
            days: known_days(period, recorded_from),
            cases: Vec::new(),
            areas: areas.collect(),
            outlets: Vec::new(),
            kinds: BTreeMap::new(),
            sizes: BTreeMap::new(),
            city_topics: [0.0; N_TOPICS],
            city_alive: [0; N_TOPICS],
            negative_share: 0.5,
            burst_q: Vec::new(),
        };
        context.read(mentions, concerns);
        context.count();
        context.fit();
        context.burst_q = burst_q_values(&context);
        context
    }

    /// The digest of a scope. Its revision is 1 and it has no erratum.
    pub fn digest(&self, scope: &DigestScope, coverage: &Coverage) -> Digest {
        entry::digest(self, scope, coverage)
    }

    /// Where a concern stands in a scope, also beyond the lines of its digest.
    pub fn place(&self, scope: &DigestScope, concern: &ConcernId) -> Place {
        entry::standing(self, scope, concern)
    }

    /// Calendar days of the period that the record knows.
    pub fn n_known_days(&self) -> u32 {
        self.days.0.ceil() as u32
    }

    fn read(&mut self, mentions: &'a [AnnotatedMention], concerns: &'a [Concern]) {
        let before = self.period.first().saturating_sub(BEFORE_DAYS.days());
        let links = Links::new(concerns);
        let known = concerns.iter().map(|concern| &concern.id);
        let known = known.collect::<BTreeSet<_>>();
        let mut by_id: BTreeMap<&ConcernId, Vec<&'a AnnotatedMention>> = BTreeMap::new();
        for mention in mentions {
            let at = mention.mention.published_at;
            let counts = at.is_some_and(|at| at < self.period.end())
                && mention.mention.day().is_some_and(|day| day >= before);
            if let (Some(id), true, true) =
                (&mention.concern, mention.annotation.is_concern, counts)
                && let Some(whole) = known.get(links.whole(id))
            {
                by_id.entry(whole).or_default().push(mention);
            }
        }
        let mut concerns = concerns.iter().collect::<Vec<_>>();
        concerns.sort_by(|a, b| a.id.cmp(&b.id));
        let mut numbers: FxHashMap<&'a str, u32> = FxHashMap::default();
        for concern in concerns {
            let Some(mut voices) = by_id.remove(&concern.id) else {
                continue;
            };
            voices.sort_by(|a, b| {
                let key = |m: &'a AnnotatedMention| (m.mention.published_at, &m.mention.id);
                key(a).cmp(&key(b))
            });
            voices.dedup_by(|a, b| a.mention.id == b.mention.id);
            let voices = self.voices(&voices, &mut numbers);
            self.cases.push(Case { concern, voices });
        }
    }

    fn voices(
        &mut self,
        mentions: &[&'a AnnotatedMention],
        numbers: &mut FxHashMap<&'a str, u32>,
    ) -> Vec<Voice<'a>> {
        let suspects = mentions
            .iter()
            .zip(first_prints(mentions))
            .map(|(mention, first_print)| Suspect {
                first_print,
                channel: mention.mention.channel,
                fingerprint: mention.annotation.fingerprint,
                published_at: mention.mention.published_at,
                long_enough: mention.mention.text.chars().take(60).count() == 60,
            })
            .collect::<Vec<_>>();
        let verdicts = judge(self.method, &suspects);
        let voices = mentions
            .iter()
            .zip(verdicts)
            .filter_map(|(&mention, verdict)| {
                let outlet = self.sources.outlet(&mention.mention.source);
                let number = *numbers.entry(outlet).or_insert_with(|| {
                    self.outlets.push(outlet);
                    self.outlets.len() as u32 - 1
                });
                let at = mention.mention.published_at?;
                Some(Voice {
                    mention,
                    is_in: self.period.contains(at),
                    day: mention.mention.day()?,
                    weight: weight_of(self.method, mention, verdict),
                    verdict,
                    outlet: number,
                })
            });
        voices.collect()
    }

    fn count(&mut self) {
        let (mut negative, mut n) = (0.0, 0.0);
        for (at, case) in self.cases.iter().enumerate() {
            let topic = case.concern.topic.index();
            if case.voices.iter().any(|voice| voice.is_in) {
                self.city_alive[topic] += 1;
            }
            for voice in &case.voices {
                self.city_topics[topic] += voice.weight;
                let read = &voice.mention.annotation.sentiment_probabilities;
                negative += f64::from(read.negative);
                n += 1.0;
                for (code, share) in places_of(voice.mention, case.concern) {
                    let Some(area) = self.areas.get_mut(&code) else {
                        continue;
                    };
                    if voice.is_in && area.cases.last() != Some(&at) {
                        area.cases.push(at);
                        area.alive[topic] += 1;
                    }
                    area.topics[topic] += voice.weight * share;
                }
            }
        }
        self.negative_share = (negative + 1.0) / (n + 2.0);
    }

    fn fit(&mut self) {
        let days = (self.days.0 + self.days.1).max(1.0);
        for kind in [UnitKind::Ward, UnitKind::Commune, UnitKind::SpecialZone] {
            let of_kind = self.areas.values().filter(|area| area.kind == kind);
            let of_kind = of_kind.collect::<Vec<_>>();
            let n = of_kind.len().max(1) as f64;
            for topic in Topic::ALL {
                let total = of_kind.iter().map(|area| area.topics[topic.index()]);
                self.kinds
                    .insert((kind, topic), total.sum::<f64>() / n / days);
            }
            let all = of_kind.iter().flat_map(|area| area.topics);
            self.sizes.insert(kind, all.sum::<f64>() / n);
        }
    }

    /// Concerns with a mention of the period in the scope, each with its mentions there.
    fn lines(&self, scope: &DigestScope) -> Vec<Line<'_, 'a>> {
        let all = 0..self.cases.len();
        let at: Vec<usize> = match scope {
            DigestScope::City => all.collect(),
            DigestScope::Unit(code) => self
                .areas
                .get(code)
                .map(|area| area.cases.clone())
                .unwrap_or_default(),
            DigestScope::Agency(agency) => all
                .filter(|&at| self.cases[at].concern.agencies.contains(agency))
                .collect(),
        };
        let lines = at.into_iter().map(|at| Line::new(self, scope, at));
        lines
            .filter(|line| line.voices.iter().any(|(voice, _)| voice.is_in))
            .collect()
    }

    fn area(&self, scope: &DigestScope) -> Option<&Area> {
        match scope {
            DigestScope::Unit(code) => self.areas.get(code),
            _ => None,
        }
    }

    /// Mean weighted mentions a day that a concern of a topic has in a scope.
    fn usual(&self, scope: &DigestScope, topic: Topic) -> f64 {
        let at = topic.index();
        let Some(area) = self.area(scope) else {
            let days = (self.days.0 + self.days.1).max(1.0);
            return self.city_topics[at] / days / f64::from(self.city_alive[at].max(1));
        };
        let mean = self.sizes.get(&area.kind).copied().unwrap_or_default();
        // Half of the evidence of size comes from the kind, as in the day's ranking.
        let prior = mean.mul_add(0.2, 1.0);
        let size = (area.topics.iter().sum::<f64>() + prior) / (mean + prior);
        let of_kind = self.kinds.get(&(area.kind, topic)).copied();
        of_kind.unwrap_or_default() * size / f64::from(area.alive[at].max(1))
    }
}

/// Days of the period and of the 28 before it from the first recorded day on.
fn known_days(period: Period, recorded_from: Date) -> (f64, f64) {
    let start = crate::domain::day_start(recorded_from);
    let days = |from: jiff::Timestamp, to: jiff::Timestamp| {
        (to.duration_since(from.max(start)).as_secs_f64() / 86_400.0).max(0.0)
    };
    let before = period.start() - jiff::SignedDuration::from_hours(24 * BEFORE_DAYS);
    (
        days(period.start(), period.end()),
        days(before, period.start()),
    )
}

#[cfg(test)]
mod tests;
