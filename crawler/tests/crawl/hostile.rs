//! Servers that mean harm, or are merely broken: each is bounded in time and memory and ends in a
//! clear error.

use std::io::Write;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use crawler::fetch::{FetchError, FetchPolicy, Fetcher, Lookup, Request};
use models::domain::HealthStatus;
use tokio::io::AsyncWriteExt;
use url::Url;

use crate::support::{Site, fetcher, fixed, quick, raw};

/// Fetches with one second of patience and says how long it took.
async fn impatient(url: Url) -> (Result<crawler::fetch::Answer, FetchError>, Duration) {
    let fetcher = Fetcher::new(FetchPolicy {
        timeout: Duration::from_secs(1),
        ..quick()
    })
    .unwrap();
    let began = Instant::now();
    let outcome = fetcher.fetch(&Request::page(url)).await;
    (outcome, began.elapsed())
}

const SOON: Duration = Duration::from_millis(3500);

#[tokio::test]
async fn endless_body() {
    let url = raw(|_, mut stream| async move {
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            .await;
        let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x1_0000));
        while stream.write_all(chunk.as_bytes()).await.is_ok() {}
    })
    .await;
    let (outcome, took) = impatient(url).await;
    let error = outcome.unwrap_err();
    assert!(
        matches!(
            error,
            FetchError::TooLarge { .. } | FetchError::Timeout { .. }
        ),
        "{error}"
    );
    assert!(took < SOON, "{took:?}");
}

#[tokio::test]
async fn slow_loris_in_the_body() {
    let url = raw(|_, mut stream| async move {
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            .await;
        while stream.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    let (outcome, took) = impatient(url).await;
    assert!(
        matches!(outcome, Err(FetchError::Timeout { .. })),
        "{outcome:?}"
    );
    assert!(took < SOON, "{took:?}");
}

#[tokio::test]
async fn slow_loris_in_the_head() {
    let url = raw(|_, mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nX-Slow: ").await;
        while stream.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    let (outcome, took) = impatient(url).await;
    assert!(
        matches!(outcome, Err(FetchError::Timeout { .. })),
        "{outcome:?}"
    );
    assert!(took < SOON, "{took:?}");
}

#[tokio::test]
async fn silence_after_connecting() {
    let url = raw(|_, stream| async move {
        tokio::time::sleep(Duration::from_secs(5)).await;
        drop(stream);
    })
    .await;
    let (outcome, took) = impatient(url).await;
    assert!(
        matches!(outcome, Err(FetchError::Timeout { .. })),
        "{outcome:?}"
    );
    assert!(took < SOON, "{took:?}");
}

#[tokio::test]
async fn page_of_200_mb_announced_and_not() {
    let announced = raw(|_, mut stream| async move {
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 209715200\r\n\r\n<html>")
            .await;
        tokio::time::sleep(Duration::from_secs(3)).await;
    })
    .await;
    let (outcome, took) = impatient(announced).await;
    assert!(
        matches!(
            outcome,
            Err(FetchError::TooLarge {
                limit_bytes: 10_485_760,
                ..
            })
        ),
        "{outcome:?}"
    );
    assert!(
        took < Duration::from_secs(1),
        "the announcement is enough: {took:?}"
    );

    let router = Router::new().route("/", get(|| async { vec![b'x'; 30 << 20] }));
    let site = Site::start(router).await;
    let outcome = fetcher().fetch(&Request::page(site.url("/"))).await;
    assert!(
        matches!(outcome, Err(FetchError::TooLarge { .. })),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn gzip_bomb() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..200 {
        encoder.write_all(&vec![0; 1 << 20]).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    assert!(bomb.len() < 1 << 20);
    let answer = move || async move {
        (
            [("content-encoding", "gzip"), ("content-type", "text/html")],
            bomb,
        )
    };
    let site = Site::start(Router::new().route("/", get(answer))).await;
    let began = Instant::now();
    let outcome = fetcher().fetch(&Request::page(site.url("/"))).await;
    assert!(
        matches!(outcome, Err(FetchError::TooLarge { .. })),
        "{outcome:?}"
    );
    assert!(began.elapsed() < SOON);
}

#[tokio::test]
async fn broken_gzip() {
    let answer = || async { ([("content-encoding", "gzip")], "không phải gzip") };
    let site = Site::start(Router::new().route("/", get(answer))).await;
    let outcome = fetcher().fetch(&Request::page(site.url("/"))).await;
    assert!(
        matches!(outcome, Err(FetchError::Protocol { .. })),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn header_floods() {
    let many = raw(|_, mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
        for n in 0..100_000 {
            if stream
                .write_all(format!("X-{n}: y\r\n").as_bytes())
                .await
                .is_err()
            {
                return;
            }
        }
        let _ = stream.write_all(b"\r\n").await;
    })
    .await;
    let long = raw(|_, mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nX-Long: ").await;
        let filler = vec![b'x'; 1 << 16];
        while stream.write_all(&filler).await.is_ok() {}
    })
    .await;
    for url in [many, long] {
        let (outcome, took) = impatient(url).await;
        assert!(
            matches!(outcome, Err(FetchError::Protocol { .. })),
            "{outcome:?}"
        );
        assert!(took < SOON, "{took:?}");
    }
}

#[tokio::test]
async fn not_http_at_all() {
    let url = raw(|_, mut stream| async move {
        let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n\r\n").await;
    })
    .await;
    let (outcome, _) = impatient(url).await;
    assert!(
        matches!(outcome, Err(FetchError::Protocol { .. })),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn connection_closed_in_the_middle() {
    let url = raw(|_, mut stream| async move {
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<html>")
            .await;
    })
    .await;
    let (outcome, _) = impatient(url).await;
    let error = outcome.unwrap_err();
    assert!(matches!(error, FetchError::Protocol { .. }), "{error}");
    assert!(error.is_transient() && error.is_host_failure());
}

#[tokio::test]
async fn nobody_listens() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    drop(listener);
    let (outcome, _) = impatient(url).await;
    let error = outcome.unwrap_err();
    assert_eq!(error.health(), HealthStatus::Unreachable, "{error}");
}

#[tokio::test]
async fn redirects_in_a_circle_and_without_end() {
    let circle = Router::new()
        .route("/a", get(|| async { Redirect::temporary("/b") }))
        .route("/b", get(|| async { Redirect::temporary("/a") }));
    let site = Site::start(circle).await;
    let outcome = fetcher().fetch(&Request::page(site.url("/a"))).await;
    assert!(
        matches!(outcome, Err(FetchError::RedirectLoop(_))),
        "{outcome:?}"
    );

    let endless = get(|url: axum::extract::OriginalUri| async move {
        Redirect::temporary(&format!("{}x", url.path()))
    });
    let site = Site::start(
        Router::new()
            .route("/robots.txt", crate::support::status(404))
            .fallback(endless),
    )
    .await;
    let outcome = fetcher().fetch(&Request::page(site.url("/a"))).await;
    assert!(
        matches!(outcome, Err(FetchError::TooManyRedirects { limit: 5, .. })),
        "{outcome:?}"
    );
    assert_eq!(site.paths().len(), 1 + 6);
}

#[tokio::test]
async fn redirects_to_nowhere() {
    let answer = |location: &'static str| {
        get(move || async move { (StatusCode::FOUND, [("location", location)]) })
    };
    let router = Router::new()
        .route("/none", get(|| async { StatusCode::FOUND }))
        .route("/broken", answer("http://["))
        .route("/file", answer("file:///etc/passwd"))
        .route("/ftp", answer("ftp://127.0.0.1/x"));
    let site = Site::start(router).await;
    let fetcher = fetcher();
    for (path, is_scheme) in [
        ("/none", false),
        ("/broken", false),
        ("/file", true),
        ("/ftp", true),
    ] {
        let error = fetcher
            .fetch(&Request::page(site.url(path)))
            .await
            .unwrap_err();
        let expected = if is_scheme {
            matches!(error, FetchError::Scheme(_))
        } else {
            matches!(error, FetchError::BadRedirect(_))
        };
        assert!(expected, "{path}: {error}");
    }
}

#[tokio::test]
async fn redirects_into_private_networks() {
    let targets = [
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://[fd00:ec2::254]/",
        "http://192.168.1.1:8080/x",
    ];
    for target in targets {
        let router = Router::new().route(
            "/tin",
            get(move || async move { Redirect::temporary(target) }),
        );
        let site = Site::start(router).await;
        let began = Instant::now();
        let outcome = fetcher().fetch(&Request::page(site.url("/tin"))).await;
        assert!(
            matches!(outcome, Err(FetchError::PrivateAddress { .. })),
            "{target}: {outcome:?}"
        );
        assert!(began.elapsed() < SOON);
    }
}

#[tokio::test]
async fn loopback_is_refused_unless_allowed() {
    let site = Site::start(Router::new().fallback(|| async { "bí mật" })).await;
    let strict = Fetcher::new(FetchPolicy {
        allowed_networks: Vec::new(),
        ..quick()
    })
    .unwrap();
    let port = site.address.port();
    let names = [
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "[::ffff:127.0.0.1]",
        "localhost",
    ];
    for name in names {
        let url = Url::parse(&format!("http://{name}:{port}/")).unwrap();
        let outcome = strict.fetch(&Request::page(url)).await;
        assert!(
            matches!(outcome, Err(FetchError::PrivateAddress { .. })),
            "{name}: {outcome:?}"
        );
    }
    assert!(site.paths().is_empty(), "nothing was sent");
}

/// Resolves every name to the same addresses.
struct Names(Vec<IpAddr>);

impl Lookup for Names {
    fn lookup(
        &self,
        _: String,
    ) -> Pin<Box<dyn Future<Output = std::io::Result<Vec<IpAddr>>> + Send>> {
        let addresses = self.0.clone();
        Box::pin(async move { Ok(addresses) })
    }
}

#[tokio::test]
async fn names_that_resolve_privately() {
    for address in [
        "10.0.0.7",
        "169.254.169.254",
        "192.168.0.1",
        "fd00::1",
        "::1",
        "100.64.0.1",
    ] {
        let lookup = Arc::new(Names(vec![address.parse().unwrap()]));
        let fetcher = Fetcher::new(FetchPolicy {
            lookup,
            allowed_networks: Vec::new(),
            ..quick()
        })
        .unwrap();
        let url = Url::parse("http://bao-gia.example.vn/").unwrap();
        let outcome = fetcher.fetch(&Request::page(url)).await;
        let Err(FetchError::PrivateAddress {
            host,
            address: refused,
        }) = outcome
        else {
            panic!("{address}: {outcome:?}")
        };
        assert_eq!(
            (host.as_str(), refused.as_str()),
            ("bao-gia.example.vn", address)
        );
    }
}

#[tokio::test]
async fn a_name_that_resolves_nowhere() {
    let fetcher = Fetcher::new(FetchPolicy {
        lookup: Arc::new(Names(Vec::new())),
        ..quick()
    })
    .unwrap();
    let outcome = fetcher
        .fetch(&Request::page(
            Url::parse("http://khong-co.example.vn/").unwrap(),
        ))
        .await;
    let error = outcome.unwrap_err();
    assert_eq!(error.health(), HealthStatus::Unreachable, "{error}");
}

#[tokio::test]
async fn a_name_with_one_permitted_address_is_spoken_to_there_only() {
    let site = Site::start(Router::new().fallback(|| async { "trang" })).await;
    let addresses = vec!["10.0.0.1".parse().unwrap(), "127.0.0.1".parse().unwrap()];
    let fetcher = Fetcher::new(FetchPolicy {
        lookup: Arc::new(Names(addresses)),
        ..quick()
    })
    .unwrap();
    let url = Url::parse(&format!("http://a.example.vn:{}/", site.address.port())).unwrap();
    assert_eq!(
        fetcher.fetch(&Request::page(url)).await.unwrap().body,
        "trang".as_bytes()
    );
}

#[tokio::test]
async fn cookie_walls_and_challenges() {
    let wall = get(|| async {
        let mut response = Redirect::temporary("/wall").into_response();
        response
            .headers_mut()
            .insert("set-cookie", "seen=1".parse().unwrap());
        response
    });
    let script =
        "<html><script>document.cookie=\"D1N=abc\";window.location.reload(true);</script></html>";
    let cloudflare = get(|| async {
        let page = "<html><title>Just a moment...</title></html>";
        (
            StatusCode::FORBIDDEN,
            [("content-type", "text/html"), ("cf-mitigated", "challenge")],
            page,
        )
    });
    let router = Router::new()
        .route("/wall", wall)
        .route("/script", fixed("text/html", script))
        .route("/cf", cloudflare);
    let site = Site::start(router).await;
    let fetcher = fetcher();
    for path in ["/wall", "/script", "/cf"] {
        let error = fetcher
            .fetch(&Request::page(site.url(path)))
            .await
            .unwrap_err();
        assert_eq!(error.health(), HealthStatus::Blocked, "{path}: {error}");
    }
    assert!(
        site.log().iter().all(|arrival| arrival.cookie.is_none()),
        "no cookie is ever sent back"
    );
}

#[tokio::test]
async fn invalid_utf8_comes_through_as_bytes() {
    let body = vec![0xff, 0xfe, b'<', b'p', b'>', 0xc3, 0x28];
    let site = Site::start(Router::new().route(
        "/",
        get({
            let body = body.clone();
            move || async move { body }
        }),
    ))
    .await;
    assert_eq!(
        fetcher()
            .fetch(&Request::page(site.url("/")))
            .await
            .unwrap()
            .body,
        body
    );
}

#[tokio::test]
async fn unchanged_pages_are_not_sent_again() {
    let answer = |headers: HeaderMap| async move {
        let tag = headers
            .get("if-none-match")
            .map(|value| value.as_bytes() == b"\"v1\"");
        if tag == Some(true) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            ([("etag", "\"v1\"")], "trang").into_response()
        }
    };
    let site = Site::start(Router::new().route("/", get(answer))).await;
    let fetcher = fetcher();
    let first = fetcher.fetch(&Request::page(site.url("/"))).await.unwrap();
    let etag = first.header("etag").map(str::to_owned);
    let second = fetcher
        .fetch(&Request::page(site.url("/")).unless_unchanged(etag, None))
        .await
        .unwrap();
    assert!(second.is_unchanged() && second.body.is_empty());
    // A validator that cannot be a header is left out, not sent broken.
    let odd = Request::page(site.url("/")).unless_unchanged(Some("a\r\nX: y".to_owned()), None);
    assert!(!fetcher.fetch(&odd).await.unwrap().is_unchanged());
}

#[tokio::test]
async fn moves_for_good_are_told_apart() {
    let router = Router::new()
        .route("/old", get(|| async { Redirect::permanent("/new") }))
        .route("/now", get(|| async { Redirect::temporary("/new") }))
        .route("/new", get(|| async { Response::new(Body::from("trang")) }));
    let site = Site::start(router).await;
    let fetcher = fetcher();
    let moved = fetcher
        .fetch(&Request::page(site.url("/old")))
        .await
        .unwrap();
    assert_eq!(moved.moved_to, Some(site.url("/new")));
    let visiting = fetcher
        .fetch(&Request::page(site.url("/now")))
        .await
        .unwrap();
    assert_eq!((visiting.moved_to, visiting.url), (None, site.url("/new")));
}

/// Gives another answer each time it is asked.
struct Changing {
    answers: Vec<IpAddr>,
    n_asked: AtomicUsize,
}

impl Lookup for Changing {
    fn lookup(
        &self,
        _: String,
    ) -> Pin<Box<dyn Future<Output = std::io::Result<Vec<IpAddr>>> + Send>> {
        let turn = self.n_asked.fetch_add(1, Ordering::SeqCst);
        let answer = self.answers[turn.min(self.answers.len() - 1)];
        Box::pin(async move { Ok(vec![answer]) })
    }
}

/// The address that was checked is the one that is spoken to: there is no second question in
/// between whose answer could be another.
#[tokio::test]
async fn a_name_that_changes_between_check_and_use() {
    let page = get(|| async { ([("connection", "close")], "trang") });
    let site = Site::start(Router::new().fallback(page)).await;
    let port = site.address.port();
    let inside = tokio::net::TcpListener::bind(("127.0.0.77", port))
        .await
        .unwrap();
    let lookup = Arc::new(Changing {
        answers: vec!["127.0.0.1".parse().unwrap(), "127.0.0.77".parse().unwrap()],
        n_asked: AtomicUsize::new(0),
    });
    let fetcher = Fetcher::new(FetchPolicy {
        lookup: Arc::clone(&lookup) as Arc<dyn Lookup>,
        allowed_networks: vec!["127.0.0.1".parse().unwrap()],
        ..quick()
    })
    .unwrap();
    let url = Url::parse(&format!("http://doi-y.example.vn:{port}/tin")).unwrap();
    let outcome = fetcher.fetch(&Request::page(url)).await;
    assert!(
        matches!(outcome, Err(FetchError::PrivateAddress { .. })),
        "{outcome:?}"
    );
    assert_eq!(site.paths(), ["/robots.txt"], "the first answer was good");
    assert_eq!(
        lookup.n_asked.load(Ordering::SeqCst),
        2,
        "once a connection"
    );
    let knock = tokio::time::timeout(Duration::from_millis(200), inside.accept()).await;
    assert!(knock.is_err(), "somebody knocked inside");
}

#[tokio::test]
async fn redirects_to_loopback_that_is_not_allowed() {
    let inside = Site::start_on("127.0.0.78", Router::new()).await;
    let target = inside.url("/bi-mat").to_string();
    let away = get(move || async move { Redirect::temporary(&target) });
    let site = Site::start(Router::new().route("/tin", away)).await;
    let fetcher = Fetcher::new(FetchPolicy {
        allowed_networks: vec!["127.0.0.1".parse().unwrap()],
        ..quick()
    })
    .unwrap();
    let outcome = fetcher.fetch(&Request::page(site.url("/tin"))).await;
    assert!(
        matches!(outcome, Err(FetchError::PrivateAddress { .. })),
        "{outcome:?}"
    );
    assert!(inside.paths().is_empty(), "nothing was sent");
}
