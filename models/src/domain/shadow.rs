//! The shadow of Decision 766/QĐ-TTg: its satisfaction group (18 points) recomputed from tickets for a
//! unit, a kind of units or the city, by the official rule and by what citizens really answered.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Estimate, MentionId, PeriodKind, Rating, UnitCode, UnitKind};

/// Whose tickets or values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ScoreScope {
    /// The whole city.
    City,
    /// All units of a kind.
    Kind(UnitKind),
    /// One unit.
    Unit(UnitCode),
}

impl ScoreScope {
    /// `city`, `kind:ward`, `26740`.
    ///
    /// ```
    /// use models::domain::{ScoreScope, UnitKind};
    /// assert_eq!(ScoreScope::Kind(UnitKind::Ward).code(), "kind:ward");
    /// assert_eq!(ScoreScope::from_code("city"), Some(ScoreScope::City));
    /// ```
    pub fn code(self) -> String {
        match self {
            Self::City => "city".to_owned(),
            Self::Kind(kind) => format!("kind:{}", kind.code()),
            Self::Unit(unit) => unit.to_string(),
        }
    }

    /// The scope of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        if code == "city" {
            return Some(Self::City);
        }
        match code.strip_prefix("kind:") {
            Some(kind) => UnitKind::from_code(kind).map(Self::Kind),
            None => code.parse().ok().map(Self::Unit),
        }
    }
}

/// What became of asking the citizens of closed tickets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Answered: satisfied.
    pub n_satisfied: u32,
    /// Answered: neither.
    pub n_neutral: u32,
    /// Answered: dissatisfied.
    pub n_dissatisfied: u32,
    /// No answer; whether anybody asked is not known.
    pub n_silent: u32,
    /// The hotline says that nobody asked.
    pub n_not_asked: u32,
}

impl Answers {
    /// Counts one closed ticket.
    pub fn add(&mut self, rating: Option<Rating>) {
        *self.of(rating) += 1;
    }

    /// The count that a rating belongs to.
    pub fn of(&mut self, rating: Option<Rating>) -> &mut u32 {
        match rating {
            Some(Rating::Satisfied) => &mut self.n_satisfied,
            Some(Rating::Neutral) => &mut self.n_neutral,
            Some(Rating::Dissatisfied) => &mut self.n_dissatisfied,
            Some(Rating::NotAsked) => &mut self.n_not_asked,
            None => &mut self.n_silent,
        }
    }

    /// Closed tickets.
    pub fn n_closed(&self) -> u32 {
        self.n_answered() + self.n_silent + self.n_not_asked
    }

    /// Those whose citizens answered.
    pub fn n_answered(&self) -> u32 {
        self.n_satisfied + self.n_neutral + self.n_dissatisfied
    }

    fn plus(&mut self, other: &Self) {
        self.n_satisfied += other.n_satisfied;
        self.n_neutral += other.n_neutral;
        self.n_dissatisfied += other.n_dissatisfied;
        self.n_silent += other.n_silent;
        self.n_not_asked += other.n_not_asked;
    }
}

/// Tickets behind the three ratios.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TicketCounts {
    /// Tickets filed, rejected ones left out.
    pub n: u32,
    /// Closed by their due time, or without one.
    pub n_on_time: u32,
    /// Closed late, or due and open.
    pub n_late: u32,
    /// Open and not due yet.
    pub n_waiting: u32,
    /// Closed in time, and people complained again afterwards.
    pub n_came_back: u32,
    /// What citizens said of all closed tickets.
    pub petitions: Answers,
    /// The same for those about public administration.
    pub procedures: Answers,
}

impl TicketCounts {
    /// Counts those of another as well.
    pub fn plus(&mut self, other: &Self) {
        self.n += other.n;
        self.n_on_time += other.n_on_time;
        self.n_late += other.n_late;
        self.n_waiting += other.n_waiting;
        self.n_came_back += other.n_came_back;
        self.petitions.plus(&other.petitions);
        self.procedures.plus(&other.procedures);
    }
}

/// The three ratios by the official rule: a citizen who is silent, or was not asked, counts as satisfied.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct OfficialRatios {
    /// Petitions handled on time, per cent; `None` without a closed or overdue ticket.
    pub on_time_pct: Option<f64>,
    /// Satisfaction with petition handling, per cent; `None` without a closed ticket.
    pub petitions_pct: Option<f64>,
    /// Satisfaction with procedures, per cent; `None` without a closed ticket about them.
    pub procedures_pct: Option<f64>,
    /// Points of 18; `None` when any ratio is missing.
    pub points: Option<f64>,
}

/// The same three by what is known: handled in time and stayed so; satisfaction of those who answered,
/// a neutral answer counting half. Per cent with 90 % intervals.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AnsweredRatios {
    /// Handled on time, and nobody complained again.
    pub held_pct: Option<Estimate>,
    /// Satisfaction with petition handling among answers.
    pub petitions_pct: Option<Estimate>,
    /// Satisfaction with procedures among answers.
    pub procedures_pct: Option<Estimate>,
    /// Points of 18 that these would give; `None` when any is missing.
    pub points: Option<f64>,
}

/// What could still happen, or did, to a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ScoreStep {
    /// Open and not due: it is closed in time.
    CloseInTime,
    /// Open and not due: its due time passes.
    MissDue,
    /// Late already: what would be there had it been in time.
    WasLate,
    /// Closed, the citizen dissatisfied: mended, asked again, satisfied.
    WinBack,
    /// Closed, the citizen silent or not asked: says dissatisfied when asked.
    SilenceBreaks,
}

impl ScoreStep {
    /// All of them.
    pub const ALL: [ScoreStep; 5] = [
        Self::CloseInTime,
        Self::MissDue,
        Self::WasLate,
        Self::WinBack,
        Self::SilenceBreaks,
    ];

    /// The code used in files and addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::CloseInTime => "close_in_time",
            Self::MissDue => "miss_due",
            Self::WasLate => "was_late",
            Self::WinBack => "win_back",
            Self::SilenceBreaks => "silence_breaks",
        }
    }

    /// The step of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.code() == code)
    }
}

/// Tickets of which each would move the points alike.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreMove {
    /// What happens to them.
    pub step: ScoreStep,
    /// Whether they are about public administration, and so count in two ratios.
    pub is_procedure: bool,
    /// How many there are.
    pub n: u32,
    /// Points of 18 that one of them moves.
    pub points_each: f64,
    /// Points that all of them together move.
    pub points_all: f64,
    /// The most urgent of them, due first, or else filed first; none under `MissDue`, which concerns the
    /// same tickets as `CloseInTime`, and `SilenceBreaks`.
    pub tickets: Vec<MovedTicket>,
}

/// One ticket that would move the points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedTicket {
    /// Which mention.
    pub mention: MentionId,
    /// When an answer is due.
    pub due_at: Option<Timestamp>,
}

/// The satisfaction group for a scope over a period, as it stood at the end of a day.
#[derive(Clone, Debug, PartialEq)]
pub struct ShadowScore {
    /// Whose tickets.
    pub whose: ScoreScope,
    /// Which kind of period; tickets filed in it count.
    pub period: PeriodKind,
    /// Day of the period at whose end the tickets stood so; the last of the period once it is over.
    pub day: Date,
    /// 1 for the first published, one more with each correction.
    pub revision: u32,
    /// Why this revision replaces the one before, in Vietnamese.
    pub erratum: Option<String>,
    /// Version of the method and its weights.
    pub method_version: String,
    /// Tickets by what became of them.
    pub counts: TicketCounts,
    /// By the official rule.
    pub official: OfficialRatios,
    /// By what citizens answered.
    pub answered: AnsweredRatios,
    /// What would move the official points, the largest move of all together first.
    pub moves: Vec<ScoreMove>,
}
