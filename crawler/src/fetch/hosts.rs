//! The book of hosts: whose turn it is, what their robots.txt says, how they are doing.
//!
//! A host is a registrable domain, because the machines behind `a.example.vn` and `b.example.vn` are
//! usually one. The gate of a host admits one request at a time, in the order of arrival.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use models::domain::{HostMemory, RobotsFound, RobotsMemory};
use rustc_hash::{FxHashMap, FxHashSet};
use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;
use url::{Host, Url};

use super::FetchError;
use super::politeness::{HostState, Politeness, Turn, later};
use super::robots::Robots;

/// More hosts are not remembered; those unused the longest are forgotten first.
const HOSTS_MAX: usize = 20_000;

/// When it could not be read it is asked for again sooner; nothing is fetched meanwhile.
const ROBOTS_RETRY: Duration = Duration::from_mins(10);

/// A robots.txt that could be read is believed this long while its host is in trouble.
const ROBOTS_OLD: Duration = Duration::from_hours(7 * 24);

/// The name under which an address's host is treated: its registrable domain, or its number.
pub fn host_key(url: &Url) -> String {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            psl::domain_str(name).unwrap_or(name).to_owned()
        }
        Some(number) => number.to_string(),
        None => String::new(),
    }
}

pub(super) struct Hosts {
    politeness: Politeness,
    robots_for: Duration,
    started: (Timestamp, Instant),
    books: Mutex<FxHashMap<String, Arc<Book>>>,
    robots: Mutex<FxHashMap<String, KnownRobots>>,
    /// Hosts of which nothing is remembered are not asked before this moment.
    earliest: Mutex<Option<Timestamp>>,
    unsaved: Mutex<Unsaved>,
}

/// What changed since it was last taken to be kept.
#[derive(Default)]
struct Unsaved {
    hosts: FxHashSet<String>,
    robots: FxHashMap<String, RobotsMemory>,
}

/// One host's page in the book.
#[derive(Default)]
struct Book {
    gate: Arc<tokio::sync::Mutex<()>>,
    state: Mutex<HostState>,
    /// What the robots.txt of each origin wishes.
    crawl_delays: Mutex<Vec<(String, Duration)>>,
}

#[derive(Clone)]
struct KnownRobots {
    result: Result<Arc<Robots>, FetchError>,
    until: Timestamp,
    read_at: Timestamp,
}

/// The right to send one request to a host; the gate opens when it is dropped.
pub(super) struct Lease<'a> {
    hosts: &'a Hosts,
    name: String,
    book: Arc<Book>,
    _gate: OwnedMutexGuard<()>,
}

impl Hosts {
    pub(super) fn new(politeness: Politeness, robots_for: Duration) -> Self {
        Self {
            politeness,
            robots_for,
            started: (start_moment(), Instant::now()),
            books: Mutex::default(),
            robots: Mutex::default(),
            earliest: Mutex::default(),
            unsaved: Mutex::default(),
        }
    }

    /// Wall time at the start plus monotonic time since: setting the clock back stalls nobody.
    pub(super) fn now(&self) -> Timestamp {
        later(self.started.0, self.started.1.elapsed())
    }

    /// Waits for a host's turn, no longer than `patience`, or says until when there will be none.
    pub(super) async fn take_turn(
        &self,
        url: &Url,
        patience: Option<Duration>,
    ) -> Result<Lease<'_>, FetchError> {
        let patience = patience.unwrap_or(self.politeness.wait_max);
        let name = host_key(url);
        let book = self.book(&name);
        let gate = Arc::clone(&book.gate).lock_owned().await;
        loop {
            let now = self.now();
            let turn = Politeness::turn_within(patience, &locked(&book.state), now);
            match turn {
                Turn::Now => break,
                Turn::After(wait) => tokio::time::sleep(wait).await,
                Turn::NotBefore(until) => {
                    return Err(self.refusal(name, &locked(&book.state), until));
                }
            }
        }
        locked(&book.state).used_at = Some(self.now());
        Ok(Lease {
            hosts: self,
            name,
            book,
            _gate: gate,
        })
    }

    fn refusal(&self, host: String, state: &HostState, until: Timestamp) -> FetchError {
        if state.asked_to_slow_down {
            FetchError::OverQuota { host, until }
        } else if self.politeness.is_open(state, self.now()) {
            FetchError::CircuitOpen {
                host,
                n_failures: state.n_failures,
                until,
            }
        } else {
            FetchError::NotYet { host, until }
        }
    }

    fn book(&self, name: &str) -> Arc<Book> {
        let mut books = locked(&self.books);
        if let Some(book) = books.get(name) {
            return Arc::clone(book);
        }
        if books.len() >= HOSTS_MAX {
            forget_unused(&mut books);
        }
        let now = self.now();
        let stranger = || {
            let book = Book::default();
            locked(&book.state).next_at = locked(&self.earliest).filter(|at| *at > now);
            Arc::new(book)
        };
        Arc::clone(books.entry(name.to_owned()).or_insert_with(stranger))
    }

    /// When a host may be asked again; `None` for now.
    pub(super) fn next_at(&self, name: &str) -> Option<Timestamp> {
        let book = locked(&self.books).get(name).cloned()?;
        locked(&book.state).next_at
    }

    /// What changed since this was last asked; whoever takes it keeps it.
    pub(super) fn take_changes(&self) -> HostMemory {
        let Unsaved { hosts, robots } = std::mem::take(&mut *locked(&self.unsaved));
        let books = locked(&self.books);
        let state = |name: String| {
            let state = locked(&books.get(&name)?.state).clone();
            Some((name, state))
        };
        let mut memory = HostMemory {
            hosts: hosts.into_iter().filter_map(state).collect(),
            robots: robots.into_values().collect(),
        };
        memory.hosts.sort_by(|a, b| a.0.cmp(&b.0));
        memory.robots.sort_by(|a, b| a.origin.cmp(&b.origin));
        memory
    }

    /// Takes back changes that could not be kept, unless newer ones are known.
    pub(super) fn give_back(&self, memory: HostMemory) {
        let mut unsaved = locked(&self.unsaved);
        unsaved
            .hosts
            .extend(memory.hosts.into_iter().map(|(name, _)| name));
        for robots in memory.robots {
            unsaved
                .robots
                .entry(robots.origin.clone())
                .or_insert(robots);
        }
    }

    /// Takes up what an earlier run remembered. That run may have been killed in the middle of a
    /// request that nobody wrote down, so every host is given its pause from now on.
    pub(super) fn import(&self, memory: HostMemory, agent: &str) {
        let now = self.now();
        *locked(&self.earliest) = Some(later(now, self.politeness.delay_min));
        for (name, mut state) in memory.hosts {
            let paused = later(now, self.politeness.delay(&state));
            state.next_at = state.next_at.max(Some(paused));
            *locked(&self.book(&name).state) = state;
        }
        for robots in memory.robots {
            self.import_robots(robots, agent, now);
        }
    }

    fn import_robots(&self, robots: RobotsMemory, agent: &str, now: Timestamp) {
        let RobotsMemory {
            origin,
            found,
            read_at,
            until,
        } = robots;
        let host = Url::parse(&origin).map_or_else(|_| String::new(), |url| host_key(&url));
        let result = match found {
            RobotsFound::Rules(text) if later(read_at, ROBOTS_OLD) > now => {
                let robots = Robots::parse(&text);
                if let Some(wish) = robots.crawl_delay(agent) {
                    let wishes = &self.book(&host).crawl_delays;
                    locked(wishes).push((origin.clone(), wish));
                }
                Ok(Arc::new(robots))
            }
            RobotsFound::Trouble { status, reason } if until > now => {
                let cause = Box::new(FetchError::Earlier { status, reason });
                Err(FetchError::RobotsUnavailable { host, cause, until })
            }
            _ => return,
        };
        let known = KnownRobots {
            result,
            until,
            read_at,
        };
        let mut all = locked(&self.robots);
        if all.len() < HOSTS_MAX {
            all.insert(origin, known);
        }
    }

    /// What is known of an origin's robots.txt and still holds.
    pub(super) fn robots(&self, origin: &str) -> Option<Result<Arc<Robots>, FetchError>> {
        let known = locked(&self.robots).get(origin).cloned()?;
        (known.until > self.now()).then_some(known.result)
    }

    /// Keeps what came of asking for a robots.txt: the rules; none at all when there is no such file
    /// (4xx); or, when the host is in trouble, what was known before, else nothing is allowed.
    pub(super) fn keep_robots(
        &self,
        origin: &str,
        url: &Url,
        fetched: Result<String, FetchError>,
        agent: &str,
    ) -> Result<Arc<Robots>, FetchError> {
        let now = self.now();
        let fetched = match fetched {
            Err(error) if is_unavailable(&error) => Ok(String::new()),
            other => other,
        };
        let (known, found) = match fetched {
            Ok(text) => {
                let robots = Robots::parse(&text);
                self.note_crawl_delay(origin, url, robots.crawl_delay(agent));
                let known = KnownRobots {
                    result: Ok(Arc::new(robots)),
                    until: later(now, self.robots_for),
                    read_at: now,
                };
                (known, Some(RobotsFound::Rules(text)))
            }
            Err(error) if is_trouble(&error) => {
                let known = self.robots_in_trouble(origin, url, error, now);
                let found = known.result.as_ref().err().map(trouble);
                (known, found)
            }
            // Where it leads is not allowed, or the request was put off: nothing was learned.
            Err(error) => return Err(error),
        };
        let result = known.result.clone();
        if let Some(found) = found {
            let memory = RobotsMemory {
                origin: origin.to_owned(),
                found,
                read_at: known.read_at,
                until: known.until,
            };
            locked(&self.unsaved)
                .robots
                .insert(origin.to_owned(), memory);
        }
        let mut all = locked(&self.robots);
        if all.len() >= HOSTS_MAX {
            all.retain(|_, known| known.until > now);
        }
        if all.len() < HOSTS_MAX {
            all.insert(origin.to_owned(), known);
        }
        result
    }

    fn robots_in_trouble(
        &self,
        origin: &str,
        url: &Url,
        error: FetchError,
        now: Timestamp,
    ) -> KnownRobots {
        let until = error
            .not_before()
            .unwrap_or_else(|| later(now, ROBOTS_RETRY));
        let before = locked(&self.robots).get(origin).cloned();
        match before {
            Some(old) if old.result.is_ok() && later(old.read_at, ROBOTS_OLD) > now => {
                KnownRobots { until, ..old }
            }
            _ => {
                let host = url.host_str().unwrap_or_default().to_owned();
                let cause = Box::new(error);
                KnownRobots {
                    result: Err(FetchError::RobotsUnavailable { host, cause, until }),
                    until,
                    read_at: now,
                }
            }
        }
    }

    /// Sites of one registrable domain share their turn, so the longest wish among them holds.
    fn note_crawl_delay(&self, origin: &str, url: &Url, wish: Option<Duration>) {
        let host = host_key(url);
        let book = self.book(&host);
        let mut wishes = locked(&book.crawl_delays);
        wishes.retain(|(known, _)| known != origin);
        wishes.extend(wish.map(|wish| (origin.to_owned(), wish)));
        let mut state = locked(&book.state);
        state.crawl_delay = wishes.iter().map(|(_, wish)| *wish).max();
        let since = state.used_at.unwrap_or_else(|| self.now());
        let earliest = later(since, self.politeness.delay(&state));
        state.next_at = state.next_at.max(Some(earliest));
        drop(state);
        self.note_change(&host);
    }

    fn note_change(&self, name: &str) {
        let mut unsaved = locked(&self.unsaved);
        // Bounded where nobody takes the changes: a fetcher without a record behind it.
        if unsaved.hosts.len() < HOSTS_MAX && !unsaved.hosts.contains(name) {
            unsaved.hosts.insert(name.to_owned());
        }
    }
}

/// Politeness outlives a restart, so it is kept in wall time; read once, the rest is monotonic.
#[expect(
    clippy::disallowed_methods,
    reason = "pauses are real time whatever day is being crawled"
)]
fn start_moment() -> Timestamp {
    Timestamp::now()
}

/// How trouble with a robots.txt is remembered.
fn trouble(error: &FetchError) -> RobotsFound {
    let cause = match error {
        FetchError::RobotsUnavailable { cause, .. } => cause,
        other => other,
    };
    RobotsFound::Trouble {
        status: error.health(),
        reason: cause.to_string(),
    }
}

/// RFC 9309, 2.3.1.3: a file that is not there forbids nothing. A challenge in its place is an
/// answer to programs, and forbids everything; so is a plea to slow down.
fn is_unavailable(error: &FetchError) -> bool {
    match error {
        FetchError::Status { status, .. } => (400..500).contains(status),
        FetchError::TooManyRedirects { .. }
        | FetchError::RedirectLoop(_)
        | FetchError::BadRedirect(_) => true,
        _ => false,
    }
}

/// Whether the host is in trouble, or wants no programs, so that nothing is allowed for a while.
fn is_trouble(error: &FetchError) -> bool {
    matches!(error, FetchError::Blocked { .. }) || (error.is_transient() && !error.is_deferral())
}

fn forget_unused(books: &mut FxHashMap<String, Arc<Book>>) {
    let mut used = books
        .values()
        .map(|book| locked(&book.state).used_at)
        .collect::<Vec<_>>();
    used.sort_unstable();
    let middle = used[used.len() / 2];
    // A book that a visit holds is not forgotten: its gate must stay the only one.
    books.retain(|_, book| Arc::strong_count(book) > 1 || locked(&book.state).used_at > middle);
}

impl Lease<'_> {
    pub(super) fn succeeded(&self, took: Duration) {
        self.hosts
            .politeness
            .succeeded(&mut locked(&self.book.state), took, self.hosts.now());
        self.hosts.note_change(&self.name);
    }

    pub(super) fn failed(&self, took: Duration) {
        self.hosts.politeness.failed(
            &self.name,
            &mut locked(&self.book.state),
            took,
            self.hosts.now(),
        );
        self.hosts.note_change(&self.name);
    }

    pub(super) fn slow_down(&self, until: Timestamp) -> Timestamp {
        let until =
            self.hosts
                .politeness
                .slow_down(&mut locked(&self.book.state), until, self.hosts.now());
        self.hosts.note_change(&self.name);
        until
    }
}

/// A panic elsewhere leaves these values whole, so the poison is ignored.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(url: &str) -> String {
        host_key(&Url::parse(url).unwrap())
    }

    #[test]
    fn hosts_are_registrable_domains() {
        assert_eq!(key("https://cdn.tuoitre.vn/x"), "tuoitre.vn");
        assert_eq!(
            key("https://a.hochiminhcity.gov.vn/"),
            "hochiminhcity.gov.vn"
        );
        assert_eq!(key("https://www.a.com.vn/"), "a.com.vn");
        assert_eq!(key("http://127.0.0.7:8080/"), "127.0.0.7");
        assert_eq!(key("http://[::1]:8080/"), "[::1]");
        assert_eq!(key("http://localhost:1/"), "localhost");
    }

    #[test]
    fn remembers_across_a_restart() {
        let first = Hosts::new(Politeness::default(), Duration::ZERO);
        let until = later(first.now(), Duration::from_hours(1));
        let state = HostState {
            next_at: Some(until),
            n_failures: 7,
            ..HostState::default()
        };
        let hosts = vec![("a.vn".to_owned(), state.clone())];
        let robots = Vec::new();
        first.import(HostMemory { hosts, robots }, "LangNghe");
        assert!(first.take_changes().is_empty(), "nothing new to keep");
        first.note_change("a.vn");
        let changes = first.take_changes();
        assert_eq!(changes.hosts, [("a.vn".to_owned(), state)]);
        first.give_back(changes.clone());
        assert_eq!(first.take_changes(), changes);
        let second = Hosts::new(Politeness::default(), Duration::ZERO);
        second.import(changes, "LangNghe");
        assert_eq!(second.next_at("a.vn"), Some(until));
        let turn = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let refused = turn
            .block_on(second.take_turn(&Url::parse("https://www.a.vn/").unwrap(), None))
            .err();
        assert_eq!(
            refused,
            Some(FetchError::CircuitOpen {
                host: "a.vn".to_owned(),
                n_failures: 7,
                until
            })
        );
    }

    /// A run that was killed in the middle of a request leaves no trace of it.
    #[test]
    fn after_a_restart_every_host_has_its_pause() {
        let hosts = Hosts::new(Politeness::default(), Duration::ZERO);
        let slow = HostState {
            crawl_delay: Some(Duration::from_secs(20)),
            ..HostState::default()
        };
        let memory = HostMemory {
            hosts: vec![("slow.vn".to_owned(), slow)],
            robots: Vec::new(),
        };
        hosts.import(memory, "LangNghe");
        hosts.book("stranger.vn");
        let wait = |name: &str| {
            let at = hosts.next_at(name).unwrap();
            at.duration_since(hosts.started.0).as_secs_f64()
        };
        assert!(wait("slow.vn") >= 20.0);
        assert!((1.0..2.0).contains(&wait("stranger.vn")));
    }

    #[test]
    fn robots_outlive_a_restart() {
        let url = Url::parse("https://a.vn/tin").unwrap();
        let first = Hosts::new(Politeness::default(), ROBOTS_OLD);
        let text = "user-agent: *\ndisallow: /cam\ncrawl-delay: 7".to_owned();
        first
            .keep_robots("https://a.vn", &url, Ok(text), "LangNghe")
            .unwrap();
        let status = FetchError::Status {
            host: "b.vn".to_owned(),
            status: 503,
        };
        let other = Url::parse("https://b.vn/").unwrap();
        let said = first.keep_robots("https://b.vn", &other, Err(status), "LangNghe");
        let second = Hosts::new(Politeness::default(), ROBOTS_OLD);
        second.import(first.take_changes(), "LangNghe");
        let rules = second.robots("https://a.vn").unwrap().unwrap();
        assert!(!rules.allows("LangNghe", "https://a.vn/cam"));
        let at = second.next_at("a.vn").unwrap();
        assert!(at >= later(second.started.0, Duration::from_secs(7)));
        let trouble = second.robots("https://b.vn").unwrap().unwrap_err();
        assert_eq!(trouble.to_string(), said.unwrap_err().to_string());
        assert_eq!(trouble.health(), models::domain::HealthStatus::RobotsDenied);
    }

    #[test]
    fn forgets_hosts_beyond_the_bound() {
        let hosts = Hosts::new(Politeness::default(), Duration::ZERO);
        for n in 0..HOSTS_MAX + 10 {
            let book = hosts.book(&format!("h{n}.vn"));
            locked(&book.state).used_at =
                Some(later(hosts.started.0, Duration::from_secs(n as u64)));
        }
        let n_known = locked(&hosts.books).len();
        assert!(n_known <= HOSTS_MAX, "{n_known}");
        assert!(locked(&hosts.books).contains_key(&format!("h{}.vn", HOSTS_MAX + 9)));
    }
}
