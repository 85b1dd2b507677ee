//! One mention, redacted.

use axum::Json;
use axum::extract::{Path, State};
use models::domain::MentionId;

use super::table;
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

/// Columns of mentions in a table.
pub(super) const COLUMNS: [&str; 20] = [
    "id",
    "channel",
    "source",
    "published_at",
    "title",
    "text",
    "url",
    "concern",
    "is_concern",
    "topic",
    "sentiment",
    "scope",
    "units",
    "ticket_field",
    "ticket_status",
    "ticket_due_at",
    "ticket_closed_at",
    "ticket_rating",
    "parent_id",
    "model_version",
];

/// One mention as a row.
pub(super) fn row(view: &MentionView) -> Vec<String> {
    let line = &view.mention;
    let words = |text: &Option<String>| table::words(text.as_deref().unwrap_or_default());
    let plain = |text: Option<&String>| text.cloned().unwrap_or_default();
    let ticket = line.ticket.as_ref();
    let units = view.units.iter().map(|unit| unit.code.as_str());
    vec![
        table::words(&line.id),
        line.channel.clone(),
        table::words(&line.source),
        plain(line.published_at.as_ref()),
        words(&line.title),
        table::words(&line.text),
        words(&line.url),
        words(&view.concern),
        view.is_concern.to_string(),
        view.topic.clone(),
        view.sentiment.clone(),
        view.scope.clone(),
        units.collect::<Vec<_>>().join(" "),
        table::words(
            ticket
                .and_then(|ticket| ticket.field.as_deref())
                .unwrap_or_default(),
        ),
        plain(ticket.map(|ticket| &ticket.status)),
        plain(ticket.and_then(|ticket| ticket.due_at.as_ref())),
        plain(ticket.and_then(|ticket| ticket.closed_at.as_ref())),
        plain(ticket.and_then(|ticket| ticket.rating.as_ref())),
        words(&line.parent_id),
        table::words(&view.model_version),
    ]
}
