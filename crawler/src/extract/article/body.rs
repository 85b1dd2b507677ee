//! Finding the text of an article among everything else on its page.

use rustc_hash::FxHashSet;

use super::furniture::{Suspicion, ends_article, is_never_body, is_notice, leads_away, names_body, suspicion};
use super::page::{Page, Role};
use crate::extract::date::parse_in_page;
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
                (_, _, Suspicion::Strong) if is_never_body(&node.text) => 0.7,
                (_, _, Suspicion::Strong) => 0.3,
                (_, _, Suspicion::Weak) => 0.05,
                _ => 0.0,
            };
            dropped[at] = share < limit && !is_quotation(page, at);
        }
        at = if dropped[at] { node.end } else { at + 1 };
    }
    dropped
}

/// An embedded post is part of the article, though its wrapper has a `social` name.
fn is_quotation(page: &Page, at: usize) -> bool {
    let node = &page.nodes[at];
    let mut inside = at..node.end;
    !node.hidden
        && node.end - at < 120
        && inside.any(|i| {
            page.nodes[i].role == Role::Quote && EMBEDS.iter().any(|name| page.nodes[i].text.contains(name))
        })
}

/// Class names of embedded posts.
const EMBEDS: &[&str] = &["twitter-tweet", "twitter-video", "instagram-media", "bluesky-embed", "tiktok-embed"];

/// Marks groups of three or more alike siblings that each are a linked headline with a few words:
/// teasers of other articles.
pub(super) fn drop_teasers(page: &Page, root: usize, dropped: &mut [bool]) {
    let end = page.nodes.get(root).map_or(0, |node| node.end);
    let mut at = root;
    while at < end {
        if dropped[at] {
            at = page.nodes[at].end;
            continue;
        }
        let alike: Vec<usize> = children(page, at)
            .filter(|child| !dropped[*child] && is_teaser(page, *child))
            .collect();
        if alike.len() >= 3 {
            for child in alike {
                dropped[child] = true;
            }
        }
        at += 1;
    }
}

/// Marks articles inside an article that has prose of its own: by the words of HTML they are
/// comments or other articles.
pub(super) fn drop_inner_articles(page: &Page, root: usize, dropped: &mut [bool]) {
    let is_article = |at: usize| page.nodes[at].name == "article";
    let outer = (0..=root).rev().find(|at| is_article(*at) && page.is_inside(root, *at));
    let outer = outer.or_else(|| (root..page.nodes[root].end).find(|at| is_article(*at) && !dropped[*at]));
    let Some(outer) = outer else { return };
    let inner: Vec<usize> =
        (outer + 1..page.nodes[outer].end).filter(|at| is_article(*at) && *at != root && !page.is_inside(root, *at)).collect();
    if inner.is_empty() {
        return;
    }
    let mut without = dropped.to_vec();
    inner.iter().for_each(|at| without[*at] = true);
    let own: f32 = blocks(page, outer, &without).iter().map(|block| block.worth.max(0.0)).sum();
    if own > MIN_OWN_PROSE {
        inner.iter().for_each(|at| dropped[*at] = true);
    }
}

/// Letters of prose that make an article of its own.
const MIN_OWN_PROSE: f32 = 400.0;

/// A block with a linked headline and little beside it.
fn is_teaser(page: &Page, at: usize) -> bool {
    let node = &page.nodes[at];
    if !matches!(node.role, Role::Block | Role::Article | Role::Item) {
        return false;
    }
    let (mut n_chars, mut n_link_chars, mut linked_heading) = (0, 0, false);
    let (mut link_end, mut heading_end) = (0, 0);
    for index in at..node.end {
        let inner = &page.nodes[index];
        match inner.role {
            Role::Link => {
                link_end = link_end.max(inner.end);
                linked_heading |= index < heading_end;
            }
            Role::Heading => {
                heading_end = inner.end;
                linked_heading |= index < link_end;
            }
            Role::Text => {
                let n = inner.text.split_whitespace().map(|word| word.chars().count()).sum::<usize>();
                n_chars += n;
                n_link_chars += if index < link_end { n } else { 0 };
            }
            _ => {}
        }
    }
    let mostly_link = n_link_chars > 15 && n_link_chars * 2 > n_chars;
    (20..700).contains(&n_chars) && (linked_heading || (mostly_link && node.role != Role::Item))
}

fn suspicion_of(page: &Page, at: usize) -> Suspicion {
    let node = &page.nodes[at];
    if node.text.is_empty() || matches!(node.role, Role::Root | Role::Text) {
        return Suspicion::None;
    }
    suspicion(&node.text)
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
    let best = descend(page, best, &prose);
    let enough = prose.of_node(best) * 0.85;
    let named = (0..page.nodes.len()).filter(|at| {
        let node = &page.nodes[*at];
        node.role != Role::Text
            && prose.of_node(*at) >= enough
            && (node.is_body_by_markup || names_body(&node.text))
    });
    // The innermost that is still large enough.
    named.last().unwrap_or(best)
}

/// Goes down to the child that holds nearly all prose: what is left outside is a notice or a teaser,
/// more likely behind the article than in front of it. Parts of an article are named alike.
fn descend(page: &Page, from: usize, prose: &Sums) -> usize {
    let mut at = from;
    loop {
        let heaviest = children(page, at).max_by(|a, b| prose.of_node(*a).total_cmp(&prose.of_node(*b)));
        let Some(child) = heaviest else { return at };
        let total = prose.of_node(at);
        let (mut before, mut behind, mut has_twin) = (0.0, 0.0, false);
        for other in children(page, at).filter(|other| *other != child) {
            let found = prose.of_node(other);
            let side = if other < child { &mut before } else { &mut behind };
            *side += found;
            let alike = page.nodes[other].name == page.nodes[child].name
                && page.nodes[other].text == page.nodes[child].text;
            has_twin |= found > 0.0 && alike;
        }
        let is_container =
            matches!(page.nodes[child].role, Role::Block | Role::Article | Role::Root);
        if !is_container || has_twin || before > total * 0.12 || behind > total * 0.22 {
            return at;
        }
        at = child;
    }
}

/// Indexes of the children of a node.
fn children(page: &Page, of: usize) -> impl Iterator<Item = usize> + '_ {
    let end = page.nodes.get(of).map_or(0, |node| node.end);
    let mut at = of + 1;
    std::iter::from_fn(move || {
        (at < end).then(|| {
            let child = at;
            at = page.nodes[child].end;
            child
        })
    })
}

/// The paragraphs under a root, without what leads away from the article.
pub(super) fn read(page: &Page, root: usize, dropped: &[bool], title: Option<&str>) -> Body {
    let mut blocks = blocks(page, root, dropped);
    blocks.retain(|block| !is_furniture(block));
    drop_link_lists(page, &mut blocks);
    trim_ends(&mut blocks, title);
    let n_prose_chars = blocks.iter().filter(|block| block.is_prose()).map(|block| block.n_chars).sum();
    let mut seen = FxHashSet::default();
    // Pages for phones and for paper repeat paragraphs; interviews repeat questions.
    let paragraphs = blocks
        .iter()
        .map(|block| (block, clean(&block.text)))
        .filter(|(_, text)| !text.is_empty())
        .filter(|(block, text)| {
            !block.is_prose() || block.n_chars < 120 || text.ends_with('?') || seen.insert(text.clone())
        })
        .map(|(_, text)| text)
        .collect();
    Body { paragraphs, root, n_prose_chars }
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
    let bound = if ends_like_a_sentence(&block.text) { 0.9 } else { 0.7 };
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
            || counts.get(&list_of(block)).is_none_or(|(all, links)| *links * 10 < *all * 7)
    });
}

/// Drops the headline, bylines and dates in front of the first paragraph of prose, headings with
/// nothing below them, and what follows a line that leads away near the end.
fn trim_ends(blocks: &mut Vec<Block>, title: Option<&str>) {
    let Some(first) = blocks.iter().position(Block::is_prose) else { return };
    let title = title.map(letters);
    let mut index = 0;
    blocks.retain(|block| {
        let is_title = title.as_ref().is_some_and(|title| *title == letters(&clean(&block.text)));
        let keep = index >= first || !(is_title || is_signature(block));
        index += 1;
        keep
    });
    cut_tail(blocks);
    while blocks.last().is_some_and(|block| block.role == Role::Heading || is_date_line(block)) {
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

/// A byline or a date.
fn is_signature(block: &Block) -> bool {
    if block.n_chars > 120 || block.role == Role::Heading {
        return false;
    }
    const STARTS: &[&str] = &["by ", "por ", "von ", "par ", "di ", "published", "posted", "updated", "last updated", "publicado", "theo ", "tác giả", "written by", "reporter"];
    let lower = block.text.to_lowercase();
    is_date_line(block) || (!ends_like_a_sentence(&block.text) && STARTS.iter().any(|start| lower.starts_with(start)))
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
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
