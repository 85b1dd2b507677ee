//! Transformer encoders that a user plugs in: text to tokens, tokens to vectors or logits, and heads
//! fitted on vectors.
//!
//! A [`ModelDirectory`] is read and checked; it gives a [`Tokenize`] and what an [`Encoder`] is made
//! of. Backends differ in [`Encoder`] alone: tokens, padding, batches, pooling, softmax and labels are
//! the same code for all, so that a test can hold any backend against one float64 reference (`testing`).
//!
//! No checkpoint is shipped. Nothing here knows the topics or sentiments of Lắng Nghe: labels are text.

mod batch;
#[cfg(feature = "candle")]
pub mod candle;
mod config;
mod directory;
mod encoder;
mod error;
mod fit;
mod head;
mod manifest;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod tokenize;
mod worker;

pub use batch::{BATCH_ROWS_MAX, Batch, Matrix, TokenBatch, batches};
pub use config::{Activation, EncoderConfig};
pub use directory::{ModelDirectory, Weights};
pub use encoder::{Encoder, pool_mean, softmax};
pub use error::NeuralError;
pub use fit::{FitParameters, FitReport, HeldOut, LabelledRow, fit};
pub use head::Head;
pub use manifest::{Manifest, Task};
#[cfg(feature = "hf-json")]
pub use tokenize::HfJson;
pub use tokenize::{PhobertBpe, TOKENS_MAX, Tokenize};
pub use worker::Worker;
