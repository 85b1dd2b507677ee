//! Accounts of officers, sessions, keys of the API, and the audit log.
//!
//! Whatever changes rights writes its line of the log in the same transaction. Passwords come in hashed,
//! tokens and keys as SHA-256: what could open a door is never here.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use models::domain::{Account, AccountId, ApiKey, KeyScope, Reach, Rights, Role};

use crate::Result;

/// SHA-256 of a token or key.
pub type SecretHash = [u8; 32];

/// Who may come in, and what they did.
pub trait Accounts: Send + Sync {
    /// Makes an account. A login name that is taken is refused with [`crate::Error::Taken`].
    fn add_account(&self, new: &NewAccount, by: &By) -> Result<AccountId>;

    /// All accounts, by login name.
    fn accounts(&self) -> Result<Vec<Account>>;

    /// One account.
    fn account(&self, id: AccountId) -> Result<Option<Account>>;

    /// The account of a login name.
    fn account_named(&self, login: &str) -> Result<Option<Account>>;

    /// Changes an account; says whether it is there. New rights, a new password and a disabling end its
    /// sessions, but for the one named in the change.
    fn change_account(&self, id: AccountId, change: &AccountChange, by: &By) -> Result<bool>;

    /// What proves who somebody is.
    fn credentials(&self, id: AccountId) -> Result<Option<Credentials>>;

    /// Begins a sign-in by password. The try counts as failed until [`Accounts::open_session`], so that
    /// many at the same time are counted too.
    fn begin_sign_in(&self, login: &str, now: Timestamp) -> Result<SignIn>;

    /// Opens a session and forgets the wrong passwords before it. `None` when the account was disabled
    /// meanwhile, or when a code of its step was used before.
    fn open_session(&self, new: &NewSession, by: &By) -> Result<Option<u64>>;

    /// The session of a token that is neither over nor idle since a moment, and its account.
    fn session(
        &self,
        token: &SecretHash,
        now: Timestamp,
        idle_since: Timestamp,
    ) -> Result<Option<OpenSession>>;

    /// Notes that a session was used.
    fn touch_session(&self, session: u64, at: Timestamp) -> Result<()>;

    /// Sessions of an account that are not over, the one used last first.
    fn sessions(&self, account: AccountId, now: Timestamp) -> Result<Vec<Session>>;

    /// Ends a session of an account; says whether it was open.
    fn end_session(&self, account: AccountId, session: u64, by: &By) -> Result<bool>;

    /// Ends all sessions of an account but one. Gives their number.
    fn end_sessions(&self, account: AccountId, but: Option<u64>, by: &By) -> Result<usize>;

    /// Forgets sessions of anybody that are over. Gives their number.
    fn forget_sessions(&self, now: Timestamp) -> Result<usize>;

    /// The account that an identity provider knows by a subject.
    fn account_of_subject(&self, issuer: &str, subject: &str) -> Result<Option<Account>>;

    /// Makes a key.
    fn add_key(&self, new: &NewKey, by: &By) -> Result<u64>;

    /// All keys, also those that open nothing any more, the newest first.
    fn keys(&self) -> Result<Vec<ApiKey>>;

    /// The key of a secret, whether it still opens anything or not.
    fn key_of(&self, secret: &SecretHash) -> Result<Option<ApiKey>>;

    /// Notes the day on which a key was used.
    fn note_key_use(&self, key: u64, on: Date) -> Result<()>;

    /// Withdraws a key; says whether it was in force.
    fn revoke_key(&self, key: u64, by: &By) -> Result<bool>;

    /// Writes a line of the log that goes with no change here.
    fn audit(&self, entry: &AuditEntry, by: &By) -> Result<u64>;

    /// Lines of the log before a number, the newest first.
    fn audit_rows(&self, before: Option<u64>, limit: usize) -> Result<Vec<AuditRow>>;

    /// Looks through the whole log for what was changed or taken out.
    fn verify_audit(&self) -> Result<AuditVerdict>;
}

/// Who does something, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// Who.
    pub who: Actor,
    /// When.
    pub at: Timestamp,
    /// Number of the request, where it came by one.
    pub request: Option<String>,
}

/// Who does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// An officer, in the role of the moment.
    Officer(AccountId, Role),
    /// A program with a key.
    Key(u64),
    /// Whoever has the command line of the server.
    Command,
    /// Somebody who has not signed in.
    Nobody,
}

/// An account to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    /// See [`models::domain::login_name`].
    pub login: String,
    /// Name as shown.
    pub display_name: String,
    /// What it may do.
    pub rights: Rights,
    /// Password, hashed (PHC form).
    pub password: Option<String>,
    /// Issuer and subject of an identity provider.
    pub subject: Option<(String, String)>,
}

/// A change of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountChange {
    /// Other rights; all sessions end.
    Rights(Rights),
    /// Another shown name.
    DisplayName(String),
    /// It may not be used any more, or again; a disabling ends all sessions.
    Active(bool),
    /// Another password, hashed; forgets wrong ones before. All sessions end but one.
    Password {
        /// The hash.
        hash: String,
        /// The session in which it was changed.
        keep: Option<u64>,
    },
    /// A secret for codes, shown and not yet confirmed.
    ProposeTotp(Vec<u8>),
    /// The secret shown is confirmed by the code of a step.
    ConfirmTotp {
        /// Number of the step whose code was given.
        step: u64,
    },
    /// No code is asked for any more.
    DropTotp,
    /// It is known to an identity provider.
    Subject {
        /// Issuer.
        issuer: String,
        /// Subject.
        subject: String,
    },
}

/// What proves who somebody is.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Whose.
    pub account: Account,
    /// Hash of the password.
    pub password: Option<String>,
    /// Secret of the codes.
    pub totp: Option<Vec<u8>>,
    /// Secret shown, not yet confirmed.
    pub totp_pending: Option<Vec<u8>>,
}

/// How a sign-in by password begins.
pub enum SignIn {
    /// No account of that name may sign in by password.
    Unknown,
    /// Too many wrong passwords: closed until then.
    Closed(AccountId, Timestamp),
    /// The password may be looked at.
    Open(Box<Credentials>),
}

/// A session to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// Whose.
    pub account: AccountId,
    /// SHA-256 of its token.
    pub token: SecretHash,
    /// When it is over at the latest.
    pub expires_at: Timestamp,
    /// The step of the code that was given, which counts once.
    pub totp_step: Option<u64>,
    /// How it was opened, for the log: `password`, `password+totp`, `oidc`.
    pub how: &'static str,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its number.
    pub id: u64,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// When it is over at the latest.
    pub expires_at: Timestamp,
}

/// A session and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenSession {
    /// The session.
    pub session: Session,
    /// Whose.
    pub account: Account,
}

/// A key to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKey {
    /// SHA-256 of its secret.
    pub secret: SecretHash,
    /// Who holds it, in words.
    pub name: String,
    /// What it may be used for.
    pub scopes: BTreeSet<KeyScope>,
    /// Requests a minute; `None` as configured.
    pub per_minute: Option<u32>,
    /// The part of the city it writes for.
    pub reach: Reach,
    /// From when on it is refused.
    pub expires_at: Option<Timestamp>,
}

/// What happened, for the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditEntry {
    /// What was done: `account.add`, `sign_in`.
    pub action: String,
    /// To what: `account/3`.
    pub object: String,
    /// How it was before, short JSON.
    pub before: Option<String>,
    /// How it is after, short JSON.
    pub after: Option<String>,
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number; they have no gaps.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who, by number.
    pub account: Option<AccountId>,
    /// In which role: the code of a role, `key/3`, `command` or `nobody`.
    pub role: String,
    /// What.
    pub entry: AuditEntry,
    /// Number of the request.
    pub request: Option<String>,
    /// Its hash, into which the hash of the line before went.
    pub hash: SecretHash,
}

/// What looking through the log found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditVerdict {
    /// Every line is as it was written.
    Sound {
        /// Number of lines.
        n_rows: u64,
        /// Hash of the last one, all zeros before the first; who keeps it elsewhere can tell later
        /// whether lines were cut off the end.
        head: SecretHash,
    },
    /// The first line that is not.
    Broken {
        /// Its number.
        seq: u64,
        /// What is wrong with it.
        why: AuditFault,
    },
}

/// What is wrong with a line of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditFault {
    /// It is not there, though later ones are.
    Missing,
    /// It does not follow the line before.
    Unlinked,
    /// Its content is not what was written.
    Changed,
}
