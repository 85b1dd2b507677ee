//! Concerns: those of some days, and one with its evidence.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use indexer::archive::Page;
use jiff::ToSpan;
use jiff::civil::Date;
use models::domain::{About, Concern, ConcernId, ConcernStatus, DeskMarks, Period, Topic};
use serde::Deserialize;
use utoipa::IntoParams;

use super::list::{Paged, answer, linked};
use super::mentions;
use super::schemas::TopicCode;
use super::{Format, parse_format, parse_limit, table};
use crate::Error;
use crate::access::Principal;
use crate::disclosure::Sight;
use crate::http::{Params, Problem, parse_day, parse_param, parse_unit};
use crate::lines::{ConcernLine, ConcernView, MentionView};
use crate::state::Shared;
use crate::told::{ToldConcern, with_parts};

/// Which page of the evidence.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// `next` of the page before.
    cursor: Option<String>,
    /// Mentions a page, 1 to 100; 50 when left out.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// `json`, or `csv` of the mentions of the page.
    #[param(pattern = "^(json|csv)$")]
    format: Option<String>,
}

/// Days of which concerns are listed when none are named, and at most.
const DAYS: i64 = 7;
const DAYS_MAX: i64 = 31;

/// Which concerns.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// The five digits of a unit they touch.
    #[param(example = "26740", pattern = "^[0-9]{5}$")]
    unit: Option<String>,
    /// Code of a topic.
    #[param(value_type = Option<TopicCode>, inline)]
    topic: Option<String>,
    /// `open`, `answered`, `closed` or `returned`, at the end of the last day.
    #[param(pattern = "^(open|answered|closed|returned)$")]
    status: Option<String>,
    /// First day with a mention; a week before `to` when left out, 31 days before it at most.
    #[param(format = Date, example = "2026-11-06")]
    from: Option<String>,
    /// Last day; the last published one when left out.
    #[param(format = Date, example = "2026-11-12")]
    to: Option<String>,
    /// `json` or `csv`.
    #[param(pattern = "^(json|csv)$")]
    format: Option<String>,
}

/// Concerns with a mention on some days, as they stood at the end of the last, by id; those the desk hides
/// and those that count for another are left out.
#[utoipa::path(
    get,
    path = "/api/v1/concerns",
    tag = "evidence",
    params(Filter, Paged),
    responses(
        (status = 200, description = "A page of concerns", content(
            (Vec<ConcernLine> = "application/json"),
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
    const STATUSES: &str = "use open, answered, closed or returned";
    let format = parse_format(filter.format.as_deref())?;
    let turn = paged.read()?.growing(format);
    let to = turn.day(parse_day("to", filter.to.as_deref())?)?;
    let from = parse_day("from", filter.from.as_deref())?;
    let unit = parse_unit("unit", filter.unit.as_deref())?;
    if let Some(unknown) = unit.filter(|code| shared.unit(*code).is_none()) {
        return Err(Error::NotFound {
            what: "unit",
            name: unknown.to_string(),
        });
    }
    let topic = parse_param("topic", filter.topic.as_deref(), TOPIC, Topic::from_code)?;
    let status = filter.status.as_deref();
    let status = parse_param("status", status, STATUSES, ConcernStatus::from_code)?;
    let sight = Sight::new(&shared, &caller);
    let lines = shared
        .read(move |app| {
            let to = app.day_or_latest(to)?;
            let (from, to) = stretch(from, to);
            let marks = DeskMarks::of(&app.archive.concern_corrections(u64::MAX)?);
            let is_wanted = |concern: &Concern| {
                let touches = |code| concern.units.iter().any(|one| one.code == code);
                concern.part_of.is_none()
                    && marks.hidden(&concern.id).is_none()
                    && unit.is_none_or(touches)
                    && topic.is_none_or(|topic| concern.topic == topic)
                    && status.is_none_or(|status| concern.status == status)
            };
            let mut all = app.archive.concerns_active(from, to)?;
            all.retain(is_wanted);
            let listed = turn.cut(all, Some(to), |concern| concern.id.to_string());
            let revision = app.archive.latest_correction()?;
            Ok(listed.map(|concern| {
                let title = marks.title(&concern.id).unwrap_or(&concern.title);
                let units = concern.units.iter().map(|unit| unit.code);
                let units = units.collect::<Vec<_>>();
                let about = match units.as_slice() {
                    [] => About::City,
                    units => About::Units(units),
                };
                let days = (from, Period::day(to));
                ConcernLine::new(&concern, title.to_owned(), revision, days, sight.of(about))
            }))
        })
        .await?;
    answer(format, &uri, &lines, |lines| {
        table::respond("concerns", &COLUMNS, lines.iter().map(row))
    })
}

const TOPIC: &str = "use the code of a topic";

/// First and last day, no more than 31 of them.
fn stretch(from: Option<Date>, to: Date) -> (Date, Date) {
    let back = |days: i64| to.saturating_sub((days - 1).days());
    let from = from.unwrap_or_else(|| back(DAYS));
    (from.clamp(back(DAYS_MAX), to), to)
}

pub(super) const COLUMNS: [&str; 16] = [
    "id",
    "title",
    "topic",
    "scope",
    "status",
    "units",
    "agencies",
    "first_day",
    "last_day",
    "n_mentions",
    "n_tickets",
    "n_open_tickets",
    "first_seen",
    "last_seen",
    "as_of",
    "revision",
];

pub(super) fn row(line: &ConcernLine) -> Vec<String> {
    let units = line.units.iter().map(|unit| unit.code.as_str());
    vec![
        table::words(&line.id),
        table::words(&line.title),
        line.topic.clone(),
        line.scope.clone(),
        line.status.clone(),
        units.collect::<Vec<_>>().join(" "),
        table::words(&line.agencies.join(" ")),
        line.first_day.clone(),
        line.last_day.clone(),
        line.n_mentions.to_string(),
        line.n_tickets.to_string(),
        line.n_open_tickets.to_string(),
        line.first_seen.clone(),
        line.last_seen.clone(),
        line.as_of.clone(),
        line.revision.to_string(),
    ]
}

/// One concern with one page of its evidence and that of the concerns joined into it, newest first,
/// redacted.
#[utoipa::path(
    get,
    path = "/api/v1/concerns/{id}",
    tag = "evidence",
    params(("id" = String, Path, description = "Id of the concern"), Wanted),
    responses(
        (status = 200, description = "The concern", content(
            (ConcernView = "application/json"),
            (String = "text/csv"),
        )),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn show(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    Params(wanted): Params<Wanted>,
    uri: Uri,
) -> Result<Response, Error> {
    let format = parse_format(wanted.format.as_deref())?;
    let page = Page {
        limit: parse_limit(wanted.limit.as_deref())?,
        after: wanted.cursor.filter(|cursor| !cursor.is_empty()),
    };
    let found = shared
        .read(move |app| {
            let id = ConcernId::new(id);
            let mut found = app.archive.concern(&id)?;
            // One that was merged before any day ended with it has no state: the whole answers, under
            // its own id.
            if found.is_none()
                && let Some(whole) = app.merged_into(&id)?
            {
                found = app.archive.concern(&whole)?;
            }
            let concern = found.ok_or_else(|| Error::NotFound {
                what: "concern",
                name: id.to_string(),
            })?;
            let told = ToldConcern::read(app, &concern)?;
            let ids = with_parts(&concern, &told.parts);
            let listing = app.archive.mentions_of_concerns(&ids, &page)?;
            let evidence = listing.items.iter().map(MentionView::from).collect();
            Ok(ConcernView::new(&concern, &told, evidence, listing.next))
        })
        .await?;
    let next = found.next.clone();
    let response = match format {
        Format::Csv => {
            let rows = found.evidence.iter().map(mentions::row);
            table::respond("evidence", &mentions::COLUMNS, rows)?
        }
        Format::Json | Format::Geojson => Json(found).into_response(),
    };
    Ok(linked(response, &uri, next.as_deref()))
}
