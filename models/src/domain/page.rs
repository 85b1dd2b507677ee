//! Pages that were found and wait to be read: the frontier of the crawl.

use jiff::Timestamp;

use super::{ContentHash, HealthStatus, SourceId};

/// A page that a feed or a sitemap lists and nobody has read yet. It holds no words: what the
/// listing said of the page stands in the mention that was recorded with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPage {
    /// Address as the listing writes it.
    pub url: String,
    /// Canonical address; pages of one key are one page.
    pub key: String,
    /// Host under whose name it is treated politely.
    pub host: String,
    /// Source that lists it.
    pub source: SourceId,
    /// Publication time by the listing.
    pub published_at: Option<Timestamp>,
    /// The listing.
    pub listed_in: Option<ContentHash>,
}

/// A page taken from the queue to be read; it is ours until the lease ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeasedPage {
    /// Number in the queue.
    pub id: u64,
    /// The page.
    pub page: FoundPage,
    /// When it was found.
    pub found_at: Timestamp,
    /// How often it was taken, this time included; times it was only put off do not count.
    pub n_attempts: u32,
}

/// What came of a leased page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageEnd {
    /// Read, or known to be nothing to read: never asked for again.
    Done,
    /// It was not its host's time; does not count as an attempt.
    PutOff {
        /// The host is not asked before this moment.
        until: Timestamp,
    },
    /// It could not be had, which may change.
    Failed {
        /// What it says of the source's health.
        status: HealthStatus,
        /// One line for people, never a citizen's words.
        reason: String,
        /// The page is not asked for before this moment.
        again_at: Timestamp,
    },
    /// It will not be had: never asked for again, and the reason is kept.
    GivenUp {
        /// What it says of the source's health.
        status: HealthStatus,
        /// One line for people, never a citizen's words.
        reason: String,
    },
}

/// The end of one lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageEnded {
    /// Number in the queue.
    pub id: u64,
    /// What came of it.
    pub end: PageEnd,
    /// When its host may be asked again.
    pub host_ready_at: Option<Timestamp>,
}

/// How the pages of a source are doing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourcePages {
    /// Waiting or being read.
    pub n_waiting: u64,
    /// Given up.
    pub n_given_up: u64,
    /// Why the last page that could not be had was not, unless a later one could.
    pub trouble: Option<(HealthStatus, String)>,
}
