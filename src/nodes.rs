//! Several processes over one record: which part of the work each does, and who does what only one may do.
//!
//! | role | does | how many at a time |
//! |---|---|---|
//! | `crawl` | sources, pages, streams, second looks | one; others stand by |
//! | `process` | grouping, digests, alerts, mail, notices, webhooks | one; others stand by |
//! | `index` | a search index of its own that follows the record | any |
//! | `web` | pages, API, deliveries of others, dumps; and an index of its own | any |

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use anyhow::{Result, ensure};
use indexer::{Duty, Term};
use serde::Deserialize;
use serde::de::{self, Deserializer};
use tokio::sync::watch;
use tokio::time::sleep;
use tracing::{error, info, warn};

use crate::config::Config;
use crate::panics::why_ended;
use crate::pipeline::Pipeline;

/// How often a process that stands by tries to take over, and one that leads looks whether it still does.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Longest pause while the record cannot be asked.
const PAUSE_MAX: Duration = Duration::from_secs(10);

/// A part of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Collects.
    Crawl,
    /// Groups, publishes, sends.
    Process,
    /// Keeps a search index.
    Index,
    /// Serves pages and the API.
    Web,
}

impl Role {
    /// All of them, in the order of the journey.
    pub const ALL: [Self; 4] = [Self::Crawl, Self::Process, Self::Index, Self::Web];

    /// As it is written.
    pub fn code(self) -> &'static str {
        match self {
            Self::Crawl => "crawl",
            Self::Process => "process",
            Self::Index => "index",
            Self::Web => "web",
        }
    }
}

/// The parts one process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles([bool; 4]);

impl Default for Roles {
    fn default() -> Self {
        Self([true; 4])
    }
}

impl Roles {
    /// Whether a part is among them.
    pub fn has(self, role: Role) -> bool {
        self.0[role as usize]
    }

    /// Whether the process needs a search index.
    pub fn searches(self) -> bool {
        self.has(Role::Index) || self.has(Role::Web)
    }

    /// Whether it fetches or takes in bytes that it keeps for a while.
    pub fn keeps_captures(self) -> bool {
        self.has(Role::Crawl) || self.has(Role::Web)
    }

    /// Refuses a part of the work where nobody could do the others.
    pub fn check(self, config: &Config) -> Result<()> {
        ensure!(
            self == Self::default() || config.data.shared_record().is_some(),
            "vai trò {self}: chỉ chia được khi bản ghi nằm trên PostgreSQL, hãy đặt data.postgres, hoặc bỏ \
             --role / roles {self}: the work can be divided only over a record on PostgreSQL; set \
             data.postgres, or leave --role out"
        );
        Ok(())
    }
}

impl FromStr for Roles {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut roles = [false; 4];
        for word in text.split(',').map(str::trim) {
            if word == "all" {
                roles = [true; 4];
                continue;
            }
            let role = Role::ALL.into_iter().find(|role| role.code() == word);
            let role = role.ok_or_else(|| {
                format!("`{word}` is no role: all, or some of crawl, process, index, web")
            })?;
            roles[role as usize] = true;
        }
        Ok(Self(roles))
    }
}

impl fmt::Display for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::default() {
            return f.write_str("all");
        }
        let roles = Role::ALL.into_iter().filter(|role| self.has(*role));
        f.write_str(&roles.map(Role::code).collect::<Vec<_>>().join(","))
    }
}

impl<'de> Deserialize<'de> for Roles {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// Which duties this process has at the moment, for `/readyz`.
#[derive(Debug, Default)]
pub struct Standing {
    crawls: AtomicBool,
    processes: AtomicBool,
}

impl Standing {
    /// That of this process.
    pub fn of_this_process() -> &'static Self {
        static HERE: LazyLock<Standing> = LazyLock::new(Standing::default);
        &HERE
    }

    fn of(&self, duty: Duty) -> &AtomicBool {
        match duty {
            Duty::Crawl => &self.crawls,
            Duty::Process => &self.processes,
        }
    }

    /// Notes that a duty began or ended.
    fn note(&self, duty: Duty, is_ours: bool) {
        self.of(duty).store(is_ours, Ordering::Relaxed);
    }

    /// Whether a duty is ours.
    pub fn has(&self, duty: Duty) -> bool {
        self.of(duty).load(Ordering::Relaxed)
    }
}

/// Does work that one process does at a time, whenever it is our turn, until `stop` turns true. The work
/// gets a pipeline whose writes are refused once another process took over, and a sign that it is to end.
pub async fn lead<W, F>(
    pipeline: Arc<Pipeline>,
    duty: Duty,
    mut stop: watch::Receiver<bool>,
    work: W,
) where
    W: Fn(Arc<Pipeline>, watch::Receiver<bool>) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    let standing = Standing::of_this_process();
    let mut pause = LOOK_EVERY;
    while !*stop.borrow() {
        match take(&pipeline, duty).await {
            Ok(Some((term, pipeline))) => {
                info!(duty = duty.what(), "this process leads");
                standing.note(duty, true);
                let (ending, ended) = watch::channel(false);
                let job = tokio::spawn(work(pipeline, ended));
                keep(term, duty, &mut stop, ending, job).await;
                standing.note(duty, false);
                pause = LOOK_EVERY;
            }
            Ok(None) => pause = LOOK_EVERY,
            Err(failure) => {
                let failure = format!("{failure:#}");
                warn!(duty = duty.what(), failure, "cannot see who leads");
                pause = (pause * 2).min(PAUSE_MAX);
            }
        }
        tokio::select! {
            () = sleep(pause) => {}
            _ = stop.changed() => {}
        }
    }
}

async fn take(pipeline: &Arc<Pipeline>, duty: Duty) -> Result<Option<(Term, Arc<Pipeline>)>> {
    let pipeline = Arc::clone(pipeline);
    tokio::task::spawn_blocking(move || {
        let Some(term) = pipeline.record.try_lead(duty)? else {
            return Ok(None);
        };
        let led = pipeline.in_term(&term)?;
        Ok(Some((term, led)))
    })
    .await
    .map_err(why_ended)?
}

/// Waits until the work ends, its turn is over, or the program stops; then lets the work finish before the
/// turn is given back.
async fn keep(
    term: Term,
    duty: Duty,
    stop: &mut watch::Receiver<bool>,
    ending: watch::Sender<bool>,
    mut job: tokio::task::JoinHandle<()>,
) {
    let term = Arc::new(term);
    let ended = loop {
        tokio::select! {
            ended = &mut job => break Some(ended),
            () = sleep(LOOK_EVERY) => {
                let asked = Arc::clone(&term);
                let holds = tokio::task::spawn_blocking(move || asked.holds()).await;
                if !holds.unwrap_or(false) {
                    warn!(duty = duty.what(), "this process leads no more: the record ended its session");
                    break None;
                }
            }
            _ = stop.changed() => break None,
        }
    };
    ending.send_replace(true);
    let ended = match ended {
        Some(ended) => ended,
        None => job.await,
    };
    if let Err(failure) = ended {
        let failure = why_ended(failure);
        error!(%failure, duty = duty.what(), "the work of a leader ended");
    }
    // Its connection closes outside the runtime.
    let _ = tokio::task::spawn_blocking(move || drop(term)).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_read_as_they_are_written() {
        for text in ["all", "crawl", "crawl,process", "index", "index,web"] {
            assert_eq!(text.parse::<Roles>().unwrap().to_string(), text);
        }
        assert_eq!(
            "web, crawl".parse::<Roles>().unwrap().to_string(),
            "crawl,web"
        );
        assert_eq!("crawl,process,index,web".parse(), Ok(Roles::default()));
        for text in ["", "webb", "crawl;web"] {
            let refused = text.parse::<Roles>().unwrap_err();
            assert!(refused.contains("crawl, process, index, web"), "{refused}");
        }
    }

    #[test]
    fn a_part_of_the_work_needs_a_shared_record() {
        let part = "crawl".parse::<Roles>().unwrap();
        let mut config = Config::default();
        let refused = part.check(&config).unwrap_err().to_string();
        assert!(refused.contains("data.postgres"), "{refused}");
        assert!(Roles::default().check(&config).is_ok());
        "env:DB".clone_into(&mut config.data.postgres);
        assert!(part.check(&config).is_ok());
    }
}
