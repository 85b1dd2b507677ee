//! The silence map: where people report, and where they do not.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use models::domain::{About, PeriodKind, SilenceCell, Topic};
use serde::Deserialize;
use utoipa::IntoParams;

use super::list::{Listed, Paged, answer};
use super::schemas::TopicOrAll;
use super::{parse_format, table};
use crate::Error;
use crate::access::Principal;
use crate::disclosure::{Sight, SilenceSeen};
use crate::http::{Params, Problem, parse_day, parse_param, parse_period, parse_unit};
use crate::lines::{SilenceCellLine, SilenceLine};
use crate::state::{AppState, Shared};

/// Which part of which map.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// `week`, `month` (when left out) or `reporting_month`.
    #[param(pattern = "^(week|month|reporting_month)$")]
    period: Option<String>,
    /// Any day of the period; the last published one when left out.
    #[param(format = Date, example = "2026-11-12")]
    day: Option<String>,
    /// The five digits of a unit; all units when left out.
    #[param(pattern = "^[0-9]{5}$")]
    unit: Option<String>,
    /// A topic code; `all` for the cells over all topics; every cell when left out.
    #[param(value_type = Option<TopicOrAll>, inline)]
    topic: Option<String>,
    /// `json` or `csv`.
    #[param(pattern = "^(json|csv)$")]
    format: Option<String>,
}

/// How readily incidents are reported, by unit and topic, learned from duplicates.
#[utoipa::path(
    get,
    path = "/api/v1/silence",
    tag = "signals",
    params(Wanted, Paged),
    responses(
        (status = 200, description = "The map; none when none was published", content(
            (Vec<SilenceLine> = "application/json"),
            (String = "text/csv"),
        )),
        (status = 400, body = Problem, content_type = "application/problem+json"),
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
    let kind = parse_period(wanted.period.as_deref())?.filter(|kind| *kind != PeriodKind::Day);
    let unit = parse_unit("unit", wanted.unit.as_deref())?;
    let topic = parse_param(
        "topic",
        wanted.topic.as_deref(),
        "use a topic code or all",
        |t| match t {
            "all" => Some(None),
            code => Topic::from_code(code).map(Some),
        },
    )?;
    let is_wanted = move |cell: &SilenceCell| {
        unit.is_none_or(|unit| cell.unit == unit) && topic.is_none_or(|topic| cell.topic == topic)
    };
    let sight = Sight::new(&shared, &caller);
    let lines = shared
        .read(move |app| {
            let period = app.period_or_latest(kind.unwrap_or(PeriodKind::Month), day)?;
            let map = app.archive.silence_map(period)?;
            let Some(mut map) = map else {
                return Ok(Listed::new(Vec::new(), None));
            };
            // Before cells are left out: what is hidden depends on those beside it.
            let seen = SilenceSeen::of_map(&map.cells, |unit| sight.of(About::Unit(unit)));
            map.cells.retain(is_wanted);
            let cells = turn.cut(
                std::mem::take(&mut map.cells),
                day.or(Some(period.last())),
                cell_key,
            );
            let next = cells.next().map(str::to_owned);
            map.cells = cells.items;
            Ok(Listed::new(
                vec![SilenceLine::new(&map, |cell| {
                    let known = seen.get(&(cell.unit, cell.topic));
                    known.copied().unwrap_or_else(SilenceSeen::nothing)
                })],
                next,
            ))
        })
        .await?;
    answer(format, &uri, &lines, |lines| {
        let rows = lines.iter().flat_map(|line| {
            let shared = &shared;
            line.cells.iter().map(move |cell| row(shared, line, cell))
        });
        table::respond("silence", &COLUMNS, rows)
    })
}

/// By unit, all topics first.
fn cell_key(cell: &SilenceCell) -> String {
    format!("{} {}", cell.unit, cell.topic.map_or("", Topic::code))
}

pub(super) const COLUMNS: [&str; 18] = [
    "unit",
    "unit_name",
    "topic",
    "period",
    "day",
    "as_of",
    "verdict",
    "ratio",
    "ratio_low",
    "ratio_high",
    "reports_per_day",
    "delay_days",
    "delay_low",
    "delay_high",
    "n_incidents",
    "n_duplicates",
    "method_version",
    "revision",
];

pub(super) fn row(app: &AppState, line: &SilenceLine, cell: &SilenceCellLine) -> Vec<String> {
    let unit = cell.unit.parse().map(|code| app.unit_name(code));
    vec![
        cell.unit.clone(),
        unit.unwrap_or_default(),
        cell.topic.clone().unwrap_or_else(|| "all".to_owned()),
        line.period.clone(),
        line.day.clone(),
        line.as_of.clone(),
        cell.verdict.clone(),
        table::optional(cell.ratio),
        table::optional(cell.ratio_interval.map(|ends| ends[0])),
        table::optional(cell.ratio_interval.map(|ends| ends[1])),
        table::optional(cell.rate),
        table::optional(cell.delay_days),
        table::optional(cell.delay_interval.map(|ends| ends[0])),
        table::optional(cell.delay_interval.map(|ends| ends[1])),
        cell.n_incidents.to_string(),
        cell.n_duplicates.to_string(),
        table::words(&line.method_version),
        line.revision.to_string(),
    ]
}
