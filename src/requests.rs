//! Requests for explanation between the desk and the units: who is told, who is reminded, what the
//! servers said of it, and which digest prints an answer.
//!
//! What is told follows from the events of a request, each under its own key, so that neither a crash nor
//! a second round tells anybody twice.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use api::requests::{LinkKey, link_path};
use api::{Ways, post_notice};
use indexer::requests::ROLE_SCHEDULE;
use indexer::{MessageState, NewStep, OutboxMessage};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use models::domain::{
    Addressee, ExplanationRequest, Notice, PrintedAnswer, RequestContact, RequestEvent,
    RequestRules, RequestState, RequestStep, Respondent, Way, day_in_vietnam, time_in_vietnam,
};
use tracing::{info, warn};

use crate::clock;
use crate::pipeline::Pipeline;

/// Requests looked at, the newest first.
const MOST: usize = 2_000;
/// Messages looked at for receipts, the newest first.
const RECEIPTS_MAX: usize = 2_000;
/// Days that a request which was taken back is looked at.
const WITHDRAWN_DAYS: i64 = 2;
/// Quotes in a letter.
const QUOTES_MAX: usize = 3;
/// Days of voices that a printed answer shows before the question.
const DAYS_BEFORE: i64 = 14;
/// Days that it shows at most.
const CURVE_DAYS_MAX: i64 = 59;

/// Takes reminders whose time has come, tells who is to be told, and writes receipts down.
pub struct Messenger {
    key: LinkKey,
    ways: Ways,
    public_url: Option<String>,
}

impl Messenger {
    /// A messenger by the ways of the city.
    pub fn new(pipeline: &Arc<Pipeline>) -> Result<Self> {
        let url = pipeline.city.config.server.public_url.as_ref();
        Ok(Self {
            key: desk(pipeline)?.key,
            ways: pipeline.city.ways(),
            public_url: url.map(|url| url.trim_end_matches('/').to_owned()),
        })
    }

    /// A round, unless the sample city just works through past days.
    pub fn turn(&self, pipeline: &Pipeline) -> Result<()> {
        let _turn = pipeline.telling.lock();
        self.round(pipeline, clock::now())
    }

    /// One round over what is open.
    pub fn round(&self, pipeline: &Pipeline, now: Timestamp) -> Result<()> {
        let requests = pipeline.requests.requests(MOST)?;
        let open = requests
            .into_iter()
            .filter(|request| is_open(request.state));
        let open = open.collect::<Vec<_>>();
        if open.is_empty() {
            return Ok(());
        }
        let mut receipts = HashMap::new();
        for request in open {
            Self::remind(pipeline, &request, now)?;
            let events = pipeline.requests.request_events(request.id)?;
            let told = self.tell(pipeline, &request, &events, now)?;
            note_receipts(pipeline, &request, &told, &mut receipts, now)?;
        }
        Ok(())
    }

    fn remind(pipeline: &Pipeline, request: &ExplanationRequest, now: Timestamp) -> Result<()> {
        let rules = &pipeline.city.requests;
        let events = pipeline.requests.request_events(request.id)?;
        let of_round = events.iter().filter(|event| event.round == request.round);
        let given = of_round.map(|event| event.step).collect::<Vec<_>>();
        for step in rules.due_steps(request, &given, now) {
            let step = NewStep {
                step,
                detail: String::new(),
                due_at: None,
            };
            let is_new = pipeline
                .requests
                .note_request(request.id, &step, ROLE_SCHEDULE, now)?;
            if is_new {
                info!(
                    request = request.id.0,
                    step = step.step.code(),
                    "a reminder is due"
                );
            }
        }
        Ok(())
    }

    /// Posts what its events say to whom; gives the keys and ways of all of it.
    fn tell(
        &self,
        pipeline: &Pipeline,
        request: &ExplanationRequest,
        events: &[RequestEvent],
        now: Timestamp,
    ) -> Result<Vec<(String, Addressee)>> {
        let rules = &pipeline.city.requests;
        let is_recent = |event: &RequestEvent| {
            event.step != RequestStep::Withdrawn
                || now.duration_since(event.at).as_hours() < WITHDRAWN_DAYS * 24
        };
        let of_round = events
            .iter()
            .filter(|event| event.round == request.round && request.round > 0 && is_recent(event));
        let mut all = Vec::new();
        for event in of_round {
            let notice = self.notice(pipeline, request, event);
            let contacts = rules.told(&request.addressee, event.step);
            let mut told = Vec::new();
            for contact in contacts {
                told.extend(self.reached(contact, rules, now));
            }
            let n_new = post_notice(&*pipeline.outbox, &notice, &told, now)?;
            if n_new > 0 {
                let step = event.step.code();
                info!(request = request.id.0, step, n_new, "a request is told");
            }
            all.extend(told.into_iter().map(|one| (notice.key_for(&one.way), one)));
        }
        Ok(all)
    }

    /// Letters may come at night; telephones are left alone until the morning.
    fn reached(
        &self,
        contact: &RequestContact,
        rules: &RequestRules,
        now: Timestamp,
    ) -> Vec<Addressee> {
        let mail = contact
            .mail
            .as_deref()
            .and_then(|mail| self.ways.to_mail(mail));
        let phone = contact.phone.as_deref().filter(|_| !rules.is_quiet(now));
        let phone = phone.and_then(|phone| self.ways.to_phone(phone));
        let by = |way: Way| Addressee {
            name: contact.name.clone(),
            way,
        };
        mail.into_iter().chain(phone).map(by).collect()
    }

    fn notice(
        &self,
        pipeline: &Pipeline,
        request: &ExplanationRequest,
        event: &RequestEvent,
    ) -> Notice {
        let id = request.id;
        let whom = respondent_name(pipeline, &request.addressee);
        let due = request.due_at.map_or_else(String::new, |at| {
            let (day, hour) = time_in_vietnam(at);
            format!(
                "{:02}:{:02} ngày {}",
                hour.hour(),
                hour.minute(),
                day.strftime("%d-%m-%Y")
            )
        });
        let title = &request.evidence.title;
        let (head, first, short) = match event.step {
            RequestStep::Returned => (
                "Câu trả lời được trả lại",
                format!("Câu trả lời trước được trả lại: {}", event.detail),
                format!("tra loi yeu cau so {id} duoc tra lai, han moi {due}"),
            ),
            RequestStep::RemindedBefore => (
                "Sắp đến hạn",
                format!("Yêu cầu giải trình gửi {whom} sắp đến hạn: {due}."),
                format!("yeu cau giai trinh so {id} sap den han {due}"),
            ),
            RequestStep::RemindedAtDeadline => (
                "Đã đến hạn",
                format!("Yêu cầu giải trình gửi {whom} đã đến hạn lúc {due} mà chưa có trả lời."),
                format!("yeu cau giai trinh so {id} da den han {due}"),
            ),
            RequestStep::Escalated(level) => (
                "Quá hạn",
                format!(
                    "{whom} chưa trả lời yêu cầu giải trình, hạn {due}. Thư này gửi cấp {level}."
                ),
                format!("{whom} chua tra loi yeu cau so {id}, han {due}"),
            ),
            RequestStep::Answered => (
                "Đơn vị đã trả lời",
                format!("{whom} đã trả lời. Mời chấp nhận hoặc trả lại."),
                format!("{whom} da tra loi yeu cau so {id}"),
            ),
            RequestStep::Withdrawn => (
                "Đã rút",
                format!(
                    "Yêu cầu giải trình gửi {whom} đã được rút: {}",
                    event.detail
                ),
                format!("yeu cau giai trinh so {id} da rut"),
            ),
            _ => (
                "Yêu cầu giải trình",
                format!("{whom} được yêu cầu giải trình trước {due}."),
                format!("yeu cau giai trinh so {id}, han {due}"),
            ),
        };
        let mut lines = vec![first];
        let is_question = is_for_unit(event.step) && event.step != RequestStep::Withdrawn;
        if is_question {
            lines.extend(request.question.split("\n\n").map(str::to_owned));
            lines.extend(evidence_lines(request));
            lines.push(
                "Liên kết dưới đây chỉ dành cho đơn vị: trả lời được ngay, một lần, không cần đăng nhập. \
                 Xin đừng chuyển tiếp."
                    .to_owned(),
            );
        }
        Notice {
            key: format!("explanation/{id}/{}", event.seq),
            subject: format!("[{head} · số {id}] {title}"),
            lines,
            short: format!("Lang Nghe: {short}."),
            link: self.link(request, is_question),
            english: false,
            not_before: None,
        }
    }

    fn link(&self, request: &ExplanationRequest, is_question: bool) -> Option<String> {
        let path = if is_question {
            link_path(&self.key, request.id, request.round)
        } else {
            format!("/yeu-cau/{}", request.id)
        };
        Some(format!("{}{path}", self.public_url.as_ref()?))
    }
}

/// Whether anybody may still have to be told of it.
fn is_open(state: RequestState) -> bool {
    state.waits_for_unit() || matches!(state, RequestState::Answered | RequestState::Withdrawn)
}

fn is_for_unit(step: RequestStep) -> bool {
    matches!(
        step,
        RequestStep::Sent
            | RequestStep::Returned
            | RequestStep::Withdrawn
            | RequestStep::RemindedBefore
            | RequestStep::RemindedAtDeadline
    )
}

fn evidence_lines(request: &ExplanationRequest) -> Vec<String> {
    let evidence = &request.evidence;
    let mut lines = Vec::new();
    if !evidence.figures.is_empty() {
        let figures = evidence
            .figures
            .iter()
            .map(|(name, value)| format!("{name}: {value}"));
        lines.push(format!(
            "Số liệu khi hỏi: {}.",
            figures.collect::<Vec<_>>().join("; ")
        ));
    }
    let said = evidence
        .quotes
        .iter()
        .filter(|quote| quote.text != models::domain::WITHDRAWN);
    lines.extend(
        said.take(QUOTES_MAX)
            .map(|quote| format!("“{}” ({})", quote.text, quote.source)),
    );
    lines
}

fn respondent_name(pipeline: &Pipeline, whom: &Respondent) -> String {
    match whom {
        Respondent::Unit(code) => {
            let units = pipeline.city.units().iter();
            let found = units.into_iter().find(|unit| unit.code == *code);
            found.map_or_else(|| code.to_string(), models::domain::Unit::full_name)
        }
        Respondent::Agency(id) => {
            let mut agencies = pipeline.city.agencies().iter();
            let found = agencies.find(|agency| agency.id == *id);
            found.map_or_else(|| id.to_string(), |agency| agency.name.clone())
        }
    }
}

type Receipts = HashMap<String, HashMap<String, OutboxMessage>>;

/// Writes down which of what was told arrived, once each.
fn note_receipts(
    pipeline: &Pipeline,
    request: &ExplanationRequest,
    told: &[(String, Addressee)],
    receipts: &mut Receipts,
    now: Timestamp,
) -> Result<()> {
    for (key, one) in told {
        let way = one.way.outbox_id();
        if !receipts.contains_key(&way) {
            let messages = pipeline.outbox.messages(Some(&way), None, RECEIPTS_MAX)?;
            let by_key = messages
                .into_iter()
                .map(|message| (message.key.clone(), message));
            receipts.insert(way.clone(), by_key.collect());
        }
        let Some(message) = receipts.get(&way).and_then(|of| of.get(key)) else {
            continue;
        };
        let step = match message.state {
            MessageState::Delivered => RequestStep::Delivered,
            MessageState::Dead => RequestStep::Undelivered,
            MessageState::Waiting | MessageState::InHand => continue,
        };
        let attempt = pipeline.outbox.attempts(message.id)?.pop();
        let said = attempt.map_or_else(String::new, |attempt| attempt.detail);
        let step = NewStep {
            step,
            detail: format!("{} ({}): {said}", one.name, one.way.to()),
            due_at: None,
        };
        let is_new = pipeline
            .requests
            .note_request(request.id, &step, ROLE_SCHEDULE, now)?;
        if is_new && step.step == RequestStep::Undelivered {
            warn!(request = request.id.0, "a request did not reach everybody");
        }
    }
    Ok(())
}

/// Prints answers that were taken in the digests of a day that is about to be published: so nobody ever
/// sees that edition without them, and editions that were published before stay as they are.
pub fn print(pipeline: &Pipeline, day: Date, now: Timestamp) -> Result<usize> {
    let mut prints = Vec::new();
    for (id, taken_at) in pipeline.requests.unprinted()? {
        // A digest of the eve may still be to come when an answer is taken in the small hours.
        if day < day_in_vietnam(taken_at).saturating_sub(1.day()) {
            continue;
        }
        let request = pipeline
            .requests
            .request(id)?
            .context("a request that is there")?;
        let events = pipeline.requests.request_events(id)?;
        let answers = pipeline.requests.request_answers(id)?;
        let (Some(answer), Some(asked)) = (
            answers.last(),
            events.iter().find(|event| event.step == RequestStep::Sent),
        ) else {
            continue;
        };
        let taken = events
            .iter()
            .rev()
            .find(|event| event.step == RequestStep::Accepted);
        let asked_on = day_in_vietnam(asked.at);
        prints.push(PrintedAnswer {
            request: id,
            concern: request.subject.concern().cloned(),
            addressee: request.addressee.clone(),
            day,
            title: request.evidence.title.clone(),
            answer: answer.text.clone(),
            note: taken.map_or_else(String::new, |event| event.detail.clone()),
            asked_on,
            answered_on: day_in_vietnam(answer.at),
            curve: curve(pipeline, &request, asked_on, day)?,
        });
    }
    if prints.is_empty() {
        return Ok(0);
    }
    let n_new = pipeline.requests.print_answers(&prints, now)?;
    info!(digest.day = %day, n_new, "answers are printed");
    Ok(n_new)
}

/// Voices a day before and after the question, up to the day of the digest.
fn curve(
    pipeline: &Pipeline,
    request: &ExplanationRequest,
    asked_on: Date,
    day: Date,
) -> Result<Vec<(Date, u32)>> {
    let Some(id) = request.subject.concern() else {
        return Ok(Vec::new());
    };
    let Some(concern) = pipeline.archive.concern(id)? else {
        return Ok(Vec::new());
    };
    let first = asked_on.saturating_sub(DAYS_BEFORE.days());
    let first = first.max(day.saturating_sub(CURVE_DAYS_MAX.days()));
    let days = first.series(1.day()).take_while(|one| *one <= day);
    let count = |one: Date| {
        let counts = concern.daily.iter().find(|count| count.day == one);
        counts.map_or(0, |count| count.n_mentions)
    };
    Ok(days.map(|one| (one, count(one))).collect())
}

/// What pages need, over the same record.
pub fn desk(pipeline: &Arc<Pipeline>) -> Result<api::RequestDesk> {
    let city = Arc::clone(&pipeline.city);
    let rules = Arc::new(pipeline.city.requests.clone());
    let redact = Arc::new(move |text: &str| city.annotator.redact(text));
    Ok(api::RequestDesk::open(
        Arc::clone(&pipeline.requests),
        rules,
        redact,
    )?)
}

#[cfg(test)]
mod tests;
