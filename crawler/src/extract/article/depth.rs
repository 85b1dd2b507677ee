//! A bound on nesting: HTML parsing takes time with depth times size, and ten thousand levels are an
//! attack or an accident, never a page.

use std::borrow::Cow;

/// Deeper start tags are left out; browsers stop at 512.
const MAX_DEPTH: usize = 400;

/// The page with start tags beyond the depth limit taken out; borrowed where nothing had to go.
pub(crate) fn flattened(html: &str) -> Cow<'_, str> {
    let mut depth = 0usize;
    let mut copied_to = 0;
    let mut out = String::new();
    let mut at = 0;
    let bytes = html.as_bytes();
    while let Some(found) = html[at..].find('<') {
        at += found;
        let Some(next) = bytes.get(at + 1) else { break };
        if *next == b'/' {
            depth = depth.saturating_sub(usize::from(nests(&html[at + 2..])));
        } else if next.is_ascii_alphabetic() && nests(&html[at + 1..]) {
            depth += 1;
            if depth > MAX_DEPTH {
                let end = html[at..].find('>').map_or(html.len(), |len| at + len + 1);
                out.push_str(&html[copied_to..at]);
                copied_to = end;
                at = end;
                continue;
            }
        }
        at += 1;
    }
    if out.is_empty() && copied_to == 0 {
        return Cow::Borrowed(html);
    }
    out.push_str(&html[copied_to..]);
    Cow::Owned(out)
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
        assert!(matches!(flattened("<div><p>a<p>b</div>"), Cow::Borrowed(_)));
        let tower = format!(
            "{}chữ{}",
            "<div class='a'>".repeat(10_000),
            "</div>".repeat(10_000)
        );
        let flat = flattened(&tower);
        assert_eq!(flat.matches("<div").count(), MAX_DEPTH);
        assert!(flat.contains("chữ"));
    }
}
