//! `import`: hotline tickets from CSV, XLSX or JSON lines.
//!
//! A file is taken whole or not at all: a row left out silently is a citizen not heard. With
//! `--skip-bad-rows` the good rows are written and the bad ones listed in a file.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use crawler::sources::tickets::{
    self, ColumnMapping, FILE_BYTES_MAX, ImportReading, RejectedRow, TicketField,
};
use models::domain::SourceId;

use super::lines::{Outcome, Output, read_whole};
use crate::cli;
use crate::clock;
use crate::config::{Data, read_mapping};
use crate::pipeline::Pipeline;
use crate::store::has_record;

/// More bad rows are not told one by one; a file of rejects has them all.
const TOLD_MAX: usize = 1000;

/// `langnghe import`; `pipeline` is only asked for when the record is read or written, so that a
/// trial run beside no data folder makes none.
pub fn import(
    request: &cli::ImportTickets,
    data: &Data,
    pipeline: impl FnOnce() -> Result<Pipeline>,
) -> Result<Outcome> {
    let Some(file) = &request.file else {
        bail!("import: thiếu tệp / name a file");
    };
    let name = file_name(file);
    let mapping = mapping(request)?;
    let bytes = read_whole(file, FILE_BYTES_MAX)?;
    let source = SourceId::new(request.source.as_str());
    let reading = tickets::read(&name, &bytes, &mapping, &source)?;
    report(&reading);
    let is_whole = reading.rejected.is_empty();
    let mut output = Output::stdout();
    if request.dry_run {
        for (field, column) in &reading.columns {
            output.text(&format!("{} ← {column}", field.code()))?;
        }
        let has_record = has_record(data)?;
        let pipeline = has_record.then(pipeline).transpose()?;
        output.text(&forecast(&reading, pipeline.as_ref())?)?;
    } else if is_whole || request.skip_bad_rows {
        if !is_whole {
            let file = rejects_file(request, &name);
            write_rejects(&file, &reading.rejected)?;
            output.text(&format!("dòng hỏng / bad rows → {}", file.display()))?;
        }
        let recorded = pipeline()?.receive(&reading.mentions, clock::now())?;
        output.text(&format!(
            "{} phiếu mới, {} cập nhật, {} không đổi, {} dòng bị bỏ",
            recorded.n_new,
            recorded.n_updated,
            recorded.n_unchanged,
            reading.rejected.len()
        ))?;
    } else {
        output.text(&format!(
            "chưa ghi gì: {0} dòng hỏng; sửa tệp hoặc thêm --skip-bad-rows / nothing written: {0} bad rows; mend the file or add --skip-bad-rows",
            reading.rejected.len()
        ))?;
    }
    output.finish()?;
    Ok(if is_whole {
        Outcome::Done
    } else {
        Outcome::SomeBad
    })
}

/// What writing the good rows would do to the record.
fn forecast(reading: &ImportReading, pipeline: Option<&Pipeline>) -> Result<String> {
    let n_read = reading.mentions.len();
    let (n_new, n_updated) = match pipeline {
        Some(pipeline) => pipeline.foresee(&reading.mentions)?,
        None => (n_read, 0),
    };
    Ok(format!(
        "{n_read} dòng đọc được, {} dòng hỏng; sẽ có {n_new} phiếu mới, {n_updated} cập nhật, {} không đổi; chưa ghi gì",
        reading.rejected.len(),
        n_read - n_new - n_updated
    ))
}

/// Stdin has no name: it is read as JSON lines.
fn file_name(file: &Path) -> String {
    if file == Path::new("-") {
        "stdin.jsonl".to_owned()
    } else {
        file.display().to_string()
    }
}

/// The mapping file, and columns named on the command line over it.
fn mapping(request: &cli::ImportTickets) -> Result<ColumnMapping> {
    let mut mapping = match &request.mapping {
        Some(file) => read_mapping(file)?,
        None => ColumnMapping::default(),
    };
    for pair in &request.map {
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
        mapping.columns.retain(|(named, _)| *named != field);
        mapping
            .columns
            .push((field, vec![column.trim().to_owned()]));
    }
    Ok(mapping)
}

#[expect(clippy::print_stderr, reason = "complaints about input go to stderr")]
fn report(reading: &ImportReading) {
    for row in reading.rejected.iter().take(TOLD_MAX) {
        eprintln!(
            "dòng {0} / line {0}: {1} / {2}; {3}",
            row.line,
            row.reason_vietnamese(),
            row.reason(),
            row.fault.fix()
        );
    }
    if reading.rejected.len() > TOLD_MAX {
        let n = reading.rejected.len() - TOLD_MAX;
        eprintln!("và {n} dòng hỏng nữa / and {n} bad rows more");
    }
    if !reading.ignored_columns.is_empty() {
        eprintln!(
            "cột không dùng / columns not used: {}",
            reading.ignored_columns.join(", ")
        );
    }
}

fn rejects_file(request: &cli::ImportTickets, name: &str) -> PathBuf {
    match &request.rejects {
        Some(file) => file.clone(),
        None => PathBuf::from(format!("{name}.rejects.csv")),
    }
}

/// Line, column, what is wrong, what kind of value stands there, the fix; never the value.
fn write_rejects(file: &Path, rejected: &[RejectedRow]) -> Result<()> {
    let cannot = || format!("không ghi được / cannot write {}", file.display());
    let mut writer = csv::Writer::from_path(file).with_context(cannot)?;
    writer.write_record(["line", "column", "fault", "found", "fix"])?;
    for row in rejected {
        writer.write_record([
            &row.line.to_string(),
            row.column.as_deref().unwrap_or_default(),
            &format!("{} / {}", row.fault.vietnamese(), row.fault.english()),
            &row.found,
            row.fault.fix(),
        ])?;
    }
    writer.flush().with_context(cannot)
}
