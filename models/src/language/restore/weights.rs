//! The weights as shipped: the strongest rows of the training table in buckets of seven, and those of
//! general features beside it, each in its own place.

use super::lattice::N_GENERAL;

/// Rows of a context: one for each form a syllable may have.
pub(super) const NAME_BITS: u32 = 5;

/// Rows of hashed features.
pub(super) const TABLE_BITS: u32 = 23;

/// Rows of all features: general ones stand behind the hashed ones.
pub(super) const N_ROWS: usize = (1 << TABLE_BITS) + N_GENERAL;

/// Scores of the forms of one syllable; the places behind its last form mean nothing.
pub(super) type FormScores = [i32; 1 << NAME_BITS];

/// Buckets of a model.
const N_BUCKETS: usize = 1 << (TABLE_BITS - NAME_BITS);

/// Rows kept in a bucket.
const DEPTH: usize = 7;

/// Bytes of a bucket in the model file: names, then weights.
const BUCKET_BYTES: usize = DEPTH + 2 * DEPTH;

/// Bytes of all weights in the model file.
pub(super) const TABLE_BYTES: usize = N_BUCKETS * BUCKET_BYTES + 2 * N_GENERAL;

/// Weights are kept as whole numbers of this fraction.
const SCALE: f32 = 1024.0;

/// Where the rows of a context lie: the bucket, and how far its forms are turned inside it, so that
/// the first forms of two contexts in one bucket seldom share a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell(u32);

impl Cell {
    /// The cell of a well-mixed hash.
    #[inline]
    pub(super) fn new(hash: u64) -> Self {
        Self((hash >> (64 - TABLE_BITS)) as u32)
    }

    /// The row of the form that stands so far behind the first of its syllable.
    #[inline]
    pub(super) fn row(self, offset: u16) -> u32 {
        let mask = (1 << NAME_BITS) - 1;
        self.0 & !mask | (self.0 + u32::from(offset)) & mask
    }
}

/// Seven rows: their names (0 for an empty place) and their weights.
#[derive(Clone, Copy, Default)]
pub(super) struct Bucket {
    names: [u8; DEPTH],
    weights: [i16; DEPTH],
}

impl Bucket {
    /// Adds to the score of each form of a syllable what a context of this bucket says of it. What
    /// it says of other syllables falls on places that no form has, and an empty place weighs
    /// nothing: to ask whether that is so would cost more than to add.
    #[inline]
    pub(super) fn add(&self, cell: Cell, scores: &mut FormScores) {
        for (name, weight) in self.names.into_iter().zip(self.weights) {
            let offset = u32::from(name).wrapping_sub(1).wrapping_sub(cell.0);
            scores[(offset & ((1 << NAME_BITS) - 1)) as usize] += i32::from(weight);
        }
    }
}

/// Weights by row; hashed rows that were not worth keeping weigh nothing.
pub(super) struct Weights {
    buckets: Vec<Bucket>,
    general: Vec<i16>,
}

impl Weights {
    /// The bucket of a context. It is far away in memory: ask for all that are needed before using one.
    #[inline]
    pub(super) fn bucket(&self, cell: Cell) -> Bucket {
        self.buckets[(cell.0 >> NAME_BITS) as usize]
    }

    /// Weight of a general row.
    #[inline]
    pub(super) fn general(&self, row: u32) -> i32 {
        let at = row as usize - (1 << TABLE_BITS);
        self.general.get(at).map_or(0, |&weight| i32::from(weight))
    }

    /// Keeps all general rows of a trained table and the strongest rows of each bucket.
    pub(super) fn pruned(table: &[f32]) -> Self {
        let (hashed, general) = table.split_at(1 << TABLE_BITS);
        let buckets = hashed
            .chunks(1 << NAME_BITS)
            .map(|rows| {
                let strength = |(at, weight): (usize, &f32)| {
                    let strength = weight.abs();
                    (strength * SCALE >= 1.0).then_some((strength, at))
                };
                let mut ranked: Vec<(f32, usize)> =
                    rows.iter().enumerate().filter_map(strength).collect();
                ranked.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
                let mut bucket = Bucket::default();
                for (place, &(_, at)) in ranked.iter().take(DEPTH).enumerate() {
                    bucket.names[place] = at as u8 + 1;
                    bucket.weights[place] = whole(rows[at]);
                }
                bucket
            })
            .collect();
        Self {
            buckets,
            general: general.iter().copied().map(whole).collect(),
        }
    }

    /// Weights read from a model file of [`TABLE_BYTES`] bytes.
    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        let (hashed, general) = bytes.split_at(N_BUCKETS * BUCKET_BYTES);
        let number = |pair: &[u8]| i16::from_le_bytes([pair[0], pair[1]]);
        let buckets = hashed
            .chunks_exact(BUCKET_BYTES)
            .map(|chunk| {
                let mut bucket = Bucket::default();
                bucket.names.copy_from_slice(&chunk[..DEPTH]);
                for (weight, pair) in bucket
                    .weights
                    .iter_mut()
                    .zip(chunk[DEPTH..].chunks_exact(2))
                {
                    *weight = number(pair);
                }
                bucket
            })
            .collect();
        Self {
            buckets,
            general: general.chunks_exact(2).map(number).collect(),
        }
    }

    /// Writes the weights behind what is there.
    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        for bucket in &self.buckets {
            bytes.extend_from_slice(&bucket.names);
            for weight in bucket.weights {
                bytes.extend_from_slice(&weight.to_le_bytes());
            }
        }
        for weight in &self.general {
            bytes.extend_from_slice(&weight.to_le_bytes());
        }
    }
}

fn whole(weight: f32) -> i16 {
    (weight * SCALE).round().clamp(-32767.0, 32767.0) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_rows_and_all_general_ones_stay() {
        let mut table = vec![0.0; N_ROWS];
        let cell = Cell(30);
        for offset in 0..9 {
            table[cell.row(offset) as usize] = f32::from(offset) + 0.5;
        }
        table[1 << TABLE_BITS] = 0.25;
        let kept = Weights::pruned(&table);
        let mut bytes = Vec::new();
        kept.write(&mut bytes);
        assert_eq!(bytes.len(), TABLE_BYTES);
        let read = Weights::from_bytes(&bytes);
        // Two of nine went, and there is no room for the last.
        let mut scores = FormScores::default();
        read.bucket(cell).add(cell, &mut scores);
        assert_eq!(scores[..8], [0, 0, 2560, 3584, 4608, 5632, 6656, 7680]);
        let mut others = FormScores::default();
        let other = Cell(1 << NAME_BITS);
        read.bucket(other).add(other, &mut others);
        assert_eq!(others, FormScores::default());
        assert_eq!(read.general(1 << TABLE_BITS), 256);
    }
}
