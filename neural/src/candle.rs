//! RoBERTa and XLM-R by candle: pure Rust, on the CPU, one thread a worker.
//!
//! The encoder is that of Liu et al. 2019 as transformers writes its weights: learned positions that
//! begin behind the padding id, post-norm layers, a classifier over the first token's state (dense,
//! tanh, projection). Measured, a second thread costs more CPU than it saves time on small work, so
//! each encoder computes in a pool of one thread, and speed comes from several workers.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use candle_core::{D, DType, Device, Tensor};
use candle_nn::ops::{layer_norm, softmax_last_dim};

use crate::batch::{Matrix, TokenBatch};
use crate::config::{Activation, EncoderConfig};
use crate::directory::ModelDirectory;
use crate::encoder::Encoder;
use crate::error::NeuralError;

/// Added to attention scores of padding: far below any score, and finite, so that no row is NaN.
const FAR_BELOW: f32 = -1e9;

/// A RoBERTa encoder. Copies share their weights, so that each worker may have one.
#[derive(Clone)]
pub struct Roberta {
    model: Arc<Model>,
    pool: Arc<rayon::ThreadPool>,
}

struct Model {
    config: EncoderConfig,
    words: Tensor,
    positions: Tensor,
    /// The one token type that is used, and the norm behind the sum.
    token_type: Tensor,
    norm: Norm,
    layers: Vec<Layer>,
    classifier: Option<(Linear, Linear)>,
}

struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    attended: Linear,
    attended_norm: Norm,
    wide: Linear,
    narrow: Linear,
    norm: Norm,
}

struct Linear {
    /// Turned once: `in × out`.
    weight: Tensor,
    bias: Tensor,
}

struct Norm {
    weight: Tensor,
    bias: Tensor,
    eps: f32,
}

impl Roberta {
    /// Reads the weights of a folder into memory.
    ///
    /// # Errors
    /// [`NeuralError::Wrong`] naming a tensor that is missing or has another shape than `config.json`
    /// says; [`NeuralError::Unreadable`].
    pub fn open(directory: &ModelDirectory) -> Result<Self, NeuralError> {
        let path = directory.weights_path();
        let bytes = directory.safetensors()?;
        let tensors =
            candle_core::safetensors::load_buffer(&bytes, &Device::Cpu).map_err(|error| {
                NeuralError::wrong(
                    &path,
                    format!("không phải safetensors: {error}"),
                    "not a safetensors file",
                )
            })?;
        drop(bytes);
        let model = Model::new(Named::new(&path, tensors), directory.config())?;
        Ok(Self {
            model: Arc::new(model),
            pool: one_thread()?,
        })
    }

    /// The same weights for another worker.
    ///
    /// # Errors
    /// [`NeuralError::Backend`] when no thread can be started.
    pub fn another(&self) -> Result<Self, NeuralError> {
        Ok(Self {
            model: Arc::clone(&self.model),
            pool: one_thread()?,
        })
    }
}

impl Encoder for Roberta {
    fn backend(&self) -> &'static str {
        "candle"
    }

    fn logits(&mut self, batch: &TokenBatch<'_>) -> Result<Matrix, NeuralError> {
        let Some((dense, project)) = &self.model.classifier else {
            return Err(NeuralError::NoClassifier);
        };
        let scores = self.pool.install(|| {
            let first = self.model.hidden(batch)?.narrow(1, 0, 1)?.squeeze(1)?;
            matrix(&project.apply(&dense.apply(&first)?.tanh()?)?)
        });
        scores.map_err(|error| failed(&error))
    }

    fn embed(&mut self, batch: &TokenBatch<'_>) -> Result<Matrix, NeuralError> {
        let hidden = self
            .pool
            .install(|| matrix(&self.model.hidden(batch)?.flatten_to(1)?));
        hidden.map_err(|error| failed(&error))
    }
}

impl Model {
    fn new(tensors: Named<'_>, config: &EncoderConfig) -> Result<Self, NeuralError> {
        let mut tensors = tensors;
        let size = config.hidden_size;
        let prefix = tensors.prefix()?;
        let embeddings = format!("{prefix}embeddings.");
        let words = format!("{embeddings}word_embeddings.weight");
        let positions = format!("{embeddings}position_embeddings.weight");
        let types = format!("{embeddings}token_type_embeddings.weight");
        let types = tensors.take(&types, &[config.type_vocab_size, size])?;
        let layer = |index: usize| format!("{prefix}encoder.layer.{index}.");
        Ok(Self {
            words: tensors.take(&words, &[config.vocab_size, size])?,
            positions: tensors.take(&positions, &[config.max_position_embeddings, size])?,
            token_type: types.get(0).map_err(|error| failed(&error))?,
            norm: tensors.norm(&format!("{embeddings}LayerNorm"), config)?,
            layers: (0..config.num_hidden_layers)
                .map(|index| Layer::new(&mut tensors, &layer(index), config))
                .collect::<Result<_, _>>()?,
            classifier: tensors.classifier(size)?,
            config: config.clone(),
        })
    }

    /// Last hidden states, `rows × len × hidden`.
    fn hidden(&self, batch: &TokenBatch<'_>) -> candle_core::Result<Tensor> {
        let (rows, len, size) = (batch.rows, batch.len, self.config.hidden_size);
        let ids = Tensor::from_slice(batch.ids, rows * len, &Device::Cpu)?;
        let positions = Tensor::from_vec(self.positions_of(batch), rows * len, &Device::Cpu)?;
        let words = self.words.index_select(&ids, 0)?;
        let places = self.positions.index_select(&positions, 0)?;
        let sum = (words + places)?.broadcast_add(&self.token_type)?;
        let mut hidden = self.norm.apply(&sum.reshape((rows, len, size))?)?;
        let far = batch
            .mask
            .iter()
            .map(|&m| if m == 1 { 0.0 } else { FAR_BELOW });
        let mask = Tensor::from_vec(far.collect::<Vec<f32>>(), (rows, 1, 1, len), &Device::Cpu)?;
        for layer in &self.layers {
            hidden = layer.apply(&hidden, &mask, &self.config)?;
        }
        Ok(hidden)
    }

    /// Tokens count from behind the padding id; padding has the padding id's own position.
    fn positions_of(&self, batch: &TokenBatch<'_>) -> Vec<u32> {
        let pad_id = self.config.pad_token_id;
        let mut positions = Vec::with_capacity(batch.mask.len());
        for mask in batch.mask.chunks_exact(batch.len.max(1)) {
            let mut position = pad_id;
            positions.extend(mask.iter().map(|&is_token| {
                position += u32::from(is_token);
                if is_token == 1 { position } else { pad_id }
            }));
        }
        positions
    }
}

impl Layer {
    fn new(
        tensors: &mut Named<'_>,
        prefix: &str,
        config: &EncoderConfig,
    ) -> Result<Self, NeuralError> {
        let (size, wide) = (config.hidden_size, config.intermediate_size);
        let mut linear = |name: &str, from: usize, to: usize| {
            tensors.linear(&format!("{prefix}{name}"), from, to)
        };
        Ok(Self {
            query: linear("attention.self.query", size, size)?,
            key: linear("attention.self.key", size, size)?,
            value: linear("attention.self.value", size, size)?,
            attended: linear("attention.output.dense", size, size)?,
            wide: linear("intermediate.dense", size, wide)?,
            narrow: linear("output.dense", wide, size)?,
            attended_norm: tensors.norm(&format!("{prefix}attention.output.LayerNorm"), config)?,
            norm: tensors.norm(&format!("{prefix}output.LayerNorm"), config)?,
        })
    }

    fn apply(
        &self,
        hidden: &Tensor,
        mask: &Tensor,
        config: &EncoderConfig,
    ) -> candle_core::Result<Tensor> {
        let (rows, len, size) = hidden.dims3()?;
        let n_heads = config.num_attention_heads;
        let head_size = size / n_heads;
        let by_head = |of: &Linear| {
            let shape = (rows, len, n_heads, head_size);
            of.apply(hidden)?
                .reshape(shape)?
                .transpose(1, 2)?
                .contiguous()
        };
        let scale = 1.0 / (head_size as f64).sqrt();
        let query = (by_head(&self.query)? * scale)?;
        let key = by_head(&self.key)?.transpose(2, 3)?.contiguous()?;
        let scores = query.matmul(&key)?.broadcast_add(mask)?;
        let heard = softmax_last_dim(&scores)?.matmul(&by_head(&self.value)?)?;
        let heard = heard
            .transpose(1, 2)?
            .contiguous()?
            .reshape((rows, len, size))?;
        let attended = self
            .attended_norm
            .apply(&(self.attended.apply(&heard)? + hidden)?)?;
        let wide = self.wide.apply(&attended)?;
        let wide = match config.hidden_act {
            Activation::Gelu => wide.gelu_erf()?,
            Activation::GeluTanh => wide.gelu()?,
            Activation::Relu => wide.relu()?,
        };
        self.norm.apply(&(self.narrow.apply(&wide)? + attended)?)
    }
}

impl Linear {
    /// Over the last dimension. All rows go through one product: a batch of products is slower.
    fn apply(&self, input: &Tensor) -> candle_core::Result<Tensor> {
        let mut shape = input.dims().to_vec();
        let from = shape.pop().unwrap_or(0);
        shape.push(self.weight.dim(1)?);
        let flat = input.reshape(((), from))?.matmul(&self.weight)?;
        flat.broadcast_add(&self.bias)?.reshape(shape)
    }
}

impl Norm {
    fn apply(&self, input: &Tensor) -> candle_core::Result<Tensor> {
        layer_norm(&input.contiguous()?, &self.weight, &self.bias, self.eps)
    }
}

/// Tensors by name; what is wrong with one is said with the file's name.
struct Named<'a> {
    path: &'a Path,
    tensors: HashMap<String, Tensor>,
}

impl<'a> Named<'a> {
    fn new(path: &'a Path, tensors: HashMap<String, Tensor>) -> Self {
        Self { path, tensors }
    }

    /// What stands before the encoder's names: checkpoints with a classifier have `roberta.`.
    fn prefix(&self) -> Result<&'static str, NeuralError> {
        let has = |prefix: &&str| {
            let words = format!("{prefix}embeddings.word_embeddings.weight");
            self.tensors.contains_key(&words)
        };
        ["roberta.", ""].into_iter().find(has).ok_or_else(|| {
            NeuralError::wrong(
                self.path,
                "không có roberta.embeddings.word_embeddings.weight: không phải RoBERTa hay XLM-R",
                "has no such tensor: not a RoBERTa or XLM-R",
            )
        })
    }

    fn take(&mut self, name: &str, shape: &[usize]) -> Result<Tensor, NeuralError> {
        let Some(tensor) = self.tensors.remove(name) else {
            return Err(NeuralError::wrong(
                self.path,
                format!("thiếu tensor {name}"),
                "a tensor is missing: do config.json and weights belong together?",
            ));
        };
        if tensor.dims() != shape {
            return Err(NeuralError::wrong(
                self.path,
                format!(
                    "tensor {name} có cỡ {:?}, config.json cần {shape:?}",
                    tensor.dims()
                ),
                "a tensor has another shape than config.json says",
            ));
        }
        tensor.to_dtype(DType::F32).map_err(|error| failed(&error))
    }

    fn linear(&mut self, name: &str, from: usize, to: usize) -> Result<Linear, NeuralError> {
        let weight = self.take(&format!("{name}.weight"), &[to, from])?;
        let turned = weight.t().and_then(|weight| weight.contiguous());
        Ok(Linear {
            weight: turned.map_err(|error| failed(&error))?,
            bias: self.take(&format!("{name}.bias"), &[to])?,
        })
    }

    fn norm(&mut self, name: &str, config: &EncoderConfig) -> Result<Norm, NeuralError> {
        Ok(Norm {
            weight: self.take(&format!("{name}.weight"), &[config.hidden_size])?,
            bias: self.take(&format!("{name}.bias"), &[config.hidden_size])?,
            eps: config.layer_norm_eps as f32,
        })
    }

    /// The classifier, where the checkpoint has one.
    fn classifier(&mut self, size: usize) -> Result<Option<(Linear, Linear)>, NeuralError> {
        let project = "classifier.out_proj.weight";
        let Some(n_labels) = self.tensors.get(project).and_then(|t| t.dim(0).ok()) else {
            return Ok(None);
        };
        let dense = self.linear("classifier.dense", size, size)?;
        let project = self.linear("classifier.out_proj", size, n_labels)?;
        Ok(Some((dense, project)))
    }
}

fn one_thread() -> Result<Arc<rayon::ThreadPool>, NeuralError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    pool.map(Arc::new).map_err(|error| NeuralError::Backend {
        backend: "candle",
        reason: error.to_string(),
    })
}

fn matrix(tensor: &Tensor) -> candle_core::Result<Matrix> {
    let cols = tensor.dim(D::Minus1)?;
    let values = tensor.flatten_all()?.to_vec1()?;
    Ok(Matrix { values, cols })
}

fn failed(error: &candle_core::Error) -> NeuralError {
    NeuralError::Backend {
        backend: "candle",
        reason: error.to_string(),
    }
}
