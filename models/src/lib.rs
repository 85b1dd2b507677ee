//! The pure heart of Lắng Nghe: what a mention is, what its Vietnamese says, and which concerns rank.
//!
//! Nothing here opens a file or a socket, reads a clock or awaits: model files come in as bytes,
//! configuration as values, and the present moment as an argument.

pub mod boundary;
pub mod calendar;
pub mod domain;
pub mod language;
pub mod measure;
pub mod ranking;
pub mod rhythm;
