//! Requests for explanation as they are shown to officers and units.

use std::collections::BTreeMap;
use std::fmt::Write;

use askama::Template;
use jiff::Timestamp;
use jiff::civil::Date;
use models::domain::{
    AccountId, AnswerFile, EvidenceQuote, ExplanationRequest, RequestAnswer, RequestEvent,
    RequestEvidence, RequestId, RequestState, RequestSubject, Respondent, WITHDRAWN,
};

use super::Layout;
use super::mention::safe_url;
use crate::i18n::{Lang, RequestTexts, fill};
use crate::state::AppState;
use crate::svg::{Columns, columns};

/// One request in a list.
pub(crate) struct RequestRow {
    pub(crate) id: RequestId,
    pub(crate) title: String,
    pub(crate) href: String,
    pub(crate) state: &'static str,
    pub(crate) class: &'static str,
    pub(crate) due: Option<String>,
    pub(crate) asked: String,
}

/// Colour of a state: red what is late, orange what is owed, plain what waits for the desk.
fn class_of(request: &ExplanationRequest, now: Timestamp) -> &'static str {
    match request.state {
        _ if request.is_late(now) => "bad",
        state if state.waits_for_unit() => "wait",
        RequestState::Accepted | RequestState::Closed => "good",
        _ => "ahead",
    }
}

/// The order of lists: late ones, owed ones by their deadline, answers to be judged, drafts, the rest.
pub(crate) fn urgency(request: &ExplanationRequest, now: Timestamp) -> (u8, Option<Timestamp>) {
    let class = match request.state {
        _ if request.is_late(now) => 0,
        RequestState::Answered => 1,
        state if state.waits_for_unit() => 2,
        RequestState::Draft => 3,
        _ => 4,
    };
    (class, request.due_at)
}

impl RequestRow {
    pub(crate) fn new(lang: Lang, request: &ExplanationRequest, now: Timestamp) -> Self {
        let r = lang.requests();
        let is_late = request.is_late(now);
        let due = request.due_at.filter(|_| request.state.waits_for_unit());
        Self {
            id: request.id,
            title: request.evidence.title.clone(),
            href: lang.href(&format!("/yeu-cau/{}", request.id)),
            state: if is_late {
                r.state_late
            } else {
                r.state(request.state)
            },
            class: class_of(request, now),
            due: due.map(|at| {
                let pattern = if is_late { r.due_late } else { r.due };
                fill(pattern, &[&lang.moment(at)])
            }),
            asked: fill(r.asked_at, &[&lang.moment(request.made_at)]),
        }
    }
}

/// The requests of one unit.
pub(crate) struct RequestGroup {
    pub(crate) name: String,
    pub(crate) late: Option<String>,
    pub(crate) waiting: Option<String>,
    pub(crate) rows: Vec<RequestRow>,
}

/// Groups by unit, those with the most late ones first; within each the most urgent first.
pub(crate) fn groups(
    app: &AppState,
    lang: Lang,
    mut requests: Vec<ExplanationRequest>,
    now: Timestamp,
) -> Vec<RequestGroup> {
    let r = lang.requests();
    requests.sort_by_key(|request| (urgency(request, now), request.id));
    let mut by_unit = BTreeMap::<Respondent, Vec<ExplanationRequest>>::new();
    for request in requests {
        by_unit
            .entry(request.addressee.clone())
            .or_default()
            .push(request);
    }
    let count = |of: &[ExplanationRequest], is: &dyn Fn(&ExplanationRequest) -> bool| {
        of.iter().filter(|request| is(request)).count()
    };
    let n_late = |of: &[ExplanationRequest]| count(of, &|one| one.is_late(now));
    let n_waiting = |of: &[ExplanationRequest]| count(of, &|one| one.state.waits_for_unit());
    let mut groups = by_unit.into_iter().collect::<Vec<_>>();
    groups.sort_by_key(|(_, of)| (usize::MAX - n_late(of), usize::MAX - n_waiting(of)));
    let told = |pattern, n: usize| (n > 0).then(|| fill(pattern, &[&lang.count(n as u64)]));
    let group = |(whose, of): (Respondent, Vec<ExplanationRequest>)| RequestGroup {
        name: app.respondent_name(&whose),
        late: told(r.late_count, n_late(&of)),
        waiting: told(r.waiting_count, n_waiting(&of)),
        rows: of
            .iter()
            .map(|one| RequestRow::new(lang, one, now))
            .collect(),
    };
    groups.into_iter().map(group).collect()
}

impl AppState {
    /// Name of who is asked for an explanation.
    pub fn respondent_name(&self, addressee: &Respondent) -> String {
        match addressee {
            Respondent::Unit(code) => self.unit_name(*code),
            Respondent::Agency(id) => self.agency_name(id),
        }
    }

    /// Name of an officer, as colleagues know it.
    pub(crate) fn officer_name(&self, id: Option<AccountId>) -> Option<String> {
        let account = self.accounts.account(id?).ok().flatten()?;
        Some(account.display_name)
    }
}

/// A link that narrows a list.
pub(crate) struct Choice {
    pub(crate) href: String,
    pub(crate) label: String,
    pub(crate) current: bool,
}

/// `/yeu-cau`.
#[derive(Template)]
#[template(path = "requests.html")]
pub(crate) struct RequestsPage {
    pub(crate) page: Layout,
    pub(crate) r: &'static RequestTexts,
    pub(crate) lede: &'static str,
    pub(crate) filters: Vec<Choice>,
    pub(crate) groups: Vec<RequestGroup>,
    pub(crate) csv: String,
    pub(crate) may_ask: bool,
}

/// What was said, as it stood.
pub(crate) struct SaidView {
    pub(crate) is_withdrawn: bool,
    pub(crate) text: String,
    pub(crate) source: String,
    pub(crate) at: Option<String>,
    pub(crate) url: Option<String>,
}

/// What a request rests on.
pub(crate) struct EvidenceView {
    pub(crate) title: String,
    pub(crate) edition: Option<String>,
    pub(crate) figures: Vec<(String, String)>,
    pub(crate) reasons: Vec<String>,
    pub(crate) daily: Option<DailyView>,
    pub(crate) quotes: Vec<SaidView>,
}

/// Voices a day.
pub(crate) struct DailyView {
    pub(crate) drawing: Columns,
    pub(crate) label: String,
    pub(crate) caption: String,
}

impl EvidenceView {
    pub(crate) fn new(lang: Lang, evidence: &RequestEvidence) -> Self {
        let r = lang.requests();
        let said = |quote: &EvidenceQuote| SaidView {
            is_withdrawn: quote.text == WITHDRAWN,
            text: quote.text.clone(),
            source: quote.source.clone(),
            at: quote.at.map(|at| lang.moment(at)),
            url: safe_url(quote.url.as_deref()),
        };
        Self {
            title: evidence.title.clone(),
            edition: (evidence.edition.as_ref()).map(|edition| fill(r.edition, &[edition])),
            figures: evidence.figures.clone(),
            reasons: evidence.reasons.clone(),
            daily: daily(lang, &evidence.daily),
            quotes: evidence.quotes.iter().map(said).collect(),
        }
    }
}

fn daily(lang: Lang, days: &[(Date, u32)]) -> Option<DailyView> {
    let r = lang.requests();
    let counts = filled(days);
    (counts.len() > 1).then(|| {
        let drawing = columns(&counts, 6, 48);
        let (n_days, max) = (counts.len().to_string(), drawing.max.to_string());
        DailyView {
            drawing,
            label: fill(r.daily_label, &[&n_days, &max]),
            caption: fill(r.daily, &[&max]),
        }
    })
}

/// Counts of every day from the first to the last, at most the last sixty; days without voices are 0.
pub(crate) fn filled(days: &[(Date, u32)]) -> Vec<u32> {
    const MOST: usize = 60;
    let (Some((first, _)), Some((last, _))) = (days.first(), days.last()) else {
        return Vec::new();
    };
    let all = first.series(jiff::Span::new().days(1));
    let all = all.take_while(|day| day <= last);
    let count = |day: Date| {
        days.iter()
            .find(|(of, _)| *of == day)
            .map_or(0, |(_, n)| *n)
    };
    let counts = all.map(count).collect::<Vec<_>>();
    counts[counts.len().saturating_sub(MOST)..].to_vec()
}

/// A file to be taken home.
pub(crate) struct FileLink {
    pub(crate) label: String,
    pub(crate) href: String,
}

/// An answer as officers and the unit see it.
pub(crate) struct AnswerCard {
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) by: String,
    pub(crate) at: String,
    pub(crate) cut: Option<&'static str>,
    pub(crate) files: Vec<FileLink>,
}

impl AnswerCard {
    pub(crate) fn new(
        app: &AppState,
        lang: Lang,
        request: RequestId,
        answer: &RequestAnswer,
    ) -> Self {
        let r = lang.requests();
        let file = |file: &AnswerFile| FileLink {
            label: fill(r.file_line, &[&file.name, &size(lang, file.n_bytes)]),
            href: lang.href(&format!("/yeu-cau/{request}/tep/{}", hex(&file.hash))),
        };
        Self {
            title: fill(r.answer_round, &[&answer.round.to_string()]),
            text: answer.text.clone(),
            by: (app.officer_name(answer.by)).unwrap_or_else(|| r.answered_by_link.to_owned()),
            at: lang.moment(answer.at),
            cut: answer.was_cut.then_some(r.was_cut),
            files: answer.files.iter().map(file).collect(),
        }
    }
}

fn size(lang: Lang, n_bytes: u64) -> String {
    match n_bytes {
        0..1_000_000 => format!("{} kB", n_bytes.div_ceil(1_000)),
        _ => format!("{} MB", lang.decimal(n_bytes as f64 / 1e6, 1)),
    }
}

/// A hash as it stands in addresses.
pub(crate) fn hex(hash: &[u8; 32]) -> String {
    hash.iter().fold(String::new(), |mut word, byte| {
        // Writing to a string cannot fail.
        let _ = write!(word, "{byte:02x}");
        word
    })
}

/// One step.
pub(crate) struct StepRow {
    pub(crate) what: String,
    pub(crate) class: &'static str,
    pub(crate) at: String,
    pub(crate) by: String,
    pub(crate) detail: String,
}

impl StepRow {
    pub(crate) fn new(app: &AppState, lang: Lang, event: &RequestEvent) -> Self {
        use models::domain::RequestStep as Step;
        let r = lang.requests();
        let by = app.officer_name(event.by).unwrap_or_else(|| {
            let known = match event.role.as_str() {
                indexer::requests::ROLE_LINK => r.by_link,
                _ => r.by_schedule,
            };
            known.to_owned()
        });
        Self {
            what: r.step(event.step),
            class: match event.step {
                Step::Undelivered | Step::Escalated(_) | Step::RemindedAtDeadline => "bad",
                Step::Accepted | Step::Closed | Step::Printed | Step::Delivered => "good",
                _ => "ahead",
            },
            at: lang.moment(event.at),
            by,
            detail: event.detail.clone(),
        }
    }
}

/// `/yeu-cau/{id}`.
#[derive(Template)]
#[template(path = "request.html")]
#[expect(clippy::struct_excessive_bools, reason = "which buttons there are")]
pub(crate) struct RequestPage {
    pub(crate) page: Layout,
    pub(crate) r: &'static RequestTexts,
    pub(crate) row: RequestRow,
    pub(crate) whom: String,
    pub(crate) asked_by: Option<String>,
    pub(crate) question: String,
    pub(crate) subject: Choice,
    pub(crate) evidence: EvidenceView,
    pub(crate) answers: Vec<AnswerCard>,
    pub(crate) steps: Vec<StepRow>,
    pub(crate) printed: Option<String>,
    pub(crate) unreached: bool,
    pub(crate) may_send: bool,
    pub(crate) may_judge: bool,
    pub(crate) may_close: bool,
    pub(crate) may_withdraw: bool,
    pub(crate) may_answer: bool,
    pub(crate) returned_because: Option<String>,
    pub(crate) days: u32,
    pub(crate) edit: Option<String>,
}

/// Where the subject of a request stands.
pub(crate) fn subject_link(lang: Lang, subject: &RequestSubject) -> Choice {
    let r = lang.requests();
    let (href, label) = match subject {
        RequestSubject::Concern(id) => (lang.concern_href(id), r.about_concern),
        RequestSubject::Indicator(id) => (lang.href(&format!("/chi-so/{id}")), r.about_indicator),
        RequestSubject::Press(_) => (lang.href("/bao-chi"), r.about_press),
    };
    Choice {
        href,
        label: label.to_owned(),
        current: false,
    }
}

/// Somebody who can be asked.
pub(crate) struct WhomOption {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) chosen: bool,
}

/// `/yeu-cau/moi`, `/yeu-cau/{id}/sua`.
#[derive(Template)]
#[template(path = "request_new.html")]
pub(crate) struct NewRequestPage {
    pub(crate) page: Layout,
    pub(crate) r: &'static RequestTexts,
    pub(crate) action: String,
    pub(crate) lede: &'static str,
    /// The last event that whoever edits a draft has seen.
    pub(crate) seen: Option<u64>,
    /// Why it was not saved, and where the newer state stands.
    pub(crate) problem: Option<(String, String)>,
    pub(crate) form: AskForm,
    pub(crate) evidence: EvidenceView,
}

/// Whom to ask what, by when, and on what it rests.
pub(crate) struct AskForm {
    pub(crate) kind: &'static str,
    pub(crate) subject: String,
    pub(crate) suggested: Vec<WhomOption>,
    pub(crate) agencies: Vec<WhomOption>,
    pub(crate) units: Vec<WhomOption>,
    pub(crate) templates: Vec<Choice>,
    pub(crate) question: String,
    pub(crate) days: u32,
}

/// What a link opens.
#[derive(Template)]
#[template(path = "request_link.html")]
pub(crate) struct LinkPage {
    pub(crate) page: Layout,
    pub(crate) r: &'static RequestTexts,
    pub(crate) action: String,
    pub(crate) lede: String,
    pub(crate) row: RequestRow,
    pub(crate) question: String,
    pub(crate) returned_because: Option<String>,
    pub(crate) evidence: EvidenceView,
}

/// What a link says that is spent or over.
#[derive(Template)]
#[template(path = "request_link_over.html")]
pub(crate) struct LinkOverPage {
    pub(crate) page: Layout,
    pub(crate) text: &'static str,
    pub(crate) cut: Option<&'static str>,
}

/// A press report.
pub(crate) struct PressRow {
    pub(crate) title: String,
    pub(crate) source: String,
    pub(crate) at: Option<String>,
    pub(crate) place: String,
    pub(crate) url: Option<String>,
    pub(crate) state: &'static str,
    pub(crate) class: &'static str,
    pub(crate) due: Option<String>,
    pub(crate) detail: String,
    pub(crate) detail_url: Option<String>,
    pub(crate) request: Option<String>,
    pub(crate) action: Option<String>,
    pub(crate) ask: Option<String>,
    pub(crate) is_open: bool,
}

/// `/bao-chi`.
#[derive(Template)]
#[template(path = "press.html")]
pub(crate) struct PressPage {
    pub(crate) page: Layout,
    pub(crate) r: &'static RequestTexts,
    pub(crate) lede: String,
    pub(crate) filters: Vec<Choice>,
    pub(crate) rows: Vec<PressRow>,
    pub(crate) more: Option<String>,
}
