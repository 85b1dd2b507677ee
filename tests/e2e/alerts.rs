//! Alerts reach people once: by a real mail server and by an SMS gateway, in one message of all that is
//! new, whatever is killed; endpoints are told; letters that come back are known.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::SignedDuration;
use serde_json::Value;

use crate::comes_in::{configure, now};
use crate::mail::{Parsed, PostOffice};
use crate::program::{Run, Server, command, run, wait_for};

const CONFIG: [&str; 2] = ["--config", "langnghe.toml"];

#[test]
fn an_alert_is_told_once_by_mail_and_sms() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let office = PostOffice::open(folder);
    let gateway = Gateway::start();
    configure(folder, "");
    office.write_settings(folder);
    gateway.write_settings(folder);
    ask(folder, &["alerts", "import", "alerts.toml"]).expect(0);
    ask(folder, &["alerts", "import", "alerts.toml"]).expect(0);
    assert_eq!(
        ask(folder, &["alerts", "rules"])
            .expect(0)
            .json_lines()
            .len(),
        1
    );
    // Who is new is told of what comes from now on.
    ask(folder, &["notices", "send"]).expect(0);
    ask(folder, &["endpoints", "send"]).expect(0);

    import(folder, 4);
    ask(folder, &["crawl", "--once"]).expect(0);
    let open = ask(folder, &["alerts"]).expect(0).json_lines();
    assert_eq!(open.len(), 1, "{open:?}");
    assert_eq!(open[0]["cause"]["n_mentions"], 4, "{open:?}");
    assert_eq!(open[0]["cause"]["evidence"].as_array().unwrap().len(), 4);

    ask(folder, &["notices", "send"]).expect(0);
    let letters = office.letters("chu-tich");
    assert_eq!(letters.len(), 1);
    let letter = Parsed::read(&letters[0]);
    assert!(letter.subject.starts_with("Cảnh báo: "), "{letter:?}");
    for body in [&letter.text, &letter.html] {
        assert!(body.contains("4 tin trong ngày"), "{body}");
        assert!(
            body.contains("https://langnghe.example/canh-bao/1"),
            "{body}"
        );
    }
    let sms = gateway.bodies("/sms");
    assert_eq!(sms.len(), 1, "{sms:?}");
    assert_eq!(sms[0]["to"], "0900000000");
    let said = sms[0]["content"].as_str().unwrap();
    assert!(said.starts_with("Canh bao: ") && said.is_ascii(), "{said}");
    assert!(
        said.ends_with("https://langnghe.example/canh-bao/1"),
        "{said}"
    );

    ask(folder, &["endpoints", "send"]).expect(0);
    let told = gateway.bodies("/webhook");
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(
        (&told[0]["type"], &told[0]["data"]["status"]),
        (&"alert.opened".into(), &"open".into())
    );

    // Looks, rounds, restarts and kills tell nobody again.
    ask(folder, &["alerts", "look"]).expect(0);
    ask(folder, &["notices", "send"]).expect(0);
    for _ in 0..3 {
        let mut serve = command(folder);
        serve
            .args(CONFIG)
            .args(["serve", "--listen", "127.0.0.1:0"]);
        let (mut serve, _) = Server::announced(serve.stderr(Stdio::null()));
        std::thread::sleep(Duration::from_secs(4));
        serve.kill();
    }
    assert_eq!(office.letters("chu-tich").len(), 1);
    assert_eq!(gateway.bodies("/sms").len(), 1);
    assert_eq!(gateway.bodies("/webhook").len(), 1);
    assert_bounces_are_known(folder, &letters[0]);
}

/// A report of a mail server about that letter.
fn assert_bounces_are_known(folder: &Path, letter: &Path) {
    let letter = fs::read_to_string(letter).unwrap();
    let id = letter
        .lines()
        .find(|line| line.to_lowercase().starts_with("message-id:"))
        .unwrap();
    let report = format!(
        "From: MAILER-DAEMON@example.vn\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; example.vn\r\n\r\n\
         Final-Recipient: rfc822; chu-tich@example.vn\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n\
         --b\r\nContent-Type: text/rfc822-headers\r\n\r\n{id}\r\n\r\n--b--\r\n"
    );
    fs::write(folder.join("report.eml"), report).unwrap();
    ask(folder, &["mail", "bounce", "report.eml"]).expect(0);
    let shown = |id: &str| {
        let lines = ask(folder, &["mail"]).expect(0).json_lines();
        lines.into_iter().find(|line| line["id"] == id).unwrap()
    };
    let bounced = shown("chu-tich")["bounced"].clone();
    assert_eq!(bounced["is_final"], true, "{bounced}");
    assert!(
        bounced["message"].is_u64(),
        "matched to its message: {bounced}"
    );
    fs::write(folder.join("letter.eml"), letter).unwrap();
    ask(folder, &["mail", "bounce", "letter.eml"]).expect(2);
    ask(folder, &["mail", "mended", "chu-tich@example.vn"]).expect(0);
    assert!(shown("chu-tich")["bounced"].is_null());

    // The same as the mail server leaves it in the sender's mailbox, with somebody's own letter.
    let mailbox = folder.join("Maildir");
    for part in ["new", "cur", "tmp"] {
        fs::create_dir_all(mailbox.join(part)).unwrap();
    }
    fs::rename(folder.join("report.eml"), mailbox.join("new/1.report")).unwrap();
    fs::rename(folder.join("letter.eml"), mailbox.join("new/2.letter")).unwrap();
    let (_serve, _) = Server::announced(
        command(folder)
            .args(CONFIG)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env("LANGNGHE_MAIL__RETURNED", &mailbox),
    );
    wait_for("an empty mailbox", Duration::from_secs(30), || {
        let left = fs::read_dir(mailbox.join("new")).unwrap().count();
        (left == 0).then_some(())
    });
    let bounced = shown("chu-tich")["bounced"].clone();
    assert!(bounced["message"].is_u64(), "{bounced}");
    for name in ["1.report:2,S", "2.letter:2,"] {
        assert!(mailbox.join("cur").join(name).is_file(), "{name}");
    }
}

#[test]
fn a_message_whose_answer_was_lost_is_not_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let gateway = Gateway::start();
    configure(folder, "");
    gateway.write_channels(folder);
    let post = |key: &str, to: &str| {
        let to = format!("sms:{to}");
        let all = [
            "notices",
            "post",
            "--key",
            key,
            "--subject",
            "Thử",
            "--channel",
            &to,
        ];
        ask(folder, &all).expect(0);
    };
    post("a", "hangup");
    post("b", "busy");
    post("c", "0901");
    let sent = ask(folder, &["notices", "send"]).expect(2);
    assert!(sent.stdout.contains("taken: 1"), "{}", sent.stdout);
    let ways = ask(folder, &["notices"]).expect(0).json_lines();
    let sms = ways
        .iter()
        .find(|line| line["way"] == "notice:sms")
        .unwrap();
    assert_eq!(
        (&sms["waiting"], &sms["delivered"], &sms["dead"]),
        (&1.into(), &1.into(), &1.into())
    );
    let dead = ask(folder, &["endpoints", "messages", "--state", "dead"])
        .expect(0)
        .json_lines();
    let number = dead[0]["id"].to_string();
    let shown = ask(folder, &["endpoints", "show", &number])
        .expect(0)
        .json_lines();
    let detail = shown[0]["attempts"][0]["detail"].as_str().unwrap();
    assert!(detail.contains("không rõ đã tới chưa"), "{detail}");
    // The busy one is taken later; the lost one only when somebody says so.
    wait_for("the busy one", Duration::from_mins(1), || {
        ask(folder, &["notices", "send"]);
        let n_busy = gateway
            .bodies("/sms")
            .iter()
            .filter(|body| body["to"] == "busy")
            .count();
        (n_busy == 2).then_some(())
    });
    let n_lost = gateway
        .bodies("/sms")
        .iter()
        .filter(|body| body["to"] == "hangup")
        .count();
    assert_eq!(n_lost, 1);
}

fn ask(folder: &Path, arguments: &[&str]) -> Run {
    let all = [&CONFIG[..], &["--json"], arguments].concat();
    run(folder, &all, b"")
}

fn import(folder: &Path, n: usize) {
    let at = now() - SignedDuration::from_mins(5);
    let tickets = (0..n).map(|number| {
        format!(
            "{{\"id\":\"N{number}\",\"channel\":\"hotline\",\"source\":\"1022\",\"published_at\":\"{at}\",\
             \"title\":\"Đường ngập\",\"text\":\"Đường Phạm Văn Đồng trước chợ ngập sâu sau mưa, xe chết \
             máy hàng loạt.\",\"parent_id\":null,\"engagement\":null,\"ticket\":{{\"field\":\"Hạ tầng\",\
             \"address\":\"Phường Hiệp Bình\",\"status\":\"open\",\"due_at\":null,\"closed_at\":null,\
             \"rating\":null}}}}\n"
        )
    });
    let tickets = tickets.collect::<String>();
    run(
        folder,
        &[&CONFIG[..], &["import", "-"]].concat(),
        tickets.as_bytes(),
    )
    .expect(0);
}

/// An SMS gateway and a webhook on loopback: it keeps what it gets, is busy once, and hangs up on request.
struct Gateway {
    port: u16,
    got: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Gateway {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let got = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&got);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                answer(stream.unwrap(), &kept);
            }
        });
        Self { port, got }
    }

    fn bodies(&self, path: &str) -> Vec<Value> {
        let got = self.got.lock().unwrap();
        let of_path = got.iter().filter(|(to, _)| to == path);
        of_path.map(|(_, body)| body.clone()).collect()
    }

    fn write_channels(&self, folder: &Path) {
        let port = self.port;
        let channels = format!(
            "[[channel]]\nid = \"sms\"\nname = \"SMS\"\nkind = \"sms\"\n\
             url = \"http://127.0.0.1:{port}/sms\"\n\
             body = '{{\"to\": \"{{{{to}}}}\", \"content\": \"{{{{text}}}}\"}}'\n\
             taken = {{ pointer = \"/code\", is = [\"100\"] }}\n"
        );
        fs::write(folder.join("channels.toml"), channels).unwrap();
        let retries = "retries = [\"1s\", \"1s\", \"1s\", \"1s\", \"1s\", \"1s\"]\n";
        fs::write(folder.join("endpoints.toml"), retries).unwrap();
    }

    fn write_settings(&self, folder: &Path) {
        self.write_channels(folder);
        let rule = "[[rule]]\nid = \"a\"\nname = \"Nhiều tin\"\nmin_mentions = 3\n";
        fs::write(folder.join("alerts.toml"), rule).unwrap();
        let port = self.port;
        fs::write(folder.join("token"), "ma").unwrap();
        let endpoint = format!(
            "retries = [\"1s\"]\n[[endpoint]]\nid = \"hook\"\nname = \"Hook\"\n\
             url = \"http://127.0.0.1:{port}/webhook\"\nevents = [\"alert.opened\"]\n\
             token = \"{}\"\n",
            folder.join("token").display()
        );
        fs::write(folder.join("endpoints.toml"), endpoint).unwrap();
        let recipients = "[[recipient]]\nid = \"chu-tich\"\nname = \"Chủ tịch\"\n\
                          address = \"chu-tich@example.vn\"\nat = \"00:00\"\nscopes = []\nperiods = []\n\
                          [recipient.alerts]\nchannels = [\"sms:0900000000\"]\ngather = \"0s\"\n";
        fs::write(folder.join("recipients.toml"), recipients).unwrap();
    }
}

fn answer(mut stream: TcpStream, got: &Mutex<Vec<(String, Value)>>) {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    let (head, length) = loop {
        let n = stream.read(&mut chunk).unwrap_or(0);
        if n == 0 {
            return;
        }
        bytes.extend_from_slice(&chunk[..n]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let lower = head.to_lowercase();
            let length = lower
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            break (
                head.to_owned(),
                length.and_then(|n| n.parse::<usize>().ok()).unwrap_or(0),
            );
        }
    };
    while bytes.len() < head.len() + 4 + length {
        let n = stream.read(&mut chunk).unwrap_or(0);
        if n == 0 {
            return;
        }
        bytes.extend_from_slice(&chunk[..n]);
    }
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let body: Value = serde_json::from_slice(&bytes[head.len() + 4..]).unwrap_or_default();
    let mut got = got.lock().unwrap();
    let is_first = !got.iter().any(|(_, known)| known["to"] == body["to"]);
    let (is_lost, is_busy) = (body["to"] == "hangup", body["to"] == "busy" && is_first);
    got.push((path, body));
    if is_lost {
        return;
    }
    let status = if is_busy { "503 Busy" } else { "200 OK" };
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-length: 13\r\nconnection: close\r\n\r\n{{\"code\": 100}}"
    );
    let _ = stream.write_all(answer.as_bytes());
}
