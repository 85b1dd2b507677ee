//! Finding the text of an article among everything else on its page.

use rustc_hash::FxHashSet;

use super::blocks::{Block, blocks, ends_like_a_sentence};
use super::furniture::{ends_article, is_notice, leads_away, names_body};
use super::page::{Page, Role};
use super::prune::{Sums, children};
use crate::extract::date::parse_in_page;
use crate::extract::text::clean;

/// The body of an article: its paragraphs in order, and the node they come from.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub paragraphs: Vec<String>,
    pub root: usize,
    pub n_prose_chars: usize,
}

/// The smallest element that holds the article: the one whose prose outweighs its furniture most,
/// or a smaller one inside that says so by its name and holds nearly as much.
pub(super) fn find_root(page: &Page, dropped: &[bool]) -> usize {
    let all = blocks(page, 0, dropped);
    let worth = Sums::of(page, &all, |block| block.worth);
    let prose = Sums::of(page, &all, |block| block.worth.max(0.0));
    let mut best = 0;
    for at in 0..page.nodes.len() {
        if worth.of_node(at) > worth.of_node(best)
            || (page.is_inside(at, best) && worth.of_node(at) >= worth.of_node(best))
        {
            best = at;
        }
    }
    let best = descend(page, best, &prose);
    let enough = prose.of_node(best) * 0.85;
    // The innermost that is still large enough.
    let named = (0..page.nodes.len()).rev().find(|at| {
        let node = &page.nodes[*at];
        node.role != Role::Text
            && prose.of_node(*at) >= enough
            && (node.is_body_by_markup || names_body(&node.text))
    });
    named.unwrap_or(best)
}

/// Goes down to the child that holds nearly all prose: what is left outside is a notice or a teaser,
/// more likely behind the article than in front of it. Parts of an article are named alike.
fn descend(page: &Page, from: usize, prose: &Sums) -> usize {
    let mut at = from;
    loop {
        let heaviest =
            children(page, at).max_by(|a, b| prose.of_node(*a).total_cmp(&prose.of_node(*b)));
        let Some(child) = heaviest else { return at };
        let total = prose.of_node(at);
        let (mut before, mut behind, mut has_twin) = (0.0, 0.0, false);
        for other in children(page, at).filter(|other| *other != child) {
            let found = prose.of_node(other);
            let side = if other < child {
                &mut before
            } else {
                &mut behind
            };
            *side += found;
            let alike = page.nodes[other].name == page.nodes[child].name
                && page.nodes[other].text == page.nodes[child].text;
            has_twin |= found > 0.0 && alike;
        }
        let is_container = matches!(
            page.nodes[child].role,
            Role::Block | Role::Article | Role::Root
        );
        if !is_container || has_twin || before > total * 0.12 || behind > total * 0.22 {
            return at;
        }
        at = child;
    }
}

/// The paragraphs under a root, without what leads away from the article.
pub(super) fn read(page: &Page, root: usize, dropped: &[bool], title: Option<&str>) -> Body {
    let mut blocks = blocks(page, root, dropped);
    blocks.retain(|block| !is_furniture(block));
    drop_link_lists(page, &mut blocks);
    trim_ends(&mut blocks, title);
    let n_prose_chars = blocks
        .iter()
        .filter(|block| block.is_prose())
        .map(|block| block.n_chars)
        .sum();
    let mut seen = FxHashSet::default();
    // Pages for phones and for paper repeat paragraphs; interviews repeat questions.
    let paragraphs = blocks
        .iter()
        .map(|block| (block, clean(&block.text)))
        .filter(|(_, text)| !text.is_empty())
        .filter(|(block, text)| {
            !block.is_prose()
                || block.n_chars < 120
                || text.ends_with('?')
                || seen.insert(text.clone())
        })
        .map(|(_, text)| text)
        .collect();
    Body {
        paragraphs,
        root,
        n_prose_chars,
    }
}

fn is_furniture(block: &Block) -> bool {
    let link_share = block.link_share();
    let short = block.n_chars < 140;
    if short && leads_away(&block.text) {
        let announces = block.text.chars().take(24).any(|c| c == ':');
        return announces || link_share > 0.2 || block.n_chars < 30;
    }
    if block.n_chars < 300 && is_notice(&block.text) {
        return true;
    }
    // A paragraph that is hardly more than one link leads to another article.
    let is_text = block.role == Role::Item || block.text.starts_with("http");
    let bound = if ends_like_a_sentence(&block.text) {
        0.9
    } else {
        0.7
    };
    !is_text && link_share > bound && block.n_chars > 15
}

/// Lists whose items are links are menus.
fn drop_link_lists(page: &Page, blocks: &mut Vec<Block>) {
    let list_of = |block: &Block| {
        let mut at = block.owner;
        while at > 0 && page.nodes[at].role != Role::List {
            at = page.nodes[at].parent;
        }
        at
    };
    let mut counts: rustc_hash::FxHashMap<usize, (usize, usize)> = rustc_hash::FxHashMap::default();
    for block in blocks.iter().filter(|block| block.role == Role::Item) {
        let sums = counts.entry(list_of(block)).or_default();
        sums.0 += block.n_chars;
        sums.1 += block.n_link_chars;
    }
    blocks.retain(|block| {
        block.role != Role::Item
            || counts
                .get(&list_of(block))
                .is_none_or(|(all, links)| *links * 10 < *all * 7)
    });
}

/// Drops the headline, bylines and dates in front of the first paragraph of prose, headings with
/// nothing below them, and what follows a line that leads away near the end.
fn trim_ends(blocks: &mut Vec<Block>, title: Option<&str>) {
    let Some(first) = blocks.iter().position(Block::is_prose) else {
        return;
    };
    let title = title.map(letters);
    let mut index = 0;
    blocks.retain(|block| {
        let is_title = title
            .as_ref()
            .is_some_and(|title| *title == letters(&clean(&block.text)));
        let keep = index >= first || !(is_title || is_signature(block));
        index += 1;
        keep
    });
    cut_tail(blocks);
    while blocks
        .last()
        .is_some_and(|block| block.role == Role::Heading || is_date_line(block))
    {
        blocks.pop();
    }
}

/// Cuts at the first line that leads away when little is left behind it.
fn cut_tail(blocks: &mut Vec<Block>) {
    let n_all: usize = blocks.iter().map(|block| block.n_chars).sum();
    let mut n_before = 0;
    let cut = blocks.iter().position(|block| {
        let n_behind = n_all - n_before - block.n_chars;
        n_before += block.n_chars;
        block.n_chars < 60 && n_behind * 10 < n_all * 2 && ends_article(&block.text)
    });
    if let Some(cut) = cut {
        blocks.truncate(cut);
    }
}

/// Beginnings of bylines, in lower case.
const SIGNATURE_STARTS: &[&str] = &[
    "by ",
    "por ",
    "von ",
    "par ",
    "di ",
    "published",
    "posted",
    "updated",
    "last updated",
    "publicado",
    "theo ",
    "tác giả",
    "written by",
    "reporter",
];

/// A byline or a date.
fn is_signature(block: &Block) -> bool {
    if block.n_chars > 120 || block.role == Role::Heading {
        return false;
    }
    let lower = block.text.to_lowercase();
    is_date_line(block)
        || (!ends_like_a_sentence(&block.text)
            && SIGNATURE_STARTS
                .iter()
                .any(|start| lower.starts_with(start)))
}

/// A short line with a date and hardly anything else.
fn is_date_line(block: &Block) -> bool {
    let n_digits = block.text.chars().filter(char::is_ascii_digit).count();
    block.n_chars < 110
        && n_digits >= 4
        && !ends_like_a_sentence(&block.text)
        && parse_in_page(&block.text).is_some()
}

fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
