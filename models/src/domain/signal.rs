//! Satisfaction signals: the listening signal and the shadow of Decision 766, side by side, never mixed.

use jiff::civil::Date;

use super::{Interval, UnitCode};

/// Five levels of the seeds: 90/80/70/50.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Yếu, below 50.
    Weak,
    /// Trung bình, from 50.
    Average,
    /// Khá, from 70.
    Fair,
    /// Tốt, from 80.
    Good,
    /// Xuất sắc, from 90.
    Excellent,
}

/// Colour of a unit on the execution map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MapColour {
    /// From 90.
    Green,
    /// From 80.
    Yellow,
    /// From 70.
    Orange,
    /// Below 70.
    Red,
    /// Cannot be judged: too little evidence (chưa thể đánh giá).
    Hatched,
}

/// What the listening says of satisfaction, 0 to 100: an input to the official score, not the score.
#[derive(Clone, Debug, PartialEq)]
pub struct ListeningSignal {
    /// Point estimate, 0 to 100.
    pub value: f64,
    /// 90 % interval, within 0 to 100.
    pub interval: Interval,
    /// Mentions behind it.
    pub n: u32,
    /// Whether there is enough evidence to colour the unit.
    pub judged: bool,
}

/// The listening signal over so many days.
#[derive(Clone, Debug, PartialEq)]
pub struct ListeningWindow {
    /// Days, the day of the signal the last of them.
    pub days: u16,
    /// What they say.
    pub signal: ListeningSignal,
    /// How much of what should have been heard on those days was, 0 to 1.
    pub coverage: f64,
}

/// Observations of one share; both may be fractional.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ShareCount {
    /// Good ones.
    pub good: f64,
    /// All.
    pub all: f64,
}

/// What a stretch of days says of a unit: sentiment, resolution, staying away, rating.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ListeningEvidence {
    /// Observations of the four shares.
    pub shares: [ShareCount; 4],
    /// Mentions of concerns.
    pub n: u32,
}

impl ListeningEvidence {
    /// Takes in what other days say.
    pub fn plus(&mut self, other: &Self) {
        for (share, more) in self.shares.iter_mut().zip(&other.shares) {
            share.good += more.good;
            share.all += more.all;
        }
        self.n += other.n;
    }
}

/// The satisfaction group of Decision 766/QĐ-TTg (18 points) recomputed from tickets.
#[derive(Clone, Debug, PartialEq)]
pub struct ShadowSatisfaction {
    /// Petitions handled on time, per cent; `None` without a closed or overdue ticket.
    pub on_time_pct: Option<f64>,
    /// Satisfaction with petition handling, per cent, silence counted as satisfied as the official
    /// rule does.
    pub petition_satisfaction_pct: Option<f64>,
    /// Satisfaction with procedures, per cent, from tickets about public administration.
    pub procedure_satisfaction_pct: Option<f64>,
    /// Points of 18; `None` when any ratio is missing.
    pub points: Option<f64>,
    /// Tickets behind it.
    pub n: u32,
    /// Closed tickets without a rating.
    pub n_silent: u32,
}

/// Both numbers of a unit for a day.
#[derive(Clone, Debug, PartialEq)]
pub struct SatisfactionSignal {
    /// Which unit.
    pub unit: UnitCode,
    /// Which day, in Vietnam.
    pub day: Date,
    /// What the listening says, over the days of the method (28).
    pub listening: ListeningSignal,
    /// The same over 1, 7, 28 and 90 days.
    pub windows: Vec<ListeningWindow>,
    /// Share of what should have been heard that day that was, 0 to 1.
    pub coverage: f64,
    /// What the oldest of the method's days said, as it is known now: longer windows add it up.
    pub settled: ListeningEvidence,
    /// What tickets say by the official rule.
    pub shadow: ShadowSatisfaction,
    /// Level of the listening value; `None` when it cannot be judged.
    pub level: Option<Level>,
    /// Colour on the map.
    pub colour: MapColour,
    /// Version of the method and its weights.
    pub method_version: String,
    /// 1 for the first published, one more with each correction.
    pub revision: u32,
}
