//! What the record says of how things go.

use anyhow::Result;
use indexer::archive::Counts;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use models::domain::{DigestScope, vietnam_zone};
use prometheus_client::registry::Registry;

use super::Labels;
use super::process::{Gauges, gauge};
use crate::config::Clock;
use crate::pipeline::Pipeline;
use crate::schedule::last_due_day;

/// Asks the record and writes down what it says.
pub(super) fn register(registry: &mut Registry, pipeline: &Pipeline, now: Timestamp) -> Result<()> {
    version(registry);
    sources(registry, pipeline, now)?;
    queue(registry, pipeline, now)?;
    outbox(registry, pipeline)?;
    digests(registry, pipeline, now)?;
    record(registry, pipeline)?;
    Ok(())
}

fn version(registry: &mut Registry) {
    let build = Gauges::default();
    let version = env!("CARGO_PKG_VERSION").to_owned();
    build.get_or_create(&vec![("version", version)]).set(1.0);
    registry.register("build_info", "Version of the program", build);
}

fn sources(registry: &mut Registry, pipeline: &Pipeline, now: Timestamp) -> Result<()> {
    let (seen, said, healthy) = (Gauges::default(), Gauges::default(), Gauges::default());
    let known = pipeline.archive.latest_health()?;
    let listened = pipeline.city.sources.iter();
    for source in listened.filter(|source| source.disabled.is_none()) {
        let Some(health) = known.iter().find(|health| health.source == source.id) else {
            continue;
        };
        let labels = vec![("source", source.id.to_string())];
        seen.get_or_create(&labels)
            .set(seconds(now.duration_since(health.observed_at)));
        if let Some(newest) = health.newest_entry_at {
            said.get_or_create(&labels)
                .set(seconds(now.duration_since(newest)));
        }
        let is_healthy = if health.status.is_healthy() { 1.0 } else { 0.0 };
        healthy.get_or_create(&labels).set(is_healthy);
    }
    registry.register(
        "source_crawl_age_seconds",
        "Time since a source was last asked, or last delivered",
        seen,
    );
    registry.register(
        "source_newest_entry_age_seconds",
        "Age of the newest entry of a source",
        said,
    );
    registry.register(
        "source_healthy",
        "Whether the last visit found a source in order, 0 or 1",
        healthy,
    );
    let n_off = pipeline.city.sources.iter();
    let n_off = n_off.filter(|source| source.disabled.is_some()).count();
    gauge(
        registry,
        "sources_disabled",
        "Sources switched off in the configuration",
        n_off as f64,
    );
    Ok(())
}

fn queue(registry: &mut Registry, pipeline: &Pipeline, now: Timestamp) -> Result<()> {
    let counts = pipeline.queue.queue_counts()?;
    gauge(
        registry,
        "queue_pages_waiting",
        "Pages found and not read yet",
        counts.n_waiting as f64,
    );
    gauge(
        registry,
        "queue_pages_given_up",
        "Pages given up and not forgotten yet",
        counts.n_given_up as f64,
    );
    let ready = pipeline.queue.next_ready_at()?;
    let lag = ready.map_or(0.0, |at| seconds(now.duration_since(at)));
    gauge(
        registry,
        "queue_lag_seconds",
        "How long the next page has been ready to be read",
        lag,
    );
    let lag = pipeline.search.lag(&*pipeline.archive)?;
    gauge(
        registry,
        "index_lag_writes",
        "Writes by which the search index is behind the record",
        lag as f64,
    );
    let indexed = pipeline.search.n_mentions()?;
    gauge(
        registry,
        "index_mentions",
        "Mentions that can be found",
        indexed as f64,
    );
    Ok(())
}

/// By the way they go, not by who gets them.
fn outbox(registry: &mut Registry, pipeline: &Pipeline) -> Result<()> {
    let messages = Gauges::default();
    for way in ["mail", "webhook"] {
        for state in ["waiting", "dead"] {
            messages.get_or_create(&labels_of(way, state)).set(0.0);
        }
    }
    for (endpoint, state, n) in pipeline.outbox.message_counts()? {
        let way = match endpoint.split_once(':') {
            Some((way, _)) => way,
            None => "webhook",
        };
        messages
            .get_or_create(&labels_of(way, state.code()))
            .inc_by(n as f64);
    }
    registry.register(
        "outbox_messages",
        "Messages to others, by way and state",
        messages,
    );
    Ok(())
}

fn labels_of(way: &str, state: &str) -> Labels {
    vec![("way", way.to_owned()), ("state", state.to_owned())]
}

fn digests(registry: &mut Registry, pipeline: &Pipeline, now: Timestamp) -> Result<()> {
    let published = pipeline.archive.digest_days(&DigestScope::City)?;
    let digest_at = pipeline.city.config.schedule.digest_at;
    let first = pipeline.archive.mention_days()?.map(|(first, _)| first);
    let due = last_due_day(now, digest_at);
    let is_owed = first.is_some_and(|first| first <= due) && !published.contains(&due);
    let lateness = if is_owed {
        lateness(due, digest_at, now)?
    } else {
        0.0
    };
    gauge(
        registry,
        "digest_lateness_seconds",
        "How late the digest of the last day is, 0 when it is there",
        lateness,
    );
    gauge(
        registry,
        "digest_days",
        "Days with a digest of the city",
        published.len() as f64,
    );
    Ok(())
}

/// Time since the hour at which the digest of a day was due.
fn lateness(day: Date, digest_at: Clock, now: Timestamp) -> Result<f64> {
    let morning = day.tomorrow()?.to_datetime(digest_at.time());
    let due = morning.to_zoned(vietnam_zone())?.timestamp();
    Ok(seconds(now.duration_since(due)))
}

fn record(registry: &mut Registry, pipeline: &Pipeline) -> Result<()> {
    let Counts {
        n_mentions,
        n_tickets,
        n_removed,
        n_captures,
        n_sources,
        n_concerns,
        n_digests,
        n_signals,
        n_corrections,
        n_open_requests,
        database_bytes,
    } = pipeline.archive.counts()?;
    let rows = Gauges::default();
    for (table, n) in [
        ("mentions", n_mentions),
        ("tickets", n_tickets),
        ("removals", n_removed),
        ("captures", n_captures),
        ("fetch_states", n_sources),
        ("concerns", n_concerns),
        ("digests", n_digests),
        ("signals", n_signals),
        ("corrections", n_corrections),
        ("open_requests", n_open_requests),
    ] {
        rows.get_or_create(&vec![("table", table.to_owned())])
            .set(n as f64);
    }
    registry.register("record_rows", "Rows of the record", rows);
    gauge(
        registry,
        "record_size_bytes",
        "Size of the record",
        database_bytes as f64,
    );
    Ok(())
}

/// Never negative: what is in the future is no delay.
fn seconds(span: SignedDuration) -> f64 {
    span.as_secs_f64().max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_late_from_its_hour_on() {
        let at = Clock {
            hour: 5,
            minute: 30,
        };
        let late = |now: &str| {
            let day = "2026-11-12".parse().unwrap();
            lateness(day, at, now.parse().unwrap()).unwrap()
        };
        assert!(
            (late("2026-11-12T22:30:00Z") - 0.0).abs() < 1e-9,
            "05:30 of the next day"
        );
        assert!((late("2026-11-12T23:00:00Z") - 1_800.0).abs() < 1e-9);
    }
}
