//! Training: a conditional random field by stochastic gradient, pure and repeatable.

use super::Segmenter;
use super::features::{Features, N_FEATURES, TABLE_BITS, Views};
use super::lexicon::Lexicon;
use super::model::{SegmenterError, to_bytes};
use super::pieces::{Cutter, Piece};
use super::weights::Weights;
use crate::language::text::fold;

/// How to train; the defaults were chosen on VTB dev.
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
    /// Weight of a copy of each sentence without accents; 0 leaves the copies out.
    pub unaccented_weight: f32,
    /// Weight of a copy of each sentence in small letters.
    pub lowercase_weight: f32,
    /// Weight of the model's own words for the copies of unlabelled texts; 0 leaves self-training out.
    pub silver_weight: f32,
    /// Models trained from different seeds whose weights are averaged.
    pub n_models: usize,
    /// Seed of the order of sentences.
    pub seed: u64,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            n_passes: 12,
            step: 0.1,
            decay: 2e-3,
            dropout: 0.2,
            unaccented_weight: 0.5,
            lowercase_weight: 0.3,
            silver_weight: 0.2,
            n_models: 1,
            seed: 1,
        }
    }
}

/// Trains a segmenter and returns its model file. The same input gives the same bytes.
///
/// `sentences` are lists of words, the syllables of a word separated by spaces; `dictionary` is a
/// list of words; `unlabelled` are texts on which a first model labels its own training data.
pub fn train<S: AsRef<str>>(
    sentences: &[Vec<S>],
    dictionary: &[S],
    unlabelled: &[S],
    parameters: &Parameters,
) -> Result<Vec<u8>, SegmenterError> {
    let cutter = Cutter::new();
    let lexicon = Lexicon::build(dictionary.iter().map(AsRef::as_ref), &cutter);
    let mut examples = Vec::new();
    for words in sentences {
        let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
        examples.push(example(&words, 1.0, &cutter, &lexicon));
        add_copies(&words, 1.0, parameters, &cutter, &lexicon, &mut examples);
    }
    if examples.iter().all(|example| example.gaps.is_empty()) {
        return Err(SegmenterError::NoSentences);
    }
    let bytes = to_bytes(
        &lexicon,
        &Weights::pruned(&Trainer::fit(&examples, parameters)),
    );
    if parameters.silver_weight <= 0.0 || unlabelled.is_empty() {
        return Ok(bytes);
    }
    // What the teacher reads off the accents is worth learning for text without them; its own
    // words for accented text teach nothing (VTB dev 96.84 with them, 97.07 without).
    let teacher = Segmenter::from_bytes(&bytes)?;
    for text in unlabelled {
        let words = teacher.segment(text.as_ref());
        add_copies(
            &words,
            parameters.silver_weight,
            parameters,
            &cutter,
            &lexicon,
            &mut examples,
        );
    }
    Ok(to_bytes(
        &lexicon,
        &Weights::pruned(&Trainer::fit(&examples, parameters)),
    ))
}

/// One open gap of an example.
struct Gap {
    features: Features,
    is_joined: bool,
    /// Whether the piece before stands behind an open gap too, so that both decide together.
    follows: bool,
}

struct Example {
    gaps: Vec<Gap>,
    weight: f32,
}

/// Copies without accents and in small letters.
fn add_copies(
    words: &[&str],
    weight: f32,
    parameters: &Parameters,
    cutter: &Cutter,
    lexicon: &Lexicon,
    examples: &mut Vec<Example>,
) {
    if parameters.unaccented_weight > 0.0 {
        let bare: Vec<String> = words.iter().map(|word| unaccented(word)).collect();
        let bare: Vec<&str> = bare.iter().map(String::as_str).collect();
        examples.push(example(
            &bare,
            weight * parameters.unaccented_weight,
            cutter,
            lexicon,
        ));
    }
    if parameters.lowercase_weight > 0.0 {
        let small: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
        let small: Vec<&str> = small.iter().map(String::as_str).collect();
        examples.push(example(
            &small,
            weight * parameters.lowercase_weight,
            cutter,
            lexicon,
        ));
    }
}

/// Accents off, case kept: what people type in a hurry.
fn unaccented(word: &str) -> String {
    word.chars()
        .flat_map(|letter| {
            let folded = fold(letter.encode_utf8(&mut [0; 4]));
            if letter.is_uppercase() {
                folded.to_uppercase()
            } else {
                folded
            }
            .chars()
            .collect::<Vec<_>>()
        })
        .collect()
}

/// Reads one sentence of words into gaps.
fn example(words: &[&str], weight: f32, cutter: &Cutter, lexicon: &Lexicon) -> Example {
    let text = words.join(" ");
    let mut pieces: Vec<Piece> = Vec::new();
    cutter.cut(&text, &mut pieces);
    let mut starts = Vec::new();
    let mut at = 0;
    for word in words {
        starts.push(at as u32);
        at += word.len() + 1;
    }
    let mut views = Views::default();
    views.read(&pieces, lexicon);
    let mut gaps = Vec::new();
    let mut before_was_open = false;
    for (at, piece) in pieces.iter().enumerate() {
        let open = at > 0 && !views.is_closed(at);
        if open {
            gaps.push(Gap {
                features: views.features(at),
                is_joined: starts.binary_search(&piece.start).is_err(),
                follows: before_was_open,
            });
        }
        before_was_open = open;
    }
    Example { gaps, weight }
}

/// Weights and the running sums of adaptive gradient.
struct Trainer {
    weights: Vec<[f32; 2]>,
    squares: Vec<[f32; 2]>,
    random: u64,
}

impl Trainer {
    /// Fits the weights of all models and averages them.
    fn fit(examples: &[Example], parameters: &Parameters) -> Vec<[f32; 2]> {
        let mut mean = vec![[0.0_f32; 2]; 1 << TABLE_BITS];
        let n_models = parameters.n_models.max(1);
        for model in 0..n_models {
            let seed = parameters.seed.wrapping_add(model as u64);
            for (sum, row) in mean
                .iter_mut()
                .zip(Self::fit_one(examples, parameters, seed))
            {
                sum[0] += row[0] / n_models as f32;
                sum[1] += row[1] / n_models as f32;
            }
        }
        mean
    }

    /// Fits one model; the result is the average over the second half of the passes.
    fn fit_one(examples: &[Example], parameters: &Parameters, seed: u64) -> Vec<[f32; 2]> {
        let mut trainer = Self {
            weights: vec![[0.0; 2]; 1 << TABLE_BITS],
            squares: vec![[1e-2; 2]; 1 << TABLE_BITS],
            random: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
        };
        let mut order: Vec<usize> = (0..examples.len()).collect();
        let mut sums = vec![[0.0_f32; 2]; 1 << TABLE_BITS];
        let first_averaged = parameters.n_passes / 2;
        for pass in 0..parameters.n_passes {
            for at in (1..order.len()).rev() {
                let other = trainer.draw() as usize % (at + 1);
                order.swap(at, other);
            }
            for &at in &order {
                trainer.learn(&examples[at], parameters);
            }
            if pass >= first_averaged {
                for (sum, row) in sums.iter_mut().zip(&trainer.weights) {
                    sum[0] += row[0];
                    sum[1] += row[1];
                }
            }
        }
        let n_averaged = (parameters.n_passes - first_averaged).max(1) as f32;
        let keep = 1.0 - parameters.dropout;
        sums.iter()
            .map(|row| row.map(|sum| sum / n_averaged * keep))
            .collect()
    }

    /// One gradient step on one sentence, run by run of gaps that decide together.
    fn learn(&mut self, example: &Example, parameters: &Parameters) {
        let mut rest = example.gaps.as_slice();
        while !rest.is_empty() {
            let length = 1 + rest[1..].iter().take_while(|gap| gap.follows).count();
            let (run, after) = rest.split_at(length);
            self.learn_run(run, example.weight, parameters);
            rest = after;
        }
    }

    fn learn_run(&mut self, run: &[Gap], weight: f32, parameters: &Parameters) {
        let hidden: Vec<u32> = run.iter().map(|_| self.mask(parameters.dropout)).collect();
        let scores: Vec<[f32; 2]> = run
            .iter()
            .zip(&hidden)
            .map(|(gap, &mask)| self.score(gap, mask))
            .collect();
        let chances = joint_chances(&scores);
        let mut before = false;
        for ((gap, mask), chance) in run.iter().zip(hidden).zip(chances) {
            let truth = [gap.is_joined && !before, gap.is_joined && before];
            let gradient =
                [0, 1].map(|state| weight * (chance[state] - f32::from(u8::from(truth[state]))));
            self.step(gap, mask, gradient, parameters);
            before = gap.is_joined;
        }
    }

    fn score(&self, gap: &Gap, mask: u32) -> [f32; 2] {
        let mut score = [0.0; 2];
        for (at, &row) in gap.features.iter().enumerate() {
            if mask >> at & 1 == 0 {
                let weights = self.weights[row as usize];
                score[0] += weights[0];
                score[1] += weights[1];
            }
        }
        score
    }

    fn step(&mut self, gap: &Gap, mask: u32, gradient: [f32; 2], parameters: &Parameters) {
        for (at, &row) in gap.features.iter().enumerate() {
            if mask >> at & 1 == 1 {
                continue;
            }
            let (weights, squares) = (
                &mut self.weights[row as usize],
                &mut self.squares[row as usize],
            );
            for state in 0..2 {
                let slope = gradient[state] + parameters.decay * weights[state];
                squares[state] += slope * slope;
                weights[state] -= parameters.step * slope / squares[state].sqrt();
            }
        }
    }

    /// Features hidden at this look, one bit each.
    fn mask(&mut self, dropout: f32) -> u32 {
        if dropout <= 0.0 {
            return 0;
        }
        let limit = (dropout * 256.0) as u64;
        let mut mask = 0;
        let mut bits = 0_u64;
        for at in 0..N_FEATURES {
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

/// For each gap of a run the chance that it is joined while the gap before is open, and while the
/// gap before is joined: forward-backward, scaled at each gap.
fn joint_chances(scores: &[[f32; 2]]) -> Vec<[f32; 2]> {
    let pull: Vec<[f32; 2]> = scores.iter().map(|row| row.map(exp)).collect();
    let mut forward = Vec::with_capacity(scores.len() + 1);
    forward.push([1.0_f32, 0.0]);
    for (at, row) in pull.iter().enumerate() {
        let [open, joined] = forward[at];
        let (next_open, next_joined) = (open + joined, open * row[0] + joined * row[1]);
        let total = next_open + next_joined;
        forward.push([next_open / total, next_joined / total]);
    }
    let mut chances = vec![[0.0; 2]; scores.len()];
    let mut backward = [1.0_f32, 1.0];
    for at in (0..scores.len()).rev() {
        let [open, joined] = forward[at];
        let row = pull[at];
        let ways = [
            open * row[0] * backward[1],
            joined * row[1] * backward[1],
            (open + joined) * backward[0],
        ];
        let total = ways[0] + ways[1] + ways[2];
        chances[at] = [ways[0] / total, ways[1] / total];
        let next = [
            backward[0] + row[0] * backward[1],
            backward[0] + row[1] * backward[1],
        ];
        let size = next[0] + next[1];
        backward = [next[0] / size, next[1] / size];
    }
    chances
}

/// e to the power of x by arithmetic alone: the libraries of platforms differ in the last bit, and
/// models must not.
pub(in crate::language) fn exp(x: f32) -> f32 {
    let x = f64::from(x.clamp(-30.0, 30.0)) / 1024.0;
    let small = 1.0 + x * (1.0 + x / 2.0 * (1.0 + x / 3.0 * (1.0 + x / 4.0)));
    (0..10).fold(small, |power, _| power * power) as f32
}
