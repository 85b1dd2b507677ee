//! `/yeu-cau/{id}/sua`: a draft is written anew. Who was slower is told who was faster, and keeps what was
//! typed.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use indexer::DraftEdit;
use models::domain::{Action, ExplanationRequest, RequestState, Respondent};
use serde::Deserialize;

use super::evidence::freeze;
use super::new::{addressee, asked_about, question, sending};
use super::{Fields, days, go_to, known, unknown};
use crate::Error;
use crate::access::Principal;
use crate::http::Dressed;
use crate::i18n::fill;
use crate::pages::html;
use crate::state::{AppState, Shared};
use crate::views::{AskForm, EvidenceView, Layout, Nav, NewRequestPage, Viewer};

/// What stands in the form.
struct Typed {
    addressee: Respondent,
    question: String,
    days: u32,
    /// Whether somebody else was faster.
    is_behind: bool,
}

pub(super) async fn show(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Path(id): Path<u64>,
) -> Result<Response, Error> {
    shared
        .read(move |app| {
            let request = known(app, &principal, id)?;
            if request.state != RequestState::Draft {
                return Ok(go_to(&viewer, &format!("/yeu-cau/{id}")));
            }
            let typed = Typed {
                addressee: request.addressee.clone(),
                question: request.question.clone(),
                days: request.answer_days,
                is_behind: false,
            };
            html(&page(app, &viewer, &principal, &request, typed)?)
        })
        .await
}

fn page(
    app: &AppState,
    viewer: &Viewer,
    principal: &Principal,
    request: &ExplanationRequest,
    typed: Typed,
) -> Result<NewRequestPage, Error> {
    let lang = viewer.lang;
    let r = lang.requests();
    let events = app.requests.record.request_events(request.id)?;
    let last = events.last();
    let here = format!("/yeu-cau/{}", request.id);
    let problem = typed.is_behind.then(|| {
        let who = app.officer_name(last.and_then(|event| event.by));
        let who = who.unwrap_or_else(|| r.by_schedule.to_owned());
        (fill(r.moved_on, &[&who]), lang.href(&here))
    });
    let suggested = asked_about(app, principal, &request.subject)?;
    let whom = Some(&typed.addressee);
    let evidence = freeze(app, &request.subject, whom, (app.clock)())?;
    Ok(NewRequestPage {
        action: lang.href(&format!("{here}/sua")),
        lede: r.edit_lede,
        seen: Some(last.map_or(0, |event| event.seq)),
        problem,
        form: AskForm {
            question: typed.question,
            days: typed.days,
            ..AskForm::about(app, principal, &request.subject, &suggested, whom)
        },
        evidence: EvidenceView::new(lang, &evidence),
        page: Layout::new(viewer, &app.city, Nav::Elsewhere, r.edit_draft).for_officers(),
        r,
    })
}

/// A draft as the form gives it.
#[derive(Deserialize)]
pub(super) struct EditForm {
    #[serde(rename = "phien")]
    seen: u64,
    gui_den: String,
    cau_hoi: String,
    so_ngay: u32,
    #[serde(default)]
    gui: u8,
}

pub(super) async fn save(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Path(id): Path<u64>,
    Fields(form): Fields<EditForm>,
) -> Result<Response, Error> {
    let answer_days = days(form.so_ngay)?;
    let by = principal.by((shared.clock)());
    shared
        .read(move |app| {
            let request = known(app, &principal, id)?;
            principal.require(Action::AskForExplanation, request.addressee.about())?;
            let addressee = addressee(app, &form.gui_den)?;
            principal.require(Action::AskForExplanation, addressee.about())?;
            let edited = DraftEdit {
                question: question(app, &form.cau_hoi)?,
                evidence: freeze(app, &request.subject, Some(&addressee), by.at)?,
                addressee,
                answer_days,
            };
            let record = &app.requests.record;
            match record.edit_draft(request.id, form.seen, &edited, &by) {
                Ok(Some(_)) => {}
                Ok(None) => return Err(unknown(id)),
                Err(indexer::Error::NotNow { .. }) => {
                    let typed = Typed {
                        addressee: edited.addressee,
                        question: edited.question,
                        days: answer_days,
                        is_behind: true,
                    };
                    let page = html(&page(app, &viewer, &principal, &request, typed)?)?;
                    return Ok(Dressed::with(StatusCode::CONFLICT, page));
                }
                Err(failure) => return Err(failure.into()),
            }
            if form.gui == 1 {
                let sent = record.step_request(request.id, &sending(by.at, answer_days), &by)?;
                sent.ok_or_else(|| unknown(id))?;
            }
            Ok(go_to(&viewer, &format!("/yeu-cau/{id}")))
        })
        .await
}
