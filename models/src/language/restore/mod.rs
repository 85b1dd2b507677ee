//! Diacritic restoration: unaccented text with its accents back, for display alone.
//!
//! A first-order conditional random field over the syllables of a text. Each syllable has the
//! accented forms that are known for its letters; a form is judged by how common it is and by the
//! unaccented syllables around it, two neighbouring forms by whether they were seen together and
//! whether they stand together in a dictionary word. What comes out is a guess: it is shown beside
//! the original, marked as made by machine, and no other stage reads it.

mod lattice;
mod model;
mod pairs;
mod train;
mod vocabulary;
mod weights;

use self::lattice::{Lattice, Slot};
use self::pairs::Pairs;
use self::vocabulary::{FORMS_MAX, Vocabulary};
use self::weights::{Bucket, FormScores, Weights};

pub use self::model::RestorerError;
pub use self::train::{Parameters, Sources, train};

/// How far behind the likeliest form of a syllable another may stand and still be tried with those of
/// its neighbours, in 1024ths of log-odds.
const LEAST_BEHIND: i32 = 3_000;

/// How far behind the best way so far another may lie and still be followed, in 1024ths of log-odds.
const FAR_BEHIND: i32 = 4_000;

/// Puts accents on text that was typed without them.
pub struct Restorer {
    vocabulary: Vocabulary,
    pairs: Pairs,
    weights: Weights,
}

impl Restorer {
    /// The text with the likeliest accents. Letters, case, spaces and marks stay; words that carry
    /// accents already, numbers, addresses and words that are not Vietnamese stay as they are.
    pub fn restore(&self, text: &str) -> String {
        let lattice = Lattice::read(text, &self.vocabulary);
        let forms = self.decide(&lattice);
        let mut restored = String::with_capacity(text.len() * 3 / 2);
        let mut end = 0;
        for (slot, form) in lattice.slots().iter().zip(forms) {
            let (from, to) = (slot.start as usize, slot.end as usize);
            restored.push_str(&text[end..from]);
            match form {
                Some(form) if !slot.is_given => {
                    accent(&text[from..to], self.vocabulary.form(form), &mut restored);
                }
                _ => restored.push_str(&text[from..to]),
            }
            end = to;
        }
        restored.push_str(&text[end..]);
        restored
    }

    /// The best form of each slot; none where there is nothing to choose.
    fn decide(&self, lattice: &Lattice) -> Vec<Option<u16>> {
        let mut steps: Vec<Step> = Vec::with_capacity(lattice.slots().len() * 4);
        let mut ends = Vec::with_capacity(lattice.slots().len());
        let mut before = 0..0;
        for (at, slot) in lattice.slots().iter().enumerate() {
            let first = steps.len();
            self.likely_forms(lattice, at, &mut steps);
            let (done, new) = steps.split_at_mut(first);
            self.find_ways(&done[before], slot, new);
            keep_in_range(new);
            drop_hopeless(&mut steps, first);
            before = first..steps.len();
            ends.push(before.clone());
        }
        trace_back(lattice, &steps, &ends)
    }

    /// The likeliest forms of a slot by what stands around it, the commoner first.
    fn likely_forms(&self, lattice: &Lattice, at: usize, steps: &mut Vec<Step>) {
        let slot = &lattice.slots()[at];
        let mut scores = FormScores::default();
        if slot.n_forms > 1 {
            let cells = lattice.contexts(at);
            let buckets = cells.map(|cell| self.weights.bucket(cell));
            for (cell, bucket) in cells.into_iter().zip(buckets) {
                bucket.add(cell, &mut scores);
            }
        }
        let scores = &mut scores[..usize::from(slot.n_forms)];
        for (form, score) in slot.forms().zip(scores.iter_mut()) {
            let rows = lattice.general_rows(at, self.vocabulary.level(form));
            *score += rows
                .map(|row| self.weights.general(row))
                .iter()
                .sum::<i32>();
        }
        let best = scores.iter().copied().max().unwrap_or_default();
        let least = best - LEAST_BEHIND;
        for (form, &score) in slot.forms().zip(scores.iter()) {
            if score >= least {
                steps.push(Step {
                    form,
                    from: 0,
                    score,
                });
            }
        }
    }

    /// Gives each form of a slot the best way to it over the forms of the slot before.
    fn find_ways(&self, before: &[Step], slot: &Slot, steps: &mut [Step]) {
        if before.len() == 1 && steps.len() == 1 {
            // There is but one way; how good it is decides nothing.
            steps[0].score += before[0].score;
            return;
        }
        let cell = |step: &Step| lattice::pair_cell(step.form, slot);
        let mut buckets = [Bucket::default(); FORMS_MAX];
        for (bucket, step) in buckets.iter_mut().zip(before) {
            *bucket = self.weights.bucket(cell(step));
        }
        let mut best = [(i32::MIN, 0); FORMS_MAX];
        for (from, (step, bucket)) in before.iter().zip(&buckets).enumerate() {
            let mut scores = FormScores::default();
            bucket.add(cell(step), &mut scores);
            for (best, to) in best.iter_mut().zip(steps.iter()) {
                let known = self.pairs.find(step.form, to.form);
                let levels = (
                    self.vocabulary.level(step.form),
                    self.vocabulary.level(to.form),
                );
                let score = step.score
                    + scores[usize::from(to.form - slot.first)]
                    + self.weights.general(lattice::known_row(known, levels));
                if score > best.0 {
                    *best = (score, from as u8);
                }
            }
        }
        if !before.is_empty() {
            for (step, (score, from)) in steps.iter_mut().zip(best) {
                step.score += score;
                step.from = from;
            }
        }
    }
}

/// A form of a slot with the best way to it.
#[derive(Clone, Copy)]
struct Step {
    form: u16,
    from: u8,
    score: i32,
}

/// Counts scores from the best of a slot, so that those of a long text stay small; only differences
/// decide.
fn keep_in_range(steps: &mut [Step]) {
    let best = steps.iter().map(|step| step.score).max();
    for step in steps.iter_mut() {
        step.score -= best.unwrap_or_default();
    }
}

/// Forgets ways to the forms of the last slot, those from `first` on, that lie far behind its best.
fn drop_hopeless(steps: &mut Vec<Step>, first: usize) {
    let mut kept = first;
    for at in first..steps.len() {
        if steps[at].score >= -FAR_BEHIND {
            steps[kept] = steps[at];
            kept += 1;
        }
    }
    steps.truncate(kept);
}

/// Follows the best ways backwards; a slot without forms ends one chain and begins the next.
fn trace_back(
    lattice: &Lattice,
    steps: &[Step],
    ends: &[std::ops::Range<usize>],
) -> Vec<Option<u16>> {
    let mut forms = vec![None; lattice.slots().len()];
    let mut from = None;
    for (at, range) in ends.iter().enumerate().rev() {
        let steps = &steps[range.clone()];
        let best = match from {
            Some(from) => steps.get(from),
            // The first of equals: the commoner form.
            None => steps.iter().rev().max_by_key(|step| step.score),
        };
        forms[at] = best.map(|step| step.form);
        from = best.map(|step| usize::from(step.from));
    }
    forms
}

/// Writes a form in the case of the word it stands for.
fn accent(word: &str, form: &str, restored: &mut String) {
    for (letter, accented) in word.chars().zip(form.chars()) {
        if letter.is_ascii_uppercase() {
            restored.extend(accented.to_uppercase());
        } else {
            restored.push(accented);
        }
    }
}

#[cfg(test)]
mod tests;
