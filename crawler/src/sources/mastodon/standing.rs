//! Whether posts still stand, twenty to a request where the server knows how (since 4.3).

use url::Url;

use crate::fetch::{FetchError, Request};
use crate::recheck::{Batches, Heard, Look, Verdict};

/// The most a server takes at once.
const IDS_MAX: usize = 20;

/// Requests of one look.
const REQUESTS_MAX: usize = 60;

pub(crate) async fn recheck(work: &mut Look<'_>) {
    let mut posts = Vec::new();
    for (at, asked) in work.mentions.iter().enumerate() {
        match asked.address.rsplit_once("/statuses/") {
            Some((_, post)) => posts.push((at, post.to_owned())),
            None => work.stands(at),
        }
    }
    let (fetcher, base) = (work.fetcher, work.base.clone());
    let mut is_old_server = false;
    let mut batches = Batches::new(&posts, IDS_MAX, REQUESTS_MAX);
    while let Some(ids) = batches.next() {
        let asked = fetcher.fetch(&Request::json(many(&base, &ids))).await;
        is_old_server |= matches!(
            asked,
            Err(FetchError::Status {
                status: 400..500,
                ..
            })
        );
        batches.hear(asked.map_or(Heard::Trouble, |answer| standing(&answer.body)));
    }
    let verdicts = batches.verdicts();
    // One left out may only be hidden from strangers in lists, so each is asked about by itself.
    let (there, missing): (Vec<_>, Vec<_>) = verdicts
        .into_iter()
        .partition(|(_, verdict)| *verdict == Verdict::Stands);
    work.enter(&there);
    posts.retain(|(at, _)| {
        let is_missing = missing.iter().any(|(missed, _)| missed == at);
        is_missing || (is_old_server && !there.iter().any(|(found, _)| found == at))
    });
    ask_each(work, &posts).await;
}

async fn ask_each(work: &mut Look<'_>, posts: &[(usize, String)]) {
    for (at, post) in posts.iter().take(REQUESTS_MAX) {
        let mut url = work.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["api", "v1", "statuses", post]);
        }
        match work.fetcher.fetch(&Request::json(url)).await {
            Ok(_) => work.stands(*at),
            Err(FetchError::Status {
                status: 404 | 410, ..
            }) => work.is_gone(*at),
            Err(error) if error.not_before().is_some() => return,
            Err(_) => {}
        }
    }
}

fn many(base: &Url, ids: &[String]) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(["api", "v1", "statuses"]);
    }
    let ids = ids.iter().map(|id| ("id[]", id));
    url.query_pairs_mut().extend_pairs(ids);
    url
}

fn standing(body: &[u8]) -> Heard {
    #[derive(serde::Deserialize)]
    struct Post {
        id: String,
    }
    match serde_json::from_slice::<Vec<Post>>(body) {
        Ok(posts) => Heard::Standing(posts.into_iter().map(|post| post.id).collect()),
        Err(_) => Heard::Trouble,
    }
}
