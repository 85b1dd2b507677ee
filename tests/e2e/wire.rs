//! What the running program says to bytes that no honest client sends, and what it never says: its secrets.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use crate::comes_in::configure;
use crate::program::{Server, command, get, run, wait_for};

const CONFIG: [&str; 2] = ["--config", "langnghe.toml"];

/// What comes back on one connection until the other side closes it or falls silent.
fn say(site: &str, bytes: &[u8]) -> String {
    let address = site.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(3)))
        .unwrap();
    // A server that has refused already may close before everything is sent.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let mut part = [0; 4096];
    while let Ok(n) = stream.read(&mut part) {
        if n == 0 {
            break;
        }
        answer.extend_from_slice(&part[..n]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// How many answers, and the status of the first.
fn statuses(answer: &str) -> Vec<u16> {
    let heads = answer.split("HTTP/1.1 ").skip(1);
    heads.map(|head| head[..3].parse().unwrap()).collect()
}

#[test]
fn bytes_that_no_honest_client_sends_are_refused_and_smuggle_nothing() {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path(), "");
    let (mut server, site) = Server::announced(command(folder.path()).args(CONFIG).arg("serve"));
    // Somebody asks for a page that does not exist, hidden in the body of another request.
    let hidden = "GET /bi-giau HTTP/1.1\r\nHost: a\r\n\r\n";
    let both = format!(
        "POST /dang-nhap HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\nTransfer-Encoding: chunked\r\n\r\n\
         0\r\n\r\n{hidden}",
        hidden.len() + 5
    );
    let twice = format!(
        "POST /dang-nhap HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: {}\r\n\r\n{hidden}",
        hidden.len()
    );
    let obscured = format!(
        "POST /dang-nhap HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\nContent-Length: 0\r\n\r\n{hidden}"
    );
    let spaced = format!(
        "POST /dang-nhap HTTP/1.1\r\nHost: a\r\nContent-Length : {}\r\n\r\n{hidden}",
        hidden.len()
    );
    let bare =
        format!("POST /dang-nhap HTTP/1.1\r\nHost: a\r\nX: a\r Content-Length: 9\r\n\r\n{hidden}");
    for (what, bytes) in [
        ("two lengths", twice),
        ("a transfer coding nobody knows", obscured),
        ("a blank before the colon", spaced),
        ("a bare carriage return", bare),
    ] {
        let answer = say(&site, bytes.as_bytes());
        assert_eq!(statuses(&answer), [400], "{what}: {answer}");
    }
    // Both a length and chunks: chunks count (RFC 9112, section 6.3), so the hidden one is a request of its
    // own, as it is for a proxy that follows the same rule; or the connection ends. The length never counts.
    let answer = say(&site, both.as_bytes());
    let all = statuses(&answer);
    assert!(
        matches!(all.as_slice(), [400 | 403] | [403, 404]),
        "{answer}"
    );

    // Too long an address, too many and too long headers, a body that never comes.
    let long = format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(200_000));
    let many = format!(
        "GET / HTTP/1.1\r\nHost: a\r\n{}\r\n",
        "X-A: b\r\n".repeat(500)
    );
    let wide = format!(
        "GET / HTTP/1.1\r\nHost: a\r\nCookie: {}\r\n\r\n",
        "a".repeat(1_000_000)
    );
    for (what, bytes) in [("address", long), ("headers", many), ("cookie", wide)] {
        let answer = say(&site, bytes.as_bytes());
        let all = statuses(&answer);
        assert!(
            matches!(all.as_slice(), [400 | 414 | 431] | []),
            "{what}: {all:?}"
        );
    }
    for noise in [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".as_slice(),
        b"GET / HTTP/9.9\r\n\r\n",
        b"\r\n\r\n\0\0\0",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: a\x00b\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let answer = say(&site, noise);
        let all = statuses(&answer);
        assert!(
            all.iter().all(|status| *status >= 400),
            "{noise:?}: {answer}"
        );
    }
    // A forged host appears nowhere in a page or a redirect.
    let forged = "GET /quan-tri/nhat-ky HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\n\
                  Connection: close\r\n\r\n";
    let answer = say(&site, forged.as_bytes());
    assert!(
        statuses(&answer) == [303] && !answer.contains("evil.example"),
        "{answer}"
    );
    // It is alive and well.
    assert_eq!(get(&format!("{site}/livez")).unwrap().0, 200);
    assert_eq!(server.stop(), Some(0));
}

/// Secrets of every kind, as an operator keeps them: in files and in the environment.
const SECRETS: [(&str, &str); 4] = [
    ("mail", "mat-khau-thu-9d1f"),
    ("hook", "whsec_aGV0LWJpLW1hdC1nb2ktdG9pLXRvbmctZGFpLTEwMjI="),
    ("token", "the-doc-mastodon-77e2"),
    ("endpoint", "whsec_bm9pLW5oYW4tdGluLW1vaS1iaS1tYXQtc28taGFp"),
];

fn write_secrets(folder: &Path) {
    let sources = "[[source]]\nid = \"1022\"\nname = \"Tổng đài\"\nchannel = \"hotline\"\nkind = \"webhook\"\n\
                   secret = \"hook\"\n[[source]]\nid = \"the\"\nname = \"Thẻ\"\nchannel = \"social\"\n\
                   kind = \"mastodon_stream\"\nurl = \"http://127.0.0.1:9\"\ntag = \"quan7\"\ntoken = \"env:THE\"\n";
    configure(folder, sources);
    let settings = fs::read_to_string(folder.join("langnghe.toml")).unwrap();
    let more = "\n[mail]\nserver = \"smtp://127.0.0.1:9\"\nfrom = \"a@example.vn\"\nuser = \"thu\"\n\
                password = \"mail\"\n";
    fs::write(folder.join("langnghe.toml"), settings + more).unwrap();
    let endpoints = "retries = [\"1s\"]\n[[endpoint]]\nid = \"lgsp\"\nname = \"LGSP\"\n\
                     url = \"http://127.0.0.1:9/nhan\"\nsecrets = [\"endpoint\"]\n\
                     events = [\"digest.published\"]\n";
    fs::write(folder.join("endpoints.toml"), endpoints).unwrap();
    let recipient =
        "[[recipient]]\nid = \"a\"\nname = \"A\"\naddress = \"a@example.vn\"\nat = \"00:00\"\n";
    fs::write(folder.join("recipients.toml"), recipient).unwrap();
    for (name, secret) in SECRETS.iter().filter(|(name, _)| *name != "token") {
        fs::write(folder.join(name), format!("{secret}\n")).unwrap();
    }
}

#[test]
fn no_secret_is_ever_said() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write_secrets(folder);
    let token = SECRETS[2].1;
    let mut said = Vec::new();
    let mut ask = |arguments: &[&str]| {
        let output = command(folder)
            .args(CONFIG)
            .args(arguments)
            .env("THE", token)
            .env("LANGNGHE_LOG", "debug")
            .output()
            .unwrap();
        said.push((arguments.join(" "), [output.stdout, output.stderr].concat()));
        output.status.code()
    };
    assert_eq!(
        ask(&["config", "check"]),
        Some(0),
        "the configuration of this test"
    );
    for arguments in [
        vec!["doctor"],
        vec!["--json", "doctor"],
        vec!["--help"],
        vec!["serve", "--help"],
        vec!["endpoints"],
        vec!["mail"],
        vec!["crawl", "--once"],
        vec!["mail", "send"],
        vec!["endpoints", "send"],
        vec!["backup", "ban-sao"],
    ] {
        ask(&arguments);
    }
    let log = fs::File::create(folder.join("log")).unwrap();
    let mut serve = command(folder);
    serve
        .args(CONFIG)
        .arg("serve")
        .env("THE", token)
        .stderr(log);
    serve.env("LANGNGHE_LOG", "debug");
    let (mut server, site) = Server::announced(&mut serve);
    wait_for("a try of the stream", Duration::from_secs(20), || {
        let log = fs::read_to_string(folder.join("log")).unwrap();
        log.contains("source.id").then_some(())
    });
    for path in [
        "/",
        "/nguon",
        "/nguon/the",
        "/api/v1/sources",
        "/readyz",
        "/khong-co",
    ] {
        said.push((
            path.to_owned(),
            get(&format!("{site}{path}")).unwrap().1.into_bytes(),
        ));
    }
    assert_eq!(server.stop(), Some(0));
    said.push(("the log".to_owned(), fs::read(folder.join("log")).unwrap()));
    for place in ["data", "ban-sao"] {
        add_files(&folder.join(place), &mut said);
    }
    assert!(
        said.iter().any(|(place, _)| place.contains("ban-sao")),
        "no backup"
    );
    for (name, secret) in SECRETS {
        let bare = secret.trim_start_matches("whsec_").as_bytes();
        for (place, bytes) in &said {
            let holds = bytes.windows(bare.len()).any(|part| part == bare);
            assert!(!holds, "the secret of {name} is in {place}");
        }
    }
    // The help names no value of the environment either.
    let help = run(folder, &["--help"], b"").expect(0).stdout;
    assert!(!help.contains(token));
}

fn add_files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            add_files(&path, found);
        } else {
            found.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
}
