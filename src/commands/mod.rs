//! What each command does; the stages of the journey as lines in and lines out.

pub mod accounts;
pub mod alerts;
pub mod backup;
pub mod boundaries;
pub mod care;
pub mod concern;
pub mod correct;
pub mod digests;
pub mod documents;
pub mod dump;
pub mod endpoints;
pub mod erase;
pub mod forecasts;
pub mod indicators;
pub mod lines;
pub mod mail;
#[cfg(feature = "postgres")]
pub mod moving;
pub mod notices;
pub mod reading;
pub mod ship;
pub mod stages;
pub mod tickets;
pub mod train;
pub mod warc;

pub use lines::Outcome;
