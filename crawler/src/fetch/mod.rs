//! Fetching over HTTP: politely, with a bound on everything, and never into a private network.
//!
//! A [`Fetcher`] is shared by all visits. Each request, redirects and robots.txt included, waits for
//! its host's turn; what would have to wait too long comes back as [`FetchError::NotYet`].

mod address;
mod answer;
mod canonical;
mod challenge;
mod hosts;
mod policy;
pub mod politeness;
pub mod robots;
mod wire;

use jiff::Timestamp;
use url::Url;

pub use crate::error::FetchError;
pub use address::{Guard, Lookup, Network, NetworkError, SystemLookup, is_public};
pub(crate) use answer::retry_after;
pub use answer::{Answer, Credential, Request};
pub use canonical::{canonical, canonical_text, identity};
pub use hosts::host_key;
pub use models::domain::HostMemory;
pub use policy::{FetchPolicy, VisitLimits};
pub(crate) use wire::explained;

use hosts::{Hosts, Lease};
use robots::Robots;
use std::sync::Arc;
use wire::{Reply, Wire};

/// Fetches addresses for all visits; cheap to share behind a reference.
pub struct Fetcher {
    policy: FetchPolicy,
    wire: Wire,
    hosts: Hosts,
}

impl Fetcher {
    /// Sets up the client; fails only where the system offers no TLS roots and the like.
    pub fn new(policy: FetchPolicy) -> Result<Self, FetchError> {
        let wire = Wire::new(&policy)?;
        let hosts = Hosts::new(policy.politeness.clone(), policy.robots_for);
        Ok(Self {
            policy,
            wire,
            hosts,
        })
    }

    /// The rules it goes by.
    pub fn policy(&self) -> &FetchPolicy {
        &self.policy
    }

    /// Fetches one address, following redirects; every hop is checked against the guard and
    /// robots.txt, and waits for its host's turn.
    pub async fn fetch(&self, request: &Request) -> Result<Answer, FetchError> {
        let bound = Bound {
            body_bytes: self.policy.body_bytes_max,
            cut: false,
        };
        let mut trail = Trail::new(&request.url);
        loop {
            let mut hop = Request {
                url: trail.here.clone(),
                ..request.clone()
            };
            if hop.url.origin() != request.url.origin() {
                hop.credential = None;
            }
            self.wire.guard().check(&hop.url)?;
            if hop.obeys_robots {
                self.check_robots(&hop).await?;
            }
            let lease = self.hosts.take_turn(&hop.url, hop.patience).await?;
            match self.exchange(lease, &hop, bound).await? {
                Reply::Answer(answer) => return Ok(trail.finish(*answer)),
                Reply::Redirect {
                    to,
                    permanent,
                    sets_cookie,
                } => {
                    trail.step(to, permanent, sets_cookie, self.policy.redirects_max)?;
                }
            }
        }
    }

    /// Opens a stream: the head of the answer has come, its body goes on. The guard, robots.txt and
    /// the host's turn hold for the opening; a redirect is not followed.
    pub(crate) async fn open(
        &self,
        url: &Url,
        headers: reqwest::header::HeaderMap,
    ) -> Result<reqwest::Response, FetchError> {
        self.wire.guard().check(url)?;
        self.check_robots(&Request::page(url.clone())).await?;
        let lease = self.hosts.take_turn(url, None).await?;
        let started = tokio::time::Instant::now();
        let opened = self.wire.open(url, headers, &|| self.hosts.now()).await;
        let mut opened = opened;
        match &mut opened {
            Err(FetchError::OverQuota { until, .. }) => {
                lease.failed(started.elapsed());
                *until = lease.slow_down(*until);
            }
            Err(error) if error.is_host_failure() => lease.failed(started.elapsed()),
            Ok(_) | Err(_) => lease.succeeded(started.elapsed()),
        }
        opened
    }

    /// What was learned of hosts since this was last asked, to be kept across a restart; what could
    /// not be kept is [given back](Self::give_back).
    pub fn take_changes(&self) -> HostMemory {
        self.hosts.take_changes()
    }

    /// Takes back changes that could not be kept.
    pub fn give_back(&self, changes: HostMemory) {
        self.hosts.give_back(changes);
    }

    /// Takes up what an earlier run remembered of hosts. Each is given its pause from now on, since
    /// that run may have been killed in the middle of a request.
    pub fn remember(&self, memory: HostMemory) {
        self.hosts.import(memory, &self.policy.agent);
    }

    /// When a host, by its [key](host_key), may be asked again; `None` for now.
    pub fn host_ready_at(&self, host: &str) -> Option<Timestamp> {
        self.hosts.next_at(host)
    }

    /// The present moment, by a clock that only moves forward.
    pub fn now(&self) -> Timestamp {
        self.hosts.now()
    }

    /// One request and its answer, entered in the host's book whatever comes of it.
    async fn exchange(
        &self,
        lease: Lease<'_>,
        request: &Request,
        bound: Bound,
    ) -> Result<Reply, FetchError> {
        let started = tokio::time::Instant::now();
        let outcome = self.wire.send(request, bound, &|| self.hosts.now()).await;
        let took = started.elapsed();
        let mut outcome = outcome;
        match &mut outcome {
            Ok(Reply::Answer(answer)) => {
                answer.took = took;
                lease.succeeded(took);
                if let Some(reset) = answer.rate_limit_reset() {
                    lease.slow_down(reset);
                }
            }
            Err(FetchError::OverQuota { until, .. }) => {
                lease.failed(took);
                *until = lease.slow_down(*until);
            }
            Err(error) if error.is_host_failure() => lease.failed(took),
            Ok(Reply::Redirect { .. }) | Err(_) => lease.succeeded(took),
        }
        outcome
    }

    async fn check_robots(&self, request: &Request) -> Result<(), FetchError> {
        let robots = self.robots_for(request).await?;
        if robots.permits(&self.policy.agent, &request.url) {
            Ok(())
        } else {
            Err(FetchError::RobotsDenied(without_query(&request.url)))
        }
    }

    /// The robots.txt that holds for an address, from memory or from its host.
    async fn robots_for(&self, request: &Request) -> Result<Arc<Robots>, FetchError> {
        let url = &request.url;
        let origin = url.origin().ascii_serialization();
        if let Some(known) = self.hosts.robots(&origin) {
            return known;
        }
        let lease = self.hosts.take_turn(url, request.patience).await?;
        // Another visit may have fetched it while this one waited for its turn.
        if let Some(known) = self.hosts.robots(&origin) {
            return known;
        }
        let fetched = self.fetch_robots(url, lease).await;
        self.hosts
            .keep_robots(&origin, url, fetched, &self.policy.agent)
    }

    /// Fetches robots.txt, following redirects without asking any robots.txt about it.
    async fn fetch_robots(&self, url: &Url, lease: Lease<'_>) -> Result<String, FetchError> {
        let bound = Bound {
            body_bytes: robots::ROBOTS_BYTES_MAX,
            cut: true,
        };
        let Ok(robots_url) = url.join("/robots.txt") else {
            return Ok(String::new());
        };
        let mut trail = Trail::new(&robots_url);
        let mut lease = Some(lease);
        loop {
            let request = Request {
                accept: "text/plain,*/*;q=0.1",
                ..Request::page(trail.here.clone())
            };
            self.wire.guard().check(&request.url)?;
            let turn = match lease.take() {
                Some(lease) => lease,
                None => self.hosts.take_turn(&request.url, None).await?,
            };
            match self.exchange(turn, &request, bound).await? {
                Reply::Answer(answer) => {
                    return Ok(String::from_utf8_lossy(&answer.body).into_owned());
                }
                Reply::Redirect {
                    to,
                    permanent,
                    sets_cookie,
                } => {
                    trail.step(to, permanent, sets_cookie, self.policy.redirects_max)?;
                }
            }
        }
    }
}

/// How much of a body is taken, and whether the rest is cut off or makes the answer an error.
#[derive(Clone, Copy, Debug)]
struct Bound {
    body_bytes: usize,
    cut: bool,
}

/// The addresses one request was sent to.
struct Trail {
    here: Url,
    seen: Vec<Url>,
    all_permanent: bool,
}

impl Trail {
    fn new(url: &Url) -> Self {
        let mut here = url.clone();
        here.set_fragment(None);
        Self {
            here,
            seen: Vec::new(),
            all_permanent: true,
        }
    }

    fn step(
        &mut self,
        to: Url,
        permanent: bool,
        sets_cookie: bool,
        limit: usize,
    ) -> Result<(), FetchError> {
        if to == self.here && sets_cookie {
            let host = to.host_str().unwrap_or_default().to_owned();
            return Err(FetchError::Blocked {
                host,
                challenge: "cookie wall",
            });
        }
        let from = std::mem::replace(&mut self.here, to);
        self.seen.push(from);
        self.all_permanent &= permanent;
        if self.seen.contains(&self.here) {
            return Err(FetchError::RedirectLoop(without_query(&self.seen[0])));
        }
        if self.seen.len() > limit {
            return Err(FetchError::TooManyRedirects {
                from: without_query(&self.seen[0]),
                limit,
            });
        }
        Ok(())
    }

    fn finish(self, mut answer: Answer) -> Answer {
        let moved = self.all_permanent && !self.seen.is_empty();
        answer.moved_to = moved.then(|| self.here.clone());
        answer
    }
}

/// For messages: a query may carry what a citizen typed.
pub(crate) fn without_query(url: &Url) -> String {
    let mut plain = url.clone();
    plain.set_query(None);
    plain.to_string()
}
