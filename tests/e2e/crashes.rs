//! kill -9 at random moments of crawl, deliveries, indexing, publication, mail and migration. After each:
//! what was acknowledged is there, the index equals the record, what was published is as it was, and no
//! letter went twice.
//!
//! `LANGNGHE_CRASHES` says how often (`make crash`: 200), `LANGNGHE_CRASH_SEED` with which dice.

pub mod around;
pub mod clerks;

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indexer::{
    Accounts, Archive, AuditVerdict, EmbeddedArchive, EmbeddedSearch, MessageState, Outbox, Queue,
    SearchIndex,
};
use jiff::ToSpan;
use models::domain::{DigestScope, day_in_vietnam};

use self::around::{Newsstand, Sink, mention_of};
use self::clerks::{Clerks, Done};
use crate::backup::past_records;
use crate::comes_in::now;
use crate::hooks::{Sent, city};
use crate::program::{Server, command, get_json, run, wait_for};

const CONFIG: [&str; 2] = ["--config", "langnghe.toml"];

/// Kills in one run; `LANGNGHE_CRASHES` asks for more.
const CRASHES: u64 = 25;

/// Numbers that look random and are the same for the same seed (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

pub fn asked(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |asked| asked.parse().unwrap())
}

/// Bytes of what was published, by scope, day and revision.
pub type Published = BTreeMap<(String, String, u32), Vec<u8>>;

/// What the outside world was told, and what was seen so far.
#[derive(Default)]
pub struct Known {
    pub tickets: HashSet<String>,
    pub edits: HashSet<u64>,
    pub requests: Done,
    pub published: Published,
    /// In how many kills something was under way.
    pub reading: u64,
    pub unindexed: u64,
    pub handing_over: u64,
    pub waiting: u64,
}

#[test]
fn nothing_acknowledged_is_lost_however_often_it_is_killed() {
    let (n_crashes, seed) = (
        asked("LANGNGHE_CRASHES", CRASHES),
        asked("LANGNGHE_CRASH_SEED", 8),
    );
    let folder = city();
    let folder = folder.path();
    let (stand, sink) = (Newsstand::open(), Sink::open());
    around::configure(folder, stand.port, sink.port);
    let mut dice = Dice(seed);
    let mut known = Known::default();
    // A day that is published at once, so that there is something to revise and to tell.
    let day = day_in_vietnam(now()).yesterday().unwrap();
    let morning = format!("{day}T08:00:00+07:00");
    let line = |n: u32| around::ticket_line(&format!("GOC-{n}"), &morning);
    let lines = (0..6).map(line).collect::<String>();
    run(
        folder,
        &[&CONFIG[..], &["import", "-"]].concat(),
        lines.as_bytes(),
    )
    .expect(0);
    for n in 0..6 {
        known.tickets.insert(mention_of(&format!("GOC-{n}")));
    }
    let clerks = Clerks::hire(folder, day);
    let mut number = 0;
    for crash in 0..n_crashes {
        around::recipients(folder, crash + 1);
        edit(folder, crash, &mut known);
        let before_it_opens = dice.below(5) == 0;
        let moment = Duration::from_millis(dice.below(if before_it_opens { 900 } else { 2_600 }));
        let mut serve = command(folder);
        serve.args(CONFIG).arg("serve").stderr(Stdio::null());
        if before_it_opens {
            let mut server = Server::start(serve.stdout(Stdio::null()));
            std::thread::sleep(moment);
            server.kill();
        } else {
            let (mut server, site) = Server::announced(&mut serve);
            let shift = clerks.work(&site);
            let hotline = Hotline::call(site, number);
            std::thread::sleep(moment);
            server.kill();
            shift.end(&mut known.requests);
            number = hotline.hang_up(&mut known.tickets);
        }
        look(folder, &mut known);
        sink.expect_each_once();
    }
    calm_down(folder, &known, &stand, &sink);
    let n_letters = sink.expect_each_once();
    println!(
        "crashes={n_crashes} seed={seed} tickets={} edits={} requests={} answers={} revisions={} \
         letters={n_letters} articles={} lost=0 twice=0; under way when killed: pages {}, index {}, letters {}, messages {}",
        known.tickets.len(),
        known.edits.len(),
        known.requests.asked.len(),
        known.requests.answered.len(),
        known.published.len(),
        stand.n_listed(),
        known.reading,
        known.unindexed,
        known.handing_over,
        known.waiting,
    );
    assert!(
        known.published.len() > 1 && n_letters > 0 && !known.requests.asked.is_empty(),
        "nothing was at stake"
    );
}

/// Deliveries one after the other, each acknowledged or not.
pub struct Hotline {
    enough: Arc<AtomicBool>,
    calls: std::thread::JoinHandle<(u64, Vec<String>)>,
}

impl Hotline {
    pub fn call(site: String, first: u64) -> Self {
        let enough = Arc::<AtomicBool>::default();
        let hung_up = Arc::clone(&enough);
        let calls = std::thread::spawn(move || {
            let (mut number, mut acknowledged) = (first, Vec::new());
            while !hung_up.load(Ordering::SeqCst) {
                let code = format!("PA-{number}");
                let sent = Sent::new(
                    &format!("msg_{number}"),
                    &crate::hooks::ticket(&code, "open"),
                );
                if sent.try_post(&site) == Some(200) {
                    acknowledged.push(mention_of(&code));
                }
                number += 1;
            }
            (number, acknowledged)
        });
        Self { enough, calls }
    }

    /// What was acknowledged is added in its order.
    pub fn hang_up(self, known: &mut impl Extend<String>) -> u64 {
        self.enough.store(true, Ordering::SeqCst);
        let (number, acknowledged) = self.calls.join().unwrap();
        known.extend(acknowledged);
        number
    }
}

/// An officer edits: the topic of a report, and once the day is published, the name of its first concern,
/// which makes a revision.
fn edit(folder: &Path, crash: u64, known: &mut Known) {
    let mention = mention_of(&format!("GOC-{}", crash % 6));
    let topic = ["road", "drainage"][(crash / 6 % 2) as usize];
    let by = ["--officer", "lan", "--reason", "đọc nhầm"];
    let day = day_in_vietnam(now()).yesterday().unwrap();
    let path = folder.join("data/record.sqlite");
    let shown = {
        let record = EmbeddedArchive::open(&path).unwrap();
        record.digest(&DigestScope::City, day, None).unwrap()
    };
    let first = shown.and_then(|digest| Some(digest.top.first()?.concern.to_string()));
    let title = format!("Ngập trước chợ, lần {crash}");
    let made = match &first {
        Some(concern) => vec!["concern", "rename", concern, &title],
        None => vec!["correct", "mention", &mention, "--topic", topic],
    };
    run(folder, &[&CONFIG[..], &made, &by].concat(), b"").expect(0);
    let record = EmbeddedArchive::open(&path).unwrap();
    known.edits.insert(record.latest_correction().unwrap());
}

/// What must hold whenever it was killed.
pub fn look(folder: &Path, known: &mut Known) {
    let data = folder.join("data");
    let record = EmbeddedArchive::open(&data.join("record.sqlite")).unwrap();
    assert_eq!(record.check().unwrap(), Vec::<String>::new());
    let standing = standing(&record);
    for ticket in &known.tickets {
        assert!(standing.contains(ticket), "an acknowledged ticket is lost");
    }
    let edits = record.corrections().unwrap();
    for seq in &known.edits {
        assert!(
            edits.iter().any(|made| made.seq == *seq),
            "edit {seq} is lost"
        );
    }
    known.requests.look(&record);
    assert!(matches!(
        record.verify_audit().unwrap(),
        AuditVerdict::Sound { .. }
    ));
    published(&record, known);
    let counts = record.message_counts().unwrap();
    let is_any = |state| counts.iter().any(|(_, found, _)| *found == state);
    known.handing_over += u64::from(is_any(MessageState::InHand));
    known.waiting += u64::from(is_any(MessageState::Waiting));
    // A lease that is open belongs to a page that was being read.
    let lent = rusqlite::Connection::open(data.join("record.sqlite")).unwrap();
    let leases: i64 = lent
        .query_row(
            "SELECT count(*) FROM queue_pages WHERE state = 1",
            [],
            |row| row.get(0),
        )
        .unwrap();
    known.reading += u64::from(leases > 0);
    let index = EmbeddedSearch::open(&data.join("search")).unwrap();
    known.unindexed += u64::from(index.lag(&record).unwrap() > 0);
    index.catch_up(&record).unwrap();
    assert_eq!(index.lag(&record).unwrap(), 0);
    assert_eq!(index.n_mentions().unwrap() as usize, standing.len());
}

pub fn standing(record: &EmbeddedArchive) -> HashSet<String> {
    let changes = record.mentions_after(0, 1_000_000).unwrap();
    let now = changes.into_iter().filter_map(|change| change.now);
    now.map(|found| found.mention.id.to_string()).collect()
}

/// Revisions follow each other without a gap, and none says anything else than it did.
pub fn published(record: &EmbeddedArchive, known: &mut Known) {
    let today = day_in_vietnam(now());
    for back in 0..3 {
        let day = today.saturating_sub(back.days());
        let scope = DigestScope::City;
        let revisions = record.revisions(&scope, day).unwrap();
        let mut numbers = revisions.iter().map(|one| one.revision).collect::<Vec<_>>();
        numbers.sort_unstable();
        let expected = (1..=numbers.len() as u32).collect::<Vec<_>>();
        assert_eq!(
            numbers, expected,
            "a revision of {day} is missing or doubled"
        );
        for number in numbers {
            let digest = record.digest(&scope, day, Some(number)).unwrap().unwrap();
            let bytes = indexer::digest_bytes(&digest).unwrap();
            let key = ("city".to_owned(), day.to_string(), number);
            let before = known.published.entry(key).or_insert_with(|| bytes.clone());
            assert!(
                *before == bytes,
                "revision {number} of {day} has two truths"
            );
        }
    }
}

/// Left alone, it catches up: every page of the newspaper, every letter, the index.
fn calm_down(folder: &Path, known: &Known, stand: &Newsstand, sink: &Sink) {
    stand.stop_printing();
    let mut serve = command(folder);
    serve.args(CONFIG).arg("serve").stderr(Stdio::null());
    let (mut server, site) = Server::announced(&mut serve);
    let n_expected = stand.n_listed();
    let two_minutes = Duration::from_mins(2);
    wait_for("every article", two_minutes, || {
        let found = get_json(&format!(
            "{site}/api/v1/search?q=%22b%C3%A0i+b%C3%A1o+s%E1%BB%91%22&limit=1"
        ));
        (found["total"].as_u64() >= Some(n_expected)).then_some(())
    });
    wait_for("an empty queue and index", two_minutes, || {
        let ready = get_json(&format!("{site}/readyz"));
        (ready["index_lag"] == 0).then_some(())
    });
    wait_for("every letter", two_minutes, || {
        let record = EmbeddedArchive::open(&folder.join("data/record.sqlite")).unwrap();
        let counts = record.message_counts().unwrap();
        let is_open = |state| matches!(state, MessageState::Waiting | MessageState::InHand);
        let is_calm = !counts.iter().any(|(_, state, _)| is_open(*state));
        (is_calm && known.requests.everybody_was_told(&record)).then_some(())
    });
    assert_eq!(server.stop(), Some(0));
    let record = EmbeddedArchive::open(&folder.join("data/record.sqlite")).unwrap();
    assert_eq!(record.queue_counts().unwrap().n_given_up, 0);
    let standing = standing(&record);
    assert!(known.tickets.is_subset(&standing));
    // Each letter arrived, or is said to be unclear; none both waits and arrived.
    for message in record.messages(None, None, 100_000).unwrap() {
        // Of notices many go to one address: that none came twice is known by their numbers.
        let is_digest = message.endpoint.starts_with("mail:");
        let n_arrived = if is_digest {
            sink.n_of(&message.endpoint)
        } else {
            1
        };
        match message.state {
            MessageState::Delivered => assert_eq!(n_arrived, 1, "{message:?}"),
            MessageState::Dead => {
                let attempts = record.attempts(message.id).unwrap();
                let said = &attempts.last().unwrap().detail;
                assert!(
                    said.contains("không rõ đã tới chưa") && n_arrived <= 1,
                    "{said}"
                );
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_migration_that_is_killed_goes_on() {
    let n_crashes = asked("LANGNGHE_CRASHES", CRASHES).div_ceil(2);
    let mut dice = Dice(asked("LANGNGHE_CRASH_SEED", 8) + 1);
    let records = past_records();
    let mut levels_found = BTreeMap::new();
    for crash in 0..n_crashes {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        fs::create_dir(folder.join("data")).unwrap();
        let packed = &records[(crash as usize * 5) % records.len()];
        let bytes = zstd::decode_all(fs::File::open(packed).unwrap()).unwrap();
        let path = folder.join("data/record.sqlite");
        fs::write(&path, bytes).unwrap();
        let mut export = command(folder);
        export
            .args(["export", "mentions"])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut server = Server::start(&mut export);
        std::thread::sleep(Duration::from_micros(dice.below(60_000)));
        server.kill();
        let db = rusqlite::Connection::open(&path).unwrap();
        let level: u32 = db
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .unwrap();
        *levels_found.entry(level).or_insert(0) += 1;
        drop(db);
        let exported = run(folder, &["export", "mentions"], b"").expect(0);
        assert_eq!(exported.stdout.lines().count(), 11, "{}", packed.display());
        let record = EmbeddedArchive::open(&path).unwrap();
        assert_eq!(record.check().unwrap(), Vec::<String>::new());
    }
    println!("migrations killed={n_crashes}, schema found after the kill: {levels_found:?}");
}
