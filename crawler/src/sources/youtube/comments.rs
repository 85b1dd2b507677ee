//! Comments below the videos that are followed.

use jiff::Timestamp;
use models::domain::{Engagement, Mention};

use super::budget::LIST_UNITS;
use super::memory::Followed;
use super::shapes::{Comment, Page, Thread};
use super::{Reader, Refusal, comment_address, id_of};
use crate::collect::Visit;
use crate::sources::tidied;

/// Pages of threads read of one video at one visit.
const THREAD_PAGES_MAX: usize = 20;

/// Pages of replies read of one thread.
const REPLY_PAGES_MAX: usize = 10;

impl Reader<'_> {
    /// Reads the comments of the videos whose time has come, those asked longest ago first.
    pub(super) async fn read_comments(&mut self, visit: &mut Visit<'_>) -> Result<(), Refusal> {
        let mut due = self.memory.videos.iter().collect::<Vec<_>>();
        due.retain(|video| video.due_at(visit.now) <= visit.now);
        due.sort_by_key(|video| (video.asked_at, video.id.clone()));
        let due = due.into_iter().map(|video| video.id.clone());
        for id in due.collect::<Vec<_>>() {
            if self.is_at_bound(visit) {
                return Ok(());
            }
            let Some(at) = self.memory.videos.iter().position(|video| video.id == id) else {
                continue;
            };
            let mut video = self.memory.videos[at].clone();
            let read = self.read_threads(visit, &mut video).await;
            match &read {
                Ok(()) => video.asked_at = Some(visit.now.as_second()),
                Err(refusal) => match refusal.reason() {
                    Some("commentsDisabled") => {
                        visit.complain(&id, &"comments are switched off below this video");
                        video.asked_at = Some(visit.now.as_second());
                        self.memory.videos[at] = video;
                        continue;
                    }
                    // Whether it is gone for good is found when it is looked at again.
                    Some("videoNotFound") => {
                        self.memory.videos.remove(at);
                        continue;
                    }
                    // A token of an earlier visit is no longer good: it is read from the top.
                    Some("invalidPageToken") => {
                        video.next_page = None;
                        self.memory.videos[at] = video;
                        continue;
                    }
                    // What came after the first page is read again, whatever its `ETag` says.
                    _ => video.etag = None,
                },
            }
            self.memory.videos[at] = video;
            read?;
        }
        Ok(())
    }

    /// Reads threads newest first until a page holds nothing new; a first reading goes to the end,
    /// over several visits if need be.
    async fn read_threads(
        &mut self,
        visit: &mut Visit<'_>,
        video: &mut Followed,
    ) -> Result<(), Refusal> {
        let goes_on = video.next_page.is_some();
        let is_first = video.asked_at.is_none() || goes_on;
        for n in 0..THREAD_PAGES_MAX {
            let id = video.id.clone();
            let token = video.next_page.clone().unwrap_or_default();
            let mut parameters = vec![
                ("videoId", id.as_str()),
                ("order", "time"),
                ("textFormat", "plainText"),
                ("maxResults", "100"),
            ];
            if !token.is_empty() {
                parameters.push(("pageToken", &token));
            }
            let etag = video.etag.clone().filter(|_| n == 0 && !goes_on);
            let asked = self.ask::<Thread>(visit, LIST_UNITS, &parameters, etag);
            let Some(page) = asked.await? else {
                return Ok(());
            };
            if token.is_empty() {
                video.etag.clone_from(&page.etag);
            }
            let next_page = page.next_page_token.clone();
            let has_new = self.take_threads(visit, video, page).await?;
            video.next_page = next_page.filter(|_| has_new || is_first);
            if video.next_page.is_none() || self.is_at_bound(visit) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Takes a page of threads; says whether any of it was new.
    async fn take_threads(
        &mut self,
        visit: &mut Visit<'_>,
        video: &mut Followed,
        page: Page<Thread>,
    ) -> Result<bool, Refusal> {
        let mut has_new = false;
        let mut to_read = Vec::new();
        for thread in page.items {
            let first = &thread.snippet.top_level_comment;
            let n_replies = thread.snippet.total_reply_count;
            has_new |= self.take(visit, video, first, None, n_replies);
            let inline = thread.replies.map_or_else(Vec::new, |below| below.comments);
            for reply in &inline {
                self.take(visit, video, reply, Some(&thread.id), 0);
            }
            let n_inline = u32::try_from(inline.len()).unwrap_or(u32::MAX);
            if n_replies > n_inline.max(video.n_replies_read(&thread.id)) {
                to_read.push((thread.id, n_replies));
            }
        }
        for (thread, n_replies) in to_read {
            self.read_replies(visit, video, &thread).await?;
            video.note_replies(&thread, n_replies);
        }
        Ok(has_new)
    }

    /// The replies beyond those that came with their thread.
    async fn read_replies(
        &mut self,
        visit: &mut Visit<'_>,
        video: &mut Followed,
        thread: &str,
    ) -> Result<(), Refusal> {
        let mut token = String::new();
        for _ in 0..REPLY_PAGES_MAX {
            let mut parameters = vec![
                ("parentId", thread),
                ("textFormat", "plainText"),
                ("maxResults", "100"),
            ];
            if !token.is_empty() {
                parameters.push(("pageToken", &token));
            }
            let page = self.list::<Comment>(visit, &parameters).await?;
            for reply in &page.items {
                self.take(visit, video, reply, Some(thread), 0);
            }
            match page.next_page_token {
                Some(next) => token = next,
                None => return Ok(()),
            }
        }
        Ok(())
    }

    /// A mention of a comment; says whether it was new.
    fn take(
        &mut self,
        visit: &mut Visit<'_>,
        video: &mut Followed,
        comment: &Comment,
        thread: Option<&str>,
        n_replies: u32,
    ) -> bool {
        let said_at = comment.snippet.published_at.parse::<Timestamp>().ok();
        let said_at = visit.believable(said_at);
        let Some(said_at) = said_at.filter(|at| *at >= visit.reach_back_to()) else {
            return false;
        };
        let Some(text) = tidied(Some(&comment.snippet.text_display)) else {
            return false;
        };
        let address = comment_address(&video.id, &comment.id);
        let parent = comment.snippet.parent_id.as_deref().or(thread);
        let is_new = visit.mark_visited(address.clone());
        visit.n_new += u32::from(is_new);
        self.n_comments += 1;
        self.times.push(said_at);
        self.memory.note_newest(said_at);
        video.active_at = video.active_at.max(said_at.as_second());
        visit.put(Mention {
            id: id_of(&comment.id),
            channel: visit.source.channel,
            source: visit.source.id.clone(),
            url: Some(address),
            published_at: Some(said_at),
            title: None,
            text,
            parent: Some(id_of(parent.unwrap_or(&video.id))),
            engagement: Some(Engagement {
                likes: comment.snippet.like_count,
                comments: n_replies,
                shares: 0,
            }),
            ticket: None,
            capture: visit.last_capture(),
        });
        is_new
    }
}
