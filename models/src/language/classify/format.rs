//! The model file: a header, the phrases, the factors, and the weights as half floats.

use crate::domain::Topic;

use super::hash;
use super::lexicon::Lexicon;
use super::model::{Calibration, Classifier, Margins, N_CLASSES, WeightTable};

/// First bytes of a classifier file; the last of them is the version of features and format.
const MAGIC: &[u8; 8] = b"LNCLASS4";

/// Why a model file could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// Something else, or another version of the format.
    #[error("not a classifier model file of this version: train it again with `langnghe train`")]
    NotAClassifier,
    /// Cut short or changed.
    #[error("the classifier model file is damaged: {0}")]
    Damaged(&'static str),
}

/// Phrases of the lexicon as they are stored: a topic and its phrase.
pub(super) type Phrases = [(Topic, String)];

/// Writes a model file.
pub(super) fn write(
    phrases: &Phrases,
    calibration: &Calibration,
    weights: &WeightTable,
) -> Vec<u8> {
    let mut body = Vec::new();
    push_u32(&mut body, phrases.len());
    for (topic, phrase) in phrases {
        body.push(topic.index() as u8);
        push_u32(&mut body, phrase.len());
        body.extend(phrase.as_bytes());
    }
    push_u32(&mut body, calibration.factors().count());
    for factor in calibration.factors() {
        body.extend(factor.to_le_bytes());
    }
    push_u32(&mut body, weights.keys().len());
    for key in weights.keys() {
        body.extend(key.to_le_bytes());
    }
    for weight in weights.rows().iter().flatten() {
        body.extend(to_half(*weight).to_le_bytes());
    }
    let mut bytes = MAGIC.to_vec();
    bytes.extend(checksum(&body).to_le_bytes());
    bytes.extend(body);
    bytes
}

/// Reads a model file.
pub(super) fn read(bytes: &[u8]) -> Result<Classifier, ModelError> {
    let rest = bytes
        .strip_prefix(MAGIC)
        .ok_or(ModelError::NotAClassifier)?;
    let mut reader = Reader(rest);
    let sum = u64::from_le_bytes(reader.array()?);
    if checksum(reader.0) != sum {
        return Err(ModelError::Damaged("its checksum does not fit"));
    }
    let lexicon = reader.lexicon()?;
    let n_factors = reader.count(4)?;
    let factors = (0..n_factors)
        .map(|_| Ok(f32::from_le_bytes(reader.array()?)))
        .collect::<Result<Vec<_>, ModelError>>()?;
    let calibration = Calibration::from_factors(&factors)
        .ok_or(ModelError::Damaged("wrong number of calibration factors"))?;
    let weights = reader.weights()?;
    if !reader.0.is_empty() {
        return Err(ModelError::Damaged("bytes behind the weights"));
    }
    Ok(Classifier {
        weights,
        calibration,
        lexicon,
        version: format!("classify-4-{:08x}", (sum >> 32) as u32),
    })
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], ModelError> {
        let (head, rest) = self
            .0
            .split_first_chunk()
            .ok_or(ModelError::Damaged("cut short"))?;
        self.0 = rest;
        Ok(*head)
    }

    /// A count of items that take at least so many bytes each, checked against what is left.
    fn count(&mut self, item_bytes: usize) -> Result<usize, ModelError> {
        let count = u32::from_le_bytes(self.array()?) as usize;
        if count.saturating_mul(item_bytes) > self.0.len() {
            return Err(ModelError::Damaged("a count larger than the file"));
        }
        Ok(count)
    }

    fn lexicon(&mut self) -> Result<Lexicon, ModelError> {
        let mut lexicon = Lexicon::default();
        for _ in 0..self.count(5)? {
            let [topic] = self.array()?;
            if usize::from(topic) >= Topic::ALL.len() {
                return Err(ModelError::Damaged("a phrase of an unknown topic"));
            }
            let length = self.count(1)?;
            let (phrase, rest) = self.0.split_at(length);
            self.0 = rest;
            let phrase = std::str::from_utf8(phrase)
                .map_err(|_| ModelError::Damaged("a phrase that is not UTF-8"))?;
            lexicon.add(usize::from(topic), phrase);
        }
        Ok(lexicon)
    }

    fn weights(&mut self) -> Result<WeightTable, ModelError> {
        let n_rows = self.count(4 + 2 * N_CLASSES)?;
        let mut keys = Vec::with_capacity(n_rows);
        for _ in 0..n_rows {
            keys.push(u32::from_le_bytes(self.array()?));
        }
        let mut rows = Vec::with_capacity(n_rows);
        for _ in 0..n_rows {
            let mut row: Margins = [0.0; N_CLASSES];
            for weight in &mut row {
                *weight = from_half(u16::from_le_bytes(self.array()?));
            }
            rows.push(row);
        }
        Ok(WeightTable::new(keys, rows))
    }
}

fn push_u32(bytes: &mut Vec<u8>, number: usize) {
    bytes.extend((number as u32).to_le_bytes());
}

fn checksum(body: &[u8]) -> u64 {
    body.chunks(8).fold(body.len() as u64, |sum, chunk| {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        hash::join(sum, u64::from_le_bytes(word))
    })
}

/// The nearest IEEE half float; too large numbers become the largest one.
fn to_half(number: f32) -> u16 {
    const LARGEST: u16 = 0x7bff;
    let bits = number.to_bits();
    let sign = (bits >> 16 & 0x8000) as u16;
    let magnitude = f32::from_bits(bits & 0x7fff_ffff);
    if magnitude >= 65_504.0 {
        return sign | LARGEST;
    }
    if magnitude < 6.103_515_6e-5 {
        // Below the smallest normal half: a count of steps of 2^-24.
        return sign | (magnitude * 16_777_216.0).round_ties_even() as u16;
    }
    let rounded = magnitude.to_bits() + 0xfff + (magnitude.to_bits() >> 13 & 1);
    sign | ((rounded >> 13) - (112 << 10)) as u16
}

fn from_half(half: u16) -> f32 {
    let sign = if half & 0x8000 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = (half >> 10 & 0x1f, f32::from(half & 0x3ff));
    match exponent {
        0 => sign * fraction / 16_777_216.0,
        0x1f => 0.0,
        _ => sign * (1.0 + fraction / 1_024.0) * f32::from(exponent.cast_signed() - 15).exp2(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_floats_come_back_within_their_precision() {
        for number in [0.0, 1.0, -1.0, 0.333_25, 65_504.0, 1e-5, -3e-8, 7.123, 2e-3] {
            let back = from_half(to_half(number));
            assert!(
                (back - number).abs() <= number.abs() / 2_000.0 + 6e-8,
                "{number} came back as {back}"
            );
        }
        assert!((from_half(to_half(1e9)) - 65_504.0).abs() < 1.0);
    }
}
