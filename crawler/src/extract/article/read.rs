//! Reading the paragraphs under the root of an article, without what leads away from it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::blocks::{Block, blocks, ends_like_a_sentence};
use super::byline::{is_byline, is_credit};
use super::furniture::{ends_article, is_label, is_notice, leads_away};
use super::page::{Page, Role};
use crate::extract::date::parse_in_page;
use crate::extract::text::clean;

/// The body of an article: its paragraphs in order, and the node they come from.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub paragraphs: Vec<String>,
    pub root: usize,
    pub n_prose_chars: usize,
}

/// A block with its words.
struct Line {
    block: Block,
    text: String,
}

/// The paragraphs under a root, without what leads away from the article.
pub(super) fn read(page: &Page, root: usize, dropped: &[bool], title: Option<&str>) -> Body {
    let with_words = |block: Block| Line {
        text: block.text(page, dropped),
        block,
    };
    let mut lines: Vec<Line> = blocks(page, root, dropped)
        .into_iter()
        .map(with_words)
        .collect();
    lines.retain(|line| !is_furniture(line));
    drop_link_lists(page, &mut lines);
    trim_ends(&mut lines, title);
    let prose = lines.iter().filter(|line| line.block.is_prose());
    let n_prose_chars = prose.map(|line| line.block.n_chars).sum();
    let mut seen = FxHashSet::default();
    // Pages for phones and for paper repeat paragraphs; interviews repeat questions.
    let paragraphs = lines
        .iter()
        .map(|line| (&line.block, clean(&line.text)))
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

fn is_furniture(line: &Line) -> bool {
    let Line { block, text } = line;
    let link_share = block.link_share();
    if block.n_chars < 24 && is_label(text) {
        return true;
    }
    // Markup that a template wrote as text.
    if text.starts_with('<') && text.contains("=\"") {
        return true;
    }
    if block.n_chars < 140 && leads_away(text) {
        let announces = text.chars().take(24).any(|c| c == ':');
        return announces || link_share > 0.2 || block.n_chars < 30;
    }
    if block.n_chars < 300 && is_notice(text) {
        return true;
    }
    // A paragraph that is hardly more than one link leads to another article.
    let is_text = block.role == Role::Item || text.starts_with("http");
    let bound = if block.ends_sentence { 0.9 } else { 0.7 };
    !is_text && link_share > bound && block.n_chars > 15
}

/// Lists whose items are links are menus.
fn drop_link_lists(page: &Page, lines: &mut Vec<Line>) {
    let list_of = |block: &Block| {
        let mut at = block.owner;
        while at > 0 && page.nodes[at].role != Role::List {
            at = page.nodes[at].parent;
        }
        at
    };
    let mut counts: FxHashMap<usize, (usize, usize)> = FxHashMap::default();
    for line in lines.iter().filter(|line| line.block.role == Role::Item) {
        let sums = counts.entry(list_of(&line.block)).or_default();
        sums.0 += line.block.n_chars;
        sums.1 += line.block.n_link_chars;
    }
    lines.retain(|line| {
        line.block.role != Role::Item
            || counts
                .get(&list_of(&line.block))
                .is_none_or(|(all, links)| *links * 10 < *all * 7)
    });
}

/// Drops the headline, bylines and dates in front of the first paragraph of prose, headings with
/// nothing below them, and what follows a line that leads away near the end.
fn trim_ends(lines: &mut Vec<Line>, title: Option<&str>) {
    let Some(first) = lines.iter().position(|line| line.block.is_prose()) else {
        trim_credits(lines);
        return;
    };
    let title = title.map(letters);
    let last = lines.len() - 1;
    let mut index = 0;
    lines.retain(|line| {
        let at_an_end = index <= first || index == last;
        let is_title = at_an_end
            && title
                .as_ref()
                .is_some_and(|title| *title == letters(&clean(&line.text)));
        let keep = !is_title && (index >= first || !is_signature(line));
        index += 1;
        keep
    });
    cut_tail(lines);
    trim_credits(lines);
    while lines
        .last()
        .is_some_and(|line| line.block.role == Role::Heading || is_date_line(line))
    {
        lines.pop();
    }
}

/// Cuts at the first line that leads away when little is left behind it.
fn cut_tail(lines: &mut Vec<Line>) {
    let n_all: usize = lines.iter().map(|line| line.block.n_chars).sum();
    let mut n_before = 0;
    let cut = lines.iter().position(|line| {
        let n_behind = n_all - n_before - line.block.n_chars;
        n_before += line.block.n_chars;
        line.block.n_chars < 60 && n_behind * 10 < n_all * 2 && ends_article(&line.text)
    });
    if let Some(cut) = cut {
        lines.truncate(cut);
    }
}

/// Credits stand among the last lines, names of authors are the very last.
const CREDIT_LINES: usize = 5;

/// Takes away who wrote, photographed and edited it.
fn trim_credits(lines: &mut Vec<Line>) {
    let from = lines.len().saturating_sub(CREDIT_LINES);
    let mut index = 0;
    lines.retain(|line| {
        let is_credit = index >= from && line.block.n_chars < 300 && is_credit(&line.text);
        index += 1;
        !is_credit
    });
    let is_name = |line: &Line| {
        !matches!(line.block.role, Role::Item | Role::Heading) && is_byline(&line.text)
    };
    while lines.last().is_some_and(is_name) {
        lines.pop();
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
fn is_signature(line: &Line) -> bool {
    if line.block.n_chars > 120 || line.block.role == Role::Heading {
        return false;
    }
    let lower = line.text.to_lowercase();
    is_date_line(line)
        || (!ends_like_a_sentence(&line.text)
            && SIGNATURE_STARTS
                .iter()
                .any(|start| lower.starts_with(start)))
}

/// A short line with a date and hardly anything else.
fn is_date_line(line: &Line) -> bool {
    let n_digits = line.text.bytes().filter(u8::is_ascii_digit).count();
    line.block.n_chars < 110
        && n_digits >= 4
        && !line.block.ends_sentence
        && parse_in_page(&line.text).is_some()
}

fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
