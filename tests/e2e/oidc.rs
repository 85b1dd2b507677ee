//! Signing in at a real, certified provider (`oidc-provider`, by npm) with the built program: once right,
//! and in each way in which an answer must not count.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::accounts::{Page, browse};
use crate::program::{Server, command, run};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/idp/provider.mjs");
const SECRET: &str = "mot-bi-mat-du-dai-cho-kiem-thu-0123456789";

/// The provider; it ends with its stdin.
struct Provider {
    child: Child,
    _alive: ChildStdin,
    issuer: String,
}

impl Provider {
    fn start(redirect: &str) -> Self {
        let mut child = Command::new("node")
            .args([SCRIPT, redirect])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node is needed: run `make tools`");
        let mut line = String::new();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        said.read_line(&mut line).unwrap();
        let said = serde_json::from_str::<serde_json::Value>(&line).expect(
            "the provider did not start: run `make tools` for tests/peers/idp/node_modules",
        );
        Self {
            issuer: said["issuer"].as_str().unwrap().to_owned(),
            _alive: child.stdin.take().unwrap(),
            child,
        }
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where a page leads, whole.
fn location(page: &Page, base: &str) -> String {
    let to = page.header("location");
    assert!(!to.is_empty(), "{}\n{}", page.headers, page.body);
    if to.starts_with('/') {
        format!("{base}{to}")
    } else {
        to.to_owned()
    }
}

/// The program with its provider, and where it listens.
struct Site {
    folder: PathBuf,
    address: String,
    provider: Provider,
    _server: Server,
}

impl Site {
    fn start(folder: &Path) -> Self {
        // The provider must know the address of the program, and the other way round.
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let listen = free.local_addr().unwrap().to_string();
        drop(free);
        let redirect = format!("http://{listen}/dang-nhap/oidc/ve");
        let provider = Provider::start(&redirect);
        let config = format!(
            "[access]\ninsecure_loopback = true\nlocal_login = false\nsign_in_per_minute = 1000\n\
             [crawl]\nallowed_networks = [\"127.0.0.0/8\"]\n\
             [oidc]\nissuer = \"{}\"\nclient_id = \"langnghe\"\nclient_secret = \"env:OIDC_SECRET\"\n\
             redirect = \"{redirect}\"\nroles = {{ qt = \"admin city\", bc = \"press_officer city\" }}\n",
            provider.issuer
        );
        std::fs::write(folder.join("langnghe.toml"), config).unwrap();
        let mut serve = command(folder);
        serve.env("OIDC_SECRET", SECRET);
        serve.args(["serve", "--listen", &listen]);
        let (server, address) = Server::announced(&mut serve);
        Self {
            folder: folder.to_owned(),
            address,
            provider,
            _server: server,
        }
    }

    fn jar(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.cookies"))
    }

    /// Leaves for the provider; gives the address there.
    fn depart(&self, jar: &Path) -> String {
        let path = "/dang-nhap/oidc?tiep=%2Ftai-khoan%3Fsau%3D1";
        let left = browse(jar, &format!("{}{path}", self.address), &[]).expect(303);
        let there = location(&left, &self.address);
        assert!(there.starts_with(&self.provider.issuer), "{there}");
        for asked in [
            "code_challenge_method=S256",
            "state=",
            "nonce=",
            "response_type=code",
        ] {
            assert!(there.contains(asked), "{there}");
        }
        there
    }

    /// Signs in and consents at the provider; gives the address it sends back to, not yet visited.
    fn through(&self, jar: &Path, there: &str, login: &str) -> String {
        let mut at = there.to_owned();
        for _ in 0..12 {
            if at.starts_with(&self.address) {
                return at;
            }
            let page = browse(jar, &at, &[]);
            if page.status == 200 {
                let prompt = if page.body.contains("value=\"login\"") {
                    "login"
                } else {
                    "consent"
                };
                let form = format!("prompt={prompt}&login={login}&password=x");
                let answer = browse(jar, &at, &["--data", &form]);
                at = location(&answer, &self.provider.issuer);
            } else {
                at = location(&page, &self.provider.issuer);
            }
        }
        panic!("the provider never sent anybody back: {at}")
    }

    fn is_in(&self, jar: &Path) -> bool {
        browse(jar, &format!("{}/tai-khoan", self.address), &[]).status == 200
    }
}

#[test]
fn a_real_provider_says_who_somebody_is() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(folder.path());
    let jar = site.jar("an");
    let form = browse(&jar, &format!("{}/dang-nhap", site.address), &[]).expect(200);
    assert!(
        form.body.contains("/dang-nhap/oidc?tiep="),
        "the way is shown"
    );
    assert!(
        !form.body.contains("name=\"mat_khau\""),
        "passwords are off"
    );
    let posted = [
        "-H",
        "sec-fetch-site: same-origin",
        "--data",
        "ten=a&mat_khau=b",
    ];
    browse(
        &site.jar("x"),
        &format!("{}/dang-nhap", site.address),
        &posted,
    )
    .expect(404);

    let back = site.through(&jar, &site.depart(&jar), "an:qt,khac");
    let arrived = browse(&jar, &back, &[]).expect(303);
    assert_eq!(arrived.header("location"), "/tai-khoan?sau=1");
    let own = browse(&jar, &format!("{}/tai-khoan", site.address), &[]).expect(200);
    assert!(own.body.contains("Cán bộ an"));
    browse(&jar, &format!("{}/quan-tri/nhat-ky", site.address), &[]).expect(200);

    // The answer counts once, also with the very same cookies.
    let replayed = browse(&site.jar("an"), &back, &[]).expect(403);
    assert_eq!(replayed.header("location"), "");

    // Another state than the one that left.
    let jar = site.jar("state");
    let back = site.through(&jar, &site.depart(&jar), "binh:qt");
    let (before, after) = back.split_once("state=").unwrap();
    let tail = after.find('&').map_or("", |at| &after[at..]);
    browse(&jar, &format!("{before}state=forged{tail}"), &[]).expect(403);
    assert!(!site.is_in(&jar));
    browse(&jar, &back, &[]).expect(403);

    // A code that was exchanged, brought by somebody who left anew.
    let first = site.jar("first");
    let back = site.through(&first, &site.depart(&first), "cuong:bc");
    browse(&first, &back, &[]).expect(303);
    assert!(site.is_in(&first));
    let thief = site.jar("thief");
    let there = site.depart(&thief);
    let state = there
        .split("state=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap();
    let code = back
        .split("code=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap();
    let stolen = format!(
        "{}/dang-nhap/oidc/ve?code={code}&state={state}",
        site.address
    );
    browse(&thief, &stolen, &[]).expect(403);
    assert!(!site.is_in(&thief));

    // A token made for another departure.
    let jar = site.jar("nonce");
    let there = site.depart(&jar);
    let nonce = there
        .split("nonce=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap();
    let there = there.replace(nonce, "forged");
    let back = site.through(&jar, &there, "dung:qt");
    browse(&jar, &back, &[]).expect(403);
    assert!(!site.is_in(&jar));

    // Known there, nobody here.
    let jar = site.jar("unmapped");
    let back = site.through(&jar, &site.depart(&jar), "em:khac");
    let page = browse(&jar, &back, &[]).expect(403);
    assert!(page.body.contains("chưa được gán vai trò"));
    assert!(!site.is_in(&jar));

    let accounts = run(folder.path(), &["--json", "user", "list"], b"").expect(0);
    let accounts = accounts.json_lines();
    let found = accounts.iter().map(|one| {
        (
            one["login"].as_str().unwrap(),
            one["role"].as_str().unwrap(),
        )
    });
    assert_eq!(
        found.collect::<Vec<_>>(),
        [("an", "admin"), ("cuong", "press_officer")],
        "who was refused has no account"
    );
}

#[test]
fn a_provider_without_its_secret_is_said_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let config = "[oidc]\nissuer = \"https://id.example\"\nclient_id = \"langnghe\"\n\
                  client_secret = \"env:LN_OIDC_EMPTY\"\n\
                  redirect = \"https://nghe.example/dang-nhap/oidc/ve\"\n";
    std::fs::write(folder.path().join("langnghe.toml"), config).unwrap();
    let mut serve = command(folder.path());
    serve.env("LN_OIDC_EMPTY", " ");
    let ended = serve
        .args(["serve", "--listen", "127.0.0.1:0"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(!ended.status.success());
    assert!(
        said.contains("oidc.client_secret") && said.contains("LN_OIDC_EMPTY"),
        "{said}"
    );
}
