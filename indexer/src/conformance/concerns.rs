//! Derived state: grouping, and concerns as of a day.

use models::domain::{Concern, ConcernId};

use super::sample::{concern, day, id, noon, record};
use crate::Error;
use crate::archive::{Archive, Grouping, KnownStates, Page};

fn group(archive: &dyn Archive, on: i64, pairs: &[(usize, &str)], concerns: Vec<Concern>) {
    let assignments = pairs
        .iter()
        .map(|(n, name)| (id(*n), ConcernId::new(*name)))
        .collect();
    let grouping = Grouping {
        day: day(on),
        assignments,
        concerns,
        correction: 0,
    };
    let grouped = archive.save_grouping(&grouping).unwrap();
    assert_eq!(grouped.n_assigned, pairs.len());
}

/// The later grouping of a day is the only one, and other days stay.
pub fn grouping_a_day_can_be_repeated(archive: &dyn Archive) {
    record(archive, 0..4, 0);
    record(archive, 4..8, 1);
    assert_eq!(archive.last_grouped_day().unwrap(), None);
    group(
        archive,
        0,
        &[(0, "a"), (1, "b")],
        vec![concern("a", 0), concern("b", 0)],
    );
    group(
        archive,
        1,
        &[(4, "a")],
        vec![concern("a", 1), concern("b", 0)],
    );
    assert_eq!(archive.last_grouped_day().unwrap(), Some(day(1)));
    group(archive, 0, &[(0, "c")], vec![concern("c", 0)]);
    assert_eq!(
        archive.mention_concern(&id(0)).unwrap(),
        Some(ConcernId::new("c"))
    );
    assert_eq!(archive.mention_concern(&id(1)).unwrap(), None);
    assert_eq!(
        archive.mention_concern(&id(4)).unwrap(),
        Some(ConcernId::new("a"))
    );
    assert_eq!(archive.concerns_at(day(0)).unwrap(), [concern("c", 0)]);
    let found = archive.mentions_of_days(day(0), day(1)).unwrap();
    let grouped = found.iter().filter(|found| found.concern.is_some()).count();
    assert_eq!(grouped, 2);
    // An edited mention keeps its concern.
    let mut edited = super::sample::batch([4], 1);
    "2".clone_into(&mut edited.mentions[0].1.model_version);
    archive.record(&edited).unwrap();
    assert_eq!(
        archive.mention_concern(&id(4)).unwrap(),
        Some(ConcernId::new("a"))
    );
    assert_eq!(archive.last_grouped_day().unwrap(), Some(day(1)));
}

/// Each day starts from the state at the end of the day before, whatever came later.
pub fn concerns_are_known_as_of_a_day(archive: &dyn Archive) {
    record(archive, 0..4, 0);
    record(archive, 4..8, 2);
    record(archive, 8..12, 3);
    group(
        archive,
        0,
        &[(0, "a"), (1, "b")],
        vec![concern("a", 0), concern("b", 0)],
    );
    // b stays as it was, a changes.
    group(
        archive,
        2,
        &[(4, "a")],
        vec![concern("a", 2), concern("b", 0)],
    );
    // b is followed no longer.
    group(archive, 3, &[(8, "a")], vec![concern("a", 3)]);
    let at = |on| archive.concerns_at(day(on)).unwrap();
    assert_eq!(at(-1), []);
    assert_eq!(at(0), [concern("a", 0), concern("b", 0)]);
    assert_eq!(at(1), at(0));
    assert_eq!(at(2), [concern("a", 2), concern("b", 0)]);
    assert_eq!(at(3), [concern("a", 3)]);
    assert_eq!(at(90), at(3));
    // Who knows a state is not given it again, and one that went back is another.
    let states = |on, known: &KnownStates| archive.states_at(day(on), known).unwrap();
    let known = |on| {
        let states = states(on, &KnownStates::new()).into_iter();
        states.map(|state| (state.id, state.digest)).collect()
    };
    let read = |on, known: &KnownStates| -> Vec<_> {
        let states = states(on, known).into_iter();
        states.filter_map(|state| state.concern).collect()
    };
    for on in [-1, 0, 2, 3] {
        assert_eq!(read(on, &KnownStates::new()), at(on));
        assert_eq!(read(on, &known(on)), []);
    }
    assert_eq!(read(2, &known(0)), [concern("a", 2)]);
    assert_eq!(read(0, &known(2)), [concern("a", 0)]);
    assert_eq!(states(2, &known(2)).len(), 2);
    let latest = |name: &str| archive.concern(&ConcernId::new(name)).unwrap();
    assert_eq!(latest("a"), Some(concern("a", 3)));
    assert_eq!(latest("b"), Some(concern("b", 0)));
    assert_eq!(latest("z"), None);
    let active = |from, to| archive.concerns_active(day(from), day(to)).unwrap();
    assert_eq!(active(0, 0), [concern("a", 0), concern("b", 0)]);
    assert_eq!(active(0, 2), [concern("a", 2), concern("b", 0)]);
    assert_eq!(active(2, 3), [concern("a", 3)]);
    assert_eq!(active(1, 1), []);
    assert_eq!(archive.counts().unwrap().n_concerns, 2);
}

/// Newest first, every mention once, whatever the size of a page.
pub fn mentions_of_a_concern_come_in_pages(archive: &dyn Archive) {
    record(archive, 0..25, 0);
    let pairs: Vec<_> = (0..25).map(|n| (n, "a")).collect();
    group(archive, 0, &pairs, vec![concern("a", 0)]);
    let name = ConcernId::new("a");
    let all = archive.concern_mentions(&name, &Page::first(500)).unwrap();
    assert_eq!((all.items.len(), all.next), (25, None));
    assert!(
        all.items
            .is_sorted_by(|one, next| { one.mention.published_at >= next.mention.published_at })
    );
    let mut page = Page::first(10);
    let mut items = Vec::new();
    loop {
        let listing = archive.concern_mentions(&name, &page).unwrap();
        items.extend(listing.items);
        page.after = listing.next;
        if page.after.is_none() {
            break;
        }
    }
    assert_eq!(items, all.items);
    page.after = Some("ngày mai".to_owned());
    let refusal = archive.concern_mentions(&name, &page).unwrap_err();
    assert!(matches!(refusal, Error::BadCursor(_)), "{refusal}");
}

/// The whole knows its parts, their parts too, and shows their mentions in one order.
pub fn a_whole_shows_what_its_parts_say(archive: &dyn Archive) {
    record(archive, 0..9, 0);
    record(archive, 9..12, 1);
    let named = |name: &str, whole: Option<&str>| {
        let mut concern = concern(name, 0);
        concern.part_of = whole.map(ConcernId::new);
        concern
    };
    let pairs = [(0, "a"), (1, "b"), (2, "c"), (3, "d"), (4, "a"), (5, "b")];
    let alone = ["a", "b", "c", "d"].map(|name| named(name, None));
    group(archive, 0, &pairs, alone.to_vec());
    let id = |name: &str| ConcernId::new(name);
    assert_eq!(archive.parts_of(&id("a")).unwrap(), []);
    // c is part of b, b of a; d was and is no more.
    let joined = |d: Option<&str>| {
        let (b, c) = (named("b", Some("a")), named("c", Some("b")));
        vec![named("a", None), b, c, named("d", d)]
    };
    group(archive, 1, &[(9, "a")], joined(Some("a")));
    assert_eq!(archive.parts_of(&id("a")).unwrap().len(), 3);
    group(archive, 1, &[(9, "a")], joined(None));
    let parts = archive.parts_of(&id("a")).unwrap();
    assert_eq!(parts, joined(None)[1..3]);
    assert_eq!(archive.parts_of(&id("b")).unwrap(), parts[1..]);

    let all = [id("a"), id("b"), id("c")];
    let mut page = Page::first(2);
    let mut heard = Vec::new();
    loop {
        let listing = archive.mentions_of_concerns(&all, &page).unwrap();
        assert!(listing.items.len() <= 2);
        heard.extend(listing.items);
        page.after = listing.next;
        if page.after.is_none() {
            break;
        }
    }
    assert_eq!(heard.len(), 6);
    assert!(heard.is_sorted_by(|one, next| one.mention.published_at >= next.mention.published_at));
    let alone = archive.concern_mentions(&id("a"), &Page::first(9)).unwrap();
    assert_eq!(alone.items.len(), 3);
}

/// A mention that is gone, or of another day, does not stop the day.
pub fn assignments_to_strangers_are_skipped(archive: &dyn Archive) {
    record(archive, 0..3, 0);
    record(archive, 3..6, 1);
    archive.remove(&[id(1)], "gỡ tại nguồn", noon(1)).unwrap();
    let a = ConcernId::new("a");
    let grouping = Grouping {
        day: day(0),
        assignments: [0, 1, 4, 99].map(|n| (id(n), a.clone())).to_vec(),
        concerns: vec![concern("a", 0)],
        correction: 0,
    };
    let grouped = archive.save_grouping(&grouping).unwrap();
    assert_eq!((grouped.n_assigned, grouped.n_skipped), (1, 3));
    assert_eq!(archive.mention_concern(&id(4)).unwrap(), None);
}
