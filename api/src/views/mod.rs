//! What templates are filled with. Views are made from domain values and hold only shown text;
//! handlers in `pages` fetch those values.

mod agency;
mod alerts;
mod api_docs;
pub(crate) mod bench;
mod comparison;
mod concern;
mod days;
mod desk;
mod digest;
mod dumps;
mod entry;
mod failure;
mod feed;
mod first_run;
mod forecast;
mod grades;
mod indicators;
mod keys;
mod layout;
mod league;
mod letter;
mod letters;
mod map;
mod mention;
mod office;
mod period;
mod picker;
mod printed;
mod prose;
mod receipt;
mod request;
mod search;
mod shadow;
mod sheet;
mod side_by_side;
mod silence;
mod source;
mod source_strip;
mod sources;
mod today;
mod unit;
mod units;

pub(crate) use agency::{AgencyInput, AgencyPage};
pub(crate) use alerts::{
    AlertPage, AlertRow, AlertsPage, EditorInput, EditorPage, Names, RuleForm, RuleRow, RulesPage,
    cause_lines,
};
pub(crate) use api_docs::{ApiDocs, ApiPage};
pub(crate) use comparison::{ComparisonInput, ComparisonPage};
pub(crate) use concern::{ConcernInput, ConcernPage};
pub(crate) use days::Days;
pub(crate) use digest::{DigestInput, DigestView};
pub(crate) use dumps::{DumpPage, DumpsInput, DumpsPage};
pub(crate) use entry::digest_line;
pub(crate) use failure::FailurePage;
pub(crate) use feed::{FeedPage, FeedSite, Publication};
pub(crate) use first_run::{FirstRunInput, FirstRunPage};
pub(crate) use forecast::{
    ForecastTopicInput, ForecastTopicPage, ForecastsInput, ForecastsPage, scope_name,
};
pub(crate) use grades::{GradeView, GradesPage};
pub(crate) use indicators::{IndicatorInput, IndicatorPage, IndicatorsPage};
pub(crate) use keys::{KeyRow, KeysPage, scope_options};
pub(crate) use layout::{Assets, Layout, Nav, Officer, Viewer};
pub(crate) use league::{LeagueInput, LeaguePage, kind_param};
pub(crate) use letters::{BounceRow, LetterRow, LettersPage};
pub(crate) use map::{
    DARK, LIGHT, Layer, LayerData, MapAddress, MapEmbed, MapInput, MapPage, MapShape, MapSort,
    Palette, SLIDER_DAYS, Searched, UnitPast, picture,
};
pub(crate) use mention::{MentionCard, safe_url as web_address};
pub(crate) use office::{
    AccountEditPage, AccountPage, AccountRow, AccountsPage, AuditPage, CodePage, FreshPassword,
    SignInPage, role_options,
};
pub(crate) use period::{PeriodInput, PeriodPage, PeriodTabs};
pub(crate) use picker::Picker;
pub(crate) use printed::{AskedPanel, PrintedView, is_printed_in};
pub(crate) use prose::ProsePage;
pub(crate) use request::{
    AnswerCard, AskForm, Choice, EvidenceView, LinkOverPage, LinkPage, NewRequestPage, PressPage,
    PressRow, RequestPage, RequestRow, RequestsPage, StepRow, WhomOption, groups, hex,
    subject_link, urgency,
};
pub(crate) use search::{DeskSearchPage, Filters, SearchInput, SearchPage};
pub(crate) use shadow::{ShadowInput, ShadowPage, shadow_path};
pub(crate) use side_by_side::{BesideInput, BesidePage};
pub(crate) use silence::{SilenceInput, SilencePage};
pub(crate) use source::{SourceInput, SourcePage};
pub(crate) use source_strip::{LEARNED_DAYS, STRIP_DAYS, Seen, StripDay, days_of};
pub(crate) use sources::SourcesPage;
pub(crate) use today::TodayPage;
pub(crate) use unit::{UnitInput, UnitPage};
pub(crate) use units::UnitsPage;
