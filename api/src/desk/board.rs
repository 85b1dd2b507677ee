//! The board: every concern that is followed, reduced to what a queue shows, sorts and filters by.
//!
//! Reading them all from the record costs too much for every look at the queue, so what a grouping said is
//! kept, the next one is read only where it says something else, and what the desk did is laid over it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use indexer::KnownStates;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use models::domain::{
    AgencyId, Channel, Concern, ConcernId, ConcernStatus, Correction, DayCount, DeskMarks, Scope,
    Topic, UnitCode, root,
};
use models::language::text::fold;
use models::ranking::group::Constraints;

use crate::{AppState, Error};

/// Days a sparkline shows.
const SPARK_DAYS: i64 = 28;

/// While somebody looked at the queue within this time, it is made anew without being asked for.
const WANTED_FOR: SignedDuration = SignedDuration::from_hours(1);

/// Terms by which concerns are compared, the heaviest.
const TERMS: usize = 60;

/// All concerns that are followed.
#[derive(Debug, Default)]
pub(crate) struct Board {
    /// The last grouped day; `None` before the first.
    pub(crate) day: Option<Date>,
    /// In the order of their ids.
    pub(crate) rows: Vec<BoardRow>,
}

/// A concern as the queue knows it.
#[derive(Clone, Debug)]
pub(crate) struct BoardRow {
    pub(crate) id: ConcernId,
    /// As readers see it.
    pub(crate) title: String,
    /// Small letters without accents, to be searched in.
    pub(crate) folded: String,
    pub(crate) topic: Topic,
    pub(crate) scope: Scope,
    pub(crate) units: Vec<UnitCode>,
    pub(crate) agencies: Vec<AgencyId>,
    pub(crate) status: ConcernStatus,
    pub(crate) first_seen: Timestamp,
    pub(crate) last_seen: Timestamp,
    /// Mentions of the seven days up to the last grouped one.
    pub(crate) n_week: u32,
    /// Of the seven days before those.
    pub(crate) n_before: u32,
    /// Negative share of the last 28 days, 0 to 1.
    pub(crate) negative_share: f32,
    pub(crate) n_open_tickets: u32,
    /// Mentions of each of the last 28 days, oldest first.
    pub(crate) days: Vec<u32>,
    /// Mentions of the last 28 days by channel, in the order of [`Channel::ALL`].
    pub(crate) channels: [u64; 3],
    /// Why the desk keeps it out of lists.
    pub(crate) hidden: Option<String>,
    pub(crate) is_pinned: bool,
    /// What an edit must name as seen.
    pub(crate) version: u64,
    /// By which concerns are compared, by term.
    pub(crate) terms: Arc<[(u32, f32)]>,
}

/// What a board was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    grouping: u64,
    correction: u64,
}

/// All concerns as the last grouping left them, the desk's edits aside.
#[derive(Default)]
struct Ground {
    day: Option<Date>,
    /// By the digests of the states they were made of.
    known: KnownStates,
    rows: Vec<BoardRow>,
}

/// What was made last.
struct Kept {
    of: Stamp,
    ground: Arc<Ground>,
    board: Arc<Board>,
}

/// What is remembered between two looks.
#[derive(Default)]
struct Memory {
    looked_at: Option<Timestamp>,
    kept: Option<Kept>,
}

/// Keeps the board.
#[derive(Default)]
pub(super) struct BoardKeeper {
    memory: Mutex<Memory>,
}

impl BoardKeeper {
    /// The board as it is now. Who asks while it is being made waits for it, instead of making another.
    pub(super) fn present(&self, app: &AppState) -> Result<Arc<Board>, Error> {
        let mut memory = self.lock();
        memory.looked_at = Some((app.clock)());
        make(&mut memory.kept, app)
    }

    /// Makes it anew while somebody is at the desk, so that nobody waits for what a grouping changed. Gives
    /// whether it was out of date.
    pub(super) fn keep_up(&self, app: &AppState) -> Result<bool, Error> {
        let mut memory = self.lock();
        let is_wanted = |at| (app.clock)().duration_since(at) < WANTED_FOR;
        if !memory.looked_at.is_some_and(is_wanted) {
            return Ok(false);
        }
        let before = memory.kept.as_ref().map(|last| last.of);
        make(&mut memory.kept, app)?;
        Ok(memory.kept.as_ref().map(|last| last.of) != before)
    }

    fn lock(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes the board anew where the kept one is out of date.
fn make(kept: &mut Option<Kept>, app: &AppState) -> Result<Arc<Board>, Error> {
    let stamp = Stamp {
        grouping: app.archive.latest_grouping()?,
        correction: app.archive.latest_correction()?,
    };
    let ground = match &*kept {
        Some(last) if last.of == stamp => return Ok(Arc::clone(&last.board)),
        Some(last) if last.of.grouping == stamp.grouping => Arc::clone(&last.ground),
        last => Arc::new(Ground::read(app, last.as_ref().map(|last| &*last.ground))?),
    };
    let corrections = app.archive.concern_corrections(u64::MAX)?;
    let board = Arc::new(Board::new(&ground, &corrections));
    *kept = Some(Kept {
        of: stamp,
        ground,
        board: Arc::clone(&board),
    });
    Ok(board)
}

impl Ground {
    /// Reads what differs from the last one.
    fn read(app: &AppState, last: Option<&Self>) -> Result<Self, Error> {
        let Some(day) = app.archive.last_grouped_day()? else {
            return Ok(Self::default());
        };
        // Its days are counted from another end.
        let last = last.filter(|last| last.day == Some(day));
        let mut rows = last.map_or_else(HashMap::new, Self::by_id);
        let mut channels = app.voices_by_channel(day.saturating_sub((SPARK_DAYS - 1).days()))?;
        let nothing = KnownStates::new();
        let states = app
            .archive
            .states_at(day, last.map_or(&nothing, |last| &last.known))?;
        let mut ground = Self {
            day: Some(day),
            ..Self::default()
        };
        for state in states {
            let row = match state.concern {
                Some(concern) if concern.part_of.is_some() => None,
                Some(concern) => Some(BoardRow::new(concern, day)),
                None => rows.remove(&state.id).cloned(),
            };
            ground.rows.extend(row.map(|row| BoardRow {
                channels: channels.remove(&state.id).unwrap_or_default(),
                ..row
            }));
            ground.known.insert(state.id, state.digest);
        }
        Ok(ground)
    }

    fn by_id(&self) -> HashMap<&ConcernId, &BoardRow> {
        self.rows.iter().map(|row| (&row.id, row)).collect()
    }
}

impl AppState {
    /// Mentions of each concern since the begin of a day, in the order of [`Channel::ALL`].
    fn voices_by_channel(&self, from: Date) -> Result<HashMap<ConcernId, [u64; 3]>, Error> {
        let mut channels = HashMap::<ConcernId, [u64; 3]>::new();
        for (concern, channel, n) in self.archive.voices_by_channel(from)? {
            let at = Channel::ALL.iter().position(|one| *one == channel);
            channels.entry(concern).or_default()[at.unwrap_or_default()] += n;
        }
        Ok(channels)
    }
}

impl Board {
    fn new(ground: &Ground, corrections: &[Correction]) -> Self {
        let (marks, constraints) = (DeskMarks::of(corrections), Constraints::of(corrections));
        let versions = versions(corrections);
        let rows = ground.rows.iter();
        // What was merged counts for another; until the next run its own state still stands.
        let whole = rows.filter(|row| constraints.whole(&row.id) == &row.id);
        Self {
            day: ground.day,
            rows: whole.map(|row| row.edited(&marks, &versions)).collect(),
        }
    }

    /// A concern of the board.
    pub(crate) fn row(&self, id: &ConcernId) -> Option<&BoardRow> {
        let at = self.rows.binary_search_by(|row| row.id.cmp(id)).ok()?;
        self.rows.get(at)
    }
}

impl BoardRow {
    fn new(concern: Concern, day: Date) -> Self {
        let between = |from: i64, to: i64| {
            let (first, last) = (
                day.saturating_sub(from.days()),
                day.saturating_sub(to.days()),
            );
            let days = concern.daily.iter();
            days.filter(move |one| (first..=last).contains(&one.day))
        };
        let sum = |days: &mut dyn Iterator<Item = &DayCount>| days.map(|one| one.n_mentions).sum();
        let n_month: u32 = sum(&mut between(SPARK_DAYS - 1, 0));
        let negative: f32 = between(SPARK_DAYS - 1, 0).map(|one| one.negative).sum();
        let on = |back: i64| between(back, back).map(|one| one.n_mentions).sum();
        let mut terms = concern.sketch.terms.clone();
        terms.truncate(TERMS);
        terms.sort_unstable_by_key(|(term, _)| *term);
        Self {
            folded: fold(&concern.title),
            n_week: sum(&mut between(6, 0)),
            n_before: sum(&mut between(13, 7)),
            negative_share: if n_month == 0 {
                0.0
            } else {
                negative / n_month as f32
            },
            days: (0..SPARK_DAYS).rev().map(on).collect(),
            hidden: None,
            is_pinned: false,
            title: concern.title,
            topic: concern.topic,
            scope: concern.scope,
            units: concern.units.iter().map(|unit| unit.code).collect(),
            agencies: concern.agencies,
            status: concern.status,
            first_seen: concern.first_seen,
            last_seen: concern.last_seen,
            n_open_tickets: concern.n_open_tickets,
            channels: [0; 3],
            version: 0,
            terms: terms.into(),
            id: concern.id,
        }
    }

    /// The same after all that the desk did to it; found by its own title and by the one it was given.
    fn edited(&self, marks: &DeskMarks, versions: &HashMap<ConcernId, u64>) -> Self {
        let mut row = self.clone();
        if let Some(title) = marks.title(&self.id) {
            row.folded = format!("{} {}", fold(title), self.folded);
            title.clone_into(&mut row.title);
        }
        row.hidden = marks.hidden(&self.id).map(ToOwned::to_owned);
        row.is_pinned = marks.pinned_in(&self.id).next().is_some();
        row.version = versions.get(&self.id).copied().unwrap_or_default();
        row
    }

    /// Whether some of its mentions came by a channel.
    pub(crate) fn has_channel(&self, channel: Channel) -> bool {
        let at = Channel::ALL.iter().position(|one| *one == channel);
        at.is_some_and(|at| self.channels[at] > 0)
    }
}

/// The number of the latest edit of each concern.
fn versions(corrections: &[Correction]) -> HashMap<ConcernId, u64> {
    let mut versions = HashMap::new();
    for made in corrections {
        let Some(root) = root(corrections, made) else {
            continue;
        };
        for concern in root.change.concerns() {
            versions.insert(concern.clone(), made.seq);
        }
    }
    versions
}
