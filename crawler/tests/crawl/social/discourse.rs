//! Discourse forums through their JSON.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex};

use axum::extract::{OriginalUri, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use crawler::fetch::Fetcher;
use jiff::{SignedDuration, Timestamp};
use models::domain::{HealthStatus, SourceKind};
use serde_json::{Value, json};

use super::{assert_nowhere, assert_sent, look, saying};
use crate::support::{Pipeline, Site, fetcher, now, quick, source};

/// What the forum says of its members.
const PLANTED: [&str; 6] = [
    "nguyenvanbi",
    "Nguyễn Văn Bí",
    "user_avatar",
    "tranthibup",
    "990011",
    "Hẻm tôi khô ráo",
];

#[derive(Default)]
struct Forum {
    /// Posts of each topic: number, age in minutes, the post replied to.
    topics: BTreeMap<u64, Vec<(u64, i64, Option<u64>)>>,
    gone: HashSet<(u64, u64)>,
    withdrawn: HashSet<(u64, u64)>,
    topics_gone: HashSet<u64>,
    busy: bool,
    sent: String,
}

type Shared = Arc<Mutex<Forum>>;

async fn serve(forum: Shared) -> Site {
    Site::start(Router::new().fallback(answer).with_state(forum)).await
}

async fn answer(State(forum): State<Shared>, OriginalUri(uri): OriginalUri) -> Response {
    let mut forum = forum.lock().unwrap();
    if uri.path() == "/robots.txt" {
        return StatusCode::NOT_FOUND.into_response();
    }
    if forum.busy {
        let body = json!({"errors": ["You’ve performed this action too many times."],
            "error_type": "rate_limit", "extras": {"wait_seconds": 40, "time_left": "40 seconds"}});
        return (
            StatusCode::TOO_MANY_REQUESTS,
            [("retry-after", "40")],
            Json(body),
        )
            .into_response();
    }
    let query = uri.query().unwrap_or_default();
    let pairs = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect::<Vec<_>>();
    let path = uri.path().trim_matches('/').split('/').collect::<Vec<_>>();
    let body = match path.as_slice() {
        ["c", "do-thi", "5", "l", "latest.json"] => Some(latest(&forum, &pairs)),
        ["t", file] => topic(&forum, file.strip_suffix(".json").unwrap().parse().unwrap()),
        ["t", id, "posts.json"] => Some(more(&forum, id.parse().unwrap(), &pairs)),
        ["posts", "by_number", topic, file] => {
            let number = file.strip_suffix(".json").unwrap().parse().unwrap();
            by_number(&forum, topic.parse().unwrap(), number)
        }
        _ => None,
    };
    if let Some(body) = body {
        forum.sent.push_str(&body.to_string());
        return Json(body).into_response();
    }
    let body = json!({"errors": ["The requested URL or resource could not be found."],
        "error_type": "not_found"});
    (StatusCode::NOT_FOUND, Json(body)).into_response()
}

/// Thirty topics a page, those written in last first, a pinned one on top.
fn latest(forum: &Forum, pairs: &[(String, String)]) -> Value {
    let page = pairs
        .iter()
        .find(|(name, _)| name == "page")
        .unwrap()
        .1
        .parse::<usize>()
        .unwrap();
    let mut topics = forum
        .topics
        .iter()
        .filter(|(id, _)| !forum.topics_gone.contains(id))
        .collect::<Vec<_>>();
    let youngest =
        |posts: &[(u64, i64, Option<u64>)]| posts.iter().map(|(_, age, _)| *age).min().unwrap();
    topics.sort_by_key(|(_, posts)| youngest(posts));
    let total = topics.len();
    let lines = topics.into_iter().skip(page * 30).take(30).map(|(id, posts)| {
        json!({"id": id, "title": format!("Chủ đề {id}"), "fancy_title": "x", "slug": "chu-de",
            "posts_count": posts.len(), "highest_post_number": posts.len(), "bumped": true,
            "created_at": at(5000), "bumped_at": at(youngest(posts)), "last_posted_at": at(youngest(posts)),
            "pinned": false, "visible": true, "last_poster_username": "nguyenvanbi",
            "posters": [{"extras": "latest", "description": "Original Poster", "user_id": 990_011}]})
    });
    let mut list =
        json!({"can_create_topic": false, "per_page": 30, "topics": lines.collect::<Vec<_>>()});
    if (page + 1) * 30 < total {
        list["more_topics_url"] = json!(format!("/c/do-thi/5/l/latest?page={}", page + 1));
    }
    json!({"users": [{"id": 990_011, "username": "nguyenvanbi", "name": "Nguyễn Văn Bí",
        "avatar_template": "/user_avatar/f.example/nguyenvanbi/{size}/1.png"}], "topic_list": list})
}

/// Ids of posts are not their numbers.
fn id_of(topic: u64, number: u64) -> u64 {
    topic * 1000 + number
}

fn standing(forum: &Forum, topic: u64) -> Vec<(u64, i64, Option<u64>)> {
    let posts = forum.topics.get(&topic).into_iter().flatten();
    posts
        .filter(|(number, ..)| !forum.gone.contains(&(topic, *number)))
        .copied()
        .collect()
}

/// A topic with its first twenty posts and the ids of all.
fn topic(forum: &Forum, id: u64) -> Option<Value> {
    if forum.topics_gone.contains(&id) {
        return None;
    }
    forum.topics.get(&id)?;
    let posts = standing(forum, id);
    let first = posts
        .iter()
        .take(20)
        .map(|post_of| post(forum, id, *post_of));
    let stream = posts.iter().map(|(number, ..)| id_of(id, *number));
    Some(
        json!({"id": id, "title": format!("Chủ đề {id}: đèn đường"), "posts_count": posts.len(),
        "post_stream": {"posts": first.collect::<Vec<_>>(), "stream": stream.collect::<Vec<_>>()},
        "details": {"created_by": {"id": 990_011, "username": "nguyenvanbi", "name": "Nguyễn Văn Bí"}}}),
    )
}

fn more(forum: &Forum, topic: u64, pairs: &[(String, String)]) -> Value {
    let wanted = pairs.iter().filter(|(name, _)| name == "post_ids[]");
    let wanted = wanted
        .map(|(_, id)| id.parse::<u64>().unwrap())
        .collect::<Vec<_>>();
    assert!(wanted.len() <= 20);
    let posts = standing(forum, topic).into_iter();
    let posts = posts.filter(|(number, ..)| wanted.contains(&id_of(topic, *number)));
    let posts = posts.map(|post_of| post(forum, topic, post_of));
    json!({"post_stream": {"posts": posts.collect::<Vec<_>>()}, "id": topic})
}

fn by_number(forum: &Forum, topic: u64, number: u64) -> Option<Value> {
    let found = standing(forum, topic)
        .into_iter()
        .find(|(n, ..)| *n == number)?;
    Some(post(forum, topic, found))
}

fn post(forum: &Forum, topic: u64, (number, age, answers): (u64, i64, Option<u64>)) -> Value {
    let is_withdrawn = forum.withdrawn.contains(&(topic, number));
    let cooked = if is_withdrawn {
        "<p>(post deleted by author)</p>".to_owned()
    } else if number == 3 {
        // A quote names the post it answers where the reply itself does not.
        format!(
            r#"<aside class="quote no-group" data-username="tranthibup" data-post="2" data-topic="{topic}">
            <div class="title"><img alt="" src="/user_avatar/f.example/tranthibup/48/2.png" class="avatar"> tranthibup:</div>
            <blockquote><p>Hẻm tôi khô ráo</p></blockquote></aside><p>bài {topic}.{number} không đồng ý</p>"#
        )
    } else {
        format!(
            r#"<p><a class="mention" href="/u/tranthibup">@tranthibup</a> bài {topic}.{number}: đèn tắt</p>"#
        )
    };
    json!({"id": id_of(topic, number), "name": "Nguyễn Văn Bí", "username": "nguyenvanbi",
        "avatar_template": "/user_avatar/f.example/nguyenvanbi/{size}/1.png", "user_id": 990_011,
        "display_username": "Nguyễn Văn Bí", "topic_id": topic, "post_number": number, "post_type": 1,
        "created_at": at(age), "updated_at": at(age), "cooked": cooked, "reply_count": 1,
        "reply_to_post_number": answers, "quote_count": 0, "hidden": false,
        "user_deleted": is_withdrawn, "deleted_at": null,
        "reply_to_user": {"username": "tranthibup"},
        "actions_summary": [{"id": 2, "count": 4}]})
}

fn at(age_minutes: i64) -> String {
    let moment: Timestamp = now() - SignedDuration::from_mins(age_minutes);
    moment.to_string()
}

/// A forum of so many topics, each with so many posts.
fn forum(n_topics: u64, n_posts: u64) -> Forum {
    let topics = (1..=n_topics).map(|topic| {
        let age = |number: u64| 1226 - i64::try_from(topic * 30 + number).unwrap();
        let posts = (1..=n_posts).map(|number| (number, age(number), (number == 4).then_some(2)));
        (topic, posts.collect())
    });
    Forum {
        topics: topics.collect(),
        ..Forum::default()
    }
}

#[tokio::test]
async fn topics_and_their_posts_with_who_answers_whom() {
    let forum = Arc::new(Mutex::new(forum(40, 25)));
    let site = serve(Arc::clone(&forum)).await;
    let source = source(SourceKind::Discourse, &site.url("/c/do-thi/5"));
    let mut pipeline = Pipeline::new(fetcher());
    let first = pipeline.visit(&source).await;
    assert_eq!(
        first.health.status,
        HealthStatus::Fresh,
        "{:?}",
        first.health
    );
    assert_eq!(first.mentions.len(), 40 * 25);
    let opening = saying(&first, "bài 7.1:");
    assert_eq!(opening.title.as_deref(), Some("Chủ đề 7: đèn đường"));
    assert_eq!(opening.parent, None);
    assert_eq!(opening.engagement.unwrap().likes, 4);
    let (second, quoting, replying) = (
        saying(&first, "bài 7.2:"),
        saying(&first, "bài 7.3 không đồng ý"),
        saying(&first, "bài 7.4:"),
    );
    assert_eq!(second.parent.as_ref(), Some(&opening.id));
    assert_eq!(quoting.parent.as_ref(), Some(&second.id), "by its quote");
    assert_eq!(replying.parent.as_ref(), Some(&second.id), "by its reply");
    assert_eq!(
        quoting.text, "bài 7.3 không đồng ý",
        "what it quotes is not its own"
    );
    assert_eq!(quoting.url.as_deref(), Some(site.url("/t/7/3").as_str()));
    assert_sent(&forum.lock().unwrap().sent, &PLANTED);
    assert_nowhere(&first, &PLANTED);

    let n_asked = site.paths().len();
    let second = pipeline.visit(&source).await;
    assert_eq!(
        (second.mentions.len(), site.paths().len() - n_asked),
        (0, 1)
    );
    forum
        .lock()
        .unwrap()
        .topics
        .get_mut(&9)
        .unwrap()
        .push((26, 1, None));
    let third = pipeline.visit(&source).await;
    assert_eq!(third.health.n_new, 1, "{:?}", third.health);
    assert!(saying(&third, "bài 9.26:").parent.is_some());
}

#[tokio::test]
async fn goes_on_where_a_visit_had_to_stop() {
    let site = serve(Arc::new(Mutex::new(forum(10, 70)))).await;
    let source = source(SourceKind::Discourse, &site.url("/c/do-thi/5"));
    let mut policy = quick();
    policy.visit.pages_max = 12;
    let mut pipeline = Pipeline::new(Fetcher::new(policy).unwrap());
    let mut n_read = 0;
    for _ in 0..8 {
        n_read += pipeline.visit(&source).await.health.n_new;
    }
    assert_eq!(n_read, 700, "nothing lost, nothing twice");
}

#[tokio::test]
async fn a_busy_forum_says_for_how_long() {
    let mut forum = forum(1, 1);
    forum.busy = true;
    let site = serve(Arc::new(Mutex::new(forum))).await;
    let source = source(SourceKind::Discourse, &site.url("/c/do-thi/5"));
    let collected = Pipeline::new(fetcher()).visit(&source).await;
    assert_eq!(
        collected.health.status,
        HealthStatus::OverQuota,
        "{:?}",
        collected.health
    );
}

#[tokio::test]
async fn a_page_instead_of_a_forum() {
    let router = Router::new().fallback(|| async { "<html>" });
    let site = Site::start(router).await;
    let source = source(SourceKind::Discourse, &site.url("/c/do-thi/5"));
    let collected = Pipeline::new(fetcher()).visit(&source).await;
    assert_eq!(
        collected.health.status,
        HealthStatus::NotAFeed,
        "{:?}",
        collected.health
    );
}

#[tokio::test]
async fn deleted_posts_and_topics_are_found_gone() {
    let forum = Arc::new(Mutex::new(forum(4, 25)));
    let site = serve(Arc::clone(&forum)).await;
    let source = source(SourceKind::Discourse, &site.url("/c/do-thi/5"));
    let mut pipeline = Pipeline::new(fetcher());
    let first = pipeline.visit(&source).await;
    let mentions = first.mentions.iter().collect::<Vec<_>>();
    {
        let mut forum = forum.lock().unwrap();
        forum.gone = [(1, 5), (1, 24)].into();
        forum.withdrawn = [(2, 6), (2, 23)].into();
        forum.topics_gone = [3].into();
    }
    let found = look(&source, &first.state, &pipeline.fetcher, &mentions, now()).await;
    let of = |words: &str| saying(&first, words).id.clone();
    let mut expected = ["bài 1.5:", "bài 1.24:", "bài 2.6:", "bài 2.23:"]
        .map(of)
        .to_vec();
    let of_topic = first
        .mentions
        .iter()
        .filter(|mention| mention.text.starts_with("bài 3."));
    expected.extend(of_topic.map(|mention| mention.id.clone()));
    assert_eq!(
        found.gone.iter().collect::<HashSet<_>>(),
        expected.iter().collect()
    );
    assert_eq!((found.standing.len(), found.n_unknown), (100 - 29, 0));
    forum.lock().unwrap().busy = true;
    let found = look(&source, &first.state, &pipeline.fetcher, &mentions, now()).await;
    assert_eq!((found.gone.len(), found.n_unknown), (0, 100));
}
