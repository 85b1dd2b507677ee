//! How digests were graded by the days after.

use std::collections::HashMap;

use askama::Template;
use models::domain::{Channel, ConcernId, DigestScope, Grade};

use super::Layout;
use super::period::{period_path, scope_query};
use crate::i18n::{Lang, fill};
use models::domain::Period;

/// A concern that was missed or that led.
pub(crate) struct GradedConcern {
    pub(crate) title: String,
    pub(crate) href: String,
    pub(crate) note: String,
}

/// What the days after say of one digest, beside it.
pub(crate) struct GradeView {
    pub(crate) sentences: Vec<String>,
    pub(crate) misses: Vec<GradedConcern>,
    pub(crate) leads: Vec<GradedConcern>,
    pub(crate) method: String,
    pub(crate) all: String,
}

impl GradeView {
    /// `grades` are those of the digest, `titles` those of the concerns they name.
    pub(crate) fn new(
        lang: Lang,
        scope: &DigestScope,
        grades: &[Grade],
        titles: &HashMap<ConcernId, String>,
    ) -> Option<Self> {
        let t = lang.texts();
        let latest = grades.last()?;
        let named = |id: &ConcernId, note: String| {
            titles.get(id).map(|title| GradedConcern {
                title: title.clone(),
                href: lang.concern_href(id),
                note,
            })
        };
        let misses = latest.misses.iter().filter_map(|miss| {
            let counts = [miss.n_mentions, miss.n_known].map(|n| lang.count(n.into()));
            named(&miss.concern, fill(t.grade_miss, &[&counts[0], &counts[1]]))
        });
        let leads = latest.leads.iter().filter_map(|lead| {
            let channel = t.channel(lead.channel);
            let hours = lang.count(lead.hours.into());
            let note = match lang {
                Lang::Vi => fill(t.grade_lead, &[channel, &hours]),
                Lang::En => fill(t.grade_lead, &[&hours, channel]),
            };
            named(&lead.concern, note)
        });
        Some(Self {
            sentences: grades.iter().map(|grade| sentence(lang, grade)).collect(),
            misses: misses.collect(),
            leads: leads.collect(),
            method: fill(t.grade_method, &[&latest.method_version]),
            all: lang.href(&format!("/cham-lai{}", scope_query(scope))),
        })
    }
}

fn after(lang: Lang, days: u32) -> String {
    let t = lang.texts();
    match days {
        1 => t.grade_after_one.to_owned(),
        days => fill(t.grade_after, &[&days.to_string()]),
    }
}

fn interval(lang: Lang, grade: &Grade) -> (String, String) {
    let end = |share: f64| lang.share(share);
    (end(grade.precision.low), end(grade.precision.high))
}

fn sentence(lang: Lang, grade: &Grade) -> String {
    let (low, high) = interval(lang, grade);
    fill(
        lang.texts().grade_sentence,
        &[
            &after(lang, grade.after_days),
            &grade.n_confirmed.to_string(),
            &grade.n_lines.to_string(),
            &low,
            &high,
            &grade.misses.len().to_string(),
            &grade.n_large.to_string(),
        ],
    )
}

/// One grade in the table.
pub(crate) struct GradeRow {
    pub(crate) day: String,
    pub(crate) href: String,
    pub(crate) after: String,
    pub(crate) confirmed: String,
    pub(crate) interval: String,
    pub(crate) missed: String,
    pub(crate) leads: String,
}

/// `/cham-lai`.
#[derive(Template)]
#[template(path = "grades.html")]
pub(crate) struct GradesPage {
    pub(crate) page: Layout,
    pub(crate) name: String,
    pub(crate) rows: Vec<GradeRow>,
    pub(crate) json: String,
}

impl GradesPage {
    /// `grades` are the newest first.
    pub(crate) fn new(page: Layout, scope: &DigestScope, name: String, grades: &[Grade]) -> Self {
        let lang = page.lang;
        let row = |grade: &Grade| {
            let (low, high) = interval(lang, grade);
            let led = |channel| {
                grade
                    .leads
                    .iter()
                    .filter(|lead| lead.channel == channel)
                    .count()
            };
            let t = lang.texts();
            GradeRow {
                day: lang.short_day(grade.day),
                href: lang.href(&period_path(scope, Period::day(grade.day))),
                after: after(lang, grade.after_days),
                confirmed: format!("{}/{}", grade.n_confirmed, grade.n_lines),
                interval: format!("{low}–{high}"),
                missed: format!("{}/{}", grade.misses.len(), grade.n_large),
                leads: format!(
                    "{} {}, {} {}",
                    t.channel_press,
                    led(Channel::Press),
                    t.channel_hotline,
                    led(Channel::Hotline)
                ),
            }
        };
        Self {
            name,
            rows: grades.iter().map(row).collect(),
            json: format!("/api/v1/grades?unit={}", crate::lines::digest_unit(scope)),
            page,
        }
    }
}
