//! Feeds: entries, and the article pages behind them.

use jiff::Timestamp;
use models::domain::{ContentHash, HealthStatus};
use url::Url;

use super::articles::{Lead, take_all};
use super::rhythm::{self, Rhythm};
use crate::collect::{Outcome, Visit};
use crate::extract::{FeedEntry, FeedKind, FeedReading, feed};
use crate::fetch::politeness::PollCues;
use crate::fetch::{Answer, Request, without_query};

/// More entries of one feed are not read.
const ENTRIES_MAX: usize = 1000;

pub(crate) async fn visit(visit: &mut Visit<'_>, url: Url) -> Outcome {
    let (etag, last_modified) = (visit.state.etag.clone(), visit.state.last_modified.clone());
    let request = Request::feed(url).unless_unchanged(etag, last_modified);
    match visit.fetcher.fetch(&request).await {
        Err(error) => Outcome::failed(&error),
        Ok(answer) if answer.is_unchanged() => unchanged(visit, &answer),
        Ok(answer) => changed(visit, answer),
    }
}

/// Nothing new: the rhythm remembered from earlier visits says whether that is usual.
pub(crate) fn unchanged(visit: &mut Visit<'_>, answer: &Answer) -> Outcome {
    if let Some(renewed) = answer.header("last-modified") {
        visit.state.last_modified = Some(renewed.to_owned());
    }
    let rhythm = Rhythm::from_cursor(visit.state.cursor.as_deref());
    let (status, detail) = rhythm.judge(&visit.state, visit.now);
    let cues = PollCues {
        max_age: answer.max_age(),
        ..PollCues::default()
    };
    Outcome {
        newest_entry_at: rhythm.newest,
        cues,
        ..Outcome::well(status, format!("unchanged (304), {detail}"))
    }
}

fn changed(visit: &mut Visit<'_>, answer: Answer) -> Outcome {
    let reading = feed::parse(&answer.body, answer.content_type(), &answer.url);
    for complaint in &reading.complaints {
        visit.complain(&without_query(&answer.url), complaint);
    }
    if !reading.kind.is_feed() {
        let outcome = not_a_feed(reading.kind, &answer);
        visit.capture(answer);
        return outcome;
    }
    let validators = Validators::of(&answer);
    let max_age = answer.max_age();
    let moved_to = answer.moved_to.clone();
    let hash = visit.capture(answer);
    let times = reading
        .entries
        .iter()
        .filter_map(time_of)
        .collect::<Vec<_>>();
    let times = times
        .into_iter()
        .filter_map(|at| visit.believable(Some(at)))
        .collect::<Vec<_>>();
    let rhythm = rhythm::note(&mut visit.state, &times, visit.now);
    let leads = leads(&reading, hash);
    take_all(visit, &leads);
    validators.keep(visit);
    let (status, mut detail) = judge(visit, &reading, rhythm);
    if let Some(target) = moved_to {
        detail = format!("{detail}; moved for good to {}", without_query(&target));
    }
    let cues = PollCues {
        ttl: reading.ttl,
        max_age,
        ..PollCues::default()
    };
    Outcome {
        newest_entry_at: rhythm.newest,
        cues,
        ..Outcome::well(status, detail)
    }
}

fn judge(visit: &Visit<'_>, reading: &FeedReading, rhythm: Rhythm) -> (HealthStatus, String) {
    if reading.entries.is_empty() {
        return (HealthStatus::Empty, "a feed without entries".to_owned());
    }
    let (status, detail) = rhythm.judge(&visit.state, visit.now);
    (
        status,
        format!(
            "{} entries, {} new, {detail}",
            reading.entries.len(),
            visit.n_new
        ),
    )
}

fn not_a_feed(kind: FeedKind, answer: &Answer) -> Outcome {
    let target = answer.moved_to.as_ref().map(without_query);
    match (kind, target) {
        (FeedKind::Challenge, _) => Outcome::wrong(
            HealthStatus::Blocked,
            "a challenge stands where the feed should be".to_owned(),
        ),
        (_, Some(target)) => Outcome::wrong(
            HealthStatus::Moved,
            format!("moved for good to {target}, where no feed is"),
        ),
        (FeedKind::Empty, _) => Outcome::wrong(HealthStatus::Empty, "an empty answer".to_owned()),
        (FeedKind::Html, _) => Outcome::wrong(
            HealthStatus::NotAFeed,
            "a web page instead of a feed".to_owned(),
        ),
        (FeedKind::Sitemap, _) => Outcome::wrong(
            HealthStatus::NotAFeed,
            "a sitemap instead of a feed; set kind = \"sitemap\"".to_owned(),
        ),
        _ => Outcome::wrong(
            HealthStatus::NotAFeed,
            "neither rss, atom, rdf nor json feed".to_owned(),
        ),
    }
}

/// `ETag` and `Last-Modified` of a listing.
pub(crate) struct Validators {
    etag: Option<String>,
    last_modified: Option<String>,
}

impl Validators {
    pub(crate) fn of(answer: &Answer) -> Self {
        let text = |name| answer.header(name).map(str::to_owned);
        Self {
            etag: text("etag"),
            last_modified: text("last-modified"),
        }
    }

    /// An unchanged answer (304) hides nothing: what was listed is recorded, or waits in the queue
    /// that is recorded with it.
    pub(crate) fn keep(self, visit: &mut Visit<'_>) {
        (visit.state.etag, visit.state.last_modified) = (self.etag, self.last_modified);
    }
}

fn time_of(entry: &FeedEntry) -> Option<Timestamp> {
    entry.published_at.or(entry.updated_at)
}

fn leads(reading: &FeedReading, hash: ContentHash) -> Vec<Lead> {
    let entries = reading.entries.iter().take(ENTRIES_MAX);
    let lead = |entry: &FeedEntry| {
        Some(Lead {
            url: entry.url.clone()?,
            title: entry.title.clone(),
            text: entry.content.clone().or_else(|| entry.summary.clone()),
            published_at: time_of(entry),
            listed_in: Some(hash),
        })
    };
    entries.filter_map(lead).collect()
}
