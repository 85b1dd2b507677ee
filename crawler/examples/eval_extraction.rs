//! Quality and speed of article extraction: on the fixtures of this crate, and where
//! `LANGNGHE_SHARED` is set on the article-extraction benchmark, for which it writes what the
//! benchmark's own scorer wants.
//!
//! `LANGNGHE_SHARED=… cargo run --release -p langnghe-crawler --example eval_extraction OUT`
//! writes `OUT/output/langnghe.json` beside a copy of the ground truth; then run the benchmark's
//! `evaluate.py` in `OUT`. Pages a CPU second are counted without reading and decompressing.

#[path = "../tests/support/shingles.rs"]
mod shingles;

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crawler::extract::Outlets;
use crawler::extract::article::extract;
use serde_json::{Map, Value, json};
use shingles::Score;
use url::Url;

/// A page with its expected text.
struct Page {
    id: String,
    url: Url,
    html: Vec<u8>,
    expected: String,
}

fn main() -> io::Result<()> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pages");
    report("fixtures", &read_fixtures(&fixtures)?)?;
    let Some(shared) = std::env::var_os("LANGNGHE_SHARED") else {
        return writeln!(
            io::stdout(),
            "LANGNGHE_SHARED is not set: the dev pages of the benchmark were left out"
        );
    };
    let data = PathBuf::from(shared).join("data/extraction");
    let truth: Map<String, Value> =
        serde_json::from_slice(&fs::read(data.join("ground-truth.json"))?)?;
    let pages = read_benchmark(&data, &truth)?;
    let output = report("dev pages", &pages)?;
    if let Some(out) = std::env::args().nth(1).map(PathBuf::from) {
        fs::create_dir_all(out.join("output"))?;
        fs::write(out.join("ground-truth.json"), serde_json::to_vec(&truth)?)?;
        let file = json!({ "version": env!("CARGO_PKG_VERSION"), "output": output });
        fs::write(out.join("output/langnghe.json"), serde_json::to_vec(&file)?)?;
    }
    Ok(())
}

const REPETITIONS: usize = 5;

/// Reads all pages several times, without any outlet's selectors, and prints how well and how fast.
fn report(name: &str, pages: &[Page]) -> io::Result<Map<String, Value>> {
    let outlets = Outlets::default();
    let mut output = Map::new();
    let before = cpu_seconds()?;
    for _ in 0..REPETITIONS {
        for page in pages {
            let article = extract(&page.html, None, &page.url, &outlets);
            output.insert(page.id.clone(), json!({ "articleBody": article.text }));
        }
    }
    let seconds = cpu_seconds()? - before;
    let mut score = Score::default();
    for page in pages {
        let found = output[&page.id]["articleBody"].as_str().unwrap_or("");
        score.add(&page.expected, found);
    }
    let n_read = pages.len() * REPETITIONS;
    let n_bytes: usize = pages.iter().map(|page| page.html.len()).sum();
    writeln!(
        io::stdout(),
        "{name}: {} pages of {} kB, {score}, {:.0} pages/CPU-s",
        pages.len(),
        n_bytes / pages.len().max(1) / 1000,
        n_read as f64 / seconds
    )?;
    Ok(output)
}

/// The fixtures that come with their whole text.
fn read_fixtures(folder: &Path) -> io::Result<Vec<Page>> {
    let mut pages = Vec::new();
    for entry in fs::read_dir(folder)? {
        let folder = entry?.path();
        let said: Value = serde_json::from_slice(&fs::read(folder.join("expected.json"))?)?;
        let Some(lines) = said["text"].as_array() else {
            continue;
        };
        let lines: Vec<&str> = lines.iter().filter_map(Value::as_str).collect();
        pages.push(Page {
            id: folder.to_string_lossy().into_owned(),
            url: parse_url(&said["url"])?,
            html: fs::read(folder.join("source.html"))?,
            expected: lines.join("\n"),
        });
    }
    Ok(pages)
}

fn read_benchmark(data: &Path, truth: &Map<String, Value>) -> io::Result<Vec<Page>> {
    let read = |(id, page): (&String, &Value)| {
        let file = fs::File::open(data.join("html").join(format!("{id}.html.gz")))?;
        let mut html = Vec::new();
        flate2::read::GzDecoder::new(file).read_to_end(&mut html)?;
        Ok(Page {
            id: id.clone(),
            url: parse_url(&page["url"])?,
            html,
            expected: page["articleBody"].as_str().unwrap_or("").to_owned(),
        })
    };
    truth.iter().map(read).collect()
}

fn parse_url(said: &Value) -> io::Result<Url> {
    Url::parse(said.as_str().unwrap_or("")).map_err(io::Error::other)
}

/// Time this thread has spent on a CPU: the machine is shared, so wall time says little.
fn cpu_seconds() -> io::Result<f64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds = text
        .split_whitespace()
        .next()
        .and_then(|field| field.parse::<f64>().ok());
    nanoseconds
        .map(|ns| ns / 1e9)
        .ok_or_else(|| io::Error::other("schedstat cannot be read"))
}
