//! What can go wrong with memory, grouped by who can act.

use std::path::PathBuf;

use jiff::civil::Date;
use models::domain::{ConcernId, MentionId};
use thiserror::Error;

use crate::search::ServerFault;

/// What a call of this crate gives.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong with memory.
#[derive(Debug, Error)]
pub enum Error {
    // The operator can act.
    /// The data folder was written by a newer release.
    #[error(
        "{path}: written by a newer langnghe (schema {found}, this one knows up to {known}); \
         install that release or restore a backup made before the upgrade"
    )]
    NewerSchema {
        /// The database.
        path: PathBuf,
        /// Its schema.
        found: u32,
        /// The newest we know.
        known: u32,
    },
    /// A SQLite file of another program.
    #[error("{path}: not a langnghe record; point the data folder elsewhere")]
    Foreign {
        /// The database.
        path: PathBuf,
    },
    /// A folder or file that is no backup of ours.
    #[error("{path}: not a langnghe backup; name a folder that `langnghe backup` made")]
    NotABackup {
        /// What was given.
        path: PathBuf,
    },
    /// A backup written by a newer release.
    #[error(
        "{path}: a backup made by a newer langnghe (format {found}, this one knows up to {known}); \
         restore it with that release"
    )]
    NewerBackup {
        /// The backup.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The newest we know.
        known: u32,
    },
    /// A backup that is not what it was when it was made.
    #[error("{path}: this backup is damaged ({detail}); take another one, nothing was restored")]
    DamagedBackup {
        /// The backup.
        path: PathBuf,
        /// The file and what is wrong with it.
        detail: String,
    },
    /// A file stands where a new one was to be written.
    #[error("{path}: already exists; move it away first")]
    Exists {
        /// Which.
        path: PathBuf,
    },
    /// Another process holds the database.
    #[error(
        "{path}: locked by another process for longer than we wait; stop the other langnghe or \
         sqlite3 that has it open"
    )]
    Locked {
        /// The database.
        path: PathBuf,
    },
    /// The server of the database does not answer, or ended the connection.
    #[error(
        "{path}: the database cannot be reached ({detail}); start its server or mend the address, it is \
         tried again by itself"
    )]
    Unreachable {
        /// The address without a password.
        path: PathBuf,
        /// What was met.
        detail: String,
    },
    /// This process was to be the only one that does a piece of work, and another does it now.
    #[error("{path}: another process took over to {what}; nothing was written")]
    TakenOver {
        /// The database.
        path: PathBuf,
        /// The work.
        what: &'static str,
    },
    /// A record that was to be moved into a database where there is one already.
    #[error("{path}: the table {table} has rows already; name a database that is empty")]
    NotEmpty {
        /// The database.
        path: PathBuf,
        /// A table with rows.
        table: String,
    },
    /// A record that is not the same after it was moved.
    #[error("{path}: {detail}; nothing was kept, the record stands where it stood")]
    MovedBadly {
        /// The database.
        path: PathBuf,
        /// What differs.
        detail: String,
    },
    /// The file or its folder may not be written.
    #[error(
        "{path}: read-only; give the langnghe user write permission on the file and its folder"
    )]
    ReadOnly {
        /// The database or folder.
        path: PathBuf,
    },
    /// No room left.
    #[error("{path}: no space left; free space on its disk, nothing already acknowledged is lost")]
    Full {
        /// The database or folder.
        path: PathBuf,
    },
    /// The file is damaged.
    #[error(
        "{path}: damaged ({detail}); restore it with `langnghe restore`, keep the file for study"
    )]
    Corrupt {
        /// The database or index.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// A kept capture is not what it was.
    #[error("{path}: damaged capture ({detail}); delete it, the record stays whole without it")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// The file or folder cannot be opened, read or written for another reason.
    #[error("{path}: cannot be used: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },

    /// The search server did not do what it was asked.
    #[error("search server {address} {fault}")]
    SearchServer {
        /// Which.
        address: String,
        /// Why, with the way out.
        fault: ServerFault,
    },

    // The caller can act.
    /// A published digest or signal would change, and no reason was given.
    #[error("{what} of {day} is already published; a correction needs an erratum")]
    ErratumMissing {
        /// Whose digest or signal.
        what: String,
        /// Which day.
        day: Date,
    },
    /// Somebody else edited a concern meanwhile.
    #[error(
        "concern `{concern}` was edited by another meanwhile (you saw version {made_on}, it is {now} \
         now); look at it again and repeat the edit if it still holds"
    )]
    Stale {
        /// Which concern.
        concern: ConcernId,
        /// The version it was edited on.
        made_on: u64,
        /// Its version now.
        now: u64,
    },
    /// A name that another has.
    #[error("{what} `{name}` is taken; choose another")]
    Taken {
        /// What is to be named.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A step that cannot be taken as things stand: somebody else was quicker.
    #[error("{what} is {state} now, so it cannot be {step}; look at it again")]
    NotNow {
        /// Of what.
        what: String,
        /// The step.
        step: &'static str,
        /// How it stands.
        state: &'static str,
    },
    /// A cursor that we did not give out.
    #[error("cursor `{0}` is not one of ours; start again from the first page")]
    BadCursor(String),
    /// An annotation that belongs to another mention than the one it came with.
    #[error("annotation of mention `{annotation}` came with mention `{mention}`")]
    Mismatched {
        /// The mention.
        mention: MentionId,
        /// Whose annotation it is.
        annotation: MentionId,
    },
    /// A value that cannot be stored, such as a score that is not a number.
    #[error("{what} cannot be stored: {detail}")]
    Unstorable {
        /// Which value.
        what: &'static str,
        /// Why.
        detail: String,
    },

    // We can act.
    /// A stored value does not have the shape this release writes.
    #[error("{path}: stored {what} cannot be read: {detail}")]
    Unreadable {
        /// The database.
        path: PathBuf,
        /// Which value.
        what: &'static str,
        /// Why.
        detail: String,
    },
    /// The database said something we do not expect.
    #[error("{path}: {source}")]
    Database {
        /// The database.
        path: PathBuf,
        /// Its words.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The search index said something we do not expect.
    #[error("{path}: {source}")]
    Index {
        /// The index folder.
        path: PathBuf,
        /// Its words.
        source: tantivy::TantivyError,
    },
}
