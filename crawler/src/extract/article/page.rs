//! A page as a flat list in document order: every subtree is a slice, so that each later step is a
//! loop over numbers instead of a walk over a tree.

use dom_query::{Document, NodeData, NodeId, NodeRef};

use super::text_run::Measured;

/// What an element does to the text in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Text.
    Text,
    /// Flows with the text around it.
    Inline,
    Link,
    Break,
    Paragraph,
    Heading,
    /// A list item or a cell: short text is normal here.
    Item,
    List,
    Quote,
    /// Any other block.
    Block,
    Article,
    /// `figure` and `figcaption`.
    Figure,
    /// Never holds text of the article.
    Furniture,
    /// `aside`, `header`, `footer`, `nav`: furniture unless most of the text is in it.
    Margin,
    /// `body` and `html`.
    Root,
}

/// One node; text nodes keep their text, elements their names.
pub(super) struct Node {
    pub role: Role,
    /// Index of the parent.
    pub parent: usize,
    /// Index behind the last descendant.
    pub end: usize,
    /// Text of a text node; else `class`, `id` and `data-` hints as they stand.
    pub text: String,
    /// What the text of a text node holds.
    pub measured: Measured,
    /// Local name of an element where later steps ask for it.
    pub name: &'static str,
    pub hidden: bool,
    pub is_body_by_markup: bool,
    pub id: NodeId,
}

/// Counts of everything in front of a node, so that any subtree's are a difference.
#[derive(Clone, Copy, Default)]
#[expect(
    clippy::struct_field_names,
    reason = "all of them are counts, and counts begin with n_"
)]
pub(super) struct Before {
    pub n_chars: u32,
    pub n_link_chars: u32,
    pub n_linked_headings: u32,
    pub n_pictures: u32,
    pub n_players: u32,
}

pub(super) struct Page {
    pub nodes: Vec<Node>,
    before: Vec<Before>,
    /// `script` elements with JSON-LD, `meta` and `link` elements anywhere in the document.
    pub facts: Vec<NodeId>,
}

impl Page {
    /// The `body` of a document, and what its head says.
    pub fn of(document: &Document) -> Self {
        let mut nodes = Vec::new();
        let mut facts = Vec::new();
        if let Some(head) = document.head() {
            facts.extend(
                head.descendants_it()
                    .filter(is_fact)
                    .take(MAX_FACTS)
                    .map(|n| n.id),
            );
        }
        if let Some(body) = document.body() {
            flatten(&body, &mut nodes, &mut facts);
        }
        let before = count(&nodes);
        Self {
            nodes,
            before,
            facts,
        }
    }

    pub fn is_inside(&self, index: usize, ancestor: usize) -> bool {
        ancestor <= index && index < self.nodes[ancestor].end
    }

    /// Sums over a subtree, whatever is dropped from it.
    pub fn within(&self, at: usize) -> Before {
        let Some(node) = self.nodes.get(at) else {
            return Before::default();
        };
        let (from, to) = (self.before[at], self.before[node.end]);
        Before {
            n_chars: to.n_chars - from.n_chars,
            n_link_chars: to.n_link_chars - from.n_link_chars,
            n_linked_headings: to.n_linked_headings - from.n_linked_headings,
            n_pictures: to.n_pictures - from.n_pictures,
            n_players: to.n_players - from.n_players,
        }
    }

    /// The innermost element of that name around a node.
    pub fn around(&self, at: usize, name: &str) -> Option<usize> {
        let mut at = at;
        while at > 0 {
            if self.nodes[at].name == name {
                return Some(at);
            }
            at = self.nodes[at].parent;
        }
        None
    }
}

/// No page needs more `meta` elements than this.
const MAX_FACTS: usize = 500;

fn is_fact(node: &NodeRef<'_>) -> bool {
    node.element_ref()
        .is_some_and(|element| matches!(element.name.local.as_ref(), "meta" | "link" | "script"))
}

fn count(nodes: &[Node]) -> Vec<Before> {
    let mut before = Vec::with_capacity(nodes.len() + 1);
    let mut sums = Before::default();
    let (mut link_end, mut heading_end) = (0, 0);
    for (at, node) in nodes.iter().enumerate() {
        before.push(sums);
        match node.role {
            Role::Link => {
                sums.n_linked_headings += u32::from(at < heading_end);
                link_end = link_end.max(node.end);
            }
            Role::Heading => {
                sums.n_linked_headings += u32::from(at < link_end);
                heading_end = heading_end.max(node.end);
            }
            Role::Text => {
                sums.n_chars += node.measured.n_chars;
                sums.n_link_chars += if at < link_end {
                    node.measured.n_chars
                } else {
                    0
                };
            }
            Role::Furniture => {
                sums.n_pictures += u32::from(node.name == "img");
                sums.n_players += u32::from(node.name == "video");
            }
            _ => {}
        }
    }
    before.push(sums);
    before
}

/// Pre-order without recursion: pages nest arbitrarily deep.
fn flatten(body: &NodeRef<'_>, nodes: &mut Vec<Node>, facts: &mut Vec<NodeId>) {
    let mut open: Vec<usize> = Vec::new();
    let mut next = Some(*body);
    while let Some(current) = next {
        let parent = open.last().copied().unwrap_or(0);
        let kept = read_node(&current, parent);
        if kept.as_ref().is_some_and(|node| node.name == "fact") && facts.len() < MAX_FACTS {
            facts.push(current.id);
        }
        let descend = kept
            .as_ref()
            .is_some_and(|node| !matches!(node.role, Role::Text | Role::Furniture | Role::Break));
        let child = if descend { current.first_child() } else { None };
        if let Some(node) = kept {
            nodes.push(node);
            let at = nodes.len() - 1;
            if child.is_some() {
                open.push(at);
            } else {
                nodes[at].end = at + 1;
            }
        }
        next = child.or_else(|| climb(current, &mut open, nodes));
    }
    for at in open {
        nodes[at].end = nodes.len();
    }
}

/// The next node in document order that is no descendant, closing what ends before it.
fn climb<'a>(
    mut from: NodeRef<'a>,
    open: &mut Vec<usize>,
    nodes: &mut [Node],
) -> Option<NodeRef<'a>> {
    loop {
        if open.is_empty() {
            return None;
        }
        if let Some(sibling) = from.next_sibling() {
            return Some(sibling);
        }
        let closed = open.pop()?;
        nodes[closed].end = nodes.len();
        from = from.parent()?;
    }
}

fn read_node(node: &NodeRef<'_>, parent: usize) -> Option<Node> {
    node.query(|found| match &found.data {
        NodeData::Text { contents } => Some(text_node(contents, parent, node.id)),
        NodeData::Element(element) => Some(element_node(element, parent, node.id)),
        _ => None,
    })?
}

fn text_node(text: &str, parent: usize, id: NodeId) -> Node {
    Node {
        role: Role::Text,
        parent,
        end: 0,
        text: text.to_owned(),
        measured: Measured::of(text),
        name: "",
        hidden: false,
        is_body_by_markup: false,
        id,
    }
}

fn element_node(element: &dom_query::Element, parent: usize, id: NodeId) -> Node {
    let (role, name) = role_of(element.name.local.as_ref());
    let mut hints = String::new();
    let mut hidden = false;
    let mut is_body_by_markup = false;
    for attribute in &element.attrs {
        let value: &str = attribute.value.as_ref();
        match attribute.name.local.as_ref() {
            "class" | "id" | "data-role" | "data-type" | "data-component" | "data-testid"
            | "data-module" | "type" => push_hint(&mut hints, value),
            "hidden" => hidden = true,
            "aria-hidden" => hidden |= value == "true",
            "style" => hidden |= hides(value),
            "role" => hidden |= FURNITURE_ROLES.contains(&value),
            "itemprop" => {
                is_body_by_markup |= value.eq_ignore_ascii_case("articleBody");
                push_hint(&mut hints, value);
            }
            _ => {}
        }
    }
    Node {
        role,
        parent,
        end: 0,
        text: hints,
        measured: Measured::default(),
        name,
        hidden,
        is_body_by_markup,
        id,
    }
}

fn push_hint(hints: &mut String, value: &str) {
    hints.push_str(value);
    hints.push(' ');
}

/// Roles of what surrounds an article.
const FURNITURE_ROLES: &[&str] = &[
    "navigation",
    "complementary",
    "dialog",
    "alertdialog",
    "menu",
    "menubar",
    "banner",
    "search",
    "contentinfo",
    "tablist",
];

fn hides(style: &str) -> bool {
    if style.len() < 12 {
        return false;
    }
    let tight: String = style
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_ascii_lowercase())
        .collect();
    tight.contains("display:none") || tight.contains("visibility:hidden")
}

/// The role of an element, and its name where later steps ask for it.
fn role_of(name: &str) -> (Role, &'static str) {
    match name {
        "a" => (Role::Link, "a"),
        "br" | "hr" => (Role::Break, "br"),
        "p" => (Role::Paragraph, "p"),
        "pre" => (Role::Paragraph, "pre"),
        "h1" => (Role::Heading, "h1"),
        "h2" => (Role::Heading, "h2"),
        "h3" => (Role::Heading, "h3"),
        "h4" | "h5" | "h6" => (Role::Heading, "h4"),
        "li" => (Role::Item, "li"),
        "dd" | "dt" => (Role::Item, "dd"),
        "td" | "th" => (Role::Item, "td"),
        "ul" | "ol" | "dl" => (Role::List, "ul"),
        "table" => (Role::List, "table"),
        "blockquote" => (Role::Quote, "blockquote"),
        "article" => (Role::Article, "article"),
        "main" => (Role::Article, "main"),
        "figure" => (Role::Figure, "figure"),
        "figcaption" => (Role::Figure, "figcaption"),
        "aside" => (Role::Margin, "aside"),
        "header" => (Role::Margin, "header"),
        "footer" => (Role::Margin, "footer"),
        "body" | "html" => (Role::Root, "body"),
        "tr" => (Role::Block, "tr"),
        "div" => (Role::Block, "div"),
        "section" => (Role::Block, "section"),
        "time" => (Role::Inline, "time"),
        "center" | "details" | "summary" | "fieldset" | "tbody" | "thead" | "tfoot" | "address"
        | "caption" | "hgroup" | "form" | "amp-story" => (Role::Block, "block"),
        "meta" | "link" | "script" => (Role::Furniture, "fact"),
        "img" | "picture" => (Role::Furniture, "img"),
        "video" | "iframe" | "audio" | "embed" | "object" => (Role::Furniture, "video"),
        "style" | "noscript" | "template" | "svg" | "nav" | "button" | "select" | "textarea"
        | "input" | "canvas" | "dialog" | "head" | "source" | "math" | "menu" | "label"
        | "option" | "map" | "area" | "title" => (Role::Furniture, "x"),
        _ => (Role::Inline, "span"),
    }
}
