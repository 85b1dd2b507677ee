//! The life of a concern, told from the states it stood in at the end of its days.

use jiff::civil::Date;

use super::{Concern, ConcernStatus, day_in_vietnam};

/// What happened to a concern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConcernStep {
    /// Lần đầu nghe thấy.
    FirstSeen,
    /// Cao điểm, with that many mentions.
    Peak(u32),
    /// Đã trả lời: its tickets are closed.
    Answered,
    /// Đã lắng.
    Closed,
    /// Tái diễn after it was closed.
    Returned,
    /// Lại mở: open again without having been closed.
    Reopened,
}

impl ConcernStep {
    /// The code used in files and addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::FirstSeen => "first_seen",
            Self::Peak(_) => "peak",
            Self::Answered => "answered",
            Self::Closed => "closed",
            Self::Returned => "returned",
            Self::Reopened => "reopened",
        }
    }
}

/// One event of a concern's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConcernEvent {
    /// On which day, in Vietnam.
    pub day: Date,
    /// What happened.
    pub step: ConcernStep,
}

/// Tells the life of a concern from (day, its state at the end of that day), oldest first; a day on
/// which nothing changed may be missing. The events come in the order of days.
pub fn concern_life(states: &[(Date, Concern)]) -> Vec<ConcernEvent> {
    let Some((_, latest)) = states.last() else {
        return Vec::new();
    };
    let first = day_in_vietnam(latest.first_seen);
    let mut events = vec![ConcernEvent {
        day: first,
        step: ConcernStep::FirstSeen,
    }];
    let mut was = ConcernStatus::Open;
    for (day, state) in states {
        let step = match (was, state.status) {
            (before, now) if before == now => None,
            (_, ConcernStatus::Answered) => Some(ConcernStep::Answered),
            (_, ConcernStatus::Closed) => Some(ConcernStep::Closed),
            (_, ConcernStatus::Returned) => Some(ConcernStep::Returned),
            (_, ConcernStatus::Open) => Some(ConcernStep::Reopened),
        };
        events.extend(step.map(|step| ConcernEvent { day: *day, step }));
        was = state.status;
    }
    // Of several days with as many, the first is the peak.
    let peak = latest.daily.iter().max_by(|a, b| {
        let by_count = a.n_mentions.cmp(&b.n_mentions);
        by_count.then(b.day.cmp(&a.day))
    });
    events.extend(peak.map(|count| ConcernEvent {
        day: count.day,
        step: ConcernStep::Peak(count.n_mentions),
    }));
    events.sort_by_key(|event| (event.day, order(event.step)));
    events
}

/// What comes first on one day.
fn order(step: ConcernStep) -> u8 {
    match step {
        ConcernStep::FirstSeen => 0,
        ConcernStep::Returned | ConcernStep::Reopened => 1,
        ConcernStep::Peak(_) => 2,
        ConcernStep::Answered => 3,
        ConcernStep::Closed => 4,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::domain::{ConcernId, DayCount, MentionId, Scope, Sketch, Topic, day_start};

    fn state(day: i8, status: ConcernStatus, counts: &[(i8, u32)]) -> (Date, Concern) {
        let daily = counts.iter().map(|&(day, n_mentions)| DayCount {
            day: date(2026, 11, day),
            n_mentions,
            n_tickets: 1,
            n_sources: 1,
            negative: 0.5,
        });
        let concern = Concern {
            id: ConcernId::new("c"),
            topic: Topic::Road,
            scope: Scope::City,
            units: Vec::new(),
            agencies: Vec::new(),
            title: "Ổ gà".to_owned(),
            title_from: MentionId::new("m"),
            status,
            first_seen: day_start(date(2026, 11, 2)),
            last_seen: day_start(date(2026, 11, day)),
            daily: daily.collect(),
            n_open_tickets: 0,
            sketch: Sketch::default(),
            part_of: None,
        };
        (date(2026, 11, day), concern)
    }

    #[test]
    fn a_life_has_its_events_in_order() {
        use ConcernStatus::{Answered, Closed, Open, Returned};
        let counts = [(2, 3), (3, 7), (4, 7), (12, 2)];
        let states = [
            state(2, Open, &counts[..1]),
            state(3, Open, &counts[..2]),
            state(4, Answered, &counts[..3]),
            state(7, Closed, &counts[..3]),
            state(12, Returned, &counts),
        ];
        let told = concern_life(&states);
        let told = told.iter().map(|event| (event.day.day(), event.step));
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                (2, ConcernStep::FirstSeen),
                (3, ConcernStep::Peak(7)),
                (4, ConcernStep::Answered),
                (7, ConcernStep::Closed),
                (12, ConcernStep::Returned),
            ]
        );
        assert_eq!(concern_life(&[]), []);
    }
}
