//! Scoring: what the listening and the tickets say of satisfaction, two numbers side by side that are
//! never mixed.

mod evidence;
mod level;
mod listening;
mod method;
mod moves;
mod prior;
mod shadow;
pub mod simulate;

pub use level::{colour_of, level_of};
pub use listening::Past;
pub use method::{LONGEST_WINDOW_DAYS, ScoreMethod};
pub(crate) use shadow::{Handling, handling_at};
pub use shadow::{answered, official, points_of_18, running_periods, shadow_scores};

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::domain::{
    AnnotatedMention, Concern, ListeningSignal, MapColour, SatisfactionSignal, Unit,
};
use crate::ranking::group::Links;

/// The signals of all units that exist on the day, by code. `mentions` are the grouped mentions of
/// the days that count (`ScoreMethod::days`, the day itself included; those before count in the longest
/// signal alone), `concerns` those they belong to; `past` tells of days that are not among them.
/// Revisions are 1.
pub fn score_day(
    method: &ScoreMethod,
    day: Date,
    mentions: &[AnnotatedMention],
    concerns: &[Concern],
    units: &[Unit],
    past: &Past,
) -> Vec<SatisfactionSignal> {
    let mut units = units
        .iter()
        .filter(|unit| unit.is_valid_on(day))
        .collect::<Vec<_>>();
    units.sort_by_key(|unit| unit.code);
    units.dedup_by_key(|unit| unit.code);
    // What was said of a concern that became part of another is said of the whole.
    let links = Links::new(concerns);
    let by_id = concerns
        .iter()
        .map(|concern| (&concern.id, concern))
        .collect::<BTreeMap<_, _>>();
    let concerns = by_id
        .keys()
        .filter_map(|id| Some((*id, *by_id.get(links.whole(id))?)))
        .collect::<BTreeMap<_, _>>();
    let listened = listening::listen(method, day, mentions, &concerns, &units, past);
    let shadows = shadow::count_by_unit(method, day, mentions, &concerns);
    let signals = units.iter().zip(listened).map(|(unit, listened)| {
        let usual = listened.windows.iter().find(|w| w.days == method.days);
        let listening = usual.map_or_else(unheard, |window| window.signal.clone());
        let level = listening.judged.then(|| level_of(method, listening.value));
        let colour = if listening.judged {
            colour_of(method, listening.value)
        } else {
            MapColour::Hatched
        };
        let shadow = shadows.get(&unit.code).copied().unwrap_or_default();
        SatisfactionSignal {
            unit: unit.code,
            day,
            listening,
            windows: listened.windows,
            coverage: past.coverage.get(&day).copied().unwrap_or(0.0),
            settled: listened.settled,
            shadow: shadow::brief(&shadow, method.full_at_pct),
            level,
            colour,
            method_version: method.version.clone(),
            revision: 1,
        }
    });
    signals.collect()
}

/// The signal where nothing is known at all.
fn unheard() -> ListeningSignal {
    ListeningSignal {
        value: 50.0,
        interval: crate::domain::Interval {
            low: 0.0,
            high: 100.0,
        },
        n: 0,
        judged: false,
    }
}
