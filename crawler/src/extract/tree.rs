//! A tolerant XML tree for feeds: what a strict parser would refuse is repaired or skipped, and the
//! tree of a truncated document is what came before the cut.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::Complaint;
use super::text::decode_entities;

/// Deeper elements are left out; no feed is that deep.
const MAX_DEPTH: usize = 100;
/// More elements are left out.
const MAX_ELEMENTS: usize = 400_000;

/// The vocabularies that matter; what an element means depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Vocabulary {
    /// RSS, Atom, CDF, or no namespace at all.
    Plain,
    DublinCore,
    Content,
    Media,
    Rdf,
    Syndication,
    CommentApi,
    Podcast,
    Xhtml,
    Other,
}

#[derive(Debug)]
pub(super) struct Element {
    pub vocabulary: Vocabulary,
    /// Local name in lower case.
    pub name: String,
    /// Local names in lower case (`xml:` ones keep the prefix), values decoded.
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Node>,
}

#[derive(Debug)]
pub(super) enum Node {
    Element(Element),
    Text(String),
}

impl Element {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|child| match child {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// Everything inside as one string: text as it stands, elements as markup again, so that HTML
    /// that was escaped, hidden in CDATA or left bare reads the same.
    pub fn inner_markup(&self) -> String {
        let mut out = String::new();
        self.write_children(&mut out, false);
        out
    }

    /// Text right inside may be escaped HTML and is written as it stands; text inside inline
    /// elements is text.
    fn write_children(&self, out: &mut String, escape: bool) {
        for child in &self.children {
            match child {
                Node::Text(text) if escape => {
                    out.push_str(&text.replace('&', "&amp;").replace('<', "&lt;"));
                }
                Node::Text(text) => out.push_str(text),
                Node::Element(element) => {
                    out.push('<');
                    out.push_str(&element.name);
                    out.push('>');
                    element.write_children(out, true);
                    out.push_str("</");
                    out.push_str(&element.name);
                    out.push('>');
                }
            }
        }
    }
}

/// Reads a document into the children of one nameless element.
pub(super) fn read(xml: &str, complaints: &mut Vec<Complaint>) -> Element {
    let repaired = repair(xml, complaints);
    let mut reader = Reader::from_str(&repaired);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
    let mut builder = Builder::default();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => builder.open(&tag, false),
            Ok(Event::Empty(tag)) => builder.open(&tag, true),
            Ok(Event::End(tag)) => builder.close(tag.name().0),
            Ok(Event::Text(text)) => builder.text(&text.xml10_content()),
            Ok(Event::CData(text)) => builder.text(&text.xml10_content()),
            Ok(Event::GeneralRef(name)) => builder.reference(&name),
            Ok(Event::DocType(doctype)) => {
                if doctype.contains("<!ENTITY") {
                    note(complaints, Complaint::EntityDeclarations);
                }
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(_) => {
                note(complaints, Complaint::Truncated);
                break;
            }
        }
    }
    builder.finish(complaints)
}

/// Tells each thing once.
pub(super) fn note(complaints: &mut Vec<Complaint>, complaint: Complaint) {
    if !complaints.contains(&complaint) {
        complaints.push(complaint);
    }
}

/// Drops what precedes the first tag and control characters, escapes a `<` that opens nothing and
/// closes or drops what is open at the end.
pub(super) fn repair(xml: &str, complaints: &mut Vec<Complaint>) -> String {
    let start = xml.find('<').unwrap_or(xml.len());
    let is_blank = |c: char| c.is_whitespace() || c == '\u{feff}';
    let mut repaired = !xml[..start].chars().all(is_blank);
    let is_control = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    let text: String = xml[start..].chars().filter(|c| !is_control(*c)).collect();
    repaired |= text.len() < xml.len() - start;
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text.as_str();
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match markup_len(rest) {
            Markup::Whole(len) => {
                out.push_str(&rest[..len]);
                rest = &rest[len..];
            }
            Markup::Stray => {
                repaired = true;
                out.push_str("&lt;");
                rest = &rest[1..];
            }
            Markup::Cut { close_with } => {
                note(complaints, Complaint::Truncated);
                if !close_with.is_empty() {
                    out.push_str(rest);
                    out.push_str(close_with);
                }
                rest = "";
            }
        }
    }
    out.push_str(rest);
    if repaired {
        note(complaints, Complaint::Repaired);
    }
    out
}

enum Markup {
    /// A tag, comment, section or instruction of this length.
    Whole(usize),
    /// A `<` that is text.
    Stray,
    /// The document ends in the middle.
    Cut { close_with: &'static str },
}

fn markup_len(text: &str) -> Markup {
    let until = |end: &str, close_with| {
        text.find(end).map_or(Markup::Cut { close_with }, |at| {
            Markup::Whole(at + end.len())
        })
    };
    if text.starts_with("<![CDATA[") {
        return until("]]>", "]]>");
    }
    if text.starts_with("<!--") {
        return until("-->", "");
    }
    if text.starts_with("<!") {
        // Only the opening: what a document type holds is seen piece by piece.
        return Markup::Whole(2);
    }
    if text.starts_with("<?") {
        return until("?>", "");
    }
    let name = text[1..].strip_prefix('/').unwrap_or(&text[1..]);
    if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return Markup::Stray;
    }
    tag_len(text).map_or(Markup::Cut { close_with: "" }, Markup::Whole)
}

/// Length of a tag; a `>` inside a quoted value does not end it.
fn tag_len(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if byte == open => quote = None,
            _ => {}
        }
    }
    None
}

/// An element that is still open.
struct Open {
    element: Element,
    qualified_name: String,
    /// Prefixes declared here.
    prefixes: Vec<(String, Vocabulary)>,
}

struct Builder {
    stack: Vec<Open>,
    n_elements: usize,
    /// Open elements beyond the limits, which are left out.
    n_skipped: usize,
    too_complex: bool,
}

impl Default for Builder {
    fn default() -> Self {
        let root = Element {
            vocabulary: Vocabulary::Other,
            name: String::new(),
            attributes: Vec::new(),
            children: Vec::new(),
        };
        let root = Open {
            element: root,
            qualified_name: String::new(),
            prefixes: Vec::new(),
        };
        Self {
            stack: vec![root],
            n_elements: 0,
            n_skipped: 0,
            too_complex: false,
        }
    }
}

impl Builder {
    fn open(&mut self, tag: &BytesStart<'_>, empty: bool) {
        if self.stack.len() >= MAX_DEPTH || self.n_elements >= MAX_ELEMENTS || self.n_skipped > 0 {
            self.too_complex = true;
            self.n_skipped += usize::from(!empty);
            return;
        }
        self.n_elements += 1;
        let qualified_name = tag.name().0.to_owned();
        let mut open = Open {
            element: Element {
                vocabulary: Vocabulary::Other,
                name: local_name(&qualified_name),
                attributes: Vec::new(),
                children: Vec::new(),
            },
            qualified_name,
            prefixes: Vec::new(),
        };
        for attribute in tag.html_attributes().with_checks(false).flatten() {
            open.take_attribute(attribute.key.0, &attribute.value);
        }
        let (prefix, _) = split_name(&open.qualified_name);
        let prefix = prefix.to_owned();
        let declared = vocabulary_in(&open.prefixes, &prefix);
        open.element.vocabulary = declared.unwrap_or_else(|| self.vocabulary_of(&prefix));
        self.stack.push(open);
        let is_void = matches!(
            self.stack.last().map(|open| open.qualified_name.as_str()),
            Some("br" | "hr" | "img" | "wbr" | "BR" | "HR" | "IMG")
        );
        if empty || is_void {
            self.pop();
        }
    }

    /// Closes the innermost open element of that name with all that is open inside it; an end tag
    /// without a start is ignored.
    fn close(&mut self, qualified_name: &str) {
        if self.n_skipped > 0 {
            self.n_skipped -= 1;
            return;
        }
        let Some(at) = self
            .stack
            .iter()
            .rposition(|open| open.qualified_name == qualified_name)
        else {
            return;
        };
        while at > 0 && self.stack.len() > at {
            self.pop();
        }
    }

    fn pop(&mut self) {
        if self.stack.len() < 2 {
            return;
        }
        if let (Some(closed), Some(parent)) = (self.stack.pop(), self.stack.last_mut()) {
            parent.element.children.push(Node::Element(closed.element));
        }
    }

    fn text(&mut self, text: &str) {
        let Some(parent) = self.stack.last_mut() else {
            return;
        };
        match parent.element.children.last_mut() {
            Some(Node::Text(so_far)) => so_far.push_str(text),
            _ => parent.element.children.push(Node::Text(text.to_owned())),
        }
    }

    /// Entities that the document declares itself are never expanded: they stay as they stand.
    fn reference(&mut self, name: &str) {
        let reference = format!("&{name};");
        self.text(&decode_entities(&reference));
    }

    fn vocabulary_of(&self, prefix: &str) -> Vocabulary {
        let declared = self
            .stack
            .iter()
            .rev()
            .find_map(|open| vocabulary_in(&open.prefixes, prefix));
        declared.unwrap_or_else(|| vocabulary_of_prefix(prefix))
    }

    fn finish(mut self, complaints: &mut Vec<Complaint>) -> Element {
        if self.stack.len() > 1 {
            note(complaints, Complaint::Truncated);
        }
        if self.too_complex {
            note(complaints, Complaint::TooComplex);
        }
        while self.stack.len() > 1 {
            self.pop();
        }
        self.stack.remove(0).element
    }
}

impl Open {
    fn take_attribute(&mut self, key: &str, value: &str) {
        let (prefix, local) = split_name(key);
        match (prefix, local) {
            ("", "xmlns") => self
                .prefixes
                .push((String::new(), default_vocabulary(value))),
            ("xmlns", prefix) => {
                self.prefixes
                    .push((prefix.to_owned(), vocabulary_of_address(value)));
            }
            ("xml", local) => {
                self.element
                    .attributes
                    .push((format!("xml:{local}"), decoded(value)));
            }
            (_, local) => {
                self.element
                    .attributes
                    .push((local.to_ascii_lowercase(), decoded(value)));
            }
        }
    }
}

fn decoded(value: &str) -> String {
    decode_entities(value).trim().to_owned()
}

fn split_name(qualified: &str) -> (&str, &str) {
    qualified.split_once(':').unwrap_or(("", qualified))
}

fn local_name(qualified: &str) -> String {
    split_name(qualified).1.to_ascii_lowercase()
}

fn vocabulary_in(prefixes: &[(String, Vocabulary)], prefix: &str) -> Option<Vocabulary> {
    prefixes
        .iter()
        .find(|(known, _)| known == prefix)
        .map(|(_, vocabulary)| *vocabulary)
}

/// Unprefixed elements are what they look like, whatever their namespace says, unless it is known
/// to be another vocabulary.
fn default_vocabulary(address: &str) -> Vocabulary {
    match vocabulary_of_address(address) {
        Vocabulary::Other => Vocabulary::Plain,
        known => known,
    }
}

fn vocabulary_of_address(address: &str) -> Vocabulary {
    let address = address.trim().trim_end_matches('/').to_ascii_lowercase();
    let plain = [
        "purl.org/rss/1.0/modules/rss091#",
        "backend.userland.com/rss",
        "blogs.law.harvard.edu/tech/rss",
        "netscape.com/rdf/simple",
        "purl.org/net/rss1.1",
        "purl.org/atom/ns",
        "www.w3.org/2005/atom",
        "purl.org/echo",
        "purl.org/pie",
        "example.com/necho",
        "uri/of/echo/namespace",
    ];
    let has = |part: &str| address.contains(part);
    match () {
        () if address.is_empty() || plain.iter().any(|part| has(part)) => Vocabulary::Plain,
        () if address.ends_with("purl.org/rss/1.0") => Vocabulary::Plain,
        () if has("purl.org/dc/") => Vocabulary::DublinCore,
        () if has("modules/content") => Vocabulary::Content,
        () if has("modules/syndication") => Vocabulary::Syndication,
        () if has("search.yahoo.com/mrss") => Vocabulary::Media,
        () if has("22-rdf-syntax") => Vocabulary::Rdf,
        () if has("wellformedweb.org/commentapi") => Vocabulary::CommentApi,
        () if has("itunes.com/dtds/podcast") => Vocabulary::Podcast,
        () if has("w3.org/1999/xhtml") => Vocabulary::Xhtml,
        () => Vocabulary::Other,
    }
}

/// What a prefix means that nobody declared.
fn vocabulary_of_prefix(prefix: &str) -> Vocabulary {
    match prefix.to_ascii_lowercase().as_str() {
        "" | "rss" | "atom" | "a10" | "atom03" | "atom10" => Vocabulary::Plain,
        "dc" | "dcterms" | "dct" => Vocabulary::DublinCore,
        "content" => Vocabulary::Content,
        "media" => Vocabulary::Media,
        "rdf" => Vocabulary::Rdf,
        "sy" => Vocabulary::Syndication,
        "wfw" => Vocabulary::CommentApi,
        "itunes" => Vocabulary::Podcast,
        "xhtml" => Vocabulary::Xhtml,
        _ => Vocabulary::Other,
    }
}
