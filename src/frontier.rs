//! Reading the pages that visits found: many hosts at a time, each one page at a time, in the order
//! in which hosts became ready. The queue is in the record; here is only what is under way.

use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use crawler::page::PAGE_TIME_MAX;
use indexer::{Duty, Term};
use jiff::{SignedDuration, Timestamp, ToSpan};
use models::domain::{HealthStatus, LeasedPage, PageEnd, PageEnded};
use tokio::sync::watch;
use tokio::task::{JoinSet, block_in_place};
use tokio::time::Instant;
use tracing::{Instrument, debug_span, error, info, warn};

use crate::chore::Chore;
use crate::clock;
use crate::panics::{caught, why_ended};
use crate::pipeline::{Pipeline, ReadPage};
use crate::store;

/// How often the queue is looked at while it has nothing for us.
const TICK: Duration = Duration::from_secs(1);
/// The same while visits may add to it at any moment.
const SHORT_TICK: Duration = Duration::from_millis(20);
/// Pages under way get so long to finish when the program stops; they are asked again later.
const FINISH_WITHIN: Duration = Duration::from_secs(20);
/// After trouble with the record.
const TROUBLE_PAUSE: Duration = Duration::from_secs(5);
/// `crawl --once` waits for a page no longer than this; a later one is for the next crawl.
const DRAIN_PATIENCE: SignedDuration = SignedDuration::from_secs(30);
/// A page given up, a host not used: remembered this long.
const REMEMBER_DAYS: i64 = 60;
/// Hosts remembered at a start, at most.
const HOSTS_MAX: usize = 20_000;

/// The right to crawl for a data folder, and for a record that others share; it ends with this value, or
/// with the process.
pub struct Crawling {
    _lock: File,
    _term: Option<Term>,
}

/// Takes the right to crawl, and up where an earlier run stopped or was killed.
pub fn begin(pipeline: &Pipeline) -> Result<Crawling> {
    let term = pipeline.record.try_lead(Duty::Crawl)?;
    let term = term.context(
        "đang có chương trình khác thu thập vào bản ghi này, hãy dừng nó trước / another langnghe crawls \
         for this record, stop it first",
    )?;
    take_up(pipeline, Some(term))
}

/// The same in a term that stands already: pages that were under way wait again, and hosts are treated by
/// what is known of them.
pub fn begin_in_term(pipeline: &Pipeline) -> Result<Crawling> {
    take_up(pipeline, None)
}

fn take_up(pipeline: &Pipeline, term: Option<Term>) -> Result<Crawling> {
    let lock = store::lock_crawl(&pipeline.folder)?;
    let now = now(pipeline);
    pipeline
        .queue
        .forget_given_up(now - (24 * REMEMBER_DAYS).hours())?;
    pipeline
        .fetcher
        .remember(pipeline.queue.host_memory(HOSTS_MAX)?);
    let n_ended = pipeline.queue.end_leases(now)?;
    if n_ended > 0 {
        info!(n_pages = n_ended, "pages that were under way wait again");
    }
    Ok(Crawling {
        _lock: lock,
        _term: term,
    })
}

/// Reads pages until `stop` turns true.
pub async fn keep_reading(
    pipeline: Arc<Pipeline>,
    crawling: Crawling,
    mut stop: watch::Receiver<bool>,
) {
    let mut reader = Reader::new(pipeline, crawling);
    while !*stop.borrow() {
        let wait = reader.turn(TICK);
        tokio::select! {
            () = reader.wait(wait) => {}
            _ = stop.changed() => {}
        }
    }
    reader.finish().await;
}

/// Reads pages until the visits are over and nothing is left that can be read soon, within the time
/// that a digest waits for pages.
pub async fn drain(pipeline: Arc<Pipeline>, crawling: Crawling, visited: watch::Receiver<bool>) {
    let at_most = pipeline.city.config.schedule.pages_wait.duration();
    let mut reader = Reader::new(pipeline, crawling);
    let mut deadline = None;
    loop {
        // Asked first: what the last visit found is seen by the turn that follows.
        let is_over = *visited.borrow();
        let wait = reader.turn(if is_over { TICK } else { SHORT_TICK });
        if is_over {
            let deadline = *deadline.get_or_insert_with(|| Instant::now() + at_most);
            if reader.is_drained() || Instant::now() >= deadline {
                break;
            }
        }
        reader.wait(wait).await;
    }
    reader.finish().await;
}

/// A clock that the record and the fetcher agree on: setting it back stalls nobody.
fn now(pipeline: &Pipeline) -> Timestamp {
    pipeline.fetcher.now().max(clock::now())
}

/// What is under way.
struct Reader {
    pipeline: Arc<Pipeline>,
    under_way: JoinSet<Option<ReadPage>>,
    read: Vec<ReadPage>,
    hosts_kept_at: Instant,
    chore: Chore,
    _crawling: Crawling,
}

impl Reader {
    fn new(pipeline: Arc<Pipeline>, crawling: Crawling) -> Self {
        Self {
            pipeline,
            under_way: JoinSet::new(),
            read: Vec::new(),
            hosts_kept_at: Instant::now(),
            chore: Chore::new("pages cannot be read"),
            _crawling: crawling,
        }
    }

    /// Records what was read, takes new pages; gives how long there is nothing more to do, unless a
    /// page is read meanwhile.
    fn turn(&mut self, tick: Duration) -> Duration {
        let turn = block_in_place(|| {
            caught(|| {
                self.record()?;
                self.keep_hosts()?;
                self.take_pages()?;
                self.pause(tick)
            })
        });
        let (wait, ended) = match turn {
            Ok(wait) => (wait, Ok(())),
            Err(failure) => (TROUBLE_PAUSE, Err(failure)),
        };
        self.chore.heed(&ended);
        wait
    }

    /// Waits for a page to be read, or as long as given.
    async fn wait(&mut self, at_most: Duration) {
        tokio::select! {
            Some(done) = self.under_way.join_next() => self.take(done),
            () = tokio::time::sleep(at_most) => {}
        }
        while let Some(done) = self.under_way.try_join_next() {
            self.take(done);
        }
    }

    fn take(&mut self, done: Result<Option<ReadPage>, tokio::task::JoinError>) {
        match done {
            Ok(page) => self.read.extend(page),
            // Its lease runs out; after some times it is given up.
            Err(failure) => error!(failure = %why_ended(failure), "reading a page ended"),
        }
    }

    /// All that was read, in one transaction; one by one when that is refused, so that one page
    /// does not keep the others out.
    fn record(&mut self) -> Result<()> {
        if self.read.is_empty() {
            return Ok(());
        }
        let now = now(&self.pipeline);
        let pages = std::mem::take(&mut self.read);
        let Err(failure) = self.pipeline.record_pages(&pages, now) else {
            return Ok(());
        };
        if pages.len() == 1 {
            return self.record_refusal(&pages[0], &failure, now);
        }
        for page in &pages {
            if let Err(failure) = self.pipeline.record_pages(std::slice::from_ref(page), now) {
                self.record_refusal(page, &failure, now)?;
            }
        }
        Ok(())
    }

    /// A page that the record does not take is not asked for again and again.
    fn record_refusal(
        &self,
        page: &ReadPage,
        failure: &anyhow::Error,
        now: Timestamp,
    ) -> Result<()> {
        warn!(
            failure = format!("{failure:#}"),
            "a page cannot be recorded"
        );
        let end = PageEnd::Failed {
            status: HealthStatus::Unreachable,
            reason: "what was read could not be recorded".to_owned(),
            again_at: now + 1.hour(),
        };
        let refused = ReadPage::without_words(PageEnded {
            end,
            ..page.ended().clone()
        });
        self.pipeline.record_pages(&[refused], now)?;
        Ok(())
    }

    /// Visits are recorded at their end; what they learn of hosts must not wait so long.
    fn keep_hosts(&mut self) -> Result<()> {
        if self.hosts_kept_at.elapsed() < TICK {
            return Ok(());
        }
        self.hosts_kept_at = Instant::now();
        self.pipeline.keep_hosts()
    }

    fn take_pages(&mut self) -> Result<()> {
        let at_once = self.pipeline.city.config.crawl.pages_at_once;
        let n_free = at_once.saturating_sub(self.under_way.len());
        let now = now(&self.pipeline);
        let is_ready = self
            .pipeline
            .queue
            .next_ready_at()?
            .is_some_and(|at| at <= now);
        if n_free == 0 || !is_ready {
            return Ok(());
        }
        // Longer than reading can take, so that it ends before its lease.
        let lease_until = now + SignedDuration::try_from(2 * PAGE_TIME_MAX)?;
        for leased in self.pipeline.queue.lease(n_free, now, lease_until)? {
            self.under_way
                .spawn(read(Arc::clone(&self.pipeline), leased));
        }
        Ok(())
    }

    fn pause(&self, tick: Duration) -> Result<Duration> {
        let at_once = self.pipeline.city.config.crawl.pages_at_once;
        if self.under_way.len() >= at_once {
            return Ok(TICK);
        }
        let next = self.pipeline.queue.next_ready_at()?;
        let wait = next.map_or(tick, |at| {
            let wait = at.duration_since(now(&self.pipeline));
            Duration::try_from(wait).unwrap_or_default().min(tick)
        });
        Ok(wait)
    }

    /// Whether nothing is under way and no page can be read soon.
    fn is_drained(&self) -> bool {
        let soon = now(&self.pipeline) + DRAIN_PATIENCE;
        let next = block_in_place(|| self.pipeline.queue.next_ready_at());
        let has_next = matches!(next, Ok(Some(at)) if at <= soon);
        self.under_way.is_empty() && self.read.is_empty() && !has_next
    }

    /// Lets what is under way finish for a while, and writes down what is known.
    async fn finish(mut self) {
        let give_up_at = Instant::now() + FINISH_WITHIN;
        while !self.under_way.is_empty() && Instant::now() < give_up_at {
            self.wait(give_up_at - Instant::now()).await;
        }
        self.under_way.abort_all();
        let written = block_in_place(|| -> Result<()> {
            self.record()?;
            self.pipeline.keep_hosts()?;
            self.pipeline.queue.end_leases(now(&self.pipeline))?;
            Ok(())
        });
        if let Err(failure) = written {
            error!(failure = format!("{failure:#}"), "pages cannot be recorded");
        }
    }
}

/// Reads one page; what fails on our side is logged, and the page's lease runs out.
async fn read(pipeline: Arc<Pipeline>, leased: LeasedPage) -> Option<ReadPage> {
    let span = debug_span!("read");
    match pipeline.read(&leased, clock::now()).instrument(span).await {
        Ok(page) => Some(page),
        Err(failure) => {
            error!(failure = format!("{failure:#}"), "a page cannot be read");
            None
        }
    }
}
