//! Import of hotline tickets from CSV, XLSX and JSON lines, with a column mapping.
//!
//! A file that cannot be read, or lacks a column, is one error. A row that cannot be read is left
//! out and named with its line and reason; the rest is imported.

mod columns;
mod fault;
mod header;
mod mapping;
mod rows;
mod table;

use models::domain::{Mention, SourceId};

pub use crate::error::ImportError;
pub use columns::TicketField;
pub use fault::{RejectedRow, RowFault};
pub use mapping::ColumnMapping;
pub use table::TicketFormat;

/// A larger file is refused, packed or unpacked: a month of 1022 has about 15,000 rows in 10 MB.
pub const FILE_BYTES_MAX: u64 = 256 << 20;

/// What a file of tickets gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportReading {
    /// One mention a ticket; a ticket that comes again has the same id.
    pub mentions: Vec<Mention>,
    /// Rows left out.
    pub rejected: Vec<RejectedRow>,
    /// Which column was taken for what: what a dry run shows.
    pub columns: Vec<(TicketField, String)>,
    /// Columns that were not used.
    pub ignored_columns: Vec<String>,
}

/// Reads a file of tickets. `file` is its name, for messages and to tell the format; columns that
/// `mapping` does not name are found by their headers.
pub fn read(
    file: &str,
    bytes: &[u8],
    mapping: &ColumnMapping,
    source: &SourceId,
) -> Result<ImportReading, ImportError> {
    if bytes.len() as u64 > FILE_BYTES_MAX {
        let limit_bytes = FILE_BYTES_MAX;
        return Err(ImportError::TooLarge {
            file: file.to_owned(),
            limit_bytes,
        });
    }
    let format = TicketFormat::of_name(file)?;
    let table = table::read(file, bytes, format, mapping)?;
    let columns = columns::Columns::find(file, &table.headers, mapping)?;
    Ok(rows::read(&table, &columns, mapping, source))
}
