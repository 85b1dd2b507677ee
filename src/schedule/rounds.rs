//! Work that is done again and again until the program stops.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::sleep;
use tracing::error;

use crate::panics::why_ended;
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
        error!(failure = %why_ended(failure), "a thread of the schedule ended");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
