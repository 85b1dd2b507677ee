//! Digests as JSON: what `langnghe rank` prints and `/api/v1/digests` answers.

use models::domain::{Coverage, Digest, DigestEntry, DigestScope, Factors, PeriodKind, Quote};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{HiddenEntryLine, PinnedEntryLine, ReceiptLine, UnitWeight, format_time, round};

/// The factors whose product is the score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FactorsLine {
    /// Count of weighted mentions after shrinkage.
    pub shrunk_count: f64,
    /// Excess over the same weekdays of 28 days; the score takes 1 + burst.
    pub burst: f64,
    /// Share of negative mentions after shrinkage; the score takes 1 + negativity.
    pub negativity: f64,
    /// 1 + log of independent sources.
    pub breadth: f64,
    /// Growth with days unresolved.
    pub unresolved_age: f64,
}

impl From<&Factors> for FactorsLine {
    fn from(factors: &Factors) -> Self {
        Self {
            shrunk_count: round(factors.shrunk_count, 4),
            burst: round(factors.burst, 4),
            negativity: round(factors.negativity, 4),
            breadth: round(factors.breadth, 4),
            unresolved_age: round(factors.unresolved_age, 4),
        }
    }
}

/// Words of a mention as they stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QuoteLine {
    /// Where they stand.
    pub mention: String,
    /// The words, redacted; a notice where they were taken down at their source.
    pub text: String,
    /// Whether they were taken down at their source since the digest was published.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub removed: bool,
}

impl From<&Quote> for QuoteLine {
    fn from(quote: &Quote) -> Self {
        Self {
            mention: quote.mention.to_string(),
            text: quote.text.clone(),
            removed: quote.is_withdrawn(),
        }
    }
}

/// One ranked concern.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EntryLine {
    /// 1 to 10; tied lines share the better rank.
    pub rank: u32,
    /// Whether the order against the line before means nothing (đồng hạng).
    pub tied: bool,
    /// Id of the concern.
    pub concern: String,
    /// Its title that day: words that stand in the evidence, or those of the desk.
    pub title: String,
    /// The title in words of the evidence where `title` is that of the desk; left out otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extracted_title: Option<String>,
    /// Whether the desk pinned it in this list; its rank is the one it has all the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pinned: bool,
    /// Code of its topic.
    pub topic: String,
    /// Units it touches, heaviest first.
    pub units: Vec<UnitWeight>,
    /// Product of the factors.
    pub score: f64,
    /// 90 % interval of the score: low, high.
    pub interval: [f64; 2],
    /// How the score came about.
    pub factors: FactorsLine,
    /// Mentions of the day in this scope.
    pub n_mentions: u32,
    /// Independent sources among them.
    pub n_sources: u32,
    /// Ids of all mentions counted, the most telling first.
    pub evidence: Vec<String>,
    /// The most telling sentences.
    #[serde(default)]
    pub quotes: Vec<QuoteLine>,
    /// Mentions a day over the last 28 days, oldest first.
    #[serde(default)]
    pub trend: Vec<u32>,
    /// Why it has its rank; null for rising lines.
    #[serde(default)]
    pub receipt: Option<ReceiptLine>,
    /// What its channels say together: `closed_but_growing`, `closed_but_recurring`,
    /// `press_without_tickets`, `social_without_tickets`, `tickets_only`; left out when nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

impl From<&DigestEntry> for EntryLine {
    fn from(entry: &DigestEntry) -> Self {
        Self {
            rank: entry.rank,
            tied: entry.tied,
            concern: entry.concern.to_string(),
            title: entry.shown_title().to_owned(),
            extracted_title: entry.desk.title.as_ref().map(|_| entry.title.clone()),
            pinned: entry.desk.pinned,
            topic: entry.topic.code().to_owned(),
            units: UnitWeight::list(&entry.units),
            score: round(entry.score, 4),
            interval: [round(entry.interval.low, 4), round(entry.interval.high, 4)],
            factors: FactorsLine::from(&entry.factors),
            n_mentions: entry.n_mentions,
            n_sources: entry.n_sources,
            evidence: entry.evidence.iter().map(ToString::to_string).collect(),
            quotes: entry.quotes.iter().map(QuoteLine::from).collect(),
            trend: entry.trend.clone(),
            receipt: entry.receipt.as_ref().map(ReceiptLine::from),
            notes: entry
                .notes
                .iter()
                .map(|note| note.code().to_owned())
                .collect(),
        }
    }
}

/// A source that did not give what it should.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GapLine {
    /// Id of the source.
    pub source: String,
    /// Its status that day.
    pub status: String,
    /// One line for people.
    pub detail: String,
}

/// How much of what should have been heard was heard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CoverageLine {
    /// Share of expected sources that were fresh, 0 to 1.
    pub share: f64,
    /// Sources that should have spoken.
    pub n_expected: u32,
    /// Sources that did.
    pub n_fresh: u32,
    /// What was missing.
    pub gaps: Vec<GapLine>,
}

impl From<&Coverage> for CoverageLine {
    fn from(coverage: &Coverage) -> Self {
        let gaps = coverage.gaps.iter().map(|gap| GapLine {
            source: gap.source.to_string(),
            status: gap.status.clone(),
            detail: gap.detail.clone(),
        });
        Self {
            share: round(coverage.share, 4),
            n_expected: coverage.n_expected,
            n_fresh: coverage.n_fresh,
            gaps: gaps.collect(),
        }
    }
}

/// The digest of one scope and day, or longer period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DigestLine {
    /// Five-digit code, `city`, or `agency:` and the agency's id.
    #[schema(example = "city")]
    pub unit: String,
    /// `week`, `month` or `reporting_month`; left out for the digest of a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// First day of the period; left out for the digest of a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_day: Option<String>,
    /// Which day, in Vietnam; the last of a longer period.
    #[schema(example = "2026-11-12")]
    pub day: String,
    /// The first moment that no longer counts: the end of the day or period.
    #[serde(default)]
    pub as_of: String,
    /// 1 for the first published, one more with each correction.
    pub revision: u32,
    /// Version of the ranking method and its weights.
    pub method_version: String,
    /// What was heard and what was missing.
    pub coverage: CoverageLine,
    /// The concerns that matter most, at most ten.
    pub top: Vec<EntryLine>,
    /// Those that grow fastest, at most ten.
    pub rising: Vec<EntryLine>,
    /// Concerns that the desk keeps in sight although they are not among the lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pinned: Vec<PinnedEntryLine>,
    /// Lines that the desk keeps out, with the reason; they are counted all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<HiddenEntryLine>,
    /// Mentions of concerns counted in this scope that day.
    #[serde(default)]
    pub n: u32,
    /// Why there are fewer than ten lines, in Vietnamese.
    #[serde(default)]
    pub thin_evidence: Option<String>,
    /// Why this revision replaces the one before, in Vietnamese.
    #[serde(default)]
    pub erratum: Option<String>,
}

impl From<&Digest> for DigestLine {
    fn from(digest: &Digest) -> Self {
        let is_long = digest.period != PeriodKind::Day;
        Self {
            unit: digest_unit(&digest.scope),
            period: is_long.then(|| digest.period.code().to_owned()),
            first_day: is_long.then(|| digest.period().first().to_string()),
            day: digest.day.to_string(),
            as_of: format_time(digest.period().end()),
            revision: digest.revision,
            method_version: digest.method_version.clone(),
            coverage: CoverageLine::from(&digest.coverage),
            top: digest.top.iter().map(EntryLine::from).collect(),
            rising: digest.rising.iter().map(EntryLine::from).collect(),
            pinned: digest
                .desk
                .pinned
                .iter()
                .map(PinnedEntryLine::from)
                .collect(),
            hidden: digest
                .desk
                .hidden
                .iter()
                .map(HiddenEntryLine::from)
                .collect(),
            n: digest.n_mentions,
            thin_evidence: digest.thin_evidence.clone(),
            erratum: digest.erratum.clone(),
        }
    }
}

/// How lines name a scope.
pub fn digest_unit(scope: &DigestScope) -> String {
    match scope {
        DigestScope::City => "city".to_owned(),
        DigestScope::Unit(code) => code.to_string(),
        DigestScope::Agency(id) => format!("agency:{id}"),
    }
}
