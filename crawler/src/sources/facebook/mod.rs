//! Facebook pages that the city administers: what the page posts, and what citizens comment. Through
//! the Graph API with the page's own token; who said it is not even asked for.

mod api;
mod memory;
mod shapes;
mod standing;

use jiff::Timestamp;
use models::domain::{Engagement, FacebookPage, HealthStatus, Mention, MentionId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::rhythm::Rhythm;
use super::{mention_id, tidied};
use crate::collect::{Outcome, Visit};
use crate::fetch::politeness::{PollCues, entries_per_day};
use api::{Api, Refusal, pause_asked};
use memory::{Followed, Memory, moment};
use shapes::{Comment, Item, Page, Post};

pub(crate) use standing::recheck;

/// The most the interface gives at once.
const PAGE_SIZE: &str = "100";

/// Pages of comments read of one post at one visit.
const COMMENT_PAGES_MAX: usize = 20;

pub(crate) async fn visit(visit: &mut Visit<'_>, base: &Url, page: &FacebookPage) -> Outcome {
    let mut memory = Memory::from_cursor(visit.state.cursor.as_deref());
    if let Some(until) = memory.paused_until(visit.now) {
        return Refusal::Paused(until).outcome();
    }
    memory.resume_at = None;
    let api = match Api::new(base, &page.token) {
        Ok(api) => api,
        Err(reason) => return Outcome::wrong(HealthStatus::Unreachable, reason),
    };
    let mut reader = Reader {
        api,
        page: &page.page,
        memory,
        times: Vec::new(),
        n_comments: 0,
        n_pages: 0,
    };
    let ended = reader.read(visit).await;
    let times = &reader.times;
    visit.state.entries_per_day = entries_per_day(times, visit.now).or(visit.state.entries_per_day);
    if let Some(until) = ended.as_ref().err().and_then(Refusal::paused_until) {
        reader.memory.resume_at = Some(until.as_second());
    }
    visit.state.cursor = reader.memory.to_cursor();
    match ended {
        Ok(()) => reader.outcome(visit),
        Err(refusal) => {
            let outcome = refusal.outcome();
            if reader.n_pages > 0 {
                // What came is kept; the memory says where to go on.
                visit.complain(visit.source.id.as_str(), &outcome.detail);
            }
            Outcome {
                newest_entry_at: reader.memory.newest_at.and_then(moment),
                ..outcome
            }
        }
    }
}

/// A page as one visit reads it.
struct Reader<'a> {
    api: Api,
    page: &'a str,
    memory: Memory,
    times: Vec<Timestamp>,
    n_comments: usize,
    n_pages: usize,
}

/// What taking a post came to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Taken {
    New,
    Known,
    TooOld,
}

impl Reader<'_> {
    async fn read(&mut self, visit: &mut Visit<'_>) -> Result<(), Refusal> {
        let oldest_wanted = visit.reach_back_to().as_second();
        self.memory
            .posts
            .retain(|post| post.published_at >= oldest_wanted);
        self.read_posts(visit).await?;
        self.read_comments(visit).await
    }

    fn is_at_bound(&self, visit: &Visit<'_>) -> bool {
        self.n_pages >= visit.fetcher.policy().visit.pages_max || visit.is_full()
    }

    /// One page of a list, kept as evidence without what it says of people. When the allowance is
    /// nearly spent this page is the last.
    async fn list<T: Item + Serialize + DeserializeOwned>(
        &mut self,
        visit: &mut Visit<'_>,
        path: &[&str],
        parameters: &[(&str, &str)],
    ) -> Result<(Page<T>, Option<Timestamp>), Refusal> {
        let mut all = vec![("fields", T::FIELDS), ("limit", PAGE_SIZE)];
        all.extend(parameters);
        let asked = self
            .api
            .get::<Page<T>>(visit.fetcher, path, &all, visit.now);
        let (mut answer, mut page) = asked.await?;
        self.n_pages += 1;
        let pause = pause_asked(&answer, visit.now);
        page.data.iter_mut().for_each(T::cut_names);
        if !page.data.is_empty() {
            answer.body = serde_json::to_vec(&page)
                .map_err(|error| Refusal::Unreadable(error.to_string()))?;
            visit.capture(answer);
        }
        Ok((page, pause))
    }

    /// Reads posts newest first: the first page always, for the number of their comments; further
    /// ones until something known comes, the first time as far as a first visit reaches back.
    async fn read_posts(&mut self, visit: &mut Visit<'_>) -> Result<(), Refusal> {
        let mut is_first = self.memory.newest_at.is_none();
        let mut after = String::new();
        loop {
            let asked = [("after", after.as_str())];
            let parameters = if after.is_empty() {
                &[][..]
            } else {
                &asked[..]
            };
            let page = self.page.to_owned();
            let (page, pause) = self
                .list::<Post>(visit, &[&page, "posts"], parameters)
                .await?;
            let next = page.after();
            let taken = page.data.iter().map(|post| self.take_post(visit, post));
            let taken = taken.collect::<Vec<_>>();
            let is_at_end = taken.contains(&Taken::TooOld);
            let meets_known = !is_first && taken.contains(&Taken::Known);
            let next = next.filter(|_| !is_at_end && !meets_known);
            if let Some(until) = pause {
                self.memory.older = self.memory.older.take().or(next);
                return Err(Refusal::Paused(until));
            }
            if self.is_at_bound(visit) {
                self.memory.older = self.memory.older.take().or(next);
                return Ok(());
            }
            // The first page was read for what is new; what an interrupted visit left comes after.
            is_first |= self.memory.older.is_some();
            match self.memory.older.take().or(next) {
                Some(next) => after = next,
                None => return Ok(()),
            }
        }
    }

    /// A mention of what the page posted.
    fn take_post(&mut self, visit: &mut Visit<'_>, post: &Post) -> Taken {
        let Some(said_at) = visit.believable(post.created_time.parse().ok()) else {
            return Taken::Known;
        };
        if said_at < visit.reach_back_to() {
            return Taken::TooOld;
        }
        let n_comments = post.comments.summary.total_count;
        self.memory.follow(&post.id, said_at, n_comments);
        self.times.push(said_at);
        self.memory.note_newest(said_at);
        let address = post_address(&post.id);
        let is_new = visit.mark_visited(address.clone());
        let taken = if is_new { Taken::New } else { Taken::Known };
        let Some(text) = tidied(Some(&post.message)) else {
            return taken;
        };
        visit.n_new += u32::from(is_new);
        visit.put(Mention {
            id: id_of(&post.id),
            channel: visit.source.channel,
            source: visit.source.id.clone(),
            url: Some(address),
            published_at: Some(said_at),
            title: None,
            text,
            parent: None,
            engagement: Some(Engagement {
                likes: post.reactions.summary.total_count,
                comments: n_comments,
                shares: post.shares.count,
            }),
            ticket: None,
            capture: visit.last_capture(),
        });
        taken
    }

    async fn read_comments(&mut self, visit: &mut Visit<'_>) -> Result<(), Refusal> {
        for at in (0..self.memory.posts.len()).rev() {
            let mut post = self.memory.posts[at].clone();
            if !post.is_due(visit.now) {
                continue;
            }
            if self.is_at_bound(visit) {
                return Ok(());
            }
            let read = self.read_comments_of(visit, &mut post).await;
            self.memory.posts[at] = post;
            match read {
                // It went between the list and now; looking again takes it down.
                Err(refusal) if refusal.is_missing() => {}
                other => other?,
            }
        }
        Ok(())
    }

    /// Reads comments newest first until a page holds nothing new; a first reading goes to the end,
    /// over several visits if need be.
    async fn read_comments_of(
        &mut self,
        visit: &mut Visit<'_>,
        post: &mut Followed,
    ) -> Result<(), Refusal> {
        let is_first = post.read_at.is_none();
        for _ in 0..COMMENT_PAGES_MAX {
            let after = post.after.clone().unwrap_or_default();
            let mut parameters = vec![("filter", "stream"), ("order", "reverse_chronological")];
            if !after.is_empty() {
                parameters.push(("after", &after));
            }
            let path = [post.id.as_str(), "comments"];
            let (page, pause) = self.list::<Comment>(visit, &path, &parameters).await?;
            let mut has_new = false;
            for comment in &page.data {
                has_new |= self.take_comment(visit, &post.id, comment);
            }
            post.after = page.after().filter(|_| has_new || is_first);
            if post.after.is_none() {
                post.read_at = Some(visit.now.as_second());
                post.n_read = post.n_comments;
            }
            if let Some(until) = pause {
                return Err(Refusal::Paused(until));
            }
            if post.after.is_none() || self.is_at_bound(visit) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// A mention of a comment; says whether it was new.
    fn take_comment(&mut self, visit: &mut Visit<'_>, post: &str, comment: &Comment) -> bool {
        let said_at = visit.believable(comment.created_time.parse().ok());
        let Some(said_at) = said_at.filter(|at| *at >= visit.reach_back_to()) else {
            return false;
        };
        self.n_comments += 1;
        let address = comment_address(post, &comment.id);
        let is_new = visit.mark_visited(address.clone());
        let Some(text) = tidied(Some(&comment.message)) else {
            return is_new;
        };
        visit.n_new += u32::from(is_new);
        self.times.push(said_at);
        self.memory.note_newest(said_at);
        let parent = comment.parent.as_ref().map_or(post, |parent| &parent.id);
        visit.put(Mention {
            id: id_of(&comment.id),
            channel: visit.source.channel,
            source: visit.source.id.clone(),
            url: Some(address),
            published_at: Some(said_at),
            title: None,
            text,
            parent: Some(id_of(parent)),
            engagement: Some(Engagement {
                likes: comment.like_count,
                comments: comment.n_replies,
                shares: 0,
            }),
            ticket: None,
            capture: visit.last_capture(),
        });
        is_new
    }

    fn outcome(&self, visit: &Visit<'_>) -> Outcome {
        let newest_at = self.memory.newest_at.and_then(moment);
        let rhythm = Rhythm {
            newest: newest_at,
            ..Rhythm::of(&self.times)
        };
        let (status, detail) = match newest_at {
            Some(_) => rhythm.judge(&visit.state, visit.now),
            None => (HealthStatus::Empty, "the page has no posts".to_owned()),
        };
        let detail = format!(
            "{} posts followed, {} comments read, {} new, {detail}",
            self.memory.posts.len(),
            self.n_comments,
            visit.n_new
        );
        let is_interrupted = self.memory.older.is_some()
            || self.memory.posts.iter().any(|post| post.after.is_some());
        Outcome {
            newest_entry_at: newest_at,
            cues: PollCues {
                has_more: is_interrupted,
                ..PollCues::default()
            },
            ..Outcome::well(status, detail)
        }
    }
}

/// The address at which people see a post of the page. The part after `#` is for us: the whole id.
fn post_address(post: &str) -> String {
    format!("{}#{post}", shown_address(post))
}

/// The address that opens a post at one comment; after `#` the comment's whole id, which names the
/// post's object once more.
fn comment_address(post: &str, comment: &str) -> String {
    let number = comment.rsplit('_').next().unwrap_or(comment);
    format!("{}?comment_id={number}#{comment}", shown_address(post))
}

/// The path of a post, not that of a profile: links to profiles are cut from mentions.
fn shown_address(post: &str) -> String {
    match post.split_once('_') {
        Some((page, number)) => format!("https://www.facebook.com/{page}/posts/{number}"),
        None => format!("https://www.facebook.com/posts/{post}"),
    }
}

fn id_of(item: &str) -> MentionId {
    mention_id(&["facebook", item])
}
