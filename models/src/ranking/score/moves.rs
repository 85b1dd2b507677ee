//! What would move the points of the satisfaction group: which tickets, and how far each.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::shadow::{Handling, points_each};
use crate::domain::{Answers, MentionId, MovedTicket, Rating, ScoreMove, ScoreStep, TicketCounts};

/// Tickets named under a move. Those that a missed due time would cost are the ones to close in time, and
/// nobody knows which silence breaks: these are not named again.
const NAMED_MAX: usize = 5;

/// A ticket as it stands.
pub(super) struct Movable {
    pub mention: MentionId,
    pub filed_at: Timestamp,
    pub due_at: Option<Timestamp>,
    pub handling: Handling,
    /// Of a closed one.
    pub rating: Option<Rating>,
    pub is_procedure: bool,
}

/// The moves that tickets allow, the largest of all together first. One that moves nothing is left out.
///
/// Points are those of the ratios that there are already: the first ticket about procedures, say, makes a
/// ratio where there was none, which is no move.
pub(super) fn moves_of(
    counts: &TicketCounts,
    tickets: Vec<Movable>,
    full_at_pct: [f64; 3],
) -> Vec<ScoreMove> {
    let mut open: BTreeMap<(ScoreStep, bool), Vec<Movable>> = BTreeMap::new();
    for ticket in tickets {
        for step in steps_of(&ticket) {
            let copy = Movable {
                mention: ticket.mention.clone(),
                ..ticket
            };
            open.entry((step, ticket.is_procedure))
                .or_default()
                .push(copy);
        }
    }
    let before = points_each(counts, full_at_pct);
    let difference = |step, is_procedure, n| {
        let after = points_each(&after(counts, step, is_procedure, n), full_at_pct);
        let pairs = before.iter().zip(after);
        let moves = pairs.map(|(before, after)| before.map_or(0.0, |b| after.unwrap_or(b) - b));
        moves.sum::<f64>()
    };
    let moves = open.into_iter().map(|((step, is_procedure), mut tickets)| {
        tickets.sort_by_key(|t| (t.due_at.unwrap_or(Timestamp::MAX), t.filed_at));
        let n = tickets.len() as u32;
        let n_named = match step {
            ScoreStep::CloseInTime | ScoreStep::WasLate | ScoreStep::WinBack => NAMED_MAX,
            ScoreStep::MissDue | ScoreStep::SilenceBreaks => 0,
        };
        let named = tickets.into_iter().take(n_named).map(|t| MovedTicket {
            mention: t.mention,
            due_at: t.due_at,
        });
        ScoreMove {
            step,
            is_procedure,
            n,
            points_each: difference(step, is_procedure, 1),
            points_all: difference(step, is_procedure, n),
            tickets: named.collect(),
        }
    });
    let mut moves = moves
        .filter(|m| m.points_all.abs() > 1e-9)
        .collect::<Vec<_>>();
    moves.sort_by(|a, b| b.points_all.abs().total_cmp(&a.points_all.abs()));
    moves
}

fn steps_of(ticket: &Movable) -> Vec<ScoreStep> {
    let by_time = match ticket.handling {
        Handling::OnTime => &[][..],
        Handling::Late { .. } => &[ScoreStep::WasLate],
        Handling::Waiting if ticket.due_at.is_none() => &[ScoreStep::CloseInTime],
        Handling::Waiting => &[ScoreStep::CloseInTime, ScoreStep::MissDue],
    };
    let by_answer = match ticket.rating {
        _ if !ticket.handling.is_closed() => None,
        Some(Rating::Dissatisfied) => Some(ScoreStep::WinBack),
        Some(Rating::NotAsked) | None => Some(ScoreStep::SilenceBreaks),
        Some(Rating::Satisfied | Rating::Neutral) => None,
    };
    by_time.iter().copied().chain(by_answer).collect()
}

/// The counts after a step of so many tickets.
fn after(counts: &TicketCounts, step: ScoreStep, is_procedure: bool, n: u32) -> TicketCounts {
    let mut counts = *counts;
    let answers = |counts: &mut TicketCounts, change: &dyn Fn(&mut Answers)| {
        change(&mut counts.petitions);
        if is_procedure {
            change(&mut counts.procedures);
        }
    };
    match step {
        ScoreStep::CloseInTime => {
            counts.n_waiting -= n;
            counts.n_on_time += n;
            answers(&mut counts, &|of| of.n_silent += n);
        }
        ScoreStep::MissDue => {
            counts.n_waiting -= n;
            counts.n_late += n;
        }
        ScoreStep::WasLate => {
            counts.n_late -= n;
            counts.n_on_time += n;
        }
        ScoreStep::WinBack => answers(&mut counts, &|of| {
            of.n_dissatisfied -= n;
            of.n_satisfied += n;
        }),
        ScoreStep::SilenceBreaks => answers(&mut counts, &|of| {
            let silent = n.min(of.n_silent);
            of.n_silent -= silent;
            of.n_not_asked -= n - silent;
            of.n_dissatisfied += n;
        }),
    }
    counts
}
