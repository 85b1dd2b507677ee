//! Moving an embedded record into an empty PostgreSQL database: every table, in one transaction, compared row by
//! row before it counts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use models::domain::day_in_vietnam;
use postgres::binary_copy::BinaryCopyInWriter;
use postgres::types::{ToSql, Type};
use rusqlite::types::Value;
use sha2::{Digest as _, Sha256};

use super::SqlArchive;
use super::days;
use super::fault::{Fault, explain_io};
use super::rows::optional_moment;
use super::store::Store;
use crate::sql::{self, Connection, OptionalExtension, Result as Sql, Transaction, ValueRef};
use crate::{Error, Result};

/// Rows, and bytes of words and files, sent in one stretch.
const ROWS_AT_ONCE: usize = 1_000;
const BYTES_AT_ONCE: usize = 4 << 20;

/// Tables that an empty record has a row in.
const BORN_WITH_A_ROW: [&str; 2] = ["history", "strange_sign_ins"];

/// A table that was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedTable {
    /// Its name.
    pub name: String,
    /// Its rows.
    pub n_rows: u64,
    /// Sum of the SHA-256 of its rows, in whatever order they stand; the same on both sides.
    pub hash: String,
}

/// Moves the record in a SQLite file into the database at an address. `told` hears of each table when it
/// was compared. Nothing is kept there unless everything is the same, and the file stays as it is, but
/// that it is brought to the current schema. Refuses a database with rows, and either side of a newer
/// release. That nobody writes meanwhile is for the caller to see to.
pub fn move_to_postgres(
    from: &Path,
    address: &str,
    told: &mut dyn FnMut(&MovedTable),
) -> Result<Vec<MovedTable>> {
    std::fs::metadata(from).map_err(|why| explain_io(from, why))?;
    let source = SqlArchive::open(from)?;
    source.refuse_damage()?;
    let target = SqlArchive::open_postgres(address)?;
    let moved = source.read(|here| {
        let tables = tables(source.path(), here)?;
        let moved = target.write(|there| {
            refuse_rows(target.path(), there, &tables)?;
            for table in BORN_WITH_A_ROW {
                there.execute_batch(&format!("DELETE FROM {table}"))?;
            }
            let mut moved = Vec::new();
            for table in &tables {
                let done = move_table(target.path(), here, there, table)?;
                told(&done);
                moved.push(done);
            }
            go_on_counting(here, there)?;
            Ok(moved)
        });
        moved.map_err(Fault::Ours)
    })?;
    // The planner knows nothing of what just came.
    if let Store::Postgres(store) = &*target.store {
        store.write_beside(|tx| Ok(tx.execute_batch("ANALYZE")?))?;
    }
    Ok(moved)
}

/// A table with its columns.
struct Table {
    name: String,
    columns: Vec<String>,
}

impl Table {
    /// Its columns, as they stand in statements.
    fn listed(&self) -> String {
        let quoted = self.columns.iter().map(|column| format!("\"{column}\""));
        quoted.collect::<Vec<_>>().join(", ")
    }
}

/// Every table, those first that others refer to.
fn tables(place: &Path, db: &Connection) -> Result<Vec<Table>, Fault> {
    let names = texts(
        db,
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
        "",
    )?;
    let mut waiting = BTreeMap::new();
    for name in names {
        let parents = texts(
            db,
            "SELECT \"table\" FROM pragma_foreign_key_list(?1)",
            &name,
        )?;
        let parents = parents.into_iter().filter(|parent| *parent != name);
        let parents = parents.collect::<BTreeSet<_>>();
        let columns = texts(db, "SELECT name FROM pragma_table_info(?1)", &name)?;
        waiting.insert(name, (parents, columns));
    }
    let (mut done, mut ordered) = (BTreeSet::new(), Vec::new());
    while !waiting.is_empty() {
        let ready = waiting
            .iter()
            .find(|(_, (parents, _))| parents.is_subset(&done));
        let Some(name) = ready.map(|(name, _)| name.clone()) else {
            let names = waiting.into_keys().collect::<Vec<_>>().join(", ");
            return Err(unlike(place, format!("{names} refer to each other")));
        };
        if let Some((_, columns)) = waiting.remove(&name) {
            done.insert(name.clone());
            ordered.push(Table { name, columns });
        }
    }
    Ok(ordered)
}

fn texts(db: &Connection, sql: &str, about: &str) -> Result<Vec<String>, Fault> {
    let mut statement = db.prepare_cached(sql)?;
    let found = if sql.contains("?1") {
        statement.query_map([about], |row| row.get(0))?
    } else {
        statement.query_map([], |row| row.get(0))?
    };
    Ok(found.collect::<Sql<_>>()?)
}

fn refuse_rows(place: &Path, there: &Transaction<'_>, tables: &[Table]) -> Result<(), Fault> {
    for table in tables {
        let is_born_with = BORN_WITH_A_ROW.contains(&table.name.as_str());
        let sql = match table.name.as_str() {
            "history" => "SELECT 1 FROM history WHERE seq > 0".to_owned(),
            name => format!("SELECT 1 FROM {name} LIMIT 1"),
        };
        let has_rows = there.prepare_cached(&sql)?.exists([])?;
        if has_rows && (!is_born_with || table.name == "history") {
            return Err(Fault::Ours(Error::NotEmpty {
                path: place.to_owned(),
                table: table.name.clone(),
            }));
        }
    }
    Ok(())
}

fn move_table(
    place: &Path,
    here: &Connection,
    there: &Transaction<'_>,
    table: &Table,
) -> Result<MovedTable, Fault> {
    let (Some(source), Some(target)) = (here.sqlite(), there.postgres()) else {
        return Err(unlike(
            place,
            "it is not a SQLite file that moves to PostgreSQL",
        ));
    };
    let listed = table.listed();
    let kinds = target.ask(|client| {
        let statement = client.prepare(&format!("SELECT {listed} FROM {}", table.name))?;
        let columns = statement.columns().iter();
        Ok(columns
            .map(|column| column.type_().clone())
            .collect::<Vec<_>>())
    })?;
    if table.name == days::CUT {
        hold_days(here, there)?;
    }
    let in_table =
        |why: &dyn std::fmt::Display| unlike(place, format!("table {}: {why}", table.name));
    let copy = format!("COPY {} ({listed}) FROM STDIN BINARY", table.name);
    let mut sum = Sum::default();
    let mut statement = source.prepare(&format!("SELECT {listed} FROM {}", table.name))?;
    let mut rows = statement.query([])?;
    loop {
        let (mut share, mut n_bytes) = (Vec::new(), 0);
        while share.len() < ROWS_AT_ONCE && n_bytes < BYTES_AT_ONCE {
            let Some(row) = rows.next()? else { break };
            let mut values = Vec::with_capacity(kinds.len());
            for column in 0..kinds.len() {
                let value: Value = row.get(column)?;
                n_bytes += match &value {
                    Value::Text(text) => text.len(),
                    Value::Blob(bytes) => bytes.len(),
                    _ => 8,
                };
                values.push(value);
            }
            sum.add(values.iter().map(borrowed).zip(&kinds));
            share.push(values);
        }
        if share.is_empty() {
            break;
        }
        target
            .ask(|client| send(client, &copy, &kinds, &share))
            .map_err(|why| in_table(&why))?;
    }
    let mut arrived = Sum::default();
    target
        .each_row(&format!("SELECT {listed} FROM {}", table.name), |values| {
            arrived.add(values.iter().copied().zip(&kinds));
        })
        .map_err(|why| in_table(&why))?;
    if sum != arrived {
        return Err(in_table(&format!(
            "{} rows were sent and {} arrived, or their words differ",
            sum.n_rows, arrived.n_rows
        )));
    }
    Ok(MovedTable {
        name: table.name.clone(),
        n_rows: sum.n_rows,
        hash: sum.hex(),
    })
}

/// Makes the tables of the days on which something was fetched.
fn hold_days(here: &Connection, there: &Transaction<'_>) -> Result<(), Fault> {
    let mut next =
        here.prepare_cached("SELECT min(fetched_at) FROM captures WHERE fetched_at >= ?1")?;
    let mut from = i64::MIN;
    while let Some(found) = next.query_row([from], |row| optional_moment(row, 0))? {
        days::hold(there, std::iter::once(found))?;
        from = days::end(day_in_vietnam(found));
    }
    Ok(())
}

fn send(
    client: &mut postgres::Client,
    copy: &str,
    kinds: &[Type],
    rows: &[Vec<Value>],
) -> Result<(), postgres::Error> {
    let mut writer = BinaryCopyInWriter::new(client.copy_in(copy)?, kinds);
    for row in rows {
        let values = row.iter().map(borrowed).collect::<Vec<_>>();
        let bound = values.iter().map(|value| value as &(dyn ToSql + Sync));
        writer.write(&bound.collect::<Vec<_>>())?;
    }
    writer.finish()?;
    Ok(())
}

/// Numbers are given behind the last one that ever was: one that was deleted is not given to another.
fn go_on_counting(here: &Connection, there: &Transaction<'_>) -> Result<(), Fault> {
    let mut counted = there.prepare_cached(
        "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns
         WHERE table_schema = current_schema()
             AND (is_identity = 'YES' OR table_name = CAST(?1 AS TEXT) AND column_name = 'pk')",
    )?;
    let counted = counted.query_map([days::CUT], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (table, column) in counted.collect::<Sql<Vec<(String, String)>>>()? {
        let last: Option<i64> = here.query_row(
            &format!("SELECT max(\"{column}\") FROM {table}"),
            [],
            |row| row.get(0),
        )?;
        let given: Option<i64> = here
            .prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = ?1")?
            .query_row([table.as_str()], |row| row.get(0))
            .optional()?;
        if let Some(last) = last.max(given).filter(|last| *last > 0) {
            there
                .prepare_cached(
                    "SELECT setval(CAST(pg_get_serial_sequence(?1, ?2) AS REGCLASS), ?3)",
                )?
                .query_row(sql::params![table, column, last], |_| Ok(()))?;
        }
    }
    Ok(())
}

fn borrowed(value: &Value) -> ValueRef<'_> {
    match value {
        Value::Null => ValueRef::Null,
        Value::Integer(n) => ValueRef::Integer(*n),
        Value::Real(n) => ValueRef::Real(*n),
        Value::Text(text) => ValueRef::Text(text),
        Value::Blob(bytes) => ValueRef::Blob(bytes),
    }
}

fn unlike(place: &Path, detail: impl Into<String>) -> Fault {
    Fault::Ours(Error::MovedBadly {
        path: place.to_owned(),
        detail: detail.into(),
    })
}

/// Rows in whatever order: how many, and the sum of their hashes as four numbers that wrap.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sum {
    n_rows: u64,
    lanes: [u64; 4],
}

impl Sum {
    fn add<'a>(&mut self, row: impl Iterator<Item = (ValueRef<'a>, &'a Type)>) {
        let mut hasher = Sha256::new();
        for (value, kind) in row {
            match value {
                ValueRef::Null => hasher.update([0]),
                // SQLite keeps 3.0 as 3.
                #[expect(clippy::cast_precision_loss, reason = "it was a rate before")]
                ValueRef::Integer(n) if *kind == Type::FLOAT8 => real(&mut hasher, n as f64),
                ValueRef::Integer(n) => {
                    hasher.update([1]);
                    hasher.update(n.to_be_bytes());
                }
                ValueRef::Real(n) => real(&mut hasher, n),
                ValueRef::Text(text) => long(&mut hasher, 3, text.as_bytes()),
                ValueRef::Blob(bytes) => long(&mut hasher, 4, bytes),
            }
        }
        let hash: [u8; 32] = hasher.finalize().into();
        for (lane, part) in self.lanes.iter_mut().zip(hash.chunks_exact(8)) {
            let mut bytes = [0; 8];
            bytes.copy_from_slice(part);
            *lane = lane.wrapping_add(u64::from_be_bytes(bytes));
        }
        self.n_rows += 1;
    }

    fn hex(&self) -> String {
        let lanes = self.lanes.iter().map(|lane| format!("{lane:016x}"));
        lanes.collect()
    }
}

fn real(hasher: &mut Sha256, n: f64) {
    hasher.update([2]);
    hasher.update(n.to_bits().to_be_bytes());
}

fn long(hasher: &mut Sha256, kind: u8, bytes: &[u8]) {
    hasher.update([kind]);
    hasher.update((bytes.len() as u64).to_be_bytes());
    hasher.update(bytes);
}
