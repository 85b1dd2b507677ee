//! Digests by mail: one message a recipient and day, made of what was published since the last one, and
//! never sent twice.

use std::cmp::Reverse;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use api::AppState;
use api::lines::{DigestNews, letter_order, parse_letter_order};
use api::sheet::{LetterBody, Sheet};
use crawler::mail::{Enclosure, Given, Kept, Letter, Mailer, Sealed, seal};
use indexer::{Attempt, NewMessage, OutboxMessage, Verdict};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use models::domain::{
    EventKind, MAYBE_ARRIVED, Period, PeriodKind, PublishedDigest, Recipient, time_in_vietnam,
};
use tokio::task::block_in_place;
use tracing::{error, info, warn};

use crate::clock;
use crate::config::MailSettings;
use crate::outgoing::{Round, message_id, next_try};
use crate::pipeline::Pipeline;
use crate::serve::state_of;

/// What names of recipients begin with in the outbox.
pub const RECIPIENT: &str = "mail:";
/// Publications looked at in one stretch.
const AT_ONCE: usize = 500;
/// How long a server is left alone that could not be reached.
pub(crate) const SERVER_PAUSE: SignedDuration = SignedDuration::from_secs(60);
/// Hands messages to the mail server.
pub struct Postman {
    mailer: Mailer,
    settings: MailSettings,
    state: AppState,
    not_before: Option<Timestamp>,
}

impl Postman {
    /// A postman for the server of the configuration.
    pub fn new(pipeline: &Arc<Pipeline>) -> Result<Self> {
        let settings = pipeline.city.mail.clone().context(
            "thiếu [mail] server trong langnghe.toml / no [mail] server in langnghe.toml",
        )?;
        Ok(Self {
            mailer: Mailer::new(settings.server.clone()),
            settings,
            state: state_of(pipeline)?,
            not_before: None,
        })
    }

    /// Gives up what was being handed over when the program stopped. Only while nobody else sends.
    pub fn after_a_stop(pipeline: &Pipeline, now: Timestamp) -> Result<()> {
        let n = pipeline
            .outbox
            .give_up_claimed(RECIPIENT, now, MAYBE_ARRIVED)?;
        if n > 0 {
            error!(
                messages = n,
                "mail was being handed over when the program stopped"
            );
        }
        Ok(())
    }

    /// Makes messages of what was published, and hands over what is due.
    pub async fn round(&mut self, pipeline: &Pipeline) -> Result<Round> {
        block_in_place(|| announce(pipeline, clock::now()))?;
        let mut done = Round::default();
        for recipient in told(pipeline) {
            let now = clock::now();
            if self.not_before.is_some_and(|at| at > now) {
                break;
            }
            let id = recipient.outbox_id();
            for message in block_in_place(|| pipeline.outbox.due_messages(&id, now, 1))? {
                self.send(pipeline, recipient, &message, &mut done).await?;
            }
        }
        Ok(done)
    }

    async fn send(
        &mut self,
        pipeline: &Pipeline,
        recipient: &Recipient,
        message: &OutboxMessage,
        done: &mut Round,
    ) -> Result<()> {
        let letter = block_in_place(|| self.write(pipeline, recipient, message))?;
        let outbox = &pipeline.outbox;
        let given = match self.mailer.knock(&letter).await {
            Err(kept) => Given::Kept(kept),
            Ok(ready) => {
                // From here on only the server knows whether it has the letter.
                if !block_in_place(|| outbox.claim(message.id))? {
                    ready.leave().await;
                    return Ok(());
                }
                ready.give(&letter).await
            }
        };
        let now = clock::now();
        if matches!(given, Given::Kept(Kept::Later(None, _))) {
            self.not_before = now.checked_add(SERVER_PAUSE).ok();
        }
        let (attempt, verdict) = judge(pipeline, message, given, now);
        block_in_place(|| outbox.settle(message.id, &attempt, verdict))?;
        let (recipient, detail) = (recipient.id.as_str(), attempt.detail.as_str());
        match verdict {
            Verdict::Delivered => {
                done.n_delivered += 1;
                info!(recipient, message.id = message.id, "mail was taken");
            }
            Verdict::Again(_) => {
                done.n_again += 1;
                warn!(
                    recipient,
                    message.id = message.id,
                    detail,
                    "mail was not taken"
                );
            }
            Verdict::Dead => {
                done.n_dead += 1;
                warn!(
                    recipient,
                    message.id = message.id,
                    detail,
                    "mail was given up"
                );
            }
        }
        Ok(())
    }

    /// A message as it goes over the wire.
    pub fn write(
        &self,
        pipeline: &Pipeline,
        recipient: &Recipient,
        message: &OutboxMessage,
    ) -> Result<Sealed> {
        let lang = if recipient.english { "en" } else { "vi" };
        let (mut sheets, mut enclosures, mut errata) = (Vec::new(), Vec::new(), Vec::new());
        let news = parse_letter_order(&message.payload).context("a message in the outbox")?;
        // A day that is corrected beside a newer one is told in a line.
        let is_past = |one: &DigestNews| {
            one.revision > 1
                && news.iter().any(|other| {
                    (&other.unit, &other.period) == (&one.unit, &one.period) && other.day > one.day
                })
        };
        for one in &news {
            let scope = pipeline.city.scope(&one.unit)?;
            let kind = PeriodKind::from_code(&one.period).context("a period in the outbox")?;
            let period = Period::of(kind, one.day.parse()?);
            let sheet = self.state.sheet(lang, &scope, period, Some(one.revision))?;
            let sheet = sheet.context("a digest that was published")?;
            if is_past(one) {
                errata.push(erratum_of(&sheet));
                continue;
            }
            if let Some(printer) = &self.state.printer {
                enclosures.push(Enclosure {
                    name: file_name(&one.unit, kind, &one.day),
                    kind: "application/pdf",
                    bytes: printer.print(&sheet)?,
                });
            }
            sheets.push(sheet);
        }
        let body = LetterBody::new(&sheets, &errata)?.context("a message without a digest")?;
        Ok(seal(Letter {
            from: self.settings.from.clone(),
            to: (recipient.name.clone(), recipient.address.clone()),
            id: message_id(&message.endpoint, &message.key),
            at: message.made_at,
            subject: body.subject,
            text: body.text,
            html: body.html,
            enclosures,
        })?)
    }
}

fn erratum_of(sheet: &Sheet) -> String {
    let erratum = sheet.erratum.as_deref().unwrap_or_default();
    format!(
        "{}: {}, {}. {erratum}",
        sheet.title, sheet.whose, sheet.period
    )
}

fn file_name(unit: &str, kind: PeriodKind, day: &str) -> String {
    let plain = |text: &str| text.replace([':', '_'], "-");
    format!("ban-tin-{}-{}-{day}.pdf", plain(unit), plain(kind.code()))
}

/// What an answer of the server means for a message.
pub(crate) fn judge(
    pipeline: &Pipeline,
    message: &OutboxMessage,
    given: Given,
    now: Timestamp,
) -> (Attempt, Verdict) {
    let retries = &pipeline.city.endpoints.retries;
    let attempt = |status: Option<u16>, words: String| Attempt {
        at: now,
        status,
        detail: match status {
            Some(code) => format!("SMTP {code} {words}"),
            None => words,
        },
    };
    match given {
        Given::Taken(code, words) => (attempt(Some(code), words), Verdict::Delivered),
        Given::Kept(Kept::Refused(code, words)) => (attempt(Some(code), words), Verdict::Dead),
        Given::Kept(Kept::Later(code, words)) => {
            (attempt(code, words), next_try(message, retries, None, now))
        }
        Given::Unclear(words) => (
            attempt(None, format!("{MAYBE_ARRIVED} ({words})")),
            Verdict::Dead,
        ),
    }
}

/// Recipients who are sent anything now.
pub fn told(pipeline: &Pipeline) -> impl Iterator<Item = &Recipient> {
    let all = pipeline.city.recipients.iter();
    all.filter(|recipient| recipient.disabled.is_none() && !recipient.periods.is_empty())
}

/// Makes the day's message of every recipient whose hour has come and for whom there is something; a new
/// one gets what is published from now on.
pub fn announce(pipeline: &Pipeline, now: Timestamp) -> Result<()> {
    let outbox = &pipeline.outbox;
    let Some(settings) = &pipeline.city.mail else {
        return Ok(());
    };
    let patience = settings.wait;
    for recipient in told(pipeline) {
        let id = recipient.outbox_id();
        let Some(mark) = outbox.mark(&id)? else {
            outbox.post(&id, &[], Some(outbox.last_published()?), now)?;
            continue;
        };
        let (today, hour) = time_in_vietnam(now);
        if hour < recipient.at {
            continue;
        }
        let key = today.to_string();
        let last = outbox.messages(Some(&id), None, 1)?.pop();
        if last.is_some_and(|message| message.key >= key) {
            continue;
        }
        let (published, seen) = since(pipeline, recipient, mark)?;
        let late = hour.duration_since(recipient.at) >= patience;
        if !late && !is_complete(pipeline, recipient, &published, today)? {
            continue;
        }
        let mut messages = Vec::new();
        if !published.is_empty() {
            messages.push(NewMessage {
                key,
                event: EventKind::DigestPublished,
                payload: letter_order(&published)?,
                not_before: None,
            });
        }
        if seen > mark {
            outbox.post(&id, &messages, Some(seen), now)?;
        }
    }
    Ok(())
}

/// What a recipient is told of what was published after a number, the last revision of each digest, in
/// the order of their scopes, the newest first; and the last number seen.
fn since(
    pipeline: &Pipeline,
    recipient: &Recipient,
    mark: u64,
) -> Result<(Vec<PublishedDigest>, u64)> {
    let (mut wanted, mut seen) = (Vec::<PublishedDigest>::new(), mark);
    loop {
        let published = pipeline.outbox.published_after(seen, AT_ONCE)?;
        let Some(last) = published.last() else { break };
        seen = last.number;
        for one in published {
            if !recipient.wants(&one) {
                continue;
            }
            // A revision of what they were not told of yet is news to them.
            let before = wanted.iter_mut().find(|other| {
                (&other.scope, other.period, other.day) == (&one.scope, one.period, one.day)
            });
            match before {
                Some(before) => *before = one,
                None => wanted.push(one),
            }
        }
    }
    let place = |one: &PublishedDigest| recipient.scopes.iter().position(|of| *of == one.scope);
    wanted.sort_by_key(|one| (one.period, place(one), Reverse(one.day)));
    Ok((wanted, seen))
}

/// Whether the digests of yesterday, where the recipient wants days, are all there.
fn is_complete(
    pipeline: &Pipeline,
    recipient: &Recipient,
    published: &[PublishedDigest],
    today: Date,
) -> Result<bool> {
    if !recipient.periods.contains(&PeriodKind::Day) {
        return Ok(!published.is_empty());
    }
    let yesterday = today.yesterday()?;
    for scope in &recipient.scopes {
        if pipeline.archive.digest(scope, yesterday, None)?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A recipient of the file by their identifier.
pub fn named<'a>(pipeline: &'a Pipeline, id: &str) -> Result<&'a Recipient> {
    let found = pipeline.city.recipients.iter().find(|one| one.id == id);
    found.with_context(|| {
        format!(
            "không có người nhận `{id}` trong recipients.toml / there is no recipient of that id"
        )
    })
}

/// The message a recipient would get of the digests of a day, without the outbox.
pub fn sample(pipeline: &Pipeline, recipient: &Recipient, day: Date) -> Result<OutboxMessage> {
    let mut published = Vec::new();
    for scope in &recipient.scopes {
        if let Some(digest) = pipeline.archive.digest(scope, day, None)? {
            published.push(PublishedDigest {
                number: 0,
                scope: scope.clone(),
                period: PeriodKind::Day,
                day,
                revision: digest.revision,
                erratum: digest.erratum,
            });
        }
    }
    if published.is_empty() {
        bail!("chưa có bản tin ngày {day} / no digest of {day} was published");
    }
    let now = clock::now();
    Ok(OutboxMessage {
        id: 0,
        endpoint: recipient.outbox_id(),
        key: format!("xem-truoc/{day}"),
        event: EventKind::DigestPublished,
        payload: letter_order(&published)?,
        made_at: now,
        due_at: now,
        state: indexer::MessageState::Waiting,
        n_attempts: 0,
    })
}
