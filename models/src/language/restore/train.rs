//! Training: a conditional random field by stochastic gradient, pure and repeatable.

use std::collections::BTreeMap;

use super::lattice::{Lattice, N_OWN, N_PAIR, pair_rows};
use super::model::{RestorerError, to_bytes};
use super::pairs::{self, Pairs};
use super::vocabulary::Vocabulary;
use super::weights::{TABLE_BITS, Weights};
use crate::language::segment::exp;
use crate::language::text::{TokenKind, normalise, tokens};

/// How to train; the defaults were chosen on VTB dev and on part B of the gold set.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    /// Passes over the sentences.
    pub n_passes: usize,
    /// Step size of the adaptive gradient.
    pub step: f32,
    /// Strength of the pull of weights towards zero.
    pub decay: f32,
    /// Share of features hidden at each look, so that no single one is leaned on.
    pub dropout: f32,
    /// Weight of a dictionary word that stands alone; 0 leaves the words out.
    pub word_weight: f32,
    /// Seed of the order of sentences.
    pub seed: u64,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            n_passes: 8,
            step: 0.1,
            decay: 1e-3,
            dropout: 0.2,
            word_weight: 0.1,
            seed: 1,
        }
    }
}

/// What a restorer learns from.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// Accented texts, a sentence or a mention each.
    pub texts: &'a [String],
    /// Dictionary words and names.
    pub words: &'a [String],
    /// Syllables with their occurrences in a million.
    pub frequencies: &'a [(String, f64)],
}

/// Trains a restorer and returns its model file. The same input gives the same bytes.
pub fn train(sources: Sources<'_>, parameters: &Parameters) -> Result<Vec<u8>, RestorerError> {
    let texts: Vec<String> = sources.texts.iter().map(|text| normalise(text)).collect();
    let words: Vec<String> = sources.words.iter().map(|word| normalise(word)).collect();
    let vocabulary = Vocabulary::build(&count(&texts, &words, sources.frequencies));
    let pairs = Pairs::build(&neighbours(&words, &vocabulary));
    let mut examples: Vec<Example> = texts
        .iter()
        .map(|text| Example::read(text, 1.0, &vocabulary))
        .collect();
    if examples.iter().all(|example| !example.has_choice()) {
        return Err(RestorerError::NoText);
    }
    if parameters.word_weight > 0.0 {
        let weight = parameters.word_weight;
        let alone = words
            .iter()
            .map(|word| Example::read(word, weight, &vocabulary));
        examples.extend(alone.filter(|example| example.truth.len() > 1 && example.has_choice()));
    }
    let table = Trainer::fit(&examples, &vocabulary, &pairs, parameters);
    Ok(to_bytes(&vocabulary, &pairs, &Weights::pruned(&table)))
}

/// How often each syllable occurs, in tenths: in texts, in a million syllables elsewhere, and a tenth
/// when only the dictionary knows it.
fn count(
    texts: &[String],
    words: &[String],
    frequencies: &[(String, f64)],
) -> BTreeMap<String, u64> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for (syllable, per_million) in frequencies {
        *counts.entry(normalise(syllable)).or_default() += (per_million * 10.0).round() as u64;
    }
    for text in texts {
        for syllable in syllables(text) {
            *counts.entry(syllable).or_default() += 10;
        }
    }
    for word in words {
        for syllable in syllables(word) {
            counts.entry(syllable).or_insert(1);
        }
    }
    counts
}

/// Words of a text in small letters.
fn syllables(text: &str) -> impl Iterator<Item = String> + '_ {
    tokens(text)
        .filter(|token| token.kind == TokenKind::Word)
        .map(|token| token.text.to_lowercase())
}

/// Forms that stand side by side in words.
fn neighbours(words: &[String], vocabulary: &Vocabulary) -> BTreeMap<(u16, u16), u16> {
    let mut found: BTreeMap<(u16, u16), u16> = BTreeMap::new();
    for word in words {
        let forms: Vec<Option<u16>> = syllables(word)
            .map(|syllable| vocabulary.find(&syllable))
            .collect();
        let flag = if forms.len() == 2 {
            pairs::WORD
        } else {
            pairs::INSIDE
        };
        for pair in forms.windows(2) {
            if let [Some(one), Some(other)] = *pair {
                *found.entry((one, other)).or_default() |= flag;
            }
        }
    }
    found
}

/// One text with the form each slot should get.
struct Example {
    lattice: Lattice,
    truth: Vec<Option<u16>>,
    weight: f32,
}

impl Example {
    fn read(text: &str, weight: f32, vocabulary: &Vocabulary) -> Self {
        let (lattice, truth) = Lattice::read_stripped(text, vocabulary);
        Self {
            lattice,
            truth,
            weight,
        }
    }

    fn has_choice(&self) -> bool {
        self.lattice.slots().iter().any(|slot| slot.n_forms > 1)
    }
}

/// A form of a slot while one example is learnt.
struct Node {
    form: u16,
    rows: [u32; N_OWN],
    /// e to the power of its score.
    pull: f32,
    /// Sum over all ways to it, scaled slot by slot; and over all ways from it.
    forward: f32,
    backward: f32,
}

/// Weights and the running sums of adaptive gradient.
struct Trainer<'a> {
    vocabulary: &'a Vocabulary,
    pairs: &'a Pairs,
    parameters: &'a Parameters,
    weights: Vec<f32>,
    squares: Vec<f32>,
    /// Rows that the right forms have somewhere. The others keep their weight of nothing: what was
    /// never seen to be right would only crowd the table.
    seen: Vec<bool>,
    random: u64,
}

impl<'a> Trainer<'a> {
    /// Fits the weights; the result is the average over the second half of the passes.
    fn fit(
        examples: &[Example],
        vocabulary: &'a Vocabulary,
        pairs: &'a Pairs,
        parameters: &'a Parameters,
    ) -> Vec<f32> {
        let mut trainer = Self {
            vocabulary,
            pairs,
            parameters,
            weights: vec![0.0; 1 << TABLE_BITS],
            squares: vec![1e-2; 1 << TABLE_BITS],
            seen: vec![false; 1 << TABLE_BITS],
            random: parameters.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
        };
        examples.iter().for_each(|example| trainer.see(example));
        let mut order: Vec<usize> = (0..examples.len()).collect();
        let mut sums = vec![0.0_f32; 1 << TABLE_BITS];
        let first_averaged = parameters.n_passes / 2;
        for pass in 0..parameters.n_passes {
            for at in (1..order.len()).rev() {
                let other = trainer.draw() as usize % (at + 1);
                order.swap(at, other);
            }
            for &at in &order {
                trainer.learn(&examples[at]);
            }
            if pass >= first_averaged {
                for (sum, weight) in sums.iter_mut().zip(&trainer.weights) {
                    *sum += weight;
                }
            }
        }
        let n_averaged = (parameters.n_passes - first_averaged).max(1) as f32;
        let keep = 1.0 - parameters.dropout;
        sums.iter().map(|sum| sum / n_averaged * keep).collect()
    }

    /// Marks the rows of the right forms.
    fn see(&mut self, example: &Example) {
        let mut before = None;
        for (at, &form) in example.truth.iter().enumerate() {
            if let Some(form) = form {
                let level = self.vocabulary.level(form);
                for row in example.lattice.rows(at, form, level) {
                    self.seen[row as usize] = true;
                }
                if let Some(before) = before {
                    let known = self.pairs.find(before, form);
                    for row in pair_rows(before, form, known) {
                        self.seen[row as usize] = true;
                    }
                }
            }
            before = form;
        }
    }

    /// One gradient step for each chain of slots that decide together.
    fn learn(&mut self, example: &Example) {
        let slots = example.lattice.slots();
        let mut at = 0;
        while at < slots.len() {
            let length = slots[at..]
                .iter()
                .take_while(|slot| slot.n_forms > 0)
                .count();
            if slots[at..at + length].iter().any(|slot| slot.n_forms > 1) {
                self.learn_chain(example, at..at + length);
            }
            at += length.max(1);
        }
    }

    fn learn_chain(&mut self, example: &Example, chain: std::ops::Range<usize>) {
        let hidden: Vec<u32> = chain.clone().map(|_| self.mask()).collect();
        let mut nodes = self.nodes(example, chain.clone(), &hidden);
        let between = self.between(&nodes, &hidden);
        sweep(&mut nodes, &between);
        let mut before = None;
        for (at, place) in chain.enumerate() {
            let truth = example.truth[place];
            for node in &nodes[at] {
                let chance = node.forward * node.backward;
                let gradient = chance - f32::from(u8::from(truth == Some(node.form)));
                self.step(&node.rows, hidden[at], gradient * example.weight);
            }
            if at > 0 {
                self.learn_pairs(&nodes, &between, at, (before, truth), hidden[at], example);
            }
            before = truth;
        }
    }

    fn learn_pairs(
        &mut self,
        nodes: &[Vec<Node>],
        between: &[Vec<f32>],
        at: usize,
        truth: (Option<u16>, Option<u16>),
        hidden: u32,
        example: &Example,
    ) {
        let (left, right) = (&nodes[at - 1], &nodes[at]);
        let joint = |one: usize, other: usize| {
            left[one].forward
                * between[at][one * right.len() + other]
                * right[other].pull
                * right[other].backward
        };
        let mut total = 0.0;
        for one in 0..left.len() {
            for other in 0..right.len() {
                total += joint(one, other);
            }
        }
        for one in 0..left.len() {
            for other in 0..right.len() {
                let is_true = truth == (Some(left[one].form), Some(right[other].form));
                let gradient = joint(one, other) / total - f32::from(u8::from(is_true));
                if gradient.abs() < 1e-4 {
                    continue;
                }
                let (one, other) = (left[one].form, right[other].form);
                let rows = pair_rows(one, other, self.pairs.find(one, other));
                self.step(&rows, hidden >> N_OWN, gradient * example.weight);
            }
        }
    }

    fn nodes(
        &self,
        example: &Example,
        chain: std::ops::Range<usize>,
        hidden: &[u32],
    ) -> Vec<Vec<Node>> {
        let node = |place: usize, form: u16, mask: u32| {
            let rows = example
                .lattice
                .rows(place, form, self.vocabulary.level(form));
            Node {
                form,
                pull: exp(self.score(&rows, mask)),
                rows,
                forward: 0.0,
                backward: 0.0,
            }
        };
        chain
            .zip(hidden)
            .map(|(place, &mask)| {
                let forms = example.lattice.slots()[place].forms();
                forms.map(|form| node(place, form, mask)).collect()
            })
            .collect()
    }

    /// e to the power of the scores of neighbouring forms, for each slot but the first.
    fn between(&self, nodes: &[Vec<Node>], hidden: &[u32]) -> Vec<Vec<f32>> {
        let mut between = vec![Vec::new()];
        for (pair, mask) in nodes.windows(2).zip(&hidden[1..]) {
            let mut pulls = Vec::with_capacity(pair[0].len() * pair[1].len());
            for one in &pair[0] {
                for other in &pair[1] {
                    let known = self.pairs.find(one.form, other.form);
                    let rows = pair_rows(one.form, other.form, known);
                    pulls.push(exp(self.score(&rows, mask >> N_OWN)));
                }
            }
            between.push(pulls);
        }
        between
    }

    fn score(&self, rows: &[u32], mask: u32) -> f32 {
        let seen = rows
            .iter()
            .enumerate()
            .filter(|(at, _)| mask >> at & 1 == 0);
        seen.map(|(_, &row)| self.weights[row as usize]).sum()
    }

    fn step(&mut self, rows: &[u32], mask: u32, gradient: f32) {
        for (at, &row) in rows.iter().enumerate() {
            if mask >> at & 1 == 1 || !self.seen[row as usize] {
                continue;
            }
            let (weight, square) = (
                &mut self.weights[row as usize],
                &mut self.squares[row as usize],
            );
            let slope = gradient + self.parameters.decay * *weight;
            *square += slope * slope;
            *weight -= self.parameters.step * slope / square.sqrt();
        }
    }

    /// Features hidden at this look, one bit each.
    fn mask(&mut self) -> u32 {
        let limit = (self.parameters.dropout * 256.0) as u64;
        let mut mask = 0;
        let mut bits = 0_u64;
        for at in 0..N_OWN + N_PAIR {
            if at % 7 == 0 {
                bits = self.draw();
            }
            mask |= u32::from(bits & 255 < limit) << at;
            bits >>= 8;
        }
        mask
    }

    /// Xorshift: the order of sentences must be the same everywhere.
    fn draw(&mut self) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random >> 4
    }
}

/// Forward-backward over a chain; afterwards `forward * backward` is the chance of a form.
fn sweep(nodes: &mut [Vec<Node>], between: &[Vec<f32>]) {
    for at in 0..nodes.len() {
        let (done, rest) = nodes.split_at_mut(at);
        let here = &mut rest[0];
        let width = here.len();
        for (other, node) in here.iter_mut().enumerate() {
            let ways = done.last().map_or(1.0, |left| {
                left.iter()
                    .enumerate()
                    .map(|(one, from)| from.forward * between[at][one * width + other])
                    .sum()
            });
            node.forward = ways * node.pull;
        }
        let total: f32 = here.iter().map(|node| node.forward).sum();
        here.iter_mut().for_each(|node| node.forward /= total);
    }
    for at in (0..nodes.len()).rev() {
        let (rest, done) = nodes.split_at_mut(at + 1);
        let here = &mut rest[at];
        if let Some(right) = done.first() {
            for (one, node) in here.iter_mut().enumerate() {
                node.backward = right
                    .iter()
                    .enumerate()
                    .map(|(other, to)| {
                        between[at + 1][one * right.len() + other] * to.pull * to.backward
                    })
                    .sum();
            }
        } else {
            here.iter_mut().for_each(|node| node.backward = 1.0);
        }
        let total: f32 = here.iter().map(|node| node.forward * node.backward).sum();
        here.iter_mut().for_each(|node| node.backward /= total);
    }
}
