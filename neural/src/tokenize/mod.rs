//! Text to token ids.

#[cfg(feature = "hf-json")]
mod hf_json;
mod phobert;

use crate::error::NeuralError;

#[cfg(feature = "hf-json")]
pub use hf_json::HfJson;
pub use phobert::PhobertBpe;

/// Most tokens of a sequence, specials included: what PhoBERT has positions for, and a bound of cost
/// for models that have more.
pub const TOKENS_MAX: usize = 256;

/// Characters of a text that are read; 256 tokens never reach so far in words that people write.
pub(crate) const TEXT_CHARS_MAX: usize = 8_000;

/// Makes token ids of texts.
pub trait Tokenize: Send + Sync {
    /// Puts the ids of a text, specials included and at most [`TOKENS_MAX`], in the place of what
    /// stood in `out`.
    ///
    /// # Errors
    /// [`NeuralError::Backend`] when the tokenizer's library refuses a text.
    fn encode(&self, text: &str, out: &mut Vec<u32>) -> Result<(), NeuralError>;
}

/// The first characters of a text.
pub(crate) fn head_of(text: &str, n_chars: usize) -> &str {
    let end = text.char_indices().nth(n_chars).map(|(at, _)| at);
    &text[..end.unwrap_or(text.len())]
}
