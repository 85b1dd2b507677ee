//! Sources and their health as JSON.

use models::domain::{HealthStatus, Source, SourceDay, SourceHealth};
use models::rhythm::Silence;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::format_time;
use crate::i18n::Lang;

/// The latest observation of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HealthView {
    /// `fresh`, `stale`, `empty`, `not_a_feed`, `blocked`, `moved`, `robots_denied`, `over_quota`,
    /// `unreachable`, `disabled` or `pending`.
    pub status: String,
    /// When it was observed; null when it was never visited.
    pub observed_at: Option<String>,
    /// One line for people.
    pub detail: String,
    /// Newest entry seen so far.
    pub newest_entry_at: Option<String>,
    /// Mentions that were new at that visit.
    pub n_new: u32,
    /// What to do about it, in English; null when it is well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

impl From<&SourceHealth> for HealthView {
    fn from(health: &SourceHealth) -> Self {
        Self {
            status: health.status.code().to_owned(),
            observed_at: Some(format_time(health.observed_at)),
            detail: health.detail.clone(),
            newest_entry_at: health.newest_entry_at.map(format_time),
            n_new: health.n_new,
            advice: advice(health.status),
        }
    }
}

/// One source with its health.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SourceView {
    /// Stable identifier.
    pub id: String,
    /// Name shown to people.
    pub name: String,
    /// `press`, `social` or `hotline`.
    pub channel: String,
    /// Outlet that publishes it.
    pub outlet: String,
    /// Where it is read from.
    pub url: String,
    /// How it is doing.
    pub health: HealthView,
}

impl SourceView {
    /// A source with its latest observation, if it was ever visited.
    pub fn new(source: &Source, health: Option<&SourceHealth>) -> Self {
        Self {
            id: source.id.to_string(),
            name: source.name.clone(),
            channel: source.channel.code().to_owned(),
            outlet: source.outlet.clone(),
            url: source.url.clone(),
            health: match (&source.disabled, health) {
                (Some(reason), _) => unobserved(HealthStatus::Disabled, reason),
                (None, Some(health)) => HealthView::from(health),
                (None, None) => unobserved(HealthStatus::Pending, ""),
            },
        }
    }
}

fn unobserved(status: HealthStatus, detail: &str) -> HealthView {
    HealthView {
        status: status.code().to_owned(),
        observed_at: None,
        detail: detail.to_owned(),
        newest_entry_at: None,
        n_new: 0,
        advice: advice(status),
    }
}

fn advice(status: HealthStatus) -> Option<String> {
    Lang::En.texts().advice(status).map(str::to_owned)
}

/// What was seen of a source on one day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SourceDayView {
    /// Which day, in Vietnam.
    pub day: String,
    /// What the last visit of the day found; null on a day without a visit.
    pub status: Option<String>,
    /// Its line for people.
    pub detail: String,
    /// Visits.
    pub n_visits: u32,
    /// Those that the source answered as it should.
    pub n_well: u32,
    /// Mentions published that day.
    pub n_heard: u64,
    /// Mentions expected by the source's own weekdays.
    pub n_expected: f64,
}

impl SourceDayView {
    /// A day, visited or not.
    pub fn new(
        day: jiff::civil::Date,
        seen: Option<&SourceDay>,
        heard: u64,
        expected: f64,
    ) -> Self {
        Self {
            day: day.to_string(),
            status: seen.map(|seen| seen.status.code().to_owned()),
            detail: seen.map(|seen| seen.detail.clone()).unwrap_or_default(),
            n_visits: seen.map_or(0, |seen| seen.n_visits),
            n_well: seen.map_or(0, |seen| seen.n_well),
            n_heard: heard,
            n_expected: super::round(expected, 2),
        }
    }
}

/// How the silence of a source compares with its rhythm, as of the last visit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RhythmView {
    /// Hours since the newest entry.
    pub silent_hours: f64,
    /// When the silence becomes unusual, or became so.
    pub unusual_from: String,
    /// How often a year a source that goes on as before is silent for so long.
    pub times_a_year: f64,
    /// The rate of false alarms that the limit is made for, a source and year.
    pub false_alarms_a_year: f64,
}

impl From<&Silence> for RhythmView {
    fn from(silence: &Silence) -> Self {
        Self {
            silent_hours: super::round(silence.lasted.as_secs_f64() / 3600.0, 2),
            unusual_from: format_time(silence.unusual_from),
            times_a_year: super::round(silence.times_a_year, 3),
            false_alarms_a_year: models::rhythm::FALSE_ALARMS_A_YEAR,
        }
    }
}

/// One source with its history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SourceHistoryView {
    /// The source as in the list.
    #[serde(flatten)]
    pub source: SourceView,
    /// Its rhythm; null while there is too little history.
    pub rhythm: Option<RhythmView>,
    /// Its last 30 days, oldest first.
    pub days: Vec<SourceDayView>,
    /// Its latest visits, newest first.
    pub visits: Vec<HealthView>,
}
