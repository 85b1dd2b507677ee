//! `model.toml`: what whoever plugs a checkpoint in says about it.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::error::NeuralError;

/// What the checkpoint's own classifier answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Task {
    /// Nothing: only its vectors are used.
    Embedding,
    /// What a text is about.
    Topic,
    /// How a text feels.
    Sentiment,
}

/// The file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// What the checkpoint's own classifier answers.
    pub task: Task,
    /// Whether texts must be segmented into words first, syllables joined by `_`, as PhoBERT's were.
    pub needs_word_segmentation: bool,
    /// Licence of the checkpoint.
    pub licence: String,
    /// Where it came from.
    pub source: String,
    /// Which of our codes each of the checkpoint's labels is; needed unless `task` is `embedding`.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Divides the classifier's scores before softmax, so that probabilities are honest.
    #[serde(default = "one")]
    pub temperature: f32,
    /// Checksum of each file that is read, `model.toml` left out: lower-case hexadecimal.
    pub sha256: BTreeMap<String, String>,
}

fn one() -> f32 {
    1.0
}

impl Manifest {
    /// Reads a `model.toml`; `path` names it in errors.
    ///
    /// # Errors
    /// [`NeuralError::Wrong`] when it does not parse or contradicts itself.
    pub fn parse(path: &Path, text: &str) -> Result<Self, NeuralError> {
        let manifest: Self = toml::from_str(text).map_err(|error| {
            let reason = error.message().trim().to_owned();
            NeuralError::wrong(
                path,
                format!("không đọc được: {reason}"),
                "see “A neural model of your own” in README.md",
            )
        })?;
        if manifest.task != Task::Embedding && manifest.labels.is_empty() {
            return Err(NeuralError::wrong(
                path,
                "thiếu bảng [labels]: nhãn của mô hình = mã của Lắng Nghe",
                "the table [labels] is missing: label of the model = our code",
            ));
        }
        if !(0.01..=100.0).contains(&manifest.temperature) {
            return Err(NeuralError::wrong(
                path,
                "temperature phải từ 0.01 đến 100",
                "temperature must be between 0.01 and 100",
            ));
        }
        Ok(manifest)
    }
}
