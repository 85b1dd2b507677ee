//! One agency: what it answers for, and its digest.

use askama::Template;
use jiff::civil::Date;
use models::domain::{Agency, DigestScope, PeriodKind};

use super::{Days, DigestInput, DigestView, Layout, PeriodTabs};
use crate::i18n::fill;
use crate::state::AppState;

/// What the page is made from.
pub(crate) struct AgencyInput {
    /// The agency.
    pub agency: Agency,
    /// The day asked for.
    pub day: Date,
    /// Days with a digest of the agency, newest first.
    pub published: Vec<Date>,
    /// Its digest of that day.
    pub digest: Option<DigestInput>,
}

/// `/co-quan/{id}`.
#[derive(Template)]
#[template(path = "agency.html")]
pub(crate) struct AgencyPage {
    pub(crate) page: Layout,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) duties: Option<String>,
    pub(crate) areas: Option<String>,
    /// Whether its duties were checked against a published source.
    pub(crate) verified: bool,
    pub(crate) days: Days,
    pub(crate) tabs: PeriodTabs,
    pub(crate) digest: Option<DigestView>,
}

impl AgencyPage {
    pub(crate) fn new(app: &AppState, page: Layout, input: &AgencyInput) -> Self {
        let (lang, t, agency) = (page.lang, page.t, &input.agency);
        let action = format!("/co-quan/{}", agency.id);
        let listed = |words: &[String], text: &str| {
            (!words.is_empty()).then(|| fill(text, &[&words.join(", ")]))
        };
        let digest = input.digest.as_ref();
        Self {
            kind: agency.kind.clone(),
            name: agency.name.clone(),
            duties: listed(&agency.fields, t.agency_duties),
            areas: listed(&agency.areas, t.agency_areas),
            verified: agency.verified,
            days: Days::new(lang, &action, input.day, &input.published),
            tabs: PeriodTabs::new(
                lang,
                &DigestScope::Agency(agency.id.clone()),
                input.day,
                Some(PeriodKind::Day),
                (app.hours, (app.clock)()),
            ),
            digest: digest.map(|digest| DigestView::new(app, lang, digest)),
            page,
        }
    }
}
