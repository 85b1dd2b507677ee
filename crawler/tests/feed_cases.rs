//! Small feeds, each about one thing: `fixtures/feed_cases` holds them in tables, with the lines
//! that `langnghe feed` must print. `tests/eval/feeds.py` reads the same tables with feedparser.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its fixtures fails"
)]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use crawler::extract::feed::{self, FeedEntry};
use jiff::Timestamp;
use serde_json::Value;
use url::Url;

/// Where all cases are said to come from.
const ADDRESS: &str = "https://example.vn/feeds/feed.xml";

struct Case {
    name: String,
    body: String,
    directives: BTreeMap<String, String>,
    expected: Vec<Value>,
}

/// The cases of a table: `### name`, `@directive value`, the feed, `=> {…}` for each entry.
fn cases(text: &str) -> Vec<Case> {
    let blocks = text.split("### ").skip(1);
    blocks
        .map(|block| {
            let (name, rest) = block.split_once('\n').unwrap();
            let mut case = Case {
                name: name.to_owned(),
                body: String::new(),
                directives: BTreeMap::new(),
                expected: Vec::new(),
            };
            for line in rest.lines() {
                if let Some(expected) = line.strip_prefix("=> ") {
                    case.expected.push(serde_json::from_str(expected).unwrap());
                } else if let Some(directive) = line.strip_prefix('@') {
                    let (key, value) = directive.split_once(' ').unwrap_or((directive, ""));
                    case.directives.insert(key.to_owned(), value.to_owned());
                } else {
                    case.body.push_str(line);
                    case.body.push('\n');
                }
            }
            case
        })
        .collect()
}

fn folder() -> &'static Path {
    Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/feed_cases"
    ))
}

fn tables() -> Vec<(String, Vec<Case>)> {
    let files = fs::read_dir(folder()).unwrap();
    let mut tables: Vec<_> = files
        .map(|file| file.unwrap().path())
        .filter(|path| path.file_name().unwrap() != "wrappers.txt")
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, cases(&fs::read_to_string(path).unwrap()))
        })
        .collect();
    tables.sort_by(|a, b| a.0.cmp(&b.0));
    tables
}

impl Case {
    /// The bytes of the feed, wrapped, encoded and packed as its directives say.
    fn bytes(&self, wrappers: &BTreeMap<String, String>) -> Vec<u8> {
        let body = self.body.trim_end_matches('\n');
        let text = match self.directives.get("wrap") {
            Some(wrapper) => wrappers[wrapper].trim_end().replacen("{}", body, 1),
            None => body.to_owned(),
        };
        let bytes = match self.directives.get("encoding") {
            Some(encoding) => encoded(&text, encoding),
            None => text.into_bytes(),
        };
        if self.directives.contains_key("bytes") {
            return unescaped(&bytes);
        }
        if self.directives.contains_key("gzip") {
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
            encoder.write_all(&bytes).unwrap();
            return encoder.finish().unwrap();
        }
        bytes
    }

    fn differences(&self, wrappers: &BTreeMap<String, String>) -> Vec<String> {
        let base = Url::parse(ADDRESS).unwrap();
        let header = self.directives.get("type").map(String::as_str);
        let reading = feed::parse(&self.bytes(wrappers), header, &base);
        let mut found = Vec::new();
        if !reading.kind.is_feed() {
            found.push(format!("kind is {:?}", reading.kind));
        }
        if reading.entries.len() != self.expected.len() {
            found.push(format!(
                "{} entries instead of {}",
                reading.entries.len(),
                self.expected.len()
            ));
        }
        for (expected, entry) in self.expected.iter().zip(&reading.entries) {
            found.extend(different(expected, entry));
        }
        found
    }
}

fn different(expected: &Value, entry: &FeedEntry) -> Vec<String> {
    let published_at = entry.published_at.as_ref().map(Timestamp::to_string);
    let fields = [
        ("title", &entry.title),
        ("url", &entry.url),
        ("id", &entry.guid),
        ("summary", &entry.summary),
        ("published_at", &published_at),
    ];
    for key in expected.as_object().unwrap().keys() {
        assert!(fields.iter().any(|(name, _)| name == key), "field {key}?");
    }
    fields
        .into_iter()
        .filter(|(name, value)| {
            let wanted = expected.get(name);
            wanted.is_some_and(|wanted| wanted.as_str() != value.as_deref())
        })
        .map(|(name, value)| format!("{name} is {value:?} instead of {}", expected[name]))
        .collect()
}

/// `utf-16le mark`, `windows-1258`: what `encoding_rs` cannot write is written here.
fn encoded(text: &str, how: &str) -> Vec<u8> {
    let (label, mark) = how.split_once(' ').unwrap_or((how, ""));
    let marked = if mark == "mark" {
        format!("\u{feff}{text}")
    } else {
        text.to_owned()
    };
    match label {
        "utf-8" => marked.into_bytes(),
        "utf-16le" => marked.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "utf-16be" => marked.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        "utf-32le" => marked
            .chars()
            .flat_map(|c| (c as u32).to_le_bytes())
            .collect(),
        "utf-32be" => marked
            .chars()
            .flat_map(|c| (c as u32).to_be_bytes())
            .collect(),
        label => {
            let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
            let (bytes, _, had_errors) = encoding.encode(text);
            assert!(!had_errors, "{text} in {label}");
            bytes.into_owned()
        }
    }
}

/// `\x0b` as the byte.
fn unescaped(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = bytes;
    while let Some((&first, behind)) = rest.split_first() {
        let escape = rest.strip_prefix(b"\\x").and_then(|tail| tail.get(..2));
        let code = escape.and_then(|hex| u8::from_str_radix(str::from_utf8(hex).ok()?, 16).ok());
        out.push(code.unwrap_or(first));
        rest = if code.is_some() { &rest[4..] } else { behind };
    }
    out
}

fn wrappers() -> BTreeMap<String, String> {
    let text = fs::read_to_string(folder().join("wrappers.txt")).unwrap();
    let wrappers = cases(&text).into_iter();
    wrappers.map(|case| (case.name, case.body)).collect()
}

#[test]
fn every_case_reads_as_its_table_says() {
    let wrappers = wrappers();
    let mut n_cases = 0;
    let mut failures = Vec::new();
    for (table, cases) in tables() {
        n_cases += cases.len();
        for case in cases {
            let found = case.differences(&wrappers);
            if !found.is_empty() {
                failures.push(format!("{table}: {}: {}", case.name, found.join("; ")));
            }
        }
    }
    assert!(n_cases >= 300, "only {n_cases} cases found");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

proptest::proptest! {
    /// Real shapes with bytes changed, cut, doubled or swapped: nothing panics, and what is read is
    /// bounded by what was given.
    #[test]
    fn damaged_feeds_never_panic(
        case in 0usize..1000,
        damage in proptest::collection::vec((0usize..4, 0.0f64..1.0, 0.0f64..1.0, proptest::num::u8::ANY), 1..8),
    ) {
        let wrappers = wrappers();
        let all: Vec<Case> = tables().into_iter().flat_map(|(_, cases)| cases).collect();
        let mut bytes = all[case % all.len()].bytes(&wrappers);
        for (kind, from, to, byte) in damage {
            let at = |share: f64| (bytes.len() as f64 * share) as usize;
            let (start, end) = (at(from.min(to)), at(from.max(to)));
            match kind {
                0 => bytes.truncate(end),
                1 => bytes[start..end].iter_mut().step_by(7).for_each(|b| *b = byte),
                2 => bytes.extend_from_within(start..end),
                _ => { bytes.drain(start..end); }
            }
        }
        let base = Url::parse(ADDRESS).unwrap();
        let reading = feed::parse(&bytes, None, &base);
        proptest::prop_assert!(reading.entries.len() <= bytes.len());
    }
}
