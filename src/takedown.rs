//! What is taken down at its source is taken down here: words, annotations, captures that hold it,
//! its entry in the index, and what pages quote of it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use crawler::recheck::{Asked, Rechecked, Trace, asked_at_once, next_look, recheck, trace};
use indexer::archive::{CaptureInfo, DueLook, RecordBatch};
use jiff::{SignedDuration, Timestamp};
use models::domain::{AnnotatedMention, Concern, ContentHash, Digest, MentionId, Source, SourceId};
use tokio::sync::OwnedMutexGuard;

use crate::pipeline::Pipeline;

/// A new mention is looked at again after this time: before three hours are over.
pub const FIRST_LOOK: SignedDuration = SignedDuration::from_hours(2);

/// The words a digest quotes are watched so long; older digests are seldom opened.
const SHOWN_FOR: SignedDuration = SignedDuration::from_hours(28 * 24);

/// A capture fetched before a mention was published cannot hold it, save for a wrong clock.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_hours(1);

/// What a second look at a source did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "three counts")]
pub struct Looked {
    /// Mentions taken down.
    pub n_gone: usize,
    /// Mentions that stand.
    pub n_standing: usize,
    /// Mentions nothing was learned of; they stay due.
    pub n_unknown: usize,
}

/// One turn at a time for each source.
#[derive(Default)]
pub(crate) struct Turns(Mutex<HashMap<SourceId, Arc<tokio::sync::Mutex<()>>>>);

impl Turns {
    /// Waits for a source's turn.
    pub(crate) async fn wait(&self, source: &SourceId) -> OwnedMutexGuard<()> {
        self.gate(source).lock_owned().await
    }

    /// A source's turn, unless somebody has it.
    fn take(&self, source: &SourceId) -> Option<OwnedMutexGuard<()>> {
        self.gate(source).try_lock_owned().ok()
    }

    fn gate(&self, source: &SourceId) -> Arc<tokio::sync::Mutex<()>> {
        let mut gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(gates.entry(source.clone()).or_default())
    }
}

impl Pipeline {
    /// Looks again at those mentions of a source that are due, as many as one look may take. A source
    /// that is just being visited is left for the next time.
    pub async fn look_again(&self, source: &Source, now: Timestamp) -> Result<Looked> {
        let Some(_turn) = self.turns.take(&source.id) else {
            return Ok(Looked::default());
        };
        let at_once = asked_at_once(&source.kind);
        let due = self.archive.due_looks(&source.id, now, at_once)?;
        if due.is_empty() {
            return Ok(Looked::default());
        }
        let state = self.archive.fetch_state(&source.id)?;
        let asked = due.iter().map(|look| Asked {
            id: look.mention.clone(),
            address: look.url.clone(),
        });
        let asked = asked.collect::<Vec<_>>();
        let found = recheck(source, state.clone(), &asked, &self.fetcher, now).await;
        tokio::task::block_in_place(|| {
            if found.state != state {
                self.archive.record(&RecordBatch {
                    fetch_state: Some((source.id.clone(), found.state.clone())),
                    ..RecordBatch::new(now)
                })?;
            }
            self.take_down(&found.gone, now)?;
            let looks = put_off(source, &due, &found, now);
            self.archive.put_looks_off(&looks)?;
            Ok::<_, anyhow::Error>(())
        })?;
        Ok(Looked {
            n_gone: found.gone.len(),
            n_standing: found.standing.len(),
            n_unknown: found.n_unknown as usize,
        })
    }

    /// Takes mentions out for good with everything that holds their words. Captures first: after a
    /// crash in between the mention is found gone again.
    pub fn take_down(&self, ids: &[MentionId], now: Timestamp) -> Result<usize> {
        self.take_out(ids, "gone at its source", now)
    }

    /// The same for any reason, which must not quote them.
    pub(crate) fn take_out(
        &self,
        ids: &[MentionId],
        reason: &str,
        now: Timestamp,
    ) -> Result<usize> {
        if ids.is_empty() {
            return Ok(0);
        }
        let mentions = self.archive.mentions(ids)?;
        let doomed = self.captures_of(&mentions)?;
        self.captures.delete(self.archive.as_ref(), &doomed)?;
        Ok(self.archive.remove(ids, reason, now)?)
    }

    /// Has the words watched that digests show: quotes, and the titles of their concerns.
    pub(crate) fn watch_shown(
        &self,
        digests: &[Digest],
        concerns: &[Concern],
        now: Timestamp,
    ) -> Result<()> {
        let entries = digests
            .iter()
            .flat_map(|digest| digest.top.iter().chain(&digest.rising));
        let mut shown = HashSet::new();
        let mut named = HashSet::new();
        for entry in entries {
            shown.extend(entry.quotes.iter().map(|quote| quote.mention.clone()));
            named.insert(&entry.concern);
        }
        for digest in digests {
            named.extend(digest.desk.pinned.iter().map(|line| &line.concern));
        }
        let titles = concerns
            .iter()
            .filter(|concern| named.contains(&concern.id));
        shown.extend(titles.map(|concern| concern.title_from.clone()));
        let shown = shown.into_iter().collect::<Vec<_>>();
        let until = now + SHOWN_FOR;
        Ok(self.archive.watch_shown(&shown, until, now + FIRST_LOOK)?)
    }

    /// Bodies that hold one of the mentions: that it was read from, and those of its outlet since it
    /// was published that bear its mark.
    pub(crate) fn captures_of(&self, mentions: &[AnnotatedMention]) -> Result<Vec<ContentHash>> {
        let mut doomed = mentions
            .iter()
            .filter_map(|found| found.mention.capture)
            .collect::<HashSet<_>>();
        for (outlet, traces, since) in self.traces(mentions) {
            for source in outlet {
                for capture in self.archive.captures_since(&source, since)? {
                    if !doomed.contains(&capture.hash) && self.holds(&capture, &traces)? {
                        doomed.insert(capture.hash);
                    }
                }
            }
        }
        Ok(doomed.into_iter().collect())
    }

    /// The marks of mentions by the outlet they came from: another feed of it may list them too.
    fn traces(&self, mentions: &[AnnotatedMention]) -> Vec<(Vec<SourceId>, Vec<Trace>, Timestamp)> {
        let mut by_outlet = HashMap::<&str, (Vec<Trace>, Timestamp)>::new();
        for found in mentions {
            let sources = self.city.sources.iter();
            let source = sources
                .clone()
                .find(|source| source.id == found.mention.source);
            let (Some(source), Some(url)) = (source, &found.mention.url) else {
                continue;
            };
            let published_at = found.mention.published_at.unwrap_or(Timestamp::MIN);
            let (traces, since) = by_outlet
                .entry(&source.outlet)
                .or_insert((Vec::new(), Timestamp::MAX));
            traces.push(trace(&source.kind, url));
            *since = (*since).min(published_at);
        }
        let of_outlet = |outlet: &str| {
            let sources = self.city.sources.iter();
            let sources = sources.filter(|source| source.outlet == outlet);
            sources.map(|source| source.id.clone()).collect()
        };
        let with_skew = |at: Timestamp| at.saturating_sub(CLOCK_SKEW).unwrap_or(Timestamp::MIN);
        let all = by_outlet.into_iter();
        all.map(|(outlet, (traces, since))| (of_outlet(outlet), traces, with_skew(since)))
            .collect()
    }

    fn holds(&self, capture: &CaptureInfo, traces: &[Trace]) -> Result<bool> {
        let in_address = |trace: &Trace| {
            let mark = trace.in_address.as_deref();
            mark.is_some_and(|mark| address_has(&capture.url, mark))
        };
        if traces.iter().any(in_address) {
            return Ok(true);
        }
        let marks = traces.iter().filter_map(|trace| trace.in_body.as_deref());
        let marks = marks.collect::<Vec<_>>();
        if marks.is_empty() {
            return Ok(false);
        }
        let Some(body) = self.captures.get(&capture.hash)? else {
            return Ok(false);
        };
        let text = String::from_utf8_lossy(&body);
        Ok(marks.iter().any(|mark| text.contains(mark)))
    }
}

/// Whether an address has a mark that ends where a part of it ends: `/t/12` is not in `/t/123.json`.
fn address_has(address: &str, mark: &str) -> bool {
    let ends = |at: usize| {
        let next = address[at + mark.len()..].chars().next();
        next.is_none_or(|c| !c.is_alphanumeric())
    };
    address.match_indices(mark).any(|(at, _)| ends(at))
}

/// When what stands is looked at again.
fn put_off(
    source: &Source,
    due: &[DueLook],
    found: &Rechecked,
    now: Timestamp,
) -> Vec<(MentionId, Timestamp)> {
    let standing = found.standing.iter().collect::<HashSet<_>>();
    let looked_at = due.iter().filter(|look| standing.contains(&look.mention));
    looked_at
        .map(|look| {
            let age = now.duration_since(look.moment);
            let pause = next_look(&source.kind, age, look.is_shown);
            (look.mention.clone(), now + pause)
        })
        .collect()
}

#[cfg(test)]
mod tests;
