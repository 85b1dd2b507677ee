//! Work that is done again and again until the program stops.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::sleep;
use tracing::{Span, error, info};

use crate::panics::{caught, why_ended};
use crate::pipeline::Pipeline;

/// How often it is said that something goes on failing as it did.
const SAID_EVERY: Duration = Duration::from_mins(1);

/// Waits until `stop` turns true, or for the time given.
pub(super) async fn pause(every: Duration, stop: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = sleep(every) => {}
        // An error says that whoever could stop us is gone, and `is_over` that we stop.
        _ = stop.wait_for(|stopping| *stopping) => {}
    }
}

/// Whether no further round is to begin.
pub(super) fn is_over(stop: &watch::Receiver<bool>) -> bool {
    *stop.borrow() || stop.has_changed().is_err()
}

/// Does a round of blocking work every so often, each on the same thread, so that one heap has what a round
/// takes. That alone did not keep memory level (`docs/adr/029`).
pub(super) async fn on_one_thread(
    pipeline: Arc<Pipeline>,
    every: Duration,
    mut stop: watch::Receiver<bool>,
    mut round: impl FnMut(&Pipeline) + Send + 'static,
) {
    let rounds = tokio::task::spawn_blocking(move || {
        let runtime = Handle::current();
        while !is_over(&stop) {
            round(&pipeline);
            runtime.block_on(pause(every, &mut stop));
        }
    });
    if let Err(failure) = rounds.await {
        error!(failure = %why_ended(failure), "a thread of the schedule ended");
    }
}

/// Something that is done every round. Its failures end nothing and are logged: the first, each that is
/// another than the last, and once a minute while the same goes on; then that it works again.
pub(super) struct Chore {
    complaint: &'static str,
    failing: Option<Failing>,
}

struct Failing {
    why: String,
    said_at: Instant,
    n_rounds: u64,
}

/// What is to be said after a round.
#[derive(Debug, PartialEq, Eq)]
enum Saying {
    Nothing,
    Fails { n_rounds: u64 },
    WorksAgain { n_rounds: u64 },
}

impl Chore {
    /// One, and what is said when it fails.
    pub(super) fn new(complaint: &'static str) -> Self {
        Self {
            complaint,
            failing: None,
        }
    }

    /// Does it once, where it may block.
    pub(super) fn take(&mut self, span: &Span, work: impl FnOnce() -> Result<()>) {
        self.heed(&caught(|| span.in_scope(work)));
    }

    /// Says what is to be said of a round that ended so.
    pub(super) fn heed(&mut self, ended: &Result<()>) {
        let why = ended.as_ref().err().map(|failure| format!("{failure:#}"));
        let complaint = self.complaint;
        match self.after(why.as_deref(), Instant::now()) {
            Saying::Nothing => {}
            Saying::Fails { n_rounds } => {
                error!(failure = why.unwrap_or_default(), n_rounds, "{complaint}");
            }
            Saying::WorksAgain { n_rounds } => {
                info!(n_rounds, "works again after this: {complaint}");
            }
        }
    }

    fn after(&mut self, why: Option<&str>, now: Instant) -> Saying {
        let n_before = self.failing.as_ref().map_or(0, |failing| failing.n_rounds);
        let Some(why) = why else {
            self.failing = None;
            return match n_before {
                0 => Saying::Nothing,
                n_rounds => Saying::WorksAgain { n_rounds },
            };
        };
        let n_rounds = n_before + 1;
        let is_known = |last: &Failing| last.why == why && now - last.said_at < SAID_EVERY;
        if let Some(last) = &mut self.failing
            && is_known(last)
        {
            last.n_rounds = n_rounds;
            return Saying::Nothing;
        }
        self.failing = Some(Failing {
            why: why.to_owned(),
            said_at: now,
            n_rounds,
        });
        Saying::Fails { n_rounds }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chore_that_fails_or_panics_ends_nothing() {
        let span = Span::none();
        let mut chore = Chore::new("it failed");
        chore.take(&span, || anyhow::bail!("no"));
        chore.take(&span, || panic!("no, {}", 1));
        let rounds = chore.failing.as_ref().map(|failing| failing.n_rounds);
        assert_eq!(rounds, Some(2));
        chore.take(&span, || Ok(()));
        assert!(chore.failing.is_none());
    }

    #[test]
    fn what_goes_on_failing_is_said_once_a_minute() {
        let mut chore = Chore::new("it failed");
        let begun = Instant::now();
        let mut after = |seconds, why| chore.after(why, begun + Duration::from_secs(seconds));
        assert_eq!(after(0, None), Saying::Nothing);
        assert_eq!(after(1, Some("gone")), Saying::Fails { n_rounds: 1 });
        for second in 2..61 {
            assert_eq!(after(second, Some("gone")), Saying::Nothing);
        }
        assert_eq!(after(61, Some("gone")), Saying::Fails { n_rounds: 61 });
        assert_eq!(after(62, Some("full")), Saying::Fails { n_rounds: 62 });
        assert_eq!(after(63, None), Saying::WorksAgain { n_rounds: 62 });
        assert_eq!(after(64, None), Saying::Nothing);
        assert_eq!(after(65, Some("full")), Saying::Fails { n_rounds: 1 });
    }

    #[tokio::test]
    async fn rounds_are_over_when_told_so_or_when_nobody_can_tell() {
        let (stopping, mut stop) = watch::channel(false);
        assert!(!is_over(&stop));
        stopping.send_replace(true);
        pause(Duration::from_hours(1), &mut stop).await;
        assert!(is_over(&stop));
        let (stopping, mut stop) = watch::channel(false);
        drop(stopping);
        pause(Duration::from_hours(1), &mut stop).await;
        assert!(is_over(&stop));
    }
}
