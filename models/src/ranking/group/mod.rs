//! Grouping: joins mentions into concerns (vấn đề người dân quan tâm) whose identity lasts across days.
//!
//! A day is grouped as a whole, in the order of time and identifier, so that the order of arrival
//! within it does not matter. Replies stay with what they reply to and reprints with the first
//! print; these bundles then look for their concern among candidates from an inverted index, judged
//! by a learned logistic model ([`MergeWeights`]). Young concerns that turn out to be one are merged,
//! and bundles that fit another concern better move once all of the day is known.

mod background;
mod bundle;
mod common;
mod day;
mod desk;
mod index;
mod life;
mod links;
mod parameters;
mod profile;
mod similarity;
mod terms;
mod title;
pub mod training;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rustc_hash::FxHashMap;

pub use background::Background;
pub use desk::Constraints;
pub use life::identity_of;
pub use links::Links;
pub use parameters::GroupParameters;
pub use title::candidate as title_of;
pub use title::former_candidate as former_title_of;

pub use similarity::{FEATURE_NAMES, MergeWeights, N_FEATURES};
pub use terms::{TermCounts, count_terms, stable_hash};

use crate::domain::{AnnotatedMention, Concern, ConcernId, MentionId, TicketStatus, UnitCode};

/// What grouping a day gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grouping {
    /// The concern of each mention, in the order given; `None` for noise.
    pub assignments: Vec<Option<ConcernId>>,
    /// Concerns that were created or changed that day, by identifier.
    pub changed: Vec<Concern>,
}

/// Groups one day after another, keeping the concerns that later mentions may join.
#[derive(Clone, Debug)]
pub struct Grouper {
    parameters: GroupParameters,
    concerns: Vec<Concern>,
    /// What is known of earlier mentions: their concern, fingerprint and ticket.
    earlier: FxHashMap<MentionId, Earlier>,
    constraints: Constraints,
}

/// What later days need to know of a grouped mention.
#[derive(Clone, Debug)]
struct Earlier {
    concern: ConcernId,
    fingerprint: u64,
    units: Vec<UnitCode>,
    long_enough: bool,
    day: Date,
    ticket: Option<TicketStatus>,
}

impl Grouper {
    /// Takes the concerns as they stood at the end of the day before.
    pub fn new(parameters: GroupParameters, mut open: Vec<Concern>) -> Self {
        open.sort_by(|a, b| a.id.cmp(&b.id));
        open.dedup_by(|a, b| a.id == b.id);
        Self {
            parameters,
            concerns: open,
            earlier: FxHashMap::default(),
            constraints: Constraints::default(),
        }
    }

    /// The same, heeding what people said of concerns.
    #[must_use]
    pub fn with_constraints(self, constraints: Constraints) -> Self {
        Self {
            constraints,
            ..self
        }
    }

    /// Remembers mentions of earlier days with the concern they were grouped under and the present
    /// state of their tickets, so that replies and reprints of today find them. The last 28 days are
    /// enough. A grouper that lives on remembers by itself what it grouped.
    pub fn recall(&mut self, earlier: &[AnnotatedMention]) {
        let links = Links::new(&self.concerns);
        for mention in earlier {
            if let Some(concern) = &mention.concern {
                let day = mention.mention.day().unwrap_or(Date::MIN);
                self.remember(mention, links.whole(concern).clone(), day);
            }
        }
    }

    /// Groups a day; gives the same result for the same mentions in any order.
    pub fn group_day(&mut self, day: Date, mentions: &[AnnotatedMention]) -> Grouping {
        let mut open = std::mem::take(&mut self.concerns);
        let merged = self
            .constraints
            .join_known(&self.parameters, &mut open, &mut self.earlier);
        let clusters = day::cluster_day(
            &self.parameters,
            day,
            mentions,
            open,
            &self.earlier,
            &self.constraints,
        );
        self.follow_links(&clusters);
        let mut grouping = life::settle_day(self, day, mentions, clusters);
        self.tell_merged(&merged, &mut grouping);
        for (mention, concern) in mentions.iter().zip(&grouping.assignments) {
            if let Some(concern) = concern {
                self.remember(mention, concern.clone(), day);
            }
        }
        let horizon = i32::from(self.parameters.remember_days);
        self.earlier
            .retain(|_, earlier| days_between(earlier.day, day) <= horizon);
        grouping
    }

    /// Concerns that the desk merged changed, whether anything was said of them today or not.
    fn tell_merged(&self, merged: &BTreeSet<ConcernId>, grouping: &mut Grouping) {
        let is_told = |id: &ConcernId| grouping.changed.iter().any(|told| told.id == *id);
        let untold = merged.iter().filter(|id| !is_told(id));
        let untold = untold.filter_map(|id| {
            let at = self.concerns.binary_search_by(|known| known.id.cmp(id));
            at.ok().map(|at| self.concerns[at].clone())
        });
        let untold = untold.collect::<Vec<_>>();
        grouping.changed.extend(untold);
        grouping.changed.sort_by(|a, b| a.id.cmp(&b.id));
    }

    /// What is remembered of concerns that were joined today belongs to those they are part of.
    fn follow_links(&mut self, clusters: &[day::Cluster]) {
        let joined = clusters.iter().flat_map(|cluster| {
            let whole = cluster.known_as();
            let parts = cluster.parts.iter();
            parts.filter_map(move |part| Some((&part.id, whole?)))
        });
        let joined = joined.collect::<FxHashMap<_, _>>();
        if joined.is_empty() {
            return;
        }
        for earlier in self.earlier.values_mut() {
            if let Some(whole) = joined.get(&earlier.concern) {
                earlier.concern = (*whole).clone();
            }
        }
    }

    /// The concerns as they stand now, by identifier. Those that were joined to an older one are among
    /// them, closed and with a link ([`Concern::part_of`]).
    pub fn concerns(&self) -> &[Concern] {
        &self.concerns
    }

    fn remember(&mut self, mention: &AnnotatedMention, concern: ConcernId, day: Date) {
        let earlier = Earlier {
            concern,
            fingerprint: mention.annotation.fingerprint,
            units: bundle::units_of(&mention.annotation),
            long_enough: bundle::is_long_enough(mention),
            day,
            ticket: mention.mention.ticket.as_ref().map(|ticket| ticket.status),
        };
        self.earlier.insert(mention.mention.id.clone(), earlier);
    }
}

/// Articles judged noise that are a story in [`group_all`].
const MIN_STORY: usize = 2;

/// Groups a stream of any number of days, day by day; mentions without a time go to the first day.
/// Returns the concern of each mention in the order given and all concerns at the end.
///
/// Here, where the stream is all there is, articles judged noise are grouped too when at least two
/// tell one story; they are never counted in the concern.
pub fn group_all(
    mut parameters: GroupParameters,
    mentions: &[AnnotatedMention],
) -> (Vec<Option<ConcernId>>, Vec<Concern>) {
    parameters.min_noise_story = parameters.min_noise_story.max(MIN_STORY);
    let days = mentions.iter().map(|mention| mention.mention.day());
    let first = days.clone().flatten().min().unwrap_or(Date::ZERO);
    let mut of_day: BTreeMap<Date, Vec<usize>> = BTreeMap::new();
    for (at, day) in days.enumerate() {
        of_day.entry(day.unwrap_or(first)).or_default().push(at);
    }
    let mut grouper = Grouper::new(parameters, Vec::new());
    let mut assignments = vec![None; mentions.len()];
    for (day, indices) in of_day {
        let today = indices.iter().map(|&at| mentions[at].clone());
        let grouping = grouper.group_day(day, &today.collect::<Vec<_>>());
        for (at, concern) in indices.into_iter().zip(grouping.assignments) {
            assignments[at] = concern;
        }
    }
    join_in_hindsight(
        &grouper.parameters,
        mentions,
        assignments,
        &grouper.concerns,
    )
}

/// Joins concerns that, with all of the stream known, turn out to be one; the older is kept.
fn join_in_hindsight(
    parameters: &GroupParameters,
    mentions: &[AnnotatedMention],
    mut assignments: Vec<Option<ConcernId>>,
    concerns: &[Concern],
) -> (Vec<Option<ConcernId>>, Vec<Concern>) {
    let links = Links::new(concerns);
    let place = |id: &ConcernId| {
        let whole = links.whole(id);
        concerns
            .binary_search_by(|concern| concern.id.cmp(whole))
            .ok()
    };
    let homes = assignments
        .iter()
        .map(|id| id.as_ref().and_then(place))
        .collect::<Vec<_>>();
    let mut part_of = day::review(parameters, mentions, &homes, concerns.len());
    // Of those that are one, the oldest gives the identity.
    let mut oldest = (0..concerns.len()).collect::<Vec<_>>();
    for (at, &whole) in part_of.iter().enumerate() {
        let age = |at: usize| (concerns[at].first_seen, &concerns[at].id);
        if age(at) < age(oldest[whole]) {
            oldest[whole] = at;
        }
    }
    for whole in &mut part_of {
        *whole = oldest[*whole];
    }
    for (id, home) in assignments.iter_mut().zip(&homes) {
        *id = home.map(|at| concerns[part_of[at]].id.clone());
    }
    let mut kept = life::join(parameters, concerns, &part_of);
    kept.retain(|concern| concern.part_of.is_none());
    (assignments, kept)
}

/// Whole days from `a` to `b`; negative when `b` is earlier.
fn days_between(a: Date, b: Date) -> i32 {
    a.until(b).map_or(i32::MAX, |span| span.get_days())
}
