//! Accounts with the built program: the first administrator, signing in, the log and who tampers with it.

use std::fs;
use std::path::Path;
use std::process::Command;

use rusqlite::Connection;

use crate::program::{Server, command, run};

pub const PASSWORD: &str = "bốn từ ngẫu nhiên";

/// What curl brought: status, headers with names in small letters, body.
pub struct Page {
    pub status: u16,
    pub headers: String,
    pub body: String,
}

impl Page {
    /// A header's value, the first of its name.
    pub fn header(&self, name: &str) -> &str {
        let lines = self.headers.lines();
        let found = lines.filter_map(|line| line.split_once(": "));
        let mut found = found.filter(|(is, _)| is.eq_ignore_ascii_case(name));
        found.next().map_or("", |(_, value)| value)
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}\n{}", self.headers, self.body);
        self
    }
}

/// A browser reduced to its cookies, kept in a file.
pub fn browse(jar: &Path, url: &str, more: &[&str]) -> Page {
    let jar = jar.to_str().unwrap();
    let output = Command::new("curl")
        .args(["-s", "-i", "--max-time", "30", "-b", jar, "-c", jar])
        .args(more)
        .arg(url)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n");
    let (headers, body) = text.split_once("\n\n").unwrap_or((&text, ""));
    let status = headers.split(' ').nth(1).and_then(|code| code.parse().ok());
    Page {
        status: status.unwrap_or_else(|| panic!("no answer from {url}: {text}")),
        headers: headers.to_owned(),
        body: body.to_owned(),
    }
}

const HERE: [&str; 2] = ["-H", "sec-fetch-site: same-origin"];

/// The first administrator is added by the command line, which refuses what is wrong.
fn add_the_first(folder: &Path) {
    let add = [
        "user",
        "add",
        "An",
        "--name",
        "Nguyễn An",
        "--role",
        "admin",
    ];
    let weak = run(folder, &add, b"123456\n").expect(1);
    assert!(weak.stderr.contains("15"), "{}", weak.stderr);
    run(folder, &add, format!("{PASSWORD}\n").as_bytes()).expect(0);
    let twice = run(folder, &add, format!("{PASSWORD}\n").as_bytes()).expect(1);
    assert!(twice.stderr.contains("taken"), "{}", twice.stderr);
    let nowhere = ["user", "add", "b2", "--role", "viewer", "--reach", "00000"];
    run(folder, &nowhere, format!("{PASSWORD}\n").as_bytes()).expect(1);
    let listed = run(folder, &["--json", "user", "list"], b"").expect(0);
    let account = &listed.json_lines()[0];
    assert_eq!(
        (&account["login"], &account["role"]),
        (&"an".into(), &"admin".into())
    );
}

#[test]
fn the_first_administrator_signs_in_and_tampering_shows() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    add_the_first(folder);
    let key = run(
        folder,
        &["--json", "key", "add", "1022", "--scope", "read"],
        b"",
    )
    .expect(0);
    let key = key.json_lines()[0]["key"].as_str().unwrap().to_owned();

    let open_everywhere = ["serve", "--listen", "0.0.0.0:0"];
    let mut wrong = command(folder);
    wrong.env("LANGNGHE_ACCESS__INSECURE_LOOPBACK", "true");
    let refused = wrong.args(open_everywhere).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(
        !refused.status.success() && said.contains("loopback"),
        "{said}"
    );

    let mut serve = command(folder);
    serve
        .env("LANGNGHE_ACCESS__INSECURE_LOOPBACK", "true")
        .env("LANGNGHE_API__ANONYMOUS", "false")
        .args(["serve", "--listen", "127.0.0.1:0"]);
    let (mut server, address) = Server::announced(&mut serve);
    let jar = folder.join("cookies");
    let admin_page = format!("{address}/quan-tri/tai-khoan");
    let asked = browse(&jar, &admin_page, &[]).expect(303);
    let login = format!("{address}{}", asked.header("location"));
    browse(&jar, &login, &[]).expect(200);
    let form = [
        "--data-urlencode",
        "ten=an",
        "--data-urlencode",
        "tiep=/quan-tri/tai-khoan",
    ];
    let password = format!("mat_khau={PASSWORD}");
    let mut fields = form.to_vec();
    fields.extend(["--data-urlencode", &password]);
    let foreign = browse(&jar, &format!("{address}/dang-nhap"), &fields);
    foreign.expect(403);
    fields.extend(HERE);
    let signed_in = browse(&jar, &format!("{address}/dang-nhap"), &fields).expect(303);
    assert_eq!(signed_in.header("location"), "/quan-tri/tai-khoan");
    let page = browse(&jar, &admin_page, &[]).expect(200);
    assert!(page.body.contains("Nguyễn An"));

    let units = format!("{address}/api/v1/units");
    let none = folder.join("none");
    browse(&none, &units, &[]).expect(401);
    let bearer = format!("authorization: Bearer {key}");
    browse(&none, &units, &["-H", &bearer]).expect(200);
    run(folder, &["key", "revoke", "1"], b"").expect(0);
    browse(&none, &units, &["-H", &bearer]).expect(401);

    run(folder, &["user", "disable", "an"], b"").expect(0);
    browse(&jar, &admin_page, &[]).expect(303);
    server.stop();

    assert_tampering_shows(folder);
    // What opens doors stands nowhere in the data folder.
    assert_nowhere(folder, &[PASSWORD, &key]);
}

/// The log tells who did what; a changed line and a cut end are found.
fn assert_tampering_shows(folder: &Path) {
    let sound = run(folder, &["--json", "audit", "verify"], b"").expect(0);
    let sound = &sound.json_lines()[0];
    let head = format!("{}:{}", sound["rows"], sound["head"].as_str().unwrap());
    run(folder, &["audit", "verify", "--head", &head], b"").expect(0);
    let lines = run(folder, &["--json", "audit", "list"], b"").expect(0);
    let lines = lines.json_lines();
    let actions = lines.iter().map(|line| line["action"].as_str().unwrap());
    assert_eq!(
        actions.collect::<Vec<_>>(),
        [
            "account.add",
            "key.add",
            "sign_in",
            "key.revoke",
            "account.active"
        ]
    );
    assert_eq!(
        (&lines[2]["account"], &lines[2]["role"]),
        (&1.into(), &"admin".into())
    );
    assert!(
        !lines[2]["request"].is_null(),
        "found in the log by its number"
    );

    let record = Connection::open(folder.join("data/record.sqlite")).unwrap();
    let triggers =
        "DROP TRIGGER audit_is_append_only_update; DROP TRIGGER audit_is_append_only_delete;";
    let tamper = |sql: &str| record.execute_batch(sql).unwrap();
    tamper(triggers);
    tamper("DELETE FROM audit WHERE seq = 5");
    run(folder, &["audit", "verify"], b"").expect(0);
    let cut = run(folder, &["audit", "verify", "--head", &head], b"").expect(1);
    assert!(cut.stderr.contains("cut"), "{}", cut.stderr);
    tamper("UPDATE audit SET role = 'viewer' WHERE seq = 3");
    let found = run(folder, &["--json", "audit", "verify"], b"").expect(2);
    assert_eq!(found.json_lines()[0]["line"], 3);
}

fn assert_nowhere(folder: &Path, secrets: &[&str]) {
    for secret in secrets {
        for file in ["data/record.sqlite", "data/record.sqlite-wal"] {
            let bytes = fs::read(folder.join(file)).unwrap_or_default();
            let holds = bytes
                .windows(secret.len())
                .any(|part| part == secret.as_bytes());
            assert!(!holds, "{file} holds a secret");
        }
    }
}
