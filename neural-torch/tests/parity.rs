//! rust-bert against the float64 reference, on the same random checkpoints as candle.
#![allow(
    clippy::unwrap_used,
    clippy::missing_docs_in_private_items,
    reason = "a test that cannot go on may panic"
)]

use std::path::Path;

use neural::testing::{RandomModel, Reference, Shape};
use neural::{Encoder, ModelDirectory, NeuralError, batches};
use neural_torch::TorchRoberta;

/// What rust-bert computes every layer norm with.
const FIXED_EPS: f64 = 1e-12;

fn sequences() -> Vec<Vec<u32>> {
    let inner = |length: usize| (0..length).map(|n| 4 + (n * 37 % 390) as u32);
    let sequence = |length| std::iter::once(0).chain(inner(length)).chain([2]).collect();
    [0, 1, 3, 7, 12, 30, 64, 5, 254].map(sequence).to_vec()
}

fn model(layer_norm_eps: f64, seed: u64) -> RandomModel {
    let shape = Shape {
        layer_norm_eps,
        ..Shape::tiny()
    };
    RandomModel::new(shape, seed)
}

fn open(model: &RandomModel, folder: &Path) -> TorchRoberta {
    model.write_to(folder).unwrap();
    TorchRoberta::open(&ModelDirectory::open(folder).unwrap()).unwrap()
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
fn agrees_tightly_where_the_checkpoint_has_its_layer_norm() {
    let folder = tempfile::tempdir().unwrap();
    let model = model(FIXED_EPS, 2);
    let mut encoder = open(&model, folder.path());
    let off = differences(&mut encoder, &Reference::new(&model));
    assert!(off.0 < 1e-5 && off.1 < 1e-5, "{off:?}");
}

#[test]
fn agrees_to_a_thousandth_with_the_layer_norm_of_phobert() {
    let folder = tempfile::tempdir().unwrap();
    let model = model(1e-5, 1);
    let mut encoder = open(&model, folder.path());
    let off = differences(&mut encoder, &Reference::new(&model));
    assert!(off.0 < 1e-3 && off.1 < 1e-3, "{off:?}");
    // Its own fixed layer norm is the whole cause.
    let mut fixed = Reference::new(&model);
    fixed.layer_norm_eps = FIXED_EPS;
    let off = differences(&mut encoder, &fixed);
    assert!(off.0 < 1e-5 && off.1 < 1e-5, "{off:?}");
}

#[test]
fn reads_its_own_format_and_bare_encoders() {
    let folder = tempfile::tempdir().unwrap();
    let mut model = model(FIXED_EPS, 6);
    let tensors = std::mem::take(&mut model.tensors).into_iter();
    let bare = tensors.filter_map(|(name, values)| {
        let name = name.strip_prefix("roberta.")?.to_owned();
        Some((name, values))
    });
    model.tensors = bare.collect();
    let sequences = [vec![0, 9, 7, 2]];
    let batches = batches(&sequences, 1);
    let tokens = batches[0].tokens();
    let mut from_safetensors = open(&model, folder.path());
    let expected = from_safetensors.embed(&tokens).unwrap();
    let error = from_safetensors.logits(&tokens).unwrap_err();
    assert!(matches!(error, NeuralError::NoClassifier));

    let named = tch::Tensor::read_safetensors(folder.path().join("model.safetensors")).unwrap();
    tch::Tensor::save_multi(&named, folder.path().join("rust_model.ot")).unwrap();
    std::fs::remove_file(folder.path().join("model.safetensors")).unwrap();
    std::fs::remove_file(folder.path().join("model.toml")).unwrap();
    let NeuralError::NoManifest { template, .. } = ModelDirectory::open(folder.path()).unwrap_err()
    else {
        panic!("the manifest is gone")
    };
    std::fs::write(folder.path().join("model.toml"), template).unwrap();
    let directory = ModelDirectory::open(folder.path()).unwrap();
    let mut from_ot = TorchRoberta::open(&directory).unwrap();
    assert_eq!(from_ot.embed(&tokens).unwrap(), expected);
}

#[test]
fn a_missing_tensor_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut model = model(FIXED_EPS, 7);
    model
        .tensors
        .remove("roberta.encoder.layer.1.output.dense.bias");
    model.write_to(folder.path()).unwrap();
    let opened = TorchRoberta::open(&ModelDirectory::open(folder.path()).unwrap());
    let error = opened.err().unwrap().to_string();
    assert!(
        error.contains("thiếu tensor roberta.encoder.layer.1.output.dense.bias"),
        "{error}"
    );
}
