//! How often somebody may ask. Addresses are known here alone, in memory, and are never written down.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use governor::clock::Clock as GovernorClock;
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::Clock;
use crate::error::Failure;

/// Who is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Counted {
    /// An address; of IPv6 the network, which one house has for itself.
    Address(IpAddr),
    /// A key, by its number.
    Key(u64),
    /// An officer, by the number of the account.
    Officer(u64),
    /// Whoever has no address: a call within the process.
    Nobody,
}

impl Counted {
    /// An address as it is counted.
    pub(crate) fn address(address: IpAddr) -> Self {
        Self::Address(match address.to_canonical() {
            IpAddr::V4(four) => IpAddr::V4(four),
            IpAddr::V6(six) => {
                let [a, b, c, d, ..] = six.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        })
    }
}

/// What is counted on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Door {
    Api,
    SignIn,
}

/// The injected clock as the limiter reads it: time since 1970.
#[derive(Clone)]
struct Ticking(Clock);

impl GovernorClock for Ticking {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::try_from((self.0)().as_duration()).unwrap_or_default()
    }
}

type Key = (Door, Counted);
type Limiter = RateLimiter<Key, HashMapStateStore<Key>, Ticking, StateInformationMiddleware>;

/// Callers remembered before those are dropped who could ask as much as anybody new.
const REMEMBERED: usize = 10_000;

/// The limits, one store a rate.
pub(crate) struct Limits {
    clock: Ticking,
    by_rate: Mutex<HashMap<NonZeroU32, Arc<Limiter>>>,
}

/// A request that may go on, and what is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Passed {
    per_minute: u32,
    remaining: u32,
}

/// A request that came too soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooSoon {
    per_minute: u32,
    wait: Duration,
}

impl TooSoon {
    /// How long to wait.
    pub(crate) fn wait(self) -> Duration {
        self.wait
    }
}

impl Limits {
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            clock: Ticking(clock),
            by_rate: Mutex::new(HashMap::new()),
        }
    }

    /// Counts a request: a whole minute's worth may come at once, and then as the minute goes by. A rate
    /// of 0 is read as 1.
    pub(crate) fn count(
        &self,
        door: Door,
        whom: Counted,
        per_minute: u32,
    ) -> Result<Passed, TooSoon> {
        let rate = NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN);
        let limiter = self.limiter(rate);
        if limiter.len() > REMEMBERED {
            limiter.retain_recent();
        }
        match limiter.check_key(&(door, whom)) {
            Ok(left) => Ok(Passed {
                per_minute: rate.get(),
                remaining: left.remaining_burst_capacity(),
            }),
            Err(not_until) => Err(TooSoon {
                per_minute: rate.get(),
                wait: not_until.wait_time_from(self.clock.now()),
            }),
        }
    }

    fn limiter(&self, rate: NonZeroU32) -> Arc<Limiter> {
        let mut by_rate = self.by_rate.lock().unwrap_or_else(PoisonError::into_inner);
        let limiter = by_rate.entry(rate).or_insert_with(|| {
            let quota = Quota::per_minute(rate);
            let limiter: Limiter =
                RateLimiter::new(quota, HashMapStateStore::default(), self.clock.clone());
            Arc::new(limiter)
        });
        Arc::clone(limiter)
    }
}

/// `RateLimit` and `RateLimit-Policy` of draft-ietf-httpapi-ratelimit-headers.
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

impl Passed {
    /// Says what is left.
    pub(crate) fn tell(self, headers: &mut HeaderMap) {
        tell(headers, self.per_minute, &format!("r={}", self.remaining));
    }
}

fn tell(headers: &mut HeaderMap, per_minute: u32, state: &str) {
    let policy = format!("\"minute\";q={per_minute};w=60");
    for (name, value) in [
        (RATE_LIMIT, format!("\"minute\";{state}")),
        (RATE_LIMIT_POLICY, policy),
    ] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
}

impl IntoResponse for TooSoon {
    fn into_response(self) -> Response {
        // Rounded up: who waits so long is let in.
        let seconds = self.wait.as_secs_f64().ceil().max(1.0) as u64;
        let mut response = StatusCode::TOO_MANY_REQUESTS.into_response();
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        tell(headers, self.per_minute, &format!("r=0;t={seconds}"));
        response.extensions_mut().insert(Failure {
            code: "too_many",
            detail: Some(format!("wait {seconds} s; an API key allows more")),
        });
        response
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use jiff::Timestamp;

    use super::*;

    #[test]
    fn who_waits_as_told_is_let_in() {
        let millis = Arc::new(AtomicI64::new(1_800_000_000_250));
        let reads = Arc::clone(&millis);
        let limits = Limits::new(Arc::new(move || {
            Timestamp::from_millisecond(reads.load(Ordering::Relaxed)).unwrap()
        }));
        let somebody = Counted::address("203.0.113.7".parse().unwrap());
        let ask = || limits.count(Door::Api, somebody, 7);
        for left in (0..7).rev() {
            assert_eq!(ask().unwrap().remaining, left);
        }
        for _ in 0..20 {
            let response = ask().unwrap_err().into_response();
            let wait = response.headers()[header::RETRY_AFTER].to_str().unwrap();
            let wait = wait.parse::<i64>().unwrap();
            assert!((1..=9).contains(&wait), "{wait}");
            let early = millis.fetch_add((wait - 1) * 1000, Ordering::Relaxed);
            assert!(ask().is_err(), "not a whole second too many, at {early}");
            millis.fetch_add(1000, Ordering::Relaxed);
            assert_eq!(ask().unwrap().remaining, 0);
        }
        assert!(limits.count(Door::SignIn, somebody, 7).is_ok());
        assert!(limits.count(Door::Api, Counted::Key(1), 7).is_ok());
    }

    #[test]
    fn a_network_of_ipv6_is_one_caller() {
        let of = |text: &str| Counted::address(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:203.0.113.7"), of("203.0.113.7"));
        assert_ne!(of("203.0.113.7"), of("203.0.113.8"));
    }
}
