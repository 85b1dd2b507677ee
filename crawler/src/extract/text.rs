//! HTML snippets to plain text, in one pass and without a tree: summaries and statuses are many
//! and small.

use std::borrow::Cow;

/// Plain NFC text of an HTML snippet, such as a feed's summary or a Mastodon status: tags gone,
/// entities decoded (twice, where they were encoded twice), block elements and `br` as line breaks,
/// white space collapsed. Reading a plain text gives the same text.
///
/// ```
/// use crawler::extract::html_to_text;
/// assert_eq!(html_to_text("<p>K&ecirc;nh <b>ngập</b><br>r&aacute;c</p>"), "Kênh ngập\nrác");
/// ```
pub fn html_to_text(html: &str) -> String {
    let stripped = strip_tags(html);
    let mut text = decode_entities(&stripped);
    // Thanh Niên and others encode twice; a third time has not been seen.
    if has_named_entity(&text) {
        text = Cow::Owned(decode_entities(&text).into_owned());
    }
    clean(&text)
}

/// Plain text that is no HTML: tags stay as they are written. Only names of letters and marks that a
/// careless system wrote (`&agrave;`, `&nbsp;`) are decoded.
pub(crate) fn literal_to_text(text: &str) -> String {
    if !has_named_entity(text) {
        return clean(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let is_markup = ["&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#"]
            .iter()
            .any(|name| rest.starts_with(name));
        let len = match reference(rest) {
            Some((Reference::Named(letter), len)) if !is_markup => {
                out.push_str(letter);
                len
            }
            _ => {
                out.push('&');
                1
            }
        };
        rest = &rest[len..];
    }
    out.push_str(rest);
    clean(&out)
}

/// Whether a text that does not say what it is looks like HTML: an end tag, an element that has
/// none, or a name of a letter.
pub(crate) fn looks_like_html(text: &str) -> bool {
    let has_tag = text.match_indices('<').any(|(at, _)| {
        Tag::read(&text[at..]).is_some_and(|tag| {
            let stands_alone = matches!(tag.name.as_str(), "br" | "img" | "hr" | "p");
            let has_attribute = text[at..at + tag.len].contains('=');
            tag.closing || stands_alone || has_attribute
        })
    });
    has_tag || has_named_entity(text)
}

/// One-line NFC text: as [`html_to_text`], line breaks as spaces.
pub(crate) fn html_to_line(html: &str) -> String {
    html_to_text(html).replace('\n', " ")
}

/// Normal form with collapsed white space and without empty lines.
pub(crate) fn clean(text: &str) -> String {
    let normal = models::language::text::normalise(text);
    let mut out = String::with_capacity(normal.len());
    for line in normal.split('\n') {
        let start = out.len();
        for word in line.split_whitespace() {
            if out.len() > start {
                out.push(' ');
            } else if start > 0 {
                out.push('\n');
            }
            out.push_str(word);
        }
    }
    out
}

/// Removes tags and comments; the content of scripts and styles goes with them. A `<` that opens no
/// HTML tag stays, as in `giá < 5 triệu`.
fn strip_tags(html: &str) -> Cow<'_, str> {
    if !html.contains('<') {
        return Cow::Borrowed(html);
    }
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(tag) = Tag::read(rest) else {
            out.push('<');
            rest = &rest[1..];
            continue;
        };
        rest = &rest[tag.len..];
        if !tag.closing
            && matches!(
                tag.name.as_str(),
                "script" | "style" | "noscript" | "iframe"
            )
        {
            rest = behind_closing(rest, &tag.name);
        } else if is_block(&tag.name) {
            out.push('\n');
        } else if matches!(tag.name.as_str(), "td" | "th" | "img") {
            out.push(' ');
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

struct Tag {
    /// Lower case; empty for comments.
    name: String,
    closing: bool,
    len: usize,
}

impl Tag {
    /// Reads the tag or comment at the start of `text`.
    fn read(text: &str) -> Option<Self> {
        if text.starts_with("<!--") {
            let len = text.find("-->").map_or(text.len(), |at| at + 3);
            return Some(Self {
                name: String::new(),
                closing: false,
                len,
            });
        }
        if text.starts_with("<![CDATA[") {
            return Some(Self {
                name: String::new(),
                closing: false,
                len: "<![CDATA[".len(),
            });
        }
        let closing = text[1..].starts_with('/');
        let from = if closing { 2 } else { 1 };
        let name_len = text[from..]
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '_')))
            .unwrap_or(text.len() - from);
        let name = text[from..from + name_len].to_ascii_lowercase();
        let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic());
        if !(starts_well && is_html_name(&name)
            || matches!(text.as_bytes().get(1), Some(b'!' | b'?')))
        {
            return None;
        }
        let len = end_of_tag(text)?;
        Some(Self { name, closing, len })
    }
}

/// Length of the tag at the start of `text`; a `>` inside quotes does not end it. `None` when it
/// never ends although more markup follows.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') if text.as_bytes()[at - 1] == b'=' => quote = Some(byte),
            (Some(open), _) if byte == open => quote = None,
            _ => {}
        }
    }
    match text.find('>') {
        Some(at) => Some(at + 1),
        // Summaries are cut in the middle of a tag.
        None => (!text[1..].contains('<')).then_some(text.len()),
    }
}

fn behind_closing<'a>(text: &'a str, name: &str) -> &'a str {
    let mut from = 0;
    while let Some(at) = text[from..].find("</") {
        let at = from + at;
        let tail = &text[at + 2..];
        if tail
            .get(..name.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(name))
        {
            return &text[at..];
        }
        from = at + 2;
    }
    ""
}

pub(crate) fn is_html_name(name: &str) -> bool {
    name.contains([':', '-']) || is_block(name) || INLINE.contains(&name)
}

const INLINE: &[&str] = &[
    "a", "abbr", "acronym", "area", "audio", "b", "base", "bdi", "bdo", "big", "button", "canvas",
    "cite", "code", "col", "colgroup", "data", "datalist", "del", "dfn", "em", "embed", "font",
    "i", "iframe", "img", "input", "ins", "kbd", "label", "link", "map", "mark", "meta",
    "noscript", "object", "option", "param", "path", "picture", "q", "s", "samp", "script",
    "select", "small", "source", "span", "strike", "strong", "style", "sub", "sup", "svg", "td",
    "template", "textarea", "th", "time", "title", "tt", "u", "var", "video", "wbr",
];

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "br"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "head"
            | "header"
            | "hr"
            | "html"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "tfoot"
            | "thead"
            | "tr"
            | "ul"
    )
}

/// Decodes character references once.
pub(crate) fn decode_entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match reference(rest) {
            Some((Reference::Char(c), len)) => {
                out.push(c);
                rest = &rest[len..];
            }
            Some((Reference::Named(replacement), len)) => {
                out.push_str(replacement);
                rest = &rest[len..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Whether a named entity of letters stands in the text: a sign of double encoding.
fn has_named_entity(text: &str) -> bool {
    text.match_indices('&')
        .any(|(at, _)| reference(&text[at..]).is_some())
}

enum Reference {
    Char(char),
    Named(&'static str),
}

/// The longest entity name is `CounterClockwiseContourIntegral`.
const MAX_REFERENCE_BYTES: usize = 34;

/// Reads the reference at the start of `text`, which is an `&`.
fn reference(text: &str) -> Option<(Reference, usize)> {
    let end = text
        .bytes()
        .take(MAX_REFERENCE_BYTES)
        .position(|byte| byte == b';')?;
    let name = &text[1..end];
    let found = match name.strip_prefix('#') {
        Some(number) => Reference::Char(char_of_number(number)?),
        None => Reference::Named(named_entity(name)?),
    };
    Some((found, end + 1))
}

/// The table of quick-xml lost a digit in `dstrok` and its like, which came out as control characters.
fn named_entity(name: &str) -> Option<&'static str> {
    match name {
        "Dstrok" => Some("Đ"),
        "dstrok" => Some("đ"),
        "hstrok" => Some("ħ"),
        "Tab" => Some("\t"),
        "NewLine" => Some("\n"),
        _ => quick_xml::escape::resolve_html5_entity(name)
            .filter(|found| !found.chars().any(char::is_control)),
    }
}

/// Numbers 128 to 159 mean windows-1252, as browsers read them.
fn char_of_number(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    if let Ok(byte @ 0x80..=0x9f) = u8::try_from(code) {
        return encoding_rs::WINDOWS_1252.decode(&[byte]).0.chars().next();
    }
    char::from_u32(code).filter(|c| *c != '\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_snippets() {
        let cases = [
            ("Ng&amp;acirc;n h&amp;agrave;ng", "Ngân hàng"),
            ("T&ocirc;i y&ecirc;u Vi&ecirc;\u{323}t", "Tôi yêu Việt"),
            (
                "<a href=\"x\"><img src=\"a.jpg?w=1&h=0\"></a></br>Nội dung",
                "Nội dung",
            ),
            ("giá < 5 triệu & > 3 triệu", "giá < 5 triệu & > 3 triệu"),
            ("a<script>if (a < b) {}</script>b", "ab"),
            ("<p>một</p><p>hai<br/>ba</p>", "một\nhai\nba"),
            ("<img alt=\"a > b\" src=x>chữ", "chữ"),
            ("đoạn bị cắt <a href=\"http://", "đoạn bị cắt"),
            ("R&#7841;ch &#x111;en&#8230; &#150;", "Rạch đen… –"),
            ("AT&T &unknown; &amp;", "AT&T &unknown; &"),
            ("a\u{a0}\u{200b} b\u{ad}c", "a bc"),
            ("Ho&agrave; B&igrave;nh", "Hòa Bình"),
            ("Tiê\u{301}ng Viê\u{323}t", "Tiếng Việt"),
            ("<!-- ghi chú -->x", "x"),
            (
                "<p><a href=\"https://a.vn/1\"><span class=\"invisible\">https://</span><span>a.vn/1</span></a> #ngập</p>",
                "https://a.vn/1 #ngập",
            ),
        ];
        for (html, expect) in cases {
            assert_eq!(html_to_text(html), expect, "{html}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(html in "\\PC*") {
            let _ = html_to_text(&html);
        }

        #[test]
        fn markup_never_panics(html in "[<>&;#a-z0-9/\"'= !-]{0,80}") {
            let _ = html_to_text(&html);
        }

        #[test]
        fn cleaning_twice_is_cleaning_once(text in "\\PC*") {
            let once = clean(&text);
            proptest::prop_assert_eq!(clean(&once), once);
        }
    }
}
