//! The politeness proof: sixty hosts write down every request of a crawl by the built program, which
//! is killed in the middle and started again. Pauses, concurrency and robots.txt are judged by what
//! the hosts saw; so is that no page was lost and none read twice.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use models::domain::{day_in_vietnam, vietnam_zone};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::program::{Server, command, run, wait_for};

const HOSTS: usize = 60;
const PAGES: usize = 8;
const DELAY: Duration = Duration::from_millis(200);
const DELAY_FACTOR: f64 = 5.0;
const CRAWL_DELAY: Duration = Duration::from_millis(600);
const SLOW: Duration = Duration::from_millis(70);
/// Of the configuration, and thus the most that a kill may cost.
const PAGES_AT_ONCE: usize = 16;
/// Server and program measure at their own ends of the wire, on a busy machine.
const SLACK: Duration = Duration::from_millis(8);

/// How a host behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// No robots.txt.
    Open,
    /// Forbids a folder to everyone.
    Forbids,
    /// Asks for a longer pause.
    CrawlDelay,
    /// Answers its third page once with 429 and a `Retry-After` of so many seconds.
    Busy(u64),
    /// Forbids everything to everyone, and a folder to us.
    NamesUs,
    /// Takes its time.
    Slow,
}

impl Manner {
    fn of(host: usize) -> Self {
        match host % 6 {
            0 => Self::Open,
            1 => Self::Forbids,
            2 => Self::CrawlDelay,
            3 => Self::Busy(if host == 3 { 12 } else { 2 }),
            4 => Self::NamesUs,
            _ => Self::Slow,
        }
    }

    fn robots(self) -> Option<&'static str> {
        match self {
            Self::Open | Self::Busy(_) | Self::Slow => None,
            Self::Forbids => Some("User-agent: *\nDisallow: /cam/\n"),
            Self::CrawlDelay => Some("User-agent: *\nCrawl-delay: 0.6\n"),
            Self::NamesUs => {
                Some("User-agent: *\nDisallow: /\n\nUser-agent: LangNghe\nDisallow: /cam/\n")
            }
        }
    }

    fn pause(self) -> Duration {
        match self {
            Self::CrawlDelay => CRAWL_DELAY,
            Self::Slow => SLOW.mul_f64(DELAY_FACTOR),
            _ => DELAY,
        }
    }
}

/// One request as a host saw it.
#[derive(Clone, Debug)]
struct Seen {
    path: String,
    agent: String,
    status: u16,
    began: Instant,
    ended: Instant,
}

/// One host and its log.
struct Host {
    number: usize,
    address: SocketAddr,
    log: Mutex<Log>,
}

#[derive(Default)]
struct Log {
    seen: Vec<Seen>,
    n_connections: usize,
    n_connections_most: usize,
    n_articles: usize,
    busy_since: Option<Instant>,
}

impl Host {
    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap()
    }

    fn manner(&self) -> Manner {
        Manner::of(self.number)
    }

    /// Pages of its feed; the last lies in a folder that some forbid.
    fn paths() -> Vec<String> {
        let mut paths = (1..PAGES)
            .map(|page| format!("/tin/{page}"))
            .collect::<Vec<_>>();
        paths.push("/cam/rieng".to_owned());
        paths
    }

    fn is_forbidden(&self, path: &str) -> bool {
        matches!(self.manner(), Manner::Forbids | Manner::NamesUs) && path.starts_with("/cam/")
    }

    fn feed(&self) -> String {
        let noon = yesterday_noon().to_zoned(vietnam_zone());
        let published = noon.strftime("%a, %d %b %Y %H:%M:%S +0700");
        let items = Self::paths().into_iter().map(|path| {
            format!(
                "<item><title>Ngập đường số {n}{path}</title><link>{path}</link>\
                 <description>Tóm tắt {n}{path} về trận ngập sau mưa.</description>\
                 <pubDate>{published}</pubDate></item>",
                n = self.number
            )
        });
        let items = items.collect::<String>();
        format!("<rss version=\"2.0\"><channel><title>Tin</title>{items}</channel></rss>")
    }

    fn article(&self, path: &str) -> String {
        let words = format!(
            "Toàn văn {}{path}: nước dâng nửa mét, xe chết máy hàng loạt và bà con phải dắt bộ. ",
            self.number
        );
        format!(
            "<!doctype html><html lang=vi><body><article><h1>Ngập đường số {}{path}</h1>\
             <p>{words}</p><p>{words}</p><p>{words}</p></article></body></html>",
            self.number
        )
    }

    /// Status, a further header, and body.
    fn answer(&self, path: &str) -> (u16, String, String) {
        let plain = String::new();
        match (path, self.manner()) {
            ("/robots.txt", manner) => match manner.robots() {
                Some(rules) => (200, plain, rules.to_owned()),
                None => (404, plain, String::new()),
            },
            ("/rss", _) => (200, plain, self.feed()),
            (_, manner) => {
                let mut log = self.log();
                log.n_articles += 1;
                if let (Manner::Busy(seconds), 3) = (manner, log.n_articles) {
                    log.busy_since = Some(Instant::now());
                    return (429, format!("Retry-After: {seconds}\r\n"), String::new());
                }
                drop(log);
                (200, plain, self.article(path))
            }
        }
    }

    async fn start(number: usize) -> Arc<Self> {
        let listener = TcpListener::bind(format!("127.0.60.{}:0", number + 1))
            .await
            .unwrap();
        let host = Arc::new(Self {
            number,
            address: listener.local_addr().unwrap(),
            log: Mutex::default(),
        });
        let serving = Arc::clone(&host);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let host = Arc::clone(&serving);
                tokio::spawn(async move { host.serve(stream).await });
            }
        });
        host
    }

    async fn serve(&self, stream: TcpStream) {
        {
            let mut log = self.log();
            log.n_connections += 1;
            log.n_connections_most = log.n_connections_most.max(log.n_connections);
        }
        // The program may be killed in the middle of anything.
        let _ = self.converse(stream).await;
        self.log().n_connections -= 1;
    }

    async fn converse(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        while let Some((path, agent)) = read_head(&mut stream).await? {
            let began = Instant::now();
            if self.manner() == Manner::Slow {
                tokio::time::sleep(SLOW).await;
            }
            let (status, header, body) = self.answer(&path);
            self.log().seen.push(Seen {
                path,
                agent,
                status,
                began,
                ended: Instant::now(),
            });
            let kind = if body.starts_with("<rss") {
                "application/rss+xml"
            } else {
                "text/html"
            };
            let answer = format!(
                "HTTP/1.1 {status} X\r\nContent-Type: {kind}; charset=utf-8\r\n{header}\
                 Content-Length: {}\r\n\r\n{body}",
                body.len()
            );
            stream.get_mut().write_all(answer.as_bytes()).await?;
        }
        Ok(())
    }
}

/// Path and agent of the next request; `None` when the other side is gone.
async fn read_head(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<(String, String)>> {
    let (mut path, mut agent) = (None, String::new());
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        let line = line.trim_end();
        if let Some(rest) = line.strip_prefix("GET ") {
            path = rest.split(' ').next().map(str::to_owned);
        } else if line.to_ascii_lowercase().starts_with("user-agent:") {
            agent = line["user-agent:".len()..].trim().to_owned();
        } else if line.is_empty() {
            return Ok(path.map(|path| (path, agent)));
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the program under test reads the real clock"
)]
fn yesterday_noon() -> Timestamp {
    let day = day_in_vietnam(Timestamp::now()).yesterday().unwrap();
    models::domain::day_start(day) + SignedDuration::from_hours(12)
}

#[test]
fn sixty_hosts_are_crawled_politely_across_a_kill() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let hosts = runtime.block_on(async {
        let mut hosts = Vec::new();
        for number in 0..HOSTS {
            hosts.push(Host::start(number).await);
        }
        hosts
    });
    let folder = tempfile::tempdir().unwrap();
    write_configuration(folder.path(), &hosts);

    let crawl = ["--config", "langnghe.toml", "crawl", "--once"];
    let mut killed = Server::start(
        command(folder.path())
            .args(crawl)
            .stdout(Stdio::null())
            .stderr(Stdio::null()),
    );
    wait_for("half of the pages", Duration::from_mins(2), || {
        let are_settled = hosts.iter().all(|host| is_settled(host));
        (are_settled && n_pages(&hosts) >= HOSTS * PAGES / 2).then_some(())
    });
    killed.kill();
    let killed_at = Instant::now();
    let n_before = n_pages(&hosts);
    assert!(n_before < HOSTS * (PAGES - 1), "nothing was left to do");
    run(folder.path(), &crawl, b"").expect(0);

    for host in &hosts {
        assert_one_connection(host);
        assert_spaced(host);
        assert_robots_obeyed(host);
        assert_retry_after_kept(host);
    }
    assert_each_page_once(&hosts, killed_at);
    assert_everything_was_heard(folder.path(), &hosts);
    println!(
        "{n_before} pages before the kill, {} in all, {} asked twice",
        n_pages(&hosts),
        n_pages(&hosts) - hosts.iter().map(|host| wanted(host).len()).sum::<usize>()
    );
}

/// Whether what the host said must have been written down: its pages are asked for, so its feed and
/// its robots.txt are in the record; and it has not just asked for a pause.
fn is_settled(host: &Host) -> bool {
    let log = host.log();
    let since = log.busy_since.map(|since| since.elapsed());
    log.n_articles > 0 && since.is_none_or(|since| since > Duration::from_secs(1))
}

/// Pages that were given.
fn n_pages(hosts: &[Arc<Host>]) -> usize {
    hosts.iter().map(|host| pages(host).len()).sum()
}

fn pages(host: &Host) -> Vec<Seen> {
    let log = host.log();
    let given = log.seen.iter().filter(|seen| seen.status == 200);
    let is_page = |seen: &&Seen| !matches!(seen.path.as_str(), "/robots.txt" | "/rss");
    given.filter(is_page).cloned().collect()
}

fn wanted(host: &Host) -> BTreeSet<String> {
    let paths = Host::paths().into_iter();
    paths.filter(|path| !host.is_forbidden(path)).collect()
}

fn assert_one_connection(host: &Host) {
    let log = host.log();
    assert_eq!(log.n_connections_most, 1, "host {}", host.number);
    for pair in log.seen.windows(2) {
        assert!(
            pair[1].began >= pair[0].ended,
            "host {}: {pair:#?}",
            host.number
        );
    }
}

/// Also across the kill and between the two runs.
fn assert_spaced(host: &Host) {
    let log = host.log();
    for pair in log.seen.windows(2) {
        let gap = pair[1].began.saturating_duration_since(pair[0].ended);
        let pause = host.manner().pause();
        assert!(
            gap + SLACK >= pause,
            "host {}: {gap:?} in {pair:#?}",
            host.number
        );
    }
}

fn assert_robots_obeyed(host: &Host) {
    let log = host.log();
    assert_eq!(log.seen[0].path, "/robots.txt", "host {}", host.number);
    let n_robots = log
        .seen
        .iter()
        .filter(|seen| seen.path == "/robots.txt")
        .count();
    assert_eq!(
        n_robots, 1,
        "host {}: the second run remembers it",
        host.number
    );
    for seen in &log.seen {
        assert!(
            !host.is_forbidden(&seen.path),
            "host {}: {seen:?}",
            host.number
        );
        assert!(seen.agent.starts_with("LangNghe/"), "{seen:?}");
    }
}

fn assert_retry_after_kept(host: &Host) {
    let Manner::Busy(seconds) = host.manner() else {
        return;
    };
    let log = host.log();
    let since = log.busy_since.expect("the third page was asked for");
    let wished = Duration::from_secs(seconds).saturating_sub(SLACK);
    let busy = since + Duration::from_millis(1)..since + wished;
    let early = log.seen.iter().find(|seen| busy.contains(&seen.began));
    assert!(early.is_none(), "host {}: {early:?}", host.number);
}

/// Each page was read, and none twice but those under way when the program was killed: at most one
/// of each host, and no more than are read at once.
fn assert_each_page_once(hosts: &[Arc<Host>], killed_at: Instant) {
    let mut n_again = 0;
    for host in hosts {
        let mut times: BTreeMap<String, Vec<Instant>> = BTreeMap::new();
        for seen in pages(host) {
            times.entry(seen.path).or_default().push(seen.began);
        }
        let read = times.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(read, wanted(host), "host {}", host.number);
        let again = times.iter().filter(|(_, times)| times.len() > 1);
        let again = again.collect::<Vec<_>>();
        assert!(again.len() <= 1, "host {}: {again:?}", host.number);
        for (path, times) in again {
            n_again += 1;
            let log = host.log();
            let mut before = log.seen.iter().filter(|seen| seen.began < killed_at);
            let last = before.next_back().unwrap();
            assert_eq!((&last.path, times.len()), (path, 2), "host {}", host.number);
        }
    }
    assert!(
        n_again <= PAGES_AT_ONCE,
        "{n_again} pages were asked for twice"
    );
}

/// Every entry is a mention, with the words of its page where that may be read.
fn assert_everything_was_heard(folder: &Path, hosts: &[Arc<Host>]) {
    let day = day_in_vietnam(yesterday_noon()).to_string();
    let export = [
        "--config",
        "langnghe.toml",
        "export",
        "mentions",
        "--day",
        &day,
    ];
    let mentions = run(folder, &export, b"").expect(0).json_lines();
    assert_eq!(mentions.len(), HOSTS * PAGES);
    let texts = mentions.iter().map(|mention| {
        let text = mention["text"].as_str().unwrap();
        let source = mention["source"].as_str().unwrap();
        (source, text)
    });
    let n_whole = texts.filter(|(_, text)| text.contains("Toàn văn")).count();
    let n_wanted = hosts.iter().map(|host| wanted(host).len()).sum::<usize>();
    assert_eq!(n_whole, n_wanted, "pages whose words were recorded");
}

fn write_configuration(folder: &Path, hosts: &[Arc<Host>]) {
    let settings = format!(
        "[data]\ndir = \"data\"\n[crawl]\nallowed_networks = [\"127.0.60.0/24\"]\n\
         delay_min = \"{}ms\"\ndelay_factor = {DELAY_FACTOR:.1}\npages_at_once = {PAGES_AT_ONCE}\n\
         contact = \"https://example.invalid/\"\n[files]\nfolder = \"files\"\n",
        DELAY.as_millis()
    );
    fs::write(folder.join("langnghe.toml"), settings).unwrap();
    let sources = hosts.iter().map(|host| {
        format!(
            "[[source]]\nid = \"host-{n}\"\nname = \"Báo số {n}\"\nchannel = \"press\"\n\
             kind = \"feed\"\nurl = \"http://{}/rss\"\n",
            host.address,
            n = host.number
        )
    });
    fs::create_dir(folder.join("files")).unwrap();
    fs::write(
        folder.join("files/sources.toml"),
        sources.collect::<String>(),
    )
    .unwrap();
}
