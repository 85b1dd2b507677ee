//! Looking again, and what a removal leaves.

use models::domain::{ConcernId, ContentHash, DigestScope, SourceId, WITHDRAWN};

use super::sample::{batch, concern, day, digest, id, mention, noon, saying};
use crate::archive::{Archive, CaptureInfo, Edition, Grouping, RecordBatch};

/// Mentions with an address are due when their batch says; those looked at are put off, those shown
/// are not put off for long.
pub fn looks_come_due(archive: &dyn Archive) {
    let mut visit = batch(0..4, 0);
    visit.look_at = Some(noon(1));
    archive.record(&visit).unwrap();
    archive.record(&batch(4..6, 0)).unwrap();
    let sources = visit
        .mentions
        .iter()
        .map(|(mention, _)| mention.source.clone());
    let sources = sources.collect::<std::collections::BTreeSet<_>>();
    let due = |on| {
        let of = |source: &SourceId| archive.due_looks(source, noon(on), 10).unwrap();
        let mut all = sources.iter().flat_map(of).collect::<Vec<_>>();
        all.sort_by(|one, other| one.mention.cmp(&other.mention));
        all
    };
    assert!(due(0).is_empty());
    let with_address = (0..4).filter(|n| mention(*n, 0).url.is_some()).map(id);
    let with_address = with_address.collect::<Vec<_>>();
    let found = due(1);
    let ids = found.iter().map(|look| look.mention.clone());
    assert_eq!(ids.collect::<Vec<_>>(), with_address);
    assert!(found.iter().all(|look| !look.is_shown));
    let off = with_address.iter().map(|id| (id.clone(), noon(9)));
    archive.put_looks_off(&off.collect::<Vec<_>>()).unwrap();
    assert!(due(8).is_empty());
    archive
        .watch_shown(&[id(0), id(77)], noon(20), noon(3))
        .unwrap();
    let found = due(3);
    assert_eq!(found.len(), 1);
    assert!(found[0].mention == id(0) && found[0].is_shown);
    archive.remove(&with_address, "gỡ", noon(4)).unwrap();
    assert!(due(30).is_empty());
}

/// What was published stays as it is, but nobody reads the words of a removed mention in it.
pub fn removed_words_are_withheld(archive: &dyn Archive) {
    archive.record(&batch(0..3, 0)).unwrap();
    let mut state = concern("c-1", 0);
    (state.title, state.title_from) = ("Ngập đường Hòa Bình".to_owned(), id(1));
    let grouping = Grouping {
        day: day(0),
        assignments: vec![(id(1), state.id.clone()), (id(2), state.id.clone())],
        concerns: vec![state.clone()],
        correction: 0,
    };
    archive.save_grouping(&grouping).unwrap();
    let given = digest(DigestScope::City, 0, 3.0);
    let edition = Edition {
        digests: std::slice::from_ref(&given),
        signals: &[],
        at: noon(1),
        erratum: None,
        ..Edition::default()
    };
    archive.publish(&edition).unwrap();
    let shown = || {
        archive
            .digest(&DigestScope::City, day(0), None)
            .unwrap()
            .unwrap()
    };
    assert_eq!(shown().top[0].quotes, given.top[0].quotes);
    archive.remove(&[id(2)], "gỡ", noon(2)).unwrap();
    assert_eq!(shown().top[0].title, given.top[0].title, "another's words");
    archive.remove(&[id(1)], "gỡ", noon(2)).unwrap();
    for entry in shown().top.iter().chain(&shown().rising) {
        assert!(entry.quotes.iter().all(models::domain::Quote::is_withdrawn));
        assert_eq!(entry.title, WITHDRAWN);
    }
    let of_day = archive.digests_of_day(day(0)).unwrap();
    assert_eq!(of_day, [shown()]);
    let kept = archive.concern(&state.id).unwrap().unwrap();
    assert_eq!(kept.title, WITHDRAWN);
    let again = archive.publish(&edition).unwrap();
    assert_eq!(again.n_unchanged, 1, "what was published is as it was");
    let removed = archive.removed(&[id(0), id(1), id(2)]).unwrap();
    assert_eq!(archive.n_removed().unwrap(), removed.len() as u64);
    assert_eq!(removed, [id(1), id(2)].into());
}

/// Long titles that begin alike are told apart, and one that two articles have goes with the second.
pub fn a_title_stays_as_long_as_another_says_it(archive: &dyn Archive) {
    let beginning = "Nghiêng ngả chuyện đường Nguyễn Khuyến thường xuyên nghẽn thoát";
    let shared = format!("{beginning} nước kém");
    let other = format!("{beginning} rác kém");
    for (n, title) in [&shared, &shared, &other].into_iter().enumerate() {
        archive.record(&saying(n, Some(title), "Đêm qua.")).unwrap();
    }
    let mut given = digest(DigestScope::City, 0, 3.0);
    given.rising.clear();
    given.top.truncate(1);
    given.top[0].quotes.clear();
    let mut second = given.top[0].clone();
    second.concern = ConcernId::new("c-2");
    (given.top[0].title, given.top[0].evidence) = (shared.clone(), vec![id(0), id(1)]);
    (second.title, second.evidence) = (other.clone(), vec![id(2)]);
    given.top.push(second);
    let edition = Edition {
        digests: std::slice::from_ref(&given),
        at: noon(1),
        ..Edition::default()
    };
    archive.publish(&edition).unwrap();
    let shown = || {
        let digest = archive.digest(&DigestScope::City, day(0), None).unwrap();
        let titles = digest.unwrap().top.into_iter().map(|entry| entry.title);
        titles.collect::<Vec<_>>()
    };
    archive.remove(&[id(0)], "gỡ", noon(2)).unwrap();
    assert_eq!(shown(), [shared.clone(), other]);
    archive.remove(&[id(2)], "gỡ", noon(2)).unwrap();
    assert_eq!(shown(), [shared, WITHDRAWN.to_owned()]);
    archive.remove(&[id(1)], "gỡ", noon(2)).unwrap();
    assert_eq!(shown(), [WITHDRAWN, WITHDRAWN]);
}

/// Fetches are found by their source and forgotten by what they brought.
pub fn fetches_are_forgotten_by_body(archive: &dyn Archive) {
    let capture = |source: &str, on: i64, body: u8| CaptureInfo {
        source: SourceId::new(source),
        url: format!("https://vi.du/{source}/{on}"),
        fetched_at: noon(on),
        http_status: 200,
        content_type: Some("text/html".to_owned()),
        hash: ContentHash([body; 32]),
        body_bytes: 9,
        headers: Vec::new(),
    };
    let mut visit = RecordBatch::new(noon(3));
    visit.captures = vec![
        capture("a", 0, 1),
        capture("a", 1, 2),
        capture("a", 2, 1),
        capture("b", 2, 1),
    ];
    archive.record(&visit).unwrap();
    let of = |source: &str, on| {
        archive
            .captures_since(&SourceId::new(source), noon(on))
            .unwrap()
    };
    assert_eq!(of("a", 1), visit.captures[1..3]);
    archive.forget_bodies(&[ContentHash([1; 32])]).unwrap();
    assert_eq!(of("a", 0), visit.captures[1..2]);
    assert!(of("b", 0).is_empty());
}
