//! A tag as it is spoken: `GET /api/v1/streaming/hashtag`, server-sent events. A heartbeat comes
//! every fifteen seconds. What was said while nobody listened is not repeated: the timeline is read
//! after each opening.

use models::domain::{MastodonStream, Source};
use tokio::sync::mpsc::Sender;
use url::Url;

use super::{id_of, mention_of, status};
use crate::fetch::Fetcher;
use crate::push::evidence;
use crate::sources::secret;
use crate::stream::socket::as_web;
use crate::stream::sse::{Sse, SseEvent};
use crate::stream::{Event, Heard, Patience, Said, StreamError, host_of, tell};

pub(crate) async fn listen(
    source: &Source,
    stream: &MastodonStream,
    fetcher: &Fetcher,
    heard: &Sender<Event>,
) -> Result<(), StreamError> {
    let token = stream.token.as_ref().map(secret::look_up).transpose();
    let token = token.map_err(StreamError::Secret)?;
    let server = as_web(&source.url)?;
    let url = address(&server, &stream.tag);
    let mut events = Sse::open(fetcher, &url, token.as_deref()).await?;
    tell(heard, Heard::Opened, None).await?;
    let mut patience = Patience::default();
    loop {
        let event = events.next().await?;
        match read(&event, source, &server, fetcher) {
            Ok(what) => {
                patience.readable();
                if let Some(what) = what {
                    tell(heard, what, None).await?;
                }
            }
            Err(reason) => patience.unreadable(&host_of(&url), &reason)?,
        }
    }
}

/// What an event says, `None` when it is not for us.
fn read(
    event: &SseEvent,
    source: &Source,
    server: &Url,
    fetcher: &Fetcher,
) -> Result<Option<Heard>, String> {
    match event.name.as_str() {
        "update" | "status.update" => {
            let (body, post) = status::read_one(event.data.as_bytes())?;
            let now = fetcher.now();
            let published_at = post.moment().map(|at| at.min(now));
            let (Some(at), true) = (published_at, post.is_public()) else {
                return Ok(None);
            };
            let capture = evidence(source, address_of_evidence(server).as_str(), now, body);
            let mention = mention_of(source, server, &post, at, Some(capture.hash));
            Ok(mention.map(|mention| Heard::Said(Box::new(Said { mention, capture }))))
        }
        "delete" => {
            let post = event.data.trim();
            let is_id = !post.is_empty()
                && post.len() <= 64
                && post.chars().all(|c| c.is_ascii_alphanumeric());
            if is_id {
                Ok(Some(Heard::Gone(id_of(server, post))))
            } else {
                Err("a deletion without the number of a post".to_owned())
            }
        }
        _ => Ok(None),
    }
}

fn address(server: &Url, tag: &str) -> Url {
    let mut url = address_of_evidence(server);
    url.query_pairs_mut()
        .append_pair("tag", tag.trim_start_matches('#'));
    url
}

fn address_of_evidence(server: &Url) -> Url {
    let mut url = server.clone();
    url.set_query(None);
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty()
            .extend(["api", "v1", "streaming", "hashtag"]);
    }
    url
}
