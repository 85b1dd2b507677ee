//! The season of a series: a ridge-penalised log-linear model of its counts.

use super::ForecastMethod;
use super::features::{FACTORS, N_FEATURES, Row, is_known};
use crate::domain::SeasonFactor;

/// Terms with the intercept.
const N: usize = N_FEATURES + 1;

/// Extra spread of counts that the first fit starts from: variance = mean + mean² × this.
const FIRST_SPREAD: f64 = 0.05;

/// Bounds of a day's log count against the mean of all days: a factor of 20.
const FARTHEST: f64 = 3.0;

/// A fitted season.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Season {
    intercept: f64,
    effects: [f64; N_FEATURES],
}

impl Season {
    /// Mentions expected of a day at the usual level.
    pub fn expected(&self, row: &Row) -> f64 {
        let effect = self
            .effects
            .iter()
            .zip(row)
            .map(|(e, x)| e * x)
            .sum::<f64>();
        (self.intercept + effect.clamp(-FARTHEST, FARTHEST)).exp()
    }

    /// Factors that move a day by at least a twentieth, the strongest first.
    pub fn factors(&self, row: &Row) -> Vec<(SeasonFactor, f64)> {
        const LEAST: f64 = 0.05;
        let of = |factor: SeasonFactor| {
            let own = (0..N_FEATURES).filter(|&at| FACTORS[at] == factor);
            own.map(|at| self.effects[at] * row[at]).sum::<f64>()
        };
        let mut effects = SeasonFactor::ALL.map(|factor| (factor, of(factor)));
        effects.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
        let moving = effects
            .into_iter()
            .filter(|(_, effect)| effect.abs() >= LEAST);
        moving
            .map(|(factor, effect)| (factor, effect.exp()))
            .collect()
    }
}

/// Fits the season by Newton's method, twice: the second time with the extra spread that the first
/// left. `rows` are the calendar's of the days of `counts`.
pub(super) fn fit(method: &ForecastMethod, rows: &[Row], counts: &[Option<f64>]) -> Season {
    let heard = rows.iter().zip(counts);
    let heard = heard.filter_map(|(row, count)| Some((*row, (*count)?)));
    let (mut rows, counts): (Vec<Row>, Vec<f64>) = heard.unzip();
    let known = is_known(&rows);
    for row in &mut rows {
        for (term, known) in row.iter_mut().zip(known) {
            *term *= f64::from(u8::from(known));
        }
    }
    let penalty = 1.0 / method.factor_spread.powi(2);
    let mean = counts.iter().sum::<f64>() / counts.len().max(1) as f64;
    let mut weights = [0.0; N];
    weights[0] = mean.max(1e-6).ln();
    let mut spread = FIRST_SPREAD;
    for _ in 0..2 {
        newton(&rows, &counts, penalty, spread, &mut weights);
        spread = extra_spread(&rows, &counts, &weights);
    }
    let mut effects = [0.0; N_FEATURES];
    effects.copy_from_slice(&weights[1..]);
    Season {
        intercept: weights[0],
        effects,
    }
}

fn newton(rows: &[Row], counts: &[f64], penalty: f64, spread: f64, weights: &mut [f64; N]) {
    for _ in 0..12 {
        let mut gradient = [0.0; N];
        let mut hessian = [[0.0; N]; N];
        for (row, count) in rows.iter().zip(counts) {
            let x = with_one(row);
            let mean = mean_of(&x, weights);
            let share = 1.0 / (1.0 + mean * spread);
            let used = (0..N).filter(|&at| x[at] != 0.0);
            for at in used.clone() {
                gradient[at] += (count - mean) * share * x[at];
                for other in used.clone() {
                    hessian[at][other] += mean * share * x[at] * x[other];
                }
            }
        }
        for at in 1..N {
            gradient[at] -= penalty * weights[at];
            hessian[at][at] += penalty;
        }
        hessian[0][0] += 1e-9;
        let step = solve(hessian, gradient);
        let longest = step.iter().fold(0.0_f64, |longest, s| longest.max(s.abs()));
        // A long step is shortened: the curve is not the parabola that Newton takes it for.
        let share = if longest > 1.0 { 1.0 / longest } else { 1.0 };
        for (weight, step) in weights.iter_mut().zip(step) {
            *weight += step * share;
        }
        if longest < 1e-6 {
            break;
        }
    }
}

/// Spread of counts beyond Poisson around the fit, by moments.
fn extra_spread(rows: &[Row], counts: &[f64], weights: &[f64; N]) -> f64 {
    let (mut over, mut squares) = (0.0, 0.0);
    for (row, count) in rows.iter().zip(counts) {
        let mean = mean_of(&with_one(row), weights);
        over += (count - mean).powi(2) - mean;
        squares += mean * mean;
    }
    (over / squares.max(1e-9)).clamp(0.0, 4.0)
}

fn with_one(row: &Row) -> [f64; N] {
    let mut x = [1.0; N];
    x[1..].copy_from_slice(row);
    x
}

fn mean_of(x: &[f64; N], weights: &[f64; N]) -> f64 {
    let effect = x[1..]
        .iter()
        .zip(&weights[1..])
        .map(|(x, w)| x * w)
        .sum::<f64>();
    (weights[0] + effect.clamp(-FARTHEST, FARTHEST)).exp()
}

/// Solves a positive definite system by Gaussian elimination.
fn solve(mut matrix: [[f64; N]; N], mut right: [f64; N]) -> [f64; N] {
    for column in 0..N {
        let pivot = matrix[column];
        let diagonal = pivot[column].max(1e-12);
        for row in column + 1..N {
            let factor = matrix[row][column] / diagonal;
            for (own, above) in matrix[row].iter_mut().zip(pivot).skip(column) {
                *own -= factor * above;
            }
            right[row] -= factor * right[column];
        }
    }
    let mut solution = [0.0; N];
    for row in (0..N).rev() {
        let known = (row + 1..N).map(|at| matrix[row][at] * solution[at]);
        solution[row] = (right[row] - known.sum::<f64>()) / matrix[row][row].max(1e-12);
    }
    solution
}
