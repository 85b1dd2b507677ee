//! Bundles: mentions that stay together whatever their words say, as replies with what they reply to
//! and reprints with the first print.

use jiff::Timestamp;
use rustc_hash::FxHashMap;

use super::Earlier;
use super::desk::Constraints;
use super::parameters::GroupParameters;
use super::profile::Profile;
use crate::domain::{AnnotatedMention, Annotation, Channel, ConcernId, MentionId, UnitCode};
use crate::ranking::story::first_prints;

/// Mentions that move together.
#[derive(Clone, Debug)]
pub(super) struct Bundle {
    /// Positions in the day's mentions, in order of time and identifier.
    pub members: Vec<usize>,
    /// All of them as one.
    pub profile: Profile,
    /// The concern of an earlier day it is bound to.
    pub bound: Option<ConcernId>,
    /// Whether people bound it: it goes nowhere else.
    pub is_fixed: bool,
}

/// Whether a text is long enough that being the same is no accident.
pub(super) fn is_long_enough(mention: &AnnotatedMention) -> bool {
    mention.mention.text.chars().take(60).count() == 60
}

/// Whether a mention is grouped at all: concerns are, and articles judged noise where stories of
/// noise are wanted.
pub(super) fn is_grouped(parameters: &GroupParameters, mention: &AnnotatedMention) -> bool {
    let story = parameters.min_noise_story > 0 && mention.mention.channel == Channel::Press;
    mention.annotation.is_concern || story
}

/// The time of a mention, within the day: the day's start when it has none.
pub(super) fn moment_of(mention: &AnnotatedMention, day_start: Timestamp) -> Timestamp {
    mention.mention.published_at.unwrap_or(day_start)
}

/// Ties the mentions at `order` (positions, by time and identifier) into bundles; `profiles` has one
/// profile for each of them, in the same order.
pub(super) fn bundle(
    parameters: &GroupParameters,
    mentions: &[AnnotatedMention],
    order: &[usize],
    profiles: &[Profile],
    earlier: &FxHashMap<MentionId, Earlier>,
    constraints: &Constraints,
) -> Vec<Bundle> {
    let mut leaders = (0..order.len()).collect::<Vec<_>>();
    let mut bound: Vec<Option<ConcernId>> = vec![None; order.len()];
    let place_of = order
        .iter()
        .enumerate()
        .map(|(place, &at)| (&mentions[at].mention.id, place))
        .collect::<FxHashMap<_, _>>();
    let mut first_reply: FxHashMap<&MentionId, usize> = FxHashMap::default();
    for (place, &at) in order.iter().enumerate() {
        let Some(parent) = &mentions[at].mention.parent else {
            continue;
        };
        if let Some(&parent) = place_of.get(parent) {
            tie(&mut leaders, place, parent);
        } else if let Some(&first) = first_reply.get(parent) {
            // Their parent is not grouped (it was judged noise): replies still keep together.
            tie(&mut leaders, place, first);
        } else if let Some(parent) = earlier.get(parent) {
            bound[place] = Some(parent.concern.clone());
        } else {
            first_reply.insert(parent, place);
        }
    }
    tie_reprints(
        parameters,
        mentions,
        order,
        earlier,
        &mut leaders,
        &mut bound,
    );
    tie_stories(mentions, order, &mut leaders);
    let parts = parts_of(mentions, order, &place_of, constraints);
    collect(parameters, order, profiles, &mut leaders, bound, &parts)
}

/// The concern to which people split each place, or the post it replies to.
fn parts_of<'c>(
    mentions: &[AnnotatedMention],
    order: &[usize],
    place_of: &FxHashMap<&MentionId, usize>,
    constraints: &'c Constraints,
) -> Vec<Option<&'c ConcernId>> {
    let mut parts = vec![None; order.len()];
    if constraints.is_empty() {
        return parts;
    }
    for (place, &at) in order.iter().enumerate() {
        let mention = &mentions[at].mention;
        let parent = mention.parent.as_ref().and_then(|id| place_of.get(id));
        let of_parent = parent.and_then(|&parent| parts[parent]);
        parts[place] = constraints.part_of(&mention.id).or(of_parent);
    }
    parts
}

/// Reprints with a new lead, or of half of the text, whose fingerprints tell nothing.
fn tie_stories(mentions: &[AnnotatedMention], order: &[usize], leaders: &mut [usize]) {
    let of_day = order.iter().map(|&at| &mentions[at]).collect::<Vec<_>>();
    for (place, first) in first_prints(&of_day).into_iter().enumerate() {
        let [here, there] = [place, first].map(|at| units_of(&of_day[at].annotation));
        if first != place && may_be_one_place(&here, &there) {
            tie(leaders, place, first);
        }
    }
}

fn collect(
    parameters: &GroupParameters,
    order: &[usize],
    profiles: &[Profile],
    leaders: &mut [usize],
    mut bound: Vec<Option<ConcernId>>,
    parts: &[Option<&ConcernId>],
) -> Vec<Bundle> {
    let mut bundles: Vec<Bundle> = Vec::new();
    let mut bundle_of: FxHashMap<(usize, Option<&ConcernId>), usize> = FxHashMap::default();
    for (place, part) in parts.iter().enumerate() {
        // What people split goes apart, whatever ties it.
        let leader = (find(leaders, place), *part);
        let at = *bundle_of.entry(leader).or_insert_with(|| {
            bundles.push(Bundle {
                members: Vec::new(),
                profile: profiles[place].clone(),
                bound: part.cloned(),
                is_fixed: part.is_some(),
            });
            bundles.len() - 1
        });
        let bundle = &mut bundles[at];
        if !bundle.members.is_empty() {
            bundle
                .profile
                .absorb(&profiles[place], parameters.sketch_terms);
        }
        bundle.members.push(order[place]);
        bundle.bound = bundle.bound.take().or(bound[place].take());
    }
    bundles
}

/// Finds texts that are nearly the same: fingerprints that agree in one of four 16-bit bands and
/// differ in few bits altogether. Any two within three bits share a band.
fn tie_reprints(
    parameters: &GroupParameters,
    mentions: &[AnnotatedMention],
    order: &[usize],
    earlier: &FxHashMap<MentionId, Earlier>,
    leaders: &mut [usize],
    bound: &mut [Option<ConcernId>],
) {
    const MAX_BAND: usize = 32;
    let near = |a: u64, b: u64| (a ^ b).count_ones() <= parameters.reprint_bits;
    let mut old: FxHashMap<(u8, u16), Vec<&Earlier>> = FxHashMap::default();
    let mut long = earlier
        .values()
        .filter(|e| e.long_enough)
        .collect::<Vec<_>>();
    long.sort_by(|a, b| (a.fingerprint, &a.concern).cmp(&(b.fingerprint, &b.concern)));
    for mention in long {
        for band in bands(mention.fingerprint) {
            old.entry(band).or_default().push(mention);
        }
    }
    let mut seen: FxHashMap<(u8, u16), Vec<usize>> = FxHashMap::default();
    for (place, &at) in order.iter().enumerate() {
        let mention = &mentions[at];
        let fingerprint = mention.annotation.fingerprint;
        if !is_long_enough(mention) || fingerprint == 0 {
            continue;
        }
        let units = units_of(&mention.annotation);
        for band in bands(fingerprint) {
            let first = seen.entry(band).or_default();
            let twin = first.iter().rev().take(MAX_BAND).find(|&&other| {
                let other = &mentions[order[other]].annotation;
                near(other.fingerprint, fingerprint) && may_be_one_place(&units_of(other), &units)
            });
            if let Some(&twin) = twin {
                tie(leaders, place, twin);
            } else if bound[place].is_none() {
                let candidates = old.get(&band).into_iter().flatten().take(MAX_BAND);
                let twin = candidates.copied().find(|e| {
                    near(e.fingerprint, fingerprint) && may_be_one_place(&e.units, &units)
                });
                bound[place] = twin.map(|twin| twin.concern.clone());
            }
            first.push(place);
        }
    }
}

/// The units a mention may be about.
pub(super) fn units_of(annotation: &Annotation) -> Vec<UnitCode> {
    annotation
        .placement
        .units
        .iter()
        .map(|unit| unit.code)
        .collect()
}

/// Two texts in nearly the same words about different places are two reports, not one: people fill
/// in the same form.
fn may_be_one_place(a: &[UnitCode], b: &[UnitCode]) -> bool {
    a.is_empty() || b.is_empty() || a.iter().any(|unit| b.contains(unit))
}

fn bands(fingerprint: u64) -> [(u8, u16); 4] {
    [0, 1, 2, 3].map(|band: u8| (band, (fingerprint >> (16 * band)) as u16))
}

fn tie(leaders: &mut [usize], a: usize, b: usize) {
    let (a, b) = (find(leaders, a), find(leaders, b));
    leaders[a.max(b)] = a.min(b);
}

fn find(leaders: &mut [usize], mut place: usize) -> usize {
    while leaders[place] != place {
        leaders[place] = leaders[leaders[place]];
        place = leaders[place];
    }
    place
}
