//! What is remembered of sources: states, health, requests, captures.

use std::collections::HashSet;

use jiff::SignedDuration;
use models::domain::{ContentHash, FetchState, HealthStatus, SourceHealth, SourceId, day_start};

use super::sample::{batch, day, mention, noon};
use crate::archive::{Archive, CaptureInfo, CaptureQuery, RecordBatch};

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
        behind_since: Some(noon(1)),
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

/// A day of a source is the sum of its visits, and stays when they are forgotten.
pub fn days_of_sources_are_summed(archive: &dyn Archive) {
    let seen = |hour: i64, status, n_new| SourceHealth {
        source: source("a"),
        observed_at: noon(0) + SignedDuration::from_hours(hour),
        status,
        detail: format!("lần {hour}"),
        newest_entry_at: Some(noon(0) + SignedDuration::from_hours(hour - 1)),
        n_new,
    };
    for health in [
        seen(0, HealthStatus::Fresh, 3),
        seen(6, HealthStatus::Unreachable, 0),
        seen(3, HealthStatus::Fresh, 2),
        // 1 o'clock of the next day in Vietnam.
        seen(13, HealthStatus::Stale, 0),
    ] {
        archive.record_health(&health).unwrap();
    }
    // Observed again, it counts once.
    archive
        .record_health(&seen(3, HealthStatus::Empty, 1))
        .unwrap();
    let days = archive.source_days(day(0), day(5)).unwrap();
    let told: Vec<_> = days
        .iter()
        .map(|of| (of.day, of.n_visits, of.n_well, of.n_new, of.status))
        .collect();
    let expected = [
        (day(0), 3, 2, 4, HealthStatus::Unreachable),
        (day(1), 1, 1, 0, HealthStatus::Stale),
    ];
    assert_eq!(told, expected);
    assert_eq!(days[0].detail, "lần 6");
    assert_eq!(
        days[0].newest_entry_at,
        Some(noon(0) + SignedDuration::from_hours(5))
    );
    assert_eq!(archive.source_days(day(1), day(1)).unwrap().len(), 1);
    assert_eq!(
        archive.forget_health(noon(9)).unwrap(),
        3,
        "the newest stays"
    );
    assert_eq!(archive.health_history(&source("a"), 9).unwrap().len(), 1);
    assert_eq!(archive.source_days(day(0), day(5)).unwrap(), days);
}

/// Mentions and newest entries tell when a source spoke, each moment once.
pub fn sources_are_known_by_when_they_spoke(archive: &dyn Archive) {
    let recorded = batch(0..6, 0);
    archive.record(&recorded).unwrap();
    let of = mention(0, 0).source.clone();
    let said = recorded
        .mentions
        .iter()
        .filter(|(said, _)| said.source == of);
    let mut moments: Vec<_> = said.filter_map(|(said, _)| said.published_at).collect();
    let newest = noon(4);
    for on in [5, 6] {
        archive
            .record_health(&SourceHealth {
                source: of.clone(),
                observed_at: noon(on),
                status: HealthStatus::Fresh,
                detail: String::new(),
                newest_entry_at: Some(newest),
                n_new: 0,
            })
            .unwrap();
    }
    moments.push(newest);
    moments.sort_unstable();
    moments.dedup();
    let since = day_start(day(0));
    assert_eq!(archive.moments_of_source(&of, since).unwrap(), moments);
    assert_eq!(archive.moments_of_source(&of, noon(9)).unwrap(), []);
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
    archive.forget_captures(noon(3)).unwrap();
    assert_eq!(archive.captures_of(&one).unwrap(), [fetched(5, 1)]);
    assert_eq!(archive.captures_of(&ContentHash([2; 32])).unwrap(), []);
    // Within a day, to the moment.
    archive.forget_captures(noon(5)).unwrap();
    assert_eq!(archive.counts().unwrap().n_captures, 1);
    archive.forget_captures(noon(6)).unwrap();
    assert_eq!(archive.counts().unwrap().n_captures, 0);
}

/// Captures can be walked through, all or of one source and time.
pub fn captures_are_listed_in_pages(archive: &dyn Archive) {
    let fetched = |n: i64| CaptureInfo {
        source: source(if n % 2 == 0 { "a" } else { "b" }),
        url: format!("https://vi.du/{n}"),
        fetched_at: noon(0) + SignedDuration::from_mins(n),
        http_status: 200,
        content_type: None,
        headers: Vec::new(),
        hash: ContentHash([n as u8; 32]),
        body_bytes: 1,
    };
    let mut visit = RecordBatch::new(noon(9));
    visit.captures = (0..601).map(fetched).collect();
    archive.record(&visit).unwrap();
    let walk = |query: &CaptureQuery| {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = archive.captures(query, after).unwrap();
            let Some((last, _)) = page.last() else {
                return found;
            };
            after = Some(*last);
            found.extend(page.into_iter().map(|(_, capture)| capture));
        }
    };
    assert_eq!(walk(&CaptureQuery::default()), visit.captures);
    let some = walk(&CaptureQuery {
        source: Some(source("b")),
        from: Some(noon(0) + SignedDuration::from_mins(3)),
        until: Some(noon(0) + SignedDuration::from_mins(7)),
    });
    assert_eq!(some, [fetched(3), fetched(5)]);
}
