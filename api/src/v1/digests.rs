//! Digests of a day.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use models::domain::{AgencyId, DigestScope};
use serde::Deserialize;
use utoipa::IntoParams;

use super::list::{Paged, answer, scope_key};
use super::{parse_format, table};
use crate::Error;
use crate::http::{Params, Problem, parse_day, parse_param, parse_period};
use crate::lines::{DigestLine, EntryLine, digest_unit};
use crate::state::{AppState, Shared};

/// Which digests.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// `city`, the five digits of a unit, or `agency:` and an agency's id; all digests of the day
    /// when left out.
    #[param(example = "city", pattern = "^(city|[0-9]{5}|agency:.{1,60})$")]
    unit: Option<String>,
    /// Day in Vietnam; the last published one when left out. Any day of a longer period.
    #[param(format = Date, example = "2026-11-12")]
    day: Option<String>,
    /// `day`, `week` (Monday to Sunday), `month`, or `reporting_month` (from the 25th at noon).
    #[param(pattern = "^(day|week|month|reporting_month)$")]
    period: Option<String>,
    /// A past revision; the latest when left out. Needs `unit`.
    #[param(value_type = Option<u32>, minimum = 1)]
    revision: Option<String>,
    /// `json` or `csv`.
    #[param(pattern = "^(json|csv)$")]
    format: Option<String>,
}

/// Digests of a day, as `langnghe rank` prints them, or of a longer period.
#[utoipa::path(
    get,
    path = "/api/v1/digests",
    tag = "digests",
    params(Wanted, Paged),
    responses(
        (status = 200, description = "Digests; none when none was published", content(
            (Vec<DigestLine> = "application/json"),
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
    let turn = paged.read()?;
    let day = turn.day(parse_day("day", wanted.day.as_deref())?)?;
    let revision = parse_param("revision", wanted.revision.as_deref(), NUMBER, |text| {
        text.parse().ok().filter(|revision| *revision > 0)
    })?;
    let kind = parse_period(wanted.period.as_deref())?.unwrap_or_default();
    let scope = parse_scope(&shared, wanted.unit.as_deref())?;
    let lines = shared
        .read(move |app| {
            let period = app.period_or_latest(kind, day)?;
            let digests = match scope {
                Some(scope) => app
                    .archive
                    .period_digest(&scope, period, revision)?
                    .into_iter()
                    .collect(),
                None => app.archive.digests_of(period)?,
            };
            let listed = turn.cut(digests, day.or(Some(period.last())), |digest| {
                scope_key(&digest_unit(&digest.scope))
            });
            Ok(listed.map(|digest| DigestLine::from(&digest)))
        })
        .await?;
    answer(format, &uri, &lines, |lines| write_table(&shared, lines))
}

const NUMBER: &str = "write the number of a revision, from 1";

pub(super) const COLUMNS: [&str; 19] = [
    "unit",
    "unit_name",
    "day",
    "as_of",
    "revision",
    "method_version",
    "coverage",
    "list",
    "rank",
    "tied",
    "concern",
    "title",
    "topic",
    "score",
    "low",
    "high",
    "n_mentions",
    "n_sources",
    "units",
];

fn write_table(app: &AppState, lines: &[DigestLine]) -> Result<Response, Error> {
    table::respond("digests", &COLUMNS, rows(app, lines))
}

/// A row an entry.
pub(super) fn rows(app: &AppState, lines: &[DigestLine]) -> impl Iterator<Item = Vec<String>> {
    lines.iter().flat_map(move |line| {
        let top = line
            .top
            .iter()
            .map(move |entry| row(app, line, "top", entry));
        let rising = line
            .rising
            .iter()
            .map(move |entry| row(app, line, "rising", entry));
        top.chain(rising)
    })
}

fn row(app: &AppState, line: &DigestLine, list: &str, entry: &EntryLine) -> Vec<String> {
    let agency = line.unit.strip_prefix("agency:").map(AgencyId::new);
    let name = match (
        line.unit.parse().ok().and_then(|code| app.unit(code)),
        agency,
    ) {
        (Some(unit), _) => unit.full_name(),
        (None, Some(agency)) => app.agency_name(&agency),
        (None, None) => app.city.clone(),
    };
    let units = entry.units.iter().map(|unit| unit.code.as_str());
    vec![
        line.unit.clone(),
        name,
        line.day.clone(),
        line.as_of.clone(),
        line.revision.to_string(),
        table::words(&line.method_version),
        line.coverage.share.to_string(),
        list.to_owned(),
        entry.rank.to_string(),
        entry.tied.to_string(),
        table::words(&entry.concern),
        table::words(&entry.title),
        entry.topic.clone(),
        entry.score.to_string(),
        entry.interval[0].to_string(),
        entry.interval[1].to_string(),
        entry.n_mentions.to_string(),
        entry.n_sources.to_string(),
        units.collect::<Vec<_>>().join(" "),
    ]
}

pub(super) fn parse_scope(
    app: &AppState,
    text: Option<&str>,
) -> Result<Option<DigestScope>, Error> {
    if text == Some("city") {
        return Ok(Some(DigestScope::City));
    }
    if let Some(id) = text.and_then(|text| text.strip_prefix("agency:")) {
        return Ok(Some(DigestScope::Agency(app.known_agency(id)?.id.clone())));
    }
    let code = parse_param(
        "unit",
        text,
        "use city, the five digits of a unit, or agency: and an id",
        |text| text.parse().ok(),
    )?;
    let Some(code) = code else { return Ok(None) };
    match app.unit(code) {
        Some(_) => Ok(Some(DigestScope::Unit(code))),
        None => Err(Error::NotFound {
            what: "unit",
            name: code.to_string(),
        }),
    }
}
