//! Addresses as feeds and pages write them, made absolute.

use url::Url;

/// Longer addresses are refused.
const MAX_LINK_CHARS: usize = 4096;

/// The absolute http(s) address behind a link; `None` for scripts, mail addresses and nonsense.
/// White space inside is a line break of a careless template and goes.
pub(crate) fn absolute(link: &str, base: &Url) -> Option<String> {
    absolute_url(link, base).map(String::from)
}

pub(crate) fn absolute_url(link: &str, base: &Url) -> Option<Url> {
    let link: String = link.split(['\n', '\r', '\t']).map(str::trim).collect();
    let link = link.trim();
    if link.is_empty() || link.len() > MAX_LINK_CHARS || link.starts_with('#') {
        return None;
    }
    // Twice encoded: `?a=1&amp;amp;b=2`.
    let link = link.replace("&amp;", "&");
    let mut url = base.join(&link).ok()?;
    url.set_fragment(None);
    (matches!(url.scheme(), "http" | "https") && url.host_str().is_some()).then_some(url)
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
