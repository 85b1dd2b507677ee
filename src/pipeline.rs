//! The journey of one document, from a source to the morning digest and the map.
//!
//! ```text
//! Source ─collect→ Capture ─extract→ Mention ─annotate→ Annotation ─record→ Archive
//! Archive → Window ─group→ Concern ─rank→ Digest           ┐
//!                  └─score→ SatisfactionSignal             ┴─publish→ pages, API, map, mail
//! ```

use std::sync::{Arc, OnceLock};

use anyhow::Result;
use crawler::collect::{Collected, collect};
use crawler::fetch::politeness::Politeness;
use crawler::fetch::{FetchPolicy, Fetcher, VisitLimits};
use indexer::archive::{CaptureInfo, Edition, Grouping, Published, RecordBatch, Recorded};
use indexer::search::CaughtUp;
use indexer::{Archive, CaptureStore, SearchIndex};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use models::domain::{
    AnnotatedMention, Annotation, CleanMention, ConcernId, Coverage, DigestScope, Mention,
    MentionId, Source, day_start,
};
use models::ranking::group::Grouper;

use crate::city::City;
use crate::config::Crawl;
use crate::coverage;
use crate::edition::{self, GroupedDays};
use crate::store::Store;

/// Days of mentions behind the ranking of a day, that day included.
pub const WINDOW_DAYS: i64 = 28;

/// Mentions read again in one stretch.
const REREAD_AT_ONCE: usize = 500;

/// Everything a document passes through.
pub struct Pipeline {
    /// Units, topics, models, methods, sources.
    pub city: Arc<City>,
    /// Ground state and what was published.
    pub archive: Arc<dyn Archive>,
    /// Search, derived from the archive.
    pub search: Arc<dyn SearchIndex>,
    /// Bytes as fetched.
    pub captures: CaptureStore,
    /// The polite way out.
    pub fetcher: Fetcher,
}

/// What a visit to a source brought.
#[derive(Clone, Debug)]
pub struct Visited {
    /// What recording it did.
    pub recorded: Recorded,
    /// How the source is doing and when it is worth asking again.
    pub collected: Collected,
}

impl Pipeline {
    /// Puts a city and its data folder together.
    pub fn open(city: Arc<City>, store: Store) -> Result<Self> {
        let fetcher = Fetcher::new(fetch_policy(&city.config.crawl)?)?;
        Ok(Self {
            city,
            archive: Arc::new(store.archive),
            search: Arc::new(store.search),
            captures: store.captures,
            fetcher,
        })
    }

    /// Stages 1 to 4: one visit to one source, into the record.
    pub async fn visit(&self, source: &Source, now: Timestamp) -> Result<Visited> {
        let collected = self.collect(source, now).await?;
        // Models and the record block: the other tasks of this thread move elsewhere meanwhile.
        tokio::task::block_in_place(|| self.keep(collected, now))
    }

    /// 3 and 4: what a visit brought, annotated and recorded.
    fn keep(&self, mut collected: Collected, now: Timestamp) -> Result<Visited> {
        let mentions = std::mem::take(&mut collected.mentions);
        let annotated = self.annotate(&mentions)?;
        let recorded = self.record(annotated, &collected, now)?;
        Ok(Visited {
            recorded,
            collected,
        })
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
        let parents = mentions.iter().filter_map(|mention| mention.parent.clone());
        let known = self.archive.mentions(&parents.collect::<Vec<_>>())?;
        Ok(self.city.annotator.annotate_in_context(mentions, &known))
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
            fetch_state: Some((collected.health.source.clone(), collected.state.clone())),
            health: Some(collected.health.clone()),
            ..RecordBatch::new(now)
        };
        let recorded = self.archive.record(&batch)?;
        self.archive
            .remove(&collected.removed, "gone at its source", now)?;
        Ok(recorded)
    }

    /// Mentions that came by another way than a visit: imports.
    pub fn receive(&self, mentions: &[Mention], now: Timestamp) -> Result<Recorded> {
        let batch = RecordBatch {
            mentions: self.annotate(mentions)?,
            ..RecordBatch::new(now)
        };
        Ok(self.archive.record(&batch)?)
    }

    /// Reads every mention again with the present models, a stretch at a time; mentions stay as
    /// they are.
    pub fn annotate_again(&self) -> Result<usize> {
        let mut n_done = 0;
        let mut seq = 0;
        loop {
            let changes = self.archive.mentions_after(seq, REREAD_AT_ONCE)?;
            let Some(last) = changes.last() else {
                return Ok(n_done);
            };
            seq = last.seq;
            let stored = changes.into_iter().filter_map(|change| change.now);
            let (mentions, cut) = stored
                .map(|found| (found.mention.into_inner(), found.annotation.pii))
                .unzip::<_, _, Vec<_>, Vec<_>>();
            let annotated = self.annotate(&mentions)?;
            // What is stored was cut already; where it was cut is known only from the first reading.
            let mut annotations = annotated
                .into_iter()
                .zip(cut)
                .map(|((_, annotation), pii)| Annotation { pii, ..annotation });
            n_done += self.archive.annotate_again(&mut annotations)?;
        }
    }

    /// Lets search follow the record.
    pub fn index(&self) -> Result<CaughtUp> {
        Ok(self.search.catch_up(self.archive.as_ref())?)
    }

    /// 5: Window ─group→ Concern, for one day; the state of concerns the evening before is where it
    /// starts, so that grouping a day again gives the same.
    pub fn group(&self, day: Date) -> Result<GroupedDays> {
        let before = self
            .archive
            .mentions_of_days(window_start(day), day.yesterday()?)?;
        let mut mentions = self.archive.mentions_of_days(day, day)?;
        let mut grouper = Grouper::new(
            self.city.methods.group.clone(),
            self.archive.concerns_at(day.yesterday()?)?,
        );
        grouper.recall(&before);
        let grouping = grouper.group_day(day, &mentions);
        for (mention, concern) in mentions.iter_mut().zip(&grouping.assignments) {
            mention.concern.clone_from(concern);
        }
        self.archive.save_grouping(&Grouping {
            day,
            assignments: assignments(&mentions),
            concerns: grouper.concerns().to_vec(),
        })?;
        let concerns = grouper.concerns().to_vec();
        Ok(GroupedDays {
            mentions: [before, mentions].concat(),
            concerns,
        })
    }

    /// 6, 7 and 8: Concern ─rank→ Digest, Window ─score→ SatisfactionSignal, both ─publish→ Archive.
    /// `erratum` says why what was published before changes; without one nothing may change.
    pub fn publish(
        &self,
        day: Date,
        grouped: &GroupedDays,
        erratum: Option<&str>,
        now: Timestamp,
    ) -> Result<Published> {
        let coverage = self.coverage(day)?;
        let digests =
            edition::rank_day(&self.city, day, grouped, &coverage, &self.city.readers(day));
        let signals = edition::score_day(&self.city, day, grouped);
        let edition = Edition {
            digests: &digests,
            signals: &signals,
            at: now,
            erratum,
        };
        Ok(self.archive.publish(&edition)?)
    }

    /// How many mentions of a published day came after its latest revision; `None` when none did, or
    /// the revision is younger than a morning: late mentions trickle in, errata come once a day.
    pub fn n_late(&self, day: Date, now: Timestamp) -> Result<Option<u64>> {
        let revisions = self.archive.revisions(&DigestScope::City, day)?;
        let Some(latest) = revisions.last() else {
            return Ok(None);
        };
        if now.duration_since(latest.published_at) < SignedDuration::from_hours(20) {
            return Ok(None);
        }
        let n = self.archive.n_recorded_after(day, latest.published_at)?;
        Ok((n > 0).then_some(n))
    }

    /// Deletes captures whose time is over: the only place where uncut personal data stands.
    pub fn expire_captures(&self, now: Timestamp) -> Result<()> {
        let before = now - self.city.config.data.captures_keep.0;
        let expired = self.captures.expire(self.archive.as_ref(), before)?;
        tracing::info!(
            captures.n_expired = expired.n_bodies,
            "deleted captures past their time"
        );
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

fn window_start(day: Date) -> Date {
    day.saturating_sub((WINDOW_DAYS - 1).days())
}

fn assignments(mentions: &[AnnotatedMention]) -> Vec<(MentionId, ConcernId)> {
    mentions
        .iter()
        .filter_map(|mention| Some((mention.mention.id.clone(), mention.concern.clone()?)))
        .collect()
}

/// What the configuration lets the fetcher do.
fn fetch_policy(crawl: &Crawl) -> Result<FetchPolicy> {
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
            articles_max: crawl.pages_per_visit,
            reach_back_days: crawl.reach_back_days,
            ..defaults.visit
        },
        ..defaults
    })
}
