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
use self::vocabulary::Vocabulary;
use self::weights::Weights;

pub use self::model::RestorerError;
pub use self::train::{Parameters, Sources, train};

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
            for form in slot.forms() {
                let own = self.own_score(lattice, at, form);
                let step = self.best_way(&steps[before.clone()], slot, form, own);
                steps.push(step);
            }
            before = first..steps.len();
            ends.push(before.clone());
        }
        trace_back(lattice, &steps, &ends)
    }

    fn own_score(&self, lattice: &Lattice, at: usize, form: u16) -> i32 {
        let rows = lattice.rows(at, form, self.vocabulary.level(form));
        rows.into_iter().map(|row| self.weights.of(row)).sum()
    }

    /// The best way to a form over the forms of the slot before.
    fn best_way(&self, before: &[Step], slot: &Slot, form: u16, own: i32) -> Step {
        let mut best = Step {
            form,
            from: 0,
            score: own,
        };
        for (from, step) in before.iter().enumerate() {
            let known = self.pairs.find(step.form, form);
            let levels = (
                self.vocabulary.level(step.form),
                self.vocabulary.level(form),
            );
            let pair = lattice::pair_rows(step.form, form, known, levels);
            let score: i32 = pair.into_iter().map(|row| self.weights.of(row)).sum();
            let score = step.score + score + own;
            if from == 0 || score > best.score {
                best = Step {
                    form,
                    from: from as u8,
                    score,
                };
            }
        }
        debug_assert!(before.is_empty() || slot.n_forms > 0);
        best
    }
}

/// A form of a slot with the best way to it.
#[derive(Clone, Copy)]
struct Step {
    form: u16,
    from: u8,
    score: i32,
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
