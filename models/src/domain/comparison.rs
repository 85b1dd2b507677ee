//! Comparisons (khác thành phố ở đâu): what a unit speaks more, or less, of than others do.

use jiff::civil::Date;

use super::{Estimate, Topic, UnitCode, UnitKind};

/// Whether a difference is sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// More than the others, with 90 % certainty.
    More,
    /// Less than the others, with 90 % certainty.
    Less,
    /// The interval holds “as the others” (chưa thể kết luận).
    Unclear,
}

impl Verdict {
    /// The code used in files.
    pub fn code(self) -> &'static str {
        match self {
            Self::More => "more",
            Self::Less => "less",
            Self::Unclear => "unclear",
        }
    }
}

/// Mentions of a topic beside what others lead to expect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TopicRatio {
    /// Weighted mentions of 28 days that the unit would have with the mix of the others.
    pub expected: f64,
    /// How many times more it has, after shrinkage to how far units differ in this topic at all.
    pub ratio: Estimate,
}

impl TopicRatio {
    /// Whether the interval of the ratio lies on one side of 1.
    pub fn verdict(&self) -> Verdict {
        if self.ratio.interval.low > 1.0 {
            Verdict::More
        } else if self.ratio.interval.high < 1.0 {
            Verdict::Less
        } else {
            Verdict::Unclear
        }
    }
}

/// One topic of a unit beside the city and its kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TopicComparison {
    /// Which topic.
    pub topic: Topic,
    /// Weighted mentions of 28 days in the unit: reprints and coordinated posts count less, one taken
    /// up by many a little more.
    pub n: f64,
    /// Beside all other units; `None` when they say nothing of it.
    pub city: Option<TopicRatio>,
    /// Beside the other units of its kind; `None` too for the only one of a kind.
    pub kind: Option<TopicRatio>,
    /// Those mentions per 10,000 inhabitants, shrunk to the units of the kind; `None` without a
    /// published population.
    pub per_10_000: Option<Estimate>,
    /// The same of all other units together; `None` where one of them has no published population.
    pub city_per_10_000: Option<f64>,
}

/// Where a unit differs from the city and its kind over 28 days. Published like a digest.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitComparison {
    /// Which unit.
    pub unit: UnitCode,
    /// Its kind.
    pub kind: UnitKind,
    /// The last of the 28 days.
    pub day: Date,
    /// 1 for the first published, one more with each correction.
    pub revision: u32,
    /// Version of the method.
    pub method_version: String,
    /// Weighted mentions of the unit over all topics.
    pub n: f64,
    /// Published population; its source is named in `config/units/README.md`.
    pub population: Option<u32>,
    /// Topics it speaks of, and those the others speak of so much that its silence says something: the
    /// surest differences from the city first.
    pub topics: Vec<TopicComparison>,
}
