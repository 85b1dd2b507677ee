//! The life of concerns: identity, day counts, status and title, once a day's clusters stand.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet};

use super::bundle::moment_of;
use super::day::{Cluster, by_time};
use super::parameters::GroupParameters;
use super::profile::Profile;
use super::terms::stable_hash;
use super::{Grouper, Grouping, days_between, title};
use crate::domain::{
    AgencyId, AnnotatedMention, Channel, Concern, ConcernId, ConcernStatus, DayCount, MentionId,
    Scope, Sentiment, Sketch, TicketStatus, Topic, WeightedUnit, day_in_vietnam, day_start,
};
use crate::ranking::story::first_prints;

/// Days of counts kept in a concern.
const MAX_DAYS: usize = 90;

/// Turns the day's clusters into concerns, leaves them in the grouper and tells what changed.
pub(super) fn settle_day(
    grouper: &mut Grouper,
    day: Date,
    mentions: &[AnnotatedMention],
    clusters: Vec<Cluster>,
) -> Grouping {
    let parameters = &grouper.parameters;
    let mut concerns = Vec::with_capacity(clusters.len());
    let mut assignments: Vec<Option<ConcernId>> = vec![None; mentions.len()];
    let mut changed = Vec::new();
    let mut taken: FxHashSet<ConcernId> = clusters
        .iter()
        .filter_map(|cluster| cluster.known_as().cloned())
        .collect();
    let tickets = open_tickets(grouper);
    for mut cluster in clusters {
        for part in &cluster.parts {
            let linked = linked(part, cluster.known_as().cloned());
            changed.push(linked.clone());
            concerns.push(linked);
        }
        cluster.members.sort_by(|&a, &b| by_time(mentions, a, b));
        let voices = voices_of(mentions, &cluster);
        let before = cluster.concern.clone();
        let after = if cluster.members.is_empty() {
            cluster.concern.clone()
        } else if voices.is_empty() && !is_story(parameters, &cluster) {
            before.clone()
        } else {
            let id = match cluster.known_as() {
                Some(known) => known.clone(),
                None => new_id(&mentions[cluster.members[0]], day, &taken),
            };
            taken.insert(id.clone());
            for &at in &cluster.members {
                assignments[at] = Some(id.clone());
            }
            Some(renewed(id, day, mentions, &cluster))
        };
        let Some(mut after) = after else { continue };
        for part in &cluster.parts {
            take_over(&mut after, part);
        }
        let earlier_open = tickets.get(&after.id).copied();
        after.n_open_tickets = n_open_tickets(&after, earlier_open, mentions, &voices);
        after.status = status_of(parameters, day, before.as_ref(), &after, mentions, &voices);
        if before.as_ref() != Some(&after) {
            changed.push(after.clone());
        }
        concerns.push(after);
    }
    concerns.sort_by(|a, b| a.id.cmp(&b.id));
    grouper.concerns = concerns;
    changed.sort_by(|a, b| a.id.cmp(&b.id));
    Grouping {
        assignments,
        changed,
    }
}

/// Concerns without those that are part of another (`part_of` names the place of the whole), whose
/// counts and words they get. The title and status of the whole stay.
pub(super) fn join(
    parameters: &GroupParameters,
    concerns: &[Concern],
    part_of: &[usize],
) -> Vec<Concern> {
    let mut joined = concerns.to_vec();
    for (at, &whole) in part_of
        .iter()
        .enumerate()
        .filter(|(at, whole)| at != *whole)
    {
        let part = &concerns[at];
        let mut profile = Profile::of_concern(&joined[whole]);
        profile.absorb(&Profile::of_concern(part), parameters.sketch_terms);
        let whole = &mut joined[whole];
        take_over(whole, part);
        whole.units = units_of(&profile);
        whole.sketch = profile.sketch();
        whole.n_open_tickets += part.n_open_tickets;
    }
    let kept = joined.into_iter().enumerate();
    kept.filter(|(at, _)| part_of[*at] == *at)
        .map(|(_, concern)| concern)
        .collect()
}

/// A concern with the history and words of one that is part of it from now on, and that one as it is left.
pub(super) fn join_two(
    parameters: &GroupParameters,
    whole: &Concern,
    part: &Concern,
) -> (Concern, Concern) {
    let both = [whole.clone(), part.clone()];
    let joined = join(parameters, &both, &[0, 0]).pop();
    let linked = linked(part, Some(whole.id.clone()));
    (joined.unwrap_or_else(|| whole.clone()), linked)
}

/// Gives a concern the history of a part of it.
fn take_over(whole: &mut Concern, part: &Concern) {
    for count in &part.daily {
        add_day(&mut whole.daily, count);
    }
    whole.first_seen = whole.first_seen.min(part.first_seen);
    whole.last_seen = whole.last_seen.max(part.last_seen);
    let new = part
        .agencies
        .iter()
        .filter(|agency| !whole.agencies.contains(agency));
    let new = new.cloned().collect::<Vec<_>>();
    whole.agencies.extend(new);
}

/// A concern that is part of another from now on: closed, and found by no mention any more.
fn linked(part: &Concern, whole: Option<ConcernId>) -> Concern {
    Concern {
        status: ConcernStatus::Closed,
        n_open_tickets: 0,
        sketch: Sketch {
            terms: Vec::new(),
            n_mentions: part.sketch.n_mentions,
        },
        part_of: whole,
        ..part.clone()
    }
}

fn add_day(daily: &mut Vec<DayCount>, count: &DayCount) {
    match daily.binary_search_by_key(&count.day, |own| own.day) {
        Ok(at) => {
            let own = &mut daily[at];
            own.n_mentions += count.n_mentions;
            own.n_tickets += count.n_tickets;
            own.n_sources = own.n_sources.max(count.n_sources);
            own.negative += count.negative;
        }
        Err(at) => daily.insert(at, *count),
    }
}

/// Members that voice a concern; articles judged noise may be in a story without being counted.
fn voices_of(mentions: &[AnnotatedMention], cluster: &Cluster) -> Vec<usize> {
    let is_concern = |at: &usize| mentions[*at].annotation.is_concern;
    cluster.members.iter().copied().filter(is_concern).collect()
}

fn is_story(parameters: &GroupParameters, cluster: &Cluster) -> bool {
    cluster.concern.is_some() || cluster.members.len() >= parameters.min_noise_story.max(1)
}

fn new_id(first: &AnnotatedMention, day: Date, taken: &FxHashSet<ConcernId>) -> ConcernId {
    let tried = (0..).map(|nth| identity_of(&first.mention.id, day, nth));
    let mut free = tried.filter(|id| !taken.contains(id));
    // There are more numbers than concerns.
    free.next()
        .unwrap_or_else(|| identity_of(&first.mention.id, day, 0))
}

/// The identity of a concern by its first mention: `20261112-9f3a60c1d2e4`, the day and a hash of the
/// mention's identifier. `nth` counts those that have it already.
pub fn identity_of(first: &MentionId, day: Date, nth: u64) -> ConcernId {
    let hash = stable_hash(first.as_str().as_bytes()).wrapping_add(nth) & 0xffff_ffff_ffff;
    let (year, month, day) = (day.year(), day.month(), day.day());
    ConcernId::new(format!("{year:04}{month:02}{day:02}-{hash:012x}"))
}

fn renewed(id: ConcernId, day: Date, mentions: &[AnnotatedMention], cluster: &Cluster) -> Concern {
    let profile = &cluster.profile;
    let old = cluster.concern.as_ref();
    let voices = voices_of(mentions, cluster);
    let counted = if voices.is_empty() {
        &cluster.members
    } else {
        &voices
    };
    let members = counted.iter().map(|&at| &mentions[at]).collect::<Vec<_>>();
    let start = day_start(day);
    let moments = members.iter().map(|mention| moment_of(mention, start));
    let first = moments.clone().min().unwrap_or(start);
    let last = moments.max().unwrap_or(start);
    let mut daily = old.map(|concern| concern.daily.clone()).unwrap_or_default();
    daily.retain(|count| count.day != day);
    if !voices.is_empty() {
        daily.push(day_count(day, &members));
    }
    daily.sort_by_key(|count| count.day);
    let surplus = daily.len().saturating_sub(MAX_DAYS);
    daily.drain(..surplus);
    let (title, title_from) = title::choose(old, &members, profile);
    Concern {
        id,
        topic: topic_of(old, &members, profile),
        scope: if profile.units.is_empty() {
            profile.scope
        } else {
            Scope::Unit
        },
        units: units_of(profile),
        agencies: agencies_of(old, &members),
        title,
        title_from,
        status: old.map_or(ConcernStatus::Open, |concern| concern.status),
        first_seen: old.map_or(first, |concern| concern.first_seen.min(first)),
        last_seen: old.map_or(last, |concern| concern.last_seen.max(last)),
        daily,
        n_open_tickets: 0,
        sketch: profile.sketch(),
        part_of: None,
    }
}

/// What most of the day's mentions are about; the topic of the days before counts as much as a few of
/// them, so that one stray reply does not turn it and an evening of small talk does not hold it.
fn topic_of(old: Option<&Concern>, members: &[&AnnotatedMention], profile: &Profile) -> Topic {
    const PAST_VOTES: f32 = 3.0;
    let mut votes = [0.0; Topic::ALL.len()];
    for annotation in members.iter().map(|member| &member.annotation) {
        votes[annotation.topic.index()] += annotation.topic_probability;
    }
    if let Some(concern) = old {
        votes[concern.topic.index()] += PAST_VOTES.min(concern.sketch.n_mentions as f32);
    }
    let most = votes.iter().fold(0.0_f32, |most, vote| most.max(*vote));
    let first = Topic::ALL
        .into_iter()
        .find(|topic| votes[topic.index()] >= most);
    first
        .filter(|_| most > 0.0)
        .unwrap_or_else(|| profile.topic())
}

fn units_of(profile: &Profile) -> Vec<WeightedUnit> {
    let mut units = profile
        .units
        .iter()
        .filter(|(_, weight)| *weight >= 0.05)
        .map(|&(code, weight)| WeightedUnit {
            code,
            weight: weight.min(1.0),
        })
        .collect::<Vec<_>>();
    units.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.code.cmp(&b.code)));
    units
}

/// Agencies named, those named most first, at most six.
fn agencies_of(old: Option<&Concern>, members: &[&AnnotatedMention]) -> Vec<AgencyId> {
    let mut votes: FxHashMap<&AgencyId, usize> = FxHashMap::default();
    let known = old.into_iter().flat_map(|concern| &concern.agencies);
    let named = members
        .iter()
        .flat_map(|m| &m.annotation.placement.agencies);
    for agency in known.chain(named) {
        *votes.entry(agency).or_default() += 1;
    }
    let mut agencies = votes.into_iter().collect::<Vec<_>>();
    agencies.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    agencies.truncate(6);
    agencies
        .into_iter()
        .map(|(agency, _)| agency.clone())
        .collect()
}

fn day_count(day: Date, members: &[&AnnotatedMention]) -> DayCount {
    let first_prints = first_prints(members);
    let own = first_prints
        .into_iter()
        .enumerate()
        .filter(|(at, first)| at == first);
    let sources = own.map(|(at, _)| &members[at].mention.source);
    let negative = |m: &&AnnotatedMention| m.annotation.sentiment_probabilities.negative;
    DayCount {
        day,
        n_mentions: members.len() as u32,
        n_tickets: members
            .iter()
            .filter(|mention| mention.mention.channel == Channel::Hotline)
            .count() as u32,
        n_sources: sources.collect::<BTreeSet<_>>().len() as u32,
        negative: members.iter().map(negative).sum(),
    }
}

fn is_open(status: TicketStatus) -> bool {
    matches!(status, TicketStatus::Open | TicketStatus::InProgress)
}

/// Open tickets and all tickets of each concern among the mentions remembered.
fn open_tickets(grouper: &Grouper) -> FxHashMap<ConcernId, u32> {
    let mut counts: FxHashMap<ConcernId, u32> = FxHashMap::default();
    for earlier in grouper.earlier.values() {
        if let Some(status) = earlier.ticket {
            *counts.entry(earlier.concern.clone()).or_default() += u32::from(is_open(status));
        }
    }
    counts
}

/// Remembered tickets carry their present state; without any, the count of the day before stands.
fn n_open_tickets(
    concern: &Concern,
    remembered: Option<u32>,
    mentions: &[AnnotatedMention],
    voices: &[usize],
) -> u32 {
    let today = voices
        .iter()
        .filter_map(|&at| mentions[at].mention.ticket.as_ref())
        .filter(|ticket| is_open(ticket.status))
        .count() as u32;
    remembered.unwrap_or(concern.n_open_tickets) + today
}

fn status_of(
    parameters: &GroupParameters,
    day: Date,
    before: Option<&Concern>,
    after: &Concern,
    mentions: &[AnnotatedMention],
    voices: &[usize],
) -> ConcernStatus {
    let complaint = |at: &usize| mentions[*at].annotation.sentiment != Sentiment::Positive;
    let complained = voices.iter().any(complaint);
    let was = before.map_or(ConcernStatus::Open, |concern| concern.status);
    let quiet = days_between(day_in_vietnam(after.last_seen), day);
    let n_tickets = after.daily.iter().map(|count| count.n_tickets).sum::<u32>();
    let answered = n_tickets > 0 && after.n_open_tickets == 0;
    match was {
        ConcernStatus::Closed if complained => ConcernStatus::Returned,
        ConcernStatus::Closed => ConcernStatus::Closed,
        _ if answered && quiet >= i32::from(parameters.close_after_days) => ConcernStatus::Closed,
        _ if n_tickets == 0 && quiet >= i32::from(parameters.fade_after_days) => {
            ConcernStatus::Closed
        }
        ConcernStatus::Returned if after.n_open_tickets > 0 || complained => {
            ConcernStatus::Returned
        }
        ConcernStatus::Returned if quiet == 0 => ConcernStatus::Returned,
        _ if answered => ConcernStatus::Answered,
        other => other,
    }
}
