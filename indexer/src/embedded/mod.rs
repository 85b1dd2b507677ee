//! The embedded record: SQLite in one file, with one writer and a few readers.
//!
//! WAL lets readers go on while the writer writes; `synchronous = FULL` brings every commit to disk
//! before it is acknowledged.

mod atlas;
mod captures;
mod care;
mod concerns;
mod connection;
mod corrections;
mod deliveries;
mod editions;
mod fault;
mod forecasts;
mod hindsight;
mod hosts;
mod looks;
mod outbox;
mod past;
mod queue;
mod read;
mod record;
mod rows;
mod schema;
mod scores;
mod sources;
mod withheld;
mod words;

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use jiff::civil::Date;
use models::boundary::UnitBoundary;
use models::domain::{
    AnnotatedMention, Annotation, Concern, ConcernId, ContentHash, Correction, DayTally, Digest,
    DigestScope, FetchState, ForecastOutcome, ForecastScope, Grade, HostMemory, IndicatorValue,
    League, LeasedPage, MentionId, Period, PeriodKind, PublishedDigest, PublishedForecast,
    SatisfactionSignal, ScoreScope, ShadowScore, SilenceMap, SourceDay, SourceHealth, SourceId,
    SourcePages, Topic, UnitCode, UnitComparison,
};
use rusqlite::{Connection, Transaction, TransactionBehavior};

pub use care::restore;
pub(crate) use care::sync_folder;
pub(crate) use fault::explain_io;

use self::connection::Readers;
use self::fault::{Fault, explain};
use crate::Result;
use crate::archive::{
    Archive, AsOf, CaptureInfo, CaptureQuery, Change, Changes, Counts, DueLook, Edition,
    FetchRequest, Grouped, Grouping, KnownEdition, Listing, NewCorrection, OpenEdition, Page,
    Published, RecordBatch, Recorded, Revision, TicketEvent, Window,
};
use crate::atlas::{Atlas, SavedBoundaries};
use crate::outbox::{Attempt, MessageState, NewMessage, Outbox, OutboxMessage, Verdict};
use crate::queue::{GivenUpPage, Queue, QueueCounts};

/// Annotations replaced in one transaction, so that others get their turn.
const ANNOTATIONS_PER_TURN: usize = 1_000;

/// The record in one SQLite file.
pub struct EmbeddedArchive {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Readers,
}

impl EmbeddedArchive {
    /// Opens the record, making it or bringing it to the current schema where needed.
    pub fn open(path: &Path) -> Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|why| explain_io(folder, why))?;
        }
        let open_writer = || -> Result<Connection, Fault> {
            let mut writer = connection::open(path)?;
            schema::check_ours(path, &writer)?;
            connection::into_writer(&writer)?;
            schema::migrate(&mut writer)?;
            Ok(writer)
        };
        let writer = open_writer().map_err(|fault| explain(path, fault))?;
        Ok(Self {
            path: path.to_owned(),
            writer: Mutex::new(writer),
            readers: Readers::new(path),
        })
    }

    /// Where the record is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads in a snapshot of its own.
    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T> {
        let snapshot = |db: &Connection| {
            let tx = db.unchecked_transaction()?;
            work(&tx)
        };
        self.readers
            .with(snapshot)
            .map_err(|fault| explain(&self.path, fault))
    }

    /// Writes in one transaction; nothing stays of one that fails.
    fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>) -> Result<T> {
        // A panic in the middle rolled its transaction back: the connection is sound.
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = || -> Result<T, Fault> {
            let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = work(&tx)?;
            tx.commit()?;
            Ok(done)
        };
        transaction().map_err(|fault| explain(&self.path, fault))
    }

    /// Moves what the log holds into the database and empties it, so that removed words are gone
    /// from disk too. Readers in the middle of something delay it to the next time.
    fn empty_log(&self) -> Result<()> {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .map_err(|error| explain(&self.path, Fault::Sql(error)))
    }
}

impl Archive for EmbeddedArchive {
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
            self.empty_log()?;
        }
        Ok(n_removed)
    }

    fn removed(&self, ids: &[MentionId]) -> Result<HashSet<MentionId>> {
        self.read(|db| record::removed(db, ids))
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
        self.read(schema::version)
    }

    fn backup_to(&self, path: &Path) -> Result<()> {
        care::backup(&self.path, path)
    }

    fn check(&self) -> Result<Vec<String>> {
        self.read(care::check)
    }
}

impl Queue for EmbeddedArchive {
    fn lease(
        &self,
        limit: usize,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Vec<LeasedPage>> {
        self.write(|tx| queue::lease(tx, limit, now, lease_until))
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

impl Atlas for EmbeddedArchive {
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

impl Outbox for EmbeddedArchive {
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
