//! The book of the desk: labels, holders, notes and follows beside concerns, saved views, and what each
//! officer is told. Grouping and ranking never read it.
//!
//! Whatever colleagues see changed writes its line of the audit log in the same transaction.

use jiff::Timestamp;
use models::domain::{AccountId, ConcernId};

use crate::Result;
use crate::accounts::By;

/// Somebody was given a concern.
pub const NOTICE_ASSIGNED: &str = "assigned";

/// Somebody edited a concern that one follows or holds.
pub const NOTICE_EDITED: &str = "edited";

/// Somebody wrote a note beside such a concern.
pub const NOTICE_NOTED: &str = "noted";

/// What officers keep beside concerns.
pub trait DeskBook: Send + Sync {
    /// What the book says of every concern it says something of, by concern.
    fn slips(&self) -> Result<Vec<Slip>>;

    /// What it says of one.
    fn slip(&self, concern: &ConcernId) -> Result<Slip>;

    /// Puts a label on a concern or takes it off. Says whether that changed anything.
    fn set_label(&self, concern: &ConcernId, label: &str, is_on: bool, by: &By) -> Result<bool>;

    /// Gives a concern to an officer, or to nobody, and tells the officer. Where `seen` is given and
    /// somebody else holds it by now, nothing is done.
    fn assign(
        &self,
        concern: &ConcernId,
        to: Option<AccountId>,
        seen: Option<Option<AccountId>>,
        notice: &Telling,
        by: &By,
    ) -> Result<Assigned>;

    /// Writes a note, and tells who else follows or holds the concern. Gives its number.
    fn add_note(&self, concern: &ConcernId, body: &str, telling: &Telling, by: &By) -> Result<u64>;

    /// Takes a note of one's own back for good; says whether it was there and one's own.
    fn drop_note(&self, note: u64, account: AccountId, by: &By) -> Result<bool>;

    /// Notes of some concerns, the newest first, at most 200.
    fn notes(&self, concerns: &[ConcernId]) -> Result<Vec<Note>>;

    /// An officer follows a concern, or no longer.
    fn follow(&self, concern: &ConcernId, account: AccountId, is_on: bool) -> Result<()>;

    /// Concerns an officer follows.
    fn followed(&self, account: AccountId) -> Result<Vec<ConcernId>>;

    /// Saved views of an officer, by name.
    fn views(&self, account: AccountId) -> Result<Vec<SavedView>>;

    /// Saves a view; one of the same name is replaced. At most one opens first.
    fn save_view(&self, account: AccountId, view: &NewView) -> Result<u64>;

    /// Drops a view; says whether it was there.
    fn drop_view(&self, account: AccountId, view: u64) -> Result<bool>;

    /// What an officer was told, the newest first, from before a number on.
    fn notices(&self, account: AccountId, before: Option<u64>, limit: usize)
    -> Result<Vec<Notice>>;

    /// How much of it is unread.
    fn n_unread(&self, account: AccountId) -> Result<u64>;

    /// Marks what an officer was told as read. Gives how much was unread.
    fn mark_read(&self, account: AccountId, which: &Unread, at: Timestamp) -> Result<usize>;
}

/// What the book says of a concern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// Which.
    pub concern: ConcernId,
    /// Its labels, in their order.
    pub labels: Vec<String>,
    /// Who holds it.
    pub holder: Option<AccountId>,
    /// Notes beside it.
    pub n_notes: u64,
}

impl Slip {
    /// Nothing.
    pub fn empty(concern: ConcernId) -> Self {
        Self {
            concern,
            labels: Vec::new(),
            holder: None,
            n_notes: 0,
        }
    }
}

/// What became of giving a concern to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assigned {
    /// It is so now.
    Done,
    /// It was so already.
    Same,
    /// Somebody was faster: this one holds it, or nobody.
    HeldBy(Option<AccountId>),
}

/// A note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Its number.
    pub id: u64,
    /// Beside which concern.
    pub concern: ConcernId,
    /// Who wrote it.
    pub account: Option<AccountId>,
    /// When.
    pub written_at: Timestamp,
    /// The words, without personal data.
    pub body: String,
}

/// A view to be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewView {
    /// Its name, one of a kind for its owner.
    pub name: String,
    /// The filters, as in the address.
    pub query: String,
    /// Whether it opens first.
    pub is_start: bool,
}

/// A saved view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    /// Its number.
    pub id: u64,
    /// What was saved.
    pub view: NewView,
}

/// Something to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telling {
    /// Code of its kind: [`NOTICE_ASSIGNED`] and the like; other parts have their own.
    pub kind: String,
    /// The concern it is about.
    pub concern: Option<ConcernId>,
    /// The path of ours that it leads to.
    pub link: String,
    /// What of it changes from one to the next: a title, a reason. No personal data.
    pub words: String,
}

/// Something for whoever follows or holds any of some concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The concerns.
    pub concerns: Vec<ConcernId>,
    /// What is said, to each once.
    pub telling: Telling,
}

/// Something an officer was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its number.
    pub id: u64,
    /// What.
    pub telling: Telling,
    /// Who did it.
    pub caused_by: Option<AccountId>,
    /// When.
    pub told_at: Timestamp,
    /// When it was read.
    pub read_at: Option<Timestamp>,
}

/// What is marked as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// Everything up to a number, so that nothing is lost that came while one was looking.
    UpTo(u64),
    /// One.
    One(u64),
    /// All about a concern.
    Of(ConcernId),
}
