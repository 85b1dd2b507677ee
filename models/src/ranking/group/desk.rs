//! What people at the desk say of concerns, as constraints of grouping (`docs/adr/014`): merged concerns
//! must stay together, mentions split away must stay apart, and an edited concern keeps its identity.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rustc_hash::FxHashMap;

use super::day::{Work, by_time};
use super::links::Links;
use super::parameters::GroupParameters;
use super::{Earlier, life};
use crate::domain::{
    AnnotatedMention, Concern, ConcernId, Correction, CorrectionChange, MentionId, standing,
};

/// The standing edits of concerns, in the words of grouping. The same edits in the same order give the
/// same constraints.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Constraints {
    /// Must-link: a concern and the one it goes into.
    into: BTreeMap<ConcernId, ConcernId>,
    /// Mentions split away and their concern.
    parts: BTreeMap<MentionId, ConcernId>,
    /// Cannot-link: concerns that the models never join, the lesser identifier first.
    apart: BTreeSet<(ConcernId, ConcernId)>,
    /// When each part was split away: what was said by then and not named is of another concern.
    split_at: BTreeMap<ConcernId, Timestamp>,
    /// Identity: mentions by which an edited concern is known on the day it is born.
    anchors: BTreeMap<MentionId, ConcernId>,
    contradictions: Vec<u64>,
}

impl Constraints {
    /// Those that count among all corrections. A mention that was split away twice is where it went last;
    /// a merge of what was merged already does nothing.
    pub fn of(corrections: &[Correction]) -> Self {
        let mut constraints = Self::default();
        for made in standing(corrections) {
            for (concern, mention) in &made.anchors {
                let known = constraints.anchors.entry(mention.clone());
                known.or_insert_with(|| concern.clone());
            }
            match &made.change {
                CorrectionChange::Merge(from, into) => constraints.merge(made.seq, from, into),
                CorrectionChange::Split(split) => {
                    let (one, other) = ordered(&split.from, &split.part);
                    constraints.apart.insert((one.clone(), other.clone()));
                    let part = split.part.clone();
                    constraints.split_at.insert(part, made.made_at);
                    for mention in &split.mentions {
                        let part = split.part.clone();
                        constraints.parts.insert(mention.clone(), part);
                    }
                }
                _ => {}
            }
        }
        constraints
    }

    fn merge(&mut self, seq: u64, from: &ConcernId, into: &ConcernId) {
        if self.whole(into) == self.whole(from) || self.into.contains_key(from) {
            self.contradictions.push(seq);
        } else {
            self.into.insert(from.clone(), into.clone());
        }
    }

    /// Numbers of merges that others contradict, so that they do nothing.
    pub fn contradictions(&self) -> &[u64] {
        &self.contradictions
    }

    /// Whether people said nothing that grouping must heed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The concern that one was merged into by the desk, at the end of all merges; itself when it was not.
    pub fn whole<'c>(&'c self, id: &'c ConcernId) -> &'c ConcernId {
        let mut at = id;
        // A merge that would close a circle is never taken in, so this ends.
        while let Some(next) = self.into.get(at) {
            at = next;
        }
        at
    }

    /// Concerns that the desk merged into one, directly or by others.
    pub fn merged_into<'c>(&'c self, id: &'c ConcernId) -> impl Iterator<Item = &'c ConcernId> {
        let merged = self.into.keys();
        merged.filter(move |from| self.whole(from) == id)
    }

    /// The concern a mention was split away to.
    pub fn part_of(&self, mention: &MentionId) -> Option<&ConcernId> {
        self.parts.get(mention)
    }

    /// The concern that is known by a mention on the day it is born.
    pub(super) fn anchored(&self, mention: &MentionId) -> Option<&ConcernId> {
        let is_away = self.parts.contains_key(mention);
        self.anchors.get(mention).filter(|_| !is_away)
    }

    /// Whether people brought others into a concern: it is not split by the models.
    fn holds(&self, id: &ConcernId) -> bool {
        self.into.values().any(|into| into == id)
    }

    /// Whether a merge speaks of a concern.
    fn names(&self, id: &ConcernId) -> bool {
        self.into.contains_key(id) || self.holds(id)
    }

    /// Concerns that were merged, with those they go into, in the order of their identifiers.
    fn merges(&self) -> impl Iterator<Item = (&ConcernId, &ConcernId)> {
        self.into.keys().map(|from| (from, self.whole(from)))
    }

    /// Joins the merged concerns among those of the evening before, as they stand at the start of a day.
    /// Gives those that changed.
    pub(super) fn join_known(
        &self,
        parameters: &GroupParameters,
        open: &mut [Concern],
        earlier: &mut FxHashMap<MentionId, Earlier>,
    ) -> BTreeSet<ConcernId> {
        let mut changed = BTreeSet::new();
        for (from, into) in self.merges() {
            let links = Links::new(open);
            let into = links.whole(into).clone();
            let find = |id: &ConcernId| open.iter().position(|concern| concern.id == *id);
            let (Some(part), Some(whole)) = (find(from), find(&into)) else {
                continue;
            };
            if part == whole || open[part].part_of.is_some() {
                continue;
            }
            let (joined, linked) = life::join_two(parameters, &open[whole], &open[part]);
            (open[whole], open[part]) = (joined, linked);
            changed.extend([from.clone(), into]);
        }
        if !changed.is_empty() {
            let links = Links::new(open);
            for earlier in earlier.values_mut() {
                earlier.concern = links.whole(&earlier.concern).clone();
            }
        }
        changed
    }
}

impl Work<'_> {
    /// Lets the names of joined concerns lead to the whole.
    pub(super) fn name_parts(&mut self, links: &Links) {
        for &at in &self.gone {
            let concern = self.clusters[at].concern.as_ref();
            let Some(id) = concern.map(|concern| &concern.id) else {
                continue;
            };
            if let Some(&whole) = self.by_id.get(links.whole(id)) {
                self.by_id.insert(id.clone(), whole);
            }
        }
    }

    /// The same for one that was joined today.
    pub(super) fn rename_part(&mut self, part: usize, whole: usize) {
        if self.constraints.is_empty() {
            return;
        }
        for at in self.by_id.values_mut().filter(|at| **at == part) {
            *at = whole;
        }
    }

    /// Where a concern gathers today, itself or what the desk merged it into.
    fn place_of(&self, id: &ConcernId) -> Option<usize> {
        let whole = self.constraints.whole(id);
        let found = self.by_id.get(whole).or_else(|| self.by_id.get(id));
        found.copied()
    }

    /// A bundle that people split away joins its concern, which is born with it when it is not there.
    pub(super) fn take_part(&mut self, bundle: usize) {
        let Some(part) = self.bundles[bundle].bound.clone() else {
            return;
        };
        if let Some(cluster) = self.place_of(&part) {
            self.join(bundle, cluster);
            return;
        }
        self.found(bundle);
        self.identify(self.clusters.len() - 1, part);
    }

    fn identify(&mut self, cluster: usize, id: ConcernId) {
        self.clusters[cluster].identity = Some(id.clone());
        self.by_id.insert(id, cluster);
    }

    /// Whether people split one of two clusters off the other, or a bundle of one was there when they
    /// split the other and was not named.
    pub(super) fn must_stay_apart(&self, a: usize, b: usize) -> bool {
        let is_barred = |from: usize, to: usize| {
            let mut bundles = self.clusters[from].bundles.iter();
            self.is_part(to) && bundles.any(|&bundle| self.is_barred(bundle, to))
        };
        let is_split = self.constraints.apart.iter().any(|(one, other)| {
            let pair = (self.place_of(one), self.place_of(other));
            pair == (Some(a), Some(b)) || pair == (Some(b), Some(a))
        });
        is_split || is_barred(a, b) || is_barred(b, a)
    }

    fn is_part(&self, cluster: usize) -> bool {
        let known = self.clusters[cluster].known_as();
        known.is_some_and(|id| self.constraints.split_at.contains_key(id))
    }

    /// Whether people split the part a cluster stands for away after a bundle was said, without naming it.
    pub(super) fn is_barred(&self, bundle: usize, cluster: usize) -> bool {
        let constraints = self.constraints;
        if constraints.split_at.is_empty() || self.bundles[bundle].is_fixed {
            return false;
        }
        let known = self.clusters[cluster].known_as();
        let split_at = known.and_then(|id| constraints.split_at.get(id));
        split_at.is_some_and(|at| self.bundles[bundle].profile.first_seen <= *at)
    }

    /// Whether people brought together what is in a cluster.
    pub(super) fn is_held_by_desk(&self, cluster: usize) -> bool {
        if self.constraints.is_empty() {
            return false;
        }
        let cluster = &self.clusters[cluster];
        let mut bundles = cluster.bundles.iter();
        let is_held = |id: &ConcernId| self.constraints.holds(id);
        cluster.known_as().is_some_and(is_held) || bundles.any(|&at| self.bundles[at].is_fixed)
    }

    /// Once the models have grouped the day: edited concerns that are born today get their identity, and
    /// merged ones become one.
    pub(super) fn heed_desk(&mut self, mentions: &[AnnotatedMention]) {
        if self.constraints.is_empty() {
            return;
        }
        for at in 0..self.clusters.len() {
            let cluster = &self.clusters[at];
            let is_born = cluster.known_as().is_none() && !cluster.bundles.is_empty();
            if !is_born || self.gone.contains(&at) {
                continue;
            }
            if let Some(id) = self.identity_of(at, mentions)
                && !self.by_id.contains_key(&id)
            {
                self.identify(at, id);
            }
        }
        let constraints = self.constraints;
        for (from, into) in constraints.merges() {
            let place = |id: &ConcernId| self.by_id.get(id).copied();
            let (Some(part), Some(whole)) = (place(from), place(into)) else {
                continue;
            };
            if part != whole {
                self.make_part(part, whole);
            }
        }
    }

    /// The identity by which people know a cluster that is born today.
    fn identity_of(&self, cluster: usize, mentions: &[AnnotatedMention]) -> Option<ConcernId> {
        let bundles = self.clusters[cluster].bundles.iter();
        let members = bundles.flat_map(|&at| &self.bundles[at].members);
        let mut members = members.copied().collect::<Vec<_>>();
        members.sort_by(|&a, &b| by_time(mentions, a, b));
        let id = |at: usize| &mentions[at].mention.id;
        let mut anchored = members
            .iter()
            .filter_map(|&at| self.constraints.anchored(id(at)));
        let known = anchored.next().cloned();
        known.or_else(|| {
            let own = life::identity_of(id(*members.first()?), self.day, 0);
            self.constraints.names(&own).then_some(own)
        })
    }
}

fn ordered<'c>(a: &'c ConcernId, b: &'c ConcernId) -> (&'c ConcernId, &'c ConcernId) {
    if a <= b { (a, b) } else { (b, a) }
}
