//! `notices`: by which ways people are told things, and how it goes.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use api::{messages_of, post_notice};
use crawler::gateway::Passed;
use indexer::MessageState;
use models::domain::{Addressee, NOTICE, NOTICE_BY_MAIL, Notice, Way, channel_outbox_id};
use serde_json::json;

use super::endpoints::report;
use super::lines::{Outcome, Output};
use crate::cli::notices::{NoticesAction, PostNotice};
use crate::clock;
use crate::notices::{self, Herald};
use crate::pipeline::Pipeline;

/// `langnghe notices`
pub async fn run(
    pipeline: &Arc<Pipeline>,
    action: Option<&NoticesAction>,
    as_json: bool,
) -> Result<Outcome> {
    let mut output = Output::stdout();
    let outcome = match action {
        None => list(pipeline, as_json, &mut output)?,
        Some(NoticesAction::Preview(of)) => {
            let channel = notices::named(pipeline, &of.channel)?;
            let filled = notices::request_of(channel, &notices::trial(&of.to), "msg_preview")?;
            output.text(&filled.shown())?;
            Outcome::Done
        }
        Some(NoticesAction::Try(of)) => {
            let channel = notices::named(pipeline, &of.channel)?;
            let passed = Herald::new(pipeline)?.try_out(channel, &of.to).await?;
            tell(&passed, &mut output)?
        }
        Some(NoticesAction::Post(asked)) => post(pipeline, asked, &mut output)?,
        Some(NoticesAction::Send) => {
            let done = Herald::new(pipeline)?.round(pipeline).await?;
            report(done, &mut output)?
        }
    };
    output.finish()?;
    Ok(outcome)
}

fn tell(passed: &Passed, output: &mut Output) -> Result<Outcome> {
    let (said, outcome) = match passed {
        Passed::Taken(status, words) => (
            format!("đã nhận / taken: HTTP {status} {words}"),
            Outcome::Done,
        ),
        Passed::Refused(status, words) | Passed::Later(status, words, _) => (
            format!("không nhận / not taken: HTTP {status} {words}"),
            Outcome::SomeBad,
        ),
        Passed::NotSent(words) => (
            format!("chưa gửi được / not sent: {words}"),
            Outcome::SomeBad,
        ),
        Passed::Unclear(words) => (
            format!("không rõ đã tới chưa / it may or may not have arrived: {words}"),
            Outcome::SomeBad,
        ),
    };
    output.text(said.trim_end())?;
    Ok(outcome)
}

fn post(pipeline: &Pipeline, asked: &PostNotice, output: &mut Output) -> Result<Outcome> {
    let mut told = Vec::new();
    for address in &asked.mail {
        ensure!(
            pipeline.city.mail.is_some(),
            "thiếu [mail] server trong langnghe.toml / no [mail] server in langnghe.toml"
        );
        crawler::mail::check_address("", address)?;
        let way = Way::Mail {
            address: address.clone(),
        };
        told.push(addressee(way));
    }
    for text in &asked.channel {
        let (channel, to) = text.split_once(':').with_context(|| {
            format!("`{text}`: ghi KÊNH:NGƯỜI / write CHANNEL:TO, such as sms:0900000000")
        })?;
        notices::named(pipeline, channel)?;
        let (channel, to) = (channel.to_owned(), to.to_owned());
        told.push(addressee(Way::Channel { channel, to }));
    }
    ensure!(
        !told.is_empty(),
        "ghi --mail hoặc --channel / give --mail or --channel"
    );
    let notice = Notice {
        key: format!("command/{}", asked.key),
        subject: asked.subject.clone(),
        lines: asked.lines.clone(),
        short: asked.subject.clone(),
        link: asked.link.clone(),
        english: false,
        not_before: None,
    };
    let n_all = messages_of(&notice, &told)?.len();
    let n_new = post_notice(&*pipeline.outbox, &notice, &told, clock::now())?;
    let n_before = n_all - n_new;
    output.text(&format!(
        "chờ gửi / to be sent: {n_new}, đã có từ trước / known before: {n_before}"
    ))?;
    Ok(Outcome::Done)
}

fn addressee(way: Way) -> Addressee {
    Addressee {
        name: String::new(),
        way,
    }
}

fn list(pipeline: &Pipeline, as_json: bool, output: &mut Output) -> Result<Outcome> {
    let counts = pipeline.outbox.message_counts()?;
    let mut ways = vec![(NOTICE_BY_MAIL.to_owned(), "thư điện tử / mail".to_owned())];
    for channel in &pipeline.city.channels {
        ways.push((channel_outbox_id(&channel.id), channel.name.clone()));
    }
    let is_of_past = |id: &str| id.starts_with(NOTICE) && ways.iter().all(|(way, _)| way != id);
    let mut past = counts
        .iter()
        .map(|(id, _, _)| id.clone())
        .collect::<Vec<_>>();
    past.retain(|id| is_of_past(id));
    past.dedup();
    let gone = "không còn trong channels.toml / no longer in channels.toml";
    ways.extend(past.into_iter().map(|id| (id, gone.to_owned())));
    for (id, name) in ways {
        let of = |state: MessageState| {
            let mut found = counts
                .iter()
                .filter(|(of, is, _)| *of == id && *is == state);
            found.next().map_or(0, |(_, _, n)| *n)
        };
        let [waiting, taken, dead] = [
            MessageState::Waiting,
            MessageState::Delivered,
            MessageState::Dead,
        ]
        .map(of);
        if as_json {
            output.json(&json!({
                "way": id, "name": name, "waiting": waiting, "delivered": taken, "dead": dead,
            }))?;
        } else {
            output.text(&format!(
                "{id} {name}: chờ / waiting {waiting}, đã nhận / taken {taken}, bỏ / given up {dead}"
            ))?;
        }
    }
    Ok(Outcome::Done)
}
