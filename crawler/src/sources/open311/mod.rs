//! Open311 GeoReport v2, read as a client: discovery, services, and requests by window of time and
//! page.
//!
//! The protocol filters by when a request was made, not by when it changed. So each visit reads what
//! was made since the last one; then what changed since, from servers that can say so (the CitySDK
//! extension `updated_after`); and it sweeps over the weeks before, for tickets that were taken up,
//! closed, reopened or rated at servers that cannot.

mod client;
mod progress;
mod records;
mod ticket;

use jiff::{SignedDuration, Timestamp};
use models::domain::{HealthStatus, Open311};
use url::Url;

use super::rhythm::Rhythm;
use super::secret;
use crate::collect::{Outcome, Visit};
use crate::fetch::politeness::{PollCues, entries_per_day};
use client::{Client, Span};
use progress::Progress;

pub(crate) async fn visit(visit: &mut Visit<'_>, base: &Url, how: &Open311) -> Outcome {
    let key = match how.key.as_ref().map(secret::look_up).transpose() {
        Ok(key) => key,
        Err(reason) => {
            let detail = format!("the api key of the Open311 server is missing: {reason}");
            return Outcome::wrong(HealthStatus::Unreachable, detail);
        }
    };
    let mut client = Client::new(base, how.jurisdiction.clone(), key);
    if let Err(failure) = client.begin(visit).await {
        return failure;
    }
    let mut progress = Progress::from_state(visit);
    let mut times = Vec::new();
    let ended = read(visit, &mut client, &mut progress, &mut times).await;
    visit.state.cursor = Some(progress.to_cursor());
    visit.state.entries_per_day =
        entries_per_day(&times, visit.now).or(visit.state.entries_per_day);
    match ended {
        Err(outcome) if client.n_pages == 0 => outcome,
        Err(outcome) => partly(visit, outcome),
        Ok(has_more) => whole(visit, progress, &times, has_more),
    }
}

/// Some pages came before the server failed: they are kept, and the cursor says where to go on.
fn partly(visit: &mut Visit<'_>, outcome: Outcome) -> Outcome {
    visit.complain(&visit.source.id.to_string(), &outcome.detail);
    outcome
}

fn whole(visit: &Visit<'_>, progress: Progress, times: &[Timestamp], has_more: bool) -> Outcome {
    let rhythm = Rhythm {
        newest: progress.newest,
        ..Rhythm::of(times)
    };
    let (status, detail) = match progress.newest {
        Some(_) => rhythm.judge(&visit.state, visit.now),
        None => (HealthStatus::Empty, "no requests yet".to_owned()),
    };
    let detail = format!(
        "{} tickets read, {} new, {detail}",
        visit.n_mentions(),
        visit.n_new
    );
    let cues = PollCues {
        has_more,
        ..PollCues::default()
    };
    Outcome {
        newest_entry_at: progress.newest,
        cues,
        ..Outcome::well(status, detail)
    }
}

/// Reads what is new, what changed, then sweeps; `true` when the visit may take no more.
async fn read(
    visit: &mut Visit<'_>,
    client: &mut Client,
    progress: &mut Progress,
    times: &mut Vec<Timestamp>,
) -> Result<bool, Outcome> {
    let now = visit.now;
    let was_backfilling = now.duration_since(progress.covered) > SignedDuration::from_hours(48);
    // Requests may be entered late or with a clock that is behind.
    let new = Span::with_slack(progress.covered, now);
    let is_done = client
        .read_span(visit, new, times, &mut progress.covered)
        .await?;
    progress.newest = progress.newest.max(times.iter().max().copied());
    if !is_done {
        return Ok(true);
    }
    // What was just read is as it is now: there is nothing to catch up with.
    if was_backfilling {
        progress.updated = progress.updated.map(|_| now);
        return Ok(false);
    }
    progress.updated = client.read_updates(visit, progress.updated, times).await?;
    for span in progress.slices(visit) {
        if !client
            .read_span(visit, span, times, &mut progress.swept)
            .await?
        {
            return Ok(false);
        }
    }
    Ok(false)
}
