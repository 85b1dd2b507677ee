//! Who else is looking at a concern. Kept in memory for some minutes; nothing depends on it, and nothing of
//! it is stored.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use models::domain::{AccountId, ConcernId};

/// How long somebody counts as there who says nothing more.
const KEPT: SignedDuration = SignedDuration::from_mins(3);

/// Concerns with somebody there; more push out the oldest look.
const CONCERNS_MAX: usize = 2_000;

/// What somebody does there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Doing {
    /// Looks.
    Looking,
    /// Writes in a form.
    Editing,
}

/// When each officer was last there, and what they did.
type Visitors = HashMap<AccountId, (Timestamp, Doing)>;

/// Who is looking at what.
#[derive(Default)]
pub(crate) struct Presence {
    seen: Mutex<HashMap<ConcernId, Visitors>>,
}

impl Presence {
    /// Notes that somebody is there, and gives who else is, by number.
    pub(crate) fn arrive(
        &self,
        concern: &ConcernId,
        who: AccountId,
        doing: Doing,
        now: Timestamp,
    ) -> Vec<(AccountId, Doing)> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let is_here = |at: &Timestamp| now.duration_since(*at) < KEPT;
        if seen.len() >= CONCERNS_MAX && !seen.contains_key(concern) {
            seen.retain(|_, there| there.values().any(|(at, _)| is_here(at)));
            if seen.len() >= CONCERNS_MAX {
                let latest = |there: &HashMap<_, (Timestamp, Doing)>| {
                    there.values().map(|(at, _)| *at).max()
                };
                let oldest = seen.iter().min_by_key(|(_, there)| latest(there));
                if let Some(oldest) = oldest.map(|(concern, _)| concern.clone()) {
                    seen.remove(&oldest);
                }
            }
        }
        let there = seen.entry(concern.clone()).or_default();
        there.retain(|_, (at, _)| is_here(at));
        there.insert(who, (now, doing));
        let others = there.iter().filter(|(other, _)| **other != who);
        let mut others = others
            .map(|(other, (_, doing))| (*other, *doing))
            .collect::<Vec<_>>();
        others.sort_unstable();
        others
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_are_seen_for_some_minutes() {
        let presence = Presence::default();
        let at = |minutes: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes);
        let (a, b) = (AccountId(1), AccountId(2));
        let concern = ConcernId::new("c");
        let come = |who, doing, minutes| presence.arrive(&concern, who, doing, at(minutes));
        assert_eq!(come(a, Doing::Looking, 0), []);
        assert_eq!(come(b, Doing::Editing, 1), [(a, Doing::Looking)]);
        assert_eq!(come(a, Doing::Looking, 2), [(b, Doing::Editing)]);
        assert_eq!(come(a, Doing::Looking, 5), [], "b said nothing for long");
        let elsewhere = presence.arrive(&ConcernId::new("d"), b, Doing::Looking, at(5));
        assert_eq!(elsewhere, []);
    }

    #[test]
    fn memory_is_bounded() {
        let presence = Presence::default();
        let now = Timestamp::UNIX_EPOCH;
        for n in 0..CONCERNS_MAX + 10 {
            let concern = ConcernId::new(n.to_string());
            presence.arrive(&concern, AccountId(1), Doing::Looking, now);
        }
        assert!(presence.seen.lock().unwrap().len() <= CONCERNS_MAX);
    }
}
