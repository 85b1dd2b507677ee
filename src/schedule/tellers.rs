//! Those who tell others: other systems, who gets the digest by mail, who is to know of something, units that
//! are asked to explain. Each works off what waits for it, again and again.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::sync::watch;
use tokio::task::block_in_place;
use tracing::{Instrument, debug_span};

use super::rounds::{is_over, pause};
use crate::chore::Chore;
use crate::clock;
use crate::mail::{self, Postman};
use crate::notices::Herald;
use crate::outgoing::{self, Courier};
use crate::panics::{Ended, caught_in};
use crate::pipeline::Pipeline;
use crate::requests::Messenger;

/// Who works off a part of the outbox.
pub(super) trait Teller: Send + Sized + 'static {
    /// How often it is looked whether something waits.
    const EVERY: Duration;
    /// What is logged when a round fails.
    const COMPLAINT: &'static str;

    /// Whether anybody is to be told at all.
    fn is_needed(_: &Pipeline) -> bool {
        true
    }

    /// Clears up after a stop and begins.
    fn begin(pipeline: &Arc<Pipeline>) -> Result<Self>;

    /// Tells what waits now.
    fn tell(&mut self, pipeline: &Pipeline) -> impl Future<Output = Result<()>> + Send;
}

/// Lets one tell until `stop` turns true. A round that failed is logged, and the next one follows.
pub(super) async fn keep_telling<T: Teller>(
    pipeline: Arc<Pipeline>,
    mut stop: watch::Receiver<bool>,
) {
    if !T::is_needed(&pipeline) {
        return;
    }
    let mut teller = None::<T>;
    let mut chore = Chore::new(T::COMPLAINT);
    while !is_over(&stop) {
        let span = debug_span!("tell", who = std::any::type_name::<T>());
        let told = caught_in(tell(&mut teller, &pipeline).instrument(span)).await;
        chore.heed(&told);
        // What was in hand is in an unknown state, as after a stop.
        if told.is_err_and(|failure| failure.is::<Ended>()) {
            teller = None;
        }
        pause(T::EVERY, &mut stop).await;
    }
}

/// One round of who tells; it begins as soon as the record lets it.
async fn tell<T: Teller>(teller: &mut Option<T>, pipeline: &Arc<Pipeline>) -> Result<()> {
    let teller = match teller {
        Some(teller) => teller,
        none => none.insert(block_in_place(|| T::begin(pipeline))?),
    };
    teller.tell(pipeline).await
}

impl Teller for Courier {
    const EVERY: Duration = Duration::from_secs(2);
    const COMPLAINT: &'static str = "the outbox cannot be worked off";

    fn is_needed(pipeline: &Pipeline) -> bool {
        outgoing::told(pipeline).next().is_some()
    }

    fn begin(pipeline: &Arc<Pipeline>) -> Result<Self> {
        Self::new(pipeline)
    }

    async fn tell(&mut self, pipeline: &Pipeline) -> Result<()> {
        self.round(pipeline).await.map(|_| ())
    }
}

impl Teller for Postman {
    const EVERY: Duration = Duration::from_secs(10);
    const COMPLAINT: &'static str = "the mail cannot be worked off";

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
}

impl Teller for Herald {
    const EVERY: Duration = Duration::from_secs(3);
    const COMPLAINT: &'static str = "notices cannot be worked off";

    fn begin(pipeline: &Arc<Pipeline>) -> Result<Self> {
        Self::after_a_stop(pipeline, clock::now())?;
        Self::new(pipeline)
    }

    async fn tell(&mut self, pipeline: &Pipeline) -> Result<()> {
        self.round(pipeline).await.map(|_| ())
    }
}

impl Teller for Messenger {
    const EVERY: Duration = Duration::from_secs(3);
    const COMPLAINT: &'static str = "units that are asked to explain cannot be told";

    fn begin(pipeline: &Arc<Pipeline>) -> Result<Self> {
        Self::new(pipeline)
    }

    async fn tell(&mut self, pipeline: &Pipeline) -> Result<()> {
        block_in_place(|| self.turn(pipeline))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use jiff::civil::date;
    use tokio::time::timeout;

    use super::*;
    use crate::city::City;
    use crate::config::Config;
    use crate::store::Store;

    static N_BEGUN: AtomicUsize = AtomicUsize::new(0);
    static N_TOLD: AtomicUsize = AtomicUsize::new(0);

    /// Cannot begin twice, then panics once, then cannot tell once.
    struct Unlucky;

    impl Teller for Unlucky {
        const EVERY: Duration = Duration::from_millis(1);
        const COMPLAINT: &'static str = "the unlucky one cannot tell";

        fn begin(_: &Arc<Pipeline>) -> Result<Self> {
            let n = N_BEGUN.fetch_add(1, Ordering::Relaxed);
            anyhow::ensure!(n >= 2, "the record is elsewhere");
            Ok(Self)
        }

        async fn tell(&mut self, _: &Pipeline) -> Result<()> {
            match N_TOLD.fetch_add(1, Ordering::Relaxed) {
                0 => panic!("unlucky"),
                1 => anyhow::bail!("the record went away"),
                _ => Ok(()),
            }
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn who_cannot_begin_or_panics_begins_again() {
        let folder = tempfile::tempdir().unwrap();
        let city = City::load(Config::default(), date(2026, 11, 21)).unwrap();
        let store = Store::open(folder.path()).unwrap();
        let pipeline = Arc::new(Pipeline::open(Arc::new(city), store).unwrap());
        let (stopping, stop) = watch::channel(false);
        let telling = tokio::spawn(keep_telling::<Unlucky>(pipeline, stop));
        let told = async {
            while N_TOLD.load(Ordering::Relaxed) < 5 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        timeout(Duration::from_mins(1), told).await.unwrap();
        stopping.send_replace(true);
        telling.await.unwrap();
        // Twice in vain, once, and again after the panic; a failed round is no reason to begin anew.
        assert_eq!(N_BEGUN.load(Ordering::Relaxed), 4);
    }
}
