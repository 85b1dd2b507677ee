//! Trains and scores the segmenter on files, for developers:
//! `cargo run --release -p langnghe-models --example train_segmenter -- VTB_DIR WORDS[,WORDS] OUT [key=value …]`.
#![expect(
    clippy::print_stdout,
    reason = "a developers' tool that reports scores"
)]

use std::collections::HashSet;
use std::time::Instant;
use std::{env, fs, io};

use models::language::segment::{Parameters, Segmenter, train};
use models::language::text::{fold, normalise};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [vtb, words, out, options @ ..] = arguments.as_slice() else {
        return Err("usage: train_segmenter VTB_DIR WORDS OUT [key=value …]".into());
    };
    let mut parameters = Parameters::default();
    let mut unlabelled = Vec::new();
    let mut train_files = vec!["train", "dev-1"];
    for option in options {
        let (key, value) = option.split_once('=').ok_or("options are key=value")?;
        match key {
            "passes" => parameters.n_passes = value.parse()?,
            "step" => parameters.step = value.parse()?,
            "decay" => parameters.decay = value.parse()?,
            "dropout" => parameters.dropout = value.parse()?,
            "unaccented" => parameters.unaccented_weight = value.parse()?,
            "lowercase" => parameters.lowercase_weight = value.parse()?,
            "silver" => parameters.silver_weight = value.parse()?,
            "models" => parameters.n_models = value.parse()?,
            "seed" => parameters.seed = value.parse()?,
            "mentions" => unlabelled = read_mentions(value)?,
            "files" => train_files = value.split(',').collect(),
            _ => return Err(format!("unknown option {key}").into()),
        }
    }
    let mut sentences = Vec::new();
    for name in train_files {
        sentences.extend(read_treebank(&format!("{vtb}/vi_vtb-ud-{name}.conllu"))?);
    }
    let mut dictionary = Vec::new();
    for path in words.split(',') {
        dictionary.extend(read_lines(path)?);
    }
    let started = Instant::now();
    let bytes = train(&sentences, &dictionary, &unlabelled, &parameters)?;
    println!(
        "trained in {:.1} s, {} bytes",
        started.elapsed().as_secs_f64(),
        bytes.len()
    );
    fs::write(out, &bytes)?;
    let segmenter = Segmenter::from_bytes(&bytes)?;
    let dev = read_treebank(&format!("{vtb}/vi_vtb-ud-dev.conllu"))?;
    report("dev", &segmenter, &dev);
    let bare: Vec<Vec<String>> = dev
        .iter()
        .map(|words| words.iter().map(|word| fold(word)).collect())
        .collect();
    report("dev unaccented", &segmenter, &bare);
    let small: Vec<Vec<String>> = dev
        .iter()
        .map(|words| words.iter().map(|word| word.to_lowercase()).collect())
        .collect();
    report("dev small letters", &segmenter, &small);
    speed(&segmenter, &dev);
    Ok(())
}

fn read_lines(path: &str) -> io::Result<Vec<String>> {
    Ok(fs::read_to_string(path)?
        .lines()
        .map(normalise)
        .filter(|line| !line.trim().is_empty())
        .collect())
}

/// Titles and texts of the training mentions of a folder, file by file in the order of names.
fn read_mentions(folder: &str) -> io::Result<Vec<String>> {
    let mut paths: Vec<_> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "tsv"));
    paths.sort();
    let mut texts = Vec::new();
    for path in paths {
        for line in fs::read_to_string(path)?.lines() {
            let fields = line.split('\t').skip(7).take(2);
            texts.extend(fields.filter(|field| !field.is_empty()).map(normalise));
        }
    }
    Ok(texts)
}

fn read_treebank(path: &str) -> io::Result<Vec<Vec<String>>> {
    let mut sentences = vec![Vec::new()];
    for line in fs::read_to_string(path)?.lines() {
        let mut fields = line.split('\t');
        match (fields.next(), fields.next()) {
            (Some(id), Some(form)) if id.bytes().all(|byte| byte.is_ascii_digit()) => {
                if let Some(last) = sentences.last_mut() {
                    last.push(normalise(form));
                }
            }
            _ if line.is_empty() => sentences.push(Vec::new()),
            _ => {}
        }
    }
    sentences.retain(|words| !words.is_empty());
    Ok(sentences)
}

/// Spans of words over the letters that are not white space.
fn spans<S: AsRef<str>>(words: &[S]) -> HashSet<(usize, usize)> {
    let mut at = 0;
    words
        .iter()
        .map(|word| {
            let start = at;
            at += word
                .as_ref()
                .chars()
                .filter(|letter| !letter.is_whitespace())
                .count();
            (start, at)
        })
        .collect()
}

fn report(name: &str, segmenter: &Segmenter, gold: &[Vec<String>]) {
    let (mut hits, mut n_gold, mut n_found) = (0, 0, 0);
    let dump = env::var_os("LANGNGHE_ERRORS").is_some() && name == "dev";
    for words in gold {
        let text = words.join(" ");
        let found = segmenter.segment(&text);
        let (expected, actual) = (spans(words), spans(&found));
        hits += expected.intersection(&actual).count();
        n_gold += expected.len();
        n_found += actual.len();
        if dump && expected != actual {
            println!(
                "- {}\n+ {}",
                models::language::segment::joined(words),
                models::language::segment::joined(&found)
            );
        }
    }
    let (precision, recall) = (hits as f64 / n_found as f64, hits as f64 / n_gold as f64);
    println!(
        "{name}: P {:.2} R {:.2} F1 {:.2}",
        100.0 * precision,
        100.0 * recall,
        200.0 * precision * recall / (precision + recall)
    );
}

fn speed(segmenter: &Segmenter, sentences: &[Vec<String>]) {
    let lines: Vec<String> = sentences.iter().map(|words| words.join(" ")).collect();
    let n_syllables: usize = lines
        .iter()
        .map(|line| line.split_whitespace().count())
        .sum();
    let started = Instant::now();
    let mut n_words = 0;
    for _ in 0..20 {
        n_words += lines
            .iter()
            .map(|line| segmenter.segment(line).len())
            .sum::<usize>();
    }
    let rate = 20.0 * n_syllables as f64 / started.elapsed().as_secs_f64();
    println!("{n_words} words, {:.2} M syllables/s", rate / 1e6);
}
