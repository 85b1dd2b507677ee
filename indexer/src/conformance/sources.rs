//! What is remembered of sources: states, health, requests, captures; and corrections.

use std::collections::HashSet;

use models::domain::{
    ConcernId, ContentHash, CorrectionChange, FetchState, HealthStatus, SourceHealth, SourceId,
    Topic,
};

use super::sample::{batch, id, mention, noon};
use crate::archive::{Archive, CaptureInfo, RecordBatch};

fn source(name: &str) -> SourceId {
    SourceId::new(name)
}

/// Addresses of mentions and of visits are known, others are not.
pub fn addresses_are_known_once_visited(archive: &dyn Archive) {
    let mut visit = batch([0], 0);
    let own = mention(0, 0).url.clone().unwrap();
    let followed = "https://vi.du/chuyen-huong?a=ă".to_owned();
    visit.visited = vec![followed.clone(), followed.clone()];
    archive.record(&visit).unwrap();
    let asked = [
        own.clone(),
        followed.clone(),
        "https://vi.du/moi".to_owned(),
    ];
    let known = archive.known_urls(&asked).unwrap();
    assert_eq!(known, HashSet::from([own.clone(), followed]));
    assert!(archive.is_known_url(&own).unwrap());
    assert!(!archive.is_known_url("https://vi.du/moi").unwrap());
}

/// The crawler gets back what it asked to remember.
pub fn fetch_states_come_back(archive: &dyn Archive) {
    assert_eq!(
        archive.fetch_state(&source("báo")).unwrap(),
        FetchState::default()
    );
    let full = FetchState {
        etag: Some("\"a\"".to_owned()),
        last_modified: Some("Mon, 02 Nov 2026 05:00:00 GMT".to_owned()),
        cursor: Some("112".to_owned()),
        fetched_at: Some(noon(0)),
        changed_at: Some(noon(1)),
        next_at: Some(noon(2)),
        n_failures: 3,
        entries_per_day: Some(0.1),
    };
    for (name, state) in [("báo", &full), ("b", &FetchState::default())] {
        let mut visit = RecordBatch::new(noon(0));
        visit.fetch_state = Some((source(name), state.clone()));
        archive.record(&visit).unwrap();
    }
    assert_eq!(archive.fetch_state(&source("báo")).unwrap(), full);
    let expected = [(source("b"), FetchState::default()), (source("báo"), full)];
    assert_eq!(archive.fetch_states().unwrap(), expected);
    assert_eq!(archive.counts().unwrap().n_sources, 2);
}

/// The newest observation counts, now and as of a past moment; all are kept.
pub fn health_is_kept_with_its_history(archive: &dyn Archive) {
    let seen = |name: &str, on, status| SourceHealth {
        source: source(name),
        observed_at: noon(on),
        status,
        detail: "HTTP 200".to_owned(),
        newest_entry_at: Some(noon(on - 1)),
        n_new: 4,
    };
    let observations = [
        seen("a", 0, HealthStatus::Fresh),
        seen("b", 0, HealthStatus::Pending),
        seen("a", 1, HealthStatus::Stale),
        seen("a", 2, HealthStatus::Blocked),
        seen("c", 3, HealthStatus::NotAFeed),
    ];
    for health in &observations {
        archive.record_health(health).unwrap();
    }
    let [a0, b0, a1, a2, c3] = observations;
    assert_eq!(
        archive.latest_health().unwrap(),
        [a2.clone(), b0.clone(), c3]
    );
    assert_eq!(archive.health_before(noon(2)).unwrap(), [a1.clone(), b0]);
    assert_eq!(archive.health_before(noon(0)).unwrap(), []);
    let history = archive.health_history(&source("a"), 2).unwrap();
    assert_eq!(history, [a2.clone(), a1]);
    let corrected = seen("a", 0, HealthStatus::Empty);
    assert_ne!(corrected, a0);
    let mut visit = RecordBatch::new(noon(0));
    visit.health = Some(corrected.clone());
    archive.record(&visit).unwrap();
    let history = archive.health_history(&source("a"), 10).unwrap();
    assert_eq!(history.len(), 3);
    assert_eq!(history[2], corrected);
}

/// A request waits once, and again only after it was done.
pub fn requests_wait_until_done(archive: &dyn Archive) {
    let first = archive.request_fetch(&source("a"), noon(0)).unwrap();
    let second = archive.request_fetch(&source("b"), noon(1)).unwrap();
    assert_eq!(archive.request_fetch(&source("a"), noon(2)).unwrap(), first);
    let open = archive.open_requests().unwrap();
    let open: Vec<_> = open.iter().map(|r| (r.id, r.asked_at)).collect();
    assert_eq!(open, [(first, noon(0)), (second, noon(1))]);
    archive.finish_request(first, noon(3)).unwrap();
    assert_eq!(archive.counts().unwrap().n_open_requests, 1);
    let third = archive.request_fetch(&source("a"), noon(4)).unwrap();
    assert!(third > second);
}

/// A body is unused when its last fetch is forgotten.
pub fn captures_are_forgotten_by_age(archive: &dyn Archive) {
    let fetched = |on, byte| CaptureInfo {
        source: source("a"),
        url: "https://vi.du/rss".to_owned(),
        fetched_at: noon(on),
        http_status: 200,
        content_type: Some("application/rss+xml".to_owned()),
        headers: vec![("etag".to_owned(), format!("\"{byte}\""))],
        hash: ContentHash([byte; 32]),
        body_bytes: 12,
    };
    let mut visit = RecordBatch::new(noon(9));
    visit.captures = vec![fetched(0, 1), fetched(1, 2), fetched(5, 1), fetched(5, 1)];
    archive.record(&visit).unwrap();
    archive.record(&visit).unwrap();
    let one = ContentHash([1; 32]);
    assert_eq!(
        archive.captures_of(&one).unwrap(),
        [fetched(5, 1), fetched(0, 1)]
    );
    assert_eq!(archive.counts().unwrap().n_captures, 3);
    assert_eq!(
        archive.forget_captures(noon(3)).unwrap(),
        [ContentHash([2; 32])]
    );
    assert_eq!(archive.captures_of(&one).unwrap(), [fetched(5, 1)]);
    assert_eq!(archive.forget_captures(noon(6)).unwrap(), [one]);
    assert_eq!(archive.counts().unwrap().n_captures, 0);
}

/// Corrections apply in the order they were made.
pub fn corrections_are_numbered(archive: &dyn Archive) {
    let first = CorrectionChange::Topic(id(1), Topic::Noise);
    let second = CorrectionChange::Hide(ConcernId::new("c-1"), "trùng".to_owned());
    let first = archive.add_correction(noon(2), "an", first).unwrap();
    let second = archive.add_correction(noon(1), "binh", second).unwrap();
    assert!(first.seq < second.seq);
    assert_eq!(archive.corrections().unwrap(), [first, second]);
}
