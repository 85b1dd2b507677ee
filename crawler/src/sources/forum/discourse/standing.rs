//! Whether posts still stand: one answer lists the posts of a topic. A door that is shut (403) is no
//! deletion: it may be the whole forum's.

use std::collections::BTreeMap;

use url::Url;

use super::shapes::Topic;
use super::{address, site_of};
use crate::fetch::{FetchError, Request};
use crate::recheck::Look;

/// Requests of one look.
const REQUESTS_MAX: usize = 60;

pub(crate) async fn recheck(work: &mut Look<'_>) {
    let site = site_of(work.base);
    let mut topics = BTreeMap::<u64, Vec<(usize, u64)>>::new();
    for (at, asked) in work.mentions.iter().enumerate() {
        match place_in(&asked.address) {
            Some((topic, number)) => topics.entry(topic).or_default().push((at, number)),
            None => work.stands(at),
        }
    }
    for (topic, posts) in topics.into_iter().take(REQUESTS_MAX) {
        let url = address(&site, &["t", &format!("{topic}.json")]);
        match work.fetcher.fetch(&Request::json(url)).await {
            Ok(answer) => {
                if let Ok(topic) = serde_json::from_slice::<Topic>(&answer.body)
                    && !judge(work, &site, &topic, &posts).await
                {
                    return;
                }
            }
            Err(FetchError::Status {
                status: 404 | 410, ..
            }) => posts.iter().for_each(|(at, _)| work.is_gone(*at)),
            Err(error) if error.not_before().is_some() => return,
            Err(_) => {}
        }
    }
}

/// A post among those that came with the topic is seen to stand or to be withdrawn. One beyond them
/// is asked for by its number, because the list names ids; `false` when the host wants a pause.
async fn judge(work: &mut Look<'_>, site: &Url, topic: &Topic, posts: &[(usize, u64)]) -> bool {
    let came = &topic.post_stream.posts;
    let last = came.iter().map(|post| post.number).max().unwrap_or(0);
    for (at, number) in posts {
        match came.iter().find(|post| post.number == *number) {
            Some(post) if post.is_withdrawn() => work.is_gone(*at),
            Some(_) => work.stands(*at),
            None if *number <= last => work.is_gone(*at),
            None => {
                let path = [
                    "posts",
                    "by_number",
                    &topic.id.to_string(),
                    &number.to_string(),
                ];
                let url = address(site, &path).to_string() + ".json";
                let Ok(url) = Url::parse(&url) else { continue };
                match work.fetcher.fetch(&Request::json(url)).await {
                    Ok(answer) if is_withdrawn(&answer.body) => work.is_gone(*at),
                    Ok(_) => work.stands(*at),
                    Err(FetchError::Status {
                        status: 404 | 410, ..
                    }) => work.is_gone(*at),
                    Err(error) if error.not_before().is_some() => return false,
                    Err(_) => {}
                }
            }
        }
    }
    true
}

fn is_withdrawn(body: &[u8]) -> bool {
    serde_json::from_slice::<super::shapes::Post>(body).is_ok_and(|post| post.is_withdrawn())
}

/// Topic and number of the post of a shown address.
fn place_in(address: &str) -> Option<(u64, u64)> {
    let (_, place) = address.rsplit_once("/t/")?;
    let (topic, number) = place.split_once('/')?;
    Some((topic.parse().ok()?, number.parse().ok()?))
}
