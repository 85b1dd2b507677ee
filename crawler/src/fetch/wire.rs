//! One request on the wire: time, bytes and headers bounded, whatever the other side does.

use std::error::Error;
use std::sync::Arc;

use jiff::Timestamp;
use reqwest::header::{self, HeaderMap, HeaderValue};
use reqwest::{Client, Response, StatusCode, redirect};
use url::Url;

use super::address::{Guard, Refused};
use super::answer::{redirect_target, retry_after, text_of};
use super::challenge::recognise;
use super::{Answer, Bound, Credential, FetchError, FetchPolicy, Request};

/// More headers than any honest answer has.
const HEADERS_MAX: usize = 100;
const HEADER_BYTES_MAX: u32 = 64 * 1024;

/// So much of an error page is read to recognise a challenge in it.
const ERROR_BYTES_MAX: usize = 64 * 1024;

pub(super) struct Wire {
    client: Client,
    /// For connections that stay open: HTTP/1.1, which alone can become a WebSocket, as it comes.
    streams: Client,
    guard: Guard,
    timeout: std::time::Duration,
}

/// What one exchange gave.
pub(super) enum Reply {
    Answer(Box<Answer>),
    Redirect {
        to: Url,
        permanent: bool,
        sets_cookie: bool,
    },
}

impl Wire {
    pub(super) fn new(policy: &FetchPolicy) -> Result<Self, FetchError> {
        let guard = Guard::new(&policy.allowed_networks, Arc::clone(&policy.lookup));
        let mut headers = HeaderMap::new();
        headers.insert(
            header::ACCEPT_LANGUAGE,
            HeaderValue::from_static("vi, en;q=0.5"),
        );
        // No proxy from the environment: it would resolve names behind the guard's back.
        let set_up = || {
            Client::builder()
                .user_agent(policy.user_agent())
                .default_headers(headers.clone())
                .redirect(redirect::Policy::none())
                .referer(false)
                .no_proxy()
                .connect_timeout(policy.connect_timeout)
                .pool_max_idle_per_host(1)
                .pool_idle_timeout(std::time::Duration::from_secs(20))
                .http1_max_headers(HEADERS_MAX)
                .http2_max_header_list_size(HEADER_BYTES_MAX)
                .dns_resolver(Arc::new(guard.clone()))
        };
        let refused = |error| FetchError::Client(innermost(&error));
        let client = set_up().build().map_err(refused)?;
        let streams = set_up().http1_only().no_gzip().no_brotli();
        Ok(Self {
            client,
            streams: streams.build().map_err(refused)?,
            guard,
            timeout: policy.timeout,
        })
    }

    pub(super) fn guard(&self) -> &Guard {
        &self.guard
    }

    /// Sends one request and reads its answer, all within the time of the policy.
    pub(super) async fn send(
        &self,
        request: &Request,
        bound: Bound,
        now: &(dyn Fn() -> Timestamp + Sync),
    ) -> Result<Reply, FetchError> {
        let exchange = self.exchange(request, bound, now);
        match tokio::time::timeout(self.timeout, exchange).await {
            Ok(outcome) => outcome,
            Err(_) => Err(FetchError::Timeout {
                host: host_of(&request.url),
                after: self.timeout,
            }),
        }
    }

    /// Opens a stream: its head must come within the time of the policy, its body has no end.
    pub(super) async fn open(
        &self,
        url: &Url,
        headers: HeaderMap,
        now: &(dyn Fn() -> Timestamp + Sync),
    ) -> Result<Response, FetchError> {
        let opening = async {
            let response = self.streams.get(url.clone()).headers(headers).send().await;
            let response = response.map_err(|error| explained(url, self.timeout, &error))?;
            let status = response.status();
            if status == StatusCode::SWITCHING_PROTOCOLS || status.is_success() {
                return Ok(response);
            }
            let headers = response.headers().clone();
            Err(self.refused(url, response, &headers, now()).await)
        };
        match tokio::time::timeout(self.timeout, opening).await {
            Ok(outcome) => outcome,
            Err(_) => Err(FetchError::Timeout {
                host: host_of(url),
                after: self.timeout,
            }),
        }
    }

    async fn exchange(
        &self,
        request: &Request,
        bound: Bound,
        now: &(dyn Fn() -> Timestamp + Sync),
    ) -> Result<Reply, FetchError> {
        let url = &request.url;
        let explain = |error| explained(url, self.timeout, &error);
        let response = self
            .client
            .execute(self.built(request)?)
            .await
            .map_err(explain)?;
        let (status, headers) = (response.status(), response.headers().clone());
        if is_redirect(status) {
            let permanent = matches!(
                status,
                StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT
            );
            let sets_cookie = headers.contains_key(header::SET_COOKIE);
            return Ok(Reply::Redirect {
                to: redirect_target(url, &headers)?,
                permanent,
                sets_cookie,
            });
        }
        let is_read = request.reads_refusals
            && status.is_client_error()
            && status != StatusCode::TOO_MANY_REQUESTS;
        if !status.is_success() && status != StatusCode::NOT_MODIFIED && !is_read {
            return Err(self.refused(url, response, &headers, now()).await);
        }
        let body = if status == StatusCode::NOT_MODIFIED {
            Vec::new()
        } else {
            read(url, response, bound).await?
        };
        if let Some(challenge) = recognise_in(status, &headers, &body) {
            return Err(FetchError::Blocked {
                host: host_of(url),
                challenge,
            });
        }
        Ok(Reply::Answer(Box::new(Answer::new(
            url.clone(),
            status.as_u16(),
            headers,
            body,
            now(),
        ))))
    }

    fn built(&self, request: &Request) -> Result<reqwest::Request, FetchError> {
        let conditions = [
            (header::IF_NONE_MATCH, &request.etag),
            (header::IF_MODIFIED_SINCE, &request.last_modified),
        ];
        let mut builder = self
            .client
            .get(request.url.clone())
            .header(header::ACCEPT, request.accept);
        for (name, value) in conditions {
            // An answer may have carried a validator that cannot be sent back; then none is.
            if let Some(value) = value
                .as_deref()
                .and_then(|value| HeaderValue::from_str(value).ok())
            {
                builder = builder.header(name, value);
            }
        }
        if let Some((name, value)) = request.credential.as_ref().and_then(Credential::sent) {
            builder = builder.header(name, value);
        }
        builder
            .build()
            .map_err(|error| FetchError::Client(innermost(&error)))
    }

    /// What an error status means: a challenge, a plea to slow down, or just that status.
    async fn refused(
        &self,
        url: &Url,
        response: Response,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> FetchError {
        let (status, host) = (response.status(), host_of(url));
        let bound = Bound {
            body_bytes: ERROR_BYTES_MAX,
            cut: true,
        };
        let body = read(url, response, bound).await.unwrap_or_default();
        if let Some(challenge) = recognise_in(status, headers, &body) {
            return FetchError::Blocked { host, challenge };
        }
        let asked = retry_after(headers, now);
        match (status, asked) {
            (StatusCode::TOO_MANY_REQUESTS, None) => FetchError::OverQuota { host, until: now },
            (StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE, Some(until)) => {
                FetchError::OverQuota { host, until }
            }
            _ => FetchError::Status {
                host,
                status: status.as_u16(),
            },
        }
    }
}

/// Reads a body up to its bound, counting what comes out of the decompressor.
async fn read(url: &Url, mut response: Response, bound: Bound) -> Result<Vec<u8>, FetchError> {
    let limit_bytes = bound.body_bytes;
    let too_large = || FetchError::TooLarge {
        host: host_of(url),
        limit_bytes,
    };
    let announced = response.content_length().unwrap_or_default();
    if announced > limit_bytes as u64 && !bound.cut {
        return Err(too_large());
    }
    let mut body = Vec::new();
    loop {
        let chunk = response.chunk().await;
        let Some(chunk) =
            chunk.map_err(|error| explained(url, std::time::Duration::ZERO, &error))?
        else {
            return Ok(body);
        };
        let room = limit_bytes - body.len();
        if chunk.len() > room && !bound.cut {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() >= room && bound.cut {
            return Ok(body);
        }
    }
}

fn recognise_in(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Option<&'static str> {
    let is_mitigated = text_of(headers, header::HeaderName::from_static("cf-mitigated")).is_some();
    let content_type = text_of(headers, header::CONTENT_TYPE).unwrap_or_default();
    recognise(
        status.as_u16(),
        is_mitigated,
        content_type.contains("html") || content_type.is_empty(),
        body,
    )
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// Turns the client's error into ours by looking for its cause.
pub(crate) fn explained(
    url: &Url,
    timeout: std::time::Duration,
    error: &reqwest::Error,
) -> FetchError {
    let host = host_of(url);
    let mut cause: Option<&(dyn Error + 'static)> = error.source();
    while let Some(inner) = cause {
        if let Some(Refused { host, address }) = inner.downcast_ref() {
            return FetchError::PrivateAddress {
                host: host.clone(),
                address: address.to_string(),
            };
        }
        cause = inner.source();
    }
    if error.is_dns() {
        FetchError::Dns(host)
    } else if error.is_timeout() {
        FetchError::Timeout {
            host,
            after: timeout,
        }
    } else if error.is_connect() {
        FetchError::Connect {
            host,
            reason: innermost(error),
        }
    } else {
        FetchError::Protocol {
            host,
            reason: innermost(error),
        }
    }
}

/// The deepest cause: it says most, and does not repeat the address.
fn innermost(error: &dyn Error) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}

fn host_of(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}
