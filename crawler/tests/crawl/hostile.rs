//! Servers that mean harm, or are merely broken: each is bounded in time and memory and ends in a
//! clear error.

use std::io::Write;
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use crawler::fetch::{FetchError, FetchPolicy, Fetcher, Request};
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
