//! Mastodon tag timelines. Of a post only its words, time, thread and counts are read: the fields of
//! its author are never parsed, and accounts it addresses are cut from its text.

use jiff::Timestamp;
use models::domain::{Engagement, HealthStatus, Mention, MentionId};
use serde::Deserialize;
use url::Url;

use super::rhythm::Rhythm;
use super::{mention_id, tidied};
use crate::collect::{Outcome, Visit};
use crate::extract::html_to_text;
use crate::fetch::politeness::{PollCues, entries_per_day};
use crate::fetch::{FetchError, Request};

/// The most a server gives at once.
const PAGE_SIZE: usize = 40;

/// What is read of a post.
#[derive(Debug, Deserialize)]
struct Status {
    id: String,
    created_at: String,
    in_reply_to_id: Option<String>,
    #[serde(default)]
    content: String,
    #[serde(default)]
    spoiler_text: String,
    #[serde(default)]
    visibility: Option<String>,
    #[serde(default)]
    favourites_count: u32,
    #[serde(default)]
    replies_count: u32,
    #[serde(default)]
    reblogs_count: u32,
}

pub(crate) async fn visit(visit: &mut Visit<'_>, server: &Url, tag: &str) -> Outcome {
    let mut reader = Timeline::new(visit, server, tag);
    let ended = if reader.cursor.is_some() {
        reader.read_since(visit).await
    } else {
        reader.read_back(visit).await
    };
    let times = &reader.times;
    visit.state.entries_per_day = entries_per_day(times, visit.now).or(visit.state.entries_per_day);
    if let Some(cursor) = &reader.cursor {
        let newest = times.iter().max().copied().or(reader.newest_before);
        visit.state.cursor =
            Some(newest.map_or_else(|| cursor.clone(), |at| format!("{cursor} {at}")));
        reader.newest_before = newest;
    }
    match ended {
        Err(outcome) if reader.n_pages == 0 => outcome,
        // What came is kept; the cursor says where to go on.
        Err(outcome) => {
            visit.complain(visit.source.id.as_str(), &outcome.detail);
            outcome
        }
        Ok(has_more) => reader.outcome(visit, has_more),
    }
}

/// A timeline as one visit reads it.
struct Timeline {
    server: Url,
    tag: String,
    /// Id of the newest post read so far.
    cursor: Option<String>,
    newest_before: Option<Timestamp>,
    times: Vec<Timestamp>,
    n_pages: usize,
}

impl Timeline {
    fn new(visit: &Visit<'_>, server: &Url, tag: &str) -> Self {
        let mut parts = visit
            .state
            .cursor
            .as_deref()
            .unwrap_or_default()
            .split(' ')
            .filter(|part| !part.is_empty());
        Self {
            server: server.clone(),
            tag: tag.trim_start_matches('#').to_owned(),
            cursor: parts.next().map(str::to_owned),
            newest_before: parts.next().and_then(|text| text.parse().ok()),
            times: Vec::new(),
            n_pages: 0,
        }
    }

    /// Reads the posts after the cursor, oldest page first; `true` when some are left.
    async fn read_since(&mut self, visit: &mut Visit<'_>) -> Result<bool, Outcome> {
        while !self.is_at_bound(visit) {
            let after = self.cursor.clone().unwrap_or_default();
            let page = self.ask(visit, &[("min_id", &after)]).await?;
            let newest = page
                .iter()
                .map(|status| status.id.clone())
                .max_by(|a, b| by_age(a, b));
            let advances = newest
                .as_ref()
                .is_some_and(|newest| by_age(newest, &after).is_gt());
            let n_posts = page.len();
            self.take(visit, page);
            if !advances {
                return Ok(false);
            }
            self.cursor = newest;
            if n_posts < PAGE_SIZE / 2 {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Reads the first time, newest page first, as far back as a first visit reaches.
    async fn read_back(&mut self, visit: &mut Visit<'_>) -> Result<bool, Outcome> {
        let oldest_wanted = visit.reach_back_to();
        let mut before: Option<String> = None;
        while !self.is_at_bound(visit) {
            let page = match &before {
                Some(id) => self.ask(visit, &[("max_id", id)]).await?,
                None => self.ask(visit, &[]).await?,
            };
            let oldest = page
                .iter()
                .map(|status| status.id.clone())
                .min_by(|a, b| by_age(a, b));
            let newest = page
                .iter()
                .map(|status| status.id.clone())
                .max_by(|a, b| by_age(a, b));
            self.cursor = self.cursor.take().or(newest);
            let reached = page
                .iter()
                .filter_map(Status::moment)
                .any(|at| at < oldest_wanted);
            self.take(visit, page);
            if reached || oldest.is_none() || oldest == before {
                return Ok(false);
            }
            before = oldest;
        }
        visit.complain(
            visit.source.id.as_str(),
            &"older posts were not read: the first visit reached its bound",
        );
        Ok(false)
    }

    fn is_at_bound(&self, visit: &Visit<'_>) -> bool {
        self.n_pages >= visit.fetcher.policy().visit.pages_max || visit.is_full()
    }

    async fn ask(
        &mut self,
        visit: &mut Visit<'_>,
        parameters: &[(&str, &str)],
    ) -> Result<Vec<Status>, Outcome> {
        let mut url = self.server.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty()
                .extend(["api", "v1", "timelines", "tag", &self.tag]);
        }
        url.query_pairs_mut()
            .append_pair("limit", &PAGE_SIZE.to_string())
            .extend_pairs(parameters);
        let answer = visit
            .fetcher
            .fetch(&Request::json(url))
            .await
            .map_err(|error| refused(&error))?;
        let page = serde_json::from_slice::<Vec<Status>>(&answer.body);
        visit.capture(answer);
        self.n_pages += 1;
        page.map_err(|error| {
            let place = format!("line {}, column {}", error.line(), error.column());
            Outcome::wrong(
                HealthStatus::NotAFeed,
                format!("not a Mastodon timeline: unreadable at {place}"),
            )
        })
    }

    fn take(&mut self, visit: &mut Visit<'_>, page: Vec<Status>) {
        let oldest_wanted = visit.reach_back_to();
        for status in page {
            let Some(published_at) = visit.believable(status.moment()) else {
                continue;
            };
            let is_public = status
                .visibility
                .as_deref()
                .is_none_or(|visibility| visibility == "public");
            if !is_public || published_at < oldest_wanted {
                continue;
            }
            self.times.push(published_at);
            let Some(mention) = self.mention(visit, &status, published_at) else {
                continue;
            };
            let key = mention.url.clone().unwrap_or_default();
            if !(visit.known)(&key) && !visit.visited.contains(&key) {
                visit.n_new += 1;
                visit.visited.push(key);
            }
            visit.mentions.push(mention);
        }
    }

    fn mention(
        &self,
        visit: &Visit<'_>,
        status: &Status,
        published_at: Timestamp,
    ) -> Option<Mention> {
        let text = tidied(Some(&html_to_text(&without_accounts(&status.content))))?;
        Some(Mention {
            id: self.id_of(&status.id),
            channel: visit.source.channel,
            source: visit.source.id.clone(),
            url: Some(self.address_of(&status.id)),
            published_at: Some(published_at),
            title: tidied(Some(&status.spoiler_text)),
            text,
            parent: status.in_reply_to_id.as_deref().map(|id| self.id_of(id)),
            engagement: Some(Engagement {
                likes: status.favourites_count,
                comments: status.replies_count,
                shares: status.reblogs_count,
            }),
            ticket: None,
            capture: visit.last_capture(),
        })
    }

    fn id_of(&self, status: &str) -> MentionId {
        mention_id(&[
            "mastodon",
            &self.server.origin().ascii_serialization(),
            status,
        ])
    }

    /// An address that opens the post without naming its author.
    fn address_of(&self, status: &str) -> String {
        let mut url = self.server.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["statuses", status]);
        }
        url.to_string()
    }

    fn outcome(&self, visit: &Visit<'_>, has_more: bool) -> Outcome {
        let rhythm = Rhythm {
            newest: self.newest_before,
            ..Rhythm::of(&self.times)
        };
        let (status, detail) = match self.newest_before {
            Some(_) => rhythm.judge(&visit.state, visit.now),
            None => (HealthStatus::Empty, format!("no posts with #{}", self.tag)),
        };
        let detail = format!(
            "{} posts read, {} new, {detail}",
            self.times.len(),
            visit.n_new
        );
        let cues = PollCues {
            has_more,
            ..PollCues::default()
        };
        Outcome {
            newest_entry_at: self.newest_before,
            cues,
            ..Outcome::well(status, detail)
        }
    }
}

impl Status {
    fn moment(&self) -> Option<Timestamp> {
        self.created_at.parse().ok()
    }
}

fn refused(error: &FetchError) -> Outcome {
    let mut outcome = Outcome::failed(error);
    if let FetchError::Status {
        status: 401 | 403 | 422,
        ..
    } = error
    {
        outcome.detail = format!(
            "{}; the server shows tags to its members only",
            outcome.detail
        );
    }
    outcome
}

/// Ids are numbers or sortable words: a longer one is younger, else the later in order.
fn by_age(a: &str, b: &str) -> std::cmp::Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// Cuts links to accounts, which Mastodon marks with the class `mention`; hashtags carry it too.
fn without_accounts(html: &str) -> String {
    let document = dom_query::Document::fragment(html);
    document
        .select("a.mention:not(.hashtag), a.u-url:not(.hashtag), .h-card")
        .remove();
    document.html().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_accounts_and_keeps_tags() {
        let html = r#"<p><span class="h-card" translate="no"><a href="https://s.vn/@lan" class="u-url mention">@<span>lan</span></a></span> ngập ở <a href="https://s.vn/tags/quan7" class="mention hashtag" rel="tag">#<span>quan7</span></a></p>"#;
        let cut = without_accounts(html);
        assert!(!cut.contains("lan"), "{cut}");
        assert!(cut.contains("quan7") && cut.contains("ngập ở"), "{cut}");
    }

    #[test]
    fn orders_ids() {
        assert!(by_age("99", "100").is_lt());
        assert!(by_age("01HZX", "01HZY").is_lt());
    }
}
