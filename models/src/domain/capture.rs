//! Captures: bytes as fetched, the evidence behind mentions.

use std::fmt;

use jiff::Timestamp;

use super::SourceId;

/// SHA-256 of a capture's body, its address in the capture store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentHash(pub [u8; 32]);

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// One answer as it came over the wire; never edited, kept only for the retention time of the
/// capture cache, the one place where uncut personal data may stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    /// Source that was being read.
    pub source: SourceId,
    /// Address after redirects.
    pub url: String,
    /// When the answer was complete.
    pub fetched_at: Timestamp,
    /// HTTP status.
    pub http_status: u16,
    /// `Content-Type` as sent.
    pub content_type: Option<String>,
    /// Other headers of the answer that bear witness (see the crawler's list of those kept), names
    /// in lower case; never cookies.
    pub headers: Vec<(String, String)>,
    /// Hash of the body.
    pub hash: ContentHash,
    /// The body, content encoding undone.
    pub body: Vec<u8>,
}
