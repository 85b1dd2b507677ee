//! Overlap@10: how many of the largest concerns of a day, by the labels, are in our top ten.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use models::domain::{DigestEntry, DigestScope};

use super::gold::GoldMention;
use crate::city::City;
use crate::coverage;
use crate::edition::{self, GroupedDays};

/// Mean overlap over days, and how many lists it is a mean of.
#[derive(Clone, Copy, Debug, Default)]
pub struct Overlap {
    /// The city's lists, 0 to 1.
    pub city: f64,
    /// City lists counted.
    pub n_city: usize,
    /// Units' lists, 0 to 1.
    pub units: f64,
    /// Unit lists counted: those with at least one labelled concern that day.
    pub n_units: usize,
}

/// Compares the ten largest labelled concerns of each day and scope, by mentions of that day, with
/// the digest of that day. A line of the digest stands for the labelled concern that most of its
/// evidence belongs to; a list with fewer than ten labelled concerns is judged by that many.
pub fn overlap_at_10(city: &City, gold: &[GoldMention], grouped: &GroupedDays) -> Overlap {
    let days = gold
        .iter()
        .filter_map(|g| g.mention.day())
        .collect::<BTreeSet<_>>();
    let concern_of = gold
        .iter()
        .filter_map(|g| Some((g.mention.id.as_str(), g.label.concern.as_deref()?)))
        .collect::<BTreeMap<_, _>>();
    let mut city_shares = Vec::new();
    let mut unit_shares = Vec::new();
    for day in days {
        let scopes = city.scopes(day);
        let digests = edition::rank_day(city, day, grouped, &coverage::whole(), &scopes);
        for digest in &digests {
            let truth = largest(gold, day, &digest.scope);
            if truth.is_empty() {
                continue;
            }
            let found = digest
                .top
                .iter()
                .filter_map(|entry| stands_for(entry, &concern_of));
            let found = found.collect::<BTreeSet<_>>();
            let n_hits = truth
                .iter()
                .filter(|concern| found.contains(*concern))
                .count();
            let shares = if digest.scope == DigestScope::City {
                &mut city_shares
            } else {
                &mut unit_shares
            };
            shares.push(n_hits as f64 / truth.len() as f64);
        }
    }
    Overlap {
        city: mean(&city_shares),
        n_city: city_shares.len(),
        units: mean(&unit_shares),
        n_units: unit_shares.len(),
    }
}

/// The ten labelled concerns with most mentions that day; those tied with the tenth all count as
/// right only if they are among the first ten by name, so that the measure is repeatable.
fn largest<'a>(gold: &'a [GoldMention], day: Date, scope: &DigestScope) -> Vec<&'a str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for g in gold.iter().filter(|g| g.mention.day() == Some(day)) {
        let is_in_scope = match scope {
            DigestScope::Unit(code) => g.label.units.contains(code),
            DigestScope::City | DigestScope::Agency(_) => true,
        };
        if let Some(concern) = g.label.concern.as_deref().filter(|_| is_in_scope) {
            *counts.entry(concern).or_default() += 1;
        }
    }
    let mut concerns = counts.into_iter().collect::<Vec<_>>();
    concerns.sort_by_key(|&(_, n)| std::cmp::Reverse(n));
    concerns
        .into_iter()
        .take(10)
        .map(|(concern, _)| concern)
        .collect()
}

fn stands_for<'a>(entry: &DigestEntry, concern_of: &BTreeMap<&str, &'a str>) -> Option<&'a str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for mention in &entry.evidence {
        if let Some(concern) = concern_of.get(mention.as_str()) {
            *counts.entry(concern).or_default() += 1;
        }
    }
    let commonest = counts
        .into_iter()
        .max_by_key(|&(_, n)| n)
        .map(|(concern, _)| concern)?;
    concern_of
        .values()
        .find(|concern| **concern == commonest)
        .copied()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}
