//! What the units of a kind say of one share: not one fitted prior, but all that fit, each as far as it
//! does. A kind of a hundred units whose sizes differ a thousandfold does not say how unlike they are;
//! an interval that takes one answer for the truth is too narrow.

use super::method::ScoreMethod;
use crate::ranking::stats::{BetaPrior, ln_gamma};

/// Weights of the kind that are tried, evenly apart in their logarithm.
const N_WEIGHTS: usize = 25;
/// How far kinds of units unlike each other are expected beforehand: 0 is flat in the logarithm of the weight, ½
/// flat in the standard deviation between units. Chosen on invented cities of other seeds than those reported.
const WIDE: f64 = 0.25;
/// One that fits so much worse than the best is left out.
const LEAST_CHANCE: f64 = 1e-4;

/// One prior that may be.
#[derive(Clone, Copy)]
struct Candidate {
    /// Posterior probability; all of them sum to 1.
    chance: f64,
    beta: BetaPrior,
    weight: f64,
    /// Sampling variance of its mean.
    mean_variance: f64,
}

/// The priors of one share for the units of a kind.
#[derive(Clone)]
pub(super) struct Prior {
    candidates: Vec<Candidate>,
    /// Mentions that say as much as one that stands alone.
    design_effect: f64,
}

impl Prior {
    /// Weighs the priors by how well each explains the units (beta-binomial likelihood of `good` of
    /// `all` a unit, divided by the design effect) times what is expected beforehand ([`WIDE`]). The mean of each is
    /// that of the units' shares weighed by all / (all + weight), integrated over its sampling variance.
    pub(super) fn fit(method: &ScoreMethod, shares: &[(f64, f64)], design_effect: f64) -> Self {
        let counts = shares
            .iter()
            .map(|(good, all)| (good / design_effect, all / design_effect))
            .filter(|(_, all)| *all > 0.0)
            .collect::<Vec<_>>();
        let (least, most) = method.prior_weights;
        let tried = (0..N_WEIGHTS).map(|step| {
            let part = step as f64 / (N_WEIGHTS - 1) as f64;
            let weight = least * (most / least).powf(part);
            candidate(&counts, weight)
        });
        let mut tried = tried.collect::<Vec<_>>();
        let best = tried.iter().map(|(fit, _)| *fit);
        let best = best.fold(f64::NEG_INFINITY, f64::max);
        for (fit, one) in &mut tried {
            one.chance = (*fit - best).exp();
        }
        let mut candidates = tried.into_iter().map(|(_, one)| one).collect::<Vec<_>>();
        candidates.retain(|one| one.chance >= LEAST_CHANCE);
        let all = candidates.iter().map(|one| one.chance).sum::<f64>();
        for one in &mut candidates {
            one.chance /= all;
        }
        Self {
            candidates,
            design_effect,
        }
    }

    /// Mean and variance of the share after its observations: over the priors, the variance within each
    /// and that between them.
    pub(super) fn posterior(&self, good: f64, all: f64) -> (f64, f64) {
        let (good, all) = (good / self.design_effect, all / self.design_effect);
        let (mut mean, mut square, mut within) = (0.0, 0.0, 0.0);
        for one in &self.candidates {
            let posterior = one.beta.posterior(good, all);
            let of_prior = (one.weight / (one.weight + all)).powi(2);
            mean += one.chance * posterior.mean();
            square += one.chance * posterior.mean().powi(2);
            within += one.chance * (posterior.variance() + of_prior * one.mean_variance);
        }
        (mean, within + (square - mean * mean).max(0.0))
    }
}

/// The prior of a weight, and the logarithm of how well it fits.
fn candidate(counts: &[(f64, f64)], weight: f64) -> (f64, Candidate) {
    let pulls = counts
        .iter()
        .map(|(good, all)| (all / (all + weight), good / all));
    let pull = pulls.clone().map(|(pull, _)| pull).sum::<f64>();
    let sum = pulls.map(|(pull, share)| pull * share).sum::<f64>();
    // Half a unit of no opinion keeps the mean of few units off the ends.
    let mean = (sum + 0.005) / (pull + 0.01);
    let spread = mean * (1.0 - mean) / (weight + 1.0);
    // A unit of `all` observations scatters around the mean by spread (1 + weight / all).
    let mean_variance = spread / (pull + 0.01);
    let beta = BetaPrior {
        hits: mean * weight,
        misses: (1.0 - mean) * weight,
    };
    let alone = ln_gamma(weight) - ln_gamma(beta.hits) - ln_gamma(beta.misses);
    let fits = counts.iter().map(|(good, all)| {
        let bad = (all - good).max(0.0);
        alone + ln_gamma(beta.hits + good) + ln_gamma(beta.misses + bad) - ln_gamma(weight + all)
    });
    let fit = fits.sum::<f64>() + 0.5 * mean_variance.ln() - WIDE * (weight + 1.0).ln();
    let found = Candidate {
        chance: 0.0,
        beta,
        weight,
        mean_variance,
    };
    (fit, found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(shares: &[(f64, f64)]) -> Prior {
        Prior::fit(&ScoreMethod::default(), shares, 1.0)
    }

    #[test]
    fn a_unit_among_units_alike_is_taken_to_be_like_them() {
        let alike = (0..60).map(|at| (40.0 + f64::from(at % 3), 50.0));
        let (mean, variance) = fit(&alike.collect::<Vec<_>>()).posterior(0.0, 5.0);
        assert!(
            (mean - 0.82).abs() < 0.03 && variance.sqrt() < 0.05,
            "{mean} {variance}"
        );
        let unlike = (0..60).map(|at| (f64::from(at % 3) * 25.0, 50.0));
        let (mean, variance) = fit(&unlike.collect::<Vec<_>>()).posterior(0.0, 5.0);
        assert!(mean < 0.15 && variance.sqrt() > 0.05, "{mean} {variance}");
    }

    #[test]
    fn few_units_leave_more_doubt_than_many() {
        let units = |n: usize| {
            (0..n)
                .map(|at| (5.0 + (at % 5) as f64, 12.0))
                .collect::<Vec<_>>()
        };
        let of = |n| fit(&units(n)).posterior(3.0, 4.0).1;
        assert!(of(8) > of(120), "{} {}", of(8), of(120));
    }

    #[test]
    fn nothing_known_is_no_opinion() {
        let (mean, variance) = fit(&[]).posterior(0.0, 0.0);
        assert!((mean - 0.5).abs() < 1e-9 && variance.is_finite());
    }
}
