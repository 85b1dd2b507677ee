//! Editing of concerns by people (biên tập): merged, split, renamed, pinned, hidden, and each undone. One
//! path for the command line and for the desk on the web.
//!
//! An edit is a correction like any other: a record that is never changed, undone by another. Grouping
//! heeds it the next time it runs (`docs/adr/014`).

mod error;
mod heed;
mod pairs;

use std::collections::BTreeSet;

use indexer::archive::{NewCorrection, Page};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use models::domain::{
    Concern, ConcernId, Correction, CorrectionChange, DeskMarks, DeskRole, MentionId, Split,
    day_in_vietnam, root, standing, undone,
};
use models::ranking::group::{Constraints, identity_of};

pub use error::EditError;
pub(crate) use heed::HEEDED_DAYS;
pub use models::domain::ConcernEdit;
pub use pairs::grouping_lines;

use crate::pipeline::Pipeline;

/// Longest reason, in characters.
pub(crate) const REASON_MAX: usize = 500;

/// Longest title, in characters.
const TITLE_MAX: usize = 200;

/// Mentions that one split may name, those that reply to them counted.
const SPLIT_MAX: usize = 5_000;

/// Concerns pinned in one scope.
const PINS_MAX: usize = 10;

/// First mentions by which an edited concern is known.
const ANCHORS: usize = 3;

/// Who edits, in which role, and why.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    /// Login, or the name of the office; never a citizen.
    pub officer: &'a str,
    /// In which role; readers are told this alone.
    pub role: DeskRole,
    /// Why, in the officer's words, which readers are told.
    pub reason: &'a str,
    /// The same for the audit log, for officers with an account.
    pub logged: Option<&'a indexer::By>,
}

/// Everything the desk said of concerns up to a correction.
pub(crate) struct Edits {
    /// In their order.
    pub all: Vec<Correction>,
    /// What grouping heeds.
    pub constraints: Constraints,
    /// What lists show.
    pub marks: DeskMarks,
}

impl Edits {
    pub(crate) fn of(all: Vec<Correction>) -> Self {
        Self {
            constraints: Constraints::of(&all),
            marks: DeskMarks::of(&all),
            all,
        }
    }

    /// Numbers of the standing edits that do what is asked for.
    fn standing(&self, does: impl Fn(&CorrectionChange) -> bool) -> Vec<u64> {
        let made = standing(&self.all).into_iter();
        let made = made.filter(|made| does(&made.change));
        made.map(|made| made.seq).collect()
    }
}

impl Pipeline {
    /// What the desk said of concerns, up to a correction.
    pub(crate) fn edits(&self, up_to: u64) -> Result<Edits, indexer::Error> {
        Ok(Edits::of(self.archive.concern_corrections(up_to)?))
    }

    /// Records an edit once it is sound. `seen` has the versions of concerns that the officer saw: when
    /// one is another by now, somebody was faster and nothing is recorded. Of concerns not named there
    /// the present version is meant.
    pub fn edit(
        &self,
        by: By<'_>,
        edit: ConcernEdit,
        seen: &[(ConcernId, u64)],
        now: Timestamp,
    ) -> Result<Correction, EditError> {
        let reason = self.sound_words("lý do / the reason", by.reason, REASON_MAX)?;
        if by.officer.trim().is_empty() {
            return Err(EditError::NoWords("tên cán bộ / the officer's login"));
        }
        let edits = self.edits(u64::MAX)?;
        let change = self.sound_change(&edits, edit, now)?;
        let named = named_by(&edits.all, &change);
        let mut made_on = Vec::new();
        for concern in &named {
            let given = seen.iter().find(|(id, _)| id == concern);
            let version = match given {
                Some((_, version)) => *version,
                None => version_in(&edits.all, concern),
            };
            made_on.push((concern.clone(), version));
        }
        let anchors = self.anchors(&change)?;
        let told = api::told_of(&*self.archive, &change)?;
        Ok(self.archive.add_correction(&NewCorrection {
            made_at: now,
            officer: by.officer.trim().to_owned(),
            role: by.role,
            reason,
            change,
            anchors,
            made_on,
            annotations: Vec::new(),
            logged: by.logged.cloned(),
            told,
        })?)
    }

    /// Words by an officer, trimmed to one line; refused when there are none, too many, or personal data
    /// is among them.
    pub(crate) fn sound_words(
        &self,
        what: &'static str,
        words: &str,
        most: usize,
    ) -> Result<String, EditError> {
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        if words.is_empty() {
            return Err(EditError::NoWords(what));
        }
        if words.chars().count() > most {
            return Err(EditError::TooLong { what, most });
        }
        let cut = self.city.annotator.redact(&words);
        if cut != words {
            return Err(EditError::Personal { what, cut });
        }
        Ok(words)
    }

    fn sound_change(
        &self,
        edits: &Edits,
        edit: ConcernEdit,
        now: Timestamp,
    ) -> Result<CorrectionChange, EditError> {
        Ok(match edit {
            ConcernEdit::Merge(from, into) => {
                if from == into {
                    return Err(EditError::WithItself(from));
                }
                self.editable(edits, &from)?;
                self.editable(edits, &into)?;
                CorrectionChange::Merge(from, into)
            }
            ConcernEdit::Split(concern, mentions) => {
                self.editable(edits, &concern)?;
                CorrectionChange::Split(self.sound_split(edits, concern, mentions, now)?)
            }
            ConcernEdit::Rename(concern, title) => {
                self.editable(edits, &concern)?;
                let title = self.sound_words("tên mới / the title", &title, TITLE_MAX)?;
                CorrectionChange::Rename(concern, title)
            }
            ConcernEdit::Pin(concern, scope) => {
                self.editable(edits, &concern)?;
                if edits.marks.pinned(&scope).any(|id| *id == concern) {
                    return Err(EditError::AlreadySo(concern));
                }
                if edits.marks.pinned(&scope).count() >= PINS_MAX {
                    return Err(EditError::TooManyPins(PINS_MAX));
                }
                CorrectionChange::Pin(concern, scope)
            }
            ConcernEdit::Hide(concern) => {
                self.editable(edits, &concern)?;
                if edits.marks.hidden(&concern).is_some() {
                    return Err(EditError::AlreadySo(concern));
                }
                CorrectionChange::Hide(concern)
            }
            ConcernEdit::Unpin(concern, scope) => {
                let is_it = |change: &CorrectionChange| match change {
                    CorrectionChange::Pin(id, of) => {
                        *id == concern && scope.as_ref().is_none_or(|scope| scope == of)
                    }
                    _ => false,
                };
                self.undoing_of(edits, &concern, is_it, now)?
            }
            ConcernEdit::Unhide(concern) => {
                let is_it = |change: &CorrectionChange| matches!(change, CorrectionChange::Hide(id) if *id == concern);
                self.undoing_of(edits, &concern, is_it, now)?
            }
            ConcernEdit::Undo(seq) => self.sound_undoing(edits, seq, now)?,
        })
    }

    /// A concern that stands for itself, so that it can be edited.
    fn editable(&self, edits: &Edits, id: &ConcernId) -> Result<Concern, EditError> {
        let part_of = |whole: &ConcernId| EditError::PartOf {
            concern: id.clone(),
            whole: whole.clone(),
        };
        let whole = edits.constraints.whole(id);
        if whole != id {
            return Err(part_of(whole));
        }
        let concern = self.archive.concern(id)?;
        let concern = concern.ok_or_else(|| EditError::UnknownConcern(id.clone()))?;
        match &concern.part_of {
            // A link that the desk made and took back goes with the next run.
            Some(whole) if !was_merged(&edits.all, id) => Err(part_of(whole)),
            _ => Ok(concern),
        }
    }

    /// Undoes the only standing edit of a kind.
    fn undoing_of(
        &self,
        edits: &Edits,
        concern: &ConcernId,
        is_it: impl Fn(&CorrectionChange) -> bool,
        now: Timestamp,
    ) -> Result<CorrectionChange, EditError> {
        match edits.standing(is_it)[..] {
            [] => Err(EditError::NothingToUndo(concern.clone())),
            [seq] => self.sound_undoing(edits, seq, now),
            ref several => Err(EditError::WhichOne(several.to_vec())),
        }
    }

    fn sound_undoing(
        &self,
        edits: &Edits,
        seq: u64,
        now: Timestamp,
    ) -> Result<CorrectionChange, EditError> {
        let find = |seq: u64| edits.all.iter().find(|made| made.seq == seq);
        let Some(target) = find(seq) else {
            return Err(match self.archive.correction(seq)? {
                Some(_) => EditError::OfMention(seq),
                None => EditError::UnknownCorrection(seq),
            });
        };
        if undone(&edits.all).contains(&seq) {
            return Err(EditError::AlreadyUndone(seq));
        }
        let change = CorrectionChange::Undo(seq);
        if let Some(root) = root(&edits.all, target) {
            let days = HEEDED_DAYS.days();
            let oldest = day_in_vietnam(now).saturating_sub(days);
            let shapes_groups = matches!(
                root.change,
                CorrectionChange::Merge(..) | CorrectionChange::Split(_)
            );
            if shapes_groups && day_in_vietnam(root.made_at) < oldest {
                return Err(EditError::TooOld(HEEDED_DAYS));
            }
        }
        if let CorrectionChange::Split(split) = &target.change {
            let rests = |change: &CorrectionChange| change.concerns().contains(&&split.part);
            let mut resting = edits.standing(rests);
            resting.retain(|other| *other != seq);
            if !resting.is_empty() {
                return Err(EditError::RestsOn(resting));
            }
        }
        let mut after = edits.all.clone();
        after.push(Correction {
            seq: u64::MAX,
            change: change.clone(),
            ..target.clone()
        });
        let before = edits.constraints.contradictions();
        let after = Constraints::of(&after);
        match after.contradictions().iter().find(|c| !before.contains(c)) {
            Some(circle) => Err(EditError::Circle(*circle)),
            None => Ok(change),
        }
    }

    fn sound_split(
        &self,
        edits: &Edits,
        concern: ConcernId,
        mentions: Vec<MentionId>,
        now: Timestamp,
    ) -> Result<Split, EditError> {
        let mut leaving = BTreeSet::new();
        let mut asked = mentions;
        if asked.is_empty() {
            return Err(EditError::NoWords("tin cần tách / mentions to split"));
        }
        let n_named = asked.len();
        let mut strangers = Vec::new();
        let mut at = 0;
        while let Some(id) = asked.get(at).cloned() {
            let is_named = at < n_named;
            at += 1;
            if leaving.contains(&id) {
                continue;
            }
            if self.home(edits, &id)?.as_ref() != Some(&concern) {
                if is_named {
                    strangers.push(id);
                }
                continue;
            }
            let replies = self.archive.replies(&id)?.into_iter();
            asked.extend(replies.map(|reply| reply.mention.id.clone()));
            leaving.insert(id);
            if leaving.len() > SPLIT_MAX {
                return Err(EditError::TooMany(SPLIT_MAX));
            }
        }
        if !strangers.is_empty() {
            return Err(EditError::NotInIt {
                concern,
                mentions: strangers,
            });
        }
        if !self.has_others(&concern, &leaving)? {
            return Err(EditError::NothingLeft(concern));
        }
        let mentions = leaving.into_iter().collect::<Vec<_>>();
        let part = self.part_identity(edits, &mentions, now)?;
        Ok(Split {
            from: concern,
            part,
            mentions,
        })
    }

    /// The concern a mention counts for, all links followed; `None` for noise and strangers.
    fn home(&self, edits: &Edits, id: &MentionId) -> Result<Option<ConcernId>, EditError> {
        let split_to = edits.constraints.part_of(id).cloned();
        let recorded = || self.archive.mention_concern(id);
        let Some(mut at) = split_to.map_or_else(recorded, |part| Ok(Some(part)))? else {
            return Ok(None);
        };
        let mut seen = BTreeSet::new();
        while seen.insert(at.clone()) {
            at = edits.constraints.whole(&at).clone();
            let linked = self.archive.concern(&at)?;
            let linked = linked.and_then(|concern| concern.part_of);
            match linked.filter(|_| !was_merged(&edits.all, &at)) {
                Some(whole) => at = whole,
                None => break,
            }
        }
        Ok(Some(at))
    }

    /// Whether a concern has a mention beside some of its own.
    fn has_others(
        &self,
        concern: &ConcernId,
        some: &BTreeSet<MentionId>,
    ) -> Result<bool, EditError> {
        let parts = self.archive.parts_of(concern)?.into_iter();
        let ids = std::iter::once(concern.clone()).chain(parts.map(|part| part.id));
        let ids = ids.collect::<Vec<_>>();
        let mut page = Page::first(500);
        loop {
            let listing = self.archive.mentions_of_concerns(&ids, &page)?;
            let mut ids = listing.items.iter().map(|found| &found.mention.id);
            if ids.any(|id| !some.contains(id)) {
                return Ok(true);
            }
            match listing.next {
                Some(next) => page.after = Some(next),
                None => return Ok(false),
            }
        }
    }

    /// A new identity for mentions that are one concern from now on.
    fn part_identity(
        &self,
        edits: &Edits,
        mentions: &[MentionId],
        now: Timestamp,
    ) -> Result<ConcernId, EditError> {
        let found = self.archive.mentions(mentions)?;
        let first = found
            .iter()
            .min_by_key(|found| (found.mention.published_at, found.mention.id.clone()));
        let day = first.and_then(|first| first.mention.day());
        let (Some(first), Some(day)) = (first, day) else {
            return Err(EditError::Undated);
        };
        let oldest = day_in_vietnam(now).saturating_sub(HEEDED_DAYS.days());
        if day < oldest {
            return Err(EditError::TooOld(HEEDED_DAYS));
        }
        let is_named = |id: &ConcernId| {
            let mut made = edits.all.iter();
            made.any(|made| made.change.concerns().contains(&id))
        };
        let mut nth = 1;
        loop {
            let id = identity_of(&first.mention.id, day, nth);
            if !is_named(&id) && self.archive.concern(&id)?.is_none() {
                return Ok(id);
            }
            nth += 1;
        }
    }

    /// The first mentions of the concerns a change names, of a split those that stay.
    fn anchors(&self, change: &CorrectionChange) -> Result<Vec<(ConcernId, MentionId)>, EditError> {
        let (part, leaving) = match change {
            CorrectionChange::Split(split) => (Some(&split.part), split.mentions.as_slice()),
            _ => (None, &[][..]),
        };
        let mut anchors = Vec::new();
        for concern in change.concerns() {
            if Some(concern) == part {
                continue;
            }
            let limit = ANCHORS + leaving.len();
            let first = self.archive.first_mentions(concern, limit)?.into_iter();
            // `leaving` is in the order of identifiers.
            let staying = first.filter(|id| leaving.binary_search(id).is_err());
            let staying = staying.take(ANCHORS);
            anchors.extend(staying.map(|id| (concern.clone(), id)));
        }
        Ok(anchors)
    }
}

/// Whether the desk ever merged a concern into another.
fn was_merged(all: &[Correction], id: &ConcernId) -> bool {
    let mut made = all.iter();
    made.any(|made| matches!(&made.change, CorrectionChange::Merge(from, _) if from == id))
}

/// The concerns a change is about in the end.
fn named_by(all: &[Correction], change: &CorrectionChange) -> Vec<ConcernId> {
    let target = match change {
        CorrectionChange::Undo(seq) => all
            .iter()
            .find(|made| made.seq == *seq)
            .and_then(|made| root(all, made)),
        _ => None,
    };
    let change = target.map_or(change, |root| &root.change);
    change.concerns().into_iter().cloned().collect()
}

/// The number of the latest edit of a concern among all.
fn version_in(all: &[Correction], concern: &ConcernId) -> u64 {
    let about = all.iter().rev();
    let mut about = about.filter(|made| {
        let root = root(all, made);
        root.is_some_and(|root| root.change.concerns().contains(&concern))
    });
    about.next().map_or(0, |made| made.seq)
}

/// The day a split reaches back to.
fn first_day_of(pipeline: &Pipeline, split: &Split) -> Result<Option<Date>, indexer::Error> {
    let found = pipeline.archive.mentions(&split.mentions)?;
    Ok(found.iter().filter_map(|found| found.mention.day()).min())
}

#[cfg(test)]
mod tests;
