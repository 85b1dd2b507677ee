//! Concerns (vấn đề người dân quan tâm): one issue with an identity that lasts across days.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{AgencyId, ConcernId, MentionId, Scope, Topic, WeightedUnit};

/// Where a concern stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConcernStatus {
    /// Voices keep coming, nothing is settled.
    Open,
    /// Its tickets are closed, or an answer was given.
    Answered,
    /// Quiet since it was answered.
    Closed,
    /// Came back after it was closed.
    Returned,
}

impl ConcernStatus {
    /// The code used in files and addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Closed => "closed",
            Self::Returned => "returned",
        }
    }

    /// The status of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Open, Self::Answered, Self::Closed, Self::Returned]
            .into_iter()
            .find(|status| status.code() == code)
    }
}

/// What happened to a concern on one day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DayCount {
    /// Which day.
    pub day: Date,
    /// Mentions of all channels.
    pub n_mentions: u32,
    /// Hotline reports among them.
    pub n_tickets: u32,
    /// Independent sources among them, reprints merged.
    pub n_sources: u32,
    /// Sum of the probabilities of negative sentiment.
    pub negative: f32,
}

/// A bounded summary of the words of a concern, by which later mentions find it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sketch {
    /// Hashed terms with their weights, heaviest first.
    pub terms: Vec<(u32, f32)>,
    /// Mentions summed up.
    pub n_mentions: u32,
}

/// One issue citizens care about.
#[derive(Clone, Debug, PartialEq)]
pub struct Concern {
    /// Stays the same for life.
    pub id: ConcernId,
    /// What it is about.
    pub topic: Topic,
    /// Its reach.
    pub scope: Scope,
    /// Units it touches, heaviest first.
    pub units: Vec<WeightedUnit>,
    /// Agencies named or answering by duty.
    pub agencies: Vec<AgencyId>,
    /// Extractive title: words that stand in the evidence.
    pub title: String,
    /// The mention the title was taken from.
    pub title_from: MentionId,
    /// Where it stands.
    pub status: ConcernStatus,
    /// First mention.
    pub first_seen: Timestamp,
    /// Latest mention.
    pub last_seen: Timestamp,
    /// Days with at least one mention, oldest first, at most the last 90.
    pub daily: Vec<DayCount>,
    /// Tickets not yet closed.
    pub n_open_tickets: u32,
    /// By which later mentions find it.
    pub sketch: Sketch,
    /// The older concern it turned out to be part of: what was said of it counts there from that
    /// day on, and this one is closed. `None` for one that stands for itself.
    pub part_of: Option<ConcernId>,
}
