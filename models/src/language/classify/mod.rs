//! Whether a mention voices a concern, what it is about and how it feels.
//!
//! Three linear models over one set of hashed features (words and word pairs with and without
//! accents, letter runs, topic phrases, cues of feeling, the declared ticket field), whose margins
//! become probabilities through factors fitted on held-out data. A reply is read together with the
//! post it answers: it takes its topic from there where it has none of its own.

mod calibrate;
mod context;
mod cues;
pub mod data;
mod domains;
mod features;
mod format;
mod hash;
mod lexicon;
mod model;
mod scan;
mod score;
mod svm;
mod train;

pub use format::ModelError;
pub use model::{Classifier, ClassifyInput, Impression, Reading, settle};
pub use score::{ClassifyScores, Judged};
pub use train::{TrainParameters, TrainReport, Trained, train};

#[cfg(test)]
mod tests;
