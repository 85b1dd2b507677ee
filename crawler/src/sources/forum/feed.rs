//! Feeds of forums and other places where citizens write. Pages behind the entries are not read:
//! they are full of names.

use jiff::Timestamp;
use models::domain::{HealthStatus, Mention};
use serde_json::json;
use url::Url;

use super::words::own_words;
use crate::collect::{Outcome, Visit};
use crate::extract::{FeedEntry, FeedKind, feed, html_to_text};
use crate::fetch::politeness::PollCues;
use crate::fetch::{Answer, Request, canonical, identity, without_query};
use crate::sources::feed::unchanged;
use crate::sources::handle::without_handles;
use crate::sources::{mention_id, rhythm, tidied};

/// More entries of one feed are not read.
const ENTRIES_MAX: usize = 1000;

pub(crate) async fn visit(visit: &mut Visit<'_>, url: Url) -> Outcome {
    let (etag, last_modified) = (visit.state.etag.clone(), visit.state.last_modified.clone());
    let request = Request::feed(url).unless_unchanged(etag, last_modified);
    match visit.fetcher.fetch(&request).await {
        Err(error) => Outcome::failed(&error),
        Ok(answer) if answer.is_unchanged() => unchanged(visit, &answer),
        Ok(answer) => changed(visit, answer),
    }
}

/// What is kept of an entry.
struct Post {
    url: Url,
    title: Option<String>,
    html: String,
    published_at: Option<Timestamp>,
}

fn changed(visit: &mut Visit<'_>, answer: Answer) -> Outcome {
    let reading = feed::parse(&answer.body, answer.content_type(), &answer.url);
    for complaint in &reading.complaints {
        visit.complain(&without_query(&answer.url), complaint);
    }
    if !reading.kind.is_feed() {
        return not_a_feed(reading.kind);
    }
    let header = |name| answer.header(name).map(str::to_owned);
    (visit.state.etag, visit.state.last_modified) = (header("etag"), header("last-modified"));
    let posts = reading.entries.iter().take(ENTRIES_MAX);
    let posts = posts
        .filter_map(|entry| post_of(visit, entry))
        .collect::<Vec<_>>();
    let max_age = answer.max_age();
    let n_entries = reading.entries.len();
    keep_evidence(visit, answer, &posts);
    let times = posts.iter().filter_map(|post| post.published_at);
    let times = times.collect::<Vec<_>>();
    let rhythm = rhythm::note(&mut visit.state, &times, visit.now);
    for post in posts {
        take(visit, post);
    }
    let (status, detail) = if n_entries == 0 {
        (HealthStatus::Empty, "a feed without entries".to_owned())
    } else {
        rhythm.judge(&visit.state, visit.now)
    };
    let detail = format!("{n_entries} entries, {} new, {detail}", visit.n_new);
    Outcome {
        newest_entry_at: rhythm.newest,
        cues: PollCues {
            ttl: reading.ttl,
            max_age,
            ..PollCues::default()
        },
        ..Outcome::well(status, detail)
    }
}

fn not_a_feed(kind: FeedKind) -> Outcome {
    match kind {
        FeedKind::Challenge => Outcome::wrong(
            HealthStatus::Blocked,
            "a challenge stands where the feed should be".to_owned(),
        ),
        FeedKind::Empty => Outcome::wrong(HealthStatus::Empty, "an empty answer".to_owned()),
        _ => Outcome::wrong(
            HealthStatus::NotAFeed,
            "no feed; forums of XenForo give theirs at …/index.rss, Discourse at …/latest.rss"
                .to_owned(),
        ),
    }
}

fn post_of(visit: &Visit<'_>, entry: &FeedEntry) -> Option<Post> {
    let url = Url::parse(entry.url.as_deref()?).ok()?;
    let html = entry.markup.as_deref().or(entry.content.as_deref());
    Some(Post {
        url: canonical(&url),
        title: tidied(entry.title.as_deref().map(without_handles).as_deref()),
        html: own_words(html.unwrap_or_default()),
        published_at: visit.believable(entry.published_at.or(entry.updated_at)),
    })
}

/// The evidence is a JSON Feed of what was read: the feed itself names every author.
fn keep_evidence(visit: &mut Visit<'_>, mut answer: Answer, posts: &[Post]) {
    let items = posts.iter().map(|post| {
        json!({
            "id": post.url.as_str(),
            "url": post.url.as_str(),
            "title": post.title,
            "content_html": post.html,
            "date_published": post.published_at.map(|at| at.to_string()),
        })
    });
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": visit.source.name,
        "items": items.collect::<Vec<_>>(),
    });
    answer.body = feed.to_string().into_bytes();
    visit.capture_as(answer, "application/feed+json");
}

fn take(visit: &mut Visit<'_>, post: Post) {
    let address = post.url.to_string();
    let text = tidied(Some(&html_to_text(&post.html))).or_else(|| post.title.clone());
    let is_too_old = post
        .published_at
        .is_some_and(|at| at < visit.reach_back_to());
    let (Some(text), false) = (text, is_too_old) else {
        return;
    };
    visit.n_new += u32::from(visit.mark_visited(address.clone()));
    visit.put(Mention {
        id: mention_id(&[&identity(&post.url)]),
        channel: visit.source.channel,
        source: visit.source.id.clone(),
        url: Some(address),
        published_at: post.published_at,
        title: post.title,
        text,
        parent: None,
        engagement: None,
        ticket: None,
        capture: visit.last_capture(),
    });
}
