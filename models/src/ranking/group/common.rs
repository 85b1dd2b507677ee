//! Words that stand in most concerns of a unit, its own name before all, tell none of them from another.

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::days_between;
use super::profile::Profile;
use crate::domain::{Concern, UnitCode, day_in_vietnam};

/// Concerns that are silent for so many days count no more.
const HEARD_DAYS: i32 = 28;

/// In how many concerns of each unit each word stands.
pub(super) struct CommonWords {
    units: FxHashMap<UnitCode, Words>,
    /// Concerns beyond which a word's share is believed by more than half.
    after: f32,
}

#[derive(Default)]
struct Words {
    n_concerns: f32,
    counts: FxHashMap<u32, f32>,
}

impl CommonWords {
    /// Counts the concerns of the days before `day`.
    pub(super) fn of(open: &[Concern], day: Date, after: f32) -> Self {
        let mut units = FxHashMap::<UnitCode, Words>::default();
        let heard = open.iter().filter(|concern| {
            let quiet = days_between(day_in_vietnam(concern.last_seen), day);
            concern.part_of.is_none() && quiet <= HEARD_DAYS
        });
        for concern in heard {
            for unit in &concern.units {
                let words = units.entry(unit.code).or_default();
                words.n_concerns += unit.weight;
                for (term, _) in &concern.sketch.terms {
                    *words.counts.entry(*term).or_default() += unit.weight;
                }
            }
        }
        Self { units, after }
    }

    /// Takes weight from the words that most concerns of the profile's units share.
    pub(super) fn dampen(&self, profile: &mut Profile) {
        let known = profile.units.iter().filter_map(|(code, weight)| {
            let words = self.units.get(code)?;
            Some((words, *weight))
        });
        let known = known.collect::<Vec<_>>();
        if known.is_empty() {
            return;
        }
        profile.reweigh(|term| {
            let shares = known.iter().map(|(words, weight)| {
                let count = words.counts.get(&term).copied().unwrap_or(0.0);
                weight * count / (words.n_concerns + self.after)
            });
            (1.0 - shares.sum::<f32>()).clamp(0.0, 1.0)
        });
    }
}
