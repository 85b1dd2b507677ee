//! The work divided over processes that share a record on PostgreSQL: workers that collect and publish, of
//! which one leads; a node that only searches; pages. While a hotline delivers, the leader is killed, the
//! search node is killed, and the database crashes. What was acknowledged is there once, no digest has two
//! truths, no letter went twice, every process comes back by itself, and each index equals the record.
//!
//! `LANGNGHE_NODE_LOSSES` says how often something is lost (`make nodes`: 12).

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use indexer::{Accounts, Archive, AuditVerdict, MessageState, Outbox, SqlArchive};
use jiff::civil::Date;
use models::domain::{DigestScope, day_in_vietnam};

use crate::comes_in::now;
use crate::crashes::around::{self, Newsstand, Sink, mention_of};
use crate::crashes::{Hotline, Known, asked, published, standing};
use crate::database::Database;
use crate::hooks::city;
use crate::program::{Run, Server, get, get_json, wait_for};

/// Losses in one run: the leader, the search node, the database.
const LOSSES: u64 = 3;

/// People who get a letter.
const RECIPIENTS: u64 = 12;

const HALF_A_MINUTE: Duration = Duration::from_secs(30);

fn command(folder: &Path, data: &str) -> Command {
    let mut command = crate::program::command(folder);
    command
        .args(["--config", "langnghe.toml", "--data", data])
        .env("LANGNGHE_DATA__POSTGRES", "database");
    command
}

fn run(folder: &Path, data: &str, arguments: &[&str], stdin: &[u8]) -> Run {
    let common = ["--config", "langnghe.toml", "--data", data];
    let with = [&common[..], arguments].concat();
    crate::program::run_with(
        folder,
        &[("LANGNGHE_DATA__POSTGRES", "database")],
        &with,
        stdin,
    )
}

/// A process with its part of the work.
struct Node {
    data: &'static str,
    roles: &'static str,
    server: Server,
    site: String,
}

impl Node {
    fn start(folder: &Path, data: &'static str, roles: &'static str) -> Self {
        let mut serve = command(folder, data);
        serve.args(["serve", "--role", roles]);
        let mut log = fs::File::options();
        log.create(true).append(true);
        let log = log.open(folder.join(format!("{data}.log"))).unwrap();
        let (server, site) = Server::announced(serve.stderr(Stdio::from(log)));
        Self {
            data,
            roles,
            server,
            site,
        }
    }

    fn is_ready(&self) -> bool {
        get(&format!("{}/readyz", self.site)).is_some_and(|(status, _)| status == 200)
    }

    fn leads(&self) -> bool {
        let Some((200, said)) = get(&format!("{}/readyz", self.site)) else {
            return false;
        };
        let said = serde_json::from_str::<serde_json::Value>(&said).unwrap();
        said["duties"]["process"] == "leads" && said["duties"]["crawl"] == "leads"
    }
}

fn open(database: &Database) -> SqlArchive {
    SqlArchive::open_postgres(&database.address()).unwrap()
}

fn leader(workers: &[Node]) -> usize {
    wait_for("somebody leads", HALF_A_MINUTE, || {
        workers.iter().position(Node::leads)
    })
}

#[test]
fn nothing_is_lost_when_nodes_and_the_database_are() {
    let n_losses = asked("LANGNGHE_NODE_LOSSES", LOSSES);
    let folder = city();
    let folder = folder.path();
    let (stand, sink) = (Newsstand::open(), Sink::open());
    around::configure(folder, stand.port, sink.port);
    around::recipients(folder, 0);
    let yesterday = day_in_vietnam(now()).yesterday().unwrap();
    let (embedded_digest, embedded_seq) = embedded_city(folder, yesterday);
    let mut database = Database::start();
    fs::write(folder.join("database"), database.address()).unwrap();
    moves(folder, &database);
    around::recipients(folder, RECIPIENTS);

    let worker = |data| Node::start(folder, data, "crawl,process");
    let mut workers = ["worker-a", "worker-b"].map(worker);
    let mut searcher = Node::start(folder, "searcher", "index");
    let pages = Node::start(folder, "pages", "web");
    assert_eq!(
        digest_of(&pages.site, yesterday),
        embedded_digest,
        "the same bytes"
    );
    let record = open(&database);
    let mut known = Known::default();
    for n in 0..6 {
        known.tickets.insert(mention_of(&format!("GOC-{n}")));
    }
    let mut number = 0;
    let mut takeover = Vec::new();
    for loss in 0..n_losses {
        let hotline = Hotline::call(pages.site.clone(), number);
        rename(folder, &record, yesterday, loss);
        std::thread::sleep(Duration::from_millis(1_500));
        match loss % 3 {
            0 => {
                let lost = leader(&workers);
                workers[lost].server.kill();
                let begun = Instant::now();
                wait_for("the other takes over", HALF_A_MINUTE, || {
                    workers[1 - lost].leads().then_some(())
                });
                takeover.push(begun.elapsed());
                let data = workers[lost].data;
                workers[lost] = worker(data);
            }
            1 => {
                searcher.server.kill();
                std::thread::sleep(Duration::from_millis(500));
                searcher = Node::start(folder, "searcher", "index");
            }
            _ => {
                database.cut_connections();
                std::thread::sleep(Duration::from_millis(500));
                database.crash();
                let all = workers.iter().chain([&searcher, &pages]);
                for node in all {
                    let said = get(&format!("{}/readyz", node.site));
                    assert_eq!(said.map(|(status, _)| status), Some(503), "{}", node.data);
                }
                database.start_again();
                let begun = Instant::now();
                let all = workers.iter().chain([&searcher, &pages]);
                for node in all {
                    wait_for("it is ready again", HALF_A_MINUTE, || {
                        node.is_ready().then_some(())
                    });
                }
                leader(&workers);
                takeover.push(begun.elapsed());
            }
        }
        number = hotline.hang_up(&mut known.tickets);
        assert!(number > 0, "the hotline called");
        look(&record, &mut known);
        sink.expect_each_once();
    }
    stand.stop_printing();
    calm(&record, &sink, &known, &[&searcher, &pages]);
    let standing = standing(&record);
    let newest = record.latest_seq().unwrap();
    assert!(newest > embedded_seq, "what is new has a new number");
    println!(
        "losses={n_losses} tickets={} mentions={} revisions={} letters={} lost=0 twice=0; back after {takeover:?}",
        known.tickets.len(),
        standing.len(),
        known.published.len(),
        sink.expect_each_once(),
    );
    assert!(known.published.len() > 1 && sink.expect_each_once() > 0);
    for node in workers.iter_mut().chain([&mut searcher]) {
        assert_eq!(node.server.stop(), Some(0), "{} {}", node.data, node.roles);
    }
    let verified = run(folder, "pages", &["audit", "verify"], b"").expect(0);
    assert!(!verified.stdout.is_empty());
}

/// An embedded record with a published day; gives the digest as the API shows it, and the last number.
fn embedded_city(folder: &Path, day: Date) -> (String, u64) {
    let morning = format!("{day}T08:00:00+07:00");
    let line = |n: u32| around::ticket_line(&format!("GOC-{n}"), &morning);
    let lines = (0..6).map(line).collect::<String>();
    let embedded = |arguments: &[&str], stdin: &[u8]| {
        let common = ["--config", "langnghe.toml", "--data", "embedded"];
        crate::program::run(folder, &[&common[..], arguments].concat(), stdin).expect(0)
    };
    embedded(&["import", "-"], lines.as_bytes());
    let mut serve = crate::program::command(folder);
    serve.args(["--config", "langnghe.toml", "--data", "embedded", "serve"]);
    let (mut server, site) = Server::announced(serve.stderr(Stdio::null()));
    let record = SqlArchive::open(&folder.join("embedded/record.sqlite")).unwrap();
    let published = |day| record.digest(&DigestScope::City, day, None).unwrap();
    wait_for("a digest", HALF_A_MINUTE, || published(day));
    let digest = digest_of(&site, day);
    assert_eq!(server.stop(), Some(0));
    let revision = published(day).unwrap().revision;
    assert_eq!(revision, 1, "nothing revised it meanwhile");
    (digest, record.latest_seq().unwrap())
}

fn digest_of(site: &str, day: Date) -> String {
    let (status, body) = get(&format!(
        "{site}/api/v1/digests?unit=city&day={day}&revision=1"
    ))
    .unwrap();
    assert_eq!(status, 200, "{body}");
    assert!(body.contains("\"top\":[{"), "{body}");
    body
}

/// The record moves; a second time, and beside a program that runs, it is refused.
fn moves(folder: &Path, database: &Database) {
    let moved = run(folder, "embedded", &["--json", "migrate-to-postgres"], b"").expect(0);
    let said = &moved.json_lines()[0];
    assert!(said["n_tables"].as_u64() > Some(50), "{said}");
    assert!(said["n_rows"].as_u64() > Some(20), "{said}");
    let n_mentions = database.sql("SELECT count(*) FROM mentions");
    assert!(n_mentions.trim().parse::<u64>().unwrap() >= 6);
    let again = run(folder, "embedded", &["migrate-to-postgres"], b"").expect(1);
    assert!(
        again.stderr.contains("has rows already"),
        "{}",
        again.stderr
    );
    let lock = fs::File::create(folder.join("embedded/crawl.lock")).unwrap();
    lock.lock().unwrap();
    let beside = run(folder, "embedded", &["migrate-to-postgres"], b"").expect(1);
    assert!(beside.stderr.contains("crawl.lock"), "{}", beside.stderr);
}

/// An officer gives the first concern another name, which makes a revision, and the letters of it.
fn rename(folder: &Path, record: &SqlArchive, day: Date, loss: u64) {
    let digest = record
        .digest(&DigestScope::City, day, None)
        .unwrap()
        .unwrap();
    let concern = digest.top.first().unwrap().concern.to_string();
    let title = format!("Ngập trước chợ, lần {loss}");
    let by = ["--officer", "lan", "--reason", "gọi đúng tên"];
    let rename = ["concern", "rename", &concern, &title];
    run(folder, "desk", &[&rename[..], &by].concat(), b"").expect(0);
}

fn look(record: &SqlArchive, known: &mut Known) {
    let there = standing(record);
    for ticket in &known.tickets {
        assert!(there.contains(ticket), "an acknowledged ticket is lost");
    }
    let changes = record.mentions_after(0, 1_000_000).unwrap();
    let ids = changes.iter().map(|change| change.mention.clone());
    assert_eq!(
        ids.collect::<HashSet<_>>().len(),
        changes.len(),
        "a ticket is there twice"
    );
    published(record, known);
    assert!(matches!(
        record.verify_audit().unwrap(),
        AuditVerdict::Sound { .. }
    ));
}

/// Left alone, all catches up: letters, the day's revision, both indexes.
fn calm(record: &SqlArchive, sink: &Sink, known: &Known, searching: &[&Node]) {
    wait_for("every letter", HALF_A_MINUTE * 2, || {
        let counts = record.message_counts().unwrap();
        let is_open = |state| matches!(state, MessageState::Waiting | MessageState::InHand);
        let is_any = !counts.is_empty() && !counts.iter().any(|(_, state, _)| is_open(*state));
        is_any.then_some(())
    });
    for message in record.messages(None, None, 100_000).unwrap() {
        let n_arrived = sink.n_of(&message.endpoint);
        match message.state {
            MessageState::Delivered => assert_eq!(n_arrived, 1, "{message:?}"),
            MessageState::Dead => assert!(n_arrived <= 1, "{message:?}"),
            other => panic!("{other:?}"),
        }
    }
    // Writes go on behind the letters: a lag of 0 read a moment before says nothing of what stands there now.
    for node in searching {
        wait_for("the index equals the record", HALF_A_MINUTE * 2, || {
            let n_there = standing(record).len() as u64;
            let ready = get_json(&format!("{}/readyz", node.site));
            // Who shows pages does not say how many there are.
            let n_indexed = ready["n_indexed"].as_u64().unwrap_or(n_there);
            (ready["index_lag"] == 0 && n_indexed == n_there).then_some(())
        });
    }
    let ready = get_json(&format!("{}/readyz", searching[0].site));
    assert!(ready["n_indexed"].is_u64(), "{ready}");
    assert!(known.tickets.is_subset(&standing(record)));
}

#[test]
fn the_work_is_divided_only_over_a_shared_record() {
    let folder = tempfile::tempdir().unwrap();
    let refused = crate::program::run(folder.path(), &["serve", "--role", "crawl"], b"").expect(1);
    assert!(
        refused.stderr.contains("data.postgres"),
        "{}",
        refused.stderr
    );
    let unknown = crate::program::run(folder.path(), &["serve", "--role", "webb"], b"").expect(2);
    assert!(
        unknown.stderr.contains("crawl, process, index, web"),
        "{}",
        unknown.stderr
    );
}
