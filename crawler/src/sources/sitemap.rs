//! Sitemaps and news sitemaps: the pages of the last weeks, newest first.

use std::cmp::Reverse;

use jiff::Timestamp;
use models::domain::{ContentHash, HealthStatus};
use url::Url;

use super::articles::{Lead, take_all};
use super::feed::{Validators, unchanged};
use super::rhythm;
use crate::collect::{Outcome, Visit};
use crate::extract::{SitemapEntry, SitemapReading, sitemap};
use crate::fetch::politeness::PollCues;
use crate::fetch::{Request, host_key, without_query};

/// Of an index, the sitemaps changed last are read, at most so many a visit.
const CHILDREN_MAX: usize = 4;

pub(crate) async fn visit(visit: &mut Visit<'_>, url: Url) -> Outcome {
    let (etag, last_modified) = (visit.state.etag.clone(), visit.state.last_modified.clone());
    let request = Request::feed(url).unless_unchanged(etag, last_modified);
    let answer = match visit.fetcher.fetch(&request).await {
        Err(error) => return Outcome::failed(&error),
        Ok(answer) if answer.is_unchanged() => return unchanged(visit, &answer),
        Ok(answer) => answer,
    };
    let (validators, max_age, here) = (
        Validators::of(&answer),
        answer.max_age(),
        answer.url.clone(),
    );
    let reading = sitemap::parse(&answer.body, answer.content_type(), &answer.url);
    let hash = visit.capture(answer);
    let is_index = !reading.sitemaps.is_empty();
    let mut leads = Vec::new();
    take(visit, &here, &reading, hash, &mut leads);
    read_children(visit, &here, &reading, &mut leads).await;
    if leads.is_empty() && reading.pages.is_empty() && !is_index {
        let status = if reading.complaints.is_empty() {
            HealthStatus::Empty
        } else {
            HealthStatus::NotAFeed
        };
        return Outcome::wrong(status, "a sitemap without pages".to_owned());
    }
    leads.sort_by_key(|lead| Reverse(lead.published_at));
    let times = leads
        .iter()
        .filter_map(|lead| lead.published_at)
        .collect::<Vec<_>>();
    let rhythm = rhythm::note(&mut visit.state, &times, visit.now);
    take_all(visit, &leads);
    // An index may stay the same while its sitemaps change.
    if !is_index {
        validators.keep(visit);
    }
    let (status, detail) = rhythm.judge(&visit.state, visit.now);
    let detail = format!(
        "{} recent pages, {} new, {detail}",
        leads.len(),
        visit.n_new
    );
    let cues = PollCues {
        max_age,
        ..PollCues::default()
    };
    Outcome {
        newest_entry_at: rhythm.newest,
        cues,
        ..Outcome::well(status, detail)
    }
}

async fn read_children(
    visit: &mut Visit<'_>,
    here: &Url,
    index: &SitemapReading,
    leads: &mut Vec<Lead>,
) {
    let mut children = index.sitemaps.iter().collect::<Vec<_>>();
    children.sort_by_key(|child| Reverse(child.modified_at));
    for child in children.into_iter().take(CHILDREN_MAX) {
        let url = match Url::parse(&child.url) {
            Ok(url) if host_key(&url) == host_key(here) => url,
            _ => continue,
        };
        match visit.fetcher.fetch(&Request::feed(url.clone())).await {
            Err(error) => visit.complain(&without_query(&url), &error),
            Ok(answer) => {
                let reading = sitemap::parse(&answer.body, answer.content_type(), &answer.url);
                let hash = visit.capture(answer);
                take(visit, &url, &reading, hash, leads);
            }
        }
        if visit.is_full() {
            return;
        }
    }
}

/// The pages dated within reach. Undated ones are left: nothing says that they are news, and a
/// whole site would be crawled for them.
fn take(
    visit: &mut Visit<'_>,
    url: &Url,
    reading: &SitemapReading,
    hash: ContentHash,
    leads: &mut Vec<Lead>,
) {
    let oldest = visit.reach_back_to();
    for complaint in &reading.complaints {
        visit.complain(&without_query(url), complaint);
    }
    let dated = |entry: &SitemapEntry| -> Option<Timestamp> {
        visit.believable(entry.published_at.or(entry.modified_at))
    };
    let recent = reading.pages.iter().filter_map(|entry| {
        let published_at = dated(entry).filter(|at| *at >= oldest)?;
        Some(Lead {
            url: entry.url.clone(),
            title: entry.title.clone(),
            text: None,
            // A page's last change is not when it was published; the page itself says that.
            published_at: entry.published_at.or(Some(published_at)),
            listed_in: Some(hash),
        })
    });
    leads.extend(recent);
    if !reading.pages.is_empty() && !reading.pages.iter().any(|entry| dated(entry).is_some()) {
        visit.complain(
            &without_query(url),
            &"its pages carry no dates, so none is taken for news",
        );
    }
}
