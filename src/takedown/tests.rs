//! Within three hours what is deleted at its source is gone here: from the record, from search, from
//! captures and from pages.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use axum::extract::{OriginalUri, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::{Json, Router};
use crawler::fetch::Request;
use indexer::search::Query;
use jiff::{SignedDuration, Timestamp};
use models::domain::{
    Channel, DigestScope, FacebookPage, MentionId, SecretRef, Source, SourceId, SourceKind,
    WITHDRAWN, YouTube, day_in_vietnam,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::address_has;
use crate::city::City;
use crate::config::{Config, Span};
use crate::pipeline::Pipeline;
use crate::serve;
use crate::store::Store;

/// Words that stand in one item each, to be looked for.
const WORDS: [(&str, &str); 5] = [
    ("mastodon", "lồng đèn giấy"),
    ("youtube", "thuyền thúng"),
    ("comment", "chổi tre"),
    ("facebook", "ghế đá"),
    ("press", "vòi bơm hỏng"),
];

/// A world whose items can be deleted, and which can be down.
#[derive(Default)]
struct World {
    gone: BTreeSet<&'static str>,
    is_down: bool,
    host: String,
}

type Shared = Arc<Mutex<World>>;

fn at_noon() -> Timestamp {
    "2025-07-15T05:00:00Z".parse().unwrap()
}

fn said(item: &str) -> String {
    let words = WORDS.iter().find(|(name, _)| *name == item).unwrap().1;
    format!(
        "Đường Hồ Học Lãm phường Phú Định ngập nặng tới đầu gối, {words} trôi lềnh bềnh, không ai xử lý"
    )
}

async fn answer(State(world): State<Shared>, OriginalUri(uri): OriginalUri) -> Response {
    let world = world.lock().unwrap();
    if world.is_down {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let query = uri.query().unwrap_or_default();
    let query = url::form_urlencoded::parse(query.as_bytes()).into_owned();
    let query = query.collect::<Vec<_>>();
    let path = uri.path();
    if path.starts_with("/api/v1/") {
        return mastodon(&world, path, &query);
    }
    if let Some(resource) = path.strip_prefix("/youtube/v3/") {
        return youtube(&world, resource, &query);
    }
    if let Some(path) = path.strip_prefix("/v26.0/") {
        return facebook(&world, path, &query);
    }
    wordpress(&world, path)
}

fn stands(world: &World, item: &str) -> bool {
    !world.gone.contains(item)
}

fn values<'a>(query: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    let pairs = query.iter().filter(|(key, _)| key == name);
    pairs.map(|(_, value)| value.as_str()).collect()
}

fn mastodon(world: &World, path: &str, query: &[(String, String)]) -> Response {
    let status = json!({"id": "4711", "created_at": "2025-07-15T03:00:00.000Z", "in_reply_to_id": null,
        "visibility": "public", "content": format!("<p>{}</p>", said("mastodon")),
        "account": {"acct": "nguyenvanbi"}});
    let is_asked = path.ends_with("/tag/tphcm") || values(query, "id[]").contains(&"4711");
    match path {
        "/api/v1/statuses/4711" if stands(world, "mastodon") => Json(status).into_response(),
        "/api/v1/statuses" | "/api/v1/timelines/tag/tphcm" => {
            let is_there =
                is_asked && stands(world, "mastodon") && values(query, "min_id").is_empty();
            Json(if is_there { vec![status] } else { Vec::new() }).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn youtube(world: &World, resource: &str, query: &[(String, String)]) -> Response {
    let snippet =
        json!({"publishedAt": "2025-07-15T03:00:00Z", "title": said("youtube"), "description": ""});
    let comment = json!({"id": "UgzC1", "snippet": {"textDisplay": said("comment"),
        "publishedAt": "2025-07-15T03:30:00Z", "likeCount": 1}});
    let ids = values(query, "id").join(",");
    let items = match resource {
        "search" => vec![json!({"id": {"videoId": "vidABC12345"}})],
        "videos" if stands(world, "youtube") => {
            vec![json!({"id": "vidABC12345", "snippet": snippet})]
        }
        "commentThreads" if stands(world, "comment") => vec![json!({"id": "UgzC1",
            "snippet": {"topLevelComment": comment, "totalReplyCount": 0}})],
        "comments" if stands(world, "comment") && ids.contains("UgzC1") => vec![comment],
        _ => Vec::new(),
    };
    Json(json!({"items": items})).into_response()
}

fn facebook(world: &World, path: &str, query: &[(String, String)]) -> Response {
    let missing = json!({"error": {"message": "Unsupported get request.", "type": "GraphMethodException",
        "code": 100, "error_subcode": 33}});
    let body = match path {
        "77/posts" => json!({"data": [{"id": "77_1", "message": "Mời bà con góp ý",
            "created_time": "2025-07-15T02:00:00+0000",
            "comments": {"data": [], "summary": {"total_count": 1}}}]}),
        "77_1/comments" if stands(world, "facebook") => json!({"data": [{"id": "1_9",
            "message": said("facebook"), "created_time": "2025-07-15T03:00:00+0000"}]}),
        "77_1/comments" => json!({"data": []}),
        "" => {
            let ids = values(query, "ids").join(",");
            if ids.contains("1_9") && !stands(world, "facebook") {
                return (StatusCode::BAD_REQUEST, Json(missing)).into_response();
            }
            let found = ids.split(',').map(|id| (id.to_owned(), json!({"id": id})));
            Value::Object(found.collect())
        }
        _ => return (StatusCode::BAD_REQUEST, Json(missing)).into_response(),
    };
    Json(body).into_response()
}

/// A newspaper as WordPress serves one: the feed still lists a deleted page for a while.
fn wordpress(world: &World, path: &str) -> Response {
    let article = |item: &str| {
        format!(
            "<html><head><title>{0}</title></head><body><article><h1>{0}</h1><p>{0}. Người dân cho biết \
            nước không rút suốt ba ngày qua và mong chính quyền phường sớm cho người tới khơi thông cống.</p>\
            </article></body></html>",
            said(item)
        )
    };
    match path {
        "/feed/" => {
            let items = [("press", "/2025/07/15/ngap-nang-ho-hoc-lam/"), ("stays", "/2025/07/15/dep-via-he/")];
            let items = items.map(|(item, path)| {
                let title = if item == "press" { said(item) } else { "Phường Phú Định dẹp vỉa hè".to_owned() };
                format!("<item><title>{title}</title><link>http://HOST{path}</link>\
                    <pubDate>Tue, 15 Jul 2025 03:00:00 +0000</pubDate><description>{title}</description></item>")
            });
            let feed = format!("<rss version=\"2.0\"><channel><title>Báo</title>{}</channel></rss>", items.concat());
            ([("content-type", "application/rss+xml")], feed.replace("HOST", &world.host)).into_response()
        }
        "/2025/07/15/ngap-nang-ho-hoc-lam/" if stands(world, "press") => Html(article("press")).into_response(),
        "/2025/07/15/dep-via-he/" => Html("<html><body><article><h1>Phường Phú Định dẹp vỉa hè</h1><p>Sáng nay \
            lực lượng phường ra quân dẹp vỉa hè trên nhiều tuyến đường, người đi bộ có lối đi trở lại.</p></article>\
            </body></html>").into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A pipeline over the world, and the folder of its data.
async fn open(world: Shared) -> (Arc<Pipeline>, TempDir) {
    // Each source at an address of its own, so that none waits for another's host in trouble.
    let mut hosts = Vec::new();
    for ip in ["127.0.0.41", "127.0.0.42", "127.0.0.43", "127.0.0.44"] {
        let listener = TcpListener::bind((ip, 0)).await.unwrap();
        hosts.push(listener.local_addr().unwrap().to_string());
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&world));
        tokio::spawn(async move { axum::serve(listener, router).await });
    }
    world.lock().unwrap().host.clone_from(&hosts[3]);
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "abc").unwrap();
    let mut config = Config::default();
    config.crawl.allowed_networks = vec!["127.0.0.0/8".to_owned()];
    config.crawl.delay_min = Span::from_secs(0);
    config.crawl.delay_factor = 0.0;
    let city = City::load(config, day_in_vietnam(at_noon())).unwrap();
    let city = city.with_sources(sources(&hosts, &secret.display().to_string()));
    let store = Store::open(&folder.path().join("data")).unwrap();
    let pipeline = Pipeline::open(Arc::new(city), store).unwrap();
    (Arc::new(pipeline), folder)
}

fn sources(hosts: &[String], secret: &str) -> Vec<Source> {
    let secret = SecretRef::File(secret.to_owned());
    let source = |at: usize, id: &str, channel, kind, path: &str| Source {
        id: SourceId::new(id),
        name: id.to_owned(),
        channel,
        follow_links: channel == Channel::Press,
        kind,
        url: format!("http://{}{path}", hosts[at]),
        outlet: id.to_owned(),
        poll_every: None,
        disabled: None,
        trust: 0.9,
    };
    let youtube = YouTube {
        queries: vec!["ngập".to_owned()],
        channels: Vec::new(),
        units_per_day: 10_000,
        key: secret.clone(),
    };
    let page = FacebookPage {
        page: "77".to_owned(),
        token: secret,
    };
    vec![
        source(
            0,
            "mastodon",
            Channel::Social,
            SourceKind::MastodonTag("tphcm".to_owned()),
            "",
        ),
        source(
            1,
            "youtube",
            Channel::Social,
            SourceKind::YouTube(youtube),
            "/youtube/v3",
        ),
        source(
            2,
            "facebook",
            Channel::Social,
            SourceKind::FacebookPage(page),
            "/v26.0",
        ),
        source(3, "press", Channel::Press, SourceKind::Feed, "/feed/"),
    ]
}

/// Visits every source and publishes the day.
async fn listen(pipeline: &Pipeline) {
    for source in &pipeline.city.sources {
        pipeline.visit(source, at_noon()).await.unwrap();
    }
    pipeline.index().unwrap();
    let day = day_in_vietnam(at_noon());
    let nothing = &crate::errata::Why::default();
    pipeline.publish_day(day, nothing, at_noon()).unwrap();
}

/// Three hours of second looks, every five minutes, as the schedule does.
async fn three_hours(pipeline: &Pipeline) -> BTreeMap<String, usize> {
    let mut n_gone = BTreeMap::new();
    for minutes in (5..=180).step_by(5) {
        let now = at_noon() + SignedDuration::from_mins(minutes);
        for source in &pipeline.city.sources {
            let looked = pipeline.look_again(source, now).await.unwrap();
            *n_gone.entry(source.id.to_string()).or_default() += looked.n_gone;
        }
    }
    pipeline.index().unwrap();
    n_gone
}

/// The ids of what was said, by item.
fn heard(pipeline: &Pipeline) -> HashMap<&'static str, MentionId> {
    let day = day_in_vietnam(at_noon());
    let mentions = pipeline.archive.mentions_of_days(day, day).unwrap();
    let of = |words: &str| {
        let found = mentions
            .iter()
            .find(|found| found.mention.full_text().contains(words));
        Some(found?.mention.id.clone())
    };
    WORDS
        .iter()
        .filter_map(|(item, words)| Some((*item, of(words)?)))
        .collect()
}

fn n_found(pipeline: &Pipeline, words: &str) -> u64 {
    let query = Query {
        words: format!("\"{words}\""),
        ..Query::default()
    };
    pipeline.search.search(&query).unwrap().total
}

/// Everything the capture store holds, as text.
fn captured(pipeline: &Pipeline) -> String {
    let sources = pipeline.city.sources.iter();
    let captures = sources.flat_map(|source| {
        pipeline
            .archive
            .captures_since(&source.id, Timestamp::MIN)
            .unwrap()
    });
    let bodies = captures.filter_map(|capture| pipeline.captures.get(&capture.hash).unwrap());
    bodies
        .map(|body| String::from_utf8(body).unwrap())
        .collect()
}

/// The pages that quote, and the JSON of the digest.
async fn shown(pipeline: &Arc<Pipeline>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap();
    let router = api::router(serve::state_of(pipeline).unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let day = day_in_vietnam(at_noon());
    let mut all = String::new();
    let mut paths = vec![
        format!("/ngay/{day}"),
        format!("/ngay/{day}?lang=en"),
        format!("/api/v1/digests?day={day}"),
        "/tin.atom".to_owned(),
    ];
    let digest = pipeline
        .archive
        .digest(&DigestScope::City, day, None)
        .unwrap()
        .unwrap();
    let concerns = digest.top.iter().map(|entry| &entry.concern);
    paths.extend(concerns.clone().map(|id| format!("/van-de/{id}")));
    paths.extend(concerns.map(|id| format!("/api/v1/concerns/{id}")));
    for path in paths {
        let url = url::Url::parse(&format!("http://{host}{path}")).unwrap();
        let answer = pipeline
            .fetcher
            .fetch(&Request::page(url).by_agreement())
            .await;
        all.push_str(&String::from_utf8(answer.unwrap().body).unwrap());
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_deleted_at_its_source_is_gone_within_three_hours() {
    let world = Shared::default();
    let (pipeline, _folder) = open(Arc::clone(&world)).await;
    listen(&pipeline).await;
    let before = heard(&pipeline);
    assert_eq!(before.len(), WORDS.len(), "{before:?}");
    let digest = pipeline
        .archive
        .digest(&DigestScope::City, day_in_vietnam(at_noon()), None);
    let digest = digest.unwrap().unwrap();
    assert!(!digest.top.is_empty(), "something must be quoted");
    let before_shown = shown(&pipeline).await;
    let n_shown = WORDS
        .iter()
        .filter(|(_, words)| before_shown.contains(words))
        .count();
    assert!(n_shown >= 3, "only {n_shown} are shown before");
    for (_, words) in WORDS {
        assert!(
            captured(&pipeline).contains(words),
            "{words} was never captured"
        );
        assert_eq!(n_found(&pipeline, words), 1, "{words}");
    }

    world.lock().unwrap().gone = WORDS.iter().map(|(item, _)| *item).collect();
    let n_gone = three_hours(&pipeline).await;
    let expected = [
        ("facebook", 1),
        ("mastodon", 1),
        ("press", 1),
        ("youtube", 2),
    ];
    assert_eq!(n_gone, expected.map(|(id, n)| (id.to_owned(), n)).into());
    let ids = before.values().cloned().collect::<Vec<_>>();
    let left = pipeline.archive.mentions(&ids).unwrap();
    let left = left.iter().map(|found| &found.mention).collect::<Vec<_>>();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(pipeline.archive.removed(&ids).unwrap().len(), WORDS.len());
    let after = shown(&pipeline).await;
    for (item, words) in WORDS {
        assert_eq!(n_found(&pipeline, words), 0, "{item} is still found");
        assert!(
            !captured(&pipeline).contains(words),
            "{item} is still captured"
        );
        assert!(!after.contains(words), "{item} is still shown");
    }
    assert!(after.contains("gỡ tại nguồn"));
    let read = pipeline
        .archive
        .digest(&DigestScope::City, digest.day, None)
        .unwrap()
        .unwrap();
    assert_eq!(read.top[0].title, WITHDRAWN);
    assert_eq!(
        read.top.len(),
        digest.top.len(),
        "the digest stands, without their words"
    );
    assert_eq!(n_found(&pipeline, "dẹp vỉa hè"), 1, "what stands stays");

    // What the feed still lists does not come back.
    for source in &pipeline.city.sources {
        let later = at_noon() + SignedDuration::from_hours(4);
        pipeline.visit(source, later).await.unwrap();
    }
    assert!(pipeline.archive.mentions(&ids).unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_source_that_is_down_takes_nothing_down() {
    let world = Shared::default();
    let (pipeline, _folder) = open(Arc::clone(&world)).await;
    listen(&pipeline).await;
    world.lock().unwrap().is_down = true;
    // A host in trouble is left alone for a while of real time, so it is asked once only.
    let now = at_noon() + SignedDuration::from_hours(3);
    for source in &pipeline.city.sources {
        let looked = pipeline.look_again(source, now).await.unwrap();
        assert_eq!((looked.n_gone, looked.n_standing), (0, 0), "{}", source.id);
        assert!(looked.n_unknown > 0, "{}", source.id);
    }
    pipeline.index().unwrap();
    assert_eq!(heard(&pipeline).len(), WORDS.len());
    for (_, words) in WORDS {
        assert_eq!(n_found(&pipeline, words), 1);
    }
}

#[test]
fn a_mark_ends_where_a_part_of_the_address_ends() {
    assert!(address_has("https://f.example/t/12.json", "/t/12"));
    assert!(address_has(
        "https://f.example/t/12/posts.json?x=1",
        "/t/12"
    ));
    assert!(!address_has("https://f.example/t/123.json", "/t/12"));
    assert!(address_has("https://f.example/t/12", "/t/12"));
}
