//! The Open311 server of the running program: requests handed in survive a kill -9, the same number
//! again is the same request, who reports is kept nowhere, and our own client reads what is served.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::comes_in::{assert_nowhere, configure, serve};
use crate::program::{get, get_json, run, wait_for};

const SOURCES: &str = r#"
[[source]]
id = "cong-dan"
name = "Ứng dụng công dân"
channel = "hotline"
kind = "webhook"
secret = "secret"
"#;

/// What the standard lets a client say of who reports, and what stands in the words.
const PERSONAL: [&str; 4] = [
    "tran.thi.bi.mat@example.vn",
    "0912345678",
    "Bí Mật",
    "thiet-bi-77",
];

/// A city that takes requests, and a key for them.
fn city() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path(), SOURCES);
    let file = folder.path().join("langnghe.toml");
    let config = fs::read_to_string(&file).unwrap_or_default();
    fs::write(
        file,
        format!("{config}\n[open311]\nsource = \"cong-dan\"\n"),
    )
    .unwrap();
    let key = key(folder.path(), "open311:write");
    (folder, key)
}

pub fn key(folder: &Path, scope: &str) -> String {
    let made = run(
        folder,
        &["key", "add", "Ứng dụng", "--scope", scope, "--json"],
        b"",
    );
    let made: Value = serde_json::from_str(&made.expect(0).stdout).unwrap();
    made["key"].as_str().unwrap().to_owned()
}

pub fn post(site: &str, key: &str, client_id: &str, description: &str) -> (u16, Value) {
    let mut curl = Command::new("curl");
    curl.args(["-s", "--max-time", "20", "-w", "\n%{http_code}"]);
    curl.arg(format!("{site}/open311/v2/requests.json"));
    for (name, value) in [
        ("api_key", key),
        ("service_code", "drainage"),
        ("description", description),
        ("address_string", "đường Lê Văn Lương, xã Nhà Bè"),
        ("client_request_id", client_id),
        ("email", PERSONAL[0]),
        ("phone", PERSONAL[1]),
        ("last_name", PERSONAL[2]),
        ("device_id", PERSONAL[3]),
    ] {
        curl.arg("--data-urlencode").arg(format!("{name}={value}"));
    }
    let output = curl.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let (body, status) = text.rsplit_once('\n').unwrap();
    (status.parse().unwrap(), serde_json::from_str(body).unwrap())
}

#[test]
fn a_request_is_on_disk_before_it_has_a_number_and_nobody_is_remembered() {
    let (folder, key_text) = city();
    let key_text = key_text.as_str();
    let read_only = key(folder.path(), "read");
    let (mut server, site) = serve(folder.path());
    let words = "Cống nghẹt, nước tràn vào nhà dân suốt ba ngày, gọi 0987654321 không ai nghe";
    let (status, body) = post(&site, key_text, "app-1", words);
    assert_eq!(status, 201, "{body}");
    let id = body[0]["service_request_id"].as_str().unwrap().to_owned();
    server.kill();

    let (mut server, site) = serve(folder.path());
    let one = get_json(&format!("{site}/open311/v2/requests/{id}.json"));
    let said = one[0]["description"].as_str().unwrap();
    assert!(
        said.contains("Cống nghẹt") && !said.contains("0987654321"),
        "{said}"
    );
    assert_eq!(
        (&one[0]["status"], &one[0]["lat"]),
        (&"open".into(), &Value::Null)
    );
    let (status, again) = post(&site, key_text, "app-1", words);
    assert_eq!(
        (status, &again[0]["service_request_id"]),
        (201, &id.as_str().into())
    );
    assert_eq!(post(&site, key_text, "app-1", "Chuyện khác").0, 409);
    assert_eq!(post(&site, "khoa-sai", "app-2", words).0, 403);
    let (status, refused) = post(&site, &read_only, "app-2", words);
    let why = refused[0]["description"].as_str().unwrap();
    assert!(status == 403 && why.contains("open311:write"), "{refused}");
    let (_, other) = post(
        &site,
        key_text,
        "app-2",
        "Nắp cống vỡ trước trường học, rất nguy hiểm",
    );
    assert_ne!(other[0]["service_request_id"], id.as_str());
    // Lists follow the index.
    let listed = wait_for("both in the list", Duration::from_secs(30), || {
        let (_, body) = get(&format!("{site}/open311/v2/requests.xml"))?;
        (body.matches("<request>").count() == 2).then_some(body)
    });
    assert!(listed.contains(&id));
    our_client_reads_it(&site, &id);
    assert_eq!(server.stop(), Some(0));
    assert_nowhere(folder.path(), &PERSONAL);
}

/// Another city whose hotline is this server.
fn our_client_reads_it(site: &str, id: &str) {
    let folder = tempfile::tempdir().unwrap();
    let source = format!(
        "[[source]]\nid = \"ban\"\nname = \"Thành phố bạn\"\nchannel = \"hotline\"\nkind = \"open311\"\n\
         url = \"{site}/open311/v2/discovery.json\"\n"
    );
    configure(folder.path(), &source);
    let crawled = run(folder.path(), &["crawl", "--once"], b"");
    let crawled = crawled.expect(0);
    let (mut server, theirs) = serve(folder.path());
    let found = wait_for("what was read", Duration::from_secs(30), || {
        let (_, body) = get(&format!(
            "{theirs}/open311/v2/requests.json?extensions=true"
        ))?;
        let found: Value = serde_json::from_str(&body).ok()?;
        (found.as_array()?.len() == 2).then_some(found)
    });
    let read = found.as_array().unwrap().iter();
    let read = read.filter(|one| one["description"].as_str().unwrap().contains("Cống nghẹt"));
    assert_eq!(read.count(), 1, "{found} {}", crawled.stderr);
    // A number of its own: it is another record.
    assert!(
        found
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["service_request_id"] != id)
    );
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn a_wrong_setting_is_named_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path(), SOURCES);
    let file = folder.path().join("langnghe.toml");
    let config = fs::read_to_string(&file).unwrap_or_default();
    for (ours, said) in [
        ("source = \"khac\"", "khac"),
        ("source = \"cong-dan\"\nkeys = [\"00\"]", "key add NAME"),
    ] {
        fs::write(&file, format!("{config}\n[open311]\n{ours}\n")).unwrap();
        let refused = run(folder.path(), &["serve", "--listen", "127.0.0.1:0"], b"");
        assert_ne!(refused.code, 0);
        assert!(refused.stderr.contains(said), "{}", refused.stderr);
    }
}
