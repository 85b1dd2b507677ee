//! The line formats of the commands, as serde shapes; `/api/v1` uses the same.
//!
//! Times are ISO 8601 at UTC+7. Reading is lenient where nothing is lost (a missing field is null,
//! an unknown one is reported) and strict where a guess would be a lie (a bad time, an unknown
//! channel).

mod alert;
mod annotation;
mod comparison;
mod concern;
mod count;
mod desk;
mod digest;
mod document;
mod event;
mod forecast;
mod grade;
mod indicator;
mod league;
mod mention;
mod notice;
mod parse;
mod place;
mod receipt;
mod request;
mod shadow;
mod signal;
mod silence;
mod source;
mod time;
mod unit;

pub use alert::{AlertLine, BurstLine, CauseLine, alert_event};
pub use annotation::{AnnotationLine, PiiLine, SentimentLine};
pub use comparison::{ComparisonLine, POPULATION_SOURCE, TopicComparisonLine, TopicRatioLine};
pub use concern::{AfterClosingLine, ConcernEventLine, ConcernLine, ConcernView, DayView};
pub use count::CountLine;
pub use desk::{EditLine, HiddenEntryLine, PinnedEntryLine};
pub use digest::{
    CoverageLine, DigestLine, EntryLine, FactorsLine, GapLine, QuoteLine, digest_unit,
};
pub use document::{ExtractLine, FeedLine, FoundFeedLine};
pub use event::{
    DigestNews, IndicatorSet, SignalSet, digest_event, indicators_event, letter_order,
    parse_letter_order, ping_event, signals_event,
};
pub use forecast::{
    FactorLine, ForecastDayLine, ForecastLine, OutcomeLine, StandingLine, forecast_scope,
    forecast_unit,
};
pub use grade::{GradeLine, LeadLine, MissLine};
pub use indicator::{ColourBoundLine, IndicatorLine, IndicatorValueLine};
pub use league::{EstimateLine, GuardedLine, LeagueLine, LeagueRowLine, SignLine};
pub use mention::{EngagementLine, MentionLine, MentionView, TicketEventView, TicketLine};
pub use notice::NoticeOrder;
pub use parse::{Note, ParsedMention};
pub use place::{GroupLine, PlaceLine, UnitWeight, scope_code, scope_from_code};
pub use receipt::{CounterfactualLine, ReceiptLine, SourceCountLine};
pub use request::ExplanationLine;
pub use shadow::{
    AnsweredLine, AnswersLine, MoveLine, MovedTicketLine, OfficialLine, RatioLine, ShadowScoreLine,
};
pub use signal::{ListeningLine, ShadowLine, SignalLine, WindowLine, colour_code, level_code};
pub use silence::{SilenceCellLine, SilenceLine};
pub use source::{HealthView, RhythmView, SourceDayView, SourceHistoryView, SourceView};
pub use time::{format_time, parse_time};
pub use unit::{UnitView, kind_code};

/// Rounds to so many decimals, so that shortest-float printing stays short.
fn round(value: f64, decimals: i32) -> f64 {
    let scale = 10f64.powi(decimals);
    (value * scale).round() / scale
}
