//! The city's digest of a day.

use askama::Template;

use super::{Days, DigestView, Layout, PeriodTabs, Picker};

/// `/`: the page a leader opens in the morning.
#[derive(Template)]
#[template(path = "today.html")]
pub(crate) struct TodayPage {
    pub(crate) page: Layout,
    pub(crate) digest: DigestView,
    pub(crate) days: Days,
    pub(crate) tabs: PeriodTabs,
    pub(crate) picker: Picker,
    pub(crate) map_path: String,
}
