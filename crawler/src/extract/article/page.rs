//! A page as a flat list in document order: every subtree is a slice, so that each later step is a
//! loop over numbers instead of a walk over a tree.

use dom_query::{Document, NodeId, NodeRef};

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

/// One node; text nodes keep their text, elements their names in lower case.
pub(super) struct Node {
    pub role: Role,
    /// Index of the parent.
    pub parent: usize,
    /// Index behind the last descendant.
    pub end: usize,
    /// Text of a text node; else `class`, `id` and `data-` hints in lower case.
    pub text: String,
    /// Local name of an element.
    pub name: &'static str,
    pub hidden: bool,
    pub is_body_by_markup: bool,
    pub id: NodeId,
}

pub(super) struct Page {
    pub nodes: Vec<Node>,
}

impl Page {
    /// The `body` of a document.
    pub fn of(document: &Document) -> Self {
        let mut nodes = Vec::new();
        if let Some(body) = document.body() {
            flatten(&body, &mut nodes);
        }
        Self { nodes }
    }

    /// Index of a node of the document.
    pub fn index_of(&self, id: NodeId) -> Option<usize> {
        self.nodes.iter().position(|node| node.id == id)
    }

    pub fn is_inside(&self, index: usize, ancestor: usize) -> bool {
        ancestor <= index && index < self.nodes[ancestor].end
    }
}

/// Pre-order without recursion: pages nest arbitrarily deep.
fn flatten(body: &NodeRef<'_>, nodes: &mut Vec<Node>) {
    let mut open: Vec<usize> = Vec::new();
    let mut next = Some(*body);
    while let Some(current) = next {
        let parent = open.last().copied().unwrap_or(0);
        let kept = read_node(&current, parent);
        let descend = kept
            .as_ref()
            .is_some_and(|node| !matches!(node.role, Role::Text | Role::Furniture | Role::Break));
        let child = if descend { current.first_child() } else { None };
        if let Some(node) = kept {
            nodes.push(node);
            if child.is_some() {
                open.push(nodes.len() - 1);
            } else {
                let at = nodes.len() - 1;
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
    if node.is_text() {
        let text = node.text();
        return Some(Node {
            role: Role::Text,
            parent,
            end: 0,
            text: text.to_string(),
            name: "",
            hidden: false,
            is_body_by_markup: false,
            id: node.id,
        });
    }
    let element = node.element_ref()?;
    let (role, name) = role_of(element.name.local.as_ref());
    let mut hints = String::new();
    let mut hidden = false;
    let mut is_body_by_markup = false;
    for attribute in &element.attrs {
        let value: &str = attribute.value.as_ref();
        match attribute.name.local.as_ref() {
            "class" | "id" | "data-role" | "data-type" | "data-component" | "data-testid"
            | "data-module" | "type" => {
                hints.push_str(value);
                hints.push(' ');
            }
            "hidden" => hidden = true,
            "aria-hidden" => hidden |= value == "true",
            "style" => {
                let style: String = value
                    .chars()
                    .filter(|c| !c.is_whitespace())
                    .collect::<String>()
                    .to_lowercase();
                hidden |= style.contains("display:none") || style.contains("visibility:hidden");
            }
            "role" => {
                hidden |= matches!(
                    value,
                    "navigation"
                        | "complementary"
                        | "dialog"
                        | "alertdialog"
                        | "menu"
                        | "menubar"
                        | "banner"
                        | "search"
                        | "contentinfo"
                        | "tablist"
                );
            }
            "itemprop" => {
                is_body_by_markup |= value.eq_ignore_ascii_case("articleBody");
                hints.push_str(value);
                hints.push(' ');
            }
            _ => {}
        }
    }
    Some(Node {
        role,
        parent,
        end: 0,
        text: hints,
        name,
        hidden,
        is_body_by_markup,
        id: node.id,
    })
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
        "center" | "details" | "summary" | "fieldset" | "tbody" | "thead" | "tfoot" | "address"
        | "caption" | "hgroup" | "form" | "amp-story" => (Role::Block, "block"),
        "script" | "style" | "noscript" | "template" | "iframe" | "svg" | "nav" | "button"
        | "select" | "textarea" | "input" | "object" | "embed" | "video" | "audio" | "canvas"
        | "dialog" | "head" | "img" | "picture" | "source" | "link" | "meta" | "math" | "menu"
        | "label" | "option" | "map" | "area" | "title" => (Role::Furniture, "x"),
        _ => (Role::Inline, "span"),
    }
}
