//! A tolerant XML tree for feeds: what a strict parser would refuse is repaired or skipped, and the
//! tree of a truncated document is what came before the cut.

mod entities;
mod repair;
mod vocabulary;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use self::entities::Entities;
use self::vocabulary::{declared_vocabulary, vocabulary_of_prefix};
use super::Complaint;
use super::text::{decode_entities, is_html_name};

pub(super) use self::repair::repair;
pub(super) use self::vocabulary::Vocabulary;

/// Deeper elements are left out; no feed is that deep.
const MAX_DEPTH: usize = 100;
/// More elements are left out.
const MAX_ELEMENTS: usize = 400_000;

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
                    // What is known to be no feed or HTML is no text either, whatever its name.
                    let of_others = element.vocabulary != Vocabulary::Plain;
                    let prefix = if of_others && !is_html_name(&element.name) {
                        "x-"
                    } else {
                        ""
                    };
                    let name = &element.name;
                    out.extend(["<", prefix, name, ">"]);
                    element.write_children(out, true);
                    out.extend(["</", prefix, name, ">"]);
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
                let (entities, is_refused) = Entities::declared_in(&doctype);
                builder.entities = entities;
                if is_refused {
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

/// An element that is still open.
struct Open {
    element: Element,
    qualified_name: String,
    /// Prefixes declared here.
    prefixes: Vec<(String, Option<Vocabulary>)>,
}

struct Builder {
    stack: Vec<Open>,
    entities: Entities,
    /// What elements without a prefix are when their namespace is unknown.
    unprefixed: Vocabulary,
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
            entities: Entities::default(),
            unprefixed: Vocabulary::Plain,
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
            open.take_attribute(attribute.key.0, &attribute.value, &self.entities);
        }
        if self.stack.len() == 1 {
            self.unprefixed = open.unprefixed();
        }
        let (prefix, _) = split_name(&open.qualified_name);
        let prefix = prefix.to_owned();
        let declared = open.vocabulary_of(&prefix);
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

    /// Entities that the document declares itself stand for a few plain characters or for nothing:
    /// see [`Entities`].
    fn reference(&mut self, name: &str) {
        let reference = format!("&{name};");
        let text = match self.entities.resolve(name) {
            Some(text) => text,
            None => decode_entities(&reference).into_owned(),
        };
        self.text(&text);
    }

    fn vocabulary_of(&self, prefix: &str) -> Vocabulary {
        let mut opens = self.stack.iter().rev();
        let declared = opens.find_map(|open| open.vocabulary_of(prefix));
        declared.unwrap_or(match prefix {
            "" => self.unprefixed,
            prefix => vocabulary_of_prefix(prefix),
        })
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
    fn take_attribute(&mut self, key: &str, value: &str, entities: &Entities) {
        let (prefix, local) = split_name(key);
        let lower = prefix.to_ascii_lowercase();
        match (lower.as_str(), local) {
            ("", "xmlns") => self.declare("", value),
            ("xmlns", prefix) => self.declare(prefix, value),
            ("xml", local) => {
                let name = format!("xml:{}", local.to_ascii_lowercase());
                self.element
                    .attributes
                    .push((name, decoded(value, entities)));
            }
            (_, local) => {
                let name = local.to_ascii_lowercase();
                self.element
                    .attributes
                    .push((name, decoded(value, entities)));
            }
        }
    }

    fn declare(&mut self, prefix: &str, address: &str) {
        let vocabulary = declared_vocabulary(prefix, address);
        self.prefixes.push((prefix.to_owned(), vocabulary));
    }

    /// What a prefix is declared to mean here.
    fn vocabulary_of(&self, prefix: &str) -> Option<Vocabulary> {
        let mut declared = self.prefixes.iter().filter(|(known, _)| known == prefix);
        declared.find_map(|(_, vocabulary)| *vocabulary)
    }

    /// What elements without a prefix are in a document with this root when their namespace is
    /// unknown: they are what they look like, unless the feed itself is written with a prefix.
    fn unprefixed(&self) -> Vocabulary {
        let (prefix, _) = split_name(&self.qualified_name);
        let is_odd = |(prefix, vocabulary): &(String, Option<Vocabulary>)| {
            prefix.is_empty() && vocabulary.is_none()
        };
        let is_feed = |(prefix, vocabulary): &(String, Option<Vocabulary>)| {
            !prefix.is_empty() && *vocabulary == Some(Vocabulary::Plain)
        };
        let elsewhere = self.prefixes.iter().any(is_odd) && self.prefixes.iter().any(is_feed);
        if elsewhere && !prefix.is_empty() {
            Vocabulary::Other
        } else {
            Vocabulary::Plain
        }
    }
}

fn decoded(value: &str, entities: &Entities) -> String {
    decode_entities(&entities.expand(value)).trim().to_owned()
}

fn split_name(qualified: &str) -> (&str, &str) {
    qualified.split_once(':').unwrap_or(("", qualified))
}

fn local_name(qualified: &str) -> String {
    split_name(qualified).1.to_ascii_lowercase()
}
