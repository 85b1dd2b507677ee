//! Files as tables of cells: CSV in any of the usual encodings and separators, XLSX, JSON lines.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use flate2::read::DeflateDecoder;
use jiff::civil::DateTime;
use serde_json::Value;

use super::{FILE_BYTES_MAX, ImportError, RejectedRow};
use crate::extract::encoding::to_utf8;

/// More columns are not read.
const COLUMNS_MAX: usize = 200;

/// More rows are not read.
const ROWS_MAX: usize = 1_000_000;

/// Header and rows of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Table {
    pub(super) headers: Vec<String>,
    pub(super) rows: Vec<Row>,
    pub(super) rejected: Vec<RejectedRow>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) cells: Vec<Cell>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Cell {
    #[default]
    Empty,
    Text(String),
    /// A date cell of a spreadsheet, which carries no zone.
    Moment(DateTime),
}

/// The formats tickets come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketFormat {
    /// Comma, semicolon or tab separated.
    Csv,
    /// Office Open XML workbook; its first sheet that has rows.
    Xlsx,
    /// One JSON object a line.
    JsonLines,
}

impl TicketFormat {
    /// By the ending of a file's name.
    pub fn of_name(file: &str) -> Result<Self, ImportError> {
        let ending = file
            .rsplit_once('.')
            .map(|(_, ending)| ending.to_ascii_lowercase());
        match ending.as_deref() {
            Some("csv" | "tsv" | "txt") => Ok(Self::Csv),
            Some("xlsx") => Ok(Self::Xlsx),
            Some("jsonl" | "ndjson") => Ok(Self::JsonLines),
            _ => Err(ImportError::UnknownFormat(file.to_owned())),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::JsonLines => "json lines",
        }
    }
}

pub(super) fn read(file: &str, bytes: &[u8], format: TicketFormat) -> Result<Table, ImportError> {
    let table = match format {
        TicketFormat::Csv => read_csv(bytes),
        TicketFormat::Xlsx => {
            check_unpacked_size(file, bytes)?;
            read_xlsx(bytes)
        }
        TicketFormat::JsonLines => Ok(read_json_lines(bytes)),
    };
    let format = format.name();
    let table = table.map_err(|reason| ImportError::Unreadable {
        file: file.to_owned(),
        format,
        reason,
    })?;
    if table.headers.is_empty() || (table.rows.is_empty() && table.rejected.is_empty()) {
        return Err(ImportError::Empty(file.to_owned()));
    }
    Ok(table)
}

fn read_csv(bytes: &[u8]) -> Result<Table, String> {
    let (text, _) = to_utf8(bytes, None);
    // One kind of line end: the lines that the csv crate counts are then those that people see.
    let text = text.trim_start_matches('\u{feff}');
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    // Excel writes the separator into the first line when asked to.
    let (text, first_line) = match text.split_once('\n') {
        Some((first, rest)) if first.trim_end().to_ascii_lowercase().starts_with("sep=") => {
            (rest, 2)
        }
        _ => (text.as_str(), 1),
    };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator(text))
        .from_reader(text.as_bytes());
    let mut table = Table::default();
    for record in reader.records().take(ROWS_MAX) {
        let record = record.map_err(|error| error.to_string())?;
        let line = record.position().map_or(0, csv::Position::line) + first_line - 1;
        let cells = record.iter().take(COLUMNS_MAX);
        if table.headers.is_empty() {
            table.headers = cells.map(|cell| cell.trim().to_owned()).collect();
            continue;
        }
        // A quote that is never closed swallows lines, which shows in the count of cells.
        if record.len() > table.headers.len() {
            let reason = format!(
                "{} cells where the header has {}",
                record.len(),
                table.headers.len()
            );
            table.rejected.push(RejectedRow { line, reason });
            continue;
        }
        let cells = cells.map(text_cell).collect::<Vec<_>>();
        push_row(&mut table, line, cells);
    }
    Ok(table)
}

/// The separator that cuts the header into the most cells.
fn separator(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let count = |separator: &u8| header.bytes().filter(|byte| byte == separator).count();
    [b'\t', b';', b',']
        .into_iter()
        .max_by_key(count)
        .unwrap_or(b',')
}

fn read_xlsx(bytes: &[u8]) -> Result<Table, String> {
    let mut workbook = open_workbook_from_rs::<Xlsx<_>, _>(Cursor::new(bytes))
        .map_err(|error| error.to_string())?;
    for name in workbook.sheet_names() {
        let mut table = Table::default();
        for (line, cells) in sheet_rows(&mut workbook, &name)? {
            if table.headers.is_empty() {
                // A title above the table has one cell; the header has several.
                let n_filled = cells.iter().filter(|cell| **cell != Cell::Empty).count();
                if n_filled > 1 {
                    table.headers = cells.into_iter().map(Cell::into_text).collect();
                }
                continue;
            }
            push_row(&mut table, line, cells);
        }
        if !table.rows.is_empty() {
            return Ok(table);
        }
    }
    Ok(Table::default())
}

/// The filled rows of a sheet by their line. Cells are read one by one: the crate's table of a sheet
/// spans all cells between the first and the last, which for two cells far apart is any amount of
/// memory.
fn sheet_rows(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
) -> Result<BTreeMap<u64, Vec<Cell>>, String> {
    let mut cells = workbook
        .worksheet_cells_reader(name)
        .map_err(|error| error.to_string())?;
    let mut rows = BTreeMap::<u64, Vec<Cell>>::new();
    while let Some(found) = cells.next_cell().map_err(|error| error.to_string())? {
        let (row, column) = found.get_position();
        let cell = spreadsheet_cell(&Data::from(found.get_value().clone()));
        let (line, column) = (u64::from(row) + 1, column as usize);
        let has_room = rows.len() < ROWS_MAX || rows.contains_key(&line);
        if cell == Cell::Empty || column >= COLUMNS_MAX || !has_room {
            continue;
        }
        let row = rows.entry(line).or_default();
        row.resize(row.len().max(column + 1), Cell::Empty);
        row[column] = cell;
    }
    Ok(rows)
}

fn read_json_lines(bytes: &[u8]) -> Table {
    let (text, _) = to_utf8(bytes, None);
    let mut table = Table::default();
    for (line, content) in (1..)
        .zip(text.lines())
        .take(ROWS_MAX)
        .filter(|(_, content)| !content.trim().is_empty())
    {
        let Ok(Value::Object(object)) =
            serde_json::from_str::<Value>(content.trim_start_matches('\u{feff}'))
        else {
            let reason = "not a JSON object".to_owned();
            table.rejected.push(RejectedRow { line, reason });
            continue;
        };
        let mut cells = vec![Cell::Empty; table.headers.len()];
        for (name, value) in &object {
            spread(&mut table.headers, &mut cells, name, value);
        }
        push_row(&mut table, line, cells);
    }
    table
}

/// Puts a value under its name, and the fields of an object (`ticket`) under both names.
fn spread(headers: &mut Vec<String>, cells: &mut Vec<Cell>, name: &str, value: &Value) {
    let cell = match value {
        Value::Object(fields) if !name.contains(' ') => {
            for (inner, value) in fields {
                spread(headers, cells, &format!("{name} {inner}"), value);
            }
            return;
        }
        Value::String(text) => text_cell(text),
        Value::Number(_) | Value::Bool(_) => Cell::Text(value.to_string()),
        _ => return,
    };
    let position = headers.iter().position(|header| header == name);
    let position = position.unwrap_or_else(|| {
        headers.push(name.to_owned());
        headers.len() - 1
    });
    if position < COLUMNS_MAX {
        cells.resize(cells.len().max(position + 1), Cell::Empty);
        cells[position] = cell;
    }
}

fn push_row(table: &mut Table, line: u64, cells: Vec<Cell>) {
    if cells.iter().any(|cell| *cell != Cell::Empty) {
        table.rows.push(Row { line, cells });
    }
}

fn text_cell(text: &str) -> Cell {
    let text = text.trim();
    if text.is_empty() {
        Cell::Empty
    } else {
        Cell::Text(text.to_owned())
    }
}

fn spreadsheet_cell(data: &Data) -> Cell {
    match data {
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text_cell(text),
        Data::Int(number) => Cell::Text(number.to_string()),
        Data::Float(number) => Cell::Text(number.to_string()),
        Data::Bool(value) => Cell::Text(value.to_string()),
        Data::DateTime(moment) => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            let civil = DateTime::new(
                i16::try_from(year).unwrap_or(i16::MAX),
                month.cast_signed(),
                day.cast_signed(),
                hour.cast_signed(),
                minute.cast_signed(),
                second.cast_signed(),
                0,
            );
            civil.map_or(Cell::Empty, Cell::Moment)
        }
        Data::Error(_) | Data::Empty => Cell::Empty,
    }
}

impl Cell {
    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Moment(moment) => moment.to_string(),
            Self::Empty => String::new(),
        }
    }
}

/// A workbook is a zip archive; one of a few kB may unpack to many GB. The sizes in its directory
/// may lie, so each entry is unpacked into nothing first, counting.
fn check_unpacked_size(file: &str, bytes: &[u8]) -> Result<(), ImportError> {
    let unreadable = |reason: &str| ImportError::Unreadable {
        file: file.to_owned(),
        format: TicketFormat::Xlsx.name(),
        reason: reason.to_owned(),
    };
    let entries = zip_entries(bytes).ok_or_else(|| unreadable("not a zip archive"))?;
    let mut room = FILE_BYTES_MAX;
    for entry in entries {
        let data = bytes.get(entry.offset..).unwrap_or_default();
        let data = &data[..entry.packed_bytes.min(data.len())];
        let unpacked = if entry.is_deflated {
            let counted = std::io::copy(
                &mut DeflateDecoder::new(data).take(room + 1),
                &mut std::io::sink(),
            );
            counted.map_err(|error| unreadable(&error.to_string()))?
        } else {
            data.len() as u64
        };
        room = room
            .checked_sub(unpacked)
            .ok_or_else(|| ImportError::TooLarge {
                file: file.to_owned(),
                limit_bytes: FILE_BYTES_MAX,
            })?;
    }
    Ok(())
}

struct ZipEntry {
    offset: usize,
    packed_bytes: usize,
    is_deflated: bool,
}

/// The entries named by the central directory of a zip archive.
fn zip_entries(bytes: &[u8]) -> Option<Vec<ZipEntry>> {
    const END: &[u8] = b"PK\x05\x06";
    const ENTRIES_MAX: usize = 10_000;
    let u16_at = |at: usize| {
        Some(usize::from(u16::from_le_bytes(
            bytes.get(at..at + 2)?.try_into().ok()?,
        )))
    };
    let u32_at =
        |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize);
    let end = bytes.windows(END.len()).rposition(|window| window == END)?;
    let n_entries = u16_at(end + 10)?.min(ENTRIES_MAX);
    let mut at = u32_at(end + 16)?;
    let mut entries = Vec::with_capacity(n_entries);
    for _ in 0..n_entries {
        if bytes.get(at..at + 4)? != b"PK\x01\x02" {
            return None;
        }
        let local = u32_at(at + 42)?;
        let offset = local + 30 + u16_at(local + 26)? + u16_at(local + 28)?;
        entries.push(ZipEntry {
            offset,
            packed_bytes: u32_at(at + 20)?,
            is_deflated: u16_at(at + 10)? == 8,
        });
        at += 46 + u16_at(at + 28)? + u16_at(at + 30)? + u16_at(at + 32)?;
    }
    Some(entries)
}
