//! Requests for explanation, the answers to them, and what was said of press reports.
//!
//! Every step is an event that is only ever added, written in one transaction with the state that follows
//! from it; [`RequestState::after`](models::domain::RequestState::after) says what may follow. What a
//! request rests on is frozen with it. Words of citizens in it are rows of their own, so that they go when
//! their mention is removed.

use jiff::Timestamp;
use jiff::civil::Date;
use models::domain::{
    AccountId, ConcernId, ExplanationRequest, MentionId, PressEvent, PressState, PrintedAnswer,
    RequestAnswer, RequestEvent, RequestEvidence, RequestId, RequestStep, RequestSubject,
    Respondent,
};

use crate::Result;
use crate::accounts::By;

/// What units are asked and what they answer.
pub trait Requests: Send + Sync {
    /// Writes a request as a draft: nobody is told.
    fn draft_request(&self, new: &NewRequest, by: &By) -> Result<RequestId>;

    /// Writes a draft anew, with what it rests on. `seen` is the number of the last event that whoever
    /// edits has seen. Refused with [`crate::Error::NotNow`] when something happened since, or it was sent.
    /// `None` when there is no such request.
    fn edit_draft(
        &self,
        id: RequestId,
        seen: u64,
        edited: &DraftEdit,
        by: &By,
    ) -> Result<Option<RequestEvent>>;

    /// Takes a step of an officer. One that cannot be taken now is refused with
    /// [`crate::Error::NotNow`]: somebody else was quicker. `None` when there is no such request.
    fn step_request(&self, id: RequestId, step: &NewStep, by: &By) -> Result<Option<RequestEvent>>;

    /// Takes a step of the schedule or of a link, once a round for each step and `detail`; says whether
    /// it is new. Nothing happens when it cannot be taken now.
    fn note_request(
        &self,
        id: RequestId,
        step: &NewStep,
        role: &str,
        at: Timestamp,
    ) -> Result<bool>;

    /// Takes in the answer of a round, its files, and the step. Refused with [`crate::Error::NotNow`]
    /// when that round is answered or over: so a link counts once.
    fn answer_request(&self, id: RequestId, round: u32, answer: &NewAnswer, by: &By) -> Result<()>;

    /// One request.
    fn request(&self, id: RequestId) -> Result<Option<ExplanationRequest>>;

    /// All requests, the newest first, at most so many.
    fn requests(&self, limit: usize) -> Result<Vec<ExplanationRequest>>;

    /// Requests about a concern, the newest first.
    fn requests_of_concern(&self, concern: &ConcernId) -> Result<Vec<ExplanationRequest>>;

    /// What happened to a request, the oldest first.
    fn request_events(&self, id: RequestId) -> Result<Vec<RequestEvent>>;

    /// What was answered, the oldest first.
    fn request_answers(&self, id: RequestId) -> Result<Vec<RequestAnswer>>;

    /// The bytes of a file of a request's answers.
    fn answer_body(&self, id: RequestId, hash: &[u8; 32]) -> Result<Option<Vec<u8>>>;

    /// Prints answers in the digests of a day, each once for good; gives how many are new.
    fn print_answers(&self, prints: &[PrintedAnswer], at: Timestamp) -> Result<usize>;

    /// Answers that the digests of a day print, in the order of their requests.
    fn printed_on(&self, day: Date) -> Result<Vec<PrintedAnswer>>;

    /// Answers printed under a concern, the newest first.
    fn printed_of_concern(&self, concern: &ConcernId) -> Result<Vec<PrintedAnswer>>;

    /// Requests whose answer was taken and is not printed, with when it was taken.
    fn unprinted(&self) -> Result<Vec<(RequestId, Timestamp)>>;

    /// The key that proves links: the one that is kept, or else this one from now on.
    fn link_key(&self, fresh: [u8; 32]) -> Result<[u8; 32]>;

    /// Says how a press report stands.
    fn note_press(&self, new: &NewPressEvent, by: &By) -> Result<u64>;

    /// What was said of press reports, the oldest first; of one, or of all since a moment.
    fn press_events(
        &self,
        mention: Option<&MentionId>,
        since: Timestamp,
    ) -> Result<Vec<PressEvent>>;
}

/// A request to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRequest {
    /// What about.
    pub subject: RequestSubject,
    /// Who is asked.
    pub addressee: Respondent,
    /// What is asked.
    pub question: String,
    /// Working days for an answer.
    pub answer_days: u32,
    /// What it rests on.
    pub evidence: RequestEvidence,
}

/// What may be changed of a draft: not what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftEdit {
    /// Who is asked.
    pub addressee: Respondent,
    /// What is asked.
    pub question: String,
    /// Working days for an answer.
    pub answer_days: u32,
    /// What it rests on, as it stands now.
    pub evidence: RequestEvidence,
}

/// A step to be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewStep {
    /// Which.
    pub step: RequestStep,
    /// Reason, note or receipt.
    pub detail: String,
    /// The new deadline, where it sets one: sending and returning do.
    pub due_at: Option<Timestamp>,
}

/// An answer to be taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAnswer {
    /// The words, without personal data.
    pub text: String,
    /// Whether personal data was cut out of them.
    pub was_cut: bool,
    /// What comes with it.
    pub files: Vec<NewFile>,
}

/// A file to be taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// Its name, cleaned.
    pub name: String,
    /// Its type, found in its bytes.
    pub kind: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What is said of a press report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPressEvent {
    /// Which report.
    pub mention: MentionId,
    /// How it stands from now on.
    pub state: PressState,
    /// The address of the answer, or why none is needed.
    pub detail: String,
    /// The request it became.
    pub request: Option<RequestId>,
}

/// The role of steps that the schedule takes.
pub const ROLE_SCHEDULE: &str = "schedule";
/// The role of who comes by a link.
pub const ROLE_LINK: &str = "link";

/// Which officer, and in which role, for a row.
pub(crate) fn who(by: &By) -> (Option<AccountId>, String) {
    use crate::accounts::Actor;
    match by.who {
        Actor::Officer(id, role) => (Some(id), role.code().to_owned()),
        Actor::Key(key) => (None, format!("key/{key}")),
        Actor::Command => (None, ROLE_SCHEDULE.to_owned()),
        Actor::Nobody => (None, ROLE_LINK.to_owned()),
    }
}
