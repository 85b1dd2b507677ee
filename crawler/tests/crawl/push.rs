//! What is pushed to us: signatures, age, and what is read.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use crawler::push::{PushError, Pushed, open};
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use models::domain::{ContentHash, SecretRef, Source, SourceKind, TicketStatus, Zalo};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::support::{now, source};

const KEY: [u8; 32] = [7; 32];

/// What deliveries say of those who sent them.
const SECRETS: [&str; 4] = [
    "nguyenvanbi",
    "Nguyễn Văn Bí",
    "0909123456",
    "246845883529197922",
];

/// A source whose secret stands in a file, which lives as long as the folder.
fn with_secret(secret: &str, kind: impl FnOnce(SecretRef) -> SourceKind) -> (Source, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    std::fs::write(&path, secret).unwrap();
    let place = SecretRef::File(path.to_str().unwrap().to_owned());
    let nowhere = "http://localhost/".parse().unwrap();
    (source(kind(place), &nowhere), folder)
}

fn hotline() -> (Source, TempDir) {
    let secret = format!("whsec_{}", STANDARD.encode(KEY));
    with_secret(&secret, |place| SourceKind::Webhook(vec![place]))
}

fn zalo() -> (Source, TempDir) {
    with_secret("bi-mat", |secret| {
        SourceKind::Zalo(Zalo {
            app: "360846524940903967".to_owned(),
            secret,
        })
    })
}

fn signed(id: &str, at: Timestamp, body: &[u8]) -> HeaderMap {
    let mut mac = Hmac::<Sha256>::new_from_slice(&KEY).unwrap();
    mac.update(format!("{id}.{}.", at.as_second()).as_bytes());
    mac.update(body);
    let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    let mut headers = HeaderMap::new();
    headers.insert("webhook-id", id.parse().unwrap());
    headers.insert("webhook-timestamp", at.as_second().into());
    headers.insert("webhook-signature", signature.parse().unwrap());
    headers
}

fn ticket(status: &str) -> Value {
    json!({
        "id": "PA-17", "received_at": "2026-11-18T09:00:00+07:00",
        "text": "Cống trước hẻm 12 bị nghẹt, gọi 0909123456", "reporter": "Nguyễn Văn Bí",
        "reporter_id": "nguyenvanbi", "ticket": {"status": status, "field": "Thoát nước"},
    })
}

fn push(source: &Source, body: &Value) -> Result<Pushed, PushError> {
    let body = body.to_string();
    open(
        source,
        &signed("msg_1", now(), body.as_bytes()),
        body.as_bytes(),
        now(),
    )
}

#[test]
fn a_ticket_and_its_next_state_are_one() {
    let (hotline, _folder) = hotline();
    let first = push(&hotline, &ticket("open")).unwrap();
    assert_eq!(first.message.as_deref(), Some("msg_1"));
    let closed = push(&hotline, &json!([ticket("closed")])).unwrap();
    assert_eq!(first.mentions[0].id, closed.mentions[0].id);
    let status = |pushed: &Pushed| pushed.mentions[0].ticket.as_ref().unwrap().status;
    assert_eq!(
        (status(&first), status(&closed)),
        (TicketStatus::Open, TicketStatus::Closed)
    );
    assert_ne!(first.body, closed.body);
    // The same ticket from a file is the same mention.
    let line = ticket("open").to_string();
    let imported = crawler::sources::tickets::read(
        "t.jsonl",
        line.as_bytes(),
        &crawler::sources::tickets::ColumnMapping::default(),
        &hotline.id,
    );
    assert_eq!(imported.unwrap().mentions[0].id, first.mentions[0].id);
}

#[test]
fn whoever_reported_is_not_even_in_the_evidence() {
    let (hotline, _folder) = hotline();
    let pushed = push(&hotline, &json!({"tickets": [ticket("open")]})).unwrap();
    let evidence = String::from_utf8(pushed.captures[0].body.clone()).unwrap();
    for secret in ["nguyenvanbi", "Nguyễn Văn Bí"] {
        assert!(
            !format!("{pushed:?}{evidence}").contains(secret),
            "{secret}: {evidence}"
        );
    }
    assert!(evidence.contains("nghẹt"));
    assert_eq!(pushed.mentions[0].capture, Some(pushed.captures[0].hash));
}

#[test]
fn bad_tickets_are_named_and_the_others_taken() {
    let (hotline, _folder) = hotline();
    let bad = json!({"id": "PA-18", "received_at": "hôm qua", "text": "Kẹt xe"});
    let some = push(&hotline, &json!([ticket("open"), bad.clone()])).unwrap();
    assert_eq!((some.mentions.len(), some.rejected.len()), (1, 1));
    assert!(some.rejected[0].contains("ticket 2") && !some.rejected[0].contains("Kẹt"));
    for (body, says) in [
        (json!([bad]), "ticket 1"),
        (json!([]), "no tickets"),
        (json!({"hello": "world"}), "text"),
        (json!("hello"), "neither"),
    ] {
        match push(&hotline, &body) {
            Err(PushError::Unreadable(why)) => assert!(why.contains(says), "{why}"),
            other => panic!("{body}: {other:?}"),
        }
    }
}

#[test]
fn a_delivery_is_read_only_when_it_is_signed_and_young() {
    let (hotline, folder) = hotline();
    let body = ticket("open").to_string();
    let headers = signed("msg_1", now(), body.as_bytes());
    let opened = |headers: &HeaderMap, body: &[u8], at| open(&hotline, headers, body, at);
    // Not JSON, yet it is the signature that is complained of.
    assert_eq!(
        opened(&headers, b"\xff{{{", now()),
        Err(PushError::Signature)
    );
    let late = opened(
        &headers,
        body.as_bytes(),
        now() + SignedDuration::from_mins(6),
    );
    assert!(matches!(late, Err(PushError::Age { .. })), "{late:?}");
    let garbage = b"{\"text\": \"\xff\xfe\"}";
    let invalid = opened(&signed("msg_2", now(), garbage), garbage, now());
    assert!(
        matches!(&invalid, Err(PushError::Unreadable(why)) if why.contains("UTF-8")),
        "{invalid:?}"
    );
    std::fs::remove_file(folder.path().join("secret")).unwrap();
    let without = opened(&headers, body.as_bytes(), now());
    assert!(matches!(without, Err(PushError::Secret(_))), "{without:?}");
}

/// An event as Zalo sends it, signed as Zalo signs.
fn event(name: &str, text: Option<&str>, at: Timestamp) -> (String, HeaderMap) {
    let body = json!({
        "app_id": "360846524940903967", "user_id_by_app": "552177279717587730",
        "sender": {"id": "246845883529197922"}, "recipient": {"id": "388613280878808645"},
        "event_name": name, "timestamp": at.as_millisecond().to_string(),
        "message": {"text": text, "msg_id": "96d3cdf3af150460909", "attachments":
            [{"type": "image", "payload": {"url": "https://x/nguyenvanbi.jpg", "description": "Nguyễn Văn Bí"}}]},
    })
    .to_string();
    let mut hasher = Sha256::new();
    for part in [
        "360846524940903967",
        &body,
        &at.as_millisecond().to_string(),
        "bi-mat",
    ] {
        hasher.update(part);
    }
    let mut headers = HeaderMap::new();
    let mac = format!("mac={}", ContentHash(hasher.finalize().into()));
    headers.insert("x-zevent-signature", mac.parse().unwrap());
    (body, headers)
}

#[test]
fn a_message_to_the_city_is_kept_without_its_sender() {
    let (zalo, _folder) = zalo();
    let (body, headers) = event(
        "user_send_text",
        Some("Ngập ở Quận 7, chào @nguyenvanbi"),
        now(),
    );
    let pushed = open(&zalo, &headers, body.as_bytes(), now()).unwrap();
    let mention = &pushed.mentions[0];
    assert_eq!(mention.text, "Ngập ở Quận 7, chào");
    assert_eq!((mention.published_at, &mention.url), (Some(now()), &None));
    assert_eq!(pushed.message.as_deref(), Some("96d3cdf3af150460909"));
    let evidence = String::from_utf8(pushed.captures[0].body.clone()).unwrap();
    for secret in SECRETS {
        assert!(
            !format!("{pushed:?}{evidence}").contains(secret),
            "{secret}: {evidence}"
        );
    }
    let (pictured, headers) = event("user_send_image", Some("Hố ga hở"), now());
    let pictured = open(&zalo, &headers, pictured.as_bytes(), now()).unwrap();
    assert_eq!(pictured.mentions[0].text, "Hố ga hở");
}

#[test]
fn events_without_a_citizens_words_leave_nothing() {
    let (zalo, _folder) = zalo();
    for (name, text) in [
        ("follow", None),
        ("unfollow", None),
        ("oa_send_text", Some("Cảm ơn bạn")),
        ("oa_send_anonymous_text", Some("Cảm ơn bạn")),
        ("user_seen_message", Some("đã xem")),
        ("user_submit_info", Some("Nguyễn Văn Bí")),
        ("user_send_sticker", None),
        ("user_send_text", Some("   ")),
    ] {
        let (body, headers) = event(name, text, now());
        let pushed = open(&zalo, &headers, body.as_bytes(), now()).unwrap();
        assert!(
            pushed.mentions.is_empty() && pushed.captures.is_empty(),
            "{name}"
        );
        assert!(pushed.message.is_some());
    }
    let probe = open(&zalo, &HeaderMap::new(), b"{}", now()).unwrap();
    assert_eq!((probe.message, probe.mentions), (None, vec![]));
}

#[test]
fn an_event_is_believed_only_from_its_application_and_within_the_day() {
    let (zalo, _folder) = zalo();
    let (body, headers) = event("user_send_text", Some("Ngập"), now());
    let opened = |headers: &HeaderMap, body: &str, at| open(&zalo, headers, body.as_bytes(), at);
    let changed = body.replace("Ngập", "Khô");
    assert_eq!(opened(&headers, &changed, now()), Err(PushError::Signature));
    let unsigned = opened(&HeaderMap::new(), &body, now());
    assert!(
        matches!(unsigned, Err(PushError::Header { .. })),
        "{unsigned:?}"
    );
    // Zalo repeats for twelve hours what was not taken.
    let hours = |hours| now() + SignedDuration::from_hours(hours);
    assert!(opened(&headers, &body, hours(12)).is_ok());
    for away in [14, -1, 24 * 365] {
        let refused = opened(&headers, &body, hours(away));
        assert!(matches!(refused, Err(PushError::Age { .. })), "{away}");
    }
}
