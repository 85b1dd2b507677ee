//! What the doors remember while the server runs: limits, and sign-ins under way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use indexer::SecretHash;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Semaphore;

use super::identity::Pending;
use super::limits::Limits;
use crate::Clock;

/// Passwords hashed at the same time: each takes 19 MiB and a processor for some tens of milliseconds.
const HASHED_AT_ONCE: usize = 2;

/// Sign-ins under way at an identity provider; more push out the oldest.
const DEPARTURES: usize = 1_000;

/// How long somebody may take at the identity provider.
pub(crate) const DEPARTURE_KEPT: SignedDuration = SignedDuration::from_mins(10);

/// Somebody who left for the identity provider.
pub(crate) struct Departure {
    /// What the answer must match.
    pub(crate) pending: Pending,
    /// Where they wanted to go.
    pub(crate) back: String,
    left_at: Timestamp,
}

/// What the doors remember.
pub(crate) struct Doors {
    pub(crate) limits: Arc<Limits>,
    pub(crate) hashing: Arc<Semaphore>,
    departures: Mutex<HashMap<SecretHash, Departure>>,
}

impl Doors {
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            limits: Arc::new(Limits::new(clock)),
            hashing: Arc::new(Semaphore::new(HASHED_AT_ONCE)),
            departures: Mutex::new(HashMap::new()),
        }
    }

    /// Somebody leaves for the identity provider, to be known by their cookie.
    pub(crate) fn leave(&self, cookie: SecretHash, pending: Pending, back: String, now: Timestamp) {
        let mut departures = self
            .departures
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        departures.retain(|_, one| now.duration_since(one.left_at) < DEPARTURE_KEPT);
        if departures.len() >= DEPARTURES {
            let oldest = departures.iter().min_by_key(|(_, one)| one.left_at);
            if let Some(cookie) = oldest.map(|(cookie, _)| *cookie) {
                departures.remove(&cookie);
            }
        }
        let departure = Departure {
            pending,
            back,
            left_at: now,
        };
        departures.insert(cookie, departure);
    }

    /// Somebody comes back, once.
    pub(crate) fn come_back(&self, cookie: &SecretHash, now: Timestamp) -> Option<Departure> {
        let mut departures = self
            .departures
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let departure = departures.remove(cookie)?;
        (now.duration_since(departure.left_at) < DEPARTURE_KEPT).then_some(departure)
    }
}
