//! What the desk says of concerns, laid over a ranked digest: its titles beside the extractive ones, what
//! it keeps in sight, what it keeps out. Ranks, scores and counts stay what they are.

use std::collections::{BTreeMap, BTreeSet};

use super::group::Links;
use crate::domain::{Concern, ConcernId, DeskMarks, Digest, DigestEntry, HiddenLine, PinnedLine};

/// Where a concern stands in a scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Its rank among all lines with enough evidence, from 1; `None` without that evidence.
    pub rank: Option<u32>,
    /// Its mentions of the period in the scope.
    pub n_mentions: u32,
}

/// Lays the marks over a digest. `place` says where a concern stands in the digest's scope; it is asked
/// for pinned concerns that are not among the lines.
///
/// A hidden line leaves its rank free, and a pinned concern that is not among the lines stands apart with
/// the rank it has: a rank is never made up.
pub fn apply(
    digest: &mut Digest,
    marks: &DeskMarks,
    concerns: &[Concern],
    place: impl Fn(&ConcernId) -> Place,
) {
    if marks.is_empty() {
        return;
    }
    let links = Links::new(concerns);
    let pinned = marks.pinned(&digest.scope).map(|id| links.whole(id));
    let mut seen = BTreeSet::new();
    let pinned = pinned.filter(|id| marks.hidden(id).is_none() && seen.insert(*id));
    let pinned = pinned.collect::<Vec<_>>();
    for entry in digest.top.iter_mut().chain(&mut digest.rising) {
        entry.desk.title = marks.title(&entry.concern).map(str::to_owned);
        entry.desk.pinned = pinned.contains(&&entry.concern);
    }
    let mut hidden = BTreeMap::new();
    let rising = digest.rising.iter().map(|entry| (entry, None));
    let top = digest.top.iter().map(|entry| (entry, Some(entry.rank)));
    for (entry, rank) in rising.chain(top) {
        if let Some(reason) = marks.hidden(&entry.concern) {
            let line = HiddenLine {
                concern: entry.concern.clone(),
                rank,
                n_mentions: entry.n_mentions,
                reason: reason.to_owned(),
            };
            hidden.insert(entry.concern.clone(), line);
        }
    }
    let is_shown = |entry: &DigestEntry| !hidden.contains_key(&entry.concern);
    digest.top.retain(is_shown);
    digest.rising.retain(is_shown);
    let is_listed = |id: &ConcernId| digest.top.iter().any(|entry| entry.concern == *id);
    let apart = pinned.into_iter().filter(|id| !is_listed(id));
    let apart = apart.filter_map(|id| {
        let concern = concerns.iter().find(|concern| concern.id == *id)?;
        let Place { rank, n_mentions } = place(id);
        Some(PinnedLine {
            concern: id.clone(),
            title: concern.title.clone(),
            desk_title: marks.title(id).map(str::to_owned),
            topic: concern.topic,
            units: concern.units.clone(),
            rank,
            n_mentions,
        })
    });
    digest.desk.pinned = apart.collect();
    let mut hidden = hidden.into_values().collect::<Vec<_>>();
    hidden.sort_by(|a, b| {
        let key = |line: &HiddenLine| (line.rank.unwrap_or(u32::MAX), line.concern.clone());
        key(a).cmp(&key(b))
    });
    digest.desk.hidden = hidden;
}
