//! Where units differ from the city.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use models::domain::About;
use serde::Deserialize;
use utoipa::IntoParams;

use super::list::{Paged, answer};
use super::{parse_format, table};
use crate::Error;
use crate::access::Principal;
use crate::disclosure::{ComparisonSeen, Sight};
use crate::http::{Params, Problem, parse_day, parse_unit};
use crate::lines::{ComparisonLine, TopicComparisonLine, TopicRatioLine};
use crate::state::{AppState, Shared};

/// Which comparisons.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// The five digits of a unit; all units that exist on the day when left out.
    #[param(example = "26740", pattern = "^[0-9]{5}$")]
    unit: Option<String>,
    /// The last of the 28 days compared; the last published one when left out.
    #[param(format = Date, example = "2026-11-12")]
    day: Option<String>,
    /// `json` or `csv`.
    #[param(pattern = "^(json|csv)$")]
    format: Option<String>,
}

/// Units beside the city and their kind over 28 days, topic by topic, with 90 % intervals; none where
/// none was published.
#[utoipa::path(
    get,
    path = "/api/v1/comparisons",
    tag = "digests",
    params(Wanted, Paged),
    responses(
        (status = 200, description = "A page of the list", content(
            (Vec<ComparisonLine> = "application/json"),
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
    caller: Principal,
    uri: Uri,
) -> Result<Response, Error> {
    let format = parse_format(wanted.format.as_deref())?;
    let turn = paged.read()?;
    let day = turn.day(parse_day("day", wanted.day.as_deref())?)?;
    let unit = parse_unit("unit", wanted.unit.as_deref())?;
    if let Some(unknown) = unit.filter(|code| shared.unit(*code).is_none()) {
        return Err(Error::NotFound {
            what: "unit",
            name: unknown.to_string(),
        });
    }
    let sight = Sight::new(&shared, &caller);
    let lines = shared
        .read(move |app| {
            let day = app.day_or_latest(day)?;
            let units = match unit {
                Some(code) => vec![code],
                None => app.units_on(day).iter().map(|unit| unit.code).collect(),
            };
            let mut lines = Vec::new();
            for unit in units {
                let comparison = app.archive.comparison(unit, day)?;
                lines.extend(comparison.map(|compared| {
                    let seen = ComparisonSeen::new(&compared, sight.of(About::Unit(unit)));
                    ComparisonLine::new(&compared, &seen)
                }));
            }
            Ok(turn.cut(lines, Some(day), |line| line.unit.clone()))
        })
        .await?;
    answer(format, &uri, &lines, |lines| {
        let rows = lines
            .iter()
            .flat_map(|line| line.topics.iter().map(move |topic| (line, topic)));
        let rows = rows.map(|(line, topic)| row(&shared, line, topic));
        table::respond("comparisons", &COLUMNS, rows)
    })
}

pub(super) const COLUMNS: [&str; 22] = [
    "unit",
    "unit_name",
    "kind",
    "day",
    "as_of",
    "topic",
    "n",
    "city_expected",
    "city_ratio",
    "city_ratio_low",
    "city_ratio_high",
    "city_verdict",
    "kind_expected",
    "kind_ratio",
    "kind_ratio_low",
    "kind_ratio_high",
    "kind_verdict",
    "per_10_000",
    "per_10_000_low",
    "per_10_000_high",
    "method_version",
    "revision",
];

pub(super) fn row(
    app: &AppState,
    line: &ComparisonLine,
    topic: &TopicComparisonLine,
) -> Vec<String> {
    let name = line.unit.parse().map(|code| app.unit_name(code));
    let beside = |ratio: &Option<TopicRatioLine>| match ratio {
        Some(ratio) => [
            table::optional(ratio.expected),
            table::optional(ratio.ratio),
            table::optional(ratio.interval.map(|ends| ends[0])),
            table::optional(ratio.interval.map(|ends| ends[1])),
            ratio.verdict.clone(),
        ],
        None => Default::default(),
    };
    let rate = topic.per_10_000.as_ref();
    let mut cells = vec![
        line.unit.clone(),
        name.unwrap_or_default(),
        line.kind.clone(),
        line.day.clone(),
        line.as_of.clone(),
        topic.topic.clone(),
        topic.n.to_string(),
    ];
    cells.extend(beside(&topic.city));
    cells.extend(beside(&topic.kind));
    cells.extend([
        table::optional(rate.map(|rate| rate.value)),
        table::optional(rate.map(|rate| rate.interval[0])),
        table::optional(rate.map(|rate| rate.interval[1])),
        table::words(&line.method_version),
        line.revision.to_string(),
    ]);
    cells
}
