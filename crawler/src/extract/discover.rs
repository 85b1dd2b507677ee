//! Finding the feeds of a site from one of its pages.

use dom_query::Document;
use rustc_hash::FxHashSet;
use url::Url;

use super::link::absolute;
use super::text::clean;

/// A feed, or a page of feeds, that a page leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundFeed {
    /// Absolute address.
    pub url: String,
    /// Title it is announced under.
    pub title: Option<String>,
    /// How it was found.
    pub found_by: FoundBy,
}

/// How a feed was found, surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FoundBy {
    /// The page announces it in a `link` element.
    Announced,
    /// The page links to an address that looks like a feed.
    Linked,
    /// The page links to a page that lists feeds, as the `/rss` of most Vietnamese outlets.
    List,
    /// The page says nothing; feeds often stand there.
    Guessed,
}

impl FoundBy {
    /// The code used in lines.
    pub fn code(self) -> &'static str {
        match self {
            Self::Announced => "announced",
            Self::Linked => "linked",
            Self::List => "list",
            Self::Guessed => "guessed",
        }
    }
}

/// More are not returned; outlets have a few dozen sections.
const MAX_FEEDS: usize = 200;

/// Where feeds stand on sites that announce none, commonest first.
const COMMON_PATHS: [&str; 8] = [
    "/rss/home.rss",
    "/feed",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/rss",
    "/index.rdf",
    "/feed.json",
];

/// The feeds that a page announces, links to, or may have at the usual places (only when it shows
/// none); surest first, feeds of comments behind all others of their kind, each once.
///
/// ```
/// use crawler::extract::{FoundBy, discover_feeds};
/// let base = url::Url::parse("https://example.vn/").unwrap();
/// let found = discover_feeds("<link rel=alternate type=application/rss+xml href=/a.rss>", &base);
/// assert_eq!((found[0].url.as_str(), found[0].found_by), ("https://example.vn/a.rss", FoundBy::Announced));
/// ```
pub fn discover_feeds(html: &str, base: &Url) -> Vec<FoundFeed> {
    let document = Document::from(super::article::slim(html).html.as_ref());
    let page = base;
    let base = document
        .base_uri()
        .and_then(|link| base.join(&link).ok())
        .unwrap_or(base.clone());
    let mut found = announced(&document, &base);
    found.extend(linked(&document, &base));
    let is_feed = |feed: &FoundFeed| feed.found_by < FoundBy::List;
    if !found.iter().any(is_feed) {
        found.extend(guessed(page));
    }
    // Stable: in the order of the page otherwise.
    found.sort_by_key(|feed| (feed.found_by, is_of_comments(&feed.url)));
    let mut seen = FxHashSet::default();
    found.retain(|feed| feed.url != page.as_str() && seen.insert(feed.url.clone()));
    found.truncate(MAX_FEEDS);
    found
}

fn announced(document: &Document, base: &Url) -> Vec<FoundFeed> {
    let links = document.select("link[rel][href]");
    let announced = links.nodes().iter().filter_map(|link| {
        let relation = link.attr("rel")?.to_ascii_lowercase();
        let has = |wanted: &str| relation.split_ascii_whitespace().any(|word| word == wanted);
        let href = link.attr("href")?;
        let media_type = link.attr("type").unwrap_or_default().to_ascii_lowercase();
        let is_feed = has("feed")
            || has("alternate")
                && match media_type.split(';').next().unwrap_or("").trim() {
                    "application/xml" | "text/xml" | "application/json" => looks_like_a_feed(&href),
                    "application/feed+json" => true,
                    media_type => ["rss", "atom", "rdf+xml"]
                        .iter()
                        .any(|kind| media_type.contains(kind)),
                };
        let title = link.attr("title").map(|title| clean(&title));
        is_feed
            .then(|| found(&href, title, FoundBy::Announced, base))
            .flatten()
    });
    announced.collect()
}

fn linked(document: &Document, base: &Url) -> Vec<FoundFeed> {
    let links = document.select("a[href]");
    let linked = links.nodes().iter().filter_map(|link| {
        let href = link.attr("href")?;
        let found_by = if looks_like_a_feed(&href) {
            FoundBy::Linked
        } else if looks_like_a_list(&href) {
            FoundBy::List
        } else {
            return None;
        };
        found(&href, Some(clean(&link.text())), found_by, base)
    });
    linked.collect()
}

fn guessed(page: &Url) -> impl Iterator<Item = FoundFeed> {
    COMMON_PATHS
        .iter()
        .filter_map(|path| found(path, None, FoundBy::Guessed, page))
}

fn found(href: &str, title: Option<String>, found_by: FoundBy, base: &Url) -> Option<FoundFeed> {
    Some(FoundFeed {
        url: absolute(href, base)?,
        title: title.filter(|title| !title.is_empty()),
        found_by,
    })
}

/// The path of an address, lower case.
fn path_of(href: &str) -> String {
    let path = href.split(['?', '#']).next().unwrap_or("");
    let path = path.split_once("://").map_or(path, |(_, rest)| {
        rest.find('/').map_or("", |slash| &rest[slash..])
    });
    path.to_ascii_lowercase()
}

/// `/rss/thoi-su.rss`, `/rss/484`, `/feed/`, `/index.rdf`, `/atom.xml`, `?feed=rss2`.
fn looks_like_a_feed(href: &str) -> bool {
    let path = path_of(href);
    let ends = [
        ".rss",
        ".rdf",
        ".atom",
        "/feed",
        "/feed/",
        "rss.xml",
        "rss2.xml",
        "/atom.xml",
        "/feed.xml",
        "/feeds.xml",
        "/feed.json",
        "/index.xml",
    ];
    let behind_rss = path
        .split_once("/rss/")
        .is_some_and(|(_, rest)| !rest.is_empty() && !rest.ends_with('/') || rest.contains('-'));
    let asked = href
        .split_once('?')
        .is_some_and(|(_, query)| query.split('&').any(|pair| pair.starts_with("feed=")));
    ends.iter().any(|end| path.ends_with(end)) || behind_rss || asked
}

/// `/rss`, `/rss.html`, `/kenh-rss.htm`, `/rss-feeds.aspx`: pages that list feeds.
fn looks_like_a_list(href: &str) -> bool {
    let path = path_of(href);
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or("");
    let stem = name.split('.').next().unwrap_or("");
    matches!(
        stem,
        "rss" | "kenh-rss" | "rss-feed" | "rss-feeds" | "nguon-rss" | "feeds" | "list-rss"
    )
}

/// WordPress announces the feed of all comments beside that of all articles.
fn is_of_comments(url: &str) -> bool {
    url.contains("/comments/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expect: &[(&str, FoundBy)]) {
        let base = Url::parse("https://example.vn/").unwrap();
        let found = discover_feeds(html, &base);
        let found: Vec<_> = found
            .iter()
            .map(|feed| {
                let path = feed.url.strip_prefix("https://example.vn");
                (path.unwrap_or(&feed.url), feed.found_by)
            })
            .collect();
        assert_eq!(found, expect, "{html}");
    }

    #[test]
    fn finds_announced_and_linked_feeds_once() {
        use FoundBy::{Announced, Linked, List};
        check(
            r#"<html><head>
            <link rel="alternate" type="application/rss+xml" title="Bình luận" href="/comments/feed/">
            <link rel="alternate" type="application/rss+xml" title="Tin mới" href="/rss/home.rss">
            <link rel="alternate" hreflang="en" href="/en">
            <link rel="alternate" type="application/json+oembed" href="/oembed?url=x">
            <link rel="alternate" type="application/atom+xml" href="https://example.vn/atom.xml">
            </head><body><a href="/rss/home.rss">RSS</a><a href="/rss">RSS</a><a href="/rss.html">RSS</a>
            <a href="/rss/thoi-su.rss">Thời sự</a><a href="/rss/484">Tin</a><a href="/?feed=rss2">x</a>
            <a href="/tin.html">Tin</a><a href="/xpress">x</a></body></html>"#,
            &[
                ("/rss/home.rss", Announced),
                ("/atom.xml", Announced),
                ("/comments/feed/", Announced),
                ("/rss/thoi-su.rss", Linked),
                ("/rss/484", Linked),
                ("/?feed=rss2", Linked),
                ("/rss", List),
                ("/rss.html", List),
            ],
        );
    }

    #[test]
    fn guesses_only_when_nothing_is_shown() {
        let base = Url::parse("https://example.vn/thoi-su").unwrap();
        let found = discover_feeds("<a href='/tin.html'>Tin</a>", &base);
        assert_eq!(found.len(), COMMON_PATHS.len());
        assert!(found.iter().all(|feed| feed.found_by == FoundBy::Guessed));
        assert_eq!(found[0].url, "https://example.vn/rss/home.rss");
    }

    #[test]
    fn reads_the_base_of_the_page_and_other_hosts() {
        check(
            r#"<base href="https://tin.example.vn/x/"><link rel="alternate feed" href="tin.rss">
            <link rel=ALTERNATE type="application/xml" href="https://feeds.example.org/tin.rss">
            <link rel="alternate" type="text/xml" href="/sitemap.xml">"#,
            &[
                ("https://tin.example.vn/x/tin.rss", FoundBy::Announced),
                ("https://feeds.example.org/tin.rss", FoundBy::Announced),
            ],
        );
    }

    #[test]
    fn titles_are_kept() {
        let base = Url::parse("https://example.vn/").unwrap();
        let found = discover_feeds(
            r#"<link rel="alternate" type="application/rss+xml" title=" Tin  mới " href="/a.rss">"#,
            &base,
        );
        assert_eq!(found[0].title.as_deref(), Some("Tin mới"));
    }

    proptest::proptest! {
        #[test]
        fn never_panics(html in "(<|>|</|link|a|rel=|href=|alternate|type=|rss|feed|/|\"|\\?|#|://|[a-z ]){0,40}") {
            let _ = discover_feeds(&html, &Url::parse("https://example.vn/").unwrap());
        }
    }
}
