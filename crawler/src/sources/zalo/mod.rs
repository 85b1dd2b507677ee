//! Messages that citizens send to the city's Zalo Official Account. Of an event only the words, the
//! moment and the number of the message are read: who sent it, pictures and files are not.

use jiff::{SignedDuration, Timestamp};
use models::domain::{Mention, Source, Zalo};
use reqwest::header::HeaderMap;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::push::{PushError, Pushed, evidence, header};
use crate::sources::handle::without_handles;
use crate::sources::{mention_id, secret, tidied};

/// How long ago an event may have happened. Zalo repeats what was not taken for twelve hours with
/// the time of the event in it, so a short tolerance would lose what was said while we were away;
/// against replay stands the memory of messages, which reaches much further back.
const AGE_MAX: SignedDuration = SignedDuration::from_hours(13);

/// How far an event may lie ahead of our clock.
const AHEAD_MAX: SignedDuration = SignedDuration::from_mins(5);

const SIGNATURE: &str = "x-zevent-signature";
const TIMESTAMP: &str = "x-zevent-timestamp";

/// Events that hold a citizen's words; what the account itself sends is named `oa_send_…`.
const CITIZENS: [&str; 2] = ["user_send_", "anonymous_send_"];

/// What is read of an event. Its sender and recipient are not among it.
#[derive(Deserialize)]
struct Event {
    #[serde(default)]
    app_id: String,
    #[serde(rename = "event_name", default)]
    name: String,
    timestamp: Moment,
    message: Option<Message>,
}

#[derive(Deserialize)]
struct Message {
    text: Option<String>,
    msg_id: Option<String>,
    quote_msg_id: Option<String>,
}

/// Milliseconds, as a text in most events and as a number in some.
#[derive(Deserialize)]
#[serde(untagged)]
enum Moment {
    Text(String),
    Number(i64),
}

impl Moment {
    fn timestamp(&self) -> Option<Timestamp> {
        let millis = match self {
            Self::Text(text) => text.parse().ok()?,
            Self::Number(number) => *number,
        };
        Timestamp::from_millisecond(millis).ok()
    }
}

pub(crate) fn open(
    source: &Source,
    account: &Zalo,
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
) -> Result<Pushed, PushError> {
    let signature = header(headers, SIGNATURE);
    // Zalo asks whether anybody is there before it takes an address: an empty event, unsigned.
    if signature.is_none() && body.trim_ascii() == b"{}" {
        return Ok(Pushed::new(None, body));
    }
    let signature = signature.ok_or(PushError::Header {
        header: SIGNATURE,
        what: "is missing",
    })?;
    let secret = secret::look_up(&account.secret).map_err(PushError::Secret)?;
    if !fits(
        &account.app,
        &secret,
        signature,
        header(headers, TIMESTAMP),
        body,
    ) {
        return Err(PushError::Signature);
    }
    read(source, account, body, now)
}

/// `mac=` and the hash of application, bytes, time and secret. The time is that of the header where
/// there is one, else the one in the event, which is looked for without reading the event.
fn fits(app: &str, secret: &str, signature: &str, sent: Option<&str>, body: &[u8]) -> bool {
    let Some(given) = from_hex(signature.trim().trim_start_matches("mac=")) else {
        return false;
    };
    let is_made_with = |time: &[u8]| {
        let mut hasher = Sha256::new();
        for part in [app.as_bytes(), body, time, secret.as_bytes()] {
            hasher.update(part);
        }
        bool::from(hasher.finalize().as_slice().ct_eq(&given))
    };
    match sent {
        Some(time) => is_made_with(time.trim().as_bytes()),
        None => times_in(body).any(is_made_with),
    }
}

/// The numbers behind `"timestamp":` in the bytes.
fn times_in(body: &[u8]) -> impl Iterator<Item = &[u8]> {
    const NAME: &[u8] = b"\"timestamp\"";
    const LOOKED_AT: usize = 4;
    let starts = body
        .windows(NAME.len())
        .enumerate()
        .filter(|(_, window)| *window == NAME);
    starts.take(LOOKED_AT).map(|(start, _)| {
        let rest = &body[start + NAME.len()..];
        let is_before = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b':' | b'"');
        let from = rest
            .iter()
            .position(|byte| !is_before(byte))
            .unwrap_or(rest.len());
        let rest = &rest[from..];
        let length = rest
            .iter()
            .position(|byte| !byte.is_ascii_digit())
            .unwrap_or(rest.len());
        &rest[..length]
    })
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    let mut bytes = [0; 32];
    if digits.len() != 64 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

fn read(source: &Source, account: &Zalo, body: &[u8], now: Timestamp) -> Result<Pushed, PushError> {
    let event = serde_json::from_slice::<Event>(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        PushError::Unreadable(format!("no Zalo event at line {line}, column {column}"))
    })?;
    if event.app_id != account.app {
        return Err(PushError::Unreadable(
            "the event is of another application".to_owned(),
        ));
    }
    let happened_at = event
        .timestamp
        .timestamp()
        .ok_or_else(|| PushError::Unreadable("`timestamp` is no number".to_owned()))?;
    let age = now.duration_since(happened_at);
    if age > AGE_MAX || age < -AHEAD_MAX {
        return Err(PushError::Age {
            signed_at: happened_at,
            tolerance_secs: AGE_MAX.as_secs(),
        });
    }
    let number = event
        .message
        .as_ref()
        .and_then(|message| message.msg_id.clone());
    let mut pushed = Pushed::new(None, body);
    pushed.message = Some(number.unwrap_or_else(|| pushed.body.to_string()));
    if let Some((mention, evidence_body)) = mention(source, &event, happened_at, &pushed) {
        let capture = evidence(source, &format!("hook:{}", source.id), now, evidence_body);
        pushed.mentions.push(Mention {
            capture: Some(capture.hash),
            ..mention
        });
        pushed.captures.push(capture);
    }
    Ok(pushed)
}

/// A citizen's words and their evidence; `None` for events that hold none.
fn mention(
    source: &Source,
    event: &Event,
    at: Timestamp,
    pushed: &Pushed,
) -> Option<(Mention, Vec<u8>)> {
    let is_citizen = CITIZENS.iter().any(|start| event.name.starts_with(start));
    let message = event.message.as_ref().filter(|_| is_citizen)?;
    let text = tidied(Some(&without_handles(message.text.as_deref()?)))?;
    let number = pushed.message.as_deref()?;
    let id_of = |number: &str| mention_id(&["zalo", source.id.as_str(), number]);
    let kept = serde_json::json!({
        "event_name": event.name,
        "timestamp": at.as_millisecond(),
        "message": {"msg_id": number, "text": text},
    });
    let mention = Mention {
        id: id_of(number),
        channel: source.channel,
        source: source.id.clone(),
        url: None,
        published_at: Some(at),
        title: None,
        text,
        parent: message.quote_msg_id.as_deref().map(id_of),
        engagement: None,
        ticket: None,
        capture: None,
    };
    Some((mention, kept.to_string().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_time_without_reading_the_event() {
        let of = |body: &'static str| {
            times_in(body.as_bytes())
                .map(|time| std::str::from_utf8(time).unwrap())
                .collect::<Vec<_>>()
        };
        assert_eq!(of(r#"{"timestamp": "1703920000000"}"#), ["1703920000000"]);
        assert_eq!(
            of(r#"{"timestamp":1703920000000,"x":1}"#),
            ["1703920000000"]
        );
        assert_eq!(of(r#"{"timestamp""#), [""]);
        assert_eq!(of("{}"), [""; 0]);
    }

    #[test]
    fn a_signature_fits_its_bytes_only() {
        let body = br#"{"app_id":"360","timestamp":"1703920000000"}"#;
        let mut hasher = Sha256::new();
        for part in [b"360".as_slice(), body, b"1703920000000", b"bi-mat"] {
            hasher.update(part);
        }
        let mac = format!(
            "mac={}",
            models::domain::ContentHash(hasher.finalize().into())
        );
        assert!(fits("360", "bi-mat", &mac, None, body));
        assert!(fits("360", "bi-mat", &mac, Some("1703920000000"), body));
        assert!(!fits("360", "bi-mat", &mac, Some("1703920000001"), body));
        assert!(!fits("360", "khac", &mac, None, body));
        assert!(!fits("361", "bi-mat", &mac, None, body));
        assert!(!fits("360", "bi-mat", "mac=", None, body));
        assert!(!fits(
            "360",
            "bi-mat",
            &mac.replace("mac=", "mac=\u{e9}"),
            None,
            body
        ));
    }
}
