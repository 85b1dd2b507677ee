//! The press officer's desk (bàn làm việc): what stands behind its pages.
//!
//! Edits go through [`Desk`], which whoever puts the program together fills with the one path that the
//! command line takes too. Here are the board of concerns that officers choose from, who else is looking,
//! and which concerns are alike.

mod board;
mod presence;
mod queue;
mod similar;
mod telling;

use std::sync::Arc;

use models::domain::{ConcernEdit, ConcernId, Correction, CorrectionChange, DeskRole, Role};

pub(crate) use board::{Board, BoardRow};
pub(crate) use presence::{Doing, Presence};
pub(crate) use queue::{
    Age, Asked, Choice, Found, Mood, PAGE as QUEUE_PAGE, QueueOrder, STATUSES, Shown, Things, find,
};
pub(crate) use similar::{Alike, alike};
pub(crate) use telling::concern_path;
pub use telling::told_of;

/// Longest note, in characters.
pub const NOTE_MAX: usize = 2_000;

/// Longest reason, in characters; as [`Desk`] takes it.
pub const REASON_MAX: usize = 500;

/// Edits concerns and corrects mentions; given by whoever puts the program together. May block.
pub trait Desk: Send + Sync {
    /// Records an edit once it is sound. `seen` has the versions of the concerns that the officer saw.
    fn edit(
        &self,
        hand: &Hand,
        edit: ConcernEdit,
        seen: &[(ConcernId, u64)],
    ) -> Result<Correction, DeskRefusal>;

    /// Records a correction of how a mention is read, or the undoing of one.
    fn correct(&self, hand: &Hand, change: &CorrectionChange) -> Result<Correction, DeskRefusal>;

    /// Words that colleagues will read, each line trimmed; refused when there are none, more than so
    /// many characters, or personal data of citizens is among them.
    fn sound_words(&self, words: &str, most: usize) -> Result<String, DeskRefusal>;
}

/// Who edits, and why.
#[derive(Clone, Debug)]
pub struct Hand {
    /// Login of the officer.
    pub officer: String,
    /// In which role; readers are told this alone.
    pub role: DeskRole,
    /// Why, as typed.
    pub reason: String,
    /// The same for the audit log.
    pub logged: indexer::By,
}

/// Why an edit was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeskRefusal {
    /// Somebody edited the concern meanwhile.
    Stale(ConcernId),
    /// It cannot be done like that; with what to do instead.
    Unsound {
        /// In Vietnamese.
        vi: String,
        /// In English.
        en: String,
    },
    /// The record failed; the log has the reason.
    Failed,
}

/// What the desk remembers while the server runs.
#[derive(Clone, Default)]
pub(crate) struct DeskRoom {
    board: Arc<board::BoardKeeper>,
    presence: Arc<Presence>,
}

impl DeskRoom {
    /// The board as it is now.
    pub(crate) fn board(&self, app: &crate::AppState) -> Result<Arc<Board>, crate::Error> {
        self.board.present(app)
    }

    /// Makes anew what is kept for the desk; gives whether it was out of date.
    pub(crate) fn keep_up(&self, app: &crate::AppState) -> Result<bool, crate::Error> {
        self.board.keep_up(app)
    }

    /// Who is looking at what.
    pub(crate) fn presence(&self) -> &Presence {
        &self.presence
    }
}

/// In which role an account corrects.
pub(crate) fn desk_role(role: Role) -> DeskRole {
    match role {
        Role::Viewer => DeskRole::Desk,
        Role::PressOfficer => DeskRole::PressOfficer,
        Role::UnitResponder => DeskRole::UnitResponder,
        Role::Admin => DeskRole::Admin,
    }
}
