//! A tag timeline that speaks Mastodon's API: newest first, `min_id` and `max_id`, `Link` headers.

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::extract::{Path, Query, RawQuery, State};
use axum::http::header::LINK;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};

use super::content::{Content, Post};
use super::html;

const PAGE_SIZE_MAX: usize = 40;

/// Serves the posts under every tag.
pub fn router(content: Arc<Content>) -> Router {
    Router::new()
        .route("/api/v1/timelines/tag/{tag}", get(timeline))
        .route("/api/v1/statuses", get(several))
        .route("/api/v1/statuses/{id}", get(one))
        .route(
            "/robots.txt",
            get(|| async { "User-agent: *\nDisallow: /settings\n" }),
        )
        .with_state(content)
}

#[derive(Deserialize)]
struct Paging {
    limit: Option<usize>,
    min_id: Option<u64>,
    since_id: Option<u64>,
    max_id: Option<u64>,
}

async fn timeline(
    State(content): State<Arc<Content>>,
    Query(paging): Query<Paging>,
    headers: HeaderMap,
) -> impl IntoResponse {
    let limit = paging.limit.unwrap_or(20).min(PAGE_SIZE_MAX);
    let matches = content.posts.iter().filter(|post| {
        paging.min_id.is_none_or(|id| post.id > id)
            && paging.since_id.is_none_or(|id| post.id > id)
            && paging.max_id.is_none_or(|id| post.id < id)
    });
    // `min_id` asks for the posts right after it, the others for the newest; answers are newest first.
    let mut page: Vec<&Post> = if paging.min_id.is_some() {
        matches.take(limit).collect()
    } else {
        let mut newest = matches.collect::<Vec<_>>();
        newest.split_off(newest.len().saturating_sub(limit))
    };
    page.reverse();
    let host = headers
        .get("host")
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let link = page.first().zip(page.last()).map(|(newest, oldest)| {
        let base = format!("http://{host}/api/v1/timelines/tag/tphcm");
        format!(
            "<{base}?max_id={}>; rel=\"next\", <{base}?min_id={}>; rel=\"prev\"",
            oldest.id, newest.id
        )
    });
    let statuses = page
        .into_iter()
        .map(|post| status(post, host))
        .collect::<Vec<_>>();
    let header = link.map(|link| [(LINK, link)]);
    (header.map(axum::response::AppendHeaders), Json(statuses))
}

/// Those of some posts that stand: all of them, nobody deletes anything here.
async fn several(
    State(content): State<Arc<Content>>,
    RawQuery(query): RawQuery,
) -> Json<Vec<Value>> {
    let query = query.unwrap_or_default();
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    let ids = pairs.filter(|(name, _)| name == "id[]").map(|(_, id)| id);
    let posts = ids.filter_map(|id| post(&content, &id));
    Json(posts.map(|post| status(post, "localhost")).collect())
}

async fn one(State(content): State<Arc<Content>>, Path(id): Path<String>) -> Response {
    match post(&content, &id) {
        Some(post) => Json(status(post, "localhost")).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn post<'a>(content: &'a Content, id: &str) -> Option<&'a Post> {
    let id = id.parse::<u64>().ok()?;
    content.posts.iter().find(|post| post.id == id)
}

/// Only what a reader may keep, and an account that must not be kept.
fn status(post: &Post, host: &str) -> Value {
    json!({
        "id": post.id.to_string(),
        "created_at": post.published_at.to_string(),
        "in_reply_to_id": post.in_reply_to.map(|id| id.to_string()),
        "sensitive": false,
        "spoiler_text": "",
        "visibility": "public",
        "language": "vi",
        "uri": format!("http://{host}/users/mau/statuses/{}", post.id),
        "url": format!("http://{host}/@mau/{}", post.id),
        "replies_count": 0,
        "reblogs_count": post.likes / 8,
        "favourites_count": post.likes,
        "content": format!("<p>{}</p>", html::escape(&post.text)),
        "reblog": null,
        "account": {
            "id": "1",
            "username": "mau",
            "acct": "mau",
            "display_name": "Người Dân Mẫu",
            "url": format!("http://{host}/@mau"),
        },
        "media_attachments": [],
        "mentions": [],
        "tags": [{"name": "tphcm", "url": format!("http://{host}/tags/tphcm")}],
        "emojis": [],
    })
}
