//! The embedded record: SQLite in one file, with one writer and a few readers.
//!
//! WAL lets readers go on while the writer writes; `synchronous = FULL` brings every commit to disk
//! before it is acknowledged.

mod accounts;
mod alerts;
mod atlas;
mod audit;
mod captures;
mod care;
mod concerns;
mod connection;
mod corrections;
mod deliveries;
mod desk_book;
mod editions;
mod fault;
mod forecasts;
mod hindsight;
mod hosts;
mod keys;
mod looks;
#[cfg(feature = "postgres")]
mod moving;
mod officers;
mod outbox;
mod past;
#[cfg(feature = "postgres")]
mod postgres_store;
mod press;
mod queue;
mod read;
mod record;
mod requests;
mod rows;
mod schema;
mod scores;
mod sources;
mod store;
mod withheld;
mod words;

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use models::boundary::UnitBoundary;
use models::domain::{
    Alert, AlertEvent, AlertRule, AlertStep, AlertSubject, AnnotatedMention, Annotation, Bounce,
    Channel, Concern, ConcernId, ContentHash, Correction, DayTally, Digest, DigestScope,
    ExplanationRequest, FetchState, Finding, ForecastOutcome, ForecastScope, Grade, HostMemory,
    IndicatorValue, League, LeasedPage, MentionId, Period, PeriodKind, PressEvent, PrintedAnswer,
    PublishedDigest, PublishedForecast, RequestAnswer, RequestEvent, RequestId, SatisfactionSignal,
    ScoreScope, ShadowScore, SilenceMap, SourceDay, SourceHealth, SourceId, SourcePages, Topic,
    UnitCode, UnitComparison,
};

pub use care::{Examined, backup, examine, restore};
pub(crate) use care::{beside, refuse_existing, sync_folder};
pub(crate) use fault::explain_io;
#[cfg(feature = "postgres")]
pub use moving::{MovedTable, move_to_postgres};

use self::fault::{Fault, explain};
use self::store::{SqliteStore, Store};
use crate::Result;
use crate::accounts::By;
use crate::alerts::{AlertQuery, Alerts};
use crate::archive::{
    Archive, AsOf, CaptureInfo, CaptureQuery, Change, Changes, Counts, DueLook, Edition,
    FetchRequest, Grouped, Grouping, KnownEdition, Listing, NewCorrection, OpenEdition, Page,
    Published, RecordBatch, Recorded, Revision, TicketEvent, Window,
};
use crate::atlas::{Atlas, SavedBoundaries};
use crate::duty::{Duty, Fence, Term};
use crate::outbox::{Attempt, MessageState, NewMessage, Outbox, OutboxMessage, Verdict};
use crate::queue::{GivenUpPage, Queue, QueueCounts};
use crate::requests::{DraftEdit, NewAnswer, NewPressEvent, NewRequest, NewStep, Requests};
use crate::sql::{Connection, Transaction};

/// Annotations replaced in one transaction, so that others get their turn.
const ANNOTATIONS_PER_TURN: usize = 1_000;

/// The record in a SQL database: a SQLite file, or PostgreSQL.
pub struct SqlArchive {
    store: Arc<Store>,
    /// What writes only while it is its turn.
    fence: Option<Fence>,
}

/// The record in one SQLite file.
pub type EmbeddedArchive = SqlArchive;

impl SqlArchive {
    /// Opens the record, making it or bringing it to the current schema where needed.
    pub fn open(path: &Path) -> Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|why| explain_io(folder, why))?;
        }
        let open_writer = || -> Result<Connection, Fault> {
            let opened = connection::open(path)?;
            schema::check_ours(path, &opened)?;
            let writer = connection::into_writer(opened)?;
            schema::migrate(&writer)?;
            Ok(writer)
        };
        let writer = open_writer().map_err(|fault| explain(path, fault))?;
        Ok(Self::over(Store::Sqlite(SqliteStore::new(path, writer))))
    }

    /// Opens the record on PostgreSQL at an address (`postgres://user@host/database`), making it or
    /// bringing it to the current schema where needed.
    #[cfg(feature = "postgres")]
    pub fn open_postgres(address: &str) -> Result<Self> {
        let store = postgres_store::PostgresStore::open(address)?;
        Ok(Self::over(Store::Postgres(store)))
    }

    fn over(store: Store) -> Self {
        Self {
            store: Arc::new(store),
            fence: None,
        }
    }

    /// Whether other processes may use the same record.
    pub fn is_shared(&self) -> bool {
        self.store.is_shared()
    }

    /// Takes a piece of work on that one process does at a time; `None` while another does it.
    pub fn try_lead(&self, duty: Duty) -> Result<Option<Term>> {
        self.store.try_lead(duty)
    }

    /// The same record, written only while a term lasts: a transaction of a process that was taken over
    /// is refused.
    #[must_use]
    pub fn in_term(&self, term: &Term) -> Self {
        Self {
            store: Arc::clone(&self.store),
            fence: term.held.as_ref().map(|held| held.fence),
        }
    }

    /// Where the record is.
    pub fn path(&self) -> &Path {
        self.store.place()
    }

    /// Refuses a damaged record before anything is built on it. One of more than a gigabyte is
    /// not looked over, for that would take minutes; [`check`](Archive::check) does.
    pub fn refuse_damage(&self) -> Result<()> {
        self.read(|db| care::refuse_damage(self.store.place(), db))
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T> {
        self.store.read(work)
    }

    fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>) -> Result<T> {
        self.store.write(|tx| {
            self.refuse_if_over(tx)?;
            work(tx)
        })
    }

    fn refuse_if_over(&self, tx: &Transaction<'_>) -> Result<(), Fault> {
        match &self.fence {
            Some(fence) => self.store.refuse_if_over(tx, fence),
            None => Ok(()),
        }
    }
}

impl Archive for SqlArchive {
    fn record(&self, batch: &RecordBatch) -> Result<Recorded> {
        self.write(|tx| record::record(tx, batch))
    }

    fn known_urls(&self, urls: &[String]) -> Result<HashSet<String>> {
        self.read(|db| read::known_urls(db, urls))
    }

    fn fetch_state(&self, source: &SourceId) -> Result<FetchState> {
        self.read(|db| sources::fetch_state(db, source))
    }

    fn fetch_states(&self) -> Result<Vec<(SourceId, FetchState)>> {
        self.read(sources::fetch_states)
    }

    fn record_health(&self, health: &SourceHealth) -> Result<()> {
        self.write(|tx| sources::insert_health(tx, health))
    }

    fn latest_health(&self) -> Result<Vec<SourceHealth>> {
        self.read(|db| sources::health_before(db, None))
    }

    fn health_before(&self, moment: Timestamp) -> Result<Vec<SourceHealth>> {
        self.read(|db| sources::health_before(db, Some(moment)))
    }

    fn health_history(&self, source: &SourceId, limit: usize) -> Result<Vec<SourceHealth>> {
        self.read(|db| sources::health_history(db, source, limit))
    }

    fn source_days(&self, from: Date, to: Date) -> Result<Vec<SourceDay>> {
        self.read(|db| sources::source_days(db, from, to))
    }

    fn moments_of_source(&self, source: &SourceId, since: Timestamp) -> Result<Vec<Timestamp>> {
        self.read(|db| sources::moments(db, source, since))
    }

    fn forget_deliveries(&self, now: Timestamp) -> Result<usize> {
        self.write(|tx| deliveries::forget(tx, now))
    }

    fn forget_health(&self, before: Timestamp) -> Result<usize> {
        self.write(|tx| sources::forget_health(tx, before))
    }

    fn mention(&self, id: &MentionId) -> Result<Option<AnnotatedMention>> {
        self.read(|db| read::mention(db, id))
    }

    fn mentions(&self, ids: &[MentionId]) -> Result<Vec<AnnotatedMention>> {
        self.read(|db| read::mentions(db, ids))
    }

    fn replies(&self, id: &MentionId) -> Result<Vec<AnnotatedMention>> {
        self.read(|db| read::replies(db, id))
    }

    fn mentions_of_days(&self, from: Date, to: Date) -> Result<Vec<AnnotatedMention>> {
        self.read(|db| read::mentions_of_days(db, from, to))
    }

    fn press_reports(&self, from: Date, to: Date) -> Result<Vec<AnnotatedMention>> {
        self.read(|db| read::press_reports(db, from, to))
    }

    fn mention_days(&self) -> Result<Option<(Date, Date)>> {
        self.read(read::mention_days)
    }

    fn mention_counts(&self, from: Date, to: Date) -> Result<Vec<(Date, SourceId, u64)>> {
        self.read(|db| read::mention_counts(db, from, to))
    }

    fn mentions_after(&self, seq: u64, limit: usize) -> Result<Vec<Change>> {
        self.read(|db| read::mentions_after(db, seq, limit))
    }

    fn latest_seq(&self) -> Result<u64> {
        self.read(read::latest_seq)
    }

    fn generation(&self) -> Result<String> {
        self.read(read::generation)
    }

    fn ticket_events(&self, id: &MentionId) -> Result<Vec<TicketEvent>> {
        self.read(|db| read::ticket_events(db, id))
    }

    fn add_correction(&self, made: &NewCorrection) -> Result<Correction> {
        self.write(|tx| corrections::add(tx, made))
    }

    fn corrections(&self) -> Result<Vec<Correction>> {
        self.read(corrections::all)
    }

    fn latest_correction(&self) -> Result<u64> {
        self.read(corrections::latest)
    }

    fn correction(&self, seq: u64) -> Result<Option<Correction>> {
        self.read(|db| corrections::one(db, seq))
    }

    fn corrections_after(&self, seq: u64) -> Result<Vec<Correction>> {
        self.read(|db| corrections::after(db, seq))
    }

    fn corrections_of_mentions(&self, ids: &[MentionId]) -> Result<Vec<Correction>> {
        self.read(|db| corrections::of_mentions(db, ids))
    }

    fn corrections_of_concern(&self, id: &ConcernId) -> Result<Vec<Correction>> {
        self.read(|db| corrections::of_concern(db, id))
    }

    fn concern_corrections(&self, up_to: u64) -> Result<Vec<Correction>> {
        self.read(|db| corrections::of_concerns(db, up_to))
    }

    fn concern_version(&self, id: &ConcernId) -> Result<u64> {
        self.read(|db| corrections::version(db, id))
    }

    fn remove(&self, ids: &[MentionId], reason: &str, at: Timestamp) -> Result<usize> {
        if ids.is_empty() {
            return Ok(0);
        }
        let n_removed = self.write(|tx| record::remove(tx, ids, reason, at))?;
        if n_removed > 0 {
            self.store.forget_for_good()?;
        }
        Ok(n_removed)
    }

    fn removed(&self, ids: &[MentionId]) -> Result<HashSet<MentionId>> {
        self.read(|db| record::removed(db, ids))
    }

    fn n_removed(&self) -> Result<u64> {
        self.read(record::n_removed)
    }

    fn due_looks(&self, source: &SourceId, now: Timestamp, limit: usize) -> Result<Vec<DueLook>> {
        self.read(|db| looks::due(db, source, now, limit))
    }

    fn put_looks_off(&self, looks: &[(MentionId, Timestamp)]) -> Result<()> {
        self.write(|tx| looks::put_off(tx, looks))
    }

    fn watch_shown(&self, shown: &[MentionId], until: Timestamp, due_at: Timestamp) -> Result<()> {
        self.write(|tx| looks::watch_shown(tx, shown, until, due_at))
    }

    fn annotate_again(&self, annotations: &mut dyn Iterator<Item = Annotation>) -> Result<usize> {
        let mut n_replaced = 0;
        loop {
            let share: Vec<_> = annotations.take(ANNOTATIONS_PER_TURN).collect();
            if share.is_empty() {
                return Ok(n_replaced);
            }
            n_replaced += self.write(|tx| record::annotate_again(tx, &share))?;
        }
    }

    fn captures_of(&self, hash: &ContentHash) -> Result<Vec<CaptureInfo>> {
        self.read(|db| captures::captures_of(db, hash))
    }

    fn captures_since(&self, source: &SourceId, since: Timestamp) -> Result<Vec<CaptureInfo>> {
        self.read(|db| captures::since(db, source, since))
    }

    fn forget_bodies(&self, hashes: &[ContentHash]) -> Result<()> {
        self.write(|tx| captures::forget_bodies(tx, hashes))
    }

    fn captures(
        &self,
        wanted: &CaptureQuery,
        after: Option<u64>,
    ) -> Result<Vec<(u64, CaptureInfo)>> {
        self.read(|db| captures::listed(db, wanted, after))
    }

    fn forget_captures(&self, before: Timestamp) -> Result<Vec<ContentHash>> {
        self.write(|tx| captures::forget(tx, before))
    }

    fn save_grouping(&self, grouping: &Grouping) -> Result<Grouped> {
        self.write(|tx| concerns::save_grouping(tx, grouping))
    }

    fn concerns_at(&self, day: Date) -> Result<Vec<Concern>> {
        self.read(|db| concerns::concerns_at(db, day))
    }

    fn heeded(&self) -> Result<u64> {
        self.read(concerns::heeded)
    }

    fn set_heeded(&self, seq: u64) -> Result<()> {
        self.write(|tx| concerns::set_heeded(tx, seq))
    }

    fn grouped_days(&self) -> Result<Vec<(Date, u64)>> {
        self.read(concerns::grouped_days)
    }

    fn latest_grouping(&self) -> Result<u64> {
        self.read(concerns::latest_grouping)
    }

    fn voices_by_channel(&self, from: Date) -> Result<Vec<(ConcernId, Channel, u64)>> {
        self.read(|db| concerns::voices_by_channel(db, from))
    }

    fn last_grouped_day(&self) -> Result<Option<Date>> {
        self.read(concerns::last_grouped_day)
    }

    fn concern(&self, id: &ConcernId) -> Result<Option<Concern>> {
        self.read(|db| concerns::concern(db, id))
    }

    fn concern_states(&self, id: &ConcernId) -> Result<Vec<(Date, Concern)>> {
        self.read(|db| concerns::states(db, id))
    }

    fn concerns_active(&self, from: Date, to: Date) -> Result<Vec<Concern>> {
        self.read(|db| concerns::concerns_active(db, from, to))
    }

    fn parts_of(&self, id: &ConcernId) -> Result<Vec<Concern>> {
        self.read(|db| concerns::parts_of(db, id))
    }

    fn mentions_of_concerns(
        &self,
        ids: &[ConcernId],
        page: &Page,
    ) -> Result<Listing<AnnotatedMention>> {
        self.read(|db| read::mentions_of_concerns(db, ids, page))
    }

    fn first_mentions(&self, id: &ConcernId, limit: usize) -> Result<Vec<MentionId>> {
        self.read(|db| read::first_mentions(db, id, limit))
    }

    fn mention_concern(&self, id: &MentionId) -> Result<Option<ConcernId>> {
        self.read(|db| read::mention_concern(db, id))
    }

    fn publish(&self, edition: &Edition<'_>) -> Result<Published> {
        self.write(|tx| editions::publish(tx, edition))
    }

    fn begin_edition(&self, period: Period, at: Timestamp) -> Result<OpenEdition> {
        self.write(|tx| past::begin(tx, period, at))
    }

    fn window(&self, from: Date, to: Date, concerns_on: Date, as_of: AsOf) -> Result<Window> {
        self.read(|db| past::window(db, from, to, concerns_on, as_of))
    }

    fn latest_edition(&self, period: Period) -> Result<Option<KnownEdition>> {
        self.read(|db| past::latest_edition(db, period))
    }

    fn edition_of(
        &self,
        scope: &DigestScope,
        period: Period,
        revision: u32,
    ) -> Result<Option<KnownEdition>> {
        self.read(|db| past::edition_of(db, scope, period, revision))
    }

    fn changes_since(&self, from: Date, to: Date, edition: &KnownEdition) -> Result<Changes> {
        self.read(|db| past::changes_since(db, from, to, edition))
    }

    fn period_digest(
        &self,
        scope: &DigestScope,
        period: Period,
        revision: Option<u32>,
    ) -> Result<Option<Digest>> {
        self.read(|db| editions::digest(db, scope, period, revision))
    }

    fn digests_of(&self, period: Period) -> Result<Vec<Digest>> {
        self.read(|db| editions::digests_of(db, period))
    }

    fn periods(&self, scope: &DigestScope, kind: PeriodKind) -> Result<Vec<Period>> {
        self.read(|db| past::periods(db, scope, kind))
    }

    fn period_revisions(&self, scope: &DigestScope, period: Period) -> Result<Vec<Revision>> {
        self.read(|db| editions::revisions(db, scope, period))
    }

    fn leagues(&self, period: Period) -> Result<Vec<League>> {
        self.read(|db| hindsight::leagues(db, period))
    }

    fn comparison(&self, unit: UnitCode, day: Date) -> Result<Option<UnitComparison>> {
        self.read(|db| editions::comparison(db, unit, day))
    }

    fn save_grades(&self, grades: &[Grade]) -> Result<usize> {
        self.write(|tx| hindsight::save_grades(tx, grades))
    }

    fn grades(&self, scope: &DigestScope, from: Date, to: Date) -> Result<Vec<Grade>> {
        self.read(|db| hindsight::grades(db, scope, from, to))
    }

    fn topic_counts(&self, day: Date) -> Result<Vec<(Option<UnitCode>, Topic, u32)>> {
        self.read(|db| forecasts::topic_counts(db, day))
    }

    fn save_tallies(&self, tallies: &[DayTally], at: Timestamp) -> Result<usize> {
        self.write(|tx| forecasts::save_tallies(tx, tallies, at))
    }

    fn latest_tally(&self) -> Result<u64> {
        self.read(forecasts::latest_tally)
    }

    fn tallies(&self, from: Date, to: Date, as_of: u64) -> Result<Vec<DayTally>> {
        self.read(|db| forecasts::tallies(db, from, to, as_of))
    }

    fn save_forecasts(&self, forecasts: &[PublishedForecast], tally: u64) -> Result<usize> {
        self.write(|tx| forecasts::save_forecasts(tx, forecasts, tally))
    }

    fn forecast_days(&self) -> Result<Vec<Date>> {
        self.read(forecasts::forecast_days)
    }

    fn forecasts_on(&self, day: Date) -> Result<Vec<(PublishedForecast, u64)>> {
        self.read(|db| forecasts::forecasts_on(db, day))
    }

    fn forecasts_of(
        &self,
        scope: ForecastScope,
        topic: Topic,
        from: Date,
        to: Date,
    ) -> Result<Vec<PublishedForecast>> {
        self.read(|db| forecasts::forecasts_of(db, scope, topic, from, to))
    }

    fn ungraded_forecast_days(&self, until: Date) -> Result<Vec<Date>> {
        self.read(|db| forecasts::ungraded_days(db, until))
    }

    fn save_outcomes(&self, outcomes: &[ForecastOutcome]) -> Result<usize> {
        self.write(|tx| forecasts::save_outcomes(tx, outcomes))
    }

    fn outcomes(
        &self,
        scope: Option<ForecastScope>,
        from: Date,
        to: Date,
    ) -> Result<Vec<ForecastOutcome>> {
        self.read(|db| forecasts::outcomes(db, scope, from, to))
    }

    fn signals(&self, day: Date) -> Result<Vec<SatisfactionSignal>> {
        self.read(|db| editions::signals(db, day))
    }

    fn signal_history(
        &self,
        unit: UnitCode,
        from: Date,
        to: Date,
    ) -> Result<Vec<SatisfactionSignal>> {
        self.read(|db| editions::signal_history(db, unit, from, to))
    }

    fn signals_between(&self, from: Date, to: Date) -> Result<Vec<SatisfactionSignal>> {
        self.read(|db| editions::signals_between(db, from, to))
    }

    fn shadow_scores(&self, period: PeriodKind, day: Date) -> Result<Vec<ShadowScore>> {
        self.read(|db| scores::shadow_scores(db, period, day))
    }

    fn shadow_score(
        &self,
        whose: ScoreScope,
        period: PeriodKind,
        day: Date,
    ) -> Result<Option<ShadowScore>> {
        self.read(|db| scores::shadow_score(db, whose, period, day))
    }

    fn shadow_days(&self, period: PeriodKind, limit: usize) -> Result<Vec<Date>> {
        self.read(|db| scores::shadow_days(db, period, limit))
    }

    fn silence_map(&self, period: Period) -> Result<Option<SilenceMap>> {
        self.read(|db| scores::silence_map(db, period))
    }

    fn indicator_values(
        &self,
        indicator: &str,
        period: PeriodKind,
        day: Date,
    ) -> Result<Vec<IndicatorValue>> {
        self.read(|db| scores::indicator_values(db, indicator, period, day))
    }

    fn indicator_days(
        &self,
        indicator: &str,
        period: PeriodKind,
        limit: usize,
    ) -> Result<Vec<Date>> {
        self.read(|db| scores::indicator_days(db, indicator, period, limit))
    }

    fn values_of(&self, whose: ScoreScope, from: Date, to: Date) -> Result<Vec<IndicatorValue>> {
        self.read(|db| scores::values_of(db, whose, from, to))
    }

    fn request_fetch(&self, source: &SourceId, at: Timestamp) -> Result<u64> {
        self.write(|tx| sources::request_fetch(tx, source, at))
    }

    fn open_requests(&self) -> Result<Vec<FetchRequest>> {
        self.read(sources::open_requests)
    }

    fn finish_request(&self, id: u64, at: Timestamp) -> Result<()> {
        self.write(|tx| sources::finish_request(tx, id, at))
    }

    fn counts(&self) -> Result<Counts> {
        self.read(care::counts)
    }

    fn schema_version(&self) -> Result<u32> {
        self.read(schema::known)
    }

    fn backup_to(&self, path: &Path) -> Result<()> {
        self.store.back_up_to(path)
    }

    fn check(&self) -> Result<Vec<String>> {
        self.read(care::check)
    }
}

impl Queue for SqlArchive {
    fn lease(
        &self,
        limit: usize,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Vec<LeasedPage>> {
        self.store.write_beside(|tx| {
            self.refuse_if_over(tx)?;
            queue::lease(tx, limit, now, lease_until)
        })
    }

    fn end_leases(&self, now: Timestamp) -> Result<usize> {
        self.write(|tx| queue::end_leases(tx, now))
    }

    fn next_ready_at(&self) -> Result<Option<Timestamp>> {
        self.read(queue::next_ready_at)
    }

    fn is_waiting_for(
        &self,
        from: Timestamp,
        to: Timestamp,
        found_after: Timestamp,
    ) -> Result<bool> {
        self.read(|db| queue::is_waiting_for(db, from, to, found_after))
    }

    fn queue_counts(&self) -> Result<QueueCounts> {
        self.read(queue::counts)
    }

    fn source_pages(&self, source: &SourceId) -> Result<SourcePages> {
        self.read(|db| queue::source_pages(db, source))
    }

    fn given_up(&self, limit: usize) -> Result<Vec<GivenUpPage>> {
        self.read(|db| queue::given_up(db, limit))
    }

    fn forget_given_up(&self, before: Timestamp) -> Result<usize> {
        self.write(|tx| {
            hosts::forget(tx, before)?;
            queue::forget_given_up(tx, before)
        })
    }

    fn host_memory(&self, limit: usize) -> Result<HostMemory> {
        self.read(|db| hosts::memory(db, limit))
    }

    fn remember_hosts(&self, memory: &HostMemory) -> Result<()> {
        self.write(|tx| hosts::remember(tx, memory))
    }
}

#[cfg(test)]
mod tests;

impl Atlas for SqlArchive {
    fn save_boundaries(
        &self,
        boundaries: &[UnitBoundary],
        attribution: &str,
        at: Timestamp,
    ) -> Result<u64> {
        self.write(|tx| atlas::save(tx, boundaries, attribution, at))
    }

    fn boundaries(&self) -> Result<Option<SavedBoundaries>> {
        self.read(atlas::latest)
    }
}

impl Requests for EmbeddedArchive {
    fn draft_request(&self, new: &NewRequest, by: &By) -> Result<RequestId> {
        self.write(|tx| requests::draft(tx, new, by))
    }

    fn edit_draft(
        &self,
        id: RequestId,
        seen: u64,
        edited: &DraftEdit,
        by: &By,
    ) -> Result<Option<RequestEvent>> {
        self.write(|tx| requests::edit(tx, id, seen, edited, by))
    }

    fn step_request(&self, id: RequestId, step: &NewStep, by: &By) -> Result<Option<RequestEvent>> {
        self.write(|tx| requests::step(tx, id, step, by))
    }

    fn note_request(
        &self,
        id: RequestId,
        step: &NewStep,
        role: &str,
        at: Timestamp,
    ) -> Result<bool> {
        self.write(|tx| requests::note(tx, id, step, role, at))
    }

    fn answer_request(&self, id: RequestId, round: u32, answer: &NewAnswer, by: &By) -> Result<()> {
        self.write(|tx| requests::answer(tx, id, round, answer, by))
    }

    fn request(&self, id: RequestId) -> Result<Option<ExplanationRequest>> {
        self.read(|db| requests::one(db, id))
    }

    fn requests(&self, limit: usize) -> Result<Vec<ExplanationRequest>> {
        self.read(|db| requests::all(db, limit))
    }

    fn requests_of_concern(&self, concern: &ConcernId) -> Result<Vec<ExplanationRequest>> {
        self.read(|db| requests::of_concern(db, concern))
    }

    fn request_events(&self, id: RequestId) -> Result<Vec<RequestEvent>> {
        self.read(|db| requests::events(db, id))
    }

    fn request_answers(&self, id: RequestId) -> Result<Vec<RequestAnswer>> {
        self.read(|db| requests::answers(db, id))
    }

    fn answer_body(&self, id: RequestId, hash: &[u8; 32]) -> Result<Option<Vec<u8>>> {
        self.read(|db| requests::body(db, id, hash))
    }

    fn print_answers(&self, prints: &[PrintedAnswer], at: Timestamp) -> Result<usize> {
        self.write(|tx| requests::print(tx, prints, at))
    }

    fn printed_on(&self, day: Date) -> Result<Vec<PrintedAnswer>> {
        self.read(|db| requests::printed(db, &requests::Printed::On(day)))
    }

    fn printed_of_concern(&self, concern: &ConcernId) -> Result<Vec<PrintedAnswer>> {
        self.read(|db| requests::printed(db, &requests::Printed::Under(concern)))
    }

    fn unprinted(&self) -> Result<Vec<(RequestId, Timestamp)>> {
        self.read(requests::unprinted)
    }

    fn link_key(&self, fresh: [u8; 32]) -> Result<[u8; 32]> {
        self.write(|tx| requests::link_key(tx, &fresh))
    }

    fn note_press(&self, new: &NewPressEvent, by: &By) -> Result<u64> {
        self.write(|tx| press::note(tx, new, by))
    }

    fn press_events(
        &self,
        mention: Option<&MentionId>,
        since: Timestamp,
    ) -> Result<Vec<PressEvent>> {
        self.read(|db| press::events(db, mention, since))
    }
}

impl Outbox for SqlArchive {
    fn published_after(&self, number: u64, limit: usize) -> Result<Vec<PublishedDigest>> {
        self.read(|db| outbox::published_after(db, number, limit))
    }

    fn last_published(&self) -> Result<u64> {
        self.read(outbox::last_published)
    }

    fn mark(&self, endpoint: &str) -> Result<Option<u64>> {
        self.read(|db| outbox::mark(db, endpoint))
    }

    fn post(
        &self,
        endpoint: &str,
        messages: &[NewMessage],
        mark: Option<u64>,
        at: Timestamp,
    ) -> Result<usize> {
        self.write(|tx| outbox::post(tx, endpoint, messages, mark, at))
    }

    fn post_under(
        &self,
        mark: (&str, u64),
        messages: &[(String, NewMessage)],
        at: Timestamp,
    ) -> Result<usize> {
        self.write(|tx| outbox::post_under(tx, mark, messages, at))
    }

    fn note_bounce(&self, bounce: &Bounce) -> Result<()> {
        self.write(|tx| outbox::note_bounce(tx, bounce))
    }

    fn bounces(&self, address: Option<&str>, limit: usize) -> Result<Vec<Bounce>> {
        self.read(|db| outbox::bounces(db, address, limit))
    }

    fn forget_bounces(&self, address: &str) -> Result<usize> {
        self.write(|tx| outbox::forget_bounces(tx, address))
    }

    fn due_messages(
        &self,
        endpoint: &str,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<OutboxMessage>> {
        self.read(|db| outbox::due(db, endpoint, now, limit))
    }

    fn claim(&self, message: u64) -> Result<bool> {
        self.write(|tx| outbox::claim(tx, message))
    }

    fn give_up_claimed(&self, endpoint_prefix: &str, at: Timestamp, detail: &str) -> Result<usize> {
        self.write(|tx| outbox::give_up_claimed(tx, endpoint_prefix, at, detail))
    }

    fn settle(&self, message: u64, attempt: &Attempt, verdict: Verdict) -> Result<()> {
        self.write(|tx| outbox::settle(tx, message, attempt, verdict))
    }

    fn messages(
        &self,
        endpoint: Option<&str>,
        state: Option<MessageState>,
        limit: usize,
    ) -> Result<Vec<OutboxMessage>> {
        self.read(|db| outbox::messages(db, endpoint, state, limit))
    }

    fn message_counts(&self) -> Result<Vec<(String, MessageState, u64)>> {
        self.read(outbox::counts)
    }

    fn message(&self, id: u64) -> Result<Option<OutboxMessage>> {
        self.read(|db| outbox::one(db, id))
    }

    fn attempts(&self, message: u64) -> Result<Vec<Attempt>> {
        self.read(|db| outbox::attempts(db, message))
    }

    fn revive(&self, message: u64, at: Timestamp) -> Result<bool> {
        self.write(|tx| outbox::revive(tx, message, at))
    }

    fn forget_messages(&self, before: Timestamp) -> Result<usize> {
        self.write(|tx| outbox::forget(tx, before))
    }
}

impl Alerts for EmbeddedArchive {
    fn save_rule(&self, rule: &AlertRule, by: &By) -> Result<Option<AlertRule>> {
        self.write(|tx| alerts::save_rule(tx, rule, by))
    }

    fn alert_rules(&self) -> Result<Vec<AlertRule>> {
        self.read(alerts::rules)
    }

    fn alert_rule(&self, id: u64) -> Result<Option<AlertRule>> {
        self.read(|db| alerts::rule(db, id))
    }

    fn open_alert(
        &self,
        rule: &AlertRule,
        found: &Finding,
        at: Timestamp,
    ) -> Result<Option<Alert>> {
        self.write(|tx| alerts::open(tx, rule, found, at))
    }

    fn alert_step(
        &self,
        alert: u64,
        version: u64,
        step: &AlertStep,
        comment: &str,
        by: Option<&By>,
        at: Timestamp,
    ) -> Result<Option<Alert>> {
        self.write(|tx| alerts::step(tx, alert, version, step, comment, by, at))
    }

    fn still_found(&self, alert: u64, day: Date) -> Result<()> {
        self.write(|tx| alerts::still_found(tx, alert, day))
    }

    fn last_alert(&self, rule: u64, subject: &AlertSubject) -> Result<Option<Alert>> {
        self.read(|db| alerts::last(db, rule, subject))
    }

    fn alerts(&self, wanted: &AlertQuery) -> Result<Vec<Alert>> {
        self.read(|db| alerts::alerts(db, wanted))
    }

    fn alert(&self, id: u64) -> Result<Option<Alert>> {
        self.read(|db| alerts::one(db, id))
    }

    fn alert_events(&self, alert: u64) -> Result<Vec<AlertEvent>> {
        self.read(|db| alerts::events(db, alert))
    }

    fn alert_events_after(&self, number: u64, limit: usize) -> Result<Vec<AlertEvent>> {
        self.read(|db| alerts::events_after(db, number, limit))
    }

    fn last_alert_event(&self) -> Result<u64> {
        self.read(alerts::last_event)
    }
}
