//! Clusters one day: bundles look for their concern, young clusters merge, misfits move and drifting
//! concerns split.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::background::Background;
use super::bundle::{Bundle, bundle, is_grouped, moment_of};
use super::common::CommonWords;
use super::desk::Constraints;
use super::index::CandidateIndex;
use super::links::Links;
use super::parameters::GroupParameters;
use super::profile::Profile;
use super::similarity::features;
use super::terms::count_terms;
use super::{Earlier, days_between};
use crate::domain::{
    AnnotatedMention, Concern, ConcernId, MentionId, UnitCode, day_in_vietnam, day_start,
};

/// A concern of earlier days, a new one, or both: what the day's bundles gather in.
#[derive(Clone, Debug)]
pub(super) struct Cluster {
    /// The concern as it stood the day before; `None` when it is born today.
    pub concern: Option<Concern>,
    /// Positions of today's members in the day's mentions.
    pub members: Vec<usize>,
    /// Earlier mentions and today's as one.
    pub profile: Profile,
    /// Concerns of earlier days that turned out to be part of this one, as they stood the day before.
    pub parts: Vec<Concern>,
    /// The identity that people gave it, where it is born today.
    pub identity: Option<ConcernId>,
    pub(super) bundles: Vec<usize>,
    base: Option<Profile>,
}

impl Cluster {
    /// Its identity so far.
    pub fn known_as(&self) -> Option<&ConcernId> {
        let known = self.concern.as_ref().map(|concern| &concern.id);
        known.or(self.identity.as_ref())
    }
}

/// Clusters the day's mentions with the open concerns. Clusters of earlier concerns come first, in
/// the order given, members or not.
pub(super) fn cluster_day(
    parameters: &GroupParameters,
    day: Date,
    mentions: &[AnnotatedMention],
    open: Vec<Concern>,
    earlier: &FxHashMap<MentionId, Earlier>,
    constraints: &Constraints,
) -> Vec<Cluster> {
    let mut bundles = bundles_of(parameters, day, mentions, earlier, constraints);
    if parameters.common_after > 0.0 {
        let common = CommonWords::of(&open, day, parameters.common_after);
        for bundle in &mut bundles {
            common.dampen(&mut bundle.profile);
        }
    }
    let mut work = Work::new(parameters, day, bundles, open, constraints);
    work.assign_all();
    work.merge_young();
    for _ in 0..2 {
        work.move_misfits();
    }
    work.split_drifting();
    work.merge_young();
    work.join_known();
    work.heed_desk(mentions);
    work.finish()
}

/// The day's mentions as bundles, in order of time and identifier.
pub(super) fn bundles_of(
    parameters: &GroupParameters,
    day: Date,
    mentions: &[AnnotatedMention],
    earlier: &FxHashMap<MentionId, Earlier>,
    constraints: &Constraints,
) -> Vec<Bundle> {
    let start = day_start(day);
    let mut order = (0..mentions.len())
        .filter(|&at| is_grouped(parameters, &mentions[at]))
        .collect::<Vec<_>>();
    order.sort_by(|&a, &b| {
        let key = |at: usize| (moment_of(&mentions[at], start), &mentions[at].mention.id);
        key(a).cmp(&key(b)).then(a.cmp(&b))
    });
    let counts = order
        .iter()
        .map(|&at| count_terms(&mentions[at].mention))
        .collect::<Vec<_>>();
    let today = Background::count(counts.iter().map(|counts| counts.counts.as_slice()), 1);
    let rarity = |term: u32| parameters.background.rarity(&today, term);
    let profiles = order
        .iter()
        .zip(&counts)
        .map(|(&at, counts)| {
            let moment = moment_of(&mentions[at], start);
            Profile::of_mention(
                &mentions[at],
                counts,
                &rarity,
                parameters.mention_terms,
                moment,
            )
        })
        .collect::<Vec<_>>();
    bundle(
        parameters,
        mentions,
        &order,
        &profiles,
        earlier,
        constraints,
    )
}

fn voices_of(bundles: &[Bundle]) -> FxHashMap<UnitCode, f32> {
    let mut voices = FxHashMap::default();
    for (code, weight) in bundles.iter().flat_map(|bundle| &bundle.profile.units) {
        *voices.entry(*code).or_default() += weight;
    }
    voices
}

/// Bundles of a cluster that are asked whether it is one with another.
const LINKAGE_BUNDLES: usize = 12;

/// Log-odds beyond which one bundle's vote counts no more.
const LINKAGE_CAP: f32 = 5.0;

/// How much less likely, in log-odds, the parts must be one to be split where the concern is of earlier
/// days or of short voices: only articles have words enough to tell themselves apart at once.
const HELD_BONUS: f32 = 3.0;

/// Bundles that each part of a split must have.
const MIN_PART: usize = 2;

/// Bundles of a day up to which a cluster is examined for a split; larger ones are left alone, which
/// bounds the work.
const MAX_SPLIT: usize = 400;

pub(super) struct Work<'a> {
    parameters: &'a GroupParameters,
    pub(super) constraints: &'a Constraints,
    pub(super) day: Date,
    pub(super) bundles: Vec<Bundle>,
    pub(super) clusters: Vec<Cluster>,
    /// Cluster of each bundle.
    home: Vec<usize>,
    index: CandidateIndex,
    /// The day's bundles of each unit.
    voices: FxHashMap<UnitCode, f32>,
    pub(super) by_id: FxHashMap<ConcernId, usize>,
    /// (cluster, the cluster it was merged into), in order.
    merged: Vec<(usize, usize)>,
    /// Clusters that a bundle left.
    left: BTreeSet<usize>,
    /// Clusters of concerns that are part of another one, since today or before.
    pub(super) gone: BTreeSet<usize>,
}

impl<'a> Work<'a> {
    fn new(
        parameters: &'a GroupParameters,
        day: Date,
        bundles: Vec<Bundle>,
        open: Vec<Concern>,
        constraints: &'a Constraints,
    ) -> Self {
        let mut work = Self {
            parameters,
            constraints,
            day,
            home: vec![usize::MAX; bundles.len()],
            voices: voices_of(&bundles),
            bundles,
            clusters: Vec::new(),
            index: CandidateIndex::default(),
            by_id: FxHashMap::default(),
            merged: Vec::new(),
            left: BTreeSet::new(),
            gone: BTreeSet::new(),
        };
        let links = Links::new(&open);
        for concern in open {
            let profile = Profile::of_concern(&concern);
            let at = work.clusters.len();
            let quiet = days_between(day_in_vietnam(concern.last_seen), day);
            if concern.part_of.is_some() {
                work.gone.insert(at);
            } else {
                work.by_id.insert(concern.id.clone(), at);
                if quiet <= i32::from(parameters.forget_after_days) {
                    work.index.add(at as u32, &profile);
                }
            }
            work.clusters.push(Cluster {
                concern: Some(concern),
                parts: Vec::new(),
                members: Vec::new(),
                identity: None,
                base: Some(profile.clone()),
                profile,
                bundles: Vec::new(),
            });
        }
        work.name_parts(&links);
        work
    }

    /// Every bundle joins the concern it is bound to, the best one above the threshold, or a new one.
    fn assign_all(&mut self) {
        for bundle in 0..self.bundles.len() {
            if self.bundles[bundle].is_fixed {
                self.take_part(bundle);
                continue;
            }
            let bound = self.bundles[bundle].bound.as_ref();
            let found = bound.and_then(|id| self.by_id.get(id)).copied();
            let found = found.filter(|&cluster| !self.is_barred(bundle, cluster));
            let found = found.or_else(|| {
                let best = self.best_cluster(bundle, None)?;
                (best.1 >= self.parameters.join_log_odds).then_some(best.0)
            });
            match found {
                Some(cluster) => self.join(bundle, cluster),
                None => self.found(bundle),
            }
        }
    }

    /// The candidate that fits best, with its log-odds.
    fn best_cluster(&self, bundle: usize, except: Option<usize>) -> Option<(usize, f32)> {
        let profile = &self.bundles[bundle].profile;
        let candidates = self.index.candidates(
            profile,
            self.parameters.max_candidates,
            self.parameters.max_postings,
        );
        candidates
            .into_iter()
            .map(|cluster| cluster as usize)
            .filter(|&cluster| Some(cluster) != except && !self.is_empty(cluster))
            .filter(|&cluster| !self.is_barred(bundle, cluster))
            .map(|cluster| {
                (
                    cluster,
                    self.log_odds(profile, &self.clusters[cluster].profile),
                )
            })
            .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
    }

    fn log_odds(&self, a: &Profile, b: &Profile) -> f32 {
        self.parameters.weights.log_odds(&features(a, b)) - self.crowding(a)
    }

    /// How much less likely, in log-odds, two voices of a place are of one concern because many speak
    /// there: the model was learned where few do.
    fn crowding(&self, profile: &Profile) -> f32 {
        let n_voices = profile
            .units
            .iter()
            .map(|(code, weight)| weight * self.voices.get(code).copied().unwrap_or(0.0))
            .sum::<f32>();
        let usual = self.parameters.usual_voices.max(1.0);
        let crowd = self.parameters.crowd_weight * (n_voices / usual).max(1.0).ln();
        crowd.min(self.parameters.crowd_max)
    }

    fn is_empty(&self, cluster: usize) -> bool {
        let is_gone = self.gone.contains(&cluster);
        let cluster = &self.clusters[cluster];
        is_gone || cluster.base.is_none() && cluster.bundles.is_empty()
    }

    pub(super) fn join(&mut self, bundle: usize, cluster: usize) {
        let profile = &self.bundles[bundle].profile;
        self.clusters[cluster]
            .profile
            .absorb(profile, self.parameters.sketch_terms);
        self.clusters[cluster].bundles.push(bundle);
        self.index.add(cluster as u32, profile);
        self.home[bundle] = cluster;
    }

    pub(super) fn found(&mut self, bundle: usize) {
        let at = self.clusters.len();
        let profile = self.bundles[bundle].profile.clone();
        self.index.add(at as u32, &profile);
        self.clusters.push(Cluster {
            concern: None,
            parts: Vec::new(),
            members: Vec::new(),
            identity: None,
            base: None,
            profile,
            bundles: vec![bundle],
        });
        self.home[bundle] = at;
    }

    /// Clusters born today join others they turn out to be one with; the smaller goes into the
    /// larger or older one.
    fn merge_young(&mut self) {
        let young = |cluster: &Cluster| {
            cluster.base.is_none() && cluster.identity.is_none() && !cluster.bundles.is_empty()
        };
        let mut queue = (0..self.clusters.len())
            .filter(|&at| young(&self.clusters[at]))
            .collect::<Vec<_>>();
        queue.sort_by_key(|&at| (self.clusters[at].profile.n_mentions, at));
        for cluster in queue {
            let best = self
                .others(cluster)
                .map(|other| (other, self.mutual_log_odds(cluster, other)))
                .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
            if let Some((other, log_odds)) = best
                && log_odds >= self.parameters.merge_log_odds
            {
                self.merge(cluster, other);
            }
        }
    }

    /// Concerns of the last days that today's mentions show to be one are joined: the older keeps its
    /// identity and gets what was said of the younger, which leaves a link. Only a young concern is
    /// ever joined, and only on a day on which something is said of it.
    fn join_known(&mut self) {
        let is_young = |cluster: &Cluster| {
            let concern = cluster.concern.as_ref();
            concern.is_some_and(|concern| {
                let age = days_between(day_in_vietnam(concern.first_seen), self.day);
                age <= i32::from(self.parameters.join_days)
            })
        };
        let heard = (0..self.clusters.len()).filter(|&at| {
            let cluster = &self.clusters[at];
            cluster.base.is_some() && !cluster.bundles.is_empty()
        });
        let mut heard = heard.collect::<Vec<_>>();
        heard.sort_by_key(|&at| (self.clusters[at].profile.n_mentions, at));
        let young = heard.iter().map(|&at| is_young(&self.clusters[at]));
        let young = young.collect::<Vec<_>>();
        for (cluster, is_young) in heard.into_iter().zip(young) {
            if self.gone.contains(&cluster) || !is_young {
                continue;
            }
            let known = |other: &usize| self.clusters[*other].base.is_some();
            let best = self
                .others(cluster)
                .filter(known)
                .map(|other| (other, self.mutual_log_odds(cluster, other)))
                .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
            if let Some((other, log_odds)) = best
                && log_odds >= self.parameters.known_log_odds
            {
                self.join_concerns(cluster, other);
            }
        }
    }

    fn others(&self, cluster: usize) -> impl Iterator<Item = usize> {
        let candidates = self.index.candidates(
            &self.clusters[cluster].profile,
            self.parameters.max_candidates,
            self.parameters.max_postings,
        );
        let others = candidates.into_iter().map(|other| other as usize);
        others.filter(move |&other| {
            other != cluster && !self.is_empty(other) && !self.must_stay_apart(cluster, other)
        })
    }

    fn join_concerns(&mut self, a: usize, b: usize) {
        let age = |at: usize| {
            let concern = self.clusters[at].concern.as_ref();
            concern.map(|concern| (concern.first_seen, concern.id.clone()))
        };
        let (part, whole) = if age(a) < age(b) { (b, a) } else { (a, b) };
        self.make_part(part, whole);
    }

    /// Gives a cluster all that another has of today and of before.
    pub(super) fn make_part(&mut self, part: usize, whole: usize) {
        self.merge(part, whole);
        if let Some(base) = self.clusters[part].base.clone() {
            self.index.add(whole as u32, &base);
            self.clusters[whole]
                .profile
                .absorb(&base, self.parameters.sketch_terms);
        }
        let parts = std::mem::take(&mut self.clusters[part].parts);
        let own = self.clusters[part].concern.take();
        self.clusters[whole].parts.extend(parts);
        self.clusters[whole].parts.extend(own);
        self.gone.insert(part);
        self.rename_part(part, whole);
    }

    /// Mean log-odds of the bundles of each with the whole of the other: one mention that speaks of
    /// both does not make them one.
    fn mutual_log_odds(&self, a: usize, b: usize) -> f32 {
        f32::midpoint(self.linkage(a, b), self.linkage(b, a))
    }

    fn linkage(&self, from: usize, to: usize) -> f32 {
        let (from, to) = (&self.clusters[from], &self.clusters[to].profile);
        if from.bundles.is_empty() {
            return self.log_odds(&from.profile, to);
        }
        let step = from.bundles.len().div_ceil(LINKAGE_BUNDLES);
        let sample = from.bundles.iter().step_by(step);
        let n = sample.len() as f32;
        let log_odds = sample.map(|&at| self.log_odds(&self.bundles[at].profile, to));
        log_odds
            .map(|value| value.clamp(-LINKAGE_CAP, LINKAGE_CAP))
            .sum::<f32>()
            / n
    }

    pub(super) fn merge(&mut self, from: usize, to: usize) {
        let moved = std::mem::take(&mut self.clusters[from].bundles);
        self.merged.push((from, to));
        for bundle in moved {
            self.join(bundle, to);
        }
    }

    /// Bundles that fit another concern clearly better move there; those that fit nowhere found one.
    fn move_misfits(&mut self) {
        self.find_misfits();
        for cluster in std::mem::take(&mut self.left) {
            self.rebuild(cluster);
        }
    }

    fn find_misfits(&mut self) {
        for bundle in 0..self.bundles.len() {
            let home = self.home[bundle];
            let alone =
                self.clusters[home].bundles.len() == 1 && self.clusters[home].base.is_none();
            let is_fixed = self.bundles[bundle].is_fixed;
            let is_bound = self.bundles[bundle].bound.is_some();
            if is_fixed || is_bound && self.clusters[home].base.is_some() {
                continue;
            }
            let stay = if alone {
                self.parameters.join_log_odds
            } else {
                let profile = &self.bundles[bundle].profile;
                let rest = self.clusters[home].profile.without(profile);
                self.log_odds(profile, &rest)
            };
            let best = self.best_cluster(bundle, Some(home));
            let margin = self.parameters.move_margin;
            let bar = stay.max(self.parameters.join_log_odds) + margin;
            match best {
                Some((other, log_odds)) if log_odds > bar => self.relocate(bundle, Some(other)),
                _ if !alone && stay < self.parameters.join_log_odds - 2.0 * margin => {
                    self.relocate(bundle, None);
                }
                _ => {}
            }
        }
    }

    /// Takes a bundle out of its cluster; the cluster's profile is made anew at the end of the pass.
    fn relocate(&mut self, bundle: usize, to: Option<usize>) {
        let home = self.home[bundle];
        self.clusters[home].bundles.retain(|other| *other != bundle);
        let rest = self.clusters[home]
            .profile
            .without(&self.bundles[bundle].profile);
        self.clusters[home].profile = rest;
        self.left.insert(home);
        match to {
            Some(cluster) => self.join(bundle, cluster),
            None => self.found(bundle),
        }
    }

    /// Clusters whose bundles of today fall into two parts that hardly know each other are split. The
    /// part nearer to what the concern was before keeps it; without a before, the larger part.
    fn split_drifting(&mut self) {
        for cluster in 0..self.clusters.len() {
            let n = self.clusters[cluster].bundles.len();
            if !(2 * MIN_PART..=MAX_SPLIT).contains(&n) || self.is_held_by_desk(cluster) {
                continue;
            }
            let (stay, leave) = self.halves(cluster);
            if leave.len() < MIN_PART || stay.len() < MIN_PART {
                continue;
            }
            let (a, b) = (self.profile_of(&stay), self.profile_of(&leave));
            let votes = |part: &[usize], other: &Profile| {
                let votes = part
                    .iter()
                    .map(|&at| self.log_odds(&self.bundles[at].profile, other));
                let capped = votes.map(|vote| vote.clamp(-LINKAGE_CAP, LINKAGE_CAP));
                capped.sum::<f32>() / part.len() as f32
            };
            let linkage = f32::midpoint(votes(&stay, &b), votes(&leave, &a));
            let held = self.clusters[cluster].base.is_some() || !self.is_of_articles(cluster);
            let known = if held { HELD_BONUS } else { 0.0 };
            if linkage < self.parameters.split_log_odds - known {
                self.split(cluster, &leave);
            }
        }
    }

    fn is_of_articles(&self, cluster: usize) -> bool {
        let bundles = &self.clusters[cluster].bundles;
        let articles = bundles.iter().filter(|&&at| self.bundles[at].profile.press);
        articles.count() * 2 > bundles.len()
    }

    fn split(&mut self, cluster: usize, leave: &[usize]) {
        self.clusters[cluster]
            .bundles
            .retain(|at| !leave.contains(at));
        self.rebuild(cluster);
        let mut leave = leave.iter();
        let Some(&first) = leave.next() else { return };
        self.found(first);
        let new = self.clusters.len() - 1;
        for &bundle in leave {
            self.join(bundle, new);
        }
    }

    /// The bundles of a cluster in two parts, around the two that fit each other least; the part that
    /// keeps the concern comes first.
    fn halves(&self, cluster: usize) -> (Vec<usize>, Vec<usize>) {
        let bundles = &self.clusters[cluster].bundles;
        let profile = |at: usize| &self.bundles[at].profile;
        let fit = |a: usize, b: usize| {
            f32::midpoint(
                self.log_odds(profile(a), profile(b)),
                self.log_odds(profile(b), profile(a)),
            )
        };
        let far_from = |from: usize| {
            let others = bundles.iter().copied().filter(|&at| at != from);
            others.min_by(|&a, &b| fit(from, a).total_cmp(&fit(from, b)).then(a.cmp(&b)))
        };
        let one = far_from(bundles[0]).unwrap_or(bundles[0]);
        let other = far_from(one).unwrap_or(bundles[0]);
        let (mut a, mut b) = (vec![one], vec![other]);
        for _ in 0..3 {
            let (of_a, of_b) = (self.profile_of(&a), self.profile_of(&b));
            let nearer_a = |&at: &usize| {
                self.log_odds(profile(at), &of_a) >= self.log_odds(profile(at), &of_b)
            };
            let (new_a, new_b) = bundles.iter().copied().partition(nearer_a);
            (a, b) = (new_a, new_b);
            if a.is_empty() || b.is_empty() {
                return (a, b);
            }
        }
        let worth = |part: &[usize]| match &self.clusters[cluster].base {
            Some(base) => self.log_odds(base, &self.profile_of(part)),
            None => part.len() as f32,
        };
        if worth(&a) >= worth(&b) {
            (a, b)
        } else {
            (b, a)
        }
    }

    fn profile_of(&self, part: &[usize]) -> Profile {
        let mut profile = self.bundles[part[0]].profile.clone();
        for &at in &part[1..] {
            profile.absorb(&self.bundles[at].profile, self.parameters.sketch_terms);
        }
        profile
    }

    fn rebuild(&mut self, cluster: usize) {
        let mut parts = self.clusters[cluster].bundles.iter();
        let base = self.clusters[cluster].base.clone();
        let start = base.or_else(|| parts.next().map(|&at| self.bundles[at].profile.clone()));
        let Some(mut profile) = start else { return };
        for &bundle in parts {
            profile.absorb(&self.bundles[bundle].profile, self.parameters.sketch_terms);
        }
        self.clusters[cluster].profile = profile;
    }

    fn finish(self) -> Vec<Cluster> {
        let bundles = self.bundles;
        let filled = self.clusters.into_iter().map(|mut cluster| {
            let members = cluster.bundles.iter().flat_map(|&at| &bundles[at].members);
            cluster.members = members.copied().collect();
            cluster
        });
        filled
            .filter(|cluster| cluster.concern.is_some() || !cluster.members.is_empty())
            .collect()
    }
}

/// Looks back on a whole stream: which of the concerns it was grouped under turn out to be one.
/// `homes` gives the concern of each mention as a number below `n_concerns`; returned is, for each
/// concern, the one it is part of, itself when it stands alone.
pub(super) fn review(
    parameters: &GroupParameters,
    mentions: &[AnnotatedMention],
    homes: &[Option<usize>],
    n_concerns: usize,
) -> Vec<usize> {
    let first = mentions
        .iter()
        .filter_map(|mention| mention.mention.day())
        .min();
    let day = first.unwrap_or(Date::ZERO);
    let people = Constraints::default();
    let bundles = bundles_of(parameters, day, mentions, &FxHashMap::default(), &people);
    let mut work = Work::new(parameters, day, bundles, Vec::new(), &people);
    let mut cluster_of: FxHashMap<usize, usize> = FxHashMap::default();
    let mut concern_of: Vec<usize> = Vec::new();
    for bundle in 0..work.bundles.len() {
        let mut members = work.bundles[bundle].members.iter();
        let Some(home) = members.find_map(|&at| homes[at]) else {
            continue;
        };
        if let Some(&cluster) = cluster_of.get(&home) {
            work.join(bundle, cluster);
        } else {
            work.found(bundle);
            cluster_of.insert(home, concern_of.len());
            concern_of.push(home);
        }
    }
    work.merge_young();
    work.merge_young();
    let mut part_of = (0..n_concerns).collect::<Vec<_>>();
    for (from, into) in work.merged {
        let (from, into) = (concern_of[from], concern_of[into]);
        for part in &mut part_of {
            if *part == from {
                *part = into;
            }
        }
    }
    part_of
}

/// Orders positions by time, then identifier.
pub(super) fn by_time(mentions: &[AnnotatedMention], a: usize, b: usize) -> Ordering {
    let key = |at: usize| (mentions[at].mention.published_at, &mentions[at].mention.id);
    key(a).cmp(&key(b))
}
