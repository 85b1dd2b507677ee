//! What is taken out of a page before it is parsed: the insides of scripts and styles, which nobody
//! reads and which are half of many pages, and levels of nesting beyond any page's: parsing takes time
//! with depth times size, and ten thousand levels are an attack or an accident.

use std::borrow::Cow;

use memchr::{memchr, memchr3, memmem};

/// Deeper start tags are left out; browsers stop at 512.
const MAX_DEPTH: usize = 400;

/// A page as the parser gets it.
pub(crate) struct Slim<'a> {
    /// Borrowed where nothing had to go.
    pub html: Cow<'a, str>,
    /// Start tags beyond the depth limit were left out.
    pub is_too_deep: bool,
}

/// The page without the insides of scripts and styles and without start tags beyond the depth limit.
/// Scripts of JSON-LD stay whole, and those that hold a comment, whose end is not told by `</script`
/// alone.
pub(crate) fn slim(html: &str) -> Slim<'_> {
    let bytes = html.as_bytes();
    let (mut depth, mut copied_to, mut at) = (0usize, 0, 0);
    let mut out = String::new();
    let mut is_too_deep = false;
    while let Some(found) = memchr(b'<', &bytes[at..]) {
        let start = at + found;
        at = start + 1;
        let rest = &bytes[at..];
        match rest.first() {
            None => break,
            Some(b'!') if rest.starts_with(b"!--") => {
                at = memmem::find(&bytes[at + 3..], b"-->").map_or(bytes.len(), |len| at + len + 6);
                continue;
            }
            Some(b'/') => {
                depth = depth.saturating_sub(usize::from(nests(&html[at + 1..])));
                continue;
            }
            Some(letter) if letter.is_ascii_alphabetic() => {}
            Some(_) => continue,
        }
        let Some(end) = tag_end(bytes, at) else { break };
        if nests(&html[at..]) {
            depth += 1;
            if depth > MAX_DEPTH {
                is_too_deep = true;
                out.push_str(&html[copied_to..start]);
                copied_to = end;
                at = end;
                continue;
            }
        }
        at = end;
        let tag = &bytes[start + 1..end];
        let Some(name) = RAW.iter().find(|name| is_named(tag, name)) else {
            continue;
        };
        let inside = &bytes[end..end + raw_len(&bytes[end..], name)];
        at = end + inside.len();
        depth = depth.saturating_sub(1);
        let is_read = match *name {
            "script" => {
                memmem::find(tag, b"ld+json").is_some() || memmem::find(inside, b"<!--").is_some()
            }
            "style" => false,
            _ => true,
        };
        if !is_read {
            out.push_str(&html[copied_to..end]);
            copied_to = at;
        }
    }
    let html = if copied_to == 0 {
        Cow::Borrowed(html)
    } else {
        out.push_str(&html[copied_to..]);
        Cow::Owned(out)
    };
    Slim { html, is_too_deep }
}

/// Elements whose inside is text, whatever looks like a tag in it.
const RAW: [&str; 4] = ["script", "style", "textarea", "title"];

/// Whether a start tag, without its `<`, has this name.
fn is_named(tag: &[u8], name: &str) -> bool {
    let ends = |byte: &u8| matches!(byte, b'>' | b'/') || byte.is_ascii_whitespace();
    tag.len() > name.len()
        && tag[..name.len()].eq_ignore_ascii_case(name.as_bytes())
        && ends(&tag[name.len()])
}

/// Length of the inside of a raw element up to its end tag, or to the end of the page.
fn raw_len(inside: &[u8], name: &str) -> usize {
    let mut from = 0;
    while let Some(found) = memmem::find(&inside[from..], b"</") {
        from += found;
        if is_named(&inside[from + 2..], name) {
            return from;
        }
        from += 2;
    }
    inside.len()
}

/// Behind the `>` of the tag whose name starts at `at`; one within a quoted value does not count.
fn tag_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr3(b'>', b'"', b'\'', &bytes[at..])?;
        let byte = bytes[at];
        if byte == b'>' {
            return Some(at + 1);
        }
        let before = bytes[..at].iter().rev();
        let opens = before.clone().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'=');
        at += 1;
        if opens {
            at += memchr(byte, &bytes[at..])? + 1;
        }
    }
}

/// Whether the tag at the start of `text` opens a level; those that may stay open do not count.
fn nests(text: &str) -> bool {
    let end = text
        .bytes()
        .take(12)
        .position(|byte| !byte.is_ascii_alphanumeric() && byte != b'-');
    let mut name = [0u8; 12];
    let name = &mut name[..end.unwrap_or(0)];
    name.copy_from_slice(&text.as_bytes()[..name.len()]);
    name.make_ascii_lowercase();
    !matches!(
        std::str::from_utf8(name).unwrap_or(""),
        "" | "p"
            | "li"
            | "td"
            | "th"
            | "tr"
            | "dt"
            | "dd"
            | "option"
            | "br"
            | "hr"
            | "img"
            | "input"
            | "meta"
            | "link"
            | "source"
            | "wbr"
            | "area"
            | "base"
            | "col"
            | "embed"
            | "track"
            | "param"
            | "path"
            | "tbody"
            | "thead"
            | "html"
            | "body"
            | "head"
            | "circle"
            | "rect"
            | "use"
            | "line"
            | "polygon"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_pages_alone_and_flattens_towers() {
        let plain = slim("<div><p>a<p>b</div>");
        assert!(matches!(plain.html, Cow::Borrowed(_)) && !plain.is_too_deep);
        let tower = format!(
            "{}chữ{}",
            "<div class='a'>".repeat(10_000),
            "</div>".repeat(10_000)
        );
        let flat = slim(&tower);
        assert_eq!(flat.html.matches("<div").count(), MAX_DEPTH);
        assert!(flat.is_too_deep && flat.html.contains("chữ"));
    }

    #[test]
    fn takes_out_what_nobody_reads() {
        let check = |page: &str, expected: &str| {
            let slim = slim(page);
            assert_eq!(slim.html, expected);
            assert!(!slim.is_too_deep);
        };
        check(
            "<STYLE media=all>p{}</STYLE ><script>if (a</b>/) '<div>'</script>Ngập",
            "<STYLE media=all></STYLE ><script></script>Ngập",
        );
        for kept in [
            "<script type=\"application/ld+json\">{}</script>",
            "<script><!-- <script> </script> --></script>",
            "<!-- <script> --><p>a</p><!-- </script> -->",
            "<p data-html=\"<script>\">a</p><script></script>",
            "<title><style></title><p>a</p>",
            "<p don't>it's</p><script></script>",
            "<scripted>a</scripted>",
        ] {
            check(kept, kept);
        }
        check("<script>một trang cụt", "<script>");
        check("<p", "<p");
        check("<p title='a", "<p title='a");
    }

    #[test]
    fn levels_in_scripts_do_not_count() {
        let page = format!("{}<p>chữ</p>", "<script>a</script>".repeat(1_000));
        assert!(!slim(&page).is_too_deep);
    }
}
