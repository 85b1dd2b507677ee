//! End-to-end tests: the built program against real servers on loopback. Each test starts what it
//! needs and stops it by its own process id.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_docs_in_private_items,
    reason = "a test that cannot go on may panic"
)]

mod accounts;
mod backlog;
mod bad_input;
mod bluesky;
mod boundaries;
mod comes_in;
mod corrections;
mod demo;
mod desk;
mod hooks;
mod hostile;
mod mail;
mod mastodon_stream;
mod nginx;
#[cfg(feature = "oidc")]
mod oidc;
mod open311;
mod outgoing;
#[cfg(feature = "pdf")]
mod paper;
mod polite;
mod privacy;
mod program;
mod scores;
mod stages;
mod trouble;
mod warc;
mod wordpress;
