//! Corrections: what officers say our models got wrong. Ground state: the next run reads them.

use jiff::Timestamp;

use super::{ConcernId, MentionId, Placement, Sentiment, Topic};

/// What is corrected.
#[derive(Clone, Debug, PartialEq)]
pub enum CorrectionChange {
    /// A mention's topic.
    Topic(MentionId, Topic),
    /// A mention's place.
    Placement(MentionId, Placement),
    /// A mention's sentiment.
    Sentiment(MentionId, Sentiment),
    /// Whether a mention is a concern at all.
    IsConcern(MentionId, bool),
    /// Two concerns are one; the second is kept.
    Merge(ConcernId, ConcernId),
    /// A mention belongs to a concern of its own.
    Split(MentionId),
    /// A better title.
    Rename(ConcernId, String),
    /// Not to be shown, with the reason.
    Hide(ConcernId, String),
}

/// One correction; undone by another, never deleted.
#[derive(Clone, Debug, PartialEq)]
pub struct Correction {
    /// Order in which corrections apply.
    pub seq: u64,
    /// When it was made.
    pub made_at: Timestamp,
    /// Login of the officer, an official in office.
    pub officer: String,
    /// What is corrected.
    pub change: CorrectionChange,
}
