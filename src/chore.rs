//! Work that may fail every time it is done, and what is said of it.

use std::time::{Duration, Instant};

use anyhow::Result;
use tracing::{Span, error, info};

use crate::panics::caught;

/// How often it is said that something goes on failing as it did.
const SAID_EVERY: Duration = Duration::from_mins(1);

/// Something that is done every round. Its failures end nothing and are logged: the first, each that is
/// another than the last, and once a minute while the same goes on; then that it works again.
pub(crate) struct Chore {
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
    pub(crate) fn new(complaint: &'static str) -> Self {
        Self {
            complaint,
            failing: None,
        }
    }

    /// Does it once, where it may block.
    pub(crate) fn take(&mut self, span: &Span, work: impl FnOnce() -> Result<()>) {
        self.heed(&caught(|| span.in_scope(work)));
    }

    /// Says what is to be said of a round that ended so.
    pub(crate) fn heed(&mut self, ended: &Result<()>) {
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
}
