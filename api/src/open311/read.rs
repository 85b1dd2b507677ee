//! Reading reports: a list by time, service and state, and one.

use axum::http::StatusCode;
use axum::response::Response;
use indexer::search::Query;
use jiff::{SignedDuration, Timestamp};
use models::domain::{AnnotatedMention, Channel, MentionId, Topic, day_in_vietnam};
use serde::Deserialize;
use utoipa::IntoParams;

use super::reply::{Encoding, answer};
use super::shape::{ErrorBody, RequestLine, is_closed};
use crate::Error;
use crate::http::{parse_list, parse_param};
use crate::lines::parse_time;
use crate::state::{AppState, Shared};

/// The standard: "a span of 90 days or first 1000 requests returned, whichever is smallest".
const SPAN: SignedDuration = SignedDuration::from_hours(90 * 24);
const ANSWER_MAX: usize = 1_000;

/// Clients reach over both ends of their window, since clocks differ.
const SLACK: SignedDuration = SignedDuration::from_hours(24);

/// Requests a page at most, and where none is named.
const PAGE_SIZE: usize = 100;

/// Whether more than the standard's fields are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Extra {
    /// `true` adds `extended_attributes`.
    #[param(pattern = "^(true|false)$")]
    extensions: Option<String>,
}

impl Extra {
    fn is_wanted(&self) -> bool {
        self.extensions.as_deref() == Some("true")
    }
}

/// Which requests.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Numbers of requests separated by commas, at most 50; nothing else is looked at then.
    service_request_id: Option<String>,
    /// Codes of services separated by commas.
    #[param(example = "drainage,road")]
    service_code: Option<String>,
    /// Made at this moment or later (ISO 8601); 90 days before `end_date` when left out.
    #[param(example = "2026-11-01T00:00:00+07:00", format = DateTime)]
    start_date: Option<String>,
    /// Made at this moment or before; 90 days after `start_date` at most, or now.
    #[param(format = DateTime)]
    end_date: Option<String>,
    /// `open`, `closed`, or both separated by a comma.
    #[param(pattern = "^(open|closed)(,(open|closed))?$")]
    status: Option<String>,
    /// From 1; only the first 1,000 requests of a question can be read.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000)]
    page: Option<String>,
    /// 1 to 100, also when left out.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    page_size: Option<String>,
    /// `true` adds `extended_attributes`.
    #[param(pattern = "^(true|false)$")]
    extensions: Option<String>,
}

/// What is asked for, read.
struct Question {
    topics: Vec<Topic>,
    from: Timestamp,
    to: Timestamp,
    /// Whether closed ones, or open ones, alone.
    closed: Option<bool>,
    skip: usize,
    take: usize,
}

impl Filter {
    fn read(&self, now: Timestamp) -> Result<Question, Error> {
        let start = moment("start_date", self.start_date.as_deref())?;
        let end = moment("end_date", self.end_date.as_deref())?;
        let (from, to) = match (start, end) {
            (Some(from), Some(to)) => (from, to),
            (Some(from), None) => (from, plus(from, SPAN).min(now.max(from))),
            (None, end) => {
                let to = end.unwrap_or(now);
                (to.saturating_sub(SPAN).unwrap_or(Timestamp::MIN), to)
            }
        };
        if from > to || to > plus(from, SPAN.saturating_add(SLACK)) {
            return Err(Error::BadParameter {
                name: "end_date",
                found: self.end_date.clone().unwrap_or_default(),
                expected: "end_date must be after start_date, by 90 days at most",
            });
        }
        let closed = |text: &str| match text {
            "open" => Some(false),
            "closed" => Some(true),
            _ => None,
        };
        let mut states = parse_list("status", self.status.as_deref(), STATUSES, closed)?;
        states.sort_unstable();
        states.dedup();
        let number = |name, text: Option<&str>, max: usize| {
            parse_param(name, text, NUMBERS, |text| {
                text.parse().ok().filter(|n| (1..=max).contains(n))
            })
        };
        let page = number("page", self.page.as_deref(), ANSWER_MAX)?.unwrap_or(1);
        let take = number("page_size", self.page_size.as_deref(), PAGE_SIZE)?;
        let take = take.unwrap_or(PAGE_SIZE);
        let codes = self.service_code.as_deref();
        Ok(Question {
            topics: parse_list("service_code", codes, CODES, Topic::from_code)?,
            from,
            to,
            closed: match states.as_slice() {
                [one] => Some(*one),
                _ => None,
            },
            skip: (page - 1) * take,
            take,
        })
    }
}

const STATUSES: &str = "use open or closed";
const NUMBERS: &str = "write a number from 1 to 100; pages go up to 1000";
const CODES: &str = "use codes of /open311/v2/services";

fn moment(name: &'static str, text: Option<&str>) -> Result<Option<Timestamp>, Error> {
    let expected = "write an ISO 8601 time such as 2026-11-09T06:25:00+07:00";
    parse_param(name, text, expected, |text| {
        // A plus sign that was not escaped arrives as a space.
        parse_time(text).or_else(|| parse_time(&text.replace(' ', "+")))
    })
}

fn plus(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}

/// Reports, newest first. What was recorded in the last seconds may be missing from lists; each can be
/// read by its number at once.
#[utoipa::path(
    get,
    path = "/open311/v2/requests.{format}",
    tag = "open311",
    params(("format" = String, Path, description = "`json` or `xml`", pattern = "^(json|xml)$"), Filter),
    responses(
        (status = 200, description = "One page of requests", content(
            (Vec<RequestLine> = "application/json"), (String = "text/xml"))),
        (status = 400, description = "A filter cannot be read", content(
            (Vec<ErrorBody> = "application/json"), (String = "text/xml"))),
        (status = 404, description = "No such format", content(
            (Vec<ErrorBody> = "application/json"), (String = "text/xml"))),
    )
)]
pub(super) async fn list(
    shared: Shared,
    encoding: Encoding,
    filter: Filter,
) -> Result<Response, Error> {
    let extended = filter.extensions.as_deref() == Some("true");
    let ids = parse_list(
        "service_request_id",
        filter.service_request_id.as_deref(),
        "",
        |id| Some(MentionId::new(id)),
    )?;
    let question = filter.read((shared.clock)())?;
    let lines = shared
        .read(move |app| {
            let found = if ids.is_empty() {
                find(app, &question)?
            } else {
                app.archive.mentions(&ids)?
            };
            let line = |said: &AnnotatedMention| RequestLine::of(app, said, extended);
            Ok(found.iter().filter_map(line).collect::<Vec<_>>())
        })
        .await?;
    answer(
        encoding,
        StatusCode::OK,
        "service_requests",
        Some("request"),
        &lines,
    )
}

/// One page of the reports that are asked for. The index filters by day and topic; the moment and the
/// state are looked up in the record.
fn find(app: &AppState, question: &Question) -> Result<Vec<AnnotatedMention>, Error> {
    let mut query = Query {
        from: Some(day_in_vietnam(question.from)),
        to: Some(day_in_vietnam(question.to)),
        topics: question.topics.clone(),
        channels: vec![Channel::Hotline],
        limit: 100,
        ..Query::default()
    };
    let is_asked = |said: &AnnotatedMention| {
        let at = said.mention.published_at;
        let ticket = said.mention.ticket.as_ref();
        at.is_some_and(|at| (question.from..=question.to).contains(&at))
            && ticket.is_some_and(|ticket| {
                question
                    .closed
                    .is_none_or(|closed| closed == is_closed(ticket.status))
            })
    };
    let wanted = (question.skip + question.take).min(ANSWER_MAX);
    let mut found = Vec::new();
    while found.len() < wanted && question.skip < ANSWER_MAX {
        let hits = app.search.search(&query)?;
        let ids = hits.hits.iter().map(|hit| hit.mention.clone());
        let mentions = app.archive.mentions(&ids.collect::<Vec<_>>())?;
        found.extend(mentions.into_iter().filter(is_asked));
        query.after = hits.next;
        if query.after.is_none() {
            break;
        }
    }
    found.truncate(wanted);
    Ok(found.into_iter().skip(question.skip).collect())
}

/// One report.
#[utoipa::path(
    get,
    path = "/open311/v2/requests/{id}.{format}",
    tag = "open311",
    params(
        ("id" = String, Path, description = "Its number"),
        ("format" = String, Path, description = "`json` or `xml`", pattern = "^(json|xml)$"),
        Extra,
    ),
    responses(
        (status = 200, description = "A list of the one request", content(
            (Vec<RequestLine> = "application/json"), (String = "text/xml"))),
        (status = 400, description = "A parameter cannot be read", content(
            (Vec<ErrorBody> = "application/json"), (String = "text/xml"))),
        (status = 404, description = "No such request", content(
            (Vec<ErrorBody> = "application/json"), (String = "text/xml"))),
    )
)]
pub(super) async fn one(
    shared: Shared,
    id: String,
    encoding: Encoding,
    extra: Extra,
) -> Result<Response, Error> {
    let lines = shared
        .read(move |app| {
            let found = known(app, &id)?;
            Ok(RequestLine::of(app, &found, extra.is_wanted())
                .into_iter()
                .collect::<Vec<_>>())
        })
        .await?;
    answer(
        encoding,
        StatusCode::OK,
        "service_requests",
        Some("request"),
        &lines,
    )
}

/// A report by its number.
pub(super) fn known(app: &AppState, id: &str) -> Result<AnnotatedMention, Error> {
    let found = app.archive.mention(&MentionId::new(id))?;
    let found = found.filter(|said| said.mention.ticket.is_some());
    found.ok_or_else(|| Error::NotFound {
        what: "service_request_id",
        name: id.chars().take(80).collect(),
    })
}
