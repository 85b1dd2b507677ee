//! A neural model plugged into the built program: random weights, which know nothing, so what is
//! tested is who is asked, who is heard, and what it costs.

#![allow(
    clippy::unwrap_used,
    clippy::missing_docs_in_private_items,
    reason = "a test that cannot go on may panic"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

use neural::testing::{RandomModel, Shape, write_manifest};
use serde_json::Value;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Runs the program in a folder and gives what it printed.
fn run(folder: &Path, arguments: &[&str]) -> String {
    let (code, stdout, stderr) = run_to_end(folder, arguments);
    assert_eq!(code, 0, "{arguments:?}: {stdout}\n{stderr}");
    stdout
}

fn run_to_end(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_langnghe"))
        .current_dir(folder)
        .env_remove("LANGNGHE_CONFIG")
        .env_remove("LANGNGHE_ENCODER")
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// A folder with a random model in `model/`.
fn with_model(seed: u64) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let model = RandomModel::new(Shape::tiny(), seed);
    model.write_to(&folder.path().join("model")).unwrap();
    folder
}

/// Fits a head on a small part of the training mentions.
fn train(folder: &Path, kind: &str, workers: &str) -> String {
    let examples =
        ["hand_everyday", "hand_topics"].map(|name| format!("{ROOT}/models/data/train/{name}.tsv"));
    let mut arguments = vec!["train", kind, "--encoder", "model", "--workers", workers];
    arguments.push("--examples");
    arguments.extend(examples.iter().map(String::as_str));
    run(folder, &arguments)
}

fn gold() -> String {
    format!("{ROOT}/tests/fixtures/gold/part_b.jsonl")
}

/// Lines of `annotate` under a configuration of `[models]`.
fn annotate(folder: &Path, settings: &str) -> Vec<String> {
    fs::write(
        folder.join("langnghe.toml"),
        format!("[models]\n{settings}\n"),
    )
    .unwrap();
    let lines = run(folder, &["annotate", &gold()]);
    lines.lines().map(str::to_owned).collect()
}

fn read(line: &str) -> Value {
    serde_json::from_str(line).unwrap()
}

fn is_read_again(line: &str) -> bool {
    read(line)["model_version"]
        .as_str()
        .unwrap()
        .contains("+neural-")
}

/// Whether topic or sentiment of a mention is less likely than this.
fn is_unsure(line: &str, below: f64) -> bool {
    let line = read(line);
    let sentiment = ["negative", "neutral", "positive"]
        .map(|code| line["sentiment_probabilities"][code].as_f64().unwrap());
    let sentiment = sentiment.into_iter().fold(0.0, f64::max);
    line["topic_probability"].as_f64().unwrap() < below || sentiment < below
}

#[test]
fn the_same_command_makes_the_same_bytes_by_one_worker_or_three() {
    let folder = with_model(1);
    let card = train(folder.path(), "topic", "1");
    assert!(
        card.contains("# Head `topic`") && card.contains("| all |"),
        "{card}"
    );
    let head = folder.path().join("model/topic.head");
    let first = fs::read(&head).unwrap();
    train(folder.path(), "topic", "3");
    assert_eq!(fs::read(&head).unwrap(), first);
    assert!(folder.path().join("model/topic.md").is_file());
}

#[test]
fn only_what_is_unsure_is_read_again() {
    let folder = with_model(2);
    let off = annotate(folder.path(), "");
    train(folder.path(), "topic", "2");
    train(folder.path(), "sentiment", "2");
    assert_eq!(
        annotate(folder.path(), ""),
        off,
        "heads that are not asked change nothing"
    );

    let never = "encoder = \"model\"\nunsure_below = 0.0";
    assert_eq!(annotate(folder.path(), never), off);

    let unbounded = "encoder = \"model\"\nagain_per_batch = 10000";
    let on = annotate(folder.path(), unbounded);
    let mut n_again = 0;
    for (off, on) in off.iter().zip(&on) {
        let is_concern = read(off)["is_concern"] == true;
        if is_read_again(on) {
            n_again += 1;
            assert!(is_unsure(off, 0.6), "{off}\n{on}");
        } else {
            assert_eq!(off, on);
            assert!(!is_concern || !is_unsure(off, 0.6), "{off}");
        }
    }
    assert!((10..off.len() / 2).contains(&n_again), "{n_again}");

    let always = "encoder = \"model\"\nunsure_below = 1.0\nagain_per_batch = 10000";
    let all = annotate(folder.path(), always);
    let of_concerns = all.iter().filter(|line| read(line)["is_concern"] == true);
    assert!(of_concerns.clone().all(|line| is_read_again(line)));
    let more_sure = |of: &str, now: &str| {
        let probability = |line: &str| read(line)["topic_probability"].as_f64().unwrap();
        probability(now) >= probability(of)
    };
    assert!(off.iter().zip(&all).all(|(off, all)| more_sure(off, all)));
}

#[test]
fn what_is_read_again_is_bounded_and_the_least_sure_go_first() {
    let folder = with_model(3);
    train(folder.path(), "topic", "2");
    let off = annotate(folder.path(), "");
    let read_again = |bound: &str| {
        let lines = annotate(folder.path(), &format!("encoder = \"model\"\n{bound}"));
        let again = lines
            .into_iter()
            .zip(&off)
            .filter(|(line, _)| is_read_again(line));
        let before = again.map(|(_, off)| read(off)["topic_probability"].as_f64().unwrap());
        before.collect::<Vec<_>>()
    };
    let all = read_again("again_per_batch = 10000");
    let few = read_again("again_per_batch = 5");
    assert_eq!((few.len(), read_again("again_per_day = 3").len()), (5, 3));
    let surest_of_few = few.iter().copied().fold(0.0, f64::max);
    let surer = all
        .iter()
        .filter(|&&probability| probability > surest_of_few);
    assert_eq!(surer.count(), all.len() - few.len());
}

#[test]
fn a_checkpoint_that_classifies_by_itself_needs_no_head() {
    let folder = with_model(4);
    let off = annotate(folder.path(), "");
    let labels = "\n[labels]\nNEG = \"negative\"\nPOS = \"positive\"\nNEU = \"neutral\"\n";
    let model = folder.path().join("model");
    write_manifest(&model, "task = \"sentiment\"\n", labels).unwrap();
    let settings = "encoder = \"model\"\nunsure_below = 1.0\nagain_per_batch = 10000";
    let on = annotate(folder.path(), settings);
    let changed = off.iter().zip(&on).filter(|(off, on)| {
        assert_eq!(read(off)["topic"], read(on)["topic"]);
        read(off)["sentiment_probabilities"] != read(on)["sentiment_probabilities"]
    });
    assert!(changed.count() > 0);

    let wrong = labels.replace("positive", "happy");
    write_manifest(&model, "task = \"sentiment\"\n", &wrong).unwrap();
    let (code, _, stderr) = run_to_end(folder.path(), &["annotate", &gold()]);
    assert_eq!(code, 1);
    assert!(
        stderr.contains("happy") && stderr.contains("negative, neutral, positive"),
        "{stderr}"
    );
}

#[test]
fn a_head_of_another_model_is_refused() {
    let folder = with_model(5);
    train(folder.path(), "sentiment", "1");
    let model = RandomModel::new(Shape::tiny(), 6);
    model.write_to(&folder.path().join("model")).unwrap();
    fs::write(
        folder.path().join("langnghe.toml"),
        "[models]\nencoder = \"model\"\n",
    )
    .unwrap();
    let (code, _, stderr) = run_to_end(folder.path(), &["annotate", &gold()]);
    assert_eq!(code, 1);
    assert!(stderr.contains("langnghe train sentiment"), "{stderr}");
}

#[test]
fn a_model_without_heads_says_how_to_make_them() {
    let folder = with_model(7);
    fs::write(
        folder.path().join("langnghe.toml"),
        "[models]\nencoder = \"model\"\n",
    )
    .unwrap();
    let (code, _, stderr) = run_to_end(folder.path(), &["config", "check"]);
    assert_eq!(code, 1);
    assert!(
        stderr.contains("langnghe train topic --encoder"),
        "{stderr}"
    );
}

#[test]
fn the_score_sheet_sets_linear_and_neural_side_by_side() {
    let folder = with_model(8);
    train(folder.path(), "topic", "2");
    train(folder.path(), "sentiment", "2");
    let gold = gold();
    let sheet = run(
        folder.path(),
        &["eval", "--gold", &gold, "--encoder", "model"],
    );
    for line in [
        "## Linear beside neural",
        "| linear |",
        "| neural alone |",
        "| together |",
    ] {
        assert!(sheet.contains(line), "{sheet}");
    }
    let alone = run(folder.path(), &["eval", "--gold", &gold]);
    assert!(!alone.contains("neural"), "{alone}");
    assert!(sheet.starts_with(alone.trim_end()), "{alone}");
}
