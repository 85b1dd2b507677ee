//! The negative binomial distribution of a day's count: quantiles, and how well it foresaw a count.

use crate::domain::Interval;
use crate::ranking::stats::{gamma_cdf, normal_quantile};

/// Means above which the distribution is taken as normal: there it is, and sums over all counts
/// would be long.
const LARGE: f64 = 400.0;

/// Median and 90 % interval of a count, whose ends belong to the interval.
///
/// ```
/// // Hardly more spread than Poisson with mean 4: 1 to 8.
/// let (median, interval) = models::ranking::forecast::interval_90(4.0, 1e6);
/// assert_eq!((median, interval.low, interval.high), (4.0, 1.0, 8.0));
/// ```
pub fn interval_90(mean: f64, shape: f64) -> (f64, Interval) {
    let at = |p: f64| quantile(mean, shape, p);
    let interval = Interval {
        low: at(0.05),
        high: at(0.95),
    };
    (at(0.5), interval)
}

/// Continuous ranked probability score of a count against its distribution, in mentions: the sum
/// over y of (P(Y ≤ y) − [count ≤ y])² (Gneiting and Raftery 2007). 0 for a sure and right forecast;
/// of a forecast without spread it is the absolute error.
///
/// ```
/// let sharp = models::ranking::forecast::crps(10.0, 1e6, 10.0);
/// assert!(sharp < models::ranking::forecast::crps(10.0, 2.0, 10.0));
/// ```
pub fn crps(mean: f64, shape: f64, count: f64) -> f64 {
    if mean > LARGE {
        return normal_crps(mean, deviation(mean, shape), count);
    }
    let mut score = 0.0;
    for (y, below) in cumulative(mean, shape).enumerate() {
        let y = y as f64;
        let step = if count <= y { 1.0 } else { 0.0 };
        score += (below - step).powi(2);
        if step > 0.0 && below > 1.0 - 1e-9 {
            break;
        }
    }
    score
}

fn quantile(mean: f64, shape: f64, p: f64) -> f64 {
    if mean > LARGE {
        let guess = deviation(mean, shape).mul_add(normal_quantile(p), mean);
        return guess.round().max(0.0);
    }
    let found = cumulative(mean, shape).position(|below| below >= p);
    found.unwrap_or(MOST) as f64
}

/// Counts added up at most; the sum of the probabilities up to there is 1 but for rounding.
const MOST: usize = 200_000;

/// P(Y ≤ 0), P(Y ≤ 1), …
fn cumulative(mean: f64, shape: f64) -> impl Iterator<Item = f64> {
    let share = mean / (shape + mean);
    let mut probability = (-shape * (mean / shape).ln_1p()).exp();
    let mut sum = 0.0;
    (0..MOST).map(move |y| {
        sum += probability;
        probability *= (y as f64 + shape) / (y as f64 + 1.0) * share;
        // Sums stop growing a hair below 1 or above it.
        if probability < 1e-12 && y as f64 > mean { 1.0 } else { sum.min(1.0) }
    })
}

fn deviation(mean: f64, shape: f64) -> f64 {
    (mean + mean * mean / shape).sqrt()
}

/// CRPS of a normal distribution in closed form.
fn normal_crps(mean: f64, deviation: f64, count: f64) -> f64 {
    let z = (count - mean) / deviation;
    let density = (-z * z / 2.0).exp() / std::f64::consts::TAU.sqrt();
    deviation * (z * (2.0 * normal_cdf(z) - 1.0) + 2.0 * density - 1.0 / std::f64::consts::PI.sqrt())
}

/// Φ by the incomplete gamma function.
fn normal_cdf(z: f64) -> f64 {
    let half = gamma_cdf(0.5, z * z / 2.0) / 2.0;
    if z < 0.0 { 0.5 - half } else { 0.5 + half }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_counts_go_over_into_the_normal() {
        let sum = crps(399.0, 20.0, 450.0);
        let normal = normal_crps(399.0, deviation(399.0, 20.0), 450.0);
        assert!((sum / normal - 1.0).abs() < 0.05, "{sum} {normal}");
    }

    #[test]
    fn without_spread_the_score_is_the_error() {
        assert!((crps(1e-9, 1e6, 7.0) - 7.0).abs() < 1e-6);
    }

    #[test]
    fn intervals_hold_nine_tenths() {
        for (mean, shape) in [(0.3, 1.0), (5.0, 3.0), (80.0, 10.0)] {
            let (median, interval) = interval_90(mean, shape);
            let below = cumulative(mean, shape).collect::<Vec<_>>();
            let under = (interval.low as usize).checked_sub(1).map_or(0.0, |y| below[y]);
            assert!(below[interval.high as usize] - under >= 0.9);
            assert!(interval.low <= median && median <= interval.high);
        }
    }
}
