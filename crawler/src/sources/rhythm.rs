//! Whether a source that lists dated entries is fresh or has fallen silent, by its own rhythm.

use jiff::{SignedDuration, Timestamp};
use models::domain::{FetchState, HealthStatus};

use crate::fetch::politeness::{entries_per_day, usual_silence};

/// A source that shows no rhythm of its own is stale after this long.
const SILENCE_WITHOUT_RHYTHM: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What is remembered of a source's rhythm between visits: kept in the cursor of its state, which
/// is opaque to everyone else, because an unchanged answer (304) lists no entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rhythm {
    pub(crate) newest: Option<Timestamp>,
    pub(crate) usual_silence: Option<SignedDuration>,
}

impl Rhythm {
    /// From the times of the entries listed now.
    pub(crate) fn of(times: &[Timestamp]) -> Self {
        Self {
            newest: times.iter().max().copied(),
            usual_silence: usual_silence(times),
        }
    }

    pub(crate) fn from_cursor(cursor: Option<&str>) -> Self {
        let mut parts = cursor.unwrap_or_default().split(' ');
        let newest = parts.next().and_then(|text| text.parse().ok());
        let usual = parts.next().and_then(|text| text.parse().ok());
        Self {
            newest,
            usual_silence: usual.map(SignedDuration::from_secs),
        }
    }

    pub(crate) fn to_cursor(self) -> Option<String> {
        let newest = self.newest?;
        Some(match self.usual_silence {
            Some(usual) => format!("{newest} {}", usual.as_secs()),
            None => newest.to_string(),
        })
    }

    /// Fresh, or stale with the reason.
    pub(crate) fn judge(self, state: &FetchState, now: Timestamp) -> (HealthStatus, String) {
        let Some(newest) = self.newest.or(state.changed_at) else {
            return (HealthStatus::Fresh, "entries carry no dates".to_owned());
        };
        let silence = now.duration_since(newest);
        let usual = self.usual_silence.unwrap_or(SILENCE_WITHOUT_RHYTHM);
        let hours = |duration: SignedDuration| duration.as_hours().max(0);
        if silence > usual {
            let detail = format!(
                "silent for {} h, usually at most {} h",
                hours(silence),
                hours(usual)
            );
            (HealthStatus::Stale, detail)
        } else {
            (
                HealthStatus::Fresh,
                format!("newest entry {} h old", hours(silence)),
            )
        }
    }
}

/// Enters the rhythm of the entries listed now into the state.
pub(crate) fn note(state: &mut FetchState, times: &[Timestamp], now: Timestamp) -> Rhythm {
    let rhythm = Rhythm::of(times);
    state.entries_per_day = entries_per_day(times, now).or(state.entries_per_day);
    state.cursor = rhythm.to_cursor();
    rhythm
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_feed_that_stood_still_in_june_is_stale_in_september() {
        let times = (1..=28)
            .map(|day| at(&format!("2026-06-{day:02}T03:00:00Z")))
            .collect::<Vec<_>>();
        let rhythm = Rhythm::of(&times);
        let judge = |now| rhythm.judge(&FetchState::default(), at(now)).0;
        assert_eq!(judge("2026-06-30T03:00:00Z"), HealthStatus::Fresh);
        assert_eq!(judge("2026-09-09T03:00:00Z"), HealthStatus::Stale);
    }

    #[test]
    fn survives_in_a_cursor() {
        let times = (1..=9)
            .map(|day| at(&format!("2026-06-{day:02}T03:00:00Z")))
            .collect::<Vec<_>>();
        let rhythm = Rhythm::of(&times);
        assert_eq!(Rhythm::from_cursor(rhythm.to_cursor().as_deref()), rhythm);
        assert_eq!(Rhythm::from_cursor(None), Rhythm::default());
        let short = Rhythm::of(&times[..2]);
        assert_eq!(Rhythm::from_cursor(short.to_cursor().as_deref()), short);
    }
}
