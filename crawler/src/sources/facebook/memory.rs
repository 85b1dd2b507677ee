//! What is remembered of a page between visits, in the cursor of the source's state. Moments are
//! seconds since 1970.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// So many posts are followed, the newest.
const POSTS_MAX: usize = 200;

/// Comments are read again after this time although their number did not change: one may have gone
/// and another come.
const REREAD_EVERY: SignedDuration = SignedDuration::from_hours(12);

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Memory {
    /// Nothing is asked before.
    pub(super) resume_at: Option<i64>,
    /// Newest post or comment seen.
    pub(super) newest_at: Option<i64>,
    /// The first reading stopped before this page of posts.
    pub(super) older: Option<String>,
    pub(super) posts: Vec<Followed>,
}

/// A post whose comments are read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Followed {
    pub(super) id: String,
    pub(super) published_at: i64,
    /// Comments there are now.
    pub(super) n_comments: u32,
    /// Comments there were when they were last read to the end.
    pub(super) n_read: u32,
    pub(super) read_at: Option<i64>,
    /// The reading stopped before this page of comments.
    pub(super) after: Option<String>,
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

    /// The moment before which nothing may be asked, when it has not come.
    pub(super) fn paused_until(&self, now: Timestamp) -> Option<Timestamp> {
        moment(self.resume_at?).filter(|until| *until > now)
    }

    pub(super) fn note_newest(&mut self, at: Timestamp) {
        self.newest_at = self.newest_at.max(Some(at.as_second()));
    }

    /// Notes how many comments a post has now.
    pub(super) fn follow(&mut self, id: &str, published_at: Timestamp, n_comments: u32) {
        if let Some(known) = self.posts.iter_mut().find(|post| post.id == id) {
            known.n_comments = n_comments;
            return;
        }
        self.posts.push(Followed {
            id: id.to_owned(),
            published_at: published_at.as_second(),
            n_comments,
            ..Followed::default()
        });
        self.posts.sort_by_key(|post| post.published_at);
        let excess = self.posts.len().saturating_sub(POSTS_MAX);
        self.posts.drain(..excess);
    }
}

impl Followed {
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        let is_old = |at: Timestamp| now.duration_since(at) >= REREAD_EVERY;
        let was_read_long_ago = self.read_at.and_then(moment).is_none_or(is_old);
        self.after.is_some()
            || self.n_comments != self.n_read
            || (self.n_comments > 0 && was_read_long_ago)
    }
}

pub(super) fn moment(seconds: i64) -> Option<Timestamp> {
    Timestamp::from_second(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn survives_in_a_cursor_and_stays_bounded() {
        let at = |n: i64| Timestamp::from_second(1_790_000_000 + n).unwrap();
        let mut memory = Memory::default();
        for n in 0..=200 {
            memory.follow(&n.to_string(), at(n), 1);
        }
        assert_eq!(
            (memory.posts.len(), memory.posts[0].id.as_str()),
            (200, "1")
        );
        assert_eq!(Memory::from_cursor(memory.to_cursor().as_deref()), memory);
        assert_eq!(Memory::from_cursor(Some("x")), Memory::default());
    }
}
