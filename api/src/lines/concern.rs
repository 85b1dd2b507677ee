//! Concerns as JSON.

use models::domain::{Concern, DayCount};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{MentionView, UnitWeight, format_time, round, scope_code};

/// What happened to a concern on one day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DayView {
    /// Which day.
    pub day: String,
    /// Mentions of all channels.
    pub n_mentions: u32,
    /// Hotline reports among them.
    pub n_tickets: u32,
    /// Independent sources among them.
    pub n_sources: u32,
    /// Sum of the probabilities of negative sentiment.
    pub negative: f64,
}

impl From<&DayCount> for DayView {
    fn from(count: &DayCount) -> Self {
        Self {
            day: count.day.to_string(),
            n_mentions: count.n_mentions,
            n_tickets: count.n_tickets,
            n_sources: count.n_sources,
            negative: round(f64::from(count.negative), 4),
        }
    }
}

/// One concern with its days and, where asked for, its evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConcernView {
    /// Stays the same for life.
    pub id: String,
    /// Words that stand in the evidence.
    pub title: String,
    /// Code of its topic.
    pub topic: String,
    /// `unit`, `city`, `outside` or `unknown`.
    pub scope: String,
    /// `open`, `answered`, `closed` or `returned`.
    pub status: String,
    /// Units it touches, heaviest first.
    pub units: Vec<UnitWeight>,
    /// Ids of the agencies named or answering by duty.
    pub agencies: Vec<String>,
    /// First mention.
    pub first_seen: String,
    /// Latest mention.
    pub last_seen: String,
    /// Tickets not yet closed.
    pub n_open_tickets: u32,
    /// Days with at least one mention, oldest first.
    pub daily: Vec<DayView>,
    /// The mention the title was taken from.
    pub title_from: String,
    /// Its evidence, newest first, redacted.
    pub evidence: Vec<MentionView>,
    /// Where the next page of the evidence begins; null on the last.
    pub next: Option<String>,
}

impl ConcernView {
    /// A concern with one page of its evidence.
    pub fn new(concern: &Concern, evidence: Vec<MentionView>, next: Option<String>) -> Self {
        Self {
            id: concern.id.to_string(),
            title: concern.title.clone(),
            topic: concern.topic.code().to_owned(),
            scope: scope_code(concern.scope).to_owned(),
            status: concern.status.code().to_owned(),
            units: UnitWeight::list(&concern.units),
            agencies: concern.agencies.iter().map(ToString::to_string).collect(),
            first_seen: format_time(concern.first_seen),
            last_seen: format_time(concern.last_seen),
            n_open_tickets: concern.n_open_tickets,
            daily: concern.daily.iter().map(DayView::from).collect(),
            title_from: concern.title_from.to_string(),
            evidence,
            next,
        }
    }
}
