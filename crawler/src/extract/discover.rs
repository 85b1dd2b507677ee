//! Finding the feeds that a home page announces.

use url::Url;

/// A feed announced by a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundFeed {
    /// Absolute address.
    pub url: String,
    /// Title it is announced under.
    pub title: Option<String>,
}

/// The feeds that a page announces in `link rel="alternate"`, or links to with addresses that look
/// like feeds; announced ones first, each once.
pub fn discover_feeds(html: &str, base: &Url) -> Vec<FoundFeed> {
    let _ = (html, base);
    Vec::new()
}
