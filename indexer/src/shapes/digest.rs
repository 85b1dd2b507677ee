//! A published digest, without its revision and erratum, which are columns.

use jiff::civil::Date;
use models::domain::{
    AgencyId, ConcernId, Coverage, CoverageGap, Digest, DigestDesk, DigestEntry, DigestScope,
    EntryDesk, Factors, HiddenLine, Interval, LineNote, MentionId, PeriodKind, PinnedLine, Quote,
    Receipt, SourceId, Topic, WITHDRAWN,
};
use serde::{Deserialize, Serialize};

use super::desk::{HiddenShape, PinnedShape};
use super::numbers::Real;
use super::receipt::ReceiptShape;
use super::{Complaint, UnitShape, of_code, unit_shapes, units_of};

/// See [`Digest`].
#[derive(Serialize, Deserialize)]
pub(crate) struct DigestShape {
    scope: String,
    /// Left out for a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    period: Option<String>,
    day: String,
    method_version: String,
    coverage: CoverageShape,
    top: Vec<EntryShape>,
    rising: Vec<EntryShape>,
    thin_evidence: Option<String>,
    n_mentions: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pinned: Vec<PinnedShape>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    hidden: Vec<HiddenShape>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct CoverageShape {
    share: Real,
    n_expected: u32,
    n_fresh: u32,
    gaps: Vec<GapShape>,
}

/// Source, status, detail.
#[derive(Serialize, Deserialize)]
struct GapShape(String, String, String);

#[derive(Serialize, Deserialize)]
struct EntryShape {
    rank: u32,
    tied: bool,
    concern: String,
    title: WordsShape,
    topic: String,
    units: Vec<UnitShape>,
    score: Real,
    interval: (Real, Real),
    factors: FactorsShape,
    n_mentions: u32,
    n_sources: u32,
    evidence: Vec<String>,
    quotes: Vec<(String, WordsShape)>,
    trend: Vec<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    receipt: Option<ReceiptShape>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    desk_title: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pinned: bool,
}

/// Words as they stand, or their number among the published words.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum WordsShape {
    Number(i64),
    Said(String),
}

impl WordsShape {
    /// Words without a number; those that cannot be had are withdrawn.
    pub(super) fn into_text(self) -> String {
        match self {
            Self::Said(text) => text,
            Self::Number(_) => WITHDRAWN.to_owned(),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct FactorsShape {
    shrunk_count: Real,
    burst: Real,
    negativity: Real,
    breadth: Real,
    unresolved_age: Real,
}

/// `city`, `unit:26740` or `agency:ID`.
pub(crate) fn scope_text(scope: &DigestScope) -> String {
    match scope {
        DigestScope::City => "city".to_owned(),
        DigestScope::Unit(code) => format!("unit:{code}"),
        DigestScope::Agency(id) => format!("agency:{id}"),
    }
}

/// The scope of [`scope_text`].
pub(crate) fn parse_scope(text: &str) -> Result<DigestScope, Complaint> {
    match text.split_once(':') {
        None if text == "city" => Ok(DigestScope::City),
        Some(("unit", code)) => code
            .parse()
            .map(DigestScope::Unit)
            .map_err(|why| format!("{why}")),
        Some(("agency", id)) => Ok(DigestScope::Agency(AgencyId::new(id))),
        _ => Err(format!("`{text}` is no scope of a digest")),
    }
}

impl From<&Digest> for DigestShape {
    fn from(digest: &Digest) -> Self {
        Self {
            scope: scope_text(&digest.scope),
            period: (digest.period != PeriodKind::Day).then(|| digest.period.code().to_owned()),
            day: digest.day.to_string(),
            method_version: digest.method_version.clone(),
            coverage: CoverageShape::from(&digest.coverage),
            top: digest.top.iter().map(EntryShape::from).collect(),
            rising: digest.rising.iter().map(EntryShape::from).collect(),
            thin_evidence: digest.thin_evidence.clone(),
            n_mentions: digest.n_mentions,
            pinned: digest.desk.pinned.iter().map(PinnedShape::from).collect(),
            hidden: digest.desk.hidden.iter().map(HiddenShape::from).collect(),
        }
    }
}

impl DigestShape {
    /// Visits all words of citizens, each with the mention it is quoted from; titles have none.
    pub(crate) fn each_words(&mut self, mut visit: impl FnMut(Option<&str>, &mut WordsShape)) {
        for line in &mut self.pinned {
            visit(None, line.words());
        }
        for entry in self.top.iter_mut().chain(&mut self.rising) {
            visit(None, &mut entry.title);
            for (mention, words) in &mut entry.quotes {
                visit(Some(mention.as_str()), words);
            }
        }
    }

    pub(crate) fn into_digest(
        self,
        revision: u32,
        erratum: Option<String>,
    ) -> Result<Digest, Complaint> {
        let entries = |shapes: Vec<EntryShape>| {
            shapes
                .into_iter()
                .map(DigestEntry::try_from)
                .collect::<Result<Vec<_>, _>>()
        };
        let pinned = self.pinned.into_iter().map(PinnedLine::try_from);
        Ok(Digest {
            scope: parse_scope(&self.scope)?,
            period: match &self.period {
                Some(code) => of_code("period", code, PeriodKind::from_code)?,
                None => PeriodKind::Day,
            },
            day: self.day.parse::<Date>().map_err(|why| why.to_string())?,
            revision,
            erratum,
            method_version: self.method_version,
            coverage: Coverage::from(self.coverage),
            top: entries(self.top)?,
            rising: entries(self.rising)?,
            thin_evidence: self.thin_evidence,
            n_mentions: self.n_mentions,
            desk: DigestDesk {
                pinned: pinned.collect::<Result<_, _>>()?,
                hidden: self.hidden.into_iter().map(HiddenLine::from).collect(),
            },
        })
    }
}

impl From<&Coverage> for CoverageShape {
    fn from(coverage: &Coverage) -> Self {
        let gaps = coverage.gaps.iter().map(|gap| {
            GapShape(
                gap.source.to_string(),
                gap.status.clone(),
                gap.detail.clone(),
            )
        });
        Self {
            share: Real(coverage.share),
            n_expected: coverage.n_expected,
            n_fresh: coverage.n_fresh,
            gaps: gaps.collect(),
        }
    }
}

impl From<CoverageShape> for Coverage {
    fn from(shape: CoverageShape) -> Self {
        let gaps = shape
            .gaps
            .into_iter()
            .map(|GapShape(source, status, detail)| CoverageGap {
                source: SourceId::new(source),
                status,
                detail,
            });
        Self {
            share: shape.share.0,
            n_expected: shape.n_expected,
            n_fresh: shape.n_fresh,
            gaps: gaps.collect(),
        }
    }
}

impl From<&DigestEntry> for EntryShape {
    fn from(entry: &DigestEntry) -> Self {
        let quotes = entry.quotes.iter();
        Self {
            rank: entry.rank,
            tied: entry.tied,
            concern: entry.concern.to_string(),
            title: WordsShape::Said(entry.title.clone()),
            topic: entry.topic.code().to_owned(),
            units: unit_shapes(&entry.units),
            score: Real(entry.score),
            interval: (Real(entry.interval.low), Real(entry.interval.high)),
            factors: FactorsShape::from(&entry.factors),
            n_mentions: entry.n_mentions,
            n_sources: entry.n_sources,
            evidence: entry.evidence.iter().map(ToString::to_string).collect(),
            quotes: quotes
                .map(|quote| {
                    let words = WordsShape::Said(quote.text.clone());
                    (quote.mention.to_string(), words)
                })
                .collect(),
            trend: entry.trend.clone(),
            receipt: entry.receipt.as_ref().map(ReceiptShape::from),
            notes: entry
                .notes
                .iter()
                .map(|note| note.code().to_owned())
                .collect(),
            desk_title: entry.desk.title.clone(),
            pinned: entry.desk.pinned,
        }
    }
}

impl TryFrom<EntryShape> for DigestEntry {
    type Error = Complaint;

    fn try_from(shape: EntryShape) -> Result<Self, Complaint> {
        let quotes = shape.quotes.into_iter().map(|(mention, text)| Quote {
            mention: MentionId::new(mention),
            text: text.into_text(),
        });
        let notes = shape.notes.iter();
        let notes = notes.map(|code| of_code("note", code, LineNote::from_code));
        Ok(Self {
            rank: shape.rank,
            tied: shape.tied,
            concern: ConcernId::new(shape.concern),
            title: shape.title.into_text(),
            topic: of_code("topic", &shape.topic, Topic::from_code)?,
            units: units_of(shape.units)?,
            score: shape.score.0,
            interval: Interval {
                low: shape.interval.0.0,
                high: shape.interval.1.0,
            },
            factors: Factors::from(shape.factors),
            n_mentions: shape.n_mentions,
            n_sources: shape.n_sources,
            evidence: shape.evidence.into_iter().map(MentionId::new).collect(),
            quotes: quotes.collect(),
            trend: shape.trend,
            receipt: shape.receipt.map(Receipt::from),
            notes: notes.collect::<Result<_, _>>()?,
            desk: EntryDesk {
                title: shape.desk_title,
                pinned: shape.pinned,
            },
        })
    }
}

impl From<&Factors> for FactorsShape {
    fn from(factors: &Factors) -> Self {
        Self {
            shrunk_count: Real(factors.shrunk_count),
            burst: Real(factors.burst),
            negativity: Real(factors.negativity),
            breadth: Real(factors.breadth),
            unresolved_age: Real(factors.unresolved_age),
        }
    }
}

impl From<FactorsShape> for Factors {
    fn from(shape: FactorsShape) -> Self {
        Self {
            shrunk_count: shape.shrunk_count.0,
            burst: shape.burst.0,
            negativity: shape.negativity.0,
            breadth: shape.breadth.0,
            unresolved_age: shape.unresolved_age.0,
        }
    }
}
