//! A page's text as blocks: runs between two block boundaries, each weighed as prose or furniture.
//! Their words are only put together when somebody reads them.

use super::page::{Page, Role};
use super::text_run::{Line, is_wide};

/// A run of text between two block boundaries.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// The block element it stands in.
    pub owner: usize,
    pub role: Role,
    /// The first node of the run, and the one behind its last.
    pub span: (usize, usize),
    pub n_chars: usize,
    pub n_link_chars: usize,
    /// Whether it ends as sentences do.
    pub ends_sentence: bool,
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

    /// The words: white space collapsed, `br` as a line break.
    pub fn text(&self, page: &Page, dropped: &[bool]) -> String {
        let mut line = Line::default();
        let mut at = self.span.0;
        while at < self.span.1 {
            let node = &page.nodes[at];
            if dropped[at] {
                at = node.end;
                continue;
            }
            match node.role {
                Role::Text => line.push(&node.text),
                Role::Break => line.break_here(),
                _ => {}
            }
            at += 1;
        }
        line.finish()
    }
}

/// Cuts a subtree into blocks, leaving out what is marked as dropped.
pub(super) fn blocks(page: &Page, root: usize, dropped: &[bool]) -> Vec<Block> {
    let mut cutter = Cutter {
        page,
        found: Vec::new(),
        run: Run::default(),
        owner: root,
    };
    let mut open: Vec<usize> = Vec::new();
    let mut at = root;
    let end = page.nodes.get(root).map_or(0, |node| node.end);
    let mut link_end = 0;
    while at < end {
        while open.last().is_some_and(|last| page.nodes[*last].end <= at) {
            open.pop();
            cutter.flush();
            cutter.owner = open.last().copied().unwrap_or(root);
        }
        let node = &page.nodes[at];
        if dropped[at] {
            at = node.end;
            continue;
        }
        match node.role {
            Role::Text => cutter.run.push(at, page, at < link_end),
            Role::Link => link_end = link_end.max(node.end),
            Role::Break | Role::Inline | Role::Furniture => {}
            _ => {
                cutter.flush();
                cutter.owner = at;
                open.push(at);
            }
        }
        at += 1;
    }
    cutter.flush();
    cutter.found
}

struct Cutter<'a> {
    page: &'a Page,
    found: Vec<Block>,
    run: Run,
    owner: usize,
}

/// The text nodes since the last boundary.
#[derive(Default)]
struct Run {
    first: Option<usize>,
    /// The last text nodes that hold something: a closing quotation mark may stand alone.
    last: Option<usize>,
    before_last: Option<usize>,
    n_chars: usize,
    n_link_chars: usize,
    is_wide: bool,
}

impl Run {
    fn push(&mut self, at: usize, page: &Page, in_link: bool) {
        let measured = page.nodes[at].measured;
        if measured.n_chars == 0 {
            return;
        }
        self.first.get_or_insert(at);
        self.before_last = self.last;
        self.last = Some(at);
        self.n_chars += measured.n_chars as usize;
        self.n_link_chars += if in_link {
            measured.n_chars as usize
        } else {
            0
        };
        self.is_wide |= measured.is_wide;
    }

    fn ends_sentence(&self, page: &Page) -> bool {
        let text = |at: Option<usize>| at.map_or("", |at| page.nodes[at].text.as_str());
        let last = without_closing(text(self.last));
        let end = if last.is_empty() {
            without_closing(text(self.before_last))
        } else {
            last
        };
        end.ends_with(SENTENCE_ENDS)
    }

    /// Chinese, Japanese and Korean text says more in fewer letters.
    fn says_more(&self, page: &Page) -> bool {
        let (Some(first), Some(last), true) = (self.first, self.last, self.is_wide) else {
            return false;
        };
        let texts = page.nodes[first..=last]
            .iter()
            .filter(|node| node.role == Role::Text);
        let head = texts.flat_map(|node| node.text.chars()).take(60);
        head.filter(|c| is_wide(*c)).count() > 10
    }
}

impl Cutter<'_> {
    fn flush(&mut self) {
        let run = std::mem::take(&mut self.run);
        let (Some(first), Some(last)) = (run.first, run.last) else {
            return;
        };
        let mut block = Block {
            owner: self.owner,
            role: self.page.nodes[self.owner].role,
            span: (first, last + 1),
            n_chars: run.n_chars,
            n_link_chars: run.n_link_chars,
            ends_sentence: run.ends_sentence(self.page),
            worth: 0.0,
        };
        block.worth = worth_of(&block, run.says_more(self.page));
        self.found.push(block);
    }
}

/// What a block says for or against the element around it.
fn worth_of(block: &Block, is_wide: bool) -> f32 {
    let n_chars = block.n_chars as f32;
    let link_share = block.link_share();
    if link_share > 0.6 {
        return -n_chars.min(60.0);
    }
    if block.role == Role::Heading {
        return 0.0;
    }
    let long = if is_wide { 25.0 } else { 60.0 };
    let own = n_chars * (1.0 - link_share);
    match () {
        () if n_chars >= long && block.ends_sentence => own,
        () if n_chars >= long => own * 0.6,
        () if block.ends_sentence && n_chars >= long / 3.0 => own * 0.8,
        () if block.role == Role::Item => -2.0,
        () => -8.0,
    }
}

const SENTENCE_ENDS: &[char] = &['.', '!', '?', ':', '…', ';', '。', '！', '？', '」'];

fn without_closing(text: &str) -> &str {
    text.trim_end_matches(|c: char| {
        c.is_whitespace() || matches!(c, '"' | '”' | '’' | '\'' | ')' | ']' | '»' | '\u{200b}')
    })
}

pub(super) fn ends_like_a_sentence(text: &str) -> bool {
    without_closing(text).ends_with(SENTENCE_ENDS)
}
