//! How common terms are in what citizens and newspapers write, so that rare ones weigh more.

use rustc_hash::FxHashMap;

use super::terms::{TermKind, as_kind, kind_of};

/// Weight of the day's own frequencies against the background's.
const TODAY: f32 = 0.2;

/// Document frequencies of terms in a background of mentions and news.
///
/// The bundled table is made by `langnghe train background` from the gold training mentions; terms
/// seen once are left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Background {
    n_documents: u32,
    frequencies: FxHashMap<u32, u32>,
}

impl Background {
    /// Reads the table that [`Self::to_bytes`] writes: little-endian u32s, the number of documents,
    /// then pairs (term, documents). `None` when the bytes are not such a table.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (head, pairs) = bytes.split_at_checked(4)?;
        let number = |bytes: &[u8]| Some(u32::from_le_bytes(bytes.try_into().ok()?));
        if pairs.len() % 8 != 0 {
            return None;
        }
        let frequencies = pairs
            .chunks_exact(8)
            .map(|pair| Some((number(&pair[..4])?, number(&pair[4..])?)))
            .collect::<Option<_>>()?;
        Some(Self {
            n_documents: number(head)?,
            frequencies,
        })
    }

    /// The table as bytes, terms in order, so that the same counts give the same file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut pairs = self.frequencies.iter().collect::<Vec<_>>();
        pairs.sort_unstable();
        let mut bytes = self.n_documents.to_le_bytes().to_vec();
        for (term, documents) in pairs {
            bytes.extend(term.to_le_bytes());
            bytes.extend(documents.to_le_bytes());
        }
        bytes
    }

    /// Counts the terms of documents; those in fewer than `min_documents` are left out.
    pub fn count<'a>(
        documents: impl Iterator<Item = &'a [(u32, f32)]>,
        min_documents: u32,
    ) -> Self {
        let mut table = Self::default();
        for counts in documents {
            table.n_documents += 1;
            for (term, _) in counts {
                if matches!(kind_of(*term), TermKind::Word | TermKind::Pair) {
                    *table.frequencies.entry(*term).or_default() += 1;
                }
            }
        }
        table.frequencies.retain(|_, n| *n >= min_documents);
        table
    }

    /// Number of documents counted.
    pub fn n_documents(&self) -> u32 {
        self.n_documents
    }

    /// Inverse document frequency of a term, 0 to 1: 1 for one never seen. `today` counts the day's
    /// own documents, so that words of a day on which everybody speaks of rain weigh less. A name is
    /// as common as its words are, capital or not.
    pub fn rarity(&self, today: &Background, term: u32) -> f32 {
        let kinds = [TermKind::Word, TermKind::Pair].map(|kind| as_kind(term, kind));
        let of = |table: &Background| {
            let seen = kinds.iter().filter_map(|term| table.frequencies.get(term));
            seen.copied().max().unwrap_or(0) as f32
        };
        let idf = |seen: f32, n: u32| {
            let n = n as f32;
            ((n + 1.0) / (seen + 0.5)).ln() / ((n + 1.0) / 0.5).ln()
        };
        let long = idf(of(self), self.n_documents);
        let short = idf((of(today) - 1.0).max(0.0), today.n_documents.max(30));
        (long.max(0.0) * (1.0 - TODAY) + short.max(0.0) * TODAY).clamp(0.0, 1.0)
    }
}
