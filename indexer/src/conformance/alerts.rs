//! Alerts: one a rule and subject while it lasts, never changed by somebody who has not seen it, and
//! told in order.

use jiff::{SignedDuration, Timestamp};
use models::domain::{
    Alert, AlertKind, AlertRule, AlertStatus, AlertStep, AlertSubject, BurstCause, Cause, Channel,
    ConcernCause, ConcernId, ConcernWatch, Finding, HealthStatus, MentionId, Reach, Rights, Role,
    SourceCause, SourceId, SourceWatch, Topic, Watch,
};

use super::sample::{day, noon};
use crate::accounts::{Accounts, Actor, By, NewAccount};
use crate::alerts::{AlertQuery, Alerts};

fn second(n: i64) -> Timestamp {
    noon(0) + SignedDuration::from_secs(n)
}

fn command(n: i64) -> By {
    By {
        who: Actor::Command,
        at: second(n),
        request: None,
    }
}

fn rule(name: &str, watch: Watch) -> AlertRule {
    AlertRule {
        id: 0,
        revision: 0,
        origin: None,
        name: name.to_owned(),
        watch,
        is_urgent: true,
        is_active: true,
    }
}

fn concern_rule() -> AlertRule {
    rule(
        "Ngập",
        Watch::Concerns(ConcernWatch {
            topics: vec![Topic::ALL[3]],
            units: vec!["26740".parse().unwrap()],
            channels: vec![Channel::Press],
            sources: vec![SourceId::new("bao")],
            min_mentions: 3,
            min_negative_share: Some(0.5),
            burst_per_month: Some(0.25),
        }),
    )
}

fn concern(id: &str, n: u32) -> Finding {
    Finding {
        subject: AlertSubject::Concern(ConcernId::new(id)),
        day: day(0),
        topic: Some(Topic::ALL[3]),
        units: vec!["26740".parse().unwrap(), "26743".parse().unwrap()],
        size: f64::from(n),
        cause: Cause::Concern(ConcernCause {
            n_mentions: n,
            min_mentions: 3,
            negative_share: 0.75,
            min_negative_share: Some(0.5),
            burst: Some(BurstCause {
                n_mentions: n,
                expected: 0.4,
                p: 1e-6,
                n_series: 26,
                history_days: 27,
                per_month: 0.25,
            }),
            by_channel: [n, 0, 0],
            by_source: vec![(SourceId::new("bao"), n)],
            evidence: vec![MentionId::new("m1")],
        }),
    }
}

fn outage() -> Finding {
    Finding {
        subject: AlertSubject::Source(SourceId::new("bao")),
        day: day(0),
        topic: None,
        units: Vec::new(),
        size: 30.0,
        cause: Cause::Source(SourceCause {
            status: HealthStatus::Unreachable,
            detail: "HTTP 500".to_owned(),
            since: second(-9_000),
            min_hours: 2,
        }),
    }
}

fn officer(accounts: &dyn Accounts) -> By {
    let new = NewAccount {
        login: "an".to_owned(),
        display_name: "An".to_owned(),
        rights: Rights {
            role: Role::PressOfficer,
            reach: Reach::City,
        },
        password: None,
        subject: None,
    };
    let id = accounts.add_account(&new, &command(0)).unwrap();
    By {
        who: Actor::Officer(id, Role::PressOfficer),
        at: second(50),
        request: None,
    }
}

/// A rule comes back as it was given, and is not changed by who has not seen its last shape.
pub fn rules_have_revisions(_accounts: &dyn Accounts, alerts: &dyn Alerts) {
    let saved = alerts
        .save_rule(&concern_rule(), &command(1))
        .unwrap()
        .unwrap();
    assert_eq!((saved.id, saved.revision), (1, 1));
    let watch = Watch::Sources(SourceWatch {
        sources: vec![SourceId::new("bao")],
        min_hours: 6,
    });
    let mut other = rule("Nguồn", watch);
    other.origin = Some("nguon".to_owned());
    let other = alerts.save_rule(&other, &command(2)).unwrap().unwrap();
    assert_eq!(
        alerts.alert_rules().unwrap(),
        [saved.clone(), other.clone()]
    );
    assert_eq!(alerts.alert_rule(other.id).unwrap(), Some(other));

    let mut changed = saved.clone();
    "Ngập nước".clone_into(&mut changed.name);
    changed.is_active = false;
    let second_shape = alerts.save_rule(&changed, &command(3)).unwrap().unwrap();
    assert_eq!((second_shape.revision, second_shape.is_active), (2, false));
    assert_eq!(
        alerts.save_rule(&changed, &command(4)).unwrap(),
        None,
        "made from revision 1"
    );
}

/// One alert of a rule about a subject at a time; its card comes back whole.
pub fn an_alert_is_open_once(_accounts: &dyn Accounts, alerts: &dyn Alerts) {
    let rule = alerts
        .save_rule(&concern_rule(), &command(1))
        .unwrap()
        .unwrap();
    let open = |found: &Finding, n| alerts.open_alert(&rule, found, second(n)).unwrap();
    let one = open(&concern("c1", 6), 10).unwrap();
    assert_eq!(
        (one.status, one.peak, one.opened_at),
        (AlertStatus::Open, 6.0, second(10))
    );
    assert_eq!(open(&concern("c1", 9), 11), None);
    let other = open(&outage(), 12).unwrap();
    assert_eq!(other.subject.kind(), AlertKind::Source);

    let events = alerts.alert_events(one.id).unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].step, AlertStep::Opened(concern("c1", 6)));
    let events = alerts.alert_events_after(events[0].number, 9).unwrap();
    assert_eq!(events[0].step, AlertStep::Opened(outage()));
    assert_eq!(alerts.last_alert_event().unwrap(), events[0].number);

    let ids = |wanted: AlertQuery| {
        let found = alerts.alerts(&AlertQuery { limit: 9, ..wanted }).unwrap();
        found.iter().map(|alert| alert.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(AlertQuery::default()), [other.id, one.id]);
    let kind = Some(AlertKind::Concern);
    assert_eq!(
        ids(AlertQuery {
            kind,
            ..AlertQuery::default()
        }),
        [one.id]
    );
    let subject = Some(one.subject.clone());
    assert_eq!(
        ids(AlertQuery {
            subject,
            ..AlertQuery::default()
        }),
        [one.id]
    );
    let before = Some(other.id);
    assert_eq!(
        ids(AlertQuery {
            before,
            ..AlertQuery::default()
        }),
        [one.id]
    );
    assert_eq!(alerts.alert(one.id).unwrap(), Some(one));
}

/// People take steps on what they have seen; what is over opens again as another alert.
pub fn steps_are_taken_on_what_was_seen(accounts: &dyn Accounts, alerts: &dyn Alerts) {
    let by = officer(accounts);
    let Actor::Officer(account, _) = by.who else {
        panic!("an officer");
    };
    let rule = alerts
        .save_rule(&concern_rule(), &command(1))
        .unwrap()
        .unwrap();
    let one = alerts
        .open_alert(&rule, &concern("c1", 6), second(10))
        .unwrap()
        .unwrap();
    let step = |alert: &Alert, step: AlertStep, by: Option<&By>| {
        alerts
            .alert_step(alert.id, alert.version, &step, "lý do", by, second(60))
            .unwrap()
    };
    let taken = step(&one, AlertStep::Acknowledged, Some(&by)).unwrap();
    assert_eq!(
        (taken.status, taken.owner),
        (AlertStatus::Acknowledged, Some(account))
    );
    assert_eq!(
        step(&one, AlertStep::Resolved, Some(&by)),
        None,
        "it has moved on since"
    );
    let quiet = step(&taken, AlertStep::Snoozed(second(900)), Some(&by)).unwrap();
    assert_eq!(quiet.snoozed_until, Some(second(900)));
    let worse = step(&quiet, AlertStep::Worsened(concern("c1", 12)), None).unwrap();
    assert_eq!((worse.status, worse.peak), (AlertStatus::Open, 12.0));
    alerts.still_found(worse.id, day(1)).unwrap();
    alerts.still_found(worse.id, day(0)).unwrap();
    let found = alerts.alert(worse.id).unwrap().unwrap();
    assert_eq!(found.last_found, day(1), "it never goes back");
    let over = step(&found, AlertStep::Resolved, None).unwrap();
    assert_eq!(
        step(&over, AlertStep::Acknowledged, Some(&by)),
        None,
        "it is over"
    );
    let over = step(&over, AlertStep::Commented, Some(&by)).unwrap();
    let events = alerts.alert_events(one.id).unwrap();
    let codes = events
        .iter()
        .map(|event| event.step.code())
        .collect::<Vec<_>>();
    let expected = [
        "opened",
        "acknowledged",
        "snoozed",
        "worsened",
        "resolved",
        "commented",
    ];
    assert_eq!(codes, expected);
    assert_eq!(
        (events[1].by, events[1].comment.as_str()),
        (Some(account), "lý do")
    );

    assert_eq!(
        alerts.last_alert(rule.id, &one.subject).unwrap(),
        Some(over)
    );
    let again = alerts
        .open_alert(&rule, &concern("c1", 5), second(99))
        .unwrap()
        .unwrap();
    assert_ne!(again.id, one.id);
    let running = AlertQuery {
        is_running: Some(true),
        limit: 9,
        ..AlertQuery::default()
    };
    assert_eq!(alerts.alerts(&running).unwrap(), [again]);
    let log = accounts.audit_rows(None, 99).unwrap();
    let actions = log
        .iter()
        .map(|row| row.entry.action.as_str())
        .collect::<Vec<_>>();
    for action in [
        "alert_rule.add",
        "alert.acknowledged",
        "alert.snoozed",
        "alert.commented",
    ] {
        assert!(actions.contains(&action), "{actions:?}");
    }
    assert!(
        !actions.contains(&"alert.worsened"),
        "what happens by itself is nobody's deed"
    );
}
