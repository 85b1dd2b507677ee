//! What was wrong with a document, told beside what could be read of it.

use thiserror::Error;

/// One thing that was wrong with a feed, page or sitemap. None of them stops the reading; they go
/// into the detail of a source's health. No variant carries words of the document.
#[derive(Clone, Debug, Error, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Complaint {
    /// The declared encoding is not the one in use.
    #[error("declared as {declared} but read as {used}")]
    WrongEncoding {
        /// Label in the header, the XML declaration or the `meta` element.
        declared: String,
        /// Encoding that fitted.
        used: &'static str,
    },
    /// Bytes that mean nothing in the encoding were replaced.
    #[error("invalid {encoding} bytes were replaced")]
    InvalidBytes {
        /// Encoding in use.
        encoding: &'static str,
    },
    /// More bytes than are read; the rest was cut.
    #[error("larger than {limit_bytes} bytes, the rest was not read")]
    TooLarge {
        /// The limit.
        limit_bytes: usize,
    },
    /// Compressed in a way that cannot be undone.
    #[error("compressed data is broken")]
    BrokenCompression,
    /// A control character, a stray `&` or `<`, an undeclared entity and the like were repaired.
    #[error("malformed markup was repaired")]
    Repaired,
    /// The document ends before its root element does.
    #[error("truncated, the end is missing")]
    Truncated,
    /// The document declares entities of its own; they are never expanded.
    #[error("entity declarations were ignored")]
    EntityDeclarations,
    /// Nested or repeated beyond the limits.
    #[error("nested or repeated beyond the limits, the rest was ignored")]
    TooComplex,
    /// Not the format that was asked for.
    #[error("not a {expected}: found {found}")]
    NotExpected {
        /// What should have come.
        expected: &'static str,
        /// What came instead.
        found: &'static str,
    },
    /// Right format, but nothing in it.
    #[error("no entries")]
    Empty,
    /// Dates that could not be read.
    #[error("{n} dates could not be read")]
    UnreadableDates {
        /// How many.
        n: u32,
    },
    /// A page without anything that reads like an article.
    #[error("no article text found")]
    NoText,
}
