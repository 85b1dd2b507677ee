//! Pages of alerts: lists, one alert with its card, rules, the editor with its preview.

mod editor;
mod words;

use std::collections::BTreeMap;

use askama::Template;
use models::domain::{
    AccountId, Alert, AlertEvent, AlertKind, AlertStatus, AlertStep, AlertSubject, Finding,
};

use super::{Layout, MentionCard};
use crate::Error;
use crate::i18n::{Lang, NoticeTexts, fill};
use crate::state::AppState;

pub(crate) use editor::{EditorInput, EditorPage, RuleForm, RuleRow, RulesPage};
pub(crate) use words::cause_lines;

/// Names of officers by number.
pub(crate) type Names = BTreeMap<AccountId, String>;

/// An alert in a list.
#[derive(Clone)]
pub(crate) struct AlertRow {
    pub(crate) href: String,
    pub(crate) title: String,
    pub(crate) place: Option<String>,
    pub(crate) rule: String,
    pub(crate) since: String,
    pub(crate) status: String,
    pub(crate) class: &'static str,
    pub(crate) urgent: Option<&'static str>,
    /// The figures of its latest card.
    pub(crate) figures: Vec<String>,
}

impl AlertRow {
    pub(crate) fn new(
        app: &AppState,
        lang: Lang,
        alert: &Alert,
        names: &Names,
    ) -> Result<Self, Error> {
        let n = lang.notices();
        let latest = latest_finding(&app.alerts().alert_events(alert.id)?);
        Ok(Self {
            href: lang.href(&format!("/canh-bao/{}", alert.id)),
            title: app.subject_title(lang, &alert.subject)?,
            place: (alert.subject.kind() == AlertKind::Concern)
                .then(|| app.alert_place(lang, &alert.units)),
            rule: fill(n.by_rule, &[&alert.rule_name]),
            since: fill(n.since, &[&lang.moment(alert.opened_at)]),
            status: status_words(app, lang, alert, names),
            class: status_class(alert.status),
            urgent: alert.is_urgent.then_some(n.urgent),
            figures: latest.map_or_else(Vec::new, |found| cause_lines(app, lang, &found)),
        })
    }
}

fn latest_finding(events: &[AlertEvent]) -> Option<Finding> {
    events.iter().rev().find_map(|event| match &event.step {
        AlertStep::Opened(found) | AlertStep::Worsened(found) => Some(found.clone()),
        _ => None,
    })
}

fn status_class(status: AlertStatus) -> &'static str {
    match status {
        AlertStatus::Open => "red",
        AlertStatus::Acknowledged => "orange",
        AlertStatus::Resolved => "green",
    }
}

fn status_words(app: &AppState, lang: Lang, alert: &Alert, names: &Names) -> String {
    let n = lang.notices();
    let mut words = match alert.status {
        AlertStatus::Open => n.open,
        AlertStatus::Acknowledged => n.acknowledged,
        AlertStatus::Resolved => n.resolved,
    }
    .to_owned();
    if let Some(owner) = alert.owner {
        words = format!(
            "{words} · {}",
            fill(n.taken_by, &[&name_of(lang, names, owner)])
        );
    }
    if let Some(until) = alert.snoozed_until.filter(|until| *until > (app.clock)()) {
        words = format!("{words} · {}", fill(n.snoozed, &[&lang.moment(until)]));
    }
    words
}

fn name_of(lang: Lang, names: &Names, id: AccountId) -> String {
    let unknown = || fill(lang.notices().unknown_officer, &[&id.0.to_string()]);
    names.get(&id).cloned().unwrap_or_else(unknown)
}

/// `/canh-bao`.
#[derive(Template)]
#[template(path = "alerts.html")]
pub(crate) struct AlertsPage {
    pub(crate) page: Layout,
    pub(crate) n: &'static NoticeTexts,
    pub(crate) concerns: Vec<AlertRow>,
    pub(crate) sources: Vec<AlertRow>,
    pub(crate) past: Vec<AlertRow>,
    pub(crate) older: Option<String>,
    pub(crate) has_rules: bool,
    pub(crate) may_manage: bool,
}

/// One step of an alert.
pub(crate) struct StepRow {
    pub(crate) at: String,
    pub(crate) what: String,
    pub(crate) who: String,
    pub(crate) comment: String,
}

/// `/canh-bao/{id}`.
#[derive(Template)]
#[template(path = "alert.html")]
pub(crate) struct AlertPage {
    pub(crate) page: Layout,
    pub(crate) n: &'static NoticeTexts,
    pub(crate) row: AlertRow,
    pub(crate) subject: (String, &'static str),
    pub(crate) evidence: Vec<MentionCard>,
    pub(crate) is_thinned: bool,
    pub(crate) steps: Vec<StepRow>,
    pub(crate) action: String,
    pub(crate) version: u64,
    pub(crate) may_manage: bool,
    pub(crate) is_running: bool,
    pub(crate) problem: Option<&'static str>,
    pub(crate) pauses: Vec<(u32, String)>,
}

impl AlertPage {
    pub(crate) fn new(
        app: &AppState,
        page: Layout,
        alert: &Alert,
        names: &Names,
    ) -> Result<Self, Error> {
        let (lang, n) = (page.lang, page.lang.notices());
        let events = app.alerts().alert_events(alert.id)?;
        let found = latest_finding(&events);
        let wanted = found
            .as_ref()
            .map_or_else(Vec::new, |found| match &found.cause {
                models::domain::Cause::Concern(cause) => cause.evidence.clone(),
                models::domain::Cause::Source(_) => Vec::new(),
            });
        let mentions = app.archive.mentions(&wanted)?;
        let subject = match &alert.subject {
            AlertSubject::Concern(id) => (lang.concern_href(id), n.to_concern),
            AlertSubject::Source(id) => (lang.href(&format!("/nguon/{id}")), n.to_source),
        };
        let steps = events.iter().map(|event| StepRow {
            at: lang.moment(event.at),
            what: match &event.step {
                AlertStep::Opened(_) => n.step_opened.to_owned(),
                AlertStep::Worsened(_) => n.step_worsened.to_owned(),
                AlertStep::Acknowledged => n.step_acknowledged.to_owned(),
                AlertStep::Snoozed(until) => fill(n.step_snoozed, &[&lang.moment(*until)]),
                AlertStep::Resolved => n.step_resolved.to_owned(),
                AlertStep::Commented => n.step_commented.to_owned(),
            },
            who: event
                .by
                .map_or_else(|| n.by_itself.to_owned(), |id| name_of(lang, names, id)),
            comment: event.comment.clone(),
        });
        let mut steps = steps.collect::<Vec<_>>();
        steps.reverse();
        let hours = |hours: u32| (hours, fill(n.hours, &[&hours.to_string()]));
        let days = |days: u32| (days * 24, fill(n.days, &[&days.to_string()]));
        Ok(Self {
            row: AlertRow::new(app, lang, alert, names)?,
            subject,
            is_thinned: mentions.len() < wanted.len(),
            evidence: mentions
                .iter()
                .map(|one| MentionCard::new(app, lang, one))
                .collect(),
            steps,
            action: lang.href(&format!("/canh-bao/{}", alert.id)),
            version: alert.version,
            may_manage: false,
            is_running: alert.status != AlertStatus::Resolved,
            problem: None,
            pauses: vec![hours(4), days(1), days(3), days(7)],
            n,
            page,
        })
    }
}
