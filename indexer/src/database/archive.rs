//! [`Archive`] on the record: each method is one read or one write of the subject's file.

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

use super::{
    SqlArchive, captures, care, concerns, corrections, deliveries, editions, forecasts, hindsight,
    looks, past, read, record, schema, scores, sources,
};
use crate::Result;
use crate::archive::{
    Archive, AsOf, CaptureInfo, CaptureQuery, Change, Changes, ConcernState, Counts, DueLook,
    Edition, FetchRequest, Grouped, Grouping, KnownEdition, KnownStates, Listing, NewCorrection,
    OpenEdition, Page, Published, RecordBatch, Recorded, Revision, TicketEvent, Window,
};

/// Annotations replaced in one transaction, so that others get their turn.
const ANNOTATIONS_PER_TURN: usize = 1_000;

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

    fn forget_captures(&self, before: Timestamp) -> Result<()> {
        self.write(|tx| captures::forget(tx, before))
    }

    fn save_grouping(&self, grouping: &Grouping) -> Result<Grouped> {
        self.write(|tx| concerns::save_grouping(tx, grouping))
    }

    fn concerns_at(&self, day: Date) -> Result<Vec<Concern>> {
        self.read(|db| concerns::concerns_at(db, day))
    }

    fn states_at(&self, day: Date, known: &KnownStates) -> Result<Vec<ConcernState>> {
        self.read(|db| concerns::states_at(db, day, known))
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
