//! Shapes of the execution map: squares and hexagons of the tile grid, the lines between groups of
//! units, and boundaries.

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

/// A hexagon of the grid: its path and its middle. Odd rows stand half a tile to the right.
pub(crate) fn hexagon((row, col): (i16, i16)) -> (String, (i32, i32)) {
    let (row, col) = (i32::from(row), i32::from(col));
    let x = col * TILE + TILE / 2 + if row % 2 != 0 { TILE / 2 } else { 0 };
    let y = row * HEX_ROW + HEX_SIDE;
    let (half, side) = (TILE / 2 - 1, HEX_SIDE - 1);
    let path = format!(
        "M{x} {}l{half} {}v{side}l-{half} {}l-{half}-{}v-{side}z",
        y - side,
        side - side / 2,
        side - side / 2,
        side - side / 2
    );
    (path, (x, y))
}

/// From the middle of a hexagon to its corners.
const HEX_SIDE: i32 = 25;
/// From a row of hexagons to the next.
pub(crate) const HEX_ROW: i32 = 38;

/// Rings as one path of steps, which are shorter than places.
pub(crate) fn rings(rings: &[Vec<(i32, i32)>]) -> String {
    let mut path = String::new();
    for ring in rings {
        let Some(&(mut x, mut y)) = ring.first() else {
            continue;
        };
        // Writing to a string cannot fail.
        let _ = write!(path, "M{x} {y}l");
        for (at, &(next_x, next_y)) in ring[1..].iter().enumerate() {
            let (dx, dy) = (next_x - x, next_y - y);
            let gap = if at > 0 && dx >= 0 { " " } else { "" };
            let between = if dy >= 0 { " " } else { "" };
            let _ = write!(path, "{gap}{dx}{between}{dy}");
            (x, y) = (next_x, next_y);
        }
        path.push('z');
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexagons_close_and_odd_rows_are_shifted() {
        let (path, middle) = hexagon((0, 0));
        assert_eq!(
            (path.as_str(), middle),
            ("M22 1l21 12v24l-21 12l-21-12v-24z", (22, 25))
        );
        assert_eq!(hexagon((1, 2)).1, (132, 63));
    }

    #[test]
    fn rings_are_steps() {
        let square = vec![(10, 10), (20, 10), (20, 5), (10, 5)];
        let other = vec![(0, 0), (-3, 4), (2, 2)];
        assert_eq!(
            rings(&[square, other]),
            "M10 10l10 0 0-5-10 0zM0 0l-3 4 5-2z"
        );
    }

    #[test]
    fn only_edges_between_groups_are_drawn() {
        let groups = BTreeMap::from([((0, 0), "a"), ((0, 1), "b"), ((1, 0), "a")]);
        assert_eq!(borders(&groups), "M44 0v44");
    }
}
