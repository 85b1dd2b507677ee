//! CSV that Excel opens rightly and cannot be made to run.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::Error;

/// Marks the bytes as UTF-8 for Excel, which would read Vietnamese as windows-1252 without it.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// One table; `name` becomes the file's name.
pub(crate) fn respond(
    name: &str,
    columns: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<Response, Error> {
    let bytes = bytes(columns.iter().copied(), rows)?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.csv\""),
        ),
    ];
    Ok((headers, bytes).into_response())
}

/// The table as a file.
pub(crate) fn bytes<'c>(
    columns: impl Iterator<Item = &'c str>,
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<Vec<u8>, Error> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(BYTE_ORDER_MARK.to_vec());
    writer.write_record(columns)?;
    for row in rows {
        writer.write_record(row)?;
    }
    writer
        .into_inner()
        .map_err(|err| Error::Table(err.into_error().into()))
}

/// Words of others in a cell: what a spreadsheet would take for a formula gets an apostrophe.
pub(crate) fn words(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '|', '%']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// A number that may be missing.
pub(crate) fn optional(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn formulas_are_disarmed() {
        assert_eq!(words("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(words("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(words("Ngập đường"), "Ngập đường");
    }
}
