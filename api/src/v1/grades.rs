//! Grades: what the following days said of past digests.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use jiff::ToSpan;
use models::domain::DigestScope;
use serde::Deserialize;
use utoipa::IntoParams;

use super::digests::parse_scope;
use super::list::{Paged, answer};
use super::{parse_format, table};
use crate::Error;
use crate::http::{Params, Problem, parse_day};
use crate::lines::GradeLine;
use crate::state::Shared;

/// Days back when none is named.
const DAYS: i64 = 90;

/// Which grades.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// `city` (when left out), the five digits of a unit, or `agency:` and an agency's id.
    #[param(example = "city", pattern = "^(city|[0-9]{5}|agency:.{1,60})$")]
    unit: Option<String>,
    /// First day of the digests; 90 days back when left out.
    #[param(format = Date, example = "2026-11-01")]
    from: Option<String>,
    /// Last day of the digests; the last published one when left out.
    #[param(format = Date, example = "2026-11-12")]
    to: Option<String>,
    /// `json` or `csv`.
    #[param(pattern = "^(json|csv)$")]
    format: Option<String>,
}

/// Grades of daily digests, oldest first: each digest is looked at again after 1, 3 and 7 days.
#[utoipa::path(
    get,
    path = "/api/v1/grades",
    tag = "digests",
    params(Wanted, Paged),
    responses(
        (status = 200, description = "A page of the list", content(
            (Vec<GradeLine> = "application/json"),
            (String = "text/csv"),
        )),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(
    State(shared): State<Shared>,
    Params(wanted): Params<Wanted>,
    Params(paged): Params<Paged>,
    uri: Uri,
) -> Result<Response, Error> {
    let format = parse_format(wanted.format.as_deref())?;
    let turn = paged.read()?.growing(format);
    let from = parse_day("from", wanted.from.as_deref())?;
    let to = turn.day(parse_day("to", wanted.to.as_deref())?)?;
    let scope = parse_scope(&shared, wanted.unit.as_deref())?.unwrap_or(DigestScope::City);
    let lines = shared
        .read(move |app| {
            let to = app.day_or_latest(to)?;
            let from = from.unwrap_or_else(|| to.saturating_sub(DAYS.days()));
            let grades = app.archive.grades(&scope, from, to)?;
            let lines = grades.iter().map(GradeLine::from).collect();
            let key = |line: &GradeLine| format!("{} {}", line.day, line.after_days);
            Ok(turn.cut(lines, Some(to), key))
        })
        .await?;
    answer(format, &uri, &lines, |lines| {
        table::respond("grades", &COLUMNS, lines.iter().map(row))
    })
}

pub(super) const COLUMNS: [&str; 15] = [
    "unit",
    "day",
    "revision",
    "after_days",
    "as_of",
    "n_lines",
    "n_confirmed",
    "precision",
    "precision_low",
    "precision_high",
    "n_large",
    "n_misses",
    "n_leads",
    "lead_hours_median",
    "method_version",
];

pub(super) fn row(line: &GradeLine) -> Vec<String> {
    let mut hours = line.leads.iter().map(|lead| lead.hours).collect::<Vec<_>>();
    hours.sort_unstable();
    let median = hours.get(hours.len() / 2);
    vec![
        line.unit.clone(),
        line.day.clone(),
        line.revision.to_string(),
        line.after_days.to_string(),
        line.as_of.clone(),
        line.n_lines.to_string(),
        line.n_confirmed.to_string(),
        table::optional(line.precision),
        line.precision_interval[0].to_string(),
        line.precision_interval[1].to_string(),
        line.n_large.to_string(),
        line.misses.len().to_string(),
        line.leads.len().to_string(),
        median.map_or_else(String::new, ToString::to_string),
        table::words(&line.method_version),
    ]
}
