//! Whether a source speaks more or less these days than its weeks before let expect. Days off by law say
//! nothing of it: some sources pause on them, others do not.

use jiff::{SignedDuration, Timestamp};

use super::profile::Profile;
use crate::ranking::stats::GammaPrior;

/// What counts as these days: a whole week, so that weekends do not look like a change.
const THESE_DAYS: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The strongest shrinkage, in entries expected: a source whose weeks are alike.
const STRONGEST: f64 = 1000.0;

/// The pace of a source, and how much its weeks differ.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    profile: Profile,
    prior: GammaPrior,
    since: Timestamp,
}

impl Pace {
    /// `arrivals` are sorted.
    pub(super) fn learn(arrivals: &[Timestamp], profile: &Profile, until: Timestamp) -> Self {
        let since = arrivals.first().copied().unwrap_or(until);
        let mut weeks = Vec::new();
        let mut to = until;
        while let Ok(from) = to.saturating_sub(THESE_DAYS)
            && from >= since
            && from < to
        {
            weeks.push((
                counted(arrivals, profile, from, to),
                profile.on_working_days(from, to),
            ));
            to = from;
        }
        let prior = if weeks.len() < 2 {
            GammaPrior::with_mean(1.0, STRONGEST)
        } else {
            let spread = GammaPrior::fit(&weeks, STRONGEST);
            GammaPrior::with_mean(1.0, spread.rate)
        };
        Self {
            profile: profile.clone(),
            prior,
            since,
        }
    }

    /// Entries of the week before a moment as a multiple of those expected, shrunk to 1.
    pub(super) fn at(&self, arrivals: &[Timestamp], now: Timestamp) -> f64 {
        let from = now
            .saturating_sub(THESE_DAYS)
            .unwrap_or(now)
            .max(self.since);
        let expected = self.profile.on_working_days(from, now);
        self.prior
            .posterior(counted(arrivals, &self.profile, from, now), expected)
            .mean()
            .max(1e-3)
    }
}

fn counted(arrivals: &[Timestamp], profile: &Profile, from: Timestamp, to: Timestamp) -> f64 {
    let first = arrivals.partition_point(|at| *at <= from);
    let after = arrivals.partition_point(|at| *at <= to);
    let counted = arrivals.get(first..after).unwrap_or_default();
    counted.iter().filter(|at| !profile.is_off(**at)).count() as f64
}
