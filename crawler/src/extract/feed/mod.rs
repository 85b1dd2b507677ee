//! Feeds of every age: RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0, JSON Feed, CDF.

mod construct;
mod draft;
mod json;
mod links;
mod xml;

use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::Complaint;
use super::date::parse_in_feed;
use super::encoding::to_utf8_within;

/// One entry of a feed. Authors are left out on purpose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedEntry {
    /// Absolute address of the page behind the entry.
    pub url: Option<String>,
    /// Identifier given by the feed, as it stands there.
    pub guid: Option<String>,
    /// Headline, plain NFC text.
    pub title: Option<String>,
    /// Summary or description, plain NFC text.
    pub summary: Option<String>,
    /// Full text where the feed carries it (`content:encoded`, Atom `content`), plain NFC text.
    pub content: Option<String>,
    /// The fuller of both with its markup, for sources whose quotes of others must be told apart.
    pub markup: Option<String>,
    /// When it was published; Vietnam time where the feed names no zone.
    pub published_at: Option<Timestamp>,
    /// When it was last changed.
    pub updated_at: Option<Timestamp>,
    /// Categories, plain NFC text.
    pub categories: Vec<String>,
    /// Feed of the comments on this entry (`wfw:commentRss`).
    pub comments_feed: Option<String>,
}

/// What kind of document the feed turned out to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FeedKind {
    /// RSS 0.9x and 2.0.
    Rss,
    /// RSS 0.90, 1.0 and 1.1, which are RDF.
    Rdf,
    /// Atom 0.3 and 1.0.
    Atom,
    /// JSON Feed.
    Json,
    /// Channel Definition Format.
    Cdf,
    /// An HTML page where a feed should be.
    Html,
    /// A page that asks for JavaScript or cookies to let people in; never bypassed.
    Challenge,
    /// A sitemap.
    Sitemap,
    /// Nothing at all.
    Empty,
    /// None of these.
    #[default]
    Unknown,
}

impl FeedKind {
    /// Whether entries can be expected of it.
    pub fn is_feed(self) -> bool {
        matches!(
            self,
            Self::Rss | Self::Rdf | Self::Atom | Self::Json | Self::Cdf
        )
    }

    fn found_name(self) -> &'static str {
        match self {
            Self::Rss | Self::Rdf | Self::Atom | Self::Cdf => "an XML feed",
            Self::Json => "a JSON feed",
            Self::Html => "an HTML page",
            Self::Challenge => "a page that asks for JavaScript or cookies",
            Self::Sitemap => "a sitemap",
            Self::Empty => "nothing",
            Self::Unknown => "something else",
        }
    }
}

/// What a feed says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedReading {
    /// Kind of document.
    pub kind: FeedKind,
    /// Title of the feed.
    pub title: Option<String>,
    /// Language of the feed, as declared.
    pub language: Option<String>,
    /// How long the feed asks not to be fetched again (`ttl`, `sy:updatePeriod`).
    pub ttl: Option<SignedDuration>,
    /// Address of the next page of the feed, where it is paged.
    pub next_page: Option<String>,
    /// Entries in the order of the feed.
    pub entries: Vec<FeedEntry>,
    /// What was wrong.
    pub complaints: Vec<Complaint>,
}

/// Feeds are read this far.
const MAX_FEED_BYTES: usize = 16 << 20;
/// Further entries are left out; a feed of news has about fifty.
const MAX_ENTRIES: usize = 5_000;

/// Reads a feed. Never fails and never panics: what is no feed is a complaint and a `kind`.
pub fn parse(bytes: &[u8], content_type: Option<&str>, base: &Url) -> FeedReading {
    let (text, complaints) = to_utf8_within(bytes, content_type, MAX_FEED_BYTES);
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let mut reading = if start.is_empty() {
        FeedReading {
            kind: FeedKind::Empty,
            ..FeedReading::default()
        }
    } else if start.starts_with(['{', '[']) {
        json::read(start, base)
    } else {
        xml::read(start, base)
    };
    reading.complaints.splice(0..0, complaints);
    if !reading.kind.is_feed() {
        let found = reading.kind.found_name();
        reading.complaints.push(Complaint::NotExpected {
            expected: "feed",
            found,
        });
    } else if reading.entries.is_empty() {
        reading.complaints.push(Complaint::Empty);
    }
    reading
}

/// Counts the dates that stand there but cannot be read, beside reading them.
#[derive(Default)]
struct Dates {
    n_unreadable: u32,
}

impl Dates {
    fn read(&mut self, text: &str) -> Option<Timestamp> {
        let text = text.trim();
        let moment = parse_in_feed(text);
        self.n_unreadable += u32::from(moment.is_none() && !text.is_empty());
        moment
    }

    fn complain(&self, complaints: &mut Vec<Complaint>) {
        if self.n_unreadable > 0 {
            complaints.push(Complaint::UnreadableDates {
                n: self.n_unreadable,
            });
        }
    }
}

/// `None` for nothing.
fn filled(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}
