//! Why a line has its rank (vì sao hạng này), and what the rank would be otherwise.

use models::domain::{
    Counterfactual, DigestEntry, DigestScope, Factors, Interval, PeriodKind, Receipt,
};

use super::entry::EntryContext;
use crate::i18n::{Lang, fill};

/// One factor of the score.
pub(crate) struct FactorRow {
    pub(crate) name: &'static str,
    pub(crate) meaning: &'static str,
    pub(crate) value: String,
    pub(crate) multiplier: String,
}

/// How the score came about.
pub(crate) struct ReceiptView {
    pub(crate) rows: [FactorRow; 5],
    pub(crate) score: String,
    pub(crate) interval: String,
    pub(crate) tie_note: Option<&'static str>,
    pub(crate) notes: Vec<String>,
}

/// Sources named; the rest is on the concern's page.
const MAX_SOURCES: usize = 4;

/// A topic this many times more frequent than in the city is worth a word.
const NOTED_LIFT: f64 = 1.2;

impl ReceiptView {
    pub(crate) fn new(context: &EntryContext<'_>, entry: &DigestEntry) -> Self {
        let lang = context.lang;
        let Interval { low, high } = entry.interval;
        let bounds = [lang.decimal(low, 1), lang.decimal(high, 1)];
        let receipt = entry.receipt.as_ref();
        Self {
            rows: factor_rows(lang, &entry.factors, context.input.digest.period),
            score: lang.decimal(entry.score, 1),
            interval: fill(lang.texts().interval_90, &[&bounds[0], &bounds[1]]),
            tie_note: entry.tied.then_some(lang.texts().tie_note),
            notes: receipt.map_or_else(Vec::new, |receipt| notes(context, entry, receipt)),
        }
    }
}

fn notes(context: &EntryContext<'_>, entry: &DigestEntry, receipt: &Receipt) -> Vec<String> {
    let (lang, t) = (context.lang, context.lang.texts());
    let is_unit = matches!(context.input.digest.scope, DigestScope::Unit(_));
    let expected = [
        &lang.decimal(receipt.expected, 1),
        &lang.count(entry.n_mentions.into()),
    ];
    let (expected_note, per_capita_note) = match context.input.digest.period {
        PeriodKind::Day => (t.expected_note, t.per_capita_note),
        _ => (t.expected_in_period, t.per_capita_in_period),
    };
    let n_coordinated = lang.count(receipt.coordinated.len() as u64);
    let notes = [
        Some(by_source(context, receipt)),
        receipt.without_biggest_source.as_ref().map(|other| {
            fill(
                t.without_source,
                &[&other.left_out, &rank_then(lang, other)],
            )
        }),
        receipt.without_coordinated.as_ref().map(|other| {
            fill(
                t.without_coordinated,
                &[&n_coordinated, &rank_then(lang, other)],
            )
        }),
        receipt.rumour.then(|| t.rumour_note.to_owned()),
        Some(fill(expected_note, &[expected[0], expected[1]])),
        (is_unit && receipt.lift_over_city >= NOTED_LIFT)
            .then(|| fill(t.lift_note, &[&lang.decimal(receipt.lift_over_city, 1)])),
        receipt
            .per_10_000
            .map(|per| fill(per_capita_note, &[&lang.decimal(per, 2)])),
    ];
    notes.into_iter().flatten().collect()
}

fn rank_then(lang: Lang, other: &Counterfactual) -> String {
    let t = lang.texts();
    match other.rank {
        Some(rank) => fill(
            t.rank_then,
            &[&rank.to_string(), &lang.decimal(other.score, 1)],
        ),
        None => t.nothing_left.to_owned(),
    }
}

fn by_source(context: &EntryContext<'_>, receipt: &Receipt) -> String {
    let named = receipt.by_source.iter().take(MAX_SOURCES);
    let named = named.map(|(source, n)| format!("{} {n}", context.app.source_name(source)));
    let named = named.collect::<Vec<_>>().join(", ");
    let more = receipt.by_source.len().saturating_sub(MAX_SOURCES);
    let t = context.lang.texts();
    match more {
        0 => fill(t.source_note, &[&named]),
        more => fill(t.source_note_more, &[&named, &more.to_string()]),
    }
}

fn factor_rows(lang: Lang, factors: &Factors, period: PeriodKind) -> [FactorRow; 5] {
    let t = lang.texts();
    let burst_meaning = match period {
        PeriodKind::Day => t.factor_burst_meaning,
        _ => t.burst_meaning_period,
    };
    let times = |value: f64| format!("×\u{a0}{}", lang.decimal(value, 2));
    let row = |name, meaning, value, multiplier| FactorRow {
        name,
        meaning,
        value,
        multiplier,
    };
    [
        row(
            t.factor_count,
            t.factor_count_meaning,
            lang.decimal(factors.shrunk_count, 1),
            lang.decimal(factors.shrunk_count, 2),
        ),
        row(
            t.factor_burst,
            burst_meaning,
            format!("+{}", lang.share(factors.burst)),
            times(1.0 + factors.burst),
        ),
        row(
            t.factor_negativity,
            t.factor_negativity_meaning,
            lang.share(factors.negativity),
            times(1.0 + factors.negativity),
        ),
        row(
            t.factor_breadth,
            t.factor_breadth_meaning,
            lang.decimal(factors.breadth, 2),
            times(factors.breadth),
        ),
        row(
            t.factor_age,
            t.factor_age_meaning,
            lang.decimal(factors.unresolved_age, 2),
            times(factors.unresolved_age),
        ),
    ]
}
