//! Reading one page of the queue: the article behind an entry of a feed or sitemap.
//!
//! What the listing said of the page was recorded when the page was found; reading it completes
//! that mention under the same id. A page that cannot be had says when it is worth another try, or
//! that it is given up and why.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use models::domain::{
    Capture, FetchState, FoundPage, HealthStatus, LeasedPage, Mention, MentionId, PageEnd,
    PageEnded, Source,
};
use url::Url;

use crate::collect::Visit;
use crate::extract::Outlets;
use crate::fetch::politeness::later;
use crate::fetch::{FetchError, Fetcher, Request};
use crate::sources::articles::{self, Lead};

/// Reading a page and its further pages takes no longer, pauses included.
pub const PAGE_TIME_MAX: Duration = Duration::from_mins(5);

/// A page that waited so long for its host is given up.
const WAIT_MAX: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A page does not sit out a longer pause: others are read meanwhile.
const PATIENCE: Duration = Duration::from_secs(2);

/// A host that keeps programs out is tried again with one page after this time.
const BLOCKED_FOR: Duration = Duration::from_hours(1);

/// What reading one page gave.
#[derive(Clone, Debug, PartialEq)]
pub struct PageRead {
    /// Answers as they came.
    pub captures: Vec<Capture>,
    /// What the page says, under the id of its entry; `None` where the entry says as much.
    pub mention: Option<Mention>,
    /// The mention of the entry, when the page turned out to be known under another address.
    pub superseded: Option<MentionId>,
    /// What came of the lease.
    pub ended: PageEnded,
    /// What was wrong, one line each, never a citizen's words.
    pub complaints: Vec<String>,
}

/// The id of the mention that was recorded of the page's entry; there is none where the listing
/// said nothing of it.
pub fn entry_id(page: &FoundPage) -> Option<MentionId> {
    Some(articles::entry_id(&Url::parse(&page.url).ok()?))
}

/// Reads a page. It never fails: what is wrong comes back as the end of the lease. `entry` is the
/// mention recorded when the page was found.
pub async fn read_page(
    source: &Source,
    leased: &LeasedPage,
    entry: Option<&Mention>,
    fetcher: &Fetcher,
    outlets: &Outlets,
    now: Timestamp,
) -> PageRead {
    let reading = attempt(source, leased, entry, fetcher, outlets, now);
    let outcome = match tokio::time::timeout(PAGE_TIME_MAX, reading).await {
        Ok(outcome) => outcome,
        Err(_) => Err(FetchError::Timeout {
            host: leased.page.host.clone(),
            after: PAGE_TIME_MAX,
        }),
    };
    let mut read = outcome.unwrap_or_else(|error| not_had(leased, &error, fetcher));
    let ready_at = fetcher.host_ready_at(&leased.page.host);
    read.ended.host_ready_at = read.ended.host_ready_at.max(ready_at);
    tracing::debug!(
        source.id = leased.page.source.as_str(),
        page.host = leased.page.host,
        page.n_attempts = leased.n_attempts,
        is_read = read.ended.end == PageEnd::Done,
        "page read"
    );
    read
}

async fn attempt(
    source: &Source,
    leased: &LeasedPage,
    entry: Option<&Mention>,
    fetcher: &Fetcher,
    outlets: &Outlets,
    now: Timestamp,
) -> Result<PageRead, FetchError> {
    let page = &leased.page;
    let url =
        Url::parse(&page.url).map_err(|_| FetchError::InvalidUrl("an entry's link".to_owned()))?;
    let request = Request {
        patience: Some(PATIENCE),
        ..Request::page(url.clone())
    };
    let answer = fetcher.fetch(&request).await?;
    let known = |_: &str| false;
    let state = FetchState::default();
    let mut visit = Visit::new(source, state, fetcher, outlets, &known, now);
    let lead = Lead {
        url: page.url.clone(),
        title: entry.and_then(|entry| entry.title.clone()),
        text: entry.map(|entry| entry.text.clone()),
        published_at: page.published_at,
        listed_in: page.listed_in,
    };
    articles::take_page(&mut visit, &lead, &url, answer).await;
    let (mentions, captures, complaints) = visit.into_page();
    // Where the page says no more than its entry, the entry stays, with what was read in it.
    let says_more = |mention: &Mention| entry.is_none_or(|entry| entry.text != mention.text);
    let mention = mentions.into_iter().next().filter(says_more);
    let is_other = |entry: &&Mention| mention.as_ref().is_some_and(|m| m.id != entry.id);
    Ok(PageRead {
        superseded: entry.filter(is_other).map(|entry| entry.id.clone()),
        captures,
        mention,
        ended: ended(leased, PageEnd::Done),
        complaints,
    })
}

fn ended(leased: &LeasedPage, end: PageEnd) -> PageEnded {
    PageEnded {
        id: leased.id,
        end,
        host_ready_at: None,
    }
}

/// The page could not be had: when it is worth another try, or that it is not.
fn not_had(leased: &LeasedPage, error: &FetchError, fetcher: &Fetcher) -> PageRead {
    let now = fetcher.now();
    let (status, reason) = (error.health(), error.to_string());
    let is_blocked = matches!(error, FetchError::Blocked { .. });
    let pause = pause_before_retry(leased, error, fetcher);
    let has_time = now.duration_since(leased.found_at) < WAIT_MAX;
    let end = match (error.not_before(), pause) {
        _ if !has_time => give_up(status, &reason, "it waited a week"),
        (Some(until), _) => PageEnd::PutOff { until },
        (None, Some(pause)) => PageEnd::Failed {
            status,
            reason,
            again_at: later(now, pause),
        },
        (None, None) if error.is_transient() || is_blocked => {
            give_up(status, &reason, "every attempt failed")
        }
        (None, None) => PageEnd::GivenUp { status, reason },
    };
    let mut ended = ended(leased, end);
    // The host's other pages would only meet the same challenge.
    ended.host_ready_at = is_blocked.then(|| later(now, BLOCKED_FOR));
    PageRead {
        captures: Vec::new(),
        mention: None,
        superseded: None,
        ended,
        complaints: Vec::new(),
    }
}

fn pause_before_retry(
    leased: &LeasedPage,
    error: &FetchError,
    fetcher: &Fetcher,
) -> Option<Duration> {
    let may_change = error.is_transient() || matches!(error, FetchError::Blocked { .. });
    let politeness = &fetcher.policy().politeness;
    let pause = politeness.page_retry(&leased.page.key, leased.n_attempts);
    pause.filter(|_| may_change)
}

fn give_up(status: HealthStatus, reason: &str, why: &str) -> PageEnd {
    PageEnd::GivenUp {
        status,
        reason: format!("{reason}; {why}"),
    }
}
