//! Work that is done again and again until the program stops.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::sleep;
use tracing::{Span, error};

use crate::pipeline::Pipeline;

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
        error!(%failure, "a thread of the schedule ended");
    }
}

/// One step of a round. A failure, or a panic, is logged, and the rounds go on.
pub(super) fn step(span: &Span, complaint: &'static str, work: impl FnOnce() -> Result<()>) {
    match catch_unwind(AssertUnwindSafe(|| span.in_scope(work))) {
        Ok(Ok(())) => {}
        Ok(Err(failure)) => error!(failure = format!("{failure:#}"), "{complaint}"),
        Err(panic) => error!(panic = words(&*panic), "{complaint}"),
    }
}

/// What a panic said.
fn words(panic: &(dyn Any + Send)) -> &str {
    let fixed = panic.downcast_ref::<&str>().copied();
    let made = panic.downcast_ref::<String>().map(String::as_str);
    fixed.or(made).unwrap_or("no words")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_fails_or_panics_ends_nothing() {
        let span = Span::none();
        step(&span, "it failed", || anyhow::bail!("no"));
        step(&span, "it panicked", || panic!("no, {}", 1));
        let panic = catch_unwind(|| panic!("so {}", "it is")).unwrap_err();
        assert_eq!(words(&*panic), "so it is");
        let panic = catch_unwind(|| panic!("fixed")).unwrap_err();
        assert_eq!(words(&*panic), "fixed");
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
