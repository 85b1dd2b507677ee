//! Feeds and the article pages behind them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use jiff::SignedDuration;
use models::domain::{HealthStatus, SourceKind, vietnam_zone};

use crate::support::{Pipeline, Site, fetcher, fixed, now, source, status, text};

/// A feed of `n` entries, one every two hours, newest first, the last one an hour old.
fn feed(n: usize) -> String {
    let items = (0..n).map(|entry| {
        let hours = i64::try_from(1 + 2 * entry).unwrap();
        let published = (now() - SignedDuration::from_hours(hours)).to_zoned(vietnam_zone());
        let published = published.strftime("%a, %d %b %Y %H:%M:%S +0700");
        format!(
            "<item><title>Ngập đường số {entry}</title><link>/tin/{entry}?utm_source=rss</link>\
             <description>Tóm tắt về trận ngập thứ {entry} ở phường Tân Thuận sau cơn mưa chiều.</description>\
             <pubDate>{published}</pubDate></item>"
        )
    });
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Tin</title>{}</channel></rss>",
        items.collect::<String>()
    )
}

fn article(number: &str) -> String {
    let paragraph = format!(
        "Nước dâng cao nửa mét trên đường số {number}, xe máy chết máy hàng loạt và người dân phải dắt bộ nhiều giờ liền. "
    );
    format!(
        "<!doctype html><html lang=vi><head><title>Ngập đường số {number}</title></head><body><article>\
         <h1>Ngập đường số {number}</h1><p>{p}</p><p>{p}{p}</p><p>{p}</p></article></body></html>",
        p = paragraph.repeat(2)
    )
}

fn site_with(n: usize) -> Router {
    Router::new()
        .route(
            "/robots.txt",
            fixed("text/plain", "user-agent: *\ndisallow: /tin/2"),
        )
        .route("/rss", fixed("application/rss+xml", feed(n)))
        .route(
            "/tin/{number}",
            get(|Path(number): Path<String>| async move { text("text/html", article(&number)) }),
        )
}

#[tokio::test]
async fn entries_become_mentions_with_the_words_of_their_pages() {
    let site = Site::start(site_with(4)).await;
    let source = source(SourceKind::Feed, &site.url("/rss"));
    let mut pipeline = Pipeline::new(fetcher());
    let collected = pipeline.visit(&source).await;
    assert_eq!(
        collected.health.status,
        HealthStatus::Fresh,
        "{collected:#?}"
    );
    assert_eq!(collected.mentions.len(), 4);
    assert_eq!(
        collected.captures.len(),
        1 + 3,
        "the feed and three pages; the fourth is forbidden"
    );
    let first = &collected.mentions[0];
    assert_eq!(first.title.as_deref(), Some("Ngập đường số 0"));
    assert!(
        first.text.contains("Nước dâng cao nửa mét trên đường số 0"),
        "{first:?}"
    );
    assert_eq!(
        first.published_at,
        Some(now() - SignedDuration::from_hours(1))
    );
    assert_eq!(
        first.url.as_deref(),
        Some(site.url("/tin/0").as_str()),
        "tracking is cut"
    );
    let forbidden = &collected.mentions[2];
    assert!(
        forbidden.text.starts_with("Tóm tắt về trận ngập thứ 2"),
        "the feed alone: {forbidden:?}"
    );
    assert!(!site.paths().iter().any(|path| path.starts_with("/tin/2")));
    let interval = collected.state.next_at.unwrap().duration_since(now());
    assert!(
        (SignedDuration::from_mins(60)..SignedDuration::from_hours(3)).contains(&interval),
        "every two hours: {interval}"
    );

    let again = pipeline.visit(&source).await;
    assert_eq!((again.mentions.len(), again.health.n_new), (0, 0));
    assert_eq!(
        site.paths().len(),
        1 + 1 + 3 + 1,
        "only the feed is asked again"
    );
}

#[tokio::test]
async fn an_unchanged_feed_adds_nothing_and_stays_fresh_until_its_silence_is_unusual() {
    let answer = |headers: HeaderMap| async move {
        if headers.contains_key("if-none-match") {
            return StatusCode::NOT_MODIFIED.into_response();
        }
        (
            [("etag", "\"1\""), ("cache-control", "max-age=7200")],
            feed(12),
        )
            .into_response()
    };
    let site = Site::start(site_with(0).route("/tin.rss", get(answer))).await;
    let source = source(SourceKind::Feed, &site.url("/tin.rss"));
    let mut pipeline = Pipeline::new(fetcher());
    assert_eq!(
        pipeline.visit(&source).await.health.status,
        HealthStatus::Fresh
    );
    assert!(
        pipeline.state.next_at.unwrap() >= now() + SignedDuration::from_hours(2),
        "max-age is kept"
    );
    pipeline.now = now() + SignedDuration::from_hours(6);
    let unchanged = pipeline.visit(&source).await;
    assert_eq!(
        (
            unchanged.health.status,
            unchanged.mentions.len(),
            unchanged.captures.len()
        ),
        (HealthStatus::Fresh, 0, 0)
    );
    pipeline.now = now() + SignedDuration::from_hours(48);
    let stale = pipeline.visit(&source).await;
    assert_eq!(
        stale.health.status,
        HealthStatus::Stale,
        "{:?}",
        stale.health
    );
    assert_eq!(
        stale.health.newest_entry_at,
        Some(now() - SignedDuration::from_hours(1))
    );
}

/// A visit asks for the feed alone; what it says is heard at once, and its pages wait their turn.
#[tokio::test]
async fn entries_are_heard_before_their_pages_are_read() {
    let site = Site::start(site_with(20)).await;
    let source = source(SourceKind::Feed, &site.url("/rss"));
    let mut pipeline = Pipeline::new(fetcher());
    let collected = pipeline.collect(&source).await;
    assert_eq!((collected.mentions.len(), collected.pages.len()), (20, 20));
    assert_eq!(site.paths(), ["/robots.txt", "/rss"]);
    assert!(
        collected.mentions[7]
            .text
            .starts_with("Tóm tắt về trận ngập thứ 7")
    );
    let page = &collected.pages[7];
    assert_eq!(page.key, site.url("/tin/7").as_str());
    assert_eq!(page.host, "127.0.0.1");
    assert_eq!(page.published_at, collected.mentions[7].published_at);
    assert_eq!(
        crawler::page::entry_id(page).as_ref(),
        Some(&collected.mentions[7].id)
    );
    let again = pipeline.collect(&source).await;
    assert_eq!((again.mentions.len(), again.pages.len()), (0, 0));
    let read = pipeline.visit(&source).await;
    assert_eq!(read.mentions.len(), 19, "one of twenty is forbidden");
    assert!(pipeline.waiting.is_empty());
}

/// A link that only counts clicks leads to a page that has an address of its own: what was heard
/// under the first is replaced, not doubled.
#[tokio::test]
async fn a_page_behind_a_counter_of_clicks_is_one_mention() {
    let site = Site::start(site_with(0)).await;
    let target = site.url("/tin/5").to_string();
    let counter = Router::new().fallback(move || {
        let target = target.clone();
        async move { Redirect::temporary(&target) }
    });
    let counter = Site::start_on("127.0.0.9", counter).await;
    let feed = feed(1).replace("/tin/0?utm_source=rss", counter.url("/click/77").as_str());
    let paper = Site::start(Router::new().route("/rss", fixed("application/rss+xml", feed))).await;
    let source = source(SourceKind::Feed, &paper.url("/rss"));
    let mut pipeline = Pipeline::new(fetcher());
    let collected = pipeline.visit(&source).await;
    assert_eq!(collected.mentions.len(), 1, "{collected:#?}");
    let only = &collected.mentions[0];
    assert_eq!(only.url.as_deref(), Some(site.url("/tin/5").as_str()));
    assert!(only.text.contains("Nước dâng"));
}

#[tokio::test]
async fn a_page_that_cannot_be_had_is_completed_later_under_the_same_id() {
    let is_up = Arc::new(AtomicBool::new(false));
    let shown = Arc::clone(&is_up);
    let page = get(move |Path(number): Path<String>| async move {
        if shown.load(Ordering::SeqCst) {
            text("text/html", article(&number))
        } else {
            StatusCode::BAD_GATEWAY.into_response()
        }
    });
    let router = Router::new()
        .route("/rss", fixed("application/rss+xml", feed(1)))
        .route("/tin/{number}", page);
    let site = Site::start(router).await;
    let source = source(SourceKind::Feed, &site.url("/rss"));
    let mut pipeline = Pipeline::new(fetcher());
    let first = pipeline.visit(&source).await;
    assert!(first.mentions[0].text.starts_with("Tóm tắt"));
    assert!(first.visited.is_empty());
    is_up.store(true, Ordering::SeqCst);
    let second = pipeline.visit(&source).await;
    assert!(second.mentions[0].text.contains("Nước dâng"), "{second:#?}");
    assert_eq!(first.mentions[0].id, second.mentions[0].id);
    assert!(pipeline.visit(&source).await.mentions.is_empty());
}

#[tokio::test]
async fn a_page_that_is_gone_is_not_asked_for_again() {
    let router = Router::new().route("/rss", fixed("application/rss+xml", feed(1)));
    let site = Site::start(router).await;
    let source = source(SourceKind::Feed, &site.url("/rss"));
    let mut pipeline = Pipeline::new(fetcher());
    assert_eq!(pipeline.visit(&source).await.mentions.len(), 1);
    assert!(pipeline.visit(&source).await.mentions.is_empty());
    assert_eq!(
        site.paths()
            .iter()
            .filter(|path| path.starts_with("/tin/"))
            .count(),
        1
    );
}

#[tokio::test]
async fn links_are_not_followed_where_the_configuration_says_so() {
    let site = Site::start(site_with(3)).await;
    let mut source = source(SourceKind::Feed, &site.url("/rss"));
    source.follow_links = false;
    let collected = Pipeline::new(fetcher()).visit(&source).await;
    assert_eq!(collected.mentions.len(), 3);
    assert_eq!(site.paths(), ["/robots.txt", "/rss"]);
}

/// Each kind of trouble gives its own status, and none of them anything worse.
#[tokio::test]
async fn broken_sources_say_what_is_wrong() {
    let challenge =
        "<html><script>document.cookie=\"D1N=abc\";window.location.reload(true);</script></html>";
    let old = (0..9).map(|n| format!("<item><title>Cũ {n}</title><link>/tin/{n}</link><pubDate>{:02} Jun 2026 08:00:00 +0700</pubDate></item>", 10 + n));
    let old = format!(
        "<rss version=\"2.0\"><channel>{}</channel></rss>",
        old.collect::<String>()
    );
    let busy = get(|| async { (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "60")]) });
    let cases: Vec<(axum::routing::MethodRouter, HealthStatus)> = vec![
        (
            fixed(
                "text/html",
                "<!doctype html><html><body><p>Trang chủ</p></body></html>",
            ),
            HealthStatus::NotAFeed,
        ),
        (fixed("text/html", challenge), HealthStatus::Blocked),
        (fixed("application/rss+xml", feed(0)), HealthStatus::Empty),
        (fixed("application/rss+xml", ""), HealthStatus::Empty),
        (fixed("application/rss+xml", old), HealthStatus::Stale),
        (
            get(|| async { Redirect::permanent("/home") }),
            HealthStatus::Moved,
        ),
        (status(404), HealthStatus::Unreachable),
        (status(500), HealthStatus::Unreachable),
        (busy, HealthStatus::OverQuota),
        (
            get(|| async { vec![b'x'; 12 << 20] }),
            HealthStatus::Unreachable,
        ),
    ];
    for (n, (route, expect)) in cases.into_iter().enumerate() {
        let router = Router::new()
            .route("/robots.txt", status(404))
            .route("/rss", route)
            .route(
                "/home",
                fixed("text/html", "<html><body>Trang chủ</body></html>"),
            );
        let site = Site::start(router).await;
        let source = source(SourceKind::Feed, &site.url("/rss"));
        let collected = Pipeline::new(fetcher()).visit(&source).await;
        assert_eq!(
            collected.health.status, expect,
            "case {n}: {:?}",
            collected.health
        );
        assert!(!collected.health.detail.is_empty());
        assert!(collected.state.next_at.unwrap() >= now());
    }
}

#[tokio::test]
async fn a_disabled_source_is_not_asked() {
    let site = Site::start(site_with(1)).await;
    let mut source = source(SourceKind::Feed, &site.url("/rss"));
    source.disabled = Some("dead since 2026-06-30".to_owned());
    let collected = Pipeline::new(fetcher()).visit(&source).await;
    assert_eq!(
        (collected.health.status, collected.health.detail.as_str()),
        (HealthStatus::Disabled, "dead since 2026-06-30")
    );
    source.disabled = None;
    source.url = "khong phai dia chi".to_owned();
    assert_eq!(
        Pipeline::new(fetcher()).visit(&source).await.health.status,
        HealthStatus::Unreachable
    );
    assert!(site.paths().is_empty());
}

#[tokio::test]
async fn failures_are_counted_and_forgotten() {
    let site = Site::start(
        Router::new()
            .route("/robots.txt", status(404))
            .route("/rss", status(500)),
    )
    .await;
    let source = source(SourceKind::Feed, &site.url("/rss"));
    let mut pipeline = Pipeline::new(fetcher());
    let mut intervals = Vec::new();
    for _ in 0..3 {
        let collected = pipeline.visit(&source).await;
        intervals.push(collected.state.next_at.unwrap().duration_since(now()));
    }
    assert_eq!(pipeline.state.n_failures, 3);
    assert!(intervals[0] < intervals[2], "{intervals:?}");
}

#[tokio::test]
async fn recent_pages_of_a_news_sitemap_are_read() {
    let recent = now() - SignedDuration::from_hours(3);
    let old = now() - SignedDuration::from_hours(24 * 90);
    let entry = |number: usize, at| {
        format!(
            "<url><loc>/tin/{number}</loc><news:news><news:publication_date>{at}</news:publication_date>\
             <news:title>Ngập đường số {number}</news:title></news:news></url>"
        )
    };
    let sitemap = format!(
        "<?xml version=\"1.0\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
         xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\">{}{}</urlset>",
        entry(7, recent),
        entry(8, old)
    );
    let index = "<?xml version=\"1.0\"?><sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><sitemap><loc>/news.xml</loc></sitemap></sitemapindex>";
    let router = site_with(0)
        .route("/sitemap.xml", fixed("application/xml", index))
        .route("/news.xml", fixed("application/xml", sitemap));
    let site = Site::start(router).await;
    let source = source(SourceKind::Sitemap, &site.url("/sitemap.xml"));
    let mut pipeline = Pipeline::new(fetcher());
    let collected = pipeline.visit(&source).await;
    assert_eq!(collected.mentions.len(), 1, "{collected:#?}");
    assert!(collected.mentions[0].text.contains("Nước dâng"));
    assert_eq!(collected.mentions[0].published_at, Some(recent));
    assert!(pipeline.visit(&source).await.mentions.is_empty());
}

/// A thousand sources one after the other, some broken: nothing piles up and nothing stops.
#[tokio::test]
async fn many_visits_do_not_wait_for_a_dead_one() {
    let site = Site::start(site_with(2)).await;
    let dead = source(SourceKind::Feed, &"http://127.0.0.1:9/rss".parse().unwrap());
    let alive = source(SourceKind::Feed, &site.url("/rss"));
    let mut pipeline = Pipeline::new(fetcher());
    let began = std::time::Instant::now();
    for _ in 0..20 {
        assert_ne!(
            Pipeline::new(fetcher()).visit(&dead).await.health.status,
            HealthStatus::Fresh
        );
    }
    assert_eq!(pipeline.visit(&alive).await.mentions.len(), 2);
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn waiting_for_a_hosts_turn_is_not_held_against_a_source() {
    let robots = fixed("text/plain", "user-agent: *\ncrawl-delay: 600");
    let router = Router::new()
        .route("/robots.txt", robots)
        .route("/rss", fixed("application/rss+xml", feed(1)));
    let site = Site::start(router).await;
    let mut source = source(SourceKind::Feed, &site.url("/rss"));
    source.follow_links = false;
    let mut pipeline = Pipeline::new(fetcher());
    let first = pipeline.visit(&source).await;
    assert_eq!(
        first.health.status,
        HealthStatus::Pending,
        "{:?}",
        first.health
    );
    assert_eq!((first.state.fetched_at, first.state.n_failures), (None, 0));
    pipeline.state.fetched_at = Some(now());
    let second = pipeline.visit(&source).await;
    assert_eq!(
        second.health.status,
        HealthStatus::Fresh,
        "{:?}",
        second.health
    );
}
