//! When things happen: visits when sources are due, search every few seconds, the running day every
//! few minutes, the digest in the morning. One broken source, or one failed step, never stops a day.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use indexer::Duty;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use models::domain::{
    DigestScope, FetchState, Period, PeriodKind, Source, SourceId, day_in_vietnam, vietnam_zone,
};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::{Instrument, Span, debug_span, error, info, warn};

use crate::alerts;
use crate::cli;
use crate::clock;
use crate::commands::Outcome;
use crate::commands::lines::progress;
use crate::config::Clock;
use crate::dump::Keeper;
use crate::errata::Why;
use crate::frontier::{self, Crawling};
use crate::indicators;
use crate::mail::{self, Postman};
use crate::nodes::{self, Role, Roles};
use crate::notices::Herald;
use crate::outgoing::{self, Courier};
use crate::pipeline::Pipeline;
use crate::requests;
use crate::retention;
use crate::returned;
use crate::serve;
use crate::streams;

/// How often due sources are looked for.
const TICK: Duration = Duration::from_secs(1);
/// How often search follows the record.
const INDEX_EVERY: Duration = Duration::from_secs(5);
/// How often what is past its time is deleted.
const EXPIRE_EVERY: Duration = Duration::from_hours(1);
/// How often mentions that are due are looked at again.
const LOOK_EVERY: Duration = Duration::from_mins(5);
/// How often endpoints are told what is new.
const TELL_EVERY: Duration = Duration::from_secs(2);
/// How often it is looked whether somebody is to get mail.
const MAIL_EVERY: Duration = Duration::from_secs(10);
/// How often it is looked whether somebody is to be told something.
const NOTICE_EVERY: Duration = Duration::from_secs(3);
/// A digest is revised for reports that came late up to so many days after its day.
const REVISE_DAYS: i64 = 7;

/// Does the parts of the work that are this process's, until `stop` turns true; visits under way are
/// finished, so that nothing half-done is left. `crawling` is there where no other process can crawl.
pub async fn run(
    pipeline: Arc<Pipeline>,
    roles: Roles,
    crawling: Option<Crawling>,
    stop: watch::Receiver<bool>,
) {
    let mut tasks = Vec::new();
    let mut begin = |task| tasks.push(task);
    let each = || (Arc::clone(&pipeline), stop.clone());
    if let Some(crawling) = crawling {
        let (pipeline, stop) = each();
        begin(tokio::spawn(collect(pipeline, crawling, stop)));
    } else if roles.has(Role::Crawl) {
        let (pipeline, stop) = each();
        begin(tokio::spawn(nodes::lead(
            pipeline,
            Duty::Crawl,
            stop,
            collect_in_term,
        )));
    }
    if roles.has(Role::Process) {
        let (pipeline, stop) = each();
        begin(tokio::spawn(nodes::lead(
            pipeline,
            Duty::Process,
            stop,
            process,
        )));
    }
    if roles.searches() {
        let (pipeline, stop) = each();
        begin(tokio::spawn(index_loop(pipeline, stop)));
    }
    if roles.keeps_captures() {
        let (pipeline, stop) = each();
        begin(tokio::spawn(capture_loop(pipeline, stop)));
    }
    if roles.has(Role::Web) {
        let (pipeline, stop) = each();
        begin(tokio::spawn(dump_loop(pipeline, stop)));
    }
    wait_for(tasks).await;
}

/// Everything that comes in.
async fn collect(pipeline: Arc<Pipeline>, crawling: Crawling, stop: watch::Receiver<bool>) {
    let each = || (Arc::clone(&pipeline), stop.clone());
    let (of_visits, stop_visits) = each();
    let (of_pages, stop_pages) = each();
    let (of_streams, stop_streams) = each();
    let (of_values, stop_values) = each();
    let (of_looks, stop_looks) = each();
    wait_for(vec![
        tokio::spawn(visit_loop(of_visits, stop_visits)),
        tokio::spawn(frontier::keep_reading(of_pages, crawling, stop_pages)),
        tokio::spawn(streams::run(of_streams, stop_streams)),
        tokio::spawn(indicators::keep_fetching(of_values, stop_values)),
        tokio::spawn(takedown_loop(of_looks, stop_looks)),
    ])
    .await;
}

async fn collect_in_term(pipeline: Arc<Pipeline>, stop: watch::Receiver<bool>) {
    match tokio::task::block_in_place(|| frontier::begin_in_term(&pipeline)) {
        Ok(crawling) => collect(pipeline, crawling, stop).await,
        Err(failure) => {
            let failure = format!("{failure:#}");
            error!(failure, "crawling cannot begin");
            tokio::time::sleep(INDEX_EVERY).await;
        }
    }
}

/// Everything that is made of what came in, and told.
async fn process(pipeline: Arc<Pipeline>, stop: watch::Receiver<bool>) {
    let each = || (Arc::clone(&pipeline), stop.clone());
    let (of_days, stop_days) = each();
    let (of_messages, stop_messages) = each();
    let (of_mails, stop_mails) = each();
    let (of_notices, stop_notices) = each();
    let (of_returned, stop_returned) = each();
    let (of_asked, stop_asked) = each();
    let (of_old, stop_old) = each();
    wait_for(vec![
        tokio::spawn(day_loop(of_days, stop_days)),
        tokio::spawn(outgoing_loop(of_messages, stop_messages)),
        tokio::spawn(mail_loop(of_mails, stop_mails)),
        tokio::spawn(notice_loop(of_notices, stop_notices)),
        tokio::spawn(returned_loop(of_returned, stop_returned)),
        tokio::spawn(requests::keep_telling(of_asked, stop_asked)),
        tokio::spawn(forget_loop(of_old, stop_old)),
    ])
    .await;
}

async fn wait_for(tasks: Vec<tokio::task::JoinHandle<()>>) {
    for task in tasks {
        if let Err(failure) = task.await {
            error!(%failure, "a loop of the schedule ended");
        }
    }
}

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
        visits.await?;
        pages.await?;
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
    pages.await?;
    tokio::task::spawn_blocking(move || {
        pipeline.index()?;
        refresh(&pipeline, clock::now())?;
        alerts::look(&pipeline, clock::now())
    })
    .await??;
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

fn state_of<'a>(states: &'a [(SourceId, FetchState)], source: &Source) -> Option<&'a FetchState> {
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

async fn visit_loop(pipeline: Arc<Pipeline>, mut stop: watch::Receiver<bool>) {
    let at_once = pipeline.city.config.crawl.visits_at_once;
    let mut under_way: HashSet<SourceId> = HashSet::new();
    let mut visits: JoinSet<SourceId> = JoinSet::new();
    while !*stop.borrow() {
        match due(&pipeline, clock::now()) {
            Ok(sources) => {
                let free = at_once.saturating_sub(visits.len());
                let fresh = sources
                    .into_iter()
                    .filter(|s| !under_way.contains(&s.id))
                    .take(free);
                for source in fresh.collect::<Vec<_>>() {
                    under_way.insert(source.id.clone());
                    visits.spawn(visit(Arc::clone(&pipeline), source));
                }
            }
            Err(failure) => error!(%failure, "cannot read which sources are due"),
        }
        tokio::select! {
            Some(Ok(done)) = visits.join_next() => { under_way.remove(&done); }
            () = tokio::time::sleep(TICK) => {}
            _ = stop.changed() => {}
        }
    }
    while visits.join_next().await.is_some() {}
}

/// One visit, logged; a failure of ours is logged too and tried again when the source is next due.
pub async fn visit(pipeline: Arc<Pipeline>, source: Source) -> SourceId {
    let now = clock::now();
    let span = debug_span!("visit", source.id = %source.id);
    match pipeline.visit(&source, now).instrument(span).await {
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

async fn index_loop(pipeline: Arc<Pipeline>, mut stop: watch::Receiver<bool>) {
    loop {
        let stopping = *stop.borrow();
        blocking(
            &pipeline,
            debug_span!("index"),
            "search cannot follow the record",
            |p| p.index().map(|_| ()),
        )
        .await;
        if stopping {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(INDEX_EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

async fn capture_loop(pipeline: Arc<Pipeline>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        blocking(
            &pipeline,
            debug_span!("expire"),
            "captures cannot be deleted",
            |p| p.expire_captures(clock::now()),
        )
        .await;
        tokio::select! {
            () = tokio::time::sleep(EXPIRE_EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

async fn forget_loop(pipeline: Arc<Pipeline>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        blocking(
            &pipeline,
            debug_span!("forget"),
            "what is past its time cannot be deleted",
            |p| retention::sweep(p, clock::now()).map(|_| ()),
        )
        .await;
        tokio::select! {
            () = tokio::time::sleep(EXPIRE_EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Looks again at what was heard, a few of each source at a time, so that what was taken down at its
/// source is taken down here.
async fn takedown_loop(pipeline: Arc<Pipeline>, mut stop: watch::Receiver<bool>) {
    let at_once = pipeline.city.config.crawl.visits_at_once;
    while !*stop.borrow() {
        let mut looks = JoinSet::new();
        for source in asked_again(&pipeline).cloned().collect::<Vec<_>>() {
            if looks.len() >= at_once {
                looks.join_next().await;
            }
            if *stop.borrow() {
                break;
            }
            looks.spawn(look_again(Arc::clone(&pipeline), source));
        }
        while looks.join_next().await.is_some() {}
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Tells other systems what was published.
async fn outgoing_loop(pipeline: Arc<Pipeline>, mut stop: watch::Receiver<bool>) {
    if outgoing::told(&pipeline).next().is_none() {
        return;
    }
    let mut courier = match Courier::new(&pipeline) {
        Ok(courier) => courier,
        Err(failure) => {
            error!(
                failure = format!("{failure:#}"),
                "nobody can be told what is published"
            );
            return;
        }
    };
    while !*stop.borrow() {
        if let Err(failure) = courier
            .round(&pipeline)
            .instrument(debug_span!("tell"))
            .await
        {
            error!(
                failure = format!("{failure:#}"),
                "the outbox cannot be worked off"
            );
        }
        tokio::select! {
            () = tokio::time::sleep(TELL_EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Sends digests by mail.
async fn mail_loop(pipeline: Arc<Pipeline>, mut stop: watch::Receiver<bool>) {
    if mail::told(&pipeline).next().is_none() {
        return;
    }
    let begun = Postman::after_a_stop(&pipeline, clock::now());
    let mut postman = match begun.and_then(|()| Postman::new(&pipeline)) {
        Ok(postman) => postman,
        Err(failure) => {
            error!(failure = format!("{failure:#}"), "no mail can be sent");
            return;
        }
    };
    while !*stop.borrow() {
        if let Err(failure) = postman
            .round(&pipeline)
            .instrument(debug_span!("mail"))
            .await
        {
            error!(
                failure = format!("{failure:#}"),
                "the mail cannot be worked off"
            );
        }
        tokio::select! {
            () = tokio::time::sleep(MAIL_EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Takes in what the mail server brings back.
async fn returned_loop(pipeline: Arc<Pipeline>, mut stop: watch::Receiver<bool>) {
    let Some(folder) = pipeline.city.config.mail.returned.clone() else {
        return;
    };
    while !*stop.borrow() {
        let folder = folder.clone();
        let span = debug_span!("returned letters");
        blocking(&pipeline, span, "the mailbox cannot be read", move |p| {
            returned::empty_maildir(p, &folder)
        })
        .await;
        tokio::select! {
            () = tokio::time::sleep(MAIL_EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Tells people what waits for them, by mail, SMS and chat.
async fn notice_loop(pipeline: Arc<Pipeline>, mut stop: watch::Receiver<bool>) {
    let begun = Herald::after_a_stop(&pipeline, clock::now());
    let mut herald = match begun.and_then(|()| Herald::new(&pipeline)) {
        Ok(herald) => herald,
        Err(failure) => {
            error!(
                failure = format!("{failure:#}"),
                "nobody can be told anything"
            );
            return;
        }
    };
    while !*stop.borrow() {
        if let Err(failure) = herald
            .round(&pipeline)
            .instrument(debug_span!("notify"))
            .await
        {
            error!(
                failure = format!("{failure:#}"),
                "notices cannot be worked off"
            );
        }
        tokio::select! {
            () = tokio::time::sleep(NOTICE_EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Sources that can be asked whether something still stands: those visited, and streams.
fn asked_again(pipeline: &Pipeline) -> impl Iterator<Item = &Source> {
    let sources = pipeline.city.sources.iter();
    sources.filter(|source| {
        let can_be_asked = source.kind.is_visited() || source.kind.is_streamed();
        source.disabled.is_none() && can_be_asked
    })
}

async fn look_again(pipeline: Arc<Pipeline>, source: Source) {
    match pipeline.look_again(&source, clock::now()).await {
        Ok(looked) if looked.n_gone > 0 => info!(
            source.id = %source.id,
            n_gone = looked.n_gone,
            n_standing = looked.n_standing,
            "took down what is gone at its source"
        ),
        Ok(_) => {}
        Err(failure) => {
            error!(source.id = %source.id, failure = format!("{failure:#}"), "a second look failed");
        }
    }
}

async fn day_loop(pipeline: Arc<Pipeline>, mut stop: watch::Receiver<bool>) {
    let every = pipeline.city.config.schedule.refresh_every.duration();
    while !*stop.borrow() {
        blocking(
            &pipeline,
            debug_span!("refresh"),
            "the day cannot be ranked",
            |p| refresh(p, clock::now()),
        )
        .await;
        blocking(
            &pipeline,
            debug_span!("look for alerts"),
            "the rules of alerts cannot be looked at",
            |p| alerts::look(p, clock::now()).map(|_| ()),
        )
        .await;
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Writes what was published to files that everybody may fetch; each process that serves them has its own.
async fn dump_loop(pipeline: Arc<Pipeline>, mut stop: watch::Receiver<bool>) {
    let every = pipeline.city.config.schedule.refresh_every.duration();
    let keeper = match Keeper::new(&pipeline) {
        Ok(Some(keeper)) => Arc::new(keeper),
        Ok(None) => return,
        Err(failure) => {
            error!(failure = format!("{failure:#}"), "no dumps can be written");
            return;
        }
    };
    while !*stop.borrow() {
        let keeper = Arc::clone(&keeper);
        blocking(
            &pipeline,
            debug_span!("dump"),
            "a dump cannot be written",
            move |p| keeper.keep_up(p, clock::now()),
        )
        .await;
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            _ = stop.changed() => {}
        }
    }
}

async fn blocking(
    pipeline: &Arc<Pipeline>,
    span: Span,
    complaint: &'static str,
    work: impl FnOnce(&Pipeline) -> Result<()> + Send + 'static,
) {
    let pipeline = Arc::clone(pipeline);
    match tokio::task::spawn_blocking(move || span.in_scope(|| work(&pipeline))).await {
        Ok(Ok(())) => {}
        Ok(Err(failure)) => error!(failure = format!("{failure:#}"), "{complaint}"),
        Err(panic) => error!(%panic, "{complaint}"),
    }
}

/// Brings every day up to date: publishes mornings that are due once their pages are read, revises
/// recent ones when reports came late, and groups the running day so that its concerns can be
/// opened.
pub fn refresh(pipeline: &Pipeline, now: Timestamp) -> Result<()> {
    let Some((first, _)) = pipeline.archive.mention_days()? else {
        return Ok(());
    };
    let states = pipeline.archive.fetch_states()?;
    if !all_visited(pipeline, &states) {
        return Ok(());
    }
    let today = day_in_vietnam(now);
    let last_due = last_due_day(now, pipeline.city.config.schedule.digest_at);
    let published = pipeline.archive.digest_days(&DigestScope::City)?;
    let mut day = first.max(today.saturating_sub(90.days()));
    let mut is_held = is_catching_up(pipeline, &states, now);
    let recent = last_due.saturating_sub(REVISE_DAYS.days());
    let is_urgent = !published.contains(&last_due);
    pipeline.heed_edits(recent, last_due, now, is_urgent)?;
    while day <= today {
        let is_published = published.contains(&day);
        // Days are published in order, since each starts from the evening before.
        let is_next = !is_published && !is_held && day <= last_due;
        if is_next && pipeline.is_waiting_for_pages(day, now)? {
            info!(digest.day = %day, "a digest waits for pages that are not read yet");
            is_held = true;
        }
        if day > last_due {
            pipeline.group(day)?;
        } else if is_held {
            // Its turn comes when the pages were read.
        } else if !is_published {
            let _span = debug_span!("publish", digest.day = %day).entered();
            requests::print(pipeline, day, now)?;
            let done = pipeline.publish_day(day, &Why::default(), now)?;
            info!(digest.day = %day, n_new = done.n_new, "published a day");
        } else if day >= recent {
            revise(pipeline, Period::day(day), now)?;
        }
        day = day.tomorrow()?;
    }
    if !is_held {
        for kind in PeriodKind::LONG {
            refresh_periods(pipeline, kind, first, now)?;
        }
        pipeline.grade(last_due, now)?;
        let foreseen = pipeline.foresee_days(last_due, now)?;
        if foreseen.n_made > 0 {
            info!(
                forecast.day = %last_due,
                n_made = foreseen.n_made,
                n_graded = foreseen.n_graded,
                "foresaw the next days"
            );
        }
    }
    Ok(())
}

/// Publishes the periods of a kind whose hour has come, from the first that the record knows, and
/// revises recent ones.
fn refresh_periods(
    pipeline: &Pipeline,
    kind: PeriodKind,
    first: Date,
    now: Timestamp,
) -> Result<()> {
    let schedule = &pipeline.city.config.schedule;
    let hour = match kind {
        PeriodKind::ReportingMonth => schedule.report_at,
        PeriodKind::Day | PeriodKind::Week | PeriodKind::Month => schedule.digest_at,
    };
    let last_due = Period::last_due(kind, now, hour.time());
    let published = pipeline.archive.periods(&DigestScope::City, kind)?;
    let mut period = Period::of(
        kind,
        first.max(day_in_vietnam(now).saturating_sub(90.days())),
    );
    while period <= last_due {
        let is_recent = period.last() >= last_due.last().saturating_sub(REVISE_DAYS.days());
        if !published.contains(&period) {
            if pipeline.is_waiting_for_pages(period.last(), now)? {
                info!(digest.day = %period.last(), "the digest of a period waits for pages");
                return Ok(());
            }
            let done = pipeline.publish_period(period, &Why::default(), now)?;
            info!(
                digest.period = kind.code(),
                digest.day = %period.last(),
                n_new = done.n_new,
                "published a period"
            );
        } else if is_recent {
            revise(pipeline, period, now)?;
        }
        period = period.next();
    }
    Ok(())
}

/// A digest waits until every source was visited once: half a crawl is no day.
fn all_visited(pipeline: &Pipeline, states: &[(SourceId, FetchState)]) -> bool {
    let visited = states.iter().map(|(id, _)| id).collect::<HashSet<_>>();
    crawled(pipeline).all(|source| visited.contains(&source.id))
}

/// Whether a source gave as much as a visit may take, and more waits there: no day that is not
/// published yet can be whole. As with pages, none is waited for longer than the configuration says.
fn is_catching_up(pipeline: &Pipeline, states: &[(SourceId, FetchState)], now: Timestamp) -> bool {
    let waits_since = now - pipeline.city.config.schedule.pages_wait.0;
    let is_behind = |source: &Source| {
        let since = state_of(states, source).and_then(|state| state.behind_since);
        since.is_some_and(|since| since > waits_since)
    };
    let behind = crawled(pipeline).find(|source| is_behind(source));
    if let Some(source) = behind {
        info!(source.id = %source.id, "digests wait for a source that has more than a visit takes");
    }
    behind.is_some()
}

/// What was published is made again once a morning when its mentions are other than they were: reports
/// that came late, whole texts in the place of what feeds said, tickets in another state, removals; and
/// soon after people edited its concerns or corrected its mentions.
/// Digests whose lines say the same stay as they are; the others say in an erratum what changed.
fn revise(pipeline: &Pipeline, period: Period, now: Timestamp) -> Result<()> {
    let Some(why) = pipeline.changes_of(period, now)? else {
        return Ok(());
    };
    let done = match period.kind() {
        PeriodKind::Day => pipeline.publish_day(period.last(), &why, now)?,
        _ => pipeline.publish_period(period, &why, now)?,
    };
    info!(
        digest.period = period.kind().code(),
        digest.day = %period.last(),
        n_revised = done.n_revised,
        "looked at a published period again"
    );
    Ok(())
}

/// The last day whose morning has come.
pub fn last_due_day(now: Timestamp, digest_at: Clock) -> Date {
    let local = now.to_zoned(vietnam_zone());
    let morning_has_come = (local.hour(), local.minute()) >= (digest_at.hour, digest_at.minute);
    local
        .date()
        .saturating_sub(if morning_has_come { 1.day() } else { 2.days() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_due_on_the_next_morning_in_vietnam() {
        let digest_at = Clock {
            hour: 5,
            minute: 30,
        };
        let due = |moment: &str| last_due_day(moment.parse().unwrap(), digest_at).to_string();
        assert_eq!(
            due("2026-11-12T22:29:00Z"),
            "2026-11-11",
            "05:29 on the 13th in Vietnam"
        );
        assert_eq!(
            due("2026-11-12T22:30:00Z"),
            "2026-11-12",
            "05:30 on the 13th in Vietnam"
        );
    }
}
