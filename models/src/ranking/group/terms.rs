//! The words by which a mention is compared: folded words and word pairs, and among them names.

use rustc_hash::FxHashMap;

use crate::domain::CleanMention;

/// What a term is; the two high bits of its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TermKind {
    /// One folded syllable.
    Word,
    /// Two neighbouring folded syllables: most Vietnamese words, and parts of names.
    Pair,
    /// A word or pair written with capitals inside a sentence: a street, a person, a company.
    Name,
    /// A name that stands in a title.
    TitleName,
}

const CONTENT_BITS: u32 = 30;
const CONTENT_MASK: u32 = (1 << CONTENT_BITS) - 1;
const MAX_TOKENS: usize = 700;

/// The kind of a hashed term.
pub fn kind_of(term: u32) -> TermKind {
    match term >> CONTENT_BITS {
        0 => TermKind::Word,
        1 => TermKind::Pair,
        2 => TermKind::Name,
        _ => TermKind::TitleName,
    }
}

/// The same content as another kind of term.
pub fn as_kind(term: u32, kind: TermKind) -> u32 {
    (term & CONTENT_MASK) | ((kind as u32) << CONTENT_BITS)
}

/// FNV-1a, 64 bits: the same on every machine and in every version.
pub fn stable_hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The term of folded words: one word, or two joined by a space.
pub fn term_of(folded: &str, kind: TermKind) -> u32 {
    let hash = stable_hash(folded.as_bytes());
    as_kind((hash ^ (hash >> 32)) as u32, kind)
}

/// Lower case without tone and accent marks: `Đường Trần Xuân Soạn` gives `duong tran xuan soan`.
pub fn fold(text: &str) -> String {
    crate::language::text::fold(text)
}

/// Term counts of one mention: how often each term occurs, title and body together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TermCounts {
    /// (term, occurrences), sorted by term.
    pub counts: Vec<(u32, f32)>,
    /// Tokens read.
    pub n_tokens: usize,
}

/// Tokens from which an article is long.
const LONG_TOKENS: usize = 160;

/// Tokens at the beginning of a text that count for more: the lead.
const LEAD_TOKENS: usize = 40;

/// How many occurrences later on one in the lead is worth.
const LEAD_WEIGHT: f32 = 1.5;

/// How many body occurrences one occurrence in the title is worth.
const TITLE_WEIGHT: f32 = 2.0;

/// Counts the terms of a mention's title, text and ticket address.
pub fn count_terms(mention: &CleanMention) -> TermCounts {
    let mut counter = Counter::default();
    if let Some(title) = &mention.title {
        counter.read(title, TITLE_WEIGHT, true);
    }
    counter.read(&mention.text, 1.0, false);
    let address = mention.ticket.as_ref().and_then(|t| t.address.as_deref());
    if let Some(address) = address {
        counter.read(address, 1.0, false);
    }
    counter.finish()
}

#[derive(Default)]
struct Counter {
    counts: FxHashMap<u32, f32>,
    n_tokens: usize,
}

struct Token {
    folded: String,
    capital: bool,
    starts_sentence: bool,
    /// Whether nothing but space or an underscore stands between it and the token before.
    adjoins: bool,
}

impl Counter {
    fn read(&mut self, text: &str, weight: f32, title: bool) {
        let tokens = tokens_of(text, MAX_TOKENS.saturating_sub(self.n_tokens));
        self.n_tokens += tokens.len();
        let n_capitals = tokens.iter().filter(|token| token.capital).count();
        let shouted = n_capitals * 10 > tokens.len() * 8 && tokens.len() > 4;
        for (i, token) in tokens.iter().enumerate() {
            let lead = tokens.len() > LEAD_TOKENS && i < LEAD_TOKENS;
            let weight = if lead { weight * LEAD_WEIGHT } else { weight };
            let next = tokens.get(i + 1).filter(|next| next.adjoins);
            let before = (i > 0 && token.adjoins).then(|| &tokens[i - 1]);
            self.add(&token.folded, TermKind::Word, weight);
            let in_run = before.is_some_and(|b| b.capital) || next.is_some_and(|n| n.capital);
            let acronym = token.capital && token.folded.len() > 1;
            if token.capital && !shouted && acronym && (in_run || !token.starts_sentence) {
                self.add_name(&token.folded, weight, title);
            }
            let Some(next) = next else { continue };
            let pair = format!("{} {}", token.folded, next.folded);
            self.add(&pair, TermKind::Pair, weight);
            if token.capital && next.capital && !shouted {
                self.add_name(&pair, weight, title);
            }
        }
    }

    fn add_name(&mut self, folded: &str, weight: f32, title: bool) {
        self.add(folded, TermKind::Name, weight);
        if title {
            self.add(folded, TermKind::TitleName, TITLE_WEIGHT);
        }
    }

    fn add(&mut self, folded: &str, kind: TermKind, weight: f32) {
        *self.counts.entry(term_of(folded, kind)).or_default() += weight;
    }

    /// A long article is about what it repeats, puts in its title or says first; the rest is left out.
    fn finish(self) -> TermCounts {
        let long = self.n_tokens > LONG_TOKENS;
        let telling = |(_, count): &(u32, f32)| !long || *count > 1.0;
        let counts = self.counts.into_iter().filter(telling);
        let mut counts = counts.collect::<Vec<_>>();
        counts.sort_unstable_by_key(|(term, _)| *term);
        TermCounts {
            counts,
            n_tokens: self.n_tokens,
        }
    }
}

fn tokens_of(text: &str, limit: usize) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut starts_sentence = true;
    let mut adjoins = false;
    let mut rest = text;
    while let Some(start) = rest.find(char::is_alphanumeric) {
        for c in rest[..start].chars() {
            starts_sentence |= matches!(c, '.' | '!' | '?' | '\n' | ':' | '"' | '“' | '•');
            adjoins &= c == ' ' || c == '_';
        }
        let word = &rest[start..];
        let is_part = |c: char| c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c);
        let end = word.find(|c| !is_part(c)).unwrap_or(word.len());
        if tokens.len() == limit {
            break;
        }
        tokens.push(Token {
            folded: fold(&word[..end]),
            capital: word.starts_with(char::is_uppercase),
            starts_sentence,
            adjoins,
        });
        starts_sentence = false;
        adjoins = true;
        rest = &word[end..];
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<u32> {
        let mut counter = Counter::default();
        counter.read(text, 1.0, false);
        let counts = counter.finish().counts;
        counts
            .into_iter()
            .map(|(term, _)| term)
            .filter(|term| kind_of(*term) == TermKind::Name)
            .collect()
    }

    #[test]
    fn folding_takes_marks_and_case_away() {
        assert_eq!(fold("Đường Trần Xuân Soạn"), "duong tran xuan soan");
        assert_eq!(fold("Hòa Bình"), fold("Hoà Bình"));
    }

    #[test]
    fn streets_are_names_whether_segmented_or_not() {
        let street = term_of("xuan soan", TermKind::Name);
        assert!(names("ngập ở Trần Xuân Soạn").contains(&street));
        assert!(names("ngập ở Trần_Xuân_Soạn").contains(&street));
        assert!(names("Nước ngập hết rồi").is_empty());
    }

    #[test]
    fn an_unaccented_pair_meets_the_name() {
        let pair = term_of("vinh khanh", TermKind::Pair);
        assert_eq!(
            as_kind(pair, TermKind::Name),
            term_of("vinh khanh", TermKind::Name)
        );
    }
}
