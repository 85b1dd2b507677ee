//! An officer who asks a unit, and the unit that answers, while the program is killed under them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indexer::{EmbeddedArchive, MessageState, Outbox, Requests};
use jiff::civil::Date;
use models::domain::RequestId;

use crate::accounts::{PASSWORD, browse};
use crate::program::{Server, command, get, run, wait_for};

const CONFIG: [&str; 2] = ["--config", "langnghe.toml"];
const HERE: [&str; 2] = ["-H", "sec-fetch-site: same-origin"];

/// Questions of one shift at most: each becomes letters, which the mail server takes slowly.
const QUESTIONS: usize = 3;

const RULES: &str = "answer_days = 3\nremind_days = 1\nescalate_after = [1]\nquiet = [\"21:00\", \"06:30\"]\n\
    link_days = 30\npress_days = 1\npress_window_days = 14\n\
    [[contact]]\nof = \"unit:26740\"\nname = \"UBND phường\"\nmail = \"phuong@example.vn\"\n\
    [[contact]]\nof = \"desk\"\nname = \"Tổ báo chí\"\nmail = \"to-bao-chi@example.vn\"\n";

/// What they were told is done.
#[derive(Default)]
pub struct Done {
    pub asked: BTreeSet<u64>,
    pub answered: BTreeSet<u64>,
}

pub struct Clerks {
    officer: PathBuf,
    unit: PathBuf,
    concern: String,
}

impl Clerks {
    /// Two accounts, signed in, and something to ask about.
    pub fn hire(folder: &Path, day: Date) -> Self {
        let settings = fs::read_to_string(folder.join("langnghe.toml")).unwrap();
        let settings = settings + "[access]\ninsecure_loopback = true\n";
        fs::write(folder.join("langnghe.toml"), settings).unwrap();
        fs::write(folder.join("requests.toml"), RULES).unwrap();
        for (login, role, reach) in [
            ("an", "press_officer", "city"),
            ("phuong", "unit_responder", "26740"),
        ] {
            let add = [
                "user", "add", login, "--name", login, "--role", role, "--reach", reach,
            ];
            let password = format!("{PASSWORD}\n");
            run(folder, &[&CONFIG[..], &add].concat(), password.as_bytes()).expect(0);
        }
        let mut serve = command(folder);
        serve.args(CONFIG).arg("serve").stderr(Stdio::null());
        let (mut server, site) = Server::announced(&mut serve);
        let jars = ["an", "phuong"].map(|login| {
            let jar = folder.join(format!("jar-{login}"));
            let (name, password) = (format!("ten={login}"), format!("mat_khau={PASSWORD}"));
            let form = ["--data-urlencode", &name, "--data-urlencode", &password];
            browse(
                &jar,
                &format!("{site}/dang-nhap"),
                &[&HERE[..], &form].concat(),
            )
            .expect(303);
            jar
        });
        let concern = wait_for("a digest", Duration::from_mins(2), || {
            let (status, said) = get(&format!("{site}/api/v1/digests?unit=city&day={day}"))?;
            let said: serde_json::Value = serde_json::from_str(&said).ok()?;
            let concern = said[0]["top"][0]["concern"].as_str()?.to_owned();
            (status == 200).then_some(concern)
        });
        assert_eq!(server.stop(), Some(0));
        let [officer, unit] = jars;
        Self {
            officer,
            unit,
            concern,
        }
    }

    /// They work until they are told to stop, or nobody is there any more.
    pub fn work(&self, site: &str) -> Shift {
        let enough = Arc::<AtomicBool>::default();
        let stop = Arc::clone(&enough);
        let (officer, unit) = (self.officer.clone(), self.unit.clone());
        let (site, concern) = (site.to_owned(), self.concern.clone());
        let work = std::thread::spawn(move || {
            let mut done = Done::default();
            for n in 0..QUESTIONS {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                let form = format!(
                    "loai=concern&ve={concern}&gui_den=26740&cau_hoi=Bao+gi%E1%BB%9D+xong+{n}%3F&so_ngay=3&gui=1"
                );
                let ask = [&HERE[..], &["-d", &form]].concat();
                let Some(path) = posted(&officer, &format!("{site}/yeu-cau"), &ask) else {
                    continue;
                };
                let id = path
                    .trim_start_matches("/yeu-cau/")
                    .split('?')
                    .next()
                    .unwrap();
                let id = id.parse::<u64>().unwrap();
                done.asked.insert(id);
                let words = ["-F", "tra_loi=Đã khơi thông cống."];
                let answer = [&HERE[..], &words].concat();
                let answered = posted(&unit, &format!("{site}/yeu-cau/{id}/tra-loi"), &answer);
                if answered.is_some() {
                    done.answered.insert(id);
                }
            }
            done
        });
        Shift { enough, work }
    }
}

/// Where a form that was taken leads; nothing when no answer came, for the program was killed.
fn posted(jar: &Path, url: &str, form: &[&str]) -> Option<String> {
    let output = std::process::Command::new("curl")
        .args(["-s", "-o", "/dev/null", "--max-time", "20", "-b"])
        .arg(jar)
        .args(["-w", "%{http_code} %{redirect_url}"])
        .args(form)
        .arg(url)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let (status, to) = said.split_once(' ')?;
    assert!(matches!(status, "303" | "000" | "503"), "{url}: {said}");
    let (_, path) = to.split_once("//").filter(|_| status == "303")?;
    Some(format!("/{}", path.split_once('/')?.1))
}

pub struct Shift {
    enough: Arc<AtomicBool>,
    work: std::thread::JoinHandle<Done>,
}

impl Shift {
    pub fn end(self, known: &mut Done) {
        self.enough.store(true, Ordering::SeqCst);
        let done = self.work.join().unwrap();
        known.asked.extend(done.asked);
        known.answered.extend(done.answered);
    }
}

impl Done {
    /// What was said to be done is there.
    pub fn look(&self, record: &EmbeddedArchive) {
        for id in &self.asked {
            let found = record.request(RequestId(*id)).unwrap();
            assert!(found.is_some(), "request {id} is lost");
        }
        for id in &self.answered {
            let answers = record.request_answers(RequestId(*id)).unwrap();
            assert_eq!(answers.len(), 1, "the answer to {id} is lost or doubled");
        }
    }

    /// Whether the unit was told of every question and the desk of every answer, each once or not known.
    pub fn everybody_was_told(&self, record: &EmbeddedArchive) -> bool {
        let messages = record.messages(Some("notice:mail"), None, 100_000).unwrap();
        let ended = |state| matches!(state, MessageState::Delivered | MessageState::Dead);
        let about = |id: u64, whom: &str| {
            let start = format!("explanation/{id}/");
            let of = messages.iter().filter(|message| {
                message.key.starts_with(&start) && message.payload.contains(whom)
            });
            let of = of.collect::<Vec<_>>();
            assert!(
                of.len() <= 1,
                "{whom} is told of {id} more than once: {of:?}"
            );
            of.len() == 1 && ended(of[0].state)
        };
        self.asked.iter().all(|id| about(*id, "phuong@example.vn"))
            && self
                .answered
                .iter()
                .all(|id| about(*id, "to-bao-chi@example.vn"))
    }
}
