//! The outbox: nothing is lost, nothing is told twice, everything has its receipt.

use jiff::{SignedDuration, Timestamp};
use models::domain::DigestScope::City;
use models::domain::{Bounce, EventKind, PeriodKind};

use super::editions::publish;
use super::sample::{day, digest, noon};
use crate::archive::Archive;
use crate::outbox::{Attempt, MessageState, NewMessage, Outbox, OutboxMessage, Verdict};

fn second(n: i64) -> Timestamp {
    noon(0) + SignedDuration::from_secs(n)
}

fn saying(key: &str) -> NewMessage {
    NewMessage {
        key: key.to_owned(),
        event: EventKind::DigestPublished,
        payload: format!("{{\"about\":\"{key}\"}}"),
        not_before: None,
    }
}

fn refused(at: Timestamp) -> Attempt {
    Attempt {
        at,
        status: Some(503),
        detail: "503".to_owned(),
    }
}

fn keys(messages: &[OutboxMessage]) -> Vec<&str> {
    messages.iter().map(|found| found.key.as_str()).collect()
}

/// Digests are told of by number, in the order in which they were published.
pub fn publications_are_numbered(archive: &dyn Archive, outbox: &dyn Outbox) {
    assert_eq!(outbox.last_published().unwrap(), 0);
    let (first, second) = (digest(City, 0, 1.0), digest(City, 0, 2.0));
    publish(archive, &[first], &[], 1, None).unwrap();
    publish(archive, &[second], &[], 2, Some("Tin đến muộn")).unwrap();
    let told = outbox.published_after(0, 10).unwrap();
    let seen = told
        .iter()
        .map(|one| (one.revision, one.erratum.as_deref()));
    assert_eq!(
        seen.collect::<Vec<_>>(),
        [(1, None), (2, Some("Tin đến muộn"))]
    );
    assert_eq!(
        (&told[0].scope, told[0].period, told[0].day),
        (&City, PeriodKind::Day, day(0))
    );
    assert_eq!(told[1].number, outbox.last_published().unwrap());
    assert_eq!(
        outbox.published_after(told[0].number, 10).unwrap(),
        told[1..]
    );
    assert_eq!(outbox.published_after(0, 1).unwrap(), told[..1]);
}

/// A key is taken in once an endpoint, with the mark of the endpoint.
pub fn a_message_is_taken_in_once(_archive: &dyn Archive, outbox: &dyn Outbox) {
    assert_eq!(outbox.mark("map").unwrap(), None);
    let two = [saying("a"), saying("b")];
    assert_eq!(outbox.post("map", &two, Some(7), second(0)).unwrap(), 2);
    assert_eq!(outbox.post("map", &two, Some(5), second(1)).unwrap(), 0);
    assert_eq!(outbox.mark("map").unwrap(), Some(7), "it never goes back");
    assert_eq!(outbox.post("other", &two, None, second(1)).unwrap(), 2);
    assert_eq!(outbox.mark("other").unwrap(), None);
    let of_map = outbox.messages(Some("map"), None, 10).unwrap();
    assert_eq!(keys(&of_map), ["b", "a"]);
    assert_eq!(of_map[1].made_at, second(0));
    assert_eq!(
        outbox.message(of_map[0].id).unwrap(),
        Some(of_map[0].clone())
    );
}

/// A message waits for its time, is sent again, and ends delivered or dead, with all its receipts.
pub fn messages_end_with_receipts(_archive: &dyn Archive, outbox: &dyn Outbox) {
    let both = [saying("a"), saying("b")];
    outbox.post("map", &both, None, second(10)).unwrap();
    assert!(
        outbox
            .due_messages("map", second(9), 10)
            .unwrap()
            .is_empty()
    );
    let due = outbox.due_messages("map", second(10), 10).unwrap();
    assert_eq!(keys(&due), ["a", "b"]);
    assert_eq!(outbox.due_messages("map", second(10), 1).unwrap(), due[..1]);

    let (a, b) = (due[0].id, due[1].id);
    outbox
        .settle(a, &refused(second(11)), Verdict::Again(second(20)))
        .unwrap();
    outbox
        .settle(b, &refused(second(11)), Verdict::Dead)
        .unwrap();
    assert!(
        outbox
            .due_messages("map", second(19), 10)
            .unwrap()
            .is_empty()
    );
    let again = outbox.due_messages("map", second(20), 10).unwrap();
    assert_eq!((keys(&again), again[0].n_attempts), (vec!["a"], 1));
    let taken = Attempt {
        at: second(21),
        status: Some(204),
        detail: "204".to_owned(),
    };
    outbox.settle(a, &taken, Verdict::Delivered).unwrap();
    assert_eq!(
        outbox.attempts(a).unwrap(),
        [refused(second(11)), taken.clone()]
    );
    // What comes late changes nothing any more.
    outbox
        .settle(a, &refused(second(22)), Verdict::Again(second(30)))
        .unwrap();
    assert_eq!(outbox.attempts(a).unwrap().len(), 2);
    let delivered = outbox
        .messages(None, Some(MessageState::Delivered), 10)
        .unwrap();
    assert_eq!(keys(&delivered), ["a"]);
    assert_eq!(
        outbox.message_counts().unwrap(),
        [
            ("map".to_owned(), MessageState::Dead, 1),
            ("map".to_owned(), MessageState::Delivered, 1)
        ]
    );
    assert!(!outbox.revive(a, second(30)).unwrap());
    assert!(outbox.revive(b, second(30)).unwrap());
    assert_eq!(
        keys(&outbox.due_messages("map", second(30), 10).unwrap()),
        ["b"]
    );

    assert_eq!(outbox.forget_messages(second(21)).unwrap(), 0);
    assert_eq!(outbox.forget_messages(second(60)).unwrap(), 1);
    assert_eq!(keys(&outbox.messages(None, None, 10).unwrap()), ["b"]);
}

/// A message in hand goes to nobody else, is settled by whoever holds it, and is given up when nobody
/// knows what came of it.
pub fn what_is_in_hand_is_not_sent_again(_archive: &dyn Archive, outbox: &dyn Outbox) {
    outbox
        .post("mail:a", &[saying("a"), saying("b")], None, second(0))
        .unwrap();
    outbox.post("map", &[saying("c")], None, second(0)).unwrap();
    let due = outbox.due_messages("mail:a", second(0), 10).unwrap();
    let (a, b) = (due[0].id, due[1].id);
    let c = outbox.due_messages("map", second(0), 1).unwrap()[0].id;
    assert!(outbox.claim(a).unwrap() && !outbox.claim(a).unwrap());
    assert_eq!(
        keys(&outbox.due_messages("mail:a", second(9), 10).unwrap()),
        ["b"]
    );
    outbox
        .settle(a, &refused(second(1)), Verdict::Again(second(2)))
        .unwrap();
    assert!(outbox.claim(a).unwrap(), "it waits again");
    assert!(outbox.claim(c).unwrap());
    assert_eq!(outbox.forget_messages(second(99)).unwrap(), 0);
    assert_eq!(
        outbox
            .give_up_claimed("mail:", second(3), "không rõ")
            .unwrap(),
        1
    );
    let of = |id| outbox.message(id).unwrap().unwrap().state;
    assert_eq!(
        [a, b, c].map(of),
        [
            MessageState::Dead,
            MessageState::Waiting,
            MessageState::InHand
        ]
    );
    let last = outbox.attempts(a).unwrap().pop().unwrap();
    assert_eq!((last.status, last.detail.as_str()), (None, "không rõ"));
    assert!(outbox.revive(a, second(4)).unwrap(), "people may");
}

/// Messages to several endpoints come with one mark, each once, and wait for their hour.
pub fn several_are_told_under_one_mark(_archive: &dyn Archive, outbox: &dyn Outbox) {
    let mut later = saying("a");
    later.not_before = Some(second(60));
    let both = [
        ("notice:mail".to_owned(), later),
        ("notice:sms".to_owned(), saying("a")),
    ];
    let post = || outbox.post_under(("alerts:office", 3), &both, second(0));
    assert_eq!(post().unwrap(), 2);
    assert_eq!(post().unwrap(), 0);
    assert_eq!(outbox.mark("alerts:office").unwrap(), Some(3));
    assert_eq!(outbox.mark("notice:mail").unwrap(), None);
    let due = |endpoint, n| keys(&outbox.due_messages(endpoint, second(n), 9).unwrap()).len();
    assert_eq!((due("notice:mail", 59), due("notice:mail", 60)), (0, 1));
    assert_eq!(due("notice:sms", 0), 1);
}

/// A letter that came back is known by its address, once a message, until somebody mends it.
pub fn what_came_back_is_known_by_address(_archive: &dyn Archive, outbox: &dyn Outbox) {
    let bounce = |address: &str, message, n| Bounce {
        address: address.to_owned(),
        at: second(n),
        is_final: n > 1,
        detail: format!("5.1.1 {n}"),
        message,
    };
    let (first, again) = (bounce("a@x.vn", Some(7), 1), bounce("a@x.vn", Some(7), 2));
    let other = bounce("b@x.vn", None, 3);
    for one in [&first, &again, &other] {
        outbox.note_bounce(one).unwrap();
    }
    assert_eq!(
        outbox.bounces(None, 9).unwrap(),
        [other.clone(), again.clone()]
    );
    assert_eq!(outbox.bounces(Some("a@x.vn"), 9).unwrap(), [again]);
    assert_eq!(outbox.forget_bounces("a@x.vn").unwrap(), 1);
    assert_eq!(outbox.bounces(None, 9).unwrap(), [other]);
}
