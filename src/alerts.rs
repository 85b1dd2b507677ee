//! Alerts: rules are held against each new state of the record; what they find becomes alerts, once while
//! it lasts, and is told to people in one message and to endpoints one by one.

use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use api::AppState;
use api::lines::alert_event;
use indexer::{AlertQuery, NewMessage};
use jiff::{Timestamp, ToSpan};
use models::domain::{
    Addressee, Alert, AlertEvent, AlertKind, AlertRule, AlertStatus, AlertStep, DigestScope,
    Endpoint, EventKind, Finding, NextStep, Recipient, Watch, day_in_vietnam, is_quiet, next_step,
};
use models::ranking::alert::{Voice, findings, outage};
use tracing::info;

use crate::city::short_hash;
use crate::outgoing;
use crate::pipeline::Pipeline;

/// Days of history behind a day.
const BEFORE_DAYS: i64 = 28;
/// Observations of a source looked at.
const HEALTH_SEEN: usize = 400;
/// Alerts that run at the same time, at most looked at.
const RUNNING_MAX: usize = 5_000;
/// Seconds after which all is looked at again, whether something changed or not.
const LOOKED_AGAIN_S: i64 = 600;
/// Events told in one stretch.
const AT_ONCE: usize = 500;

/// What the last look saw, so that nothing is read again while nothing changed.
#[derive(Default)]
pub struct LastLook(Mutex<Option<(u64, u64, String)>>);

/// What a look did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "counts")]
pub struct Looked {
    /// Alerts opened.
    pub n_opened: usize,
    /// Alerts that got clearly worse.
    pub n_worse: usize,
    /// Alerts that are over by themselves.
    pub n_over: usize,
}

/// Holds all rules against the record: the running day and the one before, for what came late; and how
/// sources are doing now.
pub fn look(pipeline: &Pipeline, now: Timestamp) -> Result<Looked> {
    let rules = pipeline.alerts.alert_rules()?;
    let rules = rules
        .into_iter()
        .filter(|rule| rule.is_active)
        .collect::<Vec<_>>();
    let mut done = Looked::default();
    let mut found = sources_found(pipeline, &rules, now)?;
    if is_news(pipeline, &rules, now)? {
        found.extend(concerns_found(pipeline, &rules, now)?);
    }
    for (rule, finding) in found {
        take(pipeline, rule, &finding, now, &mut done)?;
    }
    end_quiet(pipeline, now, &mut done)?;
    if done != Looked::default() {
        info!(
            n_opened = done.n_opened,
            n_worse = done.n_worse,
            n_over = done.n_over,
            "looked at the rules of alerts"
        );
    }
    Ok(done)
}

/// Whether anything is other than at the last look: mentions, what officers said of them, rules, the day.
fn is_news(pipeline: &Pipeline, rules: &[AlertRule], now: Timestamp) -> Result<bool> {
    // A mention may have come after the last grouping: it is looked at again before long.
    let now_and_then = now.as_second() / LOOKED_AGAIN_S;
    let rest = format!("{rules:?} {} {now_and_then}", day_in_vietnam(now));
    let seen = (
        pipeline.archive.latest_seq()?,
        pipeline.archive.latest_correction()?,
        short_hash(&rest, 8),
    );
    let mut last = pipeline
        .last_look
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let is_news = last.as_ref() != Some(&seen);
    *last = Some(seen);
    Ok(is_news)
}

fn concerns_found<'r>(
    pipeline: &Pipeline,
    rules: &'r [AlertRule],
    now: Timestamp,
) -> Result<Vec<(&'r AlertRule, Finding)>> {
    let watched = rules.iter().filter_map(|rule| match &rule.watch {
        Watch::Concerns(watch) => Some((rule, watch)),
        Watch::Sources(_) => None,
    });
    let watched = watched.collect::<Vec<_>>();
    let Some((recorded_from, _)) = pipeline
        .archive
        .mention_days()?
        .filter(|_| !watched.is_empty())
    else {
        return Ok(Vec::new());
    };
    let today = day_in_vietnam(now);
    let from = today.saturating_sub(BEFORE_DAYS.days());
    let mentions = pipeline.archive.mentions_of_days(from, today)?;
    let voices = mentions.iter().filter_map(Voice::of).collect::<Vec<_>>();
    let mut all = Vec::new();
    for day in [today.yesterday()?, today] {
        for (rule, watch) in &watched {
            let found = findings(watch, &voices, recorded_from, day);
            all.extend(found.into_iter().map(|finding| (*rule, finding)));
        }
    }
    Ok(all)
}

fn sources_found<'r>(
    pipeline: &Pipeline,
    rules: &'r [AlertRule],
    now: Timestamp,
) -> Result<Vec<(&'r AlertRule, Finding)>> {
    let mut all = Vec::new();
    if rules.iter().all(|rule| rule.kind() != AlertKind::Source) {
        return Ok(all);
    }
    let heard = pipeline
        .city
        .sources
        .iter()
        .filter(|source| source.disabled.is_none());
    for source in heard {
        let seen = pipeline.archive.health_history(&source.id, HEALTH_SEEN)?;
        for rule in rules {
            if let Watch::Sources(watch) = &rule.watch
                && let Some(finding) = outage(watch, &seen, now)
            {
                all.push((rule, finding));
            }
        }
    }
    Ok(all)
}

fn take(
    pipeline: &Pipeline,
    rule: &AlertRule,
    finding: &Finding,
    now: Timestamp,
    done: &mut Looked,
) -> Result<()> {
    let known = pipeline.alerts.last_alert(rule.id, &finding.subject)?;
    match next_step(known.as_ref(), finding) {
        NextStep::Open => {
            let opened = pipeline.alerts.open_alert(rule, finding, now)?;
            done.n_opened += usize::from(opened.is_some());
        }
        NextStep::Worsen => {
            if let Some(known) = &known {
                let step = AlertStep::Worsened(finding.clone());
                let (id, version) = (known.id, known.version);
                let worse = pipeline
                    .alerts
                    .alert_step(id, version, &step, "", None, now)?;
                done.n_worse += usize::from(worse.is_some());
            }
        }
        NextStep::Nothing => {}
    }
    if let Some(known) = known.filter(|known| known.last_found < finding.day) {
        pipeline.alerts.still_found(known.id, finding.day)?;
    }
    Ok(())
}

/// Ends what was not found any more for some days; an outage ends as soon as the source is heard.
fn end_quiet(pipeline: &Pipeline, now: Timestamp, done: &mut Looked) -> Result<()> {
    let running = AlertQuery {
        is_running: Some(true),
        limit: RUNNING_MAX,
        ..AlertQuery::default()
    };
    let health = pipeline.archive.latest_health()?;
    for alert in pipeline.alerts.alerts(&running)? {
        let is_heard = alert.subject.kind() == AlertKind::Source
            && health
                .iter()
                .any(|seen| seen.source.as_str() == alert.subject.id() && seen.status.is_healthy());
        if is_heard || is_quiet(&alert, day_in_vietnam(now)) {
            let over = AlertStep::Resolved;
            let (id, version) = (alert.id, alert.version);
            let ended = pipeline
                .alerts
                .alert_step(id, version, &over, "", None, now)?;
            done.n_over += usize::from(ended.is_some());
        }
    }
    Ok(())
}

/// What the last events say of the alerts they belong to, each alert once.
fn news(
    pipeline: &Pipeline,
    events: &[AlertEvent],
    now: Timestamp,
    is_wanted: impl Fn(&Alert) -> bool,
) -> Result<Vec<(Alert, Finding, bool, Timestamp)>> {
    let mut news: Vec<(Alert, Finding, bool, Timestamp)> = Vec::new();
    for event in events {
        let (finding, is_worse) = match &event.step {
            AlertStep::Opened(finding) => (finding, false),
            AlertStep::Worsened(finding) => (finding, true),
            _ => continue,
        };
        let Some(alert) = pipeline.alerts.alert(event.alert)? else {
            continue;
        };
        // What somebody took, ended or silenced meanwhile is no news.
        let is_silent = alert.snoozed_until.is_some_and(|until| until > now);
        if alert.status != AlertStatus::Open || is_silent || !is_wanted(&alert) {
            continue;
        }
        news.retain(|(known, ..)| known.id != alert.id);
        news.push((alert, finding.clone(), is_worse, event.at));
    }
    Ok(news)
}

/// Makes one message a recipient of what is new, once it has gathered and it is not their night.
pub fn tell_people(pipeline: &Pipeline, state: &AppState, now: Timestamp) -> Result<()> {
    let recipients = pipeline.city.recipients.iter();
    for recipient in recipients.filter(|one| one.disabled.is_none()) {
        tell(pipeline, state, recipient, now)?;
    }
    Ok(())
}

fn tell(
    pipeline: &Pipeline,
    state: &AppState,
    recipient: &Recipient,
    now: Timestamp,
) -> Result<()> {
    let Some(wish) = &recipient.alerts else {
        return Ok(());
    };
    let name = format!("alerts:{}", recipient.id);
    let outbox = &pipeline.outbox;
    let Some(mark) = outbox.mark(&name)? else {
        // A new recipient is told of what comes from now on.
        let last = pipeline.alerts.last_alert_event()?;
        outbox.post_under((&name, last), &[], now)?;
        return Ok(());
    };
    let events = pipeline.alerts.alert_events_after(mark, AT_ONCE)?;
    let Some(last) = events.last().map(|event| event.number) else {
        return Ok(());
    };
    let news = news(pipeline, &events, now, |alert| wish.wants(alert))?;
    let is_urgent = news.iter().any(|(alert, ..)| alert.is_urgent);
    let Some(first_at) = news.iter().map(|(.., at)| *at).min() else {
        outbox.post_under((&name, last), &[], now)?;
        return Ok(());
    };
    if !wish.may_come(first_at, is_urgent, now) {
        return Ok(());
    }
    let found = news
        .into_iter()
        .map(|(alert, finding, is_worse, _)| (alert, finding, is_worse));
    let key = format!("alerts/{}/{last}", recipient.id);
    let notice = state.alert_notice(key, recipient.english, &found.collect::<Vec<_>>())?;
    let told = wish.ways.iter().map(|way| Addressee {
        name: recipient.name.clone(),
        way: way.clone(),
    });
    let messages = api::messages_of(&notice, &told.collect::<Vec<_>>())?;
    outbox.post_under((&name, last), &messages, now)?;
    Ok(())
}

/// Makes messages for endpoints of what happened to alerts since each was last told.
pub fn tell_endpoints(pipeline: &Pipeline, now: Timestamp) -> Result<()> {
    const KINDS: [EventKind; 3] = [
        EventKind::AlertOpened,
        EventKind::AlertAcknowledged,
        EventKind::AlertResolved,
    ];
    let outbox = &pipeline.outbox;
    for endpoint in outgoing::told(pipeline) {
        if !KINDS.iter().any(|kind| endpoint.events.contains(kind)) {
            continue;
        }
        let name = format!("alerts/{}", endpoint.id);
        let Some(mark) = outbox.mark(&name)? else {
            outbox.post_under((&name, pipeline.alerts.last_alert_event()?), &[], now)?;
            continue;
        };
        let events = pipeline.alerts.alert_events_after(mark, AT_ONCE)?;
        let Some(last) = events.last().map(|event| event.number) else {
            continue;
        };
        let mut messages = Vec::new();
        for event in &events {
            if let Some(message) = message_for(pipeline, endpoint, event)? {
                messages.push((endpoint.id.clone(), message));
            }
        }
        outbox.post_under((&name, last), &messages, now)?;
    }
    Ok(())
}

fn message_for(
    pipeline: &Pipeline,
    endpoint: &Endpoint,
    event: &AlertEvent,
) -> Result<Option<NewMessage>> {
    let kind = match &event.step {
        AlertStep::Opened(_) | AlertStep::Worsened(_) => EventKind::AlertOpened,
        AlertStep::Acknowledged => EventKind::AlertAcknowledged,
        AlertStep::Resolved => EventKind::AlertResolved,
        AlertStep::Snoozed(_) | AlertStep::Commented => return Ok(None),
    };
    let Some(alert) = pipeline.alerts.alert(event.alert)? else {
        return Ok(None);
    };
    let is_there = |scope: &DigestScope| match scope {
        DigestScope::City => true,
        DigestScope::Unit(unit) => alert.units.contains(unit),
        DigestScope::Agency(_) => false,
    };
    let is_wanted = endpoint.scopes.is_empty() || endpoint.scopes.iter().any(is_there);
    if !endpoint.events.contains(&kind) || !is_wanted {
        return Ok(None);
    }
    Ok(Some(NewMessage {
        key: format!("alert/{}", event.number),
        event: kind,
        payload: alert_event(kind, &alert, event)?,
        not_before: None,
    }))
}
