//! PhoBERT's tokenizer: byte-pair encoding over characters as fastBPE learned it, ids by `vocab.txt`.
//!
//! Words are what stands between spaces, already segmented (`sinh_viên`). The last character of a word
//! carries `</w>`; pieces that are not last are looked up with `@@` behind them. A piece that the
//! merges make and the vocabulary lacks is one `<unk>` (VinAIResearch/PhoBERT issue 38).

use std::path::Path;

use rustc_hash::FxHashMap;

use super::{TEXT_CHARS_MAX, TOKENS_MAX, Tokenize, head_of};
use crate::error::NeuralError;

/// Ids that come before those of `vocab.txt`.
const SPECIALS: [&str; 4] = ["<s>", "<pad>", "</s>", "<unk>"];
const START: u32 = 0;
const END: u32 = 2;
const UNKNOWN: u32 = 3;

/// Characters of one word that are merged; longer "words" are no words, and merging takes time with
/// the square of their length.
const WORD_CHARS_MAX: usize = 128;

/// Behind the last character of a word.
const WORD_END: &str = "</w>";

/// PhoBERT's tokenizer.
#[derive(Clone, Debug)]
pub struct PhobertBpe {
    ids: FxHashMap<String, u32>,
    /// Place of a pair in `bpe.codes`: earlier pairs are merged first.
    ranks: FxHashMap<(String, String), u32>,
    tokens_max: usize,
}

impl PhobertBpe {
    /// From the texts of `vocab.txt` (a token and its count a line) and `bpe.codes` (two pieces and a
    /// count a line); at most `tokens_max` tokens and [`TOKENS_MAX`].
    ///
    /// # Errors
    /// [`NeuralError::Wrong`], naming the line, when a line has another shape.
    pub fn new(
        vocab: (&Path, &str),
        codes: (&Path, &str),
        tokens_max: usize,
    ) -> Result<Self, NeuralError> {
        Ok(Self {
            ids: read_vocab(vocab.0, vocab.1)?,
            ranks: read_codes(codes.0, codes.1)?,
            tokens_max: tokens_max.min(TOKENS_MAX),
        })
    }

    /// One more than the highest id.
    pub fn n_ids(&self) -> usize {
        self.ids.len()
    }

    /// The pieces of a word, joined by the merges.
    fn pieces(&self, word: &str) -> Vec<String> {
        let mut pieces = word.chars().map(String::from).collect::<Vec<_>>();
        if let Some(last) = pieces.last_mut() {
            last.push_str(WORD_END);
        }
        while let Some((left, right)) = self.earliest_pair(&pieces) {
            pieces = join_pair(&pieces, &left, &right);
        }
        pieces
    }

    fn earliest_pair(&self, pieces: &[String]) -> Option<(String, String)> {
        let pairs = pieces
            .windows(2)
            .map(|pair| (pair[0].clone(), pair[1].clone()));
        let ranked = pairs.filter_map(|pair| Some((*self.ranks.get(&pair)?, pair)));
        ranked.min_by_key(|(rank, _)| *rank).map(|(_, pair)| pair)
    }

    fn id(&self, piece: &str) -> u32 {
        let found = match piece.strip_suffix(WORD_END) {
            Some(last) => self.ids.get(last),
            None => self.ids.get(&format!("{piece}@@")),
        };
        found.copied().unwrap_or(UNKNOWN)
    }
}

impl Tokenize for PhobertBpe {
    fn encode(&self, text: &str, out: &mut Vec<u32>) -> Result<(), NeuralError> {
        out.clear();
        out.push(START);
        for word in head_of(text, TEXT_CHARS_MAX).split_whitespace() {
            if out.len() + 1 >= self.tokens_max {
                break;
            }
            let pieces = self.pieces(head_of(word, WORD_CHARS_MAX));
            out.extend(pieces.iter().map(|piece| self.id(piece)));
        }
        out.truncate(self.tokens_max - 1);
        out.push(END);
        Ok(())
    }
}

/// Every place where the pair stands becomes one piece, from the left.
fn join_pair(pieces: &[String], left: &str, right: &str) -> Vec<String> {
    let mut joined: Vec<String> = Vec::with_capacity(pieces.len());
    let mut at = 0;
    while at < pieces.len() {
        let is_pair = pieces[at] == left && pieces.get(at + 1).is_some_and(|next| next == right);
        if is_pair {
            joined.push(format!("{left}{right}"));
            at += 2;
        } else {
            joined.push(pieces[at].clone());
            at += 1;
        }
    }
    joined
}

/// An id is the number of different tokens before it; a token that comes again takes the later one.
fn read_vocab(path: &Path, text: &str) -> Result<FxHashMap<String, u32>, NeuralError> {
    let mut ids = FxHashMap::default();
    for special in SPECIALS {
        ids.insert(special.to_owned(), ids.len() as u32);
    }
    for (index, line) in lines(text) {
        let token = line.trim().rsplit_once(' ').map(|(token, _)| token);
        let token =
            token.ok_or_else(|| bad_line(path, index, "từ và số đếm", "a token and its count"))?;
        ids.insert(token.to_owned(), ids.len() as u32);
    }
    ids.insert("<mask>".to_owned(), ids.len() as u32);
    Ok(ids)
}

fn read_codes(path: &Path, text: &str) -> Result<FxHashMap<(String, String), u32>, NeuralError> {
    let mut ranks = FxHashMap::default();
    for (index, line) in lines(text) {
        let mut fields = line.split_whitespace();
        let (left, right, count) = (fields.next(), fields.next(), fields.next());
        let (Some(left), Some(right), Some(_), None) = (left, right, count, fields.next()) else {
            return Err(bad_line(
                path,
                index,
                "hai mảnh và số đếm",
                "two pieces and a count",
            ));
        };
        ranks.insert((left.to_owned(), right.to_owned()), ranks.len() as u32);
    }
    Ok(ranks)
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.split('\n').enumerate();
    lines.filter(|(_, line)| !line.trim().is_empty())
}

fn bad_line(path: &Path, index: usize, vietnamese: &str, english: &str) -> NeuralError {
    let number = index + 1;
    NeuralError::wrong(
        path,
        format!("dòng {number}: cần {vietnamese}, cách nhau bằng dấu cách"),
        format!("line {number}: expected {english}, separated by spaces"),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const VOCAB: &str = "si@@ 9\nnh 8\nsinh_viên 7\nt@@ 6\nT@@ 5\n";
    const CODES: &str = "s i 90\nn h</w> 80\nt h 70\nth u</w> 60\n";

    fn tokenizer() -> PhobertBpe {
        let vocab = (Path::new("vocab.txt"), VOCAB);
        PhobertBpe::new(vocab, (Path::new("bpe.codes"), CODES), 256).unwrap()
    }

    fn ids(text: &str) -> Vec<u32> {
        let mut out = vec![99];
        tokenizer().encode(text, &mut out).unwrap();
        out
    }

    #[test]
    fn words_become_pieces_between_specials() {
        assert_eq!(ids("sinh"), [0, 4, 5, 2]);
        assert_eq!(ids(""), [0, 2]);
        assert_eq!(ids("  sinh \n sinh"), [0, 4, 5, 4, 5, 2]);
    }

    #[test]
    fn a_merged_piece_outside_the_vocabulary_is_one_unknown() {
        // "thu" is merged into one piece that has no id, although "t@@" has one.
        assert_eq!(ids("thu"), [0, 3, 2]);
        // "tu" has no merge: "t@@" is known, "u" is not.
        assert_eq!(ids("tu"), [0, 7, 3, 2]);
    }

    #[test]
    fn earlier_merges_come_first_and_join_everywhere() {
        let codes = "b c 9\na b 8\n";
        let vocab = "a@@ 1\nbc@@ 1\nab@@ 1\nc 1\n";
        let tokenizer = PhobertBpe::new(
            (Path::new("vocab.txt"), vocab),
            (Path::new("bpe.codes"), codes),
            256,
        )
        .unwrap();
        assert_eq!(tokenizer.pieces("abcabcx"), ["a", "bc", "a", "bc", "x</w>"]);
    }

    #[test]
    fn a_token_that_comes_again_takes_the_later_id() {
        let ids = read_vocab(Path::new("vocab.txt"), "a 3\nb 2\na 1\nc 1\n").unwrap();
        assert_eq!((ids["a"], ids["b"], ids["c"]), (6, 5, 6));
    }

    #[test]
    fn a_bad_line_is_named() {
        let vocab = (Path::new("vocab.txt"), VOCAB);
        let error = PhobertBpe::new(vocab, (Path::new("bpe.codes"), "s i 9\nx\n"), 256);
        assert!(error.unwrap_err().to_string().contains("line 2"));
        let error = read_vocab(Path::new("vocab.txt"), "onlyatoken\n").unwrap_err();
        assert!(error.to_string().contains("vocab.txt: dòng 1"), "{error}");
    }

    #[test]
    fn never_more_tokens_than_positions() {
        let long = "sinh ".repeat(1_000);
        let all = ids(&long);
        assert_eq!((all.len(), all[255]), (256, 2));
        let endless = "s".repeat(3_000_000);
        assert_eq!(ids(&endless).len(), WORD_CHARS_MAX + 2);
    }

    proptest! {
        #[test]
        fn any_text_gives_known_ids_between_specials(text in any::<String>()) {
            let ids = ids(&text);
            prop_assert!(ids.len() <= TOKENS_MAX);
            prop_assert_eq!((ids[0], ids[ids.len() - 1]), (0, 2));
            prop_assert!(ids.iter().all(|&id| (id as usize) < tokenizer().n_ids()));
        }
    }
}
