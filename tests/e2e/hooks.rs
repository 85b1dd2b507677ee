//! Deliveries to the running program: what was answered with 200 survives a kill -9, what is
//! repeated, forged or broken changes nothing, and nobody's name is kept.

use std::fs;
use std::path::Path;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::comes_in::{assert_nowhere, configure, mentions, now, serve, wait_for_health};

const SOURCES: &str = r#"
[[source]]
id = "1022"
name = "Tổng đài 1022"
channel = "hotline"
kind = "webhook"
secret = ["secret-old", "secret-new"]
[[source]]
id = "zalo"
name = "Zalo OA"
channel = "social"
kind = "zalo"
app = "3608465249"
secret = "secret-zalo"
"#;

const KEY: [u8; 32] = [9; 32];

/// Who sent the deliveries; stands outside the words, so not even the evidence may hold it.
const SENDERS: [&str; 3] = ["Nguyễn Văn Bí", "nguyenvanbi", "246845883529197922"];

/// A city with a hotline that pushes.
pub fn city() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path(), SOURCES);
    let secret = format!("whsec_{}\n", STANDARD.encode(KEY));
    fs::write(folder.path().join("secret-old"), secret).unwrap();
    let newer = format!("whsec_{}\n", STANDARD.encode([8; 32]));
    fs::write(folder.path().join("secret-new"), newer).unwrap();
    fs::write(folder.path().join("secret-zalo"), "bi-mat").unwrap();
    folder
}

fn now_secs() -> u64 {
    now().as_second().unsigned_abs()
}

/// A delivery as a hotline sends it.
pub struct Sent {
    id: String,
    at: u64,
    key: [u8; 32],
    pub body: Vec<u8>,
    kind: &'static str,
}

impl Sent {
    pub fn new(id: &str, body: &Value) -> Self {
        Self {
            id: id.to_owned(),
            at: now_secs(),
            key: KEY,
            body: body.to_string().into_bytes(),
            kind: "application/json",
        }
    }

    fn headers(&self) -> Vec<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).unwrap();
        mac.update(format!("{}.{}.", self.id, self.at).as_bytes());
        mac.update(&self.body);
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        vec![
            format!("webhook-id: {}", self.id),
            format!("webhook-timestamp: {}", self.at),
            format!("webhook-signature: v1,{signature}"),
            format!("content-type: {}", self.kind),
        ]
    }

    /// The status, if an answer came at all.
    pub fn try_post(&self, site: &str) -> Option<u16> {
        let (status, _) = post(&format!("{site}/hooks/1022"), &self.headers(), &self.body);
        (status > 0).then_some(status)
    }

    pub fn post(&self, site: &str) -> (u16, Value) {
        post(&format!("{site}/hooks/1022"), &self.headers(), &self.body)
    }
}

fn post(url: &str, headers: &[String], body: &[u8]) -> (u16, Value) {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), body).unwrap();
    let mut curl = Command::new("curl");
    curl.args([
        "-s",
        "--max-time",
        "20",
        "-w",
        "\n%{http_code}",
        "-X",
        "POST",
        url,
    ]);
    for header in headers {
        curl.args(["-H", header]);
    }
    let output = curl
        .arg("--data-binary")
        .arg(format!("@{}", file.path().display()))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let (body, status) = text.rsplit_once('\n').unwrap();
    (
        status.parse().unwrap(),
        serde_json::from_str(body).unwrap_or_default(),
    )
}

/// A ticket as the hotline sends it.
pub fn ticket(number: &str, status: &str) -> Value {
    json!({
        "id": number, "received_at": "2026-11-20T09:00:00+07:00", "reporter_name": "Nguyễn Văn Bí",
        "text": "Cống đầu hẻm bị nghẹt, gọi 0909123789", "account": "nguyenvanbi",
        "ticket": {"status": status, "field": "Thoát nước", "address": "Phường Phú Định"},
    })
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let folder = city();
    let (server, site) = serve(folder.path());
    let list = json!([ticket("PA-1", "open"), ticket("PA-2", "open")]);
    let (status, body) = Sent::new("msg_1", &list).post(&site);
    assert_eq!((status, &body["n_new"]), (200, &json!(2)), "{body}");
    drop(server);

    let there = mentions(folder.path());
    assert_eq!(there.len(), 2, "acknowledged, yet lost");
    let (_server, site) = serve(folder.path());
    let health = wait_for_health(&site, "1022", "fresh");
    assert!(health["newest_entry_at"].is_string(), "{health}");
    wait_for_health(&site, "zalo", "pending");

    // The same message again, also after the restart: answered, not counted.
    let (status, body) = Sent::new("msg_1", &list).post(&site);
    assert_eq!(
        (status, &body["status"]),
        (200, &json!("repeated")),
        "{body}"
    );
    // Its number on other bytes is a mistake of the sender.
    let (status, body) = Sent::new("msg_1", &ticket("PA-1", "closed")).post(&site);
    assert_eq!((status, &body["code"]), (409, &json!("conflict")), "{body}");
    assert_eq!(states(folder.path()), ["open", "open"]);

    // The next state of a ticket changes it; the new secret signs as well as the old.
    let closed = Sent {
        key: [8; 32],
        ..Sent::new("msg_2", &ticket("PA-1", "closed"))
    };
    let (status, body) = closed.post(&site);
    assert_eq!((status, &body["n_updated"]), (200, &json!(1)), "{body}");
    assert_eq!(states(folder.path()), ["closed", "open"]);
    assert_nowhere(folder.path(), &SENDERS);
}

fn states(folder: &Path) -> Vec<String> {
    let mut states = mentions(folder)
        .iter()
        .map(|mention| mention["ticket"]["status"].as_str().unwrap().to_owned())
        .collect::<Vec<_>>();
    states.sort();
    states
}

#[test]
fn forged_old_broken_and_huge_deliveries_change_nothing() {
    let folder = city();
    let (_server, site) = serve(folder.path());
    let good = || Sent::new("msg_1", &ticket("PA-1", "open"));
    let invalid = Sent {
        body: b"{\"text\": \"\xff\xfe\"}".to_vec(),
        ..good()
    };
    let huge = Sent {
        body: vec![b' '; 1_100_000],
        ..good()
    };
    let cases = [
        (
            Sent {
                key: [1; 32],
                ..good()
            },
            401,
            "unsigned",
        ),
        (
            Sent {
                at: now_secs() - 400,
                ..good()
            },
            401,
            "unsigned",
        ),
        (
            Sent {
                at: now_secs() + 400,
                ..good()
            },
            401,
            "unsigned",
        ),
        (
            Sent {
                kind: "text/plain",
                ..good()
            },
            415,
            "media_type",
        ),
        (
            Sent {
                body: b"{\"text\":".to_vec(),
                ..good()
            },
            422,
            "unreadable",
        ),
        (invalid, 422, "unreadable"),
        (huge, 413, "too_large"),
    ];
    for (sent, status, code) in cases {
        let (answered, body) = sent.post(&site);
        assert_eq!(
            (answered, body["code"].as_str()),
            (status, Some(code)),
            "{body}"
        );
    }
    let headers = good().headers();
    let unsigned = headers[3..].to_vec();
    assert_eq!(post(&format!("{site}/hooks/1022"), &unsigned, b"{}").0, 401);
    assert_eq!(
        post(&format!("{site}/hooks/nobody"), &headers, b"{}").0,
        404
    );
    assert_eq!(mentions(folder.path()).len(), 0);
    // None of them used up the number.
    assert_eq!(good().post(&site).0, 200);
}

/// A message of a citizen to the city's Zalo account, signed as Zalo signs.
pub fn zalo(site: &str, name: &str, number: &str, text: &str) -> (u16, Value) {
    let at = (now_secs() * 1000).to_string();
    let body = json!({
        "app_id": "3608465249", "event_name": name, "timestamp": at,
        "sender": {"id": "246845883529197922"}, "recipient": {"id": "388613280878808645"},
        "message": {"text": text, "msg_id": number},
    })
    .to_string();
    let mut hasher = Sha256::new();
    for part in ["3608465249", &body, &at, "bi-mat"] {
        hasher.update(part);
    }
    let mac = models::domain::ContentHash(hasher.finalize().into());
    let headers = [
        format!("x-zevent-signature: mac={mac}"),
        "content-type: application/json".to_owned(),
    ];
    post(&format!("{site}/hooks/zalo"), &headers, body.as_bytes())
}

#[test]
fn a_citizen_writes_to_the_city_on_zalo() {
    let folder = city();
    let (server, site) = serve(folder.path());
    let send = |name: &str, number: &str, text: &str| zalo(&site, name, number, text);
    let words = "Đường trước chợ Phú Định ngập, gọi 0909123789 gặp chị Trần Thị Bưởi";
    assert_eq!(send("user_send_text", "m1", words).1["n_new"], 1);
    assert_eq!(
        send("oa_send_text", "m2", "Cảm ơn bạn, chúng tôi đã ghi nhận").1["status"],
        "nothing"
    );
    assert_eq!(send("follow", "m3", "").1["status"], "nothing");
    let (status, body) = post(
        &format!("{site}/hooks/zalo"),
        &["content-type: application/json".to_owned()],
        b"{}",
    );
    assert_eq!((status, &body["status"]), (200, &json!("nothing")));
    drop(server);
    let there = mentions(folder.path());
    assert_eq!(there.len(), 1, "{there:?}");
    assert!(there[0]["text"].as_str().unwrap().contains("Phú Định"));
    assert!(!there[0]["text"].as_str().unwrap().contains("0909123789"));
    assert_nowhere(folder.path(), &SENDERS);
}
