//! Treebanks in the CoNLL-U format, as far as segmentation needs them.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use models::language::text;

/// The sentences of a file as lists of words, the syllables of a word separated by spaces.
pub fn read(path: &Path) -> Result<Vec<Vec<String>>> {
    let file = fs::read_to_string(path)
        .with_context(|| format!("không đọc được / cannot read {}", path.display()))?;
    let mut sentences = vec![Vec::new()];
    for line in file.lines() {
        let mut fields = line.split('\t');
        match (fields.next().unwrap_or_default(), fields.next()) {
            ("", None) => sentences.push(Vec::new()),
            // Ranges and empty nodes are not words of their own.
            (id, Some(form)) if !id.contains(['-', '.']) => {
                if let Some(sentence) = sentences.last_mut() {
                    sentence.push(text::normalise(form));
                }
            }
            _ => {}
        }
    }
    sentences.retain(|sentence| !sentence.is_empty());
    Ok(sentences)
}
