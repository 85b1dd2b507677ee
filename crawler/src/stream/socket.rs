//! WebSockets over the crawler's own client, so that the guard against private networks, robots.txt
//! and the host's turn hold for them too.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use reqwest::Upgraded;
use reqwest::header::{HeaderMap, HeaderValue};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::{CapacityError, Error};
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Bytes, Message, Utf8Bytes};
use url::Url;

use super::{StreamError, StreamLimits, host_of};
use crate::fetch::{FetchError, Fetcher};

/// An open WebSocket that is read only.
pub(crate) struct Socket {
    inner: WebSocketStream<Upgraded>,
    limits: StreamLimits,
    host: String,
    /// For how long there was no sign of life.
    silence: Duration,
}

impl Socket {
    pub(crate) async fn open(fetcher: &Fetcher, url: &Url) -> Result<Self, StreamError> {
        let key = generate_key();
        let response = fetcher.open(url, upgrade_headers(&key)).await?;
        let host = host_of(url);
        let accepted = response.headers().get("sec-websocket-accept");
        let expected = derive_accept_key(key.as_bytes());
        if response.status().as_u16() != 101
            || accepted.is_none_or(|accepted| accepted.as_bytes() != expected.as_bytes())
        {
            return Err(StreamError::Protocol {
                host,
                reason: "it does not open a WebSocket".to_owned(),
            });
        }
        let upgraded = response
            .upgrade()
            .await
            .map_err(|_| StreamError::Protocol {
                host: host.clone(),
                reason: "the WebSocket broke while it opened".to_owned(),
            })?;
        let limits = fetcher.policy().stream;
        let config = WebSocketConfig::default()
            .max_message_size(Some(limits.message_bytes_max))
            .max_frame_size(Some(limits.message_bytes_max));
        Ok(Self {
            inner: WebSocketStream::from_raw_socket(upgraded, Role::Client, Some(config)).await,
            limits,
            host,
            silence: Duration::ZERO,
        })
    }

    /// The next text; asks for a sign of life when it is long in coming.
    pub(crate) async fn next(&mut self) -> Result<Utf8Bytes, StreamError> {
        loop {
            let Ok(message) = timeout(self.limits.ask_after, self.inner.next()).await else {
                self.ask().await?;
                continue;
            };
            self.silence = Duration::ZERO;
            match message {
                Some(Ok(Message::Text(text))) => return Ok(text),
                // Something else than text is as good as text that cannot be read.
                Some(Ok(Message::Binary(_))) => return Ok(Utf8Bytes::from_static("")),
                Some(Ok(Message::Close(_))) | None => return Err(self.closed()),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(self.explained(&error)),
            }
        }
    }

    /// Asks for a sign of life, or gives up.
    async fn ask(&mut self) -> Result<(), StreamError> {
        self.silence += self.limits.ask_after;
        if self.silence >= self.limits.silence_max {
            return Err(StreamError::Silent {
                host: self.host.clone(),
                after: self.limits.silence_max,
            });
        }
        let ping = self.inner.send(Message::Ping(Bytes::new()));
        match timeout(self.limits.ask_after, ping).await {
            Ok(Err(error)) => Err(self.explained(&error)),
            Ok(Ok(())) | Err(_) => Ok(()),
        }
    }

    fn explained(&self, error: &Error) -> StreamError {
        let host = self.host.clone();
        match error {
            Error::Capacity(CapacityError::MessageTooLong { .. }) => StreamError::TooLarge {
                host,
                limit_bytes: self.limits.message_bytes_max,
            },
            Error::ConnectionClosed | Error::AlreadyClosed | Error::Io(_) => self.closed(),
            // The text of these errors holds nothing of the message.
            Error::Protocol(reason) => StreamError::Protocol {
                host,
                reason: reason.to_string(),
            },
            _ => StreamError::Protocol {
                host,
                reason: "its frames cannot be read".to_owned(),
            },
        }
    }

    fn closed(&self) -> StreamError {
        StreamError::Closed {
            host: self.host.clone(),
        }
    }
}

fn upgrade_headers(key: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("connection", HeaderValue::from_static("Upgrade"));
    headers.insert("upgrade", HeaderValue::from_static("websocket"));
    headers.insert("sec-websocket-version", HeaderValue::from_static("13"));
    // A key is base64, which any header can carry.
    if let Ok(key) = HeaderValue::from_str(key) {
        headers.insert("sec-websocket-key", key);
    }
    headers
}

/// `wss` is `https` with another protocol inside; everything but the name is the same.
pub(crate) fn as_web(address: &str) -> Result<Url, FetchError> {
    let address = match address.split_once("://") {
        Some(("ws", rest)) => format!("http://{rest}"),
        Some(("wss", rest)) => format!("https://{rest}"),
        _ => address.to_owned(),
    };
    Url::parse(&address).map_err(|_| FetchError::InvalidUrl(address))
}
