//! Days that pass: each kind of data is there on the last day of its time and gone on the next.

use std::sync::Arc;

use api::access::hash_token;
use indexer::{Actor, Attempt, By, MessageState, NewAccount, NewMessage, NewSession, Verdict};
use jiff::{SignedDuration, Timestamp};
use models::domain::{
    Channel, EventKind, Reach, Rights, Role, SecretRef, Source, SourceId, SourceKind,
    day_in_vietnam,
};
use tempfile::TempDir;

use super::{Swept, sweep};
use crate::city::City;
use crate::config::{Config, Span};
use crate::pipeline::Pipeline;
use crate::store::Store;

fn start() -> Timestamp {
    "2026-11-20T05:00:00Z".parse().unwrap()
}

fn after(days: i64) -> Timestamp {
    start() + SignedDuration::from_hours(24 * days)
}

fn hotline() -> Source {
    Source {
        id: SourceId::new("1022"),
        name: "1022".to_owned(),
        channel: Channel::Hotline,
        follow_links: false,
        kind: SourceKind::Webhook(vec![SecretRef::File("secret".to_owned())]),
        url: String::new(),
        outlet: "1022".to_owned(),
        poll_every: None,
        disabled: None,
        trust: 0.9,
    }
}

fn open(mentions_keep: Span) -> (Arc<Pipeline>, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::default();
    config.data.mentions_keep = mentions_keep;
    let city = City::load(config, day_in_vietnam(start())).unwrap();
    let city = city.with_sources(vec![hotline()]);
    let store = Store::open(&folder.path().join("data")).unwrap();
    let pipeline = Pipeline::open(Arc::new(city), store).unwrap();
    (Arc::new(pipeline), folder)
}

/// A report that came by a delivery, a letter that was given up, somebody who signed in.
fn live_a_day(pipeline: &Pipeline) {
    let source = hotline();
    let handed = crawler::push::Handed {
        number: "SR-1",
        field: "Thoát nước",
        text: "Cống trước chợ Phú Định nghẹt, nước tràn vào nhà",
        address: Some("Phường Phú Định"),
    };
    let pushed = crawler::push::report(&source, &handed, start());
    pipeline.receive_push(&source, pushed, start()).unwrap();
    let message = NewMessage {
        key: "k".to_owned(),
        event: EventKind::DigestPublished,
        payload: "{}".to_owned(),
        not_before: None,
    };
    let outbox = &pipeline.outbox;
    outbox.post("nơi nhận", &[message], None, start()).unwrap();
    let waiting = outbox.messages(None, None, 1).unwrap();
    let attempt = Attempt {
        at: start(),
        status: None,
        detail: "không ai nghe".to_owned(),
    };
    outbox
        .settle(waiting[0].id, &attempt, Verdict::Dead)
        .unwrap();
    assert_eq!(
        outbox.messages(None, None, 1).unwrap()[0].state,
        MessageState::Dead
    );
    let by = By {
        who: Actor::Command,
        at: start(),
        request: None,
    };
    let account = NewAccount {
        login: "an".to_owned(),
        display_name: "An".to_owned(),
        rights: Rights {
            role: Role::Viewer,
            reach: Reach::City,
        },
        password: None,
        subject: None,
    };
    let account = pipeline.accounts.add_account(&account, &by).unwrap();
    let session = NewSession {
        account,
        token: hash_token("x"),
        expires_at: start() + SignedDuration::from_hours(12),
        totp_step: None,
        how: "password",
    };
    pipeline
        .accounts
        .open_session(&session, &by)
        .unwrap()
        .unwrap();
}

/// How many there are of what has a clock.
fn counts(pipeline: &Pipeline) -> [usize; 3] {
    let day = day_in_vietnam(start());
    [
        pipeline.captures.usage().unwrap().n_bodies as usize,
        pipeline.outbox.messages(None, None, 10).unwrap().len(),
        pipeline.archive.mentions_of_days(day, day).unwrap().len(),
    ]
}

#[test]
fn each_kind_goes_on_the_day_after_its_time_and_not_before() {
    let (pipeline, _folder) = open(Span::from_hours(24 * 1_095));
    live_a_day(&pipeline);
    assert_eq!(counts(&pipeline), [1, 1, 1]);
    let mut seen = Vec::new();
    let mut before = counts(&pipeline);
    let mut total = Swept::default();
    for day in 1..=1_100 {
        pipeline.expire_captures(after(day)).unwrap();
        let swept = sweep(&pipeline, after(day)).unwrap();
        total.n_mentions += swept.n_mentions;
        total.n_sessions += swept.n_sessions;
        total.n_deliveries += swept.n_deliveries;
        if swept.n_sessions > 0 {
            seen.push(("session", day));
        }
        if swept.n_deliveries > 0 {
            seen.push(("delivery", day));
        }
        let now = counts(&pipeline);
        for (kind, at) in [("capture", 0), ("message", 1), ("mention", 2)] {
            if now[at] < before[at] {
                seen.push((kind, day));
            }
        }
        before = now;
    }
    assert_eq!(before, [0, 0, 0]);
    seen.sort_by_key(|(_, day)| *day);
    let expected = [
        ("session", 1),
        ("capture", 15),
        ("delivery", 31),
        ("message", 91),
        ("mention", 1_096),
    ];
    assert_eq!(seen, expected);
    assert_eq!(
        (total.n_mentions, total.n_sessions, total.n_deliveries),
        (1, 1, 1)
    );
    // Nobody brings back what went, and the log of who did what stays.
    pipeline.index().unwrap();
    assert_eq!(pipeline.search.n_mentions().unwrap(), 0);
    assert_eq!(pipeline.archive.n_removed().unwrap(), 1);
    assert_eq!(pipeline.accounts.audit_rows(None, 10).unwrap().len(), 2);
}

#[test]
fn without_a_clock_mentions_stay() {
    let (pipeline, _folder) = open(Span::from_secs(0));
    live_a_day(&pipeline);
    assert_eq!(sweep(&pipeline, after(10_000)).unwrap().n_mentions, 0);
    assert_eq!(counts(&pipeline)[2], 1);
}
