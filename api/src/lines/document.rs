//! Lines of `langnghe extract` and `langnghe feed`.

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::format_time;

/// What `langnghe extract` prints for one HTML page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExtractLine {
    /// Canonical address.
    pub url: String,
    /// Headline.
    pub title: Option<String>,
    /// The sapo.
    pub lead: Option<String>,
    /// Body, paragraphs separated by line breaks.
    pub text: String,
    /// When it was published.
    #[serde(serialize_with = "optional_time")]
    pub published_at: Option<Timestamp>,
    /// Always null: no author is kept.
    pub author: NoAuthor,
    /// Name of the outlet.
    pub outlet: Option<String>,
    /// Code of the language: `vi`.
    pub language: Option<String>,
    /// Whether the rest stands behind a payment.
    pub paywalled: bool,
    /// What kind of page it is: `article`, `video`, `gallery`, `live_blog`.
    pub kind: &'static str,
    /// Address of the page where the article goes on.
    pub next_page: Option<String>,
}

/// Stands where an author would; can only be null.
pub type NoAuthor = ();

/// What `langnghe feed` prints for one entry.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FeedLine {
    /// Address of the article.
    pub url: Option<String>,
    /// Headline.
    pub title: Option<String>,
    /// Summary as text.
    pub summary: Option<String>,
    /// When it was published.
    #[serde(serialize_with = "optional_time")]
    pub published_at: Option<Timestamp>,
    /// Identifier that the feed gives it.
    pub id: Option<String>,
}

/// What `langnghe feed --discover` prints for one feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FoundFeedLine {
    /// Address of the feed, or of a page that lists feeds.
    pub url: String,
    /// Title it is announced under.
    pub title: Option<String>,
    /// `announced`, `linked`, `list` or `guessed`.
    pub found_by: &'static str,
}

#[expect(clippy::ref_option, reason = "serde hands the field over by reference")]
fn optional_time<S: Serializer>(
    moment: &Option<Timestamp>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    moment.map(format_time).serialize(serializer)
}
