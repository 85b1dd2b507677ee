//! Fetching, politeness and extraction: from sources to captures and mentions.
//!
//! [`collect::collect`] visits one source through a shared [`fetch::Fetcher`] and never fails: what
//! is wrong with a source comes back as its health.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")
)]

pub mod ask;
pub mod bounce;
pub mod collect;
pub mod error;
pub mod extract;
pub mod fetch;
pub mod gateway;
pub mod mail;
pub mod page;
pub mod push;
pub mod recheck;
pub mod send;
pub mod sms;
pub mod sources;
pub mod stream;

pub use sources::secret::look_up as secret;
