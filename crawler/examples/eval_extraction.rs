//! Reads the article-extraction benchmark and writes what its scorer wants.
//!
//! `LANGNGHE_SHARED=/work/shared cargo run --release -p langnghe-crawler --example eval_extraction OUT`
//! writes `OUT/output/langnghe.json` beside a copy of the ground truth; then run the benchmark's
//! `evaluate.py` in `OUT`. Prints pages per CPU second, without reading and decompressing.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crawler::extract::Outlets;
use crawler::extract::article::extract;
use serde_json::{Map, Value, json};
use url::Url;

fn main() -> io::Result<()> {
    let shared = std::env::var_os("LANGNGHE_SHARED").ok_or_else(|| {
        io::Error::other(
            "LANGNGHE_SHARED is not set: it names the folder that holds data/extraction",
        )
    })?;
    let data = PathBuf::from(shared).join("data/extraction");
    let out = PathBuf::from(
        std::env::args()
            .nth(1)
            .unwrap_or_else(|| "extraction-eval".to_owned()),
    );
    let truth: Map<String, Value> =
        serde_json::from_slice(&fs::read(data.join("ground-truth.json"))?)?;
    let pages = truth
        .iter()
        .map(|(id, page)| {
            Ok((
                id,
                read_page(&data, id)?,
                page["url"].as_str().unwrap_or(""),
            ))
        })
        .collect::<io::Result<Vec<_>>>()?;

    let outlets = Outlets::default();
    let mut output = Map::new();
    let before = cpu_seconds()?;
    for _ in 0..REPETITIONS {
        for (id, html, url) in &pages {
            let url = Url::parse(url).map_err(io::Error::other)?;
            let article = extract(html, None, &url, &outlets);
            output.insert((*id).clone(), json!({ "articleBody": article.text }));
        }
    }
    let seconds = cpu_seconds()? - before;

    fs::create_dir_all(out.join("output"))?;
    fs::write(out.join("ground-truth.json"), serde_json::to_vec(&truth)?)?;
    let version = env!("CARGO_PKG_VERSION");
    let file = json!({ "version": version, "output": output });
    fs::write(out.join("output/langnghe.json"), serde_json::to_vec(&file)?)?;
    let n_pages = pages.len() * REPETITIONS;
    let rate = n_pages as f64 / seconds;
    writeln!(
        io::stdout(),
        "{n_pages} pages in {seconds:.2} CPU seconds: {rate:.0} pages/CPU-s"
    )
}

const REPETITIONS: usize = 5;

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

fn read_page(data: &Path, id: &str) -> io::Result<Vec<u8>> {
    let file = fs::File::open(data.join("html").join(format!("{id}.html.gz")))?;
    let mut html = Vec::new();
    flate2::read::GzDecoder::new(file).read_to_end(&mut html)?;
    Ok(html)
}
