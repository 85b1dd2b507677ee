//! The outbox: messages that wait to be sent to other systems, and how each was answered.
//!
//! What is to be told is derived from what was published, by number: the mark of an endpoint and the
//! messages up to it are written in one transaction. So a crash neither loses a message nor makes it
//! twice; one that was sent and whose answer was not yet recorded is sent again under the same key,
//! by which the other side knows it.

use jiff::Timestamp;
use models::domain::{Bounce, EventKind, PublishedDigest};

use crate::Result;

/// Messages that wait to be sent, and their receipts.
pub trait Outbox: Send + Sync {
    /// Digests published after a number, the oldest first, at most so many.
    fn published_after(&self, number: u64, limit: usize) -> Result<Vec<PublishedDigest>>;

    /// The number of the digest published last, 0 before the first.
    fn last_published(&self) -> Result<u64>;

    /// Up to which number an endpoint was told; `None` for one that is new.
    fn mark(&self, endpoint: &str) -> Result<Option<u64>>;

    /// Takes messages in and moves the mark of an endpoint, together. A key that the endpoint has had
    /// changes nothing. Gives the number of messages that are new.
    fn post(
        &self,
        endpoint: &str,
        messages: &[NewMessage],
        mark: Option<u64>,
        at: Timestamp,
    ) -> Result<usize>;

    /// Takes messages to several endpoints in and moves one mark, together. What is derived from
    /// something else than published digests has marks of its own names.
    fn post_under(
        &self,
        mark: (&str, u64),
        messages: &[(String, NewMessage)],
        at: Timestamp,
    ) -> Result<usize>;

    /// Writes down that a letter came back; the same address and message count once.
    fn note_bounce(&self, bounce: &Bounce) -> Result<()>;

    /// What came back, the newest first, of one address or all.
    fn bounces(&self, address: Option<&str>, limit: usize) -> Result<Vec<Bounce>>;

    /// Forgets what came back from an address, since somebody mended it. Gives the number.
    fn forget_bounces(&self, address: &str) -> Result<usize>;

    /// Messages to an endpoint whose time has come, the longest due first, at most so many.
    fn due_messages(
        &self,
        endpoint: &str,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<OutboxMessage>>;

    /// Takes a waiting message in hand, for those that must not go out twice; says whether it waited.
    /// Until it is settled nobody else gets it.
    fn claim(&self, message: u64) -> Result<bool>;

    /// Gives up messages that were in hand when the program stopped: whether they arrived is not known.
    /// `detail` says so in their receipt. Gives their number. Only while nobody else sends.
    fn give_up_claimed(&self, endpoint_prefix: &str, at: Timestamp, detail: &str) -> Result<usize>;

    /// Writes down an attempt and what follows from it. Nothing follows for a message that is ended.
    fn settle(&self, message: u64, attempt: &Attempt, verdict: Verdict) -> Result<()>;

    /// Messages, the newest first, of one endpoint or all, in one state or any.
    fn messages(
        &self,
        endpoint: Option<&str>,
        state: Option<MessageState>,
        limit: usize,
    ) -> Result<Vec<OutboxMessage>>;

    /// Messages in the outbox by endpoint and state.
    fn message_counts(&self) -> Result<Vec<(String, MessageState, u64)>>;

    /// One message.
    fn message(&self, id: u64) -> Result<Option<OutboxMessage>>;

    /// The attempts of a message, the oldest first.
    fn attempts(&self, message: u64) -> Result<Vec<Attempt>>;

    /// Lets a dead message wait again; says whether it was dead.
    fn revive(&self, message: u64, at: Timestamp) -> Result<bool>;

    /// Forgets messages that were delivered or died before a moment. Gives their number.
    fn forget_messages(&self, before: Timestamp) -> Result<usize>;
}

/// A message to be taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    /// What it says, once for each endpoint: `digest/day/city/2026-11-12/1`.
    pub key: String,
    /// What it is about.
    pub event: EventKind,
    /// Its body as it will be sent, JSON.
    pub payload: String,
    /// It is not sent before; `None`: at once.
    pub not_before: Option<Timestamp>,
}

/// A message in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxMessage {
    /// Number in the outbox.
    pub id: u64,
    /// To whom.
    pub endpoint: String,
    /// See [`NewMessage::key`].
    pub key: String,
    /// What it is about.
    pub event: EventKind,
    /// Its body, JSON.
    pub payload: String,
    /// When it was taken in.
    pub made_at: Timestamp,
    /// When it is to be sent next, or was last.
    pub due_at: Timestamp,
    /// How it stands.
    pub state: MessageState,
    /// How often it was sent.
    pub n_attempts: u32,
}

/// How a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MessageState {
    /// It will be sent.
    Waiting,
    /// It is being handed over, by somebody who must not do so twice.
    InHand,
    /// It was taken.
    Delivered,
    /// It was given up (dead letter); people may let it wait again.
    Dead,
}

impl MessageState {
    /// All states.
    pub const ALL: [MessageState; 4] = [Self::Waiting, Self::InHand, Self::Delivered, Self::Dead];

    /// The code used in files and answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::InHand => "in_hand",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
        }
    }

    /// The state of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// One attempt at sending: the receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// When.
    pub at: Timestamp,
    /// HTTP status; `None` when no answer came.
    pub status: Option<u16>,
    /// One line for people.
    pub detail: String,
}

/// What follows from an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was taken.
    Delivered,
    /// It is sent again, not before.
    Again(Timestamp),
    /// It is given up.
    Dead,
}
