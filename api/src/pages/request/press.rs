//! `/bao-chi`: press reports that wait for an official answer, with their clock.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::Response;
use indexer::NewPressEvent;
use jiff::{Timestamp, ToSpan};
use models::domain::{
    About, Action, AnnotatedMention, Channel, Decision, MentionId, Placement, PressEvent,
    PressState, Scope, deadline,
};
use serde::Deserialize;

use super::evidence::known_mention;
use super::new::ask_press;
use super::{Fields, go_to, words};
use crate::Error;
use crate::access::Principal;
use crate::http::{Params, parse_param};
use crate::i18n::{Lang, fill};
use crate::pages::html;
use crate::state::{AppState, Shared};
use crate::views::{Choice, Layout, Nav, PressPage, PressRow, Viewer, web_address};

/// Reports of one page; more are counted.
const ROWS_MAX: usize = 100;
/// Letters of an address or reason.
const DETAIL_CHARS_MAX: usize = 500;

/// Which ones.
#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(rename = "trang-thai")]
    state: Option<String>,
}

/// Whether the caller may do something for all places of a report.
fn reaches(principal: &Principal, action: Action, placement: &Placement) -> bool {
    let may = |about| principal.decide(action, about) == Decision::Granted;
    match placement.scope {
        Scope::Unit => placement
            .units
            .iter()
            .any(|unit| may(About::Unit(unit.code))),
        _ => may(About::City),
    }
}

pub(super) async fn show(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Params(wanted): Params<Wanted>,
) -> Result<Response, Error> {
    let state = parse_param(
        "trang-thai",
        wanted.state.as_deref(),
        "use waiting, asked, answered or not_needed",
        PressState::from_code,
    )?;
    let state = state.unwrap_or(PressState::Waiting);
    shared
        .read(move |app| {
            let lang = viewer.lang;
            let r = lang.requests();
            let mut reports = reports(app, &principal, state)?;
            let n_more = reports.len().saturating_sub(ROWS_MAX);
            reports.truncate(ROWS_MAX);
            let rows = reports
                .iter()
                .map(|(report, last)| row(app, lang, &principal, report, last.as_ref()));
            let filters = PressState::ALL.map(|choice| Choice {
                href: lang.href(&format!("/bao-chi?trang-thai={}", choice.code())),
                label: r.press_state(choice).to_owned(),
                current: choice == state,
            });
            html(&PressPage {
                rows: rows.collect(),
                lede: fill(r.press_lede, &[&app.requests.rules.press_days.to_string()]),
                filters: filters.into(),
                more: (n_more > 0).then(|| fill(r.press_more, &[&lang.count(n_more as u64)])),
                page: Layout::new(&viewer, &app.city, Nav::Elsewhere, r.nav_press).for_officers(),
                r,
            })
        })
        .await
}

type Report = (AnnotatedMention, Option<PressEvent>);

/// Reports that voice a concern, of the days that are listed; those due first at the top.
fn reports(app: &AppState, principal: &Principal, state: PressState) -> Result<Vec<Report>, Error> {
    let today = app.today();
    let days = i64::from(app.requests.rules.press_window_days);
    let first = today.checked_sub(days.days()).unwrap_or(today);
    let mentions = app.archive.press_reports(first, today)?;
    let mut last = HashMap::<MentionId, PressEvent>::new();
    for event in app.requests.record.press_events(None, Timestamp::MIN)? {
        last.insert(event.mention.clone(), event);
    }
    let mut found = Vec::new();
    for report in mentions {
        let said = last.remove(&report.mention.id);
        let stands = said
            .as_ref()
            .map_or(PressState::Waiting, |event| event.state);
        let is_ours = reaches(
            principal,
            Action::ReadRestricted,
            &report.annotation.placement,
        );
        if is_ours && stands == state {
            found.push((report, said));
        }
    }
    found.sort_by_key(|(report, _)| report.mention.published_at);
    if state != PressState::Waiting {
        found.reverse();
    }
    Ok(found)
}

fn row(
    app: &AppState,
    lang: Lang,
    principal: &Principal,
    report: &AnnotatedMention,
    last: Option<&PressEvent>,
) -> PressRow {
    let (r, mention) = (lang.requests(), &report.mention);
    let state = last.map_or(PressState::Waiting, |event| event.state);
    let now = (app.clock)();
    let due = mention
        .published_at
        .filter(|_| state == PressState::Waiting);
    let due = due.map(|at| deadline(at, app.requests.rules.press_days));
    let is_late = due.is_some_and(|due| due < now);
    let may_mark = reaches(
        principal,
        Action::AskForExplanation,
        &report.annotation.placement,
    );
    let detail = last.map_or_else(String::new, |event| event.detail.clone());
    let id = askama::filters::urlencode_strict(mention.id.as_str());
    // A text filter over memory cannot fail; an empty name leads to the 404 page.
    let id = id.map_or_else(|_| String::new(), |id| id.to_string());
    PressRow {
        title: (mention.title.clone()).unwrap_or_else(|| mention.text.chars().take(120).collect()),
        source: app.source_name(&mention.source),
        at: mention.published_at.map(|at| lang.moment(at)),
        place: place(app, lang, &report.annotation.placement),
        url: web_address(mention.url.as_deref()),
        state: if is_late {
            r.state_late
        } else {
            r.press_state(state)
        },
        class: match state {
            _ if is_late => "bad",
            PressState::Waiting => "wait",
            PressState::Asked => "ahead",
            PressState::Answered | PressState::NotNeeded => "good",
        },
        due: due.map(|at| {
            let pattern = if is_late { r.due_late } else { r.due };
            fill(pattern, &[&lang.moment(at)])
        }),
        detail_url: web_address(Some(&detail)),
        detail,
        request: (last.and_then(|event| event.request))
            .map(|id| lang.href(&format!("/yeu-cau/{id}"))),
        action: may_mark.then(|| lang.href(&format!("/bao-chi/{id}"))),
        ask: (may_mark && state == PressState::Waiting).then(|| lang.href(&ask_press(&mention.id))),
        is_open: matches!(state, PressState::Waiting | PressState::Asked),
    }
}

fn place(app: &AppState, lang: Lang, placement: &Placement) -> String {
    const MOST: usize = 2;
    let units = placement
        .units
        .iter()
        .take(MOST)
        .map(|unit| app.unit_name(unit.code));
    let units = units.collect::<Vec<_>>();
    if units.is_empty() {
        return lang.texts().scope_city.to_owned();
    }
    units.join(", ")
}

/// What an officer says of a report.
#[derive(Deserialize)]
pub(super) struct MarkForm {
    viec: String,
    #[serde(default)]
    noi_dung: String,
}

pub(super) async fn mark(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Path(id): Path<String>,
    Fields(form): Fields<MarkForm>,
) -> Result<Response, Error> {
    let state = PressState::from_code(&form.viec).filter(|state| *state != PressState::Asked);
    let state = state.ok_or_else(|| Error::BadParameter {
        name: "viec",
        found: form.viec.chars().take(40).collect(),
        expected: "use answered, not_needed or waiting",
    })?;
    let now = (shared.clock)();
    let by = principal.by(now);
    shared
        .read(move |app| {
            let mention = MentionId::new(id);
            let report = known_mention(app, &mention)?;
            let placement = &report.annotation.placement;
            let is_report = report.mention.channel == Channel::Press;
            if !is_report || !reaches(&principal, Action::AskForExplanation, placement) {
                return Err(Error::NotFound {
                    what: "press report",
                    name: mention.as_str().chars().take(80).collect(),
                });
            }
            let detail = if state == PressState::Answered {
                answer_address(&form.noi_dung)?
            } else {
                let is_needed = state == PressState::NotNeeded;
                words(app, "noi_dung", &form.noi_dung, DETAIL_CHARS_MAX, is_needed)?
            };
            let event = NewPressEvent {
                mention,
                state,
                detail,
                request: None,
            };
            Ok(app.requests.record.note_press(&event, &by)?)
        })
        .await?;
    Ok(go_to(&viewer, "/bao-chi"))
}

/// Where the answer stands.
fn answer_address(given: &str) -> Result<String, Error> {
    let address = given.trim();
    let address = address.chars().take(DETAIL_CHARS_MAX).collect::<String>();
    web_address(Some(&address)).ok_or(Error::BadParameter {
        name: "noi_dung",
        found: address,
        expected: "write the address of the answer, with https:// in front",
    })
}
