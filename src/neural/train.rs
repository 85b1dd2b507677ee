//! `train topic --encoder` and `train sentiment --encoder`: heads on the vectors of labelled mentions.

use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use indicatif::ProgressBar;
use models::domain::Taxonomy;
use models::language::classify::data::TrainingMention;
use models::language::classify::{self, Judged, TrainParameters};
use neural::{FitParameters, LabelledRow, Worker, fit};
use sha2::{Digest, Sha256};

use super::card::{self, Fitted};
use super::encoder::{Opened, Wording, with_parent};
use super::{HeadKind, HeadRequest};
use crate::commands::Outcome;
use crate::commands::lines::Output;
use crate::eval;

/// Training mentions of the repository, when no others are named.
const EXAMPLES: &str = "models/data/train";

/// Fits a head, and writes it and its card into the encoder's folder.
pub fn train(request: &HeadRequest, taxonomy: &Taxonomy) -> Result<Outcome> {
    let files = example_files(&request.examples)?;
    let mut examples = Vec::new();
    for file in &files {
        examples.extend(eval::examples(file)?);
    }
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let mut opened = Opened::new(&request.encoder, request.workers.unwrap_or_else(cores))?;
    let linear = classify::train(&examples, taxonomy, &TrainParameters::default());
    let labelled = examples.iter().zip(&linear.report.held_out);
    let labelled = labelled.filter_map(|(example, linear)| {
        label_of(request.kind, example).map(|label| (example, label, *linear))
    });
    let labelled = labelled.collect::<Vec<(&TrainingMention, usize, Judged)>>();
    let mentions = labelled
        .iter()
        .map(|(example, ..)| *example)
        .collect::<Vec<_>>();
    let rows = vectors(request.kind, &mentions, &mut opened)?;
    let labelled_rows = labelled.iter().zip(&rows);
    let labelled_rows = labelled_rows.map(|((example, label, _), features)| LabelledRow {
        features,
        label: *label,
        weight: say(request.kind, example),
        group: group_of(example),
        calibrates: !example.is_hard,
    });
    let (head, report) = fit(
        &labelled_rows.collect::<Vec<_>>(),
        &request.kind.labels(),
        opened.directory.fingerprint(),
        &FitParameters::default(),
    )?;
    let judged = labelled.iter().zip(&report.held_out);
    let judged = judged.filter(|((example, ..), _)| !example.is_hard);
    let judged = judged.map(|((.., linear), head)| (*linear, head));
    let card = card::write(&Fitted {
        kind: request.kind,
        directory: &opened.directory,
        backend: opened.workers[0].backend(),
        files: &files,
        head: &head,
        report: &report,
        n_mentions: labelled.len(),
        judged: &judged.collect::<Vec<_>>(),
    });
    let beside = |ending: &str| {
        let name = format!("{}.{ending}", request.kind.name());
        opened.directory.path().join(name)
    };
    let (head_path, card_path) = (beside("head"), beside("md"));
    write(&head_path, &head.to_bytes())?;
    write(&card_path, card.as_bytes())?;
    let mut output = Output::stdout();
    output.text(&format!(
        "{}\n{}\n",
        head_path.display(),
        card_path.display()
    ))?;
    output.text(&card)?;
    output.finish()?;
    Ok(Outcome::Done)
}

/// One row a mention: its vector, for topics with its parent's.
fn vectors(
    kind: HeadKind,
    mentions: &[&TrainingMention],
    opened: &mut Opened,
) -> Result<Vec<Vec<f32>>> {
    let wording: &Wording = &opened.wording;
    let own = mentions
        .iter()
        .map(|mention| wording.words(&mention.said.as_input(None)));
    let mut texts = own.collect::<Vec<_>>();
    let mut parents = vec![None; mentions.len()];
    if kind == HeadKind::Topic {
        for (mention, at) in mentions.iter().zip(&mut parents) {
            if let Some(parent) = &mention.parent {
                *at = Some(texts.len());
                texts.push(wording.words(&parent.as_input(None)));
            }
        }
    }
    let texts = texts.iter().map(String::as_str).collect::<Vec<_>>();
    let bar = if io::stderr().is_terminal() {
        ProgressBar::new(texts.len() as u64)
    } else {
        ProgressBar::hidden()
    };
    let done = |n_done: usize| bar.set_position(n_done as u64);
    let vectors = Worker::embed_all(&mut opened.workers, &texts, &done)?;
    bar.finish_and_clear();
    let row = |(at, parent): (usize, &Option<usize>)| match kind {
        HeadKind::Topic => with_parent(vectors.row(at), parent.map(|at| vectors.row(at))),
        HeadKind::Sentiment => vectors.row(at).to_vec(),
    };
    Ok(parents.iter().enumerate().map(row).collect())
}

/// Noise has neither topic nor sentiment.
fn label_of(kind: HeadKind, example: &TrainingMention) -> Option<usize> {
    let topic = example.topic?;
    match kind {
        HeadKind::Topic => Some(topic.index()),
        HeadKind::Sentiment => example.sentiment.map(|sentiment| sentiment as usize),
    }
}

/// Topics mean the same in every hand; feelings are judged more like some hands than others.
fn say(kind: HeadKind, example: &TrainingMention) -> f32 {
    match kind {
        HeadKind::Topic => 1.0,
        HeadKind::Sentiment => example.weight,
    }
}

/// All of a hand is held out together, else all of a thread: as the linear models are judged.
fn group_of(example: &TrainingMention) -> u64 {
    if let Some(hand) = example.hand {
        return u64::from(hand);
    }
    let root = example.parent.as_ref().unwrap_or(&example.said);
    let hash = Sha256::digest(root.text.as_bytes());
    hash.iter()
        .take(8)
        .fold(0, |sum, &byte| sum << 8 | u64::from(byte))
}

fn example_files(given: &[PathBuf]) -> Result<Vec<PathBuf>> {
    if !given.is_empty() {
        return Ok(given.to_vec());
    }
    let folder = Path::new(EXAMPLES);
    let entries = fs::read_dir(folder).with_context(|| {
        format!("không có {EXAMPLES} ở đây: chỉ ra bằng --examples / it is not here: name files with --examples")
    })?;
    let paths = entries.filter_map(Result::ok).map(|entry| entry.path());
    let mut files = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "tsv"))
        .collect::<Vec<_>>();
    if files.is_empty() {
        bail!("không có tệp .tsv trong {EXAMPLES} / there is no .tsv file in it");
    }
    files.sort();
    Ok(files)
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes)
        .with_context(|| format!("không ghi được / cannot write {}", path.display()))
}
