//! One visit to one source. It never fails: a broken source gives its health and whatever could be
//! had of it, and the rest of the day goes on.

use jiff::{SignedDuration, Timestamp};
use models::domain::{
    Capture, Channel, ContentHash, FetchState, FoundPage, HealthStatus, Mention, MentionId, Source,
    SourceHealth, SourceKind,
};
use rustc_hash::{FxHashMap, FxHashSet};
use sha2::{Digest, Sha256};
use url::Url;

use crate::extract::Outlets;
use crate::fetch::politeness::{PollCues, next_poll};
use crate::fetch::{Answer, FetchError, Fetcher};
use crate::sources;

/// What one visit gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Collected {
    /// Answers as they came, in the order of fetching.
    pub captures: Vec<Capture>,
    /// What was said. A mention may come again with more text, another engagement or another state
    /// of its ticket, always under the same id: the later one replaces the earlier.
    pub mentions: Vec<Mention>,
    /// Addresses that are done with, in canonical form; the `known` of later visits says yes to
    /// them.
    pub visited: Vec<String>,
    /// Pages to be read one by one (see [`crate::page::read_page`]), newest first as far as the
    /// listing knows. To be put into the queue together with the rest; from then on `known` says yes
    /// to their keys too.
    pub pages: Vec<FoundPage>,
    /// Mentions that were taken down at their source.
    pub removed: Vec<MentionId>,
    /// To be given to the next visit.
    pub state: FetchState,
    /// How the source is doing.
    pub health: SourceHealth,
    /// What was wrong, one line each, never a citizen's words; at most [`COMPLAINTS_MAX`].
    pub complaints: Vec<String>,
}

/// More complaints of one visit are not kept.
pub const COMPLAINTS_MAX: usize = 50;

/// Visits a source: asks for what is new, finds the pages behind it, and says how the source is
/// doing and when it is worth asking again.
///
/// `known` is asked with canonical addresses and says which are done with or wait in the queue (see
/// [`Collected::visited`] and [`Collected::pages`]).
pub async fn collect(
    source: &Source,
    state: FetchState,
    fetcher: &Fetcher,
    outlets: &Outlets,
    known: &(dyn Fn(&str) -> bool + Sync),
    now: Timestamp,
) -> Collected {
    let mut visit = Visit::new(source, state, fetcher, outlets, known, now);
    if let Some(reason) = &source.disabled {
        return visit.finish(Outcome::idle(HealthStatus::Disabled, reason.clone()));
    }
    if source.kind == SourceKind::Import {
        return visit.finish(Outcome::idle(
            HealthStatus::Pending,
            "filled by import".to_owned(),
        ));
    }
    let Ok(url) = Url::parse(&source.url) else {
        return visit.finish(Outcome::failed(&FetchError::InvalidUrl(source.url.clone())));
    };
    let outcome = match &source.kind {
        SourceKind::Feed if source.channel == Channel::Social => {
            sources::forum::feed::visit(&mut visit, url).await
        }
        SourceKind::Feed => sources::feed::visit(&mut visit, url).await,
        SourceKind::Sitemap => sources::sitemap::visit(&mut visit, url).await,
        SourceKind::Open311(how) => sources::open311::visit(&mut visit, &url, how).await,
        SourceKind::MastodonTag(tag) => sources::mastodon::visit(&mut visit, &url, tag).await,
        SourceKind::YouTube(settings) => sources::youtube::visit(&mut visit, &url, settings).await,
        SourceKind::FacebookPage(page) => sources::facebook::visit(&mut visit, &url, page).await,
        SourceKind::Discourse => sources::forum::discourse::visit(&mut visit, &url).await,
        SourceKind::MastodonStream(stream) => {
            sources::mastodon::visit(&mut visit, &url, &stream.tag).await
        }
        SourceKind::Bluesky(_) | SourceKind::Webhook(_) | SourceKind::Zalo(_) => {
            Outcome::idle(HealthStatus::Pending, "comes by itself".to_owned())
        }
        SourceKind::Import => Outcome::idle(HealthStatus::Pending, "filled by import".to_owned()),
    };
    visit.finish(outcome)
}

/// A visit under way: what it was given and what it has gathered.
pub(crate) struct Visit<'a> {
    pub(crate) source: &'a Source,
    pub(crate) fetcher: &'a Fetcher,
    pub(crate) outlets: &'a Outlets,
    known: &'a (dyn Fn(&str) -> bool + Sync),
    pub(crate) now: Timestamp,
    pub(crate) state: FetchState,
    pub(crate) removed: Vec<MentionId>,
    pub(crate) n_new: u32,
    mentions: Vec<Mention>,
    /// Where the mention of each id stands.
    positions: FxHashMap<MentionId, usize>,
    visited: FxHashSet<String>,
    pages: Vec<FoundPage>,
    /// Keys of those pages.
    found: FxHashSet<String>,
    captures: Vec<Capture>,
    complaints: Vec<String>,
    bytes: usize,
}

/// How a visit ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) status: HealthStatus,
    pub(crate) detail: String,
    pub(crate) newest_entry_at: Option<Timestamp>,
    pub(crate) cues: PollCues,
    pub(crate) ended: Ended,
}

/// What a visit's end means for the count of failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    Well,
    Failed,
    PutOff,
}

impl Outcome {
    pub(crate) fn well(status: HealthStatus, detail: String) -> Self {
        Self {
            status,
            detail,
            newest_entry_at: None,
            cues: PollCues::default(),
            ended: Ended::Well,
        }
    }

    fn idle(status: HealthStatus, detail: String) -> Self {
        Self {
            ended: Ended::PutOff,
            ..Self::well(status, detail)
        }
    }

    pub(crate) fn failed(error: &FetchError) -> Self {
        let cues = PollCues {
            not_before: error.not_before(),
            ..PollCues::default()
        };
        let waits = matches!(error, FetchError::NotYet { .. });
        let status = if waits {
            HealthStatus::Pending
        } else {
            error.health()
        };
        let ended = if error.is_deferral() {
            Ended::PutOff
        } else {
            Ended::Failed
        };
        Self {
            cues,
            ended,
            ..Self::well(status, error.to_string())
        }
    }

    /// The answer came but is not what the source should give.
    pub(crate) fn wrong(status: HealthStatus, detail: String) -> Self {
        Self {
            ended: Ended::Failed,
            ..Self::well(status, detail)
        }
    }
}

impl<'a> Visit<'a> {
    pub(crate) fn new(
        source: &'a Source,
        state: FetchState,
        fetcher: &'a Fetcher,
        outlets: &'a Outlets,
        known: &'a (dyn Fn(&str) -> bool + Sync),
        now: Timestamp,
    ) -> Self {
        Self {
            source,
            fetcher,
            outlets,
            known,
            now,
            state,
            mentions: Vec::new(),
            positions: FxHashMap::default(),
            visited: FxHashSet::default(),
            pages: Vec::new(),
            found: FxHashSet::default(),
            removed: Vec::new(),
            n_new: 0,
            captures: Vec::new(),
            complaints: Vec::new(),
            bytes: 0,
        }
    }

    /// Keeps an answer as evidence.
    pub(crate) fn capture(&mut self, answer: Answer) -> ContentHash {
        let content_type = answer.content_type().map(str::to_owned);
        self.capture_with(answer, content_type)
    }

    /// Keeps an answer whose body was written anew, without the names in it.
    pub(crate) fn capture_as(&mut self, answer: Answer, content_type: &str) -> ContentHash {
        self.capture_with(answer, Some(content_type.to_owned()))
    }

    fn capture_with(&mut self, answer: Answer, content_type: Option<String>) -> ContentHash {
        let hash = ContentHash(Sha256::digest(&answer.body).into());
        self.bytes += answer.body.len();
        self.captures.push(Capture {
            source: self.source.id.clone(),
            url: answer.url.to_string(),
            fetched_at: answer.completed_at,
            http_status: answer.status,
            content_type,
            headers: answer.kept_headers(),
            hash,
            body: answer.body,
        });
        hash
    }

    /// Whether an address is done with or found, from an earlier visit or in this one.
    pub(crate) fn is_known(&self, url: &str) -> bool {
        self.visited.contains(url) || self.found.contains(url) || (self.known)(url)
    }

    /// Notes a page to be read later.
    pub(crate) fn find(&mut self, page: FoundPage) {
        if self.found.insert(page.key.clone()) {
            self.pages.push(page);
        }
    }

    /// What reading a page gave: mentions, captures and complaints.
    pub(crate) fn into_page(self) -> (Vec<Mention>, Vec<Capture>, Vec<String>) {
        (self.mentions, self.captures, self.complaints)
    }

    /// Takes a mention; a later reading of it replaces an earlier one of the same visit.
    pub(crate) fn put(&mut self, mention: Mention) {
        if let Some(position) = self.positions.get(&mention.id) {
            self.mentions[*position] = mention;
        } else {
            self.positions
                .insert(mention.id.clone(), self.mentions.len());
            self.mentions.push(mention);
        }
    }

    /// How many mentions were taken.
    pub(crate) fn n_mentions(&self) -> usize {
        self.mentions.len()
    }

    /// Notes an address as done with; says whether it was new.
    pub(crate) fn mark_visited(&mut self, url: String) -> bool {
        !(self.known)(&url) && self.visited.insert(url)
    }

    /// The answer read last.
    pub(crate) fn last_capture(&self) -> Option<ContentHash> {
        self.captures.last().map(|capture| capture.hash)
    }

    /// Whether the visit has taken as many bytes as one may.
    pub(crate) fn is_full(&self) -> bool {
        self.bytes >= self.fetcher.policy().visit.bytes_max
    }

    pub(crate) fn complain(&mut self, about: &str, what: &dyn std::fmt::Display) {
        if self.complaints.len() < COMPLAINTS_MAX {
            self.complaints.push(format!("{about}: {what}"));
        }
    }

    /// The earliest moment a first visit reaches back to.
    pub(crate) fn reach_back_to(&self) -> Timestamp {
        let days = i64::from(self.fetcher.policy().visit.reach_back_days);
        self.now
            .saturating_sub(SignedDuration::from_hours(24 * days))
            .unwrap_or(Timestamp::MIN)
    }

    /// A publication time, unless it lies in the future: then its clock or its reading is wrong.
    pub(crate) fn believable(&self, published_at: Option<Timestamp>) -> Option<Timestamp> {
        const CLOCK_SKEW: SignedDuration = SignedDuration::from_hours(1);
        let latest = self
            .now
            .saturating_add(CLOCK_SKEW)
            .unwrap_or(Timestamp::MAX);
        published_at.filter(|at| *at <= latest)
    }

    /// Whether the last visit that reached the source went well.
    fn did_well(&self) -> bool {
        self.state.fetched_at.is_some() && self.state.n_failures == 0
    }

    fn finish(mut self, mut outcome: Outcome) -> Collected {
        let policy = &self.fetcher.policy().politeness;
        match outcome.ended {
            Ended::Well => self.state.n_failures = 0,
            Ended::Failed => self.state.n_failures = self.state.n_failures.saturating_add(1),
            // A source that did well until now is not worse for our waiting.
            Ended::PutOff if outcome.status == HealthStatus::Pending && self.did_well() => {
                outcome.status = HealthStatus::Fresh;
            }
            Ended::PutOff => {}
        }
        if outcome.ended != Ended::PutOff {
            self.state.fetched_at = Some(self.now);
        }
        if self.n_new > 0 {
            self.state.changed_at = Some(self.now);
        }
        if outcome.cues.has_more {
            self.state.behind_since = self.state.behind_since.or(Some(self.now));
        } else if outcome.ended == Ended::Well {
            self.state.behind_since = None;
        }
        let id = self.source.id.as_str();
        let next_at = next_poll(
            id,
            &self.state,
            self.source.poll_every,
            outcome.cues,
            policy,
            self.now,
        );
        self.state.next_at = Some(next_at);
        let mut visited = self.visited.into_iter().collect::<Vec<_>>();
        visited.sort_unstable();
        let health = SourceHealth {
            source: self.source.id.clone(),
            observed_at: self.now,
            status: outcome.status,
            detail: outcome.detail,
            newest_entry_at: outcome.newest_entry_at,
            n_new: self.n_new,
        };
        tracing::debug!(
            source.id = id,
            status = health.status.code(),
            n_mentions = self.mentions.len(),
            n_captures = self.captures.len(),
            "source visited"
        );
        Collected {
            captures: self.captures,
            mentions: self.mentions,
            visited,
            pages: self.pages,
            removed: self.removed,
            state: self.state,
            health,
            complaints: self.complaints,
        }
    }
}
