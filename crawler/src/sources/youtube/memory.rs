//! What is remembered of YouTube between visits, in the cursor of the source's state. Moments are
//! seconds since 1970.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::budget::Budget;

/// So many videos are followed; those silent the longest are dropped first.
const VIDEOS_MAX: usize = 200;

/// So many threads of a video whose replies were read apart are remembered.
const THREADS_MAX: usize = 40;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Memory {
    pub(super) budget: Budget,
    /// When the last round of searches began.
    pub(super) searched_at: Option<i64>,
    /// The round under way stopped before this query.
    pub(super) next_query: usize,
    /// When the channels were last asked for uploads.
    pub(super) uploads_at: Option<i64>,
    /// The list of uploads of each channel.
    pub(super) uploads: Vec<(String, String)>,
    /// Newest video or comment seen.
    pub(super) newest_at: Option<i64>,
    pub(super) videos: Vec<Followed>,
}

/// A video whose comments are read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Followed {
    pub(super) id: String,
    /// When it, or the newest comment below it, was published.
    pub(super) active_at: i64,
    pub(super) asked_at: Option<i64>,
    /// `ETag` of the first page of its threads.
    pub(super) etag: Option<String>,
    /// The first reading stopped before this page.
    pub(super) next_page: Option<String>,
    /// Threads whose replies were read apart, with how many there were.
    pub(super) threads: Vec<(String, u32)>,
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

    pub(super) fn follows(&self, id: &str) -> bool {
        self.videos.iter().any(|video| video.id == id)
    }

    pub(super) fn follow(&mut self, id: &str, published_at: Timestamp) {
        if self.follows(id) {
            return;
        }
        self.videos.push(Followed {
            id: id.to_owned(),
            active_at: published_at.as_second(),
            ..Followed::default()
        });
        if self.videos.len() > VIDEOS_MAX {
            let active_at = |video: &Followed| video.active_at;
            let silent = self.videos.iter().enumerate();
            let silent = silent.min_by_key(|(_, video)| active_at(video));
            if let Some((at, _)) = silent {
                self.videos.remove(at);
            }
        }
    }

    /// Forgets videos that have been silent since a moment.
    pub(super) fn forget_silent(&mut self, since: Timestamp) {
        self.videos
            .retain(|video| video.active_at >= since.as_second());
    }

    pub(super) fn note_newest(&mut self, at: Timestamp) {
        self.newest_at = self.newest_at.max(Some(at.as_second()));
    }
}

impl Followed {
    /// When its comments are worth reading again: the younger the talk, the sooner.
    pub(super) fn due_at(&self, now: Timestamp) -> Timestamp {
        let Some(asked_at) = self.asked_at.and_then(moment) else {
            return Timestamp::MIN;
        };
        if self.next_page.is_some() {
            return asked_at;
        }
        let silence =
            moment(self.active_at).map_or(SignedDuration::MAX, |at| now.duration_since(at));
        let pause = match silence.as_hours() {
            ..24 => SignedDuration::from_mins(30),
            24..168 => SignedDuration::from_hours(3),
            _ => SignedDuration::from_hours(24),
        };
        asked_at.saturating_add(pause).unwrap_or(Timestamp::MAX)
    }

    /// How many replies of a thread were there when they were last read apart.
    pub(super) fn n_replies_read(&self, thread: &str) -> u32 {
        let known = self.threads.iter().find(|(id, _)| id == thread);
        known.map_or(0, |(_, n)| *n)
    }

    pub(super) fn note_replies(&mut self, thread: &str, n: u32) {
        self.threads.retain(|(id, _)| id != thread);
        self.threads.push((thread.to_owned(), n));
        let excess = self.threads.len().saturating_sub(THREADS_MAX);
        self.threads.drain(..excess);
    }
}

pub(super) fn moment(seconds: i64) -> Option<Timestamp> {
    Timestamp::from_second(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + hour * 3600).unwrap()
    }

    #[test]
    fn survives_in_a_cursor() {
        let mut memory = Memory {
            next_query: 2,
            ..Memory::default()
        };
        memory.follow("v1", at(0));
        memory.videos[0].note_replies("t1", 7);
        assert_eq!(Memory::from_cursor(memory.to_cursor().as_deref()), memory);
        assert_eq!(Memory::from_cursor(None), Memory::default());
        assert_eq!(Memory::from_cursor(Some("17 -")), Memory::default());
    }

    #[test]
    fn follows_a_bounded_number_and_drops_the_silent() {
        let mut memory = Memory::default();
        for n in 0..=VIDEOS_MAX {
            memory.follow(&format!("v{n}"), at(i64::try_from(n).unwrap()));
        }
        assert_eq!(memory.videos.len(), VIDEOS_MAX);
        assert!(!memory.follows("v0") && memory.follows("v1"));
        memory.forget_silent(at(100));
        assert!(!memory.follows("v99") && memory.follows("v100"));
    }

    #[test]
    fn young_talk_is_read_more_often() {
        let due_after = |age_hours: i64| {
            let video = Followed {
                active_at: at(-age_hours).as_second(),
                asked_at: Some(at(0).as_second()),
                ..Followed::default()
            };
            video.due_at(at(0)).duration_since(at(0)).as_mins()
        };
        assert_eq!([1, 48, 500].map(due_after), [30, 180, 1440]);
        assert_eq!(Followed::default().due_at(at(0)), Timestamp::MIN);
    }
}
