//! From margins to honest probabilities: small logistic models fitted on held-out margins.

/// Softmax of scores, in place.
pub(super) fn softmax(scores: &mut [f32]) {
    let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = (*score - highest).exp();
        sum += *score;
    }
    for score in scores.iter_mut() {
        *score /= sum;
    }
}

/// Logistic function.
pub(super) fn sigmoid(score: f32) -> f32 {
    1.0 / (1.0 + (-score).exp())
}

/// One decision to learn from: for each class the evidence given to the shared factors, and the
/// class that was right.
#[derive(Clone, Debug)]
pub(super) struct Example {
    /// `evidence[class][factor]`.
    pub evidence: Vec<Vec<f32>>,
    pub right: usize,
    pub weight: f32,
}

/// Factors that make `softmax(evidence · factors)` most likely, held near `start` by a ridge.
///
/// A handful of factors on thousands of examples: plain gradient descent with backtracking is
/// quick, and the same on every machine.
pub(super) fn fit(examples: &[Example], start: &[f32], ridge: f64) -> Vec<f32> {
    let mut factors = start.iter().map(|&f| f64::from(f)).collect::<Vec<_>>();
    let mut step = 1.0;
    let (mut loss, mut slope) = loss_and_slope(examples, &factors, start, ridge);
    for _ in 0..400 {
        let steepness = slope.iter().map(|s| s * s).sum::<f64>();
        if steepness < 1e-10 {
            break;
        }
        let moved = factors
            .iter()
            .zip(&slope)
            .map(|(factor, slope)| factor - step * slope)
            .collect::<Vec<_>>();
        let (moved_loss, moved_slope) = loss_and_slope(examples, &moved, start, ridge);
        if moved_loss < loss - 1e-4 * step * steepness {
            (factors, loss, slope) = (moved, moved_loss, moved_slope);
            step *= 1.5;
        } else {
            step *= 0.5;
            if step < 1e-9 {
                break;
            }
        }
    }
    factors.into_iter().map(|factor| factor as f32).collect()
}

fn loss_and_slope(
    examples: &[Example],
    factors: &[f64],
    start: &[f32],
    ridge: f64,
) -> (f64, Vec<f64>) {
    let total = examples
        .iter()
        .map(|example| f64::from(example.weight))
        .sum::<f64>()
        .max(1e-9);
    let mut loss = 0.0;
    let mut slope = vec![0.0; factors.len()];
    for example in examples {
        let weight = f64::from(example.weight) / total;
        let mut scores = example
            .evidence
            .iter()
            .map(|evidence| product(evidence, factors) as f32)
            .collect::<Vec<_>>();
        softmax(&mut scores);
        loss -= weight * f64::from(scores[example.right].max(1e-12).ln());
        for (class, &probability) in scores.iter().enumerate() {
            let excess = f64::from(probability) - f64::from(u8::from(class == example.right));
            for (slope, &evidence) in slope.iter_mut().zip(&example.evidence[class]) {
                *slope += weight * excess * f64::from(evidence);
            }
        }
    }
    for ((slope, &factor), &start) in slope.iter_mut().zip(factors).zip(start) {
        let off = factor - f64::from(start);
        loss += 0.5 * ridge * off * off;
        *slope += ridge * off;
    }
    (loss, slope)
}

fn product(evidence: &[f32], factors: &[f64]) -> f64 {
    evidence
        .iter()
        .zip(factors)
        .map(|(&evidence, factor)| f64::from(evidence) * factor)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn learns_how_far_to_trust_a_margin() {
        // The margin points the right way in 80 of 100 cases, so the fitted odds are 4 to 1.
        let examples = (0..100)
            .map(|index| Example {
                evidence: vec![vec![1.0], vec![0.0]],
                right: usize::from(index >= 80),
                weight: 1.0,
            })
            .collect::<Vec<_>>();
        let factors = fit(&examples, &[0.0], 0.0);
        assert!((sigmoid(factors[0]) - 0.8).abs() < 0.01);
    }
}
