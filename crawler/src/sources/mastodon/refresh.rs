//! Looking again at recent posts: what was answered, liked or deleted since.

use jiff::SignedDuration;
use url::Url;

use super::Timeline;
use super::status::{by_age, oldest};
use crate::collect::{Outcome, Visit};
use crate::fetch::{FetchError, Request, without_query};

/// How often it is looked again: a post deleted at its source must be gone here within three hours.
const REFRESH_EVERY: SignedDuration = SignedDuration::from_mins(55);

/// Pages of recent posts that are looked at again.
const PAGES_MAX: usize = 10;

/// Missing posts that are asked for by themselves at one visit.
const CONFIRMATIONS_MAX: usize = 40;

/// Threads that are read at one visit.
const THREADS_MAX: usize = 60;

impl Timeline {
    /// Looks at the newest posts again, when it is time to.
    pub(super) async fn refresh(&mut self, visit: &mut Visit<'_>) -> Result<(), Outcome> {
        let now = visit.now;
        let is_due = |at| now.duration_since(at) >= REFRESH_EVERY;
        if !self.memory.refreshed_at.is_none_or(is_due) {
            return Ok(());
        }
        let remembered = self.memory.recent.clone();
        if self.memory.refreshed_at.is_some() && !remembered.is_empty() {
            let (seen, reaches_to) = self.walk(visit, &remembered[0]).await?;
            let is_missing = |id: &&String| !seen.contains(id) && by_age(id, &reaches_to).is_ge();
            let missing = remembered
                .iter()
                .filter(is_missing)
                .cloned()
                .collect::<Vec<_>>();
            self.confirm(visit, &missing).await?;
        }
        self.memory.refreshed_at = Some(now);
        Ok(())
    }

    /// Reads from the newest post back to the oldest remembered one. Gives the ids that came, and
    /// how far back they reach.
    async fn walk(
        &mut self,
        visit: &mut Visit<'_>,
        back_to: &str,
    ) -> Result<(Vec<String>, String), Outcome> {
        let mut seen = Vec::new();
        let mut before: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let parameters = before.as_deref().map(|id| ("max_id", id));
            let page = self.ask(visit, parameters.as_slice()).await?;
            seen.extend(page.iter().map(|post| post.id.clone()));
            let reached = oldest(&page);
            self.take(visit, page);
            match reached {
                // The timeline ends here: everything older is gone.
                None => return Ok((seen, back_to.to_owned())),
                Some(id) if by_age(&id, back_to).is_le() => return Ok((seen, id)),
                Some(id) => before = Some(id),
            }
        }
        let reaches_to = before.unwrap_or_else(|| back_to.to_owned());
        Ok((seen, reaches_to))
    }

    /// A post may leave a timeline without being deleted (its tag was edited away), so each missing
    /// one is asked for by itself.
    async fn confirm(&mut self, visit: &mut Visit<'_>, missing: &[String]) -> Result<(), Outcome> {
        for id in missing.iter().take(CONFIRMATIONS_MAX) {
            let url = self.address(&["statuses", id]);
            match visit.fetcher.fetch(&Request::json(url)).await {
                Ok(_) => {}
                Err(FetchError::Status {
                    status: 404 | 410, ..
                }) => {
                    self.memory.recent.retain(|known| known != id);
                    let mention = self.id_of(id);
                    visit.removed.push(mention);
                }
                Err(error) => return Err(Outcome::failed(&error)),
            }
        }
        Ok(())
    }

    /// Reads the replies to the posts of this visit that have the most; replies seldom carry the tag.
    pub(super) async fn read_threads(&mut self, visit: &mut Visit<'_>) -> Result<(), Outcome> {
        let mut replied = std::mem::take(&mut self.replied);
        replied.sort_unstable();
        replied.dedup();
        for (_, id) in replied.into_iter().rev().take(THREADS_MAX) {
            if self.is_at_bound(visit) {
                return Ok(());
            }
            let url = self.address(&["statuses", &id, "context"]);
            match self.ask_at(visit, url, Some("descendants")).await {
                Ok(thread) => self.take_replies(visit, thread),
                // Some servers show timelines but no threads.
                Err(Asked::Refused(FetchError::Status {
                    status: 400..500, ..
                })) => return Ok(()),
                Err(asked) => return Err(asked.outcome()),
            }
        }
        Ok(())
    }
}

/// Why a list of posts did not come.
pub(super) enum Asked {
    Refused(FetchError),
    Unreadable(Url, String),
}

impl Asked {
    pub(super) fn outcome(self) -> Outcome {
        match self {
            Self::Refused(error) => super::refused(&error),
            Self::Unreadable(url, reason) => Outcome::wrong(
                models::domain::HealthStatus::NotAFeed,
                format!(
                    "{} is no list of Mastodon posts: {reason}",
                    without_query(&url)
                ),
            ),
        }
    }
}
