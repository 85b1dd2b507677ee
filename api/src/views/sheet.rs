//! A digest as a sheet: the texts of its page, in order.

use super::entry::EntryView;
use super::period::period_path;
use super::{DigestInput, DigestView};
use crate::i18n::{Lang, fill};
use crate::sheet::{Sheet, SheetLine, SheetWords};
use crate::state::AppState;

impl Sheet {
    /// What the page of a digest shows, for paper and mail.
    pub(crate) fn new(app: &AppState, lang: Lang, input: &DigestInput, whose: &str) -> Self {
        let (t, digest) = (lang.texts(), &input.digest);
        let view = DigestView::new(app, lang, input);
        let link = |path: &str| match &app.public_url {
            Some(base) => format!("{base}{}", lang.href(path)),
            None => String::new(),
        };
        let day = digest.day;
        Self {
            lang: lang.code(),
            title: t.digest_of_period(digest.period).to_owned(),
            whose: whose.to_owned(),
            city: app.city.clone(),
            period: view.day_label,
            date: [day.year(), day.month().into(), day.day().into()],
            summary: match view.answers.len() as u64 {
                0 => view.summary,
                n => {
                    let more = fill(lang.requests().more_answers, &[&lang.count(n)]);
                    format!("{} {more}", view.summary)
                }
            },
            erratum: view
                .erratum
                .map(|text| format!("{} {text}", view.revision_label)),
            thin: view.thin.map(|text| format!("{text} {}", t.thin_reason)),
            lines: (view.top.into_iter().zip(&digest.top))
                .map(|(shown, entry)| {
                    let href = link(&format!("/van-de/{}", entry.concern));
                    line(lang, shown, entry.trend.clone(), href)
                })
                .collect(),
            rising: (view.rising.into_iter())
                .map(|rising| [rising.title, rising.growth])
                .collect(),
            coverage: view.coverage.summary,
            gaps: (view.coverage.gaps.into_iter())
                .map(|gap| [gap.name, joined(&[&gap.status, &gap.detail])])
                .collect(),
            method: fill(
                t.sheet_method,
                &[&view.method_version, &digest.revision.to_string()],
            ),
            href: link(&period_path(&digest.scope, digest.period())),
            words: words(lang),
        }
    }
}

fn line(lang: Lang, shown: EntryView, trend: Vec<u32>, href: String) -> SheetLine {
    let t = lang.texts();
    let mut notes = Vec::new();
    notes.extend(shown.pinned.map(str::to_owned));
    let read_as = shown.read_as.map(|words| format!("{} {words}", t.read_as));
    notes.extend(read_as);
    notes.extend(shown.extracted_title);
    notes.extend(shown.rumour.then(|| t.rumour.to_owned()));
    notes.extend(shown.notes.iter().map(|note| (*note).to_owned()));
    notes.extend(shown.badge);
    notes.extend(shown.answers.iter().map(|answer| answer.sentence(lang)));
    let place = shown.scope.map_or_else(
        || {
            let units = shown.units.iter().map(|unit| unit.name.as_str());
            let more = shown.more_units.as_deref().unwrap_or_default();
            joined_by(" ", &[&units.collect::<Vec<_>>().join(", "), more])
        },
        str::to_owned,
    );
    let change = shown.change.map_or_else(Default::default, |change| {
        [change.class.to_owned(), change.text]
    });
    let (feeling, feeling_text) = shown.feeling.map_or_else(Default::default, |feeling| {
        let shares = [
            feeling.bar.negative,
            feeling.bar.neutral,
            feeling.bar.positive,
        ];
        let whole = shares.iter().sum::<f64>();
        (shares.map(|part| part / whole).to_vec(), feeling.caption)
    });
    SheetLine {
        rank: shown.rank,
        tied: shown.tied,
        title: shown.title,
        topic: shown.topic,
        place,
        change,
        mentions: shown.mentions,
        sources: shown.sources,
        trend,
        trend_text: shown.trend.map_or_else(String::new, |trend| trend.label),
        feeling,
        feeling_text,
        notes,
        quotes: (shown.quotes.into_iter())
            .map(|quote| {
                if quote.is_withdrawn {
                    return [String::new(), t.withdrawn.to_owned()];
                }
                let time = quote.time.unwrap_or_default();
                [quote.text, joined(&[&quote.source, &time])]
            })
            .collect(),
        score: joined(&[
            &format!("{} {}", t.score, shown.receipt.score),
            &shown.receipt.interval,
        ]),
        reasons: (shown.receipt.tie_note.map(str::to_owned).into_iter())
            .chain(shown.receipt.notes)
            .collect(),
        href,
    }
}

fn words(lang: Lang) -> SheetWords {
    let t = lang.texts();
    SheetWords {
        top: t.top_title,
        concern: t.sheet_concern,
        mentions: t.factor_count,
        change: t.sheet_change,
        trend: t.sheet_trend,
        feeling: t.feeling_title,
        negative: t.sheet_negative,
        evidence: t.evidence,
        why: t.why_rank,
        tied: t.tied,
        thin: t.thin_title,
        rising: t.rising_title,
        coverage: t.coverage_title,
        missing: t.missing_title,
        page: t.sheet_page,
        open: t.sheet_open,
        promise: t.footer_promise,
    }
}

/// Parts that say something, with a dot between them.
fn joined(parts: &[&str]) -> String {
    joined_by(" · ", parts)
}

fn joined_by(separator: &str, parts: &[&str]) -> String {
    let said = parts.iter().filter(|part| !part.is_empty());
    said.copied().collect::<Vec<_>>().join(separator)
}
