//! Corrections by officers: recorded with their reason, laid over what the models read, and written
//! out as training lines.

use anyhow::{Context, Result, bail};
use indexer::Archive;
use indexer::archive::NewCorrection;
use jiff::Timestamp;
use models::domain::{
    AnnotatedMention, Annotation, Correction, CorrectionChange, MentionId, Readings, standing,
    undone,
};
use models::language::text::is_unaccented;

use crate::editing::{By, ConcernEdit, EditError, REASON_MAX};
use crate::pipeline::Pipeline;

impl Pipeline {
    /// What officers say of some mentions.
    pub fn readings(&self, ids: &[MentionId]) -> Result<Readings> {
        Ok(Readings::of(&self.archive.corrections_of_mentions(ids)?))
    }

    /// Records a correction of a mention's reading, or the undoing of one, and lets what is stored
    /// follow, in one write. Fails when there is nothing of that name to correct. The undoing of an edit
    /// of concerns goes the way of edits.
    pub fn correct(
        &self,
        by: By<'_>,
        change: &CorrectionChange,
        now: Timestamp,
    ) -> Result<Correction> {
        let Some(corrected) = self.corrected_mention(change)? else {
            let CorrectionChange::Undo(seq) = *change else {
                bail!("dùng `langnghe concern` / that is an edit of a concern");
            };
            return Ok(self.edit(by, ConcernEdit::Undo(seq), &[], now)?);
        };
        let reason = self.sound_words("lý do / the reason", by.reason, REASON_MAX)?;
        let stored = self.archive.mention(&corrected)?.with_context(|| {
            format!("không có tin `{corrected}` / there is no mention of that id")
        })?;
        let mut made = self
            .archive
            .corrections_of_mentions(std::slice::from_ref(&corrected))?;
        if let CorrectionChange::Undo(seq) = change
            && undone(&made).contains(seq)
        {
            return Err(EditError::AlreadyUndone(*seq).into());
        }
        let mut new = NewCorrection::new(now, by.officer, &reason, change.clone());
        new.role = by.role;
        new.logged = by.logged.cloned();
        // It comes after all there is; its number is given when it is written.
        made.push(Correction {
            seq: u64::MAX,
            made_at: now,
            officer: new.officer.clone(),
            role: new.role,
            reason,
            change: change.clone(),
            anchors: Vec::new(),
        });
        // Of what is undone the models' own reading is not kept: they read the mention again.
        let mut annotation = match change {
            CorrectionChange::Undo(_) => self.models_reading(stored)?,
            _ => stored.annotation,
        };
        Readings::of(&made).apply(&mut annotation);
        new.annotations = vec![annotation];
        Ok(self.archive.add_correction(&new)?)
    }

    /// The mention a change is about in the end; `None` for one of concerns.
    fn corrected_mention(&self, change: &CorrectionChange) -> Result<Option<MentionId>> {
        let CorrectionChange::Undo(seq) = change else {
            return Ok(change.mention().cloned());
        };
        let target = self.archive.correction(*seq)?;
        let target = target.ok_or(EditError::UnknownCorrection(*seq))?;
        let root = self.root_of(&target)?;
        let root = root.ok_or(EditError::UnknownCorrection(*seq))?;
        Ok(root.change.mention().cloned())
    }

    /// What the present models alone read in a stored mention.
    fn models_reading(&self, stored: AnnotatedMention) -> Result<Annotation> {
        let pii = stored.annotation.pii;
        let mention = stored.mention.into_inner();
        let read = self.read_by_models(std::slice::from_ref(&mention))?;
        let (_, annotation) = read.into_iter().next().context("a mention was not read")?;
        Ok(Annotation { pii, ..annotation })
    }

    /// The present models' reading of stored mentions. What is stored was cut already; where it was
    /// cut is known only from the first reading.
    pub fn read_again(&self, stored: Vec<AnnotatedMention>) -> Result<Vec<Annotation>> {
        let (mentions, cut) = stored
            .into_iter()
            .map(|found| (found.mention.into_inner(), found.annotation.pii))
            .unzip::<_, _, Vec<_>, Vec<_>>();
        let annotated = self.annotate(&mentions)?.into_iter().zip(cut);
        Ok(annotated
            .map(|((_, annotation), pii)| Annotation { pii, ..annotation })
            .collect())
    }
}

/// Corrected mentions as lines that `train` reads, oldest correction first: personal data is
/// cut, a reply brings the words of its post.
pub fn training_lines(archive: &dyn Archive) -> Result<Vec<String>> {
    let corrections = archive.corrections()?;
    let mut ids = Vec::new();
    for correction in standing(&corrections) {
        let Some(id) = correction.change.mention() else {
            continue;
        };
        if !ids.contains(id) {
            ids.push(id.clone());
        }
    }
    let mut lines = Vec::new();
    for id in ids {
        // One that was taken down meanwhile teaches nothing.
        let Some(found) = archive.mention(&id)? else {
            continue;
        };
        let parent = match &found.mention.parent {
            Some(parent) => archive.mention(parent)?,
            None => None,
        };
        lines.push(training_line(&found, parent.as_ref()));
    }
    Ok(lines)
}

/// The fields of `models/data/train/README.md`.
fn training_line(found: &AnnotatedMention, parent: Option<&AnnotatedMention>) -> String {
    let (mention, read) = (&found.mention, &found.annotation);
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (topic, sentiment) = if read.is_concern {
        (read.topic.code(), read.sentiment.code())
    } else {
        ("none", "")
    };
    let units = read
        .placement
        .units
        .iter()
        .map(|unit| unit.code.to_string());
    let style = if is_unaccented(&mention.text) {
        "unaccented"
    } else {
        "accented"
    };
    let ticket_field = mention
        .ticket
        .as_ref()
        .and_then(|ticket| ticket.field.as_deref());
    let mut fields = vec![
        mention.channel.code().to_owned(),
        topic.to_owned(),
        sentiment.to_owned(),
        api::lines::scope_code(read.placement.scope).to_owned(),
        units.collect::<Vec<_>>().join(","),
        style.to_owned(),
        String::new(),
        words(mention.title.as_deref().unwrap_or_default()),
        words(&mention.text),
        words(ticket_field.unwrap_or_default()),
    ];
    fields.extend(parent.map(|parent| format!("^{}", words(&parent.mention.text))));
    fields.join("\t")
}
