//! When grouping heeds the desk: days that an edit reaches back to are grouped again, and published periods
//! it touches are revised.

use anyhow::Result;
use indexer::archive::KnownEdition;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use models::domain::{Correction, CorrectionChange, Period, day_in_vietnam, root};

use super::first_day_of;
use crate::pipeline::{Pipeline, WINDOW_DAYS};

/// Days back to which grouping is made again for an edit, at most.
pub(crate) const HEEDED_DAYS: i64 = 90;

impl Pipeline {
    /// Whether the desk has been quiet since the latest of some edits; `true` without any. An officer at
    /// work makes several in a row, and each revision is for ever.
    pub(crate) fn has_settled(&self, edits: &[Correction], now: Timestamp) -> bool {
        let wait = self.city.config.schedule.edits_wait.0;
        let latest = edits.iter().map(|made| made.made_at).max();
        latest.is_none_or(|at| now.duration_since(at) >= wait)
    }

    /// Groups again, in order, the days that edits reach back to and that were grouped without them, up to
    /// `last`. `recent` is the first day whose digests are still revised. Edits made just now wait, unless
    /// `is_urgent`. Gives the first day that was grouped again.
    pub(crate) fn heed_edits(
        &self,
        recent: Date,
        last: Date,
        now: Timestamp,
        is_urgent: bool,
    ) -> Result<Option<Date>> {
        let heeded = self.archive.heeded()?;
        let latest = self.archive.latest_correction()?;
        if latest <= heeded {
            return Ok(None);
        }
        let all = self.archive.concern_corrections(latest)?;
        let new = all.iter().filter(|made| made.seq > heeded);
        let new = new.cloned().collect::<Vec<_>>();
        if !is_urgent && !self.has_settled(&new, now) {
            return Ok(None);
        }
        let oldest = last.saturating_sub(HEEDED_DAYS.days());
        let grouped = self.archive.grouped_days()?.into_iter();
        let grouped = grouped.filter(|(day, _)| (oldest..=last).contains(day));
        let grouped = grouped.collect::<Vec<_>>();
        let mut first: Option<Date> = None;
        for made in &new {
            let reached = self.reaches(&all, made, &grouped, recent)?;
            first = first.into_iter().chain(reached).min();
        }
        if let Some(first) = first {
            for (day, _) in grouped.iter().filter(|(day, _)| *day >= first) {
                self.group(*day)?;
            }
            tracing::info!(group.first = %first, n_edits = new.len(), "grouped days again for edits");
        }
        // After a crash in between it is all done again, which changes nothing.
        self.archive.set_heeded(latest)?;
        Ok(first)
    }

    /// The first day that must be grouped again for an edit.
    fn reaches(
        &self,
        all: &[Correction],
        made: &Correction,
        grouped: &[(Date, u64)],
        recent: Date,
    ) -> Result<Option<Date>> {
        Ok(match &made.change {
            CorrectionChange::Merge(..) => Some(recent),
            CorrectionChange::Split(split) => first_day_of(self, split)?,
            CorrectionChange::Undo(undone) => {
                let root = root(all, made).map(|root| &root.change);
                let shapes_groups = matches!(
                    root,
                    Some(CorrectionChange::Merge(..) | CorrectionChange::Split(_))
                );
                // Days that heeded what is undone.
                let mut heeded = grouped.iter().filter(|(_, known)| known >= undone);
                let first = heeded.next().map_or(recent, |(day, _)| *day);
                shapes_groups.then(|| first.min(recent))
            }
            // These say how a concern is shown, not what is in it.
            _ => None,
        })
    }

    /// Corrections since an edition that may change what it published.
    pub(crate) fn edits_touching(
        &self,
        period: Period,
        edition: &KnownEdition,
    ) -> Result<Vec<Correction>> {
        let known = edition.as_of.correction;
        if self.archive.latest_correction()? <= known {
            return Ok(Vec::new());
        }
        let mut touching = Vec::new();
        for made in self.archive.corrections_after(known)? {
            if self.touches(&made, period)? {
                touching.push(made);
            }
        }
        Ok(touching)
    }

    fn touches(&self, made: &Correction, period: Period) -> Result<bool> {
        let Some(root) = self.root_of(made)? else {
            return Ok(false);
        };
        if let Some(id) = root.change.mention() {
            let found = self.archive.mention(id)?;
            let day = found.and_then(|found| found.mention.day());
            return Ok(day.is_some_and(|day| (period.first()..=period.last()).contains(&day)));
        }
        let is_pin = matches!(root.change, CorrectionChange::Pin(..));
        let read_from = period.first().saturating_sub(WINDOW_DAYS.days());
        for id in root.change.concerns() {
            let Some(concern) = self.archive.concern(id)? else {
                continue;
            };
            let first = day_in_vietnam(concern.first_seen);
            let last = day_in_vietnam(concern.last_seen);
            if first <= period.last() && (is_pin || last >= read_from) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What a correction is about in the end.
    pub(crate) fn root_of(&self, made: &Correction) -> Result<Option<Correction>> {
        let mut at = made.clone();
        while let CorrectionChange::Undo(seq) = at.change {
            let earlier = self.archive.correction(seq)?;
            match earlier.filter(|earlier| earlier.seq < at.seq) {
                Some(earlier) => at = earlier,
                None => return Ok(None),
            }
        }
        Ok(Some(at))
    }
}
