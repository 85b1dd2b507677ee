//! Every page under `fixtures/pages` reads as the JSON beside it says, with the shipped outlets.
//!
//! The pages have the structure of real content management systems and invented words.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its fixtures fails"
)]

#[path = "support/shingles.rs"]
mod shingles;
#[path = "support/shipped.rs"]
mod shipped;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crawler::extract::article::{Article, extract};
use crawler::extract::{Complaint, Outlets};
use serde_json::Value;
use shingles::Score;
use shipped::outlets;
use url::Url;

fn pages() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pages");
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    found.sort();
    found
}

fn expected(page: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(page.join("expected.json")).unwrap()).unwrap()
}

fn read(page: &Path, expected: &Value, outlets: &Outlets) -> Article {
    let url = Url::parse(expected["url"].as_str().unwrap()).unwrap();
    extract(
        &fs::read(page.join("source.html")).unwrap(),
        None,
        &url,
        outlets,
    )
}

/// What differs between a page's reading and what is expected of it.
fn differences(expected: &Value, article: &Article) -> Vec<String> {
    let mut found = Vec::new();
    let published_at = article.published_at.map(|moment| moment.to_string());
    let fields = [
        ("url", Some(article.url.clone())),
        ("title", article.title.clone()),
        ("lead", article.lead.clone()),
        ("published_at", published_at),
        ("outlet", article.outlet.clone()),
        ("language", article.language.clone()),
        ("next_page", article.next_page.clone()),
        ("kind", Some(article.kind.code().to_owned())),
    ];
    for (name, value) in fields {
        if expected[name].as_str() != value.as_deref() {
            found.push(format!("{name} is {value:?} instead of {}", expected[name]));
        }
    }
    if expected["paywalled"] != article.paywalled {
        found.push(format!("paywalled is {}", article.paywalled));
    }
    found.extend(differences_of_text(expected, &article.text));
    found
}

fn differences_of_text(expected: &Value, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(whole) = expected.get("text") {
        let lines: Vec<&str> = whole
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        for line in &lines {
            if !text.contains(line) {
                found.push(format!("lacks {line:?}"));
            }
        }
        for line in text.lines() {
            if !lines.iter().any(|wanted| wanted.contains(line)) {
                found.push(format!("adds {line:?}"));
            }
        }
        found.extend(unwanted(expected, text));
        return found;
    }
    if !text.starts_with(expected["starts_with"].as_str().unwrap()) {
        found.push(format!(
            "starts with {:?}",
            text.chars().take(80).collect::<String>()
        ));
    }
    if !text.ends_with(expected["ends_with"].as_str().unwrap()) {
        let tail: Vec<char> = text.chars().rev().take(80).collect();
        found.push(format!(
            "ends with {:?}",
            tail.iter().rev().collect::<String>()
        ));
    }
    for wanted in expected["contains"].as_array().unwrap() {
        if !text.contains(wanted.as_str().unwrap()) {
            found.push(format!("lacks {wanted}"));
        }
    }
    found.extend(unwanted(expected, text));
    found
}

fn unwanted(expected: &Value, text: &str) -> Vec<String> {
    let noise = expected["absent"].as_array().unwrap().iter();
    noise
        .filter(|noise| text.contains(noise.as_str().unwrap()))
        .map(|noise| format!("keeps {noise}"))
        .collect()
}

fn failures(outlets: &Outlets, compare: impl Fn(&Value, &Article) -> Vec<String>) -> Vec<String> {
    let reports = pages().into_iter().map(|page| {
        let expected = expected(&page);
        let found = compare(&expected, &read(&page, &expected, outlets));
        (
            page.file_name().unwrap().to_string_lossy().into_owned(),
            found,
        )
    });
    reports
        .filter(|(_, found)| !found.is_empty())
        .map(|(name, found)| format!("{name}: {}", found.join("; ")))
        .collect()
}

#[test]
fn every_page_reads_as_expected() {
    assert!(pages().len() >= 40);
    let failures = failures(&outlets(), differences);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Selectors go stale: without any, the text must still be found whole, and nearly clean.
#[test]
fn pages_read_well_without_any_selectors() {
    let failures = failures(&Outlets::default(), |expected, article| {
        let mut found = differences_of_text(expected, &article.text);
        // The dateline of VnExpress is only known to its layout.
        found.retain(|difference| !difference.starts_with("starts with"));
        found
    });
    let n_pages = pages().len();
    assert!(
        failures.len() * 10 <= n_pages,
        "{} of {n_pages}:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

/// Pages with their whole text, by the measure of the article-extraction benchmark: with the shipped
/// outlets, with none, and by dom_smoothie alone, which shows what our layer adds.
#[test]
fn pages_score_near_one_and_above_the_general_extractor() {
    let (shipped, none) = (outlets(), Outlets::default());
    let (mut ours, mut bare, mut general) = (Score::default(), Score::default(), Score::default());
    let mut n_pages = 0;
    for page in pages() {
        let expected = expected(&page);
        let Some(lines) = expected.get("text").and_then(Value::as_array) else {
            continue;
        };
        n_pages += 1;
        let lines: Vec<&str> = lines.iter().filter_map(Value::as_str).collect();
        let whole = lines.join("\n");
        ours.add(&whole, &read(&page, &expected, &shipped).text);
        bare.add(&whole, &read(&page, &expected, &none).text);
        general.add(&whole, &by_dom_smoothie(&page, &expected));
    }
    let mut out = std::io::stderr();
    writeln!(out, "{n_pages} pages of Vietnamese outlets").unwrap();
    writeln!(out, "shipped outlets: {ours}").unwrap();
    writeln!(out, "no selectors:    {bare}").unwrap();
    writeln!(out, "dom_smoothie:    {general}").unwrap();
    assert!(n_pages >= 50);
    assert!(ours.f1() >= 0.995, "{ours}");
    assert!(bare.f1() >= 0.94, "{bare}");
    assert!(ours.f1() > general.f1() + 0.03, "{ours}; {general}");
}

fn by_dom_smoothie(page: &Path, expected: &Value) -> String {
    let html = fs::read_to_string(page.join("source.html")).unwrap();
    let config = dom_smoothie::Config {
        text_mode: dom_smoothie::TextMode::Formatted,
        ..dom_smoothie::Config::default()
    };
    dom_smoothie::Readability::new(html, expected["url"].as_str(), Some(config))
        .and_then(|mut reader| reader.parse())
        .map_or_else(|_| String::new(), |found| found.text_content.to_string())
}

#[test]
fn hostile_pages_are_read_in_bounded_time() {
    let url = Url::parse("https://example.vn/").unwrap();
    let outlets = outlets();
    let deep = format!(
        "{}<p>Người dân kêu.{}",
        "<div>".repeat(10_000),
        "</div>".repeat(10_000)
    );
    assert!(
        extract(deep.as_bytes(), None, &url, &outlets)
            .text
            .contains("Người dân kêu.")
    );
    let formatting = "<b><i><font><a>".repeat(3_000);
    let _ = extract(formatting.as_bytes(), None, &url, &outlets);
    let tables = "<table><tr><td>".repeat(3_000);
    let _ = extract(tables.as_bytes(), None, &url, &outlets);
    let flood = vec![b'<'; 200 << 10];
    let _ = extract(&flood, None, &url, &outlets);
    let huge = extract(&vec![b' '; 200 << 20], None, &url, &outlets);
    assert!(
        huge.complaints
            .iter()
            .any(|found| matches!(found, Complaint::TooLarge { .. }))
    );
    let unclosed = format!("<div class=\"{}", "a".repeat(1 << 20));
    let _ = extract(unclosed.as_bytes(), None, &url, &outlets);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..500)) {
        let url = Url::parse("https://example.vn/").unwrap();
        let _ = extract(&bytes, None, &url, &Outlets::default());
    }

    #[test]
    fn random_markup_never_panics(text in "(<(/?)(div|p|a|h1|ul|li|table|td|article|script|b)( class=\"(share|sapo|x)\")?>|[a-zé .,]{1,20}){0,60}") {
        let url = Url::parse("https://example.vn/").unwrap();
        let article = extract(text.as_bytes(), None, &url, &Outlets::default());
        proptest::prop_assert_eq!(crawler::extract::html_to_text(&article.text.replace('<', "‹")), article.text.replace('<', "‹"));
    }
}
