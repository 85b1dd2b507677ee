//! What an officer was told.

use axum::extract::State;
use axum::response::Response;
use indexer::Unread;
use serde::Deserialize;

use super::me;
use super::typed::{Typed, bad};
use crate::Error;
use crate::access::Principal;
use crate::http::Params;
use crate::pages::html;
use crate::pages::office::{Fields, go_to};
use crate::state::Shared;
use crate::views::bench::NoticesPage;
use crate::views::{Layout, Nav, Viewer};

/// Notices a page.
const PAGE: usize = 50;

/// Where the page begins.
#[derive(Deserialize)]
pub(super) struct Wanted {
    truoc: Option<u64>,
}

pub(super) async fn show(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Params(Wanted { truoc }): Params<Wanted>,
) -> Result<Response, Error> {
    shared
        .read(move |app| {
            let notices = app.book.notices(me(&principal)?, truoc, PAGE)?;
            let title = viewer.lang.desk().notices_title;
            let page = Layout::new(&viewer, &app.city, Nav::Elsewhere, title).for_the_desk();
            let accounts = app.accounts.accounts()?;
            html(&NoticesPage::new(
                page,
                &notices,
                &accounts,
                principal.unread(),
                PAGE,
            ))
        })
        .await
}

/// Marks one as read, or all up to one.
pub(super) async fn mark(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Fields(fields): Fields<Vec<(String, String)>>,
) -> Result<Response, Error> {
    shared
        .read(move |app| {
            let typed = Typed(fields);
            let number = |name: &'static str| {
                let text = typed.one(name);
                let expected = "give the number of a notice";
                text.parse().map_err(|_| bad(name, text, expected))
            };
            let which = if typed.one("so").is_empty() {
                Unread::UpTo(number("den")?)
            } else {
                Unread::One(number("so")?)
            };
            app.book.mark_read(me(&principal)?, &which, (app.clock)())?;
            Ok(go_to(&viewer, "/ban-lam-viec/thong-bao"))
        })
        .await
}
