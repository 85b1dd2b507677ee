//! Requests for explanation as programs read them.

use jiff::Timestamp;
use models::domain::{ExplanationRequest, RequestAnswer};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::format_time;

/// A request for explanation as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ExplanationLine {
    /// Number.
    pub id: u64,
    /// `sent`, `delivered`, `answered`, `returned`, `accepted`, `closed` or `withdrawn`.
    pub state: String,
    /// Whether an answer is owed whose deadline is over.
    pub late: bool,
    /// Who is asked: the code of a unit, or `agency:` and an id.
    pub addressee: String,
    /// Their name.
    pub addressee_name: String,
    /// `concern`, `indicator` or `press`.
    pub subject_kind: String,
    /// Identifier of the concern, indicator or report.
    pub subject: String,
    /// What it is about, in words of the evidence or of the desk.
    pub title: String,
    /// What is asked.
    pub question: String,
    /// When it was written.
    pub made_at: String,
    /// By when the unit answers.
    pub due_at: Option<String>,
    /// How often the unit was asked.
    pub rounds: u32,
    /// The highest level that was told that an answer is late; 0 for none.
    pub escalated: u8,
    /// When it was answered last.
    pub answered_at: Option<String>,
    /// The last answer, without personal data.
    pub answer: Option<String>,
    /// Where it is read, on the server of these pages, by those who signed in.
    pub path: String,
}

impl ExplanationLine {
    /// A request at a moment, with its last answer.
    pub fn new(
        request: &ExplanationRequest,
        addressee_name: String,
        answer: Option<&RequestAnswer>,
        escalated: u8,
        now: Timestamp,
    ) -> Self {
        let (kind, subject) = request.subject.parts();
        Self {
            id: request.id.0,
            state: request.state.code().to_owned(),
            late: request.is_late(now),
            addressee: request.addressee.to_string(),
            addressee_name,
            subject_kind: kind.to_owned(),
            subject: subject.to_owned(),
            title: request.evidence.title.clone(),
            question: request.question.clone(),
            made_at: format_time(request.made_at),
            due_at: request.due_at.map(format_time),
            rounds: request.round,
            escalated,
            answered_at: answer.map(|answer| format_time(answer.at)),
            answer: answer.map(|answer| answer.text.clone()),
            path: format!("/yeu-cau/{}", request.id),
        }
    }
}
