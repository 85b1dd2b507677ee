//! A head: calibrated softmax regression over an encoder's vectors, and its file.

use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::encoder::softmax;
use crate::error::NeuralError;

/// First bytes of a head's file; the last of them is the version of the format.
const MAGIC: &[u8; 8] = b"LNHEAD_1";

/// Most labels of a head.
const LABELS_MAX: usize = 1000;

/// Weights of a softmax regression and the temperature that makes its probabilities honest.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// Codes of the classes, in the order of the weights.
    pub labels: Vec<String>,
    /// Numbers that are read: the vector of a text, or of a text and the post above it.
    pub cols: usize,
    /// `labels × (cols + 1)`; the last of a row is the offset.
    pub weights: Vec<f32>,
    /// Divides scores before softmax.
    pub temperature: f32,
    /// [`crate::ModelDirectory::fingerprint`] of the encoder it was fitted on.
    pub encoder: String,
}

#[derive(Serialize, Deserialize)]
struct Header {
    labels: Vec<String>,
    cols: usize,
    temperature: f32,
    encoder: String,
}

impl Head {
    /// Probabilities of the labels for a row of [`Self::cols`] numbers; they sum to 1.
    pub fn probabilities(&self, row: &[f32]) -> Vec<f32> {
        let score = |weights: &[f32]| {
            let (offset, weights) = weights.split_last().unwrap_or((&0.0, &[]));
            offset + weights.iter().zip(row).map(|(w, x)| w * x).sum::<f32>()
        };
        let scores = self.weights.chunks_exact(self.cols + 1).map(score);
        softmax(&scores.collect::<Vec<_>>(), self.temperature)
    }

    /// The file: magic, length of the header, header as JSON, weights as little-endian f32, and the
    /// SHA-256 of all that.
    pub fn to_bytes(&self) -> Vec<u8> {
        let header = serde_json::json!(Header {
            labels: self.labels.clone(),
            cols: self.cols,
            temperature: self.temperature,
            encoder: self.encoder.clone(),
        })
        .to_string();
        let length = (header.len() as u32).to_le_bytes();
        let mut bytes = [MAGIC.as_slice(), &length, header.as_bytes()].concat();
        bytes.extend(self.weights.iter().flat_map(|w| w.to_le_bytes()));
        let sum = Sha256::digest(&bytes);
        bytes.extend(sum);
        bytes
    }

    /// Reads what [`Self::to_bytes`] wrote; `path` names it in errors.
    ///
    /// # Errors
    /// [`NeuralError::Wrong`] when it is something else or was damaged.
    pub fn from_bytes(path: &Path, bytes: &[u8]) -> Result<Self, NeuralError> {
        Self::read(bytes).ok_or_else(|| {
            NeuralError::wrong(
                path,
                "tệp hỏng hoặc của phiên bản khác: huấn luyện lại bằng `langnghe train … --encoder`",
                "damaged, or of another version: train it again",
            )
        })
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (body, sum) = bytes.split_last_chunk::<32>()?;
        if Sha256::digest(body)[..] != *sum {
            return None;
        }
        let rest = body.strip_prefix(MAGIC)?;
        let (&length, rest) = rest.split_first_chunk()?;
        let (header, values) = rest.split_at_checked(u32::from_le_bytes(length) as usize)?;
        let header: Header = serde_json::from_slice(header).ok()?;
        let (values, remainder) = values.as_chunks();
        let weights = values.iter().map(|&w| f32::from_le_bytes(w));
        let weights = weights.collect::<Vec<f32>>();
        let n_expected = header
            .labels
            .len()
            .checked_mul(header.cols.checked_add(1)?)?;
        let is_sound = remainder.is_empty()
            && (2..=LABELS_MAX).contains(&header.labels.len())
            && weights.len() == n_expected
            && weights.iter().all(|weight| weight.is_finite())
            && header.temperature.is_finite()
            && header.temperature > 0.0;
        is_sound.then_some(Self {
            labels: header.labels,
            cols: header.cols,
            weights,
            temperature: header.temperature,
            encoder: header.encoder,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> Head {
        Head {
            labels: vec!["road".to_owned(), "drainage".to_owned()],
            cols: 2,
            weights: vec![1.0, 0.0, 0.5, 0.0, 1.0, 0.0],
            temperature: 0.5,
            encoder: "abc".to_owned(),
        }
    }

    #[test]
    fn a_file_says_what_the_head_said() {
        let read = Head::from_bytes(Path::new("topic.head"), &head().to_bytes()).unwrap();
        assert_eq!(read, head());
        let [first, second] = read.probabilities(&[1.0, 1.5])[..] else {
            panic!("two labels")
        };
        // Scores 1.5 and 1.5.
        assert!((first - 0.5).abs() < 1e-6 && (second - 0.5).abs() < 1e-6);
        assert!(read.probabilities(&[1.0, 0.0])[0] > 0.95);
    }

    #[test]
    fn damage_is_noticed_wherever_it_is() {
        let whole = head().to_bytes();
        let is_refused = |bytes: &[u8]| Head::from_bytes(Path::new("h"), bytes).is_err();
        for at in 0..whole.len() {
            assert!(is_refused(&whole[..at]), "cut at {at}");
            let mut changed = whole.clone();
            changed[at] ^= 1;
            assert!(is_refused(&changed), "changed at {at}");
        }
        assert!(is_refused(&[whole, vec![0; 4]].concat()));
    }
}
