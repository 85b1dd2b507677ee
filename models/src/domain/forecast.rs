//! Forecasts (dự báo): how many mentions a topic is expected to have in the coming days, and how
//! past forecasts did.

use jiff::civil::Date;

use super::{Interval, Topic, UnitKind};

/// Whose mentions are foreseen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ForecastScope {
    /// The whole city.
    City,
    /// All units of a kind together.
    Kind(UnitKind),
}

/// What moves the number of mentions apart from chance and news.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SeasonFactor {
    /// The day of the week.
    Weekday,
    /// A public holiday that is not Tết, or a day that makes up for one.
    Holiday,
    /// The week before Tết.
    BeforeTet,
    /// The days of Tết.
    Tet,
    /// The week after Tết.
    AfterTet,
    /// The rainy season (mùa mưa).
    Rain,
    /// Spring tide (triều cường).
    Tide,
    /// The school year.
    School,
    /// What else returns every year.
    Year,
}

impl SeasonFactor {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Weekday,
        Self::Holiday,
        Self::BeforeTet,
        Self::Tet,
        Self::AfterTet,
        Self::Rain,
        Self::Tide,
        Self::School,
        Self::Year,
    ];

    /// The code used in files and addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Weekday => "weekday",
            Self::Holiday => "holiday",
            Self::BeforeTet => "before_tet",
            Self::Tet => "tet",
            Self::AfterTet => "after_tet",
            Self::Rain => "rain",
            Self::Tide => "tide",
            Self::School => "school",
            Self::Year => "year",
        }
    }
}

/// One day to come.
#[derive(Clone, Debug, PartialEq)]
pub struct ForecastDay {
    /// Which day.
    pub day: Date,
    /// Mentions expected, above 0.
    pub mean: f64,
    /// Shape of the negative binomial distribution of the count, above 0: its variance is
    /// mean + mean² / shape.
    pub shape: f64,
    /// The middle of the distribution.
    pub median: f64,
    /// 90 % interval of the count: both ends are counts, and belong to it.
    pub interval: Interval,
    /// What the day had a week before the last known week ended: the forecast “same as last week”.
    /// `None` when nothing was heard then.
    pub last_week: Option<f64>,
    /// Factors that move this day by at least a twentieth, with what they multiply it by, the
    /// strongest first.
    pub factors: Vec<(SeasonFactor, f64)>,
}

/// The coming days of one topic. Made once, kept as it is, graded when the days are over.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// Whose mentions.
    pub scope: ForecastScope,
    /// Which topic.
    pub topic: Topic,
    /// The last day that was known.
    pub made_on: Date,
    /// Version of the method.
    pub method_version: String,
    /// The days after `made_on`, in order.
    pub days: Vec<ForecastDay>,
}

/// How past forecasts of one topic did against “same as last week”.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ForecastGrade {
    /// Days graded.
    pub n_days: usize,
    /// Forecasts graded.
    pub n_forecasts: usize,
    /// Mean absolute error of the median, in mentions.
    pub mae: f64,
    /// Mean absolute error of the same day a week before.
    pub mae_last_week: f64,
    /// Mean continuous ranked probability score, in mentions; smaller is better.
    pub crps: f64,
    /// 1 − mae / mae_last_week: 0 is no better, 1 is without error.
    pub skill: f64,
    /// 90 % interval of `skill`, over forecasts.
    pub skill_interval: Interval,
    /// 1 − crps / mae_last_week, the error being the CRPS of a forecast without an interval.
    pub crps_skill: f64,
    /// Share of days within the 90 % interval.
    pub coverage: f64,
    /// Whether the next forecast may be shown: enough were graded, and the whole interval of the
    /// skill is above 0.
    pub may_be_shown: bool,
}
