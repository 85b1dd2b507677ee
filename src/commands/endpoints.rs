//! `endpoints`: who is told what is published, what waits, and how they answered.

use anyhow::{Context, Result};
use api::lines::format_time;
use crawler::send::{Outgoing, proof};
use indexer::{MessageState, OutboxMessage};
use jiff::civil::Date;
use models::domain::{DigestScope, Endpoint, NOTICE, Period, PublishedDigest};
use serde_json::json;

use super::lines::{Outcome, Output};
use crate::cli::{EndpointsAction, MessagesWanted};
use crate::clock;
use crate::mail::RECIPIENT;
use crate::outgoing::{self, Courier, Round, message_id};
use crate::pipeline::Pipeline;

/// `langnghe endpoints`
pub async fn run(
    pipeline: &Pipeline,
    action: Option<&EndpointsAction>,
    as_json: bool,
) -> Result<Outcome> {
    let mut output = Output::stdout();
    let outcome = match action {
        None => list(pipeline, as_json, &mut output)?,
        Some(EndpointsAction::Messages(wanted)) => {
            messages(pipeline, wanted, as_json, &mut output)?
        }
        Some(EndpointsAction::Show { message }) => show(pipeline, *message, as_json, &mut output)?,
        Some(EndpointsAction::Retry { message }) => {
            pipeline
                .outbox
                .message(*message)?
                .with_context(|| unknown(*message))?;
            let was_dead = pipeline.outbox.revive(*message, clock::now())?;
            output.text(if was_dead {
                "chờ gửi lại / it waits again"
            } else {
                "không có gì để làm: thư chưa bị bỏ / nothing to do: it was not given up"
            })?;
            if was_dead {
                Outcome::Done
            } else {
                Outcome::SomeBad
            }
        }
        Some(EndpointsAction::Preview { endpoint, day }) => {
            let endpoint = outgoing::named(pipeline, endpoint)?;
            preview(pipeline, endpoint, *day, as_json, &mut output)?
        }
        Some(EndpointsAction::Ping { endpoint }) => {
            let endpoint = outgoing::named(pipeline, endpoint)?;
            let answer = Courier::new(pipeline)?.ping(endpoint).await?;
            let line = format!("HTTP {} {}", answer.status, answer.words);
            output.text(line.trim_end())?;
            if answer.is_taken() {
                Outcome::Done
            } else {
                Outcome::SomeBad
            }
        }
        Some(EndpointsAction::Send) => {
            let done = Courier::new(pipeline)?.round(pipeline).await?;
            report(done, &mut output)?
        }
    };
    output.finish()?;
    Ok(outcome)
}

/// Says what a round did; something is bad when a message was not taken.
pub fn report(done: Round, output: &mut Output) -> Result<Outcome> {
    output.text(&format!(
        "đã nhận / taken: {}, gửi lại sau / again later: {}, bỏ / given up: {}",
        done.n_delivered, done.n_again, done.n_dead
    ))?;
    Ok(if done.n_again + done.n_dead == 0 {
        Outcome::Done
    } else {
        Outcome::SomeBad
    })
}

fn unknown(message: u64) -> String {
    format!("không có thư số {message} / there is no message of that number")
}

fn list(pipeline: &Pipeline, as_json: bool, output: &mut Output) -> Result<Outcome> {
    let counts = pipeline.outbox.message_counts()?;
    let known = pipeline.city.endpoints.all.iter();
    let known = known.map(|endpoint| (endpoint.id.as_str(), Some(endpoint)));
    let is_known = |id: &str| pipeline.city.endpoints.all.iter().any(|one| one.id == id);
    let mut others = counts
        .iter()
        .map(|(id, _, _)| id.as_str())
        .collect::<Vec<_>>();
    others.retain(|id| !is_known(id) && !id.starts_with(RECIPIENT) && !id.starts_with(NOTICE));
    others.dedup();
    let others = others.into_iter().map(|id| (id, None));
    for (id, endpoint) in known.chain(others) {
        let of = |state| {
            let mut found = counts.iter().filter(|(of, is, _)| of == id && *is == state);
            found.next().map_or(0, |(_, _, n)| *n)
        };
        let states = [
            MessageState::Waiting,
            MessageState::Delivered,
            MessageState::Dead,
        ];
        let [waiting, delivered, dead] = states.map(of);
        let state = match endpoint.map(|endpoint| &endpoint.disabled) {
            None => "không còn trong endpoints.toml / no longer in endpoints.toml",
            Some(Some(reason)) => reason.as_str(),
            Some(None) => "",
        };
        if as_json {
            output.json(&json!({
                "id": id,
                "name": endpoint.map(|endpoint| &endpoint.name),
                "url": endpoint.map(|endpoint| &endpoint.url),
                "is_told": endpoint.is_some_and(|endpoint| endpoint.disabled.is_none()),
                "waiting": waiting,
                "delivered": delivered,
                "dead": dead,
            }))?;
        } else {
            let name = endpoint.map_or("", |endpoint| endpoint.name.as_str());
            output.text(
                format!(
                    "{id} {name}: chờ / waiting {waiting}, đã nhận / taken {delivered}, \
                     bỏ / given up {dead} {state}"
                )
                .trim_end(),
            )?;
        }
    }
    Ok(Outcome::Done)
}

fn messages(
    pipeline: &Pipeline,
    wanted: &MessagesWanted,
    as_json: bool,
    output: &mut Output,
) -> Result<Outcome> {
    let state = wanted.state.map(MessageState::from);
    let endpoint = wanted.endpoint.as_deref();
    for message in pipeline.outbox.messages(endpoint, state, wanted.limit)? {
        let last = pipeline.outbox.attempts(message.id)?.pop();
        if as_json {
            output.json(&summary(&message))?;
        } else {
            output.text(&format!(
                "{} {} {} {} ({} lần / attempts) {}",
                message.id,
                message.endpoint,
                message.key,
                message.state.code(),
                message.n_attempts,
                last.map(|attempt| attempt.detail).unwrap_or_default()
            ))?;
        }
    }
    Ok(Outcome::Done)
}

fn summary(message: &OutboxMessage) -> serde_json::Value {
    json!({
        "id": message.id,
        "endpoint": message.endpoint,
        "message_id": message_id(&message.endpoint, &message.key),
        "key": message.key,
        "event": message.event.code(),
        "state": message.state.code(),
        "made_at": format_time(message.made_at),
        "due_at": format_time(message.due_at),
        "n_attempts": message.n_attempts,
    })
}

fn show(pipeline: &Pipeline, number: u64, as_json: bool, output: &mut Output) -> Result<Outcome> {
    let message = pipeline
        .outbox
        .message(number)?
        .with_context(|| unknown(number))?;
    let attempts = pipeline.outbox.attempts(number)?;
    if as_json {
        let mut line = summary(&message);
        line["payload"] = serde_json::from_str(&message.payload)?;
        let receipts = attempts.iter().map(|attempt| {
            json!({
                "at": format_time(attempt.at),
                "status": attempt.status,
                "detail": attempt.detail,
            })
        });
        line["attempts"] = receipts.collect();
        output.json(&line)?;
        return Ok(Outcome::Done);
    }
    output.text(&message.payload)?;
    for attempt in attempts {
        output.text(&format!("{} {}", format_time(attempt.at), attempt.detail))?;
    }
    Ok(Outcome::Done)
}

/// What would be sent for a day, secrets masked; nothing is sent or remembered.
fn preview(
    pipeline: &Pipeline,
    endpoint: &Endpoint,
    day: Option<Date>,
    as_json: bool,
    output: &mut Output,
) -> Result<Outcome> {
    let now = clock::now();
    let last = || {
        let days = pipeline.archive.digest_days(&DigestScope::City)?;
        days.into_iter()
            .max()
            .context("chưa có bản tin nào / no digest was published yet")
    };
    let day = day.map_or_else(last, Ok)?;
    let period = Period::day(day);
    let published = pipeline.archive.digests_of(period)?;
    let published = published.into_iter().map(|digest| PublishedDigest {
        number: 0,
        scope: digest.scope,
        period: digest.period,
        day: digest.day,
        revision: digest.revision,
        erratum: digest.erratum,
    });
    let published = published.collect::<Vec<_>>();
    let messages = outgoing::messages_for(pipeline, endpoint, &published, now)?;
    for message in &messages {
        let id = message_id(&endpoint.id, &message.key);
        let outgoing = Outgoing {
            id: &id,
            body: &message.payload,
        };
        let headers = proof(endpoint, &outgoing, now)?;
        let shown = headers.iter().map(|(name, value)| {
            let is_secret = value.is_sensitive();
            let value = if is_secret {
                "***"
            } else {
                value.to_str().unwrap_or("***")
            };
            (name.to_string(), value.to_owned())
        });
        if as_json {
            let headers = shown.collect::<std::collections::BTreeMap<_, _>>();
            let body: serde_json::Value = serde_json::from_str(&message.payload)?;
            output.json(&json!({"url": endpoint.url, "headers": headers, "body": body}))?;
        } else {
            output.text(&format!("POST {}", endpoint.url))?;
            for (name, value) in shown {
                output.text(&format!("{name}: {value}"))?;
            }
            output.text(&format!("\n{}\n", message.payload))?;
        }
    }
    if messages.is_empty() {
        output.text(&format!(
            "ngày {day} không có gì cho `{}` / nothing for it that day",
            endpoint.id
        ))?;
    }
    Ok(Outcome::Done)
}
