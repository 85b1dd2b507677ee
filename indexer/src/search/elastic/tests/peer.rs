//! The contract server of `tests/peers/elastic`, started for one test.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use tempfile::TempDir;

use crate::search::elastic::wire::{Ask, Body, Patience};
use crate::search::{ElasticSearch, ElasticSettings};
use crate::{EmbeddedArchive, SearchIndex};

const PROGRAM: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../tests/peers/elastic/server.py"
);

/// A server that ends with the value.
pub struct Peer {
    process: Child,
    pub address: String,
}

impl Peer {
    pub fn start(options: &[&str]) -> Self {
        let mut command = Command::new("python3");
        command.args(["-B", PROGRAM]).args(options);
        // `tests/peers/elastic/shapes.sh` reads what was said.
        if let Ok(folder) = std::env::var("LANGNGHE_ELASTIC_RECORD") {
            let name = std::thread::current()
                .name()
                .unwrap_or("test")
                .replace("::", "-");
            command.args(["--record", &format!("{folder}/{name}.jsonl")]);
        }
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        output.read_line(&mut address).unwrap();
        assert!(address.starts_with("http://"), "{address}");
        Self {
            process,
            address: address.trim().to_owned(),
        }
    }

    pub fn settings(&self) -> ElasticSettings {
        ElasticSettings {
            url: self.address.clone(),
            name: "langnghe".to_owned(),
            credentials: None,
            authorities_pem: None,
            n_shards: 1,
            n_replicas: 0,
            timeout: Duration::from_secs(20),
        }
    }

    pub fn index(&self) -> ElasticSearch {
        ElasticSearch::new(self.settings()).unwrap()
    }

    /// Makes the next requests fail.
    pub fn fail(&self, faults: &Value) {
        self.ask(Method::POST, "_contract/faults", Body::Plain(faults));
    }

    /// Asks the server itself.
    pub fn get(&self, path: &str) -> Value {
        self.ask(Method::GET, path, Body::None)
    }

    fn ask(&self, method: Method, path: &str, body: Body<'_>) -> Value {
        let ask = Ask {
            method,
            path: path.to_owned(),
            body,
            patience: Patience::ONCE,
        };
        self.index().wire.call(&ask).unwrap()
    }

    /// Names of the indexes on the server.
    pub fn indexes(&self) -> Vec<String> {
        let found = self.get("*/_alias");
        found.as_object().unwrap().keys().cloned().collect()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// A record and an empty index on a server.
pub fn fresh(options: &[&str]) -> (EmbeddedArchive, ElasticSearch, Peer, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let archive = EmbeddedArchive::open(&folder.path().join("record.db")).unwrap();
    let peer = Peer::start(options);
    (archive, peer.index(), peer, folder)
}

/// The words of a refusal.
pub fn refusal(index: &dyn SearchIndex, archive: &EmbeddedArchive) -> String {
    index.catch_up(archive).unwrap_err().to_string()
}
