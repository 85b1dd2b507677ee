//! The duty to answer the press (trả lời báo chí): how each report stands.

use jiff::Timestamp;

use super::{AccountId, MentionId, RequestId};

/// How a press report stands that the city may owe an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PressState {
    /// Nobody has said anything of it.
    Waiting,
    /// A unit was asked.
    Asked,
    /// It was answered.
    Answered,
    /// No answer is needed, for a reason.
    NotNeeded,
}

impl PressState {
    /// All states.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Asked, Self::Answered, Self::NotNeeded];

    /// The code used in files and addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Asked => "asked",
            Self::Answered => "answered",
            Self::NotNeeded => "not_needed",
        }
    }

    /// The state of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// What was said of a press report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PressEvent {
    /// Grows over all reports.
    pub seq: u64,
    /// Which report.
    pub mention: MentionId,
    /// How it stands since.
    pub state: PressState,
    /// When.
    pub at: Timestamp,
    /// Which officer.
    pub by: Option<AccountId>,
    /// The address of the answer, or why none is needed.
    pub detail: String,
    /// The request it became.
    pub request: Option<RequestId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_come_back() {
        for state in PressState::ALL {
            assert_eq!(PressState::from_code(state.code()), Some(state));
        }
    }
}
