//! Requests to a search server: credentials, patience, and what refusals mean.

use std::sync::OnceLock;
use std::thread::sleep;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Certificate, Client, Method, RequestBuilder, Response, StatusCode, redirect};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use super::settings::{ElasticSettings, Proof};
use crate::search::ServerFault;

/// More than any answer to a page of hits with its counts.
const MAX_ANSWER_BYTES: usize = 64 << 20;

/// The first pause before asking again; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// How often a request is made, and how long is waited in between at most.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    pub n_tries: u32,
    pub longest_pause: Duration,
}

impl Patience {
    /// What must not be done twice.
    pub const ONCE: Self = Self {
        n_tries: 1,
        longest_pause: Duration::ZERO,
    };
    /// Somebody waits for a page.
    pub const READING: Self = Self {
        n_tries: 2,
        longest_pause: Duration::from_millis(500),
    };
    /// The record waits, and loses nothing by it.
    pub const WRITING: Self = Self {
        n_tries: 6,
        longest_pause: Duration::from_secs(30),
    };

    /// The pause after a try that failed, by what the server asked for; `None` when it is given up.
    pub fn pause(self, n_tried: u32, asked_for: Option<Duration>) -> Option<Duration> {
        let doubled = FIRST_PAUSE * 2_u32.saturating_pow(n_tried.saturating_sub(1).min(8));
        let pause = asked_for.unwrap_or_else(|| doubled.min(self.longest_pause));
        (n_tried < self.n_tries && pause <= self.longest_pause).then_some(pause)
    }
}

/// One request.
pub(super) struct Ask<'a> {
    pub method: Method,
    /// Below the address, without a slash in front.
    pub path: String,
    pub body: Body<'a>,
    pub patience: Patience,
}

/// What a request carries.
#[derive(Clone, Copy)]
pub(super) enum Body<'a> {
    None,
    /// Names and settings.
    Plain(&'a Value),
    /// Words of citizens or of those who search: refusals may quote them.
    Words(&'a Value),
    /// The same, as lines of JSON.
    Lines(&'a [u8]),
}

/// A search server.
pub(super) struct Wire {
    address: String,
    name: String,
    proof: Proof,
    authorities: Vec<Certificate>,
    timeout: Duration,
    line: OnceLock<Line>,
}

/// A client, and the thread on which its connections live.
struct Line {
    client: Client,
    runtime: Runtime,
}

impl Drop for Wire {
    fn drop(&mut self) {
        // Waiting for the thread is not allowed where tasks run.
        if let Some(line) = self.line.take() {
            line.runtime.shutdown_background();
        }
    }
}

impl Wire {
    pub fn new(settings: &ElasticSettings) -> Result<Self, ServerFault> {
        Ok(Self {
            address: settings.address()?,
            name: settings.name.clone(),
            proof: settings.proof()?,
            authorities: settings.authorities()?,
            timeout: settings.timeout,
            line: OnceLock::new(),
        })
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// The answer to a request; asks again where patience helps.
    pub fn call(&self, ask: &Ask<'_>) -> Result<Value, ServerFault> {
        self.call_with_headers(ask).map(|(_, answer)| answer)
    }

    /// The same, with the headers of the answer.
    pub fn call_with_headers(&self, ask: &Ask<'_>) -> Result<(HeaderMap, Value), ServerFault> {
        let mut n_tried = 0;
        loop {
            n_tried += 1;
            let (fault, asked_for) = match self.call_once(ask, n_tried)? {
                Tried::Answered(headers, answer) => return Ok((headers, answer)),
                Tried::Later(fault, asked_for) => (fault, asked_for),
            };
            let Some(pause) = ask.patience.pause(n_tried, asked_for) else {
                return Err(fault);
            };
            tracing::debug!(error = %fault, pause_ms = pause.as_millis() as u64, "search server asked again");
            sleep(pause);
        }
    }

    fn call_once(&self, ask: &Ask<'_>, n_tries: u32) -> Result<Tried, ServerFault> {
        let line = self.line()?;
        let (request, body_bytes) = self.request(&line.client, ask);
        let (status, headers, answer) = match line.runtime.block_on(exchange(request)) {
            Ok(answered) => answered,
            Err(Broken::Off(error)) => return Ok(Tried::Later(self.explain(&error), None)),
            Err(Broken::TooLong) => {
                let why = format!("more than {MAX_ANSWER_BYTES} bytes");
                return Err(ServerFault::Unexpected(why));
            }
        };
        if status.is_success() {
            let answer = serde_json::from_slice(&answer);
            let answer =
                answer.map_err(|why| ServerFault::Unexpected(format!("not JSON: {why}")))?;
            return Ok(Tried::Answered(headers, answer));
        }
        let refusal = Refusal {
            status,
            body_bytes,
            n_tries,
            may_quote: matches!(ask.body, Body::Words(_) | Body::Lines(_)),
        };
        let fault = refusal.explain(&self.name, &answer);
        if matches!(fault, ServerFault::Busy { .. }) {
            return Ok(Tried::Later(fault, retry_after(&headers)));
        }
        Err(fault)
    }

    fn request(&self, client: &Client, ask: &Ask<'_>) -> (RequestBuilder, usize) {
        let address = format!("{}/{}", self.address, ask.path);
        let request = client.request(ask.method.clone(), address);
        let request = match &self.proof {
            Proof::None => request,
            Proof::Password { user, password } => request.basic_auth(user, Some(password)),
            Proof::Key(key) => request.header(AUTHORIZATION, key),
        };
        let (kind, body) = match ask.body {
            Body::None => return (request, 0),
            Body::Plain(value) | Body::Words(value) => {
                ("application/json", value.to_string().into_bytes())
            }
            Body::Lines(lines) => ("application/x-ndjson", lines.to_vec()),
        };
        let body_bytes = body.len();
        (request.header(CONTENT_TYPE, kind).body(body), body_bytes)
    }

    /// Made at the first request.
    fn line(&self) -> Result<&Line, ServerFault> {
        if let Some(line) = self.line.get() {
            return Ok(line);
        }
        let impossible =
            |why: String| ServerFault::Settings(format!("no client can be made: {why}"));
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("search-server")
            .enable_all()
            .build()
            .map_err(|why| impossible(why.to_string()))?;
        let client = Client::builder()
            .user_agent(concat!("langnghe/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(self.timeout.min(Duration::from_secs(5)))
            .timeout(self.timeout)
            .tls_certs_merge(self.authorities.iter().cloned())
            .build();
        let client = match client {
            Ok(client) => client,
            Err(why) => {
                runtime.shutdown_background();
                return Err(impossible(why.to_string()));
            }
        };
        if let Err(spare) = self.line.set(Line { client, runtime }) {
            // Another thread was first at the same time.
            spare.runtime.shutdown_background();
        }
        self.line
            .get()
            .ok_or_else(|| impossible("it was not kept".to_owned()))
    }

    fn explain(&self, error: &reqwest::Error) -> ServerFault {
        if error.is_timeout() {
            return ServerFault::TimedOut {
                seconds: self.timeout.as_secs(),
            };
        }
        // The innermost reason says most: "connection refused", "certificate has expired".
        let mut innermost: &dyn std::error::Error = error;
        while let Some(source) = innermost.source() {
            innermost = source;
        }
        ServerFault::Unreachable(innermost.to_string())
    }
}

/// How one try ended, when it did not fail for good.
enum Tried {
    Answered(HeaderMap, Value),
    Later(ServerFault, Option<Duration>),
}

/// Why there is no whole answer.
enum Broken {
    Off(reqwest::Error),
    TooLong,
}

async fn exchange(request: RequestBuilder) -> Result<(StatusCode, HeaderMap, Vec<u8>), Broken> {
    let response = request.send().await.map_err(Broken::Off)?;
    let (status, headers) = (response.status(), response.headers().clone());
    Ok((status, headers, read(response).await?))
}

async fn read(mut response: Response) -> Result<Vec<u8>, Broken> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(Broken::Off)? {
        if body.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Err(Broken::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What the server asks to wait, in seconds; dates are not used by it.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers
        .get(RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()?;
    Some(Duration::from_secs(seconds))
}

struct Refusal {
    status: StatusCode,
    body_bytes: usize,
    n_tries: u32,
    may_quote: bool,
}

impl Refusal {
    fn explain(&self, name: &str, answer: &[u8]) -> ServerFault {
        let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
        let kind = match &answer["error"] {
            Value::Object(error) => error.get("type").and_then(Value::as_str).unwrap_or("error"),
            Value::String(_) => "error",
            _ => "no reason given",
        };
        let kind = kind.to_owned();
        if kind == "cluster_block_exception" {
            return ServerFault::Blocked(kind);
        }
        match self.status.as_u16() {
            401 => ServerFault::Unauthorised,
            403 => ServerFault::Forbidden {
                kind,
                name: name.to_owned(),
            },
            404 => ServerFault::Missing(kind),
            413 => ServerFault::TooLarge {
                bytes: self.body_bytes,
            },
            status @ (429 | 502 | 503 | 504) => ServerFault::Busy {
                status,
                n_tries: self.n_tries,
            },
            status => ServerFault::Refused {
                status,
                kind,
                reason: self.reason(&answer),
            },
        }
    }

    fn reason(&self, answer: &Value) -> String {
        let error = &answer["error"];
        let words = error["reason"].as_str().or_else(|| error.as_str());
        match words {
            Some(words) if !self.may_quote => format!(": {words}"),
            _ => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_end() {
        let patience = Patience::WRITING;
        let pauses: Vec<u64> = (1..)
            .map_while(|n| patience.pause(n, None))
            .map(|pause| pause.as_millis() as u64)
            .collect();
        assert_eq!(pauses, [200, 400, 800, 1600, 3200]);
        let wish = Duration::from_secs(7);
        assert_eq!(patience.pause(1, Some(wish)), Some(wish));
        // Nobody waits seven seconds for a page.
        assert_eq!(Patience::READING.pause(1, Some(wish)), None);
        assert_eq!(Patience::ONCE.pause(1, None), None);
    }

    #[test]
    fn refusals_never_quote_what_citizens_said() {
        let answer = br#"{"error":{"type":"document_parsing_exception","reason":"Preview of field's value: 'ng\u1eadp'"},"status":400}"#;
        let told = |may_quote| {
            let refusal = Refusal {
                status: StatusCode::BAD_REQUEST,
                body_bytes: 0,
                n_tries: 1,
                may_quote,
            };
            refusal.explain("langnghe", answer).to_string()
        };
        assert!(told(false).contains("Preview"), "{}", told(false));
        assert!(!told(true).contains("ngập"), "{}", told(true));
        assert!(told(true).contains("document_parsing_exception"));
    }
}
