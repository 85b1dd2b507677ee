//! `/du-lieu-mo`: daily dumps of open data, and their files.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use indexer::{Dump, DumpStore};
use jiff::civil::Date;
use serde::Deserialize;

use super::html;
use crate::Error;
use crate::http::{Params, parse_day};
use crate::state::{AppState, Shared};
use crate::views::{DumpPage, DumpsInput, DumpsPage, Layout, Nav, Viewer};

/// Days on one page.
const DAYS: usize = 30;

/// Where a file of a dump stands.
pub(crate) fn dump_path(dump: &Dump, file: &str) -> String {
    format!("/du-lieu-mo/{}/{}/{file}", dump.day, dump.revision)
}

/// Which days.
#[derive(Deserialize)]
pub(super) struct Wanted {
    /// The last one listed.
    den: Option<String>,
}

pub(super) async fn show(
    State(shared): State<Shared>,
    viewer: Viewer,
    Params(Wanted { den }): Params<Wanted>,
) -> Result<Response, Error> {
    let to = parse_day("den", den.as_deref())?;
    shared
        .read(move |app| {
            let input = input(app, to)?;
            let title = viewer.lang.open().title;
            let layout = Layout::new(&viewer, &app.city, Nav::Elsewhere, title);
            html(&DumpsPage::new(app, layout, &input))
        })
        .await
}

fn input(app: &AppState, to: Option<Date>) -> Result<DumpsInput, Error> {
    let Some(store) = &app.open.dumps else {
        return Ok(DumpsInput::default());
    };
    let days = store.days()?;
    let from = days
        .iter()
        .position(|day| to.is_none_or(|to| *day <= to))
        .unwrap_or(days.len());
    let mut dumps = Vec::new();
    for day in days.iter().skip(from).take(DAYS) {
        for revision in store.revisions(*day)?.into_iter().rev() {
            dumps.extend(store.dump(*day, revision)?);
        }
    }
    Ok(DumpsInput {
        are_made: true,
        dumps,
        newer: from
            .checked_sub(1)
            .map(|last| days[last.saturating_sub(DAYS - 1)]),
        older: days.get(from + DAYS).copied(),
    })
}

pub(super) async fn show_one(
    State(shared): State<Shared>,
    Path((day, revision)): Path<(String, String)>,
    viewer: Viewer,
) -> Result<Response, Error> {
    shared
        .read(move |app| {
            let (store, day, revision) = named(app, &day, &revision)?;
            let dump = store.dump(day, revision)?.ok_or_else(|| unknown(day))?;
            let title = viewer.lang.open().title;
            let layout = Layout::new(&viewer, &app.city, Nav::Elsewhere, title);
            html(&DumpPage::new(app, layout, &dump))
        })
        .await
}

pub(super) async fn file(
    State(shared): State<Shared>,
    Path((day, revision, file)): Path<(String, String, String)>,
) -> Result<Response, Error> {
    let kind = match file.rsplit_once('.').map(|(_, ending)| ending) {
        Some("csv") => "text/csv; charset=utf-8",
        Some("json") => "application/json; charset=utf-8",
        Some("parquet") => "application/vnd.apache.parquet",
        _ => "text/plain; charset=utf-8",
    };
    let name = format!("attachment; filename=\"{day}-{file}\"");
    let bytes = shared
        .read(move |app| {
            let (store, day, revision) = named(app, &day, &revision)?;
            let bytes = store.read(day, revision, &file)?;
            bytes.ok_or_else(|| unknown(day))
        })
        .await?;
    let keep = "public, max-age=31536000, immutable";
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, keep),
        (header::CONTENT_DISPOSITION, name.as_str()),
    ];
    Ok((headers, bytes).into_response())
}

fn named<'a>(
    app: &'a AppState,
    day: &str,
    revision: &str,
) -> Result<(&'a DumpStore, Date, u32), Error> {
    let found = day.parse::<Date>().ok().zip(revision.parse().ok());
    match (&app.open.dumps, found) {
        (Some(store), Some((day, revision))) => Ok((store, day, revision)),
        _ => Err(Error::NotFound {
            what: "dump",
            name: day.chars().take(40).collect(),
        }),
    }
}

fn unknown(day: Date) -> Error {
    Error::NotFound {
        what: "dump",
        name: day.to_string(),
    }
}
