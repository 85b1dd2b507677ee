//! Alerts, for keys that may read what is not public.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use indexer::AlertQuery;
use models::domain::{Action, Alert, AlertKind, AlertStatus, AlertStep, UnitCode};
use serde::Deserialize;
use utoipa::IntoParams;

use super::list::{Listed, Paged, answer, restricted};
use super::{parse_format, table};
use crate::Error;
use crate::access::Principal;
use crate::alerts::may;
use crate::http::{Params, Problem, parse_param, parse_unit};
use crate::lines::AlertLine;
use crate::state::{AppState, Shared};

/// Alerts that are looked at, the newest first.
const MOST: usize = 2_000;

/// Which alerts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// `open`, `acknowledged` or `resolved`.
    #[param(pattern = "^(open|acknowledged|resolved)$")]
    status: Option<String>,
    /// `concern` or `source`.
    #[param(pattern = "^(concern|source)$")]
    kind: Option<String>,
    /// The five digits of a unit it touches.
    #[param(example = "26740", pattern = "^[0-9]{5}$")]
    unit: Option<String>,
    /// `json` or `csv`.
    #[param(pattern = "^(json|csv)$")]
    format: Option<String>,
}

/// Alerts within the caller's reach with the cause that people were told last, the newest first; of the
/// newest 2,000.
#[utoipa::path(
    get,
    path = "/api/v1/alerts",
    tag = "desk",
    params(Filter, Paged),
    responses(
        (status = 200, description = "A page of alerts", content(
            (Vec<AlertLine> = "application/json"),
            (String = "text/csv"),
        )),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(
    State(shared): State<Shared>,
    Params(filter): Params<Filter>,
    Params(paged): Params<Paged>,
    caller: Principal,
    uri: Uri,
) -> Result<Response, Error> {
    let format = parse_format(filter.format.as_deref())?;
    let turn = paged.read()?.growing(format);
    let status = parse_param(
        "status",
        filter.status.as_deref(),
        "use open, acknowledged or resolved",
        AlertStatus::from_code,
    )?;
    let kind = parse_param(
        "kind",
        filter.kind.as_deref(),
        "use concern or source",
        AlertKind::from_code,
    )?;
    let unit = parse_unit("unit", filter.unit.as_deref())?;
    if let Some(unknown) = unit.filter(|code| shared.unit(*code).is_none()) {
        return Err(Error::NotFound {
            what: "unit",
            name: unknown.to_string(),
        });
    }
    let lines = shared
        .read(move |app| {
            let wanted = AlertQuery {
                kind,
                limit: MOST,
                ..AlertQuery::default()
            };
            let mut all = app.alerts().alerts(&wanted)?;
            all.retain(|alert| {
                may(&caller, Action::ReadRestrictedApi, alert)
                    && status.is_none_or(|status| alert.status == status)
                    && unit.is_none_or(|unit| touches(alert, unit))
            });
            let listed = turn.cut(all, None, |alert| key(alert.id));
            let next = listed.next().map(str::to_owned);
            let lines = listed.items.iter().map(|alert| line(app, alert));
            let lines = lines.collect::<Result<Vec<_>, Error>>()?;
            Ok(Listed::new(lines, next))
        })
        .await?;
    let answered = answer(format, &uri, &lines, |lines| {
        table::respond("alerts", &COLUMNS, lines.iter().map(row))
    });
    answered.map(restricted)
}

fn touches(alert: &Alert, unit: UnitCode) -> bool {
    alert.units.contains(&unit)
}

/// Numbers in the order of their digits, the last first.
fn key(id: u64) -> String {
    format!("{:020}", u64::MAX - id)
}

fn line(app: &AppState, alert: &Alert) -> Result<AlertLine, Error> {
    let events = app.alerts().alert_events(alert.id)?;
    let found = events.iter().rev().find_map(|event| match &event.step {
        AlertStep::Opened(found) | AlertStep::Worsened(found) => Some(found),
        _ => None,
    });
    Ok(AlertLine::new(alert, found))
}

const COLUMNS: [&str; 13] = [
    "id",
    "rule",
    "kind",
    "subject",
    "topic",
    "units",
    "urgent",
    "status",
    "opened_at",
    "snoozed_until",
    "last_found",
    "n_mentions",
    "negative_share",
];

fn row(line: &AlertLine) -> Vec<String> {
    let cause = line.cause.as_ref();
    let number = |value: Option<String>| value.unwrap_or_default();
    vec![
        line.id.to_string(),
        table::words(&line.rule),
        line.kind.clone(),
        table::words(&line.subject),
        line.topic.clone().unwrap_or_default(),
        line.units.join(" "),
        line.urgent.to_string(),
        line.status.clone(),
        line.opened_at.clone(),
        line.snoozed_until.clone().unwrap_or_default(),
        line.last_found.clone(),
        number(
            cause
                .and_then(|cause| cause.n_mentions)
                .map(|n| n.to_string()),
        ),
        number(
            cause
                .and_then(|cause| cause.negative_share)
                .map(|n| n.to_string()),
        ),
    ]
}
