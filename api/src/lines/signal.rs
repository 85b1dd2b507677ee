//! Satisfaction signals as JSON: what `langnghe score` prints and `/api/v1/signals` answers.

use models::domain::{
    Level, ListeningSignal, ListeningWindow, MapColour, Period, SatisfactionSignal,
    ShadowSatisfaction,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{format_time, round};

/// What the listening says, 0 to 100.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ListeningLine {
    /// Point estimate.
    pub value: f64,
    /// Lower bound of the 90 % interval.
    pub low: f64,
    /// Upper bound of the 90 % interval.
    pub high: f64,
    /// Mentions behind it.
    pub n: u32,
    /// Whether there is enough evidence to colour the unit.
    pub judged: bool,
}

impl From<&ListeningSignal> for ListeningLine {
    fn from(signal: &ListeningSignal) -> Self {
        Self {
            value: round(signal.value, 2),
            low: round(signal.interval.low, 2),
            high: round(signal.interval.high, 2),
            n: signal.n,
            judged: signal.judged,
        }
    }
}

/// The listening signal over so many days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WindowLine {
    /// 1, 7, 28 or 90 days, this day the last of them.
    pub days: u16,
    /// Point estimate.
    pub value: f64,
    /// Lower bound of the 90 % interval.
    pub low: f64,
    /// Upper bound of the 90 % interval.
    pub high: f64,
    /// Mentions behind it.
    pub n: u32,
    /// Whether there is enough evidence to judge.
    pub judged: bool,
    /// How much of what should have been heard on those days was, 0 to 1.
    pub coverage: f64,
}

impl From<&ListeningWindow> for WindowLine {
    fn from(window: &ListeningWindow) -> Self {
        let line = ListeningLine::from(&window.signal);
        Self {
            days: window.days,
            value: line.value,
            low: line.low,
            high: line.high,
            n: line.n,
            judged: line.judged,
            coverage: round(window.coverage, 4),
        }
    }
}

/// The satisfaction group of Decision 766/QĐ-TTg recomputed from tickets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ShadowLine {
    /// Petitions handled on time, per cent.
    pub on_time: Option<f64>,
    /// Satisfaction with petition handling, per cent, silence counted as satisfied.
    pub petition_satisfaction: Option<f64>,
    /// Satisfaction with procedures, per cent.
    pub procedure_satisfaction: Option<f64>,
    /// Points of 18.
    pub points: Option<f64>,
    /// Tickets behind it.
    pub n: u32,
    /// Closed tickets without a rating.
    pub silent: u32,
}

impl From<&ShadowSatisfaction> for ShadowLine {
    fn from(shadow: &ShadowSatisfaction) -> Self {
        let two = |value: Option<f64>| value.map(|value| round(value, 2));
        Self {
            on_time: two(shadow.on_time_pct),
            petition_satisfaction: two(shadow.petition_satisfaction_pct),
            procedure_satisfaction: two(shadow.procedure_satisfaction_pct),
            points: two(shadow.points),
            n: shadow.n,
            silent: shadow.n_silent,
        }
    }
}

/// Both numbers of a unit for a day, side by side and never mixed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SignalLine {
    /// Five-digit code.
    #[schema(example = "26740")]
    pub unit: String,
    /// Which day, in Vietnam.
    #[schema(example = "2026-11-12")]
    pub day: String,
    /// The first moment that no longer counts: the end of the day or period.
    #[serde(default)]
    pub as_of: String,
    /// What the listening says, over 28 days.
    pub listening: ListeningLine,
    /// The same over 1, 7, 28 and 90 days.
    pub windows: Vec<WindowLine>,
    /// How much of what should have been heard that day was, 0 to 1.
    pub coverage: f64,
    /// What tickets say by the official rule.
    pub shadow_766: ShadowLine,
    /// `excellent`, `good`, `fair`, `average` or `weak`; null when it cannot be judged.
    pub level: Option<String>,
    /// `green`, `yellow`, `orange`, `red`, or `hatched` when it cannot be judged.
    pub colour: String,
    /// Version of the method and its weights.
    pub method_version: String,
    /// 1 for the first published, one more with each correction.
    pub revision: u32,
}

impl From<&SatisfactionSignal> for SignalLine {
    fn from(signal: &SatisfactionSignal) -> Self {
        Self {
            unit: signal.unit.to_string(),
            day: signal.day.to_string(),
            as_of: format_time(Period::day(signal.day).end()),
            listening: ListeningLine::from(&signal.listening),
            windows: signal.windows.iter().map(WindowLine::from).collect(),
            coverage: round(signal.coverage, 4),
            shadow_766: ShadowLine::from(&signal.shadow),
            level: signal.level.map(|level| level_code(level).to_owned()),
            colour: colour_code(signal.colour).to_owned(),
            method_version: signal.method_version.clone(),
            revision: signal.revision,
        }
    }
}

/// The code of a level.
pub fn level_code(level: Level) -> &'static str {
    match level {
        Level::Excellent => "excellent",
        Level::Good => "good",
        Level::Fair => "fair",
        Level::Average => "average",
        Level::Weak => "weak",
    }
}

/// The code of a colour of the map.
pub fn colour_code(colour: MapColour) -> &'static str {
    match colour {
        MapColour::Green => "green",
        MapColour::Yellow => "yellow",
        MapColour::Orange => "orange",
        MapColour::Red => "red",
        MapColour::Hatched => "hatched",
    }
}
