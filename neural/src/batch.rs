//! Token sequences laid side by side, padded to the longest.

/// Most sequences in a batch: measured, more gain nothing on a CPU and cost memory.
pub const BATCH_ROWS_MAX: usize = 16;

/// Token ids of `rows` sequences of `len` places each, row by row.
#[derive(Clone, Copy, Debug)]
pub struct TokenBatch<'a> {
    /// `rows × len` ids; places after the end of a sequence hold the padding id.
    pub ids: &'a [u32],
    /// `rows × len`: 1 where a token stands, 0 where padding does. Padding comes last in a row.
    pub mask: &'a [u8],
    /// Sequences.
    pub rows: usize,
    /// Places of each, the tokens of the longest.
    pub len: usize,
}

/// Rows of numbers, one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matrix {
    /// `rows × cols` values.
    pub values: Vec<f32>,
    /// Values in a row.
    pub cols: usize,
}

impl Matrix {
    /// The rows in order.
    pub fn rows(&self) -> impl Iterator<Item = &[f32]> {
        self.values.chunks_exact(self.cols.max(1))
    }

    /// One row; empty when there is none.
    pub fn row(&self, index: usize) -> &[f32] {
        let end = (index + 1) * self.cols;
        self.values.get(index * self.cols..end).unwrap_or_default()
    }
}

/// A batch that owns its tokens, and whose they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    ids: Vec<u32>,
    mask: Vec<u8>,
    /// Which sequence each row is, by its position among those given.
    pub members: Vec<usize>,
    len: usize,
}

impl Batch {
    /// As an encoder takes it.
    pub fn tokens(&self) -> TokenBatch<'_> {
        TokenBatch {
            ids: &self.ids,
            mask: &self.mask,
            rows: self.members.len(),
            len: self.len,
        }
    }
}

/// Sequences in batches of at most [`BATCH_ROWS_MAX`], like lengths together so that little is
/// padded. Equal lengths keep their order, so the same sequences give the same batches.
pub fn batches(sequences: &[Vec<u32>], pad_id: u32) -> Vec<Batch> {
    let mut order = (0..sequences.len()).collect::<Vec<_>>();
    order.sort_by_key(|&at| sequences[at].len());
    let of_members = |members: &[usize]| {
        let lengths = members.iter().map(|&at| sequences[at].len());
        let len = lengths.max().unwrap_or(0);
        let mut batch = Batch {
            members: members.to_vec(),
            len,
            ..Batch::default()
        };
        for &at in members {
            let sequence = &sequences[at];
            let n_padded = len - sequence.len();
            batch.ids.extend(sequence);
            batch.ids.extend(std::iter::repeat_n(pad_id, n_padded));
            batch.mask.extend(std::iter::repeat_n(1, sequence.len()));
            batch.mask.extend(std::iter::repeat_n(0, n_padded));
        }
        batch
    };
    order.chunks(BATCH_ROWS_MAX).map(of_members).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_lengths_share_a_batch_and_are_padded_to_the_longest() {
        let sequences = vec![vec![0, 7, 8, 9, 2], vec![0, 2], vec![0, 5, 2]];
        let batches = batches(&sequences, 1);
        assert_eq!(batches.len(), 1);
        let tokens = batches[0].tokens();
        assert_eq!(batches[0].members, [1, 2, 0]);
        assert_eq!((tokens.rows, tokens.len), (3, 5));
        assert_eq!(&tokens.ids[..10], [0, 2, 1, 1, 1, 0, 5, 2, 1, 1]);
        assert_eq!(&tokens.mask[..10], [1, 1, 0, 0, 0, 1, 1, 1, 0, 0]);
    }

    #[test]
    fn every_sequence_is_in_one_batch_and_none_is_too_large() {
        let sequences = (0..53).map(|n| vec![0; n % 9 + 2]).collect::<Vec<_>>();
        let batches = batches(&sequences, 1);
        let mut seen = batches
            .iter()
            .flat_map(|batch| batch.members.clone())
            .collect::<Vec<_>>();
        seen.sort_unstable();
        assert_eq!(seen, (0..53).collect::<Vec<_>>());
        assert!(batches.iter().all(|b| b.members.len() <= BATCH_ROWS_MAX));
        assert_eq!(batches.len(), 4);
    }
}
