//! Requests for explanation: what happened is only ever added to, nothing counts twice.

use jiff::{SignedDuration, Timestamp};
use models::domain::{
    EvidenceQuote, PressState, PrintedAnswer, RequestEvidence, RequestId, RequestState,
    RequestStep, RequestSubject, Respondent, WITHDRAWN,
};

use super::sample::{batch, day, id, noon, unit};
use crate::accounts::{Actor, By};
use crate::archive::Archive;
use crate::requests::{
    DraftEdit, NewAnswer, NewFile, NewPressEvent, NewRequest, NewStep, ROLE_SCHEDULE, Requests,
};
use crate::{Error, Result};

fn hour(n: i64) -> Timestamp {
    noon(0) + SignedDuration::from_hours(n)
}

fn by(n: i64) -> By {
    By {
        who: Actor::Nobody,
        at: hour(n),
        request: None,
    }
}

fn evidence() -> RequestEvidence {
    let quote = |n: usize| EvidenceQuote {
        mention: id(n),
        text: format!("lời {n}"),
        source: "1022".to_owned(),
        at: Some(noon(0)),
        url: Some(format!("https://example.vn/{n}")),
    };
    RequestEvidence {
        title: "Ngập trước chợ".to_owned(),
        title_from: Some(id(1)),
        edition: Some("thành phố, 2-11-2026, bản 1, hạng 3".to_owned()),
        figures: vec![("ý kiến".to_owned(), "17".to_owned())],
        reasons: vec!["nhiều hơn dự kiến".to_owned()],
        quotes: vec![quote(1), quote(2)],
        daily: vec![(day(0), 4), (day(1), 13)],
    }
}

fn new_request() -> NewRequest {
    NewRequest {
        subject: RequestSubject::of("concern", "c-1").unwrap(),
        addressee: Respondent::Unit(unit(0)),
        question: "Bao giờ hết ngập?".to_owned(),
        answer_days: 3,
        evidence: evidence(),
    }
}

fn step(step: RequestStep, detail: &str, due: Option<i64>) -> NewStep {
    NewStep {
        step,
        detail: detail.to_owned(),
        due_at: due.map(hour),
    }
}

fn saying(text: &str) -> NewAnswer {
    NewAnswer {
        text: text.to_owned(),
        was_cut: false,
        files: Vec::new(),
    }
}

/// One that was sent and is due in three days.
fn sent(requests: &dyn Requests) -> RequestId {
    let id = requests.draft_request(&new_request(), &by(0)).unwrap();
    let sending = step(RequestStep::Sent, "", Some(72));
    requests
        .step_request(id, &sending, &by(1))
        .unwrap()
        .unwrap();
    id
}

fn is_not_now<T>(outcome: &Result<T>) -> bool {
    matches!(outcome, Err(Error::NotNow { .. }))
}

/// From the draft to the end, with one return; everything stands with its time.
pub fn a_request_goes_its_way(archive: &dyn Archive, requests: &dyn Requests) {
    archive.record(&batch(1..3, 0)).unwrap();
    let id = requests.draft_request(&new_request(), &by(0)).unwrap();
    let draft = requests.request(id).unwrap().unwrap();
    assert_eq!(
        (draft.state, draft.round, draft.due_at),
        (RequestState::Draft, 0, None)
    );
    assert_eq!(draft.evidence, evidence());
    assert_eq!(
        (draft.subject, draft.addressee),
        (new_request().subject, new_request().addressee)
    );
    let take = |what: &NewStep, at: i64| {
        requests.step_request(id, what, &by(at)).unwrap().unwrap();
        let now = requests.request(id).unwrap().unwrap();
        (now.state, now.round, now.due_at)
    };
    let sending = step(RequestStep::Sent, "", Some(72));
    assert_eq!(take(&sending, 1), (RequestState::Sent, 1, Some(hour(72))));
    requests
        .answer_request(id, 1, &saying("Đang xử lý."), &by(2))
        .unwrap();
    let returning = step(RequestStep::Returned, "chưa nói bao giờ", Some(120));
    assert_eq!(
        take(&returning, 3),
        (RequestState::Returned, 2, Some(hour(120)))
    );
    requests
        .answer_request(id, 2, &saying("Ngày 20-11."), &by(4))
        .unwrap();
    let accepting = step(RequestStep::Accepted, "Sẽ kiểm tra lại.", None);
    assert_eq!(
        take(&accepting, 5),
        (RequestState::Accepted, 2, Some(hour(120)))
    );
    let closing = step(RequestStep::Closed, "", None);
    assert_eq!(take(&closing, 6).0, RequestState::Closed);
    let events = requests.request_events(id).unwrap();
    let seen = events
        .iter()
        .map(|event| (event.step.code(), event.round, event.at));
    assert_eq!(
        seen.collect::<Vec<_>>(),
        [
            ("drafted", 0, hour(0)),
            ("sent", 1, hour(1)),
            ("answered", 1, hour(2)),
            ("returned", 2, hour(3)),
            ("answered", 2, hour(4)),
            ("accepted", 2, hour(5)),
            ("closed", 2, hour(6)),
        ]
    );
    assert_eq!(events[3].detail, "chưa nói bao giờ");
    assert!(events.is_sorted_by_key(|event| event.seq));
    let answers = requests.request_answers(id).unwrap();
    let said = answers
        .iter()
        .map(|one| (one.round, one.text.as_str(), one.at));
    assert_eq!(
        said.collect::<Vec<_>>(),
        [(1, "Đang xử lý.", hour(2)), (2, "Ngày 20-11.", hour(4))]
    );
    let second = sent(requests);
    let all = requests.requests(10).unwrap();
    assert_eq!(
        all.iter().map(|one| one.id).collect::<Vec<_>>(),
        [second, id]
    );
    assert_eq!(requests.requests(1).unwrap().len(), 1);
    let concern = all[0].subject.concern().unwrap();
    assert_eq!(requests.requests_of_concern(concern).unwrap(), all);
}

/// A draft is written anew by who saw the last of it; what was sent is not.
pub fn a_draft_is_written_anew(archive: &dyn Archive, requests: &dyn Requests) {
    archive.record(&batch(1..3, 0)).unwrap();
    let id = requests.draft_request(&new_request(), &by(0)).unwrap();
    let mut seen = requests.request_events(id).unwrap()[0].seq;
    let edited = DraftEdit {
        addressee: Respondent::Unit(unit(1)),
        question: "Ai dọn?".to_owned(),
        answer_days: 5,
        evidence: RequestEvidence {
            quotes: evidence().quotes[1..].to_vec(),
            ..evidence()
        },
    };
    let nobody = requests.edit_draft(RequestId(999), seen, &edited, &by(1));
    assert_eq!(nobody.unwrap(), None);
    let event = requests.edit_draft(id, seen, &edited, &by(1)).unwrap();
    let event = event.unwrap();
    assert_eq!((event.step, event.at), (RequestStep::Edited, hour(1)));
    let read = || requests.request(id).unwrap().unwrap();
    let known = read();
    assert_eq!(
        (&known.addressee, known.question.as_str(), known.answer_days),
        (&edited.addressee, "Ai dọn?", 5)
    );
    assert_eq!(known.evidence, edited.evidence);
    assert_eq!(
        (known.state, known.round, known.subject),
        (RequestState::Draft, 0, new_request().subject)
    );
    let slower = requests.edit_draft(id, seen, &edited, &by(2));
    assert!(is_not_now(&slower), "somebody was quicker");
    assert_eq!(requests.request_events(id).unwrap().len(), 2);
    let sending = step(RequestStep::Sent, "", Some(72));
    let sent = requests.step_request(id, &sending, &by(3)).unwrap();
    seen = sent.unwrap().seq;
    let late = requests.edit_draft(id, seen, &edited, &by(4));
    assert!(is_not_now(&late), "it was sent");
    assert_eq!(read().question, "Ai dọn?");
}

/// A step that cannot follow changes nothing and says why.
pub fn what_cannot_follow_is_refused(_: &dyn Archive, requests: &dyn Requests) {
    let id = requests.draft_request(&new_request(), &by(0)).unwrap();
    let accepting = step(RequestStep::Accepted, "", None);
    assert!(is_not_now(&requests.step_request(id, &accepting, &by(1))));
    assert!(is_not_now(&requests.answer_request(
        id,
        0,
        &saying("sớm"),
        &by(1)
    )));
    assert_eq!(requests.request_events(id).unwrap().len(), 1);
    let nobody = requests.step_request(RequestId(999), &accepting, &by(1));
    assert_eq!(nobody.unwrap(), None);
    let withdrawing = step(RequestStep::Withdrawn, "nhầm", None);
    requests
        .step_request(id, &withdrawing, &by(2))
        .unwrap()
        .unwrap();
    let sending = step(RequestStep::Sent, "", Some(9));
    assert!(is_not_now(&requests.step_request(id, &sending, &by(3))));
}

/// Reminders and receipts are written down once a round.
pub fn the_schedule_says_things_once(_: &dyn Archive, requests: &dyn Requests) {
    let id = sent(requests);
    let note = |what: RequestStep, detail: &str| {
        requests
            .note_request(id, &step(what, detail, None), ROLE_SCHEDULE, hour(2))
            .unwrap()
    };
    assert!(note(RequestStep::Delivered, "a@example.vn"));
    assert!(!note(RequestStep::Delivered, "a@example.vn"));
    assert!(
        note(RequestStep::Delivered, "b@example.vn"),
        "another receipt"
    );
    assert_eq!(
        requests.request(id).unwrap().unwrap().state,
        RequestState::Delivered
    );
    assert!(note(RequestStep::RemindedBefore, ""));
    assert!(!note(RequestStep::RemindedBefore, ""));
    requests
        .answer_request(id, 1, &saying("Rồi."), &by(3))
        .unwrap();
    assert!(
        !note(RequestStep::RemindedAtDeadline, ""),
        "it was answered"
    );
    let returning = step(RequestStep::Returned, "chưa đủ", Some(90));
    requests
        .step_request(id, &returning, &by(4))
        .unwrap()
        .unwrap();
    assert!(note(RequestStep::RemindedBefore, ""), "a new round");
}

/// A link that was used, or whose round is over, answers nothing.
pub fn a_round_is_answered_once(_: &dyn Archive, requests: &dyn Requests) {
    let id = sent(requests);
    requests
        .answer_request(id, 1, &saying("một"), &by(2))
        .unwrap();
    assert!(is_not_now(&requests.answer_request(
        id,
        1,
        &saying("hai"),
        &by(3)
    )));
    let returning = step(RequestStep::Returned, "chưa đủ", Some(90));
    requests
        .step_request(id, &returning, &by(4))
        .unwrap()
        .unwrap();
    assert!(is_not_now(&requests.answer_request(
        id,
        1,
        &saying("ba"),
        &by(5)
    )));
    requests
        .answer_request(id, 2, &saying("bốn"), &by(6))
        .unwrap();
    let said = requests.request_answers(id).unwrap();
    assert_eq!(
        said.iter().map(|one| one.text.as_str()).collect::<Vec<_>>(),
        ["một", "bốn"]
    );
}

/// Files are found by their hash, and by their own request alone.
pub fn files_come_back(_: &dyn Archive, requests: &dyn Requests) {
    let (first, other) = (sent(requests), sent(requests));
    let file = |name: &str| NewFile {
        name: name.to_owned(),
        kind: "application/pdf".to_owned(),
        bytes: b"%PDF-1.7 ...".to_vec(),
    };
    let answer = NewAnswer {
        files: vec![file("một.pdf"), file("hai.pdf")],
        was_cut: true,
        ..saying("Xem tệp.")
    };
    requests.answer_request(first, 1, &answer, &by(2)).unwrap();
    let known = requests.request_answers(first).unwrap().remove(0);
    assert!(known.was_cut);
    let names = known
        .files
        .iter()
        .map(|file| (file.name.as_str(), file.n_bytes));
    assert_eq!(
        names.collect::<Vec<_>>(),
        [("một.pdf", 12), ("hai.pdf", 12)]
    );
    let hash = known.files[0].hash;
    assert_eq!(
        requests.answer_body(first, &hash).unwrap(),
        Some(file("").bytes)
    );
    assert_eq!(requests.answer_body(other, &hash).unwrap(), None);
    assert_eq!(requests.answer_body(first, &[0; 32]).unwrap(), None);
}

/// What is taken down at its source goes from requests, too, and is not brought back.
pub fn removed_words_leave_a_request(archive: &dyn Archive, requests: &dyn Requests) {
    archive.record(&batch(1..3, 0)).unwrap();
    let request = sent(requests);
    archive.remove(&[id(1)], "gỡ", hour(5)).unwrap();
    let read = || requests.request(request).unwrap().unwrap().evidence;
    assert_eq!(
        (read().title.as_str(), read().quotes[0].text.as_str()),
        (WITHDRAWN, WITHDRAWN)
    );
    assert_eq!(read().quotes[0].url, None);
    assert_eq!(read().quotes[1].text, "lời 2");
    let later = sent(requests);
    let later = requests.request(later).unwrap().unwrap().evidence;
    assert_eq!(later.quotes[0].text, WITHDRAWN);
    assert_eq!(later.figures, evidence().figures);
}

/// An answer belongs to the first edition that printed it.
pub fn an_answer_is_printed_once(_: &dyn Archive, requests: &dyn Requests) {
    let id = sent(requests);
    assert_eq!(requests.unprinted().unwrap(), []);
    requests
        .answer_request(id, 1, &saying("Đã thông cống."), &by(2))
        .unwrap();
    let accepting = step(RequestStep::Accepted, "Cảm ơn.", None);
    requests
        .step_request(id, &accepting, &by(3))
        .unwrap()
        .unwrap();
    assert_eq!(requests.unprinted().unwrap(), [(id, hour(3))]);
    let known = requests.request(id).unwrap().unwrap();
    let print = PrintedAnswer {
        request: id,
        concern: known.subject.concern().cloned(),
        addressee: known.addressee.clone(),
        day: day(1),
        title: WITHDRAWN.to_owned(), // None of its mentions are on record.
        answer: "Đã thông cống.".to_owned(),
        note: "Cảm ơn.".to_owned(),
        asked_on: day(0),
        answered_on: day(0),
        curve: vec![(day(0), 3), (day(1), 1)],
    };
    let print = PrintedAnswer {
        title: known.evidence.title.clone(),
        ..print
    };
    assert_eq!(
        requests
            .print_answers(std::slice::from_ref(&print), hour(24))
            .unwrap(),
        1
    );
    let again = PrintedAnswer {
        day: day(2),
        ..print.clone()
    };
    assert_eq!(requests.print_answers(&[again], hour(48)).unwrap(), 0);
    assert_eq!(
        requests.printed_on(day(1)).unwrap(),
        std::slice::from_ref(&print)
    );
    assert_eq!(requests.printed_on(day(2)).unwrap(), []);
    let concern = print.concern.clone().unwrap();
    assert_eq!(requests.printed_of_concern(&concern).unwrap(), [print]);
    assert_eq!(requests.unprinted().unwrap(), []);
    let steps = requests.request_events(id).unwrap();
    assert_eq!(steps.last().unwrap().step, RequestStep::Printed);
    let key = requests.link_key([7; 32]).unwrap();
    assert_eq!(
        (key, requests.link_key([8; 32]).unwrap()),
        ([7; 32], [7; 32])
    );
}

/// The last word on a press report counts; all of them stay.
pub fn press_reports_have_a_history(_: &dyn Archive, requests: &dyn Requests) {
    let say = |n: usize, state, detail: &str, at: i64| {
        let new = NewPressEvent {
            mention: id(n),
            state,
            detail: detail.to_owned(),
            request: None,
        };
        requests.note_press(&new, &by(at)).unwrap()
    };
    say(1, PressState::NotNeeded, "tin cũ", 1);
    say(2, PressState::Answered, "https://example.vn/tra-loi", 2);
    say(1, PressState::Waiting, "xem lại", 3);
    let states = |events: Vec<models::domain::PressEvent>| {
        let states = events.iter().map(|event| event.state);
        states.collect::<Vec<_>>()
    };
    let first = requests.press_events(Some(&id(1)), hour(0)).unwrap();
    assert_eq!(first[0].detail, "tin cũ");
    assert_eq!(states(first), [PressState::NotNeeded, PressState::Waiting]);
    let since = requests.press_events(None, hour(2)).unwrap();
    assert_eq!(states(since), [PressState::Answered, PressState::Waiting]);
}
