//! Looking again at what was heard.

use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use axum::{Json, Router};
use crawler::fetch::Fetcher;
use crawler::recheck::{Asked, Rechecked, recheck};
use models::domain::{FetchState, MentionId, Source, SourceKind};
use serde_json::json;

use crate::support::{Site, fetcher, now, source, status};

fn asked(site: &Site, paths: &[&str]) -> Vec<Asked> {
    let asked = paths.iter().map(|path| Asked {
        id: MentionId::new(*path),
        address: site.url(path).to_string(),
    });
    asked.collect()
}

fn ids(paths: &[&str]) -> Vec<MentionId> {
    paths.iter().map(|path| MentionId::new(*path)).collect()
}

async fn look(source: &Source, mentions: &[Asked], fetcher: &Fetcher) -> Rechecked {
    recheck(source, FetchState::default(), mentions, fetcher, now()).await
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
        .route("/gach-cheo/", get(|| async { "bài viết" }))
        .route("/loi", status(500));
    let site = Site::start(router).await;
    let source = source(SourceKind::Feed, &site.url("/rss"));
    let mentions = asked(
        &site,
        &[
            "/con",
            "/doi",
            "/go",
            "/mat",
            "/khong-co",
            "/gach-cheo",
            "/loi",
        ],
    );
    let found = look(&source, &mentions, &fetcher()).await;
    assert_eq!(found.gone, ids(&["/go", "/mat", "/khong-co"]));
    assert_eq!(found.standing, ids(&["/con", "/doi", "/gach-cheo"]));
    assert_eq!(found.n_unknown, 1);
}

/// A server of Mastodon that knows posts 1 to 45 but for 8 and 44, and hides 9 in lists.
fn mastodon(knows_lists: bool) -> Router {
    let stands = |id: u32| (1..=45).contains(&id) && id != 8 && id != 44;
    let list = move |RawQuery(query): RawQuery| async move {
        let query = query.unwrap_or_default();
        let ids = url::form_urlencoded::parse(query.as_bytes());
        let ids = ids
            .filter(|(name, _)| name == "id[]")
            .map(|(_, id)| id.parse().unwrap());
        let ids = ids.collect::<Vec<u32>>();
        if !knows_lists {
            return StatusCode::NOT_FOUND.into_response();
        }
        if ids.len() > 20 {
            return StatusCode::UNPROCESSABLE_ENTITY.into_response();
        }
        let shown = ids.into_iter().filter(|id| stands(*id) && *id != 9);
        let shown = shown.map(|id| json!({"id": id.to_string(), "account": {"acct": "lan"}}));
        Json(shown.collect::<Vec<_>>()).into_response()
    };
    let one = move |Path(id): Path<u32>| async move {
        if stands(id) {
            Json(json!({"id": id.to_string()})).into_response()
        } else {
            StatusCode::NOT_FOUND.into_response()
        }
    };
    Router::new()
        .route("/robots.txt", status(404))
        .route("/api/v1/statuses", get(list))
        .route("/api/v1/statuses/{id}", get(one))
}

#[tokio::test]
async fn posts_are_asked_about_twenty_at_a_time() {
    let site = Site::start(mastodon(true)).await;
    let source = source(SourceKind::MastodonTag("quan7".to_owned()), &site.url("/"));
    let paths = (1..=45)
        .map(|id| format!("/statuses/{id}"))
        .collect::<Vec<_>>();
    let paths = paths.iter().map(String::as_str).collect::<Vec<_>>();
    let found = look(&source, &asked(&site, &paths), &fetcher()).await;
    assert_eq!(found.gone, ids(&["/statuses/8", "/statuses/44"]));
    assert_eq!((found.standing.len(), found.n_unknown), (43, 0));
    // robots.txt, three lists, two for those left out, and three posts by themselves.
    assert_eq!(site.paths().len(), 1 + 3 + 2 + 3, "{:?}", site.paths());
}

#[tokio::test]
async fn an_older_server_is_asked_about_each_post() {
    let site = Site::start(mastodon(false)).await;
    let source = source(SourceKind::MastodonTag("quan7".to_owned()), &site.url("/"));
    let mentions = asked(&site, &["/statuses/7", "/statuses/8"]);
    let found = look(&source, &mentions, &fetcher()).await;
    assert_eq!(found.gone, ids(&["/statuses/8"]));
    assert_eq!(found.standing, ids(&["/statuses/7"]));
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
    let found = look(&source, &asked(&site, &["/1", "/2", "/3"]), &fetcher()).await;
    assert!(found.gone.is_empty() && found.standing.is_empty());
    assert_eq!(found.n_unknown, 3);
    assert_eq!(site.paths().len(), 2, "robots.txt and one page");
}
