//! The record: what every backend can do, in the words of the journey.
//!
//! Captures, mentions and corrections are ground state; groupings, digests and signals can be made
//! again from them, though what was published is kept as it was published.

mod shapes;

use std::collections::HashSet;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use models::domain::{
    AnnotatedMention, Annotation, Channel, Concern, ConcernId, ContentHash, Correction, DayTally,
    Digest, DigestScope, FetchState, ForecastOutcome, ForecastScope, Grade, IndicatorValue, League,
    MentionId, Period, PeriodKind, PublishedForecast, SatisfactionSignal, ScoreScope, ShadowScore,
    SilenceMap, SourceDay, SourceHealth, SourceId, Topic, UnitCode, UnitComparison,
};

use crate::Result;

pub use shapes::{
    AsOf, CaptureInfo, CaptureQuery, Change, Changes, ConcernState, Counts, DELIVERIES_KEPT_DAYS,
    Delivery, DueLook, Edition, EditionInputs, FetchRequest, Grouped, Grouping, KnownEdition,
    KnownStates, Listing, NewCorrection, OpenEdition, Page, Published, RecordBatch, Recorded,
    Repeated, Revision, TicketEvent, Window,
};

/// More moments of a source are not read at once.
pub const MOMENTS_MAX: usize = 50_000;

/// The record of everything heard, read and published. Synchronous: async callers use
/// `spawn_blocking`. Every writing call is one transaction: when it has returned `Ok`, a crash
/// loses nothing of it; when it has not, nothing of it is there.
pub trait Archive: Send + Sync {
    // Ground state.

    /// Stores one visit to a source: captures' metadata, mentions with annotations, pages found or
    /// read, what was learned of hosts, the renewed fetch state and the health seen.
    ///
    /// Idempotent by mention id: the same mention again changes nothing, a changed one replaces the
    /// stored one and keeps its concern. A changed ticket leaves an event (see
    /// [`ticket_events`](Self::ticket_events)); one that is older than the stored one by its own
    /// time of update leaves only the event. A mention that was [removed](Self::remove) does not
    /// come back.
    fn record(&self, batch: &RecordBatch) -> Result<Recorded>;

    /// Those of the addresses that need not be found again: a mention has them, a visit listed them
    /// as [`visited`](RecordBatch::visited), or they are in the [`Queue`](crate::Queue).
    fn known_urls(&self, urls: &[String]) -> Result<HashSet<String>>;

    /// Whether one address need not be fetched again.
    fn is_known_url(&self, url: &str) -> Result<bool> {
        Ok(!self.known_urls(&[url.to_owned()])?.is_empty())
    }

    /// What is remembered of fetching a source; the default when it was never fetched.
    fn fetch_state(&self, source: &SourceId) -> Result<FetchState>;

    /// What is remembered of every source fetched so far.
    fn fetch_states(&self) -> Result<Vec<(SourceId, FetchState)>>;

    /// Adds an observation of health made outside a recorded visit. The same source and moment
    /// again replaces it.
    fn record_health(&self, health: &SourceHealth) -> Result<()>;

    /// The newest observation of every source, by source.
    fn latest_health(&self) -> Result<Vec<SourceHealth>>;

    /// The newest observation of every source that was made before a moment, by source: the state
    /// of coverage at the end of a past day.
    fn health_before(&self, moment: Timestamp) -> Result<Vec<SourceHealth>>;

    /// Observations of one source, newest first.
    fn health_history(&self, source: &SourceId, limit: usize) -> Result<Vec<SourceHealth>>;

    /// What was seen of every source on the days `from` to `to`, both included, by source and day.
    fn source_days(&self, from: Date, to: Date) -> Result<Vec<SourceDay>>;

    /// When a source spoke since a moment, oldest first, each moment once: the times of its mentions
    /// and of the newest entries seen at visits, the latest [`MOMENTS_MAX`] of them.
    fn moments_of_source(&self, source: &SourceId, since: Timestamp) -> Result<Vec<Timestamp>>;

    /// Forgets single observations of health before a moment, the newest of each source excepted;
    /// [`source_days`](Self::source_days) stay. Gives how many went.
    fn forget_health(&self, before: Timestamp) -> Result<usize>;

    /// Forgets numbers of deliveries that are older than a repetition may be (30 days).
    fn forget_deliveries(&self, now: Timestamp) -> Result<usize>;

    /// One mention with its annotation and concern.
    fn mention(&self, id: &MentionId) -> Result<Option<AnnotatedMention>>;

    /// Several mentions, in the order asked; those not in the record are left out.
    fn mentions(&self, ids: &[MentionId]) -> Result<Vec<AnnotatedMention>>;

    /// Direct replies to a mention, oldest first, at most 1,000.
    fn replies(&self, id: &MentionId) -> Result<Vec<AnnotatedMention>>;

    /// Mentions published on the Vietnamese days `from` to `to`, both included, oldest first. A
    /// mention without a publication time counts on the day it was recorded.
    fn mentions_of_days(&self, from: Date, to: Date) -> Result<Vec<AnnotatedMention>>;

    /// Those of them that the press said and that voice a concern.
    fn press_reports(&self, from: Date, to: Date) -> Result<Vec<AnnotatedMention>>;

    /// The first and the last day with a mention; `None` when there is no mention.
    fn mention_days(&self) -> Result<Option<(Date, Date)>>;

    /// Number of mentions recorded a day and source on the days `from` to `to`, both included.
    fn mention_counts(&self, from: Date, to: Date) -> Result<Vec<(Date, SourceId, u64)>>;

    /// Writes to mentions after a sequence number, in the order of their numbers: what an index
    /// needs to follow the record. Each mention comes once, with its latest number.
    fn mentions_after(&self, seq: u64, limit: usize) -> Result<Vec<Change>>;

    /// The number of the latest write to a mention, 0 before the first.
    fn latest_seq(&self) -> Result<u64>;

    /// Identity of this history of writes. It is another one after a restore, so that sequence
    /// numbers seen before mean nothing any more.
    fn generation(&self) -> Result<String>;

    /// Every state of a hotline report's ticket, in the order of the ticket's own time.
    fn ticket_events(&self, id: &MentionId) -> Result<Vec<TicketEvent>>;

    /// Adds a correction and numbers it, with the annotations that follow from it; all or nothing.
    /// Refused as [`Stale`](crate::Error::Stale) when a concern it was made on has another
    /// [version](Self::concern_version) by now.
    fn add_correction(&self, made: &NewCorrection) -> Result<Correction>;

    /// All corrections, in the order they apply.
    fn corrections(&self) -> Result<Vec<Correction>>;

    /// The number of the latest correction, 0 before the first.
    fn latest_correction(&self) -> Result<u64>;

    /// The correction of a number.
    fn correction(&self, seq: u64) -> Result<Option<Correction>>;

    /// Corrections after a number, in the order they apply.
    fn corrections_after(&self, seq: u64) -> Result<Vec<Correction>>;

    /// Corrections of how mentions are read, with what undoes them, in the order they apply.
    fn corrections_of_mentions(&self, ids: &[MentionId]) -> Result<Vec<Correction>>;

    /// Corrections that name a concern, with what undoes them, in the order they apply.
    fn corrections_of_concern(&self, id: &ConcernId) -> Result<Vec<Correction>>;

    /// Corrections of any concern with a number of at most `up_to`, in the order they apply.
    fn concern_corrections(&self, up_to: u64) -> Result<Vec<Correction>>;

    /// The version of a concern for those who edit it: the number of the latest correction that names
    /// it, 0 when none does.
    fn concern_version(&self, id: &ConcernId) -> Result<u64>;

    /// Takes mentions out for good: erasure by right, or takedown at the source. Their words,
    /// annotations and tickets are deleted; the bare id stays, with the reason, so that a later
    /// crawl does not bring them back. Digests and concerns that took words from them show
    /// [`WITHDRAWN`](models::domain::WITHDRAWN) instead. Gives the number that was there. `reason`
    /// must not quote the mention.
    fn remove(&self, ids: &[MentionId], reason: &str, at: Timestamp) -> Result<usize>;

    /// Those of the mentions that were [removed](Self::remove).
    fn removed(&self, ids: &[MentionId]) -> Result<HashSet<MentionId>>;

    /// How many were removed in all: while it stays, no words were taken out of what was published.
    fn n_removed(&self) -> Result<u64>;

    // Looking again at the source.

    /// Mentions of a source that are to be looked at again by now, those waiting longest first. One
    /// is first due at [`look_at`](RecordBatch::look_at) of the batch it came with.
    fn due_looks(&self, source: &SourceId, now: Timestamp, limit: usize) -> Result<Vec<DueLook>>;

    /// Mentions that were looked at, each with the moment it is due again.
    fn put_looks_off(&self, looks: &[(MentionId, Timestamp)]) -> Result<()>;

    /// Mentions whose words a digest shows until a moment; they are due at `due_at` at the latest.
    fn watch_shown(&self, shown: &[MentionId], until: Timestamp, due_at: Timestamp) -> Result<()>;

    /// Replaces annotations, leaving mentions untouched, in transactions of bounded size. Those of
    /// mentions not in the record are skipped. Gives the number replaced.
    fn annotate_again(&self, annotations: &mut dyn Iterator<Item = Annotation>) -> Result<usize>;

    // Captures' metadata; the bytes are in `CaptureStore`.

    /// Fetches whose body has this hash, newest first.
    fn captures_of(&self, hash: &ContentHash) -> Result<Vec<CaptureInfo>>;

    /// Fetches of a source since a moment, oldest first.
    fn captures_since(&self, source: &SourceId, since: Timestamp) -> Result<Vec<CaptureInfo>>;

    /// Forgets every fetch whose body has one of these hashes.
    fn forget_bodies(&self, hashes: &[ContentHash]) -> Result<()>;

    /// Fetches of a stretch of time in their order, all sources or one, at most 500 from a position
    /// on; an empty list ends it.
    fn captures(
        &self,
        wanted: &CaptureQuery,
        after: Option<u64>,
    ) -> Result<Vec<(u64, CaptureInfo)>>;

    /// Forgets fetches before a moment.
    fn forget_captures(&self, before: Timestamp) -> Result<()>;

    // Derived state.

    /// Replaces the grouping of one day: mentions of that day keep only the concerns given here, and
    /// the state of concerns at the end of that day becomes the one given here. Repeatable; later
    /// days keep their own grouping until they are grouped again, in order.
    fn save_grouping(&self, grouping: &Grouping) -> Result<Grouped>;

    /// The state of concerns at the end of a day, by id: what grouping the next day starts from.
    /// The last grouped day before counts when that day was not grouped.
    fn concerns_at(&self, day: Date) -> Result<Vec<Concern>>;

    /// The same with a digest of each state, which is read only where `known` has another for it: who looks
    /// at all concerns after every grouping pays for what the grouping changed.
    fn states_at(&self, day: Date, known: &KnownStates) -> Result<Vec<ConcernState>>;

    /// The number up to which corrections of concerns were carried into the groupings of past days; 0 at
    /// first.
    fn heeded(&self) -> Result<u64>;

    /// Says that all corrections up to a number were carried into past groupings.
    fn set_heeded(&self, seq: u64) -> Result<()>;

    /// Grouped days, oldest first, each with the number of the latest correction its grouping knew.
    fn grouped_days(&self) -> Result<Vec<(Date, u64)>>;

    /// The number of the latest grouping that changed anything, 0 before the first.
    fn latest_grouping(&self) -> Result<u64>;

    /// Mentions since the begin of a day by concern and channel, as the record knows them now.
    fn voices_by_channel(&self, from: Date) -> Result<Vec<(ConcernId, Channel, u64)>>;

    /// The last day that was grouped.
    fn last_grouped_day(&self) -> Result<Option<Date>>;

    /// The latest known state of a concern, also when it has meanwhile been dropped for its age.
    fn concern(&self, id: &ConcernId) -> Result<Option<Concern>>;

    /// The states of a concern with the days at whose end it stood so, oldest first; days on which
    /// nothing changed are left out.
    fn concern_states(&self, id: &ConcernId) -> Result<Vec<(Date, Concern)>>;

    /// Concerns with a mention on the days `from` to `to`, both included, as they stood at the end
    /// of `to`, by id.
    fn concerns_active(&self, from: Date, to: Date) -> Result<Vec<Concern>>;

    /// Concerns that turned out to be part of one, those that are part of these too, by id, as they
    /// were last known.
    fn parts_of(&self, id: &ConcernId) -> Result<Vec<Concern>>;

    /// Mentions of a concern, newest first.
    fn concern_mentions(&self, id: &ConcernId, page: &Page) -> Result<Listing<AnnotatedMention>> {
        self.mentions_of_concerns(std::slice::from_ref(id), page)
    }

    /// Mentions of any of some concerns, newest first; only the first 100 concerns are looked at.
    fn mentions_of_concerns(
        &self,
        ids: &[ConcernId],
        page: &Page,
    ) -> Result<Listing<AnnotatedMention>>;

    /// The first mentions of a concern, oldest first.
    fn first_mentions(&self, id: &ConcernId, limit: usize) -> Result<Vec<MentionId>>;

    /// The concern of a mention; `None` for noise, and before its day is grouped.
    fn mention_concern(&self, id: &MentionId) -> Result<Option<ConcernId>>;

    // Published.

    /// Begins a run that publishes: fixes what it reads, so that it can be read again later whatever
    /// is written meanwhile. An edition that is never published does no harm.
    fn begin_edition(&self, period: Period, at: Timestamp) -> Result<OpenEdition>;

    /// Mentions of the days `from` to `to`, both included, oldest first, and concerns at the end of
    /// the day `concerns_on`, all as they were known: mentions as of a write, their concerns and the
    /// states of concerns as of a grouping. Exact for what an edition has read (see
    /// [`begin_edition`](Self::begin_edition)); removed mentions are missing.
    fn window(&self, from: Date, to: Date, concerns_on: Date, as_of: AsOf) -> Result<Window>;

    /// The latest published edition of a period, also when nothing in it was new.
    fn latest_edition(&self, period: Period) -> Result<Option<KnownEdition>>;

    /// The edition a revision of a digest was made in; `None` for digests of before editions.
    fn edition_of(
        &self,
        scope: &DigestScope,
        period: Period,
        revision: u32,
    ) -> Result<Option<KnownEdition>>;

    /// What became other in the mentions of the days `from` to `to`, both included, since an edition.
    fn changes_since(&self, from: Date, to: Date, edition: &KnownEdition) -> Result<Changes>;

    /// Publishes digests, signals, leagues, scores and comparisons in one transaction. What is published is never changed:
    /// the same content again does nothing, different content becomes the next revision and carries
    /// the digest's own `erratum`, or else that of the edition. The `revision` of what is given is not
    /// looked at. Words of removed mentions are not published again.
    fn publish(&self, edition: &Edition<'_>) -> Result<Published>;

    /// A digest of a period, the latest revision unless one is named.
    fn period_digest(
        &self,
        scope: &DigestScope,
        period: Period,
        revision: Option<u32>,
    ) -> Result<Option<Digest>>;

    /// The digest of a day, the latest revision unless one is named.
    fn digest(
        &self,
        scope: &DigestScope,
        day: Date,
        revision: Option<u32>,
    ) -> Result<Option<Digest>> {
        self.period_digest(scope, Period::day(day), revision)
    }

    /// The latest revisions of all digests of a period, the city's first, then units, then agencies.
    fn digests_of(&self, period: Period) -> Result<Vec<Digest>>;

    /// The latest revisions of all digests of a day, in the same order.
    fn digests_of_day(&self, day: Date) -> Result<Vec<Digest>> {
        self.digests_of(Period::day(day))
    }

    /// Periods of a kind with a published digest, newest first.
    fn periods(&self, scope: &DigestScope, kind: PeriodKind) -> Result<Vec<Period>>;

    /// Days with a published digest, newest first.
    fn digest_days(&self, scope: &DigestScope) -> Result<Vec<Date>> {
        let days = self.periods(scope, PeriodKind::Day)?.into_iter();
        Ok(days.map(Period::last).collect())
    }

    /// Revisions of a digest of a period, oldest first.
    fn period_revisions(&self, scope: &DigestScope, period: Period) -> Result<Vec<Revision>>;

    /// Revisions of the digest of a day, oldest first.
    fn revisions(&self, scope: &DigestScope, day: Date) -> Result<Vec<Revision>> {
        self.period_revisions(scope, Period::day(day))
    }

    /// The latest revisions of the leagues of a period: wards, communes, special zones.
    fn leagues(&self, period: Period) -> Result<Vec<League>>;

    /// Where a unit differs from the city: the latest revision of a day.
    fn comparison(&self, unit: UnitCode, day: Date) -> Result<Option<UnitComparison>>;

    /// Keeps grades; one of the same digest and days is never replaced. Gives how many were new.
    fn save_grades(&self, grades: &[Grade]) -> Result<usize>;

    /// Grades of digests of the days `from` to `to`, both included, by day and days looked at.
    fn grades(&self, scope: &DigestScope, from: Date, to: Date) -> Result<Vec<Grade>>;

    /// Mentions of concerns of a day as the record knows them now, by topic and by the unit that holds
    /// at least half of each, if one does.
    fn topic_counts(&self, day: Date) -> Result<Vec<(Option<UnitCode>, Topic, u32)>>;

    /// Keeps counts of days; one that says what is known of its day already is passed over. What was
    /// counted before stays. Gives how many were new.
    fn save_tallies(&self, tallies: &[DayTally], at: Timestamp) -> Result<usize>;

    /// The number of the latest count of a day, 0 before the first.
    fn latest_tally(&self) -> Result<u64>;

    /// Counts of the days `from` to `to`, both included, as they stood at a number, by day; days that
    /// were not counted by then are left out.
    fn tallies(&self, from: Date, to: Date, as_of: u64) -> Result<Vec<DayTally>>;

    /// Publishes forecasts made from the counts up to the number `tally`. One of the same scope, topic
    /// and day is never replaced. Gives how many were new.
    fn save_forecasts(&self, forecasts: &[PublishedForecast], tally: u64) -> Result<usize>;

    /// Days on which forecasts were made, newest first.
    fn forecast_days(&self) -> Result<Vec<Date>>;

    /// Forecasts made on a day, by scope and topic, each with the number of the latest count it knew.
    fn forecasts_on(&self, day: Date) -> Result<Vec<(PublishedForecast, u64)>>;

    /// Forecasts of one scope and topic made on the days `from` to `to`, both included, oldest first.
    fn forecasts_of(
        &self,
        scope: ForecastScope,
        topic: Topic,
        from: Date,
        to: Date,
    ) -> Result<Vec<PublishedForecast>>;

    /// Days up to one, included, with a forecast whose outcome is not known yet, oldest first.
    fn ungraded_forecast_days(&self, until: Date) -> Result<Vec<Date>>;

    /// Keeps what came of forecasts; one of the same scope, topic and day is never replaced. Gives how
    /// many were new.
    fn save_outcomes(&self, outcomes: &[ForecastOutcome]) -> Result<usize>;

    /// What came of the forecasts made on the days `from` to `to`, both included, of one scope, or of
    /// all: by scope, topic and day.
    fn outcomes(
        &self,
        scope: Option<ForecastScope>,
        from: Date,
        to: Date,
    ) -> Result<Vec<ForecastOutcome>>;

    /// The latest revisions of all signals of a day, by unit.
    fn signals(&self, day: Date) -> Result<Vec<SatisfactionSignal>>;

    /// The latest revisions of a unit's signals on the days `from` to `to`, both included, oldest
    /// first.
    fn signal_history(
        &self,
        unit: UnitCode,
        from: Date,
        to: Date,
    ) -> Result<Vec<SatisfactionSignal>>;

    /// The latest revisions of the signals of all units on the days `from` to `to`, both included, by day.
    fn signals_between(&self, from: Date, to: Date) -> Result<Vec<SatisfactionSignal>>;

    /// The latest revisions of the satisfaction group of Decision 766 for all scopes, over the period of a
    /// kind that a day belongs to, as it stood at the end of that day: the city, kinds, units.
    fn shadow_scores(&self, period: PeriodKind, day: Date) -> Result<Vec<ShadowScore>>;

    /// The same for one scope.
    fn shadow_score(
        &self,
        whose: ScoreScope,
        period: PeriodKind,
        day: Date,
    ) -> Result<Option<ShadowScore>>;

    /// Days with such scores, newest first, at most so many.
    fn shadow_days(&self, period: PeriodKind, limit: usize) -> Result<Vec<Date>>;

    /// The latest revision of the silence map of a period.
    fn silence_map(&self, period: Period) -> Result<Option<SilenceMap>>;

    /// The latest revisions of an indicator's values for a kind of period that ends on a day, or stood so
    /// at its end: the city, kinds, units.
    fn indicator_values(
        &self,
        indicator: &str,
        period: PeriodKind,
        day: Date,
    ) -> Result<Vec<IndicatorValue>>;

    /// Days with a value of an indicator, newest first, at most so many.
    fn indicator_days(
        &self,
        indicator: &str,
        period: PeriodKind,
        limit: usize,
    ) -> Result<Vec<Date>>;

    /// The latest revisions of all values of a scope on the days `from` to `to`, both included, by
    /// indicator, period and day.
    fn values_of(&self, whose: ScoreScope, from: Date, to: Date) -> Result<Vec<IndicatorValue>>;

    // Requests from pages to the scheduler.

    /// Asks for a source to be fetched now; a request that is already waiting is not doubled. Gives
    /// the request's number.
    fn request_fetch(&self, source: &SourceId, at: Timestamp) -> Result<u64>;

    /// Requests not yet done, oldest first.
    fn open_requests(&self) -> Result<Vec<FetchRequest>>;

    /// Marks a request as done.
    fn finish_request(&self, id: u64, at: Timestamp) -> Result<()>;

    // Care.

    /// How much of everything there is.
    fn counts(&self) -> Result<Counts>;

    /// Version of the schema on disk.
    fn schema_version(&self) -> Result<u32>;

    /// Writes a consistent copy while everything goes on; `path` must not exist yet.
    fn backup_to(&self, path: &Path) -> Result<()>;

    /// Looks at every page and reference; gives what is wrong, nothing when all is well.
    fn check(&self) -> Result<Vec<String>>;
}
