//! What is remembered of a forum between visits, in the cursor of the source's state. Moments are
//! seconds since 1970.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::shapes::TopicLine;

/// So many topics are remembered, those written in last.
const TOPICS_MAX: usize = 300;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Memory {
    /// Newest post seen.
    pub(super) newest_at: Option<i64>,
    topics: Vec<Known>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    id: u64,
    /// When it had last been written in when it was read; 0 when some was left.
    bumped_at: i64,
    /// Id of the last post read.
    last_post: u64,
}

impl Memory {
    pub(super) fn from_cursor(cursor: Option<&str>) -> Self {
        cursor
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default()
    }

    pub(super) fn to_cursor(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    pub(super) fn note_newest(&mut self, at: Timestamp) {
        self.newest_at = self.newest_at.max(Some(at.as_second()));
    }

    /// Whether a topic was written in since it was last read.
    pub(super) fn is_bumped(&self, line: &TopicLine) -> bool {
        let at = line.moment().map_or(0, Timestamp::as_second);
        let known = self.topics.iter().find(|topic| topic.id == line.id);
        known.is_none_or(|topic| topic.bumped_at < at)
    }

    /// Id of the last post read of a topic.
    pub(super) fn read_to(&self, topic: u64) -> u64 {
        let known = self.topics.iter().find(|known| known.id == topic);
        known.map_or(0, |topic| topic.last_post)
    }

    /// Notes a topic as read up to a post; without a moment some of it was left.
    pub(super) fn note(&mut self, topic: u64, bumped_at: Option<Timestamp>, last_post: u64) {
        self.topics.retain(|known| known.id != topic);
        self.topics.push(Known {
            id: topic,
            bumped_at: bumped_at.map_or(0, Timestamp::as_second),
            last_post,
        });
        let excess = self.topics.len().saturating_sub(TOPICS_MAX);
        self.topics.drain(..excess);
    }

    /// Forgets topics that nobody wrote in since a moment.
    pub(super) fn forget_before(&mut self, moment: Timestamp) {
        let is_recent = |at: i64| at == 0 || at >= moment.as_second();
        self.topics.retain(|topic| is_recent(topic.bumped_at));
    }
}

pub(super) fn moment(seconds: i64) -> Option<Timestamp> {
    Timestamp::from_second(seconds).ok()
}
