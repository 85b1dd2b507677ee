//! `train`: data to model file, the same bytes from the same data.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use models::domain::Taxonomy;
use models::language::classify::{self, TrainParameters};
use models::language::{segment, text};

use super::lines::{Outcome, Output};
use crate::cli::TrainModel;
use crate::conllu;

/// `langnghe train …`
pub fn train(model: &TrainModel, taxonomy: &Taxonomy) -> Result<Outcome> {
    let mut output = Output::stdout();
    match model {
        TrainModel::Segmenter { treebank, words, plain, out } => {
            let bytes = segmenter(treebank, words, plain)?;
            write(out, &bytes)?;
            output.text(&format!("{}: {} byte", out.display(), bytes.len()))?;
        }
        TrainModel::Classifier { examples, out } => {
            let examples = classifier_examples(examples)?;
            let trained = classify::train(&examples, taxonomy, &TrainParameters::default())?;
            write(out, &trained.bytes)?;
            output.text(&format!("{}: {} byte", out.display(), trained.bytes.len()))?;
            output.text(&trained.report.to_string())?;
        }
    }
    output.finish()?;
    Ok(Outcome::Done)
}
