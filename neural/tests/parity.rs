//! Every backend against the float64 reference, on random checkpoints that the test writes itself.
#![allow(
    clippy::unwrap_used,
    clippy::missing_docs_in_private_items,
    reason = "a test that cannot go on may panic"
)]

use std::path::Path;
use std::sync::Arc;

use neural::candle::Roberta;
use neural::testing::{RandomModel, Reference, Shape};
use neural::{Encoder, ModelDirectory, NeuralError, Worker, batches};

/// Sequences of different lengths: padding takes part in every batch but one.
fn sequences() -> Vec<Vec<u32>> {
    let inner = |length: usize| (0..length).map(|n| 4 + (n * 37 % 390) as u32);
    let sequence = |length| std::iter::once(0).chain(inner(length)).chain([2]).collect();
    [0, 1, 3, 7, 12, 30, 64, 5, 254].map(sequence).to_vec()
}

fn open(model: &RandomModel, folder: &Path) -> Roberta {
    model.write_to(folder).unwrap();
    Roberta::open(&ModelDirectory::open(folder).unwrap()).unwrap()
}

/// Largest difference from the reference of any hidden state and any logit.
fn differences(encoder: &mut dyn Encoder, reference: &Reference<'_>) -> (f64, f64) {
    let sequences = sequences();
    let (mut hidden_off, mut logits_off) = (0.0_f64, 0.0_f64);
    for batch in batches(&sequences, 1) {
        let tokens = batch.tokens();
        let hidden = encoder.embed(&tokens).unwrap();
        let logits = encoder.logits(&tokens).unwrap();
        for (row, &member) in batch.members.iter().enumerate() {
            let ids = &sequences[member];
            for (place, expected) in reference.hidden(ids).iter().enumerate() {
                let found = hidden.row(row * tokens.len + place);
                hidden_off = hidden_off.max(largest_gap(found, expected));
            }
            logits_off = logits_off.max(largest_gap(logits.row(row), &reference.logits(ids)));
        }
    }
    (hidden_off, logits_off)
}

fn largest_gap(found: &[f32], expected: &[f64]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let gaps = found
        .iter()
        .zip(expected)
        .map(|(f, e)| (f64::from(*f) - e).abs());
    gaps.fold(0.0, f64::max)
}

#[test]
fn candle_agrees_with_the_reference() {
    for (seed, eps) in [(1, 1e-5), (2, 1e-12), (3, 1e-3)] {
        let folder = tempfile::tempdir().unwrap();
        let shape = Shape {
            layer_norm_eps: eps,
            ..Shape::tiny()
        };
        let model = RandomModel::new(shape, seed);
        let mut encoder = open(&model, folder.path());
        let off = differences(&mut encoder, &Reference::new(&model));
        assert!(off.0 < 1e-5 && off.1 < 1e-5, "eps {eps}: {off:?}");
    }
}

#[test]
fn the_layer_norm_of_the_checkpoint_is_respected() {
    let folder = tempfile::tempdir().unwrap();
    let shape = Shape {
        layer_norm_eps: 1e-1,
        ..Shape::tiny()
    };
    let model = RandomModel::new(shape, 4);
    let mut encoder = open(&model, folder.path());
    let mut other = Reference::new(&model);
    other.layer_norm_eps = 1e-12;
    assert!(differences(&mut encoder, &Reference::new(&model)).1 < 1e-5);
    assert!(differences(&mut encoder, &other).1 > 1e-3);
}

#[test]
fn texts_become_pooled_vectors() {
    let folder = tempfile::tempdir().unwrap();
    let model = RandomModel::new(Shape::tiny(), 5);
    let encoder = open(&model, folder.path());
    let directory = ModelDirectory::open(folder.path()).unwrap();
    let tokenizer: Arc<dyn neural::Tokenize> = directory.tokenizer().unwrap().into();
    let texts = ["đường ngập nặng", "", "xe buýt trễ chuyến", "ngập"];
    let pad_id = directory.config().pad_token_id;
    let mut worker = Worker::new(Box::new(encoder), Arc::clone(&tokenizer), pad_id);
    let vectors = worker.embed(&texts).unwrap();
    let reference = Reference::new(&model);
    for (text, vector) in texts.iter().zip(vectors.rows()) {
        let mut ids = Vec::new();
        tokenizer.encode(text, &mut ids).unwrap();
        assert!(largest_gap(vector, &reference.pooled(&ids)) < 1e-5);
    }
    assert!(vectors.row(0) != vectors.row(3));
}

#[test]
fn a_checkpoint_that_was_only_pre_trained_has_vectors_and_no_logits() {
    let folder = tempfile::tempdir().unwrap();
    let mut model = RandomModel::new(Shape::tiny(), 6);
    model.shape.labels.clear();
    let tensors = std::mem::take(&mut model.tensors).into_iter();
    // As `RobertaModel.save_pretrained` names them.
    let bare = tensors.filter_map(|(name, values)| {
        let name = name.strip_prefix("roberta.")?.to_owned();
        Some((name, values))
    });
    model.tensors = bare.collect();
    let mut encoder = open(&model, folder.path());
    let sequences = [vec![0, 9, 2]];
    let batches = batches(&sequences, 1);
    assert!(encoder.embed(&batches[0].tokens()).is_ok());
    let error = encoder.logits(&batches[0].tokens()).unwrap_err();
    assert!(matches!(error, NeuralError::NoClassifier));
}

#[test]
fn weights_that_do_not_fit_their_configuration_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut model = RandomModel::new(Shape::tiny(), 7);
    let (sizes, values) = model
        .tensors
        .remove("roberta.encoder.layer.1.output.dense.bias")
        .unwrap();
    model.write_to(folder.path()).unwrap();
    let open = || Roberta::open(&ModelDirectory::open(folder.path()).unwrap());
    let error = open().err().unwrap().to_string();
    assert!(
        error.contains("model.safetensors: thiếu tensor roberta.encoder.layer.1.output.dense.bias")
    );
    let short = (vec![sizes[0] - 1], values[1..].to_vec());
    let name = "roberta.encoder.layer.1.output.dense.bias".to_owned();
    model.tensors.insert(name, short);
    model.write_to(folder.path()).unwrap();
    assert!(open().err().unwrap().to_string().contains("[31]"));
}
