//! Indicators whose values stand at an address: read once an hour, each alone, so that one that is broken
//! stops no other.

use std::sync::Arc;
use std::time::Duration;

use models::domain::{Indicator, IndicatorSource};
use tokio::sync::watch;
use tracing::{error, info};

use crate::clock;
use crate::panics::caught_in;
use crate::pipeline::Pipeline;

/// How often addresses are read.
const FETCH_EVERY: Duration = Duration::from_hours(1);

/// Reads the addresses of indicators until `stop` turns true; there is nothing to do where none has one.
pub async fn keep_fetching(pipeline: Arc<Pipeline>, mut stop: watch::Receiver<bool>) {
    let has_address =
        |indicator: &&Indicator| matches!(indicator.source, IndicatorSource::Address(_));
    let fetched = pipeline.city.indicators.iter().filter(has_address).cloned();
    let fetched = fetched.collect::<Vec<_>>();
    if fetched.is_empty() {
        return;
    }
    while !*stop.borrow() {
        for indicator in &fetched {
            match caught_in(pipeline.fetch_values(indicator, clock::now())).await {
                Ok(done) => info!(
                    indicator.id = %indicator.id,
                    n_new = done.n_new,
                    n_revised = done.n_revised,
                    "read the values of an indicator"
                ),
                Err(failure) => error!(
                    indicator.id = %indicator.id,
                    failure = format!("{failure:#}"),
                    "cannot read the values of an indicator"
                ),
            }
            if *stop.borrow() {
                return;
            }
        }
        tokio::select! {
            () = tokio::time::sleep(FETCH_EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}
