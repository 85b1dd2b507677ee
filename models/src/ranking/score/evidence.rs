//! What mentions say of units, share by share, and how far the mentions of one concern speak together.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::method::{ScoreMethod, days_ago};
use super::shadow::{Handling, handling_at, unit_of};
use crate::domain::{
    AnnotatedMention, Concern, ConcernId, ConcernStatus, ListeningEvidence, Rating, ShareCount,
    UnitCode, day_start,
};

/// Number of shares the signal is made of.
pub(super) const N_SHARES: usize = 4;

/// Observations of the four shares.
pub(super) type Shares = [ShareCount; N_SHARES];

/// What some days say of one unit.
#[derive(Clone, Debug, Default)]
pub(super) struct UnitEvidence {
    /// All of it.
    pub total: ListeningEvidence,
    /// What the oldest of the days contributes to it.
    pub oldest: ListeningEvidence,
    /// The same total, concern by concern; a mention without a concern stands alone.
    pub clusters: Vec<Shares>,
}

/// One voice's observations.
struct Voice {
    is_oldest: bool,
    shares: Shares,
}

/// Gathers what the last `days` days up to a day say of each unit.
///
/// Sentiment is 1 − probability of negative, a concern weighing at most `max_concern_mentions`;
/// resolution counts tickets whose due time has come, or that were closed without one; staying away counts concerns that were closed; rating counts
/// answers, a neutral one half.
pub(super) fn gather(
    method: &ScoreMethod,
    day: Date,
    days: u16,
    mentions: &[AnnotatedMention],
    concerns: &BTreeMap<&ConcernId, &Concern>,
) -> BTreeMap<UnitCode, UnitEvidence> {
    let now = day.tomorrow().map_or(Timestamp::MAX, day_start);
    let mut heard: BTreeMap<(UnitCode, Option<&ConcernId>), Vec<Voice>> = BTreeMap::new();
    for mention in mentions.iter().filter(|m| m.annotation.is_concern) {
        let Some(ago) = days_ago(day, mention).filter(|ago| *ago < days) else {
            continue;
        };
        let Some(unit) = unit_of(mention, concerns) else {
            continue;
        };
        let concern = mention.concern.as_ref();
        let concern = concern.map(|id| concerns.get(id).map_or(id, |whole| &whole.id));
        heard.entry((unit, concern)).or_default().push(Voice {
            is_oldest: ago + 1 == days,
            shares: shares_of(mention, now),
        });
    }
    let mut evidence: BTreeMap<UnitCode, UnitEvidence> = BTreeMap::new();
    for ((unit, id), mut voices) in heard {
        let unit = evidence.entry(unit).or_default();
        if let Some(id) = id {
            let kept = (method.max_concern_mentions / voices.len() as f64).min(1.0);
            for voice in &mut voices {
                voice.shares[0].good *= kept;
                voice.shares[0].all *= kept;
            }
            let stayed = concerns.get(id).and_then(|concern| stayed(concern));
            // The last voice carries it, so that it settles when the concern is no longer heard of.
            let last = voices.iter().rposition(|voice| !voice.is_oldest);
            let last = last.unwrap_or(voices.len() - 1);
            voices[last].shares[2] = stayed.unwrap_or_default();
            unit.take(&voices);
        } else {
            for voice in voices {
                unit.take(&[voice]);
            }
        }
    }
    evidence
}

impl UnitEvidence {
    fn take(&mut self, voices: &[Voice]) {
        let mut cluster = ListeningEvidence::default();
        for voice in voices {
            let said = ListeningEvidence {
                shares: voice.shares,
                n: 1,
            };
            cluster.plus(&said);
            if voice.is_oldest {
                self.oldest.plus(&said);
            }
        }
        self.total.plus(&cluster);
        self.clusters.push(cluster.shares);
    }
}

/// What one mention says by itself.
fn shares_of(mention: &AnnotatedMention, now: Timestamp) -> Shares {
    let negative = f64::from(mention.annotation.sentiment_probabilities.negative);
    let mut shares = Shares::default();
    shares[0] = ShareCount {
        good: 1.0 - negative.clamp(0.0, 1.0),
        all: 1.0,
    };
    if let Some(ticket) = &mention.mention.ticket {
        // Only tickets whose time is up: of younger ones nothing but successes can be known.
        let is_up = ticket.due_at.is_none_or(|due| due <= now);
        shares[1] = match handling_at(ticket, now) {
            Some(Handling::OnTime) if !is_up => ShareCount::default(),
            Some(Handling::OnTime) => observed(1.0),
            Some(Handling::Late { .. }) => observed(0.0),
            Some(Handling::Waiting) | None => ShareCount::default(),
        };
        shares[3] = match ticket.rating {
            Some(Rating::Satisfied) => observed(1.0),
            Some(Rating::Neutral) => observed(0.5),
            Some(Rating::Dissatisfied) => observed(0.0),
            Some(Rating::NotAsked) | None => ShareCount::default(),
        };
    }
    shares
}

fn observed(good: f64) -> ShareCount {
    ShareCount { good, all: 1.0 }
}

fn stayed(concern: &Concern) -> Option<ShareCount> {
    match concern.status {
        ConcernStatus::Closed => Some(observed(1.0)),
        ConcernStatus::Returned => Some(observed(0.0)),
        ConcernStatus::Open | ConcernStatus::Answered => None,
    }
}

/// How many mentions of a concern say as much as one that stands alone (the design effect of cluster
/// sampling, Kish 1965), for each share, over units.
///
/// It is the scatter of clusters around their unit's share, over the scatter that independent
/// observations would have: Σ (g − p a)² / Σ p (1 − p) (A − Σ a²/A), with g of a observations good in a
/// cluster and p of A in its unit. Within 0.1 to 20; 1 when no unit has two clusters.
pub(super) fn design_effects(units: &[UnitEvidence]) -> [f64; N_SHARES] {
    const BOUNDS: (f64, f64) = (0.1, 20.0);
    std::array::from_fn(|at| {
        let (mut scatter, mut alone) = (0.0, 0.0);
        for unit in units {
            let all = unit.total.shares[at].all;
            let squares = unit.clusters.iter().map(|c| c[at].all.powi(2)).sum::<f64>();
            if all <= 1.0 || all * all - squares < 1e-9 {
                continue;
            }
            let share = unit.total.shares[at].good / all;
            let around = |c: &Shares| (c[at].good - share * c[at].all).powi(2);
            scatter += unit.clusters.iter().map(around).sum::<f64>();
            // p (1 - p) from the same observations is too small by 1 - 1/A.
            alone += share * (1.0 - share) / (1.0 - 1.0 / all) * (all - squares / all);
        }
        if alone > 1e-9 {
            (scatter / alone).clamp(BOUNDS.0, BOUNDS.1)
        } else {
            1.0
        }
    })
}
