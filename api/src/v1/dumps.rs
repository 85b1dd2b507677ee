//! Daily dumps: which there are, with the address and checksum of each file.

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use indexer::Dump;
use serde::Serialize;
use utoipa::ToSchema;

use super::list::{Paged, linked};
use super::parse_format;
use crate::Error;
use crate::http::{Params, Problem};
use crate::pages::dump_path;
use crate::state::{AppState, Shared};

/// One file of a dump.
#[derive(Serialize, ToSchema)]
pub(super) struct DumpFileLine {
    /// Its name.
    #[schema(example = "digests.csv")]
    name: String,
    /// Where it stands; it never changes.
    #[schema(example = "/du-lieu-mo/2026-11-12/1/digests.csv")]
    path: String,
    /// How many bytes it has.
    bytes: u64,
    /// Their SHA-256 in hex.
    sha256: String,
}

/// The dump of a day.
#[derive(Serialize, ToSchema)]
pub(super) struct DumpLine {
    /// Which day.
    #[schema(example = "2026-11-12")]
    day: String,
    /// 1 for the first, one more with each that said something else.
    revision: u32,
    /// Its files by name; `datapackage.json` describes the others.
    files: Vec<DumpFileLine>,
}

impl DumpLine {
    fn new(dump: &Dump) -> Self {
        let files = dump.files.iter().map(|file| DumpFileLine {
            name: file.name.clone(),
            path: dump_path(dump, &file.name),
            bytes: file.bytes,
            sha256: file.sha256.clone(),
        });
        Self {
            day: dump.day.to_string(),
            revision: dump.revision,
            files: files.collect(),
        }
    }
}

/// Dumps by day and revision, oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/dumps",
    tag = "open-data",
    params(Paged),
    responses(
        (status = 200, description = "A page of the list", body = Vec<DumpLine>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(
    State(shared): State<Shared>,
    Params(paged): Params<Paged>,
    uri: Uri,
) -> Result<Response, Error> {
    let turn = paged.read()?.growing(parse_format(None)?);
    let lines = shared
        .read(move |app| {
            let named = named(app)?;
            let listed = turn.cut(named, None, |(day, revision)| {
                format!("{day} {revision:06}")
            });
            let next = listed.next().map(str::to_owned);
            let mut lines = Vec::new();
            for (day, revision) in listed.items {
                let dump = match &app.open.dumps {
                    Some(store) => store.dump(day, revision)?,
                    None => None,
                };
                lines.extend(dump.as_ref().map(DumpLine::new));
            }
            Ok((lines, next))
        })
        .await?;
    let (lines, next) = lines;
    Ok(linked(Json(lines).into_response(), &uri, next.as_deref()))
}

fn named(app: &AppState) -> Result<Vec<(jiff::civil::Date, u32)>, Error> {
    let mut named = Vec::new();
    if let Some(store) = &app.open.dumps {
        for day in store.days()? {
            let revisions = store.revisions(day)?.into_iter();
            named.extend(revisions.map(|revision| (day, revision)));
        }
    }
    Ok(named)
}
