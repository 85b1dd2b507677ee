//! Requests for explanation, for keys that may read what is not public.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use models::domain::{
    Action, Decision, ExplanationRequest, RequestId, RequestState, RequestStep, Respondent,
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::list::{Listed, Paged, answer, restricted};
use super::{parse_format, table};
use crate::Error;
use crate::access::Principal;
use crate::http::{Params, Problem, parse_param};
use crate::lines::ExplanationLine;
use crate::state::{AppState, Shared};

/// Requests that are looked at, the newest first.
const MOST: usize = 2_000;

/// Which requests.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// `sent`, `delivered`, `answered`, `returned`, `accepted`, `closed` or `withdrawn`.
    #[param(pattern = "^(sent|delivered|answered|returned|accepted|closed|withdrawn)$")]
    state: Option<String>,
    /// Who is asked: the five digits of a unit, or `agency:` and the id of an agency.
    #[param(example = "26740", pattern = "^([0-9]{5}|agency:[a-z0-9_-]{1,64})$")]
    addressee: Option<String>,
    /// `true`: only those whose deadline is over without an answer.
    #[param(pattern = "^(true|false)$")]
    late: Option<String>,
    /// `json` or `csv`.
    #[param(pattern = "^(json|csv)$")]
    format: Option<String>,
}

/// Requests for explanation that were sent to units and agencies within the caller's reach, by number; of
/// the newest 2,000. Drafts are nobody's but the desk's.
#[utoipa::path(
    get,
    path = "/api/v1/requests",
    tag = "desk",
    params(Filter, Paged),
    responses(
        (status = 200, description = "A page of requests", content(
            (Vec<ExplanationLine> = "application/json"),
            (String = "text/csv"),
        )),
        (status = 400, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(
    State(shared): State<Shared>,
    Params(filter): Params<Filter>,
    Params(paged): Params<Paged>,
    caller: Principal,
    uri: Uri,
) -> Result<Response, Error> {
    const STATES: &str = "use sent, delivered, answered, returned, accepted, closed or withdrawn";
    let format = parse_format(filter.format.as_deref())?;
    let turn = paged.read()?.growing(format);
    let state = parse_param("state", filter.state.as_deref(), STATES, |code| {
        RequestState::from_code(code).filter(|state| *state != RequestState::Draft)
    })?;
    let addressee = parse_param(
        "addressee",
        filter.addressee.as_deref(),
        "use the five digits of a unit, or agency: and an id",
        Respondent::from_text,
    )?;
    let late = parse_param(
        "late",
        filter.late.as_deref(),
        "use true or false",
        |text| text.parse::<bool>().ok(),
    )?;
    let lines = shared
        .read(move |app| {
            let now = (app.clock)();
            let mut all = app.requests.record.requests(MOST)?;
            all.retain(|request| {
                is_seen(&caller, request)
                    && state.is_none_or(|state| request.state == state)
                    && addressee
                        .as_ref()
                        .is_none_or(|whom| request.addressee == *whom)
                    && late.is_none_or(|late| request.is_late(now) == late)
            });
            let listed = turn.cut(all, None, |request| key(request.id));
            let next = listed.next().map(str::to_owned);
            let lines = listed.items.iter().map(|request| line(app, request, now));
            let lines = lines.collect::<Result<Vec<_>, Error>>()?;
            Ok(Listed::new(lines, next))
        })
        .await?;
    let answered = answer(format, &uri, &lines, |lines| {
        table::respond("requests", &COLUMNS, lines.iter().map(row))
    });
    answered.map(restricted)
}

fn is_seen(caller: &Principal, request: &ExplanationRequest) -> bool {
    let about = request.addressee.about();
    let may = caller.decide(Action::ReadRestrictedApi, about) == Decision::Granted;
    may && request.round > 0
}

/// Numbers in the order of their digits.
fn key(id: RequestId) -> String {
    format!("{:020}", id.0)
}

fn line(
    app: &AppState,
    request: &ExplanationRequest,
    now: jiff::Timestamp,
) -> Result<ExplanationLine, Error> {
    let record = &app.requests.record;
    let answers = record.request_answers(request.id)?;
    let events = record.request_events(request.id)?;
    let steps = events.iter().map(|event| event.step);
    let level = steps.filter_map(|step| match step {
        RequestStep::Escalated(level) => Some(level),
        _ => None,
    });
    let name = app.respondent_name(&request.addressee);
    let level = level.max().unwrap_or(0);
    Ok(ExplanationLine::new(
        request,
        name,
        answers.last(),
        level,
        now,
    ))
}

const COLUMNS: [&str; 15] = [
    "id",
    "state",
    "late",
    "addressee",
    "addressee_name",
    "subject_kind",
    "subject",
    "title",
    "question",
    "made_at",
    "due_at",
    "rounds",
    "escalated",
    "answered_at",
    "answer",
];

fn row(line: &ExplanationLine) -> Vec<String> {
    vec![
        line.id.to_string(),
        line.state.clone(),
        line.late.to_string(),
        line.addressee.clone(),
        table::words(&line.addressee_name),
        line.subject_kind.clone(),
        table::words(&line.subject),
        table::words(&line.title),
        table::words(&line.question),
        line.made_at.clone(),
        line.due_at.clone().unwrap_or_default(),
        line.rounds.to_string(),
        line.escalated.to_string(),
        line.answered_at.clone().unwrap_or_default(),
        table::words(line.answer.as_deref().unwrap_or_default()),
    ]
}
