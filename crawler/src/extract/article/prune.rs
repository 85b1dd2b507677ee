//! Marking what surrounds an article before its text is looked for.

use super::blocks::{Block, blocks};
use super::names::{Suspicion, is_never_body, suspicion};
use super::page::{Page, Role};

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
                (_, _, Suspicion::Strong) if is_never_body(&node.text) => 0.7,
                (_, _, Suspicion::Strong) => 0.3,
                (_, Role::Margin, _) | (_, _, Suspicion::Weak) => 0.05,
                _ => 0.0,
            };
            let is_caption = share < 0.3 && is_picture_box(page, at);
            dropped[at] = is_caption || (share < limit && !is_quotation(page, at));
        }
        at = if dropped[at] { node.end } else { at + 1 };
    }
    dropped
}

/// Words under a picture are short.
const MAX_CAPTION_CHARS: u32 = 200;

/// A picture with a few words below it: a caption without the markup of one.
fn is_picture_box(page: &Page, at: usize) -> bool {
    let node = &page.nodes[at];
    let within = page.within(at);
    if within.n_pictures == 0 || within.n_chars == 0 || within.n_chars > MAX_CAPTION_CHARS {
        return false;
    }
    let inside = &page.nodes[at..node.end];
    let picture = inside.iter().position(|inner| inner.name == "img");
    let words = inside.iter().position(|inner| inner.measured.n_chars > 0);
    let is_below = picture.is_some() && picture < words;
    // A paragraph with an icon in front is none; one with a picture, a break and words is.
    let is_broken = || {
        let between = picture.unwrap_or(0)..words.unwrap_or(0);
        inside[between]
            .iter()
            .any(|inner| inner.role == Role::Break)
    };
    match node.role {
        Role::Block => is_below,
        Role::Paragraph => is_below && is_broken(),
        _ => false,
    }
}

/// An embedded post is part of the article, though its wrapper has a `social` name.
fn is_quotation(page: &Page, at: usize) -> bool {
    let node = &page.nodes[at];
    let mut inside = at..node.end;
    !node.hidden
        && node.end - at < 120
        && inside.any(|i| {
            page.nodes[i].role == Role::Quote
                && EMBEDS.iter().any(|name| page.nodes[i].text.contains(name))
        })
}

/// Class names of embedded posts.
const EMBEDS: &[&str] = &[
    "twitter-tweet",
    "twitter-video",
    "instagram-media",
    "bluesky-embed",
    "tiktok-embed",
];

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
        // An article inside an article is a teaser also when it stands alone.
        let is_alone = |child: &usize| page.nodes[*child].name == "article" && at > root;
        if alike.len() >= 3 || alike.iter().all(is_alone) {
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
    let outer = (0..=root)
        .rev()
        .find(|at| is_article(*at) && page.is_inside(root, *at));
    let outer =
        outer.or_else(|| (root..page.nodes[root].end).find(|at| is_article(*at) && !dropped[*at]));
    let Some(outer) = outer else { return };
    let inner: Vec<usize> = (outer + 1..page.nodes[outer].end)
        .filter(|at| is_article(*at) && *at != root && !page.is_inside(root, *at))
        .collect();
    if inner.is_empty() {
        return;
    }
    let mut without = dropped.to_vec();
    for at in &inner {
        without[*at] = true;
    }
    let own: f32 = blocks(page, outer, &without)
        .iter()
        .map(|block| block.worth.max(0.0))
        .sum();
    if own > MIN_OWN_PROSE {
        for at in inner {
            dropped[at] = true;
        }
    }
}

/// So many articles beside one are a list of others, however long they are.
const MIN_OTHERS: usize = 3;

/// Marks the articles beside the one with the headline: "you may also like", with whole texts.
pub(super) fn drop_other_articles(page: &Page, dropped: &mut [bool]) {
    let is_article = |at: usize| page.nodes[at].name == "article" && !dropped[at];
    let articles: Vec<usize> = (0..page.nodes.len()).filter(|at| is_article(*at)).collect();
    if articles.len() < 2 {
        return;
    }
    let prose = Sums::of(page, &blocks(page, 0, dropped), |block| {
        block.worth.max(0.0)
    });
    let headlined = (0..page.nodes.len())
        .filter(|at| page.nodes[*at].name == "h1")
        .filter_map(|at| page.around(at, "article"))
        .find(|at| prose.of_node(*at) > MIN_OWN_PROSE);
    let Some(own) = headlined else { return };
    let others: Vec<usize> = articles
        .into_iter()
        .filter(|at| !page.is_inside(*at, own) && !page.is_inside(own, *at))
        .collect();
    // A single longer one beside it is rather the text that belongs to the headline.
    let is_alone = |at: usize| !others.iter().any(|o| *o != at && page.is_inside(*o, at));
    let singles: Vec<usize> = others.iter().copied().filter(|at| is_alone(*at)).collect();
    let is_shorter = |at: &usize| prose.of_node(*at) < prose.of_node(own);
    if singles.len() >= MIN_OTHERS || singles.iter().all(is_shorter) {
        for at in others {
            dropped[at] = true;
        }
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
    let within = page.within(at);
    let (n_chars, n_link_chars) = (within.n_chars, within.n_link_chars);
    let linked_heading = within.n_linked_headings > 0;
    let mostly_link = n_link_chars > 15 && n_link_chars * 2 > n_chars;
    (20..700).contains(&n_chars) && (linked_heading || (mostly_link && node.role != Role::Item))
}

fn suspicion_of(page: &Page, at: usize) -> Suspicion {
    let node = &page.nodes[at];
    // Rows are named after what they tell of: `player-12`.
    let is_named = !node.text.is_empty() && node.name != "tr";
    if !is_named || matches!(node.role, Role::Root | Role::Text) {
        return Suspicion::None;
    }
    suspicion(&node.text)
}

/// A value summed over every subtree.
pub(super) struct Sums(Vec<f32>);

impl Sums {
    pub fn of(page: &Page, blocks: &[Block], value: impl Fn(&Block) -> f32) -> Self {
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

    pub fn of_node(&self, at: usize) -> f32 {
        self.0[at]
    }
}

/// Indexes of the children of a node.
pub(super) fn children(page: &Page, of: usize) -> impl Iterator<Item = usize> + '_ {
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
