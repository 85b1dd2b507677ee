//! Discourse forums through their JSON: the latest topics of a site or category, and the posts below
//! each. Names, pictures and ids of members are cut even from the evidence.

mod memory;
mod shapes;
mod standing;

use jiff::Timestamp;
use models::domain::{Engagement, HealthStatus, Mention, MentionId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::words::{first_quoted, own_words};
use crate::collect::{Outcome, Visit};
use crate::extract::html_to_text;
use crate::fetch::politeness::{PollCues, entries_per_day};
use crate::fetch::{FetchError, Request, without_query};
use crate::sources::handle::without_handles;
use crate::sources::rhythm::Rhythm;
use crate::sources::{mention_id, tidied};
use memory::{Memory, moment};
use shapes::{Latest, More, Post, Topic, TopicLine};

pub(crate) use standing::recheck;

/// Pages of the list of topics read at one visit.
const LISTS_MAX: usize = 10;

/// Posts asked for at once beyond those that come with a topic.
const POSTS_AT_ONCE: usize = 20;

pub(crate) async fn visit(visit: &mut Visit<'_>, url: &Url) -> Outcome {
    let mut reader = Reader {
        site: site_of(url),
        list: list_of(url),
        memory: Memory::from_cursor(visit.state.cursor.as_deref()),
        times: Vec::new(),
        n_topics: 0,
        n_pages: 0,
    };
    let ended = reader.read(visit).await;
    let times = &reader.times;
    visit.state.entries_per_day = entries_per_day(times, visit.now).or(visit.state.entries_per_day);
    visit.state.cursor = reader.memory.to_cursor();
    match ended {
        Ok(has_more) => reader.outcome(visit, has_more),
        Err(stopped) => {
            let outcome = stopped.outcome();
            if reader.n_pages > 0 {
                // What came is kept; the memory says where to go on.
                visit.complain(visit.source.id.as_str(), &outcome.detail);
            }
            outcome
        }
    }
}

/// Why something did not come.
enum Stopped {
    Refused(FetchError),
    Unreadable(String),
}

impl Stopped {
    fn is_missing(&self) -> bool {
        matches!(
            self,
            Self::Refused(FetchError::Status {
                status: 403 | 404 | 410,
                ..
            })
        )
    }

    fn outcome(self) -> Outcome {
        match self {
            Self::Refused(error) => {
                let mut outcome = Outcome::failed(&error);
                if let FetchError::Status { status: 403, .. } = error {
                    outcome.detail = format!("{error}; the forum shows this to members only");
                }
                outcome
            }
            Self::Unreadable(what) => Outcome::wrong(
                HealthStatus::NotAFeed,
                format!("no answer of a Discourse forum: {what}"),
            ),
        }
    }
}

/// A forum as one visit reads it.
struct Reader {
    site: Url,
    list: Url,
    memory: Memory,
    times: Vec<Timestamp>,
    n_topics: usize,
    n_pages: usize,
}

impl Reader {
    /// Reads topics that were written in since the last visit, the longest waiting first; `true`
    /// when some are left.
    async fn read(&mut self, visit: &mut Visit<'_>) -> Result<bool, Stopped> {
        self.memory.forget_before(visit.reach_back_to());
        let mut bumped = self.read_lists(visit).await?;
        bumped.reverse();
        for line in bumped {
            if self.is_at_bound(visit) {
                return Ok(true);
            }
            match self.read_topic(visit, &line).await {
                Ok(()) => self.n_topics += 1,
                // It went, or behind a door, between the list and now.
                Err(stopped) if stopped.is_missing() => {}
                Err(stopped) => return Err(stopped),
            }
        }
        Ok(false)
    }

    fn is_at_bound(&self, visit: &Visit<'_>) -> bool {
        self.n_pages >= visit.fetcher.policy().visit.pages_max || visit.is_full()
    }

    /// Topics that were written in since they were last read, the latest first. Pinned ones stand on
    /// top whatever their age.
    async fn read_lists(&mut self, visit: &mut Visit<'_>) -> Result<Vec<TopicLine>, Stopped> {
        let mut bumped = Vec::new();
        for n in 0..LISTS_MAX {
            let mut url = self.list.clone();
            url.query_pairs_mut()
                .append_pair("no_definitions", "true")
                .append_pair("page", &n.to_string());
            let latest: Latest = self.ask(visit, url).await?;
            let lines = latest.topic_list.topics;
            let has_next = latest.topic_list.more_topics_url.is_some();
            let oldest_wanted = visit.reach_back_to();
            let is_wanted = |line: &TopicLine| line.moment().is_some_and(|at| at >= oldest_wanted);
            let is_done = lines
                .iter()
                .filter(|line| !line.pinned)
                .any(|line| !is_wanted(line) || !self.memory.is_bumped(line));
            let new = lines
                .into_iter()
                .filter(|line| is_wanted(line) && self.memory.is_bumped(line));
            bumped.extend(new);
            if is_done || !has_next {
                break;
            }
        }
        Ok(bumped)
    }

    async fn ask<T: Serialize + DeserializeOwned>(
        &mut self,
        visit: &mut Visit<'_>,
        url: Url,
    ) -> Result<T, Stopped> {
        let asked = visit.fetcher.fetch(&Request::json(url.clone())).await;
        let mut answer = asked.map_err(Stopped::Refused)?;
        self.n_pages += 1;
        let unreadable = |error: serde_json::Error| {
            let (line, column) = (error.line(), error.column());
            let address = without_query(&url);
            Stopped::Unreadable(format!("{address}, line {line}, column {column}"))
        };
        let read: T = serde_json::from_slice(&answer.body).map_err(unreadable)?;
        answer.body = serde_json::to_vec(&read).map_err(unreadable)?;
        visit.capture(answer);
        Ok(read)
    }

    /// Reads the posts of a topic that were not read before.
    async fn read_topic(&mut self, visit: &mut Visit<'_>, line: &TopicLine) -> Result<(), Stopped> {
        let id = line.id.to_string();
        let topic: Topic = self
            .ask(visit, address(&self.site, &["t", &format!("{id}.json")]))
            .await?;
        let read_to = self.memory.read_to(line.id);
        let mut last = read_to;
        for post in &topic.post_stream.posts {
            self.take(visit, &topic, post);
            last = last.max(post.id);
        }
        let came = |id: &u64| topic.post_stream.posts.iter().any(|post| post.id == *id);
        let stream = topic.post_stream.stream.iter().copied();
        let rest = stream
            .filter(|id| *id > read_to && !came(id))
            .collect::<Vec<_>>();
        for ids in rest.chunks(POSTS_AT_ONCE) {
            if self.is_at_bound(visit) {
                // The topic counts as not read: the next visit asks for what is left.
                self.memory.note(line.id, None, last);
                return Ok(());
            }
            let mut url = address(&self.site, &["t", &id, "posts.json"]);
            let wanted = ids.iter().map(|id| ("post_ids[]", id.to_string()));
            url.query_pairs_mut().extend_pairs(wanted);
            let more: More = self.ask(visit, url).await?;
            for post in &more.post_stream.posts {
                self.take(visit, &topic, post);
            }
            last = last.max(ids.iter().max().copied().unwrap_or_default());
        }
        self.memory.note(line.id, line.moment(), last);
        Ok(())
    }

    fn take(&mut self, visit: &mut Visit<'_>, topic: &Topic, post: &Post) {
        let id = self.id_of(topic.id, post.number);
        if post.is_withdrawn() {
            visit.removed.push(id);
            return;
        }
        let said_at = visit.believable(post.created_at.parse().ok());
        let Some(said_at) = said_at.filter(|at| *at >= visit.reach_back_to()) else {
            return;
        };
        let quoted = first_quoted(&post.cooked).filter(|(quoted_in, _)| *quoted_in == topic.id);
        let title = (post.number == 1)
            .then(|| tidied(Some(&without_handles(&topic.title))))
            .flatten();
        let text = tidied(Some(&html_to_text(&own_words(&post.cooked)))).or_else(|| title.clone());
        let (Some(text), true) = (text, post.is_speech()) else {
            return;
        };
        let answers = post
            .reply_to_post_number
            .or(quoted.map(|(_, number)| number));
        let answers = answers.filter(|number| *number != post.number);
        let parent = (post.number > 1).then(|| answers.unwrap_or(1));
        let shown = address(
            &self.site,
            &["t", &topic.id.to_string(), &post.number.to_string()],
        );
        visit.n_new += u32::from(visit.mark_visited(shown.to_string()));
        self.times.push(said_at);
        self.memory.note_newest(said_at);
        visit.put(Mention {
            id,
            channel: visit.source.channel,
            source: visit.source.id.clone(),
            url: Some(shown.to_string()),
            published_at: Some(said_at),
            title,
            text,
            parent: parent.map(|number| self.id_of(topic.id, number)),
            engagement: Some(Engagement {
                likes: post.n_likes(),
                comments: post.reply_count,
                shares: 0,
            }),
            ticket: None,
            capture: visit.last_capture(),
        });
    }

    fn id_of(&self, topic: u64, post_number: u64) -> MentionId {
        let (topic, number) = (topic.to_string(), post_number.to_string());
        mention_id(&["discourse", self.site.as_str(), &topic, &number])
    }

    fn outcome(&self, visit: &Visit<'_>, has_more: bool) -> Outcome {
        let newest_at = self.memory.newest_at.and_then(moment);
        let rhythm = Rhythm {
            newest: newest_at,
            ..Rhythm::of(&self.times)
        };
        let (status, detail) = match newest_at {
            Some(_) => rhythm.judge(&visit.state, visit.now),
            None => (HealthStatus::Empty, "no topics".to_owned()),
        };
        let detail = format!(
            "{} topics read, {} posts new, {detail}",
            self.n_topics, visit.n_new
        );
        Outcome {
            newest_entry_at: newest_at,
            cues: PollCues {
                has_more,
                ..PollCues::default()
            },
            ..Outcome::well(status, detail)
        }
    }
}

/// Where the forum begins: a category's address stands below it.
fn site_of(url: &Url) -> Url {
    let mut site = url.clone();
    site.set_query(None);
    site.set_fragment(None);
    let below = url.path().find("/c/").unwrap_or(url.path().len());
    let path = format!("{}/", url.path()[..below].trim_end_matches('/'));
    site.set_path(&path);
    site
}

/// The list of the latest topics of the site or category.
fn list_of(url: &Url) -> Url {
    let mut list = url.clone();
    list.set_query(None);
    list.set_fragment(None);
    let path = url.path().trim_end_matches('/').trim_end_matches(".json");
    let path = path
        .trim_end_matches("/l/latest")
        .trim_end_matches("/latest");
    list.set_path(&if path.contains("/c/") {
        format!("{path}/l/latest.json")
    } else {
        format!("{path}/latest.json")
    });
    list
}

fn address(site: &Url, path: &[&str]) -> Url {
    let mut url = site.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_lies_below_its_site() {
        let both = |text: &str| {
            let url = Url::parse(text).unwrap();
            (site_of(&url).to_string(), list_of(&url).to_string())
        };
        assert_eq!(
            both("https://f.example/c/do-thi/5"),
            (
                "https://f.example/".to_owned(),
                "https://f.example/c/do-thi/5/l/latest.json".to_owned()
            )
        );
        assert_eq!(
            both("https://example.vn/forum/"),
            (
                "https://example.vn/forum/".to_owned(),
                "https://example.vn/forum/latest.json".to_owned()
            )
        );
        assert_eq!(
            both("https://f.example/c/do-thi/5/l/latest.json").1,
            "https://f.example/c/do-thi/5/l/latest.json"
        );
    }
}
