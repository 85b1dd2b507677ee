//! One line of a digest, with what stands behind it.

use models::domain::{DigestEntry, DigestScope};
use models::language::text::is_unaccented;

use super::digest::DigestInput;
use super::mention::safe_url;
use super::printed::PrintedView;
use super::receipt::ReceiptView;
use crate::i18n::{Lang, fill};
use crate::state::AppState;
use crate::svg::{Bar, Columns, bar, columns};

/// What the lines of one digest are made from.
pub(crate) struct EntryContext<'a> {
    pub(crate) app: &'a AppState,
    pub(crate) lang: Lang,
    pub(crate) input: &'a DigestInput,
}

/// How a line moved since the day or period before.
pub(crate) struct Change {
    pub(crate) class: &'static str,
    pub(crate) mark: &'static str,
    pub(crate) text: String,
}

/// Shares of sentiment with their words.
pub(crate) struct Feeling {
    pub(crate) bar: Bar,
    pub(crate) caption: String,
}

/// Columns of 28 days with their words.
pub(crate) struct Trend {
    pub(crate) drawing: Columns,
    pub(crate) label: String,
    pub(crate) caption: String,
}

/// A sentence that tells, where it stands and how to read the rest.
pub(crate) struct QuoteView {
    /// Taken down at its source since: nothing but that is shown.
    pub(crate) is_withdrawn: bool,
    pub(crate) text: String,
    pub(crate) source: String,
    pub(crate) time: Option<String>,
    pub(crate) url: Option<String>,
}

/// A link to a unit.
pub(crate) struct UnitLink {
    pub(crate) name: String,
    pub(crate) href: String,
}

/// One line of a digest.
pub(crate) struct EntryView {
    pub(crate) anchor: String,
    pub(crate) rank: u32,
    pub(crate) tied: bool,
    pub(crate) title: String,
    /// A title written without accents, read with the likeliest ones.
    pub(crate) read_as: Option<String>,
    pub(crate) pinned: Option<&'static str>,
    /// The title in words of the evidence, where that of the desk is shown.
    pub(crate) extracted_title: Option<String>,
    pub(crate) href: String,
    pub(crate) topic: String,
    pub(crate) scope: Option<&'static str>,
    pub(crate) units: Vec<UnitLink>,
    pub(crate) more_units: Option<String>,
    pub(crate) change: Option<Change>,
    pub(crate) badge: Option<String>,
    pub(crate) mentions: String,
    /// Mentions of all days of the trend, where they are more: a line may be old and quiet today.
    pub(crate) over_days: Option<String>,
    pub(crate) sources: String,
    pub(crate) feeling: Option<Feeling>,
    pub(crate) trend: Option<Trend>,
    pub(crate) quotes: Vec<QuoteView>,
    pub(crate) all_evidence: String,
    pub(crate) rumour: bool,
    /// What its channels say together.
    pub(crate) notes: Vec<&'static str>,
    pub(crate) receipt: ReceiptView,
    /// What units answered, printed in this digest.
    pub(crate) answers: Vec<PrintedView>,
}

/// One line of the rising list.
pub(crate) struct RisingView {
    pub(crate) title: String,
    pub(crate) href: String,
    pub(crate) growth: String,
    pub(crate) mentions: String,
}

/// More units than these are counted, not named.
const MAX_UNITS: usize = 3;

/// More quotes than these are on the concern's page.
const MAX_QUOTES: usize = 3;

impl EntryView {
    pub(crate) fn new(context: &EntryContext<'_>, entry: &DigestEntry) -> Self {
        let (app, lang) = (context.app, context.lang);
        let t = lang.texts();
        let extra = entry.units.len().saturating_sub(MAX_UNITS);
        Self {
            anchor: format!("hang-{}-{}", entry.rank, entry.concern),
            rank: entry.rank,
            tied: entry.tied,
            title: entry.shown_title().to_owned(),
            read_as: read_as(app, entry.shown_title()),
            pinned: entry.desk.pinned.then_some(t.pinned_badge),
            extracted_title: (entry.desk.title.as_ref())
                .map(|_| fill(t.desk_extracted, &[&entry.title])),
            href: lang.concern_href(&entry.concern),
            topic: app.topic_name(entry.topic, lang).to_owned(),
            scope: entry.units.is_empty().then_some(t.scope_city),
            units: unit_links(app, lang, entry),
            more_units: (extra > 0).then(|| fill(t.more_units, &[&extra.to_string()])),
            change: context.change(entry),
            badge: context.badge(entry),
            mentions: mentions_text(lang, entry.n_mentions),
            over_days: over_days(lang, entry),
            sources: sources_text(lang, entry.n_sources),
            feeling: entry
                .receipt
                .as_ref()
                .and_then(|receipt| feeling(lang, receipt.feeling)),
            trend: trend(lang, &entry.trend),
            quotes: context.quotes(entry),
            all_evidence: fill(t.all_evidence, &[&lang.count(entry.evidence.len() as u64)]),
            rumour: entry.receipt.as_ref().is_some_and(|receipt| receipt.rumour),
            notes: entry.notes.iter().map(|note| t.line_note(*note)).collect(),
            receipt: ReceiptView::new(context, entry),
            answers: (context.input.answers.iter())
                .filter(|printed| printed.concern.as_ref() == Some(&entry.concern))
                .map(|printed| PrintedView::new(app, lang, printed))
                .collect(),
        }
    }
}

impl RisingView {
    pub(crate) fn new(lang: Lang, entry: &DigestEntry) -> Self {
        let times = lang.decimal(1.0 + entry.factors.burst, 1);
        Self {
            title: entry.shown_title().to_owned(),
            href: lang.concern_href(&entry.concern),
            growth: fill(lang.texts().growth, &[&times]),
            mentions: mentions_text(lang, entry.n_mentions),
        }
    }
}

impl EntryContext<'_> {
    fn change(&self, entry: &DigestEntry) -> Option<Change> {
        let t = self.lang.texts();
        let before = self.input.before.as_ref()?;
        let old = before.top.iter().find(|old| old.concern == entry.concern);
        let Some(old) = old else {
            return Some(Change {
                class: "new",
                mark: "✦",
                text: t.change_new.to_owned(),
            });
        };
        let steps = old.rank.abs_diff(entry.rank).to_string();
        let (class, mark, text) = match entry.rank.cmp(&old.rank) {
            std::cmp::Ordering::Less => ("up", "▲", fill(t.change_up, &[&steps])),
            std::cmp::Ordering::Greater => ("down", "▼", fill(t.change_down, &[&steps])),
            std::cmp::Ordering::Equal => ("same", "=", t.change_same.to_owned()),
        };
        Some(Change { class, mark, text })
    }

    /// Where a unit's line stands in the city.
    fn badge(&self, entry: &DigestEntry) -> Option<String> {
        if self.input.digest.scope == DigestScope::City {
            return None;
        }
        let t = self.lang.texts();
        let city = self.input.city.as_ref()?;
        let there = city.top.iter().find(|other| other.concern == entry.concern);
        Some(there.map_or_else(
            || t.badge_own.to_owned(),
            |there| fill(t.badge_also_city, &[&there.rank.to_string()]),
        ))
    }

    fn quotes(&self, entry: &DigestEntry) -> Vec<QuoteView> {
        let view = |quote: &models::domain::Quote| {
            let mention = self
                .input
                .quoted
                .get(&quote.mention)
                .map(|found| &found.mention);
            QuoteView {
                is_withdrawn: quote.is_withdrawn(),
                text: quote.text.clone(),
                source: mention
                    .map_or_else(String::new, |mention| self.app.source_name(&mention.source)),
                time: mention
                    .and_then(|mention| mention.published_at)
                    .map(|moment| self.lang.moment(moment)),
                url: mention.and_then(|mention| safe_url(mention.url.as_deref())),
            }
        };
        entry.quotes.iter().take(MAX_QUOTES).map(view).collect()
    }
}

fn unit_links(app: &AppState, lang: Lang, entry: &DigestEntry) -> Vec<UnitLink> {
    let link = |weighted: &models::domain::WeightedUnit| UnitLink {
        name: app.unit_name(weighted.code),
        href: lang.unit_href(weighted.code),
    };
    entry.units.iter().take(MAX_UNITS).map(link).collect()
}

/// A line of a digest as figures with their names and reasons in sentences.
pub(crate) struct DigestLine {
    pub(crate) figures: Vec<(String, String)>,
    pub(crate) reasons: Vec<String>,
}

/// A line of a digest, to be kept as it stands.
pub(crate) fn digest_line(
    app: &AppState,
    lang: Lang,
    input: &DigestInput,
    entry: &DigestEntry,
) -> DigestLine {
    let t = lang.texts();
    let view = EntryView::new(&EntryContext { app, lang, input }, entry);
    let named = |name: &str, value: String| (name.to_owned(), value);
    let score = format!("{} ({})", view.receipt.score, view.receipt.interval);
    let mut figures = vec![
        named(t.factor_count, view.mentions),
        named(t.sources_short, view.sources),
        named(t.score, score),
    ];
    if let Some(feeling) = view.feeling {
        figures.push(named(t.feeling_title, feeling.caption));
    }
    DigestLine {
        figures,
        reasons: view.receipt.notes,
    }
}

/// Shares of negative, neutral and positive mentions; `None` without any.
pub(crate) fn feeling(lang: Lang, counts: [u32; 3]) -> Option<Feeling> {
    let bar = bar(counts)?;
    let shown = counts.map(|n| lang.count(n.into()));
    let caption = fill(
        lang.texts().feeling_caption,
        &[&shown[0], &shown[1], &shown[2]],
    );
    Some(Feeling { bar, caption })
}

fn trend(lang: Lang, days: &[u32]) -> Option<Trend> {
    let t = lang.texts();
    let drawing = columns(days, 4, 28);
    let last = days.last()?.to_string();
    let n_days = days.len().to_string();
    let label = fill(t.trend_label, &[&n_days, &drawing.max.to_string(), &last]);
    Some(Trend {
        drawing,
        label,
        caption: fill(t.trend_days, &[&n_days]),
    })
}

fn over_days(lang: Lang, entry: &DigestEntry) -> Option<String> {
    let n = entry.trend.iter().map(|n| u64::from(*n)).sum::<u64>();
    let days = entry.trend.len() as u64;
    let words = lang.texts().mentions_over_days;
    (n > u64::from(entry.n_mentions)).then(|| fill(words, &[&lang.count(n), &lang.count(days)]))
}

/// Words that carry no accents, as they most likely read; `None` for words that do.
pub(crate) fn read_as(app: &AppState, text: &str) -> Option<String> {
    is_unaccented(text).then(|| app.restorer.restore(text))
}

pub(crate) fn mentions_text(lang: Lang, n: u32) -> String {
    match n {
        1 => lang.texts().one_mention.to_owned(),
        n => fill(lang.texts().mentions_of, &[&lang.count(n.into())]),
    }
}

fn sources_text(lang: Lang, n: u32) -> String {
    match n {
        1 => lang.texts().one_source.to_owned(),
        n => fill(lang.texts().sources_of, &[&lang.count(n.into())]),
    }
}
