//! Requests to the Graph API, its refusals, and how much of our allowance is used.

use jiff::{SignedDuration, Timestamp};
use models::domain::{HealthStatus, SecretRef};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use crate::collect::{Ended, Outcome};
use crate::fetch::politeness::PollCues;
use crate::fetch::{Answer, Credential, FetchError, Fetcher, Request};
use crate::sources::secret;

/// Above this share of what the app may ask we stop by ourselves: at 100 the app is shut out.
const USED_PCT_MAX: f64 = 90.0;

/// Shut out or nearly so, without being told for how long: the allowance counts the last hour.
const PAUSE: SignedDuration = SignedDuration::from_mins(30);

/// No pause that is asked for is believed beyond a day.
const PAUSE_MAX: SignedDuration = SignedDuration::from_hours(24);

/// The interface, with what lets us in.
pub(super) struct Api {
    base: Url,
    token: Credential,
}

/// Why something did not come.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Not even an answer.
    Fetch(FetchError),
    /// The interface says why, by number.
    Says {
        code: i64,
        subcode: i64,
        /// When the allowance comes back, by the headers of the refusal.
        back_at: Timestamp,
    },
    /// The answer is none of this interface.
    Unreadable(String),
    /// The allowance is spent for now.
    Paused(Timestamp),
}

impl Api {
    pub(super) fn new(base: &Url, token: &SecretRef) -> Result<Self, String> {
        let token = secret::look_up(token)?;
        Ok(Self {
            base: base.clone(),
            token: Credential::bearer(&token),
        })
    }

    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        fetcher: &Fetcher,
        path: &[&str],
        parameters: &[(&str, &str)],
        now: Timestamp,
    ) -> Result<(Answer, T), Refusal> {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url.query_pairs_mut().extend_pairs(parameters);
        let request = Request::json(url)
            .by_agreement()
            .with_credential(self.token.clone());
        let answer = fetcher.fetch(&request).await.map_err(Refusal::Fetch)?;
        if let Some(refusal) = said(&answer, now) {
            return Err(refusal);
        }
        let read = serde_json::from_slice(&answer.body).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            Refusal::Unreadable(format!("unreadable at line {line}, column {column}"))
        });
        Ok((answer, read?))
    }
}

/// What the body of an answer says of an error: it may come with any status.
fn said(answer: &Answer, now: Timestamp) -> Option<Refusal> {
    #[derive(Deserialize)]
    struct Body {
        error: Error,
    }
    #[derive(Deserialize)]
    struct Error {
        #[serde(default)]
        code: i64,
        #[serde(default)]
        error_subcode: i64,
    }
    if let Ok(Body { error }) = serde_json::from_slice(&answer.body) {
        let back_at = pause_asked(answer, now).unwrap_or_else(|| later(now, PAUSE));
        return Some(Refusal::Says {
            code: error.code,
            subcode: error.error_subcode,
            back_at,
        });
    }
    let status = answer.status;
    (!answer.is_granted()).then(|| {
        let host = answer.url.host_str().unwrap_or_default().to_owned();
        Refusal::Fetch(FetchError::Status { host, status })
    })
}

/// Until when we should ask nothing more, told by the usage headers of an answer.
pub(super) fn pause_asked(answer: &Answer, now: Timestamp) -> Option<Timestamp> {
    let read = |name| serde_json::from_str::<Value>(answer.header(name)?).ok();
    let app = read("x-app-usage").into_iter();
    let by_case = read("x-business-use-case-usage");
    let cases = by_case
        .iter()
        .flat_map(|all| all.as_object().into_iter().flatten());
    let cases = cases
        .filter_map(|(_, list)| list.as_array())
        .flatten()
        .cloned();
    let mut until = None;
    for usage in app.chain(cases) {
        let share = |name| usage.get(name).and_then(Value::as_f64).unwrap_or_default();
        let used = ["call_count", "total_time", "total_cputime"].map(share);
        let minutes = usage.get("estimated_time_to_regain_access");
        let minutes = minutes.and_then(Value::as_i64).unwrap_or_default();
        let pause = if minutes > 0 {
            SignedDuration::from_mins(minutes).min(PAUSE_MAX)
        } else if used.into_iter().any(|share| share >= USED_PCT_MAX) {
            PAUSE
        } else {
            continue;
        };
        until = until.max(Some(later(now, pause)));
    }
    until
}

impl Refusal {
    /// Whether an object asked about is not there, or not for us.
    pub(super) fn is_missing(&self) -> bool {
        matches!(
            self,
            Self::Says {
                code: 100,
                subcode: 33,
                ..
            } | Self::Says { code: 803, .. }
        )
    }

    /// Until when nothing is asked, when the allowance is spent: of the app (4), the user (17), the
    /// page (32, 80001), or one kind of request (613).
    pub(super) fn paused_until(&self) -> Option<Timestamp> {
        match self {
            Self::Says {
                code: 4 | 17 | 32 | 613 | 80001,
                back_at,
                ..
            } => Some(*back_at),
            Self::Paused(until) => Some(*until),
            _ => None,
        }
    }

    /// How a visit ends that stops here.
    pub(super) fn outcome(&self) -> Outcome {
        if let Some(until) = self.paused_until() {
            return paused(until);
        }
        let (code, subcode) = match self {
            Self::Fetch(error) => return Outcome::failed(error),
            Self::Unreadable(what) => {
                let detail = format!("no answer of the Graph API: {what}");
                return Outcome::wrong(HealthStatus::NotAFeed, detail);
            }
            Self::Says { code, subcode, .. } => (*code, *subcode),
            Self::Paused(until) => return paused(*until),
        };
        let detail = match (code, subcode) {
            (190, 463) => {
                "the page token has expired; make a new one and put it where the old one is"
                    .to_owned()
            }
            (190 | 102 | 467, _) => format!(
                "facebook does not accept the page token any more (code {code}.{subcode}); make a new one and put it where the old one is"
            ),
            (10 | 200..=299, _) => format!(
                "the page token lacks a permission (code {code}); it needs pages_read_engagement and pages_read_user_content for this page"
            ),
            (100, 33) | (803, _) => {
                "there is no such page, or the token is not one of its own".to_owned()
            }
            (1 | 2, _) => format!("facebook is in trouble (code {code})"),
            _ => format!("facebook refuses (code {code}.{subcode})"),
        };
        Outcome::wrong(HealthStatus::Unreachable, detail)
    }
}

fn paused(until: Timestamp) -> Outcome {
    let detail = format!("facebook's allowance for the app is nearly spent; it goes on at {until}");
    let mut outcome = Outcome::well(HealthStatus::OverQuota, detail);
    outcome.ended = Ended::PutOff;
    outcome.cues = PollCues {
        not_before: Some(until),
        ..PollCues::default()
    };
    outcome
}

fn later(moment: Timestamp, by: SignedDuration) -> Timestamp {
    moment.saturating_add(by).unwrap_or(Timestamp::MAX)
}
