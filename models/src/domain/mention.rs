//! Mentions: one thing one voice said. No author is kept, not even as a hash.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{ContentHash, MentionId, SourceId, day_in_vietnam};

/// Where a voice was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Channel {
    /// News.
    Press,
    /// Social networks and forums.
    Social,
    /// The 1022 hotline and its kin.
    Hotline,
}

impl Channel {
    /// All channels.
    pub const ALL: [Channel; 3] = [Channel::Press, Channel::Social, Channel::Hotline];

    /// The code used in files and addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Press => "press",
            Self::Social => "social",
            Self::Hotline => "hotline",
        }
    }

    /// The channel of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.code() == code)
    }
}

/// How widely a mention was taken up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Engagement {
    /// Likes, favourites.
    pub likes: u32,
    /// Comments, replies.
    pub comments: u32,
    /// Shares, reblogs.
    pub shares: u32,
}

/// State of a hotline ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TicketStatus {
    /// Received, not yet taken up.
    Open,
    /// Being handled.
    InProgress,
    /// Handled and answered.
    Closed,
    /// Refused, or not for the city.
    Rejected,
}

impl TicketStatus {
    /// The code used in files and addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InProgress => "in_progress",
            Self::Closed => "closed",
            Self::Rejected => "rejected",
        }
    }

    /// The status of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Open, Self::InProgress, Self::Closed, Self::Rejected]
            .into_iter()
            .find(|status| status.code() == code)
    }
}

/// A citizen's verdict on how a ticket was handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rating {
    /// Hài lòng.
    Satisfied,
    /// Bình thường.
    Neutral,
    /// Không hài lòng.
    Dissatisfied,
    /// Không được hỏi: the hotline says that nobody asked the citizen.
    NotAsked,
}

impl Rating {
    /// The code used in files and addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Satisfied => "satisfied",
            Self::Neutral => "neutral",
            Self::Dissatisfied => "dissatisfied",
            Self::NotAsked => "not_asked",
        }
    }

    /// The rating of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        [
            Self::Satisfied,
            Self::Neutral,
            Self::Dissatisfied,
            Self::NotAsked,
        ]
        .into_iter()
        .find(|rating| rating.code() == code)
    }

    /// What the citizen said; `None` when nobody asked.
    pub fn answer(self) -> Option<Self> {
        (self != Self::NotAsked).then_some(self)
    }
}

/// What a hotline report (phản ánh 1022) says beyond its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Field as declared by whoever filed it.
    pub field: Option<String>,
    /// Address of the incident; the house number is cut before storage.
    pub address: Option<String>,
    /// Where it stands.
    pub status: TicketStatus,
    /// When an answer is due.
    pub due_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// The citizen's verdict; `None` for silence, which is not known to be for want of asking.
    pub rating: Option<Rating>,
    /// When the hotline says this became so; `None` when it does not say. An update that is older
    /// than what is known changes the history of the ticket, not its state.
    pub updated_at: Option<Timestamp>,
}

/// One thing one voice said, as extracted: NFC text, personal data still in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    /// Unique in the record.
    pub id: MentionId,
    /// Where it was heard.
    pub channel: Channel,
    /// Source it came from.
    pub source: SourceId,
    /// Address at which people can read it.
    pub url: Option<String>,
    /// When it was published; the pipeline falls back to the time of fetching.
    pub published_at: Option<Timestamp>,
    /// Headline or subject.
    pub title: Option<String>,
    /// Body; for articles the lead (sapo) is its first paragraph.
    pub text: String,
    /// The mention this one replies to.
    pub parent: Option<MentionId>,
    /// How widely it was taken up.
    pub engagement: Option<Engagement>,
    /// Ticket data of a hotline report.
    pub ticket: Option<Ticket>,
    /// Capture it was extracted from.
    pub capture: Option<ContentHash>,
}

impl Mention {
    /// The Vietnamese day on which it was published.
    pub fn day(&self) -> Option<Date> {
        self.published_at.map(day_in_vietnam)
    }

    /// Title and text as one string, for models that read both.
    pub fn full_text(&self) -> String {
        match &self.title {
            Some(title) => format!("{title}\n{}", self.text),
            None => self.text.clone(),
        }
    }
}

/// A mention whose personal data has been cut: the only kind that may be stored, logged or shown.
///
/// Made by `language::pii::cut`; the archive makes one of what it stored itself.
#[derive(Clone, Debug, PartialEq)]
pub struct CleanMention(Mention);

impl CleanMention {
    /// Declares that personal data has been cut. Call it only behind the cutter, or on what comes
    /// out of the archive.
    pub fn assume_clean(mention: Mention) -> Self {
        Self(mention)
    }

    /// Gives the mention up.
    pub fn into_inner(self) -> Mention {
        self.0
    }
}

impl std::ops::Deref for CleanMention {
    type Target = Mention;

    fn deref(&self) -> &Mention {
        &self.0
    }
}
