//! A real newspaper: WordPress on MariaDB and PHP publishes the press mentions of gold part A, the
//! hotline its tickets over Open311, a timeline its posts over Mastodon's API. The program crawls
//! all three, finds, ranks, asks again and is told that nothing changed, and obeys robots.txt.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use langnghe::demo::content::{Content, Post, Report};
use langnghe::demo::{mastodon, open311};
use serde_json::{Value, json};

use crate::program::{GOLD_A, Server, run, wait_for};

const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/e2e");

#[test]
fn a_real_newspaper_is_crawled_found_ranked_and_not_asked_twice() {
    let folder = tempfile::tempdir().unwrap();
    let gold = read_gold();
    let paper = Newspaper::publish(folder.path(), &gold);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (hotline, timeline) = runtime.block_on(start_city_servers(&gold));
    write_configuration(folder.path(), &paper, &hotline, &timeline);

    crawl(folder.path());
    let first = paper.access_log();
    assert!(
        first.iter().any(|line| line.path == "/robots.txt"),
        "robots.txt was not asked for"
    );
    assert!(
        !first.iter().any(|line| line.path.contains("/wp-admin/")),
        "robots.txt forbids this path, yet it was fetched"
    );
    assert!(
        first.iter().all(|line| line.agent.contains("LangNghe")),
        "an unnamed request"
    );

    for query in ["hoa binh", "Hoà Bình", "Hòa Bình"] {
        assert_finds(folder.path(), query, "Công viên Hòa Bình mở cửa trở lại");
    }
    assert_ranks(folder.path());

    let n_before = count_mentions(folder.path());
    crawl(folder.path());
    let second = &paper.access_log()[first.len()..];
    let feeds = second
        .iter()
        .filter(|line| line.path.contains("feed=rss2"))
        .collect::<Vec<_>>();
    assert!(
        !feeds.is_empty() && feeds.iter().all(|line| line.status == 304),
        "{feeds:?}"
    );
    assert!(
        !second.iter().any(|line| line.path.contains(".html")),
        "an article was fetched twice: {second:?}"
    );
    assert_eq!(
        count_mentions(folder.path()),
        n_before,
        "a second crawl must add nothing"
    );
}

fn crawl(folder: &Path) {
    run(
        folder,
        &["--config", "langnghe.toml", "crawl", "--once"],
        b"",
    )
    .expect(0);
}

fn assert_finds(folder: &Path, query: &str, title: &str) {
    let search = ["--config", "langnghe.toml", "--json", "search", query];
    let found = run(folder, &search, b"").expect(0).json_lines();
    let titles = found
        .iter()
        .filter_map(|hit| hit["title"].as_str())
        .collect::<Vec<_>>();
    assert!(titles.contains(&title), "`{query}` found {titles:?}");
}

fn assert_ranks(folder: &Path) {
    for day in 9..=18 {
        let day = format!("2026-11-{day:02}");
        let digest = [
            "--config",
            "langnghe.toml",
            "--json",
            "digest",
            "--day",
            &day,
        ];
        let digest = &run(folder, &digest, b"").expect(0).json_lines()[0];
        let lines = digest["top"].as_array().unwrap();
        assert!(lines.len() >= 5, "{day}: {} lines", lines.len());
        // The gold ends some days ago, so sources may be stale; none may be out of reach.
        let gaps = digest["coverage"]["gaps"].as_array().unwrap();
        assert!(gaps.iter().all(|gap| gap["status"] == "stale"), "{gaps:?}");
    }
}

fn count_mentions(folder: &Path) -> String {
    let doctor = run(
        folder,
        &["--config", "langnghe.toml", "--json", "doctor"],
        b"",
    );
    let record = doctor.json_lines().remove(0);
    record["detail"]
        .as_str()
        .unwrap()
        .split(',')
        .next()
        .unwrap()
        .to_owned()
}

fn read_gold() -> Vec<Value> {
    let text = fs::read_to_string(GOLD_A).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn moment(value: &Value) -> Timestamp {
    value.as_str().unwrap().parse().unwrap()
}

/// The newspaper and what it runs on.
struct Newspaper {
    folder: PathBuf,
    url: String,
    outlets: Vec<String>,
    _php: Server,
    _database: Server,
}

#[derive(Debug)]
struct Access {
    path: String,
    status: u16,
    agent: String,
}

impl Newspaper {
    fn publish(folder: &Path, gold: &[Value]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let url = format!("http://127.0.0.1:{port}");
        let socket = folder.join("mariadb.sock");
        let database = start_mariadb(folder, &socket);
        let site = folder.join("site");
        let copied = Command::new("cp")
            .args(["-rL", "/usr/share/wordpress"])
            .arg(&site)
            .output();
        assert!(
            copied.is_ok() && site.join("wp-load.php").is_file(),
            "Debian's wordpress is needed"
        );
        fs::write(site.join("wp-config.php"), wp_config(&url, &socket)).unwrap();
        let posts = posts(gold);
        let mut outlets = posts
            .iter()
            .map(|p| p["outlet"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>();
        outlets.sort();
        outlets.dedup();
        fs::write(
            folder.join("posts.json"),
            serde_json::to_vec(&posts).unwrap(),
        )
        .unwrap();
        let installed = Command::new("php")
            .arg(Path::new(HERE).join("wordpress.php"))
            .args([&site, Path::new(&url), &folder.join("posts.json")])
            .output()
            .unwrap();
        assert!(
            installed.status.success(),
            "{}",
            String::from_utf8_lossy(&installed.stderr)
        );
        let php = Server::start(
            Command::new("php")
                .args(["-S", &format!("127.0.0.1:{port}"), "-t"])
                .arg(&site)
                .arg(Path::new(HERE).join("wordpress_router.php"))
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        );
        wait_for("PHP", Duration::from_secs(20), || {
            std::net::TcpStream::connect(("127.0.0.1", port)).ok()
        });
        Self {
            folder: folder.to_owned(),
            url,
            outlets,
            _php: php,
            _database: database,
        }
    }

    fn access_log(&self) -> Vec<Access> {
        let log = fs::read_to_string(self.folder.join("access.log")).unwrap_or_default();
        let parse = |line: &str| {
            let mut fields = line.split('\t').skip(1);
            Access {
                path: fields.next().unwrap().to_owned(),
                status: fields.next().unwrap().parse().unwrap(),
                agent: fields.next().unwrap().to_owned(),
            }
        };
        log.lines().map(parse).collect()
    }
}

fn start_mariadb(folder: &Path, socket: &Path) -> Server {
    let data = folder.join("mariadb");
    let installed = Command::new("mariadb-install-db")
        .args([
            "--no-defaults",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
        ])
        .arg(format!("--datadir={}", data.display()))
        .arg(format!("--user={}", user()))
        .output()
        .expect("Debian's mariadb-server is needed: tests/tools.sh installs it");
    assert!(
        installed.status.success(),
        "{}",
        String::from_utf8_lossy(&installed.stderr)
    );
    let log = fs::File::create(folder.join("mariadb.log")).unwrap();
    let server = Server::start(
        Command::new("/usr/sbin/mariadbd")
            .args([
                "--no-defaults",
                "--skip-networking",
                "--innodb-flush-log-at-trx-commit=0",
            ])
            .arg(format!("--datadir={}", data.display()))
            .arg(format!("--socket={}", socket.display()))
            .arg(format!("--user={}", user()))
            .stderr(log),
    );
    wait_for("MariaDB", Duration::from_mins(1), || {
        let made = Command::new("mariadb")
            .args([
                "--no-defaults",
                "-u",
                "root",
                "-e",
                "CREATE DATABASE wp CHARACTER SET utf8mb4",
            ])
            .arg(format!("--socket={}", socket.display()))
            .output()
            .unwrap();
        made.status.success().then_some(())
    });
    server
}

fn user() -> String {
    let id = Command::new("id").arg("-un").output().unwrap();
    String::from_utf8(id.stdout).unwrap().trim().to_owned()
}

fn wp_config(url: &str, socket: &Path) -> String {
    format!(
        "<?php\ndefine('DB_NAME','wp'); define('DB_USER','root'); define('DB_PASSWORD','');\n\
         define('DB_HOST','localhost:{}'); define('DB_CHARSET','utf8mb4'); define('DB_COLLATE','');\n\
         define('WP_HOME','{url}'); define('WP_SITEURL','{url}'); define('DISABLE_WP_CRON', true);\n\
         define('AUTOMATIC_UPDATER_DISABLED', true); define('WP_HTTP_BLOCK_EXTERNAL', true);\n\
         $table_prefix='wp_';\nif (!defined('ABSPATH')) define('ABSPATH', __DIR__.'/');\n\
         require_once ABSPATH.'wp-settings.php';\n",
        socket.display()
    )
}

fn posts(gold: &[Value]) -> Vec<Value> {
    let press = gold.iter().filter(|mention| mention["channel"] == "press");
    let mut posts = press
        .map(|mention| {
            let at = moment(&mention["published_at"])
                .strftime("%Y-%m-%d %H:%M:%S")
                .to_string();
            json!({"title": mention["title"], "text": mention["text"], "published_at": at,
                   "outlet": mention["source"]})
        })
        .collect::<Vec<_>>();
    posts.push(json!({
        "title": "Công viên Hòa Bình mở cửa trở lại",
        "text": "Sau ba tháng sửa chữa, công viên Hòa Bình ở phường Bến Thành mở cửa đón người dân.",
        "published_at": "2026-11-12 02:00:00",
        "outlet": posts[0]["outlet"],
    }));
    posts
}

/// The hotline and the timeline, with the tickets and posts of the gold part.
async fn start_city_servers(gold: &[Value]) -> (String, String) {
    let content = Arc::new(Content {
        articles: Vec::new(),
        posts: social_posts(gold),
        tickets: gold
            .iter()
            .filter(|m| m["channel"] == "hotline")
            .map(report)
            .collect(),
    });
    let hotline = open(open311::router(Arc::clone(&content))).await;
    (
        hotline + "/open311/v2",
        open(mastodon::router(content)).await,
    )
}

async fn open(router: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

fn social_posts(gold: &[Value]) -> Vec<Post> {
    let mut social = gold
        .iter()
        .filter(|m| m["channel"] == "social")
        .collect::<Vec<_>>();
    social.sort_by_key(|mention| moment(&mention["published_at"]));
    let number = |id: &Value| {
        let at = social.iter().position(|mention| mention["id"] == *id)?;
        Some(100_000 + at as u64)
    };
    let post = |mention: &&Value| Post {
        id: number(&mention["id"]).unwrap(),
        in_reply_to: number(&mention["parent_id"]),
        text: mention["text"].as_str().unwrap().to_owned(),
        published_at: moment(&mention["published_at"]),
        likes: mention["engagement"]["likes"].as_u64().unwrap_or(0) as u32,
    };
    social.iter().map(post).collect()
}

fn report(mention: &Value) -> Report {
    let ticket = &mention["ticket"];
    let received_at = moment(&mention["published_at"]);
    Report {
        id: mention["id"].as_str().unwrap().to_owned(),
        field: ticket["field"].as_str().unwrap_or("Khác").to_owned(),
        title: mention["title"].as_str().unwrap_or_default().to_owned(),
        text: mention["text"].as_str().unwrap().to_owned(),
        address: ticket["address"].as_str().unwrap_or_default().to_owned(),
        received_at,
        due_at: if ticket["due_at"].is_null() {
            received_at
        } else {
            moment(&ticket["due_at"])
        },
        closed_at: (!ticket["closed_at"].is_null()).then(|| moment(&ticket["closed_at"])),
        rating: match ticket["rating"].as_str() {
            Some("satisfied") => Some("satisfied"),
            Some("neutral") => Some("neutral"),
            Some("dissatisfied") => Some("dissatisfied"),
            _ => None,
        },
    }
}

fn write_configuration(folder: &Path, paper: &Newspaper, hotline: &str, timeline: &str) {
    let settings = "[data]\ndir = \"data\"\n[crawl]\nallowed_networks = [\"127.0.0.0/8\"]\n\
                    delay_min = \"0s\"\ndelay_factor = 0.0\n\
                    contact = \"https://example.invalid/\"\n[files]\nfolder = \"files\"\n";
    fs::write(folder.join("langnghe.toml"), settings).unwrap();
    let mut sources = vec![
        entry("1022", "hotline", "open311", hotline, ""),
        entry(
            "mastodon",
            "social",
            "mastodon_tag",
            timeline,
            "tag = \"tphcm\"\n",
        ),
    ];
    for outlet in &paper.outlets {
        let category = outlet.replace('.', "-");
        let feed = format!("{}/?category_name={category}&feed=rss2", paper.url);
        sources.push(entry(outlet, "press", "feed", &feed, ""));
    }
    fs::create_dir(folder.join("files")).unwrap();
    fs::write(folder.join("files/sources.toml"), sources.concat()).unwrap();
}

fn entry(id: &str, channel: &str, kind: &str, url: &str, more: &str) -> String {
    format!(
        "[[source]]\nid = \"{id}\"\nname = \"{id}\"\nchannel = \"{channel}\"\nkind = \"{kind}\"\n\
         url = \"{url}\"\n{more}"
    )
}
