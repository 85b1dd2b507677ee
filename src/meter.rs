//! How much each sender may send: a bucket that fills again with time.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Deliveries a sender may make at once, after a pause.
const BURST: f64 = 120.0;

/// Deliveries a second it may go on with.
const RATE: f64 = 20.0;

/// What every sender may still send now.
pub struct Meters<K> {
    senders: Mutex<HashMap<K, Meter>>,
}

struct Meter {
    left: f64,
    at: Instant,
}

impl<K> Default for Meters<K> {
    fn default() -> Self {
        Self {
            senders: Mutex::default(),
        }
    }
}

impl<K: Eq + Hash + Clone> Meters<K> {
    /// Counts one delivery; the error says how long to wait.
    pub fn count(&self, sender: &K) -> Result<(), Duration> {
        let mut senders = self.senders.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let meter = senders.entry(sender.clone()).or_insert(Meter {
            left: BURST,
            at: now,
        });
        meter.left = BURST.min(meter.left + now.duration_since(meter.at).as_secs_f64() * RATE);
        meter.at = now;
        if meter.left < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - meter.left) / RATE));
        }
        meter.left -= 1.0;
        Ok(())
    }
}
