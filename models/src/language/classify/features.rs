//! What the linear models see of a mention: hashed features with fixed weights.

use crate::domain::{Channel, Topic};
use crate::language::text::faces;

use super::ClassifyInput;
use super::cues::{Found, find_cues};
use super::domains::{DOMAINS, N_DOMAINS};
use super::hash;
use super::lexicon::Lexicon;
use super::scan::{Scan, TokenKind, scan};

/// One feature: its key and its value before the model's own weighting.
pub(super) type Feature = (u32, f32);

/// What tells a mention from others: hashes of its word pairs, each once.
pub(super) type Fingerprint = Vec<u64>;

/// The word pairs of title and text, accents aside.
pub(super) fn fingerprint(input: &ClassifyInput<'_>) -> Fingerprint {
    let mut pairs = Vec::new();
    for field in input.title.into_iter().chain([input.text]) {
        let scan = scan(field);
        for pair in scan.tokens.windows(2) {
            if pair.iter().all(|token| token.kind == TokenKind::Word) {
                pairs.push(hash::join(pair[0].folded, pair[1].folded));
            }
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// A number that two mentions share only when they say the same words.
pub(super) fn identity(input: &ClassifyInput<'_>) -> u64 {
    let title = hash::of_text(input.title.unwrap_or_default());
    hash::join(title, hash::of_text(input.text))
}

/// Kinds of features; the number is part of the key.
mod kind {
    pub const WORD: u8 = 1;
    pub const WORD_2: u8 = 2;
    pub const PLAIN: u8 = 3;
    pub const PLAIN_2: u8 = 4;
    pub const PLAIN_3: u8 = 5;
    pub const LETTERS: u8 = 6;
    pub const TITLE: u8 = 7;
    pub const TITLE_2: u8 = 8;
    pub const FIELD: u8 = 9;
    pub const FIELD_WORD: u8 = 10;
    pub const LEXICON: u8 = 11;
    pub const CUE: u8 = 12;
    pub const CUE_CHANNEL: u8 = 13;
    pub const SHAPE: u8 = 14;
    pub const REPLY_WORD: u8 = 15;
    pub const EDGE: u8 = 16;
    pub const SKIP: u8 = 17;
    pub const CHANNEL_WORD: u8 = 18;
    pub const DOMAIN: u8 = 19;
    pub const FACE: u8 = 20;
}

/// Extracts the features of one mention, its parent left aside.
pub(super) fn extract(input: &ClassifyInput<'_>, lexicon: &Lexicon) -> Vec<Feature> {
    let title = input.title.map(scan).unwrap_or_default();
    let text = scan(input.text);
    let mut out = Vec::with_capacity(1_024);
    words(&mut out, &[&title, &text], input.channel);
    letters(&mut out, &[&title, &text]);
    title_words(&mut out, &title);
    if let Some(field) = input.ticket_field {
        declared_field(&mut out, &scan(field));
    }
    topic_phrases(&mut out, &[&title, &text], lexicon);
    walks_of_life(&mut out, &[&title, &text]);
    let is_unaccented = text.is_unaccented();
    let cues = find_cues(&text.tokens, is_unaccented);
    let title_cues = find_cues(&title.tokens, title.is_unaccented());
    feelings(&mut out, &cues, &title_cues, &text, input.channel);
    shape(&mut out, input, &text);
    shown_faces(&mut out, input.text);
    if input.parent.is_some() {
        reply_words(&mut out, &text);
    }
    out.sort_unstable_by_key(|feature| feature.0);
    out
}

fn push(out: &mut Vec<Feature>, kind: u8, hash: u64, value: f32) {
    out.push((hash::key(kind, hash), value));
}

/// Gives the features from `start` on one length together, each key once.
fn level(out: &mut Vec<Feature>, start: usize, length: f32) {
    out[start..].sort_unstable_by_key(|feature| feature.0);
    let mut kept = start;
    for read in start..out.len() {
        if read == start || out[read].0 != out[kept - 1].0 {
            out[kept] = out[read];
            kept += 1;
        }
    }
    out.truncate(kept);
    let value = length / ((kept - start).max(1) as f32).sqrt();
    for feature in &mut out[start..] {
        feature.1 = value;
    }
}

fn words(out: &mut Vec<Feature>, fields: &[&Scan], channel: Channel) {
    let start = out.len();
    for field in fields {
        let tokens = &field.tokens;
        for (at, token) in tokens.iter().enumerate() {
            push(out, kind::WORD, token.accented, 1.0);
            push(out, kind::PLAIN, token.folded, 1.0);
            push(
                out,
                kind::CHANNEL_WORD,
                hash::join(channel as u64 + 1, token.folded),
                1.0,
            );
            if let Some(next) = tokens.get(at + 1) {
                push(
                    out,
                    kind::WORD_2,
                    hash::join(token.accented, next.accented),
                    1.0,
                );
                let plain = hash::join(token.folded, next.folded);
                push(out, kind::PLAIN_2, plain, 1.0);
                if let Some(third) = tokens.get(at + 2) {
                    push(out, kind::PLAIN_3, hash::join(plain, third.folded), 1.0);
                    push(out, kind::SKIP, hash::join(token.folded, third.folded), 1.0);
                }
            }
        }
    }
    level(out, start, 1.0);
}

/// Runs of three to five letters across word borders, which forgive misspellings.
fn letters(out: &mut Vec<Feature>, fields: &[&Scan]) {
    let start = out.len();
    for field in fields {
        let bytes = field.folded.as_bytes();
        for length in 3..=5 {
            for window in bytes.windows(length) {
                let run = window.iter().fold(length as u64, |hash, &byte| {
                    (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
                });
                push(out, kind::LETTERS, run, 1.0);
            }
        }
    }
    level(out, start, 0.6);
}

fn title_words(out: &mut Vec<Feature>, title: &Scan) {
    let start = out.len();
    for (at, token) in title.tokens.iter().enumerate() {
        push(out, kind::TITLE, token.folded, 1.0);
        if let Some(next) = title.tokens.get(at + 1) {
            push(
                out,
                kind::TITLE_2,
                hash::join(token.folded, next.folded),
                1.0,
            );
        }
    }
    level(out, start, 0.6);
}

fn declared_field(out: &mut Vec<Feature>, field: &Scan) {
    push(out, kind::FIELD, hash::of_text(&field.folded), 0.6);
    let start = out.len();
    for token in &field.tokens {
        push(out, kind::FIELD_WORD, token.folded, 1.0);
    }
    level(out, start, 0.5);
}

/// How many phrases of each topic's lexicon stand in the mention.
fn topic_phrases(out: &mut Vec<Feature>, fields: &[&Scan], lexicon: &Lexicon) {
    let mut counts = [0.0_f32; Topic::ALL.len()];
    for field in fields {
        lexicon.find(
            &field.tokens,
            field.is_unaccented(),
            |_, length, classes| {
                for (topic, count) in counts.iter_mut().enumerate() {
                    if classes & (1 << topic) != 0 {
                        *count += (length as f32).sqrt();
                    }
                }
            },
        );
    }
    let length = counts.iter().map(|count| count * count).sum::<f32>().sqrt();
    for (topic, &count) in counts.iter().enumerate() {
        if count > 0.0 {
            push(out, kind::LEXICON, topic as u64, count / length);
            push(out, kind::LEXICON, 100 + topic as u64, 0.3);
        }
    }
    if length == 0.0 {
        push(out, kind::LEXICON, 99, 0.3);
    }
}

/// Which walks of life the words come from, and in what share.
fn walks_of_life(out: &mut Vec<Feature>, fields: &[&Scan]) {
    let mut counts = [0.0_f32; N_DOMAINS];
    for field in fields {
        DOMAINS.find(
            &field.tokens,
            field.is_unaccented(),
            |_, length, classes| {
                for (domain, count) in counts.iter_mut().enumerate() {
                    if classes & (1 << domain) != 0 {
                        *count += length as f32;
                    }
                }
            },
        );
    }
    let length = counts
        .iter()
        .map(|count| count * count)
        .sum::<f32>()
        .sqrt()
        .max(1.0);
    for (domain, &count) in counts.iter().enumerate() {
        if count > 0.0 {
            push(out, kind::DOMAIN, domain as u64, 0.8 * count / length);
            if count > 2.0 {
                push(out, kind::DOMAIN, 100 + domain as u64, 0.32);
            }
        }
    }
}

fn feelings(
    out: &mut Vec<Feature>,
    cues: &[Found],
    title: &[Found],
    text: &Scan,
    channel: Channel,
) {
    let start = out.len();
    let n_tokens = text.tokens.len();
    for cue in cues {
        let class = cue.cue as u64;
        let last_third = cue.at * 3 >= n_tokens * 2;
        push(out, kind::CUE, class, 1.0);
        push(
            out,
            kind::CUE,
            100 + 2 * class + u64::from(cue.negated),
            1.0,
        );
        push(out, kind::CUE, 200 + 2 * class + u64::from(last_third), 1.0);
        if cue.after_contrast {
            push(
                out,
                kind::CUE,
                300 + 2 * class + u64::from(cue.negated),
                1.0,
            );
        }
        push(out, kind::CUE_CHANNEL, class * 4 + channel as u64, 1.0);
    }
    for cue in title {
        push(
            out,
            kind::CUE,
            400 + 2 * cue.cue as u64 + u64::from(cue.negated),
            1.0,
        );
    }
    level(out, start, 0.8);
}

/// Emoji and emoticons by what they usually show, whichever of them it is.
fn shown_faces(out: &mut Vec<Feature>, text: &str) {
    let faces = faces(text);
    let counts = [faces.n_positive, faces.n_neutral, faces.n_negative];
    for (feeling, &count) in counts.iter().enumerate() {
        if count > 0 {
            push(out, kind::FACE, feeling as u64, 0.4);
        }
        if count > 1 {
            push(out, kind::FACE, 10 + feeling as u64, 0.3);
        }
    }
}

fn shape(out: &mut Vec<Feature>, input: &ClassifyInput<'_>, text: &Scan) {
    let marks = &text.marks;
    let n_tokens = text.tokens.len();
    let channel = input.channel as u64;
    let has = |kind| text.tokens.iter().any(|token| token.kind == kind);
    let bucket = (n_tokens as f32 + 1.0).log2() as u64;
    let facts = [
        (true, channel),
        (marks.questions > 0, 10 + channel),
        (marks.questions > 1, 20 + channel),
        (marks.exclamations > 0, 30 + channel),
        (marks.smiles > 0, 40 + channel),
        (marks.frowns > 0, 50 + channel),
        (marks.hashtags > 0, 60 + channel),
        (marks.handles > 0, 70 + channel),
        (marks.quotes > 1, 80 + channel),
        (has(TokenKind::Phone), 90 + channel),
        (has(TokenKind::Link), 100 + channel),
        (has(TokenKind::Pictograph), 110 + channel),
        (input.parent.is_some(), 120),
        (input.title.is_some(), 130 + channel),
        (input.ticket_field.is_none(), 140 + channel),
        (true, 150 + bucket * 4 + channel),
        (input.parent.is_some(), 200 + bucket),
        (ends_with_question(input.text), 230 + channel),
    ];
    for (holds, fact) in facts {
        if holds {
            push(out, kind::SHAPE, fact, 0.25);
        }
    }
    edge_words(out, text);
}

fn ends_with_question(text: &str) -> bool {
    text.trim_end().ends_with('?')
}

/// The first and last words, where greetings, thanks and questions stand.
fn edge_words(out: &mut Vec<Feature>, text: &Scan) {
    let tokens = &text.tokens;
    for (at, token) in tokens.iter().take(2).enumerate() {
        push(
            out,
            kind::EDGE,
            hash::join(at as u64 + 1, token.folded),
            0.15,
        );
    }
    for (at, token) in tokens.iter().rev().take(2).enumerate() {
        push(
            out,
            kind::EDGE,
            hash::join(at as u64 + 11, token.folded),
            0.15,
        );
    }
    if let [first, second, ..] = tokens.as_slice() {
        push(
            out,
            kind::EDGE,
            hash::join(21, hash::join(first.folded, second.folded)),
            0.15,
        );
    }
}

fn reply_words(out: &mut Vec<Feature>, text: &Scan) {
    let start = out.len();
    for token in &text.tokens {
        push(out, kind::REPLY_WORD, token.folded, 1.0);
    }
    level(out, start, 0.5);
}
