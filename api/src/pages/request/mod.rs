//! `/yeu-cau`, `/giai-trinh`, `/bao-chi`: requests for explanation and the duty to answer the press.

mod concern;
mod draft;
mod evidence;
mod link;
mod list;
mod new;
mod one;
mod press;
mod upload;

use models::domain::Action::{AnswerRequest, AskForExplanation, Deliver, Export, ReadRestricted};
use models::domain::{Action, Decision, ExplanationRequest, RequestId, Respondent};

pub(super) use concern::{asked_of, asked_panel};

use super::office::{Fields, go_to};
use crate::Error;
use crate::access::{Principal, Routes};
use crate::state::{AppState, Shared};

/// Letters of a reason or note.
const NOTE_CHARS_MAX: usize = 1_000;
/// Working days somebody may be given.
const DAYS_MAX: u32 = 60;

/// The routes.
pub(super) fn routes() -> Routes<Shared> {
    Routes::new()
        .get("/yeu-cau", ReadRestricted, list::show)
        .get("/yeu-cau.csv", Export, list::csv)
        .post("/yeu-cau", AskForExplanation, new::write)
        .get("/yeu-cau/moi", AskForExplanation, new::show)
        .get("/yeu-cau/{id}", ReadRestricted, one::show)
        .get("/yeu-cau/{id}/tep/{hash}", ReadRestricted, one::file)
        .get("/yeu-cau/{id}/sua", AskForExplanation, draft::show)
        .post("/yeu-cau/{id}/sua", AskForExplanation, draft::save)
        .post("/yeu-cau/{id}/gui", AskForExplanation, one::send)
        .post("/yeu-cau/{id}/chap-nhan", AskForExplanation, one::accept)
        .post("/yeu-cau/{id}/tra-lai", AskForExplanation, one::give_back)
        .post("/yeu-cau/{id}/dong", AskForExplanation, one::close)
        .post("/yeu-cau/{id}/rut", AskForExplanation, one::withdraw)
        .get("/giai-trinh/{token}", Deliver, link::show)
        .get("/bao-chi", ReadRestricted, press::show)
        .post("/bao-chi/{id}", AskForExplanation, press::mark)
}

/// Those that take files.
pub(super) fn uploads() -> Routes<Shared> {
    Routes::new()
        .post("/yeu-cau/{id}/tra-loi", AnswerRequest, one::answer)
        .post("/giai-trinh/{token}", Deliver, link::answer)
        .take_bodies(upload::ANSWER_BYTES_MAX)
}

fn may(principal: &Principal, action: Action, addressee: &Respondent) -> bool {
    principal.decide(action, addressee.about()) == Decision::Granted
}

/// Whether somebody sees a request. A unit is not shown what was not sent to it.
fn sees(principal: &Principal, request: &ExplanationRequest) -> bool {
    let is_sent = request.round > 0;
    let asks = may(principal, AskForExplanation, &request.addressee);
    asks || is_sent && may(principal, ReadRestricted, &request.addressee)
}

/// A request that the caller sees. One beyond their reach is as unknown as one that is not there.
fn known(app: &AppState, principal: &Principal, id: u64) -> Result<ExplanationRequest, Error> {
    let found = app.requests.record.request(RequestId(id))?;
    found
        .filter(|request| sees(principal, request))
        .ok_or_else(|| unknown(id))
}

fn unknown(id: impl std::fmt::Display) -> Error {
    Error::NotFound {
        what: "request",
        name: id.to_string(),
    }
}

/// A text of a form: trimmed, bounded, personal data cut.
fn words(
    app: &AppState,
    name: &'static str,
    text: &str,
    most: usize,
    is_needed: bool,
) -> Result<String, Error> {
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    if is_needed && text.is_empty() {
        return Err(Error::BadParameter {
            name,
            found: String::new(),
            expected: "write some words",
        });
    }
    if text.chars().count() > most {
        return Err(Error::BadParameter {
            name,
            found: format!("{} letters", text.chars().count()),
            expected: "use fewer letters; the page says how many may be used",
        });
    }
    Ok((app.requests.redact)(text))
}

fn days(days: u32) -> Result<u32, Error> {
    if (1..=DAYS_MAX).contains(&days) {
        return Ok(days);
    }
    Err(Error::BadParameter {
        name: "so_ngay",
        found: days.to_string(),
        expected: "use 1 to 60 working days",
    })
}
