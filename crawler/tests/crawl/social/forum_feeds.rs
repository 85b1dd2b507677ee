//! Feeds of forums, in the shapes that XenForo and Discourse give them.

use axum::Router;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::routing::get;
use crawler::extract::{FeedKind, feed};
use models::domain::{Channel, HealthStatus, Source, SourceKind};

use super::{assert_nowhere, saying};
use crate::support::{Pipeline, Site, fetcher, source, status};

const XENFORO: &str = include_str!("../../fixtures/forums/xenforo.rss");
const DISCOURSE: &str = include_str!("../../fixtures/forums/discourse.rss");

/// Names, numbers and words of others that stand in both.
const PLANTED: [&str; 7] = [
    "nguyenvanbi",
    "tranthibup",
    "levanc",
    "998877",
    "5566",
    "Khu tôi khô ráo",
    "avatar",
];

fn social(site: &Site) -> Source {
    Source {
        channel: Channel::Social,
        follow_links: false,
        ..source(SourceKind::Feed, &site.url("/index.rss"))
    }
}

async fn serve(body: &'static str) -> Site {
    let answer = move |headers: HeaderMap| async move {
        if headers.get("if-none-match").is_some() {
            return axum::http::StatusCode::NOT_MODIFIED.into_response();
        }
        let headers = [("content-type", "application/rss+xml"), ("etag", "\"1\"")];
        (headers, body).into_response()
    };
    let router = Router::new()
        .route("/robots.txt", status(404))
        .route("/index.rss", get(answer));
    Site::start(router).await
}

#[tokio::test]
async fn threads_of_xenforo_are_their_own_words() {
    let site = serve(XENFORO).await;
    let source = social(&site);
    let mut pipeline = Pipeline::new(fetcher());
    let first = pipeline.visit(&source).await;
    assert_eq!(
        first.health.status,
        HealthStatus::Fresh,
        "{:?}",
        first.health
    );
    assert_eq!((first.mentions.len(), first.health.n_new), (2, 2));
    let flood = saying(&first, "Nước vào nhà");
    assert_eq!(
        flood.text,
        "Nước vào nhà từ tối thứ hai, bơm không kịp.\nAi ở gần đó xác nhận giúp, ."
    );
    assert_eq!(
        flood.title.as_deref(),
        Some("Hẻm 45 Lý Chiêu Hoàng ngập ba ngày chưa rút")
    );
    assert_eq!(flood.published_at, "2026-11-18T04:40:12Z".parse().ok());
    assert_nowhere(&first, &PLANTED);
    let second = pipeline.visit(&source).await;
    assert!(second.health.detail.contains("304"), "{:?}", second.health);
    assert_eq!(
        site.paths(),
        ["/robots.txt", "/index.rss", "/index.rss"],
        "no page is opened"
    );
}

#[tokio::test]
async fn topics_of_discourse_are_their_own_words() {
    let site = serve(DISCOURSE).await;
    let first = Pipeline::new(fetcher()).visit(&social(&site)).await;
    assert_eq!(first.mentions.len(), 1, "{:?}", first.health);
    assert_eq!(
        first.mentions[0].text,
        "Sáng nay chờ 40 phút, hai chuyến chạy thẳng. thấy không?"
    );
    let planted = PLANTED
        .iter()
        .copied()
        .filter(|word| DISCOURSE.contains(word));
    assert_nowhere(&first, &planted.collect::<Vec<_>>());
}

#[tokio::test]
async fn the_evidence_is_a_feed_itself() {
    let site = serve(XENFORO).await;
    let first = Pipeline::new(fetcher()).visit(&social(&site)).await;
    let capture = &first.captures[0];
    let reading = feed::parse(
        &capture.body,
        capture.content_type.as_deref(),
        &site.url("/"),
    );
    assert_eq!((reading.kind, reading.entries.len()), (FeedKind::Json, 2));
    assert_eq!(
        reading.entries[1].title.as_deref(),
        Some("Đèn đường Phạm Thế Hiển tắt")
    );
    assert_eq!(first.mentions[0].capture, Some(capture.hash));
}

#[tokio::test]
async fn a_page_instead_of_a_feed_names_where_feeds_are() {
    let site = serve("<!doctype html><html><body>Diễn đàn</body></html>").await;
    let collected = Pipeline::new(fetcher()).visit(&social(&site)).await;
    assert_eq!(collected.health.status, HealthStatus::NotAFeed);
    assert!(
        collected.health.detail.contains("index.rss"),
        "{:?}",
        collected.health
    );
}
