//! `import indicators`: values of indicators from a file, taken whole or not at all.

use std::path::Path;

use anyhow::Result;

use super::lines::{Outcome, Output, read_whole};
use crate::city::City;
use crate::cli;
use crate::clock;
use crate::config::Data;
use crate::indicators::{Format, Known, Reading, read_rows};
use crate::pipeline::Pipeline;
use crate::store::has_record;

/// Largest file.
const FILE_BYTES_MAX: u64 = 64_000_000;

/// More bad rows are counted, not told.
const TOLD_MAX: usize = 100;

/// `langnghe import indicators FILE`; the pipeline is only asked for when the record is read or written, so
/// that a trial run beside no data folder makes none.
pub fn import(
    request: &cli::ImportIndicators,
    city: &City,
    data: &Data,
    pipeline: impl FnOnce() -> Result<Pipeline>,
) -> Result<Outcome> {
    let bytes = read_whole(&request.file, FILE_BYTES_MAX)?;
    let now = clock::now();
    let known = Known {
        indicators: &city.indicators,
        has_unit: &|code, period| city.has_unit(code, period),
        now,
    };
    let name = request.file.file_name().unwrap_or_default();
    let name = name.to_string_lossy();
    let reading = read_rows(&bytes, format_of(&request.file, &bytes), &name, &known);
    report(&reading);
    let (n, n_bad) = (reading.values.len(), reading.faults.len());
    let mut output = Output::stdout();
    if n_bad > 0 {
        output.text(&format!(
            "chưa ghi gì: {n_bad} dòng hỏng, {n} dòng đọc được / nothing written: {n_bad} bad rows, {n} good"
        ))?;
    } else if request.dry_run {
        let has_record = has_record(data)?;
        let (n_new, n_changed) = if has_record {
            pipeline()?.foresee_values(&reading.values)?
        } else {
            (n, 0)
        };
        let n_same = n - n_new - n_changed;
        output.text(&format!(
            "{n} giá trị đọc được; sẽ có {n_new} mới, {n_changed} thay đổi, {n_same} không đổi; chưa ghi gì / nothing written"
        ))?;
    } else {
        let erratum = format!("nhập lại từ {name}");
        let done = pipeline()?.publish_values(&reading.values, &erratum, now)?;
        output.text(&format!(
            "{} giá trị mới, {} thay đổi, {} không đổi",
            done.n_new, done.n_revised, done.n_unchanged
        ))?;
    }
    output.finish()?;
    Ok(if n_bad == 0 {
        Outcome::Done
    } else {
        Outcome::SomeBad
    })
}

/// By the name of the file, or else by its first letter.
fn format_of(file: &Path, bytes: &[u8]) -> Format {
    let extension = file.extension().and_then(|extension| extension.to_str());
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    match (extension, first) {
        (Some("csv"), _) => Format::Csv,
        (Some("json" | "jsonl"), _) | (_, Some(b'[' | b'{')) => Format::Json,
        _ => Format::Csv,
    }
}

#[expect(clippy::print_stderr, reason = "complaints about input go to stderr")]
fn report(reading: &Reading) {
    for fault in reading.faults.iter().take(TOLD_MAX) {
        eprintln!("{fault}");
    }
    if reading.faults.len() > TOLD_MAX {
        let n = reading.faults.len() - TOLD_MAX;
        eprintln!("và {n} dòng hỏng nữa / and {n} bad rows more");
    }
    if !reading.ignored.is_empty() {
        let ignored = reading.ignored.join(", ");
        eprintln!("cột không dùng / columns not used: {ignored}");
    }
}
