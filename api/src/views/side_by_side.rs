//! Units side by side: the same figures of each, and what may be said of them together.

use std::collections::HashMap;

use askama::Template;
use jiff::civil::Date;
use models::domain::{
    ConcernId, Digest, Interval, SatisfactionSignal, Unit, UnitComparison, UnitKind,
};

use super::unit::{RatioRow, SignalView};
use super::{Layout, Picker, comparison};
use crate::i18n::{Lang, Texts, fill};
use crate::state::AppState;

/// Concerns shown of each unit.
const CONCERNS: usize = 5;

/// Units that can be chosen, by the name of their field.
const FIELDS: [&str; 3] = ["a", "b", "c"];

/// What one column is made from.
pub(crate) struct BesideInput {
    /// The unit.
    pub unit: Unit,
    /// Its digest of the day.
    pub digest: Option<Digest>,
    /// Its signal of the day.
    pub signal: Option<SatisfactionSignal>,
    /// Where it differs from the city.
    pub comparison: Option<UnitComparison>,
}

/// A concern of one of the units.
pub(crate) struct BesideConcern {
    pub(crate) title: String,
    pub(crate) href: String,
    pub(crate) note: String,
    /// Whether another of the units has it too.
    pub(crate) is_shared: bool,
}

/// One unit.
pub(crate) struct BesideColumn {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) signal: Option<SignalView>,
    pub(crate) interval: String,
    pub(crate) voices: String,
    pub(crate) rate: String,
    pub(crate) difference: String,
    pub(crate) concerns: Vec<BesideConcern>,
}

/// One ratio of all units.
pub(crate) struct BesideRatio {
    pub(crate) name: &'static str,
    pub(crate) values: Vec<String>,
}

/// A field in which a unit is chosen.
pub(crate) struct BesideField {
    pub(crate) name: &'static str,
    pub(crate) label: String,
    pub(crate) picker: Picker,
}

/// `/canh-nhau`.
#[derive(Template)]
#[template(path = "side_by_side.html")]
pub(crate) struct BesidePage {
    pub(crate) page: Layout,
    pub(crate) day: Date,
    pub(crate) day_label: String,
    pub(crate) fields: Vec<BesideField>,
    pub(crate) columns: Vec<BesideColumn>,
    pub(crate) ratios: Vec<BesideRatio>,
    /// What may be concluded, and what may not.
    pub(crate) conclusions: Vec<&'static str>,
}

impl BesidePage {
    pub(crate) fn new(app: &AppState, page: Layout, day: Date, inputs: &[BesideInput]) -> Self {
        let (t, lang) = (page.t, page.lang);
        let seen = times_seen(inputs);
        let columns = inputs.iter().map(|input| column(app, lang, input, &seen));
        let columns = columns.collect::<Vec<_>>();
        let fields = FIELDS.into_iter().enumerate().map(|(at, name)| {
            let chosen = inputs.get(at).map(|input| input.unit.code);
            BesideField {
                name,
                label: fill(t.beside_field, &[&(at + 1).to_string()]),
                picker: Picker::new(app, lang, day, chosen),
            }
        });
        Self {
            day,
            day_label: lang.long_day(day),
            fields: fields.collect(),
            ratios: ratios(&columns, t),
            columns,
            conclusions: conclusions(t, inputs),
            page,
        }
    }
}

/// How many of the units have each concern among those shown.
fn times_seen(inputs: &[BesideInput]) -> HashMap<&ConcernId, usize> {
    let mut seen = HashMap::new();
    let digests = inputs.iter().filter_map(|input| input.digest.as_ref());
    for entry in digests.flat_map(|digest| digest.top.iter().take(CONCERNS)) {
        *seen.entry(&entry.concern).or_default() += 1;
    }
    seen
}

fn column(
    app: &AppState,
    lang: Lang,
    input: &BesideInput,
    seen: &HashMap<&ConcernId, usize>,
) -> BesideColumn {
    let (t, unit) = (lang.texts(), &input.unit);
    let signal = input.signal.as_ref();
    let none = || t.beside_none.to_owned();
    let digest = input.digest.as_ref();
    let top = digest.iter().flat_map(|digest| &digest.top).take(CONCERNS);
    let concerns = top.map(|entry| BesideConcern {
        title: entry.shown_title().to_owned(),
        href: lang.concern_href(&entry.concern),
        note: fill(
            t.compare_concern,
            &[
                &entry.rank.to_string(),
                &lang.count(entry.n_mentions.into()),
            ],
        ),
        is_shared: seen.get(&entry.concern).is_some_and(|n| *n > 1),
    });
    let compared = input.comparison.as_ref();
    BesideColumn {
        name: unit.full_name(),
        href: lang.unit_href(unit.code),
        interval: signal.map_or_else(none, |signal| {
            let listening = &signal.listening;
            let ends = [listening.interval.low, listening.interval.high];
            let [low, high] = ends.map(|end| lang.decimal(end, 1));
            let n = lang.count(listening.n.into());
            fill(t.beside_interval, &[&low, &high, &n])
        }),
        signal: signal.map(|signal| SignalView::new(lang, signal, &[])),
        voices: digest.map_or_else(none, |digest| lang.count(digest.n_mentions.into())),
        rate: rate(lang, compared).unwrap_or_else(none),
        difference: compared
            .map_or_else(none, |compared| comparison::sentence(app, lang, compared)),
        concerns: concerns.collect(),
    }
}

/// Voices of 28 days per 10,000 inhabitants, where a population was published.
fn rate(lang: Lang, compared: Option<&UnitComparison>) -> Option<String> {
    let compared = compared?;
    let people = compared.population.filter(|people| *people > 0)?;
    let rate = compared.n * 10_000.0 / f64::from(people);
    Some(lang.decimal(rate, 1))
}

/// The ratios of Decision 766, row by row; none where no unit has a signal.
fn ratios(columns: &[BesideColumn], t: &Texts) -> Vec<BesideRatio> {
    let shadow = |column: &BesideColumn, at: usize| -> Option<String> {
        let row: &RatioRow = column.signal.as_ref()?.shadow.get(at)?;
        Some(row.value.clone())
    };
    let names = columns.iter().find_map(|column| column.signal.as_ref());
    let names = names.iter().flat_map(|signal| &signal.shadow);
    let row = |(at, row): (usize, &RatioRow)| BesideRatio {
        name: row.name,
        values: (columns.iter())
            .map(|column| shadow(column, at).unwrap_or_else(|| t.beside_none.to_owned()))
            .collect(),
    };
    names.enumerate().map(row).collect()
}

/// Whether the signals can be told apart, and whether the units may be compared at all.
fn conclusions(t: &Texts, inputs: &[BesideInput]) -> Vec<&'static str> {
    if inputs.len() < 2 {
        return Vec::new();
    }
    let mut said = Vec::new();
    let kinds = inputs.iter().map(|input| input.unit.kind);
    let kinds = kinds.collect::<Vec<UnitKind>>();
    if kinds.windows(2).any(|pair| pair[0] != pair[1]) {
        said.push(t.beside_kinds);
    }
    let judged = inputs.iter().filter_map(|input| input.signal.as_ref());
    let judged = judged.filter(|signal| signal.listening.judged);
    let intervals = judged.map(|signal| signal.listening.interval);
    let intervals = intervals.collect::<Vec<_>>();
    said.push(match intervals.len() {
        n if n < inputs.len() => t.beside_unjudged,
        _ if overlap(&intervals) => t.beside_overlap,
        _ => t.beside_apart,
    });
    said
}

/// Whether any two have a value in common.
fn overlap(intervals: &[Interval]) -> bool {
    intervals.iter().enumerate().any(|(at, one)| {
        let others = &intervals[at + 1..];
        others
            .iter()
            .any(|other| one.low <= other.high && other.low <= one.high)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_that_touch_cannot_be_told_apart() {
        let of = |low, high| Interval { low, high };
        assert!(overlap(&[of(60.0, 70.0), of(70.0, 80.0)]));
        assert!(overlap(&[of(60.0, 70.0), of(80.0, 90.0), of(62.0, 63.0)]));
        assert!(!overlap(&[of(60.0, 69.0), of(70.0, 80.0), of(81.0, 90.0)]));
        assert!(!overlap(&[]));
    }
}
