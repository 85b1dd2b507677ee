//! Where requests are led: redirects, private networks, names that resolve to what may not be asked.

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::{Redirect, Response};
use axum::routing::get;
use crawler::fetch::{FetchError, FetchPolicy, Fetcher, Lookup, Request};
use models::domain::HealthStatus;
use url::Url;

use crate::support::{Site, fetcher, quick};

const SOON: Duration = Duration::from_millis(3500);

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
