//! Telling people: hands what waits in the outbox to the mail server, to SMS gateways and to chats.
//! Nobody is told a thing twice: what is being handed over is in hand, and is given up, with a receipt
//! that says so, where nobody knows whether it arrived.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use api::AppState;
use api::lines::NoticeOrder;
use api::sheet::LetterBody;
use crawler::gateway::{Channel, ChannelKind, Filled, Passed, Said};
use crawler::mail::{Given, Kept, Letter, Mailer, Sealed, seal};
use crawler::send::Sender;
use crawler::sms::fitted;
use indexer::{Attempt, OutboxMessage, Verdict};
use jiff::Timestamp;
use models::domain::{MAYBE_ARRIVED, NOTICE, NOTICE_BY_MAIL, channel_outbox_id};
use tokio::task::block_in_place;
use tracing::{error, info, warn};

use crate::alerts;
use crate::clock;
use crate::config::MailSettings;
use crate::mail::{SERVER_PAUSE, judge};
use crate::outgoing::{Round, message_id, next_try};
use crate::pipeline::{Pipeline, fetch_policy};
use crate::serve::state_of;

/// Messages handed over on one way before the others get their turn.
const IN_A_ROW: usize = 16;

/// Hands notices over.
pub struct Herald {
    sender: Sender,
    state: AppState,
    mail: Option<(Mailer, MailSettings)>,
    not_before: HashMap<String, Timestamp>,
}

impl Herald {
    /// A herald for the mail server and the channels of the configuration.
    pub fn new(pipeline: &Arc<Pipeline>) -> Result<Self> {
        let mail = pipeline.city.mail.clone();
        Ok(Self {
            sender: Sender::new(&fetch_policy(&pipeline.city.config.crawl)?)?,
            state: state_of(pipeline)?,
            mail: mail.map(|settings| (Mailer::new(settings.server.clone()), settings)),
            not_before: HashMap::new(),
        })
    }

    /// Gives up what was being handed over when the program stopped. Only while nobody else sends.
    pub fn after_a_stop(pipeline: &Pipeline, now: Timestamp) -> Result<()> {
        let n = pipeline
            .outbox
            .give_up_claimed(NOTICE, now, MAYBE_ARRIVED)?;
        if n > 0 {
            error!(
                messages = n,
                "notices were being handed over when the program stopped"
            );
        }
        Ok(())
    }

    /// Makes messages of new alerts, and hands over what is due.
    pub async fn round(&mut self, pipeline: &Pipeline) -> Result<Round> {
        block_in_place(|| alerts::tell_people(pipeline, &self.state, clock::now()))?;
        let mut done = Round::default();
        if self.mail.is_some() {
            self.work_off(pipeline, NOTICE_BY_MAIL, None, &mut done)
                .await?;
        }
        for channel in used(pipeline) {
            let way = channel_outbox_id(&channel.id);
            self.work_off(pipeline, &way, Some(channel), &mut done)
                .await?;
        }
        Ok(done)
    }

    async fn work_off(
        &mut self,
        pipeline: &Pipeline,
        way: &str,
        channel: Option<&Channel>,
        done: &mut Round,
    ) -> Result<()> {
        let now = clock::now();
        if self.not_before.get(way).is_some_and(|at| *at > now) {
            return Ok(());
        }
        let outbox = &pipeline.outbox;
        for message in block_in_place(|| outbox.due_messages(way, now, IN_A_ROW))? {
            let settled = match channel {
                Some(channel) => self.by_channel(pipeline, channel, &message).await?,
                None => self.by_mail(pipeline, &message).await?,
            };
            let Some((attempt, verdict)) = settled else {
                continue;
            };
            block_in_place(|| outbox.settle(message.id, &attempt, verdict))?;
            report(way, &message, &attempt, verdict, done);
            // Nobody answers there: the others wait too.
            if attempt.status.is_none() && matches!(verdict, Verdict::Again(_)) {
                let until = clock::now().checked_add(SERVER_PAUSE)?;
                self.not_before.insert(way.to_owned(), until);
                break;
            }
        }
        Ok(())
    }

    /// `None` when somebody else has the message in hand.
    async fn by_mail(
        &self,
        pipeline: &Pipeline,
        message: &OutboxMessage,
    ) -> Result<Option<(Attempt, Verdict)>> {
        let (mailer, settings) = self.mail.as_ref().context("no [mail] server")?;
        let letter = match letter_of(settings, message) {
            Ok(letter) => letter,
            Err(failure) => return Ok(Some(hopeless(&failure))),
        };
        let given = match mailer.knock(&letter).await {
            Err(kept) => Given::Kept(kept),
            Ok(ready) => {
                // From here on only the server knows whether it has the letter.
                if !block_in_place(|| pipeline.outbox.claim(message.id))? {
                    ready.leave().await;
                    return Ok(None);
                }
                ready.give(&letter).await
            }
        };
        // A server that wants nothing more for a while is left alone as one that is away.
        let given = match given {
            Given::Kept(Kept::Later(Some(421), words)) => Given::Kept(Kept::Later(None, words)),
            given => given,
        };
        Ok(Some(judge(pipeline, message, given, clock::now())))
    }

    async fn by_channel(
        &self,
        pipeline: &Pipeline,
        channel: &Channel,
        message: &OutboxMessage,
    ) -> Result<Option<(Attempt, Verdict)>> {
        let id = message_id(&message.endpoint, &message.key);
        let filled = NoticeOrder::parse(&message.payload)
            .context("a message in the outbox")
            .and_then(|order| request_of(channel, &order, &id));
        let filled = match filled {
            Ok(filled) => filled,
            // A secret that is missing is mended by people: the message waits.
            Err(failure) => return Ok(Some(waiting(pipeline, message, &failure))),
        };
        if !block_in_place(|| pipeline.outbox.claim(message.id))? {
            return Ok(None);
        }
        let passed = self.sender.pass(channel, filled, clock::now()).await;
        Ok(Some(settled(pipeline, message, passed, clock::now())))
    }

    /// Sends one message through a channel, outside the outbox.
    pub async fn try_out(&self, channel: &Channel, to: &str) -> Result<Passed> {
        let now = clock::now();
        let id = message_id(&channel.id, &format!("try/{now}"));
        let filled = request_of(channel, &trial(to), &id)?;
        Ok(self.sender.pass(channel, filled, now).await)
    }
}

/// Channels by which people are told things now.
pub fn used(pipeline: &Pipeline) -> impl Iterator<Item = &Channel> {
    let all = pipeline.city.channels.iter();
    all.filter(|channel| channel.disabled.is_none())
}

/// A channel of the file by its identifier.
pub fn named<'a>(pipeline: &'a Pipeline, id: &str) -> Result<&'a Channel> {
    let found = pipeline.city.channels.iter().find(|one| one.id == id);
    found.with_context(|| {
        format!("không có kênh `{id}` trong channels.toml / there is no channel of that id")
    })
}

/// What a trial says.
pub fn trial(to: &str) -> NoticeOrder {
    let said = "Tin thử từ Lắng Nghe, không cần làm gì. / A trial by Lắng Nghe, nothing to do.";
    NoticeOrder {
        to: to.to_owned(),
        name: String::new(),
        subject: said.to_owned(),
        lines: Vec::new(),
        short: "Tin thử từ Lắng Nghe, không cần làm gì.".to_owned(),
        link: None,
        lang: "vi".to_owned(),
    }
}

/// The request of a channel for a notice.
pub fn request_of(channel: &Channel, order: &NoticeOrder, id: &str) -> Result<Filled> {
    let link = order.link.as_deref();
    let text = match channel.kind {
        ChannelKind::Sms { accents, parts_max } => {
            fitted(&order.short, link, accents, parts_max).text
        }
        ChannelKind::Chat => order.whole_text(),
    };
    Ok(channel.fill(&Said {
        id,
        to: &order.to,
        name: &order.name,
        subject: &order.subject,
        text: &text,
        link: link.unwrap_or_default(),
    })?)
}

fn letter_of(settings: &MailSettings, message: &OutboxMessage) -> Result<Sealed> {
    let order = NoticeOrder::parse(&message.payload).context("a message in the outbox")?;
    let body = LetterBody::of_notice(&order)?;
    Ok(seal(Letter {
        from: settings.from.clone(),
        to: (order.name, order.to),
        id: message_id(&message.endpoint, &message.key),
        at: message.made_at,
        subject: body.subject,
        text: body.text,
        html: body.html,
        enclosures: Vec::new(),
    })?)
}

fn unsent(detail: String) -> Attempt {
    Attempt {
        at: clock::now(),
        status: None,
        detail,
    }
}

/// What can never be written: an address that is none.
fn hopeless(failure: &anyhow::Error) -> (Attempt, Verdict) {
    (unsent(format!("{failure:#}")), Verdict::Dead)
}

fn waiting(
    pipeline: &Pipeline,
    message: &OutboxMessage,
    failure: &anyhow::Error,
) -> (Attempt, Verdict) {
    let attempt = unsent(format!("{failure:#}"));
    let retries = &pipeline.city.endpoints.retries;
    let verdict = next_try(message, retries, None, attempt.at);
    (attempt, verdict)
}

fn settled(
    pipeline: &Pipeline,
    message: &OutboxMessage,
    passed: Passed,
    now: Timestamp,
) -> (Attempt, Verdict) {
    let retries = &pipeline.city.endpoints.retries;
    let http = |status: u16, words: &str| Attempt {
        at: now,
        status: Some(status),
        detail: format!("HTTP {status} {words}").trim_end().to_owned(),
    };
    let again = |wished| next_try(message, retries, wished, now);
    match passed {
        Passed::Taken(status, words) => (http(status, &words), Verdict::Delivered),
        Passed::Refused(status, words) => (http(status, &words), Verdict::Dead),
        Passed::Later(status, words, wished) => (http(status, &words), again(wished)),
        Passed::NotSent(words) => (unsent(words), again(None)),
        Passed::Unclear(words) => (unsent(format!("{MAYBE_ARRIVED} ({words})")), Verdict::Dead),
    }
}

fn report(
    way: &str,
    message: &OutboxMessage,
    attempt: &Attempt,
    verdict: Verdict,
    done: &mut Round,
) {
    let (id, detail) = (message.id, attempt.detail.as_str());
    match verdict {
        Verdict::Delivered => {
            done.n_delivered += 1;
            info!(way, message.id = id, "a notice was taken");
        }
        Verdict::Again(_) => {
            done.n_again += 1;
            warn!(way, message.id = id, detail, "a notice was not taken");
        }
        Verdict::Dead => {
            done.n_dead += 1;
            warn!(way, message.id = id, detail, "a notice was given up");
        }
    }
}
