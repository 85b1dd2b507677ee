//! Indicators (chỉ số): definitions that people edit, and their values, each set a layer of its own that is
//! never mixed with another.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Interval, Level, MapColour, PeriodKind, ScoreScope};

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// More is better.
    Up,
    /// Less is better.
    Down,
}

impl Direction {
    /// The code used in files and addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

/// Values that the program computes itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Formula {
    /// Petitions on time by the official rule, per cent.
    OnTime,
    /// Satisfaction with petition handling by the official rule, per cent.
    PetitionSatisfaction,
    /// Satisfaction with procedures by the official rule, per cent.
    ProcedureSatisfaction,
    /// Points of the satisfaction group, 0 to 18.
    SatisfactionPoints,
    /// Satisfaction with petition handling among those who answered, per cent.
    AnsweredSatisfaction,
    /// Tickets handled on time to which nobody came back, per cent.
    Held,
}

impl Formula {
    /// All of them.
    pub const ALL: [Formula; 6] = [
        Self::OnTime,
        Self::PetitionSatisfaction,
        Self::ProcedureSatisfaction,
        Self::SatisfactionPoints,
        Self::AnsweredSatisfaction,
        Self::Held,
    ];

    /// The name in `indicators.toml`.
    pub fn code(self) -> &'static str {
        match self {
            Self::OnTime => "shadow_766.on_time",
            Self::PetitionSatisfaction => "shadow_766.petition_satisfaction",
            Self::ProcedureSatisfaction => "shadow_766.procedure_satisfaction",
            Self::SatisfactionPoints => "shadow_766.points",
            Self::AnsweredSatisfaction => "answered.petition_satisfaction",
            Self::Held => "answered.held",
        }
    }

    /// The formula of a name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|formula| formula.code() == code)
    }
}

/// Where values come from.
#[derive(Clone, Debug, PartialEq)]
pub enum IndicatorSource {
    /// Computed here when a period is published.
    Formula(Formula),
    /// Brought in from a file by `langnghe import indicators`.
    Import,
    /// Fetched from an address now and then, in the format of the import.
    Address(String),
}

/// From which value on a colour holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ColourBound {
    /// The colour.
    pub colour: MapColour,
    /// The value from which it holds, itself included, on the better side.
    pub from: f64,
}

/// How values become levels and colours.
#[derive(Clone, Debug, PartialEq)]
pub struct IndicatorRules {
    /// Bounds of excellent, good, fair and average; `None` where levels mean nothing.
    pub levels: Option<[f64; 4]>,
    /// The best colour first.
    pub colours: Vec<ColourBound>,
    /// The colour of what reaches no bound.
    pub otherwise: MapColour,
}

/// One indicator as it is defined.
#[derive(Clone, Debug, PartialEq)]
pub struct Indicator {
    /// Stays the same for life: `766.transparency`.
    pub id: String,
    /// The set it belongs to, shown as one layer: `766`, `alerts`.
    pub set: String,
    /// Name in Vietnamese.
    pub name_vi: String,
    /// Name in English.
    pub name_en: String,
    /// Unit of measure as shown: `%`, `điểm`.
    pub measure: String,
    /// Least and largest value there can be.
    pub range: (f64, f64),
    /// Which way is better.
    pub direction: Direction,
    /// Levels and colours.
    pub rules: IndicatorRules,
    /// Kinds of period it has values for.
    pub period: PeriodKind,
    /// Where values come from.
    pub source: IndicatorSource,
    /// Version of the definition; named in every value.
    pub version: String,
    /// First day on which the definition holds.
    pub valid_from: Date,
    /// Document that lays it down, as shown.
    pub basis: String,
}

impl Indicator {
    /// The colour of a value; hatched, “chưa thể đánh giá”, without one.
    pub fn colour(&self, value: Option<f64>) -> MapColour {
        let Some(value) = value else {
            return MapColour::Hatched;
        };
        let reached = |bound: &&ColourBound| self.reaches(value, bound.from);
        let bound = self.rules.colours.iter().find(reached);
        bound.map_or(self.rules.otherwise, |bound| bound.colour)
    }

    /// The level of a value, where the indicator has levels.
    pub fn level(&self, value: f64) -> Option<Level> {
        const LEVELS: [Level; 4] = [Level::Excellent, Level::Good, Level::Fair, Level::Average];
        let bounds = self.rules.levels.as_ref()?;
        let reached = bounds.iter().position(|bound| self.reaches(value, *bound));
        Some(reached.map_or(Level::Weak, |at| LEVELS[at]))
    }

    fn reaches(&self, value: f64, bound: f64) -> bool {
        match self.direction {
            Direction::Up => value >= bound,
            Direction::Down => value <= bound,
        }
    }
}

/// The value of an indicator for a scope and period.
#[derive(Clone, Debug, PartialEq)]
pub struct IndicatorValue {
    /// Which indicator.
    pub indicator: String,
    /// Whose.
    pub whose: ScoreScope,
    /// Which kind of period.
    pub period: PeriodKind,
    /// Last day of the period; of a period that runs, the day at whose end it stood so.
    pub day: Date,
    /// The value; `None` where it cannot be judged.
    pub value: Option<f64>,
    /// 90 % interval, where there is one.
    pub interval: Option<Interval>,
    /// Cases behind it, where they are known.
    pub n: Option<u64>,
    /// Where it came from: a formula, a file, an address.
    pub source: String,
    /// The moment of which it speaks.
    pub as_of: Timestamp,
    /// Version of the definition.
    pub version: String,
    /// 1 for the first published, one more with each correction.
    pub revision: u32,
    /// Why this revision replaces the one before, in Vietnamese.
    pub erratum: Option<String>,
}

/// The order of lists: red first, then orange, yellow, green, what cannot be judged last.
pub fn red_first(colour: MapColour) -> u8 {
    match colour {
        MapColour::Red => 0,
        MapColour::Orange => 1,
        MapColour::Yellow => 2,
        MapColour::Green => 3,
        MapColour::Hatched => 4,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn indicator(direction: Direction, bounds: &[(MapColour, f64)]) -> Indicator {
        let colours = bounds
            .iter()
            .map(|&(colour, from)| ColourBound { colour, from });
        Indicator {
            id: "x".to_owned(),
            set: "x".to_owned(),
            name_vi: "x".to_owned(),
            name_en: "x".to_owned(),
            measure: "%".to_owned(),
            range: (0.0, 100.0),
            direction,
            rules: IndicatorRules {
                levels: Some([90.0, 80.0, 70.0, 50.0]),
                colours: colours.collect(),
                otherwise: MapColour::Red,
            },
            period: PeriodKind::Month,
            source: IndicatorSource::Import,
            version: "1".to_owned(),
            valid_from: date(2025, 7, 1),
            basis: String::new(),
        }
    }

    #[test]
    fn bounds_belong_to_the_better_side_whichever_way_that_is() {
        use MapColour::{Green, Hatched, Orange, Red, Yellow};
        let on_time = indicator(
            Direction::Up,
            &[(Green, 90.0), (Yellow, 80.0), (Orange, 70.0)],
        );
        let colours = [None, Some(90.0), Some(89.99), Some(70.0), Some(69.99)];
        assert_eq!(
            colours.map(|value| on_time.colour(value)),
            [Hatched, Green, Yellow, Orange, Red]
        );
        let online = indicator(Direction::Up, &[(Green, 50.0)]);
        assert_eq!([50.0, 49.9].map(|v| online.colour(Some(v))), [Green, Red]);
        let late = indicator(Direction::Down, &[(Green, 1.0), (Orange, 5.0)]);
        assert_eq!(
            [1.0, 1.1, 5.1].map(|v| late.colour(Some(v))),
            [Green, Orange, Red]
        );
        assert_eq!(on_time.level(80.0), Some(Level::Good));
        assert_eq!(on_time.level(49.0), Some(Level::Weak));
    }

    #[test]
    fn what_needs_attention_comes_first() {
        let mut colours = [
            MapColour::Hatched,
            MapColour::Green,
            MapColour::Red,
            MapColour::Orange,
        ];
        colours.sort_by_key(|colour| red_first(*colour));
        assert_eq!(colours[0], MapColour::Red);
        assert_eq!(colours[3], MapColour::Hatched);
    }
}
