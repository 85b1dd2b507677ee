//! The politeness proof: what servers saw of a crawl, in their own log.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use crawler::fetch::politeness::Politeness;
use crawler::fetch::{FetchError, FetchPolicy, Fetcher, Request};

use crate::support::{Arrival, Site, fixed, quick, status};

fn patient(delay_min: Duration, delay_factor: f64) -> FetchPolicy {
    let politeness = Politeness {
        delay_min,
        delay_factor,
        wait_max: Duration::from_secs(30),
        ..quick().politeness
    };
    FetchPolicy {
        politeness,
        timeout: Duration::from_secs(10),
        ..quick()
    }
}

/// Every request of a host began no sooner than `pause` after the one before it ended.
fn assert_spaced(log: &[Arrival], pause: Duration) {
    // Server and client measure the end of an answer at their own ends of the wire.
    const SLACK: Duration = Duration::from_millis(3);
    let mut log = log.to_vec();
    log.sort_by_key(|arrival| arrival.began);
    for pair in log.windows(2) {
        let gap = pair[1].began.saturating_duration_since(pair[0].ended);
        assert!(
            gap + SLACK >= pause,
            "{} came {gap:?} after {}",
            pair[1].path,
            pair[0].path
        );
    }
}

/// Sixty hosts, each asked by two visits at once: per host one request at a time with the pause
/// between, robots.txt first and obeyed; over all hosts, many at a time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_hosts_are_each_asked_one_at_a_time() {
    const PAUSE: Duration = Duration::from_millis(60);
    const PAGES: usize = 4;
    let mut sites = Vec::new();
    for n in 1..=60 {
        let page = get(|| async {
            tokio::time::sleep(Duration::from_millis(5)).await;
            "trang"
        });
        let router = Router::new()
            .route(
                "/robots.txt",
                fixed("text/plain", "user-agent: *\ndisallow: /cam"),
            )
            .fallback(page);
        sites.push(Site::start_on(&format!("127.0.1.{n}"), router).await);
    }
    let fetcher = Arc::new(Fetcher::new(patient(PAUSE, 0.0)).unwrap());
    let began = Instant::now();
    let visits = sites
        .iter()
        .flat_map(|site| (0..2).map(move |visit| (site.clone(), visit)));
    let visits = visits.map(|(site, visit)| {
        let fetcher = Arc::clone(&fetcher);
        tokio::spawn(async move {
            for page in 0..PAGES {
                fetcher
                    .fetch(&Request::page(site.url(&format!("/tin/{visit}/{page}"))))
                    .await
                    .unwrap();
            }
            let denied = fetcher.fetch(&Request::page(site.url("/cam"))).await;
            assert!(matches!(denied, Err(FetchError::RobotsDenied(_))));
        })
    });
    for visit in visits.collect::<Vec<_>>() {
        visit.await.unwrap();
    }
    let took = began.elapsed();
    for site in &sites {
        let mut paths = site.paths();
        assert_eq!(
            paths.len(),
            1 + 2 * PAGES,
            "each page once, robots.txt once: {paths:?}"
        );
        assert_eq!(paths[0], "/robots.txt");
        paths.sort();
        paths.dedup();
        assert_eq!(paths.len(), 1 + 2 * PAGES);
        assert_spaced(&site.log(), PAUSE);
    }
    let one_after_the_other = PAUSE * (60 * 2 * PAGES) as u32;
    assert!(
        took < one_after_the_other / 4,
        "hosts do not wait for each other: {took:?}"
    );
}

#[tokio::test]
async fn a_slow_host_is_given_five_times_as_long() {
    let page = get(|| async {
        tokio::time::sleep(Duration::from_millis(60)).await;
        "trang"
    });
    let site = Site::start(
        Router::new()
            .route("/robots.txt", status(404))
            .fallback(page),
    )
    .await;
    let fetcher = Fetcher::new(patient(Duration::ZERO, 5.0)).unwrap();
    for n in 0..3 {
        fetcher
            .fetch(&Request::page(site.url(&format!("/{n}"))))
            .await
            .unwrap();
    }
    assert_spaced(&site.log()[1..], Duration::from_millis(300));
}

#[tokio::test]
async fn crawl_delay_is_kept() {
    let router = Router::new()
        .route(
            "/robots.txt",
            fixed("text/plain", "user-agent: *\ncrawl-delay: 0.25"),
        )
        .fallback(|| async { "trang" });
    let site = Site::start(router).await;
    let fetcher = Fetcher::new(patient(Duration::ZERO, 0.0)).unwrap();
    for n in 0..3 {
        fetcher
            .fetch(&Request::page(site.url(&format!("/{n}"))))
            .await
            .unwrap();
    }
    assert_spaced(&site.log(), Duration::from_millis(250));
}

#[tokio::test]
async fn a_long_crawl_delay_puts_the_rest_off() {
    let router = Router::new()
        .route(
            "/robots.txt",
            fixed("text/plain", "user-agent: *\ncrawl-delay: 600"),
        )
        .fallback(|| async { "trang" });
    let site = Site::start(router).await;
    let fetcher = Fetcher::new(patient(Duration::ZERO, 0.0)).unwrap();
    let began = Instant::now();
    let outcome = fetcher.fetch(&Request::page(site.url("/tin"))).await;
    let Err(FetchError::NotYet { until, .. }) = outcome else {
        panic!("{outcome:?}")
    };
    let wait = until.duration_since(fetcher.now()).as_secs_f64();
    assert!((590.0..=600.0).contains(&wait), "{wait}");
    assert!(began.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn retry_after_holds_for_the_whole_host() {
    let n_asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&n_asked);
    let busy = get(move || async move {
        counter.fetch_add(1, Ordering::SeqCst);
        (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "120")]).into_response()
    });
    let site = Site::start(
        Router::new()
            .route("/robots.txt", status(404))
            .fallback(busy),
    )
    .await;
    let fetcher = Fetcher::new(quick()).unwrap();
    for path in ["/a", "/b", "/c"] {
        let error = fetcher
            .fetch(&Request::page(site.url(path)))
            .await
            .unwrap_err();
        let FetchError::OverQuota { until, .. } = error else {
            panic!("{error}")
        };
        let wait = until.duration_since(fetcher.now()).as_secs_f64();
        assert!((110.0..=120.0).contains(&wait), "{wait}");
    }
    assert_eq!(
        n_asked.load(Ordering::SeqCst),
        1,
        "it is not asked again before that"
    );
}

#[tokio::test]
async fn a_spent_rate_limit_is_waited_out() {
    let page = get(|| async {
        (
            [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "300")],
            "[]",
        )
    });
    let site = Site::start(
        Router::new()
            .route("/robots.txt", status(404))
            .fallback(page),
    )
    .await;
    let fetcher = Fetcher::new(quick()).unwrap();
    assert!(fetcher.fetch(&Request::json(site.url("/a"))).await.is_ok());
    let second = fetcher.fetch(&Request::json(site.url("/b"))).await;
    assert!(
        matches!(second, Err(FetchError::OverQuota { .. })),
        "{second:?}"
    );
}

#[tokio::test]
async fn a_failing_host_is_left_alone() {
    let site = Site::start(
        Router::new()
            .route("/robots.txt", status(404))
            .fallback(status(500)),
    )
    .await;
    let fetcher = Fetcher::new(quick()).unwrap();
    let mut errors = Vec::new();
    for n in 0..8 {
        errors.push(
            fetcher
                .fetch(&Request::page(site.url(&format!("/{n}"))))
                .await
                .unwrap_err(),
        );
    }
    let n_asked = errors
        .iter()
        .filter(|error| matches!(error, FetchError::Status { status: 500, .. }))
        .count();
    assert_eq!(n_asked, 5, "{errors:#?}");
    assert!(
        errors[5..]
            .iter()
            .all(|error| matches!(error, FetchError::CircuitOpen { n_failures: 5, .. }))
    );
    assert_eq!(site.paths().len(), 1 + 5);
}

/// A crawler that is killed and started again with what it remembered keeps the pause.
#[tokio::test]
async fn politeness_outlives_a_restart() {
    const PAUSE: Duration = Duration::from_millis(400);
    let site = Site::start(
        Router::new()
            .route("/robots.txt", status(404))
            .fallback(|| async { "trang" }),
    )
    .await;
    let memory = {
        let first = Fetcher::new(patient(PAUSE, 0.0)).unwrap();
        first.fetch(&Request::page(site.url("/1"))).await.unwrap();
        first.take_changes()
    };
    let second = Fetcher::new(patient(PAUSE, 0.0)).unwrap();
    second.remember(memory);
    second.fetch(&Request::page(site.url("/2"))).await.unwrap();
    assert_eq!(site.paths(), ["/robots.txt", "/1", "/2"]);
    assert_spaced(&site.log(), PAUSE);
}
