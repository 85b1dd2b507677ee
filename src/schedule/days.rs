//! Days, weeks and months as they become due, and again when what they counted is other than it was.

use std::collections::HashSet;

use anyhow::Result;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use models::domain::{
    DigestScope, FetchState, Period, PeriodKind, Source, SourceId, day_in_vietnam, vietnam_zone,
};
use tracing::{debug_span, info};

use super::visits::{crawled, state_of};
use crate::config::Clock;
use crate::errata::Why;
use crate::pipeline::Pipeline;
use crate::requests;

/// A digest is revised for reports that came late up to so many days after its day.
const REVISE_DAYS: i64 = 7;

/// Brings every day up to date: publishes mornings that are due once their pages are read, revises
/// recent ones when reports came late, and groups the running day so that its concerns can be
/// opened.
pub fn refresh(pipeline: &Pipeline, now: Timestamp) -> Result<()> {
    let Some((first, _)) = pipeline.archive.mention_days()? else {
        return Ok(());
    };
    let states = pipeline.archive.fetch_states()?;
    if !all_visited(pipeline, &states) {
        return Ok(());
    }
    let today = day_in_vietnam(now);
    let last_due = last_due_day(now, pipeline.city.config.schedule.digest_at);
    let published = pipeline.archive.digest_days(&DigestScope::City)?;
    let mut day = first.max(today.saturating_sub(90.days()));
    let mut is_held = is_catching_up(pipeline, &states, now);
    let recent = last_due.saturating_sub(REVISE_DAYS.days());
    let is_urgent = !published.contains(&last_due);
    pipeline.heed_edits(recent, last_due, now, is_urgent)?;
    while day <= today {
        let is_published = published.contains(&day);
        // Days are published in order, since each starts from the evening before.
        let is_next = !is_published && !is_held && day <= last_due;
        if is_next && pipeline.is_waiting_for_pages(day, now)? {
            info!(digest.day = %day, "a digest waits for pages that are not read yet");
            is_held = true;
        }
        if day > last_due {
            pipeline.group(day)?;
        } else if is_held {
            // Its turn comes when the pages were read.
        } else if !is_published {
            let _span = debug_span!("publish", digest.day = %day).entered();
            requests::print(pipeline, day, now)?;
            let done = pipeline.publish_day(day, &Why::default(), now)?;
            info!(digest.day = %day, n_new = done.n_new, "published a day");
        } else if day >= recent {
            revise(pipeline, Period::day(day), now)?;
        }
        day = day.tomorrow()?;
    }
    if !is_held {
        for kind in PeriodKind::LONG {
            refresh_periods(pipeline, kind, first, now)?;
        }
        pipeline.grade(last_due, now)?;
        let foreseen = pipeline.foresee_days(last_due, now)?;
        if foreseen.n_made > 0 {
            info!(
                forecast.day = %last_due,
                n_made = foreseen.n_made,
                n_graded = foreseen.n_graded,
                "foresaw the next days"
            );
        }
    }
    Ok(())
}

/// Publishes the periods of a kind whose hour has come, from the first that the record knows, and
/// revises recent ones.
fn refresh_periods(
    pipeline: &Pipeline,
    kind: PeriodKind,
    first: Date,
    now: Timestamp,
) -> Result<()> {
    let schedule = &pipeline.city.config.schedule;
    let hour = match kind {
        PeriodKind::ReportingMonth => schedule.report_at,
        PeriodKind::Day | PeriodKind::Week | PeriodKind::Month => schedule.digest_at,
    };
    let last_due = Period::last_due(kind, now, hour.time());
    let published = pipeline.archive.periods(&DigestScope::City, kind)?;
    let mut period = Period::of(
        kind,
        first.max(day_in_vietnam(now).saturating_sub(90.days())),
    );
    while period <= last_due {
        let is_recent = period.last() >= last_due.last().saturating_sub(REVISE_DAYS.days());
        if !published.contains(&period) {
            if pipeline.is_waiting_for_pages(period.last(), now)? {
                info!(digest.day = %period.last(), "the digest of a period waits for pages");
                return Ok(());
            }
            let done = pipeline.publish_period(period, &Why::default(), now)?;
            info!(
                digest.period = kind.code(),
                digest.day = %period.last(),
                n_new = done.n_new,
                "published a period"
            );
        } else if is_recent {
            revise(pipeline, period, now)?;
        }
        period = period.next();
    }
    Ok(())
}

/// A digest waits until every source was visited once: half a crawl is no day.
fn all_visited(pipeline: &Pipeline, states: &[(SourceId, FetchState)]) -> bool {
    let visited = states.iter().map(|(id, _)| id).collect::<HashSet<_>>();
    crawled(pipeline).all(|source| visited.contains(&source.id))
}

/// Whether a source gave as much as a visit may take, and more waits there: no day that is not
/// published yet can be whole. As with pages, none is waited for longer than the configuration says.
fn is_catching_up(pipeline: &Pipeline, states: &[(SourceId, FetchState)], now: Timestamp) -> bool {
    let waits_since = now - pipeline.city.config.schedule.pages_wait.0;
    let is_behind = |source: &Source| {
        let since = state_of(states, source).and_then(|state| state.behind_since);
        since.is_some_and(|since| since > waits_since)
    };
    let behind = crawled(pipeline).find(|source| is_behind(source));
    if let Some(source) = behind {
        info!(source.id = %source.id, "digests wait for a source that has more than a visit takes");
    }
    behind.is_some()
}

/// What was published is made again once a morning when its mentions are other than they were: reports
/// that came late, whole texts in the place of what feeds said, tickets in another state, removals; and
/// soon after people edited its concerns or corrected its mentions.
/// Digests whose lines say the same stay as they are; the others say in an erratum what changed.
fn revise(pipeline: &Pipeline, period: Period, now: Timestamp) -> Result<()> {
    let Some(why) = pipeline.changes_of(period, now)? else {
        return Ok(());
    };
    let done = match period.kind() {
        PeriodKind::Day => pipeline.publish_day(period.last(), &why, now)?,
        _ => pipeline.publish_period(period, &why, now)?,
    };
    info!(
        digest.period = period.kind().code(),
        digest.day = %period.last(),
        n_revised = done.n_revised,
        "looked at a published period again"
    );
    Ok(())
}

/// The last day whose morning has come.
pub fn last_due_day(now: Timestamp, digest_at: Clock) -> Date {
    let local = now.to_zoned(vietnam_zone());
    let morning_has_come = (local.hour(), local.minute()) >= (digest_at.hour, digest_at.minute);
    local
        .date()
        .saturating_sub(if morning_has_come { 1.day() } else { 2.days() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_due_on_the_next_morning_in_vietnam() {
        let digest_at = Clock {
            hour: 5,
            minute: 30,
        };
        let due = |moment: &str| last_due_day(moment.parse().unwrap(), digest_at).to_string();
        assert_eq!(
            due("2026-11-12T22:29:00Z"),
            "2026-11-11",
            "05:29 on the 13th in Vietnam"
        );
        assert_eq!(
            due("2026-11-12T22:30:00Z"),
            "2026-11-12",
            "05:30 on the 13th in Vietnam"
        );
    }
}
