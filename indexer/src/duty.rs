//! Work that one process does at a time, where several share a record.
//!
//! On PostgreSQL whoever does it holds an advisory lock in a session of its own. The server gives the lock
//! back when the session ends, however it ends, and another process takes over. What the former one still
//! writes is refused: each of its writing transactions looks whether its session holds the lock.

use std::sync::Mutex;

use crate::sql::Connection;

/// Work that one process does at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Duty {
    /// Visiting sources and reading pages: two would each keep a host's pause, and together halve it.
    Crawl,
    /// Grouping, publishing, sending.
    Process,
}

impl Duty {
    /// What it is to do it, for messages.
    pub fn what(self) -> &'static str {
        match self {
            Self::Crawl => "crawl",
            Self::Process => "publish and send",
        }
    }

    /// The number of its lock: `LNGH` and a number, behind those of the record.
    #[cfg_attr(
        not(feature = "postgres"),
        allow(dead_code, reason = "locks of PostgreSQL")
    )]
    pub(crate) fn lock(self) -> i64 {
        match self {
            Self::Crawl => 0x4c4e_4748_0011,
            Self::Process => 0x4c4e_4748_0012,
        }
    }
}

/// The time in which a process does a piece of work; over when it is dropped.
pub struct Term {
    pub(crate) held: Option<Held>,
}

/// The session that holds the lock.
#[cfg_attr(
    not(feature = "postgres"),
    allow(dead_code, reason = "locks of PostgreSQL")
)]
pub(crate) struct Held {
    pub(crate) session: Mutex<Connection>,
    pub(crate) fence: Fence,
}

/// By what a writing transaction sees whether it is still its turn.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(
    not(feature = "postgres"),
    allow(dead_code, reason = "locks of PostgreSQL")
)]
pub(crate) struct Fence {
    pub(crate) duty: Duty,
    /// Number of the session at the server.
    pub(crate) session: i64,
}

impl Term {
    /// Nobody else can be there.
    pub(crate) fn alone() -> Self {
        Self { held: None }
    }

    /// Whether no other process can share the record at all.
    pub fn is_alone(&self) -> bool {
        self.held.is_none()
    }

    /// Whether the work is still ours; asks the server.
    pub fn holds(&self) -> bool {
        let Some(held) = &self.held else { return true };
        let session = held.session.lock();
        let session = session.unwrap_or_else(std::sync::PoisonError::into_inner);
        session.execute_batch("SELECT 1").is_ok()
    }
}
