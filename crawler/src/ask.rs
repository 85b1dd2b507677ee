//! Requests on behalf of a protocol that another library speaks (OpenID Connect): the same guard, bounds
//! and no redirects, and nothing else of ours.

use std::sync::Arc;

use reqwest::header::HeaderMap;
use reqwest::{Client, Method, StatusCode, redirect};
use url::Url;

use crate::fetch::{FetchError, FetchPolicy, Guard, explained};

/// The largest answer: a set of keys has some kilobytes.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// Sends requests as they are given to it.
pub struct Asker {
    client: Client,
    guard: Guard,
    timeout: std::time::Duration,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Vec<u8>,
}

impl Asker {
    /// An asker that may speak to whom the policy allows.
    ///
    /// ## Errors
    /// [`FetchError::Client`] when no client can be made.
    pub fn new(policy: &FetchPolicy) -> Result<Self, FetchError> {
        let guard = Guard::new(&policy.allowed_networks, Arc::clone(&policy.lookup));
        let client = Client::builder()
            .user_agent(policy.user_agent())
            .redirect(redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(policy.connect_timeout)
            .timeout(policy.timeout)
            .dns_resolver(Arc::new(guard.clone()))
            .build()
            .map_err(|error| FetchError::Client(error.to_string()))?;
        Ok(Self {
            client,
            guard,
            timeout: policy.timeout,
        })
    }

    /// Sends one request and reads its answer.
    ///
    /// ## Errors
    /// [`FetchError`] when the address is refused, no answer came, or it is larger than a megabyte.
    pub async fn ask(
        &self,
        method: Method,
        url: &str,
        headers: HeaderMap,
        body: Vec<u8>,
    ) -> Result<Answer, FetchError> {
        let url =
            Url::parse(url).map_err(|_| FetchError::Client(format!("`{url}` is no address")))?;
        self.guard.check(&url)?;
        let request = self.client.request(method, url.clone()).headers(headers);
        let sent = request.body(body).send().await;
        let mut response = sent.map_err(|error| explained(&url, self.timeout, &error))?;
        let mut bytes = Vec::new();
        loop {
            let chunk = response.chunk().await;
            let Some(chunk) = chunk.map_err(|error| explained(&url, self.timeout, &error))? else {
                break;
            };
            bytes.extend_from_slice(&chunk);
            if bytes.len() > ANSWER_BYTES_MAX {
                let why = format!("{url} answered more than {ANSWER_BYTES_MAX} bytes");
                return Err(FetchError::Client(why));
            }
        }
        Ok(Answer {
            status: response.status(),
            headers: response.headers().clone(),
            body: bytes,
        })
    }
}
