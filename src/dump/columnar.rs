//! Tables as Parquet files, each column with the type that the dictionary gives it.

use std::fmt::Write;
use std::sync::Arc;

use anyhow::{Context, Result};
use api::dump::{Column, ColumnKind, DumpTable};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use parquet::basic::{Compression, GzipLevel};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type,
};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

/// Rows of one group. The longest table has some thousands.
const GROUP: usize = 50_000;

/// The table as one file. A cell that is not of its column's kind is an error; counts that are not
/// published, and empty cells, are null.
pub fn parquet(table: &DumpTable) -> Result<Vec<u8>> {
    let schema = parse_message_type(&message(table))?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::GZIP(GzipLevel::default()))
        .set_created_by(concat!("langnghe ", env!("CARGO_PKG_VERSION")).to_owned());
    let properties = Arc::new(properties.build());
    let mut writer = SerializedFileWriter::new(Vec::new(), Arc::new(schema), properties)?;
    for rows in table.rows.chunks(GROUP) {
        let mut group = writer.next_row_group()?;
        for (at, column) in table.columns.iter().enumerate() {
            let cells = rows
                .iter()
                .map(|row| row.get(at).map_or("", String::as_str));
            write_column(&mut group, column, cells)
                .with_context(|| format!("column {}", column.name))?;
        }
        group.close()?;
    }
    Ok(writer.into_inner()?)
}

fn message(table: &DumpTable) -> String {
    let mut message = format!("message {} {{ ", table.name);
    for column in &table.columns {
        let (kind, logical) = match column.kind {
            ColumnKind::Text => ("BYTE_ARRAY", " (STRING)"),
            ColumnKind::Integer | ColumnKind::Count => ("INT64", ""),
            ColumnKind::Number => ("DOUBLE", ""),
            ColumnKind::Flag => ("BOOLEAN", ""),
            ColumnKind::Day => ("INT32", " (DATE)"),
            ColumnKind::Moment => ("INT64", " (TIMESTAMP(MICROS,true))"),
        };
        // Writing to a string cannot fail.
        let _ = write!(message, "OPTIONAL {kind} {}{logical}; ", column.name);
    }
    message.push('}');
    message
}

fn write_column<'c>(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    column: &Column,
    cells: impl Iterator<Item = &'c str>,
) -> Result<()> {
    match column.kind {
        ColumnKind::Text => {
            write::<ByteArrayType>(group, cells, |cell| Some(ByteArray::from(cell)))
        }
        ColumnKind::Integer => write::<Int64Type>(group, cells, |cell| cell.parse().ok()),
        ColumnKind::Count => {
            let is_told = |cell: &&str| cell.bytes().all(|byte| byte.is_ascii_digit());
            let cells = cells.map(|cell| if is_told(&cell) { cell } else { "" });
            write::<Int64Type>(group, cells, |cell| cell.parse().ok())
        }
        ColumnKind::Number => write::<DoubleType>(group, cells, |cell| cell.parse().ok()),
        ColumnKind::Flag => write::<BoolType>(group, cells, |cell| cell.parse().ok()),
        ColumnKind::Day => write::<Int32Type>(group, cells, |cell| {
            let day = cell.parse::<Date>().ok()?;
            Some(date(1970, 1, 1).until(day).ok()?.get_days())
        }),
        ColumnKind::Moment => write::<Int64Type>(group, cells, |cell| {
            Some(cell.parse::<Timestamp>().ok()?.as_microsecond())
        }),
    }
}

fn write<'c, T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    cells: impl Iterator<Item = &'c str>,
    read: impl Fn(&str) -> Option<T::T>,
) -> Result<()> {
    let (mut values, mut is_there) = (Vec::new(), Vec::new());
    for cell in cells {
        is_there.push(i16::from(!cell.is_empty()));
        if !cell.is_empty() {
            let value = read(cell).with_context(|| format!("a cell of another kind: {cell}"))?;
            values.push(value);
        }
    }
    let mut column = group.next_column()?.context("a column too many")?;
    column
        .typed::<T>()
        .write_batch(&values, Some(&is_there), None)?;
    column.close()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;

    use super::*;

    fn column(name: &'static str, kind: ColumnKind) -> Column {
        Column {
            name,
            kind,
            measure: "",
            vi: String::new(),
            en: String::new(),
        }
    }

    fn table(rows: &[[&str; 7]]) -> DumpTable {
        let row = |row: &[&str; 7]| row.iter().map(ToString::to_string).collect();
        DumpTable {
            name: "sample",
            columns: vec![
                column("name", ColumnKind::Text),
                column("rank", ColumnKind::Integer),
                column("n", ColumnKind::Count),
                column("share", ColumnKind::Number),
                column("tied", ColumnKind::Flag),
                column("day", ColumnKind::Day),
                column("at", ColumnKind::Moment),
            ],
            rows: rows.iter().map(row).collect(),
        }
    }

    #[test]
    fn every_kind_comes_back() {
        let full = [
            "Bến Nghé",
            "1",
            "12",
            "0.5",
            "true",
            "2026-11-12",
            "2026-11-13T00:00:00+07:00",
        ];
        let table = table(&[
            full,
            ["", "", "<5", "", "", "", ""],
            ["", "", "-", "", "", "", ""],
        ]);
        let bytes = bytes::Bytes::from(parquet(&table).unwrap());
        let reader = SerializedFileReader::new(bytes).unwrap();
        let rows = reader.get_row_iter(None).unwrap();
        let rows = rows.map(|row| {
            let row = row.unwrap().into_columns();
            row.into_iter().map(|(_, field)| field).collect::<Vec<_>>()
        });
        let rows = rows.collect::<Vec<_>>();
        assert_eq!(rows[0][0], Field::Str("Bến Nghé".to_owned()));
        assert_eq!(rows[0][1], Field::Long(1));
        assert_eq!(rows[0][2], Field::Long(12));
        assert_eq!(rows[0][3], Field::Double(0.5));
        assert_eq!(rows[0][4], Field::Bool(true));
        assert_eq!(rows[0][5], Field::Date(20_769));
        assert_eq!(rows[0][6], Field::TimestampMicros(1_794_502_800_000_000));
        for hidden in &rows[1..] {
            assert!(
                hidden.iter().all(|field| *field == Field::Null),
                "{hidden:?}"
            );
        }
    }

    #[test]
    fn a_cell_of_another_kind_is_named() {
        let wrong = ["x", "first", "", "", "", "", ""];
        let failure = format!("{:#}", parquet(&table(&[wrong])).unwrap_err());
        assert!(
            failure.contains("rank") && failure.contains("first"),
            "{failure}"
        );
    }
}
