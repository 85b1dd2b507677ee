//! The one place that decides which counts may be published (`docs/OPEN_DATA.md`).
//!
//! A cell is a count of people's reports in a table, by unit and topic or by unit and day. One that is
//! above zero and below `k` is shown as `<k`. So that it cannot be subtracted out of a total beside it,
//! others of the same total are withheld with it until at least two values are possible.

mod comparison;
mod forecast;
mod sight;
mod silence;

use std::fmt;

pub(crate) use comparison::ComparisonSeen;
pub(crate) use forecast::TopicCounts;
pub(crate) use sight::Sight;
pub(crate) use silence::{Grain, SilenceSeen};

/// The least count that is published where nothing else is configured.
pub const K_DEFAULT: u32 = 5;

/// Which counts may be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disclosure {
    k: u32,
}

impl Default for Disclosure {
    fn default() -> Self {
        Self { k: K_DEFAULT }
    }
}

/// A count as it is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// As many.
    Exact(u32),
    /// At least one and fewer than so many.
    Below(u32),
    /// Not small itself, but it would give away one that is.
    Withheld,
}

impl Cell {
    /// The count, where it is published.
    pub fn exact(self) -> Option<u32> {
        match self {
            Self::Exact(n) => Some(n),
            Self::Below(_) | Self::Withheld => None,
        }
    }
}

/// `12`, `<5`, or `-` for one that is withheld for the sake of another.
impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(n) => n.fmt(f),
            Self::Below(k) => write!(f, "<{k}"),
            Self::Withheld => f.write_str("-"),
        }
    }
}

impl Disclosure {
    /// Publishes counts from `k` on; 0 and 1 publish all.
    pub fn new(k: u32) -> Self {
        Self { k }
    }

    /// The least count that is published.
    pub fn k(self) -> u32 {
        self.k
    }

    /// A count that stands alone. That nobody reported is said of nobody, so 0 is shown.
    pub fn count(self, n: u32) -> Cell {
        if n == 0 || n >= self.k {
            Cell::Exact(n)
        } else {
            Cell::Below(self.k)
        }
    }

    /// Counts that add up to a published total. While a hidden one could be told from what is left of
    /// the total, the smallest of the others that is not zero is withheld with them.
    pub fn parts(self, parts: &[u32]) -> Vec<Cell> {
        self.parts_beside(parts, None)
    }

    /// The same where so many more of the total stand in no part that is published.
    pub fn parts_beside(self, parts: &[u32], unseen: Option<u32>) -> Vec<Cell> {
        let mut cells = parts.iter().map(|n| self.count(*n)).collect::<Vec<_>>();
        while self.is_told(parts, &cells, unseen) {
            let shown = cells.iter().enumerate();
            let shown = shown.filter_map(|(at, cell)| cell.exact().map(|n| (n, at)));
            match shown.filter(|(n, _)| *n > 0).min() {
                Some((_, at)) => cells[at] = Cell::Withheld,
                None => break,
            }
        }
        cells
    }

    /// The total of such counts, hidden where a part could be told from it all the same.
    pub fn total(self, parts: &[u32]) -> Cell {
        let cells = self.parts(parts);
        match self.count(parts.iter().sum()) {
            Cell::Exact(_) if self.is_told(parts, &cells, None) => Cell::Withheld,
            total => total,
        }
    }

    /// Whether a reader who knows the total and what the marks mean is left with one value for a small
    /// count. A withheld count is no smaller than `k`, and no larger than the least one shown.
    fn is_told(self, parts: &[u32], cells: &[Cell], unseen: Option<u32>) -> bool {
        let pairs = parts.iter().zip(cells);
        let hidden = pairs.filter(|(_, cell)| cell.exact().is_none());
        let rest = hidden.map(|(n, _)| u64::from(*n)).sum::<u64>();
        let rest = rest + unseen.map_or(0, u64::from);
        let shown = cells.iter().filter_map(|cell| cell.exact());
        let least = shown
            .filter(|n| *n > 0)
            .min()
            .map_or(u64::from(u32::MAX), u64::from);
        let bounds = |cell: &Cell| match cell {
            Cell::Exact(_) => (0, 0),
            Cell::Below(k) => (1, u64::from(*k) - 1),
            Cell::Withheld => (u64::from(self.k), least),
        };
        let all = cells.iter().map(bounds);
        let beyond = (0, unseen.map_or(0, |_| u64::from(u32::MAX)));
        let (low, high) = all.fold(beyond, |(low, high), (a, b)| (low + a, high + b));
        let mut small = cells.iter().filter(|cell| matches!(cell, Cell::Below(_)));
        small.any(|cell| {
            let (least, most) = bounds(cell);
            let (low, high) = (low - least, high - most);
            let fits = |n: &u64| *n <= rest && (low..=high).contains(&(rest - n));
            most > least && (least..=most).filter(fits).count() == 1
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(parts: &[u32]) -> Vec<String> {
        let cells = Disclosure::default().parts(parts);
        cells.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn small_counts_are_not_shown_and_zero_is() {
        let all = (0..7).map(|n| Disclosure::default().count(n).to_string());
        let expected = ["0", "<5", "<5", "<5", "<5", "5", "6"];
        assert_eq!(all.collect::<Vec<_>>(), expected);
        assert_eq!(Disclosure::new(1).count(1), Cell::Exact(1));
    }

    #[test]
    fn one_hidden_part_takes_another_with_it() {
        assert_eq!(shown(&[3, 40, 8]), ["<5", "40", "-"]);
        assert_eq!(shown(&[3, 4, 40]), ["<5", "<5", "40"]);
        assert_eq!(shown(&[7, 9, 0]), ["7", "9", "0"]);
        // Two that must each be 1, or each be 4, are as good as told.
        assert_eq!(shown(&[1, 1, 9]), ["<5", "<5", "-"]);
        assert_eq!(shown(&[4, 4, 9]), ["<5", "<5", "-"]);
        // Both others are as small as a withheld one can be.
        assert_eq!(shown(&[4, 5, 5]), ["<5", "-", "-"]);
    }

    #[test]
    fn what_stands_in_no_part_protects_only_where_it_could_be_something() {
        let beside = |parts: &[u32], unseen| {
            let cells = Disclosure::default().parts_beside(parts, Some(unseen));
            cells.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(beside(&[12, 7, 2], 0), ["12", "7", "<5"], "1 or 2");
        assert_eq!(beside(&[12, 7, 1], 1), ["12", "7", "<5"], "1 or 2");
        assert_eq!(beside(&[12, 7, 1], 0), ["12", "-", "<5"], "1 alone is left");
    }

    /// All that a reader can make of a table: every filling of the hidden cells that has the total.
    #[test]
    fn what_is_left_of_a_total_never_gives_a_part() {
        let k = 4;
        let rule = Disclosure::new(k);
        let tables =
            (0..9_u32).flat_map(|a| (0..9).flat_map(move |b| (0..9).map(move |c| [a, b, c])));
        let mut n_hidden = 0;
        for parts in tables {
            let sum = parts.iter().sum::<u32>();
            if rule.total(&parts).exact().is_none() {
                continue;
            }
            let cells = rule.parts(&parts);
            let values = |at: usize| match cells[at] {
                Cell::Exact(n) => (n..=n).collect::<Vec<_>>(),
                Cell::Below(k) => (1..k).collect(),
                Cell::Withheld => (k..=sum).collect(),
            };
            let mut fits = Vec::new();
            for a in values(0) {
                for b in values(1) {
                    fits.extend(
                        values(2)
                            .iter()
                            .filter(|c| a + b + **c == sum)
                            .map(|c| [a, b, *c]),
                    );
                }
            }
            for (at, cell) in cells.iter().enumerate() {
                if matches!(cell, Cell::Below(_)) {
                    n_hidden += 1;
                    let first = fits[0][at];
                    assert!(
                        fits.iter().any(|fit| fit[at] != first),
                        "{parts:?} {cells:?}"
                    );
                }
            }
        }
        assert!(n_hidden > 100, "{n_hidden}");
    }
}
