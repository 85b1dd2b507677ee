//! One mention, redacted.

use axum::Json;
use axum::extract::{Path, State};
use models::domain::MentionId;

use crate::Error;
use crate::http::Problem;
use crate::lines::MentionView;
use crate::state::Shared;

/// One mention with what was read in it; personal data is cut.
#[utoipa::path(
    get,
    path = "/api/v1/mentions/{id}",
    tag = "evidence",
    params(("id" = String, Path, description = "Id of the mention")),
    responses(
        (status = 200, body = MentionView),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn show(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Json<MentionView>, Error> {
    shared
        .read(move |app| {
            let mention = app.archive.mention(&MentionId::new(&id))?;
            let mention = mention.ok_or(Error::NotFound {
                what: "mention",
                name: id,
            })?;
            let life = app.ticket_life(&mention)?;
            Ok(Json(MentionView::from(&mention).with_life(&life)))
        })
        .await
}
