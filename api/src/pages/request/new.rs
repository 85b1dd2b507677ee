//! `/yeu-cau/moi`: writing a request.

use axum::extract::State;
use axum::response::Response;
use indexer::{By, NewPressEvent, NewRequest, NewStep};
use jiff::Timestamp;
use models::domain::{
    Action, Concern, ConcernId, MentionId, PressState, RequestId, RequestStep, RequestSubject,
    Respondent, deadline,
};
use serde::Deserialize;

use super::evidence::{freeze, known_concern, known_mention};
use super::{Fields, days, go_to, may, words};
use crate::Error;
use crate::access::Principal;
use crate::http::Params;
use crate::i18n::Lang;
use crate::pages::html;
use crate::requests::Asked;
use crate::state::{AppState, Shared};
use crate::views::{
    AskForm, Choice, EvidenceView, Layout, Nav, NewRequestPage, Viewer, WhomOption,
};

/// Letters of a question.
const QUESTION_CHARS_MAX: usize = 4_000;

/// What about, and to whom.
#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(rename = "van-de")]
    concern: Option<String>,
    #[serde(rename = "chi-so")]
    indicator: Option<String>,
    bao: Option<String>,
    #[serde(rename = "gui-den")]
    addressee: Option<String>,
    mau: Option<String>,
}

impl Wanted {
    fn subject(&self) -> Result<RequestSubject, Error> {
        let kinds = [
            ("concern", &self.concern),
            ("indicator", &self.indicator),
            ("press", &self.bao),
        ];
        let named = kinds.into_iter().find_map(|(kind, name)| {
            let name = name.as_deref().filter(|name| !name.is_empty())?;
            RequestSubject::of(kind, name)
        });
        named.ok_or_else(|| Error::BadParameter {
            name: "van-de",
            found: String::new(),
            expected: "open this page from a concern, an indicator or a press report",
        })
    }
}

pub(super) async fn show(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Params(wanted): Params<Wanted>,
) -> Result<Response, Error> {
    let subject = wanted.subject()?;
    shared
        .read(move |app| {
            let lang = viewer.lang;
            let r = lang.requests();
            let suggested = asked_about(app, &principal, &subject)?;
            let asked = wanted.addressee.as_deref().and_then(Respondent::from_text);
            let chosen = asked.or_else(|| suggested.first().cloned());
            let evidence = freeze(app, &subject, chosen.as_ref(), (app.clock)())?;
            let rules = &app.requests.rules;
            let template = rules
                .templates
                .iter()
                .find(|one| Some(one.id.as_str()) == wanted.mau.as_deref())
                .or(rules.templates.first());
            let now = (app.clock)();
            let due = Lang::Vi.long_day(models::domain::day_in_vietnam(deadline(
                now,
                rules.answer_days,
            )));
            let whom = chosen.as_ref().map(|whom| app.respondent_name(whom));
            let question = template.map_or_else(String::new, |template| {
                let whom = whom.as_deref().unwrap_or("đơn vị");
                template.filled(&evidence.title, whom, &due)
            });
            let base = base_path(&subject, chosen.as_ref());
            let templates = rules.templates.iter().map(|one| Choice {
                href: lang.href(&format!("{base}&mau={}", one.id)),
                label: one.name.clone(),
                current: template.is_some_and(|chosen| chosen.id == one.id),
            });
            let form = AskForm {
                templates: templates.collect(),
                question,
                days: rules.answer_days,
                ..AskForm::about(app, &principal, &subject, &suggested, chosen.as_ref())
            };
            html(&NewRequestPage {
                action: lang.href("/yeu-cau"),
                seen: None,
                problem: None,
                lede: r.new_lede,
                form,
                evidence: EvidenceView::new(lang, &evidence),
                page: Layout::new(&viewer, &app.city, Nav::Elsewhere, r.new_title).for_officers(),
                r,
            })
        })
        .await
}

impl AskForm {
    /// Whom the caller may ask about a subject; the rest is still empty.
    pub(super) fn about(
        app: &AppState,
        principal: &Principal,
        subject: &RequestSubject,
        suggested: &[Respondent],
        chosen: Option<&Respondent>,
    ) -> Self {
        let (kind, name) = subject.parts();
        let option = |whom: Respondent| WhomOption {
            name: app.respondent_name(&whom),
            chosen: chosen == Some(&whom),
            code: whom.to_string(),
        };
        let is_other = |whom: &Respondent| {
            may(principal, Action::AskForExplanation, whom) && !suggested.contains(whom)
        };
        let agencies = app.agencies.iter();
        let agencies = agencies.map(|agency| Respondent::Agency(agency.id.clone()));
        let units = app.units_on(app.today()).into_iter();
        let units = units.map(|unit| Respondent::Unit(unit.code));
        Self {
            kind,
            subject: name.to_owned(),
            agencies: agencies.filter(&is_other).map(option).collect(),
            units: units.filter(&is_other).map(option).collect(),
            suggested: suggested.iter().cloned().map(option).collect(),
            templates: Vec::new(),
            question: String::new(),
            days: 0,
        }
    }
}

/// Those who answer for a subject and whom the caller may ask.
pub(super) fn asked_about(
    app: &AppState,
    principal: &Principal,
    subject: &RequestSubject,
) -> Result<Vec<Respondent>, Error> {
    let mut suggested = suggested(app, subject)?;
    suggested.retain(|whom| may(principal, Action::AskForExplanation, whom));
    Ok(suggested)
}

/// Whom a form names, if there is such a unit or agency.
pub(super) fn addressee(app: &AppState, given: &str) -> Result<Respondent, Error> {
    let whom = Respondent::from_text(given).filter(|whom| is_known(app, whom));
    whom.ok_or_else(|| Error::BadParameter {
        name: "gui_den",
        found: given.chars().take(40).collect(),
        expected: "choose a unit or an agency of the list",
    })
}

/// The question of a form, personal data cut.
pub(super) fn question(app: &AppState, given: &str) -> Result<String, Error> {
    words(app, "cau_hoi", given, QUESTION_CHARS_MAX, true)
}

/// This page about a subject.
pub(super) fn base_path(subject: &RequestSubject, addressee: Option<&Respondent>) -> String {
    let (key, name) = match subject {
        RequestSubject::Concern(id) => ("van-de", id.as_str()),
        RequestSubject::Indicator(id) => ("chi-so", id.as_str()),
        RequestSubject::Press(id) => ("bao", id.as_str()),
    };
    // A text filter over memory cannot fail; without a name the page says what is missing.
    let name = askama::filters::urlencode_strict(name);
    let name = name.map_or_else(|_| String::new(), |name| name.to_string());
    let whom = addressee.map_or_else(String::new, |whom| format!("&gui-den={whom}"));
    format!("/yeu-cau/moi?{key}={name}{whom}")
}

/// Who answers for a subject, as far as the record says.
fn suggested(app: &AppState, subject: &RequestSubject) -> Result<Vec<Respondent>, Error> {
    Ok(match subject {
        RequestSubject::Concern(id) => of_concern(&known_concern(app, id)?),
        RequestSubject::Press(id) => {
            let placement = known_mention(app, id)?.annotation.placement;
            let units = placement
                .units
                .iter()
                .map(|unit| Respondent::Unit(unit.code));
            units
                .chain(placement.agencies.into_iter().map(Respondent::Agency))
                .collect()
        }
        RequestSubject::Indicator(_) => Vec::new(),
    })
}

/// Units and agencies of a concern, the heaviest first.
pub(super) fn of_concern(concern: &Concern) -> Vec<Respondent> {
    let units = concern.units.iter().map(|unit| Respondent::Unit(unit.code));
    units
        .chain(concern.agencies.iter().cloned().map(Respondent::Agency))
        .collect()
}

/// A request as the form gives it.
#[derive(Deserialize)]
pub(super) struct NewForm {
    loai: String,
    ve: String,
    gui_den: String,
    cau_hoi: String,
    so_ngay: u32,
    #[serde(default)]
    gui: u8,
}

pub(super) async fn write(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Fields(form): Fields<NewForm>,
) -> Result<Response, Error> {
    let subject = RequestSubject::of(&form.loai, &form.ve).ok_or_else(|| Error::BadParameter {
        name: "loai",
        found: form.loai.chars().take(40).collect(),
        expected: "use concern, indicator or press",
    })?;
    let addressee = addressee(&shared, &form.gui_den)?;
    principal.require(Action::AskForExplanation, addressee.about())?;
    let answer_days = days(form.so_ngay)?;
    let by = principal.by((shared.clock)());
    let id = shared
        .read(move |app| {
            let asked = Asked {
                subject,
                addressee,
                question: question(app, &form.cau_hoi)?,
                answer_days,
                is_sent: form.gui == 1,
            };
            app.ask(asked, &by)
        })
        .await?;
    Ok(go_to(&viewer, &format!("/yeu-cau/{id}")))
}

impl AppState {
    /// Asks for an explanation, with what the record says of it at the moment of `by`.
    ///
    /// ## Errors
    /// When there is no such concern, indicator or report, or the record fails.
    pub fn ask(&self, asked: Asked, by: &By) -> Result<RequestId, Error> {
        let record = &self.requests.record;
        let evidence = freeze(self, &asked.subject, Some(&asked.addressee), by.at)?;
        let new = NewRequest {
            subject: asked.subject.clone(),
            addressee: asked.addressee,
            question: asked.question,
            answer_days: asked.answer_days,
            evidence,
        };
        let id = record.draft_request(&new, by)?;
        if asked.is_sent {
            record.step_request(id, &sending(by.at, asked.answer_days), by)?;
        }
        if let RequestSubject::Press(mention) = asked.subject {
            let event = NewPressEvent {
                mention,
                state: PressState::Asked,
                detail: String::new(),
                request: Some(id),
            };
            record.note_press(&event, by)?;
        }
        Ok(id)
    }
}

/// The step of sending, with the deadline that follows from it.
pub(super) fn sending(at: Timestamp, answer_days: u32) -> NewStep {
    NewStep {
        step: RequestStep::Sent,
        detail: String::new(),
        due_at: Some(deadline(at, answer_days)),
    }
}

fn is_known(app: &AppState, addressee: &Respondent) -> bool {
    match addressee {
        Respondent::Unit(code) => app
            .unit(*code)
            .is_some_and(|unit| unit.is_valid_on(app.today())),
        Respondent::Agency(id) => app.known_agency(id.as_str()).is_ok(),
    }
}

/// Where an officer asks about a concern, a press report.
pub(super) fn ask_concern(id: &ConcernId) -> String {
    base_path(&RequestSubject::Concern(id.clone()), None)
}

/// The same for a press report.
pub(super) fn ask_press(id: &MentionId) -> String {
    base_path(&RequestSubject::Press(id.clone()), None)
}
