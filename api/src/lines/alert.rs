//! Alerts, their causes, and what endpoints are told of them.

use models::domain::{
    Alert, AlertEvent, AlertStep, BurstCause, Cause, EventKind, Finding, UnitCode,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::event::wrapped;
use super::{format_time, round};

/// An alert as it stands. It names its concern or source and quotes nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AlertLine {
    /// Number.
    pub id: u64,
    /// Name of its rule when it was opened.
    pub rule: String,
    /// `concern` or `source`.
    pub kind: String,
    /// Identifier of the concern or source.
    pub subject: String,
    /// Topic of the concern.
    pub topic: Option<String>,
    /// Codes of the units it touches, heaviest first.
    pub units: Vec<String>,
    /// Whether its rule is urgent.
    pub urgent: bool,
    /// `open`, `acknowledged` or `resolved`.
    pub status: String,
    /// When it was opened.
    pub opened_at: String,
    /// Nobody is told until then.
    pub snoozed_until: Option<String>,
    /// The last day on which its rule found it.
    pub last_found: String,
    /// Why it was opened, or told again as worse; `null` where an event has no cause of its own.
    pub cause: Option<CauseLine>,
    /// Where it is read, on the server of these pages, by those who signed in.
    pub path: String,
}

/// The figures of a cause.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CauseLine {
    /// The day it is about, in Vietnam.
    pub day: String,
    /// Mentions of the day; of concerns.
    pub n_mentions: Option<u32>,
    /// Mean probability of negative sentiment, 0 to 1; of concerns.
    pub negative_share: Option<f64>,
    /// The burst, where the rule asked for one.
    pub burst: Option<BurstLine>,
    /// Mentions to read, the most negative first; of concerns.
    pub evidence: Vec<String>,
    /// How the source is doing; of sources.
    pub health: Option<String>,
    /// Since when it is unwell; of sources.
    pub since: Option<String>,
}

/// More than its history explains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BurstLine {
    /// Mentions of the unit and topic that day.
    pub n_mentions: u32,
    /// Mentions expected.
    pub expected: f64,
    /// Probability of so many without a change.
    pub p: f64,
    /// Series watched.
    pub n_series: u32,
    /// Days of history.
    pub history_days: u32,
    /// False alarms a month that the rule accepts.
    pub false_per_month: f64,
}

impl AlertLine {
    /// An alert with the cause that people were told last.
    pub fn new(alert: &Alert, found: Option<&Finding>) -> Self {
        Self {
            id: alert.id,
            rule: alert.rule_name.clone(),
            kind: alert.subject.kind().code().to_owned(),
            subject: alert.subject.id().to_owned(),
            topic: alert.topic.map(|topic| topic.code().to_owned()),
            units: alert.units.iter().map(UnitCode::to_string).collect(),
            urgent: alert.is_urgent,
            status: alert.status.code().to_owned(),
            opened_at: format_time(alert.opened_at),
            snoozed_until: alert.snoozed_until.map(format_time),
            last_found: alert.last_found.to_string(),
            cause: found.map(CauseLine::from),
            path: format!("/canh-bao/{}", alert.id),
        }
    }
}

impl From<&Finding> for CauseLine {
    fn from(found: &Finding) -> Self {
        let mut line = Self {
            day: found.day.to_string(),
            n_mentions: None,
            negative_share: None,
            burst: None,
            evidence: Vec::new(),
            health: None,
            since: None,
        };
        match &found.cause {
            Cause::Concern(cause) => {
                line.n_mentions = Some(cause.n_mentions);
                line.negative_share = Some(round(cause.negative_share, 3));
                line.burst = cause.burst.as_ref().map(BurstLine::from);
                line.evidence = cause.evidence.iter().map(ToString::to_string).collect();
            }
            Cause::Source(cause) => {
                line.health = Some(cause.status.code().to_owned());
                line.since = Some(format_time(cause.since));
            }
        }
        line
    }
}

impl From<&BurstCause> for BurstLine {
    fn from(burst: &BurstCause) -> Self {
        Self {
            n_mentions: burst.n_mentions,
            expected: round(burst.expected, 3),
            p: burst.p,
            n_series: burst.n_series,
            history_days: burst.history_days,
            false_per_month: burst.per_month,
        }
    }
}

/// The message that something happened to an alert.
///
/// ## Errors
/// When a number is none that JSON can hold.
pub fn alert_event(
    kind: EventKind,
    alert: &Alert,
    event: &AlertEvent,
) -> Result<String, serde_json::Error> {
    let found = match &event.step {
        AlertStep::Opened(found) | AlertStep::Worsened(found) => Some(found),
        _ => None,
    };
    wrapped(kind, event.at, AlertLine::new(alert, found))
}
