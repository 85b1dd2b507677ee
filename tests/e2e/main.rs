//! End-to-end tests: the built program against real servers on loopback. Each test starts what it
//! needs and stops it by its own process id.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_docs_in_private_items,
    reason = "a test that cannot go on may panic"
)]

mod accounts;
mod alerts;
mod backlog;
mod backup;
mod bad_input;
mod bluesky;
mod boundaries;
mod canaries;
mod comes_in;
mod corrections;
mod crashes;
#[cfg(feature = "postgres")]
mod database;
mod demo;
mod desk;
mod desk_pages;
mod disk;
mod erase;
mod faults;
mod hooks;
mod hostile;
mod mail;
mod mastodon_stream;
mod nginx;
#[cfg(feature = "postgres")]
mod nodes;
mod observe;
#[cfg(feature = "oidc")]
mod oidc;
mod open311;
#[cfg(feature = "otlp")]
mod otlp;
mod outgoing;
#[cfg(feature = "pdf")]
mod paper;
mod polite;
mod power;
mod privacy;
mod program;
mod requests;
mod scores;
mod shipping;
mod stages;
mod strace;
mod trouble;
mod warc;
mod wire;
mod wordpress;
