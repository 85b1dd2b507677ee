//! Corrections by officers: recorded with their reason, laid over what the models read, and written
//! out as training lines.

use anyhow::{Context, Result, bail};
use indexer::Archive;
use jiff::Timestamp;
use models::domain::{
    AnnotatedMention, Annotation, Correction, CorrectionChange, MentionId, Readings, standing,
};
use models::language::text::is_unaccented;

use crate::pipeline::Pipeline;

impl Pipeline {
    /// What officers say of mentions.
    pub fn readings(&self) -> Result<Readings> {
        Ok(Readings::of(&self.archive.corrections()?))
    }

    /// Records a correction of a mention's reading, or the undoing of one, and lets what is stored
    /// follow. Fails when there is nothing of that name to correct.
    pub fn correct(
        &self,
        officer: &str,
        reason: &str,
        change: CorrectionChange,
        now: Timestamp,
    ) -> Result<Correction> {
        if reason.trim().is_empty() {
            bail!("thiếu lý do / a correction needs a reason");
        }
        let corrected = self.corrected_mention(&change)?;
        let stored = self.archive.mention(&corrected)?.with_context(|| {
            format!("không có tin `{corrected}` / there is no mention of that id")
        })?;
        let is_undone = matches!(change, CorrectionChange::Undo(_));
        let correction = self.archive.add_correction(now, officer, reason, change)?;
        // Of what is undone the models' own reading is not kept: they read the mention again.
        let annotation = if is_undone {
            self.read_again(vec![stored])?
        } else {
            let mut annotation = stored.annotation;
            self.readings()?.apply(&mut annotation);
            vec![annotation]
        };
        self.archive.annotate_again(&mut annotation.into_iter())?;
        Ok(correction)
    }

    /// The mention a change is about in the end.
    fn corrected_mention(&self, change: &CorrectionChange) -> Result<MentionId> {
        let CorrectionChange::Undo(seq) = change else {
            let mention = change.mention().cloned();
            return mention.context("chỉ sửa được một tin / only mentions can be corrected so far");
        };
        let all = self.archive.corrections()?;
        let find = |seq: u64| all.iter().find(|made| made.seq == seq);
        let mut target = find(*seq)
            .with_context(|| format!("không có chỉnh sửa số {seq} / no correction {seq}"))?;
        while let CorrectionChange::Undo(earlier) = target.change {
            let earlier = find(earlier).filter(|made| made.seq < target.seq);
            target = earlier.with_context(|| format!("chỉnh sửa số {seq} không hoàn tác gì"))?;
        }
        self.corrected_mention(&target.change)
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
