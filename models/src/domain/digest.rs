//! Digests (bản tin ngày): at most ten ranked concerns for a unit and a day.

use jiff::civil::Date;

use super::{AgencyId, ConcernId, MentionId, SourceId, Topic, UnitCode, WeightedUnit};

/// Whom a digest is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DigestScope {
    /// The whole city.
    City,
    /// One unit.
    Unit(UnitCode),
    /// One agency.
    Agency(AgencyId),
}

/// A 90 % interval; `low <= high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

/// The factors whose product is the score; each can be opened down to evidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Factors {
    /// Count of weighted mentions after shrinkage, at least 0.
    pub shrunk_count: f64,
    /// Excess over the same weekdays of 28 days, at least 0; the score takes 1 + burst.
    pub burst: f64,
    /// Share of negative mentions after shrinkage, 0 to 1; the score takes 1 + negativity.
    pub negativity: f64,
    /// 1 + log of independent sources, at least 1.
    pub breadth: f64,
    /// Growth with days unresolved, at least 1.
    pub unresolved_age: f64,
}

/// Words of a mention shown as they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// Where they stand.
    pub mention: MentionId,
    /// The words.
    pub text: String,
}

/// Stands in the place of words whose mention was removed since they were published.
pub const WITHDRAWN: &str = "(đã gỡ tại nguồn)";

impl Quote {
    /// Whether the words were taken out because their mention was removed.
    pub fn is_withdrawn(&self) -> bool {
        self.text == WITHDRAWN
    }
}

/// One line of a digest.
#[derive(Clone, Debug, PartialEq)]
pub struct DigestEntry {
    /// 1 to 10; tied lines share the better rank.
    pub rank: u32,
    /// Whether its interval overlaps that of the line before so far that the order means nothing
    /// (đồng hạng).
    pub tied: bool,
    /// Which concern.
    pub concern: ConcernId,
    /// Its title that day.
    pub title: String,
    /// What it is about.
    pub topic: Topic,
    /// Units it touches.
    pub units: Vec<WeightedUnit>,
    /// Product of the factors.
    pub score: f64,
    /// 90 % interval of the score.
    pub interval: Interval,
    /// How the score came about.
    pub factors: Factors,
    /// Mentions of the day in this scope.
    pub n_mentions: u32,
    /// Independent sources among them, reprints merged.
    pub n_sources: u32,
    /// All mentions counted, the most telling first.
    pub evidence: Vec<MentionId>,
    /// The most telling sentences.
    pub quotes: Vec<Quote>,
    /// Mentions a day over the last 28 days, oldest first, for the sparkline.
    pub trend: Vec<u32>,
}

/// A source that did not give what it should that day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoverageGap {
    /// Which source.
    pub source: SourceId,
    /// Its status code of that day.
    pub status: String,
    /// One line for people.
    pub detail: String,
}

/// How much of what should have been heard was heard.
#[derive(Clone, Debug, PartialEq)]
pub struct Coverage {
    /// Share of expected sources that were fresh, 0 to 1.
    pub share: f64,
    /// Sources that should have spoken.
    pub n_expected: u32,
    /// Sources that did.
    pub n_fresh: u32,
    /// What was missing.
    pub gaps: Vec<CoverageGap>,
}

/// At most ten ranked concerns for a scope and a day. Published digests are never changed: a
/// correction makes the next revision.
#[derive(Clone, Debug, PartialEq)]
pub struct Digest {
    /// Whom it is for.
    pub scope: DigestScope,
    /// Which day, in Vietnam.
    pub day: Date,
    /// 1 for the first published, one more with each correction.
    pub revision: u32,
    /// Why this revision replaces the one before, in Vietnamese; `None` on the first.
    pub erratum: Option<String>,
    /// Version of the ranking method and its weights.
    pub method_version: String,
    /// What was heard and what was missing.
    pub coverage: Coverage,
    /// The ten that matter most.
    pub top: Vec<DigestEntry>,
    /// Those that grow fastest, at most ten.
    pub rising: Vec<DigestEntry>,
    /// Why there are fewer than ten lines, when there are (chưa đủ dữ liệu), in Vietnamese.
    pub thin_evidence: Option<String>,
    /// Mentions of concerns counted in this scope that day.
    pub n_mentions: u32,
}
