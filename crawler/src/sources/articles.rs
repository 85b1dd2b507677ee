//! The article pages behind the entries of a feed or sitemap, and the mentions made of them.

use jiff::Timestamp;
use models::domain::{ContentHash, Mention};
use url::Url;

use super::{mention_id, tidied};
use crate::collect::Visit;
use crate::extract::{Article, article};
use crate::fetch::{Answer, FetchError, Request, canonical, host_key, identity, without_query};

/// An article goes on over at most this many further pages.
const FURTHER_PAGES_MAX: usize = 4;

/// After so many failures in a row the rest is left for the next visit.
const FAILURES_MAX: usize = 3;

/// A body shorter than this is no article; what the feed says is better.
const ARTICLE_CHARS_MIN: usize = 80;

/// What a feed or sitemap says of an article.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Lead {
    pub(crate) url: String,
    pub(crate) title: Option<String>,
    pub(crate) text: Option<String>,
    pub(crate) published_at: Option<Timestamp>,
    /// The feed or sitemap it stands in.
    pub(crate) listed_in: Option<ContentHash>,
}

/// How reading the articles went.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Reading {
    /// Some were left because a visit may take no more: the next one may follow at once.
    pub(crate) has_more: bool,
    /// Some were left, or are incomplete, for any reason: the listing must be read again.
    pub(crate) is_incomplete: bool,
    /// Not before this moment.
    pub(crate) not_before: Option<Timestamp>,
    /// Pages were kept from us by a challenge.
    pub(crate) blocked: Option<FetchError>,
}

/// Reads the pages of the leads that are not yet known, in their order.
pub(crate) async fn read_all(visit: &mut Visit<'_>, leads: &[Lead]) -> Reading {
    let mut reading = Reading::default();
    let mut n_pages = 0;
    let mut n_failures = 0;
    for lead in leads {
        let Ok(url) = Url::parse(&lead.url) else {
            continue;
        };
        let key = canonical(&url).to_string();
        if visit.is_known(&key) {
            continue;
        }
        if !visit.source.follow_links {
            take_entry(visit, lead, &url);
            visit.mark_visited(key);
            continue;
        }
        if reading.blocked.is_some() {
            take_entry(visit, lead, &url);
            continue;
        }
        let is_full = n_pages >= visit.fetcher.policy().visit.articles_max || visit.is_full();
        if is_full || n_failures >= FAILURES_MAX || reading.not_before.is_some() {
            reading.has_more |= is_full;
            reading.is_incomplete = true;
            break;
        }
        n_pages += 1;
        match visit.fetcher.fetch(&Request::page(url.clone())).await {
            Ok(answer) => {
                n_failures = 0;
                take_page(visit, lead, &url, answer).await;
                visit.mark_visited(key);
            }
            Err(error) => {
                n_failures += usize::from(error.is_transient());
                take_failure(visit, lead, &url, key, error, &mut reading);
            }
        }
    }
    reading
}

/// The page could not be had: what the feed says of it is kept, to be completed where that may help.
fn take_failure(
    visit: &mut Visit<'_>,
    lead: &Lead,
    url: &Url,
    key: String,
    error: FetchError,
    reading: &mut Reading,
) {
    visit.complain(&without_query(url), &error);
    if let Some(until) = error.not_before() {
        // The host wants a pause: nothing is lost by waiting for the page itself.
        reading.not_before = Some(until);
        reading.is_incomplete = true;
        return;
    }
    take_entry(visit, lead, url);
    if matches!(error, FetchError::Blocked { .. }) {
        reading.blocked = Some(error);
    } else if error.is_transient() {
        reading.is_incomplete = true;
    } else {
        visit.mark_visited(key);
    }
}

/// A mention from the feed or sitemap alone.
fn take_entry(visit: &mut Visit<'_>, lead: &Lead, url: &Url) {
    let title = tidied(lead.title.as_deref());
    let text = tidied(lead.text.as_deref());
    if title.is_none() && text.is_none() {
        return;
    }
    let mention = Mention {
        id: mention_id(&[&identity(url)]),
        channel: visit.source.channel,
        source: visit.source.id.clone(),
        url: Some(canonical(url).to_string()),
        published_at: visit.believable(lead.published_at),
        text: text.or_else(|| title.clone()).unwrap_or_default(),
        title,
        parent: None,
        engagement: None,
        ticket: None,
        capture: lead.listed_in,
    };
    visit.n_new += 1;
    visit.put(mention);
}

/// A mention from the article page; from the feed where the page says less.
async fn take_page(visit: &mut Visit<'_>, lead: &Lead, asked: &Url, answer: Answer) {
    let here = answer.url.clone();
    let mut article = article::extract(&answer.body, answer.content_type(), &here, visit.outlets);
    let hash = visit.capture(answer);
    append_further_pages(visit, &mut article, &here).await;
    for complaint in &article.complaints {
        visit.complain(&without_query(&here), complaint);
    }
    let body = tidied(Some(&article.text)).filter(|text| text.chars().count() >= ARTICLE_CHARS_MIN);
    let has_body = body.is_some();
    let title = tidied(article.title.as_deref()).or_else(|| tidied(lead.title.as_deref()));
    let longest_rest = [
        article.lead.as_deref(),
        Some(article.text.as_str()),
        lead.text.as_deref(),
    ];
    let rest = longest_rest
        .into_iter()
        .filter_map(tidied)
        .max_by_key(|text| text.chars().count());
    let Some(text) = body.or(rest).or_else(|| title.clone()) else {
        return;
    };
    let published_at = visit
        .believable(article.published_at)
        .or_else(|| visit.believable(lead.published_at));
    let (id_url, shown_url) = addresses(asked, &here, &article);
    visit.n_new += 1;
    visit.put(Mention {
        id: mention_id(&[&identity(&id_url)]),
        channel: visit.source.channel,
        source: visit.source.id.clone(),
        url: Some(shown_url.to_string()),
        published_at,
        title,
        text,
        parent: None,
        engagement: None,
        ticket: None,
        capture: if has_body {
            Some(hash)
        } else {
            lead.listed_in.or(Some(hash))
        },
    });
}

/// The address that makes the id and the one that is shown. The id comes from the address in the
/// feed, so that an incomplete mention and its completion share it, unless that address belongs to
/// someone else who only counts clicks.
fn addresses(asked: &Url, here: &Url, article: &Article) -> (Url, Url) {
    let named = Url::parse(&article.url)
        .ok()
        .filter(|named| host_key(named) == host_key(here));
    let shown = canonical(named.as_ref().unwrap_or(here));
    let id = if host_key(asked) == host_key(here) {
        asked.clone()
    } else {
        shown.clone()
    };
    (id, shown)
}

async fn append_further_pages(visit: &mut Visit<'_>, article: &mut Article, first: &Url) {
    let mut seen = vec![first.clone()];
    let mut next = article.next_page.take();
    while let Some(url) = next.and_then(|next| Url::parse(&next).ok()) {
        let is_done = seen.len() > FURTHER_PAGES_MAX || visit.is_full();
        if is_done || seen.contains(&url) || host_key(&url) != host_key(first) {
            return;
        }
        let answer = match visit.fetcher.fetch(&Request::page(url.clone())).await {
            Ok(answer) => answer,
            Err(error) => return visit.complain(&without_query(&url), &error),
        };
        let further = article::extract(
            &answer.body,
            answer.content_type(),
            &answer.url,
            visit.outlets,
        );
        visit.capture(answer);
        article.append(&further);
        seen.push(url);
        next = further.next_page;
    }
}
