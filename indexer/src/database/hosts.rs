//! What is remembered of hosts, so that politeness outlives a restart.

use std::time::Duration;

use crate::sql::{Connection, Result as Sql, Row, params};
use jiff::Timestamp;
use models::domain::{HealthStatus, HostMemory, HostState, RobotsFound, RobotsMemory};

use super::fault::Fault;
use super::rows::{at_most, code, micros, moment, number, optional_moment};

pub(super) fn remember(tx: &Connection, memory: &HostMemory) -> Result<(), Fault> {
    for (host, state) in &memory.hosts {
        tx.prepare_cached(
            "INSERT INTO host_memory (host, next_at, asked_to_slow_down, last_took, crawl_delay,
                                      n_failures, used_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (host) DO UPDATE SET next_at = excluded.next_at,
                 asked_to_slow_down = excluded.asked_to_slow_down,
                 last_took = excluded.last_took, crawl_delay = excluded.crawl_delay,
                 n_failures = excluded.n_failures, used_at = excluded.used_at",
        )?
        .execute(params![
            host,
            micros(state.next_at),
            state.asked_to_slow_down,
            length(state.last_took),
            state.crawl_delay.map(length),
            state.n_failures,
            micros(state.used_at),
        ])?;
    }
    for robots in &memory.robots {
        let (rules, status, reason) = match &robots.found {
            RobotsFound::Rules(text) => (Some(text), None, None),
            RobotsFound::Trouble { status, reason } => (None, Some(status.code()), Some(reason)),
        };
        tx.prepare_cached(
            "INSERT INTO robots_memory (origin, read_at, until, rules, status, reason)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (origin) DO UPDATE SET read_at = excluded.read_at,
                 until = excluded.until, rules = excluded.rules, status = excluded.status,
                 reason = excluded.reason",
        )?
        .execute(params![
            robots.origin,
            robots.read_at.as_microsecond(),
            robots.until.as_microsecond(),
            rules,
            status,
            reason,
        ])?;
    }
    Ok(())
}

pub(super) fn memory(db: &Connection, limit: usize) -> Result<HostMemory, Fault> {
    let mut hosts = db.prepare_cached(
        "SELECT host, next_at, asked_to_slow_down, last_took, crawl_delay, n_failures, used_at
         FROM host_memory ORDER BY used_at DESC NULLS LAST LIMIT ?1",
    )?;
    let hosts = hosts.query_map([at_most(limit)], state)?;
    let mut robots = db.prepare_cached(
        "SELECT origin, read_at, until, rules, status, reason
         FROM robots_memory ORDER BY read_at DESC LIMIT ?1",
    )?;
    let robots = robots.query_map([at_most(limit)], robots_memory)?;
    Ok(HostMemory {
        hosts: hosts.collect::<Sql<_>>()?,
        robots: robots.collect::<Sql<_>>()?,
    })
}

/// Forgets hosts and robots.txt files that were not used since a moment.
pub(super) fn forget(tx: &Connection, before: Timestamp) -> Result<(), Fault> {
    let before = before.as_microsecond();
    tx.execute("DELETE FROM host_memory WHERE used_at < ?1", [before])?;
    tx.execute("DELETE FROM robots_memory WHERE read_at < ?1", [before])?;
    Ok(())
}

fn state(row: &Row<'_>) -> Sql<(String, HostState)> {
    let crawl_delay: Option<i64> = row.get(4)?;
    let state = HostState {
        next_at: optional_moment(row, 1)?,
        asked_to_slow_down: row.get(2)?,
        last_took: Duration::from_micros(number(row.get(3)?)),
        crawl_delay: crawl_delay.map(|delay| Duration::from_micros(number(delay))),
        n_failures: row.get(5)?,
        used_at: optional_moment(row, 6)?,
    };
    Ok((row.get(0)?, state))
}

fn robots_memory(row: &Row<'_>) -> Sql<RobotsMemory> {
    let rules: Option<String> = row.get(3)?;
    let found = match rules {
        Some(text) => RobotsFound::Rules(text),
        None => RobotsFound::Trouble {
            status: code(row, 4, "health status", HealthStatus::from_code)?,
            reason: row.get(5)?,
        },
    };
    Ok(RobotsMemory {
        origin: row.get(0)?,
        found,
        read_at: moment(row, 1)?,
        until: moment(row, 2)?,
    })
}

fn length(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
