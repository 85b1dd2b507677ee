//! Whom requests for explanation are told to, by when they are answered, and when somebody is reminded.

use jiff::Timestamp;
use jiff::civil::Time;

use super::working_day::{OPENING_HOUR, hour_of};
use super::{
    ExplanationRequest, RequestStep, Respondent, day_in_vietnam, time_in_vietnam,
    working_day_after, working_day_before,
};
use crate::calendar::is_day_off;

/// A text an officer starts from. `{van_de}`, `{don_vi}` and `{han}` take the subject, the unit and the
/// deadline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestTemplate {
    /// Stable identifier.
    pub id: String,
    /// Name as the officer sees it.
    pub name: String,
    /// The text.
    pub text: String,
}

impl RequestTemplate {
    /// The text for a subject, who is asked and a deadline, all in words.
    pub fn filled(&self, subject: &str, whom: &str, due: &str) -> String {
        let text = self.text.replace("{van_de}", subject);
        text.replace("{don_vi}", whom).replace("{han}", due)
    }
}

/// Whose matters somebody is told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContactFor {
    /// Those of one unit or agency.
    One(Respondent),
    /// Those of every unit and agency.
    Everybody,
    /// Answers that came: the desk that asked.
    Desk,
}

/// Somebody who is told of requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestContact {
    /// For whom.
    pub of: ContactFor,
    /// 0 is who answers; from 1 on who is told when the answer is late.
    pub level: u8,
    /// Name, as it stands in the head of a letter.
    pub name: String,
    /// Mail address.
    pub mail: Option<String>,
    /// Telephone number for short messages.
    pub phone: Option<String>,
}

/// The rules of a city.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestRules {
    /// Working days for an answer, unless the officer says otherwise.
    pub answer_days: u32,
    /// The unit is reminded in the morning so many working days before the deadline.
    pub remind_days: u32,
    /// Levels told of a late answer: the first so many working days after the deadline, and so on.
    pub escalate_after: Vec<u32>,
    /// Nobody is reminded from this hour of the evening …
    pub quiet_from: Time,
    /// … to this hour of the morning, and on days off.
    pub quiet_until: Time,
    /// A link works so many days after it was sent.
    pub link_days: u32,
    /// Working days for an official answer to a press report.
    pub press_days: u32,
    /// Press reports of so many days are listed.
    pub press_window_days: u32,
    /// Texts to start from.
    pub templates: Vec<RequestTemplate>,
    /// Who is told.
    pub contacts: Vec<RequestContact>,
}

impl RequestRules {
    /// Who is told of a step of a request.
    pub fn told(&self, addressee: &Respondent, step: RequestStep) -> Vec<&RequestContact> {
        let level = match step {
            RequestStep::Sent
            | RequestStep::Returned
            | RequestStep::Withdrawn
            | RequestStep::RemindedBefore
            | RequestStep::RemindedAtDeadline => Some(0),
            RequestStep::Escalated(level) => Some(level),
            RequestStep::Answered => None,
            _ => return Vec::new(),
        };
        let is_told = |contact: &&RequestContact| match (&contact.of, level) {
            (ContactFor::Desk, None) => true,
            (ContactFor::Everybody, Some(level)) => contact.level == level,
            (ContactFor::One(whose), Some(level)) => whose == addressee && contact.level == level,
            _ => false,
        };
        self.contacts.iter().filter(is_told).collect()
    }

    /// Whether people are left alone at a moment.
    pub fn is_quiet(&self, now: Timestamp) -> bool {
        let (day, hour) = time_in_vietnam(now);
        let is_night = if self.quiet_from <= self.quiet_until {
            (self.quiet_from..self.quiet_until).contains(&hour)
        } else {
            hour >= self.quiet_from || hour < self.quiet_until
        };
        is_night || is_day_off(day)
    }

    /// Reminders whose time has come and that were not given in this round: once each, never in quiet
    /// hours. A reminder of what is still to come is not given any more when it is late.
    pub fn due_steps(
        &self,
        request: &ExplanationRequest,
        given: &[RequestStep],
        now: Timestamp,
    ) -> Vec<RequestStep> {
        let Some(due_at) = request.due_at.filter(|_| request.state.waits_for_unit()) else {
            return Vec::new();
        };
        if self.is_quiet(now) {
            return Vec::new();
        }
        let due_day = day_in_vietnam(due_at);
        let before = hour_of(working_day_before(due_day, self.remind_days), OPENING_HOUR);
        let mut due = Vec::new();
        if before <= now && now < due_at {
            due.push(RequestStep::RemindedBefore);
        }
        if due_at <= now {
            due.push(RequestStep::RemindedAtDeadline);
        }
        for (level, days) in (1..).zip(&self.escalate_after) {
            if hour_of(working_day_after(due_day, *days), OPENING_HOUR) <= now {
                due.push(RequestStep::Escalated(level));
            }
        }
        due.retain(|step| !given.contains(step));
        due
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;
    use crate::domain::{
        AgencyId, RequestEvidence, RequestId, RequestState, RequestSubject, deadline,
    };

    fn rules() -> RequestRules {
        let contact = |of, level, name: &str| RequestContact {
            of,
            level,
            name: name.to_owned(),
            mail: None,
            phone: None,
        };
        RequestRules {
            answer_days: 3,
            remind_days: 1,
            escalate_after: vec![1, 3],
            quiet_from: time(21, 0, 0, 0),
            quiet_until: time(6, 30, 0, 0),
            link_days: 30,
            press_days: 1,
            press_window_days: 14,
            templates: Vec::new(),
            contacts: vec![
                contact(ContactFor::One(unit()), 0, "ward"),
                contact(ContactFor::One(unit()), 1, "head of ward"),
                contact(ContactFor::Everybody, 2, "city"),
                contact(ContactFor::Desk, 0, "desk"),
            ],
        }
    }

    fn unit() -> Respondent {
        Respondent::Unit("26740".parse().unwrap())
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// Asked on Friday the 20th, due on Wednesday the 25th at 17:00.
    fn request() -> ExplanationRequest {
        let asked = at("2026-11-20T10:00:00+07:00");
        ExplanationRequest {
            id: RequestId(1),
            subject: RequestSubject::Indicator("i".to_owned()),
            addressee: unit(),
            question: String::new(),
            answer_days: 3,
            asked_by: None,
            made_at: asked,
            evidence: RequestEvidence::default(),
            state: RequestState::Sent,
            round: 1,
            due_at: Some(deadline(asked, 3)),
        }
    }

    #[test]
    fn each_reminder_has_its_hour_and_comes_once() {
        use RequestStep::{Escalated, RemindedAtDeadline, RemindedBefore};
        let mut given = Vec::new();
        let mut log = Vec::new();
        // Every half hour for two weeks.
        for half_hours in 0..(14 * 48) {
            let now =
                at("2026-11-20T10:00:00+07:00") + jiff::SignedDuration::from_mins(30 * half_hours);
            for step in rules().due_steps(&request(), &given, now) {
                given.push(step);
                let (day, hour) = time_in_vietnam(now);
                log.push((step, day.day(), hour.hour()));
            }
        }
        assert_eq!(
            log,
            [
                (RemindedBefore, 24, 8),
                (RemindedAtDeadline, 25, 17),
                (Escalated(1), 26, 8),
                (Escalated(2), 30, 8), // The 28th and 29th are a weekend.
            ]
        );
    }

    #[test]
    fn nobody_is_woken_and_nothing_is_late_after_an_answer() {
        let night = at("2026-11-26T22:00:00+07:00");
        let sunday = at("2026-11-29T10:00:00+07:00");
        for quiet in [night, sunday] {
            assert!(rules().is_quiet(quiet));
            assert_eq!(rules().due_steps(&request(), &[], quiet), []);
        }
        let monday = at("2026-11-30T09:00:00+07:00");
        let due = rules().due_steps(&request(), &[], monday);
        assert_eq!(due.len(), 3, "the early reminder is left out: {due:?}");
        assert!(request().is_late(monday));
        for state in RequestState::ALL
            .into_iter()
            .filter(|s| !s.waits_for_unit())
        {
            let other = ExplanationRequest { state, ..request() };
            assert_eq!(rules().due_steps(&other, &[], monday), [], "{state:?}");
            assert!(!other.is_late(monday));
        }
    }

    #[test]
    fn levels_are_told_of_their_own() {
        let names = |step, whose: &Respondent| {
            let rules = rules();
            let told = rules.told(whose, step);
            told.iter().map(|one| one.name.clone()).collect::<Vec<_>>()
        };
        let other = Respondent::Agency(AgencyId::new("a"));
        assert_eq!(names(RequestStep::Sent, &unit()), ["ward"]);
        assert_eq!(names(RequestStep::Escalated(1), &unit()), ["head of ward"]);
        assert_eq!(names(RequestStep::Escalated(2), &other), ["city"]);
        assert_eq!(names(RequestStep::Answered, &unit()), ["desk"]);
        assert!(names(RequestStep::Sent, &other).is_empty());
        assert!(names(RequestStep::Opened, &unit()).is_empty());
    }
}
