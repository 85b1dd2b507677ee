//! Digests (bản tin ngày): at most ten ranked concerns for a unit and a day.

use jiff::civil::Date;

use super::{
    AgencyId, ConcernId, MentionId, Period, PeriodKind, SourceId, Topic, UnitCode, WeightedUnit,
};

/// Whom a digest is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DigestScope {
    /// The whole city.
    City,
    /// One unit.
    Unit(UnitCode),
    /// One agency.
    Agency(AgencyId),
}

/// A 90 % interval; `low <= high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

/// The factors whose product is the score; each can be opened down to evidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Factors {
    /// Weighted mentions a day as things stand, after shrinkage, at least 0.
    pub shrunk_count: f64,
    /// Excess over the same weekdays of 28 days, at least 0; the score takes 1 + burst.
    pub burst: f64,
    /// Share of negative mentions after shrinkage, 0 to 1; the score takes 1 + negativity.
    pub negativity: f64,
    /// 1 + log of independent sources, at least 1.
    pub breadth: f64,
    /// Growth with days unresolved, at least 1.
    pub unresolved_age: f64,
}

/// Words of a mention shown as they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// Where they stand.
    pub mention: MentionId,
    /// The words.
    pub text: String,
}

/// Stands in the place of words whose mention was removed since they were published.
pub const WITHDRAWN: &str = "(đã gỡ tại nguồn)";

impl Quote {
    /// Whether the words were taken out because their mention was removed.
    pub fn is_withdrawn(&self) -> bool {
        self.text == WITHDRAWN
    }
}

/// What the score would be had something been left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Counterfactual {
    /// The outlet left out, or `coordinated`.
    pub left_out: String,
    /// The score then.
    pub score: f64,
    /// The rank then among the lines as they stand; `None` when nothing is left of it.
    pub rank: Option<u32>,
}

/// Why a line has its rank (vì sao hạng 2?), beside its factors.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// Mentions of the day in this scope that are negative, neutral and positive; together
    /// [`DigestEntry::n_mentions`].
    pub feeling: [u32; 3],
    /// Mentions by source over the days counted, most first.
    pub by_source: Vec<(SourceId, u32)>,
    /// Without its biggest source; `None` when it has no source.
    pub without_biggest_source: Option<Counterfactual>,
    /// If suspected coordinated posts did not count at all; `None` when none is suspected.
    pub without_coordinated: Option<Counterfactual>,
    /// Posts suspected to be coordinated: near-identical texts within minutes. They are weighted
    /// down, never dropped.
    pub coordinated: Vec<MentionId>,
    /// Whether only sources of low trust speak of it (tin đồn, chưa kiểm chứng).
    pub rumour: bool,
    /// False-discovery-adjusted p-value of its burst over all series of the day, 0 to 1.
    pub burst_q: f64,
    /// Mentions that its history, the weekday and the mix of the kind led to expect that day.
    pub expected: f64,
    /// How many times more of the scope's mentions are about its topic than of the city's, after
    /// shrinkage; 1 for the city (khác thành phố ở đâu).
    pub lift_over_city: f64,
    /// Mentions of the day per 10,000 inhabitants; `None` without a published population.
    pub per_10_000: Option<f64>,
    /// 90 % interval of the count after shrinkage.
    pub count_interval: Interval,
}

/// What the channels of a concern say together that none says alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineNote {
    /// Đã đóng ở 1022, còn tăng trên mạng, báo.
    ClosedButGrowing,
    /// Đã đóng ở 1022, người dân vẫn phản ánh.
    ClosedButRecurring,
    /// Nóng trên báo, 0 phiếu 1022.
    PressWithoutTickets,
    /// Nóng trên mạng, 0 phiếu 1022.
    SocialWithoutTickets,
    /// Nhiều phiếu 1022, chưa lên báo hay mạng.
    TicketsOnly,
}

impl LineNote {
    /// All notes.
    pub const ALL: [LineNote; 5] = [
        Self::ClosedButGrowing,
        Self::ClosedButRecurring,
        Self::PressWithoutTickets,
        Self::SocialWithoutTickets,
        Self::TicketsOnly,
    ];

    /// The code used in files and addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::ClosedButGrowing => "closed_but_growing",
            Self::ClosedButRecurring => "closed_but_recurring",
            Self::PressWithoutTickets => "press_without_tickets",
            Self::SocialWithoutTickets => "social_without_tickets",
            Self::TicketsOnly => "tickets_only",
        }
    }

    /// The note of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|note| note.code() == code)
    }
}

/// One line of a digest.
#[derive(Clone, Debug, PartialEq)]
pub struct DigestEntry {
    /// 1 to 10; tied lines share the better rank.
    pub rank: u32,
    /// Whether its interval overlaps that of the line before so far that the order means nothing
    /// (đồng hạng).
    pub tied: bool,
    /// Which concern.
    pub concern: ConcernId,
    /// Its title that day.
    pub title: String,
    /// What it is about.
    pub topic: Topic,
    /// Units it touches.
    pub units: Vec<WeightedUnit>,
    /// Product of the factors.
    pub score: f64,
    /// 90 % interval of the score.
    pub interval: Interval,
    /// How the score came about.
    pub factors: Factors,
    /// Mentions of the day in this scope.
    pub n_mentions: u32,
    /// Independent sources among them, reprints merged.
    pub n_sources: u32,
    /// All mentions counted, the most telling first.
    pub evidence: Vec<MentionId>,
    /// The most telling sentences.
    pub quotes: Vec<Quote>,
    /// Mentions a day over the last 28 days, oldest first, for the sparkline.
    pub trend: Vec<u32>,
    /// Why it has its rank; `None` in the list of rising lines, and in digests published before
    /// receipts were kept.
    pub receipt: Option<Receipt>,
    /// What its channels say together; none in digests published before notes were kept.
    pub notes: Vec<LineNote>,
    /// What the desk says of it.
    pub desk: EntryDesk,
}

impl DigestEntry {
    /// The title readers see: that of the desk where it gave one, else the extractive one.
    pub fn shown_title(&self) -> &str {
        self.desk.title.as_deref().unwrap_or(&self.title)
    }
}

/// What the desk (biên tập) says of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryDesk {
    /// The title it gave; the extractive one stays beside it.
    pub title: Option<String>,
    /// Whether it pinned the concern in this scope; its rank is the one it has all the same.
    pub pinned: bool,
}

/// A concern that the desk keeps in sight although it is not among the ten lines.
#[derive(Clone, Debug, PartialEq)]
pub struct PinnedLine {
    /// Which concern.
    pub concern: ConcernId,
    /// Its extractive title that day.
    pub title: String,
    /// The title the desk gave it.
    pub desk_title: Option<String>,
    /// What it is about.
    pub topic: Topic,
    /// Units it touches.
    pub units: Vec<WeightedUnit>,
    /// The rank it has among all lines with enough evidence, from 1; `None` without that evidence.
    pub rank: Option<u32>,
    /// Mentions of the period in this scope.
    pub n_mentions: u32,
}

impl PinnedLine {
    /// The title readers see.
    pub fn shown_title(&self) -> &str {
        self.desk_title.as_deref().unwrap_or(&self.title)
    }
}

/// A line that the desk keeps out of the list (ẩn). Its mentions are counted all the same, and its rank
/// stays free.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HiddenLine {
    /// Which concern.
    pub concern: ConcernId,
    /// The rank it has; `None` when it was among the rising lines alone.
    pub rank: Option<u32>,
    /// Mentions of the period in this scope.
    pub n_mentions: u32,
    /// Why, in the words of the desk.
    pub reason: String,
}

/// What the desk keeps in and out of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DigestDesk {
    /// In the order they were pinned.
    pub pinned: Vec<PinnedLine>,
    /// By rank.
    pub hidden: Vec<HiddenLine>,
}

/// A source that did not give what it should that day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoverageGap {
    /// Which source.
    pub source: SourceId,
    /// Its status code of that day.
    pub status: String,
    /// One line for people.
    pub detail: String,
}

/// How much of what should have been heard was heard.
#[derive(Clone, Debug, PartialEq)]
pub struct Coverage {
    /// Share of expected sources that were fresh, 0 to 1.
    pub share: f64,
    /// Sources that should have spoken.
    pub n_expected: u32,
    /// Sources that did.
    pub n_fresh: u32,
    /// What was missing.
    pub gaps: Vec<CoverageGap>,
}

/// At most ten ranked concerns for a scope and a period. Published digests are never changed: a
/// correction makes the next revision.
#[derive(Clone, Debug, PartialEq)]
pub struct Digest {
    /// Whom it is for.
    pub scope: DigestScope,
    /// Which kind of period.
    pub period: PeriodKind,
    /// Which day, in Vietnam; the last of a longer period.
    pub day: Date,
    /// 1 for the first published, one more with each correction.
    pub revision: u32,
    /// Why this revision replaces the one before, in Vietnamese; `None` on the first.
    pub erratum: Option<String>,
    /// Version of the ranking method and its weights.
    pub method_version: String,
    /// What was heard and what was missing.
    pub coverage: Coverage,
    /// The ten that matter most.
    pub top: Vec<DigestEntry>,
    /// Those that grow fastest, at most ten.
    pub rising: Vec<DigestEntry>,
    /// Why there are fewer than ten lines, when there are (chưa đủ dữ liệu), in Vietnamese.
    pub thin_evidence: Option<String>,
    /// Mentions of concerns counted in this scope that day.
    pub n_mentions: u32,
    /// What the desk keeps in and out of the list; nothing in digests of before it could.
    pub desk: DigestDesk,
}

impl Digest {
    /// What it sums up.
    pub fn period(&self) -> Period {
        Period::of(self.period, self.day)
    }
}
