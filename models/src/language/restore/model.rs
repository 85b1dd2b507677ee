//! The model file: magic, forms with their levels, pairs of dictionary words, weights.

use super::Restorer;
use super::pairs::Pairs;
use super::vocabulary::Vocabulary;
use super::weights::{TABLE_BYTES, Weights};

/// First bytes of a model file; the last is the version of the format.
const MAGIC: &[u8; 8] = b"LNREST\x00\x02";

/// What is wrong with a model file or training data.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestorerError {
    /// Not a model file, or of another format.
    #[error("not a restorer model of this version: make one with `langnghe train restorer`")]
    Format,
    /// The bytes end early or go on too long.
    #[error("restorer model has {found} bytes but should have {expected}: the file is damaged")]
    Size {
        /// Bytes the header promises.
        expected: usize,
        /// Bytes there are.
        found: usize,
    },
    /// There is nothing to learn from.
    #[error("no training text: give at least one accented sentence")]
    NoText,
}

/// Most slots of dictionary pairs a model may have.
const SLOTS_MAX: usize = 1 << 20;

impl Restorer {
    /// Reads a model file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RestorerError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(RestorerError::Format)?;
        let (n_forms, rest) = number(rest)?;
        let (n_slots, mut rest) = number(rest)?;
        if n_forms > usize::from(u16::MAX) || n_slots > SLOTS_MAX {
            return Err(RestorerError::Format);
        }
        let mut entries = Vec::with_capacity(n_forms);
        for _ in 0..n_forms {
            let (&[level, n_letters], behind) =
                rest.split_first_chunk().ok_or(RestorerError::Format)?;
            let (letters, behind) = behind
                .split_at_checked(usize::from(n_letters))
                .ok_or(RestorerError::Format)?;
            let letters = str::from_utf8(letters).map_err(|_| RestorerError::Format)?;
            entries.push((letters.into(), level));
            rest = behind;
        }
        let expected = 2 * n_slots + TABLE_BYTES;
        if rest.len() != expected {
            let head = bytes.len() - rest.len();
            return Err(RestorerError::Size {
                expected: head + expected,
                found: bytes.len(),
            });
        }
        let (slots, rows) = rest.split_at(2 * n_slots);
        let slots = slots
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
            .collect();
        Ok(Self {
            vocabulary: Vocabulary::from_entries(entries).ok_or(RestorerError::Format)?,
            pairs: Pairs::from_slots(slots).ok_or(RestorerError::Format)?,
            weights: Weights::from_bytes(rows),
        })
    }
}

fn number(bytes: &[u8]) -> Result<(usize, &[u8]), RestorerError> {
    let (head, rest) = bytes.split_first_chunk().ok_or(RestorerError::Format)?;
    Ok((u32::from_le_bytes(*head) as usize, rest))
}

/// Writes a model file.
pub(super) fn to_bytes(vocabulary: &Vocabulary, pairs: &Pairs, weights: &Weights) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&(vocabulary.entries().count() as u32).to_le_bytes());
    bytes.extend_from_slice(&(pairs.slots().len() as u32).to_le_bytes());
    for (letters, level) in vocabulary.entries() {
        bytes.extend_from_slice(&[level, letters.len() as u8]);
        bytes.extend_from_slice(letters.as_bytes());
    }
    for slot in pairs.slots() {
        bytes.extend_from_slice(&slot.to_le_bytes());
    }
    weights.write(&mut bytes);
    bytes
}
