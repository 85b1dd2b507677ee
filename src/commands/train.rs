//! `train`: data to model file, the same bytes from the same data.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use models::domain::Taxonomy;
use models::language::classify::data::TrainingMention;
use models::language::classify::{self, TrainParameters};
use models::language::{segment, text};

use super::lines::{Outcome, Output};
use crate::cli::TrainModel;
use crate::{conllu, eval};

/// `langnghe train …`
pub fn train(model: &TrainModel, taxonomy: &Taxonomy) -> Result<Outcome> {
    let mut output = Output::stdout();
    match model {
        TrainModel::Segmenter { treebank, words, plain, out } => {
            let bytes = segmenter(treebank, words, plain)?;
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
    }
    output.finish()?;
    Ok(Outcome::Done)
}

fn segmenter(treebank: &Path, words: &Path, plain: &[PathBuf]) -> Result<Vec<u8>> {
    let mut files = fs::read_dir(treebank)
        .with_context(|| format!("không đọc được / cannot read {}", treebank.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    // The development file only chooses; it is never trained on.
    files.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".conllu") && !name.ends_with("-dev.conllu")
    });
    files.sort();
    let mut sentences = Vec::new();
    for file in &files {
        sentences.extend(conllu::read(file)?);
    }
    let mut texts = Vec::new();
    for file in plain {
        texts.extend(lines_of(file)?);
    }
    Ok(segment::train(&sentences, &lines_of(words)?, &texts, &segment::Parameters::default())?)
}

fn classifier_examples(files: &[PathBuf]) -> Result<Vec<TrainingMention>> {
    let mut examples = Vec::new();
    for file in files {
        if file.extension().is_some_and(|extension| extension == "jsonl") {
            examples.extend(eval::gold_examples(file)?);
            continue;
        }
        let (mut read, complaints) = classify::data::parse_tsv(&lines_of(file)?.join("\n"));
        if let Some(complaint) = complaints.first() {
            bail!("{}: {complaint}", file.display());
        }
        examples.append(&mut read);
    }
    Ok(examples)
}

fn lines_of(path: &Path) -> Result<Vec<String>> {
    let file = fs::read_to_string(path)
        .with_context(|| format!("không đọc được / cannot read {}", path.display()))?;
    let lines = file.lines().map(text::normalise).filter(|line| !line.trim().is_empty());
    Ok(lines.collect())
}

fn write_model(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes)
        .with_context(|| format!("không ghi được / cannot write {}", path.display()))
}
