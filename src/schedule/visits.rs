//! Which sources are due, and visits to them: as time goes by, or once by `langnghe crawl`.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use jiff::Timestamp;
use models::domain::{FetchState, Source, SourceId};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::{Instrument, Span, debug_span, error, info, warn};

use super::days::refresh;
use super::rounds::{is_over, pause};
use super::{INDEX_EVERY, TICK};
use crate::alerts;
use crate::chore::Chore;
use crate::cli;
use crate::clock;
use crate::commands::Outcome;
use crate::commands::lines::progress;
use crate::frontier;
use crate::panics::{caught_in, why_ended};
use crate::pipeline::Pipeline;
use crate::serve;

/// `langnghe crawl`: visits the sources asked for, once, and reads the pages found; or for ever until
/// Ctrl-C.
pub async fn crawl(pipeline: Arc<Pipeline>, request: &cli::Crawl) -> Result<Outcome> {
    let crawling = frontier::begin(&pipeline)?;
    if !request.once {
        let (stopping, stopped) = watch::channel(false);
        let visits = tokio::spawn(visit_loop(Arc::clone(&pipeline), stopped.clone()));
        let pages = tokio::spawn(frontier::keep_reading(pipeline, crawling, stopped));
        serve::stop_signal().await;
        stopping.send_replace(true);
        visits.await.map_err(why_ended)?;
        pages.await.map_err(why_ended)?;
        return Ok(Outcome::Done);
    }
    let sources = match &request.source {
        Some(id) => vec![named(&pipeline, id)?],
        None => crawled(&pipeline).cloned().collect(),
    };
    let (visiting, visited) = watch::channel(false);
    let pages = tokio::spawn(frontier::drain(Arc::clone(&pipeline), crawling, visited));
    visit_all(&pipeline, sources.clone()).await;
    catch_up(&pipeline, sources).await?;
    visiting.send_replace(true);
    pages.await.map_err(why_ended)?;
    tokio::task::spawn_blocking(move || {
        pipeline.index()?;
        refresh(&pipeline, clock::now())?;
        alerts::look(&pipeline, clock::now())
    })
    .await
    .map_err(why_ended)??;
    Ok(Outcome::Done)
}

async fn visit_all(pipeline: &Arc<Pipeline>, sources: Vec<Source>) {
    let at_once = pipeline.city.config.crawl.visits_at_once;
    let bar = progress(sources.len());
    let mut visits = JoinSet::new();
    for source in sources {
        if visits.len() >= at_once {
            visits.join_next().await;
            bar.inc(1);
        }
        visits.spawn(visit(Arc::clone(pipeline), source));
    }
    while visits.join_next().await.is_some() {
        bar.inc(1);
    }
    bar.finish_and_clear();
}

/// Visits again, as politeness allows, the sources that had more than one visit takes.
async fn catch_up(pipeline: &Arc<Pipeline>, mut sources: Vec<Source>) -> Result<()> {
    let deadline = Instant::now() + pipeline.city.config.schedule.pages_wait.duration();
    loop {
        let states = pipeline.archive.fetch_states()?;
        let next_at = |source: &Source| {
            let state = state_of(&states, source);
            let behind = state.filter(|state| state.behind_since.is_some());
            behind.and_then(|state| state.next_at)
        };
        sources.retain(|source| next_at(source).is_some());
        let Some(first) = sources.iter().filter_map(next_at).min() else {
            return Ok(());
        };
        let wait = Duration::try_from(first.duration_since(clock::now())).unwrap_or_default();
        if Instant::now() + wait >= deadline {
            warn!(
                n_sources = sources.len(),
                "sources have more than there was time for"
            );
            return Ok(());
        }
        tokio::time::sleep(wait).await;
        let now = clock::now();
        let is_due = |source: &&Source| next_at(source).is_some_and(|at| at <= now);
        let due = sources.iter().filter(is_due);
        visit_all(pipeline, due.cloned().collect()).await;
    }
}

fn named(pipeline: &Pipeline, id: &str) -> Result<Source> {
    let found = pipeline
        .city
        .sources
        .iter()
        .find(|source| source.id.as_str() == id);
    found.cloned().with_context(|| {
        format!("không có nguồn `{id}` trong sources.toml / there is no source of that id")
    })
}

pub(super) fn state_of<'a>(
    states: &'a [(SourceId, FetchState)],
    source: &Source,
) -> Option<&'a FetchState> {
    let mut found = states.iter().filter(|(id, _)| *id == source.id);
    found.next().map(|(_, state)| state)
}

/// Sources whose time has come, and those an officer asked for.
fn due(pipeline: &Pipeline, now: Timestamp) -> Result<Vec<Source>> {
    let states = pipeline.archive.fetch_states()?;
    let requests = pipeline.archive.open_requests()?;
    let is_due = |source: &&Source| {
        let next_at = state_of(&states, source).and_then(|state| state.next_at);
        next_at.is_none_or(|at| at <= now) || requests.iter().any(|r| r.source == source.id)
    };
    Ok(crawled(pipeline).filter(is_due).cloned().collect())
}

/// Sources that are visited at all.
pub fn crawled(pipeline: &Pipeline) -> impl Iterator<Item = &Source> {
    pipeline
        .city
        .sources
        .iter()
        .filter(|source| source.disabled.is_none() && source.kind.is_visited())
}

pub(super) async fn visit_loop(pipeline: Arc<Pipeline>, mut stop: watch::Receiver<bool>) {
    let at_once = pipeline.city.config.crawl.visits_at_once;
    let mut under_way: HashSet<SourceId> = HashSet::new();
    let mut visits: JoinSet<SourceId> = JoinSet::new();
    let mut looking = Chore::new("cannot read which sources are due");
    while !is_over(&stop) {
        looking.take(&Span::none(), || {
            let free = at_once.saturating_sub(visits.len());
            let sources = due(&pipeline, clock::now())?.into_iter();
            let fresh = sources.filter(|source| !under_way.contains(&source.id));
            for source in fresh.take(free).collect::<Vec<_>>() {
                under_way.insert(source.id.clone());
                visits.spawn(visit(Arc::clone(&pipeline), source));
            }
            Ok(())
        });
        tokio::select! {
            Some(Ok(done)) = visits.join_next() => { under_way.remove(&done); }
            () = pause(TICK, &mut stop) => {}
        }
    }
    while visits.join_next().await.is_some() {}
}

/// One visit, logged; a failure of ours is logged too and tried again when the source is next due.
pub async fn visit(pipeline: Arc<Pipeline>, source: Source) -> SourceId {
    let now = clock::now();
    let span = debug_span!("visit", source.id = %source.id);
    match caught_in(pipeline.visit(&source, now).instrument(span)).await {
        Ok(visited) => info!(
            source.id = %source.id,
            source.status = visited.collected.health.status.code(),
            n_new = visited.recorded.n_new,
            n_updated = visited.recorded.n_updated,
            n_pages = visited.recorded.n_pages,
            "visited a source"
        ),
        Err(failure) => {
            error!(source.id = %source.id, failure = format!("{failure:#}"), "a visit failed");
            tokio::time::sleep(INDEX_EVERY).await;
        }
    }
    if let Err(failure) = finish_requests(&pipeline, &source.id, now) {
        warn!(source.id = %source.id, %failure, "cannot mark requests as done");
    }
    source.id
}

fn finish_requests(pipeline: &Pipeline, source: &SourceId, now: Timestamp) -> Result<()> {
    for request in pipeline.archive.open_requests()? {
        if request.source == *source {
            pipeline.archive.finish_request(request.id, now)?;
        }
    }
    Ok(())
}
