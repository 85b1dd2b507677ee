//! Tickets that a hotline pushes as they come and change: signed as Standard Webhooks are, in the
//! line format of `langnghe import`, one object or a list. The same ticket again is its next state.

pub(crate) mod signature;

use jiff::Timestamp;
use models::domain::{SecretRef, Source};
use reqwest::header::HeaderMap;
use serde_json::{Map, Value};

use crate::push::{PushError, Pushed, evidence};
use crate::sources::secret;
use crate::sources::tickets::{self, ColumnMapping};

/// More tickets are not read of one delivery.
const TICKETS_MAX: usize = 5_000;

/// More reasons for what was left out are not given.
const REASONS_MAX: usize = 50;

/// Names under which a list of tickets may stand in an object.
const LISTS: [&str; 3] = ["tickets", "data", "requests"];

pub(crate) fn open(
    source: &Source,
    secrets: &[SecretRef],
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
) -> Result<Pushed, PushError> {
    let keys = secrets
        .iter()
        .map(|place| secret::look_up(place).and_then(|text| signature::key(&text)))
        .collect::<Result<Vec<_>, _>>()
        .map_err(PushError::Secret)?;
    let message = signature::check(&keys, headers, body, now)?;
    read(source, Pushed::new(Some(message), body), body, now)
}

fn read(
    source: &Source,
    mut pushed: Pushed,
    body: &[u8],
    now: Timestamp,
) -> Result<Pushed, PushError> {
    let tickets = tickets_of(body)?;
    let lines = lines_of(&tickets);
    let reading = tickets::read(
        "webhook.jsonl",
        lines.as_bytes(),
        &ColumnMapping::default(),
        &source.id,
    )
    .map_err(|error| PushError::Unreadable(error.to_string()))?;
    let rejected = reading.rejected.iter().take(REASONS_MAX);
    pushed.rejected = rejected
        .map(|row| format!("ticket {}: {}", row.line, row.reason()))
        .collect();
    if reading.mentions.is_empty() {
        let reason = pushed.rejected.first().map_or("no tickets", String::as_str);
        return Err(PushError::Unreadable(reason.to_owned()));
    }
    let capture = evidence(
        source,
        &format!("hook:{}", source.id),
        now,
        known_lines(&reading),
    );
    pushed.mentions = reading.mentions;
    for mention in &mut pushed.mentions {
        mention.channel = source.channel;
        mention.capture = Some(capture.hash);
    }
    pushed.captures.push(capture);
    Ok(pushed)
}

fn tickets_of(body: &[u8]) -> Result<Vec<Value>, PushError> {
    let unreadable = |what: &str| PushError::Unreadable(what.to_owned());
    let text = std::str::from_utf8(body).map_err(|_| unreadable("the body is not UTF-8"))?;
    let value = serde_json::from_str::<Value>(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        unreadable(&format!("no JSON at line {line}, column {column}"))
    })?;
    let list = match value {
        Value::Array(list) => list,
        Value::Object(mut fields) => match list_in(&mut fields) {
            Some(list) => list,
            None => vec![Value::Object(fields)],
        },
        _ => return Err(unreadable("neither a ticket nor a list of tickets")),
    };
    if list.is_empty() {
        return Err(unreadable("no tickets in it"));
    }
    if list.len() > TICKETS_MAX {
        return Err(unreadable(&format!(
            "more than {TICKETS_MAX} tickets; send them in several deliveries"
        )));
    }
    Ok(list)
}

fn list_in(fields: &mut Map<String, Value>) -> Option<Vec<Value>> {
    let name = LISTS
        .into_iter()
        .find(|name| matches!(fields.get(*name), Some(Value::Array(_))))?;
    match fields.remove(name) {
        Some(Value::Array(list)) => Some(list),
        _ => None,
    }
}

fn lines_of(tickets: &[Value]) -> String {
    let lines = tickets.iter().map(|ticket| format!("{ticket}\n"));
    lines.collect()
}

/// What was read of the tickets: a reporter's name or number in other fields is not kept.
fn known_lines(reading: &tickets::ImportReading) -> Vec<u8> {
    let lines = reading.mentions.iter().map(|mention| {
        let ticket = mention.ticket.as_ref();
        let moment = |at: Option<Timestamp>| at.map(|at| at.to_string());
        let line = serde_json::json!({
            "id": mention.id.as_str(),
            "received_at": moment(mention.published_at),
            "title": mention.title,
            "text": mention.text,
            "field": ticket.and_then(|ticket| ticket.field.clone()),
            "address": ticket.and_then(|ticket| ticket.address.clone()),
            "status": ticket.map(|ticket| ticket.status.code()),
            "due_at": ticket.and_then(|ticket| moment(ticket.due_at)),
            "closed_at": ticket.and_then(|ticket| moment(ticket.closed_at)),
            "updated_at": ticket.and_then(|ticket| moment(ticket.updated_at)),
            "rating": ticket.and_then(|ticket| ticket.rating).map(models::domain::Rating::code),
        });
        format!("{line}\n")
    });
    lines.collect::<String>().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n_of(body: &str) -> Result<usize, PushError> {
        tickets_of(body.as_bytes()).map(|tickets| tickets.len())
    }

    #[test]
    fn takes_one_ticket_or_a_list() {
        assert_eq!(n_of(r#"{"id": "1", "text": "a"}"#), Ok(1));
        assert_eq!(n_of(r#"[{"id": "1"}, {"id": "2"}]"#), Ok(2));
        assert_eq!(
            n_of(r#"{"type": "ticket.updated", "data": [{"id": "1"}]}"#),
            Ok(1)
        );
        for wrong in ["", "[]", "7", "\"a\"", "{", "null"] {
            assert!(n_of(wrong).is_err(), "{wrong}");
        }
        assert!(tickets_of(b"{\"text\": \"\xff\xfe\"}").is_err());
        let many = format!("[{}0]", "0,".repeat(TICKETS_MAX));
        assert!(n_of(&many).is_err());
    }
}
