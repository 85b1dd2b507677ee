//! What the router serves from, and how handlers reach it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use indexer::{Accounts, Alerts, Archive, Atlas, DeskBook, Outbox, SearchIndex};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use models::domain::{
    Agency, AgencyId, AnnotatedMention, DigestScope, Indicator, IndicatorValue, LifeEvent, Period,
    PeriodKind, Source, SourceId, Taxonomy, TicketState, Topic, Unit, UnitCode, day_in_vietnam,
    ticket_life,
};
use models::language::restore::Restorer;
use models::language::text::fold;
use models::ranking::score::ScoreMethod;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use crate::access::{AccessSettings, Doors, IdentityProvider, Limits, Vault};
use crate::desk::{Desk, DeskRoom};
use crate::paint::Painter;
use crate::sheet::Printer;
use crate::{Crowd, Error, Hooks, OpenData, RequestDesk, Ways};

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
    /// Accounts of officers, sessions, keys, the audit log.
    pub accounts: Arc<dyn Accounts>,
    /// What officers keep beside concerns.
    pub book: Arc<dyn DeskBook>,
    /// Edits concerns; `None` where the server only reads.
    pub desk: Option<Arc<dyn Desk>>,
    /// What people and other systems are told: see [`crate::post_notice`].
    pub outbox: Arc<dyn Outbox>,
    /// Alerts and their rules.
    pub alerts: Arc<dyn Alerts>,
    /// By which ways people can be told things.
    pub ways: Ways,
    /// What the city decides of who comes in.
    pub access: AccessSettings,
    /// Seals what must be read again: secrets of codes.
    pub vault: Vault,
    /// Where officers sign in instead, if anywhere.
    pub identity: Option<Arc<dyn IdentityProvider>>,
    /// Where these pages stand for the outside, without a slash at its end: `https://langnghe.example`.
    pub public_url: Option<String>,
    /// Sets digests on paper; `None` where it is not built in.
    pub printer: Option<Arc<dyn Printer>>,
    /// How the listening signal is judged and coloured.
    pub score: Arc<ScoreMethod>,
    /// When digests come out.
    pub hours: PublishHours,
    /// Origins whose pages may show the map in a frame; none by default.
    pub frame_ancestors: Arc<[String]>,
    /// Takes what others push to us; `None` where nobody may.
    pub hooks: Option<Arc<dyn Hooks>>,
    /// Requests for explanation, and by which rules.
    pub requests: RequestDesk,
    /// What is given to everybody, and by which rules.
    pub open: OpenData,
    /// How many are answered at the same time, and who is.
    pub crowd: Crowd,
}

/// Reads at once at most this many times; of the requests let in, more wait until the time limit answers for
/// them.
const MAX_READS: usize = 32;

/// Pictures kept.
const MAX_PICTURES: usize = 16;

/// What a picture was painted of, as a hash, and the picture.
type Painted = ([u8; 32], Arc<[u8]>);

/// Pictures painted last.
struct Pictures {
    /// Painting fills a processor: one at a time.
    painting: Semaphore,
    kept: Mutex<VecDeque<Painted>>,
}

impl Default for Pictures {
    fn default() -> Self {
        Self {
            painting: Semaphore::new(1),
            kept: Mutex::default(),
        }
    }
}

impl Pictures {
    fn get(&self, key: &[u8; 32]) -> Option<Arc<[u8]>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|(known, _)| known == key);
        found.map(|(_, png)| Arc::clone(png))
    }

    fn keep(&self, key: [u8; 32], png: &Arc<[u8]>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back((key, Arc::clone(png)));
        if kept.len() > MAX_PICTURES {
            kept.pop_front();
        }
    }
}

/// State as handlers see it.
#[derive(Clone)]
pub(crate) struct Shared {
    app: Arc<AppState>,
    reads: Arc<Semaphore>,
    doors: Arc<Doors>,
    pictures: Arc<Pictures>,
    desk_room: DeskRoom,
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
            doors: Arc::new(Doors::new(Arc::clone(&app.clock))),
            app: Arc::new(app),
            pictures: Arc::default(),
            reads: Arc::new(Semaphore::new(MAX_READS)),
            desk_room: DeskRoom::default(),
        }
    }

    /// What the doors remember.
    pub(crate) fn doors(&self) -> &Doors {
        &self.doors
    }

    /// What the desk remembers.
    pub(crate) fn desk_room(&self) -> DeskRoom {
        self.desk_room.clone()
    }

    /// How often somebody may ask.
    pub(crate) fn limits(&self) -> &Arc<Limits> {
        &self.doors.limits
    }

    /// Hashes a password where it may take its time, a few at once.
    pub(crate) async fn hash<T: Send + 'static>(
        &self,
        hashing: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let permit = Arc::clone(&self.doors.hashing)
            .acquire_owned()
            .await
            .map_err(|_| Error::ShuttingDown)?;
        let hashed = tokio::task::spawn_blocking(move || {
            let hashed = hashing();
            drop(permit);
            hashed
        });
        hashed.await.map_err(|_| Error::ShuttingDown)
    }

    /// A drawing in pixels. The last ones are kept, so that a picture that many pages show is painted once.
    pub(crate) async fn paint(
        &self,
        painter: Arc<dyn Painter>,
        svg: String,
        width: u32,
    ) -> Result<Arc<[u8]>, Error> {
        let key = Sha256::new()
            .chain_update(width.to_be_bytes())
            .chain_update(&svg)
            .finalize()
            .into();
        if let Some(known) = self.pictures.get(&key) {
            return Ok(known);
        }
        let _painting = self
            .pictures
            .painting
            .acquire()
            .await
            .map_err(|_| Error::ShuttingDown)?;
        if let Some(known) = self.pictures.get(&key) {
            return Ok(known);
        }
        let done = tokio::task::spawn_blocking(move || painter.png(&svg, width)).await;
        let png: Arc<[u8]> = done.map_err(|_| Error::ShuttingDown)??.into();
        self.pictures.keep(key, &png);
        Ok(png)
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

/// The hours at which digests of what is over come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublishHours {
    /// Those of days, weeks and months, on the morning after.
    pub digest: Time,
    /// Those of reporting months, on their last day.
    pub report: Time,
}

impl PublishHours {
    /// When the digest of a period comes out.
    pub(crate) fn due_at(self, period: Period) -> Timestamp {
        period.due_at(match period.kind() {
            PeriodKind::ReportingMonth => self.report,
            _ => self.digest,
        })
    }
}
