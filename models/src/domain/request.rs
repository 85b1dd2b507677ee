//! Requests for explanation (yêu cầu giải trình): a unit or agency is asked about a concern, an indicator
//! or a press report, answers by a day, and its answer is taken or returned. What may follow what, when an
//! answer is due and when who is reminded is said here alone; [`super::request_rules`] holds the figures, and
//! [`super::working_day`] counts the days.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;

use super::{About, AccountId, AgencyId, ConcernId, DigestScope, MentionId, UnitCode};

/// The number of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub u64);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Who is asked.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Respondent {
    /// A ward, commune or special zone.
    Unit(UnitCode),
    /// A department or utility.
    Agency(AgencyId),
}

impl Respondent {
    /// Reads what [`Display`](fmt::Display) writes: `26740` or `agency:cap-nuoc`.
    pub fn from_text(text: &str) -> Option<Self> {
        match text.trim().strip_prefix("agency:") {
            Some("") => None,
            Some(id) => Some(Self::Agency(AgencyId::new(id))),
            None => text.trim().parse().ok().map(Self::Unit),
        }
    }

    /// The part of the city, as rights are asked about it.
    pub fn about(&self) -> About<'_> {
        match self {
            Self::Unit(code) => About::Unit(*code),
            Self::Agency(id) => About::Agency(id),
        }
    }

    /// Whose digest prints its answers, beside the city's.
    pub fn scope(&self) -> DigestScope {
        match self {
            Self::Unit(code) => DigestScope::Unit(*code),
            Self::Agency(id) => DigestScope::Agency(id.clone()),
        }
    }
}

impl fmt::Display for Respondent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unit(code) => code.fmt(f),
            Self::Agency(id) => write!(f, "agency:{id}"),
        }
    }
}

/// What it is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestSubject {
    /// A concern.
    Concern(ConcernId),
    /// An indicator, by its id.
    Indicator(String),
    /// A press report.
    Press(MentionId),
}

impl RequestSubject {
    /// Kind and name, as they are stored.
    pub fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Concern(id) => ("concern", id.as_str()),
            Self::Indicator(id) => ("indicator", id),
            Self::Press(id) => ("press", id.as_str()),
        }
    }

    /// Of a kind and a name.
    pub fn of(kind: &str, name: &str) -> Option<Self> {
        match kind {
            "concern" => Some(Self::Concern(ConcernId::new(name))),
            "indicator" => Some(Self::Indicator(name.to_owned())),
            "press" => Some(Self::Press(MentionId::new(name))),
            _ => None,
        }
    }

    /// The concern, if it is about one.
    pub fn concern(&self) -> Option<&ConcernId> {
        match self {
            Self::Concern(id) => Some(id),
            Self::Indicator(_) | Self::Press(_) => None,
        }
    }
}

/// How a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RequestState {
    /// Written, nobody was told.
    Draft,
    /// The unit is being told.
    Sent,
    /// A server took what tells it, or somebody of the unit has read it here.
    Delivered,
    /// The unit answered; the desk has not said what of it.
    Answered,
    /// The answer did not do; the unit is asked again.
    Returned,
    /// The answer was taken.
    Accepted,
    /// Done.
    Closed,
    /// Taken back.
    Withdrawn,
}

impl RequestState {
    /// All states.
    pub const ALL: [Self; 8] = [
        Self::Draft,
        Self::Sent,
        Self::Delivered,
        Self::Answered,
        Self::Returned,
        Self::Accepted,
        Self::Closed,
        Self::Withdrawn,
    ];

    /// The code used in files and addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Answered => "answered",
            Self::Returned => "returned",
            Self::Accepted => "accepted",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether the unit owes an answer.
    pub fn waits_for_unit(self) -> bool {
        matches!(self, Self::Sent | Self::Delivered | Self::Returned)
    }

    /// Whether the answer was taken.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Accepted | Self::Closed)
    }

    /// What a step makes of this state; `None` when it cannot be taken now.
    pub fn after(self, step: RequestStep) -> Option<Self> {
        use RequestState as S;
        use RequestStep as T;
        let next = match (self, step) {
            (S::Draft, T::Edited) => S::Draft,
            (S::Draft, T::Sent) => S::Sent,
            (S::Sent, T::Delivered) => S::Delivered,
            // Later ones say that letters of reminders arrived, too.
            (_, T::Delivered | T::Undelivered | T::Opened) if self != S::Draft => self,
            (_, T::RemindedBefore | T::RemindedAtDeadline | T::Escalated(_))
                if self.waits_for_unit() =>
            {
                self
            }
            (_, T::Answered) if self.waits_for_unit() => S::Answered,
            (S::Answered, T::Accepted) => S::Accepted,
            (S::Answered, T::Returned) => S::Returned,
            (S::Accepted, T::Closed) => S::Closed,
            (S::Accepted | S::Closed, T::Printed) => self,
            (S::Draft | S::Sent | S::Delivered | S::Answered | S::Returned, T::Withdrawn) => {
                S::Withdrawn
            }
            _ => return None,
        };
        Some(next)
    }
}

/// What happens to a request; each is written down with its time and who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RequestStep {
    /// It was written.
    Drafted,
    /// The draft was written anew.
    Edited,
    /// It was sent off.
    Sent,
    /// Something that tells the unit was taken by a server.
    Delivered,
    /// Something that tells the unit was refused or given up.
    Undelivered,
    /// Its link was opened, maybe by a scanner of mail; or somebody of the unit has read it here.
    Opened,
    /// The unit was reminded before the deadline.
    RemindedBefore,
    /// The unit was reminded at the deadline.
    RemindedAtDeadline,
    /// The next level was told that the answer is late; levels from 1.
    Escalated(u8),
    /// The unit answered.
    Answered,
    /// The answer was taken.
    Accepted,
    /// The answer was given back with a reason and a new deadline.
    Returned,
    /// The request is done.
    Closed,
    /// The request was taken back.
    Withdrawn,
    /// The answer was printed in a digest.
    Printed,
}

/// The highest level that is told of a late answer.
pub const ESCALATIONS_MAX: u8 = 5;

impl RequestStep {
    /// The code used in files and answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Drafted => "drafted",
            Self::Edited => "edited",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Undelivered => "undelivered",
            Self::Opened => "opened",
            Self::RemindedBefore => "reminded_before",
            Self::RemindedAtDeadline => "reminded_at_deadline",
            Self::Escalated(0 | 1) => "escalated_1",
            Self::Escalated(2) => "escalated_2",
            Self::Escalated(3) => "escalated_3",
            Self::Escalated(4) => "escalated_4",
            Self::Escalated(_) => "escalated_5",
            Self::Answered => "answered",
            Self::Accepted => "accepted",
            Self::Returned => "returned",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
            Self::Printed => "printed",
        }
    }

    /// The step of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        let fixed = [
            Self::Drafted,
            Self::Edited,
            Self::Sent,
            Self::Delivered,
            Self::Undelivered,
            Self::Opened,
            Self::RemindedBefore,
            Self::RemindedAtDeadline,
            Self::Answered,
            Self::Accepted,
            Self::Returned,
            Self::Closed,
            Self::Withdrawn,
            Self::Printed,
        ];
        let levels = (1..=ESCALATIONS_MAX).map(Self::Escalated);
        fixed
            .into_iter()
            .chain(levels)
            .find(|step| step.code() == code)
    }
}

/// Something said, as it stood when the request was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceQuote {
    /// Whose words; when it is removed they go, too.
    pub mention: MentionId,
    /// The words, without personal data, or [`super::WITHDRAWN`].
    pub text: String,
    /// Name of the source.
    pub source: String,
    /// When it was said.
    pub at: Option<Timestamp>,
    /// Where it stands.
    pub url: Option<String>,
}

/// What a request rests on, frozen when it was written: later readings of the record do not touch it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestEvidence {
    /// What it is about, in words of the evidence, of the desk or of the configuration.
    pub title: String,
    /// The mention whose words the title is.
    pub title_from: Option<MentionId>,
    /// Which digest it was taken from, in words: city or unit, day, revision, rank.
    pub edition: Option<String>,
    /// Figures as they stood: name and value.
    pub figures: Vec<(String, String)>,
    /// Why it has its rank, in sentences of its receipt.
    pub reasons: Vec<String>,
    /// What was said.
    pub quotes: Vec<EvidenceQuote>,
    /// Voices a day up to then.
    pub daily: Vec<(Date, u32)>,
}

/// A request as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplanationRequest {
    /// Its number.
    pub id: RequestId,
    /// What about.
    pub subject: RequestSubject,
    /// Who is asked.
    pub addressee: Respondent,
    /// What is asked.
    pub question: String,
    /// Working days for an answer.
    pub answer_days: u32,
    /// Who asks.
    pub asked_by: Option<AccountId>,
    /// When it was written.
    pub made_at: Timestamp,
    /// What it rests on.
    pub evidence: RequestEvidence,
    /// How it stands.
    pub state: RequestState,
    /// How often the unit was asked: 0 for a draft, 1, and one more with each return.
    pub round: u32,
    /// By when the unit answers; none for a draft.
    pub due_at: Option<Timestamp>,
}

impl ExplanationRequest {
    /// Whether the unit owes an answer whose deadline is over.
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.state.waits_for_unit() && self.due_at.is_some_and(|due| due < now)
    }
}

/// One step of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestEvent {
    /// Grows over all requests.
    pub seq: u64,
    /// Which request.
    pub request: RequestId,
    /// In which round.
    pub round: u32,
    /// What.
    pub step: RequestStep,
    /// When.
    pub at: Timestamp,
    /// Which officer; none for links and the schedule.
    pub by: Option<AccountId>,
    /// In which role: that of an officer, `link`, or `schedule`.
    pub role: String,
    /// Reason, note or receipt.
    pub detail: String,
    /// The new deadline, where it sets one.
    pub due_at: Option<Timestamp>,
}

/// A file of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerFile {
    /// Its name, cleaned.
    pub name: String,
    /// Its type, found in its bytes.
    pub kind: String,
    /// Its size.
    pub n_bytes: u64,
    /// SHA-256 of its bytes, by which it is stored.
    pub hash: [u8; 32],
}

/// What a unit answered in one round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestAnswer {
    /// Which round.
    pub round: u32,
    /// When.
    pub at: Timestamp,
    /// Which officer; none when it came by the link.
    pub by: Option<AccountId>,
    /// The answer, without personal data.
    pub text: String,
    /// Whether personal data was cut out of it.
    pub was_cut: bool,
    /// What came with it.
    pub files: Vec<AnswerFile>,
}

/// An answer as a digest prints it; it belongs to that edition and never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintedAnswer {
    /// Of which request.
    pub request: RequestId,
    /// Under which concern.
    pub concern: Option<ConcernId>,
    /// Whose answer.
    pub addressee: Respondent,
    /// The day of the digest.
    pub day: Date,
    /// What was asked about.
    pub title: String,
    /// The answer.
    pub answer: String,
    /// What the desk says of it, if it wishes.
    pub note: String,
    /// When the unit was asked.
    pub asked_on: Date,
    /// When it answered.
    pub answered_on: Date,
    /// Voices a day before and after, up to the day of the digest.
    pub curve: Vec<(Date, u32)>,
}

impl PrintedAnswer {
    /// Voices a day in the days before the question, that day included, and in those after it; none
    /// where there is no day.
    pub fn before_and_after(&self) -> (Option<f64>, Option<f64>) {
        let mean = |is_in: &dyn Fn(Date) -> bool| {
            let counts = self.curve.iter().filter(|(day, _)| is_in(*day));
            let counts = counts.map(|(_, n)| f64::from(*n)).collect::<Vec<_>>();
            let n = counts.len();
            (n > 0).then(|| counts.iter().sum::<f64>() / n as f64)
        };
        (
            mean(&|day| day <= self.asked_on),
            mean(&|day| day > self.asked_on),
        )
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// From each state: which steps lead where. What is not named cannot be done.
    const TABLE: &str = "
        draft      edited:draft sent:sent withdrawn:withdrawn
        sent       delivered:delivered undelivered:sent opened:sent reminded_before:sent reminded_at_deadline:sent escalated_1:sent answered:answered withdrawn:withdrawn
        delivered  delivered:delivered undelivered:delivered opened:delivered reminded_before:delivered reminded_at_deadline:delivered escalated_1:delivered answered:answered withdrawn:withdrawn
        answered   delivered:answered undelivered:answered opened:answered accepted:accepted returned:returned withdrawn:withdrawn
        returned   delivered:returned undelivered:returned opened:returned reminded_before:returned reminded_at_deadline:returned escalated_1:returned answered:answered withdrawn:withdrawn
        accepted   delivered:accepted undelivered:accepted opened:accepted closed:closed printed:accepted
        closed     delivered:closed undelivered:closed opened:closed printed:closed
        withdrawn  delivered:withdrawn undelivered:withdrawn opened:withdrawn";

    #[test]
    fn nothing_follows_but_what_the_table_says() {
        let steps = "drafted edited sent delivered undelivered opened reminded_before reminded_at_deadline \
                     escalated_1 answered accepted returned closed withdrawn printed";
        let mut n_rows = 0;
        for row in TABLE.lines().filter(|row| !row.trim().is_empty()) {
            let mut words = row.split_whitespace();
            let state = RequestState::from_code(words.next().unwrap()).unwrap();
            let allowed = words.collect::<Vec<_>>();
            for code in steps.split_whitespace() {
                let step = RequestStep::from_code(code).unwrap();
                let found = state.after(step).map(RequestState::code);
                let expected = allowed.iter().find_map(|pair| {
                    let (step, next) = pair.split_once(':')?;
                    (step == code).then_some(next)
                });
                assert_eq!(found, expected, "{state:?} {code}");
            }
            n_rows += 1;
        }
        assert_eq!(n_rows, RequestState::ALL.len());
    }

    #[test]
    fn codes_come_back() {
        for state in RequestState::ALL {
            assert_eq!(RequestState::from_code(state.code()), Some(state));
        }
        for level in 1..=ESCALATIONS_MAX {
            let step = RequestStep::Escalated(level);
            assert_eq!(RequestStep::from_code(step.code()), Some(step));
        }
        for text in ["26740", "agency:cap-nuoc"] {
            assert_eq!(Respondent::from_text(text).unwrap().to_string(), text);
        }
        for text in ["", "agency:", "2674", "city"] {
            assert_eq!(Respondent::from_text(text), None, "{text}");
        }
        for (kind, name) in [("concern", "c1"), ("indicator", "i"), ("press", "m")] {
            assert_eq!(
                RequestSubject::of(kind, name).unwrap().parts(),
                (kind, name)
            );
        }
    }

    #[test]
    fn a_curve_has_two_sides() {
        let printed = PrintedAnswer {
            request: RequestId(1),
            concern: None,
            addressee: Respondent::Agency(AgencyId::new("a")),
            day: date(2026, 11, 14),
            title: String::new(),
            answer: String::new(),
            note: String::new(),
            asked_on: date(2026, 11, 12),
            answered_on: date(2026, 11, 13),
            curve: vec![
                (date(2026, 11, 11), 4),
                (date(2026, 11, 12), 8),
                (date(2026, 11, 13), 3),
                (date(2026, 11, 14), 0),
            ],
        };
        assert_eq!(printed.before_and_after(), (Some(6.0), Some(1.5)));
        let early = PrintedAnswer {
            asked_on: date(2026, 11, 14),
            ..printed
        };
        assert_eq!(early.before_and_after().1, None);
    }
}
