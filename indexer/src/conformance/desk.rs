//! What people correct and edit: numbered, found by what it is about, refused when somebody was faster.

use models::domain::{
    ConcernId, CorrectionChange, DeskRole, DigestScope, HiddenLine, MentionId, Period, PinnedLine,
    Split, Topic,
};

use super::sample::{concern, day, digest, id, noon, record};
use crate::Error;
use crate::archive::{Archive, Edition, Grouping, NewCorrection};

fn add(archive: &dyn Archive, change: CorrectionChange) -> u64 {
    let made = NewCorrection::new(noon(2), "an", "đọc nhầm", change);
    archive.add_correction(&made).unwrap().seq
}

/// Corrections apply in the order they were made.
pub fn corrections_are_numbered(archive: &dyn Archive) {
    assert_eq!(archive.latest_correction().unwrap(), 0);
    let topic = CorrectionChange::Topic(id(1), Topic::Noise);
    let first = NewCorrection::new(noon(2), "an", "đọc nhầm", topic);
    let second = NewCorrection {
        role: DeskRole::PressOfficer,
        anchors: vec![(ConcernId::new("c-1"), id(7))],
        ..NewCorrection::new(
            noon(1),
            "binh",
            "trùng",
            CorrectionChange::Hide(ConcernId::new("c-1")),
        )
    };
    let first = archive.add_correction(&first).unwrap();
    let second = archive.add_correction(&second).unwrap();
    assert!(first.seq < second.seq);
    assert_eq!(second.role, DeskRole::PressOfficer);
    assert_eq!(archive.latest_correction().unwrap(), second.seq);
    assert_eq!(archive.corrections().unwrap(), [first, second]);
}

/// Who saw an older version is told so, and nothing is written.
pub fn an_edit_of_something_older_is_refused(archive: &dyn Archive) {
    let (a, b) = (ConcernId::new("a"), ConcernId::new("b"));
    assert_eq!(archive.concern_version(&a).unwrap(), 0);
    let edit = |made_on: &[(&ConcernId, u64)], change| {
        let made_on = made_on.iter();
        archive.add_correction(&NewCorrection {
            made_on: made_on
                .map(|(id, version)| ((*id).clone(), *version))
                .collect(),
            ..NewCorrection::new(noon(0), "an", "một chuyện", change)
        })
    };
    let merge = CorrectionChange::Merge(a.clone(), b.clone());
    let first = edit(&[(&a, 0), (&b, 0)], merge.clone()).unwrap();
    assert_eq!(archive.concern_version(&b).unwrap(), first.seq);
    let late = edit(&[(&a, first.seq), (&b, 0)], merge.clone()).unwrap_err();
    let expected = (b.clone(), 0, first.seq);
    assert!(
        matches!(&late, Error::Stale { concern, made_on, now }
            if (concern.clone(), *made_on, *now) == expected),
        "{late}"
    );
    assert_eq!(archive.corrections().unwrap().len(), 1);
    // Undoing is an edit of the same concerns.
    let undo = edit(&[(&a, first.seq)], CorrectionChange::Undo(first.seq)).unwrap();
    assert_eq!(archive.concern_version(&b).unwrap(), undo.seq);
    let other = edit(&[(&b, first.seq)], merge).unwrap_err();
    assert!(matches!(other, Error::Stale { .. }), "{other}");
}

/// By mention, by concern, all of concerns; an undoing is about what it undoes.
pub fn corrections_are_found_by_what_they_are_about(archive: &dyn Archive) {
    let [a, b, c] = ["a", "b", "c"].map(ConcernId::new);
    let topic = add(archive, CorrectionChange::Topic(id(1), Topic::Noise));
    let other = add(archive, CorrectionChange::IsConcern(id(2), false));
    let merge = add(archive, CorrectionChange::Merge(a.clone(), b.clone()));
    let split = add(
        archive,
        CorrectionChange::Split(Split {
            from: b.clone(),
            part: c.clone(),
            mentions: vec![id(1), id(5)],
        }),
    );
    let undo_topic = add(archive, CorrectionChange::Undo(topic));
    let undo_merge = add(archive, CorrectionChange::Undo(merge));
    let again = add(archive, CorrectionChange::Undo(undo_merge));
    let seqs = |found: Vec<models::domain::Correction>| {
        let seqs = found.iter().map(|made| made.seq);
        seqs.collect::<Vec<_>>()
    };
    let of = |ids: &[MentionId]| seqs(archive.corrections_of_mentions(ids).unwrap());
    assert_eq!(of(&[id(1)]), [topic, undo_topic]);
    assert_eq!(of(&[id(2), id(1)]), [topic, other, undo_topic]);
    assert_eq!(of(&[id(5)]), [0; 0], "its reading is not corrected");
    assert_eq!(of(&[]), [0; 0]);
    let of = |id: &ConcernId| seqs(archive.corrections_of_concern(id).unwrap());
    assert_eq!(of(&a), [merge, undo_merge, again]);
    assert_eq!(of(&b), [merge, split, undo_merge, again]);
    assert_eq!(of(&c), [split]);
    let up_to = |seq| seqs(archive.concern_corrections(seq).unwrap());
    assert_eq!(up_to(u64::MAX), [merge, split, undo_merge, again]);
    assert_eq!(up_to(split), [merge, split]);
    assert_eq!(up_to(0), [0; 0]);
    let after = |seq| seqs(archive.corrections_after(seq).unwrap());
    assert_eq!(after(split), [undo_topic, undo_merge, again]);
    assert_eq!(after(u64::MAX), [0; 0]);
    let one = archive.correction(other).unwrap().unwrap();
    assert_eq!(one.change, CorrectionChange::IsConcern(id(2), false));
    assert_eq!(archive.correction(again + 1).unwrap(), None);
    assert_eq!(archive.heeded().unwrap(), 0);
    archive.set_heeded(split).unwrap();
    assert_eq!(archive.heeded().unwrap(), split);
}

/// A correction and the reading that follows from it are one write.
pub fn readings_follow_with_the_correction(archive: &dyn Archive) {
    record(archive, 0..2, 0);
    let before = archive.mention(&id(0)).unwrap().unwrap();
    let mut annotation = before.annotation.clone();
    annotation.topic = Topic::Noise;
    let made = NewCorrection {
        annotations: vec![annotation.clone()],
        ..NewCorrection::new(
            noon(1),
            "an",
            "ồn",
            CorrectionChange::Topic(id(0), Topic::Noise),
        )
    };
    let seq = archive.latest_seq().unwrap();
    archive.add_correction(&made).unwrap();
    let after = archive.mention(&id(0)).unwrap().unwrap();
    assert_eq!(after.annotation, annotation);
    assert_eq!(after.mention, before.mention);
    assert_eq!(archive.latest_seq().unwrap(), seq + 1, "search follows");
    // A refused one leaves the reading alone.
    let stale = NewCorrection {
        made_on: vec![(ConcernId::new("a"), 7)],
        annotations: vec![before.annotation],
        ..made
    };
    archive.add_correction(&stale).unwrap_err();
    let after = archive.mention(&id(0)).unwrap().unwrap();
    assert_eq!(after.annotation, annotation);
}

/// Each says the latest correction it heeded.
pub fn groupings_and_editions_know_what_they_heeded(archive: &dyn Archive) {
    record(archive, 0..2, 0);
    assert_eq!(archive.grouped_days().unwrap(), []);
    let group = |on, correction| {
        let grouping = Grouping {
            day: day(on),
            assignments: vec![(id(0), ConcernId::new("a"))],
            concerns: vec![concern("a", 0)],
            correction,
        };
        archive.save_grouping(&grouping).unwrap();
    };
    group(1, 0);
    group(0, 3);
    group(1, 4);
    let days = archive.grouped_days().unwrap();
    assert_eq!(days, [(day(0), 3), (day(1), 4)]);
    let before = archive.begin_edition(Period::day(day(0)), noon(1)).unwrap();
    assert_eq!(before.as_of.correction, 0);
    let seq = add(archive, CorrectionChange::Hide(ConcernId::new("a")));
    let after = archive.begin_edition(Period::day(day(0)), noon(1)).unwrap();
    assert_eq!(after.as_of.correction, seq);
    archive
        .publish(&Edition {
            at: noon(1),
            open: Some(after),
            inputs: Some(super::editions::inputs(
                digest(DigestScope::City, 0, 1.0).coverage,
            )),
            ..Edition::default()
        })
        .unwrap();
    let known = archive.latest_edition(Period::day(day(0))).unwrap();
    assert_eq!(known.unwrap().as_of.correction, seq);
}

/// The first to speak of a concern are known.
pub fn first_mentions_come_oldest_first(archive: &dyn Archive) {
    record(archive, 0..6, 0);
    let grouping = Grouping {
        day: day(0),
        assignments: [(0, "a"), (1, "b"), (2, "b")]
            .map(|(n, name)| (id(n), ConcernId::new(name)))
            .to_vec(),
        concerns: ["a", "b"].map(|name| concern(name, 0)).to_vec(),
        correction: 0,
    };
    archive.save_grouping(&grouping).unwrap();
    let first = archive.first_mentions(&ConcernId::new("b"), 5).unwrap();
    let mut own = archive.mentions(&[id(1), id(2)]).unwrap();
    own.sort_by_key(|found| found.mention.published_at);
    let own = own.iter().map(|found| found.mention.id.clone());
    assert_eq!(first, own.collect::<Vec<_>>());
    let one = archive.first_mentions(&ConcernId::new("b"), 1).unwrap();
    assert_eq!(one, first[..1]);
}

/// Titles by the desk, pinned and hidden lines come back; removed words do not.
pub fn what_the_desk_says_is_published(archive: &dyn Archive) {
    record(archive, 0..3, 0);
    let mut given = digest(DigestScope::City, 0, 3.0);
    given.top[0].desk.title = Some("Ngập ở ngã tư".to_owned());
    given.top[0].desk.pinned = true;
    let title = archive.mention(&id(2)).unwrap().unwrap();
    let title = models::ranking::group::title_of(&title);
    given.desk.pinned = vec![PinnedLine {
        concern: ConcernId::new("p"),
        title: title.clone(),
        desk_title: Some("Chờ trả lời".to_owned()),
        topic: Topic::Road,
        units: given.top[0].units.clone(),
        rank: Some(14),
        n_mentions: 2,
    }];
    given.desk.hidden = vec![HiddenLine {
        concern: ConcernId::new("h"),
        rank: Some(2),
        n_mentions: 5,
        reason: "tin rao".to_owned(),
    }];
    let edition = Edition {
        digests: std::slice::from_ref(&given),
        at: noon(1),
        ..Edition::default()
    };
    archive.publish(&edition).unwrap();
    let read = || {
        let found = archive.digest(&DigestScope::City, day(0), None).unwrap();
        found.unwrap()
    };
    let mut found = read();
    assert_eq!(found.top[0].shown_title(), "Ngập ở ngã tư");
    found.revision = 0;
    assert_eq!(found, given);
    archive.remove(&[id(2)], "gỡ tại nguồn", noon(2)).unwrap();
    assert_eq!(read().desk.pinned[0].title, models::domain::WITHDRAWN);
    assert_ne!(title, models::domain::WITHDRAWN);
}
