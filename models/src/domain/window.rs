//! Windows: everything the ranking of one scope and day looks at.

use jiff::civil::Date;

use super::{Annotation, CleanMention, Concern, ConcernId, Coverage, DigestScope};

/// A mention with what was read in it and the concern it was grouped under.
#[derive(Clone, Debug, PartialEq)]
pub struct AnnotatedMention {
    /// What was said, personal data cut.
    pub mention: CleanMention,
    /// What was read in it.
    pub annotation: Annotation,
    /// Its concern, once grouped; `None` for noise.
    pub concern: Option<ConcernId>,
}

/// Everything the ranking of one scope and day looks at. Borrowed, since 168 units share a day.
#[derive(Clone, Debug)]
pub struct Window<'a> {
    /// Whom the digest is for.
    pub scope: DigestScope,
    /// Which day, in Vietnam.
    pub day: Date,
    /// Grouped mentions of the day and the 27 days before, of the whole city, oldest first; the
    /// ranking takes those of its scope.
    pub mentions: &'a [AnnotatedMention],
    /// Concerns that have a mention among them.
    pub concerns: &'a [Concern],
    /// How much of what should have been heard was heard.
    pub coverage: &'a Coverage,
}
