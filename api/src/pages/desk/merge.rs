//! Choosing the concern to merge into: those most like it, or found by words.

use axum::extract::{Path, State};
use axum::response::Response;
use models::domain::Action::EditConcerns;
use models::domain::ConcernId;
use models::language::text::fold;
use serde::Deserialize;

use super::queue::{concerns_saying, version_of};
use super::{Whereabouts, concern_path, to_edit};
use crate::Error;
use crate::access::Principal;
use crate::desk::{BoardRow, alike};
use crate::http::Params;
use crate::pages::html;
use crate::state::Shared;
use crate::views::bench::{MergeInput, MergePage};
use crate::views::{Layout, Nav, Viewer};

/// Concerns offered.
const OFFERED: usize = 8;

/// What was searched for.
#[derive(Deserialize)]
pub(super) struct Wanted {
    q: Option<String>,
}

pub(super) async fn show(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Path(id): Path<String>,
    Params(Wanted { q }): Params<Wanted>,
) -> Result<Response, Error> {
    let room = shared.desk_room();
    shared
        .read(move |app| {
            let id = ConcernId::new(id);
            let concern = to_edit(app, &principal, &id)?;
            let board = room.board(app)?;
            let words = q.unwrap_or_default();
            let may =
                |row: &&BoardRow| Whereabouts::of_row(row).is_within(principal.may(EditConcerns));
            let mine = || board.rows.iter().filter(may);
            let suggested = match board.row(&id) {
                Some(row) => alike(row, mine(), OFFERED),
                None => Vec::new(),
            };
            let saying = concerns_saying(app, &words)?;
            let asked = fold(&words);
            let asked = asked.split_whitespace().collect::<Vec<_>>();
            let matches = |row: &&BoardRow| {
                let in_title = asked.iter().all(|word| row.folded.contains(word));
                row.id != id && !asked.is_empty() && (in_title || saying.contains(&row.id))
            };
            let mut found = mine().filter(matches).collect::<Vec<_>>();
            found.sort_by_key(|row| std::cmp::Reverse(row.n_week));
            found.truncate(3 * OFFERED);
            let title = viewer.lang.desk().merge_title;
            let page = Layout::new(&viewer, &app.city, Nav::Elsewhere, title).for_the_desk();
            let input = MergeInput {
                version: version_of(&board, app, &id)?,
                path: concern_path(&id),
                concern: &concern,
                words: &words,
                suggested: &suggested,
                found: &found,
            };
            html(&MergePage::new(app, page, &input))
        })
        .await
}
