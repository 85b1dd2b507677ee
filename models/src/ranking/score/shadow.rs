//! The satisfaction group of Decision 766/QĐ-TTg recomputed from tickets: three ratios, 18 points.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::method::ScoreMethod;
use crate::domain::{
    AnnotatedMention, Concern, ConcernId, Rating, ShadowSatisfaction, Ticket, TicketStatus, Topic,
    UnitCode, day_start,
};

/// Counts of tickets behind the three ratios.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShadowCounts {
    /// Tickets counted.
    pub n: u32,
    /// Handled by their due time.
    pub n_on_time: u32,
    /// Handled late, or due and not handled.
    pub n_late: u32,
    /// Closed.
    pub n_closed: u32,
    /// Closed and rated dissatisfied.
    pub n_dissatisfied: u32,
    /// Closed without a rating.
    pub n_silent: u32,
    /// Closed tickets about public administration.
    pub n_procedures: u32,
    /// Those rated dissatisfied.
    pub n_procedures_dissatisfied: u32,
}

/// Points of the satisfaction group, 0 to 18: each ratio gives at most 6, in proportion up to the share
/// that earns all of them (`full_at_pct`, per cent).
///
/// The rule is inferred: HCMC's published ratios of week 47/2025 (99.98 % on time, 99 % satisfied with
/// the handling of petitions, 93.93 % with procedures) gave 17.94 points. In proportion to 100 % they
/// would give 17.57; with all 6 points for procedures from 90 %, the national goal of that year, they
/// give 17.94.
///
/// ```
/// use models::ranking::score::points_of_18;
/// let points = points_of_18([99.98, 99.0, 93.93], [100.0, 100.0, 90.0]);
/// assert_eq!(format!("{points:.2}"), "17.94");
/// assert_eq!(format!("{:.2}", points_of_18([99.98, 99.0, 93.93], [100.0; 3])), "17.57");
/// ```
pub fn points_of_18(ratios_pct: [f64; 3], full_at_pct: [f64; 3]) -> f64 {
    const POINTS_EACH: f64 = 6.0;
    let shares = ratios_pct.iter().zip(full_at_pct);
    let points = shares.map(|(ratio, full)| (ratio / full).clamp(0.0, 1.0) * POINTS_EACH);
    points.sum()
}

impl ShadowCounts {
    /// Counts one ticket. `now` is the end of the day scored: what is open past its due time is late.
    pub fn add(&mut self, ticket: &Ticket, is_procedure: bool, now: Timestamp) {
        if ticket.status == TicketStatus::Rejected {
            return;
        }
        self.n += 1;
        let done_at =
            (ticket.status == TicketStatus::Closed).then_some(ticket.closed_at.unwrap_or(now));
        match (ticket.due_at, done_at) {
            (Some(due), Some(done)) if done > due => self.n_late += 1,
            (_, Some(_)) => self.n_on_time += 1,
            (Some(due), None) if now > due => self.n_late += 1,
            _ => {}
        }
        if done_at.is_none() {
            return;
        }
        let dissatisfied = u32::from(ticket.rating == Some(Rating::Dissatisfied));
        self.n_closed += 1;
        self.n_dissatisfied += dissatisfied;
        self.n_silent += u32::from(ticket.rating.is_none());
        self.n_procedures += u32::from(is_procedure);
        self.n_procedures_dissatisfied += dissatisfied * u32::from(is_procedure);
    }

    /// The ratios by the official rule (a silent citizen counts as satisfied) and their points.
    pub fn shadow(&self, full_at_pct: [f64; 3]) -> ShadowSatisfaction {
        let pct =
            |part: u32, whole: u32| (whole > 0).then(|| 100.0 * f64::from(part) / f64::from(whole));
        let on_time = pct(self.n_on_time, self.n_on_time + self.n_late);
        let petitions = pct(self.n_closed - self.n_dissatisfied, self.n_closed);
        let satisfied_procedures = self.n_procedures - self.n_procedures_dissatisfied;
        let procedures = pct(satisfied_procedures, self.n_procedures);
        let points = match (on_time, petitions, procedures) {
            (Some(a), Some(b), Some(c)) => Some(points_of_18([a, b, c], full_at_pct)),
            _ => None,
        };
        ShadowSatisfaction {
            on_time_pct: on_time,
            petition_satisfaction_pct: petitions,
            procedure_satisfaction_pct: procedures,
            points,
            n: self.n,
            n_silent: self.n_silent,
        }
    }
}

/// Tickets of the days that count, by the unit that most probably answers for them.
pub(super) fn count_by_unit(
    method: &ScoreMethod,
    day: Date,
    mentions: &[AnnotatedMention],
    concerns: &BTreeMap<&ConcernId, &Concern>,
) -> BTreeMap<UnitCode, ShadowCounts> {
    let now = day.tomorrow().map_or(Timestamp::MAX, day_start);
    let mut counts: BTreeMap<UnitCode, ShadowCounts> = BTreeMap::new();
    for mention in mentions
        .iter()
        .filter(|mention| method.counts(day, mention))
    {
        let Some(ticket) = &mention.mention.ticket else {
            continue;
        };
        if let Some(unit) = unit_of(mention, concerns) {
            let is_procedure = mention.annotation.topic == Topic::PublicAdmin;
            counts
                .entry(unit)
                .or_default()
                .add(ticket, is_procedure, now);
        }
    }
    counts
}

/// The unit a mention most probably belongs to, if any has at least half of the probability.
pub(super) fn unit_of(
    mention: &AnnotatedMention,
    concerns: &BTreeMap<&ConcernId, &Concern>,
) -> Option<UnitCode> {
    let own = mention.annotation.placement.units.first();
    let of_concern = || {
        let concern = concerns.get(mention.concern.as_ref()?)?;
        concern.units.first()
    };
    let unit = own.or_else(of_concern)?;
    (unit.weight >= 0.5).then_some(unit.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket(closed_hour: Option<i64>, rating: Option<Rating>) -> Ticket {
        let at = |hour: i64| Timestamp::from_second(hour * 3_600).unwrap();
        Ticket {
            field: None,
            address: None,
            status: closed_hour.map_or(TicketStatus::Open, |_| TicketStatus::Closed),
            due_at: Some(at(48)),
            closed_at: closed_hour.map(at),
            rating,
            updated_at: None,
        }
    }

    #[test]
    fn silence_counts_as_satisfied_and_is_told_apart() {
        let mut counts = ShadowCounts::default();
        let now = Timestamp::from_second(72 * 3_600).unwrap();
        counts.add(&ticket(Some(40), None), false, now);
        counts.add(&ticket(Some(50), Some(Rating::Dissatisfied)), true, now);
        counts.add(&ticket(Some(10), Some(Rating::Satisfied)), true, now);
        counts.add(&ticket(None, None), false, now);
        let shadow = counts.shadow([100.0, 100.0, 90.0]);
        assert_eq!((shadow.n, shadow.n_silent), (4, 1));
        assert_eq!(shadow.on_time_pct, Some(50.0));
        assert!((shadow.petition_satisfaction_pct.unwrap() - 200.0 / 3.0).abs() < 1e-9);
        assert_eq!(shadow.procedure_satisfaction_pct, Some(50.0));
    }

    #[test]
    fn a_missing_ratio_leaves_no_points() {
        let shadow = ShadowCounts::default().shadow([100.0; 3]);
        assert_eq!((shadow.points, shadow.on_time_pct), (None, None));
    }
}
