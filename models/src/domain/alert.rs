//! Alerts (cảnh báo): rules that people write, and what they found.
//!
//! An alert is of one rule and one subject, a concern or a source, and lasts as long as the rule keeps
//! finding it. It carries the card of its cause: which figures against which expectation.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::{AccountId, Channel, ConcernId, HealthStatus, MentionId, SourceId, Topic, UnitCode};

/// Days without a finding after which an alert is over by itself, and after which the same subject is
/// news again.
pub const QUIET_DAYS: i64 = 3;
/// An alert that people know of is told again when it grew by half and by so many mentions.
const WORSE_FACTOR: f64 = 1.5;
const WORSE_MENTIONS: f64 = 5.0;

/// What people want to be told of (luật cảnh báo).
#[derive(Clone, Debug, PartialEq)]
pub struct AlertRule {
    /// Number in the record; 0 for a draft.
    pub id: u64,
    /// 1 for the first; a change must name the one it was made from.
    pub revision: u32,
    /// By what `alerts.toml` knows it; `None` for one that was written on the pages.
    pub origin: Option<String>,
    /// Name for people.
    pub name: String,
    /// What it watches.
    pub watch: Watch,
    /// Whether its alerts may come at night, to those who want that.
    pub is_urgent: bool,
    /// Whether it is in force.
    pub is_active: bool,
}

/// What a rule watches.
#[derive(Clone, Debug, PartialEq)]
pub enum Watch {
    /// What citizens say.
    Concerns(ConcernWatch),
    /// Whether we still hear: sources that fell silent or cannot be reached.
    Sources(SourceWatch),
}

/// Conditions on concerns; all that are given must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConcernWatch {
    /// Topics; none is all.
    pub topics: Vec<Topic>,
    /// Units; none is the whole city.
    pub units: Vec<UnitCode>,
    /// Channels; none is all.
    pub channels: Vec<Channel>,
    /// Sources; none is all.
    pub sources: Vec<SourceId>,
    /// Mentions that a concern must have on a day, at least 1.
    pub min_mentions: u32,
    /// Share of negative ones among them, 0 to 1.
    pub min_negative_share: Option<f64>,
    /// More than its history explains: so many false alarms of the rule a month are accepted, above 0.
    pub burst_per_month: Option<f64>,
}

/// Conditions on sources.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceWatch {
    /// Sources; none is all.
    pub sources: Vec<SourceId>,
    /// Hours that a source must have been unwell.
    pub min_hours: u32,
}

/// What is wrong with a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleFault {
    /// It has no name, or one longer than 80 letters.
    Name,
    /// Mentions from 1 to 100,000.
    MinMentions,
    /// A share is above 0 and at most 1, and needs 3 mentions to be one.
    NegativeShare,
    /// False alarms a month: above 0, at most 100.
    Burst,
    /// Every concern would be an alert: it needs 2 mentions, a share or a burst.
    Everything,
    /// Hours from 1 to 720.
    Hours,
}

impl AlertRule {
    /// What is wrong with it, if anything.
    pub fn fault(&self) -> Option<RuleFault> {
        let n_letters = self.name.trim().chars().count();
        if n_letters == 0 || n_letters > 80 || self.name.chars().any(char::is_control) {
            return Some(RuleFault::Name);
        }
        match &self.watch {
            Watch::Concerns(watch) => watch.fault(),
            Watch::Sources(watch) => {
                let is_sound = (1..=720).contains(&watch.min_hours);
                (!is_sound).then_some(RuleFault::Hours)
            }
        }
    }

    /// Units it is about; none is the whole city.
    pub fn units(&self) -> &[UnitCode] {
        match &self.watch {
            Watch::Concerns(watch) => &watch.units,
            Watch::Sources(_) => &[],
        }
    }

    /// `concern` or `source`.
    pub fn kind(&self) -> AlertKind {
        match self.watch {
            Watch::Concerns(_) => AlertKind::Concern,
            Watch::Sources(_) => AlertKind::Source,
        }
    }
}

impl ConcernWatch {
    fn fault(&self) -> Option<RuleFault> {
        let share = self.min_negative_share;
        let is_bound = |bound: f64| bound > 0.0 && bound <= 100.0;
        if !(1..=100_000).contains(&self.min_mentions) {
            Some(RuleFault::MinMentions)
        } else if share.is_some_and(|share| !(share > 0.0 && share <= 1.0))
            || (share.is_some() && self.min_mentions < 3)
        {
            Some(RuleFault::NegativeShare)
        } else if self.burst_per_month.is_some_and(|bound| !is_bound(bound)) {
            Some(RuleFault::Burst)
        } else if self.min_mentions < 2 && self.burst_per_month.is_none() {
            Some(RuleFault::Everything)
        } else {
            None
        }
    }
}

/// Kinds of alerts, which have lists of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AlertKind {
    /// About what citizens say.
    Concern,
    /// About whether we still hear.
    Source,
}

impl AlertKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Concern, Self::Source];

    /// The code used in files and answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Concern => "concern",
            Self::Source => "source",
        }
    }

    /// The kind of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What an alert is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AlertSubject {
    /// A concern.
    Concern(ConcernId),
    /// A source.
    Source(SourceId),
}

impl AlertSubject {
    /// Its kind.
    pub fn kind(&self) -> AlertKind {
        match self {
            Self::Concern(_) => AlertKind::Concern,
            Self::Source(_) => AlertKind::Source,
        }
    }

    /// Its identifier.
    pub fn id(&self) -> &str {
        match self {
            Self::Concern(id) => id.as_str(),
            Self::Source(id) => id.as_str(),
        }
    }

    /// The subject of a kind and an identifier.
    pub fn new(kind: AlertKind, id: &str) -> Self {
        match kind {
            AlertKind::Concern => Self::Concern(ConcernId::new(id)),
            AlertKind::Source => Self::Source(SourceId::new(id)),
        }
    }
}

/// The card of a cause: what a rule saw, in figures, and where that can be read. It stays as it was.
#[derive(Clone, Debug, PartialEq)]
pub enum Cause {
    /// In what citizens say.
    Concern(ConcernCause),
    /// In how a source is doing.
    Source(SourceCause),
}

/// Why a concern is an alert.
#[derive(Clone, Debug, PartialEq)]
pub struct ConcernCause {
    /// Mentions of the day that the rule looks at.
    pub n_mentions: u32,
    /// Those that the rule asked for.
    pub min_mentions: u32,
    /// Mean probability of negative sentiment among them, 0 to 1.
    pub negative_share: f64,
    /// The share that the rule asked for.
    pub min_negative_share: Option<f64>,
    /// The burst, where the rule asked for one.
    pub burst: Option<BurstCause>,
    /// Mentions of press, social and hotline, in the order of [`Channel::ALL`].
    pub by_channel: [u32; 3],
    /// Mentions by source, most first, at most five.
    pub by_source: Vec<(SourceId, u32)>,
    /// Mentions to read, the most negative first, at most five. Their words are read where they are
    /// kept, so that what was taken down is not shown.
    pub evidence: Vec<MentionId>,
}

/// More than its history explains.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BurstCause {
    /// Mentions of the day in the series of the unit and topic.
    pub n_mentions: u32,
    /// Mentions expected.
    pub expected: f64,
    /// Probability of so many without a change.
    pub p: f64,
    /// Series that the rule watched that day.
    pub n_series: u32,
    /// Days of history it was judged by.
    pub history_days: u32,
    /// False alarms a month that the rule accepts.
    pub per_month: f64,
}

/// Why a source is an alert.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceCause {
    /// How it is doing.
    pub status: HealthStatus,
    /// The line for people.
    pub detail: String,
    /// Since when it is unwell, as far as is known.
    pub since: Timestamp,
    /// Hours that the rule asked for.
    pub min_hours: u32,
}

/// What a rule found on one day.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// About what.
    pub subject: AlertSubject,
    /// Which day, in Vietnam.
    pub day: Date,
    /// The topic of the concern.
    pub topic: Option<Topic>,
    /// Units it touches, heaviest first.
    pub units: Vec<UnitCode>,
    /// How big it is: mentions of the day, hours of an outage.
    pub size: f64,
    /// Why.
    pub cause: Cause,
}

/// How an alert stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AlertStatus {
    /// Nobody has taken it yet.
    Open,
    /// Somebody takes care of it.
    Acknowledged,
    /// It is over.
    Resolved,
}

impl AlertStatus {
    /// All.
    pub const ALL: [Self; 3] = [Self::Open, Self::Acknowledged, Self::Resolved];

    /// The code used in files and answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::Resolved => "resolved",
        }
    }

    /// The status of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }
}

/// An alert as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// Number in the record.
    pub id: u64,
    /// Of which rule, and what that was called.
    pub rule: u64,
    /// Name of the rule at the time.
    pub rule_name: String,
    /// Whether it may be told at night.
    pub is_urgent: bool,
    /// About what.
    pub subject: AlertSubject,
    /// The topic of the concern.
    pub topic: Option<Topic>,
    /// Units it touches, heaviest first.
    pub units: Vec<UnitCode>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// How it stands.
    pub status: AlertStatus,
    /// Who takes care of it.
    pub owner: Option<AccountId>,
    /// Nobody is told until then.
    pub snoozed_until: Option<Timestamp>,
    /// The last day on which its rule found it.
    pub last_found: Date,
    /// The greatest size that people were told of.
    pub peak: f64,
    /// Number of its latest event: a change must name it.
    pub version: u64,
}

/// What happens to an alert.
#[derive(Clone, Debug, PartialEq)]
pub enum AlertStep {
    /// A rule found it.
    Opened(Finding),
    /// It got clearly worse: it is open again, whoever took it and however long it was to be quiet.
    Worsened(Finding),
    /// Somebody takes care of it.
    Acknowledged,
    /// Nobody is to be told until then.
    Snoozed(Timestamp),
    /// It is over, by somebody's word or because nothing was found for [`QUIET_DAYS`].
    Resolved,
    /// A word on it.
    Commented,
}

impl AlertStep {
    /// The code used in files and answers.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Opened(_) => "opened",
            Self::Worsened(_) => "worsened",
            Self::Acknowledged => "acknowledged",
            Self::Snoozed(_) => "snoozed",
            Self::Resolved => "resolved",
            Self::Commented => "commented",
        }
    }
}

/// A step of an alert, as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertEvent {
    /// Grows with each event of the record.
    pub number: u64,
    /// Of which alert.
    pub alert: u64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub step: AlertStep,
    /// Who; `None` for what happened by itself.
    pub by: Option<AccountId>,
    /// What they said.
    pub comment: String,
}

/// What a finding means, given the last alert of its rule about its subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// It is known.
    Nothing,
    /// A new alert.
    Open,
    /// The known one got clearly worse.
    Worsen,
}

/// Whether a finding is news. The same is told again when it got clearly worse; what is over, when it was
/// quiet for [`QUIET_DAYS`] or got clearly worse.
pub fn next_step(known: Option<&Alert>, found: &Finding) -> NextStep {
    let Some(known) = known else {
        return NextStep::Open;
    };
    let is_over = known.status == AlertStatus::Resolved;
    if let Cause::Source(cause) = &found.cause {
        // An outage that goes on is the same outage, also for who ended it by hand.
        return if is_over && cause.since > known.opened_at {
            NextStep::Open
        } else {
            NextStep::Nothing
        };
    }
    let is_worse = is_clearly_worse(found.size, known.peak);
    let is_quiet = is_quiet(known, found.day);
    match (is_over, is_worse) {
        (true, _) if is_quiet || is_worse => NextStep::Open,
        (false, true) => NextStep::Worsen,
        _ => NextStep::Nothing,
    }
}

/// Whether a size is clearly more than people were told of: by half, and by five mentions.
pub fn is_clearly_worse(size: f64, peak: f64) -> bool {
    size >= peak * WORSE_FACTOR && size >= peak + WORSE_MENTIONS
}

/// Whether nothing was found of an alert for so long that it is over by itself.
pub fn is_quiet(alert: &Alert, today: Date) -> bool {
    alert.last_found.saturating_add(QUIET_DAYS.days()) <= today
}

/// The alert after a step; what a step does is said here alone.
#[must_use]
pub fn after(mut alert: Alert, event: &AlertEvent) -> Alert {
    alert.version = event.number;
    match &event.step {
        AlertStep::Opened(found) | AlertStep::Worsened(found) => {
            alert.status = AlertStatus::Open;
            alert.snoozed_until = None;
            alert.owner = None;
            alert.peak = alert.peak.max(found.size);
            alert.last_found = alert.last_found.max(found.day);
        }
        AlertStep::Acknowledged => {
            alert.status = AlertStatus::Acknowledged;
            alert.owner = event.by;
        }
        AlertStep::Snoozed(until) => alert.snoozed_until = Some(*until),
        AlertStep::Resolved => {
            alert.status = AlertStatus::Resolved;
            alert.snoozed_until = None;
        }
        AlertStep::Commented => {}
    }
    alert
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn finding(day: i8, size: f64) -> Finding {
        Finding {
            subject: AlertSubject::Concern(ConcernId::new("c1")),
            day: date(2026, 11, day),
            topic: None,
            units: Vec::new(),
            size,
            cause: Cause::Concern(ConcernCause {
                n_mentions: size as u32,
                min_mentions: 2,
                negative_share: 0.5,
                min_negative_share: None,
                burst: None,
                by_channel: [0, 0, 1],
                by_source: Vec::new(),
                evidence: Vec::new(),
            }),
        }
    }

    fn alert(status: AlertStatus, last: i8, peak: f64) -> Alert {
        Alert {
            id: 1,
            rule: 1,
            rule_name: "R".to_owned(),
            is_urgent: false,
            subject: AlertSubject::Concern(ConcernId::new("c1")),
            topic: None,
            units: Vec::new(),
            opened_at: Timestamp::UNIX_EPOCH,
            status,
            owner: None,
            snoozed_until: None,
            last_found: date(2026, 11, last),
            peak,
            version: 1,
        }
    }

    #[test]
    fn the_same_is_told_once_and_again_when_clearly_worse() {
        use AlertStatus::{Acknowledged, Open, Resolved};
        assert_eq!(next_step(None, &finding(10, 4.0)), NextStep::Open);
        for (status, last, peak, size, expected) in [
            (Open, 10, 6.0, 9.0, NextStep::Nothing),
            (Open, 10, 6.0, 11.0, NextStep::Worsen),
            (Open, 10, 40.0, 50.0, NextStep::Nothing),
            (Acknowledged, 10, 6.0, 12.0, NextStep::Worsen),
            (Resolved, 10, 6.0, 6.0, NextStep::Nothing),
            (Resolved, 10, 6.0, 11.0, NextStep::Open),
            (Resolved, 8, 6.0, 4.0, NextStep::Open),
        ] {
            let known = alert(status, last, peak);
            let found = finding(11, size);
            assert_eq!(
                next_step(Some(&known), &found),
                expected,
                "{status:?} {last} {size}"
            );
        }
        let outage = |since: i64| Finding {
            cause: Cause::Source(SourceCause {
                status: HealthStatus::Unreachable,
                detail: String::new(),
                since: Timestamp::UNIX_EPOCH + since.hours(),
                min_hours: 1,
            }),
            ..finding(11, 90.0)
        };
        for (status, since, expected) in [
            (Open, -1, NextStep::Nothing),
            (Resolved, -1, NextStep::Nothing),
            (Resolved, 1, NextStep::Open),
        ] {
            let known = alert(status, 11, 6.0);
            assert_eq!(
                next_step(Some(&known), &outage(since)),
                expected,
                "{status:?} {since}"
            );
        }
        assert!(is_quiet(&alert(Open, 8, 1.0), date(2026, 11, 11)));
        assert!(!is_quiet(&alert(Open, 9, 1.0), date(2026, 11, 11)));
    }

    #[test]
    fn worse_wakes_what_was_to_be_quiet() {
        let event = |number, step, by| AlertEvent {
            number,
            alert: 1,
            at: Timestamp::UNIX_EPOCH,
            step,
            by,
            comment: String::new(),
        };
        let one = alert(AlertStatus::Open, 10, 6.0);
        let one = after(one, &event(2, AlertStep::Acknowledged, Some(AccountId(7))));
        assert_eq!(
            (one.status, one.owner),
            (AlertStatus::Acknowledged, Some(AccountId(7)))
        );
        let until = Timestamp::UNIX_EPOCH + 5.hours();
        let one = after(
            one,
            &event(3, AlertStep::Snoozed(until), Some(AccountId(7))),
        );
        assert_eq!(one.snoozed_until, Some(until));
        let one = after(one, &event(4, AlertStep::Worsened(finding(11, 20.0)), None));
        assert_eq!((one.status, one.snoozed_until), (AlertStatus::Open, None));
        assert_eq!((one.peak, one.version), (20.0, 4));
        let one = after(one, &event(5, AlertStep::Resolved, None));
        assert_eq!(one.status, AlertStatus::Resolved);
    }

    #[test]
    fn faults_of_rules_are_told() {
        let rule = |watch| AlertRule {
            id: 0,
            revision: 0,
            origin: None,
            name: "Ngập".to_owned(),
            watch: Watch::Concerns(watch),
            is_urgent: false,
            is_active: true,
        };
        let base = ConcernWatch {
            min_mentions: 5,
            ..ConcernWatch::default()
        };
        assert_eq!(rule(base.clone()).fault(), None);
        let with = |change: fn(&mut ConcernWatch)| {
            let mut watch = base.clone();
            change(&mut watch);
            rule(watch).fault()
        };
        assert_eq!(with(|w| w.min_mentions = 0), Some(RuleFault::MinMentions));
        assert_eq!(with(|w| w.min_mentions = 1), Some(RuleFault::Everything));
        assert_eq!(
            with(|w| w.min_negative_share = Some(f64::NAN)),
            Some(RuleFault::NegativeShare)
        );
        assert_eq!(
            with(|w| w.burst_per_month = Some(0.0)),
            Some(RuleFault::Burst)
        );
        let silent = Watch::Sources(SourceWatch::default());
        assert_eq!(
            AlertRule {
                watch: silent,
                ..rule(base.clone())
            }
            .fault(),
            Some(RuleFault::Hours)
        );
        assert_eq!(
            AlertRule {
                name: " ".to_owned(),
                ..rule(base)
            }
            .fault(),
            Some(RuleFault::Name)
        );
    }
}
