//! Sources that come by themselves: streams are followed, opened again when they break, and what is
//! pushed is missed when it stays away. A broken stream never stops a day; it shows in its health.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use crawler::stream::{self, Event, Heard, Memory, StreamError};
use jiff::Timestamp;
use models::domain::{HealthStatus, MentionId, Source, SourceHealth, SourceKind};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tracing::{error, info, warn};

use crate::clock;
use crate::panics::{caught_in, why_ended};
use crate::pipeline::{Pipeline, StreamBatch};
use crate::schedule;

/// Things heard that wait to be recorded; while it is full nothing more is read from the wire.
const WAITING_MAX: usize = 512;

/// Things recorded together, and how long they are gathered.
const BATCH_MAX: usize = 200;
const GATHER: Duration = Duration::from_millis(500);

/// How often the health of a quiet source is looked at.
const LOOK_EVERY: Duration = Duration::from_mins(1);

/// How often the timeline behind a stream is read again, for what the stream did not say: replies
/// without the tag, counts, and deletions while nobody listened.
const TIMELINE_EVERY: Duration = Duration::from_mins(55);

/// Pauses before a stream is opened again: the first, doubled each time, and the longest.
const PAUSE_FIRST: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_mins(5);

/// A stream that held so long was sound: counting its failures begins anew.
const SOUND_AFTER: Duration = Duration::from_mins(1);

/// Follows all streams until `stop` turns true; what was heard by then is recorded.
pub async fn run(pipeline: Arc<Pipeline>, stop: watch::Receiver<bool>) {
    let mut tasks = JoinSet::new();
    let running = pipeline.city.sources.iter();
    for source in running.filter(|source| source.disabled.is_none()) {
        let (pipeline, source, stop) = (Arc::clone(&pipeline), source.clone(), stop.clone());
        if source.kind.is_streamed() {
            tasks.spawn(follow(pipeline, source, stop));
        } else if source.kind.is_pushed() {
            tasks.spawn(miss(pipeline, source, stop));
        }
    }
    while let Some(ended) = tasks.join_next().await {
        if let Err(failure) = ended {
            error!(failure = %why_ended(failure), "following a stream ended");
        }
    }
}

/// Keeps one stream open.
async fn follow(pipeline: Arc<Pipeline>, source: Source, mut stop: watch::Receiver<bool>) {
    let mut n_failures = 0;
    while !*stop.borrow() {
        let began = Instant::now();
        let listening = listen(&pipeline, &source, stop.clone());
        let ended = caught_in(async { Ok(listening.await) }).await;
        let Some(why) = ended.unwrap_or(Some(StreamError::Unheard)) else {
            return;
        };
        n_failures = if began.elapsed() >= SOUND_AFTER {
            1
        } else {
            n_failures + 1
        };
        warn!(source.id = %source.id, reason = %why, n_failures, "a stream broke");
        broken(&pipeline, &source, &why, n_failures).await;
        let pause = pause(&pipeline, &source, &why, n_failures);
        tokio::select! {
            () = sleep(pause) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Longer each time, with jitter; never before the moment the server asked for.
fn pause(pipeline: &Pipeline, source: &Source, why: &StreamError, n_failures: u32) -> Duration {
    let doubled =
        PAUSE_FIRST.saturating_mul(2_u32.saturating_pow(n_failures.saturating_sub(1).min(16)));
    let politeness = &pipeline.fetcher.policy().politeness;
    let own = politeness.jittered(doubled.min(PAUSE_MAX), source.id.as_str(), n_failures);
    let asked = why.not_before().map(|at| at.duration_since(clock::now()));
    own.max(
        asked
            .and_then(|wait| Duration::try_from(wait).ok())
            .unwrap_or_default(),
    )
}

/// Listens to one connection and records what comes; gives why it ended, `None` when it was we who
/// stopped.
async fn listen(
    pipeline: &Arc<Pipeline>,
    source: &Source,
    mut stop: watch::Receiver<bool>,
) -> Option<StreamError> {
    let memory = match pipeline.archive.fetch_state(&source.id) {
        Ok(state) => memory_of(source, state.cursor.as_deref()),
        Err(failure) => {
            error!(source.id = %source.id, %failure, "cannot read how far a stream was heard");
            return Some(StreamError::Unheard);
        }
    };
    let position = memory.position;
    let (heard, waiting) = mpsc::channel(WAITING_MAX);
    let recorder = Recorder {
        pipeline: Arc::clone(pipeline),
        source: source.clone(),
        memory,
        timeline_at: None,
    };
    let recorder = tokio::spawn(recorder.run(waiting));
    let is_known = |id: &MentionId| matches!(pipeline.archive.mention(id), Ok(Some(_)));
    let ended = tokio::select! {
        why = stream::listen(source, position, &pipeline.fetcher, &is_known, heard) => Some(why),
        () = stopped(&mut stop) => None,
    };
    // The channel is closed now: what waits in it is recorded, then the recorder ends.
    match recorder.await {
        Ok(Ok(())) => ended,
        Ok(Err(failure)) => {
            error!(source.id = %source.id, failure = format!("{failure:#}"), "what a stream said was not recorded");
            ended.map(|_| StreamError::Unheard)
        }
        Err(failure) => {
            let failure = why_ended(failure);
            error!(source.id = %source.id, %failure, "recording a stream ended");
            ended.map(|_| StreamError::Unheard)
        }
    }
}

/// The state of a source that is polled too belongs to its visits.
fn memory_of(source: &Source, cursor: Option<&str>) -> Memory {
    match source.kind {
        SourceKind::Bluesky(_) => Memory::from_cursor(cursor),
        _ => Memory::default(),
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    while !*stop.borrow() {
        if stop.changed().await.is_err() {
            return;
        }
    }
}

/// Takes what was heard into the record, a moment's worth at a time.
struct Recorder {
    pipeline: Arc<Pipeline>,
    source: Source,
    memory: Memory,
    /// When the timeline behind the stream was last read.
    timeline_at: Option<Instant>,
}

impl Recorder {
    async fn run(mut self, mut waiting: mpsc::Receiver<Event>) -> Result<()> {
        loop {
            let events = match timeout(LOOK_EVERY, waiting.recv()).await {
                Ok(Some(first)) => gather(first, &mut waiting).await,
                Ok(None) => return Ok(()),
                Err(_) => Vec::new(),
            };
            let is_opened = events.iter().any(|event| event.heard == Heard::Opened);
            let now = clock::now();
            tokio::task::block_in_place(|| self.record(events, now))?;
            self.read_timeline(is_opened).await;
        }
    }

    fn record(&mut self, events: Vec<Event>, now: Timestamp) -> Result<()> {
        let batch = self.batch_of(events);
        let (n_said, n_gone) = (batch.said.len(), batch.gone.len());
        let recorded = self
            .pipeline
            .receive_stream(&self.source, batch, &self.memory, now)?;
        if n_said > 0 {
            info!(
                source.id = %self.source.id,
                n_said, n_gone, n_new = recorded.n_new, "a stream spoke"
            );
        }
        // What the visits of the timeline find says more, where there is one.
        if self.memory.position.is_some() || self.timeline_of().is_none() {
            let (status, detail) = self.memory.judge(now);
            let detail = format!("stream open, {detail}");
            note_health(
                &self.pipeline,
                &self.source,
                &self.memory,
                status,
                detail,
                now,
            )?;
        }
        Ok(())
    }

    /// Of a mention only the last that was heard counts.
    fn batch_of(&mut self, events: Vec<Event>) -> StreamBatch {
        let mut batch = StreamBatch::default();
        for event in events {
            self.memory.position = event.position.or(self.memory.position);
            match event.heard {
                Heard::Opened | Heard::Passed => {}
                Heard::Said(said) => {
                    if let Some(at) = said.mention.published_at {
                        self.memory.note(at);
                    }
                    batch
                        .said
                        .retain(|before| before.mention.id != said.mention.id);
                    batch.said.push(*said);
                }
                Heard::Gone(id) => {
                    batch.said.retain(|before| before.mention.id != id);
                    batch.gone.push(id);
                }
            }
        }
        batch
    }

    fn timeline_of(&self) -> Option<&Source> {
        matches!(self.source.kind, SourceKind::MastodonStream(_)).then_some(&self.source)
    }

    /// Reads the timeline behind a stream once it is open, so that nothing falls into the gap
    /// between, and now and then after.
    async fn read_timeline(&mut self, is_opened: bool) {
        let is_due = self
            .timeline_at
            .is_some_and(|at| at.elapsed() >= TIMELINE_EVERY);
        if self.timeline_of().is_some() && (is_opened || is_due) {
            schedule::visit(Arc::clone(&self.pipeline), self.source.clone()).await;
            self.timeline_at = Some(Instant::now());
        }
    }
}

/// What came meanwhile, or comes within a moment.
async fn gather(first: Event, waiting: &mut mpsc::Receiver<Event>) -> Vec<Event> {
    let until = Instant::now() + GATHER;
    let mut events = vec![first];
    while events.len() < BATCH_MAX {
        match timeout_at(until, waiting.recv()).await {
            Ok(Some(event)) => events.push(event),
            Ok(None) | Err(_) => break,
        }
    }
    events
}

/// Says that a stream broke. Where there is a timeline, it is read instead, and tells whether the
/// source is heard at all.
async fn broken(pipeline: &Arc<Pipeline>, source: &Source, why: &StreamError, n_failures: u32) {
    let mut status = why.health();
    let mut detail = why.to_string();
    if matches!(source.kind, SourceKind::MastodonStream(_)) {
        if is_due(pipeline, source, n_failures) {
            schedule::visit(Arc::clone(pipeline), source.clone()).await;
        }
        let seen = pipeline.archive.health_history(&source.id, 1);
        if let Some(seen) = seen.ok().and_then(|seen| seen.into_iter().next())
            && seen.status.is_healthy()
        {
            status = seen.status;
            detail = format!("stream broken, timeline read instead: {detail}");
        }
    }
    let noted = tokio::task::block_in_place(|| {
        let state = pipeline.archive.fetch_state(&source.id)?;
        let memory = memory_of(source, state.cursor.as_deref());
        note_health(pipeline, source, &memory, status, detail, clock::now())
    });
    if let Err(failure) = noted {
        error!(source.id = %source.id, failure = format!("{failure:#}"), "cannot note that a stream broke");
    }
}

/// The timeline is read when the stream first breaks, then in the rhythm of its visits.
fn is_due(pipeline: &Pipeline, source: &Source, n_failures: u32) -> bool {
    let state = pipeline.archive.fetch_state(&source.id);
    let next_at = state.ok().and_then(|state| state.next_at);
    n_failures == 1 || next_at.is_none_or(|at| at <= clock::now())
}

/// Looks whether what should be pushed to us stays away for longer than usual.
async fn miss(pipeline: Arc<Pipeline>, source: Source, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let looked = tokio::task::block_in_place(|| {
            let now = clock::now();
            let state = pipeline.archive.fetch_state(&source.id)?;
            let memory = Memory::from_cursor(state.cursor.as_deref());
            let (status, detail) = match memory.newest {
                Some(_) => memory.judge(now),
                None => (HealthStatus::Pending, "no delivery yet".to_owned()),
            };
            note_change(&pipeline, &source, &memory, status, detail, now)
        });
        if let Err(failure) = looked {
            error!(source.id = %source.id, failure = format!("{failure:#}"), "cannot look after a source");
        }
        tokio::select! {
            () = sleep(LOOK_EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Notes the health of a source, unless it was just noted the same.
fn note_health(
    pipeline: &Pipeline,
    source: &Source,
    memory: &Memory,
    status: HealthStatus,
    detail: String,
    now: Timestamp,
) -> Result<()> {
    let health = health_of(source, memory, status, detail, now);
    if pipeline.is_news(&health)? {
        pipeline.archive.record_health(&health)?;
    }
    Ok(())
}

/// The same, only when the status is another: deliveries note themselves.
fn note_change(
    pipeline: &Pipeline,
    source: &Source,
    memory: &Memory,
    status: HealthStatus,
    detail: String,
    now: Timestamp,
) -> Result<()> {
    let before = pipeline.archive.health_history(&source.id, 1)?;
    if before.first().is_none_or(|before| before.status != status) {
        let health = health_of(source, memory, status, detail, now);
        pipeline.archive.record_health(&health)?;
    }
    Ok(())
}

fn health_of(
    source: &Source,
    memory: &Memory,
    status: HealthStatus,
    detail: String,
    now: Timestamp,
) -> SourceHealth {
    SourceHealth {
        source: source.id.clone(),
        observed_at: now,
        status,
        detail,
        newest_entry_at: memory.newest,
        n_new: 0,
    }
}
