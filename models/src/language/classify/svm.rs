//! Linear support vector machines by dual coordinate descent.
//!
//! L2-loss SVM after Hsieh et al., "A dual coordinate descent method for large-scale linear SVM"
//! (ICML 2008), with shrinking. Deterministic: the order of visits comes from a seed.

use crate::measure::SplitMix;

/// Rows of (column, value), packed.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    starts: Vec<usize>,
    cells: Vec<(u32, f32)>,
}

impl Rows {
    /// No rows yet.
    pub fn new() -> Self {
        Self {
            starts: vec![0],
            cells: Vec::new(),
        }
    }

    /// Appends one row.
    pub fn push(&mut self, row: impl IntoIterator<Item = (u32, f32)>) {
        self.cells.extend(row);
        self.starts.push(self.cells.len());
    }

    /// One row.
    pub fn row(&self, index: usize) -> &[(u32, f32)] {
        &self.cells[self.starts[index]..self.starts[index + 1]]
    }
}

/// One row's part in a yes-or-no problem.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vote {
    /// Which row.
    pub row: usize,
    /// On which side it stands.
    pub yes: bool,
    /// Cost of getting it wrong; above 0.
    pub cost: f32,
}

/// How long to look for the optimum.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effort {
    pub max_rounds: usize,
    pub tolerance: f32,
    pub seed: u64,
}

/// Weights of the columns that separate the votes with the widest margin.
pub(super) fn separate(rows: &Rows, n_columns: usize, votes: &[Vote], effort: Effort) -> Vec<f32> {
    let mut weights = vec![0.0_f32; n_columns];
    let mut alphas = vec![0.0_f32; votes.len()];
    let curvatures = votes
        .iter()
        .map(|vote| dot_self(rows.row(vote.row)) + 0.5 / vote.cost)
        .collect::<Vec<_>>();
    let mut random = SplitMix(effort.seed);
    let mut active = (0..votes.len()).collect::<Vec<_>>();
    let mut shrink_above = f32::INFINITY;
    for _ in 0..effort.max_rounds {
        random.shuffle(&mut active);
        let (mut largest, mut smallest) = (f32::NEG_INFINITY, f32::INFINITY);
        active.retain(|&index| {
            let vote = votes[index];
            let side = if vote.yes { 1.0 } else { -1.0 };
            let row = rows.row(vote.row);
            let slope = side * dot(row, &weights) - 1.0 + alphas[index] * 0.5 / vote.cost;
            let projected = if alphas[index] == 0.0 {
                if slope > shrink_above {
                    return false;
                }
                slope.min(0.0)
            } else {
                slope
            };
            largest = largest.max(projected);
            smallest = smallest.min(projected);
            if projected.abs() > 1e-12 {
                let before = alphas[index];
                alphas[index] = (before - slope / curvatures[index]).max(0.0);
                add(row, (alphas[index] - before) * side, &mut weights);
            }
            true
        });
        if largest - smallest <= effort.tolerance {
            if active.len() == votes.len() {
                break;
            }
            active = (0..votes.len()).collect();
            shrink_above = f32::INFINITY;
        } else {
            shrink_above = if largest > 0.0 {
                largest
            } else {
                f32::INFINITY
            };
        }
    }
    weights
}

fn dot(row: &[(u32, f32)], weights: &[f32]) -> f32 {
    row.iter()
        .map(|&(column, value)| value * weights[column as usize])
        .sum()
}

fn dot_self(row: &[(u32, f32)]) -> f32 {
    row.iter().map(|&(_, value)| value * value).sum()
}

fn add(row: &[(u32, f32)], factor: f32, weights: &mut [f32]) {
    for &(column, value) in row {
        weights[column as usize] += factor * value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separates_what_can_be_separated() {
        let mut rows = Rows::new();
        for point in [[2.0, 1.0], [1.5, 0.5], [-1.0, 0.5], [-2.0, 1.0]] {
            rows.push([(0, point[0]), (1, point[1])]);
        }
        let votes = (0..4)
            .map(|row| Vote {
                row,
                yes: row < 2,
                cost: 10.0,
            })
            .collect::<Vec<_>>();
        let effort = Effort {
            max_rounds: 100,
            tolerance: 0.01,
            seed: 1,
        };
        let weights = separate(&rows, 2, &votes, effort);
        for vote in &votes {
            assert_eq!(dot(rows.row(vote.row), &weights) > 0.0, vote.yes);
        }
        assert_eq!(weights, separate(&rows, 2, &votes, effort));
    }
}
