//! A page's text as blocks: runs between two block boundaries, each weighed as prose or furniture.

use super::page::{Page, Role};

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

    pub fn is_prose(&self) -> bool {
        self.worth > 0.0
    }
}

/// Cuts a subtree into blocks, leaving out what is marked as dropped.
pub(super) fn blocks(page: &Page, root: usize, dropped: &[bool]) -> Vec<Block> {
    let mut cutter = Cutter {
        found: Vec::new(),
        text: String::new(),
        n_link_chars: 0,
        owner: root,
    };
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
            self.n_link_chars += self.text[before..]
                .chars()
                .filter(|c| !c.is_whitespace())
                .count();
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
    let n_wide = text
        .chars()
        .take(60)
        .filter(|c| ('\u{3040}'..='\u{d7ff}').contains(c))
        .count();
    n_wide > 10
}

pub(super) fn ends_like_a_sentence(text: &str) -> bool {
    text.trim_end_matches(['"', '”', '’', '\'', ')', ']', '»'])
        .ends_with(['.', '!', '?', ':', '…', ';', '。', '！', '？', '」'])
}
