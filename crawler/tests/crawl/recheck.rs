//! Looking again at what was heard.

use axum::Router;
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::get;
use crawler::recheck::{Rechecked, recheck};
use models::domain::{MentionId, SourceKind};

use crate::support::{Site, fetcher, source, status};

fn asked(site: &Site, paths: &[&str]) -> Vec<(MentionId, String)> {
    paths
        .iter()
        .map(|path| (MentionId::new(*path), site.url(path).to_string()))
        .collect()
}

#[tokio::test]
async fn only_what_the_source_says_is_gone_is_gone() {
    let router = Router::new()
        .route("/robots.txt", status(404))
        .route("/", get(|| async { "trang chủ" }))
        .route("/con", get(|| async { "bài viết" }))
        .route("/doi", get(|| async { Redirect::permanent("/con") }))
        .route("/go", get(|| async { Redirect::temporary("/") }))
        .route("/mat", status(410))
        .route("/loi", status(500));
    let site = Site::start(router).await;
    let source = source(SourceKind::Feed, &site.url("/rss"));
    let mentions = asked(&site, &["/con", "/doi", "/go", "/mat", "/khong-co", "/loi"]);
    let found = recheck(&source, &mentions, &fetcher()).await;
    let gone = ["/go", "/mat", "/khong-co"].map(MentionId::new).to_vec();
    assert_eq!(
        found,
        Rechecked {
            gone,
            n_standing: 2,
            n_unknown: 1
        }
    );
}

#[tokio::test]
async fn posts_are_asked_about_through_the_interface() {
    let one = get(|| async { "{}" });
    let router = Router::new()
        .route("/robots.txt", status(404))
        .route("/api/v1/statuses/7", one);
    let site = Site::start(router.fallback(|| async { StatusCode::NOT_FOUND })).await;
    let source = source(SourceKind::MastodonTag("quan7".to_owned()), &site.url("/"));
    let found = recheck(
        &source,
        &asked(&site, &["/statuses/7", "/statuses/8"]),
        &fetcher(),
    )
    .await;
    assert_eq!(found.gone, [MentionId::new("/statuses/8")]);
}

#[tokio::test]
async fn a_busy_host_is_left_alone_and_takes_nothing_down() {
    let busy = get(|| async { (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "600")]) });
    let site = Site::start(
        Router::new()
            .route("/robots.txt", status(404))
            .fallback(busy),
    )
    .await;
    let source = source(SourceKind::Feed, &site.url("/rss"));
    let found = recheck(&source, &asked(&site, &["/1", "/2", "/3"]), &fetcher()).await;
    assert_eq!(
        found,
        Rechecked {
            gone: Vec::new(),
            n_standing: 0,
            n_unknown: 3
        }
    );
    assert_eq!(site.paths().len(), 2, "robots.txt and one page");
}
