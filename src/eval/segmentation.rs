//! Word segmentation on a treebank: F1 of word spans over the letters that are not spaces.

use std::path::Path;

use anyhow::Result;
use models::language::text::fold;
use models::measure::{Tally, bootstrap};

use crate::city::City;
use crate::conllu;

/// Scores the built-in segmenter on the sentences of a file, given as raw text.
pub fn score(file: &Path) -> Result<String> {
    let sentences = conllu::read(file)?;
    let segmenter = City::segmenter()?;
    let cut = |line: &str| -> Vec<String> {
        segmenter
            .segment(line)
            .into_iter()
            .map(String::from)
            .collect()
    };
    let accented = sentences
        .iter()
        .map(|words| tally(words, &cut(&words.join(" "))));
    let accented = accented.collect::<Vec<_>>();
    let unaccented = sentences.iter().map(|words| {
        let bare = words.iter().map(|word| fold(word)).collect::<Vec<_>>();
        tally(&bare, &cut(&bare.join(" ")))
    });
    let unaccented = unaccented.collect::<Vec<_>>();
    let (low, high) = bootstrap(&accented, 1000, 766, |set| sum(set).f1());
    Ok(format!(
        "## Word segmentation, VTB dev ({} sentences)\n\n\
         The shipped model is chosen on this file and trained on train + dev-1.\n\n\
         | text | precision | recall | F1 |\n|---|---|---|---|\n{}{}\n\
         95 % interval of F1 on accented text: {:.2}–{:.2}.\n\n\
         | peer | VTB dev, measured by `tests/bench/language.py` | VTB test, DESIGN.md section 4 |\n\
         |---|---|---|\n\
         | VnCoreNLP (trained on that treebank) | – | 98.22 |\n\
         | pyvi 0.1.1 | 95.86 | 97.43 |\n\
         | underthesea 9.5.0 | 95.38 | 95.71 |\n\n",
        sentences.len(),
        row("accented", &accented),
        row("accents stripped", &unaccented),
        100.0 * low,
        100.0 * high
    ))
}

fn row(name: &str, tallies: &[Tally]) -> String {
    let all = sum(tallies);
    format!(
        "| {name} | {:.2} | {:.2} | {:.2} |\n",
        100.0 * all.precision(),
        100.0 * all.recall(),
        100.0 * all.f1()
    )
}

fn tally(gold: &[String], predicted: &[String]) -> Tally {
    let mut tally = Tally::default();
    tally.count(&spans(gold), &spans(predicted));
    tally
}

fn spans(words: &[String]) -> Vec<(usize, usize)> {
    let mut start = 0;
    let lengths = words.iter().map(|word| {
        word.chars()
            .filter(|c| !c.is_whitespace() && *c != '_')
            .count()
    });
    lengths
        .filter(|length| *length > 0)
        .map(|length| {
            start += length;
            (start - length, start)
        })
        .collect()
}

fn sum(tallies: &[Tally]) -> Tally {
    tallies.iter().fold(Tally::default(), |sum, tally| Tally {
        hit: sum.hit + tally.hit,
        false_alarm: sum.false_alarm + tally.false_alarm,
        miss: sum.miss + tally.miss,
    })
}
