//! What helps to test sources that come by themselves: a city that serves, and a look into its data.

use std::fs;
use std::path::Path;
use std::time::Duration;

use api::lines::MentionView;
use indexer::{Archive, EmbeddedArchive};
use jiff::Timestamp;
use serde_json::Value;

use crate::program::{Server, command, get_json, wait_for};

const CONFIG: [&str; 2] = ["--config", "langnghe.toml"];

/// Writes a configuration with these sources, loopback allowed.
pub fn configure(folder: &Path, sources: &str) {
    let settings = "[server]\nlisten = \"127.0.0.1:0\"\n[files]\nfolder = \".\"\n\
                    [crawl]\ndelay_min = \"0s\"\ndelay_factor = 0.0\nallowed_networks = [\"127.0.0.0/8\"]\n";
    fs::write(folder.join("langnghe.toml"), settings).unwrap();
    fs::write(folder.join("sources.toml"), sources).unwrap();
}

/// Starts `serve`; it dies at once, as by kill -9, when what is returned is dropped.
pub fn serve(folder: &Path) -> (Server, String) {
    Server::announced(command(folder).args(CONFIG).arg("serve"))
}

/// The present moment: the program that is tested looks at the clock too.
#[expect(
    clippy::disallowed_methods,
    reason = "what is sent is compared with the clock"
)]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Everything in the record, in the order it was written.
pub fn mentions(folder: &Path) -> Vec<Value> {
    let record = EmbeddedArchive::open(&folder.join("data/record.sqlite")).unwrap();
    let changes = record.mentions_after(0, 10_000).unwrap();
    let standing = changes.into_iter().filter_map(|change| change.now);
    standing
        .map(|found| serde_json::to_value(MentionView::from(&found)).unwrap())
        .collect()
}

/// Waits until the record is as it should be.
pub fn wait_for_mentions(folder: &Path, what: &str, is: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    wait_for(what, Duration::from_mins(1), || {
        let mentions = mentions(folder);
        is(&mentions).then_some(mentions)
    })
}

/// Waits until the sources page says that of a source.
pub fn wait_for_health(site: &str, source: &str, status: &str) -> Value {
    wait_for(status, Duration::from_mins(1), || {
        let sources = get_json(&format!("{site}/api/v1/sources"));
        let sources = sources.as_array().unwrap().clone();
        let health = sources.into_iter().find(|found| found["id"] == source)?["health"].clone();
        (health["status"] == status).then_some(health)
    })
}

/// Looks for planted words in every file of the data folder, captures unpacked.
#[track_caller]
pub fn assert_nowhere(folder: &Path, planted: &[&str]) {
    let mut n_files = 0;
    search(&folder.join("data"), planted, &mut n_files);
    assert!(n_files >= 3, "only {n_files} files looked at");
}

#[track_caller]
fn search(folder: &Path, planted: &[&str], n_files: &mut usize) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            search(&path, planted, n_files);
            continue;
        }
        *n_files += 1;
        let bytes = fs::read(&path).unwrap();
        let unpacked = zstd::decode_all(bytes.as_slice()).unwrap_or_default();
        for word in planted {
            let holds = |bytes: &[u8]| {
                bytes
                    .windows(word.len())
                    .any(|window| window == word.as_bytes())
            };
            assert!(
                !holds(&bytes) && !holds(&unpacked),
                "{} holds {word}",
                path.display()
            );
        }
    }
}
