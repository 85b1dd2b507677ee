//! The negative binomial distribution of a day's count: quantiles, and how well it foresaw a count.

use crate::domain::Interval;

/// Means above which counts are taken together in packs, so that sums over all counts stay short.
const LARGE: f64 = 20_000.0;

/// The middle of a count's distribution, and its intervals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Median.
    pub median: f64,
    /// 50 % interval, whose ends belong to it.
    pub likely: Interval,
    /// 90 % interval, likewise.
    pub interval: Interval,
}

/// Median and intervals of a negative binomial count.
///
/// ```
/// // Hardly more spread than Poisson with mean 4.
/// let spread = models::ranking::forecast::spread(4.0, 1e6);
/// assert_eq!((spread.likely.low, spread.median, spread.likely.high), (3.0, 4.0, 5.0));
/// assert_eq!((spread.interval.low, spread.interval.high), (1.0, 8.0));
/// ```
pub fn spread(mean: f64, shape: f64) -> Spread {
    let [p05, p25, p50, p75, p95] = quantiles(mean, shape, [0.05, 0.25, 0.5, 0.75, 0.95]);
    Spread {
        median: p50,
        likely: Interval {
            low: p25,
            high: p75,
        },
        interval: Interval {
            low: p05,
            high: p95,
        },
    }
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

/// The least counts up to which so much of the probability lies; `shares` go up.
fn quantiles<const N: usize>(mean: f64, shape: f64, shares: [f64; N]) -> [f64; N] {
    let (mean, shape, pack) = packed(mean, shape);
    let mut found = [MOST as f64; N];
    let mut at = 0;
    for (y, below) in cumulative(mean, shape).enumerate() {
        while at < N && below >= shares[at] {
            found[at] = (y as f64 * pack).round();
            at += 1;
        }
        if at == N {
            break;
        }
    }
    found
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
        let high = spread(10.0 * mean, shape).interval.high / 10.0;
        assert!((high / spread(mean, shape).interval.high - 1.0).abs() < 0.01);
    }

    #[test]
    fn without_spread_the_score_is_the_error() {
        assert!((crps(1e-9, 1e6, 7.0) - 7.0).abs() < 1e-6);
    }

    #[test]
    fn intervals_hold_half_and_nine_tenths() {
        for (mean, shape) in [(0.3, 1.0), (5.0, 3.0), (80.0, 10.0)] {
            let spread = spread(mean, shape);
            let below = cumulative(mean, shape).collect::<Vec<_>>();
            for (interval, share) in [(spread.likely, 0.5), (spread.interval, 0.9)] {
                let under = (interval.low as usize)
                    .checked_sub(1)
                    .map_or(0.0, |y| below[y]);
                assert!(below[interval.high as usize] - under >= share);
                assert!(interval.low <= spread.median && spread.median <= interval.high);
            }
            assert!(spread.interval.low <= spread.likely.low);
            assert!(spread.likely.high <= spread.interval.high);
        }
    }
}
