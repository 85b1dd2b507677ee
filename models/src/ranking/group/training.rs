//! Learns the model of belonging together from mentions whose true concern is known.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::background::Background;
use super::day::bundles_of;
use super::desk::Constraints;
use super::index::CandidateIndex;
use super::parameters::GroupParameters;
use super::profile::Profile;
use super::similarity::{MergeWeights, N_FEATURES, features};
use super::terms::count_terms;
use crate::domain::{AnnotatedMention, CleanMention};

/// One comparison of a bundle with a concern, and whether it belongs there.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Values in the order of [`super::FEATURE_NAMES`].
    pub features: [f32; N_FEATURES],
    /// Whether the bundle is of the concern.
    pub belongs: bool,
    /// Weight in training.
    pub weight: f32,
}

/// Counts the terms of documents for [`Background`]; terms in fewer than two are left out.
pub fn count_background<'a>(mentions: impl IntoIterator<Item = &'a CleanMention>) -> Background {
    let counts = mentions.into_iter().map(count_terms);
    let counts = counts.collect::<Vec<_>>();
    Background::count(counts.iter().map(|counts| counts.counts.as_slice()), 2)
}

/// Replays mentions day by day with their true concerns and compares each bundle with its candidates
/// as they stood at the time. `truth` gives the true concern of each mention, `None` for noise.
pub fn compare(
    parameters: &GroupParameters,
    mentions: &[AnnotatedMention],
    truth: &[Option<String>],
) -> Vec<Comparison> {
    let mut days: BTreeMap<Option<Date>, Vec<usize>> = BTreeMap::new();
    for at in (0..mentions.len()).filter(|&at| truth[at].is_some()) {
        days.entry(mentions[at].mention.day()).or_default().push(at);
    }
    let (mut replay, people) = (Replay::default(), Constraints::default());
    for (day, positions) in days {
        let today = positions.iter().map(|&at| mentions[at].clone());
        let today = today.collect::<Vec<_>>();
        let day = day.unwrap_or(Date::ZERO);
        for bundle in bundles_of(parameters, day, &today, &FxHashMap::default(), &people) {
            let first = positions[bundle.members[0]];
            if let Some(concern) = &truth[first] {
                replay.meet(parameters, &bundle.profile, concern);
            }
        }
    }
    replay.comparisons
}

#[derive(Default)]
struct Replay {
    clusters: Vec<Profile>,
    names: Vec<String>,
    index: CandidateIndex,
    comparisons: Vec<Comparison>,
}

impl Replay {
    fn meet(&mut self, parameters: &GroupParameters, profile: &Profile, concern: &str) {
        let candidates =
            self.index
                .candidates(profile, parameters.max_candidates, parameters.max_postings);
        for candidate in candidates {
            let candidate = candidate as usize;
            self.comparisons.push(Comparison {
                features: features(profile, &self.clusters[candidate]),
                belongs: self.names[candidate] == concern,
                weight: 1.0,
            });
        }
        let home = self.names.iter().position(|name| name == concern);
        let home = home.unwrap_or_else(|| {
            self.names.push(concern.to_owned());
            self.clusters.push(profile.clone());
            self.clusters.len() - 1
        });
        if home + 1 < self.clusters.len() || self.clusters[home] != *profile {
            self.clusters[home].absorb(profile, parameters.sketch_terms);
        }
        self.index.add(home as u32, profile);
    }
}

/// Fits the weights by ridge-penalised logistic regression (Newton's method, at most 30 steps).
pub fn fit(comparisons: &[Comparison], ridge: f64) -> MergeWeights {
    let mut weights = [0.0_f64; N_FEATURES];
    for _ in 0..30 {
        let (gradient, hessian) = derivatives(comparisons, &weights, ridge);
        let step = solve(hessian, gradient);
        let longest = step.iter().fold(0.0_f64, |m, s| m.max(s.abs()));
        for (weight, step) in weights.iter_mut().zip(step) {
            *weight -= step;
        }
        if longest < 1e-6 {
            break;
        }
    }
    MergeWeights(weights.map(|weight| weight as f32))
}

type Square = [[f64; N_FEATURES]; N_FEATURES];

fn derivatives(
    comparisons: &[Comparison],
    weights: &[f64; N_FEATURES],
    ridge: f64,
) -> ([f64; N_FEATURES], Square) {
    let mut gradient = [0.0; N_FEATURES];
    let mut hessian: Square = [[0.0; N_FEATURES]; N_FEATURES];
    for comparison in comparisons {
        let x = comparison.features.map(f64::from);
        let log_odds = x.iter().zip(weights).map(|(x, w)| x * w).sum::<f64>();
        let p = 1.0 / (1.0 + (-log_odds).exp());
        let error = (p - f64::from(u8::from(comparison.belongs))) * f64::from(comparison.weight);
        let curvature = p * (1.0 - p) * f64::from(comparison.weight);
        for row in 0..N_FEATURES {
            gradient[row] += error * x[row];
            for column in 0..N_FEATURES {
                hessian[row][column] += curvature * x[row] * x[column];
            }
        }
    }
    for at in 0..N_FEATURES {
        // The bias is hardly penalised.
        let penalty = if at == 0 { ridge * 0.01 } else { ridge };
        gradient[at] += penalty * weights[at];
        hessian[at][at] += penalty + 1e-9;
    }
    (gradient, hessian)
}

/// Solves a positive definite system by Gaussian elimination with pivoting.
fn solve(mut matrix: Square, mut right: [f64; N_FEATURES]) -> [f64; N_FEATURES] {
    for column in 0..N_FEATURES {
        let below = column..N_FEATURES;
        let largest =
            |&a: &usize, &b: &usize| matrix[a][column].abs().total_cmp(&matrix[b][column].abs());
        let pivot = below.max_by(largest).unwrap_or(column);
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        for row in column + 1..N_FEATURES {
            let factor = matrix[row][column] / matrix[column][column];
            let above = matrix[column];
            for (own, above) in matrix[row].iter_mut().zip(above).skip(column) {
                *own -= factor * above;
            }
            right[row] -= factor * right[column];
        }
    }
    let mut solution = [0.0; N_FEATURES];
    for row in (0..N_FEATURES).rev() {
        let known = (row + 1..N_FEATURES).map(|at| matrix[row][at] * solution[at]);
        solution[row] = (right[row] - known.sum::<f64>()) / matrix[row][row];
    }
    solution
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fit_finds_what_decides() {
        let comparisons = (0..200)
            .map(|i| {
                let mut features = [0.0; N_FEATURES];
                features[0] = 1.0;
                features[1] = (i % 10) as f32 / 10.0;
                Comparison {
                    features,
                    belongs: i % 10 >= 5,
                    weight: 1.0,
                }
            })
            .collect::<Vec<_>>();
        let weights = fit(&comparisons, 0.1);
        assert!(weights.0[1] > 5.0 && weights.0[0] < -2.0, "{weights:?}");
        assert!(weights.0[2].abs() < 1e-6);
    }
}
