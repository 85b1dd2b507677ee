//! Cells of a comparison: mentions of a unit by topic, which add up to those of the unit.

use models::domain::UnitComparison;

use super::{Cell, Disclosure};

/// The counts of a comparison as a reader may see them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ComparisonSeen {
    /// Whether counts stand as they are, with what they weigh.
    pub(crate) is_exact: bool,
    /// Over all topics.
    pub(crate) n: Cell,
    /// Topic by topic, in their order.
    pub(crate) topics: Vec<Cell>,
}

impl ComparisonSeen {
    /// Mentions are weighted by how surely they are of the unit; what is published is whole numbers, and
    /// the total is the sum of those, so that no fraction of it tells of a part.
    pub(crate) fn new(compared: &UnitComparison, rule: Disclosure) -> Self {
        let counts = compared.topics.iter().map(|row| whole(row.n, rule.k()));
        let counts = counts.collect::<Vec<_>>();
        Self {
            is_exact: rule.k() <= 1,
            n: rule.total(&counts),
            topics: rule.parts(&counts),
        }
    }
}

/// A weight as a whole number: one below `k` stays below it and, where there is any, above zero.
fn whole(weight: f64, k: u32) -> u32 {
    if weight <= 0.0 {
        return 0;
    }
    if weight < f64::from(k) {
        return (weight.ceil() as u32).min(k.saturating_sub(1)).max(1);
    }
    weight.round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_keep_their_side_of_the_line() {
        let shown = [0.0, 0.2, 4.6, 4.999, 5.0, 7.5].map(|weight| whole(weight, 5));
        assert_eq!(shown, [0, 1, 4, 4, 5, 8]);
    }
}
