//! In-process calls on the real router, over the embedded record and index.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests may fail loudly")]

#[path = "../fixture/mod.rs"]
mod fixture;

mod client;
mod contrast;
mod desk;
mod failures;
mod feeds;
mod hooks;
mod hostile;
mod json;
mod lists;
mod map;
mod method;
mod open311;
mod outlook;
mod pages;
mod transport;
