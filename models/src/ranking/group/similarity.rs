//! How likely a mention belongs to a concern: a logistic model over a dozen comparisons.

use super::profile::Profile;
use super::terms::{TermKind, as_kind, kind_of};
use crate::domain::Scope;

/// Number of comparisons the model weighs.
pub const N_FEATURES: usize = 27;

/// Names of the comparisons, as in `config/ranking.toml`.
pub const FEATURE_NAMES: [&str; N_FEATURES] = [
    "bias",
    "words",
    "names",
    "rarest_name",
    "title_names",
    "same_topic",
    "other_topic",
    "same_place",
    "other_place",
    "no_place",
    "days_apart",
    "size",
    "brevity",
    "words_same_place",
    "topic_same_place",
    "names_same_topic",
    "names_same_place",
    "other_place_names",
    "press_words",
    "press_title_names",
    "press_rarest_name",
    "press_other_place",
    "press_no_place",
    "press_other_topic",
    "both_city",
    "city_topic",
    "city_words",
];

/// Weights of the comparisons, in the order of [`FEATURE_NAMES`].
#[derive(Clone, Debug, PartialEq)]
pub struct MergeWeights(pub [f32; N_FEATURES]);

/// The comparisons of a mention (or young concern) with a concern, each 0 to 1 except `days_apart`
/// (weeks) and `size` (log of mentions / 5).
pub(super) fn features(mention: &Profile, concern: &Profile) -> [f32; N_FEATURES] {
    let words = cosine(mention, concern);
    let names = name_match(mention, concern);
    let place = place_match(mention, concern);
    let share = concern.topic_share(mention.topic()).min(1.0);
    let topic = mention.topic_probability * share;
    let other_topic = mention.topic_probability * (1.0 - share);
    let press = f32::from(mention.press);
    let (same, other, unknown) = match place {
        PlaceMatch::Shared(share) => (share, 0.0, 0.0),
        PlaceMatch::Disjoint => (0.0, 1.0, 0.0),
        PlaceMatch::Unknown => (0.0, 0.0, 1.0),
    };
    let city = f32::from(mention.scope == Scope::City && concern.scope == Scope::City);
    let apart = mention.first_seen.duration_since(concern.last_seen);
    let weeks = (apart.as_secs_f32() / 604_800.0).clamp(0.0, 8.0);
    [
        1.0,
        words,
        names.share,
        names.rarest,
        names.title,
        topic,
        other_topic,
        same,
        other,
        unknown,
        weeks,
        (concern.n_mentions as f32).ln() / 5.0,
        1.0 / (1.0 + mention.n_tokens as f32 / 10.0),
        words * same,
        topic * same,
        names.share * topic,
        names.share * same,
        names.rarest * other,
        words * press,
        names.title * press,
        names.rarest * press,
        press * other,
        press * unknown,
        press * other_topic,
        city,
        city * topic,
        city * words,
    ]
}

impl MergeWeights {
    /// Log-odds that the mention belongs to the concern.
    pub(super) fn log_odds(&self, features: &[f32; N_FEATURES]) -> f32 {
        self.0.iter().zip(features).map(|(w, f)| w * f).sum()
    }
}

/// Cosine over words and pairs, 0 to 1.
fn cosine(a: &Profile, b: &Profile) -> f32 {
    if a.norm <= 0.0 || b.norm <= 0.0 {
        return 0.0;
    }
    let mut dot = 0.0;
    let (mut i, mut j) = (0, 0);
    while i < a.terms.len() && j < b.terms.len() {
        match a.terms[i].0.cmp(&b.terms[j].0) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                if matches!(kind_of(a.terms[i].0), TermKind::Word | TermKind::Pair) {
                    dot += a.terms[i].1 * b.terms[j].1;
                }
                i += 1;
                j += 1;
            }
        }
    }
    (dot / (a.norm * b.norm)).min(1.0)
}

struct NameMatch {
    /// Share of the mention's name weight that the concern knows too.
    share: f32,
    /// Weight of the rarest name they share.
    rarest: f32,
    /// Weight of the best name that stands in the titles of both.
    title: f32,
}

/// A name of one side is met by the same words of the other, with capitals or without.
fn name_match(mention: &Profile, concern: &Profile) -> NameMatch {
    let (mut own, mut shared, mut rarest, mut title) = (0.0_f32, 0.0_f32, 0.0_f32, 0.0_f32);
    for &(term, weight) in &mention.terms {
        match kind_of(term) {
            TermKind::Name => {
                own += weight;
                let met = presence(concern, term);
                shared += weight * met;
                rarest = rarest.max(weight.min(1.0) * met);
            }
            TermKind::TitleName => title = title.max(concern.weight(term).min(weight).min(1.0)),
            TermKind::Pair if concern.weight(as_kind(term, TermKind::Name)) > 0.0 => {
                let met = presence(concern, as_kind(term, TermKind::Name));
                own += weight;
                shared += weight * met;
                rarest = rarest.max(weight.min(1.0) * met);
            }
            _ => {}
        }
    }
    NameMatch {
        share: if own > 0.0 { shared / own } else { 0.0 },
        rarest,
        title,
    }
}

/// Mentions that a name is counted in at most, however large the concern: a place that three of
/// thirty name is part of it.
const PRESENCE: f32 = 6.0;

/// How much of the concern speaks of a name, 0 to 1.
fn presence(concern: &Profile, name: u32) -> f32 {
    let weight = [TermKind::Word, TermKind::Pair, TermKind::Name]
        .map(|kind| concern.weight(as_kind(name, kind)))
        .into_iter()
        .fold(0.0, f32::max);
    let n = concern.n_mentions as f32;
    (weight * n * PRESENCE / (PRESENCE - 1.0 + n)).min(1.0)
}

#[derive(Clone, Copy, PartialEq)]
enum PlaceMatch {
    /// Cosine of the unit weights.
    Shared(f32),
    Disjoint,
    Unknown,
}

fn place_match(a: &Profile, b: &Profile) -> PlaceMatch {
    if a.scope == Scope::Outside && b.scope == Scope::Unit
        || b.scope == Scope::Outside && a.scope == Scope::Unit
    {
        return PlaceMatch::Disjoint;
    }
    if a.units.is_empty() || b.units.is_empty() {
        return PlaceMatch::Unknown;
    }
    let length = |p: &Profile| p.units.iter().map(|(_, w)| w * w).sum::<f32>().sqrt();
    let dot = a.units.iter().map(|(code, weight)| {
        let other = b.units.binary_search_by_key(code, |(code, _)| *code);
        other.map_or(0.0, |at| b.units[at].1) * weight
    });
    let cosine = dot.sum::<f32>() / (length(a) * length(b)).max(1e-9);
    if cosine < 0.02 {
        PlaceMatch::Disjoint
    } else {
        PlaceMatch::Shared(cosine.min(1.0))
    }
}
