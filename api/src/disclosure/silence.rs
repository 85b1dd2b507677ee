//! Cells of the silence map: incidents and further reports of a unit add up to those over its topics.

use std::collections::BTreeMap;

use models::domain::{SilenceCell, Topic, UnitCode};

use super::{Cell, Disclosure};

/// How finely the estimates of a cell may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grain {
    /// As they are.
    Fine,
    /// To one place: the count of further reports is hidden, and finer ones would give it back.
    Coarse,
    /// Not at all.
    Hidden,
}

/// The counts of one cell as a reader may see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SilenceSeen {
    pub(crate) n_incidents: Cell,
    pub(crate) n_duplicates: Cell,
}

impl SilenceSeen {
    /// The cells of a map, each unit by its own rule.
    pub(crate) fn of_map(
        cells: &[SilenceCell],
        rule: impl Fn(UnitCode) -> Disclosure,
    ) -> BTreeMap<(UnitCode, Option<Topic>), Self> {
        let mut seen = BTreeMap::new();
        let mut of_units: BTreeMap<UnitCode, Vec<&SilenceCell>> = BTreeMap::new();
        for cell in cells {
            of_units.entry(cell.unit).or_default().push(cell);
        }
        for (unit, cells) in of_units {
            let rule = rule(unit);
            let parts = cells.iter().filter(|cell| cell.topic.is_some());
            let parts = parts.copied().collect::<Vec<_>>();
            let whole = cells.iter().find(|cell| cell.topic.is_none());
            let of = |count: fn(&SilenceCell) -> u32| {
                let counts = parts.iter().map(|cell| count(cell)).collect::<Vec<_>>();
                let total = whole.map(|cell| count(cell));
                // Parts that do not add up tell nothing of each other.
                match total.filter(|total| *total != counts.iter().sum::<u32>()) {
                    Some(total) => (rule.parts(&counts), rule.count(total)),
                    None => (rule.parts(&counts), rule.total(&counts)),
                }
            };
            let (incidents, all_incidents) = of(|cell| cell.n_incidents);
            let (duplicates, all_duplicates) = of(|cell| cell.n_duplicates);
            for (at, cell) in parts.iter().enumerate() {
                let own = Self {
                    n_incidents: incidents[at],
                    n_duplicates: duplicates[at],
                };
                seen.insert((unit, cell.topic), own);
            }
            let whole = Self {
                n_incidents: all_incidents,
                n_duplicates: all_duplicates,
            };
            seen.insert((unit, None), whole);
        }
        seen
    }

    /// One that shows nothing, for a cell the map does not have.
    pub(crate) fn nothing() -> Self {
        Self {
            n_incidents: Cell::Withheld,
            n_duplicates: Cell::Withheld,
        }
    }

    pub(crate) fn grain(self) -> Grain {
        match (self.n_incidents.exact(), self.n_duplicates.exact()) {
            (Some(_), Some(_)) => Grain::Fine,
            (Some(_), None) => Grain::Coarse,
            (None, _) => Grain::Hidden,
        }
    }
}

#[cfg(test)]
mod tests {
    use models::domain::{Interval, ReportingVerdict};

    use super::*;

    fn cell(topic: Option<Topic>, n_incidents: u32, n_duplicates: u32) -> SilenceCell {
        let interval = Interval {
            low: 0.5,
            high: 2.0,
        };
        SilenceCell {
            unit: "26740".parse().unwrap(),
            topic,
            n_incidents,
            n_duplicates,
            exposure_days: 10.0,
            ratio: 1.0,
            ratio_interval: interval,
            rate: 0.1,
            delay_days: 10.0,
            delay_interval: interval,
            verdict: ReportingVerdict::Unsure,
        }
    }

    #[test]
    fn a_topic_cannot_be_subtracted_out_of_its_unit() {
        let cells = [
            cell(None, 60, 33),
            cell(Some(Topic::Drainage), 40, 30),
            cell(Some(Topic::Road), 17, 0),
            cell(Some(Topic::Noise), 3, 3),
        ];
        let seen = SilenceSeen::of_map(&cells, |_| Disclosure::default());
        let unit = cells[0].unit;
        let of = |topic| {
            let one: SilenceSeen = seen[&(unit, topic)];
            (one.n_incidents.to_string(), one.n_duplicates.to_string())
        };
        let text = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(of(None), text("60", "33"));
        assert_eq!(of(Some(Topic::Noise)), text("<5", "<5"));
        // 60 − 40 − 17 would be 3; 33 − 30 would be 3, and the only other part is 0.
        assert_eq!(of(Some(Topic::Road)), text("-", "0"));
        assert_eq!(of(Some(Topic::Drainage)), text("40", "-"));
        let exact = SilenceSeen::of_map(&cells, |_| Disclosure::new(0));
        assert!(exact.values().all(|one| one.grain() == Grain::Fine));
    }
}
