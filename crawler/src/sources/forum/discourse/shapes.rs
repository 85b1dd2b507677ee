//! What is read of the forum's answers; the evidence holds these fields only. Quotes of others and
//! names of members are cut from posts as they are read.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

use crate::sources::forum::words::{first_quoted, own_words};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Latest {
    pub(super) topic_list: TopicList,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct TopicList {
    #[serde(default)]
    pub(super) more_topics_url: Option<String>,
    #[serde(default)]
    pub(super) topics: Vec<TopicLine>,
}

/// A line of the list of topics.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct TopicLine {
    pub(super) id: u64,
    #[serde(default)]
    bumped_at: Option<String>,
    #[serde(default)]
    last_posted_at: Option<String>,
    #[serde(default)]
    pub(super) pinned: bool,
}

impl TopicLine {
    /// When it was last written in.
    pub(super) fn moment(&self) -> Option<Timestamp> {
        let text = self.bumped_at.as_deref().or(self.last_posted_at.as_deref());
        text?.parse().ok()
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Topic {
    pub(super) id: u64,
    #[serde(default)]
    pub(super) title: String,
    pub(super) post_stream: Stream,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct More {
    pub(super) post_stream: Stream,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Stream {
    #[serde(default)]
    pub(super) posts: Vec<Post>,
    /// Ids of all posts that stand, in their order.
    #[serde(default)]
    pub(super) stream: Vec<u64>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Post {
    pub(super) id: u64,
    #[serde(rename = "post_number")]
    pub(super) number: u64,
    #[serde(default = "regular", rename = "post_type")]
    kind: u8,
    pub(super) created_at: String,
    /// The post as HTML, members' names and pictures cut.
    #[serde(default, deserialize_with = "cut")]
    pub(super) cooked: String,
    #[serde(default)]
    pub(super) reply_to_post_number: Option<u64>,
    #[serde(default)]
    pub(super) reply_count: u32,
    #[serde(default)]
    actions_summary: Vec<Actions>,
    #[serde(default)]
    hidden: bool,
    #[serde(default)]
    user_deleted: bool,
    #[serde(default)]
    deleted_at: Option<String>,
}

/// How often people did something to a post; 2 is liking it.
#[derive(Debug, Serialize, Deserialize)]
struct Actions {
    id: u32,
    #[serde(default)]
    count: u32,
}

const LIKE: u32 = 2;
const REGULAR: u8 = 1;

fn regular() -> u8 {
    REGULAR
}

impl Post {
    /// Whether a member wrote it for everyone: not a notice of the software or between moderators.
    pub(super) fn is_speech(&self) -> bool {
        self.kind == REGULAR
    }

    /// Whether its author or a moderator took it down, although its place is still there.
    pub(super) fn is_withdrawn(&self) -> bool {
        self.user_deleted || self.hidden || self.deleted_at.is_some()
    }

    pub(super) fn n_likes(&self) -> u32 {
        let likes = self
            .actions_summary
            .iter()
            .find(|actions| actions.id == LIKE);
        likes.map_or(0, |likes| likes.count)
    }
}

/// Of a quote only the number of the quoted post is left, which names nobody.
fn cut<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let html = String::deserialize(deserializer)?;
    let own = own_words(&html);
    Ok(match first_quoted(&html) {
        Some((topic, post)) => format!(
            "<aside class=\"quote\" data-post=\"{post}\" data-topic=\"{topic}\"></aside>{own}"
        ),
        None => own,
    })
}
