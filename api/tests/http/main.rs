//! In-process calls on the real router, over the embedded record and index.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests may fail loudly")]

#[path = "../fixture/mod.rs"]
mod fixture;

mod access;
mod alerts;
mod asvs;
mod bench;
mod client;
mod contrast;
mod crowd;
mod desk;
mod drafts;
mod failures;
mod feeds;
mod hooks;
mod hostile;
mod json;
mod letters;
mod lists;
mod map;
mod method;
mod open311;
mod open_data;
mod outlook;
mod pages;
mod requests;
mod restricted;
mod transport;
