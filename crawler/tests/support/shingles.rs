//! The measure of the article-extraction benchmark: runs of four words, each page weighing the same.

use std::collections::HashMap;

const SHINGLE: usize = 4;

/// Precision and recall over pages.
#[derive(Clone, Copy, Debug, Default)]
pub struct Score {
    precision: f64,
    recall: f64,
    n_precision: usize,
    n_recall: usize,
}

impl Score {
    /// Counts one page.
    pub fn add(&mut self, expected: &str, found: &str) {
        let (expected, found) = (shingles(expected), shingles(found));
        let shared: usize = expected
            .iter()
            .map(|(shingle, n)| *n.min(found.get(shingle).unwrap_or(&0)))
            .sum();
        let (n_expected, n_found) = (expected.values().sum(), found.values().sum());
        if n_found > 0 {
            self.precision += share(shared, n_found);
            self.n_precision += 1;
        }
        if n_expected > 0 {
            self.recall += share(shared, n_expected);
            self.n_recall += 1;
        }
    }

    /// Harmonic mean of the means.
    pub fn f1(&self) -> f64 {
        let (p, r) = (self.precision(), self.recall());
        2.0 * p * r / (p + r).max(f64::MIN_POSITIVE)
    }

    pub fn precision(&self) -> f64 {
        self.precision / self.n_precision.max(1) as f64
    }

    pub fn recall(&self) -> f64 {
        self.recall / self.n_recall.max(1) as f64
    }
}

impl std::fmt::Display for Score {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "F1 {:.3}, precision {:.3}, recall {:.3}",
            self.f1(),
            self.precision(),
            self.recall()
        )
    }
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

fn shingles(text: &str) -> HashMap<Vec<&str>, usize> {
    let words: Vec<&str> = text
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
        .collect();
    let mut counts = HashMap::new();
    if words.is_empty() {
        return counts;
    }
    let size = SHINGLE.min(words.len());
    for shingle in words.windows(size) {
        *counts.entry(shingle.to_vec()).or_default() += 1;
    }
    counts
}
