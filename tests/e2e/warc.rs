//! `export warc`, read by warcio, the tool archives use; installed by tests/tools.sh.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::{Path as At, Query};
use axum::response::IntoResponse;
use axum::routing::get;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::program::run;

/// A program of the tests' own Python.
fn warcio(folder: &Path, arguments: &[&str]) -> String {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/.tools/bin/warcio");
    assert!(
        Path::new(program).is_file(),
        "warcio is missing; run tests/tools.sh"
    );
    let done = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(
        done.status.success(),
        "warcio {arguments:?}: {told}{}",
        String::from_utf8_lossy(&done.stderr)
    );
    told
}

fn index(folder: &Path, file: &str) -> Vec<Value> {
    let fields = "warc-type,warc-target-uri,warc-payload-digest,warc-date,http:status,http:content-type,http:etag";
    let lines = warcio(folder, &["index", file, "-f", fields]);
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn of_type<'a>(records: &'a [Value], kind: &str) -> Vec<&'a Value> {
    let is_it = |record: &&Value| record["warc-type"] == kind;
    records.iter().filter(is_it).collect()
}

#[test]
fn an_archive_can_read_the_evidence() {
    let folder = tempfile::tempdir().unwrap();
    let press = Press::start();
    press.configure(folder.path());
    run(folder.path(), &["crawl", "--once"], b"").expect(0);
    press.touch();
    run(folder.path(), &["crawl", "--once"], b"").expect(0);

    let out = run(
        folder.path(),
        &["export", "warc", "--out", "tat-ca.warc.gz"],
        b"",
    )
    .expect(0);
    warcio(folder.path(), &["check", "tat-ca.warc.gz"]);
    let records = index(folder.path(), "tat-ca.warc.gz");
    assert_eq!(of_type(&records, "warcinfo").len(), 1);
    let responses = of_type(&records, "response");
    assert!(responses.len() >= 3, "a feed and two articles: {records:?}");
    assert_eq!(responses[0]["http:status"], "200");
    assert!(
        responses
            .iter()
            .any(|record| record["http:etag"] == "\"feed-1\""),
        "{records:?}"
    );
    assert!(responses.iter().all(|record| {
        record["warc-payload-digest"]
            .as_str()
            .unwrap()
            .starts_with("sha256:")
    }));

    assert_eq!(
        of_type(&records, "revisit").len(),
        1,
        "the feed came twice the same"
    );

    // The timeline: posts without their authors, and no promise of an exchange.
    let social = [
        "export",
        "warc",
        "--out",
        "xa-hoi.warc.gz",
        "--source",
        "the",
    ];
    run(folder.path(), &social, b"").expect(0);
    warcio(folder.path(), &["check", "xa-hoi.warc.gz"]);
    let records = index(folder.path(), "xa-hoi.warc.gz");
    assert!(of_type(&records, "response").is_empty());
    let posts = of_type(&records, "resource");
    assert!(!posts.is_empty(), "{}", out.stdout);
    let bytes = gunzip(&folder.path().join("xa-hoi.warc.gz"));
    assert!(bytes.contains("Ngập đến đầu gối"), "the words are there");
    for planted in ["nguyen_van_tac_gia", "Nguyễn Văn Tác Giả", "avatar"] {
        assert!(!bytes.contains(planted), "{planted}");
    }

    let found = run(folder.path(), &["--json", "search", "hố ga"], b"").expect(0);
    let id = found.json_lines()[0]["id"].as_str().unwrap().to_owned();
    let one = ["export", "warc", "--out", "mot.warc.gz", "--mention", &id];
    run(folder.path(), &one, b"").expect(0);
    let records = index(folder.path(), "mot.warc.gz");
    assert_eq!(of_type(&records, "response").len(), 1, "{records:?}");
    let unknown = [
        "export",
        "warc",
        "--out",
        "khong.warc.gz",
        "--mention",
        "khong-co",
    ];
    let refused = run(folder.path(), &unknown, b"").expect(1);
    assert!(refused.stderr.contains("khong-co"), "{}", refused.stderr);

    let past = [
        "export",
        "warc",
        "--out",
        "cu.warc.gz",
        "--to",
        "2020-01-01",
    ];
    run(folder.path(), &past, b"").expect(0);
    warcio(folder.path(), &["check", "cu.warc.gz"]);
    assert_eq!(
        index(folder.path(), "cu.warc.gz").len(),
        1,
        "only the warcinfo"
    );
}

fn gunzip(file: &Path) -> String {
    use std::io::Read;
    let mut text = String::new();
    let mut reader = flate2::read::MultiGzDecoder::new(fs::File::open(file).unwrap());
    reader.read_to_string(&mut text).unwrap();
    text
}

/// A newspaper and a timeline on loopback.
struct Press {
    address: String,
    /// How often the feed got another tag, with the same words.
    n_touched: Arc<AtomicUsize>,
    _runtime: tokio::runtime::Runtime,
}

impl Press {
    fn start() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let n_touched = Arc::new(AtomicUsize::new(1));
        let listener = runtime
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/rss", get(feed(address.clone(), Arc::clone(&n_touched))))
            .route("/bai/{name}", get(article))
            .route("/api/v1/timelines/tag/tphcm", get(timeline));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self {
            address,
            n_touched,
            _runtime: runtime,
        }
    }

    fn touch(&self) {
        self.n_touched.fetch_add(1, Ordering::SeqCst);
    }

    fn configure(&self, folder: &Path) {
        let settings = "[crawl]\nallowed_networks = [\"127.0.0.0/8\"]\ndelay_min = \"0s\"\n\
                        delay_factor = 0.0\n[files]\nfolder = \"files\"\n";
        fs::write(folder.join("langnghe.toml"), settings).unwrap();
        fs::create_dir(folder.join("files")).unwrap();
        let sources = format!(
            "[[source]]\nid = \"bao\"\nname = \"Báo\"\nchannel = \"press\"\nkind = \"feed\"\n\
             url = \"{0}/rss\"\n[[source]]\nid = \"the\"\nname = \"Thẻ\"\nchannel = \"social\"\n\
             kind = \"mastodon_tag\"\nurl = \"{0}\"\ntag = \"tphcm\"\n",
            self.address
        );
        fs::write(folder.join("files/sources.toml"), sources).unwrap();
    }
}

fn feed(
    address: String,
    n_touched: Arc<AtomicUsize>,
) -> impl Fn() -> std::future::Ready<axum::response::Response> + Clone + Send + 'static {
    move || {
        let tag = format!("\"feed-{}\"", n_touched.load(Ordering::SeqCst));
        let item = |name: &str, title: &str| {
            format!(
                "<item><title>{title}</title><link>{address}/bai/{name}</link>\
                 <pubDate>Thu, 12 Nov 2026 08:00:00 +0700</pubDate></item>"
            )
        };
        let body = format!(
            "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Báo</title>{}{}</channel></rss>",
            item("ho-ga", "Nắp hố ga vỡ giữa đường"),
            item("rac", "Rác dồn ở chân cầu"),
        );
        let headers = [
            ("content-type", "application/rss+xml".to_owned()),
            ("etag", tag),
        ];
        std::future::ready((headers, body).into_response())
    }
}

async fn article(At(name): At<String>) -> axum::response::Response {
    let text = if name == "ho-ga" {
        "Nắp hố ga ở đầu đường vỡ đã ba tuần, người đi xe máy phải tránh vào giữa lòng đường."
    } else {
        "Rác sinh hoạt dồn thành đống dưới chân cầu, mùi hôi lan sang khu dân cư bên cạnh."
    };
    let body = format!(
        "<!doctype html><html><head><title>{name}</title></head><body><article><h1>{name}</h1>\
         <p>{text}</p><p>{text} Người dân đã báo nhiều lần mà chưa thấy ai đến sửa.</p></article></body></html>"
    );
    ([("content-type", "text/html; charset=utf-8")], body).into_response()
}

/// One post, an hour old; nothing newer than it.
#[expect(
    clippy::disallowed_methods,
    reason = "the program under test reads the real clock"
)]
async fn timeline(Query(query): Query<HashMap<String, String>>) -> axum::Json<Value> {
    if query.contains_key("min_id") {
        return axum::Json(json!([]));
    }
    let hour_ago = SystemTime::now() - Duration::from_hours(1);
    let created_at = Timestamp::try_from(hour_ago).unwrap().to_string();
    axum::Json(json!([{
        "id": "112233",
        "created_at": created_at,
        "in_reply_to_id": null,
        "content": "<p>Ngập đến đầu gối ở hẻm 12 #tphcm</p>",
        "visibility": "public",
        "favourites_count": 1, "replies_count": 0, "reblogs_count": 0,
        "account": {
            "id": "7", "username": "nguyen_van_tac_gia", "display_name": "Nguyễn Văn Tác Giả",
            "avatar": "https://m.example/avatar/7.png"
        },
    }]))
}
