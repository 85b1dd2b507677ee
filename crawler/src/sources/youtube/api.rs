//! Requests to the interface, and what its refusals mean.

use models::domain::{HealthStatus, SecretRef};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use url::Url;

use super::shapes::{Item, Page};
use crate::collect::Outcome;
use crate::fetch::politeness::PollCues;
use crate::fetch::{Answer, Credential, FetchError, Fetcher, Request};
use crate::sources::secret;

/// The interface, with what lets us in.
pub(super) struct Api {
    base: Url,
    key: Credential,
}

/// An answer with everything cut from its body that is not read; the page is `None` when nothing
/// changed since the `ETag` that was sent.
pub(super) struct Got<T> {
    pub(super) answer: Answer,
    pub(super) page: Option<Page<T>>,
}

/// Why a list did not come.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Not even an answer.
    Fetch(FetchError),
    /// The interface says why, in a word of its own.
    Says { status: u16, reason: String },
    /// The answer is none of this interface.
    Unreadable(String),
    /// The day's units are spent.
    Spent,
}

impl Api {
    pub(super) fn new(base: &Url, key: &SecretRef) -> Result<Self, String> {
        let key = secret::look_up(key)?;
        Ok(Self {
            base: base.clone(),
            key: Credential::header("x-goog-api-key", key),
        })
    }

    pub(super) async fn list<T: Item + Serialize + DeserializeOwned>(
        &self,
        fetcher: &Fetcher,
        parameters: &[(&str, &str)],
        etag: Option<String>,
    ) -> Result<Got<T>, Refusal> {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(T::RESOURCE);
        }
        url.query_pairs_mut()
            .append_pair("part", T::PART)
            .append_pair("fields", T::FIELDS)
            .extend_pairs(parameters);
        let request = Request::json(url)
            .by_agreement()
            .with_credential(self.key.clone())
            .unless_unchanged(etag, None);
        let mut answer = fetcher.fetch(&request).await.map_err(Refusal::Fetch)?;
        if !answer.is_granted() {
            return Err(said(&answer));
        }
        if answer.is_unchanged() {
            return Ok(Got { answer, page: None });
        }
        let unreadable = |error: serde_json::Error| {
            let (line, column) = (error.line(), error.column());
            Refusal::Unreadable(format!(
                "unreadable {} at line {line}, column {column}",
                T::RESOURCE
            ))
        };
        let mut page: Page<T> = serde_json::from_slice(&answer.body).map_err(unreadable)?;
        page.items.iter_mut().for_each(T::cut_handles);
        answer.body = serde_json::to_vec(&page).map_err(unreadable)?;
        let page = Some(page);
        Ok(Got { answer, page })
    }
}

/// The reason in the body of a refusal: the word of `errors`, or that of the newer `details`.
fn said(answer: &Answer) -> Refusal {
    #[derive(Deserialize)]
    struct Body {
        error: Whole,
    }
    #[derive(Deserialize)]
    struct Whole {
        #[serde(default)]
        errors: Vec<Word>,
        #[serde(default)]
        details: Vec<Word>,
        status: Option<String>,
    }
    #[derive(Deserialize)]
    struct Word {
        reason: Option<String>,
    }
    let Ok(Body { error }) = serde_json::from_slice(&answer.body) else {
        return Refusal::Says {
            status: answer.status,
            reason: "unexplained".to_owned(),
        };
    };
    // `badRequest` and `forbidden` stand beside a detail that says more.
    let mut words = error.details.iter().chain(&error.errors);
    let reason = words.find_map(|word| word.reason.clone());
    let is_word = |reason: &String| {
        reason
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    Refusal::Says {
        status: answer.status,
        reason: reason
            .or(error.status)
            .filter(is_word)
            .unwrap_or_else(|| "unexplained".to_owned()),
    }
}

impl Refusal {
    /// Whether the interface says that the project's units of the day are spent.
    pub(super) fn is_over_quota(&self) -> bool {
        matches!(self.reason(), Some("quotaExceeded" | "dailyLimitExceeded"))
    }

    pub(super) fn reason(&self) -> Option<&str> {
        match self {
            Self::Says { reason, .. } => Some(reason),
            _ => None,
        }
    }

    /// How a visit ends that stops here; `resumes_at` is when the next units come.
    pub(super) fn outcome(&self, limit: u32, resumes_at: jiff::Timestamp) -> Outcome {
        let (status, reason) = match self {
            Self::Fetch(error) => return Outcome::failed(error),
            Self::Unreadable(what) => {
                return Outcome::wrong(
                    HealthStatus::NotAFeed,
                    format!("no answer of the YouTube Data API: {what}"),
                );
            }
            Self::Spent => return over_quota(limit, resumes_at),
            Self::Says { .. } if self.is_over_quota() => return over_quota(limit, resumes_at),
            Self::Says { status, reason } => (status, reason.as_str()),
        };
        let detail = match reason {
            "keyInvalid" | "API_KEY_INVALID" => {
                "youtube does not know the API key; check it in the Google console".to_owned()
            }
            "keyExpired" | "API_KEY_EXPIRED" => {
                "the API key has expired; make a new one in the Google console".to_owned()
            }
            "accessNotConfigured" | "SERVICE_DISABLED" => {
                "the key's project may not use the YouTube Data API v3; enable it in the Google console"
                    .to_owned()
            }
            "ipRefererBlocked" | "API_KEY_IP_ADDRESS_BLOCKED" | "API_KEY_SERVICE_BLOCKED" => {
                "the API key is not allowed from here; change its restrictions in the Google console"
                    .to_owned()
            }
            _ => format!("youtube refuses ({reason}, http status {status})"),
        };
        if matches!(
            reason,
            "rateLimitExceeded" | "userRateLimitExceeded" | "RATE_LIMIT_EXCEEDED"
        ) {
            return Outcome::wrong(HealthStatus::OverQuota, detail);
        }
        Outcome::wrong(HealthStatus::Unreachable, detail)
    }
}

/// The day's units are gone: not the source's fault, and no use in trying before more come.
fn over_quota(limit: u32, resumes_at: jiff::Timestamp) -> Outcome {
    let detail = format!("the day's {limit} units are spent; more come at {resumes_at}");
    let mut outcome = Outcome::well(HealthStatus::OverQuota, detail);
    outcome.cues = PollCues {
        not_before: Some(resumes_at),
        ..PollCues::default()
    };
    outcome
}
