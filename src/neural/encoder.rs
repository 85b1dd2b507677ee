//! Opening a model's folder: workers, and texts as its tokenizer wants them.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use models::language::classify::ClassifyInput;
use models::language::segment::{Segmenter, joined};
use models::language::text;
use neural::candle::Roberta;
use neural::{Encoder, ModelDirectory, Tokenize, Weights, Worker};

use super::HeadKind;
use crate::city::City;

/// An encoder that was opened.
pub struct Opened {
    /// Its folder.
    pub directory: ModelDirectory,
    /// At least one.
    pub workers: Vec<Worker>,
    /// How texts are put for it.
    pub wording: Wording,
}

impl Opened {
    /// Opens a folder with so many workers, which share the weights where the backend can.
    pub fn new(path: &Path, n_workers: usize) -> Result<Self> {
        let directory = ModelDirectory::open(path)?;
        let tokenizer: Arc<dyn Tokenize> = directory.tokenizer()?.into();
        let pad_id = directory.config().pad_token_id;
        let encoders = open_encoders(&directory, n_workers.max(1))?;
        let worker = |encoder| Worker::new(encoder, Arc::clone(&tokenizer), pad_id);
        let segmenter = directory
            .manifest()
            .needs_word_segmentation
            .then(City::segmenter)
            .transpose()
            .context("word segmenter")?;
        Ok(Self {
            workers: encoders.into_iter().map(worker).collect(),
            wording: Wording { segmenter },
            directory,
        })
    }
}

fn open_encoders(directory: &ModelDirectory, n_workers: usize) -> Result<Vec<Box<dyn Encoder>>> {
    #[cfg(feature = "rust-bert")]
    if directory.weights() == Weights::Libtorch {
        // libtorch weights cannot be shared between owners.
        let first = neural_torch::TorchRoberta::open(directory)?;
        return Ok(vec![Box::new(first)]);
    }
    debug_assert!(directory.weights() == Weights::Safetensors || cfg!(not(feature = "rust-bert")));
    let first = Roberta::open(directory)?;
    let others = (1..n_workers).map(|_| first.another());
    let mut encoders = others
        .map(|other| Ok(Box::new(other?) as Box<dyn Encoder>))
        .collect::<Result<Vec<_>>>()?;
    encoders.push(Box::new(first));
    Ok(encoders)
}

/// How texts are put before a tokenizer reads them.
pub struct Wording {
    segmenter: Option<Segmenter>,
}

impl Wording {
    /// The words of a mention: declared field, title, text, in normal form on one line.
    pub fn words(&self, input: &ClassifyInput<'_>) -> String {
        let parts = [input.ticket_field, input.title, Some(input.text)];
        let parts = parts.into_iter().flatten().map(text::normalise);
        let line = parts.collect::<Vec<_>>().join(" . ");
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        match &self.segmenter {
            Some(segmenter) => joined(&segmenter.segment(&line)),
            None => line,
        }
    }
}

impl HeadKind {
    /// Name of its files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Topic => "topic",
            Self::Sentiment => "sentiment",
        }
    }

    /// Codes of its labels, in the order heads have them.
    pub fn labels(self) -> Vec<String> {
        use models::domain::{Sentiment, Topic};
        match self {
            Self::Topic => Topic::ALL.map(|topic| topic.code().to_owned()).to_vec(),
            Self::Sentiment => Sentiment::ALL.map(|s| s.code().to_owned()).to_vec(),
        }
    }
}

/// Own words and those of the post above, as one row: a topic is often named above only.
pub fn with_parent(own: &[f32], parent: Option<&[f32]>) -> Vec<f32> {
    let mut row = own.to_vec();
    match parent {
        Some(parent) => row.extend(parent),
        None => row.resize(own.len() * 2, 0.0),
    }
    row
}
