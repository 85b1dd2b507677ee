//! Alerts as people see them: who may see which, what a rule would have found in the past, and what is
//! said of new ones.

use std::collections::BTreeMap;

use indexer::Alerts;
use jiff::ToSpan;
use jiff::civil::Date;
use models::domain::{
    About, Action, Alert, AlertRule, AlertSubject, Cause, Decision, Finding, Notice, SourceDay,
    SourceId, UnitCode, Watch,
};
use models::ranking::alert::{Preview, Rehearsal, Voice, outage_on, rehearse};

use crate::Error;
use crate::access::Principal;
use crate::i18n::{Lang, fill};
use crate::state::AppState;
use crate::views::cause_lines;

/// Days of a preview, the running one included.
pub(crate) const PREVIEW_DAYS: i64 = 28;
/// Days of history behind the first of them.
const BEFORE_DAYS: i64 = 27;
/// Alerts named in one notice.
const NAMED: usize = 10;

/// Whether somebody may do something with an alert: in the whole city, or in one of its units.
pub(crate) fn may(principal: &Principal, action: Action, alert: &Alert) -> bool {
    let granted = |about| principal.decide(action, about) == Decision::Granted;
    granted(About::City) || alert.units.iter().any(|unit| granted(About::Unit(*unit)))
}

/// What a rule is about, for rights.
pub(crate) fn about_units(units: &[UnitCode]) -> About<'_> {
    if units.is_empty() {
        About::City
    } else {
        About::Units(units)
    }
}

/// What a draft of a rule would have found, and where the record begins.
pub(crate) struct Previewed {
    pub(crate) preview: Preview,
    pub(crate) recorded_from: Option<Date>,
}

impl AppState {
    /// Lets a draft of a rule live through the last 28 days.
    pub(crate) fn preview(&self, rule: &AlertRule) -> Result<Previewed, Error> {
        let today = self.today();
        let from = today.saturating_sub((PREVIEW_DAYS - 1).days());
        let recorded_from = self.archive.mention_days()?.map(|(first, _)| first);
        let preview = match (&rule.watch, recorded_from) {
            (Watch::Concerns(watch), Some(recorded_from)) => {
                let voices = self.voices(from.saturating_sub(BEFORE_DAYS.days()), today)?;
                rehearse(watch, &voices, recorded_from, (from, today))
            }
            (Watch::Concerns(_), None) => {
                let mut nothing = Rehearsal::new();
                for back in (0..PREVIEW_DAYS).rev() {
                    nothing.skip(today.saturating_sub(back.days()));
                }
                nothing.finish()
            }
            (Watch::Sources(watch), _) => {
                let days = self.archive.source_days(from, today)?;
                let mut rehearsal = Rehearsal::new();
                for back in (0..PREVIEW_DAYS).rev() {
                    let day = today.saturating_sub(back.days());
                    if !days.iter().any(|seen| seen.day == day) {
                        rehearsal.skip(day);
                        continue;
                    }
                    let found = by_source(&days, day);
                    let found = found.values().filter_map(|seen| outage_on(watch, seen));
                    rehearsal.live(day, found.collect());
                }
                rehearsal.finish()
            }
        };
        Ok(Previewed {
            preview,
            recorded_from,
        })
    }

    /// The grouped mentions of some days as rules look at them.
    pub fn voices(&self, from: Date, to: Date) -> Result<Vec<Voice>, Error> {
        let mentions = self.archive.mentions_of_days(from, to)?;
        Ok(mentions.iter().filter_map(Voice::of).collect())
    }

    /// What an alert is about, in words: the title readers see, or the name of the source.
    pub(crate) fn subject_title(
        &self,
        lang: Lang,
        subject: &AlertSubject,
    ) -> Result<String, Error> {
        Ok(match subject {
            AlertSubject::Source(id) => self.source_name(id),
            AlertSubject::Concern(id) => {
                let gone = || lang.notices().gone.to_owned();
                self.archive
                    .concern(id)?
                    .map_or_else(gone, |concern| concern.title)
            }
        })
    }

    /// Where an alert is, in words.
    pub(crate) fn alert_place(&self, lang: Lang, units: &[UnitCode]) -> String {
        match units.first() {
            Some(unit) => self.unit_name(*unit),
            None => lang.notices().everywhere.to_owned(),
        }
    }

    /// What is said of new alerts to one who is told: each with its figures, in one notice.
    pub fn alert_notice(
        &self,
        key: String,
        english: bool,
        found: &[(Alert, Finding, bool)],
    ) -> Result<Notice, Error> {
        let lang = if english { Lang::En } else { Lang::Vi };
        let n = lang.notices();
        let mut lines = Vec::new();
        let mut titles = Vec::new();
        for (alert, finding, is_worse) in found.iter().take(NAMED) {
            let title = self.subject_title(lang, &alert.subject)?;
            let mut head = title.clone();
            if matches!(finding.cause, Cause::Concern(_)) {
                head = format!("{head} ({})", self.alert_place(lang, &alert.units));
            }
            if *is_worse {
                head = fill(n.told_worse, &[&head]);
            }
            if alert.is_urgent {
                head = format!("[{}] {head}", n.urgent);
            }
            let figures = cause_lines(self, lang, finding);
            lines.push(format!(
                "{}\n{}",
                fill(n.told_line, &[&alert.rule_name, &head]),
                figures.join("\n")
            ));
            titles.push(title);
        }
        if let Some(more) = found.len().checked_sub(NAMED).filter(|more| *more > 0) {
            lines.push(fill(n.told_more, &[&lang.count(more as u64)]));
        }
        let first = titles.first().cloned().unwrap_or_default();
        let (subject, path) = match found {
            [(alert, ..)] => (
                fill(n.told_one, &[&first]),
                format!("/canh-bao/{}", alert.id),
            ),
            many => {
                let n_all = lang.count(many.len() as u64);
                let subject = format!("{}: {}", fill(n.told_many, &[&n_all]), titles.join("; "));
                (subject.chars().take(150).collect(), "/canh-bao".to_owned())
            }
        };
        let link = self
            .public_url
            .as_ref()
            .map(|url| format!("{url}{}", lang.href(&path)));
        Ok(Notice {
            key,
            short: subject.clone(),
            subject,
            lines,
            link,
            english,
            not_before: None,
        })
    }

    /// Rules, alerts and what happened to them.
    pub(crate) fn alerts(&self) -> &dyn Alerts {
        &*self.alerts
    }
}

/// Days of each source up to one, the newest first; only of sources seen that day.
fn by_source(days: &[SourceDay], until: Date) -> BTreeMap<&SourceId, Vec<SourceDay>> {
    let mut all: BTreeMap<&SourceId, Vec<SourceDay>> = BTreeMap::new();
    for seen in days.iter().filter(|seen| seen.day <= until) {
        all.entry(&seen.source).or_default().push(seen.clone());
    }
    for seen in all.values_mut() {
        seen.sort_by_key(|day| std::cmp::Reverse(day.day));
    }
    all.retain(|_, seen| seen.first().is_some_and(|day| day.day == until));
    all
}
