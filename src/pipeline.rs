//! The journey of one document, from a source to the morning digest and the map.
//!
//! ```text
//! Source ─collect→ Capture ─extract→ Mention ─annotate→ Annotation ─record→ Archive
//! Archive → Window ─group→ Concern ─rank→ Digest           ┐
//!                  └─score→ SatisfactionSignal             ┴─publish→ pages, API, map, mail
//! ```
//!
//! Stages 1 to 4 are here, the rest in [`publish`](crate::publish).

use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use anyhow::Result;
use crawler::collect::{Collected, collect};
use crawler::fetch::politeness::Politeness;
use crawler::fetch::{FetchPolicy, Fetcher, VisitLimits};
use crawler::page::{PageRead, entry_id, read_page};
use crawler::push::Pushed;
use crawler::stream::{Memory, Said};
use indexer::archive::{CaptureInfo, Delivery, RecordBatch, Recorded};
use indexer::search::CaughtUp;
use indexer::{
    Accounts, Alerts, Archive, Atlas, CaptureStore, DeskBook, Outbox, Queue, Requests, SearchIndex,
    SqlArchive, Term,
};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use models::domain::{
    Annotation, CleanMention, Coverage, FetchState, HealthStatus, LeasedPage, Mention, MentionId,
    PageEnd, PageEnded, Source, SourceHealth, SourceId, SourcePages, day_start,
};
use models::rhythm::{HISTORY_DAYS, Rhythm};

use crate::alerts::LastLook;
use crate::city::City;
use crate::config::Crawl;
use crate::coverage;
use crate::store::Store;
use crate::takedown::{FIRST_LOOK, Turns};

/// Days of mentions behind the ranking of a day, that day included.
pub const WINDOW_DAYS: i64 = 28;

/// Age at which single observations of health are forgotten; the days of each source stay.
const HEALTH_KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Bytes on disk of which the record says nothing for so long belong to nothing that is still being recorded.
const UNRECORDED_KEPT: SignedDuration = SignedDuration::from_hours(1);

/// Mentions read again in one stretch.
const REREAD_AT_ONCE: usize = 500;

/// Everything a document passes through.
pub struct Pipeline {
    /// Units, topics, models, methods, sources.
    pub city: Arc<City>,
    /// Ground state and what was published.
    pub archive: Arc<dyn Archive>,
    /// Pages that wait to be read, in the same record.
    pub queue: Arc<dyn Queue>,
    /// Boundaries of units, in the same record.
    pub atlas: Arc<dyn Atlas>,
    /// Accounts of officers, in the same record.
    pub accounts: Arc<dyn Accounts>,
    /// Alerts and their rules, in the same record.
    pub alerts: Arc<dyn Alerts>,
    /// What officers keep beside concerns, in the same record.
    pub book: Arc<dyn DeskBook>,
    /// What units are asked and what they answer, in the same record.
    pub requests: Arc<dyn Requests>,
    /// What other systems are told, in the same record.
    pub outbox: Arc<dyn Outbox>,
    /// Where it is all kept.
    pub folder: PathBuf,
    /// Search, derived from the archive.
    pub search: Arc<dyn SearchIndex>,
    /// Bytes as fetched.
    pub captures: Arc<CaptureStore>,
    /// The polite way out.
    pub fetcher: Fetcher,
    /// Whose turn it is at each source: a visit and a second look never share its state.
    pub(crate) turns: Turns,
    /// What the rules of alerts were last held against.
    pub(crate) last_look: LastLook,
    /// Whose turn it is to tell units what they were asked.
    pub(crate) telling: Mutex<()>,
    /// The record itself, of which the above are sides.
    pub(crate) record: Arc<SqlArchive>,
}

/// What a visit to a source brought.
#[derive(Clone, Debug)]
pub struct Visited {
    /// What recording it did.
    pub recorded: Recorded,
    /// How the source is doing and when it is worth asking again.
    pub collected: Collected,
}

/// A page that was read, its mention annotated: ready to be recorded.
#[derive(Clone, Debug)]
pub struct ReadPage {
    read: PageRead,
    mentions: Vec<(CleanMention, Annotation)>,
}

impl Pipeline {
    /// Puts a city and its data folder together.
    pub fn open(city: Arc<City>, store: Store) -> Result<Self> {
        let captures = Arc::new(store.captures);
        Self::over(city, store.archive, store.folder, store.search, captures)
    }

    /// The same for the time of a term: what is written after it is refused. Pauses of hosts are kept anew,
    /// by what the record remembers of them.
    pub(crate) fn in_term(self: &Arc<Self>, term: &Term) -> Result<Arc<Self>> {
        if term.is_alone() {
            return Ok(Arc::clone(self));
        }
        Ok(Arc::new(Self::over(
            Arc::clone(&self.city),
            self.record.in_term(term),
            self.folder.clone(),
            Arc::clone(&self.search),
            Arc::clone(&self.captures),
        )?))
    }

    fn over(
        city: Arc<City>,
        record: SqlArchive,
        folder: PathBuf,
        search: Arc<dyn SearchIndex>,
        captures: Arc<CaptureStore>,
    ) -> Result<Self> {
        let fetcher = Fetcher::new(fetch_policy(&city.config.crawl)?)?;
        let record = Arc::new(record);
        Ok(Self {
            city,
            archive: Arc::clone(&record) as Arc<dyn Archive>,
            queue: Arc::clone(&record) as Arc<dyn Queue>,
            atlas: Arc::clone(&record) as Arc<dyn Atlas>,
            accounts: Arc::clone(&record) as Arc<dyn Accounts>,
            alerts: Arc::clone(&record) as Arc<dyn Alerts>,
            book: Arc::clone(&record) as Arc<dyn DeskBook>,
            requests: Arc::clone(&record) as Arc<dyn Requests>,
            outbox: Arc::clone(&record) as Arc<dyn Outbox>,
            folder,
            search,
            captures,
            fetcher,
            turns: Turns::default(),
            last_look: LastLook::default(),
            telling: Mutex::new(()),
            record,
        })
    }

    /// Stages 1 to 4: one visit to one source, into the record. What its feed or sitemap says of new
    /// pages is a mention from now on; the pages wait in the queue.
    pub async fn visit(&self, source: &Source, now: Timestamp) -> Result<Visited> {
        let _turn = self.turns.wait(&source.id).await;
        let collected = self.collect(source, now).await?;
        // Models and the record block: the other tasks of this thread move elsewhere meanwhile.
        tokio::task::block_in_place(|| self.keep(collected, now))
    }

    /// 3 and 4: what a visit brought, annotated and recorded.
    fn keep(&self, mut collected: Collected, now: Timestamp) -> Result<Visited> {
        let mentions = std::mem::take(&mut collected.mentions);
        let said = mentions.iter().filter_map(|mention| mention.published_at);
        self.judge_silence(&mut collected.health, said)?;
        let annotated = self.annotate(&mentions)?;
        let pages = self.queue.source_pages(&collected.health.source)?;
        collected.health = with_pages(collected.health, &pages);
        let recorded = self.record(annotated, &collected, now)?;
        Ok(Visited {
            recorded,
            collected,
        })
    }

    /// Says whether a source that answers is silent for longer than usual, by the rhythm of what is
    /// recorded of it and what it said just now. Until there is enough of that, the crawler's guess
    /// from the entries it saw listed stands.
    fn judge_silence(
        &self,
        health: &mut SourceHealth,
        said: impl Iterator<Item = Timestamp>,
    ) -> Result<()> {
        let answers = matches!(health.status, HealthStatus::Fresh | HealthStatus::Stale);
        let Some(newest) = health.newest_entry_at.filter(|_| answers) else {
            return Ok(());
        };
        let now = health.observed_at;
        let since = now - SignedDuration::from_hours(24 * i64::from(HISTORY_DAYS));
        let mut moments = self.archive.moments_of_source(&health.source, since)?;
        moments.extend(said);
        moments.push(newest);
        if let Some(rhythm) = Rhythm::learn(&moments, now) {
            coverage::judge(health, &rhythm.silence(newest, now));
        }
        Ok(())
    }

    /// 1 and 2: Source ─collect→ Capture ─extract→ Mention.
    async fn collect(&self, source: &Source, now: Timestamp) -> Result<Collected> {
        let state = self.archive.fetch_state(&source.id)?;
        // A record that cannot be asked must not look like one that knows nothing: every page would
        // be fetched again. The visit fails instead and comes again when the source is next due.
        let trouble = OnceLock::new();
        let known = |url: &str| {
            self.archive.is_known_url(url).unwrap_or_else(|error| {
                trouble.get_or_init(|| error);
                true
            })
        };
        let (fetcher, outlets) = (&self.fetcher, &self.city.outlets);
        let collected = collect(source, state, fetcher, outlets, &known, now).await;
        trouble
            .into_inner()
            .map_or(Ok(collected), |error| Err(error.into()))
    }

    /// 3: Mention ─annotate→ Annotation, personal data cut on the way.
    pub fn annotate(&self, mentions: &[Mention]) -> Result<Vec<(CleanMention, Annotation)>> {
        let mut annotated = self.read_by_models(mentions)?;
        // What an officer said of a mention holds for its later versions too.
        let ids = mentions.iter().map(|mention| mention.id.clone());
        let readings = self.readings(&ids.collect::<Vec<_>>())?;
        for (_, read) in &mut annotated {
            readings.apply(read);
        }
        Ok(annotated)
    }

    /// What the models read in mentions, whatever officers say.
    pub(crate) fn read_by_models(
        &self,
        mentions: &[Mention],
    ) -> Result<Vec<(CleanMention, Annotation)>> {
        let parents = mentions.iter().filter_map(|mention| mention.parent.clone());
        let known = self.archive.mentions(&parents.collect::<Vec<_>>())?;
        let mut annotated = self.city.annotator.annotate_in_context(mentions, &known);
        for (mention, read) in &mut annotated {
            let mut sources = self.city.sources.iter();
            let source = sources.find(|source| source.id == mention.source);
            if source.is_some_and(|source| source.speaks_for_the_city(mention)) {
                read.is_concern = false;
            }
        }
        Ok(annotated)
    }

    /// 4: all three ─record→ Archive. The bytes are on disk before the record speaks of them.
    fn record(
        &self,
        mentions: Vec<(CleanMention, Annotation)>,
        collected: &Collected,
        now: Timestamp,
    ) -> Result<Recorded> {
        for capture in &collected.captures {
            self.captures.put(capture)?;
        }
        let batch = RecordBatch {
            captures: collected.captures.iter().map(CaptureInfo::from).collect(),
            mentions,
            visited: collected.visited.clone(),
            pages: collected.pages.clone(),
            fetch_state: Some((collected.health.source.clone(), collected.state.clone())),
            health: Some(collected.health.clone()),
            look_at: Some(now + FIRST_LOOK),
            ..RecordBatch::new(now)
        };
        let recorded = self.record_with_hosts(batch)?;
        self.take_down(&collected.removed, now)?;
        Ok(recorded)
    }

    /// What was learned of hosts meanwhile goes into the same transaction.
    fn record_with_hosts(&self, batch: RecordBatch) -> Result<Recorded> {
        let hosts = self.fetcher.take_changes();
        let batch = RecordBatch { hosts, ..batch };
        self.archive.record(&batch).map_err(|error| {
            self.fetcher.give_back(batch.hosts);
            error.into()
        })
    }

    /// Stages 1 to 3 for one page of the queue.
    pub async fn read(&self, leased: &LeasedPage, now: Timestamp) -> Result<ReadPage> {
        let Some(source) = self.followed(&leased.page.source) else {
            return Ok(ReadPage::unread(leased));
        };
        let entry = match entry_id(&leased.page) {
            Some(id) => self.archive.mention(&id)?,
            None => None,
        };
        let entry = entry.map(|found| found.mention.into_inner());
        let (fetcher, outlets) = (&self.fetcher, &self.city.outlets);
        let read = read_page(source, leased, entry.as_ref(), fetcher, outlets, now).await;
        // Models block: the other tasks of this thread move elsewhere meanwhile.
        let mentions = tokio::task::block_in_place(|| self.annotate(read.mention.as_slice()))?;
        Ok(ReadPage { read, mentions })
    }

    /// A source whose pages are read: it may have been switched off since they were found.
    fn followed(&self, id: &SourceId) -> Option<&Source> {
        let mut sources = self.city.sources.iter();
        sources.find(|source| source.id == *id && source.disabled.is_none() && source.follow_links)
    }

    /// Stage 4 for pages: each with its mention and the end of its lease, all in one transaction.
    pub fn record_pages(&self, pages: &[ReadPage], now: Timestamp) -> Result<Recorded> {
        let captures = pages.iter().flat_map(|page| &page.read.captures);
        for capture in captures.clone() {
            self.captures.put(capture)?;
        }
        let batch = RecordBatch {
            captures: captures.map(CaptureInfo::from).collect(),
            mentions: pages
                .iter()
                .flat_map(|page| page.mentions.clone())
                .collect(),
            superseded: pages
                .iter()
                .filter_map(|page| page.read.superseded.clone())
                .collect(),
            ended: pages.iter().map(|page| page.read.ended.clone()).collect(),
            ..RecordBatch::new(now)
        };
        self.record_with_hosts(batch)
    }

    /// Brings what was learned of hosts into the record outside a visit.
    pub fn keep_hosts(&self) -> Result<()> {
        let changes = self.fetcher.take_changes();
        if changes.is_empty() {
            return Ok(());
        }
        self.queue.remember_hosts(&changes).map_err(|error| {
            self.fetcher.give_back(changes);
            error.into()
        })
    }

    /// Whether pages that count on a day were found and are not read yet; none is waited for longer
    /// than the configuration says.
    pub fn is_waiting_for_pages(&self, day: Date, now: Timestamp) -> Result<bool> {
        let found_after = now - self.city.config.schedule.pages_wait.0;
        let (from, to) = (day_start(day), day_start(day.tomorrow()?));
        Ok(self.queue.is_waiting_for(from, to, found_after)?)
    }

    /// Mentions that came by another way than a visit: imports.
    pub fn receive(&self, mentions: &[Mention], now: Timestamp) -> Result<Recorded> {
        let batch = RecordBatch {
            mentions: self.annotate(mentions)?,
            ..RecordBatch::new(now)
        };
        Ok(self.archive.record(&batch)?)
    }

    /// How many of the mentions would be new and how many would change something, if they were
    /// received now; nothing is written.
    pub fn foresee(&self, mentions: &[Mention]) -> Result<(usize, usize)> {
        const AT_ONCE: usize = 1000;
        let (mut n_new, mut n_updated) = (0, 0);
        let mut seen = HashSet::new();
        for share in mentions.chunks(AT_ONCE) {
            let ids = share.iter().map(|mention| mention.id.clone());
            let known = self.archive.mentions(&ids.collect::<Vec<_>>())?;
            let known = known
                .iter()
                .map(|found| (&found.mention.id, &*found.mention))
                .collect::<HashMap<_, _>>();
            for (mention, _) in self.annotate(share)? {
                let is_first = seen.insert(mention.id.clone());
                match known.get(&mention.id) {
                    None if is_first => n_new += 1,
                    Some(stored) if says_the_same(stored, &mention) => {}
                    _ => n_updated += 1,
                }
            }
        }
        Ok((n_new, n_updated))
    }

    /// What was pushed to us, in one transaction with the message it came in; its bytes are on disk
    /// before the record speaks of them.
    pub fn receive_push(
        &self,
        source: &Source,
        pushed: Pushed,
        now: Timestamp,
    ) -> Result<Recorded> {
        let state = self.archive.fetch_state(&source.id)?;
        let mut memory = Memory::from_cursor(state.cursor.as_deref());
        memory.note(now);
        let n_new = self.n_unknown(&pushed.mentions)?;
        let detail = format!(
            "{} mentions delivered, {} left out",
            pushed.mentions.len(),
            pushed.rejected.len()
        );
        let (status, rhythm) = memory.judge(now);
        let health = SourceHealth {
            source: source.id.clone(),
            observed_at: now,
            status,
            detail: format!("{detail}, {rhythm}"),
            newest_entry_at: memory.newest,
            n_new,
        };
        for capture in &pushed.captures {
            self.captures.put(capture)?;
        }
        let batch = RecordBatch {
            captures: pushed.captures.iter().map(CaptureInfo::from).collect(),
            mentions: self.annotate(&pushed.mentions)?,
            fetch_state: Some((source.id.clone(), heard_state(state, &memory, now))),
            health: self.is_news(&health)?.then_some(health),
            delivery: pushed.message.map(|message| Delivery {
                source: source.id.clone(),
                message,
                body: pushed.body,
            }),
            ..RecordBatch::new(now)
        };
        Ok(self.archive.record(&batch)?)
    }

    /// What a stream said, in one transaction with how far it was heard. What was taken down goes
    /// first: after a crash in between it is heard again.
    pub fn receive_stream(
        &self,
        source: &Source,
        heard: StreamBatch,
        memory: &Memory,
        now: Timestamp,
    ) -> Result<Recorded> {
        let stands_here = self.archive.mentions(&heard.gone)?;
        let gone = stands_here.iter().map(|found| found.mention.id.clone());
        self.take_down(&gone.collect::<Vec<_>>(), now)?;
        let (mentions, captures) = heard
            .said
            .into_iter()
            .map(|said| (said.mention, said.capture))
            .unzip::<_, _, Vec<_>, Vec<_>>();
        for capture in &captures {
            self.captures.put(capture)?;
        }
        let state = self.archive.fetch_state(&source.id)?;
        let batch = RecordBatch {
            captures: captures.iter().map(CaptureInfo::from).collect(),
            mentions: self.annotate(&mentions)?,
            // The timeline's own memory stands in the state of a source that is polled too.
            fetch_state: memory
                .position
                .map(|_| (source.id.clone(), heard_state(state, memory, now))),
            look_at: Some(now + FIRST_LOOK),
            ..RecordBatch::new(now)
        };
        Ok(self.archive.record(&batch)?)
    }

    /// How many of the mentions are not in the record yet.
    fn n_unknown(&self, mentions: &[Mention]) -> Result<u32> {
        let ids = mentions.iter().map(|mention| mention.id.clone());
        let ids = ids.collect::<HashSet<_>>().into_iter().collect::<Vec<_>>();
        let n_known = self.archive.mentions(&ids)?.len();
        Ok(u32::try_from(ids.len() - n_known)?)
    }

    /// Whether an observation of a source that speaks all the time says something new: another
    /// status, or a minute passed.
    pub fn is_news(&self, health: &SourceHealth) -> Result<bool> {
        const AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(1);
        let before = self.archive.health_history(&health.source, 1)?;
        Ok(before.first().is_none_or(|before| {
            before.status != health.status
                || health.observed_at.duration_since(before.observed_at) >= AGAIN_AFTER
        }))
    }

    /// Reads every mention again with the present models, a stretch at a time; mentions stay as
    /// they are.
    pub fn annotate_again(&self) -> Result<usize> {
        let (mut n_done, mut seq) = (0, 0);
        // Each reading is a change of its own, behind all that stood here before.
        let until = self.archive.latest_seq()?;
        loop {
            let mut changes = self.archive.mentions_after(seq, REREAD_AT_ONCE)?;
            changes.retain(|change| change.seq <= until);
            let Some(last) = changes.last() else {
                return Ok(n_done);
            };
            seq = last.seq;
            let stored = changes.into_iter().filter_map(|change| change.now);
            let annotations = self.read_again(stored.collect())?;
            n_done += self.archive.annotate_again(&mut annotations.into_iter())?;
        }
    }

    /// Lets search follow the record.
    pub fn index(&self) -> Result<CaughtUp> {
        Ok(self.search.catch_up(self.archive.as_ref())?)
    }

    /// Deletes captures whose time is over: the only place where uncut personal data stands.
    pub fn expire_captures(&self, now: Timestamp) -> Result<()> {
        let before = now - self.city.config.data.captures_keep.0;
        let mut expired = self.captures.expire(self.archive.as_ref(), before)?;
        if self.record.is_shared() {
            // Another process erased it from the record; its copy here goes too.
            let settled = now - UNRECORDED_KEPT;
            expired.n_bodies += self
                .captures
                .sweep(self.archive.as_ref(), settled)?
                .n_bodies;
        }
        tracing::info!(
            captures.n_expired = expired.n_bodies,
            "deleted captures past their time"
        );
        // Days of sources stay; single observations are of use while somebody asks what happened.
        self.archive.forget_health(now - HEALTH_KEPT)?;
        Ok(())
    }

    /// What should have been heard that day, and what was.
    pub fn coverage(&self, day: Date) -> Result<Coverage> {
        let health = self.archive.health_before(day_start(day.tomorrow()?))?;
        let health = if health.is_empty() {
            self.archive.latest_health()?
        } else {
            health
        };
        Ok(coverage::of_day(&self.city.sources, &health))
    }
}

/// Moments are kept to the microsecond.
fn says_the_same(stored: &Mention, given: &Mention) -> bool {
    let micros = |moment: Option<Timestamp>| moment.map(Timestamp::as_microsecond);
    let moments = |mention: &Mention| {
        let of_ticket = mention
            .ticket
            .as_ref()
            .map(|ticket| [ticket.due_at, ticket.closed_at, ticket.updated_at].map(micros));
        (micros(mention.published_at), of_ticket)
    };
    let words = |mention: &Mention| {
        let ticket = mention.ticket.as_ref().map(|ticket| {
            let words = (ticket.field.clone(), ticket.address.clone());
            (words, ticket.status, ticket.rating)
        });
        (mention.title.clone(), mention.text.clone(), ticket)
    };
    moments(stored) == moments(given) && words(stored) == words(given)
}

/// What a stream said, gathered over a moment. Nothing stands in both parts.
#[derive(Clone, Debug, Default)]
pub struct StreamBatch {
    /// Said or changed.
    pub said: Vec<Said>,
    /// Taken down, whether it was ever here or not.
    pub gone: Vec<MentionId>,
}

fn heard_state(state: FetchState, memory: &Memory, now: Timestamp) -> FetchState {
    FetchState {
        cursor: memory.to_cursor(),
        fetched_at: Some(now),
        changed_at: memory.newest,
        n_failures: 0,
        ..state
    }
}

impl ReadPage {
    /// A page whose source is not crawled any more.
    fn unread(leased: &LeasedPage) -> Self {
        let end = PageEnd::GivenUp {
            status: HealthStatus::Disabled,
            reason: "its source is not crawled any more".to_owned(),
        };
        Self::without_words(PageEnded {
            id: leased.id,
            end,
            host_ready_at: None,
        })
    }

    /// The end of a lease that brought nothing.
    pub fn without_words(ended: PageEnded) -> Self {
        let read = PageRead {
            captures: Vec::new(),
            mention: None,
            superseded: None,
            ended,
            complaints: Vec::new(),
        };
        let mentions = Vec::new();
        Self { read, mentions }
    }

    /// What came of the lease.
    pub fn ended(&self) -> &PageEnded {
        &self.read.ended
    }
}

/// A source whose listing can be read is not well while its pages cannot.
fn with_pages(health: SourceHealth, pages: &SourcePages) -> SourceHealth {
    let mut health = health;
    // Writing to a string cannot fail.
    match &pages.trouble {
        Some((HealthStatus::Blocked, reason)) if health.status.is_healthy() => {
            health.status = HealthStatus::Blocked;
            health.detail = format!("its listing can be read, its pages cannot: {reason}");
        }
        Some((_, reason)) => {
            let _ = write!(health.detail, "; the last page could not be read: {reason}");
        }
        None => {}
    }
    if pages.n_waiting > 0 {
        let _ = write!(
            health.detail,
            "; {} older pages still wait",
            pages.n_waiting
        );
    }
    health
}

/// What the configuration lets the fetcher do.
pub(crate) fn fetch_policy(crawl: &Crawl) -> Result<FetchPolicy> {
    let networks = crawl.allowed_networks.iter().map(|network| network.parse());
    let defaults = FetchPolicy::default();
    Ok(FetchPolicy {
        agent: crawl.agent.clone(),
        contact: crawl.contact.clone(),
        body_bytes_max: usize::try_from(crawl.body_max.0)?,
        timeout: crawl.timeout.duration(),
        redirects_max: crawl.redirects_max,
        allowed_networks: networks.collect::<Result<_, _>>()?,
        politeness: Politeness {
            delay_min: crawl.delay_min.duration(),
            delay_factor: crawl.delay_factor,
            poll_min: crawl.poll_min.duration(),
            poll_max: crawl.poll_max.duration(),
            ..defaults.politeness
        },
        visit: VisitLimits {
            reach_back_days: crawl.reach_back_days,
            ..defaults.visit
        },
        ..defaults
    })
}
