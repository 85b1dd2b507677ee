//! What a folder must hold, and how each mistake is named.
#![allow(
    clippy::unwrap_used,
    clippy::missing_docs_in_private_items,
    reason = "a test that cannot go on may panic"
)]

use std::fs;
use std::path::Path;

use neural::testing::{RandomModel, Shape};
use neural::{ModelDirectory, NeuralError, Task, Weights};

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let model = RandomModel::new(Shape::tiny(), 1);
    model.write_to(folder.path()).unwrap();
    folder
}

fn complaint(folder: &Path) -> String {
    ModelDirectory::open(folder).unwrap_err().to_string()
}

#[test]
fn a_sound_folder_is_read() {
    let folder = folder();
    let directory = ModelDirectory::open(folder.path()).unwrap();
    assert_eq!(directory.weights(), Weights::Safetensors);
    assert_eq!(directory.config().hidden_size, 32);
    assert_eq!(directory.manifest().task, Task::Embedding);
    let mut ids = Vec::new();
    directory
        .tokenizer()
        .unwrap()
        .encode("ngập", &mut ids)
        .unwrap();
    assert_eq!(ids.len(), 4, "<s> ng@@ ập </s>: {ids:?}");
    let again = ModelDirectory::open(folder.path()).unwrap();
    assert_eq!(directory.fingerprint(), again.fingerprint());
}

#[test]
fn without_a_manifest_a_fitting_one_is_shown() {
    let folder = folder();
    let path = folder.path().join("model.toml");
    fs::remove_file(&path).unwrap();
    let error = ModelDirectory::open(folder.path()).unwrap_err();
    let NeuralError::NoManifest { template, .. } = error else {
        panic!("{error}")
    };
    assert!(
        template.contains("needs_word_segmentation = true"),
        "its tokenizer is PhoBERT's"
    );
    fs::write(&path, template).unwrap();
    assert!(ModelDirectory::open(folder.path()).is_ok());
}

#[test]
fn a_changed_file_is_named() {
    for name in ["model.safetensors", "config.json", "vocab.txt", "bpe.codes"] {
        let folder = folder();
        let path = folder.path().join(name);
        let mut bytes = fs::read(&path).unwrap();
        bytes.push(b'\n');
        fs::write(&path, bytes).unwrap();
        let complaint = complaint(folder.path());
        assert!(
            complaint.contains(name) && complaint.contains("sha256"),
            "{complaint}"
        );
    }
}

#[test]
fn what_is_missing_is_named() {
    for (name, hint) in [
        ("model.safetensors", "rust_model.ot"),
        ("config.json", "config.json"),
        ("bpe.codes", "tokenizer.json"),
    ] {
        let folder = folder();
        fs::remove_file(folder.path().join(name)).unwrap();
        let complaint = complaint(folder.path());
        assert!(
            complaint.contains(name) && complaint.contains(hint),
            "{complaint}"
        );
    }
    assert!(complaint(Path::new("/nowhere")).contains("/nowhere"));
}

#[test]
fn a_pickle_is_never_read_and_the_way_out_is_told() {
    for name in ["pytorch_model.bin", "model.pt"] {
        let folder = folder();
        let path = folder.path();
        fs::rename(path.join("model.safetensors"), path.join(name)).unwrap();
        let complaint = complaint(path);
        assert!(complaint.contains(name) && complaint.contains("safe_serialization=True"));
    }
}

#[test]
fn a_pickle_beside_safetensors_is_passed_over() {
    let folder = folder();
    fs::write(folder.path().join("pytorch_model.bin"), b"never opened").unwrap();
    assert!(ModelDirectory::open(folder.path()).is_ok());
}

#[test]
fn a_manifest_that_contradicts_the_checkpoint_is_refused() {
    let folder = folder();
    let path = folder.path().join("model.toml");
    let sound = fs::read_to_string(&path).unwrap();
    let with = |from: &str, to: &str| {
        fs::write(&path, sound.replace(from, to)).unwrap();
        complaint(folder.path())
    };
    assert!(with("\"embedding\"", "\"sentiment\"").contains("[labels]"));
    assert!(with("\"embedding\"", "\"weather\"").contains("weather"));
    assert!(with("licence", "license").contains("license"));
    assert!(with("\"bpe.codes\"", "\"other\"").contains("\"bpe.codes\" = "));
    let labels = "[labels]\nNEG = \"negative\"\nPOS = \"positive\"\n";
    let two_of_three = sound.replace("\"embedding\"", "\"sentiment\"") + labels;
    fs::write(&path, &two_of_three).unwrap();
    assert!(complaint(folder.path()).contains("`NEU`"));
    fs::write(&path, two_of_three + "NEU = \"neutral\"\n").unwrap();
    assert_eq!(
        ModelDirectory::open(folder.path()).unwrap().manifest().task,
        Task::Sentiment
    );
}

#[test]
fn a_vocabulary_of_another_model_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut model = RandomModel::new(Shape::tiny(), 1);
    // The small vocabulary alone has more ids than this.
    model.shape.vocab_size = 60;
    model.write_to(folder.path()).unwrap();
    let directory = ModelDirectory::open(folder.path()).unwrap();
    let error = directory.tokenizer().err().unwrap().to_string();
    assert!(
        error.contains("vocab.txt") && error.contains("60"),
        "{error}"
    );
}
