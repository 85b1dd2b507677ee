//! Recipients (người nhận thư): people who get digests by mail.

use jiff::civil::Time;
use jiff::{SignedDuration, Timestamp};

use super::{
    Alert, AlertKind, DigestScope, PeriodKind, PublishedDigest, UnitCode, Way, time_in_vietnam,
};

/// Someone who gets digests by mail: one message a day at most.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipient {
    /// Stable identifier.
    pub id: String,
    /// Name, as it stands in the mail's head.
    pub name: String,
    /// Mail address.
    pub address: String,
    /// Whose digests, the most important first; empty for who gets alerts alone.
    pub scopes: Vec<DigestScope>,
    /// Digests of which periods; empty for who gets alerts alone.
    pub periods: Vec<PeriodKind>,
    /// Which alerts they are told of; `None` for none.
    pub alerts: Option<AlertWish>,
    /// Hour of the day in Vietnam from which mail may come.
    pub at: Time,
    /// Whether they read English instead of Vietnamese.
    pub english: bool,
    /// Whether they are told of revisions, the morning after.
    pub errata: bool,
    /// Why nothing is sent to them now.
    pub disabled: Option<String>,
}

/// Which alerts somebody is told of, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertWish {
    /// By which ways; never empty.
    pub ways: Vec<Way>,
    /// Kinds; none is all.
    pub kinds: Vec<AlertKind>,
    /// Units; none is the whole city.
    pub units: Vec<UnitCode>,
    /// From when to when, Vietnam time, they are left alone; may pass midnight.
    pub quiet: Option<(Time, Time)>,
    /// Whether urgent alerts come at once, also in quiet hours.
    pub urgent_always: bool,
    /// How long alerts gather, so that what comes together is told together.
    pub gather: SignedDuration,
}

impl AlertWish {
    /// Whether they want to be told of an alert.
    pub fn wants(&self, alert: &Alert) -> bool {
        let is_there =
            self.units.is_empty() || alert.units.iter().any(|unit| self.units.contains(unit));
        let kind = alert.subject.kind();
        let is_of_kind = self.kinds.is_empty() || self.kinds.contains(&kind);
        // Sources are of no unit.
        is_of_kind && (is_there || kind == AlertKind::Source)
    }

    /// Whether a message may come now, of alerts the first of which is known since `first_at`.
    pub fn may_come(&self, first_at: Timestamp, is_urgent: bool, now: Timestamp) -> bool {
        if is_urgent && self.urgent_always {
            return true;
        }
        let (_, hour) = time_in_vietnam(now);
        let is_quiet = self.quiet.is_some_and(|(from, to)| {
            if from <= to {
                (from..to).contains(&hour)
            } else {
                hour >= from || hour < to
            }
        });
        !is_quiet && now.duration_since(first_at) >= self.gather
    }
}

impl Recipient {
    /// Whether they want to be told of a digest.
    pub fn wants(&self, published: &PublishedDigest) -> bool {
        let is_wanted = self.errata || published.revision <= 1;
        is_wanted
            && self.scopes.contains(&published.scope)
            && self.periods.contains(&published.period)
    }

    /// By what the outbox knows them.
    pub fn outbox_id(&self) -> String {
        format!("mail:{}", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::time;

    #[test]
    fn nights_are_quiet_but_for_what_is_urgent() {
        let wish = AlertWish {
            ways: Vec::new(),
            kinds: Vec::new(),
            units: Vec::new(),
            quiet: Some((time(21, 0, 0, 0), time(6, 30, 0, 0))),
            urgent_always: true,
            gather: SignedDuration::from_mins(10),
        };
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        for (first, now, is_urgent, expected) in [
            (
                "2026-11-12T20:00:00+07:00",
                "2026-11-12T20:09:00+07:00",
                false,
                false,
            ),
            (
                "2026-11-12T20:00:00+07:00",
                "2026-11-12T20:10:00+07:00",
                false,
                true,
            ),
            (
                "2026-11-12T20:55:00+07:00",
                "2026-11-12T21:05:00+07:00",
                false,
                false,
            ),
            (
                "2026-11-12T20:55:00+07:00",
                "2026-11-13T03:00:00+07:00",
                false,
                false,
            ),
            (
                "2026-11-12T20:55:00+07:00",
                "2026-11-13T06:30:00+07:00",
                false,
                true,
            ),
            (
                "2026-11-13T03:00:00+07:00",
                "2026-11-13T03:00:01+07:00",
                true,
                true,
            ),
        ] {
            assert_eq!(
                wish.may_come(at(first), is_urgent, at(now)),
                expected,
                "{now}"
            );
        }
        let calm = AlertWish {
            urgent_always: false,
            ..wish
        };
        let night = at("2026-11-13T03:00:00+07:00");
        assert!(!calm.may_come(night, true, night));
    }
}
