//! Sources and their health as JSON.

use models::domain::{HealthStatus, Source, SourceHealth};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::format_time;

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
}

impl From<&SourceHealth> for HealthView {
    fn from(health: &SourceHealth) -> Self {
        Self {
            status: health.status.code().to_owned(),
            observed_at: Some(format_time(health.observed_at)),
            detail: health.detail.clone(),
            newest_entry_at: health.newest_entry_at.map(format_time),
            n_new: health.n_new,
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
    }
}
