//! What other systems are told: messages are made of what was published, wait in the outbox, and are
//! posted until they are taken or given up, each attempt with its receipt.

use std::collections::HashMap;

use anyhow::{Context, Result};
use api::lines::{digest_event, digest_unit, indicators_event, ping_event, signals_event};
use crawler::send::{Answered, Outgoing, SendError, Sender};
use indexer::{Attempt, NewMessage, OutboxMessage, Verdict};
use jiff::{SignedDuration, Timestamp};
use models::domain::{Endpoint, EventKind, PublishedDigest};
use sha2::{Digest, Sha256};
use tokio::task::block_in_place;
use tracing::{info, warn};

use crate::alerts;
use crate::city::short_hash;
use crate::clock;
use crate::config::Span;
use crate::pipeline::{Pipeline, fetch_policy};

/// Publications looked at in one stretch.
const AT_ONCE: usize = 500;
/// Messages sent to one endpoint before the others get their turn.
const IN_A_ROW: usize = 32;
/// A longer `Retry-After` is not believed.
const RETRY_AFTER_MAX: SignedDuration = SignedDuration::from_hours(24);
/// Of hashes in keys and identifiers.
const HASH_BYTES: usize = 12;
/// How often it is looked whether values of indicators changed.
const INDICATORS_EVERY: SignedDuration = SignedDuration::from_secs(60);
/// Age at which messages that were taken or given up are forgotten.
const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Sends what is due, and knows which endpoints are left alone for now.
pub struct Courier {
    sender: Sender,
    not_before: HashMap<String, Timestamp>,
    indicators_at: Option<Timestamp>,
}

/// What one round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "counts")]
pub struct Round {
    /// Messages taken.
    pub n_delivered: usize,
    /// Messages that will be sent again.
    pub n_again: usize,
    /// Messages given up.
    pub n_dead: usize,
}

impl Courier {
    /// A courier that may speak to whom `[crawl] allowed_networks` allows.
    pub fn new(pipeline: &Pipeline) -> Result<Self> {
        Ok(Self {
            sender: Sender::new(&fetch_policy(&pipeline.city.config.crawl)?)?,
            not_before: HashMap::new(),
            indicators_at: None,
        })
    }

    /// Makes messages of what was published since the last round, and sends what is due.
    pub async fn round(&mut self, pipeline: &Pipeline) -> Result<Round> {
        // The record blocks: other tasks of this thread move elsewhere meanwhile.
        let now = clock::now();
        block_in_place(|| announce(pipeline, now))?;
        block_in_place(|| alerts::tell_endpoints(pipeline, now))?;
        let is_long_ago = |at: Timestamp| now.duration_since(at) >= INDICATORS_EVERY;
        if self.indicators_at.is_none_or(is_long_ago) {
            block_in_place(|| announce_indicators(pipeline, now))?;
            self.indicators_at = Some(now);
        }
        let mut done = Round::default();
        for endpoint in told(pipeline) {
            self.send_due(pipeline, endpoint, &mut done).await?;
        }
        Ok(done)
    }

    async fn send_due(
        &mut self,
        pipeline: &Pipeline,
        endpoint: &Endpoint,
        done: &mut Round,
    ) -> Result<()> {
        let now = clock::now();
        if self
            .not_before
            .get(&endpoint.id)
            .is_some_and(|at| *at > now)
        {
            return Ok(());
        }
        let due = block_in_place(|| pipeline.outbox.due_messages(&endpoint.id, now, IN_A_ROW))?;
        for message in due {
            let (attempt, verdict) = self.deliver(pipeline, endpoint, &message).await;
            block_in_place(|| pipeline.outbox.settle(message.id, &attempt, verdict))?;
            let number = message.id;
            match verdict {
                Verdict::Delivered => {
                    done.n_delivered += 1;
                    info!(
                        endpoint.id,
                        message.id = number,
                        "an endpoint took a message"
                    );
                    continue;
                }
                Verdict::Again(at) => {
                    done.n_again += 1;
                    self.not_before.insert(endpoint.id.clone(), at);
                    warn!(
                        endpoint.id,
                        message.id = number,
                        detail = attempt.detail,
                        "a message was not taken"
                    );
                }
                Verdict::Dead => {
                    done.n_dead += 1;
                    warn!(
                        endpoint.id,
                        message.id = number,
                        detail = attempt.detail,
                        "a message was given up"
                    );
                }
            }
            // Who refuses one now would refuse the next one, too.
            break;
        }
        Ok(())
    }

    async fn deliver(
        &self,
        pipeline: &Pipeline,
        endpoint: &Endpoint,
        message: &OutboxMessage,
    ) -> (Attempt, Verdict) {
        let id = message_id(&message.endpoint, &message.key);
        let outgoing = Outgoing {
            id: &id,
            body: &message.payload,
        };
        let answer = self.sender.send(endpoint, &outgoing, clock::now()).await;
        let now = clock::now();
        let attempt = attempt(&answer, now);
        let verdict = verdict(&answer, message, &pipeline.city.endpoints.retries, now);
        (attempt, verdict)
    }

    /// Sends a message that says nothing, outside the outbox.
    pub async fn ping(&self, endpoint: &Endpoint) -> Result<Answered> {
        let now = clock::now();
        let body = ping_event(now)?;
        let id = message_id(&endpoint.id, &format!("ping/{now}"));
        let outgoing = Outgoing {
            id: &id,
            body: &body,
        };
        Ok(self.sender.send(endpoint, &outgoing, now).await?)
    }
}

/// Endpoints that are told anything now.
pub fn told(pipeline: &Pipeline) -> impl Iterator<Item = &Endpoint> {
    let all = pipeline.city.endpoints.all.iter();
    all.filter(|endpoint| endpoint.disabled.is_none())
}

/// Makes messages of what was published since each endpoint was last told; a new one is told of what
/// comes from now on.
pub fn announce(pipeline: &Pipeline, now: Timestamp) -> Result<()> {
    let outbox = &pipeline.outbox;
    for endpoint in told(pipeline) {
        let Some(mut mark) = outbox.mark(&endpoint.id)? else {
            let last = outbox.last_published()?;
            outbox.post(&endpoint.id, &[], Some(last), now)?;
            continue;
        };
        loop {
            let published = outbox.published_after(mark, AT_ONCE)?;
            let Some(last) = published.last() else { break };
            mark = last.number;
            let messages = messages_for(pipeline, endpoint, &published, now)?;
            outbox.post(&endpoint.id, &messages, Some(mark), now)?;
        }
    }
    Ok(())
}

/// Makes messages of the latest values of each indicator, where they are other than an endpoint was told.
/// The key is what they say: the same values are told once.
pub fn announce_indicators(pipeline: &Pipeline, now: Timestamp) -> Result<()> {
    let asked = told(pipeline).filter(|one| one.events.contains(&EventKind::IndicatorsChanged));
    let asked = asked.collect::<Vec<_>>();
    if asked.is_empty() {
        return Ok(());
    }
    for indicator in &pipeline.city.indicators {
        let (id, kind) = (&indicator.id, indicator.period);
        let Some(day) = pipeline.archive.indicator_days(id, kind, 1)?.pop() else {
            continue;
        };
        let values = pipeline.archive.indicator_values(id, kind, day)?;
        // The moment of telling is no part of what is said.
        let said = indicators_event(indicator, day, &values, Timestamp::UNIX_EPOCH)?;
        let message = NewMessage {
            key: format!("indicators/{id}/{day}/{}", short_hash(&said, HASH_BYTES)),
            event: EventKind::IndicatorsChanged,
            payload: indicators_event(indicator, day, &values, now)?,
            not_before: None,
        };
        for endpoint in &asked {
            pipeline
                .outbox
                .post(&endpoint.id, std::slice::from_ref(&message), None, now)?;
        }
    }
    Ok(())
}

/// Forgets messages that were taken or given up long ago. Gives their number.
pub fn forget_old(pipeline: &Pipeline, now: Timestamp) -> Result<usize> {
    Ok(pipeline.outbox.forget_messages(now.saturating_sub(KEPT)?)?)
}

/// What an endpoint is told of publications.
pub fn messages_for(
    pipeline: &Pipeline,
    endpoint: &Endpoint,
    published: &[PublishedDigest],
    now: Timestamp,
) -> Result<Vec<NewMessage>> {
    let mut messages = Vec::new();
    for one in published {
        if endpoint.wants(one) {
            messages.push(NewMessage {
                key: format!(
                    "digest/{}/{}/{}/{}",
                    one.period.code(),
                    digest_unit(&one.scope),
                    one.day,
                    one.revision
                ),
                event: one.event(),
                payload: digest_event(one, now)?,
                not_before: None,
            });
        }
        if endpoint.wants_signals(one) {
            messages.extend(signals_of(pipeline, one, now)?);
        }
    }
    Ok(messages)
}

/// The signals of a day as they stand now. Their key is what they say, so that a revision of the
/// digest alone tells nobody the same signals again.
fn signals_of(
    pipeline: &Pipeline,
    published: &PublishedDigest,
    now: Timestamp,
) -> Result<Option<NewMessage>> {
    let signals = pipeline.archive.signals(published.day)?;
    if signals.is_empty() {
        return Ok(None);
    }
    // The moment of telling is no part of what is said.
    let said = signals_event(published.day, &signals, Timestamp::UNIX_EPOCH)?;
    Ok(Some(NewMessage {
        key: format!(
            "signals/{}/{}",
            published.day,
            short_hash(&said, HASH_BYTES)
        ),
        event: EventKind::Signals,
        payload: signals_event(published.day, &signals, now)?,
        not_before: None,
    }))
}

/// By which an endpoint knows a message that comes twice.
pub fn message_id(endpoint: &str, key: &str) -> String {
    format!(
        "msg_{}",
        short_hash(&format!("{endpoint} {key}"), HASH_BYTES)
    )
}

fn attempt(answer: &Result<Answered, SendError>, at: Timestamp) -> Attempt {
    match answer {
        Ok(answered) => Attempt {
            at,
            status: Some(answered.status),
            detail: format!("HTTP {} {}", answered.status, answered.words)
                .trim_end()
                .to_owned(),
        },
        Err(failure) => Attempt {
            at,
            status: None,
            detail: failure.to_string(),
        },
    }
}

fn verdict(
    answer: &Result<Answered, SendError>,
    message: &OutboxMessage,
    retries: &[Span],
    now: Timestamp,
) -> Verdict {
    const GONE: u16 = 410;
    let retry_at = match answer {
        Ok(answered) if answered.is_taken() => return Verdict::Delivered,
        Ok(answered) if answered.status == GONE => return Verdict::Dead,
        Ok(answered) => answered.retry_at,
        Err(_) => None,
    };
    next_try(message, retries, retry_at, now)
}

/// When a message that was not taken is tried again, not before the moment wished for; given up when
/// the pauses are used up.
pub fn next_try(
    message: &OutboxMessage,
    retries: &[Span],
    wished: Option<Timestamp>,
    now: Timestamp,
) -> Verdict {
    let Some(pause) = retries.get(message.n_attempts as usize) else {
        return Verdict::Dead;
    };
    let pause = spread(pause.0, message);
    let Ok(at) = now.checked_add(pause) else {
        return Verdict::Dead;
    };
    let latest = now.saturating_add(RETRY_AFTER_MAX).unwrap_or(at);
    Verdict::Again(wished.map_or(at, |wished| wished.min(latest).max(at)))
}

/// Up to a fifth longer, other for each message and attempt, so that those that failed together do not
/// come back together.
fn spread(pause: SignedDuration, message: &OutboxMessage) -> SignedDuration {
    let word = format!(
        "{} {} {}",
        message.endpoint, message.key, message.n_attempts
    );
    let byte = Sha256::digest(word.as_bytes())[0];
    pause.saturating_add(pause.saturating_mul(i32::from(byte)) / (5 * 255))
}

/// An endpoint of the file by its identifier.
pub fn named<'a>(pipeline: &'a Pipeline, id: &str) -> Result<&'a Endpoint> {
    let found = pipeline.city.endpoints.all.iter().find(|one| one.id == id);
    found.with_context(|| {
        format!("không có nơi nhận `{id}` trong endpoints.toml / there is no endpoint of that id")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use indexer::MessageState;

    fn message(n_attempts: u32) -> OutboxMessage {
        OutboxMessage {
            id: 1,
            endpoint: "map".to_owned(),
            key: "signals/2026-11-12/x".to_owned(),
            event: EventKind::Signals,
            payload: "{}".to_owned(),
            made_at: Timestamp::UNIX_EPOCH,
            due_at: Timestamp::UNIX_EPOCH,
            state: MessageState::Waiting,
            n_attempts,
        }
    }

    fn answered(status: u16, retry_s: Option<i64>) -> Answered {
        Answered {
            status,
            retry_at: retry_s.map(|s| Timestamp::from_second(s).unwrap()),
            words: String::new(),
        }
    }

    #[test]
    fn refusals_are_tried_again_until_the_pauses_are_used_up() {
        let retries = [Span::from_secs(10), Span::from_secs(100)];
        let judged = |answer, n| verdict(&Ok(answer), &message(n), &retries, Timestamp::UNIX_EPOCH);
        assert_eq!(judged(answered(204, None), 0), Verdict::Delivered);
        assert_eq!(judged(answered(410, None), 0), Verdict::Dead);
        for redirect_or_refusal in [302, 400, 429, 500] {
            let Verdict::Again(at) = judged(answered(redirect_or_refusal, None), 0) else {
                panic!("{redirect_or_refusal}");
            };
            assert!((10..=12).contains(&at.as_second()), "{at}");
        }
        assert!(
            matches!(judged(answered(503, Some(60)), 0), Verdict::Again(at) if at.as_second() == 60)
        );
        let far = judged(answered(503, Some(10_000_000)), 0);
        assert!(matches!(far, Verdict::Again(at) if at.as_second() == 24 * 3600));
        assert_eq!(judged(answered(500, None), 2), Verdict::Dead);
        let unsent = Err(SendError::Url("x".to_owned()));
        let later = verdict(&unsent, &message(1), &retries, Timestamp::UNIX_EPOCH);
        assert!(matches!(later, Verdict::Again(_)));
    }

    #[test]
    fn identifiers_are_stable_and_differ_by_endpoint() {
        let id = message_id("map", "signals/2026-11-12/x");
        assert_eq!(id, message_id("map", "signals/2026-11-12/x"));
        assert_ne!(id, message_id("portal", "signals/2026-11-12/x"));
        assert!(id.len() == 28 && id.starts_with("msg_"), "{id}");
    }
}
