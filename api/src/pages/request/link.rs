//! `/giai-trinh/{token}`: the unit answers by the link of its letter, without an account. Opening the link
//! changes nothing but a line of the history, so that programs that look through mail do no harm; it is
//! spent when an answer is handed in.

use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use indexer::{Actor, By, NewStep};
use jiff::{SignedDuration, Timestamp};
use models::domain::{ExplanationRequest, RequestEvent, RequestState, RequestStep};

use super::one::returned_because;
use super::unknown;
use super::upload::Upload;
use crate::Error;
use crate::i18n::fill;
use crate::pages::html;
use crate::requests::{link_path, read_link};
use crate::state::{AppState, Shared};
use crate::views::{EvidenceView, Layout, LinkOverPage, LinkPage, Nav, RequestRow, Viewer};

/// What a link opens now.
enum Opened {
    /// The question of its round, until then.
    Open(Box<ExplanationRequest>, Vec<RequestEvent>, Timestamp),
    /// Its round was answered; whether personal data was cut out of the answer.
    Spent(bool),
    /// The request was withdrawn or asked again, or too much time has gone by.
    Over,
}

fn open(app: &AppState, token: &str, now: Timestamp) -> Result<Opened, Error> {
    let shown = || unknown(token.chars().take(12).collect::<String>());
    let (id, round) = read_link(&app.requests.key, token).ok_or_else(shown)?;
    let request = app.requests.record.request(id)?.ok_or_else(shown)?;
    let answers = app.requests.record.request_answers(id)?;
    if let Some(answer) = answers.iter().find(|answer| answer.round == round) {
        return Ok(Opened::Spent(answer.was_cut));
    }
    let events = app.requests.record.request_events(id)?;
    let asked = events.iter().rev().find(|event| {
        matches!(event.step, RequestStep::Sent | RequestStep::Returned) && event.round == round
    });
    let keep = SignedDuration::from_hours(24 * i64::from(app.requests.rules.link_days));
    let until = asked.and_then(|event| event.at.checked_add(keep).ok());
    let is_open = request.round == round && request.state.waits_for_unit();
    Ok(match until.filter(|until| is_open && now < *until) {
        Some(until) => Opened::Open(Box::new(request), events, until),
        None => Opened::Over,
    })
}

pub(super) async fn show(
    State(shared): State<Shared>,
    Path(token): Path<String>,
    viewer: Viewer,
) -> Result<Response, Error> {
    let shown = shared
        .read(move |app| {
            let now = (app.clock)();
            match open(app, &token, now)? {
                Opened::Open(request, events, until) => {
                    note_opening(app, &request, now)?;
                    html(&question(app, &viewer, &request, &events, until))
                }
                Opened::Spent(was_cut) => html(&over(app, &viewer, Some(was_cut))),
                Opened::Over => html(&over(app, &viewer, None)),
            }
        })
        .await?;
    Ok(unseen(shown))
}

fn note_opening(app: &AppState, request: &ExplanationRequest, now: Timestamp) -> Result<(), Error> {
    if request.state == RequestState::Draft {
        return Ok(());
    }
    let step = NewStep {
        step: RequestStep::Opened,
        detail: String::new(),
        due_at: None,
    };
    let role = indexer::requests::ROLE_LINK;
    app.requests
        .record
        .note_request(request.id, &step, role, now)?;
    Ok(())
}

fn question(
    app: &AppState,
    viewer: &Viewer,
    request: &ExplanationRequest,
    events: &[RequestEvent],
    until: Timestamp,
) -> LinkPage {
    let (lang, now) = (viewer.lang, (app.clock)());
    let r = lang.requests();
    let whom = app.respondent_name(&request.addressee);
    LinkPage {
        action: lang.href(&link_path(&app.requests.key, request.id, request.round)),
        lede: fill(r.link_lede, &[&whom, &lang.moment(until)]),
        row: RequestRow::new(lang, request, now),
        question: request.question.clone(),
        returned_because: returned_because(request, events),
        evidence: EvidenceView::new(lang, &request.evidence),
        page: Layout::new(viewer, &app.city, Nav::Elsewhere, r.nav_requests).for_officers(),
        r,
    }
}

/// `spent` says whether personal data was cut out of the answer; `None` for a link that is over.
fn over(app: &AppState, viewer: &Viewer, spent: Option<bool>) -> LinkOverPage {
    let r = viewer.lang.requests();
    let (title, text) = match spent {
        Some(_) => (r.link_spent_title, r.link_spent),
        None => (r.link_over_title, r.link_over),
    };
    LinkOverPage {
        page: Layout::new(viewer, &app.city, Nav::Elsewhere, title).for_officers(),
        text,
        cut: spent.filter(|was_cut| *was_cut).map(|_| r.was_cut),
    }
}

/// Neither kept by browsers nor found by search.
fn unseen(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-store"),
    );
    let robots = HeaderName::from_static("x-robots-tag");
    headers.insert(robots, HeaderValue::from_static("noindex, nofollow"));
    response
}

pub(super) async fn answer(
    State(shared): State<Shared>,
    Path(token): Path<String>,
    viewer: Viewer,
    upload: Upload,
) -> Result<Response, Error> {
    let lang = viewer.lang;
    let path = shared
        .read(move |app| {
            let now = (app.clock)();
            let Opened::Open(request, ..) = open(app, &token, now)? else {
                return Err(Error::Conflict(
                    "this link was used, withdrawn or is too old; open it to see which",
                ));
            };
            let answer = upload.into_answer(&app.requests.redact)?;
            let by = By {
                who: Actor::Nobody,
                at: now,
                request: None,
            };
            let record = &app.requests.record;
            record.answer_request(request.id, request.round, &answer, &by)?;
            Ok(link_path(&app.requests.key, request.id, request.round))
        })
        .await?;
    Ok(unseen(Redirect::to(&lang.href(&path)).into_response()))
}
