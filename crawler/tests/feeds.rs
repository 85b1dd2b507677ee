//! Every feed under `fixtures/feeds` reads as the JSON beside it says.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its fixtures fails"
)]

use std::fs;
use std::path::{Path, PathBuf};

use crawler::extract::feed::{self, FeedKind};
use jiff::Timestamp;
use serde_json::Value;
use url::Url;

fn feeds() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/feeds");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension != "json")
        })
        .collect();
    files.sort();
    files
}

fn kind_name(kind: FeedKind) -> &'static str {
    match kind {
        FeedKind::Rss => "rss",
        FeedKind::Rdf => "rdf",
        FeedKind::Atom => "atom",
        FeedKind::Json => "json",
        FeedKind::Cdf => "cdf",
        FeedKind::Html => "html",
        FeedKind::Challenge => "challenge",
        FeedKind::Sitemap => "sitemap",
        FeedKind::Empty => "empty",
        FeedKind::Unknown => "unknown",
    }
}

/// What differs between a feed's reading and what is expected of it.
fn differences(path: &Path) -> Vec<String> {
    let expected = fs::read_to_string(path.with_extension("json")).unwrap();
    let expected: Value = serde_json::from_str(&expected).unwrap();
    let base = Url::parse("https://example.vn/rss/home.rss").unwrap();
    let reading = feed::parse(&fs::read(path).unwrap(), None, &base);
    let mut found = Vec::new();
    if expected["kind"] != kind_name(reading.kind) {
        found.push(format!("kind is {}", kind_name(reading.kind)));
    }
    let entries = expected["entries"].as_array().unwrap();
    if entries.len() != reading.entries.len() {
        found.push(format!(
            "{} entries instead of {}",
            reading.entries.len(),
            entries.len()
        ));
    }
    for (wanted, entry) in entries.iter().zip(&reading.entries) {
        let published_at = entry.published_at.as_ref().map(Timestamp::to_string);
        let fields = [
            ("url", &entry.url),
            ("title", &entry.title),
            ("summary", &entry.summary),
            ("published_at", &published_at),
        ];
        for (name, value) in fields {
            if wanted[name].as_str() != value.as_deref() {
                found.push(format!("{name} is {value:?} instead of {}", wanted[name]));
            }
        }
    }
    found
}

#[test]
fn every_feed_reads_as_expected() {
    let files = feeds();
    assert!(files.len() > 80, "only {} feeds found", files.len());
    let failures: Vec<String> = files
        .iter()
        .map(|path| (path, differences(path)))
        .filter(|(_, found)| !found.is_empty())
        .map(|(path, found)| format!("{}: {}", path.display(), found.join("; ")))
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Cutting a feed anywhere loses only what is behind the cut, and never panics.
#[test]
fn a_feed_cut_anywhere_keeps_what_came_before() {
    let base = Url::parse("https://example.vn/").unwrap();
    for path in feeds() {
        let bytes = fs::read(&path).unwrap();
        let whole = feed::parse(&bytes, None, &base);
        let step = (bytes.len() / 40).max(1);
        for end in (0..bytes.len()).step_by(step) {
            let cut = feed::parse(&bytes[..end], None, &base);
            assert!(
                cut.entries.len() <= whole.entries.len().max(1),
                "{}",
                path.display()
            );
        }
    }
}

proptest::proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
        let base = Url::parse("https://example.vn/").unwrap();
        let _ = feed::parse(&bytes, Some("text/xml"), &base);
    }

    #[test]
    fn random_markup_never_panics(text in "(<|>|</|/>|rss|item|title|link|&|;|#|\\[CDATA\\[|\\]\\]>|!--|-->|\"|=|\\?|[a-z ]|é){0,60}") {
        let base = Url::parse("https://example.vn/").unwrap();
        let _ = feed::parse(text.as_bytes(), None, &base);
    }
}
