//! A real Bluesky server (`@atproto/pds`) and its firehose, bridged to Jetstream's JSON: posts,
//! replies and deletions reach the record, also those made while the program was away.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use serde_json::{Value, json};

use crate::comes_in::{assert_nowhere, configure, now, serve, wait_for_health, wait_for_mentions};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/bluesky.mjs");

/// The server with its bridge; stopped with the test.
pub struct Network {
    child: Child,
    _alive: ChildStdin,
    pds: String,
    jetstream: String,
}

impl Network {
    pub fn start(folder: &Path) -> Self {
        fs::create_dir(folder).unwrap();
        let mut child = Command::new("node")
            .arg(SCRIPT)
            .arg(folder)
            .env("LOG_ENABLED", "false")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node is needed: run `make tools`");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines
            .by_ref()
            .map_while(Result::ok)
            .find(|line| line.starts_with("{\"pds\""));
        let line =
            line.expect("the server did not start: run `make tools` for tests/peers/node_modules");
        std::thread::spawn(move || lines.count());
        let addresses = serde_json::from_str::<Value>(&line).unwrap();
        let address = |name: &str| addresses[name].as_str().unwrap().to_owned();
        Self {
            pds: address("pds"),
            jetstream: address("jetstream"),
            _alive: child.stdin.take().unwrap(),
            child,
        }
    }

    /// The source that listens to it.
    pub fn source(&self, keywords: &[&str]) -> String {
        format!(
            "[[source]]\nid = \"bluesky\"\nname = \"Bluesky\"\nchannel = \"social\"\nkind = \"bluesky\"\n\
             url = \"{}\"\nkeywords = {keywords:?}\n",
            self.jetstream
        )
    }

    fn call(&self, method: &str, token: Option<&str>, body: &Value) -> Value {
        let mut curl = Command::new("curl");
        curl.args([
            "-s",
            "--max-time",
            "20",
            "-H",
            "content-type: application/json",
            "--data-binary",
            "@-",
        ]);
        if let Some(token) = token {
            curl.args(["-H", &format!("authorization: Bearer {token}")]);
        }
        curl.arg(format!("{}/xrpc/{method}", self.pds));
        let mut child = curl
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(body.to_string().as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        let answer = serde_json::from_slice::<Value>(&output.stdout).unwrap_or_default();
        assert!(answer["error"].is_null(), "{method}: {answer}");
        answer
    }

    pub fn citizen(&self, name: &str) -> Citizen<'_> {
        let account = json!({
            "handle": format!("{name}.test"), "email": format!("{name}@example.vn"), "password": "mat-khau",
        });
        let account = self.call("com.atproto.server.createAccount", None, &account);
        Citizen {
            network: self,
            token: account["accessJwt"].as_str().unwrap().to_owned(),
            did: account["did"].as_str().unwrap().to_owned(),
        }
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub struct Citizen<'a> {
    network: &'a Network,
    token: String,
    did: String,
}

/// Where a post stands.
pub struct Posted {
    uri: String,
    cid: String,
}

impl Citizen<'_> {
    pub fn say(&self, text: &str, to: Option<&Posted>) -> Posted {
        let created_at = now().to_string();
        let mut record = json!({
            "$type": "app.bsky.feed.post", "text": text, "createdAt": created_at, "langs": ["vi"],
        });
        if let Some(to) = to {
            let parent = json!({"uri": to.uri, "cid": to.cid});
            record["reply"] = json!({"root": parent, "parent": parent});
        }
        let body = json!({"repo": self.did, "collection": "app.bsky.feed.post", "record": record});
        let posted = self
            .network
            .call("com.atproto.repo.createRecord", Some(&self.token), &body);
        let text_of = |name: &str| posted[name].as_str().unwrap().to_owned();
        Posted {
            uri: text_of("uri"),
            cid: text_of("cid"),
        }
    }

    fn take_back(&self, posted: &Posted) {
        let key = posted.uri.rsplit('/').next().unwrap();
        let body = json!({"repo": self.did, "collection": "app.bsky.feed.post", "rkey": key});
        self.network
            .call("com.atproto.repo.deleteRecord", Some(&self.token), &body);
    }
}

fn texts(mentions: &[Value]) -> Vec<&str> {
    mentions
        .iter()
        .map(|mention| mention["text"].as_str().unwrap())
        .collect()
}

#[test]
fn a_real_server_is_heard_and_obeyed() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::start(&folder.path().join("network"));
    let city = folder.path().join("city");
    fs::create_dir(&city).unwrap();
    configure(&city, &network.source(&["quận 7"]));
    let (mut server, site) = serve(&city);
    wait_for_health(&site, "bluesky", "empty");

    let lan = network.citizen("nguyenthilan");
    let bi = network.citizen("tranvanbi");
    let flood = lan.say("Đường ở Quận 7 ngập tới đầu gối, chưa ai dọn", None);
    lan.say("Hà Nội hôm nay mát trời", None);
    let heard = wait_for_mentions(&city, "a post", |mentions| !mentions.is_empty());
    assert!(texts(&heard)[0].contains("ngập tới đầu gối"), "{heard:?}");
    // None of the words that are looked for, but a reply to what was kept.
    bi.say("Chỗ tôi cũng vậy, sáng nay phải lội", Some(&flood));
    let heard = wait_for_mentions(&city, "its reply", |mentions| mentions.len() == 2);
    let parents = heard
        .iter()
        .filter(|mention| mention["parent_id"].is_string())
        .collect::<Vec<_>>();
    let post = heard
        .iter()
        .find(|mention| mention["parent_id"].is_null())
        .unwrap();
    assert_eq!((parents.len(), &parents[0]["parent_id"]), (1, &post["id"]));
    assert!(
        heard.iter().all(|mention| mention["url"].is_null()),
        "{heard:?}"
    );
    wait_for_health(&site, "bluesky", "fresh");

    // While nobody listens, one post is taken back and another made.
    assert_eq!(server.stop(), Some(0));
    lan.take_back(&flood);
    bi.say("Quận 7 kẹt xe từ sáng", None);
    let (server, _) = serve(&city);
    let resumed = |mentions: &[Value]| {
        let texts = texts(mentions);
        texts.iter().any(|text| text.contains("kẹt xe"))
            && !texts.iter().any(|text| text.contains("đầu gối"))
    };
    wait_for_mentions(&city, "what was said and taken back meanwhile", resumed);

    // The same after a kill.
    drop(server);
    let last = bi.say("Cầu ở Quận 7 thông xe rồi", None);
    let (_server, site) = serve(&city);
    let bridge = |mentions: &[Value]| texts(mentions).iter().any(|text| text.contains("thông xe"));
    wait_for_mentions(&city, "what was said after the kill", bridge);
    bi.take_back(&last);
    wait_for_mentions(&city, "a deletion at once", |mentions| !bridge(mentions));

    let (lan, bi) = (lan.did.clone(), bi.did.clone());
    assert_nowhere(
        &city,
        &[
            &lan,
            &bi,
            "nguyenthilan",
            "tranvanbi",
            "at://",
            "Hà Nội hôm nay",
        ],
    );
    drop(network);
    let health = wait_for_health(&site, "bluesky", "unreachable");
    assert!(!health["detail"].as_str().unwrap().is_empty());
}
