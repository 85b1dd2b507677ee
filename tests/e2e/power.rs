//! The power goes: what was not synced is lost, wholly or in part. The program's system calls are recorded while
//! a newspaper prints, a hotline delivers, an officer renames and asks, a unit answers and letters go out; then a
//! disk that keeps only what was synced (`power/disk.rs`) is cut off at chosen calls, and what it kept is looked
//! at as after a kill: everything told to somebody before that call is there, and no letter goes again.
//!
//! `LANGNGHE_CRASHES` says how often the power goes (`make crash`: 200), `LANGNGHE_CRASH_SEED` with which dice.

mod disk;

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use indexer::{EmbeddedArchive, MessageState, Outbox};
use models::domain::day_in_vietnam;

use self::disk::{Disk, Luck, Step};
use crate::comes_in::now;
use crate::crashes::around::{self, Newsstand, Sink, mention_of};
use crate::crashes::clerks::{Clerks, Done};
use crate::crashes::{Dice, Hotline, Known, Published, asked, look, published, standing};
use crate::hooks::city;
use crate::program::{Server, command, get, run, wait_for};
use crate::strace::{calls, signal, traced, traced_id};

/// Cuts in one run; `LANGNGHE_CRASHES` asks for more.
const CUTS: u64 = 8;

/// How long it is watched.
const SHIFT: Duration = Duration::from_secs(8);

const WATCHED: &str = "trace=openat,creat,write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,ftruncate,\
    truncate,fallocate,lseek,rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,link,linkat,symlink,\
    symlinkat,fsync,fdatasync,copy_file_range,sendfile";

/// What somebody outside was told, and at which step.
enum Told {
    Ticket(String),
    /// A request that was asked or answered.
    Request(u64),
    /// A letter that a mail server was given, by its number.
    Letter(String),
}

#[test]
fn what_was_promised_is_there_after_the_power_went() {
    let n_cuts = asked("LANGNGHE_CRASHES", CUTS);
    let mut dice = Dice(asked("LANGNGHE_CRASH_SEED", 8) + 2);
    let mut shift = Shift::watched();
    let mut moments = (0..n_cuts)
        .map(|n| shift.moment(n, &mut dice))
        .collect::<Vec<_>>();
    moments.sort_unstable();
    let mut was_busy = [0; 4];
    for (n, moment) in moments.into_iter().enumerate() {
        shift.disk.take_until(&shift.steps, moment);
        let luck = [Luck::None, Luck::Some, Luck::Some, Luck::All][n % 4];
        let world = World::after(shift.folder.path(), &shift.disk, luck, &mut dice);
        let seen = world.expect(shift.promised_before(moment));
        for (all, one) in was_busy.iter_mut().zip(seen) {
            *all += one;
        }
    }
    // What was thought of the disk is what it is.
    shift.disk.take_until(&shift.steps, shift.steps.len());
    shift.disk.expect_is(&shift.folder.path().join("data"));
    let of = |is: fn(&Told) -> bool| shift.told.iter().filter(|(_, told)| is(told)).count();
    let [pages, index, letters, messages] = was_busy;
    println!(
        "cuts={n_cuts} of {} calls, tickets={} answers to forms={} letters={} lost=0 twice=0; under way when the \
         power went: pages {pages}, index {index}, letters {letters}, messages {messages}",
        shift.steps.len(),
        of(|told| matches!(told, Told::Ticket(_))),
        of(|told| matches!(told, Told::Request(_))),
        of(|told| matches!(told, Told::Letter(_))),
    );
}

/// What the program did and told while it was watched.
struct Shift {
    folder: tempfile::TempDir,
    /// As it was before.
    disk: Disk,
    steps: Vec<Option<Step>>,
    told: Vec<(usize, Told)>,
    /// What was in the record before.
    imported: HashSet<String>,
    /// What was published in the end.
    published: Published,
}

impl Shift {
    fn watched() -> Self {
        let folder = city();
        let root = folder.path();
        let (stand, sink) = (Newsstand::open(), Sink::open());
        around::configure(root, stand.port, sink.port);
        around::recipients(root, 3);
        let day = day_in_vietnam(now()).yesterday().unwrap();
        let morning = format!("{day}T08:00:00+07:00");
        let codes = (0..6).map(|n| format!("GOC-{n}")).collect::<Vec<_>>();
        let lines = codes
            .iter()
            .map(|code| around::ticket_line(code, &morning))
            .collect::<String>();
        let import = ["--config", "langnghe.toml", "import", "-"];
        run(root, &import, lines.as_bytes()).expect(0);
        let clerks = Clerks::hire(root, day);
        // Some who have had no letter yet.
        around::recipients(root, 9);
        let data = root.join("data");
        let disk = Disk::with(&data);

        let options = ["-xx", "-s", "16777216", "-e", WATCHED];
        let (mut strace, site) = Server::announced(traced(root, &options).stderr(Stdio::null()));
        let work = clerks.work(&site);
        let hotline = Hotline::call(site, 0);
        std::thread::sleep(SHIFT);
        let (mut acknowledged, mut done) = (Vec::new(), Done::default());
        hotline.hang_up(&mut acknowledged);
        work.end(&mut done);
        signal("-TERM", traced_id(&strace));
        strace.wait();
        stand.stop_printing();

        let log = fs::read_to_string(root.join("strace.log")).unwrap();
        let steps = disk::steps(&calls(&log), &data);
        assert!(
            !acknowledged.is_empty() && !done.asked.is_empty(),
            "nothing was at stake"
        );
        let told = told(&steps, acknowledged);
        let mut known = Known::default();
        let record = EmbeddedArchive::open(&data.join("record.sqlite")).unwrap();
        published(&record, &mut known);
        drop(record);
        Self {
            disk,
            steps,
            told,
            imported: codes.iter().map(|code| mention_of(code)).collect(),
            published: known.published,
            folder,
        }
    }

    /// A call at which the power goes: when somebody has just been told something, a little later, or any.
    fn moment(&self, n: u64, dice: &mut Dice) -> usize {
        let (last, _) = self.told[dice.below(self.told.len() as u64) as usize];
        let moment = match n % 3 {
            0 => last + 1,
            1 => last + 1 + dice.below(40) as usize,
            _ => dice.below(self.steps.len() as u64 + 1) as usize,
        };
        moment.min(self.steps.len())
    }

    fn promised_before(&self, moment: usize) -> Promised {
        let mut promised = Promised {
            known: Known {
                tickets: self.imported.clone(),
                published: self.published.clone(),
                ..Known::default()
            },
            letters: BTreeSet::new(),
        };
        let before = self.told.iter().take_while(|(step, _)| *step < moment);
        before.for_each(|(_, told)| promised.add(told));
        promised
    }
}

/// A disk that says it has synced and has not loses what was promised, and that is noticed here.
#[test]
fn a_disk_that_does_not_keep_its_word_is_noticed() {
    let shift = Shift::watched();
    let is_ticket = |told: &Told| matches!(told, Told::Ticket(_));
    let first = shift.told.iter().find(|(_, told)| is_ticket(told));
    let moment = first.unwrap().0 + 1;
    let mut liar = shift.disk.clone().lying_about("record.sqlite-wal");
    liar.take_until(&shift.steps, moment);
    let mut dice = Dice(8);
    let world = World::after(shift.folder.path(), &liar, Luck::None, &mut dice);
    let record = EmbeddedArchive::open(&world.0.path().join("data/record.sqlite")).unwrap();
    let promised = shift.promised_before(moment);
    assert!(!promised.known.tickets.is_subset(&standing(&record)));
}

/// Who was told what, with the step at which it went out. The hotline waits for each answer before it sends
/// the next, so tickets were acknowledged in the order in which it heard of them.
fn told(steps: &[Option<Step>], tickets: Vec<String>) -> Vec<(usize, Told)> {
    let mut all = Vec::new();
    let mut tickets = tickets.into_iter();
    for (at, step) in steps.iter().enumerate() {
        let Some(Step::Told { bytes }) = step else {
            continue;
        };
        let words = String::from_utf8_lossy(bytes);
        if words.contains("\"status\":\"recorded\"") {
            let ticket = tickets.next().expect("the hotline heard every answer");
            all.push((at, Told::Ticket(ticket)));
        }
        let to = words.strip_prefix("HTTP/1.1 303");
        let to = to.and_then(|rest| rest.split("location: /yeu-cau/").nth(1));
        let id = to.and_then(|rest| {
            rest.split(|c: char| !c.is_ascii_digit())
                .next()?
                .parse()
                .ok()
        });
        all.extend(id.map(|id| (at, Told::Request(id))));
        let letter = words.split("Message-ID:").nth(1);
        let number = letter.and_then(|rest| rest.lines().next());
        all.extend(number.map(|number| (at, Told::Letter(number.trim().to_owned()))));
    }
    assert_eq!(tickets.next(), None, "every answer was seen on its way");
    all
}

/// What must be there, and the letters, which must not go again.
struct Promised {
    known: Known,
    letters: BTreeSet<String>,
}

impl Promised {
    fn add(&mut self, told: &Told) {
        match told {
            Told::Ticket(id) => {
                self.known.tickets.insert(id.clone());
            }
            // First it is asked, then it is answered.
            Told::Request(id) => {
                if !self.known.requests.asked.insert(*id) {
                    self.known.requests.answered.insert(*id);
                }
            }
            Told::Letter(number) => {
                self.letters.insert(number.clone());
            }
        }
    }
}

/// The city as it is found when the power is back.
struct World(tempfile::TempDir);

impl World {
    fn after(city: &Path, disk: &Disk, luck: Luck, dice: &mut Dice) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for found in fs::read_dir(city).unwrap() {
            let found = found.unwrap();
            let is_setting =
                found.file_type().unwrap().is_file() && found.file_name() != "strace.log";
            if is_setting {
                fs::copy(found.path(), folder.path().join(found.file_name())).unwrap();
            }
        }
        disk.after_a_cut(luck, dice, &folder.path().join("data"));
        Self(folder)
    }

    /// What was promised is kept, and the program goes on from there. Gives in how many ways it was busy when
    /// the power went: pages, index, letters, messages.
    fn expect(&self, promised: Promised) -> [u64; 4] {
        let folder = self.0.path();
        let Promised { mut known, letters } = promised;
        look(folder, &mut known);
        let was_busy = [
            known.reading,
            known.unindexed,
            known.handing_over,
            known.waiting,
        ];
        // What was published and then lost was seen by nobody, and may be published otherwise.
        known.published.clear();
        let record = EmbeddedArchive::open(&folder.join("data/record.sqlite")).unwrap();
        published(&record, &mut known);
        drop(record);
        let sink = Sink::open();
        let mut serve = command(folder);
        serve
            .args(["--config", "langnghe.toml", "serve"])
            .env(
                "LANGNGHE_MAIL__SERVER",
                format!("smtp://127.0.0.1:{}", sink.port),
            )
            .stderr(Stdio::null());
        let (mut server, site) = Server::announced(&mut serve);
        let a_minute = Duration::from_mins(1);
        wait_for("the index", a_minute, || {
            let (status, words) = get(&format!("{site}/readyz"))?;
            let ready: serde_json::Value = serde_json::from_str(&words).ok()?;
            (status == 200 && ready["index_lag"] == 0).then_some(())
        });
        wait_for("the letters that still wait", a_minute, || {
            let record = EmbeddedArchive::open(&folder.join("data/record.sqlite")).unwrap();
            let counts = record.message_counts().unwrap();
            let is_open = |state| matches!(state, MessageState::Waiting | MessageState::InHand);
            (!counts.iter().any(|(_, state, _)| is_open(*state))).then_some(())
        });
        assert_eq!(server.stop(), Some(0));
        sink.expect_each_once();
        for number in sink.numbers() {
            assert!(!letters.contains(&number), "{number} went again");
        }
        look(folder, &mut known);
        was_busy
    }
}
