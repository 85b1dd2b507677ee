//! Leagues: units of one kind side by side.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use models::domain::{League, PeriodKind, UnitKind};
use serde::Deserialize;
use utoipa::IntoParams;

use super::list::{Paged, answer};
use super::{parse_format, table};
use crate::Error;
use crate::http::{Params, Problem, parse_day, parse_period};
use crate::lines::{EstimateLine, LeagueLine, LeagueRowLine};
use crate::state::{AppState, Shared};

/// Which leagues.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// `week`, `month` (when left out) or `reporting_month`; days have no leagues.
    #[param(pattern = "^(day|week|month|reporting_month)$")]
    period: Option<String>,
    /// Any day of the period; the last published one when left out.
    #[param(format = Date, example = "2026-11-12")]
    day: Option<String>,
    /// `json` or `csv`.
    #[param(pattern = "^(json|csv)$")]
    format: Option<String>,
}

/// Leagues of a period, one a kind of unit: wards, communes, special zones.
#[utoipa::path(
    get,
    path = "/api/v1/leagues",
    tag = "digests",
    params(Wanted, Paged),
    responses(
        (status = 200, description = "Leagues; none when none was published", content(
            (Vec<LeagueLine> = "application/json"),
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
    let kind = parse_period(wanted.period.as_deref())?.unwrap_or(PeriodKind::Month);
    let lines = shared
        .read(move |app| {
            let period = app.period_or_latest(kind, day)?;
            let leagues = app.archive.leagues(period)?;
            let key = |league: &League| kind_rank(league.kind).to_string();
            let listed = turn.cut(leagues, day.or(Some(period.last())), key);
            Ok(listed.map(|league| LeagueLine::from(&league)))
        })
        .await?;
    answer(format, &uri, &lines, |lines| write_table(&shared, lines))
}

/// Wards, communes, special zones.
fn kind_rank(kind: UnitKind) -> u8 {
    match kind {
        UnitKind::Ward => 0,
        UnitKind::Commune => 1,
        UnitKind::SpecialZone => 2,
    }
}

pub(super) const COLUMNS: [&str; 25] = [
    "kind",
    "unit",
    "unit_name",
    "period",
    "day",
    "as_of",
    "revision",
    "method_version",
    "tier",
    "resolved",
    "resolved_low",
    "resolved_high",
    "n_tickets",
    "n_recurred",
    "n_concerns",
    "per_10_000",
    "per_10_000_low",
    "per_10_000_high",
    "expected",
    "adjusted",
    "adjusted_low",
    "adjusted_high",
    "tier_without_arranged",
    "n_left_out",
    "signs",
];

fn write_table(app: &AppState, lines: &[LeagueLine]) -> Result<Response, Error> {
    let rows = lines
        .iter()
        .flat_map(|line| line.rows.iter().map(move |entry| row(app, line, entry)));
    table::respond("leagues", &COLUMNS, rows)
}

pub(super) fn row(app: &AppState, line: &LeagueLine, entry: &LeagueRowLine) -> Vec<String> {
    let unit = entry.unit.parse().map(|code| app.unit_name(code));
    let parts = |estimate: &Option<EstimateLine>| {
        let estimate = estimate.as_ref();
        [
            table::optional(estimate.map(|estimate| estimate.value)),
            table::optional(estimate.map(|estimate| estimate.interval[0])),
            table::optional(estimate.map(|estimate| estimate.interval[1])),
        ]
    };
    let [resolved, resolved_low, resolved_high] = parts(&entry.resolved);
    let [rate, rate_low, rate_high] = parts(&entry.per_10_000);
    let [adjusted, adjusted_low, adjusted_high] = parts(&entry.adjusted);
    let guarded = &entry.guarded;
    let signs = guarded.signs.iter().map(|sign| sign.sign.as_str());
    vec![
        line.kind.clone(),
        entry.unit.clone(),
        unit.unwrap_or_default(),
        line.period.clone(),
        line.day.clone(),
        line.as_of.clone(),
        line.revision.to_string(),
        table::words(&line.method_version),
        entry.tier.map_or_else(String::new, |tier| tier.to_string()),
        resolved,
        resolved_low,
        resolved_high,
        entry.n_tickets.to_string(),
        entry.n_recurred.to_string(),
        entry.n_concerns.to_string(),
        rate,
        rate_low,
        rate_high,
        table::optional(entry.expected),
        adjusted,
        adjusted_low,
        adjusted_high,
        guarded
            .tier
            .map_or_else(String::new, |tier| tier.to_string()),
        guarded.n_left_out.to_string(),
        signs.collect::<Vec<_>>().join(" "),
    ]
}
