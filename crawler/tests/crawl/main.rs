//! Crawling real servers over loopback: no network, no fixed ports, every wait bounded.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod hostile;
mod led_astray;
mod manners;
mod mastodon;
mod open311;
mod press;
mod prism;
mod push;
mod recheck;
mod robots;
mod social;
mod streams;
mod support;
mod tickets;
