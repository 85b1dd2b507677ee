//! What goes into the record and comes out of it.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use models::domain::{
    AnnotatedMention, Annotation, Capture, CleanMention, Concern, ConcernId, ContentHash,
    CorrectionChange, Coverage, DeskRole, Digest, FetchState, FoundPage, HostMemory,
    IndicatorValue, League, MentionId, PageEnded, SatisfactionSignal, ShadowScore, SilenceMap,
    SourceHealth, SourceId, Ticket, UnitComparison,
};

use crate::accounts::By;
use crate::desk_book::Told;

/// What one visit to a source gave, or one import.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordBatch {
    /// The present moment.
    pub at: Timestamp,
    /// Metadata of the answers, whose bytes are already in the capture store.
    pub captures: Vec<CaptureInfo>,
    /// Mentions with personal data cut, each with what was read in it.
    pub mentions: Vec<(CleanMention, Annotation)>,
    /// Addresses followed at this visit as the source wrote them, whatever came of them, that need
    /// not be fetched again.
    pub visited: Vec<String>,
    /// Mentions that the ones recorded here replace under another id; they are removed.
    pub superseded: Vec<MentionId>,
    /// Pages found, to wait in the [`Queue`](crate::Queue); those already there or done with are
    /// left out.
    pub pages: Vec<FoundPage>,
    /// Ends of leases.
    pub ended: Vec<PageEnded>,
    /// What was learned of hosts.
    pub hosts: HostMemory,
    /// What to remember for the next visit.
    pub fetch_state: Option<(SourceId, FetchState)>,
    /// How the source is doing.
    pub health: Option<SourceHealth>,
    /// When new mentions with an address are first looked at again; never for `None`.
    pub look_at: Option<Timestamp>,
    /// The delivery in which all this was pushed to us, when it was: one that was recorded before
    /// leaves nothing of its batch (see [`Recorded::repeated`]).
    pub delivery: Option<Delivery>,
}

/// One message that somebody pushed to us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Who pushes.
    pub source: SourceId,
    /// The sender's number of the message; kept as a hash, for [`DELIVERIES_KEPT_DAYS`].
    pub message: String,
    /// Hash of its bytes.
    pub body: ContentHash,
}

/// So long a delivery is remembered: far beyond the age at which one is refused.
pub const DELIVERIES_KEPT_DAYS: i64 = 30;

/// A delivery that was recorded before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeated {
    /// The same bytes.
    Same,
    /// The same number on other bytes.
    Different,
}

impl RecordBatch {
    /// A batch with nothing in it yet.
    pub fn new(at: Timestamp) -> Self {
        Self {
            at,
            captures: Vec::new(),
            mentions: Vec::new(),
            visited: Vec::new(),
            superseded: Vec::new(),
            pages: Vec::new(),
            ended: Vec::new(),
            hosts: HostMemory::default(),
            fetch_state: None,
            health: None,
            look_at: None,
            delivery: None,
        }
    }
}

/// What recording a batch did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// Sequence number of each mention, in the order given; the stored one when nothing changed,
    /// `None` when the mention had been removed.
    pub seqs: Vec<Option<u64>>,
    /// Mentions never seen before.
    pub n_new: usize,
    /// Mentions, tickets or annotations that changed.
    pub n_updated: usize,
    /// Mentions that were there, the same in every part.
    pub n_unchanged: usize,
    /// Mentions refused because they had been removed.
    pub n_removed: usize,
    /// The batch's delivery had been recorded before: nothing was written.
    pub repeated: Option<Repeated>,
    /// Pages that were new to the queue.
    pub n_pages: usize,
}

/// What is remembered of one fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptureInfo {
    /// Source that was being read.
    pub source: SourceId,
    /// Address after redirects.
    pub url: String,
    /// When the answer was complete.
    pub fetched_at: Timestamp,
    /// HTTP status.
    pub http_status: u16,
    /// `Content-Type` as sent.
    pub content_type: Option<String>,
    /// Headers kept; none for fetches recorded before they were.
    pub headers: Vec<(String, String)>,
    /// Hash of the body, its address in the capture store.
    pub hash: ContentHash,
    /// Length of the body.
    pub body_bytes: u64,
}

impl From<&Capture> for CaptureInfo {
    fn from(capture: &Capture) -> Self {
        Self {
            source: capture.source.clone(),
            url: capture.url.clone(),
            fetched_at: capture.fetched_at,
            http_status: capture.http_status,
            content_type: capture.content_type.clone(),
            headers: capture.headers.clone(),
            hash: capture.hash,
            body_bytes: capture.body.len() as u64,
        }
    }
}

/// A mention that is to be looked at again at its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueLook {
    /// Which mention.
    pub mention: MentionId,
    /// The address at which people see it.
    pub url: String,
    /// When it was published, or else recorded.
    pub moment: Timestamp,
    /// Whether a digest shows its words.
    pub is_shown: bool,
}

/// Which fetches are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaptureQuery {
    /// Only those of this source.
    pub source: Option<SourceId>,
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
}

/// One write to a mention, for those who follow the record.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Number of the write.
    pub seq: u64,
    /// Which mention.
    pub mention: MentionId,
    /// When it counts: its publication, or else when it was recorded; or when it was removed.
    pub moment: Timestamp,
    /// What stands there now; `None` when it was removed.
    pub now: Option<AnnotatedMention>,
}

/// A correction that is about to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct NewCorrection {
    /// The present moment.
    pub made_at: Timestamp,
    /// Login of the officer.
    pub officer: String,
    /// In which role.
    pub role: DeskRole,
    /// Why, in the officer's words.
    pub reason: String,
    /// What is corrected.
    pub change: CorrectionChange,
    /// See [`Correction::anchors`].
    pub anchors: Vec<(ConcernId, MentionId)>,
    /// The concerns it was made on, each with the version the officer saw.
    pub made_on: Vec<(ConcernId, u64)>,
    /// What the mentions it is about say from now on.
    pub annotations: Vec<Annotation>,
    /// Who made it, for the audit log, where it came from somebody with an account: its line is
    /// written in the same transaction.
    pub logged: Option<By>,
    /// What those who follow or hold some concerns are told of it, in the same transaction too; who made
    /// it is not.
    pub told: Option<Told>,
}

impl NewCorrection {
    /// One by the desk, with nothing that follows from it.
    pub fn new(made_at: Timestamp, officer: &str, reason: &str, change: CorrectionChange) -> Self {
        Self {
            made_at,
            officer: officer.to_owned(),
            role: DeskRole::Desk,
            reason: reason.to_owned(),
            change,
            anchors: Vec::new(),
            made_on: Vec::new(),
            annotations: Vec::new(),
            logged: None,
            told: None,
        }
    }
}

/// A state of a ticket and when it was first recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketEvent {
    /// When it was recorded.
    pub at: Timestamp,
    /// The ticket from then on.
    pub ticket: Ticket,
}

/// The grouping of one day.
#[derive(Clone, Debug, PartialEq)]
pub struct Grouping {
    /// Which day, in Vietnam.
    pub day: Date,
    /// The concern of each mention of that day that has one.
    pub assignments: Vec<(MentionId, ConcernId)>,
    /// All concerns still followed at the end of that day, changed or not.
    pub concerns: Vec<Concern>,
    /// Number of the latest correction it heeds.
    pub correction: u64,
}

/// The state of a concern at the end of a day.
#[derive(Clone, Debug, PartialEq)]
pub struct ConcernState {
    /// Whose.
    pub id: ConcernId,
    /// SHA-256 of the state: another state has another.
    pub digest: [u8; 32],
    /// The state itself; `None` when it was known to who asked.
    pub concern: Option<Concern>,
}

/// The digests of states that somebody keeps.
pub type KnownStates = HashMap<ConcernId, [u8; 32]>;

/// What saving a grouping did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grouped {
    /// Mentions that have a concern now.
    pub n_assigned: usize,
    /// Assignments left out because the mention is not in the record or of another day.
    pub n_skipped: usize,
    /// Number of the grouping; that of the one before when nothing changed.
    pub number: u64,
}

/// What is published together.
#[derive(Clone, Debug, Default)]
pub struct Edition<'a> {
    /// Digests of any scopes and periods.
    pub digests: &'a [Digest],
    /// Signals of any units and days.
    pub signals: &'a [SatisfactionSignal],
    /// Leagues of any kinds and periods.
    pub leagues: &'a [League],
    /// Satisfaction groups of Decision 766, of any scopes and periods.
    pub shadows: &'a [ShadowScore],
    /// Silence maps.
    pub silence: &'a [SilenceMap],
    /// Values of indicators.
    pub indicators: &'a [IndicatorValue],
    /// Comparisons of any units and days.
    pub comparisons: &'a [UnitComparison],
    /// The present moment.
    pub at: Timestamp,
    /// Why published content changes, in Vietnamese. `None` when no change is expected: one is then
    /// refused, unless a digest has an erratum of its own.
    pub erratum: Option<&'a str>,
    /// The edition that was begun, with the grouping it has read.
    pub open: Option<OpenEdition>,
    /// What it was made from beside the record.
    pub inputs: Option<EditionInputs>,
}

/// A position in the history of the record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AsOf {
    /// Number of the latest write to a mention that is known.
    pub seq: u64,
    /// Number of the latest grouping that is known.
    pub grouping: u64,
    /// Number of the latest correction that is known.
    pub correction: u64,
}

/// An edition that was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenEdition {
    /// Its number.
    pub id: u64,
    /// What it reads.
    pub as_of: AsOf,
}

/// An edition that was published.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownEdition {
    /// Its number.
    pub id: u64,
    /// What it has read.
    pub as_of: AsOf,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// What it was made from beside the record; `None` for those of before editions.
    pub inputs: Option<EditionInputs>,
}

/// What an edition was made from that the record cannot tell again.
#[derive(Clone, Debug, PartialEq)]
pub struct EditionInputs {
    /// What was heard and what was missing, as of that moment.
    pub coverage: Coverage,
    /// Outlet of each source and how far it was trusted, 0 to 1.
    pub sources: Vec<(SourceId, String, f32)>,
    /// Methods and units in force, summed up in one word; another one ranks otherwise.
    pub method: String,
    /// The first day the record knew anything of.
    pub recorded_from: Date,
}

/// What ranking reads, as it was known at a moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Window {
    /// Mentions with their concerns, oldest first.
    pub mentions: Vec<AnnotatedMention>,
    /// Concerns, by id.
    pub concerns: Vec<Concern>,
}

/// What became other since an edition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Mentions recorded since.
    pub n_new: u64,
    /// Mentions that say something else: whole texts, states of tickets, new readings.
    pub n_changed: u64,
    /// Mentions removed since.
    pub n_removed: u64,
}

impl Changes {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What publishing did, everything counted together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// Published for the first time.
    pub n_new: usize,
    /// Published as a further revision.
    pub n_revised: usize,
    /// Already published with the same content.
    pub n_unchanged: usize,
}

/// One revision of a digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// 1 for the first.
    pub revision: u32,
    /// When it was published.
    pub published_at: Timestamp,
    /// Why it replaced the one before.
    pub erratum: Option<String>,
    /// Version of the ranking method.
    pub method_version: String,
}

/// Someone asked for a source to be fetched now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchRequest {
    /// Number of the request.
    pub id: u64,
    /// Which source.
    pub source: SourceId,
    /// When it was asked for.
    pub asked_at: Timestamp,
}

/// A stretch of a long list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// At most so many items; more than 500 counts as 500.
    pub limit: usize,
    /// Where the page before ended; `None` for the first.
    pub after: Option<String>,
}

impl Page {
    /// The first page.
    pub fn first(limit: usize) -> Self {
        Self { limit, after: None }
    }
}

/// One page of a long list.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<String>,
}

/// How much of everything there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Mentions.
    pub n_mentions: u64,
    /// Hotline reports among them.
    pub n_tickets: u64,
    /// Mentions removed for good.
    pub n_removed: u64,
    /// Fetches remembered.
    pub n_captures: u64,
    /// Sources fetched so far.
    pub n_sources: u64,
    /// Concerns, also those dropped for their age.
    pub n_concerns: u64,
    /// Digests, each revision counted.
    pub n_digests: u64,
    /// Signals, each revision counted.
    pub n_signals: u64,
    /// Corrections.
    pub n_corrections: u64,
    /// Requests not yet done.
    pub n_open_requests: u64,
    /// Bytes of the database.
    pub database_bytes: u64,
}
