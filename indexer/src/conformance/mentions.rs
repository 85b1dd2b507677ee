//! Recording mentions and reading them back.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use models::domain::{
    AnnotatedMention, Annotation, Channel, CleanMention, ContentHash, Mention, SourceId, Ticket,
    TicketStatus, Topic, day_start,
};

use super::sample::{annotation, batch, concern, day, id, mention, noon, record, ticket};
use crate::Error;
use crate::archive::{Archive, DELIVERIES_KEPT_DAYS, Delivery, Grouping, RecordBatch, Repeated};

fn stored(mention: CleanMention, annotation: Annotation) -> AnnotatedMention {
    AnnotatedMention {
        mention,
        annotation,
        concern: None,
    }
}

fn changed(n: usize, on: i64, change: impl FnOnce(&mut Mention)) -> RecordBatch {
    let mut said = mention(n, on).into_inner();
    change(&mut said);
    let mut batch = RecordBatch::new(noon(on + 1));
    batch
        .mentions
        .push((CleanMention::assume_clean(said), annotation(n)));
    batch
}

/// What the press said of a concern, in the order of all mentions.
pub fn press_reports_are_found_by_day(archive: &dyn Archive) {
    record(archive, 0..60, 0);
    record(archive, 60..90, 1);
    let expected = |from, to| {
        let mut all = archive.mentions_of_days(day(from), day(to)).unwrap();
        all.retain(|found| found.mention.channel == Channel::Press && found.annotation.is_concern);
        all
    };
    let two_days = archive.press_reports(day(0), day(1)).unwrap();
    assert_eq!(two_days, expected(0, 1));
    let one_day = archive.press_reports(day(1), day(1)).unwrap();
    assert!(!one_day.is_empty() && one_day.len() < two_days.len());
    assert_eq!(one_day, expected(1, 1));
}

/// Every part of every kind of mention survives.
pub fn a_batch_comes_back_whole(archive: &dyn Archive) {
    let recorded = record(archive, 0..60, 0);
    assert_eq!(recorded.n_new, 60);
    assert_eq!(recorded.seqs, (1..=60).map(Some).collect::<Vec<_>>());
    for n in 0..60 {
        let found = archive.mention(&id(n)).unwrap();
        assert_eq!(found, Some(stored(mention(n, 0), annotation(n))));
    }
    let asked = [id(5), id(900), id(2)];
    let found = archive.mentions(&asked).unwrap();
    let found: Vec<_> = found.iter().map(|found| &found.mention.id).collect();
    assert_eq!(found, [&id(5), &id(2)]);
    let counts = archive.counts().unwrap();
    assert_eq!((counts.n_mentions, counts.n_tickets), (60, 20));
    assert_eq!(archive.check().unwrap(), Vec::<String>::new());
}

/// The same batch again is no news.
pub fn recording_again_changes_nothing(archive: &dyn Archive) {
    let first = record(archive, 0..30, 0);
    let again = record(archive, 0..30, 0);
    assert_eq!(
        (again.n_new, again.n_updated, again.n_unchanged),
        (0, 0, 30)
    );
    assert_eq!(again.seqs, first.seqs);
    assert_eq!(archive.latest_seq().unwrap(), 30);
    // The same mention twice in one batch is one mention.
    let twice = record(archive, [40, 40], 0);
    assert_eq!((twice.n_new, twice.n_unchanged), (1, 1));
}

/// The ticket is what it is now, its history says how it came about.
pub fn a_changed_ticket_keeps_its_history(archive: &dyn Archive) {
    record(archive, [2], 0);
    let close = changed(2, 0, |said| {
        said.ticket = Some(ticket(TicketStatus::Closed));
    });
    for n_updated in [1, 0] {
        let recorded = archive.record(&close).unwrap();
        assert_eq!((recorded.n_new, recorded.n_updated), (0, n_updated));
    }
    let now = archive.mention(&id(2)).unwrap().unwrap();
    assert_eq!(now.mention.ticket, Some(ticket(TicketStatus::Closed)));
    let events = archive.ticket_events(&id(2)).unwrap();
    let events: Vec<_> = events.into_iter().map(|e| (e.at, e.ticket)).collect();
    assert_eq!(
        events,
        [
            (noon(0), ticket(TicketStatus::Open)),
            (noon(1), ticket(TicketStatus::Closed)),
        ]
    );
    // A change beside the ticket leaves no event.
    let other = changed(2, 0, |said| {
        said.ticket = Some(ticket(TicketStatus::Closed));
        "Đã có người tới".clone_into(&mut said.text);
    });
    archive.record(&other).unwrap();
    assert_eq!(archive.ticket_events(&id(2)).unwrap().len(), 2);
}

/// An update that comes late, by the ticket's own time, changes its history and not its state.
pub fn a_late_update_is_only_history(archive: &dyn Archive) {
    let at = |status, on| {
        let mut ticket = ticket(status);
        ticket.updated_at = Some(noon(on));
        ticket
    };
    let given = |ticket: &Ticket| changed(2, 0, |said| said.ticket = Some(ticket.clone()));
    let open = at(TicketStatus::Open, 0);
    let taken_up = at(TicketStatus::InProgress, 1);
    let closed = at(TicketStatus::Closed, 2);
    archive.record(&given(&open)).unwrap();
    archive.record(&given(&closed)).unwrap();
    let seq = archive.latest_seq().unwrap();
    let late = archive.record(&given(&taken_up)).unwrap();
    assert_eq!((late.n_updated, late.n_unchanged), (1, 0));
    let again = archive.record(&given(&taken_up)).unwrap();
    assert_eq!((again.n_updated, again.n_unchanged), (0, 1));
    assert_eq!(
        archive.latest_seq().unwrap(),
        seq,
        "no index needs to follow"
    );
    let now = archive.mention(&id(2)).unwrap().unwrap();
    assert_eq!(now.mention.ticket, Some(closed.clone()));
    let events = archive.ticket_events(&id(2)).unwrap();
    let states: Vec<_> = events.into_iter().map(|event| event.ticket).collect();
    assert_eq!(states, [open, taken_up, closed]);
}

/// An edited mention is one mention, written later.
pub fn a_changed_text_takes_a_new_number(archive: &dyn Archive) {
    record(archive, 0..3, 0);
    let edited = changed(0, 0, |said| "Đã sửa".clone_into(&mut said.text));
    let recorded = archive.record(&edited).unwrap();
    assert_eq!((recorded.n_new, recorded.n_updated), (0, 1));
    assert_eq!(recorded.seqs, [Some(4)]);
    let now = archive.mention(&id(0)).unwrap().unwrap();
    assert_eq!(now.mention.text, "Đã sửa");
    assert_eq!(archive.counts().unwrap().n_mentions, 3);
}

/// A bad mention at the end takes the whole batch with it.
pub fn a_refused_batch_leaves_nothing(archive: &dyn Archive) {
    let mut mismatched = batch(0..5, 0);
    mismatched.mentions[4].1.mention = id(99);
    let refusal = archive.record(&mismatched).unwrap_err();
    assert!(matches!(refusal, Error::Mismatched { .. }), "{refusal}");
    let mut odd = batch(0..5, 0);
    odd.mentions[4].1.topic_probability = f32::NAN;
    let refusal = archive.record(&odd).unwrap_err();
    assert!(matches!(refusal, Error::Unstorable { .. }), "{refusal}");
    assert_eq!(archive.counts().unwrap().n_mentions, 0);
    assert_eq!(archive.latest_seq().unwrap(), 0);
    assert_eq!(archive.mention_days().unwrap(), None);
}

/// A day runs from midnight to midnight at UTC+7; what has no time counts when it was recorded.
pub fn days_are_vietnamese(archive: &dyn Archive) {
    let midnight = day_start(day(3));
    let before = SignedDuration::from_micros(-1);
    for (n, moment) in [
        (0, Some(midnight + before)),
        (1, Some(midnight)),
        (2, Some(day_start(day(4)) + before)),
        (3, Some(day_start(day(4)))),
        (4, None),
    ] {
        // Recorded at noon of day 3.
        let batch = changed(n, 2, |said| said.published_at = moment);
        archive.record(&batch).unwrap();
    }
    let ids = |from, to| {
        let found = archive.mentions_of_days(day(from), day(to)).unwrap();
        found
            .into_iter()
            .map(|found| found.mention.id.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(2, 2), [id(0)]);
    assert_eq!(ids(3, 3), [id(1), id(4), id(2)]);
    assert_eq!(ids(2, 4), [id(0), id(1), id(4), id(2), id(3)]);
    assert_eq!(ids(5, 9), []);
    assert_eq!(archive.mention_days().unwrap(), Some((day(2), day(4))));
    let counts = archive.mention_counts(day(2), day(4)).unwrap();
    assert_eq!(counts.iter().map(|(_, _, n)| n).sum::<u64>(), 5);
    assert!(counts.iter().any(|(on, ..)| *on == day(3)));
    assert!(counts.is_sorted());
}

/// Replies are found under what they reply to.
pub fn replies_come_in_order(archive: &dyn Archive) {
    record(archive, [1], 0);
    for (n, on) in [(7, 3), (4, 2), (10, 1)] {
        let reply = changed(n, on, |said| {
            said.parent = Some(id(1));
            said.published_at = Some(noon(on));
        });
        archive.record(&reply).unwrap();
    }
    let found = archive.replies(&id(1)).unwrap();
    let found: Vec<_> = found.iter().map(|reply| reply.mention.id.clone()).collect();
    assert_eq!(found, [id(10), id(4), id(7)]);
    assert_eq!(archive.replies(&id(4)).unwrap(), []);
}

/// Following in small steps sees every mention with its latest number, and removals.
pub fn changes_can_be_followed(archive: &dyn Archive) {
    record(archive, 0..10, 0);
    let edited = changed(3, 0, |said| "Đã sửa".clone_into(&mut said.text));
    archive.record(&edited).unwrap();
    archive.remove(&[id(5)], "gỡ tại nguồn", noon(2)).unwrap();
    let mut seen = Vec::new();
    let mut seq = 0;
    loop {
        let changes = archive.mentions_after(seq, 4).unwrap();
        assert!(changes.len() <= 4);
        let Some(last) = changes.last() else { break };
        seq = last.seq;
        seen.extend(changes);
    }
    let order: Vec<_> = seen.iter().map(|change| change.mention.clone()).collect();
    assert_eq!(order, [0, 1, 2, 4, 6, 7, 8, 9, 3, 5].map(id));
    assert!(seen.is_sorted_by(|one, next| one.seq < next.seq));
    assert_eq!(seq, archive.latest_seq().unwrap());
    let edited = seen[8].now.as_ref().unwrap();
    assert_eq!(edited.mention.text, "Đã sửa");
    assert_eq!(seen[8].moment, mention(3, 0).published_at.unwrap());
    assert_eq!((&seen[9].now, seen[9].moment), (&None, noon(2)));
}

/// Erased words are nowhere, and the next crawl does not bring them back.
pub fn what_was_removed_stays_away(archive: &dyn Archive) {
    record(archive, 0..6, 0);
    let grouping = Grouping {
        day: day(0),
        assignments: vec![(id(2), concern("c-1", 0).id)],
        concerns: vec![concern("c-1", 0)],
        correction: 0,
    };
    archive.save_grouping(&grouping).unwrap();
    assert_eq!(
        archive
            .remove(&[id(2), id(77)], "theo yêu cầu", noon(1))
            .unwrap(),
        1
    );
    assert_eq!(
        archive.remove(&[id(2)], "theo yêu cầu", noon(1)).unwrap(),
        0
    );
    assert_eq!(archive.mention(&id(2)).unwrap(), None);
    assert_eq!(archive.ticket_events(&id(2)).unwrap(), []);
    assert_eq!(archive.mention_concern(&id(2)).unwrap(), None);
    let again = record(archive, 0..6, 0);
    assert_eq!((again.n_removed, again.n_unchanged), (1, 5));
    assert_eq!(again.seqs[2], None);
    // One removed before it was ever seen does not come either.
    assert_eq!(record(archive, [77], 0).n_removed, 1);
    let counts = archive.counts().unwrap();
    assert_eq!((counts.n_mentions, counts.n_removed), (5, 2));
    assert_eq!(archive.check().unwrap(), Vec::<String>::new());
}

/// Better models change what was read, not what was said.
pub fn annotations_can_be_made_again(archive: &dyn Archive) {
    record(archive, 0..1_500, 0);
    let better = |n: usize| {
        let mut read = annotation(n);
        read.topic = Topic::Health;
        "sample-2".clone_into(&mut read.model_version);
        read
    };
    let mut all = (0..1_600).map(better);
    assert_eq!(archive.annotate_again(&mut all).unwrap(), 1_500);
    let found = archive.mention(&id(1_499)).unwrap();
    assert_eq!(found, Some(stored(mention(1_499, 0), better(1_499))));
    assert_eq!(archive.latest_seq().unwrap(), 3_000);
    let mut odd = annotation(1);
    odd.concern_probability = f32::INFINITY;
    assert!(archive.annotate_again(&mut std::iter::once(odd)).is_err());
}

/// A reader beside the writer sees all of a batch or nothing of it.
pub fn readers_see_whole_batches(archive: &dyn Archive) {
    const PER_BATCH: usize = 20;
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for at in 0..40 {
                record(archive, at * PER_BATCH..(at + 1) * PER_BATCH, 0);
            }
        });
        while !writer.is_finished() {
            let n_read = archive.mentions_of_days(day(0), day(0)).unwrap().len();
            assert_eq!(n_read % PER_BATCH, 0);
        }
    });
    let found = archive.mentions_of_days(day(0), day(0)).unwrap();
    let ids: BTreeSet<_> = found.iter().map(|found| found.mention.id.clone()).collect();
    assert_eq!(ids, (0..800).map(id).collect());
}

/// A message that is delivered again leaves nothing, also when its words or its time are others.
pub fn a_delivery_counts_once(archive: &dyn Archive) {
    let delivered = |source: &str, body: u8, batch: RecordBatch| RecordBatch {
        delivery: Some(Delivery {
            source: SourceId::new(source),
            message: "msg_1".to_owned(),
            body: ContentHash([body; 32]),
        }),
        ..batch
    };
    let first = archive
        .record(&delivered("1022", 1, batch([0], 0)))
        .unwrap();
    assert_eq!((first.n_new, first.repeated), (1, None));
    let changed = changed(0, 0, |mention| "Khác hẳn".clone_into(&mut mention.text));
    let again = archive
        .record(&delivered("1022", 1, changed.clone()))
        .unwrap();
    assert_eq!(again.repeated, Some(Repeated::Same));
    assert_eq!((again.n_new, again.n_updated), (0, 0));
    let other = archive
        .record(&delivered("1022", 2, batch([1], 0)))
        .unwrap();
    assert_eq!(other.repeated, Some(Repeated::Different));
    assert_eq!(archive.counts().unwrap().n_mentions, 1);
    assert_eq!(
        archive.mention(&id(0)).unwrap().unwrap().mention,
        mention(0, 0)
    );
    let of_another = archive
        .record(&delivered("zalo", 1, batch([1], 0)))
        .unwrap();
    assert_eq!((of_another.n_new, of_another.repeated), (1, None));
    // Remembered for a month, whatever else is delivered meanwhile.
    let late = |days: i64, body| RecordBatch {
        at: noon(0) + SignedDuration::from_hours(24 * days),
        ..delivered("1022", body, batch([2], 0))
    };
    let within = archive.record(&late(DELIVERIES_KEPT_DAYS - 1, 1)).unwrap();
    assert_eq!(within.repeated, Some(Repeated::Same));
    let mut next = late(DELIVERIES_KEPT_DAYS + 2, 1);
    "msg_2".clone_into(&mut next.delivery.as_mut().unwrap().message);
    assert_eq!(archive.record(&next).unwrap().repeated, None);
    let beyond = archive.record(&late(DELIVERIES_KEPT_DAYS + 2, 1)).unwrap();
    assert_eq!(beyond.repeated, None);
}
