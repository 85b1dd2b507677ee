//! Saved views of the queue.

use axum::extract::{Path, State};
use axum::response::Response;
use indexer::NewView;

use super::queue::read_query;
use super::typed::{Typed, bad};
use super::{bare, me, the_desk};
use crate::Error;
use crate::access::Principal;
use crate::desk::Asked;
use crate::pages::office::{Fields, go_to};
use crate::state::Shared;
use crate::views::Viewer;

/// Longest name of a view, in characters.
const NAME_MAX: usize = 60;

/// Views of one officer.
const VIEWS_MAX: usize = 30;

pub(super) async fn save(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Fields(fields): Fields<Vec<(String, String)>>,
) -> Result<Response, Error> {
    shared
        .read(move |app| {
            let (me, typed) = (me(&principal)?, Typed(fields));
            let expected = "save it from the page of the queue";
            let query = typed.one("loc");
            let asked = read_query(query).ok_or_else(|| bad("loc", query, expected))?;
            let asked = Asked {
                after: String::new(),
                ..asked
            };
            let name = typed.need("ten", "give the view a name")?;
            let name = the_desk(app)?.sound_words(name, NAME_MAX);
            let name = name.map_err(|refusal| bare(&refusal))?;
            let views = app.book.views(me)?;
            let is_new = !views.iter().any(|saved| saved.view.name == name);
            if is_new && views.len() >= VIEWS_MAX {
                return Err(Error::Conflict(viewer.lang.desk().views_many));
            }
            let query = asked.query(&[]);
            let view = NewView {
                name,
                query: query.clone(),
                is_start: !typed.one("dau").is_empty(),
            };
            app.book.save_view(me, &view)?;
            Ok(go_to(&viewer, &format!("/ban-lam-viec?xem=tat-ca&{query}")))
        })
        .await
}

pub(super) async fn drop_one(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Path(id): Path<u64>,
) -> Result<Response, Error> {
    shared
        .read(move |app| {
            if app.book.drop_view(me(&principal)?, id)? {
                Ok(go_to(&viewer, "/ban-lam-viec?xem=tat-ca"))
            } else {
                Err(Error::NotFound {
                    what: "view",
                    name: id.to_string(),
                })
            }
        })
        .await
}
