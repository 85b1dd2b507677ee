//! What a strict parser would refuse is repaired before it is read.

use super::note;
use crate::extract::Complaint;

/// Drops what precedes the first tag and control characters, escapes a `<` that opens nothing and
/// closes or drops what is open at the end.
pub(in crate::extract) fn repair(xml: &str, complaints: &mut Vec<Complaint>) -> String {
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
            Markup::Unquoted(len) => {
                repaired = true;
                out.extend(rest[..len].chars().filter(|c| !matches!(c, '"' | '\'')));
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
    /// A tag of this length with a quote that was never closed.
    Unquoted(usize),
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
    tag_len(text)
}

/// A tag; a `>` inside a quoted value does not end it, an end tag inside one says that the quote was
/// never closed.
fn tag_len(text: &str) -> Markup {
    let mut quote = None;
    let bytes = text.as_bytes();
    for (at, &byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Markup::Whole(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(_), b'<') if bytes.get(at + 1) == Some(&b'/') => {
                return text[..at]
                    .find('>')
                    .map_or(Markup::Stray, |end| Markup::Unquoted(end + 1));
            }
            (Some(open), _) if byte == open => quote = None,
            _ => {}
        }
    }
    Markup::Cut { close_with: "" }
}
