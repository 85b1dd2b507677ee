//! YouTube: videos that searches and channels give, and the comments below them, through the Data
//! API v3. Authors are not even asked for.

mod api;
mod budget;
mod comments;
mod memory;
mod shapes;
mod standing;
mod videos;

use jiff::{SignedDuration, Timestamp};
use models::domain::{HealthStatus, MentionId, YouTube};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::mention_id;
use super::rhythm::Rhythm;
use crate::collect::{Ended, Outcome, Visit};
use crate::fetch::politeness::{PollCues, entries_per_day};
use api::{Api, Refusal};
use budget::{LIST_UNITS, next_day};
use memory::{Memory, moment};
use shapes::{Item, Page};

pub(crate) use standing::recheck;

/// Of a day's units this share is left for looking whether what was heard still stands.
const STANDING_SHARE: u32 = 10;

pub(crate) async fn visit(visit: &mut Visit<'_>, base: &Url, settings: &YouTube) -> Outcome {
    let api = match Api::new(base, &settings.key) {
        Ok(api) => api,
        Err(reason) => return Outcome::wrong(HealthStatus::Unreachable, reason),
    };
    let mut reader = Reader::new(visit, api, settings);
    let ended = reader.read(visit).await;
    let times = &reader.times;
    visit.state.entries_per_day = entries_per_day(times, visit.now).or(visit.state.entries_per_day);
    visit.state.cursor = reader.memory.to_cursor();
    match ended {
        Ok(()) => reader.outcome(visit),
        Err(refusal) => {
            let mut outcome = refusal.outcome(settings.units_per_day, next_day(visit.now));
            if reader.n_pages == 0 && outcome.status == HealthStatus::OverQuota {
                outcome.ended = Ended::PutOff;
            } else if reader.n_pages > 0 {
                // What came is kept; the memory says where to go on.
                visit.complain(visit.source.id.as_str(), &outcome.detail);
            }
            outcome.newest_entry_at = reader.memory.newest_at.and_then(moment);
            outcome
        }
    }
}

/// YouTube as one visit reads it.
struct Reader<'a> {
    api: Api,
    settings: &'a YouTube,
    memory: Memory,
    times: Vec<Timestamp>,
    n_comments: usize,
    n_pages: usize,
}

impl<'a> Reader<'a> {
    fn new(visit: &Visit<'_>, api: Api, settings: &'a YouTube) -> Self {
        Self {
            api,
            settings,
            memory: Memory::from_cursor(visit.state.cursor.as_deref()),
            times: Vec::new(),
            n_comments: 0,
            n_pages: 0,
        }
    }

    async fn read(&mut self, visit: &mut Visit<'_>) -> Result<(), Refusal> {
        let oldest_wanted = visit.reach_back_to();
        self.memory.forget_silent(oldest_wanted);
        let mut found = Vec::new();
        let searched = self.search(visit, &mut found).await;
        let listed = match searched {
            Ok(()) => self.list_uploads(visit, &mut found).await,
            refused => refused,
        };
        if !matches!(listed, Ok(()) | Err(Refusal::Spent)) {
            return listed;
        }
        // What was found was paid for: it is read even when no more can be found.
        self.read_videos(visit, found).await?;
        self.read_comments(visit).await?;
        listed
    }

    fn is_at_bound(&self, visit: &Visit<'_>) -> bool {
        self.n_pages >= visit.fetcher.policy().visit.pages_max || visit.is_full()
    }

    /// Units that visits may spend a day.
    fn limit(&self) -> u32 {
        self.settings.units_per_day - self.settings.units_per_day / STANDING_SHARE
    }

    /// One page, paid for, kept as evidence; `None` when nothing changed since the `ETag`.
    async fn ask<T: Item + Serialize + DeserializeOwned>(
        &mut self,
        visit: &mut Visit<'_>,
        units: u32,
        parameters: &[(&str, &str)],
        etag: Option<String>,
    ) -> Result<Option<Page<T>>, Refusal> {
        if !self.memory.budget.take(units, self.limit(), visit.now) {
            return Err(Refusal::Spent);
        }
        let got = self.api.list(visit.fetcher, parameters, etag).await;
        let got = got.inspect_err(|refusal| {
            if refusal.is_over_quota() {
                let limit = self.settings.units_per_day;
                self.memory.budget.exhaust(limit, visit.now);
            }
        })?;
        self.n_pages += 1;
        let Some(page) = got.page else {
            return Ok(None);
        };
        if !page.items.is_empty() {
            visit.capture(got.answer);
        }
        Ok(Some(page))
    }

    async fn list<T: Item + Serialize + DeserializeOwned>(
        &mut self,
        visit: &mut Visit<'_>,
        parameters: &[(&str, &str)],
    ) -> Result<Page<T>, Refusal> {
        let page = self.ask(visit, LIST_UNITS, parameters, None).await?;
        page.ok_or_else(|| Refusal::Unreadable("unchanged, though nothing was known".to_owned()))
    }

    fn outcome(&self, visit: &Visit<'_>) -> Outcome {
        let newest_at = self.memory.newest_at.and_then(moment);
        let rhythm = Rhythm {
            newest: newest_at,
            ..Rhythm::of(&self.times)
        };
        let (status, detail) = match newest_at {
            Some(_) => rhythm.judge(&visit.state, visit.now),
            None => (HealthStatus::Empty, "no videos found".to_owned()),
        };
        let spent = self.memory.budget.spent(visit.now);
        let detail = format!(
            "{} videos followed, {} comments read, {} new, {spent} of {} units spent today, {detail}",
            self.memory.videos.len(),
            self.n_comments,
            visit.n_new,
            self.settings.units_per_day,
        );
        let next_due = self.next_due(visit.now);
        let has_more = next_due <= visit.now;
        Outcome {
            newest_entry_at: newest_at,
            cues: PollCues {
                has_more,
                not_before: (!has_more).then_some(next_due),
                ..PollCues::default()
            },
            ..Outcome::well(status, detail)
        }
    }

    /// The moment the first thing is worth asking again.
    fn next_due(&self, now: Timestamp) -> Timestamp {
        let videos = self.memory.videos.iter().map(|video| video.due_at(now));
        let lists = [self.search_due_at(), self.uploads_due_at()];
        let all = videos.chain(lists.into_iter().flatten());
        all.min()
            .unwrap_or_else(|| later(now, SignedDuration::from_hours(1)))
    }
}

fn later(moment: Timestamp, by: SignedDuration) -> Timestamp {
    moment.saturating_add(by).unwrap_or(Timestamp::MAX)
}

/// The address at which people see a video.
fn video_address(video: &str) -> String {
    format!("https://www.youtube.com/watch?v={video}")
}

/// The address that opens a video with one comment on top.
fn comment_address(video: &str, comment: &str) -> String {
    format!("https://www.youtube.com/watch?v={video}&lc={comment}")
}

/// Videos and comments share no ids.
fn id_of(item: &str) -> MentionId {
    mention_id(&["youtube", item])
}
