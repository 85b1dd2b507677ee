//! Training mentions written here must not be copies of the development set, nor of each other.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its files has failed"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use models::language::text::fold;

/// Runs of four folded words.
fn runs(text: &str) -> BTreeSet<Vec<String>> {
    let folded = fold(text).to_lowercase();
    let words = folded
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect::<Vec<_>>();
    words.windows(4).map(<[String]>::to_vec).collect()
}

/// Title and text of the mentions of our own files: not of part A, which is given, nor of `train_N`.
fn own_mentions() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/train");
    let mut mentions = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.starts_with("voices_") && !name.starts_with("hand_") {
            continue;
        }
        for line in fs::read_to_string(&path).unwrap().lines() {
            let fields = line.split('\t').collect::<Vec<_>>();
            if fields.len() >= 10 {
                mentions.push((name.clone(), format!("{} {}", fields[7], fields[8])));
            }
        }
    }
    mentions
}

#[test]
fn no_training_mention_of_ours_is_a_near_copy_of_the_development_set() {
    let gold = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/gold/part_b.jsonl");
    let mut held_by: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
    let gold = fs::read_to_string(gold).unwrap();
    let mut n_gold = 0;
    for line in gold.lines() {
        let mention: serde_json::Value = serde_json::from_str(line).unwrap();
        let part = |name: &str| mention[name].as_str().unwrap_or_default().to_owned();
        for run in runs(&format!("{} {}", part("title"), part("text"))) {
            held_by.entry(run).or_default().push(n_gold);
        }
        n_gold += 1;
    }
    let own = own_mentions();
    assert!(
        n_gold == 400 && own.len() > 4_000,
        "{n_gold}, {}",
        own.len()
    );
    for (file, text) in own {
        let runs = runs(&text);
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for held in runs.iter().filter_map(|run| held_by.get(run)).flatten() {
            *shared.entry(*held).or_default() += 1;
        }
        let most = shared.values().copied().max().unwrap_or_default();
        // Three common turns of speech in a short mention are no copy; a third of a longer one is.
        assert!(most <= 3 || most * 3 <= runs.len(), "{file}: {text}");
    }
}

#[test]
fn no_training_mention_of_ours_stands_twice() {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for (file, text) in own_mentions() {
        let folded = fold(&text).to_lowercase();
        if folded.split_whitespace().count() < 6 {
            continue;
        }
        if let Some(other) = seen.insert(folded, file.clone()) {
            panic!("{text} stands in {file} and {other}");
        }
    }
}
