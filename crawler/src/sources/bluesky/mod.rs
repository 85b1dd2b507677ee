//! Bluesky through Jetstream: every public post of the network as JSON over a WebSocket, of which
//! the Vietnamese ones about the city are kept. A post's address names its author, so none is kept
//! and a post is known by a one-way id alone (docs/adr/006).

mod filter;
mod post;

use std::time::Duration;

use models::domain::{Bluesky, MentionId, Source};
use tokio::sync::mpsc::Sender;
use tokio::time::Instant;
use url::Url;

use crate::fetch::Fetcher;
use crate::stream::socket::{Socket, as_web};
use crate::stream::{Event, Heard, Patience, StreamError, host_of, tell};
use filter::Filter;
use post::{Operation, Read};

/// So far before the last position the stream is heard again: positions of different servers, and
/// of one before and after its restart, differ a little. Hearing twice changes nothing.
const REWIND_MICROS: i64 = 5_000_000;

/// How often the position is handed on while nothing of interest comes.
const PASSED_EVERY: Duration = Duration::from_secs(5);

pub(crate) async fn listen(
    source: &Source,
    wanted: &Bluesky,
    position: Option<i64>,
    fetcher: &Fetcher,
    known: &(dyn Fn(&MentionId) -> bool + Sync),
    heard: &Sender<Event>,
) -> Result<(), StreamError> {
    let url = address(
        source,
        wanted,
        position,
        fetcher.policy().stream.message_bytes_max,
    )?;
    let mut socket = Socket::open(fetcher, &url).await?;
    tell(heard, Heard::Opened, position).await?;
    let filter = Filter::new(&wanted.keywords);
    let mut patience = Patience::default();
    let mut told_at = Instant::now();
    loop {
        let text = socket.next().await?;
        let read = match post::read(&text, source, fetcher.now()) {
            Ok(read) => read,
            Err(reason) => {
                patience.unreadable(&host_of(&url), &reason)?;
                continue;
            }
        };
        patience.readable();
        let position = Some(read.position);
        let what = match of_interest(read, &filter, wanted, known) {
            Some(what) => what,
            None if told_at.elapsed() < PASSED_EVERY => continue,
            None => Heard::Passed,
        };
        tell(heard, what, position).await?;
        told_at = Instant::now();
    }
}

/// What is to be handed on of an event.
fn of_interest(
    read: Read,
    filter: &Filter,
    wanted: &Bluesky,
    known: &(dyn Fn(&MentionId) -> bool + Sync),
) -> Option<Heard> {
    if !wanted.collections.contains(&read.collection) {
        return None;
    }
    match read.operation? {
        Operation::Deleted(id) => Some(Heard::Gone(id)),
        Operation::Said {
            said,
            languages,
            is_change,
        } => {
            let mention = &said.mention;
            let is_wanted = Filter::is_vietnamese(&mention.text, &languages)
                && (filter.is_about(&mention.text) || mention.parent.as_ref().is_some_and(known));
            if is_wanted {
                Some(Heard::Said(said))
            } else {
                // Changed so that it is of no interest any more: what stands here must not be older
                // than what stands there.
                let is_here = is_change && known(&mention.id);
                is_here.then(|| Heard::Gone(mention.id.clone()))
            }
        }
    }
}

fn address(
    source: &Source,
    wanted: &Bluesky,
    position: Option<i64>,
    message_bytes_max: usize,
) -> Result<Url, StreamError> {
    let mut url = as_web(&source.url)?;
    if url.path() == "/" {
        url.set_path("/subscribe");
    }
    let collections = wanted
        .collections
        .iter()
        .map(|name| ("wantedCollections", name));
    url.query_pairs_mut()
        .extend_pairs(collections)
        .append_pair("maxMessageSizeBytes", &message_bytes_max.to_string());
    if let Some(position) = position {
        let cursor = position.saturating_sub(REWIND_MICROS).max(0);
        url.query_pairs_mut()
            .append_pair("cursor", &cursor.to_string());
    }
    Ok(url)
}
