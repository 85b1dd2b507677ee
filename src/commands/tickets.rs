//! `import`: hotline tickets from CSV, XLSX or JSON lines.

use std::path::Path;

use anyhow::{Context, Result, bail};
use crawler::sources::tickets::{self, ColumnMapping, FILE_BYTES_MAX, ImportReading, TicketField};
use models::domain::SourceId;

use super::lines::{Outcome, Output, read_whole};
use crate::cli;
use crate::clock;
use crate::pipeline::Pipeline;

/// `langnghe import`; `pipeline` is only asked for when something is to be written.
pub fn import(
    request: &cli::Import,
    pipeline: impl FnOnce() -> Result<Pipeline>,
) -> Result<Outcome> {
    let name = file_name(&request.file);
    let bytes = read_whole(&request.file, FILE_BYTES_MAX)?;
    let source = SourceId::new(request.source.as_str());
    let reading = tickets::read(&name, &bytes, &mapping(&request.map)?, &source)?;
    report(&reading);
    let mut output = Output::stdout();
    if request.dry_run {
        for (field, column) in &reading.columns {
            output.text(&format!("{} ← {column}", field.code()))?;
        }
        output.text(&format!(
            "{} dòng đọc được, chưa ghi gì",
            reading.mentions.len()
        ))?;
    } else {
        let recorded = pipeline()?.receive(&reading.mentions, clock::now())?;
        output.text(&format!(
            "{} phiếu mới, {} cập nhật, {} không đổi, {} dòng bị bỏ",
            recorded.n_new,
            recorded.n_updated,
            recorded.n_unchanged,
            reading.rejected.len()
        ))?;
    }
    output.finish()?;
    Ok(if reading.rejected.is_empty() {
        Outcome::Done
    } else {
        Outcome::SomeBad
    })
}

/// Stdin has no name: it is read as JSON lines.
fn file_name(file: &Path) -> String {
    if file == Path::new("-") {
        "stdin.jsonl".to_owned()
    } else {
        file.display().to_string()
    }
}

fn mapping(pairs: &[String]) -> Result<ColumnMapping> {
    let columns = pairs.iter().map(|pair| {
        let (field, column) = pair
            .split_once('=')
            .with_context(|| format!("--map `{pair}`: ghi trường=cột / write field=column"))?;
        let Some(field) = TicketField::from_code(field.trim()) else {
            let known = TicketField::ALL
                .iter()
                .map(|field| field.code())
                .collect::<Vec<_>>();
            bail!(
                "--map: không có trường `{field}` / known fields: {}",
                known.join(", ")
            );
        };
        Ok((field, column.trim().to_owned()))
    });
    Ok(ColumnMapping {
        columns: columns.collect::<Result<_>>()?,
    })
}

#[expect(clippy::print_stderr, reason = "complaints about input go to stderr")]
fn report(reading: &ImportReading) {
    for row in &reading.rejected {
        eprintln!("dòng {0} / line {0}: {1}", row.line, row.reason);
    }
    if !reading.ignored_columns.is_empty() {
        eprintln!(
            "cột không dùng / columns not used: {}",
            reading.ignored_columns.join(", ")
        );
    }
}
