//! Addresses as feeds and pages write them, made absolute.

use url::Url;

/// Longer addresses are refused.
const MAX_LINK_CHARS: usize = 4096;

/// The absolute http(s) address behind a link; `None` for scripts, mail addresses and nonsense.
/// White space inside is a line break of a careless template and goes.
pub(crate) fn absolute(link: &str, base: &Url) -> Option<String> {
    absolute_url(link, base).map(String::from)
}

/// As [`absolute`], but an address that is complete stays as it is written, with its fragment: the
/// entries of a link blog may all be parts of one page.
pub(crate) fn absolute_as_written(link: &str, base: &Url) -> Option<String> {
    let cleaned = cleaned(link)?;
    let url = base.join(&cleaned).ok().filter(is_page)?;
    let is_complete = cleaned.starts_with("http://") || cleaned.starts_with("https://");
    let is_plain = cleaned.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    if is_complete && is_plain {
        return Some(cleaned);
    }
    Some(url.into())
}

pub(crate) fn absolute_url(link: &str, base: &Url) -> Option<Url> {
    let mut url = base.join(&cleaned(link)?).ok().filter(is_page)?;
    url.set_fragment(None);
    Some(url)
}

fn is_page(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.host_str().is_some()
}

/// A link without the line breaks of its template; `None` when it leads nowhere.
fn cleaned(link: &str) -> Option<String> {
    let link: String = link.split(['\n', '\r', '\t']).map(str::trim).collect();
    let link = link.trim();
    if link.is_empty() || link.len() > MAX_LINK_CHARS || link.starts_with('#') {
        return None;
    }
    // Twice encoded: `?a=1&amp;amp;b=2`.
    Some(link.replace("&amp;", "&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_links_absolute() {
        let base = Url::parse("https://example.vn/rss/home.rss").unwrap();
        let check = |link: &str, expect: Option<&str>| {
            assert_eq!(absolute(link, &base).as_deref(), expect, "{link}");
        };
        check("/a-1.html", Some("https://example.vn/a-1.html"));
        check(
            "\nhttps://example.vn/a.html\n",
            Some("https://example.vn/a.html"),
        );
        check("//cdn.example.vn/a", Some("https://cdn.example.vn/a"));
        check(
            "https://example.vn/a?x=1&amp;y=2#binh-luan",
            Some("https://example.vn/a?x=1&y=2"),
        );
        check("javascript:alert(1)", None);
        check("mailto:toasoan@example.vn", None);
        check("", None);
        check("#", None);
    }
}
