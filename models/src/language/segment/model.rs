//! The model file: magic, dictionary, weights; all numbers little-endian.

use super::Segmenter;
use super::lexicon::Lexicon;
use super::pieces::Cutter;
use super::weights::{TABLE_BYTES, Weights};

/// First bytes of a model file; the digit changes when the features do.
const MAGIC: &[u8; 8] = b"LNSEGM1\n";

/// Why a model cannot be read or made.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SegmenterError {
    /// The bytes are no model of this version.
    #[error(
        "not a segmenter model of this version: train it again with `langnghe train segmenter`"
    )]
    Format,
    /// The bytes end early or go on too long.
    #[error("segmenter model has {found} bytes but should have {expected}: the file is damaged")]
    Size {
        /// Bytes the header promises.
        expected: usize,
        /// Bytes there are.
        found: usize,
    },
    /// There is nothing to learn from.
    #[error("no training sentences: give at least one sentence with two words")]
    NoSentences,
}

/// Bytes before the tables: magic and the number of dictionary slots.
const HEADER_BYTES: usize = 12;

/// Most dictionary slots a model may have.
const MAX_SLOTS: usize = 1 << 22;

impl Segmenter {
    /// Reads a model file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SegmenterError> {
        let Some((header, tables)) = bytes.split_at_checked(HEADER_BYTES) else {
            return Err(SegmenterError::Format);
        };
        let (magic, size) = header.split_at(MAGIC.len());
        let n_slots = size
            .iter()
            .rev()
            .fold(0_usize, |size, &byte| size << 8 | byte as usize);
        if magic != MAGIC || n_slots > MAX_SLOTS {
            return Err(SegmenterError::Format);
        }
        let expected = HEADER_BYTES + 2 * n_slots + TABLE_BYTES;
        if bytes.len() != expected {
            return Err(SegmenterError::Size {
                expected,
                found: bytes.len(),
            });
        }
        let (slots, rows) = tables.split_at(2 * n_slots);
        let slots = slots
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
            .collect();
        Ok(Self {
            cutter: Cutter::new(),
            lexicon: Lexicon::from_slots(slots).ok_or(SegmenterError::Format)?,
            weights: Weights::from_bytes(rows),
        })
    }
}

/// Writes a model file.
pub(super) fn to_bytes(lexicon: &Lexicon, weights: &Weights) -> Vec<u8> {
    let slots = lexicon.slots();
    let mut bytes = Vec::with_capacity(HEADER_BYTES + 2 * slots.len() + TABLE_BYTES);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&(slots.len() as u32).to_le_bytes());
    for slot in slots {
        bytes.extend_from_slice(&slot.to_le_bytes());
    }
    weights.write(&mut bytes);
    bytes
}
