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

/// Times the units taken for honest are chosen again.
const MAX_ROUNDS: usize = 8;

/// Share of the units of a kind, those with the fewest signs, that the first round learns from.
const FIRST_SHARE: f64 = 0.75;

/// Tickets with a sign and tickets of each unit.
type Counts = Vec<(f64, f64)>;

/// A sign in a unit that shows it often enough to be looked at.
struct Seen {
    unit: usize,
    sign: usize,
    n: u32,
    expected: f64,
    p: f64,
}

/// Signs that units show more often than their kind explains: each unit against the others of its kind
/// (gamma-Poisson, fitted without it), with Benjamini-Hochberg over all units and signs.
///
/// Units that arrange tickets would hide each other if they counted among what is usual. So the first
/// round learns from the units with the fewest signs alone, and each further one from all that the round
/// before did not ask, until nothing changes.
pub(super) fn judge(units: &[&[Case]]) -> Vec<Vec<SignCount>> {
    let counts = GamingSign::ALL.map(|sign| {
        let counts = units.iter().map(|cases| {
            let n = cases.iter().filter(|case| case.has(sign)).count();
            (n as f64, cases.len() as f64)
        });
        counts.collect::<Counts>()
    });
    let mut usual = counts.each_ref().map(least);
    let mut asked = Vec::new();
    for _ in 0..MAX_ROUNDS {
        asked = ask(&counts, &usual);
        let next = counts.each_ref().map(|counts| vec![true; counts.len()]);
        let next = asked.iter().fold(next, |mut next, seen| {
            next[seen.sign][seen.unit] = false;
            next
        });
        if next == usual {
            break;
        }
        usual = next;
    }
    let mut signs = vec![Vec::new(); units.len()];
    for seen in asked {
        signs[seen.unit].push(SignCount {
            sign: GamingSign::ALL[seen.sign],
            n: seen.n,
            expected: seen.expected,
        });
    }
    signs
}

/// Which units the first round learns from. Those without tickets say nothing.
fn least(counts: &Counts) -> Vec<bool> {
    let rate = |(n, all): &(f64, f64)| n / all.max(1.0);
    let mut order = (0..counts.len())
        .filter(|at| counts[*at].1 > 0.0)
        .collect::<Vec<_>>();
    order.sort_by(|a, b| rate(&counts[*a]).total_cmp(&rate(&counts[*b])));
    let kept = (order.len() as f64 * FIRST_SHARE).ceil() as usize;
    let mut usual = vec![false; counts.len()];
    for at in order.into_iter().take(kept) {
        usual[at] = true;
    }
    usual
}

/// One round: what is asked of whom, when these units count as usual.
fn ask(counts: &[Counts; GamingSign::ALL.len()], usual: &[Vec<bool>]) -> Vec<Seen> {
    let mut seen = Vec::new();
    for (sign, counts) in counts.iter().enumerate() {
        for (unit, (n, all)) in counts.iter().enumerate() {
            if *n < f64::from(MIN_SIGNS) {
                continue;
            }
            let others = counts
                .iter()
                .enumerate()
                .filter(|(other, (_, all))| *other != unit && usual[sign][*other] && *all > 0.0);
            let others = others.map(|(_, counts)| *counts).collect::<Vec<_>>();
            let prior = GammaPrior::fit(&others, MAX_PRIOR_TICKETS);
            seen.push(Seen {
                unit,
                sign,
                n: *n as u32,
                expected: prior.mean() * all,
                p: prior.tail(*n, *all),
            });
        }
    }
    let p_values = seen.iter().map(|seen| seen.p).collect::<Vec<_>>();
    let n_tests = counts.iter().map(Vec::len).sum();
    let adjusted = benjamini_hochberg(&p_values, n_tests);
    let pairs = seen.into_iter().zip(adjusted);
    let sure = pairs.filter(|(_, q)| *q <= FALSE_SHARE);
    sure.map(|(seen, _)| seen).collect()
}
