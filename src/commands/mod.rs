//! What each command does; the stages of the journey as lines in and lines out.

pub mod boundaries;
pub mod care;
pub mod concern;
pub mod correct;
pub mod digests;
pub mod documents;
pub mod endpoints;
pub mod forecasts;
pub mod indicators;
pub mod lines;
pub mod mail;
pub mod reading;
pub mod stages;
pub mod tickets;
pub mod train;
pub mod warc;

pub use lines::Outcome;
