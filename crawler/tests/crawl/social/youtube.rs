//! YouTube Data API v3, with its paging, its quota, its `ETag`s and its error bodies.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex};

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use crawler::fetch::Fetcher;
use jiff::{SignedDuration, Timestamp};
use models::domain::{FetchState, HealthStatus, Source, SourceKind, YouTube};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{assert_not_in_addresses, assert_nowhere, assert_sent, look, saying, secret};
use crate::support::{Pipeline, Site, fetcher, now, quick, source};

const KEY: &str = "AIzaTestKey0123456789";

/// What the interface says of those who speak.
const PLANTED: [&str; 8] = [
    "nguyenvanbi",
    "Nguyễn Văn Bí",
    "UCauthor000000000000001",
    "yt3.ggpht.example",
    "tranthibup",
    "Kênh Của Bưởi",
    "UCowner0000000000000001",
    "AIzaTestKey",
];

/// What the server holds.
#[derive(Default)]
struct Tube {
    /// Searches and the videos they find, newest first.
    searches: BTreeMap<String, Vec<String>>,
    /// Uploads of channels, newest first.
    uploads: BTreeMap<String, Vec<String>>,
    videos: BTreeMap<String, i64>,
    /// Threads of each video, newest first: id, age in minutes, replies.
    threads: BTreeMap<String, Vec<(String, i64, usize)>>,
    gone: HashSet<String>,
    comments_off: HashSet<String>,
    units_left: u32,
    trouble: Option<(u16, &'static str)>,
    sent: String,
}

type Shared = Arc<Mutex<Tube>>;

fn tube() -> Tube {
    Tube {
        units_left: 10_000,
        ..Tube::default()
    }
}

async fn serve(tube: Shared) -> Site {
    let router = Router::new()
        .route("/youtube/v3/{resource}", get(answer))
        .with_state(tube);
    Site::start(router).await
}

type Parameters = HashMap<String, String>;

async fn answer(
    State(tube): State<Shared>,
    Path(resource): Path<String>,
    Query(query): Query<Parameters>,
    headers: HeaderMap,
) -> Response {
    let mut tube = tube.lock().unwrap();
    if headers.get("x-goog-api-key").is_none_or(|key| key != KEY) {
        return bad_key();
    }
    if let Some((status, reason)) = tube.trouble {
        return refusal(status, reason, "youtube.quota");
    }
    let units = if resource == "search" { 100 } else { 1 };
    if tube.units_left < units {
        return refusal(403, "quotaExceeded", "youtube.quota");
    }
    tube.units_left -= units;
    let listed = match resource.as_str() {
        "search" => search(&tube, &query),
        "channels" => channels(&tube, &query),
        "playlistItems" => uploads(&tube, &query),
        "videos" => videos(&tube, &query),
        "commentThreads" => threads(&tube, &query),
        "comments" => comments(&tube, &query),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let (mut items, limit) = match listed {
        Ok(listed) => listed,
        Err(refused) => return refused,
    };
    // Page tokens are opaque; this server's hold an offset.
    let from = match query
        .get("pageToken")
        .map(|token| token.strip_prefix("CAUQ"))
    {
        None => 0,
        Some(Some(number)) => number.parse::<usize>().unwrap(),
        Some(None) => return refusal(400, "invalidPageToken", "youtube.parameter"),
    };
    let size = query
        .get("maxResults")
        .map_or(limit, |n| n.parse::<usize>().unwrap());
    assert!(size <= limit, "{resource} gives at most {limit}");
    let total = items.len();
    items = items.into_iter().skip(from).take(size).collect();
    let mut body = json!({
        "kind": format!("youtube#{resource}ListResponse"),
        "pageInfo": {"totalResults": total, "resultsPerPage": size},
        "items": items,
    });
    if from + size < total {
        body["nextPageToken"] = json!(format!("CAUQ{}", from + size));
    }
    let mut hasher = DefaultHasher::new();
    body.to_string().hash(&mut hasher);
    let etag = format!("etag-{:x}", hasher.finish());
    body["etag"] = json!(etag);
    if headers
        .get("if-none-match")
        .is_some_and(|known| *known == etag)
    {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    tube.sent.push_str(&body.to_string());
    ([("etag", etag)], Json(body)).into_response()
}

type Listed = Result<(Vec<Value>, usize), Response>;

#[expect(
    clippy::unnecessary_wraps,
    reason = "lists answer alike, some of them refuse"
)]
fn search(tube: &Tube, query: &Parameters) -> Listed {
    assert_eq!(query["type"], "video");
    assert_eq!(query["order"], "date");
    let since: Timestamp = query["publishedAfter"].parse().unwrap();
    let found = tube.searches.get(&query["q"]).into_iter().flatten();
    let found = found.filter(|id| published_at(tube.videos[*id]) >= since);
    let item = |id: &String| {
        json!({"kind": "youtube#searchResult", "id": {"kind": "youtube#video", "videoId": id},
               "snippet": {"channelId": "UCowner0000000000000001", "channelTitle": "Kênh Của Bưởi"}})
    };
    Ok((found.map(item).collect(), 50))
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "lists answer alike, some of them refuse"
)]
fn channels(tube: &Tube, query: &Parameters) -> Listed {
    let wanted = query["id"]
        .split(',')
        .filter(|id| tube.uploads.contains_key(*id));
    let item = |id: &str| {
        let uploads = format!("UU{}", &id[2..]);
        json!({"kind": "youtube#channel", "id": id, "snippet": {"title": "Kênh Của Bưởi"},
               "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": uploads}}})
    };
    Ok((wanted.map(item).collect(), 50))
}

fn uploads(tube: &Tube, query: &Parameters) -> Listed {
    let channel = format!("UC{}", &query["playlistId"][2..]);
    let Some(ids) = tube.uploads.get(&channel) else {
        return Err(refusal(404, "playlistNotFound", "youtube.playlistItem"));
    };
    let item = |id: &String| json!({"contentDetails": {"videoId": id}, "snippet": {"channelTitle": "Kênh Của Bưởi"}});
    Ok((ids.iter().map(item).collect(), 50))
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "lists answer alike, some of them refuse"
)]
fn videos(tube: &Tube, query: &Parameters) -> Listed {
    assert!(query["id"].split(',').count() <= 50);
    let wanted = query["id"].split(',');
    let found = wanted.filter(|id| tube.videos.contains_key(*id) && !tube.gone.contains(*id));
    let item = |id: &str| {
        json!({"kind": "youtube#video", "id": id,
            "snippet": {"publishedAt": published_at(tube.videos[id]).to_string(),
                "channelId": "UCowner0000000000000001", "channelTitle": "Kênh Của Bưởi",
                "title": format!("Ngập nặng ở hẻm {id}"),
                "description": format!("Hẻm {id} ngập từ sáng. Quay bởi @tranthibup"),
                "localized": {"title": "Kênh Của Bưởi"}},
            "statistics": {"viewCount": "1503", "likeCount": "12", "commentCount": "230"}})
    };
    Ok((found.map(item).collect(), 50))
}

fn threads(tube: &Tube, query: &Parameters) -> Listed {
    let video = &query["videoId"];
    if tube.gone.contains(video) || !tube.videos.contains_key(video) {
        return Err(refusal(404, "videoNotFound", "youtube.commentThread"));
    }
    if tube.comments_off.contains(video) {
        return Err(refusal(403, "commentsDisabled", "youtube.commentThread"));
    }
    assert_eq!(query["order"], "time");
    assert_eq!(query["textFormat"], "plainText");
    let threads = tube.threads.get(video).into_iter().flatten();
    let standing = threads.filter(|(id, ..)| !tube.gone.contains(id));
    let item = |(id, age, n_replies): &(String, i64, usize)| {
        // The interface gives a few replies with their thread and keeps the rest for `comments`.
        let inline = replies_of(tube, id, *age, *n_replies).into_iter().take(5);
        json!({"kind": "youtube#commentThread", "etag": "x", "id": id,
            "snippet": {"channelId": "UCowner0000000000000001", "videoId": video, "canReply": true,
                "totalReplyCount": n_replies, "isPublic": true,
                "topLevelComment": comment(id, &format!("ý kiến {id}"), *age, None)},
            "replies": {"comments": inline.collect::<Vec<_>>()}})
    };
    Ok((standing.map(item).collect(), 100))
}

fn comments(tube: &Tube, query: &Parameters) -> Listed {
    if let Some(thread) = query.get("parentId") {
        let known = tube
            .threads
            .values()
            .flatten()
            .find(|(id, ..)| id == thread);
        let Some((id, age, n_replies)) = known else {
            return Err(refusal(404, "commentNotFound", "youtube.comment"));
        };
        return Ok((replies_of(tube, id, *age, *n_replies), 100));
    }
    assert!(query["id"].split(',').count() <= 50);
    let standing = query["id"].split(',').filter(|id| !tube.gone.contains(*id));
    let item = |id: &str| json!({"kind": "youtube#comment", "id": id});
    Ok((standing.map(item).collect(), 100))
}

fn replies_of(tube: &Tube, thread: &str, age: i64, n_replies: usize) -> Vec<Value> {
    let ids = (0..n_replies).map(|n| format!("{thread}.r{n}"));
    let standing = ids.filter(|id| !tube.gone.contains(id));
    let reply = |id: String| {
        let text = format!("@nguyenvanbi đáp {id}");
        comment(&id, &text, age - 1, Some(thread))
    };
    standing.map(reply).collect()
}

fn comment(id: &str, text: &str, age: i64, parent: Option<&str>) -> Value {
    let mut snippet = json!({
        "textDisplay": text, "textOriginal": text, "likeCount": 3, "viewerRating": "none",
        "authorDisplayName": "Nguyễn Văn Bí", "authorProfileImageUrl": "https://yt3.ggpht.example/a.png",
        "authorChannelUrl": "http://www.youtube.com/@nguyenvanbi",
        "authorChannelId": {"value": "UCauthor000000000000001"},
        "publishedAt": published_at(age).to_string(), "updatedAt": published_at(age).to_string(),
    });
    if let Some(parent) = parent {
        snippet["parentId"] = json!(parent);
    }
    json!({"kind": "youtube#comment", "etag": "y", "id": id, "snippet": snippet})
}

fn published_at(age_minutes: i64) -> Timestamp {
    now() - SignedDuration::from_mins(age_minutes)
}

/// An error body as the interface documents it.
fn refusal(status: u16, reason: &str, domain: &str) -> Response {
    let message = "The request cannot be completed because you have exceeded your <a href=\"/youtube/v3/getting-started#quota\">quota</a>.";
    let body = json!({"error": {"code": status, "message": message,
        "errors": [{"message": message, "domain": domain, "reason": reason}]}});
    (StatusCode::from_u16(status).unwrap(), Json(body)).into_response()
}

/// The newer shape of an error, with `details`.
fn bad_key() -> Response {
    let body = json!({"error": {"code": 400, "message": "API key not valid. Please pass a valid API key.",
        "errors": [{"message": "API key not valid.", "domain": "global", "reason": "badRequest"}],
        "status": "INVALID_ARGUMENT",
        "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID",
                     "domain": "googleapis.com", "metadata": {"service": "youtube.googleapis.com"}}]}});
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

/// A source with so many units a day, and the folder of its key.
fn tube_source(site: &Site, queries: &[&str], units_per_day: u32, key: &str) -> (Source, TempDir) {
    let (key, folder) = secret(key);
    let settings = YouTube {
        queries: queries.iter().map(ToString::to_string).collect(),
        channels: Vec::new(),
        units_per_day,
        key,
    };
    let source = source(SourceKind::YouTube(settings), &site.url("/youtube/v3"));
    (source, folder)
}

/// A video found by a search, with so many threads, each a minute older than the one before.
fn with_video(tube: &mut Tube, query: &str, id: &str, n_threads: usize) {
    tube.videos.insert(id.to_owned(), 600);
    tube.searches
        .entry(query.to_owned())
        .or_default()
        .push(id.to_owned());
    let threads = (0..n_threads).map(|n| (format!("{id}-c{n}"), n as i64 + 2, 0));
    tube.threads.insert(id.to_owned(), threads.collect());
}

#[tokio::test]
async fn videos_and_the_talk_below_them_become_mentions_without_authors() {
    let mut tube = tube();
    with_video(&mut tube, "ngập", "v1", 230);
    with_video(&mut tube, "ngập", "v2", 1);
    tube.threads.get_mut("v1").unwrap()[0].2 = 8;
    let tube = Arc::new(Mutex::new(tube));
    let site = serve(Arc::clone(&tube)).await;
    let (source, _folder) = tube_source(&site, &["ngập"], 10_000, KEY);
    let mut pipeline = Pipeline::new(fetcher());

    let first = pipeline.visit(&source).await;
    assert_eq!(
        first.health.status,
        HealthStatus::Fresh,
        "{:?}",
        first.health
    );
    assert_eq!(first.mentions.len(), 2 + 230 + 8 + 1);
    assert_eq!(first.health.n_new, 241);
    // A search, the videos, three pages of threads, the rest of the replies, the other video.
    assert_eq!(
        10_000 - tube.lock().unwrap().units_left,
        100 + 1 + 3 + 1 + 1
    );
    assert!(
        first.health.detail.contains("106 of 10000 units"),
        "{:?}",
        first.health
    );
    let video = saying(&first, "Hẻm v1 ngập từ sáng");
    assert_eq!(video.title.as_deref(), Some("Ngập nặng ở hẻm v1"));
    let thread = saying(&first, "ý kiến v1-c0");
    assert_eq!(thread.parent.as_ref(), Some(&video.id));
    assert_eq!(thread.engagement.unwrap().comments, 8);
    let reply = saying(&first, "đáp v1-c0.r7");
    assert_eq!(reply.parent.as_ref(), Some(&thread.id));
    assert_eq!(
        reply.url.as_deref(),
        Some("https://www.youtube.com/watch?v=v1&lc=v1-c0.r7")
    );
    assert_sent(&tube.lock().unwrap().sent, &PLANTED[..7]);
    assert_nowhere(&first, &PLANTED);
    assert_not_in_addresses(&site, KEY);
    assert!(
        !site.paths().iter().any(|path| path.contains("robots")),
        "by agreement"
    );

    // Half an hour later nothing was said: a search, and two units answered with 304.
    pipeline.now = now() + SignedDuration::from_mins(31);
    let before = tube.lock().unwrap().units_left;
    let second = pipeline.visit(&source).await;
    assert_eq!(second.mentions.len(), 0, "{:?}", second.health);
    assert_eq!(before - tube.lock().unwrap().units_left, 100 + 2);

    // Something new on top: the first page is enough.
    let new = ("v1-new".to_owned(), -20, 0);
    tube.lock()
        .unwrap()
        .threads
        .get_mut("v1")
        .unwrap()
        .insert(0, new);
    pipeline.now = now() + SignedDuration::from_mins(65);
    let before = tube.lock().unwrap().units_left;
    let third = pipeline.visit(&source).await;
    assert_eq!(third.health.n_new, 1, "{:?}", third.health);
    assert!(saying(&third, "ý kiến v1-new").parent.is_some());
    let spent = before - tube.lock().unwrap().units_left;
    assert_eq!(spent, 100 + 3, "a second page, all known, ends it");
}

#[tokio::test]
async fn a_spent_budget_waits_for_midnight_in_california_and_goes_on() {
    let mut tube = tube();
    let queries = (0..12).map(|n| format!("q{n}")).collect::<Vec<_>>();
    for query in &queries {
        with_video(&mut tube, query, &format!("v-{query}"), 0);
    }
    let tube = Arc::new(Mutex::new(tube));
    let site = serve(Arc::clone(&tube)).await;
    let queries = queries.iter().map(String::as_str).collect::<Vec<_>>();
    let (source, _folder) = tube_source(&site, &queries, 1_000, KEY);
    let mut pipeline = Pipeline::new(fetcher());
    // 05:00 UTC is 21:00 of the day before in California: the new day begins at 08:00 UTC.
    let first = pipeline.visit(&source).await;
    assert_eq!(
        first.health.status,
        HealthStatus::OverQuota,
        "{:?}",
        first.health
    );
    assert!(
        first.health.detail.contains("2026-11-18T08:00:00Z"),
        "{:?}",
        first.health
    );
    assert_eq!(first.state.n_failures, 0, "it is nobody's failure");
    let searches = || {
        let paths = site.paths().into_iter();
        paths
            .filter(|path| path.contains("/search?"))
            .collect::<Vec<_>>()
    };
    assert_eq!(searches().len(), 8);
    assert_eq!(first.mentions.len(), 8, "what was found is read");
    let spent = 10_000 - tube.lock().unwrap().units_left;
    assert!(spent <= 900, "a tenth is left for looking again: {spent}");

    pipeline.now = "2026-11-18T07:59:00Z".parse().unwrap();
    let waiting = pipeline.visit(&source).await;
    assert_eq!(waiting.health.status, HealthStatus::OverQuota);
    assert_eq!(searches().len(), 8, "nothing is searched meanwhile");

    pipeline.now = "2026-11-18T08:01:00Z".parse().unwrap();
    let next_day = pipeline.visit(&source).await;
    assert_eq!(
        next_day.health.status,
        HealthStatus::Fresh,
        "{:?}",
        next_day.health
    );
    let asked = searches()[8..].join("\n");
    assert!(
        asked.contains("q=q11") && !asked.contains("q=q7&"),
        "{asked}"
    );
    assert_eq!(next_day.mentions.len(), 4);
}

#[tokio::test]
async fn every_refusal_says_what_to_do() {
    let check = async |trouble: Option<(u16, &'static str)>, key: &str| {
        let mut tube = tube();
        with_video(&mut tube, "ngập", "v1", 3);
        tube.trouble = trouble;
        let site = serve(Arc::new(Mutex::new(tube))).await;
        let (source, _folder) = tube_source(&site, &["ngập"], 10_000, key);
        let collected = Pipeline::new(fetcher()).visit(&source).await;
        assert_nowhere(&collected, &[key]);
        (collected.health.status, collected.health.detail)
    };
    let (status, detail) = check(None, "AIzaWrongKey").await;
    assert_eq!(status, HealthStatus::Unreachable);
    assert!(detail.contains("does not know the API key"), "{detail}");
    let (status, detail) = check(Some((403, "quotaExceeded")), KEY).await;
    assert_eq!(status, HealthStatus::OverQuota);
    assert!(detail.contains("2026-11-18T08:00:00Z"), "{detail}");
    let (status, detail) = check(Some((403, "accessNotConfigured")), KEY).await;
    assert_eq!(status, HealthStatus::Unreachable);
    assert!(detail.contains("enable it"), "{detail}");
    let (status, detail) = check(Some((403, "rateLimitExceeded")), KEY).await;
    assert_eq!(status, HealthStatus::OverQuota, "{detail}");
    let (status, detail) = check(Some((500, "backendError")), KEY).await;
    assert_eq!(status, HealthStatus::Unreachable);
    assert!(detail.contains("500"), "{detail}");
}

#[tokio::test]
async fn a_key_that_is_not_there_is_named() {
    let site = serve(Arc::new(Mutex::new(tube()))).await;
    let (source, folder) = tube_source(&site, &["ngập"], 10_000, KEY);
    drop(folder);
    let collected = Pipeline::new(fetcher()).visit(&source).await;
    assert_eq!(collected.health.status, HealthStatus::Unreachable);
    assert!(
        collected.health.detail.contains("cannot be read"),
        "{:?}",
        collected.health
    );
    assert!(site.paths().is_empty());
}

#[tokio::test]
async fn comments_switched_off_below_one_video_leave_the_others() {
    let mut tube = tube();
    with_video(&mut tube, "ngập", "v1", 3);
    with_video(&mut tube, "ngập", "v2", 3);
    tube.comments_off.insert("v1".to_owned());
    let site = serve(Arc::new(Mutex::new(tube))).await;
    let (source, _folder) = tube_source(&site, &["ngập"], 10_000, KEY);
    let collected = Pipeline::new(fetcher()).visit(&source).await;
    assert_eq!(collected.health.status, HealthStatus::Fresh);
    assert_eq!(collected.mentions.len(), 2 + 3);
    let complaints = collected.complaints.join("\n");
    assert!(complaints.contains("switched off"), "{complaints}");
}

#[tokio::test]
async fn uploads_of_channels_cost_a_unit_a_page() {
    const CHANNEL: &str = "UC0000000000000000000000";
    let mut tube = tube();
    let ids = (0..70).map(|n| format!("u{n}")).collect::<Vec<_>>();
    for id in &ids {
        tube.videos.insert(id.clone(), 100);
        tube.threads.insert(id.clone(), Vec::new());
    }
    tube.uploads.insert(CHANNEL.to_owned(), ids);
    let tube = Arc::new(Mutex::new(tube));
    let site = serve(Arc::clone(&tube)).await;
    let (mut source, _folder) = tube_source(&site, &[], 10_000, KEY);
    if let SourceKind::YouTube(settings) = &mut source.kind {
        settings.channels = vec![CHANNEL.to_owned(), "UCunknown000000000000000".to_owned()];
    }
    let mut pipeline = Pipeline::new(fetcher());
    let collected = pipeline.visit(&source).await;
    assert_eq!(collected.mentions.len(), 70, "{:?}", collected.health);
    let complaints = collected.complaints.join("\n");
    assert!(complaints.contains("no such channel"), "{complaints}");
    // Where uploads are listed, two pages of them, two batches of videos, the comments of each.
    assert_eq!(10_000 - tube.lock().unwrap().units_left, 1 + 2 + 2 + 70);
}

#[tokio::test]
async fn a_long_talk_is_read_over_several_visits() {
    let mut tube = tube();
    with_video(&mut tube, "ngập", "v1", 450);
    let site = serve(Arc::new(Mutex::new(tube))).await;
    let (source, _folder) = tube_source(&site, &["ngập"], 10_000, KEY);
    let mut policy = quick();
    policy.visit.pages_max = 4;
    let mut pipeline = Pipeline::new(Fetcher::new(policy).unwrap());
    let mut n_read = 0;
    for _ in 0..3 {
        n_read += pipeline.visit(&source).await.health.n_new;
        pipeline.now += SignedDuration::from_secs(5);
    }
    assert_eq!(n_read, 451, "nothing lost, nothing twice");
}

#[tokio::test]
async fn what_is_deleted_is_found_gone_fifty_to_a_unit() {
    let mut tube = tube();
    with_video(&mut tube, "ngập", "v1", 120);
    with_video(&mut tube, "ngập", "v2", 0);
    let tube = Arc::new(Mutex::new(tube));
    let site = serve(Arc::clone(&tube)).await;
    let (source, _folder) = tube_source(&site, &["ngập"], 10_000, KEY);
    let mut pipeline = Pipeline::new(fetcher());
    let first = pipeline.visit(&source).await;
    let mentions = first.mentions.iter().collect::<Vec<_>>();
    let gone = ["v2", "v1-c7", "v1-c99"].map(str::to_owned);
    tube.lock().unwrap().gone = gone.into();
    let before = tube.lock().unwrap().units_left;
    let found = look(&source, &first.state, &pipeline.fetcher, &mentions, now()).await;
    let expected =
        ["Hẻm v2", "ý kiến v1-c7", "ý kiến v1-c99"].map(|words| saying(&first, words).id.clone());
    assert_eq!(
        found.gone.iter().collect::<HashSet<_>>(),
        expected.iter().collect()
    );
    assert_eq!((found.standing.len(), found.n_unknown), (119, 0));
    // Videos and again the missing one; three batches of comments, two of them asked twice.
    assert_eq!(before - tube.lock().unwrap().units_left, 2 + 5);
    assert_ne!(found.state, first.state, "what it cost is remembered");

    tube.lock().unwrap().trouble = Some((403, "quotaExceeded"));
    let found = look(&source, &first.state, &pipeline.fetcher, &mentions, now()).await;
    assert!(found.gone.is_empty(), "no answer is no deletion");
    assert_eq!(found.n_unknown, 122);
    tube.lock().unwrap().trouble = Some((400, "keyInvalid"));
    let state = FetchState::default();
    let found = look(&source, &state, &pipeline.fetcher, &mentions, now()).await;
    assert_eq!((found.gone.len(), found.n_unknown), (0, 122));
}
