//! Digests by mail: a real server (OpenSMTPD) delivers them into mailboxes; each comes once, whatever is
//! killed and whoever is not there.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use jiff::ToSpan;
use models::domain::day_in_vietnam;
use serde_json::Value;

use crate::comes_in::{configure, now};
use crate::program::{Run, Server, command, run, wait_for};

const CONFIG: [&str; 2] = ["--config", "langnghe.toml"];

#[test]
fn a_digest_comes_once_to_each_mailbox() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut office = PostOffice::open(folder);
    configure(folder, "");
    office.write_settings(folder);

    // New recipients get what is published from now on: nothing yet.
    mail(folder, &["send"]).expect(0);
    let day = day_in_vietnam(now()).saturating_sub(2.days());
    import(folder, &ticket("P1", &format!("{day}T08:00:00+07:00")));
    publish(folder);

    // The server is away: the letters wait, and are said to.
    office.close();
    mail(folder, &["send"]).expect(2);
    assert!(office.letters("chu-tich").is_empty());
    let waits = state(folder, "chu-tich");
    assert_eq!(waits["last"]["state"], "waiting", "{waits}");

    office.reopen();
    wait_for("the letters", Duration::from_secs(90), || {
        // The server is left alone for a while, and each letter has its pause.
        mail(folder, &["send"]);
        (office.letters("chu-tich").len() == 1 && office.letters("phuong").len() == 1).then_some(())
    });

    // A recipient whom the server does not know is given up, with what the server said.
    let unknown = state(folder, "khong-ai");
    assert_eq!(unknown["last"]["state"], "dead", "{unknown}");
    let said = unknown["last"]["detail"].as_str().unwrap();
    assert!(said.starts_with("SMTP 5"), "{said}");

    let letter = Parsed::read(&office.letters("chu-tich")[0]);
    assert!(letter.subject.starts_with("Bản tin ngày: "), "{letter:?}");
    assert!(letter.to.contains("Chủ tịch") && letter.from.contains("Lắng Nghe"));
    for body in [&letter.text, &letter.html] {
        assert!(body.contains("Được quan tâm nhất"), "{body}");
        assert!(body.contains("https://langnghe.example/van-de/"), "{body}");
    }
    assert!(letter.html.len() <= 20_000, "{} bytes", letter.html.len());
    if cfg!(feature = "pdf") {
        // That of yesterday before the one of the day of the ticket.
        let names = [1, 2].map(|n| {
            let day = day_in_vietnam(now()).saturating_sub(n.days());
            format!("ban-tin-city-day-{day}.pdf")
        });
        assert_eq!(letter.attached, names);
    }

    // Nothing comes twice: not by another round, a restart, or a kill.
    mail(folder, &["send"]).expect(0);
    for _ in 0..3 {
        let mut serve = command(folder);
        serve
            .args(CONFIG)
            .args(["serve", "--listen", "127.0.0.1:0"]);
        let (mut serve, _) = Server::announced(serve.stderr(Stdio::null()));
        std::thread::sleep(Duration::from_secs(2));
        serve.kill();
    }
    assert_eq!(office.letters("chu-tich").len(), 1);
    assert_eq!(office.letters("phuong").len(), 1);
}

#[test]
fn a_letter_whose_fate_is_unclear_is_not_sent_again_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // A server that takes the letter and falls silent before it says so.
    let silent = Silent::start();
    configure(folder, "");
    write_mail_settings(folder, silent.port, &[("chu-tich", "chu-tich")]);
    mail(folder, &["send"]).expect(0);
    let day = day_in_vietnam(now()).saturating_sub(2.days());
    import(folder, &ticket("P1", &format!("{day}T08:00:00+07:00")));
    publish(folder);

    let mut serve = command(folder);
    serve
        .args(CONFIG)
        .args(["serve", "--listen", "127.0.0.1:0"]);
    let (mut serve, _) = Server::announced(serve.stderr(Stdio::null()));
    wait_for("the letter's last byte", Duration::from_secs(30), || {
        (silent.n_letters() == 1).then_some(())
    });
    serve.kill();
    assert_eq!(state(folder, "chu-tich")["last"]["state"], "in_hand");

    let mut serve = command(folder);
    serve
        .args(CONFIG)
        .args(["serve", "--listen", "127.0.0.1:0"]);
    let (_serve, _) = Server::announced(serve.stderr(Stdio::null()));
    let shown = wait_for("it is given up", Duration::from_secs(30), || {
        let shown = state(folder, "chu-tich");
        (shown["last"]["state"] == "dead").then_some(shown)
    });
    let said = shown["last"]["detail"].as_str().unwrap();
    assert!(said.contains("không rõ đã tới chưa"), "{said}");
    std::thread::sleep(Duration::from_secs(12));
    assert_eq!(silent.n_letters(), 1, "only people send it again");
}

#[test]
fn what_is_wrong_with_mail_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    configure(folder, "");
    fs::write(folder.join("recipients.toml"), recipient("a", "a")).unwrap();
    let missing = mail(folder, &[]).expect(1);
    assert!(
        missing.stderr.contains("[mail] server"),
        "{}",
        missing.stderr
    );
    write_mail_settings(folder, 9, &[("a", "a")]);
    let unknown = mail(folder, &["preview", "b", "--out", "b.eml"]).expect(1);
    assert!(
        unknown.stderr.contains("recipients.toml"),
        "{}",
        unknown.stderr
    );
    let early = mail(folder, &["preview", "a", "--out", "a.eml"]).expect(1);
    assert!(
        early.stderr.contains("nothing was published"),
        "{}",
        early.stderr
    );
}

fn mail(folder: &Path, arguments: &[&str]) -> Run {
    let all = [&CONFIG[..], &["--json", "mail"], arguments].concat();
    run(folder, &all, b"")
}

fn state(folder: &Path, recipient: &str) -> Value {
    let lines = mail(folder, &[]).expect(0).json_lines();
    let found = lines.into_iter().find(|line| line["id"] == recipient);
    found.unwrap()
}

pub fn publish(folder: &Path) {
    run(folder, &[&CONFIG[..], &["crawl", "--once"]].concat(), b"").expect(0);
}

pub fn import(folder: &Path, line: &str) {
    let import = [&CONFIG[..], &["import", "-"]].concat();
    run(folder, &import, line.as_bytes()).expect(0);
}

pub fn ticket(id: &str, at: &str) -> String {
    format!(
        "{{\"id\":\"{id}\",\"channel\":\"hotline\",\"source\":\"1022\",\"published_at\":\"{at}\",\
         \"title\":\"Đường ngập\",\"text\":\"Đường trước chợ ngập sâu sau mưa, xe chết máy.\",\
         \"parent_id\":null,\"engagement\":null,\"ticket\":{{\"field\":\"Hạ tầng\",\
         \"address\":\"Phường Hiệp Bình\",\"status\":\"open\",\"due_at\":null,\"closed_at\":null,\
         \"rating\":null}}}}\n"
    )
}

fn recipient(id: &str, mailbox: &str) -> String {
    format!(
        "[[recipient]]\nid = \"{id}\"\nname = \"Chủ tịch\"\naddress = \"{mailbox}@example.vn\"\n\
         at = \"00:00\"\n"
    )
}

pub fn write_mail_settings(folder: &Path, port: u16, recipients: &[(&str, &str)]) {
    let settings = fs::read_to_string(folder.join("langnghe.toml")).unwrap();
    let settings = settings.replace(
        "[server]\n",
        "[server]\npublic_url = \"https://langnghe.example\"\n",
    );
    assert!(settings.contains("public_url"), "{settings}");
    let more = format!(
        "\n[mail]\nserver = \"smtp://127.0.0.1:{port}\"\nfrom = \"langnghe@example.vn\"\nwait = \"0s\"\n"
    );
    fs::write(folder.join("langnghe.toml"), settings + &more).unwrap();
    let all = recipients
        .iter()
        .map(|(id, mailbox)| recipient(id, mailbox));
    fs::write(folder.join("recipients.toml"), all.collect::<String>()).unwrap();
    let retries = "retries = [\"1s\", \"1s\", \"1s\", \"1s\", \"1s\", \"1s\"]\n";
    fs::write(folder.join("endpoints.toml"), retries).unwrap();
}

/// A letter as another program reads it.
#[derive(Debug)]
pub struct Parsed {
    pub subject: String,
    from: String,
    to: String,
    pub text: String,
    pub html: String,
    attached: Vec<String>,
}

impl Parsed {
    pub fn read(file: &Path) -> Self {
        let root = env!("CARGO_MANIFEST_DIR");
        let read = Command::new(format!("{root}/.tools/bin/python"))
            .arg(format!("{root}/tests/peers/letter.py"))
            .arg(file)
            .output()
            .expect("Python of the tests; run tests/tools.sh");
        assert!(
            read.status.success(),
            "{}",
            String::from_utf8_lossy(&read.stderr)
        );
        let found: Value = serde_json::from_slice(&read.stdout).unwrap();
        assert_eq!(found["defects"], serde_json::json!([]), "{found}");
        let text = |key: &str| found[key].as_str().unwrap().to_owned();
        let names = found["attached"].as_array().unwrap().iter();
        Self {
            subject: text("subject"),
            from: text("from"),
            to: text("to"),
            text: text("text"),
            html: text("html"),
            attached: names
                .map(|name| name.as_str().unwrap().to_owned())
                .collect(),
        }
    }
}

/// OpenSMTPD on loopback, with mailboxes in a folder.
pub struct PostOffice {
    settings: PathBuf,
    boxes: PathBuf,
    port: u16,
    process: Option<Server>,
    /// One post office at a time on a machine: OpenSMTPD has one socket of control.
    _turn: fs::File,
}

impl PostOffice {
    pub fn open(folder: &Path) -> Self {
        let turn =
            fs::File::create(std::env::temp_dir().join("langnghe-post-office.lock")).unwrap();
        turn.lock().unwrap();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let (settings, boxes) = (folder.join("smtpd.conf"), folder.join("boxes"));
        fs::create_dir(&boxes).unwrap();
        // It delivers as the user `nobody`, who must be able to write there.
        let everybody = fs::Permissions::from_mode(0o777);
        fs::set_permissions(&boxes, everybody).unwrap();
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
        let text = format!(
            "table people {{ \"chu-tich@example.vn\" = \"nobody\", \"phuong@example.vn\" = \"nobody\" }}\n\
             listen on 127.0.0.1 port {port}\n\
             action \"keep\" maildir \"{}/%{{rcpt.user}}\" virtual <people>\n\
             match from any for domain \"example.vn\" action \"keep\"\n",
            boxes.display()
        );
        fs::write(&settings, text).unwrap();
        fs::set_permissions(&settings, fs::Permissions::from_mode(0o644)).unwrap();
        let mut office = Self {
            settings,
            boxes,
            port,
            process: None,
            _turn: turn,
        };
        office.reopen();
        office
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn reopen(&mut self) {
        let mut smtpd = Command::new("/usr/sbin/smtpd");
        smtpd.args(["-d", "-f"]).arg(&self.settings);
        self.process = Some(Server::start(
            smtpd.stdout(Stdio::null()).stderr(Stdio::null()),
        ));
        let port = self.port;
        wait_for("the post office", Duration::from_secs(20), || {
            std::net::TcpStream::connect(("127.0.0.1", port)).ok()
        });
    }

    pub fn close(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.stop();
        }
    }

    pub fn write_settings(&self, folder: &Path) {
        let people = [
            ("chu-tich", "chu-tich"),
            ("khong-ai", "khong-ai"),
            ("phuong", "phuong"),
        ];
        write_mail_settings(folder, self.port, &people);
    }

    pub fn letters(&self, mailbox: &str) -> Vec<PathBuf> {
        let new = self.boxes.join(mailbox).join("new");
        let found = fs::read_dir(new).into_iter().flatten();
        found.map(|entry| entry.unwrap().path()).collect()
    }
}

impl Drop for PostOffice {
    fn drop(&mut self) {
        self.close();
    }
}

/// A server that reads a letter to its end and then says nothing.
struct Silent {
    port: u16,
    seen: std::sync::Arc<std::sync::atomic::AtomicUsize>,
}

impl Silent {
    fn start() -> Self {
        use std::io::{BufRead, BufReader, Write};
        use std::sync::atomic::Ordering;

        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = std::sync::Arc::<std::sync::atomic::AtomicUsize>::default();
        let counter = std::sync::Arc::clone(&seen);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let counter = std::sync::Arc::clone(&counter);
                std::thread::spawn(move || -> std::io::Result<()> {
                    let mut out = stream.try_clone()?;
                    out.write_all(b"220 im lang\r\n")?;
                    let mut in_data = false;
                    for line in BufReader::new(stream).lines() {
                        let line = line?;
                        match line.as_str() {
                            "." if in_data => {
                                counter.fetch_add(1, Ordering::SeqCst);
                                in_data = false;
                            }
                            _ if in_data => {}
                            "DATA" => {
                                in_data = true;
                                out.write_all(b"354 go on\r\n")?;
                            }
                            _ => out.write_all(b"250 ok\r\n")?,
                        }
                    }
                    Ok(())
                });
            }
        });
        Self { port, seen }
    }

    fn n_letters(&self) -> usize {
        self.seen.load(std::sync::atomic::Ordering::SeqCst)
    }
}
