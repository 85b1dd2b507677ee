//! Reading mention lines field by field, so that each complaint can name its field.

use std::fmt;

use models::domain::Channel;
use serde_json::{Map, Value};

use super::{EngagementLine, MentionLine, TicketLine};
use crate::Error;

/// Something about a line that its sender should know; the line was read all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// A field the format does not have; it was kept out.
    UnknownField(String),
    /// No channel was given; this one was taken from what else stands in the line.
    AssumedChannel(Channel),
    /// No source was given; it was filed under `unknown`.
    UnknownSource,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownField(field) => write!(f, "unknown field `{field}` was left out"),
            Self::AssumedChannel(channel) => {
                write!(f, "`channel` is missing, read as `{}`", channel.code())
            }
            Self::UnknownSource => f.write_str("`source` is missing, read as `unknown`"),
        }
    }
}

/// A line and what its sender should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedMention {
    /// The line, every code and time in it valid.
    pub line: MentionLine,
    /// Complaints that did not stop it.
    pub notes: Vec<Note>,
}

const FIELDS: [&str; 10] = [
    "id",
    "channel",
    "source",
    "published_at",
    "title",
    "text",
    "parent_id",
    "engagement",
    "ticket",
    "url",
];
const ENGAGEMENT_FIELDS: [&str; 3] = ["likes", "comments", "shares"];
const TICKET_FIELDS: [&str; 6] = [
    "field",
    "address",
    "status",
    "due_at",
    "closed_at",
    "rating",
];

impl ParsedMention {
    /// Reads one line. Needs an `id` and some words in `text` or `title`; everything else may be
    /// missing or null.
    pub fn read(line: &str) -> Result<Self, Error> {
        let value = serde_json::from_str::<Value>(line.trim_start_matches('\u{feff}'))
            .map_err(|err| Error::NotJson(err.to_string()))?;
        let Value::Object(fields) = value else {
            return Err(Error::NotJson(format!("found {}", kind_of(&value))));
        };
        Self::from_fields(&fields)
    }

    fn from_fields(fields: &Map<String, Value>) -> Result<Self, Error> {
        let mut notes = unknown(fields, "", &FIELDS);
        let engagement = object(fields, "engagement")?;
        let ticket = object(fields, "ticket")?;
        notes.extend(
            engagement
                .into_iter()
                .flat_map(|inner| unknown(inner, "engagement.", &ENGAGEMENT_FIELDS)),
        );
        notes.extend(
            ticket
                .into_iter()
                .flat_map(|inner| unknown(inner, "ticket.", &TICKET_FIELDS)),
        );

        let title = text(fields, "title", "title")?;
        let body = text(fields, "text", "text")?;
        if is_blank(title.as_deref()) && is_blank(body.as_deref()) {
            return Err(Error::MissingField("text"));
        }
        let channel = text(fields, "channel", "channel")?.unwrap_or_else(|| {
            let assumed = assume_channel(title.is_some(), ticket.is_some());
            notes.push(Note::AssumedChannel(assumed));
            assumed.code().to_owned()
        });
        let source = text(fields, "source", "source")?.unwrap_or_else(|| {
            notes.push(Note::UnknownSource);
            "unknown".to_owned()
        });
        let id = text(fields, "id", "id")?.filter(|id| !id.is_empty());
        let line = MentionLine {
            id: id.ok_or(Error::MissingField("id"))?,
            channel,
            source,
            published_at: text(fields, "published_at", "published_at")?,
            title,
            text: body.unwrap_or_default(),
            parent_id: text(fields, "parent_id", "parent_id")?,
            engagement: engagement.map(read_engagement).transpose()?,
            ticket: ticket.map(read_ticket).transpose()?,
            url: text(fields, "url", "url")?,
        };
        line.to_mention()?;
        Ok(Self { line, notes })
    }
}

fn read_engagement(fields: &Map<String, Value>) -> Result<EngagementLine, Error> {
    Ok(EngagementLine {
        likes: count(fields, "likes", "engagement.likes")?,
        comments: count(fields, "comments", "engagement.comments")?,
        shares: count(fields, "shares", "engagement.shares")?,
    })
}

fn read_ticket(fields: &Map<String, Value>) -> Result<TicketLine, Error> {
    Ok(TicketLine {
        field: text(fields, "field", "ticket.field")?,
        address: text(fields, "address", "ticket.address")?,
        status: text(fields, "status", "ticket.status")?
            .ok_or(Error::MissingField("ticket.status"))?,
        due_at: text(fields, "due_at", "ticket.due_at")?,
        closed_at: text(fields, "closed_at", "ticket.closed_at")?,
        rating: text(fields, "rating", "ticket.rating")?,
        updated_at: text(fields, "updated_at", "ticket.updated_at")?,
    })
}

/// A ticket makes it the hotline's, a headline the press's; all else is a voice from a network.
fn assume_channel(has_title: bool, has_ticket: bool) -> Channel {
    match (has_ticket, has_title) {
        (true, _) => Channel::Hotline,
        (false, true) => Channel::Press,
        (false, false) => Channel::Social,
    }
}

fn is_blank(text: Option<&str>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}

fn unknown(fields: &Map<String, Value>, path: &str, known: &[&str]) -> Vec<Note> {
    fields
        .keys()
        .filter(|key| !known.contains(&key.as_str()))
        .map(|key| Note::UnknownField(format!("{path}{key}")))
        .collect()
}

fn text(
    fields: &Map<String, Value>,
    key: &str,
    field: &'static str,
) -> Result<Option<String>, Error> {
    match fields.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => Err(bad(field, other, "write a text or null")),
    }
}

fn count(fields: &Map<String, Value>, key: &str, field: &'static str) -> Result<u32, Error> {
    match fields.get(key) {
        None | Some(Value::Null) => Ok(0),
        Some(value) => value
            .as_u64()
            .map(|n| u32::try_from(n).unwrap_or(u32::MAX))
            .ok_or_else(|| bad(field, value, "write a whole number of at least 0")),
    }
}

fn object<'a>(
    fields: &'a Map<String, Value>,
    key: &'static str,
) -> Result<Option<&'a Map<String, Value>>, Error> {
    match fields.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(inner)) => Ok(Some(inner)),
        Some(other) => Err(bad(key, other, "write an object or null")),
    }
}

fn bad(field: &'static str, found: &Value, expected: &str) -> Error {
    Error::BadField {
        field,
        found: kind_of(found).to_owned(),
        expected: expected.to_owned(),
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: &str = r#"{"id":"h1","channel":"hotline","source":"1022","published_at":"2026-11-09T06:25:00+07:00","title":"Nước yếu","text":"Không bơm lên được.","parent_id":null,"engagement":null,"ticket":{"field":"Cấp nước","address":"Nhà Bè","status":"closed","due_at":"2026-11-10T17:00:00+07:00","closed_at":"2026-11-09T17:30:00+07:00","rating":"dissatisfied"}}"#;

    fn complaint(line: &str) -> String {
        ParsedMention::read(line).unwrap_err().to_string()
    }

    #[test]
    fn a_full_line_comes_back_as_it_went_in() {
        let parsed = ParsedMention::read(FULL).unwrap();
        assert_eq!(parsed.notes, []);
        let mention = parsed.line.to_mention().unwrap();
        let again = serde_json::to_string(&MentionLine::from(&mention)).unwrap();
        assert_eq!(again, FULL);
    }

    #[test]
    fn unknown_fields_are_kept_out_and_named() {
        let line = r#"{"id":"1","channel":"social","source":"f","text":"a","gold":{},
            "engagement":{"likes":3,"claps":1}}"#;
        let parsed = ParsedMention::read(line).unwrap();
        let notes = parsed
            .notes
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>();
        assert_eq!(
            notes,
            [
                "unknown field `gold` was left out",
                "unknown field `engagement.claps` was left out"
            ]
        );
        assert_eq!(parsed.line.engagement.unwrap().likes, 3);
        assert!(
            !serde_json::to_string(&parsed.line)
                .unwrap()
                .contains("gold")
        );
    }

    #[test]
    fn missing_fields_are_null_and_a_missing_channel_is_told() {
        let parsed = ParsedMention::read(r#"{"id":"1","text":"nước yếu"}"#).unwrap();
        assert_eq!(parsed.line.published_at, None);
        assert_eq!(
            parsed.notes,
            [Note::AssumedChannel(Channel::Social), Note::UnknownSource]
        );
    }

    #[test]
    fn bad_fields_are_named_with_the_fix() {
        let line = |extra: &str| {
            format!(r#"{{"id":"1","channel":"social","source":"f","text":"a"{extra}}}"#)
        };
        assert_eq!(
            complaint(&FULL.replace("\"hotline\"", "\"phone\"")),
            "`channel` is `phone`; use press, social or hotline"
        );
        assert_eq!(
            complaint(&FULL.replace("\"closed\"", "\"done\"")),
            "`ticket.status` is `done`; use open, in_progress, closed or rejected"
        );
        assert_eq!(
            complaint(&line(r#","published_at":"hôm qua""#)),
            "`published_at` is `hôm qua`; write an ISO 8601 time such as 2026-11-09T06:25:00+07:00"
        );
        assert_eq!(
            complaint(&line(r#","engagement":{"likes":-1}"#)),
            "`engagement.likes` is a number; write a whole number of at least 0"
        );
        assert_eq!(
            complaint(&line(r#","title":7"#)),
            "`title` is a number; write a text or null"
        );
        assert_eq!(
            complaint(r#"{"channel":"social","text":"a"}"#),
            "`id` is missing; a mention line needs it"
        );
        assert_eq!(
            complaint(r#"{"id":"1","channel":"social","text":"  "}"#),
            "`text` is missing; a mention line needs it"
        );
        assert_eq!(complaint("[1]"), "not a JSON object: found a list");
        assert!(complaint("{\"id\":").starts_with("not a JSON object: EOF"));
    }
}
