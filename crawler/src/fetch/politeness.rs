//! When a host may be asked again, and when a source is worth asking again. Pure: `now` is an argument.

use std::hash::{Hash, Hasher};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use models::domain::FetchState;
use rustc_hash::FxHasher;

pub use models::domain::HostState;

/// The rules of politeness; the defaults are those of DESIGN.md section 3.
#[derive(Clone, Debug, PartialEq)]
pub struct Politeness {
    /// Shortest pause between two requests to a host.
    pub delay_min: Duration,
    /// The pause is at least this many times as long as the last fetch took.
    pub delay_factor: f64,
    /// Longest `Crawl-delay` that is believed; longer ones are taken as this.
    pub crawl_delay_max: Duration,
    /// A visit waits no longer than this for its turn; what must wait longer is put off.
    pub wait_max: Duration,
    /// Pause after a host's first failure; it doubles with each further one.
    pub backoff_first: Duration,
    /// Longest pause after failures, and longest `Retry-After` that is believed.
    pub backoff_max: Duration,
    /// After so many failures in a row the host is left alone.
    pub breaker_after: u32,
    /// For how long it is left alone; it doubles each time the trial afterwards fails.
    pub breaker_open: Duration,
    /// Shortest polling interval of a source.
    pub poll_min: Duration,
    /// Longest polling interval of a source.
    pub poll_max: Duration,
    /// A source's interval is longer by up to this share, another each time, so that sources of one
    /// rhythm drift apart.
    pub poll_jitter: f64,
    /// Seed of the jitter, so that two crawlers differ and a test does not.
    pub seed: u64,
}

/// After so many attempts a page is given up.
pub const PAGE_ATTEMPTS_MAX: u32 = 8;

impl Default for Politeness {
    fn default() -> Self {
        Self {
            delay_min: Duration::from_secs(1),
            delay_factor: 5.0,
            crawl_delay_max: Duration::from_hours(24),
            wait_max: Duration::from_secs(30),
            backoff_first: Duration::from_secs(5),
            backoff_max: Duration::from_hours(24),
            breaker_after: 5,
            breaker_open: Duration::from_mins(15),
            poll_min: Duration::from_mins(5),
            poll_max: Duration::from_hours(24),
            poll_jitter: 0.1,
            seed: 0,
        }
    }
}

/// Whether a host may be asked now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// At once.
    Now,
    /// After a pause short enough to sit out.
    After(Duration),
    /// Later than a visit can wait.
    NotBefore(Timestamp),
}

impl Politeness {
    /// Whether a host may be asked now.
    pub fn turn(&self, host: &HostState, now: Timestamp) -> Turn {
        Self::turn_within(self.wait_max, host, now)
    }

    /// The same for someone with a patience of their own.
    pub fn turn_within(patience: Duration, host: &HostState, now: Timestamp) -> Turn {
        let Some(next_at) = host.next_at.filter(|next_at| *next_at > now) else {
            return Turn::Now;
        };
        let wait = Duration::try_from(next_at.duration_since(now)).unwrap_or_default();
        if wait <= patience {
            Turn::After(wait)
        } else {
            Turn::NotBefore(next_at)
        }
    }

    /// Whether the circuit to a host is open, so that only its end is waited for.
    pub fn is_open(&self, host: &HostState, now: Timestamp) -> bool {
        host.n_failures >= self.breaker_after && host.next_at.is_some_and(|at| at > now)
    }

    /// The pause after a fetch that went well.
    pub fn delay(&self, host: &HostState) -> Duration {
        let by_effort = host.last_took.mul_f64(self.delay_factor.clamp(0.0, 1000.0));
        let by_wish = host
            .crawl_delay
            .unwrap_or_default()
            .min(self.crawl_delay_max);
        self.delay_min.max(by_effort).max(by_wish)
    }

    /// The host answered, whatever the answer.
    pub fn succeeded(&self, host: &mut HostState, took: Duration, now: Timestamp) {
        host.n_failures = 0;
        host.asked_to_slow_down = false;
        host.last_took = took;
        host.used_at = Some(now);
        host.next_at = Some(later(now, self.delay(host)));
    }

    /// The host did not answer, or with an error of its own.
    pub fn failed(&self, name: &str, host: &mut HostState, took: Duration, now: Timestamp) {
        host.n_failures = host.n_failures.saturating_add(1);
        host.last_took = took;
        host.used_at = Some(now);
        let pause = if host.n_failures >= self.breaker_after {
            let n_reopened = host.n_failures - self.breaker_after;
            doubled(self.breaker_open, n_reopened).min(self.backoff_max)
        } else {
            let pause = doubled(self.backoff_first, host.n_failures - 1).min(self.backoff_max);
            self.jittered(pause, name, host.n_failures)
        };
        host.next_at = Some(later(now, pause.max(self.delay(host))));
    }

    /// The host asked to be left alone until then; believed up to the longest back-off.
    pub fn slow_down(&self, host: &mut HostState, until: Timestamp, now: Timestamp) -> Timestamp {
        let until = until.min(later(now, self.backoff_max));
        let until = host.next_at.map_or(until, |next_at| next_at.max(until));
        host.asked_to_slow_down = true;
        host.used_at = Some(now);
        host.next_at = Some(until);
        until
    }

    /// When a page that could not be had for the `n`th time is worth another try; `None` when it
    /// has had its share. The pause grows fourfold: seven tries over about eight hours.
    pub fn page_retry(&self, key: &str, n_attempts: u32) -> Option<Duration> {
        if n_attempts >= PAGE_ATTEMPTS_MAX {
            return None;
        }
        let pause = doubled(self.backoff_first, 2 * n_attempts.saturating_sub(1));
        Some(self.jittered(pause.min(self.backoff_max), key, n_attempts))
    }

    /// Half to one and a half times a pause; the same for the same seed, name and round.
    pub fn jittered(&self, pause: Duration, name: &str, round: u32) -> Duration {
        pause.mul_f64(0.5 + self.share(name, round))
    }

    /// A number from 0 to below 1.
    fn share(&self, name: &str, round: u32) -> f64 {
        let mut hasher = FxHasher::default();
        (self.seed, name, round).hash(&mut hasher);
        // The hash is quick, not even: these steps (of splitmix64) spread it over all bits.
        let mut bits = hasher.finish().wrapping_add(0x9e37_79b9_7f4a_7c15);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^= bits >> 31;
        (bits >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// What an answer says about when to ask again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PollCues {
    /// `ttl` or update period of the feed.
    pub ttl: Option<SignedDuration>,
    /// `Cache-Control: max-age` or `Expires` of the answer.
    pub max_age: Option<SignedDuration>,
    /// `Retry-After`, the end of an open circuit and the like.
    pub not_before: Option<Timestamp>,
    /// Entries were left for the next visit.
    pub has_more: bool,
}

/// When a source is worth asking again.
///
/// A source that gives `n` entries a day is asked about `n` times a day, within the bounds of the
/// policy; never before its ttl or cache time ends, and later and later while it fails. A fixed
/// interval in the configuration replaces the rhythm, not the wishes of the host.
pub fn next_poll(
    name: &str,
    state: &FetchState,
    poll_every: Option<SignedDuration>,
    cues: PollCues,
    policy: &Politeness,
    now: Timestamp,
) -> Timestamp {
    let spread = |interval: Duration| {
        let share = policy.share(name, now.as_second() as u32);
        let longer = interval.mul_f64(1.0 + policy.poll_jitter.clamp(0.0, 1.0) * share);
        longer.min(policy.poll_max)
    };
    let base = poll_every.map_or_else(|| spread(rhythm(state, cues, policy)), unsigned);
    let interval = if state.n_failures > 0 {
        let backed_off = doubled(base.max(policy.poll_min), state.n_failures - 1);
        policy.jittered(backed_off.min(policy.poll_max), name, state.n_failures)
    } else if cues.has_more {
        policy.delay_min
    } else {
        base
    };
    let earliest = later(now, interval.min(policy.poll_max.max(base)));
    let asked = cues
        .not_before
        .map(|asked| asked.min(later(now, policy.backoff_max)));
    asked.map_or(earliest, |asked| asked.max(earliest))
}

/// The interval that fits the source's own rhythm and its wishes.
fn rhythm(state: &FetchState, cues: PollCues, policy: &Politeness) -> Duration {
    const FIRST_GUESS_PER_DAY: f32 = 24.0;
    const SECONDS_PER_DAY: f64 = 86_400.0;
    let per_day = f64::from(state.entries_per_day.unwrap_or(FIRST_GUESS_PER_DAY)).max(1e-3);
    let by_rhythm = Duration::from_secs_f64(SECONDS_PER_DAY / per_day);
    let by_wish = [cues.ttl, cues.max_age]
        .into_iter()
        .flatten()
        .map(unsigned)
        .max();
    by_rhythm
        .max(by_wish.unwrap_or_default())
        .clamp(policy.poll_min, policy.poll_max)
}

/// How many entries a day a source gives, from the times of those it lists; `None` below two.
///
/// Over the last week, or over the time they span when that is shorter: a feed of fifty entries may
/// reach back only an hour.
pub fn entries_per_day(published: &[Timestamp], now: Timestamp) -> Option<f32> {
    const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
    const SHORTEST_SPAN_HOURS: f64 = 0.5;
    let past = published.iter().filter(|at| **at <= now);
    let recent = past
        .filter(|at| now.duration_since(**at) <= WEEK)
        .collect::<Vec<_>>();
    if published.len() < 2 {
        return None;
    }
    let reaches_back_a_week = recent.len() < published.len();
    let oldest = recent.iter().min();
    let span = match oldest {
        Some(oldest) if !reaches_back_a_week => now.duration_since(**oldest),
        _ => WEEK,
    };
    let span_hours = (span.as_secs_f64() / 3600.0).max(SHORTEST_SPAN_HOURS);
    Some((recent.len() as f64 / span_hours * 24.0) as f32)
}

/// How long a source may be silent before that is unusual: three times the longest pause among the
/// entries it lists, and no less than what a Poisson rhythm of that rate leaves once in a thousand.
///
/// Nothing is set by hand: a feed that sleeps at night has its night among its own pauses. `None`
/// below five entries, which show no rhythm.
pub fn usual_silence(published: &[Timestamp]) -> Option<SignedDuration> {
    const FEWEST_ENTRIES: usize = 5;
    const PAUSES: i32 = 3;
    const ONCE_IN_A_THOUSAND: f64 = 6.91;
    let mut times = published.to_vec();
    times.sort_unstable();
    times.dedup();
    if times.len() < FEWEST_ENTRIES {
        return None;
    }
    let pauses = times.windows(2).map(|pair| pair[1].duration_since(pair[0]));
    let longest = pauses.max().unwrap_or_default();
    let span = times[times.len() - 1].duration_since(times[0]);
    let mean_secs = span.as_secs_f64() / (times.len() - 1) as f64;
    let by_rate = SignedDuration::try_from_secs_f64(mean_secs * ONCE_IN_A_THOUSAND).unwrap_or(span);
    Some(longest.saturating_mul(PAUSES).max(by_rate))
}

/// A moment that much later, at most the end of time.
pub(crate) fn later(now: Timestamp, pause: Duration) -> Timestamp {
    let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX);
    now.saturating_add(pause).unwrap_or(Timestamp::MAX)
}

fn unsigned(duration: SignedDuration) -> Duration {
    Duration::try_from(duration).unwrap_or_default()
}

fn doubled(first: Duration, n_times: u32) -> Duration {
    first.saturating_mul(2_u32.saturating_pow(n_times.min(31)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn noon() -> Timestamp {
        "2026-11-12T05:00:00Z".parse().unwrap()
    }

    fn hours_ago(hours: i64) -> Timestamp {
        noon() - SignedDuration::from_hours(hours)
    }

    #[test]
    fn waits_five_times_the_last_fetch() {
        let (policy, mut host) = (Politeness::default(), HostState::default());
        assert_eq!(policy.turn(&host, noon()), Turn::Now);
        policy.succeeded(&mut host, SECOND / 10, noon());
        assert_eq!(policy.turn(&host, noon()), Turn::After(SECOND));
        policy.succeeded(&mut host, 2 * SECOND, noon());
        assert_eq!(policy.turn(&host, noon()), Turn::After(10 * SECOND));
        assert_eq!(policy.turn(&host, later(noon(), 10 * SECOND)), Turn::Now);
    }

    #[test]
    fn honours_crawl_delay_and_puts_long_ones_off() {
        let (policy, mut host) = (Politeness::default(), HostState::default());
        host.crawl_delay = Some(20 * SECOND);
        policy.succeeded(&mut host, SECOND, noon());
        assert_eq!(policy.turn(&host, noon()), Turn::After(20 * SECOND));
        host.crawl_delay = Some(600 * SECOND);
        policy.succeeded(&mut host, SECOND, noon());
        assert_eq!(
            policy.turn(&host, noon()),
            Turn::NotBefore(later(noon(), 600 * SECOND))
        );
    }

    #[test]
    fn backs_off_then_opens_the_circuit_then_tries_once() {
        let (policy, mut host) = (Politeness::default(), HostState::default());
        let mut pauses = Vec::new();
        for _ in 0..7 {
            policy.failed("a.vn", &mut host, SECOND, noon());
            pauses.push(host.next_at.unwrap().duration_since(noon()).as_secs_f64());
        }
        for (round, pause) in (0..).zip(&pauses[..4]) {
            let plain = 5.0 * 2_f64.powi(round);
            assert!((plain * 0.5..plain * 1.5).contains(pause), "{pauses:?}");
        }
        assert_eq!(pauses[4..], [900.0, 1800.0, 3600.0]);
        assert!(policy.is_open(&host, noon()));
        let afterwards = host.next_at.unwrap();
        assert_eq!(policy.turn(&host, afterwards), Turn::Now);
        policy.succeeded(&mut host, SECOND, afterwards);
        assert!(!policy.is_open(&host, afterwards));
        assert_eq!(host.n_failures, 0);
    }

    #[test]
    fn jitter_differs_by_host_and_repeats_by_seed() {
        let policy = Politeness::default();
        let pause = |name: &str, seed| {
            let mut host = HostState::default();
            let policy = Politeness {
                seed,
                ..policy.clone()
            };
            policy.failed(name, &mut host, Duration::ZERO, noon());
            host.next_at.unwrap()
        };
        assert_eq!(pause("a.vn", 1), pause("a.vn", 1));
        assert_ne!(pause("a.vn", 1), pause("b.vn", 1));
        assert_ne!(pause("a.vn", 1), pause("a.vn", 2));
    }

    #[test]
    fn believes_retry_after_up_to_a_bound_and_never_shortens() {
        let (policy, mut host) = (Politeness::default(), HostState::default());
        let until = policy.slow_down(&mut host, later(noon(), 120 * SECOND), noon());
        assert_eq!(until, later(noon(), 120 * SECOND));
        assert_eq!(
            policy.slow_down(&mut host, later(noon(), SECOND), noon()),
            until
        );
        let in_a_year = later(noon(), Duration::from_hours(24 * 365));
        assert_eq!(
            policy.slow_down(&mut host, in_a_year, noon()),
            later(noon(), policy.backoff_max)
        );
    }

    fn poll_secs(state: &FetchState, cues: PollCues) -> i64 {
        let policy = Politeness {
            poll_jitter: 0.0,
            ..Politeness::default()
        };
        let at = next_poll("s", state, None, cues, &policy, noon());
        at.duration_since(noon()).as_secs()
    }

    #[test]
    fn sources_of_one_rhythm_drift_apart() {
        let polls = (0..50).map(|n| {
            let (state, cues) = (FetchState::default(), PollCues::default());
            let name = format!("s{n}");
            let at = next_poll(&name, &state, None, cues, &Politeness::default(), noon());
            at.duration_since(noon()).as_secs()
        });
        let polls = polls.collect::<std::collections::BTreeSet<_>>();
        assert!(polls.iter().all(|secs| (3600..=3960).contains(secs)));
        assert!(polls.len() > 40, "{polls:?}");
    }

    #[test]
    fn a_page_is_tried_for_some_hours_and_then_given_up() {
        let policy = Politeness::default();
        let pauses = (1..=PAGE_ATTEMPTS_MAX).map_while(|n| policy.page_retry("k", n));
        let pauses = pauses.collect::<Vec<_>>();
        assert_eq!(pauses.len() as u32, PAGE_ATTEMPTS_MAX - 1);
        let total = pauses.iter().sum::<Duration>().as_secs_f64() / 3600.0;
        assert!((3.0..12.0).contains(&total), "{total} h");
        assert!(pauses[0] < Duration::from_secs(8), "{pauses:?}");
    }

    #[test]
    fn polls_with_the_rhythm_of_the_feed() {
        let state = |per_day: f32| FetchState {
            entries_per_day: Some(per_day),
            ..FetchState::default()
        };
        assert_eq!(poll_secs(&FetchState::default(), PollCues::default()), 3600);
        assert_eq!(poll_secs(&state(48.0), PollCues::default()), 1800);
        assert_eq!(poll_secs(&state(10_000.0), PollCues::default()), 300);
        assert_eq!(poll_secs(&state(0.01), PollCues::default()), 86_400);
        let ttl = PollCues {
            ttl: Some(SignedDuration::from_mins(60)),
            ..PollCues::default()
        };
        assert_eq!(poll_secs(&state(48.0), ttl), 3600);
        let max_age = PollCues {
            max_age: Some(SignedDuration::from_hours(1000)),
            ..PollCues::default()
        };
        assert_eq!(poll_secs(&state(48.0), max_age), 86_400);
        let has_more = PollCues {
            has_more: true,
            ..PollCues::default()
        };
        assert_eq!(poll_secs(&state(48.0), has_more), 1);
    }

    #[test]
    fn a_fixed_interval_yields_to_the_hosts_wish_only() {
        let poll = |cues| {
            let every = Some(SignedDuration::from_mins(2));
            next_poll(
                "s",
                &FetchState::default(),
                every,
                cues,
                &Politeness::default(),
                noon(),
            )
        };
        assert_eq!(
            poll(PollCues::default()),
            later(noon(), Duration::from_mins(2))
        );
        let asked = later(noon(), Duration::from_hours(3));
        assert_eq!(
            poll(PollCues {
                not_before: Some(asked),
                ..PollCues::default()
            }),
            asked
        );
    }

    #[test]
    fn failing_sources_are_asked_less_and_less() {
        let failing = |n_failures| FetchState {
            n_failures,
            ..FetchState::default()
        };
        let (first, fifth) = (
            poll_secs(&failing(1), PollCues::default()),
            poll_secs(&failing(5), PollCues::default()),
        );
        assert!((1800..5400).contains(&first), "{first}");
        assert!((28_800..86_400).contains(&fifth), "{fifth}");
        assert!(poll_secs(&failing(60), PollCues::default()) <= 86_400 * 3 / 2);
    }

    #[test]
    fn measures_rhythm_over_a_week_or_the_span_of_the_feed() {
        let hourly = (0..50).map(hours_ago).collect::<Vec<_>>();
        assert!((entries_per_day(&hourly, noon()).unwrap() - 24.5).abs() < 0.1);
        let old = (0..30)
            .map(|n| hours_ago(24 * (30 + n)))
            .collect::<Vec<_>>();
        assert_eq!(entries_per_day(&old, noon()), Some(0.0));
        assert_eq!(entries_per_day(&[noon()], noon()), None);
    }

    #[test]
    fn silence_is_unusual_by_the_feeds_own_pauses() {
        let days_of_office_hours =
            (0..5).flat_map(|day| (0..10).map(move |hour| hours_ago(day * 24 + hour)));
        let usual = usual_silence(&days_of_office_hours.collect::<Vec<_>>()).unwrap();
        assert_eq!(usual, SignedDuration::from_hours(45));
        assert_eq!(usual_silence(&[noon(), hours_ago(1)]), None);
    }
}
