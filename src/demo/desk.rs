//! A fortnight at the desk of the sample city: what an officer asked, what units answered and who was late.
//! Everything is done by the code that pages and the schedule use, only at moments of the past, so that a
//! deadline that was missed is one by the same rules as any other.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use api::{AppState, Asked};
use indexer::{Actor, AlertQuery, By, NewAccount, NewAnswer, NewStep};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use models::domain::{
    AccountId, AlertKind, AlertStatus, AlertStep, ConcernId, DigestScope, Reach, RequestId,
    RequestStep, RequestSubject, Respondent, Rights, Role, day_in_vietnam, day_start, deadline,
    working_day_before,
};
use tokio::sync::watch;
use tokio::task::block_in_place;
use tracing::{error, info};

use crate::pipeline::Pipeline;
use crate::requests::Messenger;
use crate::{alerts, clock, schedule, serve};

/// Login name of the sample officer.
pub const LOGIN: &str = "can-bo";
/// How often it is looked whether the digests stand.
const EVERY: Duration = Duration::from_secs(2);
/// Alerts looked at.
const ALERTS_MAX: usize = 50;

/// What becomes of a request of the sample.
#[derive(Clone, Copy)]
enum Fate {
    /// Answered, returned, answered again and accepted.
    Settled,
    /// Answered; the desk has not said what of it.
    Answered,
    /// Sent and opened; its deadline is to come or is over.
    Waiting,
    /// Never sent.
    Draft,
}

/// One request: asked so many working days ago, with so many for an answer.
struct Case {
    days_ago: u32,
    answer_days: u32,
    fate: Fate,
}

const CASES: [Case; 6] = [
    case(9, 3, Fate::Settled),
    case(8, 2, Fate::Waiting),
    case(5, 2, Fate::Waiting),
    case(3, 3, Fate::Answered),
    case(1, 3, Fate::Waiting),
    case(0, 3, Fate::Draft),
];

const fn case(days_ago: u32, answer_days: u32, fate: Fate) -> Case {
    Case {
        days_ago,
        answer_days,
        fate,
    }
}

const FIRST_ANSWER: &str =
    "Đơn vị đã cử người đến kiểm tra, nội dung phản ánh là đúng. Đơn vị sẽ xử lý.";
const ANSWER: &str = "Đơn vị đã kiểm tra ngay trong ngày và bắt đầu khắc phục. Việc còn lại xong trước cuối \
                      tuần sau, đồng chí Phó Chủ tịch phụ trách và báo lại kết quả.";
const RETURNED: &str = "Chưa nói ai phụ trách và bao giờ xong.";
const ACCEPTED: &str = "Bộ phận báo chí kiểm tra lại sau một tuần.";
const TAKEN: &str = "Đã gọi đơn vị, đang chờ báo lại.";

/// Makes the sample officer; gives the password, which is told once. `None` when the data already has one.
pub fn hire(pipeline: &Pipeline) -> Result<Option<String>> {
    if pipeline.accounts.account_named(LOGIN)?.is_some() {
        return Ok(None);
    }
    let password = api::access::new_password()?;
    let new = NewAccount {
        login: LOGIN.to_owned(),
        display_name: "Phạm Lan (cán bộ mẫu)".to_owned(),
        rights: Rights {
            role: Role::PressOfficer,
            reach: Reach::City,
        },
        password: Some(api::access::hash_password(&password)?),
        subject: None,
    };
    let by = By {
        who: Actor::Command,
        at: clock::now(),
        request: None,
    };
    pipeline.accounts.add_account(&new, &by)?;
    Ok(Some(password))
}

/// Waits for the digests, then works at the desk, once; what the data already holds stays as it is.
pub async fn keep(pipeline: Arc<Pipeline>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        match block_in_place(|| work(&pipeline, clock::now())) {
            Ok(true) => return,
            Ok(false) => {}
            Err(failure) => {
                error!(failure = format!("{failure:#}"), "the sample desk failed");
                return;
            }
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Says whether everything is done; until the digests stand there is nothing to ask about.
fn work(pipeline: &Arc<Pipeline>, now: Timestamp) -> Result<bool> {
    let due = schedule::last_due_day(now, pipeline.city.config.schedule.digest_at);
    let days = pipeline.archive.digest_days(&DigestScope::City)?;
    if days.first().is_none_or(|newest| *newest < due) {
        return Ok(false);
    }
    let officer = pipeline.accounts.account_named(LOGIN)?;
    let officer = officer.context("the sample officer was not hired")?.id;
    if pipeline.requests.requests(1)?.is_empty() {
        ask_all(pipeline, officer, now)?;
    }
    take_an_alert(pipeline, officer, now)?;
    Ok(true)
}

fn ask_all(pipeline: &Arc<Pipeline>, officer: AccountId, now: Timestamp) -> Result<()> {
    let desk = Desk {
        app: serve::state_of(pipeline)?,
        officer,
    };
    let messenger = Messenger::new(pipeline)?;
    // Until today is reached the schedule tells nobody: it would find everything late at once.
    let _turn = pipeline.telling.lock();
    let mut asked = Vec::new();
    let mut open: Vec<(usize, RequestId)> = Vec::new();
    for back in (0..=CASES[0].days_ago).rev() {
        let day = working_day_before(day_in_vietnam(now), back);
        // Reminders and levels above are told in the morning and when a deadline is over.
        tell(&messenger, pipeline, (day, 8, 30), now)?;
        let at = moment(day, 9, 0).min(now);
        for (index, case) in CASES.iter().enumerate() {
            if case.days_ago == back
                && let Some(subject) = desk.next_subject(at, &asked)?
            {
                asked.push(subject.1.clone());
                open.push((index, desk.ask(subject, case, at)?));
            }
        }
        let at = moment(day, 15, 0).min(now);
        for (index, id) in &open {
            desk.go_on(*id, &CASES[*index], CASES[*index].days_ago - back, at)?;
        }
        tell(&messenger, pipeline, (day, 17, 30), now)?;
    }
    info!(n_requests = open.len(), "the sample desk was filled");
    Ok(())
}

fn moment(day: Date, hour: i64, minute: i64) -> Timestamp {
    let at = SignedDuration::from_mins(hour * 60 + minute);
    day_start(day).saturating_add(at).unwrap_or(Timestamp::MAX)
}

fn tell(
    messenger: &Messenger,
    pipeline: &Pipeline,
    (day, hour, minute): (Date, i64, i64),
    now: Timestamp,
) -> Result<()> {
    let at = moment(day, hour, minute);
    if at > now {
        return Ok(());
    }
    messenger.round(pipeline, at)
}

struct Desk {
    app: AppState,
    officer: AccountId,
}

impl Desk {
    fn by(&self, at: Timestamp) -> By {
        By {
            who: Actor::Officer(self.officer, Role::PressOfficer),
            at,
            request: None,
        }
    }

    /// The best concern of the digest that stood then which a unit answers for and nobody asked about.
    fn next_subject(
        &self,
        at: Timestamp,
        asked: &[ConcernId],
    ) -> Result<Option<(Respondent, ConcernId)>> {
        let archive = &self.app.archive;
        let today = day_in_vietnam(at);
        let days = archive.digest_days(&DigestScope::City)?;
        let Some(day) = days.into_iter().find(|day| *day < today) else {
            return Ok(None);
        };
        let digest = archive.digest(&DigestScope::City, day, None)?;
        let lines = digest.map_or_else(Vec::new, |digest| digest.top);
        for line in lines.iter().filter(|line| !asked.contains(&line.concern)) {
            let Some(concern) = archive.concern(&line.concern)? else {
                continue;
            };
            if let Some(unit) = concern.units.first() {
                return Ok(Some((Respondent::Unit(unit.code), concern.id)));
            }
        }
        Ok(None)
    }

    fn ask(
        &self,
        (addressee, concern): (Respondent, ConcernId),
        case: &Case,
        at: Timestamp,
    ) -> Result<RequestId> {
        let rules = &self.app.requests.rules;
        let template = rules.templates.first();
        let template = template.context("requests.toml has no text to start from")?;
        let title = self.app.archive.concern(&concern)?;
        let title = title.context("a concern that was just read")?.title;
        let due = day_in_vietnam(deadline(at, case.answer_days));
        let whom = self.app.respondent_name(&addressee);
        let asked = Asked {
            subject: RequestSubject::Concern(concern),
            question: template.filled(&title, &whom, &due.strftime("%d-%m-%Y").to_string()),
            addressee,
            answer_days: case.answer_days,
            is_sent: !matches!(case.fate, Fate::Draft),
        };
        Ok(self.app.ask(asked, &self.by(at))?)
    }

    /// What happens on the n-th working day after it was asked.
    fn go_on(&self, id: RequestId, case: &Case, n: u32, at: Timestamp) -> Result<()> {
        match (case.fate, n) {
            (Fate::Waiting | Fate::Answered | Fate::Settled, 0) => {
                let role = indexer::requests::ROLE_LINK;
                let record = &self.app.requests.record;
                record.note_request(id, &step(RequestStep::Opened, ""), role, at)?;
            }
            (Fate::Settled, 2) => self.answer(id, 1, FIRST_ANSWER, at)?,
            (Fate::Settled, 3) => {
                let returned = NewStep {
                    due_at: Some(deadline(at, 2)),
                    ..step(RequestStep::Returned, RETURNED)
                };
                self.take(id, &returned, at)?;
            }
            (Fate::Settled, 4) => self.answer(id, 2, ANSWER, at)?,
            (Fate::Settled, 5) => self.take(id, &step(RequestStep::Accepted, ACCEPTED), at)?,
            (Fate::Answered, 2) => self.answer(id, 1, ANSWER, at)?,
            _ => {}
        }
        Ok(())
    }

    fn take(&self, id: RequestId, step: &NewStep, at: Timestamp) -> Result<()> {
        let record = &self.app.requests.record;
        let taken = record.step_request(id, step, &self.by(at))?;
        taken.context("a request that was just asked")?;
        Ok(())
    }

    /// By the link of the letter, which needs no account.
    fn answer(&self, id: RequestId, round: u32, text: &str, at: Timestamp) -> Result<()> {
        let answer = NewAnswer {
            text: (self.app.requests.redact)(text),
            was_cut: false,
            files: Vec::new(),
        };
        let by = By {
            who: Actor::Nobody,
            at,
            request: None,
        };
        let record = &self.app.requests.record;
        Ok(record.answer_request(id, round, &answer, &by)?)
    }
}

fn step(step: RequestStep, detail: &str) -> NewStep {
    NewStep {
        step,
        detail: detail.to_owned(),
        due_at: None,
    }
}

/// Takes one of the alerts that fired, as long as another stays open and none is taken.
fn take_an_alert(pipeline: &Pipeline, officer: AccountId, now: Timestamp) -> Result<()> {
    alerts::look(pipeline, now)?;
    let running = AlertQuery {
        kind: Some(AlertKind::Concern),
        is_running: Some(true),
        limit: ALERTS_MAX,
        ..AlertQuery::default()
    };
    let found = pipeline.alerts.alerts(&running)?;
    let is_open = found.iter().all(|alert| alert.status == AlertStatus::Open);
    let Some(alert) = found.last().filter(|_| is_open && found.len() > 1) else {
        return Ok(());
    };
    let by = By {
        who: Actor::Officer(officer, Role::PressOfficer),
        at: now,
        request: None,
    };
    let taken = AlertStep::Acknowledged;
    let (id, version) = (alert.id, alert.version);
    pipeline
        .alerts
        .alert_step(id, version, &taken, TAKEN, Some(&by), now)?;
    Ok(())
}
