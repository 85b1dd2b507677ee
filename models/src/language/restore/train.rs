//! Training: a conditional random field by stochastic gradient, pure and repeatable.

use std::collections::BTreeMap;

use super::lattice::{Lattice, N_OWN, N_PAIR, Slot, known_row, pair_cell};
use super::model::{RestorerError, to_bytes};
use super::pairs::{self, Pairs};
use super::vocabulary::Vocabulary;
use super::weights::{N_ROWS, Weights};
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
    /// Share of features with neighbours hidden at each look, so that no single one is leaned on.
    pub dropout: f32,
    /// Weight of a dictionary word that stands alone; 0 leaves the words out.
    pub word_weight: f32,
    /// Seed of the order of sentences.
    pub seed: u64,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            n_passes: 6,
            step: 0.2,
            decay: 1e-3,
            dropout: 0.1,
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
    /// Dictionary words of checked lists.
    pub words: &'a [String],
    /// Further headwords, where phrases and names stand too.
    pub headwords: &'a [String],
    /// Syllables with their occurrences in a million.
    pub frequencies: &'a [(String, f64)],
}

/// Trains a restorer and returns its model file. The same input gives the same bytes.
pub fn train(sources: Sources<'_>, parameters: &Parameters) -> Result<Vec<u8>, RestorerError> {
    let texts: Vec<String> = sources.texts.iter().map(|text| normalise(text)).collect();
    let checked = sources.words.iter().map(|word| normalise(word));
    let mut words: Vec<String> = checked.collect();
    let n_checked = words.len();
    words.extend(sources.headwords.iter().map(|word| normalise(word)));
    let vocabulary = Vocabulary::build(&count(&texts, &words, sources.frequencies));
    let mut known = neighbours(&words[..n_checked], pairs::WORD, &vocabulary);
    for (pair, flags) in neighbours(&words[n_checked..], pairs::HEADWORD, &vocabulary) {
        *known.entry(pair).or_default() |= flags;
    }
    let pairs = Pairs::build(&known);
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

/// Forms that stand side by side in words; two that are all of a word get `whole`.
fn neighbours(words: &[String], whole: u16, vocabulary: &Vocabulary) -> BTreeMap<(u16, u16), u16> {
    let mut found: BTreeMap<(u16, u16), u16> = BTreeMap::new();
    for word in words {
        let forms: Vec<Option<u16>> = syllables(word)
            .map(|syllable| vocabulary.find(&syllable))
            .collect();
        let flag = if forms.len() == 2 {
            whole
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

/// What each feature counts at one look: those of a form, then those of two neighbours.
type Look = [f32; N_OWN + N_PAIR];

/// Features that name a neighbour.
const NAMES_NEIGHBOURS: [usize; 6] = [1, 2, 3, 4, 5, N_OWN];

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
            weights: vec![0.0; N_ROWS],
            squares: vec![1e-2; N_ROWS],
            random: parameters.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
        };
        let mut order: Vec<usize> = (0..examples.len()).collect();
        let mut sums = vec![0.0_f32; N_ROWS];
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
        sums.iter().map(|sum| sum / n_averaged).collect()
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
        let looks: Vec<Look> = chain.clone().map(|_| self.look()).collect();
        let mut nodes = self.nodes(example, chain.clone(), &looks);
        let slots = &example.lattice.slots()[chain.clone()];
        let between = self.between(&nodes, slots, &looks);
        sweep(&mut nodes, &between);
        let mut before = None;
        for (at, place) in chain.enumerate() {
            let truth = example.truth[place];
            for node in &nodes[at] {
                let chance = node.forward * node.backward;
                let gradient = chance - f32::from(u8::from(truth == Some(node.form)));
                self.step(&node.rows, &looks[at], gradient * example.weight);
            }
            if at > 0 {
                let slot = &example.lattice.slots()[place];
                let step = (&looks[at], example.weight);
                self.learn_pairs(&nodes, &between, at, slot, (before, truth), step);
            }
            before = truth;
        }
    }

    fn learn_pairs(
        &mut self,
        nodes: &[Vec<Node>],
        between: &[Vec<f32>],
        at: usize,
        slot: &Slot,
        truth: (Option<u16>, Option<u16>),
        step: (&Look, f32),
    ) {
        let (left, right) = (&nodes[at - 1], &nodes[at]);
        let width = right.len();
        let mut joint = Vec::with_capacity(left.len() * width);
        for (one, from) in left.iter().enumerate() {
            joint.extend(right.iter().enumerate().map(|(other, to)| {
                from.forward * between[at][one * width + other] * to.pull * to.backward
            }));
        }
        let total: f32 = joint.iter().sum();
        for (place, chance) in joint.into_iter().enumerate() {
            let (one, other) = (left[place / width].form, right[place % width].form);
            let is_true = truth == (Some(one), Some(other));
            let gradient = chance / total - f32::from(u8::from(is_true));
            if gradient.abs() < 1e-4 {
                continue;
            }
            let rows = self.pair_rows(one, other, slot);
            self.step(&rows, &step.0[N_OWN..], gradient * step.1);
        }
    }

    fn nodes(
        &self,
        example: &Example,
        chain: std::ops::Range<usize>,
        looks: &[Look],
    ) -> Vec<Vec<Node>> {
        let node = |place: usize, form: u16, look: &Look| {
            let rows = example
                .lattice
                .rows(place, form, self.vocabulary.level(form));
            Node {
                form,
                pull: exp(self.score(&rows, look)),
                rows,
                forward: 0.0,
                backward: 0.0,
            }
        };
        chain
            .zip(looks)
            .map(|(place, look)| {
                let forms = example.lattice.slots()[place].forms();
                forms.map(|form| node(place, form, look)).collect()
            })
            .collect()
    }

    /// e to the power of the scores of neighbouring forms, for each slot but the first.
    fn between(&self, nodes: &[Vec<Node>], slots: &[Slot], looks: &[Look]) -> Vec<Vec<f32>> {
        let mut between = vec![Vec::new()];
        for ((pair, slot), look) in nodes.windows(2).zip(&slots[1..]).zip(&looks[1..]) {
            let mut pulls = Vec::with_capacity(pair[0].len() * pair[1].len());
            for one in &pair[0] {
                for other in &pair[1] {
                    let rows = self.pair_rows(one.form, other.form, slot);
                    pulls.push(exp(self.score(&rows, &look[N_OWN..])));
                }
            }
            between.push(pulls);
        }
        between
    }

    fn pair_rows(&self, one: u16, other: u16, slot: &Slot) -> [u32; N_PAIR] {
        let levels = (self.vocabulary.level(one), self.vocabulary.level(other));
        [
            pair_cell(one, slot).row(other - slot.first),
            known_row(self.pairs.find(one, other), levels),
        ]
    }

    fn score(&self, rows: &[u32], look: &[f32]) -> f32 {
        let parts = rows.iter().zip(look);
        parts
            .map(|(&row, share)| share * self.weights[row as usize])
            .sum()
    }

    fn step(&mut self, rows: &[u32], look: &[f32], gradient: f32) {
        for (&row, &share) in rows.iter().zip(look) {
            if share <= 0.0 {
                continue;
            }
            let (weight, square) = (
                &mut self.weights[row as usize],
                &mut self.squares[row as usize],
            );
            let slope = gradient * share + self.parameters.decay * *weight;
            *square += slope * slope;
            *weight -= self.parameters.step * slope / square.sqrt();
        }
    }

    /// What each feature counts at this look: nothing when hidden, and more than one where others of
    /// its kind are hidden, so that sums stay. Features that name no neighbour are never hidden:
    /// they must learn to do without the others.
    fn look(&mut self) -> Look {
        let limit = (self.parameters.dropout * 256.0) as u64;
        let shown = 1.0 / (1.0 - self.parameters.dropout);
        let mut look = [1.0; N_OWN + N_PAIR];
        let mut bits = self.draw();
        for at in NAMES_NEIGHBOURS {
            look[at] = if bits & 255 < limit { 0.0 } else { shown };
            bits >>= 8;
        }
        look
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
    for (at, pulls) in between.iter().enumerate() {
        let (done, rest) = nodes.split_at_mut(at);
        let here = &mut rest[0];
        let width = here.len();
        for (other, node) in here.iter_mut().enumerate() {
            let ways = done.last().map_or(1.0, |left| {
                left.iter()
                    .enumerate()
                    .map(|(one, from)| from.forward * pulls[one * width + other])
                    .sum()
            });
            node.forward = ways * node.pull;
        }
        let total: f32 = here.iter().map(|node| node.forward).sum();
        for node in here.iter_mut() {
            node.forward /= total;
        }
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
            for node in here.iter_mut() {
                node.backward = 1.0;
            }
        }
        let total: f32 = here.iter().map(|node| node.forward * node.backward).sum();
        for node in here.iter_mut() {
            node.backward /= total;
        }
    }
}
