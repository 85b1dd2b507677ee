//! One source with its history.

use askama::Template;
use jiff::Timestamp;
use models::domain::{HealthStatus, Source, SourceHealth};
use models::rhythm::Rhythm;

use super::Layout;
use super::source_strip::{Seen, StripDay, days_of};
use super::sources::{LabelledStrip, SourceRow, labelled, status_class, status_of};
use crate::i18n::{Lang, fill};
use crate::state::AppState;

pub(crate) struct DayRow {
    pub(crate) day: String,
    pub(crate) status: &'static str,
    pub(crate) class: &'static str,
    pub(crate) heard: String,
    pub(crate) expected: String,
    pub(crate) visits: String,
    pub(crate) detail: String,
}

pub(crate) struct VisitRow {
    pub(crate) time: String,
    pub(crate) status: &'static str,
    pub(crate) class: &'static str,
    pub(crate) n_new: u32,
    pub(crate) detail: String,
}

/// What the page is made from.
pub(crate) struct SourceInput {
    /// Which source.
    pub source: Source,
    /// Its latest observations, newest first.
    pub visits: Vec<SourceHealth>,
    /// Its days.
    pub seen: Seen,
    /// When it spoke, for its rhythm.
    pub moments: Vec<Timestamp>,
}

/// `/nguon/{id}`.
#[derive(Template)]
#[template(path = "source.html")]
pub(crate) struct SourcePage {
    pub(crate) page: Layout,
    pub(crate) source: SourceRow,
    pub(crate) advice: Option<&'static str>,
    pub(crate) rhythm: String,
    pub(crate) strip: Option<LabelledStrip>,
    pub(crate) days: Vec<DayRow>,
    pub(crate) visits: Vec<VisitRow>,
}

impl SourcePage {
    pub(crate) fn new(app: &AppState, page: Layout, input: &SourceInput) -> Self {
        let (t, lang, today) = (page.t, page.lang, app.today());
        let latest = input.visits.first();
        let source = &input.source;
        let days = days_of(&input.seen, &source.id, today);
        let days = days.iter().rev().map(|day| DayRow::new(lang, day));
        Self {
            source: SourceRow::new(lang, source, latest),
            advice: t.advice(status_of(source, latest)),
            rhythm: rhythm(lang, latest, &input.moments),
            strip: labelled(lang, &input.seen, &source.id, today),
            days: days.collect(),
            visits: input
                .visits
                .iter()
                .map(|visit| VisitRow::new(lang, visit))
                .collect(),
            page,
        }
    }
}

/// When its silence becomes unusual, as known at the last visit.
fn rhythm(lang: Lang, latest: Option<&SourceHealth>, moments: &[Timestamp]) -> String {
    let t = lang.texts();
    let known = latest.and_then(|latest| {
        let rhythm = Rhythm::learn(moments, latest.observed_at)?;
        Some(rhythm.silence(latest.newest_entry_at?, latest.observed_at))
    });
    match known {
        Some(silence) => fill(t.source_rhythm_usual, &[&lang.moment(silence.unusual_from)]),
        None => t.source_rhythm_none.to_owned(),
    }
}

impl DayRow {
    fn new(lang: Lang, day: &StripDay) -> Self {
        let t = lang.texts();
        let seen = day.seen.as_ref();
        Self {
            day: lang.short_day(day.day),
            status: seen.map_or("–", |seen| t.health(seen.status)),
            class: seen.map_or("wait", |seen| status_class(seen.status)),
            heard: lang.count(day.n_heard),
            expected: lang.decimal(day.expected, 1),
            visits: seen.map_or_else(
                || "–".to_owned(),
                |seen| format!("{}/{}", seen.n_well, seen.n_visits),
            ),
            detail: seen
                .filter(|seen| seen.status != HealthStatus::Fresh)
                .map_or_else(String::new, |seen| seen.detail.clone()),
        }
    }
}

impl VisitRow {
    fn new(lang: Lang, visit: &SourceHealth) -> Self {
        Self {
            time: lang.moment(visit.observed_at),
            status: lang.texts().health(visit.status),
            class: status_class(visit.status),
            n_new: visit.n_new,
            detail: visit.detail.clone(),
        }
    }
}
