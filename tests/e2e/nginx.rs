//! A real web server: nginx serves a newspaper as files, compressed, with entity tags and a limit on
//! requests, and writes down what it was asked. The program keeps to its limits, asks for nothing
//! twice, hears what is new, says when the server is gone and comes back to it.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::ToSpan;
use models::domain::vietnam_zone;

use crate::comes_in::{configure, mentions, now};
use crate::program::{Server, get, run, wait_for};

/// Seconds between two articles that nginx allows; sooner is 429.
const A_PAGE_EVERY_S: f64 = 1.0;
const CONFIG: [&str; 2] = ["--config", "langnghe.toml"];

#[test]
fn files_behind_nginx_are_read_politely_and_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut site = Site::publish(folder.path());
    configure(folder.path(), &site.sources());

    crawl(folder.path());
    let first = site.log();
    assert_eq!(first[0].path, "/robots.txt", "{first:#?}");
    assert!(first.iter().all(|seen| seen.agent.starts_with("LangNghe/")));
    let asked_for_private = first.iter().any(|seen| seen.path.starts_with("/noi-bo/"));
    assert!(!asked_for_private, "robots.txt forbids it: {first:#?}");
    assert_limit_kept(&first);
    for (path, packed) in [
        ("/feed.xml", "gzip"),
        ("/tin/1.html", "gzip"),
        ("/sitemap.xml.gz", ""),
    ] {
        let seen = first
            .iter()
            .find(|seen| seen.path == path && seen.status == 200);
        let seen = seen.unwrap_or_else(|| panic!("{path} was not read: {first:#?}"));
        assert_eq!(seen.encoding, packed, "{path}");
    }
    // All but the first request of a connection that nginx kept open cost no handshake.
    let mut connections = first.iter().map(|seen| seen.connection).collect::<Vec<_>>();
    connections.dedup();
    assert!(connections.len() <= 3, "{connections:?}");

    let heard = mentions(folder.path());
    assert_eq!(heard.len(), 8, "{heard:#?}");
    for (title, is_whole) in [
        ("Tin số 1", true),
        ("Tin số 4", true),
        ("Tin nội bộ số 5", false),
        ("Tin dời chỗ số 6", true),
        ("Tin đã gỡ số 7", false),
        ("Bản đồ số 9", true),
    ] {
        let found = heard.iter().find(|mention| mention["title"] == title);
        let text = found.unwrap_or_else(|| panic!("{title} in {heard:#?}"))["text"].as_str();
        assert_eq!(
            text.unwrap().contains("Toàn văn"),
            is_whole,
            "{title}: {text:?}"
        );
    }

    crawl(folder.path());
    let second = site.log().split_off(first.len());
    assert_eq!(
        asked_for(&second),
        [("/feed.xml", 304), ("/sitemap.xml.gz", 304)]
    );

    site.add_article();
    let before = site.log().len();
    crawl(folder.path());
    let third = site.log().split_off(before);
    assert_eq!(
        asked_for(&third),
        [
            ("/ban-do/8.html", 200),
            ("/feed.xml", 200),
            ("/sitemap.xml.gz", 304)
        ],
        "{:#?}",
        site.log()
    );
    assert_eq!(mentions(folder.path()).len(), 9);

    site.nginx = None;
    crawl(folder.path());
    assert_eq!(
        status_of(folder.path(), "bao-tinh").as_deref(),
        Some("unreachable")
    );
    site.start();
    crawl(folder.path());
    assert_eq!(
        status_of(folder.path(), "bao-tinh"),
        None,
        "it is well again"
    );
}

fn crawl(folder: &Path) {
    run(folder, &[&CONFIG[..], &["crawl", "--once"]].concat(), b"").expect(0);
}

/// Everything that was asked for, and how it was answered, by path.
fn asked_for(log: &[Seen]) -> Vec<(&str, u16)> {
    let asked = log.iter().map(|seen| (seen.path.as_str(), seen.status));
    let mut asked = asked.collect::<Vec<_>>();
    asked.sort_unstable();
    asked
}

/// What `doctor` says is wrong with a source.
fn status_of(folder: &Path, source: &str) -> Option<String> {
    let doctor = run(folder, &[&CONFIG[..], &["--json", "doctor"]].concat(), b"");
    let lines = doctor.json_lines();
    let ill = lines.iter().filter_map(|line| line["sources"].as_array());
    let found = ill.flatten().find(|ill| ill["id"] == source)?;
    found["status"].as_str().map(str::to_owned)
}

/// After 429 nothing is asked for until the time that nginx named is over, and every page comes.
fn assert_limit_kept(log: &[Seen]) {
    let n_refused = log.iter().filter(|seen| seen.status == 429).count();
    assert!(n_refused > 0, "the limit was never met: {log:#?}");
    for pair in log.windows(2) {
        if pair[0].status == 429 {
            let gap = pair[1].at_s - pair[0].at_s;
            assert!(gap >= A_PAGE_EVERY_S - 0.05, "{gap} s after {pair:#?}");
        }
    }
}

/// A newspaper of files.
struct Site {
    folder: PathBuf,
    port: u16,
    nginx: Option<Server>,
}

/// One request, as nginx wrote it down.
#[derive(Debug)]
struct Seen {
    at_s: f64,
    connection: u64,
    path: String,
    status: u16,
    encoding: String,
    agent: String,
}

impl Site {
    fn publish(folder: &Path) -> Self {
        let folder = folder.join("nginx");
        for part in ["www/tin", "www/noi-bo", "www/ban-do", "temp"] {
            fs::create_dir_all(folder.join(part)).unwrap();
        }
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let mut site = Self {
            folder,
            port,
            nginx: None,
        };
        site.write("robots.txt", "User-agent: *\nDisallow: /noi-bo/\n");
        for number in 1..=4 {
            site.write(
                &format!("tin/{number}.html"),
                &article(&format!("Tin số {number}")),
            );
        }
        site.write("tin/6.html", &article("Tin dời chỗ số 6"));
        site.write("noi-bo/5.html", &article("Tin nội bộ số 5"));
        site.write("ban-do/9.html", &article("Bản đồ số 9"));
        site.write_feed(&[]);
        site.write_sitemap();
        site.write_settings();
        site.start();
        site
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }

    fn sources(&self) -> String {
        format!(
            "[[source]]\nid = \"bao-tinh\"\nname = \"Báo tĩnh\"\nchannel = \"press\"\nkind = \"feed\"\n\
             url = \"{}\"\n\
             [[source]]\nid = \"ban-do\"\nname = \"Bản đồ\"\nchannel = \"press\"\nkind = \"sitemap\"\n\
             url = \"{}\"\n",
            self.url("feed.xml"),
            self.url("sitemap.xml.gz")
        )
    }

    fn write(&self, path: &str, content: &str) {
        fs::write(self.folder.join("www").join(path), content).unwrap();
    }

    fn write_feed(&self, more: &[(String, String)]) {
        let entries = [
            ("Tin số 1", "tin/1.html"),
            ("Tin số 2", "tin/2.html"),
            ("Tin số 3", "tin/3.html"),
            ("Tin số 4", "tin/4.html"),
            ("Tin nội bộ số 5", "noi-bo/5.html"),
            ("Tin dời chỗ số 6", "cu/6.html"),
            ("Tin đã gỡ số 7", "tin/7.html"),
        ];
        let entries = entries.map(|(title, path)| (title.to_owned(), path.to_owned()));
        let published = (now() - 3.hours()).to_zoned(vietnam_zone());
        let published = published
            .strftime("%a, %d %b %Y %H:%M:%S +0700")
            .to_string();
        let items = entries.iter().chain(more).map(|(title, path)| {
            format!(
                "<item><title>{title}</title><link>{}</link><description>Tóm tắt của {title} về \
                 trận ngập sau mưa.</description><pubDate>{published}</pubDate></item>\n",
                self.url(path)
            )
        });
        let items = items.collect::<String>();
        self.write(
            "feed.xml",
            &format!("<rss version=\"2.0\"><channel><title>Tin</title>{items}</channel></rss>"),
        );
    }

    fn write_sitemap(&self) {
        let published = (now() - 2.hours()).to_string();
        let map = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
             <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
             xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\"><url><loc>{}</loc>\
             <news:news><news:publication_date>{published}</news:publication_date>\
             <news:title>Bản đồ số 9</news:title></news:news></url></urlset>",
            self.url("ban-do/9.html")
        );
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(map.as_bytes()).unwrap();
        let path = self.folder.join("www/sitemap.xml.gz");
        fs::write(path, packed.finish().unwrap()).unwrap();
    }

    /// Articles under `/tin/` come one a second at most, after the first three.
    fn write_settings(&self) {
        let folder = self.folder.display();
        let temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        let temp = temp.map(|kind| format!("{kind}_temp_path {folder}/temp/{kind};\n"));
        let settings = format!(
            "pid {folder}/nginx.pid;\nerror_log {folder}/error.log;\ndaemon off;\nmaster_process off;\n\
             events {{ worker_connections 64; }}\n\
             http {{\n{temp}\
             types {{ text/html html; application/rss+xml xml; text/plain txt; application/gzip gz; }}\n\
             charset utf-8;\ncharset_types application/rss+xml text/plain;\n\
             log_format seen '$msec $connection $uri $status $sent_http_content_encoding- $http_user_agent';\n\
             access_log {folder}/access.log seen;\n\
             gzip on;\ngzip_min_length 1;\ngzip_types application/rss+xml;\n\
             limit_req_zone $binary_remote_addr zone=pages:1m rate=60r/m;\nlimit_req_status 429;\n\
             server {{\nlisten 127.0.0.1:{port};\nroot {folder}/www;\n\
             location = /cu/6.html {{ return 301 /tin/6.html; }}\n\
             location = /tin/7.html {{ return 410; }}\n\
             location /tin/ {{ limit_req zone=pages burst=2 nodelay; error_page 429 @busy; }}\n\
             location @busy {{ add_header Retry-After {wait} always; return 429; }}\n\
             }}\n}}\n",
            temp = temp.concat(),
            port = self.port,
            wait = A_PAGE_EVERY_S,
        );
        fs::write(self.folder.join("nginx.conf"), settings).unwrap();
    }

    fn start(&mut self) {
        let is_here = Path::new("/usr/sbin/nginx").is_file();
        assert!(
            is_here,
            "Debian's nginx is needed: tests/tools.sh installs it"
        );
        let nginx = Server::start(
            Command::new("/usr/sbin/nginx")
                .arg("-c")
                .arg(self.folder.join("nginx.conf"))
                .arg("-e")
                .arg(self.folder.join("error.log"))
                .stdout(Stdio::null()),
        );
        self.nginx = Some(nginx);
        let robots = self.url("robots.txt");
        wait_for("nginx", Duration::from_secs(20), || {
            get(&robots).filter(|(status, _)| *status == 200)
        });
    }

    fn add_article(&self) {
        self.write("ban-do/8.html", &article("Tin mới số 8"));
        self.write_feed(&[("Tin mới số 8".to_owned(), "ban-do/8.html".to_owned())]);
    }

    /// The program's requests, in order.
    fn log(&self) -> Vec<Seen> {
        let text = fs::read_to_string(self.folder.join("access.log")).unwrap();
        let lines = text.lines().filter(|line| !line.contains(" curl/"));
        lines.map(Seen::read).collect()
    }
}

impl Seen {
    fn read(line: &str) -> Self {
        let mut parts = line.splitn(6, ' ');
        let mut next = || parts.next().unwrap_or_else(|| panic!("`{line}`"));
        Self {
            at_s: next().parse().unwrap(),
            connection: next().parse().unwrap(),
            path: next().to_owned(),
            status: next().parse().unwrap(),
            encoding: next().trim_end_matches('-').to_owned(),
            agent: next().to_owned(),
        }
    }
}

fn article(title: &str) -> String {
    let words = format!(
        "Toàn văn của {title}: nước dâng nửa mét, xe chết máy hàng loạt và bà con phải dắt bộ về nhà \
         trong đêm. "
    );
    format!(
        "<!doctype html><html lang=vi><head><title>{title}</title></head><body><article>\
         <h1>{title}</h1><p>{words}</p><p>{words}</p><p>{words}</p></article></body></html>"
    )
}

#[test]
fn a_line_of_the_log_is_read() {
    let seen = Seen::read("1.5 3 /feed.xml 200 gzip- LangNghe/0.1 (+x)");
    assert_eq!((seen.status, seen.encoding.as_str()), (200, "gzip"));
    let plain = Seen::read("1.5 3 /sitemap.xml.gz 200 -- LangNghe/0.1");
    assert_eq!(
        (plain.encoding.as_str(), plain.agent.as_str()),
        ("", "LangNghe/0.1")
    );
}
