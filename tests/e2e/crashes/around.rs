//! The world around a city that is killed: a newspaper that goes on printing, a mail server that counts.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sha2::{Digest, Sha256};

/// The id under which a ticket of the hotline stands.
pub fn mention_of(code: &str) -> String {
    let mut hasher = Sha256::new();
    for part in ["ticket", "1022", code] {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    let mut id = models::domain::ContentHash(hasher.finalize().into()).to_string();
    id.truncate(24);
    id
}

/// A line for `import`.
pub fn ticket_line(code: &str, at: &str) -> String {
    let line = serde_json::json!({"id": code, "channel": "hotline", "source": "1022", "published_at": at,
        "title": "Đường ngập", "text": "Đường trước chợ ngập sâu sau mưa, xe chết máy.", "parent_id": null,
        "engagement": null, "ticket": {"field": "Hạ tầng", "address": "Phường Hiệp Bình", "status": "open",
        "due_at": null, "closed_at": null, "rating": null}});
    format!("{line}\n")
}

/// A city with a newspaper and a mail server, impatient in everything.
pub fn configure(folder: &Path, paper: u16, mail: u16) {
    let settings = format!(
        "[server]\nlisten = \"127.0.0.1:0\"\npublic_url = \"https://langnghe.example\"\n\
         [files]\nfolder = \".\"\n\
         [crawl]\ndelay_min = \"0s\"\ndelay_factor = 0.0\nallowed_networks = [\"127.0.0.0/8\"]\n\
         poll_min = \"1s\"\npoll_max = \"2s\"\n\
         [schedule]\nrefresh_every = \"1s\"\nedits_wait = \"0s\"\npages_wait = \"1s\"\n\
         digest_at = \"00:00\"\n\
         [mail]\nserver = \"smtp://127.0.0.1:{mail}\"\nfrom = \"langnghe@example.vn\"\nwait = \"0s\"\n"
    );
    fs::write(folder.join("langnghe.toml"), settings).unwrap();
    let mut sources = fs::read_to_string(folder.join("sources.toml")).unwrap();
    let _ = write!(
        sources,
        "[[source]]\nid = \"bao\"\nname = \"Báo\"\nchannel = \"press\"\nkind = \"feed\"\n\
         url = \"http://127.0.0.1:{paper}/tin.rss\"\n"
    );
    fs::write(folder.join("sources.toml"), sources).unwrap();
    recipients(folder, 1);
}

/// So many people get digests by mail; who is new gets what is published from then on.
pub fn recipients(folder: &Path, n: u64) {
    let mut all = String::new();
    for n in 0..n {
        let _ = write!(
            all,
            "[[recipient]]\nid = \"nguoi-{n}\"\nname = \"Người {n}\"\naddress = \"nguoi-{n}@example.vn\"\n\
             at = \"00:00\"\n"
        );
    }
    fs::write(folder.join("recipients.toml"), all).unwrap();
}

/// A newspaper that prints a few more articles at each visit.
pub struct Newsstand {
    pub port: u16,
    listed: Arc<AtomicU64>,
    printing: Arc<AtomicBool>,
}

impl Newsstand {
    pub fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let stand = Self {
            port,
            listed: Arc::default(),
            printing: Arc::new(AtomicBool::new(true)),
        };
        let (listed, printing) = (Arc::clone(&stand.listed), Arc::clone(&stand.printing));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (listed, printing) = (Arc::clone(&listed), Arc::clone(&printing));
                std::thread::spawn(move || answer(stream, port, &listed, &printing));
            }
        });
        stand
    }

    pub fn stop_printing(&self) {
        self.printing.store(false, Ordering::SeqCst);
    }

    /// Articles that stood in a listing so far.
    pub fn n_listed(&self) -> u64 {
        self.listed.load(Ordering::SeqCst)
    }
}

fn answer(mut stream: TcpStream, port: u16, listed: &AtomicU64, printing: &AtomicBool) {
    let mut request = BufReader::new(stream.try_clone().unwrap()).lines();
    let first = request.next().and_then(Result::ok).unwrap_or_default();
    while request
        .next()
        .and_then(Result::ok)
        .is_some_and(|line| !line.is_empty())
    {}
    let path = first.split(' ').nth(1).unwrap_or_default();
    let (status, kind, body) = if path == "/tin.rss" {
        if printing.load(Ordering::SeqCst) {
            listed.fetch_add(2, Ordering::SeqCst);
        }
        let n = listed.load(Ordering::SeqCst);
        ("200 OK", "application/rss+xml", feed(port, n))
    } else if let Some(number) = path
        .strip_prefix("/bai-")
        .and_then(|rest| rest.strip_suffix(".html"))
    {
        std::thread::sleep(Duration::from_millis(30));
        ("200 OK", "text/html; charset=utf-8", article(number))
    } else {
        ("404 Not Found", "text/plain", String::new())
    };
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n");
    // A visitor that was killed is gone.
    let _ = write!(stream, "{head}Connection: close\r\n\r\n{body}");
}

fn feed(port: u16, n: u64) -> String {
    let mut items = String::new();
    for n in 0..n {
        let _ = write!(
            items,
            "<item><title>Bài báo số {n}</title><link>http://127.0.0.1:{port}/bai-{n}.html</link>\
             <description>Người dân phường Phú Định than ngập kéo dài.</description></item>"
        );
    }
    format!("<rss version=\"2.0\"><channel><title>Báo</title>{items}</channel></rss>")
}

fn article(number: &str) -> String {
    let paragraph = "<p>Sau cơn mưa chiều, đường trước chợ Phú Định ngập nửa bánh xe, người dân phải dắt bộ \
                     và mong được sửa cống sớm.</p>";
    format!(
        "<html><head><title>Bài báo số {number}</title></head><body><article><h1>Bài báo số {number}</h1>\
         {}</article></body></html>",
        paragraph.repeat(4)
    )
}

/// A mail server that takes its time and counts what it took: letters by their number.
pub struct Sink {
    pub port: u16,
    taken: Arc<Mutex<BTreeMap<String, u64>>>,
}

impl Sink {
    pub fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let taken = Arc::<Mutex<BTreeMap<String, u64>>>::default();
        let counting = Arc::clone(&taken);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let counting = Arc::clone(&counting);
                std::thread::spawn(move || receive(stream, &counting));
            }
        });
        Self { port, taken }
    }

    /// Fails when a letter came twice; gives how many came.
    #[track_caller]
    pub fn expect_each_once(&self) -> u64 {
        let taken = self.taken.lock().unwrap();
        for (letter, n) in &*taken {
            assert_eq!(*n, 1, "{letter} came {n} times");
        }
        taken.len() as u64
    }

    /// The numbers of the letters that came.
    pub fn numbers(&self) -> BTreeSet<String> {
        let taken = self.taken.lock().unwrap();
        let numbers = taken.keys().filter_map(|letter| letter.split_once(' '));
        numbers.map(|(_, number)| number.to_owned()).collect()
    }

    /// How many letters a recipient got; one a day is meant.
    pub fn n_of(&self, endpoint: &str) -> u64 {
        let who = format!("{}@", endpoint.trim_start_matches("mail:"));
        let taken = self.taken.lock().unwrap();
        let of = taken.iter().filter(|(letter, _)| letter.starts_with(&who));
        of.map(|(_, n)| n).sum()
    }
}

/// A letter counts when its last byte came, answered or not.
fn receive(stream: TcpStream, taken: &Mutex<BTreeMap<String, u64>>) -> std::io::Result<()> {
    let mut out = stream.try_clone()?;
    out.write_all(b"220 thu\r\n")?;
    let (mut in_data, mut to, mut number) = (false, String::new(), String::new());
    for line in BufReader::new(stream).lines() {
        let line = line?;
        match line.as_str() {
            "." if in_data => {
                in_data = false;
                *taken
                    .lock()
                    .unwrap()
                    .entry(format!("{to} {number}"))
                    .or_insert(0) += 1;
                std::thread::sleep(Duration::from_millis(60));
                out.write_all(b"250 taken\r\n")?;
            }
            line if in_data => {
                if let Some(id) = line.strip_prefix("Message-ID:") {
                    id.trim().clone_into(&mut number);
                }
            }
            "DATA" => {
                in_data = true;
                out.write_all(b"354 go on\r\n")?;
            }
            "QUIT" => {
                out.write_all(b"221 bye\r\n")?;
                return Ok(());
            }
            line => {
                if let Some(rest) = line.strip_prefix("RCPT TO:<") {
                    rest.split('>')
                        .next()
                        .unwrap_or_default()
                        .clone_into(&mut to);
                }
                out.write_all(b"250 ok\r\n")?;
            }
        }
    }
    Ok(())
}

/// A newspaper whose articles say what a test wants them to say.
pub struct Paper {
    port: u16,
}

impl Paper {
    pub fn of(articles: Vec<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                let mut request = BufReader::new(stream.try_clone().unwrap()).lines();
                let first = request.next().and_then(Result::ok).unwrap_or_default();
                let (status, body) = match first.split(' ').nth(1) {
                    Some("/tin.rss") => ("200 OK", told(port, &articles)),
                    _ => ("404 Not Found", String::new()),
                };
                let length = body.len();
                let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n");
                // A visitor that has gone comes again.
                let _ = write!(stream, "{head}Connection: close\r\n\r\n{body}");
            }
        });
        Self { port }
    }

    /// Its entry in `sources.toml`.
    pub fn source(&self) -> String {
        format!(
            "[[source]]\nid = \"bao\"\nname = \"Báo\"\nchannel = \"press\"\nkind = \"feed\"\n\
             url = \"http://127.0.0.1:{}/tin.rss\"\nfollow_links = false\n",
            self.port
        )
    }
}

fn told(port: u16, articles: &[String]) -> String {
    let mut items = String::new();
    for (n, words) in articles.iter().enumerate() {
        let _ = write!(
            items,
            "<item><title>Bài số {n}</title><link>http://127.0.0.1:{port}/{n}.html</link>\
             <description>{words}.</description></item>"
        );
    }
    format!("<rss version=\"2.0\"><channel><title>Báo</title>{items}</channel></rss>")
}
