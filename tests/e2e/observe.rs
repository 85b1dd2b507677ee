//! What monitors and logs are told: enough to see that something is late or stuck, and no citizen's word.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use crate::hooks::{Sent, city};
use crate::program::{Server, command, get, get_json, wait_for};

/// Words of a citizen, and what is known of them; none may stand in a metric or a log.
const CANARIES: [&str; 8] = [
    "0912345678",
    "079301234567",
    "59X2-123.45",
    "Trần Thị Chim Sẻ",
    "chimse@example.vn",
    "hoàngyến",
    "chim-sẻ-kêu",
    "hẻm 77/12",
];

/// What is told once three mentions are in the record and in the index.
const TOLD: [&str; 14] = [
    "langnghe_record_rows{table=\"mentions\"} 3.0",
    "langnghe_index_mentions 3.0",
    "langnghe_index_lag_writes 0.0",
    "langnghe_queue_pages_waiting 0.0",
    "langnghe_outbox_messages{way=\"mail\",state=\"dead\"} 0.0",
    "langnghe_http_request_duration_seconds_count{route=\"/hooks/{source}\",method=\"POST\",status=\"2xx\"} 4",
    "langnghe_http_request_duration_seconds_count{route=\"/hooks/{source}\",method=\"POST\",status=\"4xx\"} ",
    "route=\"other\",method=\"GET\",status=\"4xx\"",
    "langnghe_http_request_duration_seconds_count{route=\"/hooks/{source}\",method=\"POST\",status=\"turned_away\"}",
    "langnghe_http_requests_in_hand{class=\"delivery\"} 0.0",
    "langnghe_http_requests_places{class=\"delivery\"} 1.0",
    "langnghe_panics_total 0",
    "process_resident_memory_bytes",
    "langnghe_digest_lateness_seconds",
];

fn ticket(number: usize) -> Value {
    let words = CANARIES.join(", ");
    json!({
        "id": format!("PA-{number}"), "received_at": "2026-11-20T09:00:00+07:00",
        "reporter_name": "Trần Thị Chim Sẻ", "account": "hoàngyến",
        "text": format!("Cống nghẹt, chim-sẻ-kêu, gọi {words}"),
        "ticket": {"status": "open", "field": "Thoát nước", "address": "hẻm 77/12 Phường Phú Định"},
    })
}

#[test]
fn monitors_and_logs_are_told_how_things_go_and_no_citizens_word() {
    let folder = city();
    let folder = folder.path();
    let log = fs::File::create(folder.join("log.jsonl")).unwrap();
    let mut serve = command(folder);
    serve
        .args(["--config", "langnghe.toml", "--log", "json", "serve"])
        .env("LANGNGHE_METRICS__LISTEN", "127.0.0.1:0")
        .env("LANGNGHE_SERVER__DELIVERIES_AT_ONCE", "1")
        .env("LANGNGHE_LOG", "debug")
        .stderr(log);
    let (mut server, site) = Server::announced(&mut serve);
    for n in 0..3 {
        let (status, said) = Sent::new(&format!("msg_{n}"), &ticket(n)).post(&site);
        assert_eq!(status, 200, "{said}");
    }
    turned_away_while_a_sender_dawdles(&site);
    // Refused ones and questions that hold such words, too.
    let mut broken = Sent::new("msg_x", &ticket(9));
    broken.body.truncate(200);
    assert_eq!(broken.try_post(&site), Some(422));
    for asked in [
        "/tim?q=chim-s%E1%BA%BB-k%C3%AAu",
        "/api/v1/search?q=0912345678",
        "/0912345678",
        "/van-de/0912345678",
    ] {
        get(&format!("{site}{asked}")).unwrap();
    }
    wait_for("the index", Duration::from_mins(1), || {
        (get_json(&format!("{site}/readyz"))["index_lag"] == 0).then_some(())
    });
    let told = fs::read_to_string(folder.join("log.jsonl")).unwrap();
    let opened = told
        .lines()
        .find(|line| line.contains("metrics are open"))
        .unwrap();
    let opened: Value = serde_json::from_str(opened).unwrap();
    let metrics = format!(
        "http://{}/metrics",
        opened["metrics.address"].as_str().unwrap()
    );
    // Record and index are read one after the other, and figures are a few seconds old at most.
    let mut text = String::new();
    let settled = (0..200).any(|_| {
        let (status, told) = get(&metrics).unwrap();
        assert_eq!(status, 200, "{told}");
        text = told;
        let is_settled = TOLD.iter().all(|line| text.contains(line));
        if !is_settled {
            std::thread::sleep(Duration::from_millis(200));
        }
        is_settled
    });
    let missing: Vec<_> = TOLD.iter().filter(|line| !text.contains(**line)).collect();
    assert!(settled, "{missing:?} are not in:\n{text}");
    let n_turned_away = text.lines().find_map(|line| {
        line.strip_prefix("langnghe_http_requests_turned_away_total{class=\"delivery\"} ")
    });
    assert!(n_turned_away.is_some_and(|n| n != "0"), "{text}");
    // Not where the public reads.
    assert_eq!(get(&format!("{site}/metrics")).unwrap().0, 404);
    assert_eq!(server.stop(), Some(0));

    let log = fs::read_to_string(folder.join("log.jsonl")).unwrap();
    assert!(log.lines().count() > 5);
    for line in log.lines() {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|why| panic!("{why}: {line}"));
        assert!(
            line["timestamp"].is_string() && line["level"].is_string(),
            "{line}"
        );
    }
    for canary in CANARIES {
        assert!(!text.contains(canary), "metrics hold {canary}");
        let held = log.lines().find(|line| line.contains(canary));
        assert!(held.is_none(), "the log holds {canary}: {held:?}");
    }
    lint(&text);
}

/// One sender takes the only place and says nothing more: others are sent off at once, pages go on, and
/// when it hangs up the next delivery is taken.
fn turned_away_while_a_sender_dawdles(site: &str) {
    let host = site.trim_start_matches("http://");
    let head = "POST /hooks/1022 HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
    let mut dawdler = TcpStream::connect(host).unwrap();
    // Told to go on, it has its place: without that, another may be there before it, and this one would
    // be sent off.
    let asked = format!("{head}expect: 100-continue\r\ncontent-length: 90\r\n\r\n");
    dawdler.write_all(asked.as_bytes()).unwrap();
    let mut told = [0; 25];
    dawdler.read_exact(&mut told).unwrap();
    assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");
    dawdler.write_all(b"{").unwrap();
    let answer = wait_for("a full house", Duration::from_secs(20), || {
        // In one piece: who is sent off before all is written may find the line cut.
        let asked = format!("{head}connection: close\r\ncontent-length: 2\r\n\r\n{{}}");
        let mut sender = TcpStream::connect(host).unwrap();
        sender.write_all(asked.as_bytes()).unwrap();
        let mut answer = String::new();
        sender.read_to_string(&mut answer).unwrap();
        answer.starts_with("HTTP/1.1 503").then_some(answer)
    });
    assert!(answer.contains("\r\nretry-after: "), "{answer}");
    assert!(answer.contains("\"code\":\"busy\""), "{answer}");
    for path in ["/", "/readyz"] {
        assert_eq!(get(&format!("{site}{path}")).unwrap().0, 200, "{path}");
    }
    drop(dawdler);
    wait_for("a free place", Duration::from_secs(20), || {
        (Sent::new("msg_0", &ticket(0)).try_post(site) == Some(200)).then_some(())
    });
}

/// Prometheus' own tool reads it, and knows the rules and the metrics they ask for.
fn lint(text: &str) {
    let root = env!("CARGO_MANIFEST_DIR");
    let promtool = format!("{root}/.tools/bin/promtool");
    assert!(
        fs::metadata(&promtool).is_ok(),
        "promtool is missing: run tests/tools.sh"
    );
    let rules = format!("{root}/ops/prometheus/rules.yml");
    let tests = format!("{root}/ops/prometheus/rules_test.yml");
    for arguments in [&["check", "rules", &rules][..], &["test", "rules", &tests]] {
        let said = Command::new(&promtool).args(arguments).output().unwrap();
        let words = String::from_utf8_lossy(&said.stdout).into_owned();
        assert!(
            said.status.success(),
            "{words}{}",
            String::from_utf8_lossy(&said.stderr)
        );
    }
    // Every metric that rules and dashboard ask for is one that is told.
    for file in ["ops/prometheus/rules.yml", "ops/grafana/langnghe.json"] {
        let asked = fs::read_to_string(format!("{root}/{file}")).unwrap();
        let is_name = |c: char| c.is_ascii_lowercase() || c == '_';
        let names = asked
            .split(|c: char| !is_name(c))
            .filter(|name| name.starts_with("langnghe_") && name.len() > 9);
        let mut n_names = 0;
        for name in names {
            assert!(
                text.contains(&format!("\n{name}")) || text.contains(&format!("# TYPE {name} ")),
                "{file} asks for {name}"
            );
            n_names += 1;
        }
        assert!(n_names > 5, "{file}");
    }
    serde_json::from_str::<Value>(
        &fs::read_to_string(format!("{root}/ops/grafana/langnghe.json")).unwrap(),
    )
    .unwrap();
}
