//! What the pages of the desk show.

mod again;
mod bulk;
mod concern;
mod correct;
mod merge;
mod notices;
mod queue;

use askama::filters::urlencode_strict;
use models::domain::{Account, AccountId, ConcernId};

pub(crate) use again::{AgainInput, AgainPage};
pub(crate) use bulk::{BulkAskPage, BulkOutcome, BulkPick, BulkResultPage};
pub(crate) use concern::{DeskConcernInput, DeskConcernPage};
pub(crate) use correct::{CorrectInput, CorrectPage};
pub(crate) use merge::{MergeInput, MergePage};
pub(crate) use notices::NoticesPage;
pub(crate) use queue::{QueueInput, QueuePage};

use crate::i18n::{DeskTexts, Lang};

/// A field that comes back with a form without being shown.
pub(crate) struct HiddenField {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// The page of a concern at the desk.
fn desk_href(lang: Lang, id: &ConcernId) -> String {
    // A text filter over memory cannot fail; an empty id would lead to the 404 page.
    let id = urlencode_strict(id.as_str()).map_or_else(|_| String::new(), |id| id.to_string());
    lang.href(&format!("/ban-lam-viec/van-de/{id}"))
}

/// The name colleagues know an officer by.
fn name_of(d: &DeskTexts, accounts: &[Account], id: Option<AccountId>) -> String {
    let known = id.and_then(|id| accounts.iter().find(|account| account.id == id));
    known.map_or_else(
        || d.somebody.to_owned(),
        |account| account.display_name.clone(),
    )
}

/// The same by login, or the login itself for one that has no account here.
fn name_of_login(accounts: &[Account], login: &str) -> String {
    let known = accounts.iter().find(|account| account.login == login);
    known.map_or_else(|| login.to_owned(), |account| account.display_name.clone())
}
