//! The tile grid of the execution map: squares, and the lines between groups of units.

use std::collections::BTreeMap;
use std::fmt::Write;

/// Side of a tile in the drawing.
pub(crate) const TILE: i32 = 44;

/// Path of the edges at which neighbouring tiles belong to different groups.
pub(crate) fn borders(groups: &BTreeMap<(i16, i16), &str>) -> String {
    let mut path = String::new();
    for (&(row, col), group) in groups {
        let (x, y) = (i32::from(col) * TILE, i32::from(row) * TILE);
        let differs = |cell: (i16, i16)| groups.get(&cell).is_some_and(|other| other != group);
        // Writing to a string cannot fail.
        if differs((row, col + 1)) {
            let _ = write!(path, "M{} {y}v{TILE}", x + TILE);
        }
        if differs((row + 1, col)) {
            let _ = write!(path, "M{x} {}h{TILE}", y + TILE);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_edges_between_groups_are_drawn() {
        let groups = BTreeMap::from([((0, 0), "a"), ((0, 1), "b"), ((1, 0), "a")]);
        assert_eq!(borders(&groups), "M44 0v44");
    }
}
