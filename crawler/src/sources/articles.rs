//! The article pages behind the entries of a feed or sitemap, and the mentions made of them.
//!
//! A visit takes what the listing itself says, at once, and notes the pages as found; each is read
//! later, when its host's turn comes (see [`page`](crate::page)).

use jiff::Timestamp;
use models::domain::{ContentHash, FoundPage, Mention, MentionId};
use url::Url;

use super::{mention_id, tidied};
use crate::collect::Visit;
use crate::extract::{Article, article};
use crate::fetch::{Answer, Request, canonical, host_key, identity, without_query};

/// An article goes on over at most this many further pages.
const FURTHER_PAGES_MAX: usize = 4;

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

/// Takes the leads that are not yet known, in their order: a mention of what the listing says, and
/// the page to be read later.
pub(crate) fn take_all(visit: &mut Visit<'_>, leads: &[Lead]) {
    for lead in leads {
        let Ok(url) = Url::parse(&lead.url) else {
            continue;
        };
        let key = canonical(&url).to_string();
        if visit.is_known(&key) {
            continue;
        }
        take_entry(visit, lead, &url);
        if visit.source.follow_links && matches!(url.scheme(), "http" | "https") {
            visit.find(FoundPage {
                url: lead.url.clone(),
                host: host_key(&url),
                key,
                source: visit.source.id.clone(),
                published_at: visit.believable(lead.published_at),
                listed_in: lead.listed_in,
            });
        } else {
            visit.mark_visited(key);
        }
    }
}

/// The id of a mention made of what a listing says of an address.
pub(crate) fn entry_id(url: &Url) -> MentionId {
    mention_id(&[&identity(url)])
}

/// A mention from the feed or sitemap alone.
fn take_entry(visit: &mut Visit<'_>, lead: &Lead, url: &Url) {
    let title = tidied(lead.title.as_deref());
    let text = tidied(lead.text.as_deref());
    if title.is_none() && text.is_none() {
        return;
    }
    let mention = Mention {
        id: entry_id(url),
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
pub(crate) async fn take_page(visit: &mut Visit<'_>, lead: &Lead, asked: &Url, answer: Answer) {
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
        id: entry_id(&id_url),
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
