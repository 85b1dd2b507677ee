//! `/yeu-cau/{id}`: one request, what came of it, and what may be done with it.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use indexer::NewStep;
use models::domain::{Action, ExplanationRequest, RequestId, RequestState, RequestStep, deadline};
use serde::Deserialize;

use super::new::sending;
use super::upload::Upload;
use super::{Fields, NOTE_CHARS_MAX, days, go_to, known, may, unknown, words};
use crate::Error;
use crate::access::Principal;
use crate::i18n::{Lang, fill};
use crate::pages::html;
use crate::state::{AppState, Shared};
use crate::views::{
    AnswerCard, EvidenceView, Layout, Nav, RequestPage, RequestRow, StepRow, Viewer, hex,
    subject_link,
};

pub(super) async fn show(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Path(id): Path<u64>,
) -> Result<Response, Error> {
    shared
        .read(move |app| {
            let request = known(app, &principal, id)?;
            note_reading(app, &principal, &request)?;
            let request = known(app, &principal, id)?;
            html(&page(app, &viewer, &principal, &request)?)
        })
        .await
}

/// Somebody of the unit who signed in has read it: that is a delivery.
fn note_reading(
    app: &AppState,
    principal: &Principal,
    request: &ExplanationRequest,
) -> Result<(), Error> {
    let is_theirs = may(principal, Action::AnswerRequest, &request.addressee);
    if request.state == RequestState::Sent && is_theirs {
        let step = NewStep {
            step: RequestStep::Delivered,
            detail: "đơn vị đã mở khi đăng nhập".to_owned(),
            due_at: None,
        };
        let now = (app.clock)();
        let role = models::domain::Role::UnitResponder.code();
        app.requests
            .record
            .note_request(request.id, &step, role, now)?;
    }
    Ok(())
}

fn page(
    app: &AppState,
    viewer: &Viewer,
    principal: &Principal,
    request: &ExplanationRequest,
) -> Result<RequestPage, Error> {
    let (lang, now) = (viewer.lang, (app.clock)());
    let r = lang.requests();
    let record = &app.requests.record;
    let events = record.request_events(request.id)?;
    let answers = record.request_answers(request.id)?;
    let asks = may(principal, Action::AskForExplanation, &request.addressee);
    let can = |step| asks && request.state.after(step).is_some();
    let title = request.evidence.title.clone();
    Ok(RequestPage {
        row: RequestRow::new(lang, request, now),
        whom: app.respondent_name(&request.addressee),
        asked_by: app.officer_name(request.asked_by),
        question: request.question.clone(),
        subject: subject_link(lang, &request.subject),
        evidence: EvidenceView::new(lang, &request.evidence),
        answers: (answers.iter().rev())
            .map(|answer| AnswerCard::new(app, lang, request.id, answer))
            .collect(),
        steps: events
            .iter()
            .map(|event| StepRow::new(app, lang, event))
            .collect(),
        printed: printed(app, lang, request, &events)?,
        unreached: asks && !app.requests.is_reached(&request.addressee),
        may_send: can(RequestStep::Sent),
        may_judge: can(RequestStep::Accepted),
        may_close: can(RequestStep::Closed),
        may_withdraw: can(RequestStep::Withdrawn),
        may_answer: request.state.waits_for_unit()
            && may(principal, Action::AnswerRequest, &request.addressee),
        returned_because: returned_because(request, &events),
        days: request.answer_days,
        edit: can(RequestStep::Edited).then(|| lang.href(&format!("/yeu-cau/{}/sua", request.id))),
        page: Layout::new(viewer, &app.city, Nav::Elsewhere, title).for_officers(),
        r,
    })
}

/// Why the unit is asked again.
pub(super) fn returned_because(
    request: &ExplanationRequest,
    events: &[models::domain::RequestEvent],
) -> Option<String> {
    let is_returned = request.state == RequestState::Returned;
    let returns = events
        .iter()
        .rev()
        .find(|event| event.step == RequestStep::Returned);
    returns
        .filter(|_| is_returned)
        .map(|event| event.detail.clone())
}

/// Which digest prints the answer.
fn printed(
    app: &AppState,
    lang: Lang,
    request: &ExplanationRequest,
    events: &[models::domain::RequestEvent],
) -> Result<Option<String>, Error> {
    if !request.state.is_settled() {
        return Ok(None);
    }
    let r = lang.requests();
    let is_waiting = app.requests.record.unprinted()?;
    if is_waiting.iter().any(|(id, _)| *id == request.id) {
        return Ok(Some(r.print_next.to_owned()));
    }
    let printed = events
        .iter()
        .find(|event| event.step == RequestStep::Printed);
    let day = printed.and_then(|event| event.detail.parse().ok());
    Ok(day.map(|day| fill(r.printed_in, &[&lang.long_day(day)])))
}

/// One step of an officer.
async fn take(
    shared: &Shared,
    viewer: &Viewer,
    principal: Principal,
    id: u64,
    make: impl FnOnce(&AppState, &ExplanationRequest) -> Result<NewStep, Error> + Send + 'static,
) -> Result<Response, Error> {
    let by = principal.by((shared.clock)());
    shared
        .read(move |app| {
            let request = known(app, &principal, id)?;
            principal.require(Action::AskForExplanation, request.addressee.about())?;
            let step = make(app, &request)?;
            let taken = app.requests.record.step_request(request.id, &step, &by)?;
            taken.map(|_| ()).ok_or_else(|| unknown(id))
        })
        .await?;
    Ok(go_to(viewer, &format!("/yeu-cau/{id}")))
}

fn plain(step: RequestStep, detail: String) -> NewStep {
    NewStep {
        step,
        detail,
        due_at: None,
    }
}

pub(super) async fn send(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Path(id): Path<u64>,
) -> Result<Response, Error> {
    take(&shared, &viewer, principal, id, |app, request| {
        Ok(sending((app.clock)(), request.answer_days))
    })
    .await
}

/// A note that may be left out.
#[derive(Deserialize)]
pub(super) struct NoteForm {
    #[serde(default)]
    ghi_chu: String,
}

pub(super) async fn accept(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Path(id): Path<u64>,
    Fields(form): Fields<NoteForm>,
) -> Result<Response, Error> {
    take(&shared, &viewer, principal, id, move |app, _| {
        let note = words(app, "ghi_chu", &form.ghi_chu, NOTE_CHARS_MAX, false)?;
        Ok(plain(RequestStep::Accepted, note))
    })
    .await
}

/// Why, and how long they have again.
#[derive(Deserialize)]
pub(super) struct ReturnForm {
    ly_do: String,
    so_ngay: u32,
}

pub(super) async fn give_back(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Path(id): Path<u64>,
    Fields(form): Fields<ReturnForm>,
) -> Result<Response, Error> {
    let again = days(form.so_ngay)?;
    take(&shared, &viewer, principal, id, move |app, _| {
        let reason = words(app, "ly_do", &form.ly_do, NOTE_CHARS_MAX, true)?;
        Ok(NewStep {
            due_at: Some(deadline((app.clock)(), again)),
            ..plain(RequestStep::Returned, reason)
        })
    })
    .await
}

pub(super) async fn close(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Path(id): Path<u64>,
) -> Result<Response, Error> {
    take(&shared, &viewer, principal, id, |_, _| {
        Ok(plain(RequestStep::Closed, String::new()))
    })
    .await
}

/// Why it is taken back.
#[derive(Deserialize)]
pub(super) struct ReasonForm {
    ly_do: String,
}

pub(super) async fn withdraw(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Path(id): Path<u64>,
    Fields(form): Fields<ReasonForm>,
) -> Result<Response, Error> {
    take(&shared, &viewer, principal, id, move |app, _| {
        let reason = words(app, "ly_do", &form.ly_do, NOTE_CHARS_MAX, true)?;
        Ok(plain(RequestStep::Withdrawn, reason))
    })
    .await
}

pub(super) async fn answer(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Path(id): Path<u64>,
    upload: Upload,
) -> Result<Response, Error> {
    let by = principal.by((shared.clock)());
    shared
        .read(move |app| {
            let request = known(app, &principal, id)?;
            principal.require(Action::AnswerRequest, request.addressee.about())?;
            let answer = upload.into_answer(&app.requests.redact)?;
            let record = &app.requests.record;
            Ok(record.answer_request(request.id, request.round, &answer, &by)?)
        })
        .await?;
    Ok(go_to(&viewer, &format!("/yeu-cau/{id}")))
}

pub(super) async fn file(
    State(shared): State<Shared>,
    principal: Principal,
    Path((id, hash)): Path<(u64, String)>,
) -> Result<Response, Error> {
    shared
        .read(move |app| {
            let request = known(app, &principal, id)?;
            let record = &app.requests.record;
            let missing = || Error::NotFound {
                what: "file",
                name: hash.chars().take(64).collect(),
            };
            let answers = record.request_answers(request.id)?;
            let mut files = answers.into_iter().flat_map(|answer| answer.files);
            let file = files
                .find(|file| hex(&file.hash) == hash)
                .ok_or_else(missing)?;
            let body = record
                .answer_body(RequestId(id), &file.hash)?
                .ok_or_else(missing)?;
            let head = [
                (header::CONTENT_TYPE, file.kind),
                (header::CONTENT_DISPOSITION, disposition(&file.name)),
                (header::CACHE_CONTROL, "private, no-store".to_owned()),
            ];
            Ok((head, body).into_response())
        })
        .await
}

/// A file to be kept, never shown in the browser (RFC 6266, RFC 8187).
fn disposition(name: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') {
            c
        } else {
            '_'
        }
    };
    let ascii = name.chars().map(plain).collect::<String>();
    // A text filter over memory cannot fail; the plain name stays.
    let encoded = askama::filters::urlencode_strict(name);
    let encoded = encoded.map_or_else(|_| ascii.clone(), |name| name.to_string());
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}
