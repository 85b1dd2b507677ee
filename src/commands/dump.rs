//! `dump`: open data of past days as files.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use models::domain::DigestScope;
use serde_json::json;

use super::lines::{Outcome, Output};
use crate::cli::Dump;
use crate::dump::{make, store};
use crate::pipeline::Pipeline;
use crate::serve::state_of;

/// `langnghe dump`: one line a published day.
pub fn run(pipeline: &Arc<Pipeline>, request: &Dump, as_json: bool) -> Result<Outcome> {
    let published = pipeline.archive.digest_days(&DigestScope::City)?;
    let newest = published
        .first()
        .context("chưa công bố ngày nào / no day was published yet")?;
    let from = request.from.unwrap_or(*newest);
    let to = request.to.unwrap_or(from);
    ensure!(from <= to, "--to {to} trước / is before --from {from}");
    let mut days = published
        .iter()
        .filter(|day| (from..=to).contains(day))
        .collect::<Vec<_>>();
    ensure!(
        !days.is_empty(),
        "không có ngày nào được công bố từ {from} đến {to} / no day was published between them"
    );
    days.sort_unstable();
    let (state, store) = (state_of(pipeline)?, store(pipeline));
    let mut output = Output::stdout();
    for day in days {
        let made = make(&state, &store, *day)?;
        let revision = match made {
            Some(revision) => revision,
            None => store.revisions(*day)?.last().copied().unwrap_or_default(),
        };
        let dump = store.dump(*day, revision)?;
        let dump = dump.context("the dump that was written is not there")?;
        let bytes = dump.files.iter().map(|file| file.bytes).sum::<u64>();
        if as_json {
            output.json(&json!({
                "day": day.to_string(),
                "revision": revision,
                "is_new": made.is_some(),
                "n_files": dump.files.len(),
                "bytes": bytes,
            }))?;
        } else {
            let state = match made {
                Some(_) => "đã ghi / written",
                None => "không đổi / unchanged",
            };
            output.text(&format!(
                "{day}\tbản / revision {revision}\t{state}\t{} tệp / files\t{:.1} kB",
                dump.files.len(),
                bytes as f64 / 1000.0
            ))?;
        }
    }
    output.finish()?;
    Ok(Outcome::Done)
}
