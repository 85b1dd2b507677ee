//! Sending: a message is posted to an endpoint with a proof that it is ours. Bounded as everything on
//! the wire is, to no private network, through no redirect.

use std::sync::Arc;

use jiff::Timestamp;
use models::domain::{Endpoint, EndpointProof};
use reqwest::header::{self, HeaderMap, HeaderValue};
use reqwest::{Client, redirect};
use thiserror::Error;
use url::Url;

use crate::fetch::{FetchError, FetchPolicy, Guard, explained, retry_after};
use crate::sources::secret::look_up;
use crate::sources::webhook::signature;

/// So much of a refusal is read, and its connection then given up.
const REFUSAL_BYTES_MAX: usize = 300;

/// A message as an endpoint gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing<'a> {
    /// By which the endpoint knows a message that comes twice; letters, digits, `_` and `-`.
    pub id: &'a str,
    /// JSON.
    pub body: &'a str,
}

/// How an endpoint answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// HTTP status.
    pub status: u16,
    /// When it wants to be asked again, where it said so.
    pub retry_at: Option<Timestamp>,
    /// The beginning of what a refusal says, on one line.
    pub words: String,
}

impl Answered {
    /// Whether it took the message.
    pub fn is_taken(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Why a message did not reach an endpoint.
#[derive(Debug, Error)]
pub enum SendError {
    /// The address is none that may be posted to.
    #[error("`{0}` is no http(s) address")]
    Url(String),
    /// The secret cannot be had; says what to do.
    #[error("{0}")]
    Secret(String),
    /// What happened on the wire.
    #[error(transparent)]
    Wire(#[from] FetchError),
}

/// Posts messages; one for all endpoints.
pub struct Sender {
    pub(crate) client: Client,
    pub(crate) guard: Guard,
    pub(crate) timeout: std::time::Duration,
}

impl Sender {
    /// A sender that may speak to whom the policy allows.
    pub fn new(policy: &FetchPolicy) -> Result<Self, SendError> {
        let guard = Guard::new(&policy.allowed_networks, Arc::clone(&policy.lookup));
        let client = Client::builder()
            .user_agent(policy.user_agent())
            .redirect(redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(policy.connect_timeout)
            .timeout(policy.timeout)
            .pool_max_idle_per_host(1)
            .dns_resolver(Arc::new(guard.clone()))
            .build()
            .map_err(|error| FetchError::Client(error.to_string()))?;
        Ok(Self {
            client,
            guard,
            timeout: policy.timeout,
        })
    }

    /// Posts one message.
    ///
    /// ## Errors
    /// [`SendError`] when no answer came; a refusal is an answer.
    pub async fn send(
        &self,
        endpoint: &Endpoint,
        message: &Outgoing<'_>,
        now: Timestamp,
    ) -> Result<Answered, SendError> {
        let url = Url::parse(&endpoint.url).map_err(|_| SendError::Url(endpoint.url.clone()))?;
        self.guard.check(&url)?;
        let mut headers = proof(endpoint, message, now)?;
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        let request = self.client.post(url.clone()).headers(headers);
        let sent = request.body(message.body.to_owned()).send().await;
        let mut response = sent.map_err(|error| explained(&url, self.timeout, &error))?;
        let status = response.status();
        let retry_at = retry_after(response.headers(), now);
        let mut words = Vec::new();
        if !status.is_success() {
            while words.len() < REFUSAL_BYTES_MAX
                && let Ok(Some(chunk)) = response.chunk().await
            {
                words.extend_from_slice(&chunk);
            }
            words.truncate(REFUSAL_BYTES_MAX);
        }
        Ok(Answered {
            status: status.as_u16(),
            retry_at,
            words: one_line(&words),
        })
    }
}

/// The headers of a message, its proof among them, for those who want to see them before anything is
/// sent; `Authorization` is marked as sensitive.
pub fn proof(
    endpoint: &Endpoint,
    message: &Outgoing<'_>,
    now: Timestamp,
) -> Result<HeaderMap, SendError> {
    let mut headers = HeaderMap::new();
    let value = |text: &str| {
        HeaderValue::from_str(text)
            .map_err(|_| SendError::Secret("the secret cannot stand in a header".to_owned()))
    };
    headers.insert(signature::ID, value(message.id)?);
    headers.insert(signature::TIMESTAMP, HeaderValue::from(now.as_second()));
    match &endpoint.proof {
        EndpointProof::Signature(secrets) => {
            let keys = secrets.iter().map(|place| {
                look_up(place)
                    .and_then(|secret| signature::key(&secret))
                    .map_err(SendError::Secret)
            });
            let keys = keys.collect::<Result<Vec<_>, _>>()?;
            let made = signature::made(&keys, message.id, now, message.body.as_bytes());
            headers.insert(signature::SIGNATURE, value(&made)?);
        }
        EndpointProof::Bearer(place) => {
            let token = look_up(place).map_err(SendError::Secret)?;
            let mut bearer = value(&format!("Bearer {token}"))?;
            bearer.set_sensitive(true);
            headers.insert(header::AUTHORIZATION, bearer);
        }
    }
    Ok(headers)
}

pub(crate) fn one_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let plain = plain.collect::<String>();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use models::domain::SecretRef;

    fn endpoint(proof: EndpointProof) -> Endpoint {
        Endpoint {
            id: "map".to_owned(),
            name: "Bản đồ".to_owned(),
            url: "https://example.invalid/".to_owned(),
            events: Vec::new(),
            scopes: Vec::new(),
            periods: Vec::new(),
            proof,
            disabled: None,
        }
    }

    #[test]
    fn a_secret_that_is_missing_is_named_and_a_token_is_hidden() {
        let message = Outgoing {
            id: "msg_1",
            body: "{}",
        };
        let at = Timestamp::UNIX_EPOCH;
        let missing = SecretRef::Env("LANGNGHE_TEST_NO_SUCH_SECRET".to_owned());
        let signed = endpoint(EndpointProof::Signature(vec![missing]));
        let refused = proof(&signed, &message, at).unwrap_err().to_string();
        assert!(
            refused.contains("LANGNGHE_TEST_NO_SUCH_SECRET"),
            "{refused}"
        );

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, "s3cret\n").unwrap();
        let file = SecretRef::File(path.to_str().unwrap().to_owned());
        let headers = proof(&endpoint(EndpointProof::Bearer(file)), &message, at).unwrap();
        assert_eq!(headers[header::AUTHORIZATION], "Bearer s3cret");
        assert!(!format!("{headers:?}").contains("s3cret"), "{headers:?}");
    }

    #[test]
    fn refusals_become_one_line() {
        assert_eq!(one_line(b"Not\r\n  now\x07!"), "Not now !");
    }
}
