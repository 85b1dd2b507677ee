//! A published satisfaction signal, without its revision, which is a column.

use jiff::civil::Date;
use models::domain::{
    Interval, Level, ListeningSignal, MapColour, SatisfactionSignal, ShadowSatisfaction,
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
        let listening = &signal.listening;
        let shadow = &signal.shadow;
        Self {
            unit: signal.unit.number(),
            day: signal.day.to_string(),
            listening: ListeningShape {
                value: Real(listening.value),
                low: Real(listening.interval.low),
                high: Real(listening.interval.high),
                n: listening.n,
                judged: listening.judged,
            },
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
        Ok(SatisfactionSignal {
            unit: unit_code(self.unit)?,
            day: self.day.parse::<Date>().map_err(|why| why.to_string())?,
            listening: ListeningSignal {
                value: self.listening.value.0,
                interval: Interval {
                    low: self.listening.low.0,
                    high: self.listening.high.0,
                },
                n: self.listening.n,
                judged: self.listening.judged,
            },
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
