//! Forecasts (dự báo): how many mentions a topic is expected to have in the coming days, and how
//! past forecasts did.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::{Interval, Topic, UnitCode, UnitKind, day_start};

/// Whose mentions are foreseen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ForecastScope {
    /// The whole city.
    City,
    /// All units of a kind together.
    Kind(UnitKind),
    /// One unit.
    Unit(UnitCode),
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

    /// The factor of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|factor| factor.code() == code)
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
    /// 50 % interval of the count: both ends are counts, and belong to it.
    pub likely: Interval,
    /// 90 % interval of the count, likewise.
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
    /// Weeks in which those were made: forecasts of one week err together.
    pub n_weeks: usize,
    /// Mean absolute error of the median, in mentions.
    pub mae: f64,
    /// Mean absolute error of the same day a week before.
    pub mae_last_week: f64,
    /// Mean continuous ranked probability score, in mentions; smaller is better.
    pub crps: f64,
    /// 1 − mae / mae_last_week: 0 is no better, 1 is without error.
    pub skill: f64,
    /// 90 % interval of `skill`, over weeks.
    pub skill_interval: Interval,
    /// 1 − crps / mae_last_week, the error being the CRPS of a forecast without an interval.
    pub crps_skill: f64,
    /// Share of days within the 50 % interval.
    pub likely_coverage: f64,
    /// Share of days within the 90 % interval.
    pub coverage: f64,
    /// Whether the next forecast may be shown: forecasts of enough weeks were graded, and the whole
    /// interval of the skill is above 0.
    pub may_be_shown: bool,
}

/// A forecast as it was published: never changed, whatever comes.
#[derive(Clone, Debug, PartialEq)]
pub struct PublishedForecast {
    /// What is foreseen.
    pub forecast: Forecast,
    /// When it was published.
    pub published_at: Timestamp,
    /// How those before it had done by then; `None` before the first was graded.
    pub standing: Option<ForecastGrade>,
}

impl PublishedForecast {
    /// Whether its days may be shown before they are over.
    pub fn is_shown(&self) -> bool {
        self.standing.is_some_and(|grade| grade.may_be_shown)
    }

    /// The last day foreseen.
    pub fn last_day(&self) -> Date {
        let days = &self.forecast.days;
        days.last().map_or(self.forecast.made_on, |day| day.day)
    }

    /// Whether it was made when the first of its days was over already, from what was heard up to
    /// `made_on`: a record that begins with imported years is graded by such.
    pub fn is_retrospective(&self) -> bool {
        let second = self.forecast.made_on.saturating_add(2.days());
        self.published_at >= day_start(second)
    }
}

/// What came of one forecast of one topic once its days were over. Made once and kept.
#[derive(Clone, Debug, PartialEq)]
pub struct ForecastOutcome {
    /// Whose mentions were foreseen.
    pub scope: ForecastScope,
    /// Of which topic.
    pub topic: Topic,
    /// The last day that was known.
    pub made_on: Date,
    /// Version of the method that foresaw.
    pub method_version: String,
    /// When it was graded.
    pub graded_at: Timestamp,
    /// Mentions of each of its days; `None` where too little was heard.
    pub came: Vec<Option<u32>>,
    /// Days graded: those heard whose day a week before was heard too.
    pub n_days: u32,
    /// Sum of the absolute errors of the median over those days, in mentions.
    pub error: f64,
    /// The same of “same as last week”.
    pub error_last_week: f64,
    /// Sum of the continuous ranked probability scores, in mentions.
    pub crps: f64,
    /// Days within the 50 % interval.
    pub n_likely: u32,
    /// Days within the 90 % interval.
    pub n_within: u32,
}

/// Mentions of concerns of one day, by scope and topic: what forecasts are made from and graded by.
#[derive(Clone, Debug, PartialEq)]
pub struct DayTally {
    /// Which day, in Vietnam.
    pub day: Date,
    /// Share of the expected sources that were heard, 0 to 1.
    pub heard: f64,
    /// Mentions by [`Topic::index`], the city first; scopes without a mention are left out.
    pub counts: Vec<(ForecastScope, [u32; Topic::ALL.len()])>,
}

impl DayTally {
    /// Mentions of one scope; none where it is not listed.
    pub fn of(&self, scope: ForecastScope) -> [u32; Topic::ALL.len()] {
        let found = self
            .counts
            .binary_search_by_key(&scope, |(known, _)| *known);
        found.map_or([0; Topic::ALL.len()], |at| self.counts[at].1)
    }
}
