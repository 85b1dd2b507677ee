//! Profiles: what is compared when a mention looks for its concern. A mention, and a concern as the
//! sum of its mentions, have the same shape.

use jiff::Timestamp;
use rustc_hash::FxHashMap;

use super::terms::{TermCounts, TermKind, kind_of};
use crate::domain::{
    AnnotatedMention, Annotation, Channel, Concern, Scope, Sketch, Topic, UnitCode,
};

/// The comparable side of a mention or a concern.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Profile {
    /// (term, weight) sorted by term; weights of a concern are means over its mentions.
    pub terms: Vec<(u32, f32)>,
    /// Euclidean length of the words and pairs among the terms.
    pub norm: f32,
    /// (unit, weight), sorted by unit; empty when no unit is known.
    pub units: Vec<(UnitCode, f32)>,
    pub scope: Scope,
    /// (topic, share), heaviest first.
    pub topics: Vec<(Topic, f32)>,
    /// How sure the reading of the topic is, 0 to 1; what is hardly a concern has hardly a topic.
    pub topic_probability: f32,
    pub n_mentions: u32,
    pub n_tokens: usize,
    pub press: bool,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
}

/// What earlier days weigh at most against today, in mentions: a concern is about what is said of it
/// now, and weeks of small talk must not hold its topic and title against a flood.
const MEMORY_MENTIONS: u32 = 12;

impl Profile {
    /// The profile of one mention; `moment` is its time, or the start of the day when it has none.
    pub fn of_mention(
        mention: &AnnotatedMention,
        counts: &TermCounts,
        rarity: &impl Fn(u32) -> f32,
        max_terms: usize,
        moment: Timestamp,
    ) -> Self {
        let weighted = counts.counts.iter().map(|&(term, count)| {
            let weight = (1.0 + count.ln().max(0.0)) * rarity(term).powi(2);
            (term, weight)
        });
        let annotation = &mention.annotation;
        let mut units = annotation
            .placement
            .units
            .iter()
            .map(|unit| (unit.code, unit.weight))
            .collect::<Vec<_>>();
        units.sort_by_key(|(code, _)| *code);
        let terms = heaviest(weighted.collect(), max_terms);
        Self {
            norm: norm_of(&terms),
            terms,
            units,
            scope: annotation.placement.scope,
            topics: vec![(annotation.topic, 1.0)],
            topic_probability: topic_probability(annotation),
            n_mentions: 1,
            n_tokens: counts.n_tokens,
            press: mention.mention.channel == Channel::Press,
            first_seen: moment,
            last_seen: moment,
        }
    }

    /// The profile of a concern of earlier days.
    pub fn of_concern(concern: &Concern) -> Self {
        let mut terms = concern.sketch.terms.clone();
        terms.sort_unstable_by_key(|(term, _)| *term);
        let mut units = concern
            .units
            .iter()
            .map(|unit| (unit.code, unit.weight))
            .collect::<Vec<_>>();
        units.sort_by_key(|(code, _)| *code);
        Self {
            norm: norm_of(&terms),
            terms,
            units,
            scope: concern.scope,
            topics: vec![(concern.topic, 1.0)],
            topic_probability: 1.0,
            n_mentions: concern.sketch.n_mentions.clamp(1, MEMORY_MENTIONS),
            n_tokens: usize::MAX,
            press: false,
            first_seen: concern.first_seen,
            last_seen: concern.last_seen,
        }
    }

    /// Multiplies the weight of each term.
    pub fn reweigh(&mut self, factor: impl Fn(u32) -> f32) {
        for (term, weight) in &mut self.terms {
            *weight *= factor(*term);
        }
        self.norm = norm_of(&self.terms);
    }

    /// The sketch by which the concern is found again.
    pub fn sketch(&self) -> Sketch {
        let mut terms = self.terms.clone();
        terms.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        Sketch {
            terms,
            n_mentions: self.n_mentions,
        }
    }

    /// The mean of two profiles by their mentions; keeps the `max_terms` heaviest terms.
    pub fn absorb(&mut self, other: &Profile, max_terms: usize) {
        let (a, b) = (self.n_mentions as f32, other.n_mentions as f32);
        let (mine, theirs) = (a / (a + b), b / (a + b));
        self.terms = heaviest(mix(&self.terms, mine, &other.terms, theirs), max_terms);
        self.norm = norm_of(&self.terms);
        self.units = mix_units(self, mine, other, theirs);
        if self.scope != Scope::Unit
            && other.scope == Scope::Unit
            && other.n_mentions >= self.n_mentions
            || self.scope == Scope::Unknown
        {
            self.scope = other.scope;
        }
        self.topics = mix_topics(&self.topics, mine, &other.topics, theirs);
        self.topic_probability = self.topic_probability.max(other.topic_probability);
        self.n_mentions += other.n_mentions;
        self.n_tokens = self.n_tokens.saturating_add(other.n_tokens);
        self.press |= other.press;
        self.first_seen = self.first_seen.min(other.first_seen);
        self.last_seen = self.last_seen.max(other.last_seen);
    }

    /// The rarest, heaviest terms, by which candidates are looked up.
    pub fn lookup_terms(&self, n: usize) -> impl Iterator<Item = u32> {
        let mut terms = self
            .terms
            .iter()
            .filter(|(term, _)| matches!(kind_of(*term), TermKind::Word | TermKind::Pair))
            .copied()
            .collect::<Vec<_>>();
        terms.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        terms.truncate(n);
        terms.into_iter().map(|(term, _)| term)
    }

    /// What it is mostly about.
    pub fn topic(&self) -> Topic {
        self.topics
            .first()
            .map_or(Topic::Other, |(topic, _)| *topic)
    }

    /// The share of a topic, 0 to 1.
    pub fn topic_share(&self, topic: Topic) -> f32 {
        let found = self.topics.iter().find(|(own, _)| *own == topic);
        found.map_or(0.0, |(_, share)| *share)
    }

    /// The profile as it would be without a part that was absorbed: the inverse of [`Self::absorb`]
    /// but for terms that were cut.
    pub fn without(&self, part: &Profile) -> Profile {
        let (whole, gone) = (self.n_mentions as f32, part.n_mentions as f32);
        let left = (whole - gone).max(1.0);
        let mut rest = self.clone();
        let terms = mix(&self.terms, whole / left, &part.terms, -gone / left);
        rest.terms = terms.into_iter().filter(|(_, w)| *w > 1e-4).collect();
        rest.norm = norm_of(&rest.terms);
        rest.topics = mix_topics(&self.topics, whole / left, &part.topics, -gone / left);
        if !part.units.is_empty() {
            rest.units = mix_units(self, whole / left, part, -gone / left);
            rest.units.retain(|(_, weight)| *weight > 1e-3);
        }
        rest.n_mentions = left as u32;
        rest
    }

    /// The weight of a term, 0 when absent.
    pub fn weight(&self, term: u32) -> f32 {
        self.terms
            .binary_search_by_key(&term, |(term, _)| *term)
            .map_or(0.0, |at| self.terms[at].1)
    }
}

/// The topics are those of concerns: of what is noise the reading of the topic says little.
fn topic_probability(annotation: &Annotation) -> f32 {
    let sure = annotation.topic_probability.clamp(0.0, 1.0);
    sure * annotation.concern_probability.clamp(0.0, 1.0)
}

/// Euclidean length over words and pairs: names repeat them.
fn norm_of(terms: &[(u32, f32)]) -> f32 {
    terms
        .iter()
        .filter(|(term, _)| matches!(kind_of(*term), TermKind::Word | TermKind::Pair))
        .map(|(_, weight)| weight * weight)
        .sum::<f32>()
        .sqrt()
}

fn heaviest(mut terms: Vec<(u32, f32)>, max_terms: usize) -> Vec<(u32, f32)> {
    if terms.len() > max_terms {
        // Names of titles are few and tell most: they are kept before anything of the same weight.
        let rank = |(term, weight): &(u32, f32)| match kind_of(*term) {
            TermKind::TitleName => weight * 3.0,
            TermKind::Name => weight * 1.5,
            TermKind::Word | TermKind::Pair => *weight,
        };
        terms.sort_by(|a, b| rank(b).total_cmp(&rank(a)).then(a.0.cmp(&b.0)));
        terms.truncate(max_terms);
    }
    terms.sort_unstable_by_key(|(term, _)| *term);
    terms
}

fn mix(a: &[(u32, f32)], wa: f32, b: &[(u32, f32)], wb: f32) -> Vec<(u32, f32)> {
    let mut mixed = Vec::with_capacity(a.len() + b.len());
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        let ta = a.get(i).map_or(u32::MAX, |(term, _)| *term);
        let tb = b.get(j).map_or(u32::MAX, |(term, _)| *term);
        let mut weight = 0.0;
        if i < a.len() && ta <= tb {
            weight += a[i].1 * wa;
            i += 1;
        }
        if j < b.len() && tb <= ta {
            weight += b[j].1 * wb;
            j += 1;
        }
        mixed.push((ta.min(tb), weight));
    }
    mixed
}

/// Units weigh by the mentions that know their place: silence about the place takes nothing away.
fn mix_units(a: &Profile, wa: f32, b: &Profile, wb: f32) -> Vec<(UnitCode, f32)> {
    if b.units.is_empty() {
        return a.units.clone();
    }
    if a.units.is_empty() {
        return b.units.clone();
    }
    let mut weights: FxHashMap<UnitCode, f32> = FxHashMap::default();
    for (profile, share) in [(a, wa), (b, wb)] {
        for (code, weight) in &profile.units {
            *weights.entry(*code).or_default() += weight * share;
        }
    }
    let mut units = weights.into_iter().collect::<Vec<_>>();
    units.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    units.truncate(24);
    units.sort_by_key(|(code, _)| *code);
    units
}

fn mix_topics(a: &[(Topic, f32)], wa: f32, b: &[(Topic, f32)], wb: f32) -> Vec<(Topic, f32)> {
    let mut shares = a.iter().map(|(t, s)| (*t, s * wa)).collect::<Vec<_>>();
    for (topic, share) in b {
        match shares.iter_mut().find(|(own, _)| own == topic) {
            Some((_, own)) => *own += share * wb,
            None => shares.push((*topic, share * wb)),
        }
    }
    shares.retain(|(_, share)| *share > 1e-3);
    shares.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    shares.truncate(6);
    shares
}
