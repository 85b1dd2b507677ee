//! `mail`: who gets digests by mail, what they would get, and how it goes.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use api::lines::format_time;
use indexer::MessageState;
use models::domain::Bounce;
use serde_json::json;

use super::endpoints::report;
use super::lines::{Outcome, Output, read_whole};
use crate::cli::MailAction;
use crate::mail::{self, Postman};
use crate::pipeline::Pipeline;
use crate::returned::{self, REPORT_BYTES_MAX, Sent};

/// `langnghe mail`
pub async fn run(
    pipeline: &Arc<Pipeline>,
    action: Option<&MailAction>,
    as_json: bool,
) -> Result<Outcome> {
    let mut output = Output::stdout();
    let outcome = match action {
        None => list(pipeline, as_json, &mut output)?,
        Some(MailAction::Preview {
            recipient,
            day,
            out,
        }) => {
            let recipient = mail::named(pipeline, recipient)?;
            let day = match day {
                Some(day) => *day,
                None => newest(pipeline)?,
            };
            let message = mail::sample(pipeline, recipient, day)?;
            let letter = Postman::new(pipeline)?.write(pipeline, recipient, &message)?;
            fs::write(out, letter.bytes())
                .with_context(|| format!("không ghi được / cannot write {}", out.display()))?;
            Outcome::Done
        }
        Some(MailAction::Send) => {
            let done = Postman::new(pipeline)?.round(pipeline).await?;
            report(done, &mut output)?
        }
        Some(MailAction::Bounce { files }) => bounce(pipeline, files, &mut output)?,
        Some(MailAction::Mended { address }) => {
            let n = pipeline.outbox.forget_bounces(&address.to_lowercase())?;
            output.text(&format!("đã quên {n} lần bị trả lại / forgotten"))?;
            Outcome::Done
        }
    };
    output.finish()?;
    Ok(outcome)
}

/// Takes in reports of letters that came back, each matched to its message.
fn bounce(pipeline: &Pipeline, files: &[PathBuf], output: &mut Output) -> Result<Outcome> {
    let sent = Sent::read(pipeline)?;
    let mut outcome = Outcome::Done;
    for file in files {
        let bytes = read_whole(file, REPORT_BYTES_MAX)?;
        match returned::take_in(pipeline, &sent, &bytes)? {
            Ok(bounces) => {
                for Bounce {
                    message,
                    address,
                    detail,
                    ..
                } in bounces
                {
                    let shown = message.map_or_else(|| "?".to_owned(), |number| number.to_string());
                    output.text(&format!("{address} #{shown} {detail}"))?;
                }
            }
            Err(problem) => {
                output.text(&format!("{}: {problem}", file.display()))?;
                outcome = Outcome::SomeBad;
            }
        }
    }
    Ok(outcome)
}

fn newest(pipeline: &Pipeline) -> Result<jiff::civil::Date> {
    let days = pipeline
        .archive
        .digest_days(&models::domain::DigestScope::City)?;
    days.first()
        .copied()
        .context("chưa có bản tin nào / nothing was published yet")
}

fn list(pipeline: &Pipeline, as_json: bool, output: &mut Output) -> Result<Outcome> {
    for recipient in &pipeline.city.recipients {
        let id = recipient.outbox_id();
        let last = pipeline.outbox.messages(Some(&id), None, 1)?.pop();
        let state = last.as_ref().map(|message| message.state.code());
        let detail = match &last {
            Some(message) => pipeline.outbox.attempts(message.id)?.pop(),
            None => None,
        };
        let detail = detail.map_or_else(String::new, |attempt| attempt.detail);
        let address = recipient.address.to_lowercase();
        let bounced = pipeline.outbox.bounces(Some(&address), 1)?.pop();
        if as_json {
            output.json(&json!({
                "id": recipient.id,
                "name": recipient.name,
                "at": recipient.at.strftime("%H:%M").to_string(),
                "is_told": recipient.disabled.is_none(),
                "bounced": bounced.as_ref().map(|bounce| json!({
                    "at": format_time(bounce.at),
                    "is_final": bounce.is_final,
                    "detail": bounce.detail,
                    "message": bounce.message,
                })),
                "last": last.as_ref().map(|message| json!({
                    "number": message.id,
                    "day": message.key,
                    "state": message.state.code(),
                    "attempts": message.n_attempts,
                    "detail": detail,
                })),
            }))?;
            continue;
        }
        let at = recipient.at.strftime("%H:%M");
        let shown = match (&last, &recipient.disabled) {
            (_, Some(reason)) => reason.clone(),
            (Some(message), None) => {
                let key = &message.key;
                format!("{key} {} {detail}", state.unwrap_or_default())
            }
            (None, None) => "chưa gửi gì / nothing sent yet".to_owned(),
        };
        let line = format!("{} {} {at}: {shown}", recipient.id, recipient.name);
        output.text(line.trim_end())?;
        if let Some(bounce) = bounced {
            output.text(&format!(
                "  thư tới {address} bị trả lại / came back: {}; sửa địa chỉ rồi / mend it, then: langnghe \
                 mail mended {address}",
                bounce.detail
            ))?;
        }
    }
    let dead = pipeline
        .outbox
        .message_counts()?
        .into_iter()
        .filter(|(id, state, _)| id.starts_with(mail::RECIPIENT) && *state == MessageState::Dead)
        .map(|(_, _, n)| n)
        .sum::<u64>();
    if dead > 0 && !as_json {
        output.text(&format!(
            "{dead} thư không tới được / could not be delivered: langnghe endpoints messages --state dead"
        ))?;
    }
    Ok(Outcome::Done)
}
