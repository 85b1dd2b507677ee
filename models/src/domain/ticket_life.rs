//! The life of a hotline ticket, told from the states it was seen in.

use jiff::Timestamp;

use super::{Rating, Ticket, TicketStatus};

/// A state of a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketState {
    /// When it was recorded here.
    pub recorded_at: Timestamp,
    /// The ticket as it was.
    pub ticket: Ticket,
}

impl TicketState {
    /// When it became so: as the hotline says, or else when it was seen.
    pub fn since(&self) -> Timestamp {
        self.ticket.updated_at.unwrap_or(self.recorded_at)
    }
}

/// What happened to a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LifeStep {
    /// Tiếp nhận: the citizen filed it.
    Received,
    /// Đang xử lý: somebody took it up.
    TakenUp,
    /// Hạn trả lời: an answer is due at this moment.
    Due,
    /// Đổi hạn: the moment became another one.
    DueMoved,
    /// Đã xử lý.
    Closed,
    /// Từ chối.
    Rejected,
    /// Mở lại: it had been closed or rejected.
    Reopened,
    /// Đánh giá: the citizen judged how it was handled.
    Rated(Rating),
}

impl LifeStep {
    /// The code used in files and addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::TakenUp => "taken_up",
            Self::Due => "due",
            Self::DueMoved => "due_moved",
            Self::Closed => "closed",
            Self::Rejected => "rejected",
            Self::Reopened => "reopened",
            Self::Rated(_) => "rated",
        }
    }
}

/// One event of a ticket's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LifeEvent {
    /// When it happened; [`LifeStep::Due`] may lie ahead.
    pub at: Timestamp,
    /// What happened.
    pub step: LifeStep,
}

/// Tells the life of a ticket from its states, which may come in any order: each is placed by the
/// ticket's own time. The events come in the order of time.
///
/// ```
/// use models::domain::{LifeStep, Ticket, TicketState, TicketStatus, ticket_life};
/// let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
/// let state = |status, updated: &str| TicketState {
///     recorded_at: at("2026-11-20T00:00:00Z"),
///     ticket: Ticket {
///         field: None, address: None, status, due_at: None, closed_at: None, rating: None,
///         updated_at: Some(at(updated)),
///     },
/// };
/// let states = [
///     state(TicketStatus::Open, "2026-11-12T00:00:00Z"),
///     state(TicketStatus::InProgress, "2026-11-15T00:00:00Z"),
///     state(TicketStatus::Closed, "2026-11-13T00:00:00Z"),
/// ];
/// let life = ticket_life(Some(at("2026-11-12T00:00:00Z")), &states);
/// let steps = life.iter().map(|event| event.step).collect::<Vec<_>>();
/// assert_eq!(steps, [LifeStep::Received, LifeStep::Closed, LifeStep::Reopened]);
/// ```
pub fn ticket_life(received_at: Option<Timestamp>, states: &[TicketState]) -> Vec<LifeEvent> {
    let mut states = states.iter().collect::<Vec<_>>();
    states.sort_by_key(|state| (state.since(), state.recorded_at));
    let Some(first) = states.first() else {
        return Vec::new();
    };
    let received_at = received_at.unwrap_or(first.since());
    let mut events = vec![LifeEvent {
        at: received_at,
        step: LifeStep::Received,
    }];
    let mut before: Option<&Ticket> = None;
    for state in &states {
        let steps = steps(before, state).map(|(at, step)| LifeEvent {
            at: at.max(received_at),
            step,
        });
        events.extend(steps);
        before = Some(&state.ticket);
    }
    let due_at = before.and_then(|ticket| ticket.due_at);
    events.extend(due_at.map(|at| LifeEvent {
        at,
        step: LifeStep::Due,
    }));
    events.sort_by_key(|event| event.at);
    events
}

/// What a state says that the one before did not.
fn steps<'a>(
    before: Option<&'a Ticket>,
    state: &'a TicketState,
) -> impl Iterator<Item = (Timestamp, LifeStep)> + use<'a> {
    let ticket = &state.ticket;
    let status_before = before.map_or(TicketStatus::Open, |ticket| ticket.status);
    let changed = before.is_none_or(|before| before.status != ticket.status);
    let closed_again = before.is_some_and(|before| {
        before.status == TicketStatus::Closed && before.closed_at < ticket.closed_at
    });
    let status = match (status_before, ticket.status) {
        (_, TicketStatus::Closed) if changed || closed_again => Some(LifeStep::Closed),
        (_, TicketStatus::Rejected) if changed => Some(LifeStep::Rejected),
        (
            TicketStatus::Closed | TicketStatus::Rejected,
            TicketStatus::Open | TicketStatus::InProgress,
        ) => Some(LifeStep::Reopened),
        (_, TicketStatus::InProgress) if changed => Some(LifeStep::TakenUp),
        _ => None,
    };
    let status_at = match status {
        Some(LifeStep::Closed) => ticket.closed_at.unwrap_or(state.since()),
        _ => state.since(),
    };
    let due_before = before.and_then(|before| before.due_at);
    let due_moved = (due_before.is_some() && due_before != ticket.due_at)
        .then_some((state.since(), LifeStep::DueMoved));
    let rated = ticket
        .rating
        .and_then(Rating::answer)
        .filter(|rating| before.and_then(|before| before.rating) != Some(*rating))
        .map(|rating| (state.since(), LifeStep::Rated(rating)));
    let status = status.map(|step| (status_at, step));
    status.into_iter().chain(due_moved).chain(rated)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(1_762_905_600 + day * 86_400).unwrap()
    }

    fn state(day: i64, status: TicketStatus) -> TicketState {
        TicketState {
            recorded_at: at(day),
            ticket: Ticket {
                field: None,
                address: None,
                status,
                due_at: Some(at(3)),
                closed_at: None,
                rating: None,
                updated_at: None,
            },
        }
    }

    fn told(states: &[TicketState]) -> Vec<(i64, LifeStep)> {
        let days = |moment: Timestamp| moment.duration_since(at(0)).as_hours() / 24;
        ticket_life(Some(at(0)), states)
            .iter()
            .map(|event| (days(event.at), event.step))
            .collect()
    }

    #[test]
    fn a_whole_life_is_told_in_order() {
        let mut closed = state(2, TicketStatus::Closed);
        closed.ticket.closed_at = Some(at(2));
        let mut moved = state(4, TicketStatus::InProgress);
        moved.ticket.due_at = Some(at(9));
        let mut done = state(6, TicketStatus::Closed);
        done.ticket.due_at = Some(at(9));
        done.ticket.closed_at = Some(at(5));
        let mut rated = done.clone();
        rated.recorded_at = at(7);
        rated.ticket.rating = Some(Rating::Satisfied);
        let states = [
            state(0, TicketStatus::Open),
            state(1, TicketStatus::InProgress),
            closed,
            moved,
            done,
            rated,
        ];
        assert_eq!(
            told(&states),
            [
                (0, LifeStep::Received),
                (1, LifeStep::TakenUp),
                (2, LifeStep::Closed),
                (4, LifeStep::Reopened),
                (4, LifeStep::DueMoved),
                (5, LifeStep::Closed),
                (7, LifeStep::Rated(Rating::Satisfied)),
                (9, LifeStep::Due),
            ]
        );
    }

    #[test]
    fn the_order_of_arrival_does_not_matter() {
        let mut states = [
            state(0, TicketStatus::Open),
            state(1, TicketStatus::Closed),
            state(2, TicketStatus::Open),
        ];
        let expect = told(&states);
        for state in &mut states {
            state.ticket.updated_at = Some(state.recorded_at);
            state.recorded_at = at(8);
        }
        states.reverse();
        assert_eq!(told(&states), expect);
    }

    #[test]
    fn nothing_is_told_of_no_state() {
        assert_eq!(ticket_life(Some(at(0)), &[]), []);
    }
}
