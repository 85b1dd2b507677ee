//! Finding the feeds that a home page announces.

use dom_query::Document;
use rustc_hash::FxHashSet;
use url::Url;

use super::link::absolute;
use super::text::clean;

/// A feed announced by a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundFeed {
    /// Absolute address.
    pub url: String,
    /// Title it is announced under.
    pub title: Option<String>,
}

/// More are not returned; outlets have a few dozen sections.
const MAX_FEEDS: usize = 200;

/// The feeds that a page announces in `link rel="alternate"`, or links to with addresses that look
/// like feeds; announced ones first, each once.
pub fn discover_feeds(html: &str, base: &Url) -> Vec<FoundFeed> {
    let document = Document::from(super::article::flattened(html).as_ref());
    let base = document
        .base_uri()
        .and_then(|link| base.join(&link).ok())
        .unwrap_or(base.clone());
    let announced = document
        .select("link[rel~=alternate][href]")
        .nodes()
        .iter()
        .filter_map(|link| {
            let media_type = link.attr("type")?.to_ascii_lowercase();
            let is_feed = ["rss", "atom", "feed+json", "rdf"]
                .iter()
                .any(|kind| media_type.contains(kind));
            let title = link.attr("title").map(|title| clean(&title));
            is_feed.then(|| (link.attr("href"), title))
        })
        .collect::<Vec<_>>();
    let linked = document
        .select("a[href]")
        .nodes()
        .iter()
        .filter_map(|link| {
            let href = link.attr("href")?;
            let title = clean(&link.text());
            looks_like_a_feed(&href).then_some((Some(href), Some(title)))
        })
        .collect::<Vec<_>>();
    let mut seen = FxHashSet::default();
    announced
        .into_iter()
        .chain(linked)
        .filter_map(|(href, title)| {
            let url = absolute(&href?, &base)?;
            let title = title.filter(|title| !title.is_empty());
            seen.insert(url.clone()).then_some(FoundFeed { url, title })
        })
        .take(MAX_FEEDS)
        .collect()
}

/// `/rss/thoi-su.rss`, `/feed/`, `/index.rdf`, `/atom.xml`; the page that lists feeds is none.
fn looks_like_a_feed(href: &str) -> bool {
    let path = href
        .split(['?', '#'])
        .next()
        .unwrap_or("")
        .to_ascii_lowercase();
    let ends = [
        ".rss",
        ".rdf",
        ".atom",
        "/feed",
        "/feed/",
        "/rss.xml",
        "/atom.xml",
        "/feed.xml",
        "/feed.json",
    ];
    ends.iter().any(|end| path.ends_with(end)) || path.contains("/rss/") && !path.ends_with("/rss/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_announced_and_linked_feeds_once() {
        let html = r#"<html><head>
            <link rel="alternate" type="application/rss+xml" title="Tin mới" href="/rss/home.rss">
            <link rel="alternate" hreflang="en" href="/en">
            <link rel="alternate" type="application/atom+xml" href="https://example.vn/atom.xml">
            </head><body><a href="/rss/home.rss">RSS</a><a href="/rss">RSS</a>
            <a href="/rss/thoi-su.rss">Thời sự</a><a href="/tin.html">Tin</a></body></html>"#;
        let base = Url::parse("https://example.vn/").unwrap();
        let found = discover_feeds(html, &base);
        let urls: Vec<&str> = found.iter().map(|feed| feed.url.as_str()).collect();
        assert_eq!(
            urls,
            [
                "https://example.vn/rss/home.rss",
                "https://example.vn/atom.xml",
                "https://example.vn/rss/thoi-su.rss",
            ]
        );
        assert_eq!(found[0].title.as_deref(), Some("Tin mới"));
    }
}
