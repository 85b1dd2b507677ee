//! The frontier: nothing is lost, nothing is read twice at once, no host starves another.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use models::domain::{
    ContentHash, FoundPage, HealthStatus, HostMemory, HostState, LeasedPage, PageEnd, PageEnded,
    RobotsFound, RobotsMemory, SourceId, SourcePages,
};

use super::sample::{batch, id, mention, noon, saying};
use crate::archive::{Archive, RecordBatch};
use crate::queue::{LEASES_MAX, Queue};

fn second(n: i64) -> Timestamp {
    noon(0) + SignedDuration::from_secs(n)
}

/// The `n`th page of a host, published `n` hours before noon.
fn page(host: &str, n: i64) -> FoundPage {
    FoundPage {
        url: format!("https://{host}/tin/{n}?utm_source=rss"),
        key: format!("https://{host}/tin/{n}"),
        host: host.to_owned(),
        source: SourceId::new(host),
        published_at: Some(noon(0) - SignedDuration::from_hours(n)),
        listed_in: Some(ContentHash([7; 32])),
    }
}

fn find(archive: &dyn Archive, pages: impl IntoIterator<Item = FoundPage>, at: Timestamp) -> usize {
    let mut visit = RecordBatch::new(at);
    visit.pages = pages.into_iter().collect();
    archive.record(&visit).unwrap().n_pages
}

fn end(archive: &dyn Archive, leased: &LeasedPage, end: PageEnd, at: Timestamp) {
    let mut read = RecordBatch::new(at);
    read.ended = vec![PageEnded {
        id: leased.id,
        end,
        host_ready_at: None,
    }];
    archive.record(&read).unwrap();
}

fn failed(again_at: Timestamp) -> PageEnd {
    PageEnd::Failed {
        status: HealthStatus::Unreachable,
        reason: "http status 502 from a.vn".to_owned(),
        again_at,
    }
}

fn take(queue: &dyn Queue, limit: usize, at: Timestamp) -> Vec<LeasedPage> {
    queue
        .lease(limit, at, at + SignedDuration::from_mins(10))
        .unwrap()
}

fn urls(leased: &[LeasedPage]) -> Vec<&str> {
    leased
        .iter()
        .map(|leased| leased.page.key.as_str())
        .collect()
}

/// A page comes in once, comes back whole, and once read it stays away.
pub fn a_page_is_read_once(archive: &dyn Archive, queue: &dyn Queue) {
    assert_eq!(
        find(archive, [page("a.vn", 1), page("a.vn", 1)], second(0)),
        1
    );
    assert_eq!(find(archive, [page("a.vn", 1)], second(1)), 0);
    let key = page("a.vn", 1).key;
    assert!(archive.is_known_url(&key).unwrap());
    assert_eq!(queue.next_ready_at().unwrap(), Some(second(0)));
    let leased = take(queue, 5, second(2));
    assert_eq!(leased.len(), 1);
    assert_eq!(leased[0].page, page("a.vn", 1));
    assert_eq!((leased[0].found_at, leased[0].n_attempts), (second(0), 1));
    end(archive, &leased[0], PageEnd::Done, second(3));
    assert_eq!(take(queue, 5, second(9)), []);
    assert_eq!(queue.next_ready_at().unwrap(), None);
    assert!(archive.is_known_url(&key).unwrap());
    assert_eq!(find(archive, [page("a.vn", 1)], second(9)), 0);
    assert_eq!(queue.queue_counts().unwrap(), crate::QueueCounts::default());
}

/// One page of a host at a time, newest first; hosts in the order in which they became ready.
pub fn hosts_take_turns(archive: &dyn Archive, queue: &dyn Queue) {
    find(archive, [2, 1, 3].map(|n| page("a.vn", n)), second(0));
    find(archive, [1, 2].map(|n| page("b.vn", n)), second(1));
    find(archive, [page("c.vn", 1)], second(2));
    let first = take(queue, 2, second(5));
    assert_eq!(urls(&first), ["https://a.vn/tin/1", "https://b.vn/tin/1"]);
    let rest = take(queue, 9, second(5));
    assert_eq!(urls(&rest), ["https://c.vn/tin/1"]);
    end(archive, &first[1], PageEnd::Done, second(6));
    end(archive, &first[0], PageEnd::Done, second(7));
    let next = take(queue, 9, second(8));
    assert_eq!(urls(&next), ["https://b.vn/tin/2", "https://a.vn/tin/2"]);
    let counts = queue.queue_counts().unwrap();
    assert_eq!((counts.n_waiting, counts.n_hosts), (4, 3));
}

/// A host with very many pages keeps nobody waiting for longer than one turn of all.
pub fn no_host_starves_another(archive: &dyn Archive, queue: &dyn Queue) {
    find(archive, (0..500).map(|n| page("big.vn", n)), second(0));
    let small = (0..20).flat_map(|host| (0..3).map(move |n| page(&format!("s{host}.vn"), n)));
    find(archive, small, second(1));
    let mut n_big = 0;
    for turn in 0..63 {
        let leased = take(queue, 1, second(10 + turn));
        n_big += usize::from(leased[0].page.host == "big.vn");
        end(archive, &leased[0], PageEnd::Done, second(10 + turn));
    }
    assert_eq!(n_big, 3, "in three turns of 21 hosts");
}

/// The host's own pause holds for all of its pages, also for those found meanwhile.
pub fn a_pausing_host_is_left_alone(archive: &dyn Archive, queue: &dyn Queue) {
    find(archive, [1, 2].map(|n| page("a.vn", n)), second(0));
    let leased = take(queue, 9, second(0));
    let mut read = RecordBatch::new(second(1));
    read.ended = vec![PageEnded {
        id: leased[0].id,
        end: PageEnd::Done,
        host_ready_at: Some(second(60)),
    }];
    archive.record(&read).unwrap();
    find(archive, [page("a.vn", 0)], second(2));
    assert_eq!(take(queue, 9, second(59)), []);
    assert_eq!(queue.next_ready_at().unwrap(), Some(second(60)));
    let next = take(queue, 9, second(60));
    assert_eq!(urls(&next), ["https://a.vn/tin/0"]);
    let until = second(600);
    end(archive, &next[0], PageEnd::PutOff { until }, second(61));
    assert_eq!(take(queue, 9, second(599)), []);
    let again = take(queue, 9, until);
    assert_eq!(again[0].n_attempts, 1, "being put off is no attempt");
}

/// What failed waits for its time while others go on; what is given up says why.
pub fn failures_wait_and_the_given_up_say_why(archive: &dyn Archive, queue: &dyn Queue) {
    find(archive, [1, 2].map(|n| page("a.vn", n)), second(0));
    let first = take(queue, 9, second(0)).remove(0);
    end(archive, &first, failed(second(300)), second(1));
    let source = SourceId::new("a.vn");
    let trouble = Some((
        HealthStatus::Unreachable,
        "http status 502 from a.vn".to_owned(),
    ));
    assert_eq!(queue.source_pages(&source).unwrap().trouble, trouble);
    let other = take(queue, 9, second(2)).remove(0);
    assert_eq!(other.page, page("a.vn", 2));
    end(archive, &other, PageEnd::Done, second(3));
    assert_eq!(queue.source_pages(&source).unwrap().trouble, None);
    assert_eq!(take(queue, 9, second(299)), []);
    let again = take(queue, 9, second(300)).remove(0);
    assert_eq!((&again.page, again.n_attempts), (&first.page, 2));
    let reason = "robots.txt forbids it".to_owned();
    let status = HealthStatus::RobotsDenied;
    let given_up = PageEnd::GivenUp {
        status,
        reason: reason.clone(),
    };
    end(archive, &again, given_up, second(301));
    let found = queue.given_up(9).unwrap().remove(0);
    assert_eq!((found.page, found.at), (first.page.clone(), second(301)));
    assert_eq!(
        (found.status, found.reason.clone()),
        (status, reason.clone())
    );
    let expected = SourcePages {
        n_waiting: 0,
        n_given_up: 1,
        trouble: Some((status, reason)),
    };
    assert_eq!(queue.source_pages(&source).unwrap(), expected);
    assert_eq!(queue.forget_given_up(second(301)).unwrap(), 0);
    assert_eq!(queue.forget_given_up(second(302)).unwrap(), 1);
    assert_eq!(queue.queue_counts().unwrap().n_given_up, 0);
    assert!(archive.is_known_url(&first.page.key).unwrap());
}

/// Whoever held a lease may be gone: then the page waits again, though not for ever.
pub fn leases_run_out(archive: &dyn Archive, queue: &dyn Queue) {
    find(archive, [page("a.vn", 1)], second(0));
    for attempt in 1..=LEASES_MAX {
        let at = second(i64::from(attempt) * 10);
        let leased = queue
            .lease(9, at, at + SignedDuration::from_secs(10))
            .unwrap();
        assert_eq!(leased[0].n_attempts, attempt);
        assert_eq!(take(queue, 9, at + SignedDuration::from_secs(9)), []);
    }
    assert_eq!(take(queue, 9, second(1_000)), []);
    let reason = queue.given_up(1).unwrap().remove(0).reason;
    assert!(reason.contains("cut off 8 times"), "{reason}");
    find(archive, [page("b.vn", 1)], second(0));
    let leased = take(queue, 9, second(2_000)).remove(0);
    assert_eq!(queue.end_leases(second(2_001)).unwrap(), 1);
    assert_eq!(queue.end_leases(second(2_001)).unwrap(), 0);
    // Somebody else has it; the first comes back late, and has read it.
    let other = take(queue, 9, second(2_002)).remove(0);
    assert_eq!((other.id, other.n_attempts), (leased.id, 2));
    end(archive, &leased, PageEnd::Done, second(2_003));
    end(archive, &other, failed(second(3_000)), second(2_004));
    assert_eq!(queue.queue_counts().unwrap().n_waiting, 0);
}

/// A page is done with when its mention is recorded, and not otherwise.
pub fn reading_and_recording_are_one(archive: &dyn Archive, queue: &dyn Queue) {
    let mut visit = batch([0], 0);
    visit.pages = vec![page("a.vn", 1), page("a.vn", 2)];
    archive.record(&visit).unwrap();
    let leased = take(queue, 9, second(10)).remove(0);
    let mut read = batch([1], 0);
    read.superseded = vec![id(0)];
    read.ended = vec![PageEnded {
        id: leased.id,
        end: PageEnd::Done,
        host_ready_at: None,
    }];
    read.pages = vec![page("b.vn", 1)];
    let mut refused = read.clone();
    refused.mentions[0].1.mention = id(9);
    archive.record(&refused).unwrap_err();
    assert_eq!(
        queue.queue_counts().unwrap().n_waiting,
        2,
        "nothing changed"
    );
    assert!(archive.mention(&id(0)).unwrap().is_some());
    archive.record(&read).unwrap();
    assert_eq!(
        queue.queue_counts().unwrap().n_waiting,
        2,
        "one left, one came"
    );
    assert!(archive.mention(&id(1)).unwrap().is_some());
    assert!(archive.mention(&id(0)).unwrap().is_none(), "superseded");
    assert_eq!(mention(1, 0).id, id(1));
}

/// Two listings may find one page at the same time; the slower one does not replace what was read.
pub fn an_entry_never_replaces_its_article(archive: &dyn Archive, queue: &dyn Queue) {
    let listed = FoundPage {
        key: mention(1, 0).url.clone().unwrap(),
        ..page("vi.du", 1)
    };
    let article = batch([1], 0);
    let mut visit = saying(1, None, "lời của mục tin");
    visit.pages = vec![listed];
    assert_eq!(archive.record(&visit).unwrap().n_new, 1);
    let leased = take(queue, 9, noon(9)).remove(0);
    let mut read = article.clone();
    read.ended = vec![PageEnded {
        id: leased.id,
        end: PageEnd::Done,
        host_ready_at: None,
    }];
    assert_eq!(archive.record(&read).unwrap().n_updated, 1);
    let late = archive.record(&visit).unwrap();
    assert_eq!((late.n_updated, late.n_unchanged, late.n_pages), (0, 1, 0));
    let stored = archive.mention(&id(1)).unwrap().unwrap();
    assert_eq!(stored.mention.text, article.mentions[0].0.text);
}

/// A day knows which pages it could wait for.
pub fn a_day_waits_for_its_pages(archive: &dyn Archive, queue: &dyn Queue) {
    let undated = FoundPage {
        published_at: None,
        ..page("b.vn", 5)
    };
    find(archive, [page("a.vn", 24), undated], second(0));
    let waits = |from: i64, to: i64, found_after| {
        let (from, to) = (noon(from), noon(to));
        queue.is_waiting_for(from, to, found_after).unwrap()
    };
    assert!(waits(-1, 0, second(-1)));
    assert!(!waits(-2, -1, second(-1)), "of another day");
    assert!(waits(0, 1, second(-1)), "undated: when it was found");
    assert!(!waits(-1, 1, second(0)), "found too long ago");
    for leased in take(queue, 9, second(1)) {
        assert!(waits(-1, 1, second(-1)), "being read is not yet read");
        end(archive, &leased, PageEnd::Done, second(2));
    }
    assert!(!waits(-1, 1, second(-1)));
}

/// What was learned of hosts comes back, the latest of each.
pub fn hosts_are_remembered(archive: &dyn Archive, queue: &dyn Queue) {
    let full = HostState {
        next_at: Some(second(9)),
        asked_to_slow_down: true,
        last_took: Duration::from_micros(1_234_567),
        crawl_delay: Some(Duration::from_millis(2_500)),
        n_failures: 3,
        used_at: Some(second(5)),
    };
    let rules = RobotsMemory {
        origin: "https://a.vn".to_owned(),
        found: RobotsFound::Rules("user-agent: *\ndisallow: /cấm".to_owned()),
        read_at: second(1),
        until: second(2),
    };
    let trouble = RobotsMemory {
        origin: "https://b.vn".to_owned(),
        found: RobotsFound::Trouble {
            status: HealthStatus::RobotsDenied,
            reason: "http status 503 from b.vn".to_owned(),
        },
        read_at: second(0),
        until: second(2),
    };
    let other = HostState {
        used_at: Some(second(1)),
        ..HostState::default()
    };
    let mut visit = RecordBatch::new(second(5));
    visit.hosts = HostMemory {
        hosts: vec![
            ("a.vn".to_owned(), other.clone()),
            ("b.vn".to_owned(), other.clone()),
        ],
        robots: vec![trouble.clone()],
    };
    archive.record(&visit).unwrap();
    let later = HostMemory {
        hosts: vec![("a.vn".to_owned(), full.clone())],
        robots: vec![rules.clone()],
    };
    queue.remember_hosts(&later).unwrap();
    let expected = HostMemory {
        hosts: vec![("a.vn".to_owned(), full), ("b.vn".to_owned(), other)],
        robots: vec![rules, trouble],
    };
    assert_eq!(queue.host_memory(9).unwrap(), expected);
    assert_eq!(queue.host_memory(1).unwrap(), later, "used last");
    queue.forget_given_up(second(5)).unwrap();
    assert_eq!(queue.host_memory(9).unwrap().hosts, later.hosts);
}
