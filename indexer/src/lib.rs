//! Memory: the record, the capture store and the search index.
//!
//! - [`Archive`] is the record, the single truth: what was heard, what was read in it, what was
//!   published. The embedded one is SQLite in one file.
//! - `CaptureStore` keeps bytes as fetched, addressed by their hash.
//! - [`SearchIndex`] is derived from the record and can be thrown away at any moment: tantivy in a
//!   folder, or a search server.
//!
//! Everything here blocks; callers in async code go through `spawn_blocking`.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod accounts;
pub mod alerts;
pub mod archive;
pub mod atlas;
pub mod backup;
pub mod captures;
#[cfg(any(test, feature = "testing"))]
pub mod conformance;
pub mod database;
pub mod desk_book;
pub mod dumps;
pub mod duty;
mod error;
pub mod outbox;
pub mod queue;
pub mod requests;
pub mod search;
mod shapes;
mod sql;

pub use accounts::{
    AccountChange, Accounts, Actor, AuditEntry, AuditFault, AuditRow, AuditVerdict, By,
    Credentials, NewAccount, NewKey, NewSession, OpenSession, SecretHash, Session, SignIn,
};
pub use alerts::{AlertQuery, Alerts};
pub use archive::{
    Archive, AsOf, CaptureInfo, CaptureQuery, Change, Changes, ConcernState, Counts, Edition,
    EditionInputs, FetchRequest, Grouped, Grouping, KnownEdition, KnownStates, Listing,
    NewCorrection, OpenEdition, Page, Published, RecordBatch, Recorded, Revision, TicketEvent,
    Window,
};
pub use atlas::{Atlas, SavedBoundaries};
pub use captures::CaptureStore;
pub use database::{EmbeddedArchive, SqlArchive};
#[cfg(feature = "postgres")]
pub use database::{MovedTable, move_to_postgres};
pub use desk_book::{
    Assigned, DeskBook, NewView, Note, Notice, SavedView, Slip, Telling, Told, Unread,
};
pub use dumps::{Dump, DumpFile, DumpStore};
pub use duty::{Duty, Term};
pub use error::{Error, Result};
pub use outbox::{Attempt, MessageState, NewMessage, Outbox, OutboxMessage, Verdict};
pub use queue::{GivenUpPage, Queue, QueueCounts};
pub use requests::{DraftEdit, NewAnswer, NewFile, NewPressEvent, NewRequest, NewStep, Requests};
pub use search::{
    CaughtUp, EmbeddedSearch, Facets, Hit, Hits, Order, Query, SearchIndex, ServerFault,
};
#[cfg(feature = "elastic")]
pub use search::{ElasticSearch, ElasticSettings};
pub use shapes::{digest_bytes, forecast_bytes};
