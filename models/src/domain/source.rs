//! Sources, what is remembered of fetching them, and their health.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::{Channel, Mention, SourceId};

/// How a source is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// RSS, Atom or JSON feed whose entries link to article pages.
    Feed,
    /// Sitemap or news sitemap.
    Sitemap,
    /// Open311 GeoReport v2 server, or its discovery document.
    Open311(Open311),
    /// Mastodon tag timeline; the source's address is the server, this the tag without `#`.
    MastodonTag(String),
    /// The same tag heard as it is spoken: a stream, with its timeline read for what it missed.
    MastodonStream(MastodonStream),
    /// Bluesky's Jetstream, or a server that speaks like it; the source's address is the server.
    Bluesky(Bluesky),
    /// Tickets that a hotline pushes to `/hooks/{source}`, signed as Standard Webhooks are: a secret
    /// each, more than one while it is being replaced.
    Webhook(Vec<SecretRef>),
    /// Messages that citizens send to the city's Zalo Official Account, pushed to `/hooks/{source}`.
    Zalo(Zalo),
    /// YouTube Data API v3; the source's address is that of the interface.
    YouTube(YouTube),
    /// A Facebook page that the city administers, through the Graph API; the source's address is
    /// that of the interface with its version.
    FacebookPage(FacebookPage),
    /// A Discourse forum or one of its categories, through its JSON interface.
    Discourse,
    /// Files given to `langnghe import`; never fetched.
    Import,
}

impl SourceKind {
    /// Whether the schedule visits it; the others come by themselves or by hand.
    pub fn is_visited(&self) -> bool {
        !matches!(self, Self::Import) && !self.is_pushed() && !self.is_streamed()
    }

    /// Whether it pushes what it has to say to us.
    pub fn is_pushed(&self) -> bool {
        matches!(self, Self::Webhook(_) | Self::Zalo(_))
    }

    /// Whether a connection to it stays open.
    pub fn is_streamed(&self) -> bool {
        matches!(self, Self::Bluesky(_) | Self::MastodonStream(_))
    }
}

/// How an Open311 server is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Open311 {
    /// `jurisdiction_id`, where one server answers for several cities.
    pub jurisdiction: Option<String>,
    /// The `api_key`, where reading needs one.
    pub key: Option<SecretRef>,
}

/// Which stream of a Mastodon server is heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MastodonStream {
    /// The tag without `#`.
    pub tag: String,
    /// Token of an account of ours; most servers give streams to their members only.
    pub token: Option<SecretRef>,
}

/// What is heard of Bluesky.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bluesky {
    /// Collections asked for: `app.bsky.feed.post`.
    pub collections: Vec<String>,
    /// A Vietnamese post with one of these words is kept, with or without accents; all are when
    /// there is none. Replies to what was kept are kept too.
    pub keywords: Vec<String>,
}

/// Which Zalo Official Account pushes its messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zalo {
    /// Number of the application.
    pub app: String,
    /// The account's secret key (OA secret key), which signs.
    pub secret: SecretRef,
}

/// What is read of YouTube.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YouTube {
    /// Searches whose videos are followed; each costs a hundred units a page.
    pub queries: Vec<String>,
    /// Channels (`UC…`) whose uploads are followed; a unit a page.
    pub channels: Vec<String>,
    /// Units that may be spent a day; it begins at midnight Pacific time.
    pub units_per_day: u32,
    /// The key of the interface.
    pub key: SecretRef,
}

/// Which Facebook page is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacebookPage {
    /// Number of the page.
    pub page: String,
    /// The page's token.
    pub token: SecretRef,
}

/// Where a secret is kept. It is looked up whenever it is needed, so that it can be renewed while
/// everything runs, and never stands in a configuration, a log or a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretRef {
    /// An environment variable.
    Env(String),
    /// A file that holds nothing else.
    File(String),
}

/// One source of `config/sources.toml`.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Stable identifier.
    pub id: SourceId,
    /// Name shown to people.
    pub name: String,
    /// Press, social or hotline.
    pub channel: Channel,
    /// How it is read.
    pub kind: SourceKind,
    /// Where it is read from.
    pub url: String,
    /// Outlet that publishes it; sources of one outlet are one voice when breadth is counted.
    pub outlet: String,
    /// Whether article pages behind the entries are fetched.
    pub follow_links: bool,
    /// Fixed polling interval; adaptive when `None`.
    pub poll_every: Option<SignedDuration>,
    /// Why it is not crawled, when it is not: `dead since 2026-06-30`.
    pub disabled: Option<String>,
    /// Trust in the source, 0 to 1; rumour labels need at least one source above 0.5.
    pub trust: f32,
}

impl Source {
    /// Whether a mention of this source was said by the authority itself: what a page of the city
    /// posts is what citizens answer to, not a citizen's concern.
    pub fn speaks_for_the_city(&self, mention: &Mention) -> bool {
        matches!(self.kind, SourceKind::FacebookPage(_)) && mention.parent.is_none()
    }
}

/// What a crawler needs to know of earlier visits to a source; given to `collect`, returned renewed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FetchState {
    /// `ETag` of the last answer.
    pub etag: Option<String>,
    /// `Last-Modified` of the last answer.
    pub last_modified: Option<String>,
    /// Position in a paged source: an id, a date or an opaque token.
    pub cursor: Option<String>,
    /// When it was last fetched, whatever came of it.
    pub fetched_at: Option<Timestamp>,
    /// When it last gave something new.
    pub changed_at: Option<Timestamp>,
    /// Not before this moment.
    pub next_at: Option<Timestamp>,
    /// Since when visits end with more waiting at the source than one may take; `None` once all was
    /// read.
    pub behind_since: Option<Timestamp>,
    /// Failures in a row.
    pub n_failures: u32,
    /// New entries a day over the last week, for adaptive polling.
    pub entries_per_day: Option<f32>,
}

/// How a source is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HealthStatus {
    /// Answers with recent entries.
    Fresh,
    /// Answers, but nothing new for longer than usual.
    Stale,
    /// Answers without entries.
    Empty,
    /// Answers with something that is not its format.
    NotAFeed,
    /// Answers with a challenge meant to keep programs out; never bypassed.
    Blocked,
    /// Moved for good.
    Moved,
    /// Forbidden by robots.txt.
    RobotsDenied,
    /// Asked us to slow down.
    OverQuota,
    /// Does not answer, or with an error.
    Unreachable,
    /// Switched off in the configuration.
    Disabled,
    /// Not yet tried.
    Pending,
}

impl HealthStatus {
    /// The code used in files and addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Stale => "stale",
            Self::Empty => "empty",
            Self::NotAFeed => "not_a_feed",
            Self::Blocked => "blocked",
            Self::Moved => "moved",
            Self::RobotsDenied => "robots_denied",
            Self::OverQuota => "over_quota",
            Self::Unreachable => "unreachable",
            Self::Disabled => "disabled",
            Self::Pending => "pending",
        }
    }

    /// The status of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        const ALL: [HealthStatus; 11] = [
            HealthStatus::Fresh,
            HealthStatus::Stale,
            HealthStatus::Empty,
            HealthStatus::NotAFeed,
            HealthStatus::Blocked,
            HealthStatus::Moved,
            HealthStatus::RobotsDenied,
            HealthStatus::OverQuota,
            HealthStatus::Unreachable,
            HealthStatus::Disabled,
            HealthStatus::Pending,
        ];
        ALL.into_iter().find(|status| status.code() == code)
    }

    /// Whether the source gives what it should, so that coverage is whole.
    pub fn is_healthy(self) -> bool {
        matches!(self, Self::Fresh)
    }
}

/// What was seen of a source on one Vietnamese day.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceDay {
    /// Which source.
    pub source: SourceId,
    /// Which day.
    pub day: Date,
    /// Visits of that day.
    pub n_visits: u32,
    /// Those that the source answered as it should, with or without news.
    pub n_well: u32,
    /// Mentions that were new at those visits.
    pub n_new: u64,
    /// What the last visit found.
    pub status: HealthStatus,
    /// Its line for people.
    pub detail: String,
    /// Newest entry seen up to then.
    pub newest_entry_at: Option<Timestamp>,
}

/// One observation of a source's health; kept with its history.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceHealth {
    /// Which source.
    pub source: SourceId,
    /// When it was observed.
    pub observed_at: Timestamp,
    /// What was found.
    pub status: HealthStatus,
    /// One line for people: the status code, the reason, never a citizen's words.
    pub detail: String,
    /// Newest entry seen so far.
    pub newest_entry_at: Option<Timestamp>,
    /// Mentions that were new at this visit.
    pub n_new: u32,
}
