//! Scoring: what the listening and the tickets say of satisfaction, two numbers side by side that are
//! never mixed.

mod level;
mod listening;
mod method;
mod shadow;

pub use level::{colour_of, level_of};
pub use method::ScoreMethod;
pub use shadow::{ShadowCounts, points_of_18};

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::domain::{AnnotatedMention, Concern, MapColour, SatisfactionSignal, Unit};
use crate::ranking::group::Links;

/// The signals of all units that exist on the day, by code. `mentions` are the grouped mentions of
/// the days that count (`ScoreMethod::days`, the day itself included; others are passed over),
/// `concerns` those they belong to. Revisions are 1.
pub fn score_day(
    method: &ScoreMethod,
    day: Date,
    mentions: &[AnnotatedMention],
    concerns: &[Concern],
    units: &[Unit],
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
    let listening = listening::listen(method, day, mentions, &concerns, &units);
    let shadows = shadow::count_by_unit(method, day, mentions, &concerns);
    let signals = units.iter().zip(listening).map(|(unit, listening)| {
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
            shadow: shadow.shadow(method.full_at_pct),
            level,
            colour,
            method_version: method.version.clone(),
            revision: 1,
        }
    });
    signals.collect()
}
