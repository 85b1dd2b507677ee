//! `/quan-tri/nhat-ky`: the audit log.

use axum::extract::State;
use axum::response::Response;
use models::domain::{About, Action};
use serde::Deserialize;

use crate::Error;
use crate::access::Principal;
use crate::http::{Params, parse_param};
use crate::pages::html;
use crate::state::Shared;
use crate::views::{AuditPage, Layout, Nav, Viewer};

/// Lines a page.
const PAGE: usize = 100;

/// From which line on downwards.
#[derive(Deserialize)]
pub(super) struct Wanted {
    truoc: Option<String>,
}

pub(super) async fn show(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Params(wanted): Params<Wanted>,
) -> Result<Response, Error> {
    principal.require(Action::ReadAudit, About::City)?;
    let before = parse_param(
        "truoc",
        wanted.truoc.as_deref(),
        "write the number of a line",
        |text| text.parse::<u32>().ok().map(u64::from),
    )?;
    shared
        .read(move |app| {
            let rows = app.accounts.audit_rows(before, PAGE)?;
            let accounts = app.accounts.accounts()?;
            let title = viewer.lang.office().nav_audit;
            let layout = Layout::new(&viewer, &app.city, Nav::Elsewhere, title).for_officers();
            html(&AuditPage::new(layout, rows, &accounts, PAGE))
        })
        .await
}
