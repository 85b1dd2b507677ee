//! Measures of quality: what the score sheet, the trainers and the tests all compute the same way.

use std::collections::BTreeMap;
use std::hash::Hash;

use rustc_hash::FxHashMap;

/// Counts behind precision and recall.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Found and right.
    pub hit: usize,
    /// Found but wrong.
    pub false_alarm: usize,
    /// Right but not found.
    pub miss: usize,
}

impl Tally {
    /// Counts one set of predictions against one set of truths.
    pub fn count<T: PartialEq>(&mut self, truth: &[T], predicted: &[T]) {
        let hit = predicted.iter().filter(|item| truth.contains(item)).count();
        self.hit += hit;
        self.false_alarm += predicted.len() - hit;
        self.miss += truth
            .iter()
            .filter(|item| !predicted.contains(item))
            .count();
    }

    /// Share of what was found that is right, 0 to 1; 0 when nothing was found.
    pub fn precision(self) -> f64 {
        share(self.hit, self.hit + self.false_alarm)
    }

    /// Share of what is right that was found, 0 to 1; 0 when nothing is right.
    pub fn recall(self) -> f64 {
        share(self.hit, self.hit + self.miss)
    }

    /// Harmonic mean of both, 0 to 1.
    pub fn f1(self) -> f64 {
        harmonic(self.precision(), self.recall())
    }
}

/// Accuracy and macro-F1 of a many-class decision.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassScores {
    /// Share of right decisions, 0 to 1.
    pub accuracy: f64,
    /// Mean F1 over the classes that occur in the truth, 0 to 1.
    pub macro_f1: f64,
    /// Decisions counted.
    pub n: usize,
}

/// Scores pairs of (truth, prediction).
pub fn class_scores<T: Ord + Copy>(pairs: &[(T, T)]) -> ClassScores {
    let mut tallies: BTreeMap<T, Tally> = BTreeMap::new();
    for &(truth, predicted) in pairs {
        if truth == predicted {
            tallies.entry(truth).or_default().hit += 1;
        } else {
            tallies.entry(truth).or_default().miss += 1;
            tallies.entry(predicted).or_default().false_alarm += 1;
        }
    }
    let hits = tallies.values().map(|tally| tally.hit).sum::<usize>();
    let in_truth = tallies
        .values()
        .filter(|tally| tally.hit + tally.miss > 0)
        .collect::<Vec<_>>();
    let f1_sum = in_truth.iter().map(|tally| tally.f1()).sum::<f64>();
    ClassScores {
        accuracy: share(hits, pairs.len()),
        macro_f1: if in_truth.is_empty() {
            0.0
        } else {
            f1_sum / in_truth.len() as f64
        },
        n: pairs.len(),
    }
}

/// B³ precision, recall and F1 of a grouping (Bagga and Baldwin 1998).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BCubed {
    /// Mean share of an item's predicted group that shares its true group, 0 to 1.
    pub precision: f64,
    /// Mean share of an item's true group that shares its predicted group, 0 to 1.
    pub recall: f64,
    /// Harmonic mean of both, 0 to 1.
    pub f1: f64,
    /// Items counted.
    pub n: usize,
}

/// Scores pairs of (true group, predicted group), one an item. An item that was predicted to be in
/// no group should come with a group of its own.
///
/// ```
/// let all_in_one = models::measure::b_cubed(&[("a", 1), ("a", 1), ("b", 1), ("b", 1)]);
/// assert_eq!((all_in_one.precision, all_in_one.recall), (0.5, 1.0));
/// ```
pub fn b_cubed<T: Hash + Eq + Copy, P: Hash + Eq + Copy>(pairs: &[(T, P)]) -> BCubed {
    let mut of_truth: FxHashMap<T, usize> = FxHashMap::default();
    let mut of_predicted: FxHashMap<P, usize> = FxHashMap::default();
    let mut of_both: FxHashMap<(T, P), usize> = FxHashMap::default();
    for &(truth, predicted) in pairs {
        *of_truth.entry(truth).or_default() += 1;
        *of_predicted.entry(predicted).or_default() += 1;
        *of_both.entry((truth, predicted)).or_default() += 1;
    }
    let n = pairs.len().max(1) as f64;
    let mut precision = 0.0;
    let mut recall = 0.0;
    for pair in pairs {
        let both = of_both[pair] as f64;
        precision += both / of_predicted[&pair.1] as f64 / n;
        recall += both / of_truth[&pair.0] as f64 / n;
    }
    BCubed {
        precision,
        recall,
        f1: harmonic(precision, recall),
        n: pairs.len(),
    }
}

/// Expected calibration error over ten equal bins of (probability given, whether it was right), 0 to 1.
pub fn calibration_error(decisions: &[(f32, bool)]) -> f64 {
    const BINS: usize = 10;
    let mut bins = [(0.0_f64, 0_usize, 0_usize); BINS];
    for &(probability, right) in decisions {
        let bin = ((probability * BINS as f32) as usize).min(BINS - 1);
        bins[bin].0 += f64::from(probability);
        bins[bin].1 += usize::from(right);
        bins[bin].2 += 1;
    }
    let gap = |&(sum, right, _): &(f64, usize, usize)| (sum - right as f64).abs();
    bins.iter().map(gap).sum::<f64>() / decisions.len().max(1) as f64
}

/// A 95 % bootstrap interval of a measure over resampled items; the seed makes it repeatable.
pub fn bootstrap<T: Clone>(
    items: &[T],
    n_resamples: usize,
    seed: u64,
    measure: impl Fn(&[T]) -> f64,
) -> (f64, f64) {
    if items.is_empty() || n_resamples == 0 {
        return (0.0, 0.0);
    }
    let mut random = SplitMix(seed);
    let mut values = (0..n_resamples)
        .map(|_| {
            let resample = (0..items.len()).map(|_| items[random.below(items.len())].clone());
            measure(&resample.collect::<Vec<_>>())
        })
        .collect::<Vec<_>>();
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values[((values.len() - 1) as f64 * share).round() as usize];
    (at(0.025), at(0.975))
}

/// A small repeatable source of random numbers (SplitMix64, Steele et al. 2014).
#[derive(Clone, Debug)]
pub struct SplitMix(pub u64);

impl SplitMix {
    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which must be above 0.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next_u64()) * bound as u128) >> 64) as usize
    }

    /// A number in [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Puts items in a random order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

fn harmonic(a: f64, b: f64) -> f64 {
    if a + b == 0.0 {
        0.0
    } else {
        2.0 * a * b / (a + b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tally_counts_sets() {
        let mut tally = Tally::default();
        tally.count(&["a", "b"], &["b", "c", "d"]);
        assert_eq!(
            tally,
            Tally {
                hit: 1,
                false_alarm: 2,
                miss: 1
            }
        );
        assert!((tally.f1() - 0.4).abs() < 1e-9);
    }

    #[test]
    fn macro_f1_ignores_classes_that_only_the_prediction_knows() {
        let scores = class_scores(&[(1, 1), (1, 9), (2, 2)]);
        assert!((scores.accuracy - 2.0 / 3.0).abs() < 1e-9);
        assert!((scores.macro_f1 - 5.0 / 6.0).abs() < 1e-9);
    }

    #[test]
    fn perfect_grouping_scores_one_and_singletons_lose_recall() {
        assert!((b_cubed(&[(1, 7), (1, 7), (2, 8)]).f1 - 1.0).abs() < 1e-9);
        let singletons = b_cubed(&[(1, 7), (1, 8)]);
        assert!((singletons.precision, singletons.recall) == (1.0, 0.5));
    }

    #[test]
    fn calibration_error_is_zero_for_honest_probabilities() {
        let honest = (0..10).map(|i| (0.7, i < 7)).collect::<Vec<_>>();
        assert!(calibration_error(&honest) < 1e-6);
        assert!((calibration_error(&[(1.0, false)]) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn bootstrap_is_repeatable_and_holds_the_mean() {
        let items = (0..100).map(f64::from).collect::<Vec<_>>();
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let (low, high) = bootstrap(&items, 200, 7, mean);
        assert_eq!((low, high), bootstrap(&items, 200, 7, mean));
        assert!(low < 49.5 && 49.5 < high && high - low < 20.0);
    }
}
