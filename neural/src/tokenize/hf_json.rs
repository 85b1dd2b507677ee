//! Any tokenizer that stands in a `tokenizer.json`, such as XLM-R's.

use std::path::Path;

use tokenizers::{Tokenizer, TruncationParams};

use super::{TEXT_CHARS_MAX, TOKENS_MAX, Tokenize, head_of};
use crate::error::NeuralError;

/// A tokenizer read from `tokenizer.json`.
#[derive(Clone, Debug)]
pub struct HfJson {
    tokenizer: Tokenizer,
}

impl HfJson {
    /// From the bytes of a `tokenizer.json`; at most `tokens_max` tokens and [`TOKENS_MAX`].
    ///
    /// # Errors
    /// [`NeuralError::Wrong`] when the file is no tokenizer that the library knows.
    pub fn new(path: &Path, bytes: &[u8], tokens_max: usize) -> Result<Self, NeuralError> {
        let wrong = |error: tokenizers::Error| {
            NeuralError::wrong(
                path,
                format!("không phải tokenizer.json dùng được: {error}"),
                "not a tokenizer.json that can be used",
            )
        };
        let mut tokenizer = Tokenizer::from_bytes(bytes).map_err(wrong)?;
        tokenizer
            .with_truncation(Some(TruncationParams {
                max_length: tokens_max.min(TOKENS_MAX),
                ..TruncationParams::default()
            }))
            .map_err(wrong)?;
        // Rows are filled up by our batches.
        tokenizer.with_padding(None);
        Ok(Self { tokenizer })
    }

    /// One more than the highest id.
    pub fn n_ids(&self) -> usize {
        let ids = self.tokenizer.get_vocab(true).into_values();
        ids.max().map_or(0, |id| id as usize + 1)
    }
}

impl Tokenize for HfJson {
    fn encode(&self, text: &str, out: &mut Vec<u32>) -> Result<(), NeuralError> {
        let encoded = self
            .tokenizer
            .encode_fast(head_of(text, TEXT_CHARS_MAX), true)
            .map_err(|error| NeuralError::Backend {
                backend: "tokenizers",
                reason: error.to_string(),
            })?;
        out.clear();
        out.extend(encoded.get_ids());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tokenizer of whole words with the specials of XLM-R.
    const WORDS: &str = r#"{
      "version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
      "normalizer": null, "decoder": null,
      "pre_tokenizer": {"type": "WhitespaceSplit"},
      "post_processor": {"type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                   {"SpecialToken": {"id": "</s>", "type_id": 0}}],
        "pair": [],
        "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]},
                           "</s>": {"id": "</s>", "ids": [2], "tokens": ["</s>"]}}},
      "model": {"type": "WordLevel", "unk_token": "<unk>",
        "vocab": {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "ngập": 4, "đường": 5}}
    }"#;

    #[test]
    fn reads_words_and_keeps_specials_when_cut() {
        let tokenizer = HfJson::new(Path::new("tokenizer.json"), WORDS.as_bytes(), 256).unwrap();
        let mut ids = Vec::new();
        tokenizer.encode("đường ngập nặng", &mut ids).unwrap();
        assert_eq!(ids, [0, 5, 4, 3, 2]);
        assert_eq!(tokenizer.n_ids(), 6);
        tokenizer.encode(&"ngập ".repeat(900), &mut ids).unwrap();
        assert_eq!((ids.len(), ids[255]), (256, 2));
    }

    #[test]
    fn another_json_is_refused() {
        let error = HfJson::new(Path::new("tokenizer.json"), b"{}", 256).unwrap_err();
        assert!(error.to_string().starts_with("tokenizer.json:"), "{error}");
    }
}
