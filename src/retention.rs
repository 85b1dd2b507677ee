//! What goes by itself when its time is over, one clock for each kind of data; `docs/PRIVACY.md` lists them.

use anyhow::Result;
use jiff::Timestamp;
use models::domain::day_in_vietnam;

use crate::outgoing;
use crate::pipeline::Pipeline;

/// Mentions taken out in one sweep are at least so many, should so many be due; more wait for the next.
const MENTIONS_AT_ONCE: usize = 5_000;

/// Mentions taken out in one transaction: whoever else writes has a turn in between.
const MENTIONS_A_WRITE: usize = 100;

/// What removals say.
const REASON: &str = "past its time";

/// What one sweep took away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "four counts")]
pub struct Swept {
    /// Mentions, with their words wherever they were shown.
    pub n_mentions: usize,
    /// Messages of the outbox that were taken or given up.
    pub n_messages: usize,
    /// Sessions that were over.
    pub n_sessions: usize,
    /// Numbers of deliveries.
    pub n_deliveries: usize,
}

/// Deletes what is past its time in the record. Captures, of which each process has its own, go by
/// [`Pipeline::expire_captures`].
pub fn sweep(pipeline: &Pipeline, now: Timestamp) -> Result<Swept> {
    let swept = Swept {
        n_mentions: expire_mentions(pipeline, now)?,
        n_messages: outgoing::forget_old(pipeline, now)?,
        n_sessions: pipeline.accounts.forget_sessions(now)?,
        n_deliveries: pipeline.archive.forget_deliveries(now)?,
    };
    if swept != Swept::default() {
        tracing::info!(
            n_mentions = swept.n_mentions,
            n_messages = swept.n_messages,
            n_sessions = swept.n_sessions,
            n_deliveries = swept.n_deliveries,
            "deleted what is past its time"
        );
    }
    Ok(swept)
}

/// Whole days of Vietnam, the oldest first, so that no day stays with half of its mentions; if the program
/// stops within one, the next sweep begins with it.
fn expire_mentions(pipeline: &Pipeline, now: Timestamp) -> Result<usize> {
    let kept = pipeline.city.config.data.mentions_keep.0;
    if kept.is_zero() {
        return Ok(0);
    }
    let oldest_kept = day_in_vietnam(now.saturating_sub(kept)?);
    let Some((mut day, _)) = pipeline.archive.mention_days()? else {
        return Ok(0);
    };
    let mut n_gone = 0;
    while day < oldest_kept && n_gone < MENTIONS_AT_ONCE {
        let old = pipeline.archive.mentions_of_days(day, day)?;
        let ids = old.iter().map(|found| found.mention.id.clone());
        for share in ids.collect::<Vec<_>>().chunks(MENTIONS_A_WRITE) {
            n_gone += pipeline.take_out(share, REASON, now)?;
        }
        day = day.tomorrow()?;
    }
    Ok(n_gone)
}

#[cfg(test)]
mod tests;
