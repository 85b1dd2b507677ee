//! Streams: sources that speak by themselves over a connection that stays open. What is heard goes
//! into a bounded channel; while nobody takes it out, nothing more is read from the wire.

pub(crate) mod memory;
pub(crate) mod socket;
pub(crate) mod sse;

use std::time::Duration;

use models::domain::{Capture, Mention, MentionId, Source, SourceKind};
use tokio::sync::mpsc::Sender;
use url::Url;

pub use crate::error::StreamError;
use crate::fetch::Fetcher;
use crate::sources::{bluesky, mastodon};
pub use memory::Memory;

/// So many unreadable messages in a row end a stream.
pub(crate) const UNREADABLE_MAX: u32 = 20;

/// What bounds a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamLimits {
    /// Most bytes of one message.
    pub message_bytes_max: usize,
    /// After so long without a sign of life the connection is given up.
    pub silence_max: Duration,
    /// After so long without one, a sign of life is asked for, where the protocol has one.
    pub ask_after: Duration,
}

impl Default for StreamLimits {
    fn default() -> Self {
        Self {
            message_bytes_max: 1 << 20,
            silence_max: Duration::from_secs(75),
            ask_after: Duration::from_secs(25),
        }
    }
}

/// What is heard, in the order it came.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// The connection stands.
    Opened,
    /// Somebody said something, now or in another way than before.
    Said(Box<Said>),
    /// Something was taken down at its source; whether it was ever here is not known.
    Gone(MentionId),
    /// Nothing of interest came, up to a position.
    Passed,
}

/// A mention and its evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// What was said.
    pub mention: Mention,
    /// What was read of it.
    pub capture: Capture,
}

/// One thing heard, and where in the stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// What was heard.
    pub heard: Heard,
    /// The position up to which everything has been heard then; `None` for streams without any.
    pub position: Option<i64>,
}

/// Listens until the stream ends, and says why it did. Goes on after `position` where the source
/// can repeat what it said; drop it to stop.
///
/// `known` is asked whether a mention is in the record: replies to it are of interest.
pub async fn listen(
    source: &Source,
    position: Option<i64>,
    fetcher: &Fetcher,
    known: &(dyn Fn(&MentionId) -> bool + Sync),
    heard: Sender<Event>,
) -> StreamError {
    let ended = match &source.kind {
        SourceKind::Bluesky(wanted) => {
            bluesky::listen(source, wanted, position, fetcher, known, &heard).await
        }
        SourceKind::MastodonStream(stream) => {
            mastodon::stream::listen(source, stream, fetcher, &heard).await
        }
        _ => Err(StreamError::NotAStream),
    };
    ended.err().unwrap_or_else(|| StreamError::Closed {
        host: source.url.clone(),
    })
}

/// Hands on what was heard; waits while the channel is full.
pub(crate) async fn tell(
    heard: &Sender<Event>,
    what: Heard,
    position: Option<i64>,
) -> Result<(), StreamError> {
    let event = Event {
        heard: what,
        position,
    };
    heard.send(event).await.map_err(|_| StreamError::Unheard)
}

pub(crate) fn host_of(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

/// Counts messages that cannot be read; one that can be read sets it back.
#[derive(Debug, Default)]
pub(crate) struct Patience {
    n_unreadable: u32,
}

impl Patience {
    pub(crate) fn readable(&mut self) {
        self.n_unreadable = 0;
    }

    /// `Err` when it is over.
    pub(crate) fn unreadable(&mut self, host: &str, reason: &str) -> Result<(), StreamError> {
        self.n_unreadable += 1;
        if self.n_unreadable < UNREADABLE_MAX {
            return Ok(());
        }
        Err(StreamError::Garbage {
            host: host.to_owned(),
            reason: reason.to_owned(),
        })
    }
}
