//! `train`: data to model file, the same bytes from the same data.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use models::domain::Taxonomy;
use models::language::classify::data::TrainingMention;
use models::language::classify::{self, TrainParameters};
use models::language::{segment, text};
use models::ranking::group::training::count_background;

use super::lines::{Outcome, Output};
use crate::cli::{TrainHead, TrainModel};
use crate::neural::{self, HeadKind, HeadRequest};
use crate::{conllu, eval};

/// `langnghe train …`
pub fn train(model: &TrainModel, taxonomy: &Taxonomy) -> Result<Outcome> {
    let mut output = Output::stdout();
    match model {
        TrainModel::Segmenter {
            treebank,
            words,
            mentions,
            out,
        } => {
            let bytes = segmenter(treebank, words, mentions)?;
            write_model(out, &bytes)?;
            output.text(&format!("{}: {} byte", out.display(), bytes.len()))?;
        }
        TrainModel::Background { mentions, out } => {
            let mut documents = Vec::new();
            for file in mentions {
                documents.extend(eval::documents(file)?);
            }
            let bytes = count_background(&documents).to_bytes();
            write_model(out, &bytes)?;
            output.text(&format!("{}: {} byte", out.display(), bytes.len()))?;
        }
        TrainModel::Classifier { examples, out } => {
            let examples = classifier_examples(examples)?;
            let trained = classify::train(&examples, taxonomy, &TrainParameters::default());
            write_model(out, &trained.bytes)?;
            output.text(&format!("{}: {} byte", out.display(), trained.bytes.len()))?;
            let scores = trained.report.scores();
            output.text(&format!("{scores:?}"))?;
        }
        TrainModel::Topic(head) => return neural::train(&wish(HeadKind::Topic, head), taxonomy),
        TrainModel::Sentiment(head) => {
            return neural::train(&wish(HeadKind::Sentiment, head), taxonomy);
        }
    }
    output.finish()?;
    Ok(Outcome::Done)
}

fn wish(kind: HeadKind, head: &TrainHead) -> HeadRequest {
    HeadRequest {
        kind,
        encoder: head.encoder.clone(),
        examples: head.examples.clone(),
        workers: head.workers.map(usize::from),
    }
}

fn segmenter(treebank: &Path, words: &[PathBuf], mentions: &[PathBuf]) -> Result<Vec<u8>> {
    let mut files = fs::read_dir(treebank)
        .with_context(|| format!("không đọc được / cannot read {}", treebank.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    // The development file only chooses; it is never trained on.
    files.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".conllu") && !name.ends_with("-dev.conllu")
    });
    // The training file before the smaller ones: the order is part of the result.
    files.sort_by(|a, b| b.cmp(a));
    let mut sentences = Vec::new();
    for file in &files {
        sentences.extend(conllu::read(file)?);
    }
    let mut dictionary = Vec::new();
    for file in words {
        dictionary.extend(lines_of(file)?);
    }
    let mut texts = Vec::new();
    for file in mentions {
        texts.extend(words_of_mentions(&text_of(file)?));
    }
    Ok(segment::train(
        &sentences,
        &dictionary,
        &texts,
        &segment::Parameters::default(),
    )?)
}

/// Titles and texts of training mentions, the eighth and ninth of their fields.
fn words_of_mentions(tsv: &str) -> Vec<String> {
    let fields = tsv
        .lines()
        .flat_map(|line| line.split('\t').skip(7).take(2));
    fields
        .filter(|field| !field.is_empty())
        .map(text::normalise)
        .collect()
}

fn classifier_examples(files: &[PathBuf]) -> Result<Vec<TrainingMention>> {
    let mut examples = Vec::new();
    for file in files {
        examples.extend(eval::examples(file)?);
    }
    Ok(examples)
}

fn lines_of(path: &Path) -> Result<Vec<String>> {
    let file = text_of(path)?;
    let lines = file
        .lines()
        .map(text::normalise)
        .filter(|line| !line.trim().is_empty());
    Ok(lines.collect())
}

fn text_of(path: &Path) -> Result<String> {
    fs::read_to_string(path)
        .with_context(|| format!("không đọc được / cannot read {}", path.display()))
}

fn write_model(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes)
        .with_context(|| format!("không ghi được / cannot write {}", path.display()))
}
