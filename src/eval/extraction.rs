//! Article extraction on the pages of the article-extraction benchmark, judged by its own scorer.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use crawler::extract::article;
use flate2::read::GzDecoder;
use serde_json::{Map, Value, json};
use url::Url;

use crate::city::City;

/// Extracts every page and lets `evaluate.py` of the folder judge.
pub fn score(city: &City, folder: &Path) -> Result<String> {
    let truth: Map<String, Value> =
        serde_json::from_reader(File::open(folder.join("ground-truth.json"))?)?;
    let mut predictions = Map::new();
    for (id, page) in &truth {
        let mut html = Vec::new();
        let file = File::open(folder.join("html").join(format!("{id}.html.gz")))?;
        GzDecoder::new(file).read_to_end(&mut html)?;
        let url = Url::parse(page["url"].as_str().unwrap_or("http://example.invalid/"))?;
        let text = article::extract(&html, None, &url, &city.outlets).text;
        predictions.insert(id.clone(), json!({ "articleBody": text }));
    }
    let judged = judge(folder, &Value::Object(predictions))?;
    let of = |measure: &str| judged["langnghe"][measure].as_f64().unwrap_or_default();
    Ok(format!(
        "## Article extraction, {} pages of the article-extraction benchmark\n\n\
         Its own scorer (4-shingles; ± is its bootstrap standard deviation).\n\n\
         | | F1 | precision | recall | exact |\n|---|---|---|---|---|\n\
         | langnghe | {:.3} ± {:.3} | {:.3} | {:.3} | {:.3} |\n\n\
         Peers: trafilatura 2.3.1 on these pages .955 (`tests/bench/quality.py`); on all 181 pages \
         (notes, other half included) readability-lxml .955, dom_smoothie alone .951.\n\n",
        truth.len(),
        of("f1"),
        of("f1_std"),
        of("precision"),
        of("recall"),
        of("accuracy")
    ))
}

/// The scorer reads `ground-truth.json` and `output/` of its working folder.
fn judge(folder: &Path, predictions: &Value) -> Result<Value> {
    let bench = tempfile::tempdir()?;
    fs::copy(
        folder.join("ground-truth.json"),
        bench.path().join("ground-truth.json"),
    )?;
    fs::create_dir(bench.path().join("output"))?;
    fs::write(
        bench.path().join("output/langnghe.json"),
        serde_json::to_vec(predictions)?,
    )?;
    let scorer = fs::canonicalize(folder.join("evaluate.py"))?;
    let run = Command::new("python3")
        .arg(scorer)
        .args(["--output", "judged.json"])
        .current_dir(bench.path())
        .output()
        .context("python3 runs the benchmark's scorer")?;
    ensure!(
        run.status.success(),
        "scorer failed: {}",
        String::from_utf8_lossy(&run.stderr)
    );
    Ok(serde_json::from_slice(&fs::read(
        bench.path().join("judged.json"),
    )?)?)
}
