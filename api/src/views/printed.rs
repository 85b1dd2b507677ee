//! Answers of units as readers see them: under a concern, in a digest, on paper.

use models::domain::{DigestScope, PrintedAnswer};

use super::request::{RequestRow, filled};
use crate::i18n::{Lang, fill};
use crate::state::AppState;
use crate::svg::columns;

/// Voices a day before the question and after it.
pub(crate) struct AnswerCurve {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) before: String,
    pub(crate) after: String,
    pub(crate) label: String,
    pub(crate) caption: String,
}

/// An answer that was taken.
pub(crate) struct PrintedView {
    pub(crate) whose: String,
    pub(crate) title: String,
    pub(crate) href: Option<String>,
    pub(crate) text: String,
    pub(crate) note: Option<String>,
    pub(crate) when: String,
    pub(crate) curve: Option<AnswerCurve>,
}

impl PrintedView {
    pub(crate) fn new(app: &AppState, lang: Lang, printed: &PrintedAnswer) -> Self {
        let r = lang.requests();
        let days = [printed.asked_on, printed.answered_on].map(|day| lang.short_day(day));
        Self {
            whose: app.respondent_name(&printed.addressee),
            title: printed.title.clone(),
            href: printed.concern.as_ref().map(|id| lang.concern_href(id)),
            text: printed.answer.clone(),
            note: (!printed.note.is_empty()).then(|| printed.note.clone()),
            when: fill(r.public_line, &[&days[0], &days[1]]),
            curve: curve(lang, printed),
        }
    }

    /// In one sentence, for paper and mail.
    pub(crate) fn sentence(&self, lang: Lang) -> String {
        const MOST: usize = 400;
        let short = self.text.chars().take(MOST).collect::<String>();
        let dots = if short.len() < self.text.len() {
            "…"
        } else {
            ""
        };
        let text = format!("{}{dots}", short.replace('\n', " "));
        let said = fill(lang.requests().sheet_answer, &[&self.whose, &text]);
        match &self.note {
            Some(note) => format!("{said} {} {note}", lang.requests().desk_note),
            None => said,
        }
    }
}

fn curve(lang: Lang, printed: &PrintedAnswer) -> Option<AnswerCurve> {
    let r = lang.requests();
    let (before, after) = printed.before_and_after();
    let counts = filled(&printed.curve);
    let last = printed.curve.last()?.0;
    let before = lang.decimal(before?, 1);
    let n_after = printed
        .asked_on
        .until(last)
        .map_or(0, |span| span.get_days());
    let n_after = usize::try_from(n_after).unwrap_or(0).min(counts.len());
    let first_after = counts.len() - n_after;
    let max = counts.iter().copied().max().unwrap_or(0);
    let side = |is_after: bool| {
        let counts = counts.iter().enumerate();
        let shown = counts.map(|(at, n)| {
            if (at >= first_after) == is_after {
                *n
            } else {
                0
            }
        });
        // A value behind the last day carries the scale that both sides share.
        columns(&shown.chain([max]).collect::<Vec<_>>(), 4, 28).path
    };
    Some(AnswerCurve {
        width: 4 * counts.len() as u32,
        height: 28,
        before: side(false),
        after: side(true),
        label: fill(r.curve_label, &[&counts.len().to_string()]),
        caption: match after {
            Some(after) => fill(r.voices_before_after, &[&before, &lang.decimal(after, 1)]),
            None => fill(r.voices_before, &[&before]),
        },
    })
}

/// Whether the digests of a scope print an answer: the city's all, others their own.
pub(crate) fn is_printed_in(scope: &DigestScope, printed: &PrintedAnswer) -> bool {
    *scope == DigestScope::City || *scope == printed.addressee.scope()
}

/// What a concern's page says of requests: to readers the answers, to officers the requests of their
/// part of the city, and a way to ask.
#[derive(Default)]
pub(crate) struct AskedPanel {
    pub(crate) answers: Vec<PrintedView>,
    pub(crate) rows: Vec<RequestRow>,
    pub(crate) ask: Option<String>,
}
