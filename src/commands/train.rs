//! `train`: data to model file, the same bytes from the same data.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use models::domain::Taxonomy;
use models::language::classify::data::TrainingMention;
use models::language::classify::{self, ClassifyScores, TrainParameters};
use models::language::{restore, segment, text};
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
            names,
            mentions,
            out,
        } => {
            let bytes = segmenter(treebank, words, names, mentions)?;
            write_model(out, &bytes)?;
            output.text(&format!("{}: {} byte", out.display(), bytes.len()))?;
        }
        TrainModel::Restorer {
            treebank,
            words,
            headwords,
            frequencies,
            mentions,
            out,
        } => {
            let bytes = restorer(treebank, [words, headwords], frequencies, mentions)?;
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
            output.text(&told(&trained.report.scores()))?;
        }
        TrainModel::Topic(head) => return neural::train(&wish(HeadKind::Topic, head), taxonomy),
        TrainModel::Sentiment(head) => {
            return neural::train(&wish(HeadKind::Sentiment, head), taxonomy);
        }
    }
    output.finish()?;
    Ok(Outcome::Done)
}

/// How good a classifier is on mentions it had not read, in words.
fn told(scores: &ClassifyScores) -> String {
    let [concern, topic, sentiment] = scores.calibration_errors;
    format!(
        "đối chứng chéo / cross-validated, n={}: noise F1 {:.3}, concern F1 {:.3}, topic {:.3} (macro \
         {:.3}), sentiment {:.3} (macro {:.3}), calibration errors {concern:.3} {topic:.3} {sentiment:.3}",
        scores.n,
        scores.noise.f1(),
        scores.concern.f1(),
        scores.topic.accuracy,
        scores.topic.macro_f1,
        scores.sentiment.accuracy,
        scores.sentiment.macro_f1,
    )
}

fn wish(kind: HeadKind, head: &TrainHead) -> HeadRequest {
    HeadRequest {
        kind,
        encoder: head.encoder.clone(),
        examples: head.examples.clone(),
        workers: head.workers.map(usize::from),
    }
}

fn segmenter(
    treebank: &Path,
    words: &[PathBuf],
    names: &[PathBuf],
    mentions: &[PathBuf],
) -> Result<Vec<u8>> {
    let sentences = sentences_of(treebank)?;
    let mut dictionary = lines_of_all(words)?;
    dictionary.extend(
        lines_of_all(names)?
            .into_iter()
            .filter(|word| is_name(word)),
    );
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

fn restorer(
    treebank: &Path,
    [words, headwords]: [&[PathBuf]; 2],
    frequencies: &Path,
    mentions: &[PathBuf],
) -> Result<Vec<u8>> {
    let sentences = sentences_of(treebank)?;
    let mut texts: Vec<String> = sentences.iter().map(|words| words.join(" ")).collect();
    for file in mentions {
        texts.extend(accented_mentions(&text_of(file)?));
    }
    let sources = restore::Sources {
        texts: &texts,
        words: &lines_of_all(words)?,
        headwords: &lines_of_all(headwords)?,
        frequencies: &frequencies_of(frequencies)?,
    };
    Ok(restore::train(sources, &restore::Parameters::default())?)
}

/// Whether a headword is a name of several syllables, each capitalised: Viet74K is kept for these
/// alone, because many of its other headwords are phrases. A name without a space, hyphens or not,
/// is one word already.
fn is_name(word: &str) -> bool {
    let is_large = |syllable: &str| syllable.starts_with(char::is_uppercase);
    word.split_whitespace().count() > 1 && word.split_whitespace().all(is_large)
}

/// Sentences of a treebank but for those it is judged by.
fn sentences_of(treebank: &Path) -> Result<Vec<Vec<String>>> {
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
    Ok(sentences)
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

/// Titles and texts of the mentions whose sixth field says that they are accented.
fn accented_mentions(tsv: &str) -> Vec<String> {
    let accented = tsv
        .lines()
        .filter(|line| line.split('\t').nth(5) == Some("accented"));
    let fields = accented.flat_map(|line| line.split('\t').skip(7).take(2));
    fields
        .filter(|field| !field.is_empty())
        .map(text::normalise)
        .collect()
}

/// Lines of a syllable, a tab and its occurrences in a million.
fn frequencies_of(path: &Path) -> Result<Vec<(String, f64)>> {
    let file = text_of(path)?;
    let frequency = |line: &str| {
        let (syllable, per_million) = line.split_once('\t')?;
        Some((syllable.to_string(), per_million.parse().ok()?))
    };
    file.lines()
        .enumerate()
        .map(|(at, line)| {
            frequency(line).with_context(|| {
                format!(
                    "{} dòng {n} / line {n}: not `syllable<TAB>number`",
                    path.display(),
                    n = at + 1
                )
            })
        })
        .collect()
}

fn classifier_examples(files: &[PathBuf]) -> Result<Vec<TrainingMention>> {
    // The order is part of the result, and shells list files each in their own.
    let mut files = files.to_vec();
    files.sort();
    let mut examples = Vec::new();
    for file in &files {
        examples.extend(eval::examples(file)?);
    }
    Ok(examples)
}

fn lines_of_all(paths: &[PathBuf]) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    for path in paths {
        lines.extend(lines_of(path)?);
    }
    Ok(lines)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_several_syllables_all_of_them_large() {
        assert!(is_name("Bắc Ninh"));
        for word in ["Ấn-độ", "Việt", "thành phố", "Bắc bộ", ""] {
            assert!(!is_name(word), "{word}");
        }
    }
}
