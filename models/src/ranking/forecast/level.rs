//! The level of a series: how far the last weeks are from what the season leads to expect.
//!
//! A gamma distribution is discounted each day and takes up the day's count (the power discount of
//! Smith and Miller, 1986). How fast it forgets, the series' own forecasts say: of a few paces the
//! one is taken that foresaw the last half year best, a day and a week ahead.

use crate::ranking::stats::ln_gamma;

/// Shares of evidence kept each day: half is forgotten after 5 days, 11 days, a month, 4 months.
const PACES: [f64; 4] = [0.87, 0.94, 0.977, 0.994];

/// Mentions that “as the season says” is worth at the beginning and never less than.
const PRIOR_MENTIONS: f64 = 2.0;

/// Days whose forecasts are looked back on.
const LOOK_BACK: usize = 180;

/// The level at the end of a history.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Level {
    mentions: f64,
    expected: f64,
    pace: f64,
    /// Extra spread of a day's count around its forecast: variance = mean + mean² × this.
    spread: f64,
}

impl Level {
    /// What the season is multiplied by.
    pub fn mean(self) -> f64 {
        (self.mentions + PRIOR_MENTIONS) / (self.expected + PRIOR_MENTIONS)
    }

    /// Shape of the negative binomial distribution so many days ahead: the error of past forecasts,
    /// and what is forgotten of the level until then.
    pub fn shape(self, days_ahead: usize) -> f64 {
        let known = self.mentions + PRIOR_MENTIONS;
        let ahead = days_ahead.saturating_sub(1) as i32;
        let lost = 1.0 / (known * self.pace.powi(ahead)) - 1.0 / known;
        1.0 / (self.spread + lost).max(1e-6)
    }
}

/// Follows the level of a history at the pace that foresaw it best.
///
/// `expected` is what the season gives for the days of `counts`.
pub(super) fn follow(expected: &[f64], counts: &[Option<f64>]) -> Level {
    let runs = PACES.map(|pace| run(pace, expected, counts));
    let best = runs.iter().max_by(|a, b| a.1.total_cmp(&b.1));
    best.map_or(runs[2].0, |(level, _)| *level)
}

/// The level at the end, and the log score of its forecasts on the way.
fn run(pace: f64, expected: &[f64], counts: &[Option<f64>]) -> (Level, f64) {
    let mut level = Level {
        mentions: 0.0,
        expected: 0.0,
        pace,
        spread: 0.0,
    };
    let from = expected.len().saturating_sub(LOOK_BACK);
    // Two passes: the spread of the first is needed to weigh the days of the second.
    let mut score = 0.0;
    for _ in 0..2 {
        let spread = level.spread;
        level.mentions = 0.0;
        level.expected = 0.0;
        let mut errors = Vec::new();
        for (at, (season, count)) in expected.iter().zip(counts).enumerate() {
            if let (true, Some(count)) = (at >= from, count) {
                errors.push((season * level.mean(), *count));
            }
            level.mentions *= pace;
            level.expected *= pace;
            if let Some(count) = count {
                let share = 1.0 / (1.0 + season * spread);
                level.mentions += count * share;
                level.expected += season * share;
            }
        }
        level.spread = spread_of(&errors);
        score = errors
            .iter()
            .map(|&(mean, count)| log_score(mean, level.spread, count))
            .sum();
    }
    (level, score)
}

/// Spread beyond Poisson of counts around what was foreseen, by moments.
fn spread_of(errors: &[(f64, f64)]) -> f64 {
    let over = errors
        .iter()
        .map(|(mean, count)| (count - mean).powi(2) - mean);
    let squares = errors.iter().map(|(mean, _)| mean * mean).sum::<f64>();
    (over.sum::<f64>() / squares.max(1e-9)).clamp(1e-4, 4.0)
}

/// Log probability of a count under the negative binomial distribution.
fn log_score(mean: f64, spread: f64, count: f64) -> f64 {
    let (mean, shape) = (mean.max(1e-9), 1.0 / spread);
    let count = count.round();
    ln_gamma(count + shape) - ln_gamma(shape) - ln_gamma(count + 1.0)
        + shape * (shape / (shape + mean)).ln()
        + count * (mean / (shape + mean)).ln()
}
