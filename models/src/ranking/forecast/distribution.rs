//! The negative binomial distribution of a day's count: quantiles, and how well it foresaw a count.

use crate::domain::Interval;

/// Means above which counts are taken together in packs, so that sums over all counts stay short.
const LARGE: f64 = 20_000.0;

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
    let (mean, shape, pack) = packed(mean, shape);
    let count = count / pack;
    let mut score = 0.0;
    for (y, below) in cumulative(mean, shape).enumerate() {
        let y = y as f64;
        let step = if count <= y { 1.0 } else { 0.0 };
        score += (below - step).powi(2);
        if step > 0.0 && below > 1.0 - 1e-9 {
            break;
        }
    }
    score * pack
}

fn quantile(mean: f64, shape: f64, p: f64) -> f64 {
    let (mean, shape, pack) = packed(mean, shape);
    let found = cumulative(mean, shape).position(|below| below >= p);
    (found.unwrap_or(MOST) as f64 * pack).round()
}

/// Mean and shape of the number of packs, and how many mentions are in a pack: the spread relative to
/// the mean stays what it was.
fn packed(mean: f64, shape: f64) -> (f64, f64, f64) {
    if mean <= LARGE {
        return (mean, shape, 1.0);
    }
    let spread = 1.0 / mean + 1.0 / shape - 1.0 / LARGE;
    (LARGE, 1.0 / spread.max(1e-9), mean / LARGE)
}

/// Counts added up at most; the sum of the probabilities up to there is 1 but for rounding.
const MOST: usize = 200_000;

/// P(Y ≤ 0), P(Y ≤ 1), …
fn cumulative(mean: f64, shape: f64) -> impl Iterator<Item = f64> {
    let log_share = (mean / (shape + mean)).ln();
    let mut log_probability = -shape * (mean / shape).ln_1p();
    let mut sum = 0.0;
    (0..MOST).map(move |y| {
        let y = y as f64;
        sum += log_probability.exp();
        log_probability += ((y + shape) / (y + 1.0)).ln() + log_share;
        // Sums stop growing a hair below 1 or above it.
        let is_over = y > mean && log_probability < -28.0;
        if is_over { 1.0 } else { sum.min(1.0) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_in_packs_score_like_single_ones() {
        let (mean, shape) = (19_000.0, 50.0);
        let single = crps(mean, shape, 21_000.0);
        let packs = crps(10.0 * mean, shape, 210_000.0) / 10.0;
        assert!((packs / single - 1.0).abs() < 0.01, "{single} {packs}");
        let high = quantile(10.0 * mean, shape, 0.95) / 10.0;
        assert!((high / quantile(mean, shape, 0.95) - 1.0).abs() < 0.01);
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
            let under = (interval.low as usize)
                .checked_sub(1)
                .map_or(0.0, |y| below[y]);
            assert!(below[interval.high as usize] - under >= 0.9);
            assert!(interval.low <= median && median <= interval.high);
        }
    }
}
