//! Minimising the loss of a softmax regression by L-BFGS (Nocedal and Wright 2006, algorithm 7.4) with
//! backtracking. The loss is convex, so there is one answer.

use std::collections::VecDeque;

/// Pairs of steps and changes of slope that are remembered.
const MEMORY: usize = 8;

/// Rows whose slopes are added in f32 before the sum goes on in f64.
const BLOCK_ROWS: usize = 64;

/// What is minimised: mean weighted log-loss of the rows plus half the ridge times the squared
/// weights, offsets left out.
pub(super) struct Problem<'a> {
    /// Features, label, weight.
    pub rows: Vec<(&'a [f32], usize, f32)>,
    pub cols: usize,
    pub n_labels: usize,
    pub ridge: f64,
}

/// Scores of a row: `labels`, for weights of `labels × (cols + 1)`.
pub(super) fn scores(weights: &[f32], row: &[f32], cols: usize) -> Vec<f32> {
    let rows = weights.chunks_exact(cols + 1);
    rows.map(|weights| weights[cols] + dot(&weights[..cols], row))
        .collect()
}

/// Weights of least loss, `labels × (cols + 1)`.
pub(super) fn minimise(problem: &Problem<'_>, n_steps_max: usize) -> Vec<f32> {
    let mut weights = vec![0.0; problem.n_labels * (problem.cols + 1)];
    let (mut loss, mut slope) = problem.loss_and_slope(&weights);
    let mut memory: VecDeque<(Vec<f64>, Vec<f64>)> = VecDeque::new();
    for _ in 0..n_steps_max {
        if product(&slope, &slope) < 1e-10 {
            break;
        }
        let direction = downhill(&slope, &memory);
        let fall = product(&slope, &direction);
        let mut step = if memory.is_empty() {
            1.0 / product(&slope, &slope).sqrt().max(1.0)
        } else {
            1.0
        };
        let moved = loop {
            let at = weights
                .iter()
                .zip(&direction)
                .map(|(weight, direction)| weight + step * direction)
                .collect::<Vec<_>>();
            let (loss_there, slope_there) = problem.loss_and_slope(&at);
            if loss_there <= loss + 1e-4 * step * fall {
                break Some((at, loss_there, slope_there));
            }
            step *= 0.5;
            if step < 1e-8 {
                break None;
            }
        };
        let Some((at, loss_there, slope_there)) = moved else {
            break;
        };
        let stepped = difference(&at, &weights);
        let bent = difference(&slope_there, &slope);
        if product(&stepped, &bent) > 1e-12 {
            memory.push_back((stepped, bent));
            if memory.len() > MEMORY {
                memory.pop_front();
            }
        }
        let gained = loss - loss_there;
        (weights, loss, slope) = (at, loss_there, slope_there);
        if gained < 1e-7 {
            break;
        }
    }
    weights.into_iter().map(|weight| weight as f32).collect()
}

/// The slope turned by what is remembered of the curvature, pointing down.
fn downhill(slope: &[f64], memory: &VecDeque<(Vec<f64>, Vec<f64>)>) -> Vec<f64> {
    let mut direction = slope.to_vec();
    let mut shares = Vec::with_capacity(memory.len());
    for (step, bend) in memory.iter().rev() {
        let share = product(step, &direction) / product(step, bend);
        add(&mut direction, bend, -share);
        shares.push(share);
    }
    if let Some((step, bend)) = memory.back() {
        let scale = product(step, bend) / product(bend, bend);
        for value in &mut direction {
            *value *= scale;
        }
    }
    for ((step, bend), share) in memory.iter().zip(shares.into_iter().rev()) {
        let other = product(bend, &direction) / product(step, bend);
        add(&mut direction, step, share - other);
    }
    direction.into_iter().map(|value| -value).collect()
}

impl Problem<'_> {
    fn loss_and_slope(&self, weights: &[f64]) -> (f64, Vec<f64>) {
        let width = self.cols + 1;
        let narrow = weights.iter().map(|&w| w as f32).collect::<Vec<_>>();
        let total = self.rows.iter().map(|row| f64::from(row.2)).sum::<f64>();
        let mut loss = 0.0;
        let mut slope = vec![0.0_f64; weights.len()];
        let mut block = vec![0.0_f32; weights.len()];
        for rows in self.rows.chunks(BLOCK_ROWS) {
            block.fill(0.0);
            for &(features, label, weight) in rows {
                let scores = scores(&narrow, features, self.cols);
                let probabilities = crate::encoder::softmax(&scores, 1.0);
                loss -= f64::from(weight) * f64::from(probabilities[label].max(1e-30)).ln();
                for (index, probability) in probabilities.iter().enumerate() {
                    let is_right = f32::from(u8::from(index == label));
                    let excess = weight * (probability - is_right);
                    let slope = &mut block[index * width..(index + 1) * width];
                    for (slope, value) in slope.iter_mut().zip(features) {
                        *slope += excess * value;
                    }
                    slope[self.cols] += excess;
                }
            }
            for (slope, part) in slope.iter_mut().zip(&block) {
                *slope += f64::from(*part);
            }
        }
        loss /= total;
        for value in &mut slope {
            *value /= total;
        }
        for index in (0..weights.len()).filter(|index| index % width != self.cols) {
            loss += 0.5 * self.ridge * weights[index].powi(2);
            slope[index] += self.ridge * weights[index];
        }
        (loss, slope)
    }
}

/// Eight sums side by side, which the compiler keeps in one register.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    const LANES: usize = 8;
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>();
    sums.iter().sum::<f32>() + rest
}

fn product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn difference(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

fn add(to: &mut [f64], what: &[f64], times: f64) {
    for (to, what) in to.iter_mut().zip(what) {
        *to += times * what;
    }
}
