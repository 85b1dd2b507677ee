//! The frontier: pages that were found and wait to be read, and what is remembered of hosts.
//!
//! Pages come in with the visit that found them ([`RecordBatch::pages`]) and leave with the mention
//! that was read in them ([`RecordBatch::ended`]), each in one transaction: a crash loses no page,
//! and asks again for none but those under way.
//!
//! [`RecordBatch::pages`]: crate::RecordBatch::pages
//! [`RecordBatch::ended`]: crate::RecordBatch::ended

use jiff::Timestamp;
use models::domain::{FoundPage, HealthStatus, HostMemory, LeasedPage, SourceId, SourcePages};

use crate::Result;

/// A host keeps at most so many pages waiting. Of further ones only what their listing said is
/// kept; a queue that nobody could work off would only grow.
pub const PAGES_PER_HOST_MAX: u64 = 100_000;

/// A page whose reading was cut off so often, by a crash or an endless answer, is given up.
pub const LEASES_MAX: u32 = 8;

/// Pages waiting to be read. Only what is asked for comes into memory, never the queue as a whole.
/// One process takes pages at a time; it says so by a lock that is not the queue's business.
pub trait Queue: Send + Sync {
    /// Takes pages that may be read now, at most one of each host, and none of a host of which one
    /// is being read. The hosts that have been ready the longest come first, of each the page
    /// published last. They are ours until `lease_until`; then they may be taken again.
    fn lease(
        &self,
        limit: usize,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Vec<LeasedPage>>;

    /// Ends every lease: whoever held them is gone. Gives the number of pages that wait again.
    fn end_leases(&self, now: Timestamp) -> Result<usize>;

    /// When the next host is ready, be it by the end of a lease; `None` when no page waits.
    fn next_ready_at(&self) -> Result<Option<Timestamp>>;

    /// Whether pages wait that count within a stretch of time (`from` included, `to` not) and were
    /// found after a moment.
    fn is_waiting_for(
        &self,
        from: Timestamp,
        to: Timestamp,
        found_after: Timestamp,
    ) -> Result<bool>;

    /// How much is in the queue.
    fn queue_counts(&self) -> Result<QueueCounts>;

    /// How the pages of a source are doing.
    fn source_pages(&self, source: &SourceId) -> Result<SourcePages>;

    /// Pages given up last, newest first.
    fn given_up(&self, limit: usize) -> Result<Vec<GivenUpPage>>;

    /// Forgets pages given up before a moment, and hosts and robots.txt files not used since. The
    /// addresses stay known. Gives the number of pages forgotten.
    fn forget_given_up(&self, before: Timestamp) -> Result<usize>;

    /// What was remembered of hosts: those used last, at most so many.
    fn host_memory(&self, limit: usize) -> Result<HostMemory>;

    /// Remembers hosts outside a recorded visit.
    fn remember_hosts(&self, memory: &HostMemory) -> Result<()>;
}

/// How much is in the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueCounts {
    /// Waiting or being read.
    pub n_waiting: u64,
    /// Given up, and not yet forgotten.
    pub n_given_up: u64,
    /// Hosts with pages that wait.
    pub n_hosts: u64,
}

/// A page that was given up, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenUpPage {
    /// The page.
    pub page: FoundPage,
    /// When it was given up.
    pub at: Timestamp,
    /// How often it was tried.
    pub n_attempts: u32,
    /// What it said of the source's health.
    pub status: HealthStatus,
    /// One line for people.
    pub reason: String,
}
