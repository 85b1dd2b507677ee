//! Concerns as JSON.

use jiff::civil::Date;
use models::domain::{Concern, ConcernEvent, ConcernStep, DayCount, Period};
use models::ranking::channels::AfterClosing;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::disclosure::Disclosure;
use crate::told::ToldConcern;

use super::{
    CountLine, EditLine, MentionView, UnitWeight, digest_unit, format_time, round, scope_code,
};

/// What happened to a concern on one day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DayView {
    /// Which day.
    pub day: String,
    /// Mentions of all channels.
    pub n_mentions: u32,
    /// Hotline reports among them.
    pub n_tickets: u32,
    /// Independent sources among them.
    pub n_sources: u32,
    /// Sum of the probabilities of negative sentiment.
    pub negative: f64,
}

impl From<&DayCount> for DayView {
    fn from(count: &DayCount) -> Self {
        Self {
            day: count.day.to_string(),
            n_mentions: count.n_mentions,
            n_tickets: count.n_tickets,
            n_sources: count.n_sources,
            negative: round(f64::from(count.negative), 4),
        }
    }
}

/// What happened to a concern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConcernEventLine {
    /// On which day.
    pub day: String,
    /// `first_seen`, `peak`, `answered`, `closed`, `returned` or `reopened`.
    pub step: String,
    /// Mentions of the day of the peak; null for other events.
    pub n_mentions: Option<u32>,
}

impl From<&ConcernEvent> for ConcernEventLine {
    fn from(event: &ConcernEvent) -> Self {
        Self {
            day: event.day.to_string(),
            step: event.step.code().to_owned(),
            n_mentions: match event.step {
                ConcernStep::Peak(n) => Some(n),
                _ => None,
            },
        }
    }
}

/// What came after the last ticket of a concern was marked done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AfterClosingLine {
    /// When the last open ticket was closed.
    pub closed_at: String,
    /// Until when it is watched: 30 days.
    pub watched_until: String,
    /// Tickets closed by then.
    pub n_closed: usize,
    /// Complaints in the press since then.
    pub n_press: usize,
    /// Complaints on social networks since then.
    pub n_social: usize,
    /// Complaints at the hotline since then.
    pub n_hotline: usize,
    /// Whether people complain again.
    pub recurred: bool,
    /// Whether press and social networks grow although everything is closed.
    pub growing: bool,
}

impl From<&AfterClosing> for AfterClosingLine {
    fn from(after: &AfterClosing) -> Self {
        let [n_press, n_social, n_hotline] = after.n_after;
        Self {
            closed_at: format_time(after.closed_at),
            watched_until: format_time(after.watched_until),
            n_closed: after.n_closed,
            n_press,
            n_social,
            n_hotline,
            recurred: after.recurred,
            growing: after.growing,
        }
    }
}

/// One concern among others, counted over some days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConcernLine {
    /// Stays the same for life.
    pub id: String,
    /// Words that stand in the evidence, or those of the desk.
    pub title: String,
    /// Code of its topic.
    pub topic: String,
    /// `unit`, `city`, `outside` or `unknown`.
    pub scope: String,
    /// `open`, `answered`, `closed` or `returned`, at the end of the last day.
    pub status: String,
    /// Units it touches, heaviest first.
    pub units: Vec<UnitWeight>,
    /// Ids of the agencies named or answering by duty.
    pub agencies: Vec<String>,
    /// First of the days counted.
    pub first_day: String,
    /// Last of the days counted.
    pub last_day: String,
    /// Mentions on those days; each can be read under `/api/v1/concerns/{id}`.
    pub n_mentions: CountLine,
    /// Hotline reports among them.
    pub n_tickets: CountLine,
    /// Tickets not yet closed.
    pub n_open_tickets: CountLine,
    /// First mention.
    pub first_seen: String,
    /// Latest mention.
    pub last_seen: String,
    /// The first moment that no longer counts: the end of the last day.
    pub as_of: String,
    /// The number of the latest edit by the desk that the title and the list know of, 0 for none.
    pub revision: u64,
}

impl ConcernLine {
    /// A concern under its shown title, counted from a day to the end of another.
    pub(crate) fn new(
        concern: &Concern,
        title: String,
        revision: u64,
        (from, last): (Date, Period),
        rule: Disclosure,
    ) -> Self {
        let days = concern.daily.iter();
        let days = days.filter(|count| (from..=last.last()).contains(&count.day));
        let (n_mentions, n_tickets) = days.fold((0, 0), |(mentions, tickets), count| {
            (mentions + count.n_mentions, tickets + count.n_tickets)
        });
        // Reports by the hotline and all others add up to the mentions.
        let mentions = rule.count(n_mentions);
        let tickets = rule.parts(&[n_tickets, n_mentions.saturating_sub(n_tickets)])[0];
        Self {
            id: concern.id.to_string(),
            title,
            topic: concern.topic.code().to_owned(),
            scope: scope_code(concern.scope).to_owned(),
            status: concern.status.code().to_owned(),
            units: UnitWeight::list(&concern.units),
            agencies: concern.agencies.iter().map(ToString::to_string).collect(),
            first_day: from.to_string(),
            last_day: last.last().to_string(),
            n_mentions: mentions.into(),
            n_tickets: tickets.into(),
            n_open_tickets: rule.count(concern.n_open_tickets).into(),
            first_seen: format_time(concern.first_seen),
            last_seen: format_time(concern.last_seen),
            as_of: format_time(last.end()),
            revision,
        }
    }
}

/// One concern with its days and, where asked for, its evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConcernView {
    /// Stays the same for life.
    pub id: String,
    /// Words that stand in the evidence, or those of the desk.
    pub title: String,
    /// The title in words of the evidence where `title` is that of the desk; left out otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extracted_title: Option<String>,
    /// Why the desk keeps it out of lists; left out when it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<String>,
    /// Lists in which the desk pinned it: `city`, a code, or `agency:` and an id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pinned_in: Vec<String>,
    /// Code of its topic.
    pub topic: String,
    /// `unit`, `city`, `outside` or `unknown`.
    pub scope: String,
    /// `open`, `answered`, `closed` or `returned`.
    pub status: String,
    /// Units it touches, heaviest first.
    pub units: Vec<UnitWeight>,
    /// Ids of the agencies named or answering by duty.
    pub agencies: Vec<String>,
    /// First mention.
    pub first_seen: String,
    /// Latest mention.
    pub last_seen: String,
    /// Tickets not yet closed.
    pub n_open_tickets: u32,
    /// Days with at least one mention, oldest first.
    pub daily: Vec<DayView>,
    /// Its life in dated events, in order.
    pub life: Vec<ConcernEventLine>,
    /// How it goes on after its last ticket was closed; null while one is open or the watch is over.
    pub after_closing: Option<AfterClosingLine>,
    /// What its channels say together.
    pub notes: Vec<String>,
    /// What the desk did to it, in order.
    pub edits: Vec<EditLine>,
    /// The number of the latest edit, 0 for none: an edit names the version it was made on.
    pub version: u64,
    /// The concern it counts for since the desk or the models joined them; null when it stands for
    /// itself.
    pub part_of: Option<String>,
    /// Ids of the concerns that were joined to it; their mentions are in its evidence.
    pub parts: Vec<String>,
    /// The mention the title in words of the evidence was taken from.
    pub title_from: String,
    /// Its evidence, newest first, redacted.
    pub evidence: Vec<MentionView>,
    /// Where the next page of the evidence begins; null on the last.
    pub next: Option<String>,
}

impl ConcernView {
    /// A concern with one page of its evidence.
    pub fn new(
        concern: &Concern,
        told: &ToldConcern,
        evidence: Vec<MentionView>,
        next: Option<String>,
    ) -> Self {
        Self {
            life: told.life.iter().map(ConcernEventLine::from).collect(),
            after_closing: told.after_closing.as_ref().map(AfterClosingLine::from),
            notes: told
                .notes
                .iter()
                .map(|note| note.code().to_owned())
                .collect(),
            edits: told
                .edits()
                .map(|(made, counts)| EditLine::new(made, counts))
                .collect(),
            version: told.version(),
            hidden: told.marks.hidden(&concern.id).map(str::to_owned),
            pinned_in: told.marks.pinned_in(&concern.id).map(digest_unit).collect(),
            part_of: told.whole.as_ref().map(|whole| whole.id.to_string()),
            parts: told.parts.iter().map(|part| part.id.to_string()).collect(),
            id: concern.id.to_string(),
            extracted_title: told.marks.title(&concern.id).map(|_| concern.title.clone()),
            title: told.title(concern).to_owned(),
            topic: concern.topic.code().to_owned(),
            scope: scope_code(concern.scope).to_owned(),
            status: concern.status.code().to_owned(),
            units: UnitWeight::list(&concern.units),
            agencies: concern.agencies.iter().map(ToString::to_string).collect(),
            first_seen: format_time(concern.first_seen),
            last_seen: format_time(concern.last_seen),
            n_open_tickets: concern.n_open_tickets,
            daily: concern.daily.iter().map(DayView::from).collect(),
            title_from: concern.title_from.to_string(),
            evidence,
            next,
        }
    }
}
