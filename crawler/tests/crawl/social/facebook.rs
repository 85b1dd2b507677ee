//! Graph API of a page that the city administers, with its cursors, its usage headers and its error
//! codes.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex};

use axum::extract::{OriginalUri, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use crawler::fetch::Fetcher;
use jiff::{SignedDuration, Timestamp};
use models::domain::{FacebookPage, HealthStatus, Source, SourceKind};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{assert_not_in_addresses, assert_nowhere, assert_sent, look, saying, secret};
use crate::support::{Pipeline, Site, fetcher, now, quick, source};

const TOKEN: &str = "EAATestPageToken9876543210";
const PAGE: &str = "100200300";

/// What the interface would say of those who speak, asked or not.
const PLANTED: [&str; 6] = [
    "Nguyễn Văn Bí",
    "777000111",
    "scontent.example",
    "Trần Thị Bưởi",
    "888000222",
    "EAATestPageToken",
];

#[derive(Default)]
struct Graph {
    /// Posts newest first: id, age in hours.
    posts: Vec<(String, i64)>,
    /// Comments of each post, newest first: id, age in hours, the comment replied to.
    comments: BTreeMap<String, Vec<(String, i64, Option<String>)>>,
    gone: HashSet<String>,
    /// Error code and subcode that everything is answered with.
    trouble: Option<(i64, i64)>,
    usage: Option<(&'static str, String)>,
    sent: String,
}

type Shared = Arc<Mutex<Graph>>;
type Parameters = HashMap<String, String>;

async fn serve(graph: Shared) -> Site {
    Site::start(Router::new().fallback(answer).with_state(graph)).await
}

async fn answer(
    State(graph): State<Shared>,
    OriginalUri(uri): OriginalUri,
    Query(query): Query<Parameters>,
    headers: HeaderMap,
) -> Response {
    let mut graph = graph.lock().unwrap();
    let may_come_in = headers
        .get("authorization")
        .is_some_and(|it| *it == format!("Bearer {TOKEN}"));
    let asked = uri
        .path()
        .strip_prefix("/v26.0/")
        .expect("a version in the address");
    let body = match graph.trouble {
        _ if !may_come_in => Err((190, 467)),
        Some(trouble) => Err(trouble),
        None => {
            let path = asked.split('/').collect::<Vec<_>>();
            match path.as_slice() {
                [""] => by_ids(&graph, &query),
                [PAGE, "posts"] => Ok(posts(&graph, &query)),
                [post, "comments"] => comments(&graph, post, &query),
                _ => Err((100, 33)),
            }
        }
    };
    let usage = graph.usage.clone();
    let mut response = match body {
        Ok(body) => {
            graph.sent.push_str(&body.to_string());
            Json(body).into_response()
        }
        Err((code, subcode)) => refusal(code, subcode),
    };
    if let Some((name, value)) = usage {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}

/// An error as the interface gives it: 400 for nearly everything.
fn refusal(code: i64, subcode: i64) -> Response {
    let body = json!({"error": {"message": "Error validating access token: Session has expired.",
        "type": "OAuthException", "code": code, "error_subcode": subcode, "fbtrace_id": "AbCdEf"}});
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

/// A stretch of a list with cursors; `next` carries the token, as it really does.
fn page(items: Vec<Value>, query: &Parameters) -> Value {
    let limit = query
        .get("limit")
        .map_or(25, |n| n.parse::<usize>().unwrap());
    assert!(limit <= 100);
    let from = query.get("after").map_or(0, |after| {
        after
            .strip_prefix("QVFI")
            .unwrap()
            .parse::<usize>()
            .unwrap()
    });
    let total = items.len();
    let data = items.into_iter().skip(from).take(limit).collect::<Vec<_>>();
    let end = from + data.len();
    let mut paging =
        json!({"cursors": {"before": format!("QVFI{from}"), "after": format!("QVFI{end}")}});
    if end < total {
        paging["next"] = json!(format!(
            "https://graph.facebook.com/v26.0/x?access_token={TOKEN}&after=QVFI{end}"
        ));
    }
    json!({"data": data, "paging": paging})
}

fn posts(graph: &Graph, query: &Parameters) -> Value {
    let fields = &query["fields"];
    assert!(!fields.contains("from"), "{fields}");
    let standing = graph
        .posts
        .iter()
        .filter(|(id, _)| !graph.gone.contains(id));
    let item = |(id, age): &(String, i64)| {
        let below = graph.comments.get(id).map_or(0, Vec::len);
        json!({"id": id, "message": format!("Thông báo {id} của thành phố"), "created_time": at(*age),
            "from": {"name": "Nguyễn Văn Bí", "id": "777000111"},
            "comments": {"data": [], "summary": {"order": "ranked", "total_count": below, "can_comment": true}},
            "reactions": {"data": [], "summary": {"total_count": 41, "viewer_reaction": "NONE"}},
            "shares": {"count": 6}, "full_picture": "https://scontent.example/p.jpg"})
    };
    page(standing.map(item).collect(), query)
}

fn comments(graph: &Graph, post: &str, query: &Parameters) -> Result<Value, (i64, i64)> {
    assert_eq!(query["filter"], "stream", "replies too");
    assert!(!query["fields"].contains("from"));
    let below = graph
        .comments
        .get(post)
        .filter(|_| !graph.gone.contains(post));
    let below = below.ok_or((100, 33))?;
    let standing = below.iter().filter(|(id, ..)| !graph.gone.contains(id));
    let item = |(id, age, parent): &(String, i64, Option<String>)| {
        let mut item = json!({"id": id, "message": format!("Trần Thị Bưởi ơi, ý kiến {id}"),
            "message_tags": [{"id": "888000222", "name": "Trần Thị Bưởi", "type": "user", "offset": 0, "length": 13}],
            "created_time": at(*age), "like_count": 2, "comment_count": 1,
            "from": {"name": "Nguyễn Văn Bí", "id": "777000111",
                     "picture": {"data": {"url": "https://scontent.example/a.jpg"}}}});
        if let Some(parent) = parent {
            item["parent"] = json!({"id": parent, "created_time": at(*age),
                "from": {"name": "Nguyễn Văn Bí", "id": "777000111"}, "message": "Trần Thị Bưởi"});
        }
        item
    };
    Ok(page(standing.map(item).collect(), query))
}

/// Several objects at once: one that is missing fails them all.
fn by_ids(graph: &Graph, query: &Parameters) -> Result<Value, (i64, i64)> {
    let ids = query["ids"].split(',').collect::<Vec<_>>();
    assert!(ids.len() <= 50);
    let is_known = |id: &str| {
        let is_post = graph.posts.iter().any(|(post, _)| post == id);
        let is_comment = graph
            .comments
            .values()
            .flatten()
            .any(|(comment, ..)| comment == id);
        (is_post || is_comment) && !graph.gone.contains(id)
    };
    if ids.iter().any(|id| !is_known(id)) {
        return Err((100, 33));
    }
    let found = ids.iter().map(|id| ((*id).to_owned(), json!({"id": id})));
    Ok(Value::Object(found.collect()))
}

/// Times as the interface writes them, without a colon in the zone.
fn at(age_hours: i64) -> String {
    let moment: Timestamp = now() - SignedDuration::from_hours(age_hours);
    moment.to_string().replace('Z', "+0000")
}

fn post_id(n: usize) -> String {
    format!("{PAGE}_{n}")
}

/// A page with so many posts, each an hour older, and comments below the newest.
fn graph(n_posts: usize, n_comments: usize) -> Graph {
    let posts = (0..n_posts).map(|n| (post_id(n), n as i64 + 1)).collect();
    let below = (0..n_comments).map(|n| {
        let parent = (n % 10 == 1).then(|| format!("0_{}", n + 1));
        (format!("0_{n}"), 0, parent)
    });
    Graph {
        posts,
        comments: BTreeMap::from([(post_id(0), below.collect())]),
        ..Graph::default()
    }
}

fn page_source(site: &Site, token: &str) -> (Source, TempDir) {
    let (token, folder) = secret(token);
    let page = FacebookPage {
        page: PAGE.to_owned(),
        token,
    };
    let source = source(SourceKind::FacebookPage(page), &site.url("/v26.0"));
    (source, folder)
}

#[tokio::test]
async fn posts_of_the_city_and_what_citizens_comment() {
    let graph = Arc::new(Mutex::new(graph(120, 130)));
    let site = serve(Arc::clone(&graph)).await;
    let (source, _folder) = page_source(&site, TOKEN);
    let mut pipeline = Pipeline::new(fetcher());
    let first = pipeline.visit(&source).await;
    assert_eq!(
        first.health.status,
        HealthStatus::Fresh,
        "{:?}",
        first.health
    );
    assert_eq!(first.mentions.len(), 120 + 130);
    let post = saying(&first, &format!("Thông báo {}", post_id(0)));
    assert!(source.speaks_for_the_city(post));
    let engagement = post.engagement.unwrap();
    assert_eq!(
        (engagement.likes, engagement.comments, engagement.shares),
        (41, 130, 6)
    );
    let comment = saying(&first, "ơi, ý kiến 0_2");
    assert!(!source.speaks_for_the_city(comment));
    assert_eq!(comment.parent.as_ref(), Some(&post.id));
    let reply = first
        .mentions
        .iter()
        .find(|mention| mention.text.ends_with("0_1"))
        .unwrap();
    assert_eq!(reply.parent.as_ref(), Some(&comment.id));
    assert_sent(&graph.lock().unwrap().sent, &PLANTED);
    assert_nowhere(&first, &PLANTED);
    assert_not_in_addresses(&site, TOKEN);

    // Nothing new: the first page of posts says so.
    let n_asked = site.paths().len();
    pipeline.now = now() + SignedDuration::from_hours(1);
    let second = pipeline.visit(&source).await;
    assert_eq!((second.health.n_new, site.paths().len() - n_asked), (0, 1));

    // One more comment: one page of comments.
    let new = ("0_new".to_owned(), 0, None);
    graph
        .lock()
        .unwrap()
        .comments
        .get_mut(&post_id(0))
        .unwrap()
        .insert(0, new);
    let third = pipeline.visit(&source).await;
    assert_eq!(third.health.n_new, 1, "{:?}", third.health);
}

#[tokio::test]
async fn a_long_talk_is_read_over_several_visits() {
    let site = serve(Arc::new(Mutex::new(graph(3, 450)))).await;
    let (source, _folder) = page_source(&site, TOKEN);
    let mut policy = quick();
    policy.visit.pages_max = 3;
    let mut pipeline = Pipeline::new(Fetcher::new(policy).unwrap());
    let mut n_read = 0;
    for _ in 0..4 {
        n_read += pipeline.visit(&source).await.health.n_new;
    }
    assert_eq!(n_read, 453, "nothing lost, nothing twice");
}

#[tokio::test]
async fn refusals_say_what_to_do() {
    let check = async |code: i64, subcode: i64| {
        let mut graph = graph(2, 2);
        graph.trouble = Some((code, subcode));
        let site = serve(Arc::new(Mutex::new(graph))).await;
        let (source, _folder) = page_source(&site, TOKEN);
        let collected = Pipeline::new(fetcher()).visit(&source).await;
        assert_nowhere(&collected, &PLANTED);
        (collected.health.status, collected.health.detail)
    };
    let (status, detail) = check(190, 463).await;
    assert_eq!(status, HealthStatus::Unreachable);
    assert!(detail.contains("token has expired"), "{detail}");
    assert!(check(190, 460).await.1.contains("make a new one"));
    assert!(check(10, 0).await.1.contains("pages_read_engagement"));
    assert!(check(200, 0).await.1.contains("permission"));
    assert!(check(100, 33).await.1.contains("no such page"));
    for code in [4, 17, 32, 613] {
        let (status, detail) = check(code, 0).await;
        assert_eq!(status, HealthStatus::OverQuota, "{detail}");
        assert!(detail.contains("2026-11-18T05:30:00Z"), "{detail}");
    }
    let site = serve(Arc::new(Mutex::new(graph(2, 2)))).await;
    let (source, _folder) = page_source(&site, "EAAWrong");
    let collected = Pipeline::new(fetcher()).visit(&source).await;
    assert!(
        collected.health.detail.contains("does not accept"),
        "{:?}",
        collected.health
    );
}

#[tokio::test]
async fn it_stops_before_the_app_is_shut_out_and_waits_as_long_as_asked() {
    let graph = Arc::new(Mutex::new(graph(120, 5)));
    let usage = json!({"call_count": 95, "total_time": 20, "total_cputime": 10}).to_string();
    graph.lock().unwrap().usage = Some(("x-app-usage", usage));
    let site = serve(Arc::clone(&graph)).await;
    let (source, _folder) = page_source(&site, TOKEN);
    let mut pipeline = Pipeline::new(fetcher());
    let first = pipeline.visit(&source).await;
    assert_eq!(
        first.health.status,
        HealthStatus::OverQuota,
        "{:?}",
        first.health
    );
    assert_eq!(
        (first.mentions.len(), site.paths().len()),
        (100, 1),
        "the page at hand is kept"
    );
    pipeline.now = now() + SignedDuration::from_mins(10);
    pipeline.visit(&source).await;
    assert_eq!(site.paths().len(), 1, "nothing is asked meanwhile");

    let business = json!({PAGE: [{"type": "pages", "call_count": 100, "total_cputime": 1,
        "total_time": 1, "estimated_time_to_regain_access": 90}]});
    graph.lock().unwrap().usage = Some(("x-business-use-case-usage", business.to_string()));
    pipeline.now = now() + SignedDuration::from_mins(31);
    let second = pipeline.visit(&source).await;
    assert!(
        second.health.detail.contains("2026-11-18T07:01:00Z"),
        "{:?}",
        second.health
    );
    graph.lock().unwrap().usage = None;
    pipeline.now = now() + SignedDuration::from_mins(122);
    let third = pipeline.visit(&source).await;
    assert_eq!(
        third.health.status,
        HealthStatus::Fresh,
        "{:?}",
        third.health
    );
    let n_read = first.health.n_new + second.health.n_new + third.health.n_new;
    assert_eq!(n_read, 125, "nothing was lost by stopping");
}

#[tokio::test]
async fn what_is_deleted_is_found_gone_only_while_the_page_can_be_read() {
    let graph = Arc::new(Mutex::new(graph(60, 70)));
    let site = serve(Arc::clone(&graph)).await;
    let (source, _folder) = page_source(&site, TOKEN);
    let mut pipeline = Pipeline::new(fetcher());
    let first = pipeline.visit(&source).await;
    let mentions = first.mentions.iter().collect::<Vec<_>>();
    let of = |end: &str| {
        let found = first
            .mentions
            .iter()
            .find(|mention| mention.text.ends_with(end));
        found.unwrap().id.clone()
    };
    let expected = HashSet::from([
        of("100200300_9 của thành phố"),
        of("kiến 0_13"),
        of("kiến 0_60"),
    ]);
    graph.lock().unwrap().gone = ["100200300_9", "0_13", "0_60"].map(str::to_owned).into();
    let found = look(&source, &first.state, &pipeline.fetcher, &mentions, now()).await;
    assert_eq!(found.gone.iter().cloned().collect::<HashSet<_>>(), expected);
    assert_eq!((found.standing.len(), found.n_unknown), (127, 0));
    assert_not_in_addresses(&site, TOKEN);

    // A token without its permission is told the same of every object: nothing is believed then.
    graph.lock().unwrap().trouble = Some((100, 33));
    let found = look(&source, &first.state, &pipeline.fetcher, &mentions, now()).await;
    assert_eq!((found.gone.len(), found.n_unknown), (0, 130));
    graph.lock().unwrap().trouble = Some((4, 0));
    let found = look(&source, &first.state, &pipeline.fetcher, &mentions, now()).await;
    assert_eq!((found.gone.len(), found.n_unknown), (0, 130));
}
