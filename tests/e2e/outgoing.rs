//! Other systems are told what is published: signatures hold before the library of Standard Webhooks,
//! what is refused comes again, what is given up is kept, a kill loses nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use jiff::ToSpan;
use models::domain::day_in_vietnam;
use serde_json::Value;

use crate::comes_in::{configure, now};
use crate::program::{Run, Server, command, run, wait_for};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const TOKEN: &str = "ma-thu-nghiem-lgsp";
const CONFIG: [&str; 2] = ["--config", "langnghe.toml"];

#[test]
fn endpoints_are_told_once_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let receiver = Receiver::start(folder);
    configure(folder, "");
    fs::write(folder.join("endpoints.toml"), receiver.endpoints()).unwrap();
    fs::write(folder.join("token"), TOKEN).unwrap();

    // New endpoints are told of what comes from now on: of nothing yet.
    endpoints(folder, &["send"]).expect(0);
    assert!(receiver.seen().is_empty());
    endpoints(folder, &["ping", "signed"]).expect(0);
    endpoints(folder, &["ping", "gone"]).expect(2);
    assert_eq!(receiver.seen()[0]["body"]["type"], "ping");

    let day = day_in_vietnam(now()).saturating_sub(2.days());
    import(folder, &ticket("P1", &format!("{day}T08:00:00+07:00")));
    publish(folder);
    assert_preview_hides_the_token(folder);

    let serve = || {
        let mut serve = command(folder);
        serve
            .args(CONFIG)
            .args(["serve", "--listen", "127.0.0.1:0"]);
        serve.env("WEBHOOK_SECRET", SECRET).stderr(Stdio::null());
        Server::announced(&mut serve).0
    };
    let mut first = serve();
    wait_for("a first message", Duration::from_mins(1), || {
        receiver
            .seen()
            .iter()
            .any(|seen| {
                seen["path"] == "/signed" && seen["status"] == 204 && seen["body"]["type"] != "ping"
            })
            .then_some(())
    });
    first.kill();
    let mut second = serve();
    wait_for("the outbox is worked off", Duration::from_mins(1), || {
        let counts = counts(folder);
        let is_done = ["signed", "token", "moody"].iter().all(|id| {
            let (waiting, delivered, _) = counts[*id];
            waiting == 0 && delivered > 0
        });
        is_done.then_some(())
    });

    assert_each_told(&receiver.seen(), &day.to_string());
    let (_, delivered, dead) = counts(folder)["gone"];
    let is_left_alone = delivered == 0 && dead > 0;
    assert!(is_left_alone, "an endpoint that is gone");

    // What is revised is told with its reason.
    let before = receiver.seen().len();
    import(folder, &ticket("P2", &format!("{day}T09:00:00+07:00")));
    assert_eq!(second.stop(), Some(0));
    let record = rusqlite::Connection::open(folder.join("data/record.sqlite")).unwrap();
    // As if a day had gone by: what is late is published with the next morning.
    let a_day_ago = "UPDATE editions SET begun_at = begun_at - 86400000000";
    record.execute(a_day_ago, []).unwrap();
    drop(record);
    publish(folder);
    let _third = serve();
    let revised = wait_for("the revision", Duration::from_mins(1), || {
        let seen = receiver.seen().split_off(before);
        let found = seen
            .into_iter()
            .find(|one| one["path"] == "/signed" && one["body"]["type"] == "digest.revised");
        found.map(|one| one["body"]["data"].clone())
    });
    assert_eq!(
        (revised["day"].as_str(), revised["revision"].as_u64()),
        (Some(day.to_string().as_str()), Some(2))
    );
    assert!(
        revised["erratum"]
            .as_str()
            .is_some_and(|why| !why.is_empty()),
        "{revised}"
    );

    assert_dead_are_kept(folder);
}

/// Messages of a kind at a path, by their identifier.
fn told(seen: &[Value], path: &str, kind: &str) -> BTreeMap<String, Vec<Value>> {
    let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
    let of_kind = seen
        .iter()
        .filter(|one| one["path"] == path && one["body"]["type"] == kind);
    for one in of_kind {
        let id = one["id"].as_str().unwrap().to_owned();
        found.entry(id).or_default().push(one.clone());
    }
    found
}

/// Everyone was told what it asked for, with proofs that held.
fn assert_each_told(seen: &[Value], day: &str) {
    let is_proven = |one: &Value| one["status"] != 401 && one["status"] != 403;
    assert!(seen.iter().all(is_proven), "{seen:#?}");
    // The digests of the city alone, of each day once; at most the one under way at the kill came twice.
    let digests = told(seen, "/signed", "digest.published");
    let data = |sent: &[Value], key: &str| sent[0]["body"]["data"][key].clone();
    let days = digests.values().map(|sent| data(sent, "day").to_string());
    let days = days.collect::<BTreeSet<_>>();
    assert!(days.contains(&format!("\"{day}\"")), "{digests:#?}");
    assert_eq!(days.len(), digests.len());
    assert!(digests.values().all(|sent| data(sent, "unit") == "city"));
    assert!(digests.values().filter(|sent| sent.len() > 1).count() <= 1);
    let signals = told(seen, "/token", "signals.published");
    let of_day = signals.values().find(|sent| data(sent, "day") == day);
    let units = data(of_day.unwrap(), "signals");
    assert_eq!(units.as_array().unwrap().len(), 168);
    for (id, sent) in told(seen, "/moody", "digest.published") {
        let statuses = sent.iter().map(|one| one["status"].as_u64().unwrap());
        assert_eq!(statuses.collect::<Vec<_>>(), [503, 204], "{id}");
    }
}

/// What was given up is kept with its receipts, and comes again when asked to.
fn assert_dead_are_kept(folder: &Path) {
    let dead = endpoints(
        folder,
        &["messages", "--endpoint", "gone", "--state", "dead"],
    );
    let number = dead.expect(0).json_lines()[0]["id"].to_string();
    let shown = endpoints(folder, &["show", &number])
        .expect(0)
        .json_lines()
        .remove(0);
    assert_eq!(shown["attempts"][0]["status"], 410, "{shown}");
    endpoints(folder, &["retry", &number]).expect(0);
    endpoints(folder, &["retry", "99999"]).expect(1);
    wait_for("it is given up again", Duration::from_secs(30), || {
        let shown = endpoints(folder, &["show", &number])
            .expect(0)
            .json_lines()
            .remove(0);
        (shown["attempts"].as_array()?.len() == 2 && shown["state"] == "dead").then_some(())
    });
}

#[test]
fn changed_indicators_are_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let receiver = Receiver::start(folder);
    configure(folder, "");
    let asked = format!(
        "retries = [\"1s\"]\n[[endpoint]]\nid = \"token\"\nname = \"LGSP\"\nurl = \"http://127.0.0.1:{}/token\"\n\
         events = [\"indicators.changed\"]\ntoken = \"token\"\n",
        receiver.port
    );
    fs::write(folder.join("endpoints.toml"), asked).unwrap();
    fs::write(folder.join("token"), TOKEN).unwrap();
    let bring = |value: &str| {
        let rows =
            format!("indicator,unit,day,value,n\n766.progress,city,2025-10-25,{value},14707\n");
        fs::write(folder.join("chi-so.csv"), rows).unwrap();
        let import = [&CONFIG[..], &["import", "indicators", "chi-so.csv"]].concat();
        run(folder, &import, b"").expect(0);
    };
    bring("17.94");
    for _ in 0..2 {
        endpoints(folder, &["send"]).expect(0);
    }
    bring("17.95");
    endpoints(folder, &["send"]).expect(0);
    let seen = receiver.seen();
    let values = seen
        .iter()
        .filter(|one| one["body"]["data"]["indicator"] == "766.progress");
    let values = values.map(|one| one["body"]["data"]["values"][0]["value"].as_f64().unwrap());
    assert_eq!(values.collect::<Vec<_>>(), [17.94, 17.95], "{seen:#?}");
    assert!(
        seen.iter()
            .all(|one| one["body"]["type"] == "indicators.changed")
    );
}

#[test]
fn a_wrong_secret_is_refused_and_a_missing_one_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let receiver = Receiver::start(folder);
    configure(folder, "");
    fs::write(folder.join("endpoints.toml"), receiver.endpoints()).unwrap();
    let ping = [&CONFIG[..], &["endpoints", "ping", "signed"]].concat();
    let missing = run(folder, &ping, b"").expect(1);
    assert!(
        missing.stderr.contains("WEBHOOK_SECRET"),
        "{}",
        missing.stderr
    );
    let wrong = command(folder)
        .args(&ping)
        .env("WEBHOOK_SECRET", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
        .output()
        .unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    assert_eq!(receiver.seen()[0]["status"], 401);

    let unknown = [&CONFIG[..], &["endpoints", "preview", "khong-co"]].concat();
    let unknown = run(folder, &unknown, b"").expect(1);
    assert!(
        unknown.stderr.contains("endpoints.toml"),
        "{}",
        unknown.stderr
    );
}

fn assert_preview_hides_the_token(folder: &Path) {
    let preview = endpoints(folder, &["preview", "token"]).expect(0);
    assert!(!preview.stdout.contains(TOKEN), "{}", preview.stdout);
    let line = preview.json_lines().remove(0);
    assert_eq!(line["headers"]["authorization"], "***");
    assert_eq!(line["body"]["type"], "signals.published");
}

/// Waiting, delivered and dead messages by endpoint.
fn counts(folder: &Path) -> BTreeMap<String, (u64, u64, u64)> {
    let lines = endpoints(folder, &[]).expect(0).json_lines();
    let counts = lines.iter().map(|line| {
        let n = |key: &str| line[key].as_u64().unwrap();
        let id = line["id"].as_str().unwrap().to_owned();
        (id, (n("waiting"), n("delivered"), n("dead")))
    });
    counts.collect()
}

fn endpoints(folder: &Path, arguments: &[&str]) -> Run {
    let done = command(folder)
        .args(CONFIG)
        .args(["--json", "endpoints"])
        .args(arguments)
        .env("WEBHOOK_SECRET", SECRET)
        .output()
        .unwrap();
    Run {
        code: done.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&done.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&done.stderr).into_owned(),
    }
}

fn publish(folder: &Path) {
    run(folder, &[&CONFIG[..], &["crawl", "--once"]].concat(), b"").expect(0);
}

fn import(folder: &Path, line: &str) {
    run(
        folder,
        &[&CONFIG[..], &["import", "-"]].concat(),
        line.as_bytes(),
    )
    .expect(0);
}

fn ticket(id: &str, at: &str) -> String {
    format!(
        "{{\"id\":\"{id}\",\"channel\":\"hotline\",\"source\":\"1022\",\"published_at\":\"{at}\",\
         \"title\":\"Đường ngập\",\"text\":\"Đường trước chợ ngập sâu sau mưa, xe chết máy.\",\
         \"parent_id\":null,\"engagement\":null,\"ticket\":{{\"field\":\"Hạ tầng\",\
         \"address\":\"Phường Hiệp Bình\",\"status\":\"open\",\"due_at\":null,\"closed_at\":null,\
         \"rating\":null}}}}\n"
    )
}

/// The endpoint that others wrote, on loopback.
struct Receiver {
    child: Child,
    port: u16,
    log: std::path::PathBuf,
}

impl Receiver {
    fn start(folder: &Path) -> Self {
        let root = env!("CARGO_MANIFEST_DIR");
        let log = folder.join("received.jsonl");
        fs::write(&log, "").unwrap();
        let mut child = Command::new(format!("{root}/.tools/bin/python"))
            .arg(format!("{root}/tests/peers/receiver.py"))
            .arg(&log)
            .env("WEBHOOK_SECRET", SECRET)
            .env("LGSP_TOKEN", TOKEN)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Python of the tests; run tests/tools.sh");
        let mut port = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut port)
            .unwrap();
        let port = port
            .trim()
            .parse()
            .expect("standardwebhooks is missing; run tests/tools.sh");
        Self { child, port, log }
    }

    fn seen(&self) -> Vec<Value> {
        let text = fs::read_to_string(&self.log).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        lines.collect()
    }

    fn endpoints(&self) -> String {
        let endpoint = |id: &str, more: &str| {
            format!(
                "[[endpoint]]\nid = \"{id}\"\nname = \"{id}\"\nurl = \"http://127.0.0.1:{}/{id}\"\n{more}\n",
                self.port
            )
        };
        let secrets = "secrets = [\"env:WEBHOOK_SECRET\"]";
        let city = format!(
            "events = [\"digest.published\", \"digest.revised\"]\nscopes = [\"city\"]\n{secrets}"
        );
        [
            "retries = [\"1s\", \"1s\", \"1s\"]\n".to_owned(),
            endpoint("signed", &city),
            endpoint("moody", &city),
            endpoint("gone", &city),
            endpoint(
                "token",
                "events = [\"signals.published\"]\ntoken = \"token\"",
            ),
        ]
        .concat()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
