//! What the service manager is told: that we are ready, that we still live, that we stop (sd_notify(3)).
//! Where no manager listens, nothing happens.

use std::sync::Arc;
use std::time::Duration;

use sd_notify::NotifyState;
use tokio::sync::watch;
use tracing::{error, warn};

use crate::panics::why_ended;
use crate::pipeline::Pipeline;

/// Says that pages are open, and from then on, while the record answers, that we live.
pub fn start(pipeline: &Arc<Pipeline>, stop: watch::Receiver<bool>) {
    say(&[NotifyState::Ready]);
    if let Some(every) = sd_notify::watchdog_enabled() {
        tokio::spawn(live(Arc::clone(pipeline), every / 2, stop));
    }
}

/// Says that what is under way is being finished.
pub fn stopping() {
    say(&[NotifyState::Stopping]);
}

/// A program whose threads are all stuck, or whose record does not answer, falls silent here; its manager
/// then starts it anew.
async fn live(pipeline: Arc<Pipeline>, every: Duration, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let asked = Arc::clone(&pipeline);
        let answer = tokio::task::spawn_blocking(move || asked.archive.latest_seq());
        match tokio::time::timeout(every, answer).await {
            // A database elsewhere that is gone is come back to; starting anew would not help.
            Ok(Ok(Ok(_) | Err(indexer::Error::Unreachable { .. }))) => {
                say(&[NotifyState::Watchdog]);
            }
            Ok(Ok(Err(failure))) => error!(%failure, "the record does not answer the watchdog"),
            Ok(Err(failure)) => {
                error!(failure = %why_ended(failure), "the watchdog's question failed");
            }
            Err(_) => error!("the record takes too long to answer the watchdog"),
        }
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            _ = stop.changed() => {}
        }
    }
}

fn say(state: &[NotifyState<'_>]) {
    if let Err(failure) = sd_notify::notify(state) {
        warn!(%failure, "the service manager cannot be told");
    }
}
