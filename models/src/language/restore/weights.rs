//! The weights as shipped: the strongest rows of the training table in buckets of four.

use std::collections::BTreeSet;

/// Weights are found in a table of two to this power rows.
pub(super) const TABLE_BITS: u32 = 23;

/// Bits of a row that name its place inside a bucket; the rest name the bucket.
const PRINT_BITS: u32 = 5;

/// Buckets of a model.
const N_BUCKETS: usize = 1 << (TABLE_BITS - PRINT_BITS);

/// Rows kept in a bucket.
const DEPTH: usize = 4;

/// Bytes of a bucket in the model file: names, then weights.
const BUCKET_BYTES: usize = DEPTH + 2 * DEPTH;

/// Bytes of all buckets in the model file.
pub(super) const TABLE_BYTES: usize = N_BUCKETS * BUCKET_BYTES;

/// Weights are kept as whole numbers of this fraction.
const SCALE: f32 = 1024.0;

/// Four rows: their names (0 for an empty place) and weights.
#[derive(Clone, Copy, Default)]
struct Bucket {
    names: [u8; DEPTH],
    weights: [i16; DEPTH],
}

/// Weights by row; rows that were not worth keeping weigh nothing.
pub(super) struct Weights {
    buckets: Vec<Bucket>,
}

impl Weights {
    /// Weight of a row.
    #[inline]
    pub(super) fn of(&self, row: u32) -> i32 {
        let bucket = &self.buckets[(row >> PRINT_BITS) as usize];
        // All four names are compared at once: the lowest zero byte of `apart` is the hit.
        let apart = u32::from_le_bytes(bucket.names) ^ (u32::from(name(row)) * 0x0101_0101);
        let zeros = apart.wrapping_sub(0x0101_0101) & !apart & 0x8080_8080;
        if zeros == 0 {
            return 0;
        }
        i32::from(bucket.weights[zeros.trailing_zeros() as usize >> 3])
    }

    /// Keeps the strongest rows of each bucket of a trained table, and `general` ones, which every
    /// text needs, before all others.
    pub(super) fn pruned(table: &[f32], general: &BTreeSet<u32>) -> Self {
        let buckets = table
            .chunks(1 << PRINT_BITS)
            .enumerate()
            .map(|(bucket, rows)| {
                let strength = |(at, weight): (usize, &f32)| {
                    let is_general = general.contains(&((bucket << PRINT_BITS | at) as u32));
                    let strength = weight.abs();
                    let bonus = if is_general { f32::from(i16::MAX) } else { 0.0 };
                    (strength * SCALE >= 1.0).then_some((strength + bonus, at))
                };
                let mut ranked: Vec<(f32, usize)> =
                    rows.iter().enumerate().filter_map(strength).collect();
                ranked.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
                let mut bucket = Bucket::default();
                for (place, &(_, at)) in ranked.iter().take(DEPTH).enumerate() {
                    bucket.names[place] = name(at as u32);
                    bucket.weights[place] = whole(rows[at]);
                }
                bucket
            })
            .collect();
        Self { buckets }
    }

    /// Weights read from a model file of [`TABLE_BYTES`] bytes.
    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        let buckets = bytes
            .chunks_exact(BUCKET_BYTES)
            .map(|chunk| {
                let mut bucket = Bucket::default();
                bucket.names.copy_from_slice(&chunk[..DEPTH]);
                for (weight, pair) in bucket
                    .weights
                    .iter_mut()
                    .zip(chunk[DEPTH..].chunks_exact(2))
                {
                    *weight = i16::from_le_bytes([pair[0], pair[1]]);
                }
                bucket
            })
            .collect();
        Self { buckets }
    }

    /// Writes the weights behind what is there.
    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        for bucket in &self.buckets {
            bytes.extend_from_slice(&bucket.names);
            for weight in bucket.weights {
                bytes.extend_from_slice(&weight.to_le_bytes());
            }
        }
    }
}

/// Name of a row inside its bucket, 1 to 32.
#[inline]
fn name(row: u32) -> u8 {
    (row & ((1 << PRINT_BITS) - 1)) as u8 + 1
}

fn whole(weight: f32) -> i16 {
    (weight * SCALE).round().clamp(-32767.0, 32767.0) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_rows_and_the_general_ones_stay() {
        let mut table = vec![0.0; 1 << TABLE_BITS];
        for (at, weight) in table.iter_mut().take(8).enumerate() {
            *weight = at as f32 + 0.5;
        }
        let kept = Weights::pruned(&table, &BTreeSet::from([1]));
        let mut bytes = Vec::new();
        kept.write(&mut bytes);
        assert_eq!(bytes.len(), TABLE_BYTES);
        let read = Weights::from_bytes(&bytes);
        assert_eq!(read.of(1), 1536);
        assert_eq!(read.of(7), 7 * 1024 + 512);
        assert_eq!(read.of(4), 0);
        assert_eq!(read.of(1 << PRINT_BITS), 0);
    }
}
