//! What the pages of requests for explanation need, and the links by which units answer without an
//! account.

mod link;

use std::sync::Arc;

use indexer::Requests;
use models::domain::{ContactFor, RequestRules, RequestSubject, Respondent};

pub use link::{LinkKey, link_path, read_link};

/// Cuts personal data out of a text.
pub type Redactor = Arc<dyn Fn(&str) -> String + Send + Sync>;

/// Requests, and by which rules.
#[derive(Clone)]
pub struct RequestDesk {
    /// What units are asked and what they answer.
    pub record: Arc<dyn Requests>,
    /// By when, who is told, texts to start from.
    pub rules: Arc<RequestRules>,
    /// Cuts personal data out of questions, answers and notes.
    pub redact: Redactor,
    /// Proves that a link is ours.
    pub key: LinkKey,
}

/// A question to a unit or agency, before what it rests on is frozen.
pub struct Asked {
    /// What about.
    pub subject: RequestSubject,
    /// Who is asked.
    pub addressee: Respondent,
    /// What is asked, personal data cut.
    pub question: String,
    /// Working days for an answer.
    pub answer_days: u32,
    /// Whether it is sent at once; else it is a draft.
    pub is_sent: bool,
}

impl RequestDesk {
    /// A desk over a record, which keeps the key of its links.
    pub fn open(
        record: Arc<dyn Requests>,
        rules: Arc<RequestRules>,
        redact: Redactor,
    ) -> Result<Self, crate::Error> {
        let key = LinkKey(record.link_key(crate::access::new_link_key()?)?);
        Ok(Self {
            record,
            rules,
            redact,
            key,
        })
    }

    /// Whether anybody is told who answers for an addressee.
    pub(crate) fn is_reached(&self, addressee: &Respondent) -> bool {
        self.rules.contacts.iter().any(|contact| {
            let is_theirs = match &contact.of {
                ContactFor::One(whose) => whose == addressee,
                ContactFor::Everybody => true,
                ContactFor::Desk => false,
            };
            is_theirs && contact.level == 0
        })
    }
}
