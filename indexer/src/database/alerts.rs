//! Alerts, their rules, and what happened to them.

use crate::sql::{Connection, OptionalExtension, Result as Sql, Row, Transaction, params};
use jiff::Timestamp;
use jiff::civil::Date;
use models::domain::{
    AccountId, Alert, AlertEvent, AlertKind, AlertRule, AlertStatus, AlertStep, AlertSubject,
    Finding, Topic, UnitCode, Watch, after,
};
use serde_json::json;

use super::audit;
use super::fault::{Fault, unreadable};
use super::rows::{at_most, code, day, micros, moment, number, optional_moment, text_with};
use crate::accounts::{Actor, AuditEntry, By};
use crate::alerts::AlertQuery;
use crate::shapes::{Complaint, FindingShape, WatchShape, from_json, to_json};

const RULE: &str = "pk, origin, name, watch, is_urgent, is_active, revision";
const ALERT: &str =
    "pk, rule, rule_name, is_urgent, kind, subject, topic, units, opened_at, status,
                     owner, snoozed_until, last_found, peak, version";
const EVENT: &str = "pk, alert, at, step, finding, until, account, comment";

pub(super) fn save_rule(
    tx: &Transaction<'_>,
    rule: &AlertRule,
    by: &By,
) -> Result<Option<AlertRule>, Fault> {
    let before = self::rule(tx, rule.id)?;
    let watch = to_json("rule", &WatchShape::from(&rule.watch))?;
    let id = if rule.id == 0 {
        let of = params![
            rule.origin,
            rule.name,
            watch,
            rule.is_urgent,
            rule.is_active
        ];
        let pk = tx
            .prepare_cached(
                "INSERT INTO alert_rules (origin, name, watch, is_urgent, is_active, revision)
                 VALUES (?1, ?2, ?3, ?4, ?5, 1) RETURNING pk",
            )?
            .query_row(of, |row| row.get(0))?;
        number(pk)
    } else {
        let n_changed = tx
            .prepare_cached(
                "UPDATE alert_rules SET name = ?3, watch = ?4, is_urgent = ?5, is_active = ?6,
                 revision = revision + 1 WHERE pk = ?1 AND revision = ?2",
            )?
            .execute(params![
                rule.id.cast_signed(),
                rule.revision,
                rule.name,
                watch,
                rule.is_urgent,
                rule.is_active
            ])?;
        if n_changed == 0 {
            return Ok(None);
        }
        rule.id
    };
    let saved = self::rule(tx, id)?;
    let shown = |rule: &AlertRule| -> Result<String, Fault> {
        let watch = to_json("rule", &WatchShape::from(&rule.watch))?;
        let watch = from_json::<serde_json::Value>(&watch).map_err(|why| unreadable(0, why))?;
        let (name, active, urgent) = (&rule.name, rule.is_active, rule.is_urgent);
        Ok(json!({"name": name, "active": active, "urgent": urgent, "watch": watch}).to_string())
    };
    let entry = AuditEntry {
        action: if before.is_some() {
            "alert_rule.change"
        } else {
            "alert_rule.add"
        }
        .to_owned(),
        object: format!("alert_rule/{id}"),
        before: before.as_ref().map(shown).transpose()?,
        after: saved.as_ref().map(shown).transpose()?,
    };
    audit::append(tx, &entry, by)?;
    Ok(saved)
}

pub(super) fn rules(db: &Connection) -> Result<Vec<AlertRule>, Fault> {
    let mut statement =
        db.prepare_cached(&format!("SELECT {RULE} FROM alert_rules ORDER BY pk"))?;
    let found = statement.query_map([], read_rule)?;
    Ok(found.collect::<Sql<_>>()?)
}

pub(super) fn rule(db: &Connection, id: u64) -> Result<Option<AlertRule>, Fault> {
    Ok(db
        .prepare_cached(&format!("SELECT {RULE} FROM alert_rules WHERE pk = ?1"))?
        .query_row([id.cast_signed()], read_rule)
        .optional()?)
}

pub(super) fn open(
    tx: &Transaction<'_>,
    rule: &AlertRule,
    found: &Finding,
    at: Timestamp,
) -> Result<Option<Alert>, Fault> {
    let units = found
        .units
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>();
    let of = params![
        rule.id.cast_signed(),
        rule.name,
        rule.is_urgent,
        found.subject.kind().code(),
        found.subject.id(),
        found.topic.map(Topic::code),
        units.join(" "),
        at.as_microsecond(),
        found.day.to_string(),
        found.size,
    ];
    let opened: Option<i64> = tx
        .prepare_cached(
            "INSERT INTO alerts (rule, rule_name, is_urgent, kind, subject, topic, units,
             opened_at, status, last_found, peak, version)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'open', ?9, ?10, 0)
             ON CONFLICT DO NOTHING RETURNING pk",
        )?
        .query_row(of, |row| row.get(0))
        .optional()?;
    let Some(pk) = opened else {
        return Ok(None);
    };
    let Some(alert) = one(tx, number(pk))? else {
        return Ok(None);
    };
    Ok(Some(take(
        tx,
        alert,
        &AlertStep::Opened(found.clone()),
        "",
        None,
        at,
    )?))
}

pub(super) fn step(
    tx: &Transaction<'_>,
    id: u64,
    version: u64,
    step: &AlertStep,
    comment: &str,
    by: Option<&By>,
    at: Timestamp,
) -> Result<Option<Alert>, Fault> {
    let Some(alert) = one(tx, id)?.filter(|alert| alert.version == version) else {
        return Ok(None);
    };
    if alert.status == AlertStatus::Resolved && *step != AlertStep::Commented {
        return Ok(None);
    }
    let before = alert.status;
    let alert = take(tx, alert, step, comment, by, at)?;
    if let Some(by) = by {
        let entry = AuditEntry {
            action: format!("alert.{}", step.code()),
            object: format!("alert/{id}"),
            before: Some(json!({"status": before.code()}).to_string()),
            after: Some(json!({"status": alert.status.code(), "comment": comment}).to_string()),
        };
        audit::append(tx, &entry, by)?;
    }
    Ok(Some(alert))
}

fn take(
    tx: &Transaction<'_>,
    alert: Alert,
    step: &AlertStep,
    comment: &str,
    by: Option<&By>,
    at: Timestamp,
) -> Result<Alert, Fault> {
    let account = by.and_then(|by| match by.who {
        Actor::Officer(id, _) => Some(id),
        Actor::Key(_) | Actor::Command | Actor::Nobody => None,
    });
    let (finding, until) = match step {
        AlertStep::Opened(found) | AlertStep::Worsened(found) => {
            (Some(to_json("finding", &FindingShape::from(found))?), None)
        }
        AlertStep::Snoozed(until) => (None, Some(*until)),
        AlertStep::Acknowledged | AlertStep::Resolved | AlertStep::Commented => (None, None),
    };
    let of = params![
        alert.id.cast_signed(),
        at.as_microsecond(),
        step.code(),
        finding,
        micros(until),
        account.map(|id| id.0.cast_signed()),
        comment,
    ];
    let pk = tx
        .prepare_cached(
            "INSERT INTO alert_events (alert, at, step, finding, until, account, comment)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING pk",
        )?
        .query_row(of, |row| row.get(0))?;
    let event = AlertEvent {
        number: number(pk),
        alert: alert.id,
        at,
        step: step.clone(),
        by: account,
        comment: comment.to_owned(),
    };
    let alert = after(alert, &event);
    tx.prepare_cached(
        "UPDATE alerts SET status = ?2, owner = ?3, snoozed_until = ?4, last_found = ?5, peak = ?6,
         version = ?7 WHERE pk = ?1",
    )?
    .execute(params![
        alert.id.cast_signed(),
        alert.status.code(),
        alert.owner.map(|id| id.0.cast_signed()),
        micros(alert.snoozed_until),
        alert.last_found.to_string(),
        alert.peak,
        alert.version.cast_signed(),
    ])?;
    Ok(alert)
}

pub(super) fn still_found(tx: &Transaction<'_>, id: u64, day: Date) -> Result<(), Fault> {
    tx.prepare_cached("UPDATE alerts SET last_found = ?2 WHERE pk = ?1 AND last_found < ?2")?
        .execute(params![id.cast_signed(), day.to_string()])?;
    Ok(())
}

pub(super) fn last(
    db: &Connection,
    rule: u64,
    subject: &AlertSubject,
) -> Result<Option<Alert>, Fault> {
    Ok(db
        .prepare_cached(&format!(
            "SELECT {ALERT} FROM alerts WHERE rule = ?1 AND kind = ?2 AND subject = ?3
             ORDER BY pk DESC LIMIT 1"
        ))?
        .query_row(
            params![rule.cast_signed(), subject.kind().code(), subject.id()],
            read_alert,
        )
        .optional()?)
}

pub(super) fn alerts(db: &Connection, wanted: &AlertQuery) -> Result<Vec<Alert>, Fault> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {ALERT} FROM alerts
         WHERE (kind = ?1 OR ?1 IS NULL) AND ((status <> 'resolved') = ?2 OR ?2 IS NULL)
         AND (kind = ?3 AND subject = ?4 OR ?3 IS NULL) AND (pk < ?5 OR ?5 IS NULL)
         ORDER BY pk DESC LIMIT ?6"
    ))?;
    let subject = wanted.subject.as_ref();
    let found = statement.query_map(
        params![
            wanted.kind.map(AlertKind::code),
            wanted.is_running,
            subject.map(|subject| subject.kind().code()),
            subject.map(AlertSubject::id),
            wanted.before.map(u64::cast_signed),
            at_most(wanted.limit),
        ],
        read_alert,
    )?;
    Ok(found.collect::<Sql<_>>()?)
}

pub(super) fn one(db: &Connection, id: u64) -> Result<Option<Alert>, Fault> {
    Ok(db
        .prepare_cached(&format!("SELECT {ALERT} FROM alerts WHERE pk = ?1"))?
        .query_row([id.cast_signed()], read_alert)
        .optional()?)
}

pub(super) fn events(db: &Connection, alert: u64) -> Result<Vec<AlertEvent>, Fault> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {EVENT} FROM alert_events WHERE alert = ?1 ORDER BY pk"
    ))?;
    let found = statement.query_map([alert.cast_signed()], read_event)?;
    Ok(found.collect::<Sql<_>>()?)
}

pub(super) fn events_after(
    db: &Connection,
    after: u64,
    limit: usize,
) -> Result<Vec<AlertEvent>, Fault> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {EVENT} FROM alert_events WHERE pk > ?1 ORDER BY pk LIMIT ?2"
    ))?;
    let found = statement.query_map(params![after.cast_signed(), at_most(limit)], read_event)?;
    Ok(found.collect::<Sql<_>>()?)
}

pub(super) fn last_event(db: &Connection) -> Result<u64, Fault> {
    let last = db
        .prepare_cached("SELECT coalesce(max(pk), 0) FROM alert_events")?
        .query_row([], |row| row.get(0))?;
    Ok(number(last))
}

fn read_rule(row: &Row<'_>) -> Sql<AlertRule> {
    Ok(AlertRule {
        id: number(row.get(0)?),
        origin: row.get(1)?,
        name: row.get(2)?,
        watch: text_with(row, 3, |text| {
            Watch::try_from(from_json::<WatchShape>(text)?)
        })?,
        is_urgent: row.get(4)?,
        is_active: row.get(5)?,
        revision: row.get(6)?,
    })
}

fn read_alert(row: &Row<'_>) -> Sql<Alert> {
    let kind = code(row, 4, "kind of alert", AlertKind::from_code)?;
    let topic: Option<String> = row.get(6)?;
    let owner: Option<i64> = row.get(10)?;
    Ok(Alert {
        id: number(row.get(0)?),
        rule: number(row.get(1)?),
        rule_name: row.get(2)?,
        is_urgent: row.get(3)?,
        subject: text_with(row, 5, |id| Ok(AlertSubject::new(kind, id)))?,
        topic: topic.as_deref().and_then(Topic::from_code),
        units: text_with(row, 7, unit_codes)?,
        opened_at: moment(row, 8)?,
        status: code(row, 9, "status of an alert", AlertStatus::from_code)?,
        owner: owner.map(|id| AccountId(number(id))),
        snoozed_until: optional_moment(row, 11)?,
        last_found: day(row, 12)?,
        peak: row.get(13)?,
        version: number(row.get(14)?),
    })
}

fn unit_codes(text: &str) -> Result<Vec<UnitCode>, Complaint> {
    let codes = text.split_whitespace().map(|code| {
        code.parse::<UnitCode>()
            .map_err(|_| format!("`{code}` is no code of a unit"))
    });
    codes.collect()
}

fn read_event(row: &Row<'_>) -> Sql<AlertEvent> {
    let account: Option<i64> = row.get(6)?;
    let finding = || {
        text_with(row, 4, |text| {
            Finding::try_from(from_json::<FindingShape>(text)?)
        })
    };
    let step: String = row.get(3)?;
    let step = match step.as_str() {
        "opened" => AlertStep::Opened(finding()?),
        "worsened" => AlertStep::Worsened(finding()?),
        "acknowledged" => AlertStep::Acknowledged,
        "snoozed" => AlertStep::Snoozed(moment(row, 5)?),
        "resolved" => AlertStep::Resolved,
        "commented" => AlertStep::Commented,
        _ => text_with(row, 3, |other| {
            Err(format!("`{other}` is no step of an alert"))
        })?,
    };
    Ok(AlertEvent {
        number: number(row.get(0)?),
        alert: number(row.get(1)?),
        at: moment(row, 2)?,
        step,
        by: account.map(|id| AccountId(number(id))),
        comment: row.get(7)?,
    })
}
