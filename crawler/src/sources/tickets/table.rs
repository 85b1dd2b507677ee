//! Files as tables of cells: CSV in any of the usual encodings and separators, XLSX, JSON lines.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use encoding_rs::Encoding;
use flate2::read::DeflateDecoder;
use jiff::civil::DateTime;
use serde_json::Value;

use super::{ColumnMapping, FILE_BYTES_MAX, ImportError, RejectedRow, RowFault, header};
use crate::extract::encoding::to_utf8_within;

/// More columns are not read.
const COLUMNS_MAX: usize = 200;

/// A file with more rows is refused.
const ROWS_MAX: usize = 1_000_000;

/// Titles and headers come on top of the rows.
const HEADER_ROOM: usize = 31;

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
    /// A cell that the spreadsheet could not compute, or did not.
    Broken(RowFault),
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

pub(super) fn read(
    file: &str,
    bytes: &[u8],
    format: TicketFormat,
    mapping: &ColumnMapping,
) -> Result<Table, ImportError> {
    let unreadable = |reason: String| ImportError::Unreadable {
        file: file.to_owned(),
        format: format.name(),
        reason,
    };
    let table = match format {
        TicketFormat::Csv => {
            let rows = csv_rows(&decoded(bytes, mapping), mapping.separator);
            headed(rows.map_err(unreadable)?, mapping, true)
        }
        TicketFormat::Xlsx => {
            check_unpacked_size(file, bytes)?;
            let sheets = sheets(file, bytes, mapping)?;
            let mut tables = sheets.into_iter().map(|rows| headed(rows, mapping, false));
            tables
                .find(|table| !table.rows.is_empty())
                .unwrap_or_default()
        }
        TicketFormat::JsonLines => json_lines(&decoded(bytes, mapping)),
    };
    if table.rows.len() > ROWS_MAX {
        return Err(ImportError::TooManyRows {
            file: file.to_owned(),
            limit: ROWS_MAX,
        });
    }
    if table.headers.is_empty() || (table.rows.is_empty() && table.rejected.is_empty()) {
        return Err(ImportError::Empty(file.to_owned()));
    }
    Ok(table)
}

fn decoded(bytes: &[u8], mapping: &ColumnMapping) -> String {
    let named = mapping.encoding.as_ref();
    let named = named.and_then(|label| Encoding::for_label(label.as_bytes()));
    match named {
        Some(encoding) => encoding.decode(bytes).0.into_owned(),
        None => to_utf8_within(bytes, None, FILE_BYTES_MAX as usize).0,
    }
}

/// Parts rows into header and the rest. Wide rows of a text file are faults: a quote that is never
/// closed swallows lines, which shows in the count of cells.
fn headed(rows: Vec<Row>, mapping: &ColumnMapping, is_text: bool) -> Table {
    let Some((headers, n_above)) = header::find(&rows, mapping) else {
        return Table::default();
    };
    let mut table = Table {
        headers,
        ..Table::default()
    };
    let expected = table.headers.len();
    for row in rows.into_iter().skip(n_above) {
        let found = row.cells.len();
        if is_text && found > expected {
            let fault = RowFault::TooManyCells { found, expected };
            table.rejected.push(RejectedRow::whole(row.line, fault));
        } else {
            table.rows.push(row);
        }
    }
    table
}

/// The rows of a CSV file that hold anything.
fn csv_rows(text: &str, separator_named: Option<u8>) -> Result<Vec<Row>, String> {
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
        .delimiter(separator_named.unwrap_or_else(|| separator(text)))
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records().take(ROWS_MAX + HEADER_ROOM) {
        let record = record.map_err(|error| error.to_string())?;
        let line = record.position().map_or(0, csv::Position::line) + first_line - 1;
        let cells = record.iter().take(COLUMNS_MAX).map(text_cell);
        push_row(&mut rows, line, cells.collect());
    }
    Ok(rows)
}

/// The separator that cuts one of the first lines into the most cells.
fn separator(text: &str) -> u8 {
    const LINES: usize = 10;
    let most = |separator: &u8| {
        let counts = text
            .lines()
            .take(LINES)
            .map(|line| line.bytes().filter(|byte| byte == separator).count());
        counts.max().unwrap_or(0)
    };
    // A sentence may hold many commas; a tab or semicolon that occurs at all in the header wins
    // only where it cuts as often.
    let header = text.lines().next().unwrap_or_default();
    let in_header = |separator: &u8| header.bytes().filter(|byte| byte == separator).count();
    let separators = [b'\t', b';', b','];
    let by_header = separators.into_iter().max_by_key(|byte| in_header(byte));
    match by_header {
        Some(found) if in_header(&found) > 0 => found,
        _ => separators
            .into_iter()
            .max_by_key(|byte| most(byte))
            .unwrap_or(b','),
    }
}

/// The rows of the sheet that the mapping names, or of every sheet.
fn sheets(file: &str, bytes: &[u8], mapping: &ColumnMapping) -> Result<Vec<Vec<Row>>, ImportError> {
    let unreadable = |reason: String| ImportError::Unreadable {
        file: file.to_owned(),
        format: TicketFormat::Xlsx.name(),
        reason,
    };
    let mut workbook = open_workbook_from_rs::<Xlsx<_>, _>(Cursor::new(bytes))
        .map_err(|error| unreadable(error.to_string()))?;
    let names = workbook.sheet_names();
    let wanted = match &mapping.sheet {
        None => names,
        Some(sheet) if names.contains(sheet) => vec![sheet.clone()],
        Some(sheet) => {
            let found = names.iter().map(|name| format!("`{name}`"));
            return Err(ImportError::MissingSheet {
                file: file.to_owned(),
                sheet: sheet.clone(),
                found: found.collect::<Vec<_>>().join(", "),
            });
        }
    };
    let mut sheets = Vec::new();
    for name in wanted {
        sheets.push(sheet_rows(&mut workbook, &name).map_err(&unreadable)?);
    }
    Ok(sheets)
}

/// The filled rows of a sheet in their order. Cells are read one by one: the crate's table of a
/// sheet spans all cells between the first and the last, which for two cells far apart is any
/// amount of memory.
fn sheet_rows(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Vec<Row>, String> {
    let mut cells = workbook
        .worksheet_cells_reader(name)
        .map_err(|error| error.to_string())?;
    let mut rows = BTreeMap::<u64, Vec<Cell>>::new();
    while let Some(found) = cells
        .next_cell_with_formula()
        .map_err(|error| error.to_string())?
    {
        let (row, column) = found.pos;
        let cell = match spreadsheet_cell(&Data::from(found.value)) {
            Cell::Empty if found.formula.is_some() => Cell::Broken(RowFault::FormulaWithoutValue),
            cell => cell,
        };
        let (line, column) = (u64::from(row) + 1, column as usize);
        let has_room = rows.len() < ROWS_MAX + HEADER_ROOM || rows.contains_key(&line);
        if cell == Cell::Empty || column >= COLUMNS_MAX || !has_room {
            continue;
        }
        let row = rows.entry(line).or_default();
        row.resize(row.len().max(column + 1), Cell::Empty);
        row[column] = cell;
    }
    let rows = rows.into_iter().map(|(line, cells)| Row { line, cells });
    Ok(rows.collect())
}

fn json_lines(text: &str) -> Table {
    let mut table = Table::default();
    for (line, content) in (1..)
        .zip(text.lines())
        .filter(|(_, content)| !content.trim().is_empty())
        .take(ROWS_MAX + 1)
    {
        let Ok(Value::Object(object)) =
            serde_json::from_str::<Value>(content.trim_start_matches('\u{feff}'))
        else {
            let rejected = RejectedRow::whole(line, RowFault::NotAnObject);
            table.rejected.push(rejected);
            continue;
        };
        let mut cells = vec![Cell::Empty; table.headers.len()];
        for (name, value) in &object {
            spread(&mut table.headers, &mut cells, name, value);
        }
        push_row(&mut table.rows, line, cells);
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

fn push_row(rows: &mut Vec<Row>, line: u64, cells: Vec<Cell>) {
    if cells.iter().any(|cell| *cell != Cell::Empty) {
        rows.push(Row { line, cells });
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
        Data::Error(_) => Cell::Broken(RowFault::SpreadsheetError),
        Data::Empty => Cell::Empty,
    }
}

impl Cell {
    pub(super) fn as_text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Moment(moment) => moment.to_string(),
            Self::Empty | Self::Broken(_) => String::new(),
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
