//! Stories: articles of several outlets that are reprints of one text. They are one story with N
//! outlets, and one independent source.

use rustc_hash::FxHashMap;

use crate::domain::{AnnotatedMention, Channel};
use crate::language::reprint::StoryPrint;

/// Reprints follow within so many days; the same text later is a reminder.
const REPRINT_DAYS: i64 = 7;

/// More articles that share a few words are not compared.
const MAX_CANDIDATES: usize = 64;

/// For each mention the position of the first print of its story: its own, unless it is an article
/// that reprints an earlier one. The order given does not matter; time decides, then the identifier.
pub fn first_prints(mentions: &[&AnnotatedMention]) -> Vec<usize> {
    let mut first = (0..mentions.len()).collect::<Vec<_>>();
    let mut articles = first
        .iter()
        .copied()
        .filter(|&at| mentions[at].mention.channel == Channel::Press)
        .collect::<Vec<_>>();
    if articles.len() < 2 {
        return first;
    }
    articles.sort_by_key(|&at| {
        let mention = &mentions[at].mention;
        (mention.published_at, &mention.id)
    });
    let mut prints: Vec<(usize, StoryPrint)> = Vec::new();
    let mut by_anchor: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
    for at in articles {
        let print = print_of(mentions[at]);
        let twin = candidates(&print, &by_anchor).into_iter().find(|&other| {
            let (there, candidate) = &prints[other];
            is_soon(mentions[*there], mentions[at]) && print.is_reprint_of(candidate)
        });
        if let Some(twin) = twin {
            first[at] = first[prints[twin].0];
        }
        for anchor in print.anchors() {
            let known = by_anchor.entry(anchor).or_default();
            if known.len() < MAX_CANDIDATES {
                known.push(prints.len());
            }
        }
        prints.push((at, print));
    }
    first
}

/// The body alone where it is long enough: headlines are written anew.
fn print_of(mention: &AnnotatedMention) -> StoryPrint {
    let text = &mention.mention.text;
    let print = StoryPrint::of(text);
    match &mention.mention.title {
        Some(title) if !print.is_long_enough() => StoryPrint::of(&format!("{title}\n{text}")),
        _ => print,
    }
}

/// Earlier articles that share anchors, those that share most first.
fn candidates(print: &StoryPrint, by_anchor: &FxHashMap<u32, Vec<usize>>) -> Vec<usize> {
    let mut votes: FxHashMap<usize, usize> = FxHashMap::default();
    for anchor in print.anchors() {
        for &other in by_anchor.get(&anchor).into_iter().flatten() {
            *votes.entry(other).or_default() += 1;
        }
    }
    let mut candidates = votes.into_iter().collect::<Vec<_>>();
    candidates.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    candidates.truncate(MAX_CANDIDATES);
    candidates.into_iter().map(|(other, _)| other).collect()
}

fn is_soon(earlier: &AnnotatedMention, later: &AnnotatedMention) -> bool {
    let (Some(from), Some(to)) = (earlier.mention.published_at, later.mention.published_at) else {
        return true;
    };
    to.duration_since(from).as_hours() <= REPRINT_DAYS * 24
}
