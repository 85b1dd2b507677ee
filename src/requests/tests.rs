//! Units are told once, reminded once and never at night; an answer is printed in the next digest alone.

use std::sync::Arc;

use api::requests::LinkKey;
use crawler::mail::MailServer;
use indexer::{Actor, Attempt, By, MessageState, NewAnswer, NewRequest, NewStep, Verdict};
use jiff::SignedDuration;
use models::domain::{
    ConcernId, ContactFor, DigestScope, NOTICE_BY_MAIL, RequestEvidence, RequestId, RequestSubject,
    deadline,
};
use tempfile::TempDir;

use super::*;
use crate::city::City;
use crate::config::{Config, MailSettings};
use crate::replay::tests::{at, ticket};
use crate::schedule;
use crate::store::Store;

fn unit() -> Respondent {
    Respondent::Unit("26740".parse().unwrap())
}

/// A city with a mail server that is never spoken to, a ward, two levels above it and a desk.
fn city() -> (Arc<Pipeline>, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut city = City::load(Config::default(), day_in_vietnam(at(8, 0))).unwrap();
    city.mail = Some(MailSettings {
        server: MailServer::parse("smtp://127.0.0.1:9").unwrap(),
        from: ("Lắng Nghe".to_owned(), "langnghe@example.vn".to_owned()),
        wait: SignedDuration::ZERO,
    });
    city.config.server.public_url = Some("https://langnghe.example".to_owned());
    let contact = |of, level, mail: &str| RequestContact {
        of,
        level,
        name: mail.split('@').next().unwrap().to_owned(),
        mail: Some(mail.to_owned()),
        phone: None,
    };
    city.requests.contacts = vec![
        contact(ContactFor::One(unit()), 0, "phuong@example.vn"),
        contact(ContactFor::Everybody, 1, "van-phong@example.vn"),
        contact(ContactFor::Everybody, 2, "chu-tich@example.vn"),
        contact(ContactFor::Desk, 0, "bao-chi@example.vn"),
    ];
    let city = city.with_sources(Vec::new());
    let store = Store::open(folder.path()).unwrap();
    let pipeline = Pipeline::open(Arc::new(city), store).unwrap();
    (Arc::new(pipeline), folder)
}

fn by(now: Timestamp) -> By {
    By {
        who: Actor::Nobody,
        at: now,
        request: None,
    }
}

fn step(pipeline: &Pipeline, id: RequestId, step: RequestStep, now: Timestamp) {
    let due = matches!(step, RequestStep::Sent | RequestStep::Returned);
    let new = NewStep {
        step,
        detail: "Sẽ kiểm tra.".to_owned(),
        due_at: due.then(|| deadline(now, 3)),
    };
    pipeline
        .requests
        .step_request(id, &new, &by(now))
        .unwrap()
        .unwrap();
}

fn ask(pipeline: &Pipeline, concern: &str, now: Timestamp) -> RequestId {
    let new = NewRequest {
        subject: RequestSubject::Concern(ConcernId::new(concern)),
        addressee: unit(),
        question: "Bao giờ hết ngập?".to_owned(),
        answer_days: 3,
        evidence: RequestEvidence {
            title: "Ngập nước".to_owned(),
            ..RequestEvidence::default()
        },
    };
    let id = pipeline.requests.draft_request(&new, &by(now)).unwrap();
    step(pipeline, id, RequestStep::Sent, now);
    id
}

fn answer(pipeline: &Pipeline, id: RequestId, now: Timestamp) {
    let said = NewAnswer {
        text: "Đã khơi thông cống.".to_owned(),
        was_cut: false,
        files: Vec::new(),
    };
    let round = pipeline.requests.request(id).unwrap().unwrap().round;
    pipeline
        .requests
        .answer_request(id, round, &said, &by(now))
        .unwrap();
}

/// Who was told, with the beginning of the subject, the oldest first.
fn told(pipeline: &Pipeline) -> Vec<(String, String)> {
    let messages = pipeline
        .outbox
        .messages(Some(NOTICE_BY_MAIL), None, 100)
        .unwrap();
    let orders = messages.iter().rev().map(|message| {
        let order = api::lines::NoticeOrder::parse(&message.payload).unwrap();
        let head = order.subject.split(" ·").next().unwrap().to_owned();
        (order.name, head.trim_start_matches('[').to_owned())
    });
    orders.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_told_once_and_at_their_hour() {
    let (pipeline, _folder) = city();
    let messenger = Messenger::new(&pipeline).unwrap();
    // Monday the 2nd, 10:00; due on Thursday the 5th, 17:00.
    let asked = at(0, 10);
    let id = ask(&pipeline, "c-1", asked);
    let mut log = Vec::new();
    let mut n_before = 0;
    for half_hours in 0..(9 * 48) {
        let now = asked + SignedDuration::from_mins(30 * half_hours);
        // Whatever is killed in between, the next one begins again.
        let again = Messenger::new(&pipeline).unwrap();
        for messenger in [&messenger, &again] {
            messenger.round(&pipeline, now).unwrap();
        }
        let told = told(&pipeline);
        for (name, head) in &told[n_before..] {
            let (day, hour) = time_in_vietnam(now);
            log.push(format!("{} {:02}h {name}: {head}", day.day(), hour.hour()));
        }
        n_before = told.len();
    }
    assert_eq!(
        log,
        [
            "2 10h phuong: Yêu cầu giải trình",
            "4 08h phuong: Sắp đến hạn",
            "5 17h phuong: Đã đến hạn",
            "6 08h van-phong: Quá hạn",
            "10 08h chu-tich: Quá hạn",
        ]
    );
    let now = at(9, 9);
    answer(&pipeline, id, now);
    messenger.round(&pipeline, now).unwrap();
    messenger.round(&pipeline, now).unwrap();
    let last = told(&pipeline).pop().unwrap();
    assert_eq!(last, ("bao-chi".to_owned(), "Đơn vị đã trả lời".to_owned()));
    assert_eq!(told(&pipeline).len(), 6);
    // The letter leads to the form, that of the next level only to the page for who signs in.
    let links = pipeline
        .outbox
        .messages(Some(NOTICE_BY_MAIL), None, 100)
        .unwrap();
    let links = links.iter().rev().map(|message| {
        let order = api::lines::NoticeOrder::parse(&message.payload).unwrap();
        order.link.unwrap()
    });
    let links = links.collect::<Vec<_>>();
    assert!(links[0].starts_with("https://langnghe.example/giai-trinh/1-1-"));
    assert_eq!((&links[1], &links[2]), (&links[0], &links[0]));
    assert_eq!(links[3], format!("https://langnghe.example/yeu-cau/{id}"));
    assert!(link_path(&LinkKey::new([0; 32]), id, 1) != links[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_are_shown_to_who_asked() {
    let (pipeline, _folder) = city();
    let messenger = Messenger::new(&pipeline).unwrap();
    let (first, second) = (
        ask(&pipeline, "c-1", at(0, 10)),
        ask(&pipeline, "c-2", at(0, 10)),
    );
    messenger.round(&pipeline, at(0, 10)).unwrap();
    let messages = pipeline
        .outbox
        .messages(Some(NOTICE_BY_MAIL), None, 10)
        .unwrap();
    assert_eq!(messages.len(), 2);
    // The newest request is looked at first, so the letter of the older one is the newer letter.
    for (message, (code, verdict)) in messages
        .iter()
        .zip([(250, Verdict::Delivered), (550, Verdict::Dead)])
    {
        let attempt = Attempt {
            at: at(0, 11),
            status: Some(code),
            detail: format!("SMTP {code}"),
        };
        pipeline.outbox.claim(message.id).unwrap();
        pipeline
            .outbox
            .settle(message.id, &attempt, verdict)
            .unwrap();
    }
    for hour in [11, 12] {
        messenger.round(&pipeline, at(0, hour)).unwrap();
    }
    let seen = |id: RequestId| {
        let events = pipeline.requests.request_events(id).unwrap();
        let receipts = events.into_iter().filter(|event| {
            matches!(
                event.step,
                RequestStep::Delivered | RequestStep::Undelivered
            )
        });
        let receipts = receipts.map(|event| (event.step.code(), event.detail));
        receipts.collect::<Vec<_>>()
    };
    let line = |code: u16| format!("phuong (phuong@example.vn): SMTP {code}");
    assert_eq!(seen(first), [("delivered", line(250))]);
    assert_eq!(seen(second), [("undelivered", line(550))]);
    let state = |id| pipeline.requests.request(id).unwrap().unwrap().state;
    assert_eq!(
        (state(first), state(second)),
        (RequestState::Delivered, RequestState::Sent)
    );
    let counts = pipeline.outbox.message_counts().unwrap();
    assert!(
        counts
            .iter()
            .all(|(_, state, _)| *state != MessageState::Waiting)
    );
}

#[test]
fn an_answer_is_printed_in_the_next_digest_alone() {
    let (pipeline, _folder) = city();
    for day in 0..3 {
        let heard = (0..9).map(|n| ticket(day * 9 + n, day, None));
        pipeline
            .receive(&heard.collect::<Vec<_>>(), at(day, 22))
            .unwrap();
        schedule::refresh(&pipeline, at(day + 1, 6)).unwrap();
    }
    let day = |n: i64| day_in_vietnam(at(n, 1));
    let digest = pipeline
        .archive
        .digest(&DigestScope::City, day(2), None)
        .unwrap()
        .unwrap();
    let concern = digest.top[0].concern.to_string();
    let id = ask(&pipeline, &concern, at(2, 15));
    answer(&pipeline, id, at(3, 9));
    schedule::refresh(&pipeline, at(3, 10)).unwrap();
    step(&pipeline, id, RequestStep::Accepted, at(3, 11));
    schedule::refresh(&pipeline, at(3, 12)).unwrap();
    let printed = |n| pipeline.requests.printed_on(day(n)).unwrap();
    assert!(printed(2).is_empty(), "that of yesterday is out");
    let before = crate::replay::tests::of_day(&pipeline, 2);
    let heard = (0..4).map(|n| ticket(90 + n, 3, None));
    pipeline
        .receive(&heard.collect::<Vec<_>>(), at(3, 22))
        .unwrap();
    schedule::refresh(&pipeline, at(4, 6)).unwrap();
    let of_day = printed(3);
    assert_eq!(of_day.len(), 1);
    let print = &of_day[0];
    assert_eq!(
        (print.request, print.answer.as_str()),
        (id, "Đã khơi thông cống.")
    );
    assert_eq!(print.note, "Sẽ kiểm tra.");
    assert_eq!((print.asked_on, print.answered_on), (day(2), day(3)));
    assert_eq!(print.curve.last().unwrap().0, day(3));
    assert_eq!(
        print.curve.len(),
        16,
        "two weeks before and what came since"
    );
    let (earlier, later) = print.before_and_after();
    assert!(earlier.unwrap() > 0.0 && later.is_some());
    // Later days do not print it again, and digests can still be made again byte for byte.
    pipeline.receive(&[ticket(99, 4, None)], at(4, 22)).unwrap();
    schedule::refresh(&pipeline, at(5, 6)).unwrap();
    assert!(printed(4).is_empty());
    let after = crate::replay::tests::of_day(&pipeline, 2);
    assert_eq!(before.n_same, after.n_same);
    assert_eq!(after.n_same, after.n_digests);
}

/// Accounts are not needed to be told; the record is one.
#[test]
fn the_key_of_links_stays() {
    let (pipeline, _folder) = city();
    let link = |pipeline: &Arc<Pipeline>| {
        let desk = desk(pipeline).unwrap();
        link_path(&desk.key, RequestId(1), 1)
    };
    assert_eq!(link(&pipeline), link(&pipeline));
    let (other, _folder) = city();
    assert_ne!(link(&pipeline), link(&other), "each record has its own");
    assert!(pipeline.accounts.accounts().unwrap().is_empty());
}
