//! RoBERTa and XLM-R by rust-bert on libtorch: the second backend behind [`neural::Encoder`], and the
//! only reader of `rust_model.ot`.
//!
//! A crate of its own, outside the workspace's default members, because it needs libtorch 2.4 to be
//! linked; `tests/libtorch.sh` makes one. rust-bert 0.23 computes every layer norm with 1e-12 where
//! checkpoints say 1e-5, which moves logits by some 1e-4; this backend cannot change that.

use std::collections::HashMap;

use neural::{Activation, Encoder, EncoderConfig, Matrix, ModelDirectory, NeuralError, TokenBatch};
use rust_bert::bert::{BertConfig, BertModel};
use rust_bert::roberta::RobertaEmbeddings;
use tch::nn::{Linear, LinearConfig, Path as Names, VarStore, linear};
use tch::{Device, Kind, Tensor};

/// rust-bert counts positions from behind this padding id, whatever `config.json` says.
const PAD_ID: u32 = 1;

/// libtorch counts threads for the whole process; one is what each worker may use.
const THREADS: i32 = 1;

/// A RoBERTa encoder on libtorch.
pub struct TorchRoberta {
    model: BertModel<RobertaEmbeddings>,
    classifier: Option<Classifier>,
    /// Keeps the weights alive.
    _weights: VarStore,
}

/// The checkpoint's own classifier over the first token's state. rust-bert's keeps it to itself.
struct Classifier {
    dense: Linear,
    project: Linear,
}

impl Classifier {
    fn new(names: &Names<'_>, config: &EncoderConfig) -> Self {
        let (size, n_labels) = (config.hidden_size as i64, config.labels.len() as i64);
        let layer = |name, outputs| linear(names / name, size, outputs, LinearConfig::default());
        Self {
            dense: layer("dense", size),
            project: layer("out_proj", n_labels),
        }
    }

    fn scores(&self, hidden: &Tensor) -> Tensor {
        hidden
            .select(1, 0)
            .apply(&self.dense)
            .tanh()
            .apply(&self.project)
    }
}

impl TorchRoberta {
    /// Reads the weights of a folder, `model.safetensors` or `rust_model.ot`.
    ///
    /// # Errors
    /// [`NeuralError::Wrong`] when the weights do not fit `config.json` or rust-bert cannot run them,
    /// [`NeuralError::Backend`] when libtorch fails.
    pub fn open(directory: &ModelDirectory) -> Result<Self, NeuralError> {
        let config = directory.config();
        if config.pad_token_id != PAD_ID {
            return Err(wrong(
                directory,
                format!("rust-bert chỉ chạy được pad_token_id = {PAD_ID}"),
                "rust-bert runs no other pad_token_id",
            ));
        }
        tch::set_num_threads(THREADS);
        // rust-bert says what a file lacks only after trying: whole checkpoints, then those without a
        // classifier, then bare encoders.
        let layouts = [("roberta", true), ("roberta", false), ("", false)];
        let mut missing = Vec::new();
        for (prefix, with_classifier) in layouts {
            if with_classifier && config.labels.is_empty() {
                continue;
            }
            let (encoder, lacking) = Self::load(directory, config, prefix, with_classifier)?;
            if lacking.is_empty() {
                return Ok(encoder);
            }
            if missing.is_empty() || lacking.len() < missing.len() {
                missing = lacking;
            }
        }
        missing.sort();
        Err(wrong(
            directory,
            format!("thiếu tensor {}", missing.join(", ")),
            "tensors are missing: do config.json and weights belong together?",
        ))
    }

    /// Builds the model and fills it; says which of its tensors the file lacks.
    fn load(
        directory: &ModelDirectory,
        config: &EncoderConfig,
        prefix: &str,
        with_classifier: bool,
    ) -> Result<(Self, Vec<String>), NeuralError> {
        let mut weights = VarStore::new(Device::Cpu);
        let settings = bert_config(config);
        let root = weights.root();
        let names = if prefix.is_empty() {
            root.clone()
        } else {
            &root / prefix
        };
        let model = BertModel::new_with_optional_pooler(names, &settings, false);
        let classifier = with_classifier.then(|| Classifier::new(&(&root / "classifier"), config));
        let missing = weights
            .load_partial(directory.weights_path())
            .map_err(|error| {
                wrong(
                    directory,
                    format!("libtorch không đọc được: {error}"),
                    "libtorch cannot read the weights, or a shape is not that of config.json",
                )
            })?;
        weights.float();
        let encoder = Self {
            model,
            classifier,
            _weights: weights,
        };
        Ok((encoder, missing))
    }

    /// Last hidden states, `rows × len × hidden`.
    fn hidden(&self, batch: &TokenBatch<'_>) -> Result<Tensor, NeuralError> {
        let shape = [batch.rows as i64, batch.len as i64];
        let ids = batch
            .ids
            .iter()
            .map(|&id| i64::from(id))
            .collect::<Vec<_>>();
        let ids = Tensor::from_slice(&ids).reshape(shape);
        let mask = batch.mask.iter().map(|&m| i64::from(m)).collect::<Vec<_>>();
        let mask = Tensor::from_slice(&mask).reshape(shape);
        let output = tch::no_grad(|| {
            let (ids, mask) = (Some(&ids), Some(&mask));
            self.model
                .forward_t(ids, mask, None, None, None, None, None, false)
        });
        output
            .map(|output| output.hidden_state)
            .map_err(|error| failed(&error))
    }
}

impl Encoder for TorchRoberta {
    fn backend(&self) -> &'static str {
        "rust-bert"
    }

    fn logits(&mut self, batch: &TokenBatch<'_>) -> Result<Matrix, NeuralError> {
        let Some(classifier) = &self.classifier else {
            return Err(NeuralError::NoClassifier);
        };
        let hidden = self.hidden(batch)?;
        matrix(&tch::no_grad(|| classifier.scores(&hidden)))
    }

    fn embed(&mut self, batch: &TokenBatch<'_>) -> Result<Matrix, NeuralError> {
        matrix(&self.hidden(batch)?)
    }
}

fn bert_config(config: &EncoderConfig) -> BertConfig {
    let labels = config.labels.iter().enumerate();
    let labels = labels.map(|(id, label)| (id as i64, label.clone()));
    BertConfig {
        hidden_act: match config.hidden_act {
            Activation::Gelu => rust_bert::Activation::gelu,
            Activation::GeluTanh => rust_bert::Activation::gelu_new,
            Activation::Relu => rust_bert::Activation::relu,
        },
        hidden_size: config.hidden_size as i64,
        intermediate_size: config.intermediate_size as i64,
        max_position_embeddings: config.max_position_embeddings as i64,
        num_attention_heads: config.num_attention_heads as i64,
        num_hidden_layers: config.num_hidden_layers as i64,
        type_vocab_size: config.type_vocab_size as i64,
        vocab_size: config.vocab_size as i64,
        id2label: Some(labels.collect::<HashMap<_, _>>()),
        ..BertConfig::default()
    }
}

fn matrix(tensor: &Tensor) -> Result<Matrix, NeuralError> {
    let cols = tensor.size().last().copied().unwrap_or(0) as usize;
    let flat = tensor.to_kind(Kind::Float).contiguous().reshape([-1]);
    let values = Vec::<f32>::try_from(flat).map_err(|error| failed(&error))?;
    Ok(Matrix { values, cols })
}

fn wrong(directory: &ModelDirectory, vietnamese: String, english: &str) -> NeuralError {
    NeuralError::Wrong {
        path: directory.weights_path(),
        vietnamese,
        english: english.to_owned(),
    }
}

fn failed(error: &dyn std::error::Error) -> NeuralError {
    NeuralError::Backend {
        backend: "rust-bert",
        reason: error.to_string(),
    }
}
