//! Memory: the record, the capture store and the search index.
//!
//! - [`Archive`] is the record, the single truth: what was heard, what was read in it, what was
//!   published. The embedded one is SQLite in one file.
//! - `CaptureStore` keeps bytes as fetched, addressed by their hash.
//! - [`SearchIndex`] is derived from the record and can be thrown away at any moment.
//!
//! Everything here blocks; callers in async code go through `spawn_blocking`.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod accounts;
pub mod archive;
pub mod atlas;
pub mod captures;
#[cfg(any(test, feature = "testing"))]
pub mod conformance;
pub mod embedded;
mod error;
pub mod outbox;
pub mod queue;
pub mod search;
mod shapes;

pub use accounts::{
    AccountChange, Accounts, Actor, AuditEntry, AuditFault, AuditRow, AuditVerdict, By,
    Credentials, NewAccount, NewKey, NewSession, OpenSession, SecretHash, Session, SignIn,
};
pub use archive::{
    Archive, AsOf, CaptureInfo, CaptureQuery, Change, Changes, Counts, Edition, EditionInputs,
    FetchRequest, Grouped, Grouping, KnownEdition, Listing, NewCorrection, OpenEdition, Page,
    Published, RecordBatch, Recorded, Revision, TicketEvent, Window,
};
pub use atlas::{Atlas, SavedBoundaries};
pub use captures::CaptureStore;
pub use embedded::EmbeddedArchive;
pub use error::{Error, Result};
pub use outbox::{Attempt, MessageState, NewMessage, Outbox, OutboxMessage, Verdict};
pub use queue::{GivenUpPage, Queue, QueueCounts};
pub use search::{CaughtUp, EmbeddedSearch, Facets, Hit, Hits, Order, Query, SearchIndex};
pub use shapes::{digest_bytes, forecast_bytes};
