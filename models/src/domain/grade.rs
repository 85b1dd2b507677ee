//! Grades (chấm lại bản tin): what the days after say of a digest.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Channel, ConcernId, DigestScope, Interval};

/// A concern that was large in hindsight and not listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miss {
    /// Which concern.
    pub concern: ConcernId,
    /// Its mentions from the digest's day to the end of the days looked at.
    pub n_mentions: u32,
    /// Those of the digest's day and before: it could have been listed.
    pub n_known: u32,
}

/// How long a line stood in the digest before a channel took its concern up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lead {
    /// Which concern.
    pub concern: ConcernId,
    /// The channel that came later.
    pub channel: Channel,
    /// Hours from the publication of the digest to the first mention there.
    pub hours: u32,
}

/// One digest looked at again. Never changed: a later look is another grade.
#[derive(Clone, Debug, PartialEq)]
pub struct Grade {
    /// Whose digest.
    pub scope: DigestScope,
    /// Which day the digest is of.
    pub day: Date,
    /// Revision that was graded.
    pub revision: u32,
    /// Days after the digest's day that were looked at.
    pub after_days: u32,
    /// When it was graded.
    pub graded_at: Timestamp,
    /// Version of the method of grading.
    pub method_version: String,
    /// Lines of the digest.
    pub n_lines: u32,
    /// Lines whose concern was heard of about as often in those days as what belongs into such a list; in
    /// grades of `grade-1`, heard of at all.
    pub n_confirmed: u32,
    /// 90 % Wilson interval of the share confirmed; 0 to 1 without a line.
    pub precision: Interval,
    /// Concerns that were large in hindsight, the lines among them.
    pub n_large: u32,
    /// Those that were not listed, largest first, at most ten.
    pub misses: Vec<Miss>,
    /// Lines that a channel took up only afterwards.
    pub leads: Vec<Lead>,
}

impl Grade {
    /// Share of lines confirmed, 0 to 1; `None` without a line.
    pub fn share_confirmed(&self) -> Option<f64> {
        (self.n_lines > 0).then(|| f64::from(self.n_confirmed) / f64::from(self.n_lines))
    }
}
