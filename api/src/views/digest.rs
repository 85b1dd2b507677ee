//! A digest as it is shown: summary, lines, coverage.

use std::collections::HashMap;

use indexer::Revision;
use models::domain::{
    AnnotatedMention, ConcernId, Coverage, Digest, Grade, MentionId, PeriodKind, PrintedAnswer,
};

use super::GradeView;
use super::desk::{self, HiddenView, PinnedView};
use super::entry::{EntryContext, EntryView, RisingView};
use super::printed::PrintedView;
use crate::i18n::{Lang, fill};
use crate::lines::digest_unit;
use crate::pages::sheet_path;
use crate::state::AppState;

/// What a digest's view is made from.
pub(crate) struct DigestInput {
    /// The digest.
    pub digest: Digest,
    /// The digest of the day or period before, to tell what moved.
    pub before: Option<Digest>,
    /// The city's digest of the same period, for a unit's.
    pub city: Option<Digest>,
    /// The mentions its lines quote.
    pub quoted: HashMap<MentionId, AnnotatedMention>,
    /// All its revisions, oldest first.
    pub revisions: Vec<Revision>,
    /// What the days after said of it; none for longer periods.
    pub grades: Vec<Grade>,
    /// Titles of the concerns the grades name.
    pub titles: HashMap<ConcernId, String>,
    /// Answers of units that it prints; none for longer periods.
    pub answers: Vec<PrintedAnswer>,
}

/// A revision that was published.
pub(crate) struct RevisionView {
    pub(crate) text: String,
    pub(crate) href: String,
}

impl DigestInput {
    /// Ids of the mentions its lines quote.
    pub(crate) fn quoted_ids(digest: &Digest) -> Vec<MentionId> {
        let quotes = digest.top.iter().flat_map(|entry| &entry.quotes);
        let mut ids = quotes
            .map(|quote| quote.mention.clone())
            .collect::<Vec<_>>();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

/// A source that was missing.
pub(crate) struct GapView {
    pub(crate) name: String,
    pub(crate) status: String,
    pub(crate) detail: String,
}

/// What was heard and what was missing.
pub(crate) struct CoverageView {
    pub(crate) summary: String,
    pub(crate) missing_title: &'static str,
    pub(crate) gaps: Vec<GapView>,
}

/// A digest as it is shown.
pub(crate) struct DigestView {
    pub(crate) day_label: String,
    pub(crate) summary: String,
    pub(crate) method_version: String,
    pub(crate) revision_label: String,
    pub(crate) erratum: Option<String>,
    pub(crate) thin: Option<String>,
    pub(crate) top: Vec<EntryView>,
    pub(crate) rising: Vec<RisingView>,
    pub(crate) rising_intro: &'static str,
    pub(crate) pinned: Vec<PinnedView>,
    /// “1 vấn đề được ẩn”; `None` when nothing is.
    pub(crate) hidden_title: Option<String>,
    pub(crate) hidden: Vec<HiddenView>,
    pub(crate) coverage: CoverageView,
    /// Empty while there is only one.
    pub(crate) revisions: Vec<RevisionView>,
    pub(crate) grade: Option<GradeView>,
    /// Answers of units about what is not among its lines.
    pub(crate) answers: Vec<PrintedView>,
    /// The digest on paper, where printing is built in.
    pub(crate) pdf: Option<String>,
}

impl DigestView {
    pub(crate) fn new(app: &AppState, lang: Lang, input: &DigestInput) -> Self {
        let (t, digest) = (lang.texts(), &input.digest);
        let context = EntryContext { app, lang, input };
        let coverage = &digest.coverage;
        Self {
            day_label: lang.period(digest.period()),
            summary: fill(
                t.digest_summary,
                &[
                    &lang.count(digest.n_mentions.into()),
                    &digest.top.len().to_string(),
                    &coverage.n_fresh.to_string(),
                    &coverage.n_expected.to_string(),
                ],
            ),
            method_version: digest.method_version.clone(),
            revision_label: fill(t.revision_label, &[&digest.revision.to_string()]),
            erratum: digest.erratum.clone(),
            thin: digest.thin_evidence.as_deref().map(reason_of_thin),
            top: digest
                .top
                .iter()
                .map(|entry| EntryView::new(&context, entry))
                .collect(),
            rising: digest
                .rising
                .iter()
                .map(|entry| RisingView::new(lang, entry))
                .collect(),
            rising_intro: match digest.period {
                PeriodKind::Day => t.rising_intro,
                _ => t.rising_intro_period,
            },
            pinned: desk::pinned(lang, digest),
            hidden_title: match digest.desk.hidden.len() as u64 {
                0 => None,
                n => Some(fill(t.hidden_title, &[&lang.count(n)])),
            },
            hidden: desk::hidden(lang, digest),
            coverage: CoverageView::new(app, lang, coverage, digest.period),
            revisions: revisions(lang, input),
            grade: GradeView::new(lang, &digest.scope, &input.grades, &input.titles),
            answers: (input.answers.iter())
                .filter(|printed| {
                    !digest
                        .top
                        .iter()
                        .any(|entry| Some(&entry.concern) == printed.concern.as_ref())
                })
                .map(|printed| PrintedView::new(app, lang, printed))
                .collect(),
            pdf: (app.printer.as_ref())
                .map(|_| lang.href(&sheet_path(&digest.scope, digest.period()))),
        }
    }
}

/// Why a digest is thin, as a sentence of its own: that it is stands before it.
fn reason_of_thin(said: &str) -> String {
    let reason = said
        .trim_start_matches("chưa đủ dữ liệu: ")
        .trim_end_matches('.');
    let mut letters = reason.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    first.chain(letters).chain(['.']).collect()
}

/// Every revision with when and why, and where its data is.
fn revisions(lang: Lang, input: &DigestInput) -> Vec<RevisionView> {
    let (t, digest) = (lang.texts(), &input.digest);
    if input.revisions.len() < 2 {
        return Vec::new();
    }
    let view = |revision: &Revision| {
        let at = lang.moment(revision.published_at);
        let number = revision.revision.to_string();
        RevisionView {
            text: match &revision.erratum {
                Some(erratum) => fill(t.revision_next, &[&number, &at, erratum]),
                None => fill(t.revision_first, &[&at]),
            },
            href: format!(
                "/api/v1/digests?unit={}&period={}&day={}&revision={number}",
                digest_unit(&digest.scope),
                digest.period.code(),
                digest.day
            ),
        }
    };
    input.revisions.iter().map(view).collect()
}

impl CoverageView {
    pub(crate) fn new(app: &AppState, lang: Lang, coverage: &Coverage, period: PeriodKind) -> Self {
        let t = lang.texts();
        let gaps = coverage.gaps.iter().map(|gap| GapView {
            name: app
                .source(&gap.source)
                .map_or_else(|| gap.source.to_string(), |source| source.name.clone()),
            status: models::domain::HealthStatus::from_code(&gap.status)
                .map_or_else(|| gap.status.clone(), |status| t.health(status).to_owned()),
            detail: gap.detail.clone(),
        });
        Self {
            summary: fill(
                t.coverage_summary,
                &[
                    &coverage.n_fresh.to_string(),
                    &coverage.n_expected.to_string(),
                    &lang.share(coverage.share),
                ],
            ),
            missing_title: match period {
                PeriodKind::Day => t.missing_title,
                _ => t.missing_in_period,
            },
            gaps: gaps.collect(),
        }
    }
}
