//! What can be told of a concern beyond its present state: its life, and what its channels say
//! together.

use std::collections::BTreeSet;

use indexer::archive::Page;
use models::domain::{
    AnnotatedMention, Concern, ConcernEvent, ConcernId, Correction, CorrectionChange, DeskMarks,
    LineNote, concern_life, standing, undone,
};
use models::ranking::channels::{AfterClosing, after_closing, line_notes};
use models::ranking::group::Constraints;

use crate::Error;
use crate::state::AppState;

/// Mentions looked at, the newest first.
const MAX_MENTIONS: usize = 1_000;

/// Mentions read at once.
const PAGE: usize = 500;

/// What can be told of a concern.
#[derive(Clone, Debug)]
pub struct ToldConcern {
    /// Its life in dated events.
    pub life: Vec<ConcernEvent>,
    /// How it goes on after its last ticket was closed.
    pub after_closing: Option<AfterClosing>,
    /// What its channels say together.
    pub notes: Vec<LineNote>,
    /// Concerns that were joined to it; what they say counts here.
    pub parts: Vec<Concern>,
    /// The concern it counts for since the desk or the models joined them, at the end of the links.
    pub whole: Option<Concern>,
    /// What the desk says of how concerns are shown.
    pub marks: DeskMarks,
    /// What the desk did to it.
    corrections: Vec<Correction>,
}

impl ToldConcern {
    /// Reads it, as of the present moment.
    pub(crate) fn read(app: &AppState, concern: &Concern) -> Result<Self, Error> {
        let parts = app.archive.parts_of(&concern.id)?;
        let mentions = newest(app, &with_parts(concern, &parts))?;
        let mentions = mentions.iter().collect::<Vec<_>>();
        let now = (app.clock)();
        Ok(Self {
            life: concern_life(&app.archive.concern_states(&concern.id)?),
            after_closing: after_closing(&mentions, now),
            notes: line_notes(&mentions, now),
            whole: match app.whole_of(&concern.id)? {
                Some(whole) => app.archive.concern(&whole)?,
                None => None,
            },
            parts,
            marks: DeskMarks::of(&app.archive.concern_corrections(u64::MAX)?),
            corrections: app.archive.corrections_of_concern(&concern.id)?,
        })
    }

    /// What the desk did, in order, each with whether it counts.
    pub(crate) fn edits(&self) -> impl Iterator<Item = (&Correction, bool)> {
        let undone = undone(&self.corrections);
        let made = self.corrections.iter();
        made.map(move |made| (made, !undone.contains(&made.seq)))
    }

    /// What an edit must name as seen.
    pub(crate) fn version(&self) -> u64 {
        self.corrections.last().map_or(0, |made| made.seq)
    }

    /// The title readers see.
    pub(crate) fn title<'c>(&'c self, concern: &'c Concern) -> &'c str {
        self.marks.title(&concern.id).unwrap_or(&concern.title)
    }
}

impl AppState {
    /// The concern that the desk merged one into; `None` when it did not.
    pub(crate) fn merged_into(&self, id: &ConcernId) -> Result<Option<ConcernId>, Error> {
        let constraints = Constraints::of(&self.archive.concern_corrections(u64::MAX)?);
        let is_merged = constraints.whole(id) != id;
        if is_merged {
            self.whole_of(id)
        } else {
            Ok(None)
        }
    }

    /// The concern that one counts for since it was joined to it, by the desk or by the models; `None`
    /// for one that stands for itself.
    pub(crate) fn whole_of(&self, id: &ConcernId) -> Result<Option<ConcernId>, Error> {
        let constraints = Constraints::of(&self.archive.concern_corrections(u64::MAX)?);
        let mut seen = BTreeSet::from([id.clone()]);
        let mut at = id.clone();
        loop {
            let mut next = constraints.whole(&at).clone();
            if next == at {
                let linked = self.archive.concern(&at)?;
                match linked.and_then(|concern| concern.part_of) {
                    Some(whole) => next = whole,
                    None => break,
                }
            }
            // Until the next run desk and models may contradict each other.
            if !seen.insert(next.clone()) {
                return Ok(None);
            }
            at = next;
        }
        Ok((at != *id).then_some(at))
    }

    /// The concern that mentions were split from to make another, which is not grouped yet.
    pub(crate) fn split_from(&self, part: &ConcernId) -> Result<Option<ConcernId>, Error> {
        let all = self.archive.corrections_of_concern(part)?;
        let mut made = standing(&all).into_iter();
        Ok(made.find_map(|made| match &made.change {
            CorrectionChange::Split(split) if split.part == *part => Some(split.from.clone()),
            _ => None,
        }))
    }
}

/// A concern and its parts, the concern first.
pub(crate) fn with_parts(concern: &Concern, parts: &[Concern]) -> Vec<ConcernId> {
    let parts = parts.iter().map(|part| part.id.clone());
    std::iter::once(concern.id.clone()).chain(parts).collect()
}

fn newest(app: &AppState, ids: &[ConcernId]) -> Result<Vec<AnnotatedMention>, Error> {
    let mut page = Page::first(PAGE);
    let mut mentions = Vec::new();
    while mentions.len() < MAX_MENTIONS {
        let listing = app.archive.mentions_of_concerns(ids, &page)?;
        mentions.extend(listing.items);
        match listing.next {
            Some(next) => page.after = Some(next),
            None => break,
        }
    }
    Ok(mentions)
}
