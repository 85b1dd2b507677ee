//! What is remembered of a source that comes by itself: how far it was heard, and its rhythm, by
//! which a silence is told from a pause. It stands in the cursor of the source's state.

use jiff::{SignedDuration, Timestamp};
use models::domain::{FetchState, HealthStatus};

use crate::sources::rhythm::Rhythm;

/// Times closer together than this say nothing more about the rhythm.
const APART: SignedDuration = SignedDuration::from_mins(15);

/// So many times are remembered: four days of a source that never pauses.
const TIMES_MAX: usize = 384;

/// What is remembered of a source that comes by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// How far the stream was heard, in its own measure.
    pub position: Option<i64>,
    /// The newest thing said.
    pub newest: Option<Timestamp>,
    /// When things were said, thinned out, oldest first.
    times: Vec<Timestamp>,
}

impl Memory {
    /// What the cursor of a state holds.
    pub fn from_cursor(cursor: Option<&str>) -> Self {
        let mut parts = cursor.unwrap_or_default().split(' ');
        let mut part = || parts.next().filter(|text| !matches!(*text, "" | "-"));
        let second = |text: &str| Timestamp::from_second(text.parse().ok()?).ok();
        Self {
            position: part().and_then(|text| text.parse().ok()),
            newest: part().and_then(second),
            times: part().map_or_else(Vec::new, |text| {
                text.split(',').filter_map(second).collect()
            }),
        }
    }

    /// As it stands in a cursor.
    pub fn to_cursor(&self) -> Option<String> {
        if *self == Self::default() {
            return None;
        }
        let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        let times = self.times.iter().map(|at| at.as_second().to_string());
        Some(format!(
            "{} {} {}",
            or_dash(self.position.map(|position| position.to_string())),
            or_dash(self.newest.map(|at| at.as_second().to_string())),
            times.collect::<Vec<_>>().join(",")
        ))
    }

    /// Something was said.
    pub fn note(&mut self, at: Timestamp) {
        self.newest = self.newest.max(Some(at));
        let is_apart = |last: &Timestamp| at.duration_since(*last) >= APART;
        if self.times.last().is_none_or(is_apart) {
            self.times.push(at);
            let surplus = self.times.len().saturating_sub(TIMES_MAX);
            self.times.drain(..surplus);
        }
    }

    /// Fresh, or silent for longer than its own rhythm explains, or never heard; with the reason.
    pub fn judge(&self, now: Timestamp) -> (HealthStatus, String) {
        let Some(newest) = self.newest else {
            return (HealthStatus::Empty, "nothing came yet".to_owned());
        };
        let rhythm = Rhythm {
            newest: Some(newest),
            ..Rhythm::of(&self.times)
        };
        rhythm.judge(&FetchState::default(), now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn survives_in_a_cursor() {
        let mut memory = Memory::default();
        assert_eq!(memory.to_cursor(), None);
        assert_eq!(Memory::from_cursor(None), memory);
        memory.position = Some(1_725_911_162_329_308);
        assert_eq!(Memory::from_cursor(memory.to_cursor().as_deref()), memory);
        for hour in 0..20 {
            memory.note(at(&format!("2026-11-12T{hour:02}:00:00Z")));
        }
        assert_eq!(Memory::from_cursor(memory.to_cursor().as_deref()), memory);
        assert_eq!(Memory::from_cursor(Some("x y z")), Memory::default());
    }

    #[test]
    fn times_are_thinned_out_and_bounded() {
        let mut memory = Memory::default();
        let start = at("2026-11-01T00:00:00Z");
        for minute in 0..20_000 {
            memory.note(start + SignedDuration::from_mins(minute));
        }
        assert_eq!(memory.times.len(), TIMES_MAX);
        assert!(memory.to_cursor().unwrap().len() < 6_000);
        assert_eq!(
            memory.newest,
            Some(start + SignedDuration::from_mins(19_999))
        );
    }

    #[test]
    fn silence_is_judged_by_the_source_itself() {
        let mut memory = Memory::default();
        assert_eq!(
            memory.judge(at("2026-11-12T00:00:00Z")).0,
            HealthStatus::Empty
        );
        for hour in 0..48 {
            memory.note(at("2026-11-10T00:00:00Z") + SignedDuration::from_hours(hour));
        }
        assert_eq!(
            memory.judge(at("2026-11-12T03:00:00Z")).0,
            HealthStatus::Fresh
        );
        assert_eq!(
            memory.judge(at("2026-11-13T03:00:00Z")).0,
            HealthStatus::Stale
        );
    }
}
