//! A published satisfaction signal, without its revision, which is a column.

use jiff::civil::Date;
use models::domain::{
    Interval, Level, ListeningEvidence, ListeningSignal, ListeningWindow, MapColour,
    SatisfactionSignal, ShadowSatisfaction,
};
use serde::{Deserialize, Serialize};

use super::numbers::Real;
use super::{Complaint, code_in, from_table, unit_code};

/// See [`SatisfactionSignal`].
#[derive(Serialize, Deserialize)]
pub(crate) struct SignalShape {
    unit: u32,
    day: String,
    listening: ListeningShape,
    // What follows came with score-2.
    #[serde(default)]
    windows: Vec<WindowShape>,
    #[serde(default = "whole")]
    coverage: Real,
    #[serde(default)]
    settled: SettledShape,
    shadow: ShadowShape,
    level: Option<String>,
    colour: String,
    method_version: String,
}

#[derive(Serialize, Deserialize)]
struct ListeningShape {
    value: Real,
    low: Real,
    high: Real,
    n: u32,
    judged: bool,
}

/// Signals of before were not made of less than was heard.
fn whole() -> Real {
    Real(1.0)
}

#[derive(Serialize, Deserialize)]
struct WindowShape {
    days: u16,
    signal: ListeningShape,
    coverage: Real,
}

/// Good and all of each share, and mentions.
#[derive(Default, Serialize, Deserialize)]
struct SettledShape(Vec<(Real, Real)>, u32);

impl From<&ListeningSignal> for ListeningShape {
    fn from(listening: &ListeningSignal) -> Self {
        Self {
            value: Real(listening.value),
            low: Real(listening.interval.low),
            high: Real(listening.interval.high),
            n: listening.n,
            judged: listening.judged,
        }
    }
}

impl From<ListeningShape> for ListeningSignal {
    fn from(shape: ListeningShape) -> Self {
        Self {
            value: shape.value.0,
            interval: Interval {
                low: shape.low.0,
                high: shape.high.0,
            },
            n: shape.n,
            judged: shape.judged,
        }
    }
}

impl From<&ListeningEvidence> for SettledShape {
    fn from(settled: &ListeningEvidence) -> Self {
        let shares = settled.shares.iter();
        let shares = shares.map(|share| (Real(share.good), Real(share.all)));
        Self(shares.collect(), settled.n)
    }
}

impl From<SettledShape> for ListeningEvidence {
    fn from(SettledShape(shares, n): SettledShape) -> Self {
        let mut settled = Self {
            n,
            ..Self::default()
        };
        for (share, (good, all)) in settled.shares.iter_mut().zip(shares) {
            share.good = good.0;
            share.all = all.0;
        }
        settled
    }
}

#[derive(Serialize, Deserialize)]
struct ShadowShape {
    on_time_pct: Option<Real>,
    petition_satisfaction_pct: Option<Real>,
    procedure_satisfaction_pct: Option<Real>,
    points: Option<Real>,
    n: u32,
    n_silent: u32,
}

const LEVELS: [(Level, &str); 5] = [
    (Level::Weak, "weak"),
    (Level::Average, "average"),
    (Level::Fair, "fair"),
    (Level::Good, "good"),
    (Level::Excellent, "excellent"),
];

const COLOURS: [(MapColour, &str); 5] = [
    (MapColour::Green, "green"),
    (MapColour::Yellow, "yellow"),
    (MapColour::Orange, "orange"),
    (MapColour::Red, "red"),
    (MapColour::Hatched, "hatched"),
];

impl From<&SatisfactionSignal> for SignalShape {
    fn from(signal: &SatisfactionSignal) -> Self {
        let windows = signal.windows.iter().map(|window| WindowShape {
            days: window.days,
            signal: ListeningShape::from(&window.signal),
            coverage: Real(window.coverage),
        });
        let shadow = &signal.shadow;
        Self {
            unit: signal.unit.number(),
            day: signal.day.to_string(),
            listening: ListeningShape::from(&signal.listening),
            windows: windows.collect(),
            coverage: Real(signal.coverage),
            settled: SettledShape::from(&signal.settled),
            shadow: ShadowShape {
                on_time_pct: shadow.on_time_pct.map(Real),
                petition_satisfaction_pct: shadow.petition_satisfaction_pct.map(Real),
                procedure_satisfaction_pct: shadow.procedure_satisfaction_pct.map(Real),
                points: shadow.points.map(Real),
                n: shadow.n,
                n_silent: shadow.n_silent,
            },
            level: signal
                .level
                .map(|level| code_in(&LEVELS, &level).to_owned()),
            colour: code_in(&COLOURS, &signal.colour).to_owned(),
            method_version: signal.method_version.clone(),
        }
    }
}

impl SignalShape {
    pub(crate) fn into_signal(self, revision: u32) -> Result<SatisfactionSignal, Complaint> {
        let number = |real: Option<Real>| real.map(|real| real.0);
        let level = self.level.as_deref();
        let windows = self.windows.into_iter().map(|window| ListeningWindow {
            days: window.days,
            signal: window.signal.into(),
            coverage: window.coverage.0,
        });
        Ok(SatisfactionSignal {
            unit: unit_code(self.unit)?,
            day: self.day.parse::<Date>().map_err(|why| why.to_string())?,
            listening: self.listening.into(),
            windows: windows.collect(),
            coverage: self.coverage.0,
            settled: self.settled.into(),
            shadow: ShadowSatisfaction {
                on_time_pct: number(self.shadow.on_time_pct),
                petition_satisfaction_pct: number(self.shadow.petition_satisfaction_pct),
                procedure_satisfaction_pct: number(self.shadow.procedure_satisfaction_pct),
                points: number(self.shadow.points),
                n: self.shadow.n,
                n_silent: self.shadow.n_silent,
            },
            level: level
                .map(|code| from_table("level", &LEVELS, code))
                .transpose()?,
            colour: from_table("colour", &COLOURS, &self.colour)?,
            method_version: self.method_version,
            revision,
        })
    }
}
