//! Mastodon tag timelines.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use crawler::fetch::{FetchPolicy, Fetcher, VisitLimits};
use jiff::SignedDuration;
use models::domain::{HealthStatus, SourceKind};
use serde_json::{Value, json};

use crate::support::{Pipeline, Site, fetcher, now, quick, source, status};

/// A post of a server, author and all, `hours` old.
fn post(id: u64, hours: i64, reply_to: Option<u64>) -> Value {
    json!({
        "id": id.to_string(),
        "created_at": (now() - SignedDuration::from_hours(hours)).to_string(),
        "in_reply_to_id": reply_to.map(|id| id.to_string()),
        "in_reply_to_account_id": null,
        "sensitive": false, "spoiler_text": "", "visibility": "public", "language": "vi",
        "uri": format!("https://social.example/users/nguyenvanbi/statuses/{id}"),
        "url": format!("https://social.example/@nguyenvanbi/{id}"),
        "replies_count": 2, "reblogs_count": 1, "favourites_count": 5,
        "content": format!("<p><span class=\"h-card\"><a href=\"https://social.example/@tranthibup\" class=\"u-url mention\">@<span>tranthibup</span></a></span> ngập lần thứ {id} ở <a href=\"/tags/quan7\" class=\"mention hashtag\" rel=\"tag\">#<span>quan7</span></a><br>không ai dọn</p>"),
        "account": {"id": "77712345678", "username": "nguyenvanbi", "acct": "nguyenvanbi", "display_name": "Nguyễn Văn Bí", "avatar": "https://social.example/avatars/77712345678.png"},
    })
}

/// What the posts say of their authors and of those they address.
const SECRETS: [&str; 5] = [
    "nguyenvanbi",
    "Nguyễn Văn Bí",
    "77712345678",
    "tranthibup",
    "avatar",
];

type Posts = Arc<Mutex<Vec<Value>>>;

/// Pages as Mastodon does: newest first; `min_id` gives the page just above it.
fn timeline(posts: Posts) -> Router {
    let handler = move |Query(query): Query<HashMap<String, String>>| async move {
        let number = |name: &str| query.get(name).map(|text| text.parse::<u64>().unwrap());
        let id = |post: &Value| post["id"].as_str().unwrap().parse::<u64>().unwrap();
        let mut found = posts.lock().unwrap().clone();
        found.sort_by_key(id);
        found.retain(|post| {
            number("min_id").is_none_or(|min| id(post) > min)
                && number("max_id").is_none_or(|max| id(post) < max)
        });
        let limit = usize::try_from(number("limit").unwrap_or(20)).unwrap();
        if number("min_id").is_some() {
            found.truncate(limit);
        } else {
            found.drain(..found.len().saturating_sub(limit));
        }
        found.reverse();
        Json(found)
    };
    Router::new()
        .route("/robots.txt", status(404))
        .route("/api/v1/timelines/tag/{tag}", get(handler))
}

/// The same with posts by themselves and threads, whose replies carry no tag.
fn server(posts: Posts, replies: Posts) -> Router {
    let by_itself = Arc::clone(&posts);
    let one = move |Path(id): Path<String>| async move {
        let found = by_itself
            .lock()
            .unwrap()
            .iter()
            .find(|post| post["id"] == id.as_str())
            .cloned();
        found.map(Json).ok_or(StatusCode::NOT_FOUND)
    };
    let context = move |Path(id): Path<String>| async move {
        let replies = replies.lock().unwrap().clone();
        let below = replies
            .into_iter()
            .filter(|reply| reply["in_reply_to_id"] == id.as_str());
        Json(json!({"ancestors": [], "descendants": below.collect::<Vec<_>>()}))
    };
    timeline(posts)
        .route("/api/v1/statuses/{id}", get(one))
        .route("/api/v1/statuses/{id}/context", get(context))
}

#[tokio::test]
async fn posts_become_mentions_without_their_authors() {
    let posts: Posts = Arc::new(Mutex::new(
        (1..=100)
            .map(|id| {
                post(
                    id,
                    101 - i64::try_from(id).unwrap(),
                    (id % 10 == 0).then(|| id - 1),
                )
            })
            .collect(),
    ));
    let site = Site::start(timeline(Arc::clone(&posts))).await;
    let source = source(SourceKind::MastodonTag("quan7".to_owned()), &site.url("/"));
    let mut pipeline = Pipeline::new(fetcher());
    let first = pipeline.visit(&source).await;
    assert_eq!(
        first.health.status,
        HealthStatus::Fresh,
        "{:?}",
        first.health
    );
    assert_eq!(first.mentions.len(), 100);
    let shown = format!("{:?}", first.mentions);
    for secret in SECRETS {
        assert!(!shown.contains(secret), "{secret} is kept");
    }
    let newest = first
        .mentions
        .iter()
        .max_by_key(|mention| mention.published_at)
        .unwrap();
    assert_eq!(newest.text, "ngập lần thứ 100 ở #quan7\nkhông ai dọn");
    assert_eq!(newest.engagement.unwrap().likes, 5);
    assert_eq!(
        newest.url.as_deref(),
        Some(site.url("/statuses/100").as_str())
    );
    let parent = first
        .mentions
        .iter()
        .find(|mention| mention.text.contains("thứ 99 "))
        .unwrap();
    assert_eq!(newest.parent.as_ref(), Some(&parent.id));

    assert_eq!(pipeline.visit(&source).await.mentions.len(), 0);
    posts
        .lock()
        .unwrap()
        .extend((101..=190).map(|id| post(id, 0, None)));
    let second = pipeline.visit(&source).await;
    assert_eq!((second.mentions.len(), second.health.n_new), (90, 90));
}

#[tokio::test]
async fn goes_on_where_a_visit_had_to_stop() {
    let posts: Posts = Arc::new(Mutex::new(vec![post(1, 2, None)]));
    let site = Site::start(timeline(Arc::clone(&posts))).await;
    let source = source(SourceKind::MastodonTag("#quan7".to_owned()), &site.url("/"));
    let visit = VisitLimits {
        pages_max: 2,
        ..VisitLimits::default()
    };
    let mut pipeline = Pipeline::new(Fetcher::new(FetchPolicy { visit, ..quick() }).unwrap());
    assert_eq!(pipeline.visit(&source).await.mentions.len(), 1);
    posts
        .lock()
        .unwrap()
        .extend((2..=201).map(|id| post(id, 1, None)));
    let mut n_read = 0;
    for _ in 0..4 {
        n_read += pipeline.visit(&source).await.mentions.len();
    }
    assert_eq!(n_read, 200, "nothing lost, nothing twice");
}

#[tokio::test]
async fn a_server_that_shows_nothing_to_strangers() {
    let answer = get(|| async {
        (
            StatusCode::UNAUTHORIZED,
            Json(json!({"error": "This method requires an authenticated user"})),
        )
            .into_response()
    });
    let site = Site::start(
        Router::new()
            .route("/robots.txt", status(404))
            .fallback(answer),
    )
    .await;
    let source = source(SourceKind::MastodonTag("quan7".to_owned()), &site.url("/"));
    let collected = Pipeline::new(fetcher()).visit(&source).await;
    assert_eq!(collected.health.status, HealthStatus::Unreachable);
    assert!(
        collected.health.detail.contains("members"),
        "{}",
        collected.health.detail
    );
}

#[tokio::test]
async fn something_else_than_a_timeline() {
    let site = Site::start(
        Router::new()
            .route("/robots.txt", status(404))
            .fallback(|| async { "<html>" }),
    )
    .await;
    let source = source(SourceKind::MastodonTag("quan7".to_owned()), &site.url("/"));
    let collected = Pipeline::new(fetcher()).visit(&source).await;
    assert_eq!(
        collected.health.status,
        HealthStatus::NotAFeed,
        "{:?}",
        collected.health
    );
}

#[tokio::test]
async fn deleted_posts_are_taken_down_within_the_hour() {
    let posts: Posts = Arc::new(Mutex::new((1..=90).map(|id| post(id, 3, None)).collect()));
    let site = Site::start(server(Arc::clone(&posts), Posts::default())).await;
    let source = source(SourceKind::MastodonTag("quan7".to_owned()), &site.url("/"));
    let mut pipeline = Pipeline::new(fetcher());
    let first = pipeline.visit(&source).await;
    let id_of = |number: &str| {
        let url = site.url(&format!("/statuses/{number}")).to_string();
        let mention = first
            .mentions
            .iter()
            .find(|mention| mention.url.as_deref() == Some(&url));
        mention.unwrap().id.clone()
    };
    posts
        .lock()
        .unwrap()
        .retain(|post| !["7", "50", "90"].contains(&post["id"].as_str().unwrap()));
    assert!(
        pipeline.visit(&source).await.removed.is_empty(),
        "it is looked once an hour"
    );
    pipeline.now += SignedDuration::from_hours(1);
    let mut removed = pipeline.visit(&source).await.removed;
    removed.sort();
    let mut expected = vec![id_of("7"), id_of("50"), id_of("90")];
    expected.sort();
    assert_eq!(removed, expected);
    pipeline.now += SignedDuration::from_hours(1);
    assert!(pipeline.visit(&source).await.removed.is_empty());
}

#[tokio::test]
async fn replies_without_the_tag_hang_on_their_post() {
    let posts: Posts = Arc::new(Mutex::new(vec![post(1, 5, None), post(2, 4, None)]));
    let replies: Posts = Arc::new(Mutex::new(vec![post(11, 3, Some(1))]));
    let site = Site::start(server(posts, Arc::clone(&replies))).await;
    let source = source(SourceKind::MastodonTag("quan7".to_owned()), &site.url("/"));
    let mut pipeline = Pipeline::new(fetcher());
    let first = pipeline.visit(&source).await;
    assert_eq!(first.mentions.len(), 3);
    let find = |text: &str| {
        first
            .mentions
            .iter()
            .find(|mention| mention.text.contains(text))
            .unwrap()
    };
    assert_eq!(find("thứ 11 ").parent.as_ref(), Some(&find("thứ 1 ").id));
    replies.lock().unwrap().push(post(12, 0, Some(2)));
    pipeline.now += SignedDuration::from_hours(1);
    let later = pipeline.visit(&source).await;
    assert_eq!(later.health.n_new, 1, "{:?}", later.health);
    for capture in first.captures.iter().chain(&later.captures) {
        let body = String::from_utf8_lossy(&capture.body);
        assert!(body.contains("ngập lần thứ"));
        for secret in SECRETS {
            assert!(!body.contains(secret), "{secret} is kept as evidence");
        }
    }
}

#[tokio::test]
async fn a_first_visit_that_was_cut_short_goes_on_into_the_past() {
    let posts: Posts = Arc::new(Mutex::new((1..=200).map(|id| post(id, 1, None)).collect()));
    let site = Site::start(timeline(Arc::clone(&posts))).await;
    let source = source(SourceKind::MastodonTag("quan7".to_owned()), &site.url("/"));
    let visit = VisitLimits {
        pages_max: 3,
        ..VisitLimits::default()
    };
    let mut pipeline = Pipeline::new(Fetcher::new(FetchPolicy { visit, ..quick() }).unwrap());
    let mut n_read = 0;
    for _ in 0..4 {
        n_read += pipeline.visit(&source).await.health.n_new;
    }
    assert_eq!(n_read, 200);
}
