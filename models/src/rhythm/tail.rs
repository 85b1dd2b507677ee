//! How long the longest gaps of a rhythm are, and what lies beyond them.

/// The tail of a source's gaps, in its own time (see [`Rhythm`](super::Rhythm)).
///
/// Gaps above `threshold` follow a generalised Pareto distribution beyond it, whose shape and scale
/// are found by probability-weighted moments (Hosking and Wallis 1987, Technometrics 29, eq. 5);
/// a shape below 0 counts as 0. Were the shape 0 and known, not knowing the scale from more than
/// `n` gaps would make the predictive tail a Pareto one of shape 1 / n, so that much is added: few
/// gaps give a heavy tail and a late alarm, and a young source is not accused on thin evidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tail {
    threshold: f64,
    scale: f64,
    shape: f64,
    /// Gaps above the threshold in a year.
    n_above_a_year: f64,
}

/// Below this many gaps there is no rhythm.
pub(super) const FEWEST_GAPS: usize = 5;

/// A silence as long as a source keeps only once in so many years was none of its own.
const OUTAGE_YEARS: f64 = 30.0;

impl Tail {
    /// Fits the tail to gaps seen in so many years; `None` for fewer than [`FEWEST_GAPS`].
    ///
    /// A gap that the others leave only once in [`OUTAGE_YEARS`] was an outage, no part of the
    /// rhythm, and is left out: else every outage would teach the watcher to sleep longer.
    pub(super) fn fit(mut gaps: Vec<f64>, years: f64) -> Option<Self> {
        gaps.retain(|gap| gap.is_finite());
        gaps.sort_unstable_by(|a, b| b.total_cmp(a));
        loop {
            let tail = Self::of_sorted(&gaps, years)?;
            let Some(others) = Self::of_sorted(&gaps[1..], years) else {
                return Some(tail);
            };
            if gaps[0] <= others.level(1.0 / OUTAGE_YEARS) {
                return Some(tail);
            }
            gaps.remove(0);
        }
    }

    /// `gaps`: the longest first.
    fn of_sorted(gaps: &[f64], years: f64) -> Option<Self> {
        if gaps.len() < FEWEST_GAPS {
            return None;
        }
        // Deep enough in the tail for its shape, and enough gaps to know its scale.
        let n_above = ((2.0 * (gaps.len() as f64).sqrt()) as usize).clamp(3, gaps.len() / 2 + 1);
        let threshold = gaps[n_above];
        let excesses = gaps[..n_above].iter().map(|gap| gap - threshold);
        let (shape, scale) = pareto(&excesses.collect::<Vec<_>>());
        Some(Self {
            threshold,
            scale,
            shape: shape + 1.0 / n_above as f64,
            n_above_a_year: n_above as f64 / years.max(1e-6),
        })
    }

    /// The gap that is outgrown so many times a year.
    pub(super) fn level(&self, times_a_year: f64) -> f64 {
        let ratio = (self.n_above_a_year / times_a_year).max(1.0);
        self.threshold + self.scale / self.shape * (ratio.powf(self.shape) - 1.0)
    }

    /// How many gaps of a year are longer than this one.
    pub(super) fn times_a_year(&self, gap: f64) -> f64 {
        let excess = (gap - self.threshold).max(0.0);
        self.n_above_a_year * (1.0 + self.shape * excess / self.scale).powf(-1.0 / self.shape)
    }
}

/// Shape (at least 0) and scale of excesses, the longest first.
fn pareto(excesses: &[f64]) -> (f64, f64) {
    let n = excesses.len() as f64;
    let mean = excesses.iter().sum::<f64>() / n;
    // The weight of each is the share of excesses above it.
    let weighted = excesses
        .iter()
        .enumerate()
        .map(|(above, excess)| excess * (above as f64 + 0.35) / n)
        .sum::<f64>()
        / n;
    let denominator = mean - 2.0 * weighted;
    if denominator <= mean * 1e-6 {
        return (0.0, mean.max(1e-9));
    }
    let shape = 2.0 - mean / denominator;
    if shape <= 0.0 {
        return (0.0, mean.max(1e-9));
    }
    let shape = shape.min(0.9);
    (shape, (mean * (1.0 - shape)).max(1e-9))
}
