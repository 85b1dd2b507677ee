//! What the router serves from, and how handlers reach it.

use std::sync::Arc;

use indexer::{Archive, Atlas, SearchIndex};
use jiff::Timestamp;
use jiff::civil::Date;
use models::domain::{
    Agency, AgencyId, AnnotatedMention, DigestScope, Indicator, IndicatorValue, LifeEvent, Period,
    PeriodKind, Source, SourceId, Taxonomy, TicketState, Topic, Unit, UnitCode, day_in_vietnam,
    ticket_life,
};
use models::language::restore::Restorer;
use models::language::text::fold;
use models::ranking::score::ScoreMethod;
use tokio::sync::Semaphore;

use crate::sheet::Printer;
use crate::{Error, Hooks, OpenData};

/// Tells the present moment; injected, so that tests need no wall clock.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Everything the pages and the API need.
#[derive(Clone)]
pub struct AppState {
    /// The record.
    pub archive: Arc<dyn Archive>,
    /// Boundaries of units, where the city brought its own.
    pub atlas: Arc<dyn Atlas>,
    /// The search index over it.
    pub search: Arc<dyn SearchIndex>,
    /// Units of the city, also those no longer valid.
    pub units: Arc<[Unit]>,
    /// Topics with their names.
    pub taxonomy: Arc<Taxonomy>,
    /// Departments and utilities.
    pub agencies: Arc<[Agency]>,
    /// Sources of the configuration.
    pub sources: Arc<[Source]>,
    /// Name of the city as shown: `TP. Hồ Chí Minh`.
    pub city: String,
    /// The present moment.
    pub clock: Clock,
    /// Puts accents on posts typed without them, for display.
    pub restorer: Arc<Restorer>,
    /// What is measured beside digests, and by which rules.
    pub indicators: Arc<[Indicator]>,
    /// Where these pages stand for the outside, without a slash at its end: `https://langnghe.example`.
    pub public_url: Option<String>,
    /// Sets digests on paper; `None` where it is not built in.
    pub printer: Option<Arc<dyn Printer>>,
    /// How the listening signal is judged and coloured.
    pub score: Arc<ScoreMethod>,
    /// Origins whose pages may show the map in a frame; none by default.
    pub frame_ancestors: Arc<[String]>,
    /// Takes what others push to us; `None` where nobody may.
    pub hooks: Option<Arc<dyn Hooks>>,
    /// What is given to everybody, and by which rules.
    pub open: OpenData,
}

/// Reads at once at most this many times; more wait until the time limit answers for them.
const MAX_READS: usize = 32;

/// State as handlers see it.
#[derive(Clone)]
pub(crate) struct Shared {
    app: Arc<AppState>,
    reads: Arc<Semaphore>,
}

impl std::ops::Deref for Shared {
    type Target = AppState;

    fn deref(&self) -> &AppState {
        &self.app
    }
}

impl Shared {
    pub(crate) fn new(app: AppState) -> Self {
        Self {
            app: Arc::new(app),
            reads: Arc::new(Semaphore::new(MAX_READS)),
        }
    }

    /// Runs a reading of the record or the index where it may block.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        reading: impl FnOnce(&AppState) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let permit = Arc::clone(&self.reads)
            .acquire_owned()
            .await
            .map_err(|_| Error::ShuttingDown)?;
        let app = Arc::clone(&self.app);
        let outcome = tokio::task::spawn_blocking(move || {
            let outcome = reading(&app);
            drop(permit);
            outcome
        });
        match outcome.await {
            Ok(outcome) => outcome,
            Err(join) if join.is_panic() => std::panic::resume_unwind(join.into_panic()),
            Err(_) => Err(Error::ShuttingDown),
        }
    }
}

impl AppState {
    /// The Vietnamese day it is now.
    pub fn today(&self) -> Date {
        day_in_vietnam((self.clock)())
    }

    /// A unit by its code.
    pub fn unit(&self, code: UnitCode) -> Option<&Unit> {
        self.units.iter().find(|unit| unit.code == code)
    }

    /// What became of a hotline report.
    pub(crate) fn ticket_life(&self, of: &AnnotatedMention) -> Result<Vec<LifeEvent>, Error> {
        let events = self.archive.ticket_events(&of.mention.id)?;
        let states = events.into_iter().map(|event| TicketState {
            recorded_at: event.at,
            ticket: event.ticket,
        });
        let states = states.collect::<Vec<_>>();
        Ok(ticket_life(of.mention.published_at, &states))
    }

    /// A source by its id.
    pub fn source(&self, id: &SourceId) -> Option<&Source> {
        self.sources.iter().find(|source| source.id == *id)
    }

    /// What configuration says of a topic.
    pub(crate) fn topic_name(&self, topic: Topic, lang: crate::i18n::Lang) -> &str {
        let info = self.taxonomy.info(topic);
        match lang {
            crate::i18n::Lang::Vi => &info.name_vi,
            crate::i18n::Lang::En => &info.name_en,
        }
    }

    /// The period of a kind that holds the day asked for, or else the last one with a published digest,
    /// or else the present one.
    pub(crate) fn period_or_latest(
        &self,
        kind: PeriodKind,
        asked: Option<Date>,
    ) -> Result<Period, Error> {
        if let Some(day) = asked {
            return Ok(Period::of(kind, day));
        }
        let periods = self.archive.periods(&DigestScope::City, kind)?;
        let present = || Period::of(kind, self.today());
        Ok(periods.first().copied().unwrap_or_else(present))
    }

    /// The day asked for, or else the last one with a published digest, or else today.
    pub(crate) fn day_or_latest(&self, asked: Option<Date>) -> Result<Date, Error> {
        if let Some(day) = asked {
            return Ok(day);
        }
        let days = self.archive.digest_days(&DigestScope::City)?;
        Ok(days.first().copied().unwrap_or_else(|| self.today()))
    }
}

impl AppState {
    /// Units that exist on a day, in the order of the alphabet without accents.
    pub(crate) fn units_on(&self, day: Date) -> Vec<&Unit> {
        let mut units = self
            .units
            .iter()
            .filter(|unit| unit.is_valid_on(day))
            .collect::<Vec<_>>();
        units.sort_by_cached_key(|unit| (fold(&unit.name), unit.name.clone()));
        units
    }

    /// Full name of a unit, or its code when configuration does not know it.
    pub(crate) fn unit_name(&self, code: UnitCode) -> String {
        self.unit(code)
            .map_or_else(|| code.to_string(), Unit::full_name)
    }

    /// Name of a source, or its id when configuration does not know it.
    pub(crate) fn source_name(&self, id: &SourceId) -> String {
        self.source(id)
            .map_or_else(|| id.to_string(), |source| source.name.clone())
    }

    /// An agency by the id in an address.
    pub(crate) fn known_agency(&self, id: &str) -> Result<&Agency, Error> {
        let known = self.agencies.iter().find(|agency| agency.id.as_str() == id);
        known.ok_or_else(|| Error::NotFound {
            what: "agency",
            name: id.chars().take(40).collect(),
        })
    }

    /// An indicator by the id in an address.
    pub(crate) fn known_indicator(&self, id: &str) -> Result<&Indicator, Error> {
        let known = self.indicators.iter().find(|indicator| indicator.id == id);
        known.ok_or_else(|| Error::NotFound {
            what: "indicator",
            name: id.chars().take(60).collect(),
        })
    }

    /// The values of an indicator for the period that ends on a day or stood so at its end, or else the
    /// last known; a day inside a period that is over gives that period.
    pub(crate) fn indicator_values(
        &self,
        indicator: &Indicator,
        asked: Option<Date>,
    ) -> Result<Vec<IndicatorValue>, Error> {
        let of = |day| {
            self.archive
                .indicator_values(&indicator.id, indicator.period, day)
        };
        let latest = || {
            let days = self
                .archive
                .indicator_days(&indicator.id, indicator.period, 1)?;
            Ok::<_, Error>(days.first().copied())
        };
        let Some(day) = (match asked {
            Some(day) => Some(day),
            None => latest()?,
        }) else {
            return Ok(Vec::new());
        };
        let exact = of(day)?;
        if exact.is_empty() {
            return Ok(of(Period::of(indicator.period, day).last())?);
        }
        Ok(exact)
    }

    /// Name of an agency, or its id when configuration does not know it.
    pub(crate) fn agency_name(&self, id: &AgencyId) -> String {
        let known = self.agencies.iter().find(|agency| agency.id == *id);
        known.map_or_else(|| id.to_string(), |agency| agency.name.clone())
    }
}
