//! What templates are filled with. Views are made from domain values and hold only shown text;
//! handlers in `pages` fetch those values.

mod concern;
mod days;
mod digest;
mod entry;
mod failure;
mod feed;
mod first_run;
mod layout;
mod map;
mod mention;
mod picker;
mod prose;
mod receipt;
mod search;
mod sources;
mod today;
mod unit;
mod units;

pub(crate) use concern::{ConcernInput, ConcernPage};
pub(crate) use days::Days;
pub(crate) use digest::{DigestInput, DigestView};
pub(crate) use failure::FailurePage;
pub(crate) use feed::{FeedPage, Publication};
pub(crate) use first_run::{FirstRunInput, FirstRunPage};
pub(crate) use layout::{Assets, Layout, Nav, Viewer};
pub(crate) use map::MapPage;
pub(crate) use mention::MentionCard;
pub(crate) use picker::Picker;
pub(crate) use prose::ProsePage;
pub(crate) use search::{Filters, SearchInput, SearchPage};
pub(crate) use sources::SourcesPage;
pub(crate) use today::TodayPage;
pub(crate) use unit::{UnitInput, UnitPage};
pub(crate) use units::UnitsPage;
