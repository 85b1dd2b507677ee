//! `search` and `export`: what was recorded and published, at the terminal and as files.

use anyhow::{Context, Result};
use api::lines::{DigestLine, MentionView, SignalLine};
use indexer::Archive;
use indexer::search::{Order, Query};
use jiff::civil::Date;
use models::domain::DigestScope;

use super::lines::{Outcome, Output};
use super::warc;
use crate::city::City;
use crate::cli::{self, ExportKind};
use crate::corrections::training_lines;
use crate::editing::grouping_lines;
use crate::store::Store;

/// `langnghe search`
pub fn search(store: &Store, query: &cli::Search, json: bool) -> Result<Outcome> {
    store.search.catch_up(&store.archive)?;
    let hits = store.search.search(&Query {
        words: query.query.clone(),
        order: Order::Relevance,
        limit: usize::from(query.limit),
        ..Query::default()
    })?;
    let ids = hits
        .hits
        .iter()
        .map(|hit| hit.mention.clone())
        .collect::<Vec<_>>();
    let mut output = Output::stdout();
    for found in store.archive.mentions(&ids)? {
        if json {
            output.json(&MentionView::from(&found))?;
            continue;
        }
        let day = found
            .mention
            .day()
            .map(|day| day.to_string())
            .unwrap_or_default();
        let headline = found
            .mention
            .title
            .as_deref()
            .unwrap_or(&found.mention.text);
        let line = headline.lines().next().unwrap_or_default();
        output.text(&format!(
            "{day}  {}  {}  {line}",
            found.mention.id, found.mention.source
        ))?;
    }
    if !json {
        output.text(&format!("{} kết quả", hits.total))?;
    }
    output.finish()?;
    Ok(Outcome::Done)
}

fn day_or_newest(store: &Store, scope: &DigestScope, day: Option<Date>) -> Result<Date> {
    match day {
        Some(day) => Ok(day),
        None => store
            .archive
            .digest_days(scope)?
            .first()
            .copied()
            .context("chưa có bản tin nào / nothing was published yet"),
    }
}

/// `langnghe export`
pub fn export(
    city: impl FnOnce() -> Result<City>,
    store: &Store,
    what: &cli::Export,
) -> Result<Outcome> {
    let day = |of: &cli::OfDay| day_or_newest(store, &DigestScope::City, of.day);
    let mut output = Output::stdout();
    match &what.what {
        ExportKind::Digests(of) => {
            let digests = store.archive.digests_of_day(day(of)?)?;
            digests
                .iter()
                .try_for_each(|digest| output.json(&DigestLine::from(digest)))?;
        }
        ExportKind::Signals(of) => {
            let signals = store.archive.signals(day(of)?)?;
            signals
                .iter()
                .try_for_each(|signal| output.json(&SignalLine::from(signal)))?;
        }
        ExportKind::Mentions(of) => {
            let day = day(of)?;
            let mentions = store.archive.mentions_of_days(day, day)?;
            mentions
                .iter()
                .try_for_each(|mention| output.json(&MentionView::from(mention)))?;
        }
        ExportKind::Corrections => {
            let lines = training_lines(&store.archive)?;
            lines.iter().try_for_each(|line| output.text(line))?;
        }
        ExportKind::Grouping => {
            let lines = grouping_lines(&store.archive)?;
            lines.iter().try_for_each(|line| output.json(line))?;
        }
        ExportKind::Warc(request) => {
            let written = warc::export(&city()?, store, request)?;
            output.text(&written)?;
        }
    }
    output.finish()?;
    Ok(Outcome::Done)
}
