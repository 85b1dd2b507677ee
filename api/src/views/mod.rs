//! What templates are filled with. Views are made from domain values and hold only shown text;
//! handlers in `pages` fetch those values.

mod agency;
mod api_docs;
mod comparison;
mod concern;
mod days;
mod desk;
mod digest;
mod entry;
mod failure;
mod feed;
mod first_run;
mod forecast;
mod grades;
mod indicators;
mod layout;
mod league;
mod letter;
mod map;
mod mention;
mod period;
mod picker;
mod prose;
mod receipt;
mod search;
mod shadow;
mod sheet;
mod silence;
mod source;
mod source_strip;
mod sources;
mod today;
mod unit;
mod units;

pub(crate) use agency::{AgencyInput, AgencyPage};
pub(crate) use api_docs::{ApiDocs, ApiPage};
pub(crate) use comparison::{ComparisonInput, ComparisonPage};
pub(crate) use concern::{ConcernInput, ConcernPage};
pub(crate) use days::Days;
pub(crate) use digest::{DigestInput, DigestView};
pub(crate) use failure::FailurePage;
pub(crate) use feed::{FeedPage, Publication};
pub(crate) use first_run::{FirstRunInput, FirstRunPage};
pub(crate) use forecast::{
    ForecastTopicInput, ForecastTopicPage, ForecastsInput, ForecastsPage, scope_name,
};
pub(crate) use grades::{GradeView, GradesPage};
pub(crate) use indicators::{IndicatorInput, IndicatorPage, IndicatorsPage};
pub(crate) use layout::{Assets, Layout, Nav, Viewer};
pub(crate) use league::{LeagueInput, LeaguePage, kind_param};
pub(crate) use map::{
    Layer, LayerData, MapAddress, MapEmbed, MapInput, MapPage, MapShape, MapSort, SLIDER_DAYS,
    Searched, UnitPast, picture,
};
pub(crate) use mention::MentionCard;
pub(crate) use period::{PeriodInput, PeriodPage, PeriodTabs};
pub(crate) use picker::Picker;
pub(crate) use prose::ProsePage;
pub(crate) use search::{Filters, SearchInput, SearchPage};
pub(crate) use shadow::{ShadowInput, ShadowPage, shadow_path};
pub(crate) use silence::{SilenceInput, SilencePage};
pub(crate) use source::{SourceInput, SourcePage};
pub(crate) use source_strip::{LEARNED_DAYS, STRIP_DAYS, Seen, StripDay, days_of};
pub(crate) use sources::SourcesPage;
pub(crate) use today::TodayPage;
pub(crate) use unit::{UnitInput, UnitPage};
pub(crate) use units::UnitsPage;
