//! The satisfaction group of Decision 766 by scope and period.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use models::domain::{PeriodKind, ScoreScope};
use serde::Deserialize;
use utoipa::IntoParams;

use super::list::{Listed, Paged, answer, scope_key};
use super::{parse_format, table};
use crate::Error;
use crate::http::{Params, Problem, parse_day, parse_param, parse_period};
use crate::lines::{RatioLine, ShadowScoreLine};
use crate::state::Shared;

/// Which scores.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// `week`, `month` or `reporting_month` (when left out).
    #[param(pattern = "^(week|month|reporting_month)$")]
    period: Option<String>,
    /// Day at whose end the tickets stood so; the last known when left out.
    #[param(format = Date, example = "2026-11-12")]
    day: Option<String>,
    /// `city`, `kind:ward`, `kind:commune`, `kind:special_zone` or five digits; all when left out.
    #[param(pattern = "^(city|kind:(ward|commune|special_zone)|[0-9]{5})$")]
    unit: Option<String>,
    /// `json` or `csv`.
    #[param(pattern = "^(json|csv)$")]
    format: Option<String>,
}

/// The three ratios of the satisfaction group recomputed from tickets, the official rule and ours side by
/// side, with what would move the points.
#[utoipa::path(
    get,
    path = "/api/v1/shadow",
    tag = "signals",
    params(Wanted, Paged),
    responses(
        (status = 200, description = "The city first, then kinds, then units with a ticket", content(
            (Vec<ShadowScoreLine> = "application/json"),
            (String = "text/csv"),
        )),
        (status = 400, body = Problem, content_type = "application/problem+json"),
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
    let kind = parse_period(wanted.period.as_deref())?.filter(|kind| *kind != PeriodKind::Day);
    let kind = kind.unwrap_or(PeriodKind::ReportingMonth);
    let whose = parse_scope("unit", wanted.unit.as_deref())?;
    let lines = shared
        .read(move |app| {
            let days = app.archive.shadow_days(kind, 1)?;
            let Some(day) = day.or(days.first().copied()) else {
                return Ok(Listed::new(Vec::new(), None));
            };
            let scores = match whose {
                Some(whose) => {
                    let score = app.archive.shadow_score(whose, kind, day)?;
                    score.into_iter().collect()
                }
                None => app.archive.shadow_scores(kind, day)?,
            };
            let listed = turn.cut(scores, Some(day), |score| scope_key(&score.whose.code()));
            Ok(listed.map(|score| ShadowScoreLine::from(&score)))
        })
        .await?;
    answer(format, &uri, &lines, |lines| {
        table::respond("shadow", &COLUMNS, lines.iter().map(row))
    })
}

/// A scope.
pub(super) fn parse_scope(
    name: &'static str,
    text: Option<&str>,
) -> Result<Option<ScoreScope>, Error> {
    const EXPECTED: &str = "write city, kind:ward, kind:commune, kind:special_zone or five digits";
    parse_param(name, text, EXPECTED, ScoreScope::from_code)
}

pub(super) const COLUMNS: [&str; 27] = [
    "unit",
    "period",
    "as_of",
    "n",
    "n_on_time",
    "n_late",
    "n_waiting",
    "n_came_back",
    "satisfied",
    "neutral",
    "dissatisfied",
    "silent",
    "not_asked",
    "on_time",
    "petition_satisfaction",
    "procedure_satisfaction",
    "points_of_18",
    "held",
    "held_low",
    "held_high",
    "answered_petition_satisfaction",
    "answered_petition_low",
    "answered_petition_high",
    "answered_procedure_satisfaction",
    "answered_points_of_18",
    "method_version",
    "revision",
];

pub(super) fn row(line: &ShadowScoreLine) -> Vec<String> {
    let parts = |ratio: &Option<RatioLine>| {
        let ratio = ratio.as_ref();
        [
            table::optional(ratio.map(|ratio| ratio.value)),
            table::optional(ratio.map(|ratio| ratio.interval[0])),
            table::optional(ratio.map(|ratio| ratio.interval[1])),
        ]
    };
    let [held, held_low, held_high] = parts(&line.answered.held);
    let [petition, petition_low, petition_high] = parts(&line.answered.petition_satisfaction);
    let [procedure, _, _] = parts(&line.answered.procedure_satisfaction);
    vec![
        line.unit.clone(),
        line.period.clone(),
        line.as_of.clone(),
        line.n.to_string(),
        line.n_on_time.to_string(),
        line.n_late.to_string(),
        line.n_waiting.to_string(),
        line.n_came_back.to_string(),
        line.petitions.satisfied.to_string(),
        line.petitions.neutral.to_string(),
        line.petitions.dissatisfied.to_string(),
        line.petitions.silent.to_string(),
        line.petitions.not_asked.to_string(),
        table::optional(line.official.on_time),
        table::optional(line.official.petition_satisfaction),
        table::optional(line.official.procedure_satisfaction),
        table::optional(line.official.points),
        held,
        held_low,
        held_high,
        petition,
        petition_low,
        petition_high,
        procedure,
        table::optional(line.answered.points),
        table::words(&line.method_version),
        line.revision.to_string(),
    ]
}
