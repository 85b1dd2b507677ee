//! What others push to us: a hotline's tickets, messages to the city's Zalo account. A delivery is
//! believed only when it is signed, and its signature is checked over the bytes as they came,
//! before anything in them is read.

use jiff::Timestamp;
use models::domain::{Capture, ContentHash, Mention, Source, SourceKind, Ticket, TicketStatus};
use reqwest::header::HeaderMap;
use sha2::{Digest, Sha256};

pub use crate::error::PushError;
use crate::sources::{mention_id, webhook, zalo};

/// What a delivery holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Pushed {
    /// By which a repetition is recognised; `None` for a probe that says nothing.
    pub message: Option<String>,
    /// Hash of the bytes as they came.
    pub body: ContentHash,
    /// What was said.
    pub mentions: Vec<Mention>,
    /// The evidence: what is read of the delivery, without whoever sent it.
    pub captures: Vec<Capture>,
    /// What could not be read, one line each, never a citizen's words.
    pub rejected: Vec<String>,
}

impl Pushed {
    pub(crate) fn new(message: Option<String>, body: &[u8]) -> Self {
        Self {
            message,
            body: ContentHash(Sha256::digest(body).into()),
            mentions: Vec::new(),
            captures: Vec::new(),
            rejected: Vec::new(),
        }
    }
}

/// Checks a delivery's signature and age, then reads it.
pub fn open(
    source: &Source,
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
) -> Result<Pushed, PushError> {
    match &source.kind {
        SourceKind::Webhook(secrets) => webhook::open(source, secrets, headers, body, now),
        SourceKind::Zalo(account) => zalo::open(source, account, headers, body, now),
        _ => Err(PushError::NotPushed),
    }
}

/// What somebody reports at a door of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed<'a> {
    /// Its number, unique within the source; the same again is the same report.
    pub number: &'a str,
    /// What it is about, as a hotline would declare it.
    pub field: &'a str,
    /// The report.
    pub text: &'a str,
    /// Where.
    pub address: Option<&'a str>,
}

/// A report as a delivery of a source: an open ticket of this moment.
pub fn report(source: &Source, handed: &Handed<'_>, now: Timestamp) -> Pushed {
    let ticket = Ticket {
        field: Some(handed.field.to_owned()),
        address: handed.address.map(str::to_owned),
        status: TicketStatus::Open,
        due_at: None,
        closed_at: None,
        rating: None,
        updated_at: Some(now),
    };
    let said = serde_json::json!({
        "field": handed.field,
        "text": handed.text,
        "address": handed.address,
    });
    let body = said.to_string().into_bytes();
    let mut pushed = Pushed::new(Some(handed.number.to_owned()), &body);
    let capture = evidence(source, &format!("open311:{}", source.id), now, body);
    pushed.mentions.push(Mention {
        id: mention_id(&["ticket", source.id.as_str(), handed.number]),
        channel: source.channel,
        source: source.id.clone(),
        url: None,
        published_at: Some(now),
        title: None,
        text: handed.text.to_owned(),
        parent: None,
        engagement: None,
        ticket: Some(ticket),
        capture: Some(capture.hash),
    });
    pushed.captures.push(capture);
    pushed
}

/// Evidence as it is kept: JSON that we wrote of what was read.
pub(crate) fn evidence(source: &Source, url: &str, at: Timestamp, body: Vec<u8>) -> Capture {
    Capture {
        source: source.id.clone(),
        url: url.to_owned(),
        fetched_at: at,
        http_status: 200,
        content_type: Some("application/json".to_owned()),
        headers: Vec::new(),
        hash: ContentHash(Sha256::digest(&body).into()),
        body,
    }
}

/// A header that is plain text.
pub(crate) fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
