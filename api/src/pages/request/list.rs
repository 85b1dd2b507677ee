//! `/yeu-cau`: what was asked, red first; as a table too.

use axum::extract::State;
use axum::response::Response;
use models::domain::{About, Action, Decision, ExplanationRequest, RequestState, RequestStep};
use serde::Deserialize;

use super::sees;
use crate::Error;
use crate::access::Principal;
use crate::http::{Params, parse_param};
use crate::pages::html;
use crate::state::{AppState, Shared};
use crate::v1::table;
use crate::views::{Choice, Layout, Nav, RequestsPage, Viewer, groups, urgency};

/// Requests a list looks at, the newest first.
const MOST: usize = 2_000;

/// Which ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    Open,
    Late,
    Answered,
    Done,
    All,
}

impl Which {
    const ALL: [Self; 5] = [
        Self::Open,
        Self::Late,
        Self::Answered,
        Self::Done,
        Self::All,
    ];

    fn code(self) -> &'static str {
        match self {
            Self::Open => "mo",
            Self::Late => "qua-han",
            Self::Answered => "cho-xet",
            Self::Done => "xong",
            Self::All => "tat-ca",
        }
    }

    fn takes(self, request: &ExplanationRequest, now: jiff::Timestamp) -> bool {
        let is_over = matches!(
            request.state,
            RequestState::Accepted | RequestState::Closed | RequestState::Withdrawn
        );
        match self {
            Self::Open => !is_over,
            Self::Late => request.is_late(now),
            Self::Answered => request.state == RequestState::Answered,
            Self::Done => is_over,
            Self::All => true,
        }
    }
}

/// Which ones are wanted.
#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(rename = "trang-thai")]
    state: Option<String>,
}

impl Wanted {
    fn read(&self) -> Result<Which, Error> {
        let asked = parse_param(
            "trang-thai",
            self.state.as_deref(),
            "use mo, qua-han, cho-xet, xong or tat-ca",
            |code| Which::ALL.into_iter().find(|which| which.code() == code),
        )?;
        Ok(asked.unwrap_or(Which::Open))
    }
}

fn listed(
    app: &AppState,
    principal: &Principal,
    which: Which,
) -> Result<Vec<ExplanationRequest>, Error> {
    let now = (app.clock)();
    let mut all = app.requests.record.requests(MOST)?;
    all.retain(|request| sees(principal, request) && which.takes(request, now));
    Ok(all)
}

pub(super) async fn show(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Params(wanted): Params<Wanted>,
) -> Result<Response, Error> {
    let which = wanted.read()?;
    shared
        .read(move |app| {
            let (lang, now) = (viewer.lang, (app.clock)());
            let r = lang.requests();
            let is = |action| principal.decide(action, About::Somewhere) == Decision::Granted;
            let filters = Which::ALL.map(|choice| Choice {
                href: lang.href(&format!("/yeu-cau?trang-thai={}", choice.code())),
                label: match choice {
                    Which::Open => r.filter_open,
                    Which::Late => r.filter_late,
                    Which::Answered => r.filter_answered,
                    Which::Done => r.filter_done,
                    Which::All => r.filter_all,
                }
                .to_owned(),
                current: choice == which,
            });
            html(&RequestsPage {
                groups: groups(app, lang, listed(app, &principal, which)?, now),
                lede: if is(Action::AnswerRequest) {
                    r.inbox_lede
                } else {
                    r.list_lede
                },
                filters: filters.into(),
                csv: format!("/yeu-cau.csv?trang-thai={}", which.code()),
                may_ask: is(Action::AskForExplanation),
                page: Layout::new(&viewer, &app.city, Nav::Elsewhere, r.nav_requests)
                    .for_officers(),
                r,
            })
        })
        .await
}

const COLUMNS: [&str; 12] = [
    "id",
    "state",
    "late",
    "addressee",
    "addressee_name",
    "subject_kind",
    "subject",
    "title",
    "made_at",
    "due_at",
    "answered_at",
    "rounds",
];

pub(super) async fn csv(
    State(shared): State<Shared>,
    principal: Principal,
    Params(wanted): Params<Wanted>,
) -> Result<Response, Error> {
    let which = wanted.read()?;
    shared
        .read(move |app| {
            let now = (app.clock)();
            let mut all = app.requests.record.requests(MOST)?;
            // A key reads what is within its reach, as an officer who exports does.
            all.retain(|request| {
                let may = principal.decide(Action::Export, request.addressee.about());
                may == Decision::Granted && request.round > 0 && which.takes(request, now)
            });
            all.sort_by_key(|request| (urgency(request, now), request.id));
            let mut rows = Vec::new();
            for request in &all {
                rows.push(row(app, request, now)?);
            }
            table::respond("yeu-cau", &COLUMNS, rows.into_iter())
        })
        .await
}

fn row(
    app: &AppState,
    request: &ExplanationRequest,
    now: jiff::Timestamp,
) -> Result<Vec<String>, Error> {
    let events = app.requests.record.request_events(request.id)?;
    let answered = events
        .iter()
        .rev()
        .find(|event| event.step == RequestStep::Answered);
    let (kind, subject) = request.subject.parts();
    let moment = |at: Option<jiff::Timestamp>| at.map_or_else(String::new, |at| at.to_string());
    Ok(vec![
        request.id.to_string(),
        request.state.code().to_owned(),
        request.is_late(now).to_string(),
        request.addressee.to_string(),
        table::words(&app.respondent_name(&request.addressee)),
        kind.to_owned(),
        table::words(subject),
        table::words(&request.evidence.title),
        request.made_at.to_string(),
        moment(request.due_at),
        moment(answered.map(|event| event.at)),
        request.round.to_string(),
    ])
}
