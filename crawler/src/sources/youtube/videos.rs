//! Finding videos, and what they say themselves.

use jiff::{SignedDuration, Timestamp};
use models::domain::{Engagement, Mention};

use super::budget::SEARCH_UNITS;
use super::memory::moment;
use super::shapes::{Channel, Found, Upload, Video};
use super::{Reader, Refusal, id_of, later, video_address};
use crate::collect::Visit;
use crate::sources::tidied;

/// The most the interface gives at once, and takes at once.
pub(super) const IDS_MAX: usize = 50;

/// Pages of one search; each costs a hundred units.
const SEARCH_PAGES_MAX: usize = 2;

/// So many units are left by searches for reading what they find.
const READING_UNITS: u32 = 20;

/// Pages of a channel's uploads.
const UPLOAD_PAGES_MAX: usize = 4;

/// Searches take at most half of a day's units.
const SEARCH_SHARE: u32 = 2;

/// A channel is asked for uploads this often.
const UPLOADS_EVERY: SignedDuration = SignedDuration::from_mins(30);

/// A search shows a video some time after it was published, so each round reaches back a little.
const SEARCH_LAG: SignedDuration = SignedDuration::from_hours(6);

impl Reader<'_> {
    /// When the next round of searches may begin; `None` without queries.
    pub(super) fn search_due_at(&self) -> Option<Timestamp> {
        let n_queries = u32::try_from(self.settings.queries.len()).unwrap_or(u32::MAX);
        if n_queries == 0 {
            return None;
        }
        if self.memory.next_query > 0 {
            return Some(Timestamp::MIN);
        }
        let rounds_a_day = self.settings.units_per_day / SEARCH_SHARE / (SEARCH_UNITS * n_queries);
        let seconds = 86_400 / i64::from(rounds_a_day.clamp(1, 96));
        let began = self.memory.searched_at.and_then(moment);
        Some(began.map_or(Timestamp::MIN, |at| {
            later(at, SignedDuration::from_secs(seconds))
        }))
    }

    pub(super) fn uploads_due_at(&self) -> Option<Timestamp> {
        if self.settings.channels.is_empty() {
            return None;
        }
        let asked_at = self.memory.uploads_at.and_then(moment);
        Some(asked_at.map_or(Timestamp::MIN, |at| later(at, UPLOADS_EVERY)))
    }

    /// Asks every query for videos published since the round before; a round that the budget or a
    /// bound interrupts goes on at the next visit.
    pub(super) async fn search(
        &mut self,
        visit: &mut Visit<'_>,
        found: &mut Vec<String>,
    ) -> Result<(), Refusal> {
        if self.search_due_at().is_none_or(|due| due > visit.now) {
            return Ok(());
        }
        let since = self.memory.searched_at.and_then(moment);
        let since = since.map_or_else(|| visit.reach_back_to(), |at| later(at, -SEARCH_LAG));
        // The interface takes whole seconds.
        let since = Timestamp::from_second(since.as_second()).unwrap_or(since);
        let queries = self.settings.queries.clone();
        for (at, query) in queries.iter().enumerate().skip(self.memory.next_query) {
            self.memory.next_query = at;
            if self.is_at_bound(visit) {
                return Ok(());
            }
            let spent = self.memory.budget.spent(visit.now);
            if spent + SEARCH_UNITS + READING_UNITS > self.limit() {
                return Err(Refusal::Spent);
            }
            self.search_one(visit, query, &since.to_string(), found)
                .await?;
        }
        self.memory.next_query = 0;
        self.memory.searched_at = Some(visit.now.as_second());
        Ok(())
    }

    async fn search_one(
        &mut self,
        visit: &mut Visit<'_>,
        query: &str,
        since: &str,
        found: &mut Vec<String>,
    ) -> Result<(), Refusal> {
        let mut next_page: Option<String> = None;
        for _ in 0..SEARCH_PAGES_MAX {
            let token = next_page.take().unwrap_or_default();
            let mut parameters = vec![
                ("q", query),
                ("type", "video"),
                ("order", "date"),
                ("publishedAfter", since),
                ("regionCode", "VN"),
                ("relevanceLanguage", "vi"),
                ("maxResults", "50"),
            ];
            if !token.is_empty() {
                parameters.push(("pageToken", &token));
            }
            let page = self
                .ask::<Found>(visit, SEARCH_UNITS, &parameters, None)
                .await?;
            let Some(page) = page else { break };
            found.extend(page.items.into_iter().filter_map(|item| item.id.video_id));
            next_page = page.next_page_token;
            if next_page.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// Lists what the channels uploaded since they were last asked.
    pub(super) async fn list_uploads(
        &mut self,
        visit: &mut Visit<'_>,
        found: &mut Vec<String>,
    ) -> Result<(), Refusal> {
        if self.uploads_due_at().is_none_or(|due| due > visit.now) {
            return Ok(());
        }
        self.learn_channels(visit).await?;
        for (_, playlist) in self.memory.uploads.clone() {
            self.list_one(visit, &playlist, found).await?;
        }
        self.memory.uploads_at = Some(visit.now.as_second());
        Ok(())
    }

    /// Asks once where each channel's uploads are listed.
    async fn learn_channels(&mut self, visit: &mut Visit<'_>) -> Result<(), Refusal> {
        let wanted = &self.settings.channels;
        self.memory
            .uploads
            .retain(|(channel, _)| wanted.contains(channel));
        let known = &self.memory.uploads;
        let is_new = |id: &&String| !known.iter().any(|(channel, _)| channel == *id);
        let new = wanted.iter().filter(is_new).cloned().collect::<Vec<_>>();
        for ids in new.chunks(IDS_MAX) {
            let joined = ids.join(",");
            let page = self.list::<Channel>(visit, &[("id", &joined)]).await?;
            for id in ids {
                match page.items.iter().find(|channel| channel.id == *id) {
                    Some(channel) => {
                        let uploads = channel.content_details.related_playlists.uploads.clone();
                        self.memory.uploads.push((id.clone(), uploads));
                    }
                    None => visit.complain(id, &"youtube knows no such channel"),
                }
            }
        }
        Ok(())
    }

    /// Newest first, until a page brings nothing that is not followed yet.
    async fn list_one(
        &mut self,
        visit: &mut Visit<'_>,
        playlist: &str,
        found: &mut Vec<String>,
    ) -> Result<(), Refusal> {
        let mut next_page: Option<String> = None;
        for _ in 0..UPLOAD_PAGES_MAX {
            let token = next_page.take().unwrap_or_default();
            let mut parameters = vec![("playlistId", playlist), ("maxResults", "50")];
            if !token.is_empty() {
                parameters.push(("pageToken", &token));
            }
            let listed = self.list::<Upload>(visit, &parameters).await;
            let page = match listed {
                Ok(page) => page,
                // A channel that never uploaded anything has no such list yet.
                Err(refusal) if refusal.reason() == Some("playlistNotFound") => return Ok(()),
                Err(refusal) => return Err(refusal),
            };
            let ids = page
                .items
                .into_iter()
                .map(|item| item.content_details.video_id);
            let ids = ids.collect::<Vec<_>>();
            let is_known = ids.iter().any(|id| visit.is_known(&video_address(id)));
            found.extend(ids);
            next_page = page.next_page_token.filter(|_| !is_known);
            if next_page.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// Reads the words of videos found, and follows their comments.
    pub(super) async fn read_videos(
        &mut self,
        visit: &mut Visit<'_>,
        mut found: Vec<String>,
    ) -> Result<(), Refusal> {
        let mut seen = std::collections::BTreeSet::new();
        found.retain(|id| {
            let is_new = !self.memory.follows(id) && !visit.is_known(&video_address(id));
            is_new && seen.insert(id.clone())
        });
        for ids in found.chunks(IDS_MAX) {
            let joined = ids.join(",");
            let page = self.list::<Video>(visit, &[("id", &joined)]).await?;
            for video in page.items {
                self.take_video(visit, &video);
            }
        }
        Ok(())
    }

    fn take_video(&mut self, visit: &mut Visit<'_>, video: &Video) {
        let published_at = visit.believable(video.snippet.published_at.parse().ok());
        let Some(published_at) = published_at.filter(|at| *at >= visit.reach_back_to()) else {
            return;
        };
        let title = tidied(Some(&video.snippet.title));
        let text = tidied(Some(&video.snippet.description)).or_else(|| title.clone());
        let Some(text) = text else { return };
        let address = video_address(&video.id);
        let number = |text: &Option<String>| {
            let number = text.as_deref().and_then(|text| text.parse::<u64>().ok());
            u32::try_from(number.unwrap_or_default()).unwrap_or(u32::MAX)
        };
        if visit.mark_visited(address.clone()) {
            visit.n_new += 1;
        }
        self.times.push(published_at);
        self.memory.note_newest(published_at);
        self.memory.follow(&video.id, published_at);
        visit.put(Mention {
            id: id_of(&video.id),
            channel: visit.source.channel,
            source: visit.source.id.clone(),
            url: Some(address),
            published_at: Some(published_at),
            title,
            text,
            parent: None,
            engagement: Some(Engagement {
                likes: number(&video.statistics.like_count),
                comments: number(&video.statistics.comment_count),
                shares: 0,
            }),
            ticket: None,
            capture: visit.last_capture(),
        });
    }
}
