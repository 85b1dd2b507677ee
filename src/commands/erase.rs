//! `erase`: what a citizen asked to be erased, with the proof.

use anyhow::{Result, ensure};
use api::lines::format_time;
use crawler::fetch::canonical_text;
use indexer::accounts::{Actor, AuditEntry, By};
use models::domain::MentionId;
use serde_json::json;

use super::lines::{Outcome, Output};
use crate::cli::Erase;
use crate::clock;
use crate::erase::{Found, Wanted, due_at};
use crate::pipeline::Pipeline;

/// Longest number of a request.
const REQUEST_CHARS_MAX: usize = 40;

/// `langnghe erase`: one JSON line, the proof; exit code 2 when something still holds the words.
pub fn run(asked: &Erase, pipeline: &Pipeline) -> Result<Outcome> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-/._".contains(c);
    ensure!(
        !asked.request.is_empty()
            && asked.request.len() <= REQUEST_CHARS_MAX
            && asked.request.chars().all(is_plain),
        "--request: số đơn chỉ gồm chữ không dấu, số, `-/._` / a number has only letters, digits, `-/._`"
    );
    let canonical = asked.url.iter().map(|url| canonical_text(url));
    let wanted = Wanted {
        phrases: asked.phrase.clone(),
        urls: asked.url.iter().cloned().chain(canonical).collect(),
        ids: asked.mention.iter().map(MentionId::new).collect(),
    };
    wanted.check()?;
    let begun = clock::now();
    let asked_at = asked.asked_at.unwrap_or(begun);
    let found = pipeline.find_to_erase(&wanted)?;
    let mut output = Output::stdout();
    if asked.dry_run {
        output.json(&listing(&found))?;
        output.finish()?;
        return Ok(Outcome::Done);
    }
    ensure!(
        found.mentions.len() <= asked.at_most,
        "{} tin có lời này, nhiều hơn --at-most {}: xem bằng --dry-run / that many mentions hold it, more \
         than --at-most; look at them with --dry-run",
        found.mentions.len(),
        asked.at_most
    );
    let n_removed = pipeline.erase(&found, begun)?;
    let proof = pipeline.prove_erased(&wanted)?;
    let done_at = clock::now();
    let due_at = due_at(asked_at)?;
    let after = json!({"n_mentions": n_removed, "n_captures": found.captures.len(),
        "n_files": proof.n_files, "n_holding": proof.holding.len()});
    let entry = AuditEntry {
        action: "erase".to_owned(),
        object: format!("request/{}", asked.request),
        before: None,
        after: Some(after.to_string()),
    };
    let by = By {
        who: Actor::Command,
        at: done_at,
        request: None,
    };
    let line = pipeline.accounts.audit(&entry, &by)?;
    let holding = proof.holding.iter().map(|path| path.display().to_string());
    output.json(&json!({
        "request": asked.request,
        "asked_at": format_time(asked_at),
        "due_at": format_time(due_at),
        "done_at": format_time(done_at),
        "in_time": done_at <= due_at,
        "mentions": ids(&found),
        "n_captures": found.captures.len(),
        "n_files": proof.n_files,
        "holding": holding.collect::<Vec<_>>(),
        "audit": line,
    }))?;
    output.finish()?;
    Ok(if proof.holding.is_empty() {
        Outcome::Done
    } else {
        Outcome::SomeBad
    })
}

fn listing(found: &Found) -> serde_json::Value {
    let mentions = found.mentions.iter().map(|found| {
        let mention = &found.mention;
        json!({"id": mention.id.as_str(), "source": mention.source.as_str(), "url": mention.url,
            "published_at": mention.published_at.map(format_time)})
    });
    json!({"mentions": mentions.collect::<Vec<_>>(), "n_captures": found.captures.len()})
}

fn ids(found: &Found) -> Vec<&str> {
    let mentions = found.mentions.iter();
    mentions.map(|found| found.mention.id.as_str()).collect()
}
