//! Trains and scores the restorer on files, for developers:
//! `cargo run --release -p langnghe-models --example train_restorer -- VTB_DIR SYLLABLES WORDS[,WORDS] HEADWORDS MENTIONS[,MENTIONS] GOLD OUT [key=value …]`.
#![expect(
    clippy::print_stdout,
    reason = "a developers' tool that reports scores"
)]

use std::time::Instant;
use std::{env, fs, io};

use models::language::restore::{Parameters, Restorer, Sources, train};
use models::language::text::{TokenKind, fold_char, normalise, tokens};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [
        vtb,
        syllables,
        words,
        headwords,
        mentions,
        gold,
        out,
        options @ ..,
    ] = arguments.as_slice()
    else {
        return Err(
            "usage: train_restorer VTB SYLLABLES WORDS HEADWORDS MENTIONS GOLD OUT [key=value …]"
                .into(),
        );
    };
    let mut parameters = Parameters::default();
    let mut model = None;
    for option in options {
        let (key, value) = option.split_once('=').ok_or("options are key=value")?;
        match key {
            "passes" => parameters.n_passes = value.parse()?,
            "step" => parameters.step = value.parse()?,
            "decay" => parameters.decay = value.parse()?,
            "dropout" => parameters.dropout = value.parse()?,
            "words" => parameters.word_weight = value.parse()?,
            "model" => model = Some(fs::read(value)?),
            "seed" => parameters.seed = value.parse()?,
            _ => return Err(format!("unknown option {key}").into()),
        }
    }
    if let Some(bytes) = model {
        return judge(&bytes, vtb, gold);
    }
    let mut texts = read_treebank(&format!("{vtb}/vi_vtb-ud-train.conllu"))?;
    texts.extend(read_treebank(&format!("{vtb}/vi_vtb-ud-dev-1.conllu"))?);
    for path in mentions.split(',') {
        texts.extend(read_mentions(path)?);
    }
    let lines = |paths: &str| -> io::Result<Vec<String>> {
        let mut lines = Vec::new();
        for path in paths.split(',') {
            lines.extend(fs::read_to_string(path)?.lines().map(String::from));
        }
        Ok(lines)
    };
    let frequencies = read_frequencies(syllables)?;
    let started = Instant::now();
    let sources = Sources {
        texts: &texts,
        words: &lines(words)?,
        headwords: &lines(headwords)?,
        frequencies: &frequencies,
    };
    let bytes = train(sources, &parameters)?;
    println!(
        "{} texts, trained in {:.1} s, {} bytes",
        texts.len(),
        started.elapsed().as_secs_f64(),
        bytes.len()
    );
    fs::write(out, &bytes)?;
    judge(&bytes, vtb, gold)
}

fn judge(bytes: &[u8], vtb: &str, gold: &str) -> Result<(), Box<dyn std::error::Error>> {
    let restorer = Restorer::from_bytes(bytes)?;
    let news = read_treebank(&format!("{vtb}/vi_vtb-ud-dev.conllu"))?;
    report("news (VTB dev)", &restorer, &news);
    let posts = read_gold(gold)?;
    report("posts (accented gold mentions)", &restorer, &posts);
    speed(&restorer, &posts);
    Ok(())
}

fn read_treebank(path: &str) -> io::Result<Vec<String>> {
    Ok(fs::read_to_string(path)?
        .lines()
        .filter_map(|line| line.strip_prefix("# text ="))
        .map(|text| normalise(text.trim()))
        .collect())
}

/// Titles and texts of accented training mentions.
fn read_mentions(path: &str) -> io::Result<Vec<String>> {
    let mut texts = Vec::new();
    for line in fs::read_to_string(path)?.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        if fields.len() > 8 && fields[5] == "accented" {
            let shown = fields[7..9].iter().filter(|field| !field.is_empty());
            texts.extend(shown.map(|field| normalise(field)));
        }
    }
    Ok(texts)
}

fn read_gold(path: &str) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let mut texts = Vec::new();
    for line in fs::read_to_string(path)?.lines() {
        let mention: serde_json::Value = serde_json::from_str(line)?;
        if mention["gold"]["style"] == "accented" {
            texts.push(normalise(mention["text"].as_str().unwrap_or_default()));
        }
    }
    Ok(texts)
}

fn read_frequencies(path: &str) -> Result<Vec<(String, f64)>, Box<dyn std::error::Error>> {
    let mut frequencies = Vec::new();
    for line in fs::read_to_string(path)?.lines() {
        if let Some((syllable, per_million)) = line.split_once('\t') {
            frequencies.push((syllable.to_string(), per_million.parse()?));
        }
    }
    Ok(frequencies)
}

fn report(name: &str, restorer: &Restorer, texts: &[String]) {
    let bare: Vec<String> = texts.iter().map(|text| strip(text)).collect();
    let found: Vec<String> = bare.iter().map(|text| restorer.restore(text)).collect();
    let (mut n_right, mut n_bare, mut n_syllables) = (0, 0, 0);
    for ((text, bare), found) in texts.iter().zip(&bare).zip(&found) {
        if env::var_os("LANGNGHE_ERRORS").is_some() && found != text {
            println!("- {text}\n+ {found}");
        }
        for ((expected, bare), found) in syllables(text).zip(syllables(bare)).zip(syllables(found))
        {
            n_syllables += 1;
            n_right += usize::from(expected == found);
            n_bare += usize::from(expected == bare);
        }
    }
    println!(
        "{name}: {:.2} % of {n_syllables} syllables right ({:.2} % untouched)",
        100.0 * n_right as f64 / n_syllables as f64,
        100.0 * n_bare as f64 / n_syllables as f64,
    );
}

/// How fast texts are restored when there are many: the start-up of the processor's caches aside.
fn speed(restorer: &Restorer, texts: &[String]) {
    let bare: Vec<String> = texts.iter().map(|text| strip(text)).collect();
    let n_syllables: usize = bare.iter().map(|text| syllables(text).count()).sum();
    let started = Instant::now();
    let mut n_bytes = 0;
    for _ in 0..20 {
        let lengths = bare.iter().map(|text| restorer.restore(text).len());
        n_bytes += lengths.sum::<usize>();
    }
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "{n_bytes} bytes of {} syllables, {:.2} M syllables a second of the clock",
        20 * n_syllables,
        20.0 * n_syllables as f64 / seconds / 1e6
    );
}

fn syllables(text: &str) -> impl Iterator<Item = &str> {
    tokens(text)
        .filter(|token| token.kind == TokenKind::Word)
        .map(|token| token.text)
}

/// Accents off, case kept.
fn strip(text: &str) -> String {
    text.chars()
        .filter_map(|letter| {
            let bare = fold_char(letter)?;
            Some(if letter.is_uppercase() {
                bare.to_ascii_uppercase()
            } else {
                bare
            })
        })
        .collect()
}
