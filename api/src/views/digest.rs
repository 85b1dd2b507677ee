//! A digest as it is shown: summary, lines, coverage.

use std::collections::HashMap;

use models::domain::{AnnotatedMention, Coverage, Digest, MentionId};

use super::entry::{EntryContext, EntryView, RisingView};
use crate::i18n::{Lang, fill};
use crate::state::AppState;

/// What a digest's view is made from.
pub(crate) struct DigestInput {
    /// The digest.
    pub digest: Digest,
    /// The digest of the day before, to tell what moved.
    pub before: Option<Digest>,
    /// The city's digest of the day, for a unit's.
    pub city: Option<Digest>,
    /// The mentions its lines quote.
    pub quoted: HashMap<MentionId, AnnotatedMention>,
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
    pub(crate) coverage: CoverageView,
}

impl DigestView {
    pub(crate) fn new(app: &AppState, lang: Lang, input: &DigestInput) -> Self {
        let (t, digest) = (lang.texts(), &input.digest);
        let context = EntryContext { app, lang, input };
        let coverage = &digest.coverage;
        Self {
            day_label: lang.long_day(digest.day),
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
            thin: digest.thin_evidence.clone(),
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
            coverage: CoverageView::new(app, lang, coverage),
        }
    }
}

impl CoverageView {
    fn new(app: &AppState, lang: Lang, coverage: &Coverage) -> Self {
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
            gaps: gaps.collect(),
        }
    }
}
