//! One concern with its evidence.

use axum::Json;
use axum::extract::{Path, State};
use indexer::archive::Page;
use models::domain::ConcernId;
use serde::Deserialize;
use utoipa::IntoParams;

use super::parse_limit;
use crate::Error;
use crate::http::{Params, Problem};
use crate::lines::{ConcernView, MentionView};
use crate::state::Shared;
use crate::told::{ToldConcern, with_parts};

/// Which page of the evidence.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// `next` of the page before.
    cursor: Option<String>,
    /// Mentions a page, 1 to 100.
    #[param(pattern = "^[0-9]{1,3}$")]
    limit: Option<String>,
}

/// One concern with one page of its evidence and that of the concerns joined into it, newest first,
/// redacted.
#[utoipa::path(
    get,
    path = "/api/v1/concerns/{id}",
    tag = "evidence",
    params(("id" = String, Path, description = "Id of the concern"), Wanted),
    responses(
        (status = 200, body = ConcernView),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn show(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    Params(wanted): Params<Wanted>,
) -> Result<Json<ConcernView>, Error> {
    let page = Page {
        limit: parse_limit(wanted.limit.as_deref())?,
        after: wanted.cursor.filter(|cursor| !cursor.is_empty()),
    };
    shared
        .read(move |app| {
            let id = ConcernId::new(id);
            let mut found = app.archive.concern(&id)?;
            // One that was merged before any day ended with it has no state: the whole answers, under
            // its own id.
            if found.is_none()
                && let Some(whole) = app.merged_into(&id)?
            {
                found = app.archive.concern(&whole)?;
            }
            let concern = found.ok_or_else(|| Error::NotFound {
                what: "concern",
                name: id.to_string(),
            })?;
            let told = ToldConcern::read(app, &concern)?;
            let ids = with_parts(&concern, &told.parts);
            let listing = app.archive.mentions_of_concerns(&ids, &page)?;
            let evidence = listing.items.iter().map(MentionView::from).collect();
            Ok(Json(ConcernView::new(
                &concern,
                &told,
                evidence,
                listing.next,
            )))
        })
        .await
}
