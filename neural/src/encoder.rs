//! What a backend does, and what is done alike behind each of them.

use crate::batch::{Matrix, TokenBatch};
use crate::error::NeuralError;

/// A transformer encoder. One thread owns one: `&mut self`, because some runtimes keep scratch memory.
pub trait Encoder: Send {
    /// Name of the backend, for logs and cards.
    fn backend(&self) -> &'static str;

    /// Scores of the checkpoint's own classifier, `rows × labels`, before softmax.
    ///
    /// # Errors
    /// [`NeuralError::NoClassifier`] when the checkpoint has none, [`NeuralError::Backend`] when the
    /// backend fails.
    fn logits(&mut self, batch: &TokenBatch<'_>) -> Result<Matrix, NeuralError>;

    /// Last hidden states, `(rows · len) × hidden`; [`pool_mean`] makes one vector a row of them.
    ///
    /// # Errors
    /// [`NeuralError::Backend`] when the backend fails.
    fn embed(&mut self, batch: &TokenBatch<'_>) -> Result<Matrix, NeuralError>;
}

/// Mean of the hidden states of each row's tokens, padding left out: `rows × hidden`.
///
/// The mean and not the first token's state: in a checkpoint that was only pre-trained, the first
/// token's state means little (Reimers and Gurevych 2019, table 6).
pub fn pool_mean(hidden: &Matrix, batch: &TokenBatch<'_>) -> Matrix {
    let mut pooled = vec![0.0; batch.rows * hidden.cols];
    for row in 0..batch.rows {
        let mask = &batch.mask[row * batch.len..(row + 1) * batch.len];
        let sum = &mut pooled[row * hidden.cols..(row + 1) * hidden.cols];
        for (place, _) in mask
            .iter()
            .enumerate()
            .filter(|&(_, &is_token)| is_token == 1)
        {
            for (sum, value) in sum.iter_mut().zip(hidden.row(row * batch.len + place)) {
                *sum += value;
            }
        }
        let n_tokens = mask.iter().map(|&m| f32::from(m)).sum::<f32>().max(1.0);
        for value in sum {
            *value /= n_tokens;
        }
    }
    Matrix {
        values: pooled,
        cols: hidden.cols,
    }
}

/// Probabilities of scores divided by `temperature`; they sum to 1.
///
/// ```
/// let even = neural::softmax(&[2.0, 2.0], 1.0);
/// assert_eq!(even, [0.5, 0.5]);
/// ```
pub fn softmax(scores: &[f32], temperature: f32) -> Vec<f32> {
    let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers = scores
        .iter()
        .map(|score| ((score - highest) / temperature).exp());
    let powers = powers.collect::<Vec<_>>();
    let sum = powers.iter().sum::<f32>();
    powers.into_iter().map(|power| power / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_has_no_part_in_the_mean() {
        let hidden = Matrix {
            values: vec![1.0, 2.0, 3.0, 4.0, 100.0, 100.0],
            cols: 2,
        };
        let batch = TokenBatch {
            ids: &[0, 2, 1],
            mask: &[1, 1, 0],
            rows: 1,
            len: 3,
        };
        assert_eq!(pool_mean(&hidden, &batch).values, [2.0, 3.0]);
    }

    #[test]
    fn a_high_temperature_makes_unsure() {
        let sure = softmax(&[3.0, 0.0], 1.0);
        let unsure = softmax(&[3.0, 0.0], 4.0);
        assert!(sure[0] > unsure[0] && unsure[0] > 0.5);
        assert!((unsure.iter().sum::<f32>() - 1.0).abs() < 1e-6);
    }
}
