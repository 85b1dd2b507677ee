//! Those who tell others: other systems, who gets the digest by mail, who is to know of something. Each works
//! off what waits for it, again and again.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::sync::watch;
use tracing::{Instrument, Span, debug_span, error};

use super::rounds::{is_over, pause};
use crate::clock;
use crate::mail::{self, Postman};
use crate::notices::Herald;
use crate::outgoing::{self, Courier};
use crate::pipeline::Pipeline;

/// Who works off a part of the outbox.
pub(super) trait Teller: Send + Sized + 'static {
    /// How often it is looked whether something waits.
    const EVERY: Duration;
    /// What is logged when it cannot begin.
    const CANNOT_BEGIN: &'static str;
    /// What is logged when a round fails.
    const CANNOT_GO_ON: &'static str;

    /// Whether anybody is to be told at all.
    fn is_needed(pipeline: &Pipeline) -> bool;

    /// Clears up after a stop and begins.
    fn begin(pipeline: &Arc<Pipeline>) -> Result<Self>;

    /// Tells what waits now.
    fn tell(&mut self, pipeline: &Pipeline) -> impl Future<Output = Result<()>> + Send;

    /// What a round is called in logs and traces.
    fn span() -> Span;
}

/// Lets one tell until `stop` turns true. A round that failed is logged, and the next one follows.
pub(super) async fn keep_telling<T: Teller>(
    pipeline: Arc<Pipeline>,
    mut stop: watch::Receiver<bool>,
) {
    if !T::is_needed(&pipeline) {
        return;
    }
    let mut teller = match T::begin(&pipeline) {
        Ok(teller) => teller,
        Err(failure) => {
            error!(failure = format!("{failure:#}"), "{}", T::CANNOT_BEGIN);
            return;
        }
    };
    while !is_over(&stop) {
        if let Err(failure) = teller.tell(&pipeline).instrument(T::span()).await {
            error!(failure = format!("{failure:#}"), "{}", T::CANNOT_GO_ON);
        }
        pause(T::EVERY, &mut stop).await;
    }
}

impl Teller for Courier {
    const EVERY: Duration = Duration::from_secs(2);
    const CANNOT_BEGIN: &'static str = "nobody can be told what is published";
    const CANNOT_GO_ON: &'static str = "the outbox cannot be worked off";

    fn is_needed(pipeline: &Pipeline) -> bool {
        outgoing::told(pipeline).next().is_some()
    }

    fn begin(pipeline: &Arc<Pipeline>) -> Result<Self> {
        Self::new(pipeline)
    }

    async fn tell(&mut self, pipeline: &Pipeline) -> Result<()> {
        self.round(pipeline).await.map(|_| ())
    }

    fn span() -> Span {
        debug_span!("tell")
    }
}

impl Teller for Postman {
    const EVERY: Duration = Duration::from_secs(10);
    const CANNOT_BEGIN: &'static str = "no mail can be sent";
    const CANNOT_GO_ON: &'static str = "the mail cannot be worked off";

    fn is_needed(pipeline: &Pipeline) -> bool {
        mail::told(pipeline).next().is_some()
    }

    fn begin(pipeline: &Arc<Pipeline>) -> Result<Self> {
        Self::after_a_stop(pipeline, clock::now())?;
        Self::new(pipeline)
    }

    async fn tell(&mut self, pipeline: &Pipeline) -> Result<()> {
        self.round(pipeline).await.map(|_| ())
    }

    fn span() -> Span {
        debug_span!("mail")
    }
}

impl Teller for Herald {
    const EVERY: Duration = Duration::from_secs(3);
    const CANNOT_BEGIN: &'static str = "nobody can be told anything";
    const CANNOT_GO_ON: &'static str = "notices cannot be worked off";

    fn is_needed(_: &Pipeline) -> bool {
        true
    }

    fn begin(pipeline: &Arc<Pipeline>) -> Result<Self> {
        Self::after_a_stop(pipeline, clock::now())?;
        Self::new(pipeline)
    }

    async fn tell(&mut self, pipeline: &Pipeline) -> Result<()> {
        self.round(pipeline).await.map(|_| ())
    }

    fn span() -> Span {
        debug_span!("notify")
    }
}
