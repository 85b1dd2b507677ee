//! Finding the text of an article among everything else on its page.

use rustc_hash::FxHashSet;

use super::furniture::{Suspicion, leads_away, names_body, suspicion};
use super::page::{Page, Role};
use crate::extract::text::clean;

/// A run of text between two block boundaries.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// The block element it stands in.
    pub owner: usize,
    pub role: Role,
    /// White space collapsed; `br` as a line break.
    pub text: String,
    pub n_chars: usize,
    pub n_link_chars: usize,
    /// Worth for the choice of the root: positive for prose, negative for furniture.
    pub worth: f32,
}

impl Block {
    pub fn link_share(&self) -> f32 {
        self.n_link_chars as f32 / self.n_chars.max(1) as f32
    }

    fn is_prose(&self) -> bool {
        self.worth > 0.0
    }
}

/// The body of an article: its paragraphs in order, and the node they come from.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub paragraphs: Vec<String>,
    pub root: usize,
    pub n_prose_chars: usize,
}

/// Cuts a subtree into blocks, leaving out what is marked as dropped.
pub(super) fn blocks(page: &Page, root: usize, dropped: &[bool]) -> Vec<Block> {
    let mut cutter = Cutter { found: Vec::new(), text: String::new(), n_link_chars: 0, owner: root };
    let mut open: Vec<usize> = Vec::new();
    let mut at = root;
    let end = page.nodes.get(root).map_or(0, |node| node.end);
    let mut link_end = 0;
    while at < end {
        while open.last().is_some_and(|last| page.nodes[*last].end <= at) {
            open.pop();
            cutter.flush(page);
            cutter.owner = open.last().copied().unwrap_or(root);
        }
        let node = &page.nodes[at];
        if dropped[at] {
            at = node.end;
            continue;
        }
        match node.role {
            Role::Text => cutter.push(&node.text, at < link_end),
            Role::Break => cutter.text.push('\n'),
            Role::Link => link_end = link_end.max(node.end),
            Role::Inline | Role::Furniture => {}
            _ => {
                cutter.flush(page);
                cutter.owner = at;
                open.push(at);
            }
        }
        at += 1;
    }
    cutter.flush(page);
    cutter.found
}

struct Cutter {
    found: Vec<Block>,
    text: String,
    n_link_chars: usize,
    owner: usize,
}

impl Cutter {
    fn push(&mut self, text: &str, in_link: bool) {
        let before = self.text.len();
        let mut gap = self.text.ends_with([' ', '\n']) || self.text.is_empty();
        for c in text.chars() {
            if c.is_whitespace() || c == '\u{200b}' {
                if !gap {
                    self.text.push(' ');
                }
                gap = true;
            } else {
                self.text.push(c);
                gap = false;
            }
        }
        if in_link {
            self.n_link_chars += self.text[before..].chars().filter(|c| !c.is_whitespace()).count();
        }
    }

    fn flush(&mut self, page: &Page) {
        let text = self.text.trim();
        if !text.is_empty() {
            let n_chars = text.chars().filter(|c| !c.is_whitespace()).count();
            let mut block = Block {
                owner: self.owner,
                role: page.nodes[self.owner].role,
                text: text.to_owned(),
                n_chars,
                n_link_chars: self.n_link_chars,
                worth: 0.0,
            };
            block.worth = worth_of(&block);
            self.found.push(block);
        }
        self.text.clear();
        self.n_link_chars = 0;
    }
}

/// What a block says for or against the element around it.
fn worth_of(block: &Block) -> f32 {
    let n_chars = block.n_chars as f32;
    let link_share = block.link_share();
    if link_share > 0.6 {
        return -n_chars.min(60.0);
    }
    let wordless = is_wide(&block.text);
    let long = if wordless { 25.0 } else { 60.0 };
    if block.role == Role::Heading {
        return 0.0;
    }
    let sentence = ends_like_a_sentence(&block.text);
    let own = n_chars * (1.0 - link_share);
    match () {
        () if n_chars >= long && sentence => own,
        () if n_chars >= long => own * 0.6,
        () if sentence && n_chars >= long / 3.0 => own * 0.8,
        () if block.role == Role::Item => -2.0,
        () => -8.0,
    }
}

/// Chinese, Japanese and Korean text says more in fewer letters.
fn is_wide(text: &str) -> bool {
    let n_wide = text.chars().take(60).filter(|c| ('\u{3040}'..='\u{d7ff}').contains(c)).count();
    n_wide > 10
}

fn ends_like_a_sentence(text: &str) -> bool {
    text.trim_end_matches(['"', '”', '’', '\'', ')', ']', '»']).ends_with(['.', '!', '?', ':', '…', ';', '。', '！', '？', '」'])
}

/// Marks what cannot belong to the article. What holds a good part of the page's prose is kept,
/// whatever its name says: the whole of VnExpress stands in `sidebar-1`.
pub(super) fn drop_furniture(page: &Page, protected: &[usize]) -> Vec<bool> {
    let mut dropped = vec![false; page.nodes.len()];
    for (at, node) in page.nodes.iter().enumerate() {
        dropped[at] = node.role == Role::Furniture;
    }
    let all = blocks(page, 0, &dropped);
    let prose = Sums::of(page, &all, |block| block.worth.max(0.0));
    let total = prose.of_node(0).max(1.0);
    let mut at = 0;
    while at < page.nodes.len() {
        let node = &page.nodes[at];
        let is_protected = protected.iter().any(|kept| page.is_inside(*kept, at));
        if !dropped[at] && !is_protected && !matches!(node.role, Role::Text | Role::Root) {
            let share = prose.of_node(at) / total;
            let limit = match (node.hidden, node.role, suspicion_of(page, at)) {
                (true, _, _) => 0.5,
                (_, Role::Figure, _) => 0.3,
                (_, Role::Margin, Suspicion::Strong) => 0.4,
                (_, Role::Margin, _) if node.name != "header" => 0.3,
                (_, Role::Margin, _) => 0.05,
                (_, _, Suspicion::Strong) if is_about_comments(&node.text) => 0.7,
                (_, _, Suspicion::Strong) => 0.3,
                (_, _, Suspicion::Weak) => 0.05,
                _ => 0.0,
            };
            dropped[at] = share < limit;
        }
        at = if dropped[at] { node.end } else { at + 1 };
    }
    dropped
}

fn suspicion_of(page: &Page, at: usize) -> Suspicion {
    let node = &page.nodes[at];
    if node.text.is_empty() || matches!(node.role, Role::Root | Role::Text) {
        return Suspicion::None;
    }
    suspicion(&node.text)
}

fn is_about_comments(hints: &str) -> bool {
    let hints = hints.to_ascii_lowercase();
    hints.contains("comment") || hints.contains("disqus") || hints.contains("binh-luan")
}

/// A value summed over every subtree.
struct Sums(Vec<f32>);

impl Sums {
    fn of(page: &Page, blocks: &[Block], value: impl Fn(&Block) -> f32) -> Self {
        let mut sums = vec![0.0; page.nodes.len().max(1)];
        for block in blocks {
            sums[block.owner] += value(block);
        }
        for at in (1..page.nodes.len()).rev() {
            let parent = page.nodes[at].parent;
            sums[parent] += sums[at];
        }
        Self(sums)
    }

    fn of_node(&self, at: usize) -> f32 {
        self.0[at]
    }
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
    let enough = prose.of_node(best) * 0.55;
    let named = (0..page.nodes.len()).filter(|at| {
        let node = &page.nodes[*at];
        node.role != Role::Text
            && prose.of_node(*at) >= enough
            && (node.is_body_by_markup || names_body(&node.text))
    });
    // The innermost that is still large enough.
    named.last().unwrap_or(best)
}

/// The paragraphs under a root, without what leads away from the article.
pub(super) fn read(page: &Page, root: usize, dropped: &[bool], title: Option<&str>) -> Body {
    let mut blocks = blocks(page, root, dropped);
    blocks.retain(|block| !is_furniture(block));
    drop_link_lists(page, &mut blocks);
    trim_ends(&mut blocks, title);
    let n_prose_chars = blocks.iter().filter(|block| block.is_prose()).map(|block| block.n_chars).sum();
    let mut seen = FxHashSet::default();
    let paragraphs = blocks
        .iter()
        .map(|block| clean(&block.text))
        .filter(|text| !text.is_empty())
        .filter(|text| text.len() < 80 || seen.insert(text.clone()))
        .collect();
    Body { paragraphs, root, n_prose_chars }
}

fn is_furniture(block: &Block) -> bool {
    let link_share = block.link_share();
    if block.n_chars < 140 && leads_away(&block.text) {
        return link_share > 0.2 || block.n_chars < 30 || block.text.to_lowercase().starts_with("advertisement");
    }
    // A paragraph that is one link leads to another article.
    link_share > 0.9 && !matches!(block.role, Role::Item | Role::Heading) && block.n_chars > 15 && !block.text.starts_with("http")
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
            || counts.get(&list_of(block)).is_none_or(|(all, links)| *links * 10 < *all * 7)
    });
}

/// Drops the headline, headings with nothing below them and short lines before the first and
/// behind the last paragraph of prose.
fn trim_ends(blocks: &mut Vec<Block>, title: Option<&str>) {
    let Some(first) = blocks.iter().position(Block::is_prose) else { return };
    let title = title.map(letters);
    let mut at = 0;
    let n_head = first;
    blocks.retain(|block| {
        let index = at;
        at += 1;
        if index >= n_head {
            return true;
        }
        let is_title = title.as_ref().is_some_and(|title| *title == letters(&block.text));
        !(is_title || block.name_is_h1())
    });
    while blocks.last().is_some_and(|block| block.role == Role::Heading) {
        blocks.pop();
    }
}

impl Block {
    fn name_is_h1(&self) -> bool {
        false
    }
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
