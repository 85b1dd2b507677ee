//! Notices (lời báo): short messages to single people and rooms, by mail, SMS or chat.

use jiff::Timestamp;

/// What is said to whoever it concerns, once each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What it says, once for each who is told: `explanation/12/asked`. The same key to the same
    /// address is never sent again, whatever else it says.
    pub key: String,
    /// Subject of a letter, first line of a chat message. One line.
    pub subject: String,
    /// Paragraphs of plain text.
    pub lines: Vec<String>,
    /// What an SMS says instead, in a sentence or two; the link follows it.
    pub short: String,
    /// Where to go from here, a whole address.
    pub link: Option<String>,
    /// Whether it is in English instead of Vietnamese.
    pub english: bool,
    /// It is not sent before.
    pub not_before: Option<Timestamp>,
}

/// Who is told, and by which way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressee {
    /// Name of the person or office.
    pub name: String,
    /// How they are reached.
    pub way: Way,
}

/// A way of telling people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// A letter to a mail address.
    Mail {
        /// The address.
        address: String,
    },
    /// A channel of `channels.toml`: an SMS gateway or a chat.
    Channel {
        /// Its identifier.
        channel: String,
        /// Phone number, user or room; empty where the channel has only one.
        to: String,
    },
}

/// What names of ways begin with in the outbox.
pub const NOTICE: &str = "notice:";

/// By what the outbox knows letters that are notices.
pub const NOTICE_BY_MAIL: &str = "notice:mail";

/// What the receipt of a message says whose fate nobody knows.
pub const MAYBE_ARRIVED: &str = "không rõ đã tới chưa: chương trình dừng giữa lúc gửi, không tự gửi lại / it may \
                             or may not have arrived: the program stopped while handing it over; it is not \
                             sent again by itself";

impl Way {
    /// By what the outbox knows the way.
    pub fn outbox_id(&self) -> String {
        match self {
            Self::Mail { .. } => NOTICE_BY_MAIL.to_owned(),
            Self::Channel { channel, .. } => channel_outbox_id(channel),
        }
    }

    /// The address, number or room.
    pub fn to(&self) -> &str {
        match self {
            Self::Mail { address } => address,
            Self::Channel { to, .. } => to,
        }
    }
}

/// By what the outbox knows a channel of `channels.toml`.
pub fn channel_outbox_id(channel: &str) -> String {
    format!("{NOTICE}{channel}")
}

impl Notice {
    /// Its key in the outbox for one who is told.
    pub fn key_for(&self, way: &Way) -> String {
        format!("{}/{}", self.key, way.to())
    }
}

/// A letter that came back (thư bị trả lại).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounce {
    /// The address it did not reach, in lower case.
    pub address: String,
    /// When we were told.
    pub at: Timestamp,
    /// Whether no further letter will arrive either; else there is still hope.
    pub is_final: bool,
    /// Status of RFC 3463 and what the servers said, one line.
    pub detail: String,
    /// Number of the message in the outbox, where it is known.
    pub message: Option<u64>,
}
