//! Sources that mean harm: each is bounded in time and memory, ends with a status that says what is
//! wrong, and keeps nobody else from being heard.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::program::{Server, command, get_json, wait_for};

/// The largest body by this test's configuration.
const BODY_MAX_MB: usize = 4;
/// Twelve visits at once may hold a body each, unpacked, and what is made of it; the language models
/// and the search index take about 190 MB before the first request.
const MEMORY_MAX_MB: u64 = 600;

/// A name, what it does, and what is said of it: a status and words of the detail.
type Case = (&'static str, SocketAddr, &'static str, &'static str);

#[test]
fn hostile_sources_are_bounded_and_named() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let cases = runtime.block_on(start_servers());
    let folder = tempfile::tempdir().unwrap();
    write_configuration(folder.path(), &cases);
    let began = Instant::now();
    let mut serve = command(folder.path());
    serve.args([
        "--config",
        "langnghe.toml",
        "serve",
        "--listen",
        "127.0.0.1:0",
    ]);
    let (mut serve, address) = Server::announced(serve.stderr(Stdio::null()));
    let seen = wait_for("every source", Duration::from_mins(2), || {
        let sources = get_json(&format!("{address}/api/v1/sources"));
        let seen = sources.as_array()?.iter().map(|source| {
            let text = |key: &str| source["health"][key].as_str().unwrap_or("").to_owned();
            let id = source["id"].as_str().unwrap().to_owned();
            (id, (text("status"), text("detail")))
        });
        let seen = seen.collect::<BTreeMap<_, _>>();
        (!seen.values().any(|(status, _)| status == "pending")).then_some(seen)
    });
    let took = began.elapsed();
    for (id, _, status, words) in &cases {
        let (found, detail) = &seen[*id];
        assert_eq!(found, status, "{id}: {detail}");
        assert!(detail.contains(words), "{id}: {detail}");
    }
    let (status, detail) = &seen["ten-rieng"];
    assert_eq!(status, "unreachable");
    assert!(
        detail.contains("`localhost` leads to the private address"),
        "{detail}"
    );
    // What could be read was: the words of a deep page, and a feed in an unknown charset.
    for words in ["%22gi%E1%BB%AFa+l%C3%B2ng%22", "%22n%C6%A1i+l%E1%BA%A1%22"] {
        wait_for(words, Duration::from_mins(1), || {
            let found = get_json(&format!("{address}/api/v1/search?q={words}"));
            (!found["items"].as_array()?.is_empty()).then_some(())
        });
    }
    let peak_mb = peak_memory_mb(serve.id());
    println!(
        "{} sources in {took:.1?}, at most {peak_mb} MB",
        cases.len()
    );
    assert!(peak_mb < MEMORY_MAX_MB, "{peak_mb} MB");
    assert_eq!(serve.stop(), Some(0), "still alive");
}

/// The most memory a process ever held, by the kernel's own count.
fn peak_memory_mb(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    let kilobytes = line.split_whitespace().nth(1).unwrap();
    kilobytes.parse::<u64>().unwrap() / 1024
}

#[expect(clippy::too_many_lines, reason = "a table of cases")]
async fn start_servers() -> Vec<Case> {
    let mut next = 1..;
    let mut ip = move || format!("127.0.61.{}:0", next.next().unwrap());
    let deep_words = "Ngập rất sâu giữa lòng thành phố, bà con phải lội nước cả buổi chiều. ";
    let deep = "<div>".repeat(10_000) + &deep_words.repeat(3) + &"</div>".repeat(10_000);
    let deep_xml = "<a>".repeat(300_000);
    let item = |title: &str| {
        format!(
            "<item><title>{title}</title><link>/tin</link><description>{title}</description></item>"
        )
    };
    let rss = |items: &str| {
        format!("<rss version=\"2.0\"><channel><title>T</title>{items}</channel></rss>")
    };
    let bomb = gzip_of_zeros(200);
    let tip_of_bomb = bomb.clone();
    let mut strange = b"<?xml version=\"1.0\" encoding=\"x-khong-co\"?>".to_vec();
    strange.extend(rss(&item("Ngập ở nơi lạ")).into_bytes());
    strange.extend([0xff, 0xc3, 0x28]);
    let big_page = vec![b'x'; (BODY_MAX_MB + 2) << 20];
    vec![
        (
            "bom-gzip",
            open(
                &ip(),
                Router::new().route(
                    "/rss",
                    get(move || std::future::ready(packed(bomb.clone()))),
                ),
            )
            .await,
            "unreachable",
            "larger than",
        ),
        (
            "trang-bom",
            open(
                &ip(),
                Router::new()
                    .route("/rss", feed(rss(&item("Ngập sau trang bom"))))
                    .route(
                        "/tin",
                        get(move || std::future::ready(packed(tip_of_bomb.clone()))),
                    ),
            )
            .await,
            "fresh",
            "entries",
        ),
        (
            "than-vo-tan",
            raw(&ip(), |mut stream| async move {
                let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
                let _ = stream.write_all(head).await;
                let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x1_0000));
                while stream.write_all(chunk.as_bytes()).await.is_ok() {}
            })
            .await,
            "unreachable",
            "larger than",
        ),
        (
            "lu-tieu-de",
            raw(&ip(), |mut stream| async move {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nX-Long: ").await;
                let filler = vec![b'x'; 1 << 16];
                while stream.write_all(&filler).await.is_ok() {}
            })
            .await,
            "unreachable",
            "does not speak http properly",
        ),
        (
            "nho-giot",
            raw(&ip(), |mut stream| async move {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nX-A: ").await;
                while stream.write_all(b"x").await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            })
            .await,
            "unreachable",
            "did not finish its answer within",
        ),
        (
            "sieu-du-lieu",
            open(
                &ip(),
                redirecting("http://169.254.169.254/latest/meta-data/"),
            )
            .await,
            "unreachable",
            "private address 169.254.169.254",
        ),
        (
            "vong-ve-nha",
            open(&ip(), redirecting("http://127.0.0.1:22/")).await,
            "unreachable",
            "private address 127.0.0.1",
        ),
        (
            "tuong-cookie",
            open(&ip(), Router::new().route("/rss", get(cookie_wall))).await,
            "blocked",
            "cookie wall",
        ),
        (
            "html-sau",
            open(
                &ip(),
                Router::new().route("/rss", page(format!("<html><body>{deep}"))),
            )
            .await,
            "not_a_feed",
            "a web page",
        ),
        (
            "trang-sau",
            open(
                &ip(),
                Router::new().route("/rss", feed(rss(&item("Ngập")))).route(
                    "/tin",
                    page(format!("<html><body><article>{deep}</article>")),
                ),
            )
            .await,
            "fresh",
            "entries",
        ),
        (
            "xml-sau",
            open(&ip(), Router::new().route("/rss", feed(deep_xml))).await,
            "not_a_feed",
            "neither rss",
        ),
        (
            "bom-thuc-the",
            open(&ip(), Router::new().route("/rss", feed(entity_bomb()))).await,
            "fresh",
            "entries",
        ),
        (
            "ma-la",
            open(
                &ip(),
                Router::new()
                    .route("/rss", get(move || async move { strange.clone() }))
                    .route("/tin", get(|| async { StatusCode::GONE })),
            )
            .await,
            "fresh",
            "entries",
        ),
        (
            "qua-lon",
            open(
                &ip(),
                Router::new().route("/rss", get(move || async move { big_page.clone() })),
            )
            .await,
            "unreachable",
            "larger than",
        ),
    ]
}

/// Ten entities, each ten times the one before: a title of ten thousand million letters.
fn entity_bomb() -> String {
    let mut entities = "<!ENTITY e0 \"ngập ngập ngập\">".to_owned();
    for n in 1..10 {
        let before = format!("&e{};", n - 1).repeat(10);
        let _ = write!(entities, "<!ENTITY e{n} \"{before}\">");
    }
    format!(
        "<?xml version=\"1.0\"?><!DOCTYPE rss [{entities}]><rss version=\"2.0\"><channel>\
         <title>T</title><item><title>&e9;</title><link>/tin</link></item></channel></rss>"
    )
}

fn gzip_of_zeros(megabytes: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..megabytes {
        encoder.write_all(&vec![0; 1 << 20]).unwrap();
    }
    encoder.finish().unwrap()
}

fn packed(bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_ENCODING, "gzip"),
        (header::CONTENT_TYPE, "text/html"),
    ];
    (headers, bytes).into_response()
}

async fn cookie_wall() -> Response {
    let mut response = Redirect::temporary("/rss").into_response();
    let cookie = "seen=1".parse().unwrap();
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    response
}

fn feed(body: String) -> axum::routing::MethodRouter {
    get(move || async move { ([(header::CONTENT_TYPE, "application/rss+xml")], body) })
}

fn page(body: String) -> axum::routing::MethodRouter {
    get(move || async move { ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], body) })
}

fn redirecting(to: &'static str) -> Router {
    Router::new().route("/rss", get(move || async move { Redirect::temporary(to) }))
}

async fn open(ip: &str, router: Router) -> SocketAddr {
    let listener = TcpListener::bind(ip).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// A server below HTTP: robots.txt is missing, and on any other request it does as it likes.
async fn raw<F>(ip: &str, serve: fn(TcpStream) -> F) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind(ip).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut head = [0; 2048];
                let n_read = stream.read(&mut head).await.unwrap_or(0);
                if head[..n_read].starts_with(b"GET /robots.txt ") {
                    let missing =
                        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
                    let _ = stream.write_all(missing).await;
                } else {
                    serve(stream).await;
                }
            });
        }
    });
    address
}

fn write_configuration(folder: &Path, cases: &[Case]) {
    let settings = format!(
        "[data]\ndir = \"data\"\n[crawl]\nallowed_networks = [\"127.0.61.0/24\"]\n\
         delay_min = \"10ms\"\ndelay_factor = 0.0\ntimeout = \"3s\"\nbody_max = \"{BODY_MAX_MB} MB\"\n\
         visits_at_once = 12\n[schedule]\nrefresh_every = \"1h\"\n[files]\nfolder = \"files\"\n"
    );
    fs::write(folder.join("langnghe.toml"), settings).unwrap();
    let source = |id: &str, url: &str| {
        format!(
            "[[source]]\nid = \"{id}\"\nname = \"{id}\"\nchannel = \"press\"\nkind = \"feed\"\n\
             url = \"{url}\"\n"
        )
    };
    let mut sources = cases
        .iter()
        .map(|(id, address, ..)| source(id, &format!("http://{address}/rss")))
        .collect::<String>();
    // A name, not a number: it is refused where it becomes an address.
    sources += &source("ten-rieng", "http://localhost:9/rss");
    fs::create_dir(folder.join("files")).unwrap();
    fs::write(folder.join("files/sources.toml"), sources).unwrap();
}
