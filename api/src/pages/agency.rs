//! `/co-quan/{id}`: one agency.

use axum::extract::{Path, State};
use axum::response::Response;
use models::domain::{Agency, DigestScope};

use super::today::digest_input;
use super::{DayParam, html};
use crate::Error;
use crate::http::{Params, parse_day};
use crate::state::{AppState, Shared};
use crate::views::{AgencyInput, AgencyPage, Layout, Nav, Viewer};

pub(super) async fn show(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    viewer: Viewer,
    Params(DayParam { ngay }): Params<DayParam>,
) -> Result<Response, Error> {
    let asked = parse_day("ngay", ngay.as_deref())?;
    let agency = shared.known_agency(&id)?.clone();
    shared
        .read(move |app| {
            let scope = DigestScope::Agency(agency.id.clone());
            let published = app.archive.digest_days(&scope)?;
            let day = match asked.or(published.first().copied()) {
                Some(day) => day,
                None => app.day_or_latest(None)?,
            };
            let digest = match app.archive.digest(&scope, day, None)? {
                Some(digest) => {
                    let city = app.archive.digest(&DigestScope::City, day, None)?;
                    Some(digest_input(app, digest, city)?)
                }
                None => None,
            };
            let layout = page_layout(app, &viewer, &agency);
            let input = AgencyInput {
                agency,
                day,
                published,
                digest,
            };
            html(&AgencyPage::new(app, layout, &input))
        })
        .await
}

fn page_layout(app: &AppState, viewer: &Viewer, agency: &Agency) -> Layout {
    let feed = format!("/co-quan/{}/tin.atom", agency.id);
    Layout::new(viewer, &app.city, Nav::Units, agency.name.as_str()).with_feed(feed)
}
