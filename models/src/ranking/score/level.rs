//! Levels and colours of a value, by the seeds' rules: levels 90/80/70/50, colours 90/80/70.

use super::method::ScoreMethod;
use crate::domain::{Level, MapColour};

/// The level of a value, 0 to 100.
pub fn level_of(method: &ScoreMethod, value: f64) -> Level {
    const LEVELS: [Level; 4] = [Level::Excellent, Level::Good, Level::Fair, Level::Average];
    let reached = method.levels.iter().position(|bound| value >= *bound);
    reached.map_or(Level::Weak, |at| LEVELS[at])
}

/// The colour of a value, 0 to 100, that can be judged.
pub fn colour_of(method: &ScoreMethod, value: f64) -> MapColour {
    const COLOURS: [MapColour; 3] = [MapColour::Green, MapColour::Yellow, MapColour::Orange];
    let reached = method.colours.iter().position(|bound| value >= *bound);
    reached.map_or(MapColour::Red, |at| COLOURS[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_belong_to_the_better_side() {
        let method = ScoreMethod::default();
        let levels = [90.0, 89.9, 80.0, 70.0, 50.0, 49.9].map(|value| level_of(&method, value));
        let expected = [
            Level::Excellent,
            Level::Good,
            Level::Good,
            Level::Fair,
            Level::Average,
            Level::Weak,
        ];
        assert_eq!(levels, expected);
        let colours = [90.0, 80.0, 70.0, 69.9].map(|value| colour_of(&method, value));
        let expected = [
            MapColour::Green,
            MapColour::Yellow,
            MapColour::Orange,
            MapColour::Red,
        ];
        assert_eq!(colours, expected);
    }
}
