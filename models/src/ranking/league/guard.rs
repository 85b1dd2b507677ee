//! The guard against gaming: what a rank would be without tickets that look arranged. A sign is a
//! question to the unit, never a finding: a deadline makes honest people hurry too. So a unit is asked
//! only where it shows a sign much more often than units of its kind do.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::Case;
use crate::domain::{
    AnnotatedMention, GamingSign, MentionId, Period, PeriodKind, Sentiment, SignCount, Ticket,
    TicketStatus, UnitCode,
};
use crate::ranking::stats::{GammaPrior, benjamini_hochberg};

/// Closed so shortly before its due time.
const LAST_MINUTE: SignedDuration = SignedDuration::from_mins(60);

/// Closed so shortly before the reporting month turns.
const BEFORE_REPORT: SignedDuration = SignedDuration::from_hours(6);

/// Reports of praise alike from which they look coached, and bits of 64 in which they may differ.
const COACHED_MIN: usize = 4;
const COACHED_BITS: u32 = 4;

/// Share of false questions among questions (Benjamini-Hochberg), and tickets with a sign from which on
/// there is one.
const FALSE_SHARE: f64 = 0.05;
const MIN_SIGNS: u32 = 4;

/// Largest weight of the kind against one unit, in tickets.
const MAX_PRIOR_TICKETS: f64 = 500.0;

/// What of the tickets of a period can be arranged.
pub(super) struct Suspicions {
    /// When reporting months turn, around the period.
    turns: Vec<Timestamp>,
    praise: BTreeSet<MentionId>,
}

impl Suspicions {
    pub(super) fn new(period: Period, mentions: &[AnnotatedMention]) -> Self {
        let first = Period::of(PeriodKind::ReportingMonth, period.first());
        let mut turns = vec![first.end()];
        let mut next = first.next();
        while next.start() < period.end() {
            turns.push(next.end());
            next = next.next();
        }
        Self {
            turns,
            praise: coached(period, mentions),
        }
    }

    /// The signs of a ticket, in the order of [`GamingSign::ALL`].
    pub(super) fn of(
        &self,
        mention: &AnnotatedMention,
        ticket: &Ticket,
    ) -> [bool; GamingSign::ALL.len()] {
        let closed_at = ticket
            .closed_at
            .filter(|_| ticket.status == TicketStatus::Closed);
        let is_just_before = |moment: Timestamp, span: SignedDuration| {
            closed_at.is_some_and(|at| at <= moment && moment.duration_since(at) <= span)
        };
        [
            ticket
                .due_at
                .is_some_and(|due| is_just_before(due, LAST_MINUTE)),
            self.turns
                .iter()
                .any(|turn| is_just_before(*turn, BEFORE_REPORT)),
            self.praise.contains(&mention.mention.id),
        ]
    }
}

/// Reports of praise of which a unit has several alike. Families are searched among the praise of one
/// unit, where there is little of it.
fn coached(period: Period, mentions: &[AnnotatedMention]) -> BTreeSet<MentionId> {
    let mut of_unit: BTreeMap<UnitCode, Vec<&AnnotatedMention>> = BTreeMap::new();
    for mention in mentions {
        let is_praise = mention.annotation.sentiment == Sentiment::Positive
            && mention.annotation.fingerprint != 0
            && mention.mention.ticket.is_some();
        let at = mention.mention.published_at;
        let place = mention.annotation.placement.units.first();
        if let (Some(place), true) = (place, is_praise && at.is_some_and(|at| period.contains(at)))
        {
            of_unit.entry(place.code).or_default().push(mention);
        }
    }
    let mut found = BTreeSet::new();
    for praise in of_unit.values() {
        for one in praise {
            let print = one.annotation.fingerprint;
            let is_alike = |other: &&&AnnotatedMention| {
                (other.annotation.fingerprint ^ print).count_ones() <= COACHED_BITS
            };
            if praise.iter().filter(is_alike).count() >= COACHED_MIN {
                found.insert(one.mention.id.clone());
            }
        }
    }
    found
}

/// Signs that units show more often than their kind explains: each unit against the others of its kind
/// (gamma-Poisson, fitted without it), with Benjamini-Hochberg over all units and signs.
pub(super) fn judge(units: &[&[Case]]) -> Vec<Vec<SignCount>> {
    let mut asked = Vec::new();
    for sign in GamingSign::ALL {
        let counts = units.iter().map(|cases| {
            let n = cases.iter().filter(|case| case.has(sign)).count();
            (n as f64, cases.len() as f64)
        });
        let counts = counts.collect::<Vec<_>>();
        for (at, (n, all)) in counts.iter().enumerate() {
            if *n < f64::from(MIN_SIGNS) {
                continue;
            }
            let mut others = counts.clone();
            others.remove(at);
            others.retain(|(_, all)| *all > 0.0);
            let prior = GammaPrior::fit(&others, MAX_PRIOR_TICKETS);
            asked.push((
                at,
                sign,
                *n as u32,
                prior.mean() * all,
                prior.tail(*n, *all),
            ));
        }
    }
    let p_values = asked.iter().map(|(.., p)| *p).collect::<Vec<_>>();
    let n_tests = units.len() * GamingSign::ALL.len();
    let adjusted = benjamini_hochberg(&p_values, n_tests);
    let mut signs = vec![Vec::new(); units.len()];
    for ((at, sign, n, expected, _), q) in asked.into_iter().zip(adjusted) {
        if q <= FALSE_SHARE {
            signs[at].push(SignCount { sign, n, expected });
        }
    }
    signs
}
