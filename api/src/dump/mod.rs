//! Daily dumps of open data: the tables of a day as everybody sees them, and their data dictionary. Who
//! writes them where is decided by whoever puts the program together.

mod dictionary;
mod package;

use jiff::civil::Date;

pub use dictionary::{Column, ColumnKind};
pub use package::{PackedFile, package};

use crate::v1::{Dumped, dumped, table};
use crate::{AppState, Error};

/// One table of a dump.
#[derive(Clone, Debug, PartialEq)]
pub struct DumpTable {
    /// Its name: `digests`.
    pub name: &'static str,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, as they stand in the CSV of the API.
    pub rows: Vec<Vec<String>>,
}

impl DumpTable {
    /// The table as a CSV file, written as those of the API are.
    pub fn csv(&self) -> Result<Vec<u8>, Error> {
        let columns = self.columns.iter().map(|column| column.name);
        table::bytes(columns, self.rows.iter().cloned())
    }
}

/// All tables of a day.
pub fn tables(app: &AppState, day: Date) -> Result<Vec<DumpTable>, Error> {
    let described = |table: Dumped| {
        let columns = table.columns.into_iter();
        let columns = columns.map(|name| {
            Column::find(table.name, name)
                .ok_or_else(|| Error::Shape(format!("the dictionary has no {}.{name}", table.name)))
        });
        Ok(DumpTable {
            name: table.name,
            columns: columns.collect::<Result<_, Error>>()?,
            rows: table.rows,
        })
    };
    dumped(app, day)?.into_iter().map(described).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_a_file_that_excel_reads() {
        let column = |name| Column::find("units", name).unwrap();
        let table = DumpTable {
            name: "units",
            columns: vec![column("code"), column("name")],
            rows: vec![vec!["26740".to_owned(), "Sài Gòn, \"Q1\"".to_owned()]],
        };
        let text = String::from_utf8(table.csv().unwrap()).unwrap();
        assert_eq!(
            text,
            "\u{feff}code,name\r\n26740,\"Sài Gòn, \"\"Q1\"\"\"\r\n"
        );
    }
}
