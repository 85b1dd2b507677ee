//! Sitemaps and news sitemaps: the pages of the last weeks, newest first. The address may also be
//! that of a robots.txt, whose `Sitemap` lines are then read like an index.

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
use crate::fetch::robots::Robots;
use crate::fetch::{Answer, Request, host_key, without_query};

/// Of an index, the sitemaps changed last are read, at most so many a visit.
const CHILDREN_MAX: usize = 6;
/// An index of indexes is followed so far.
const DEPTH_MAX: usize = 2;

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
    let reading = read(&answer);
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

fn read(answer: &Answer) -> SitemapReading {
    if answer.url.path() == "/robots.txt" {
        let text = String::from_utf8_lossy(&answer.body);
        return sitemap::of_robots(Robots::parse(&text).sitemaps(), &answer.url);
    }
    sitemap::parse(&answer.body, answer.content_type(), &answer.url)
}

/// Reads the sitemaps of an index, news and what changed last first, and those of an index below it.
async fn read_children(
    visit: &mut Visit<'_>,
    here: &Url,
    index: &SitemapReading,
    leads: &mut Vec<Lead>,
) {
    let mut seen = vec![here.clone()];
    let mut waiting = children(here, index, 1);
    while let Some((url, depth)) = waiting.pop() {
        if seen.len() > CHILDREN_MAX || visit.is_full() {
            return;
        }
        if seen.contains(&url) {
            continue;
        }
        seen.push(url.clone());
        match visit.fetcher.fetch(&Request::feed(url.clone())).await {
            Err(error) => visit.complain(&without_query(&url), &error),
            Ok(answer) => {
                let reading = read(&answer);
                let hash = visit.capture(answer);
                take(visit, &url, &reading, hash, leads);
                if depth < DEPTH_MAX {
                    waiting.extend(children(here, &reading, depth + 1));
                }
            }
        }
    }
}

/// The sitemaps of an index on the same site, the most promising last, as a stack is read.
fn children(here: &Url, index: &SitemapReading, depth: usize) -> Vec<(Url, usize)> {
    let mut children = index.sitemaps.iter().collect::<Vec<_>>();
    let is_news = |child: &SitemapEntry| child.url.contains("news");
    children.sort_by_key(|child| (child.modified_at, is_news(child)));
    let urls = children.into_iter().filter_map(|child| {
        let url = Url::parse(&child.url).ok()?;
        (host_key(&url) == host_key(here)).then_some((url, depth))
    });
    urls.collect()
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
