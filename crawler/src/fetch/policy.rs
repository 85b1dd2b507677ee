//! What a fetcher may do, as values that the composition root reads from the configuration.

use std::sync::Arc;
use std::time::Duration;

use super::address::{Lookup, Network, SystemLookup};
use super::politeness::Politeness;
use crate::stream::StreamLimits;

/// What a fetcher may do. The default refuses private networks and has no contact: set one.
#[derive(Clone)]
pub struct FetchPolicy {
    /// Product token, by which robots.txt files name us.
    pub agent: String,
    /// Address of a page or mailbox where site owners reach whoever runs this crawler.
    pub contact: String,
    /// Most bytes of a body, unpacked.
    pub body_bytes_max: usize,
    /// Time for one whole answer, from the DNS question to the last byte.
    pub timeout: Duration,
    /// Time for a connection alone.
    pub connect_timeout: Duration,
    /// Most redirects of one request.
    pub redirects_max: usize,
    /// A robots.txt is asked for again after this time.
    pub robots_for: Duration,
    /// Private networks that may be spoken to all the same.
    pub allowed_networks: Vec<Network>,
    /// How names become addresses.
    pub lookup: Arc<dyn Lookup>,
    /// Pauses, back-off, polling.
    pub politeness: Politeness,
    /// What one visit to a source may take.
    pub visit: VisitLimits,
    /// What bounds a stream.
    pub stream: StreamLimits,
}

/// What one visit to a source may take; the rest is left for the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VisitLimits {
    /// Pages of a paged interface, or files of a sitemap.
    pub pages_max: usize,
    /// Bytes of all answers together.
    pub bytes_max: usize,
    /// How far back a first visit reaches.
    pub reach_back_days: u32,
}

impl Default for VisitLimits {
    fn default() -> Self {
        Self {
            pages_max: 200,
            bytes_max: 64 << 20,
            reach_back_days: 35,
        }
    }
}

impl Default for FetchPolicy {
    fn default() -> Self {
        Self {
            agent: "LangNghe".to_owned(),
            contact: String::new(),
            body_bytes_max: 10 << 20,
            timeout: Duration::from_secs(20),
            connect_timeout: Duration::from_secs(10),
            redirects_max: 5,
            robots_for: Duration::from_hours(24),
            allowed_networks: Vec::new(),
            lookup: Arc::new(SystemLookup),
            politeness: Politeness::default(),
            visit: VisitLimits::default(),
            stream: StreamLimits::default(),
        }
    }
}

impl FetchPolicy {
    /// `LangNghe/0.1 (+https://…)`: who asks, and where to complain.
    pub fn user_agent(&self) -> String {
        let version = concat!(
            env!("CARGO_PKG_VERSION_MAJOR"),
            ".",
            env!("CARGO_PKG_VERSION_MINOR")
        );
        let contact = self.contact.chars().filter(char::is_ascii_graphic);
        let contact = contact
            .filter(|c| !matches!(c, '(' | ')'))
            .collect::<String>();
        if contact.is_empty() {
            format!("{}/{version}", self.agent)
        } else {
            format!("{}/{version} (+{contact})", self.agent)
        }
    }
}
