//! What OWASP's ASVS 5.0 asks of an application of this kind, held against every route that is registered:
//! a new one is asked the same. `docs/SECURITY.md` has the whole list.

use std::collections::{BTreeMap, BTreeSet};

use api::RouteRule;
use axum::body::Body;
use axum::http::{Method, Request};
use indexer::archive::Edition;
use indexer::{Actor, By, NewAccount};
use models::domain::{About, Caller, Openness, Role, may};

use crate::access::{Office, filled, rights};
use crate::client::Answer;
use crate::fixture;
use crate::pages::PAGES;

/// Breaks out of a page, an attribute, an address.
const BREAK_OUT: &str = "%22%27%3E%3C%2Ftitle%3E%3Cscript%3Ealert(7)%3C%2Fscript%3E";

/// Names of parameters that pages read.
const QUERIES: [&str; 8] = [
    "q", "source", "ten", "tiep", "ngay", "lop", "don-vi", "lang",
];

/// A city full of hostile words, an officer of each role, and every route.
struct Stage {
    office: Office,
    rules: Vec<RouteRule>,
    cookies: Vec<(Role, String)>,
}

impl Stage {
    async fn open() -> Self {
        let (mut state, folder) = fixture::busy_city();
        state.public_url = Some("https://nghe.example".to_owned());
        state.access.sign_in_per_minute = 1_000;
        let edition = Edition {
            digests: &[fixture::hostile_digest()],
            at: fixture::now(),
            erratum: Some("<script>alert(3)</script>"),
            ..Edition::default()
        };
        state.archive.publish(&edition).unwrap();
        state.archive.record(&fixture::formula_voices()).unwrap();
        state.search.catch_up(&*state.archive).unwrap();
        let rules = api::route_rules(state.clone());
        let office = Office::over(state, folder);
        let mut cookies = Vec::new();
        for role in Role::ALL {
            let login = role.code().replace('_', "-");
            office.add(&login, role, "city");
            cookies.push((role, office.sign_in(&login).await));
        }
        let hostile = NewAccount {
            login: "ke-pha".to_owned(),
            display_name: "<script>alert(4)</script>\"'>".to_owned(),
            rights: rights(Role::Viewer, "city"),
            password: None,
            subject: None,
        };
        let by = By {
            who: Actor::Command,
            at: fixture::now(),
            request: None,
        };
        office.accounts.add_account(&hostile, &by).unwrap();
        Self {
            office,
            rules,
            cookies,
        }
    }

    /// The cookie of somebody who may use a route; an empty one where nobody must sign in.
    fn cookie_for(&self, rule: &RouteRule) -> &str {
        let openness = Openness {
            anonymous_api: true,
        };
        let may_use = |caller: &Caller| may(openness, caller, rule.action, About::Somewhere);
        if may_use(&Caller::Anyone) {
            return "";
        }
        let officer = |role: Role| Caller::Officer(rights(role, "city"));
        let mut able = self.cookies.iter();
        able.find(|(role, _)| may_use(&officer(*role)))
            .map_or("", |(_, cookie)| cookie.as_str())
    }

    async fn ask(&self, method: &Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method.clone()).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.office
            .site
            .send(request.body(Body::empty()).unwrap())
            .await
    }

    async fn get(&self, rule: &RouteRule, path: &str) -> Answer {
        let answer = self
            .ask(&Method::GET, path, &[("cookie", self.cookie_for(rule))])
            .await;
        assert!(
            !answer.status.is_server_error() || matches!(answer.status.as_u16(), 501 | 503),
            "{path}: {} {}",
            answer.status,
            String::from_utf8_lossy(&answer.body)
        );
        answer
    }

    fn reading(&self) -> impl Iterator<Item = &RouteRule> {
        self.rules.iter().filter(|rule| rule.method == Method::GET)
    }
}

/// V3.5.1, V3.5.3: another site cannot use the session of somebody who is signed in here.
#[tokio::test]
async fn no_route_that_changes_something_can_be_used_from_another_site() {
    let stage = Stage::open().await;
    let n_acts = || stage.office.accounts.audit_rows(None, 1_000).unwrap().len();
    let before = n_acts();
    let mut n_asked = 0;
    for rule in stage.rules.iter().filter(|rule| rule.method != Method::GET) {
        let path = filled(&rule.path);
        for from in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("referer", "https://nghe.example/"),
        ] {
            let headers = [
                ("cookie", stage.cookie_for(rule)),
                ("host", "nghe.example"),
                ("content-type", "application/x-www-form-urlencoded"),
                from,
            ];
            let answer = stage.ask(&rule.method, &path, &headers).await;
            let status = answer.status.as_u16();
            if rule.own_proof {
                // A session is no proof there, whichever site sends it.
                assert!((400..500).contains(&status), "{path} {from:?}: {status}");
            } else {
                assert_eq!(status, 403, "{path} {from:?}");
                let said = "send it from a page of this site";
                assert!(answer.text().contains(said), "{path} {from:?}");
            }
            n_asked += 1;
        }
    }
    assert!(n_asked > 150, "{n_asked}");
    assert_eq!(n_acts(), before, "nothing was done");
}

/// V3.3, V3.4, V4.1.1, V13.4.6, V14.3.2: what every answer carries, whatever its status.
#[tokio::test]
async fn every_answer_carries_what_browsers_need() {
    let stage = Stage::open().await;
    let mut asked = stage
        .rules
        .iter()
        .map(|rule| {
            let path = filled(&rule.path);
            (rule.method.clone(), path, stage.cookie_for(rule).to_owned())
        })
        .filter(|(_, path, _)| path != "/dang-xuat")
        .collect::<Vec<_>>();
    asked.push((Method::GET, "/khong-co".to_owned(), String::new()));
    asked.push((Method::PUT, "/".to_owned(), String::new()));
    asked.push((Method::GET, "/api/v1/khong-co".to_owned(), String::new()));
    let signing_in = format!("ten=viewer&mat_khau={}", crate::access::escaped("sai"));
    let mut statuses = BTreeSet::new();
    for (method, path, cookie) in asked {
        let headers = [
            ("cookie", cookie.as_str()),
            ("sec-fetch-site", "same-origin"),
            ("origin", "https://evil.example"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let answer = stage.ask(&method, &path, &headers).await;
        statuses.insert(answer.status.as_u16());
        let at = format!("{method} {path} ({})", answer.status);
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{at}: {policy}");
        for part in ["base-uri 'none'", "form-action 'self'", "frame-ancestors "] {
            assert!(policy.contains(part), "{at}: {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{at}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("strict-transport-security", "max-age=31536000"),
        ] {
            assert_eq!(answer.header(name), value, "{at}");
        }
        for told in ["server", "x-powered-by", "access-control-allow-origin"] {
            assert_eq!(answer.header(told), "", "{at}");
        }
        let kind = answer.kind();
        assert!(answer.body.is_empty() || !kind.is_empty(), "{at}: no type");
        if kind.starts_with("text/") {
            assert!(kind.contains("charset=utf-8"), "{at}: {kind}");
        }
        let cached = answer.header("cache-control");
        let is_signed_in = !cookie.is_empty();
        assert!(
            !is_signed_in || !cached.contains("public"),
            "{at}: {cached}"
        );
        for set in answer.headers.get_all("set-cookie") {
            let set = set.to_str().unwrap();
            for part in [
                "__Host-",
                "; Path=/",
                "; Secure",
                "; HttpOnly",
                "; SameSite=",
            ] {
                assert!(set.contains(part), "{at}: {set}");
            }
            assert!(!set.contains("Domain=") && set.len() < 4_096, "{at}: {set}");
        }
    }
    assert!(statuses.len() >= 5, "{statuses:?}");
    let wrong = stage.office.post("/dang-nhap", &signing_in, "").await;
    assert_eq!(wrong.header("set-cookie"), "", "who fails gets no session");
}

/// V4.1.4, V13.4.4: only methods that were registered do anything.
#[tokio::test]
async fn other_methods_than_registered_are_refused_everywhere() {
    let stage = Stage::open().await;
    let mut known = BTreeMap::<_, BTreeSet<_>>::new();
    for rule in &stage.rules {
        let methods = known.entry(rule.path.as_str()).or_default();
        methods.insert(rule.method.to_string());
    }
    let admin = stage.cookies.iter().find(|(role, _)| *role == Role::Admin);
    let headers = [
        ("cookie", admin.unwrap().1.as_str()),
        ("sec-fetch-site", "same-origin"),
        ("x-http-method-override", "POST"),
    ];
    for (path, methods) in &known {
        for method in [
            "POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "GET", "NGHE",
        ] {
            if methods.contains(method) {
                continue;
            }
            let method = method.parse::<Method>().unwrap();
            let answer = stage.ask(&method, &filled(path), &headers).await;
            assert_eq!(answer.status.as_u16(), 405, "{method} {path}");
        }
    }
    assert!(known.len() > 100, "{}", known.len());
}

/// V1.2.1, V1.2.2, V3.2.2: words of others and of addresses stay words on every page.
#[tokio::test]
async fn nothing_breaks_out_of_any_page() {
    let stage = Stage::open().await;
    let mut asked = PAGES
        .iter()
        .map(|path| (None, (*path).to_owned()))
        .collect::<Vec<_>>();
    for rule in stage.reading() {
        let known = filled(&rule.path);
        for given in ["c-%3Chostile%3E", "hostile-1", "1022", BREAK_OUT] {
            let parts = rule.path.split('/');
            let parts = parts.map(|part| if part.starts_with('{') { given } else { part });
            asked.push((Some(rule), parts.collect::<Vec<_>>().join("/")));
            if !rule.path.contains('{') {
                break;
            }
        }
        let query = QUERIES.map(|name| format!("{name}={BREAK_OUT}")).join("&");
        asked.push((Some(rule), format!("{known}?{query}")));
        for name in QUERIES {
            let is_page = !rule.path.starts_with("/api/") && !rule.path.contains('{');
            if is_page {
                asked.push((Some(rule), format!("{known}?{name}={BREAK_OUT}")));
            }
        }
    }
    let (mut n_pages, mut n_hostile) = (0, 0);
    for (rule, path) in asked {
        let answer = match rule {
            Some(rule) => stage.get(rule, &path).await,
            None => stage.ask(&Method::GET, &path, &[]).await,
        };
        let is_read_as_markup = ["html", "xml", "svg"]
            .iter()
            .any(|kind| answer.kind().contains(kind));
        if !is_read_as_markup {
            continue;
        }
        n_pages += 1;
        let html = answer.text();
        for broken in ["<script>alert", "<img src=x", "href=\"javascript:", "\"'><"] {
            assert!(!html.contains(broken), "{path} holds {broken}");
        }
        n_hostile += usize::from(html.contains("alert("));
    }
    assert!(n_pages > 300 && n_hostile > 60, "{n_hostile} of {n_pages}");
}

/// V5.3.2, V5.4.1, V16.5.1: no parameter of an address leads out of its place or brings anything down.
#[tokio::test]
async fn no_parameter_leads_out_of_its_place() {
    let stage = Stage::open().await;
    let mut n_asked = 0;
    for rule in stage.reading().filter(|rule| rule.path.contains('{')) {
        for given in [
            "..%2f..%2f..%2f..%2fetc%2fpasswd",
            "..%5c..%5crecord.sqlite",
            "%2e%2e",
            "%2fetc%2fpasswd",
            "a%00.csv",
            "%ff%fe",
            "-1",
            "99999999999999999999999999",
            "'%20OR%201=1--",
        ] {
            let parts = rule.path.split('/');
            let parts = parts.map(|part| if part.starts_with('{') { given } else { part });
            let path = parts.collect::<Vec<_>>().join("/");
            let answer = stage.get(rule, &path).await;
            let body = String::from_utf8_lossy(&answer.body);
            let holds_a_file = body.contains("root:x:") || body.contains("SQLite format");
            assert!(!holds_a_file, "{path}");
            let status = answer.status.as_u16();
            assert!((300..500).contains(&status), "{path}: {status}");
            n_asked += 1;
        }
    }
    assert!(n_asked > 200, "{n_asked}");
}

/// V1.2.10: no cell of any table is a formula.
#[tokio::test]
async fn no_cell_of_any_table_is_a_formula() {
    let stage = Stage::open().await;
    let mut paths = stage
        .reading()
        .filter(|rule| rule.path.starts_with("/api/v1/") || rule.path.contains(".csv"))
        .map(|rule| (rule, format!("{}?format=csv", filled(&rule.path))))
        .collect::<Vec<_>>();
    let rule_of = |path: &str| stage.rules.iter().find(|rule| rule.path == path).unwrap();
    for more in ["q=congthuc", "q=alert", "q=ngap"] {
        let path = format!("/api/v1/search?{more}&limit=100&format=csv");
        paths.push((rule_of("/api/v1/search"), path));
    }
    paths.push((rule_of("/yeu-cau.csv"), "/yeu-cau.csv".to_owned()));
    let (mut n_tables, mut n_disarmed) = (0, 0);
    for (rule, path) in paths {
        let answer = stage.get(rule, &path).await;
        if !answer.kind().starts_with("text/csv") {
            continue;
        }
        n_tables += 1;
        let text = answer.text().trim_start_matches('\u{feff}');
        let mut table = csv::Reader::from_reader(text.as_bytes());
        for row in table.records() {
            for cell in &row.unwrap() {
                let is_number = cell.parse::<f64>().is_ok();
                let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']);
                assert!(is_number || !runs, "{path}: {cell}");
                n_disarmed += usize::from(cell.starts_with('\''));
            }
        }
    }
    assert!(
        n_tables > 10 && n_disarmed >= 6,
        "{n_disarmed} in {n_tables}"
    );
}

/// `docs/SECURITY.md` and `docs/PRIVACY.md` name tests; a name without a test would be a promise.
#[test]
fn every_test_that_is_named_stands_there() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut n_named = 0;
    for document in ["docs/SECURITY.md", "docs/PRIVACY.md"] {
        let text = std::fs::read_to_string(root.join(document)).unwrap();
        for row in text.lines().filter(|line| line.starts_with('|')) {
            let codes = row.split('`').skip(1).step_by(2).collect::<Vec<_>>();
            let [.., file, name] = codes.as_slice() else {
                continue;
            };
            let is_file = std::path::Path::new(file)
                .extension()
                .is_some_and(|ending| ending == "rs");
            let is_test = name
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            if is_file && is_test {
                let code = std::fs::read_to_string(root.join(file));
                let code = code.unwrap_or_else(|why| panic!("{document} names {file}: {why}"));
                assert!(
                    code.contains(&format!("fn {name}(")),
                    "{document}: no {name} in {file}"
                );
                n_named += 1;
            }
        }
    }
    assert!(n_named > 45, "{n_named}");
}
