//! What is remembered of hosts, so that politeness outlives a restart.

use std::time::Duration;

use jiff::Timestamp;

use super::HealthStatus;

/// What is remembered of a host; a host is a registrable domain, or an address written as a number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HostState {
    /// Not before this moment.
    pub next_at: Option<Timestamp>,
    /// Whether `next_at` was the host's own wish (`Retry-After`, a rate limit).
    pub asked_to_slow_down: bool,
    /// How long its last fetch took.
    pub last_took: Duration,
    /// `Crawl-delay` of its robots.txt.
    pub crawl_delay: Option<Duration>,
    /// Failures in a row.
    pub n_failures: u32,
    /// When it was last asked, for forgetting hosts that are no longer used.
    pub used_at: Option<Timestamp>,
}

/// What is remembered of one origin's robots.txt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RobotsMemory {
    /// Scheme, name and port: `https://example.vn`.
    pub origin: String,
    /// What came of asking for it.
    pub found: RobotsFound,
    /// When it was read.
    pub read_at: Timestamp,
    /// It is asked for again after this moment.
    pub until: Timestamp,
}

/// What came of asking for a robots.txt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RobotsFound {
    /// Its text; empty where there is no such file, which forbids nothing.
    Rules(String),
    /// None could be had, so that nothing may be fetched.
    Trouble {
        /// What it says of the health of the host's sources.
        status: HealthStatus,
        /// One line for people.
        reason: String,
    },
}

/// What is remembered of hosts, or of those that changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HostMemory {
    /// Each host by its name.
    pub hosts: Vec<(String, HostState)>,
    /// Their robots.txt files.
    pub robots: Vec<RobotsMemory>,
}

impl HostMemory {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.hosts.is_empty() && self.robots.is_empty()
    }
}
