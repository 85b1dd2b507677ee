//! `datapackage.json`: the data dictionary of a dump as a Frictionless Data Package
//! (specs.frictionlessdata.io, version 1).

use jiff::civil::Date;
use models::domain::Period;
use serde_json::{Map, Value, json};

use super::{Column, ColumnKind, DumpTable};
use crate::lines::format_time;
use crate::{AppState, Error};

/// A file of the dump that the dictionary names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackedFile {
    /// Name of its table.
    pub table: &'static str,
    /// Its own name: `digests.csv`.
    pub name: String,
    /// How many bytes it has.
    pub bytes: usize,
    /// Their SHA-256 in hex.
    pub sha256: String,
}

/// The dictionary of a day's tables and of the files that hold them. The same tables give the same bytes.
pub fn package(
    app: &AppState,
    day: Date,
    tables: &[DumpTable],
    files: &[PackedFile],
) -> Result<Vec<u8>, Error> {
    let resources = files.iter().filter_map(|file| {
        let table = tables.iter().find(|table| table.name == file.table)?;
        Some(resource(app, table, file))
    });
    let mut whole = json!({
        "profile": "data-package",
        "name": format!("langnghe-{day}"),
        "title": format!("Lắng Nghe, {}: {day}", app.city),
        "description": "Số liệu công khai của một ngày: bản tin, vấn đề, tín hiệu, chỉ số. Không có tên \
            người và không có lời kể đầy đủ. / Public figures of one day: digests, concerns, signals, \
            indicators. No names, no full words of anybody.",
        "version": day.to_string(),
        "as_of": format_time(Period::day(day).end()),
        "k": app.open.disclosure.k(),
        "licenses": licences(app),
        "sources": sources(app),
        "resources": resources.collect::<Vec<_>>(),
    });
    if let (Some(url), Some(object)) = (&app.public_url, whole.as_object_mut()) {
        object.insert("homepage".to_owned(), json!(format!("{url}/du-lieu-mo")));
    }
    // The standard wants at least one where the key is there at all.
    if let Some(object) = whole.as_object_mut() {
        object.retain(|key, value| key == "resources" || !is_empty_list(value));
    }
    let mut bytes =
        serde_json::to_vec_pretty(&whole).map_err(|failure| Error::Shape(failure.to_string()))?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn is_empty_list(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty)
}

fn licences(app: &AppState) -> Vec<Value> {
    let licence = app.open.licence.iter();
    let said = licence.map(|licence| {
        // A name is a short one without spaces in the standard; ours is its title.
        let name = licence.name.replace(' ', "-");
        let mut said = json!({"name": name, "title": licence.name});
        if let (Some(url), Some(object)) = (&licence.url, said.as_object_mut()) {
            object.insert("path".to_owned(), json!(url));
        }
        said
    });
    said.collect()
}

/// Those that have a public address.
fn sources(app: &AppState) -> Vec<Value> {
    let known = app.sources.iter();
    let said = known.map(|source| json!({"title": source.name, "path": source.url}));
    let is_public = |said: &Value| {
        let path = said["path"].as_str().unwrap_or_default();
        path.starts_with("https://") || path.starts_with("http://")
    };
    said.filter(is_public).collect()
}

fn resource(app: &AppState, table: &DumpTable, file: &PackedFile) -> Value {
    let is_csv = file.name == format!("{}.csv", table.name);
    let fields = table.columns.iter().map(|column| field(column, is_csv));
    let missing = if is_csv {
        let k = app.open.disclosure.k();
        json!(["", "-", format!("<{k}")])
    } else {
        json!([""])
    };
    let mut said = json!({
        "name": file.name.replace('.', "-"),
        "path": file.name,
        "format": if is_csv { "csv" } else { "parquet" },
        "mediatype": if is_csv { "text/csv" } else { "application/vnd.apache.parquet" },
        "bytes": file.bytes,
        "hash": format!("sha256:{}", file.sha256),
        "schema": {"fields": fields.collect::<Vec<_>>(), "missingValues": missing},
    });
    if let (true, Some(object)) = (is_csv, said.as_object_mut()) {
        object.insert("profile".to_owned(), json!("tabular-data-resource"));
        object.insert("encoding".to_owned(), json!("utf-8"));
        let dialect = json!({"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": "\""});
        object.insert("dialect".to_owned(), dialect);
    }
    said
}

fn field(column: &Column, is_csv: bool) -> Value {
    let (kind, format) = match column.kind {
        ColumnKind::Text => ("string", None),
        ColumnKind::Integer | ColumnKind::Count => ("integer", None),
        ColumnKind::Number => ("number", None),
        ColumnKind::Flag => ("boolean", None),
        ColumnKind::Day => ("date", None),
        ColumnKind::Moment => ("datetime", Some("%Y-%m-%dT%H:%M:%S%z")),
    };
    let mut said = Map::new();
    said.insert("name".to_owned(), json!(column.name));
    said.insert("type".to_owned(), json!(kind));
    if let Some(format) = format.filter(|_| is_csv) {
        said.insert("format".to_owned(), json!(format));
    }
    said.insert("title".to_owned(), json!(column.vi));
    said.insert("title_en".to_owned(), json!(column.en));
    said.insert(
        "description".to_owned(),
        json!(format!("{} / {}", column.vi, column.en)),
    );
    if !column.measure.is_empty() {
        said.insert("unit".to_owned(), json!(column.measure));
    }
    if matches!(column.kind, ColumnKind::Integer | ColumnKind::Count)
        && column.name.starts_with("n_")
    {
        said.insert("constraints".to_owned(), json!({"minimum": 0}));
    }
    Value::Object(said)
}
