//! What a notice in the outbox says to one who is told.

use models::domain::{Addressee, Notice};
use serde::{Deserialize, Serialize};

/// A notice to one person or room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeOrder {
    /// Address, phone number, user or room.
    pub to: String,
    /// Name of who is told.
    pub name: String,
    /// First line.
    pub subject: String,
    /// Paragraphs.
    pub lines: Vec<String>,
    /// What an SMS says.
    pub short: String,
    /// Where to go from here.
    pub link: Option<String>,
    /// `vi` or `en`.
    pub lang: String,
}

impl NoticeOrder {
    /// The order for one who is told.
    pub fn new(notice: &Notice, to: &Addressee) -> Self {
        Self {
            to: to.way.to().to_owned(),
            name: to.name.clone(),
            subject: notice.subject.clone(),
            lines: notice.lines.clone(),
            short: notice.short.clone(),
            link: notice.link.clone(),
            lang: if notice.english { "en" } else { "vi" }.to_owned(),
        }
    }

    /// As it waits in the outbox.
    ///
    /// ## Errors
    /// None in practice: every field can be written as JSON.
    pub fn to_text(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Reads what [`NoticeOrder::to_text`] wrote.
    ///
    /// ## Errors
    /// Where the text is something else.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// All of it as the text of a chat message, the link last.
    pub fn whole_text(&self) -> String {
        let mut parts = vec![self.subject.as_str()];
        parts.extend(self.lines.iter().map(String::as_str));
        parts.extend(self.link.as_deref());
        parts.join("\n")
    }
}
