//! robots.txt: which lines count, which group holds, which rule wins, and what a missing or broken
//! file means.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::get;
use crawler::fetch::robots::{Robots, allows};
use crawler::fetch::{FetchError, FetchPolicy, Fetcher, Request};
use models::domain::HealthStatus;

use crate::support::{Site, fetcher, fixed, quick, status};

const ALLOW: bool = true;
const DENY: bool = false;

/// robots.txt, agent, address, expectation.
#[rustfmt::skip]
const CASES: &[(&str, &str, &str, bool)] = &[
    // Nothing, or nothing that is a rule, forbids nothing.
    ("", "Bao", "http://a.vn/x", ALLOW),
    ("\n\n# chỉ có ghi chú\n", "Bao", "http://a.vn/x", ALLOW),
    ("<!doctype html><html><body>Không tìm thấy</body></html>", "Bao", "http://a.vn/x", ALLOW),
    ("disallow: /", "Bao", "http://a.vn/x", ALLOW),
    ("user-agent: *\ndisallow:", "Bao", "http://a.vn/x", ALLOW),
    ("user-agent: *\nallow: /x", "Bao", "http://a.vn/y", ALLOW),
    // Line syntax: case, blanks, missing colon, typos, comments, line ends, byte order mark.
    ("user-agent: Bao\ndisallow: /", "Bao", "http://a.vn/x", DENY),
    ("USER-AGENT: Bao\nDISALLOW: /", "Bao", "http://a.vn/x", DENY),
    ("  User-Agent :  Bao  \n\tDisallow :\t/ ", "Bao", "http://a.vn/x", DENY),
    ("user-agent Bao\ndisallow /", "Bao", "http://a.vn/x", DENY),
    ("useragent: Bao\ndisalow: /", "Bao", "http://a.vn/x", DENY),
    ("user agent: Bao\ndissallow: /", "Bao", "http://a.vn/x", DENY),
    ("user-agent: Bao # tôi\ndisallow: / # tất cả", "Bao", "http://a.vn/x", DENY),
    ("user-agent: Bao\n#disallow: /", "Bao", "http://a.vn/x", ALLOW),
    ("user-agent: Bao\r\ndisallow: /\r\n", "Bao", "http://a.vn/x", DENY),
    ("user-agent: Bao\rdisallow: /\r", "Bao", "http://a.vn/x", DENY),
    ("\u{feff}user-agent: Bao\ndisallow: /", "Bao", "http://a.vn/x", DENY),
    ("user-agent: Bao\n\n\ndisallow: /", "Bao", "http://a.vn/x", DENY),
    ("foo: Bao\nbar: /", "Bao", "http://a.vn/x", ALLOW),
    (": Bao\n: /", "Bao", "http://a.vn/x", ALLOW),
    // Agents: exact token, any case, up to the first character that no token has.
    ("user-agent: bAO\ndisallow: /", "BaO", "http://a.vn/x", DENY),
    ("user-agent: Bao/2.1\ndisallow: /", "Bao", "http://a.vn/x", DENY),
    ("user-agent: Bao Cao\ndisallow: /", "Bao", "http://a.vn/x", DENY),
    ("user-agent: BaoCao\ndisallow: /", "Bao", "http://a.vn/x", ALLOW),
    ("user-agent: Bao\ndisallow: /", "BaoCao", "http://a.vn/x", ALLOW),
    ("user-agent: Bao-Cao_x\ndisallow: /", "bao-cao_X", "http://a.vn/x", DENY),
    ("user-agent: *\ndisallow: /", "Bao", "http://a.vn/x", DENY),
    ("user-agent: * mọi người\ndisallow: /", "Bao", "http://a.vn/x", DENY),
    ("user-agent: *x\ndisallow: /", "Bao", "http://a.vn/x", ALLOW),
    // Groups: several agents, several groups of one agent, the group for everyone as a fallback.
    ("user-agent: Tin\nuser-agent: Bao\ndisallow: /", "Bao", "http://a.vn/x", DENY),
    ("user-agent: Tin\nuser-agent: Bao\ndisallow: /", "Tin", "http://a.vn/x", DENY),
    ("user-agent: Bao\ndisallow: /a\nuser-agent: Tin\ndisallow: /b\nuser-agent: Bao\ndisallow: /c", "Bao", "http://a.vn/a", DENY),
    ("user-agent: Bao\ndisallow: /a\nuser-agent: Tin\ndisallow: /b\nuser-agent: Bao\ndisallow: /c", "Bao", "http://a.vn/b", ALLOW),
    ("user-agent: Bao\ndisallow: /a\nuser-agent: Tin\ndisallow: /b\nuser-agent: Bao\ndisallow: /c", "Bao", "http://a.vn/c", DENY),
    ("user-agent: *\ndisallow: /\nuser-agent: Bao\nallow: /", "Bao", "http://a.vn/x", ALLOW),
    ("user-agent: Bao\nallow: /\nuser-agent: *\ndisallow: /", "Bao", "http://a.vn/x", ALLOW),
    ("user-agent: *\ndisallow: /\nuser-agent: Bao\ndisallow:", "Bao", "http://a.vn/x", ALLOW),
    ("user-agent: *\ndisallow: /\nuser-agent: Bao", "Bao", "http://a.vn/x", ALLOW),
    ("user-agent: *\ndisallow: /a\nuser-agent: *\ndisallow: /b", "Bao", "http://a.vn/b", DENY),
    ("user-agent: *\nuser-agent: Bao\ndisallow: /a\nuser-agent: *\ndisallow: /b", "Bao", "http://a.vn/b", ALLOW),
    ("allow: /\nuser-agent: Bao\ndisallow: /", "Bao", "http://a.vn/x", DENY),
    // Sitemap and unknown lines belong to no group and end none: here the crate alone is too free.
    ("user-agent: Bao\nsitemap: http://a.vn/s.xml\nuser-agent: Tin\ndisallow: /", "Bao", "http://a.vn/x", DENY),
    ("user-agent: Bao\ncrawl-delay: 9\nuser-agent: Tin\ndisallow: /", "Bao", "http://a.vn/x", DENY),
    ("user-agent: Bao\nhost: a.vn\nuser-agent: *\ndisallow: /", "Tin", "http://a.vn/x", DENY),
    ("user-agent: Bao\nsitemap: http://a.vn/s.xml\ndisallow: /", "Bao", "http://a.vn/x", DENY),
    // The longest rule wins; of two as long, the one that allows.
    ("user-agent: Bao\ndisallow: /tin\nallow: /tin/moi", "Bao", "http://a.vn/tin/moi/1", ALLOW),
    ("user-agent: Bao\nallow: /tin/moi\ndisallow: /tin", "Bao", "http://a.vn/tin/cu", DENY),
    ("user-agent: Bao\nallow: /tin\ndisallow: /tin/cu", "Bao", "http://a.vn/tin/cu/1", DENY),
    ("user-agent: Bao\nallow: /tin\ndisallow: /tin", "Bao", "http://a.vn/tin", ALLOW),
    ("user-agent: Bao\ndisallow: /tin\nallow: /tin", "Bao", "http://a.vn/tin", ALLOW),
    ("user-agent: Bao\ndisallow: /\nallow: /$", "Bao", "http://a.vn/", ALLOW),
    ("user-agent: Bao\ndisallow: /\nallow: /$", "Bao", "http://a.vn/tin", DENY),
    // Rules begin at the path's beginning, are case-sensitive, and see the query.
    ("user-agent: Bao\ndisallow: /tin", "Bao", "http://a.vn/tin-tuc.html", DENY),
    ("user-agent: Bao\ndisallow: /tin/", "Bao", "http://a.vn/tin", ALLOW),
    ("user-agent: Bao\ndisallow: /tin", "Bao", "http://a.vn/ban/tin", ALLOW),
    ("user-agent: Bao\ndisallow: /Tin", "Bao", "http://a.vn/tin", ALLOW),
    ("user-agent: Bao\ndisallow: /tim?q=", "Bao", "http://a.vn/tim?q=ngap", DENY),
    ("user-agent: Bao\ndisallow: /tim?q=", "Bao", "http://a.vn/tim", ALLOW),
    ("user-agent: Bao\ndisallow: /?", "Bao", "http://a.vn?a=1", DENY),
    ("user-agent: Bao\ndisallow: /tin", "Bao", "http://a.vn/#/tin", ALLOW),
    ("user-agent: Bao\ndisallow: /", "Bao", "http://a.vn", DENY),
    // Wildcards.
    ("user-agent: Bao\ndisallow: /*.pdf", "Bao", "http://a.vn/tep/a.pdf?x=1", DENY),
    ("user-agent: Bao\ndisallow: /*.pdf$", "Bao", "http://a.vn/tep/a.pdf?x=1", ALLOW),
    ("user-agent: Bao\ndisallow: /*.pdf$", "Bao", "http://a.vn/a.pdf.pdf", DENY),
    ("user-agent: Bao\ndisallow: /tin*/anh", "Bao", "http://a.vn/tin/2026/anh/1", DENY),
    ("user-agent: Bao\ndisallow: /tin*/anh", "Bao", "http://a.vn/tin/2026/chu", ALLOW),
    ("user-agent: Bao\ndisallow: *anh", "Bao", "http://a.vn/tin/anh", DENY),
    ("user-agent: Bao\ndisallow: /tin**x", "Bao", "http://a.vn/tinx", DENY),
    ("user-agent: Bao\ndisallow: /a$b", "Bao", "http://a.vn/a$bc", DENY),
    ("user-agent: Bao\ndisallow: /a$b", "Bao", "http://a.vn/a", ALLOW),
    ("user-agent: Bao\ndisallow: /tin$", "Bao", "http://a.vn/tin", DENY),
    ("user-agent: Bao\ndisallow: /tin$", "Bao", "http://a.vn/tin/", ALLOW),
    ("user-agent: Bao\ndisallow: /a*b*c$", "Bao", "http://a.vn/aXbXbXc", DENY),
    ("user-agent: Bao\ndisallow: /a*b*c$", "Bao", "http://a.vn/acb", ALLOW),
    // Percent-encoding: rules are escaped, and escapes compared in upper case.
    ("user-agent: Bao\ndisallow: /ngập", "Bao", "http://a.vn/ng%E1%BA%ADp", DENY),
    ("user-agent: Bao\ndisallow: /ng%e1%ba%adp", "Bao", "http://a.vn/ng%E1%BA%ADp", DENY),
    ("user-agent: Bao\ndisallow: /a%3cd", "Bao", "http://a.vn/a%3Cd", DENY),
    // A rule for the index page holds for its directory.
    ("user-agent: Bao\ndisallow: /\nallow: /tin/index.html", "Bao", "http://a.vn/tin/", ALLOW),
    ("user-agent: Bao\ndisallow: /\nallow: /tin/index.htm", "Bao", "http://a.vn/tin/", ALLOW),
    ("user-agent: Bao\ndisallow: /\nallow: /tin/index.html", "Bao", "http://a.vn/tin/khac", DENY),
    ("user-agent: Bao\ndisallow: /\nallow: /tin/index.html", "Bao", "http://a.vn/tin/index.html", ALLOW),
];

#[test]
fn keeps_to_the_protocol() {
    for (robots, agent, url, expect) in CASES {
        assert_eq!(
            allows(robots, agent, url),
            *expect,
            "{robots:?} {agent} {url}"
        );
    }
}

/// The cases of Google's own parser, where they are at hand: `LANGNGHE_SHARED=/work/shared`.
#[test]
fn keeps_to_googles_cases() {
    let Some(shared) = std::env::var_os("LANGNGHE_SHARED") else {
        return;
    };
    let path = std::path::Path::new(&shared).join("data/robots/cases.json");
    let cases =
        serde_json::from_slice::<Vec<serde_json::Value>>(&std::fs::read(path).unwrap()).unwrap();
    let failed = cases.iter().filter(|case| {
        let text = |name: &str| case[name].as_str().unwrap();
        Some(allows(text("robots"), text("ua"), text("url"))) != case["allow"].as_bool()
    });
    let failed = failed.map(ToString::to_string).collect::<Vec<_>>();
    assert!(
        failed.is_empty(),
        "{} of {} fail: {failed:#?}",
        failed.len(),
        cases.len()
    );
}

#[test]
fn hostile_files_cost_little() {
    let long_path = format!("http://a.vn/{}", "a".repeat(2000));
    let rule = format!("disallow: /{}b\n", "*a".repeat(1000));
    let wildcards = format!("user-agent: *\n{}", rule.repeat(20));
    let one_line = format!("user-agent: *\ndisallow: /{}", "ă".repeat(100_000));
    let only_agents = "user-agent: x\n".repeat(10_000);
    let began = std::time::Instant::now();
    for robots in [
        wildcards,
        one_line,
        only_agents,
        "\u{0}\u{ff}*$".repeat(20_000),
    ] {
        allows(&robots, "Bao", &long_path);
    }
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "{:?}",
        began.elapsed()
    );
}

#[test]
fn reads_crawl_delay_and_sitemaps() {
    let robots = Robots::parse(
        "sitemap: http://a.vn/s.xml\nuser-agent: *\ncrawl-delay: 2.5\nuser-agent: Bao\nCrawl-Delay: 7\ndisallow: /x",
    );
    assert_eq!(robots.crawl_delay("Tin"), Some(Duration::from_millis(2500)));
    assert_eq!(robots.crawl_delay("bao"), Some(Duration::from_secs(7)));
    assert_eq!(robots.sitemaps(), ["http://a.vn/s.xml"]);
    let after_rules = Robots::parse(
        "user-agent: *\ndisallow: /x\ncrawl-delay: 9\ncrawl-delay: 1\nuser-agent: Bao\nallow: /",
    );
    assert_eq!(after_rules.crawl_delay("Tin"), Some(Duration::from_secs(9)));
    assert_eq!(after_rules.crawl_delay("Bao"), None);
    for wrong in ["-1", "abc", "1e300", "NaN", ""] {
        assert_eq!(
            Robots::parse(&format!("user-agent: *\ncrawl-delay: {wrong}")).crawl_delay("Bao"),
            None,
            "{wrong}"
        );
    }
}

async fn fetch(fetcher: &Fetcher, site: &Site, path: &str) -> Result<(), FetchError> {
    fetcher
        .fetch(&Request::page(site.url(path)))
        .await
        .map(|_| ())
}

#[tokio::test]
async fn is_asked_for_once_and_obeyed() {
    let robots = "user-agent: *\nallow: /cam\nuser-agent: langnghe\ndisallow: /cam";
    let router = Router::new()
        .route("/robots.txt", fixed("text/plain", robots))
        .fallback(|| async { "trang" });
    let site = Site::start(router).await;
    let fetcher = fetcher();
    assert_eq!(fetch(&fetcher, &site, "/tin").await, Ok(()));
    let denied = fetch(&fetcher, &site, "/cam/1?q=x").await.unwrap_err();
    assert_eq!(denied.health(), HealthStatus::RobotsDenied);
    assert!(!denied.to_string().contains("q=x"), "{denied}");
    assert_eq!(fetch(&fetcher, &site, "/tin/2").await, Ok(()));
    assert_eq!(site.paths(), ["/robots.txt", "/tin", "/tin/2"]);
    assert!(
        site.log()[0].user_agent.starts_with("LangNghe/"),
        "{:?}",
        site.log()[0]
    );
    assert!(
        site.log()[0]
            .user_agent
            .contains("(+https://example.vn/crawler)")
    );
}

#[tokio::test]
async fn by_agreement_is_not_asked_for() {
    let router = Router::new()
        .route(
            "/robots.txt",
            fixed("text/plain", "user-agent: *\ndisallow: /"),
        )
        .fallback(|| async { "[]" });
    let site = Site::start(router).await;
    let request = Request::json(site.url("/requests.json")).by_agreement();
    assert!(fetcher().fetch(&request).await.is_ok());
    assert_eq!(site.paths(), ["/requests.json"]);
}

#[tokio::test]
async fn a_missing_file_allows_and_a_broken_host_forbids() {
    for (code, expect) in [
        (404, true),
        (401, true),
        (403, true),
        (410, true),
        (500, false),
        (503, false),
        (429, false),
    ] {
        let site = Site::start(
            Router::new()
                .route("/robots.txt", status(code))
                .fallback(|| async { "trang" }),
        )
        .await;
        let fetcher = fetcher();
        let outcome = fetch(&fetcher, &site, "/tin").await;
        assert_eq!(outcome.is_ok(), expect, "{code}: {outcome:?}");
        if !expect {
            assert!(
                matches!(outcome, Err(FetchError::RobotsUnavailable { .. })),
                "{outcome:?}"
            );
            fetch(&fetcher, &site, "/tin").await.unwrap_err();
            assert_eq!(
                site.paths(),
                ["/robots.txt"],
                "it is remembered that {code} came"
            );
        }
    }
}

#[tokio::test]
async fn is_followed_over_redirects() {
    let router = Router::new()
        .route(
            "/robots.txt",
            get(|| async { Redirect::temporary("/that.txt") }),
        )
        .route(
            "/that.txt",
            fixed("text/plain", "user-agent: *\ndisallow: /cam"),
        )
        .fallback(|| async { "trang" });
    let site = Site::start(router).await;
    let fetcher = fetcher();
    assert!(matches!(
        fetch(&fetcher, &site, "/cam").await,
        Err(FetchError::RobotsDenied(_))
    ));
    assert_eq!(fetch(&fetcher, &site, "/tin").await, Ok(()));
}

#[tokio::test]
async fn holds_for_each_redirect() {
    let router = Router::new()
        .route(
            "/robots.txt",
            fixed("text/plain", "user-agent: *\ndisallow: /cam"),
        )
        .route("/tin", get(|| async { Redirect::permanent("/cam/1") }))
        .fallback(|| async { "trang" });
    let site = Site::start(router).await;
    assert!(matches!(
        fetch(&fetcher(), &site, "/tin").await,
        Err(FetchError::RobotsDenied(_))
    ));
    assert_eq!(site.paths(), ["/robots.txt", "/tin"]);
}

#[tokio::test]
async fn a_known_file_outlives_its_hosts_trouble() {
    let code = Arc::new(AtomicU16::new(200));
    let shown = Arc::clone(&code);
    let robots = move || async move {
        let code = StatusCode::from_u16(shown.load(Ordering::SeqCst)).unwrap();
        (code, "user-agent: *\ndisallow: /cam")
    };
    let site = Site::start(
        Router::new()
            .route("/robots.txt", get(robots))
            .fallback(|| async { "trang" }),
    )
    .await;
    let robots_for = Duration::from_millis(100);
    let fetcher = Fetcher::new(FetchPolicy {
        robots_for,
        ..quick()
    })
    .unwrap();
    assert_eq!(fetch(&fetcher, &site, "/tin").await, Ok(()));
    code.store(500, Ordering::SeqCst);
    tokio::time::sleep(2 * robots_for).await;
    assert_eq!(fetch(&fetcher, &site, "/tin/2").await, Ok(()));
    assert!(matches!(
        fetch(&fetcher, &site, "/cam").await,
        Err(FetchError::RobotsDenied(_))
    ));
    assert_eq!(
        site.paths(),
        ["/robots.txt", "/tin", "/robots.txt", "/tin/2"]
    );
}
