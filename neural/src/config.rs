//! `config.json` of a checkpoint, with the defaults of RoBERTa for what older files leave out.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::error::NeuralError;

/// Shape of a RoBERTa or XLM-R encoder.
#[derive(Clone, Debug, PartialEq)]
pub struct EncoderConfig {
    /// Numbers in a hidden state.
    pub hidden_size: usize,
    /// Layers.
    pub num_hidden_layers: usize,
    /// Attention heads of a layer; they divide the hidden state.
    pub num_attention_heads: usize,
    /// Numbers in the middle of a layer's feed-forward part.
    pub intermediate_size: usize,
    /// Token ids.
    pub vocab_size: usize,
    /// Positions; the first `pad_token_id + 1` are never a token's.
    pub max_position_embeddings: usize,
    /// Token types; only type 0 is used.
    pub type_vocab_size: usize,
    /// Added to a variance before its root is taken.
    pub layer_norm_eps: f64,
    /// Id that fills rows up.
    pub pad_token_id: u32,
    /// Between the two parts of the feed-forward.
    pub hidden_act: Activation,
    /// Names of the classifier's outputs in order; empty when the file names none.
    pub labels: Vec<String>,
}

/// Activation functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// x · Φ(x), by the error function.
    Gelu,
    /// The same by tanh.
    GeluTanh,
    /// max(x, 0).
    Relu,
}

/// The file as it stands; what is missing is what RoBERTa-base has.
#[derive(Deserialize)]
#[serde(default)]
struct File {
    model_type: String,
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    vocab_size: Option<usize>,
    max_position_embeddings: usize,
    type_vocab_size: usize,
    layer_norm_eps: f64,
    pad_token_id: u32,
    hidden_act: String,
    position_embedding_type: String,
    id2label: BTreeMap<String, String>,
}

impl Default for File {
    fn default() -> Self {
        Self {
            model_type: "roberta".to_owned(),
            hidden_size: 768,
            num_hidden_layers: 12,
            num_attention_heads: 12,
            intermediate_size: 3072,
            vocab_size: None,
            max_position_embeddings: 514,
            type_vocab_size: 1,
            layer_norm_eps: 1e-5,
            pad_token_id: 1,
            hidden_act: "gelu".to_owned(),
            position_embedding_type: "absolute".to_owned(),
            id2label: BTreeMap::new(),
        }
    }
}

/// Larger than any encoder that a CPU can run; keeps a wrong file from asking for all the memory.
const SIZE_MAX: usize = 1 << 20;

impl EncoderConfig {
    /// Reads a `config.json`; `path` names it in errors.
    ///
    /// # Errors
    /// [`NeuralError::Wrong`] when it is no JSON, of another kind of model, or contradicts itself.
    pub fn parse(path: &Path, text: &str) -> Result<Self, NeuralError> {
        let wrong = |vietnamese: String, english: String| {
            Err(NeuralError::wrong(path, vietnamese, english))
        };
        let file: File = match serde_json::from_str(text) {
            Ok(file) => file,
            Err(error) => {
                return wrong(
                    format!("không phải config.json của một mô hình: {error}"),
                    "not the config.json of a model".to_owned(),
                );
            }
        };
        if !matches!(file.model_type.as_str(), "roberta" | "xlm-roberta") {
            return wrong(
                format!("loại mô hình `{}` chưa chạy được", file.model_type),
                "only model_type roberta and xlm-roberta can be run".to_owned(),
            );
        }
        if file.position_embedding_type != "absolute" {
            return wrong(
                format!(
                    "vị trí kiểu `{}` chưa chạy được",
                    file.position_embedding_type
                ),
                "only absolute position embeddings can be run".to_owned(),
            );
        }
        let hidden_act = match file.hidden_act.as_str() {
            "gelu" => Activation::Gelu,
            "gelu_new" | "gelu_pytorch_tanh" => Activation::GeluTanh,
            "relu" => Activation::Relu,
            other => {
                return wrong(
                    format!("hàm kích hoạt `{other}` chưa chạy được"),
                    "hidden_act must be gelu, gelu_new or relu".to_owned(),
                );
            }
        };
        let Some(vocab_size) = file.vocab_size else {
            return wrong(
                "thiếu vocab_size".to_owned(),
                "vocab_size is missing".to_owned(),
            );
        };
        let sizes = [
            file.hidden_size,
            file.num_hidden_layers,
            file.num_attention_heads,
            file.intermediate_size,
            vocab_size,
            file.type_vocab_size,
        ];
        let labels = labels_in_order(&file.id2label);
        let config = Self {
            hidden_size: file.hidden_size,
            num_hidden_layers: file.num_hidden_layers,
            num_attention_heads: file.num_attention_heads,
            intermediate_size: file.intermediate_size,
            vocab_size,
            max_position_embeddings: file.max_position_embeddings,
            type_vocab_size: file.type_vocab_size,
            layer_norm_eps: file.layer_norm_eps,
            pad_token_id: file.pad_token_id,
            hidden_act,
            labels: labels.unwrap_or_default(),
        };
        let is_sound = sizes.iter().all(|size| (1..=SIZE_MAX).contains(size))
            && config
                .hidden_size
                .is_multiple_of(config.num_attention_heads)
            && (0.0..=1.0).contains(&config.layer_norm_eps)
            && (config.pad_token_id as usize) < vocab_size
            && (2..=SIZE_MAX).contains(&config.tokens_max())
            && labels_in_order(&file.id2label).is_some();
        if is_sound {
            return Ok(config);
        }
        wrong(
            "các con số mâu thuẫn nhau (kích thước, số đầu chú ý, vị trí, nhãn)".to_owned(),
            "sizes, heads, positions or labels contradict each other".to_owned(),
        )
    }

    /// Tokens that have a position, specials included.
    pub fn tokens_max(&self) -> usize {
        let reserved = self.pad_token_id as usize + 1;
        self.max_position_embeddings.saturating_sub(reserved)
    }
}

/// `None` unless the ids are 0, 1, 2, ….
fn labels_in_order(id2label: &BTreeMap<String, String>) -> Option<Vec<String>> {
    let label = |id: usize| id2label.get(&id.to_string()).cloned();
    (0..id2label.len()).map(label).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<EncoderConfig, NeuralError> {
        EncoderConfig::parse(Path::new("config.json"), text)
    }

    #[test]
    fn what_is_missing_is_as_in_roberta() {
        let config = parse(r#"{"vocab_size": 64001, "max_position_embeddings": 258}"#).unwrap();
        assert_eq!((config.hidden_size, config.num_hidden_layers), (768, 12));
        assert_eq!(config.tokens_max(), 256);
        assert!((config.layer_norm_eps - 1e-5).abs() < 1e-12);
        assert!(config.labels.is_empty());
    }

    #[test]
    fn labels_come_by_id_not_by_place_in_the_file() {
        let text = r#"{"vocab_size": 9, "id2label": {"1": "POS", "2": "NEU", "0": "NEG"}}"#;
        assert_eq!(parse(text).unwrap().labels, ["NEG", "POS", "NEU"]);
        let gap = r#"{"vocab_size": 9, "id2label": {"0": "NEG", "2": "NEU"}}"#;
        assert!(parse(gap).is_err());
    }

    #[test]
    fn other_models_and_contradictions_are_refused_by_name() {
        let complaint = |text: &str| parse(text).unwrap_err().to_string();
        assert!(complaint(r#"{"vocab_size": 9, "model_type": "bert"}"#).contains("`bert`"));
        assert!(complaint(r#"{"vocab_size": 9, "num_attention_heads": 5}"#).contains("mâu thuẫn"));
        assert!(complaint(r#"{"hidden_size": 32}"#).contains("vocab_size"));
        assert!(complaint("{").contains("config.json"));
        let relative = r#"{"vocab_size": 9, "position_embedding_type": "relative_key"}"#;
        assert!(complaint(relative).contains("relative_key"));
    }
}
