//! Mastodon tag timelines and the threads below them. Of a post only its words, time, thread and
//! counts are read; its author, and accounts it addresses, are cut even from the evidence.

mod memory;
mod refresh;
mod standing;
mod status;
pub(crate) mod stream;

use jiff::Timestamp;
use models::domain::{ContentHash, Engagement, HealthStatus, Mention, MentionId, Source};
use url::Url;

use super::rhythm::Rhythm;
use super::{mention_id, tidied};
use crate::collect::{Outcome, Visit};
use crate::extract::html_to_text;
use crate::fetch::politeness::{PollCues, entries_per_day};
use crate::fetch::{FetchError, Request};
use memory::{Memory, RECENT_MAX};
use refresh::Asked;
pub(crate) use standing::recheck;
use status::{Status, by_age, oldest, youngest};

/// The most a server gives at once.
const PAGE_SIZE: usize = 40;

pub(crate) async fn visit(visit: &mut Visit<'_>, server: &Url, tag: &str) -> Outcome {
    let mut timeline = Timeline::new(visit, server, tag);
    let ended = timeline.read(visit).await;
    let times = &timeline.times;
    visit.state.entries_per_day = entries_per_day(times, visit.now).or(visit.state.entries_per_day);
    timeline.memory.newest_at = timeline.memory.newest_at.max(times.iter().max().copied());
    visit.state.cursor = timeline.memory.to_cursor();
    match ended {
        Ok(has_more) => timeline.outcome(visit, has_more),
        // What came is kept; the memory says where to go on.
        Err(outcome) => {
            if timeline.n_pages > 0 {
                visit.complain(visit.source.id.as_str(), &outcome.detail);
            }
            outcome
        }
    }
}

/// A timeline as one visit reads it.
struct Timeline {
    server: Url,
    tag: String,
    memory: Memory,
    times: Vec<Timestamp>,
    /// Posts read at this visit that have replies, with their number.
    replied: Vec<(u32, String)>,
    n_pages: usize,
}

impl Timeline {
    fn new(visit: &Visit<'_>, server: &Url, tag: &str) -> Self {
        Self {
            server: server.clone(),
            tag: tag.trim_start_matches('#').to_owned(),
            memory: Memory::from_cursor(visit.state.cursor.as_deref()),
            times: Vec::new(),
            replied: Vec::new(),
            n_pages: 0,
        }
    }

    /// Reads what is new, what an interrupted first visit left, and what may have changed; `true`
    /// when some is left for the next visit.
    async fn read(&mut self, visit: &mut Visit<'_>) -> Result<bool, Outcome> {
        let mut has_more = false;
        if self.memory.newest.is_some() {
            has_more |= self.read_since(visit).await?;
            self.refresh(visit).await?;
        } else {
            self.memory.refreshed_at = Some(visit.now);
        }
        if self.memory.newest.is_none() || self.memory.older_than.is_some() {
            has_more |= self.read_back(visit).await?;
        }
        self.read_threads(visit).await?;
        Ok(has_more)
    }

    /// Reads the posts after the newest known one, oldest page first; `true` when some are left.
    async fn read_since(&mut self, visit: &mut Visit<'_>) -> Result<bool, Outcome> {
        while !self.is_at_bound(visit) {
            let after = self.memory.newest.clone().unwrap_or_default();
            let page = self.ask(visit, &[("min_id", &after)]).await?;
            let newest = youngest(&page).filter(|newest| by_age(newest, &after).is_gt());
            let is_short = page.len() < PAGE_SIZE / 2;
            self.take(visit, page);
            if newest.is_none() {
                return Ok(false);
            }
            self.memory.newest = newest;
            if is_short {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Reads the first time, newest page first, as far back as a first visit reaches; `true` when
    /// some are left.
    async fn read_back(&mut self, visit: &mut Visit<'_>) -> Result<bool, Outcome> {
        let oldest_wanted = visit.reach_back_to();
        while !self.is_at_bound(visit) {
            let before = self.memory.older_than.clone();
            let parameters = before.as_deref().map(|id| ("max_id", id));
            let page = self.ask(visit, parameters.as_slice()).await?;
            let reached = page
                .iter()
                .filter_map(Status::moment)
                .any(|at| at < oldest_wanted);
            let (youngest, oldest) = (youngest(&page), oldest(&page));
            self.take(visit, page);
            self.memory.newest = self.memory.newest.take().or(youngest);
            let is_last = reached || oldest.is_none() || oldest == before;
            self.memory.older_than = oldest.filter(|_| !is_last);
            if is_last {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn is_at_bound(&self, visit: &Visit<'_>) -> bool {
        self.n_pages >= visit.fetcher.policy().visit.pages_max || visit.is_full()
    }

    async fn ask(
        &mut self,
        visit: &mut Visit<'_>,
        parameters: &[(&str, &str)],
    ) -> Result<Vec<Status>, Outcome> {
        let tag = self.tag.clone();
        let mut url = self.address(&["timelines", "tag", &tag]);
        url.query_pairs_mut()
            .append_pair("limit", &PAGE_SIZE.to_string())
            .extend_pairs(parameters);
        self.ask_at(visit, url, None).await.map_err(Asked::outcome)
    }

    async fn ask_at(
        &mut self,
        visit: &mut Visit<'_>,
        url: Url,
        list_name: Option<&str>,
    ) -> Result<Vec<Status>, Asked> {
        let answer = visit.fetcher.fetch(&Request::json(url.clone())).await;
        let mut answer = answer.map_err(Asked::Refused)?;
        self.n_pages += 1;
        let read = status::read(&answer.body, list_name);
        let (evidence, posts) = read.map_err(|reason| Asked::Unreadable(url, reason))?;
        if !posts.is_empty() {
            answer.body = evidence;
            visit.capture(answer);
        }
        Ok(posts)
    }

    /// An address of the interface.
    fn address(&self, path: &[&str]) -> Url {
        let mut url = self.server.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["api", "v1"]).extend(path);
        }
        url
    }

    fn take(&mut self, visit: &mut Visit<'_>, page: Vec<Status>) {
        for post in page {
            let Some(published_at) = self.take_one(visit, &post) else {
                continue;
            };
            self.times.push(published_at);
            if post.replies_count > 0 {
                self.replied.push((post.replies_count, post.id.clone()));
            }
            self.remember(post.id);
        }
    }

    fn take_replies(&mut self, visit: &mut Visit<'_>, replies: Vec<Status>) {
        for reply in replies {
            self.take_one(visit, &reply);
        }
    }

    /// A mention of a post, unless it is not for everyone or too old; gives its time.
    fn take_one(&self, visit: &mut Visit<'_>, post: &Status) -> Option<Timestamp> {
        let published_at = visit.believable(post.moment())?;
        if !post.is_public() || published_at < visit.reach_back_to() {
            return None;
        }
        let mention = self.mention(visit, post, published_at)?;
        if visit.mark_visited(mention.url.clone().unwrap_or_default()) {
            visit.n_new += 1;
        }
        visit.put(mention);
        Some(published_at)
    }

    /// Keeps the ids of the newest posts in order.
    fn remember(&mut self, id: String) {
        let recent = &mut self.memory.recent;
        if let Err(position) = recent.binary_search_by(|known| by_age(known, &id)) {
            recent.insert(position, id);
        }
        recent.drain(..recent.len().saturating_sub(RECENT_MAX));
    }

    fn mention(&self, visit: &Visit<'_>, post: &Status, at: Timestamp) -> Option<Mention> {
        mention_of(visit.source, &self.server, post, at, visit.last_capture())
    }

    fn id_of(&self, post: &str) -> MentionId {
        id_of(&self.server, post)
    }

    fn outcome(&self, visit: &Visit<'_>, has_more: bool) -> Outcome {
        let newest_at = self.memory.newest_at;
        let rhythm = Rhythm {
            newest: newest_at,
            ..Rhythm::of(&self.times)
        };
        let (status, detail) = match newest_at {
            Some(_) => rhythm.judge(&visit.state, visit.now),
            None => (HealthStatus::Empty, format!("no posts with #{}", self.tag)),
        };
        let n_gone = visit.removed.len();
        let detail = format!(
            "{} posts read, {} new, {n_gone} taken down, {detail}",
            self.times.len(),
            visit.n_new
        );
        let cues = PollCues {
            has_more,
            ..PollCues::default()
        };
        Outcome {
            newest_entry_at: newest_at,
            cues,
            ..Outcome::well(status, detail)
        }
    }
}

/// A mention of a post of that server, however it came.
fn mention_of(
    source: &Source,
    server: &Url,
    post: &Status,
    at: Timestamp,
    capture: Option<ContentHash>,
) -> Option<Mention> {
    Some(Mention {
        id: id_of(server, &post.id),
        channel: source.channel,
        source: source.id.clone(),
        url: Some(shown_address(server, &post.id)),
        published_at: Some(at),
        title: tidied(Some(&post.spoiler_text)),
        text: tidied(Some(&html_to_text(&post.content)))?,
        parent: post.in_reply_to_id.as_deref().map(|id| id_of(server, id)),
        engagement: Some(Engagement {
            likes: post.favourites_count,
            comments: post.replies_count,
            shares: post.reblogs_count,
        }),
        ticket: None,
        capture,
    })
}

fn id_of(server: &Url, post: &str) -> MentionId {
    mention_id(&["mastodon", &server.origin().ascii_serialization(), post])
}

/// An address that opens the post without naming its author.
fn shown_address(server: &Url, post: &str) -> String {
    let mut url = server.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(["statuses", post]);
    }
    url.to_string()
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
