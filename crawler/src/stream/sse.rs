//! Server-sent events (WHATWG HTML, 9.2): lines of `field: value`, an empty line ends an event.

use std::collections::VecDeque;

use reqwest::Response;
use reqwest::header::{HeaderMap, HeaderValue};
use tokio::time::timeout;
use url::Url;

use super::{StreamError, StreamLimits, host_of};
use crate::fetch::Fetcher;

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SseEvent {
    pub(crate) name: String,
    pub(crate) data: String,
}

/// An open stream of events.
pub(crate) struct Sse {
    response: Response,
    parser: Parser,
    ready: VecDeque<SseEvent>,
    limits: StreamLimits,
    host: String,
}

impl Sse {
    pub(crate) async fn open(
        fetcher: &Fetcher,
        url: &Url,
        token: Option<&str>,
    ) -> Result<Self, StreamError> {
        let mut headers = HeaderMap::new();
        headers.insert("accept", HeaderValue::from_static("text/event-stream"));
        if let Some(Ok(mut value)) =
            token.map(|token| HeaderValue::from_str(&format!("Bearer {token}")))
        {
            value.set_sensitive(true);
            headers.insert("authorization", value);
        }
        let response = fetcher.open(url, headers).await?;
        let host = host_of(url);
        let content_type = response.headers().get("content-type");
        let is_stream = content_type
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.starts_with("text/event-stream"));
        if !is_stream {
            return Err(StreamError::Protocol {
                host,
                reason: "its answer is no stream of events".to_owned(),
            });
        }
        let limits = fetcher.policy().stream;
        Ok(Self {
            response,
            parser: Parser::new(limits.message_bytes_max),
            ready: VecDeque::new(),
            limits,
            host,
        })
    }

    /// The next event. Comments are signs of life.
    pub(crate) async fn next(&mut self) -> Result<SseEvent, StreamError> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Ok(event);
            }
            let chunk = timeout(self.limits.silence_max, self.response.chunk()).await;
            let host = || self.host.clone();
            let chunk = chunk.map_err(|_| StreamError::Silent {
                host: host(),
                after: self.limits.silence_max,
            })?;
            let Ok(Some(chunk)) = chunk else {
                return Err(StreamError::Closed { host: host() });
            };
            if !self.parser.push(&chunk, &mut self.ready) {
                return Err(StreamError::TooLarge {
                    host: host(),
                    limit_bytes: self.limits.message_bytes_max,
                });
            }
        }
    }
}

/// Lines to events; holds no more than one event of bounded size.
#[derive(Debug)]
struct Parser {
    line: Vec<u8>,
    event: SseEvent,
    has_data: bool,
    bytes_max: usize,
    after_return: bool,
}

impl Parser {
    fn new(bytes_max: usize) -> Self {
        Self {
            line: Vec::new(),
            event: SseEvent::default(),
            has_data: false,
            bytes_max,
            after_return: false,
        }
    }

    /// Takes bytes as they come; `false` when an event outgrew its bound.
    fn push(&mut self, bytes: &[u8], ready: &mut VecDeque<SseEvent>) -> bool {
        for byte in bytes {
            match byte {
                b'\n' if self.after_return => {}
                b'\n' | b'\r' => self.end_line(ready),
                other => self.line.push(*other),
            }
            self.after_return = *byte == b'\r';
            if self.line.len() + self.event.data.len() + self.event.name.len() > self.bytes_max {
                return false;
            }
        }
        true
    }

    fn end_line(&mut self, ready: &mut VecDeque<SseEvent>) {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            let event = std::mem::take(&mut self.event);
            if std::mem::take(&mut self.has_data) {
                ready.push_back(event);
            }
            return;
        }
        let line = String::from_utf8_lossy(&line);
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event.name),
            "data" => {
                if self.has_data {
                    self.event.data.push('\n');
                }
                self.event.data.push_str(value);
                self.has_data = true;
            }
            // A comment has an empty name; other fields are of no use to us.
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(pieces: &[&[u8]]) -> Vec<(String, String)> {
        let mut parser = Parser::new(1000);
        let mut ready = VecDeque::new();
        for piece in pieces {
            assert!(parser.push(piece, &mut ready));
        }
        ready
            .into_iter()
            .map(|event| (event.name, event.data))
            .collect()
    }

    #[test]
    fn reads_events_however_they_are_cut() {
        let text = ":)\n:thump\n\nevent: update\ndata: {\"a\":\ndata: 1}\n\nevent: delete\r\ndata:7\r\n\r\n"
            .as_bytes();
        let expect = vec![
            ("update".to_owned(), "{\"a\":\n1}".to_owned()),
            ("delete".to_owned(), "7".to_owned()),
        ];
        assert_eq!(parsed(&[text]), expect);
        let bytes = text.chunks(1).collect::<Vec<_>>();
        assert_eq!(parsed(&bytes), expect);
    }

    #[test]
    fn an_event_without_data_is_none() {
        assert_eq!(parsed(&[b"event: update\n\n\n\n"]), vec![]);
        assert_eq!(parsed(&[b"data: \xff\xfe\n\n"])[0].1, "\u{fffd}\u{fffd}");
    }

    #[test]
    fn a_line_without_end_is_bounded() {
        let mut parser = Parser::new(1000);
        let mut ready = VecDeque::new();
        assert!(parser.push(&[b'x'; 1000], &mut ready));
        assert!(!parser.push(b"x", &mut ready));
        let mut parser = Parser::new(1000);
        let many = b"data: xxxxxxxx\n".repeat(200);
        assert!(!parser.push(&many, &mut ready));
    }
}
