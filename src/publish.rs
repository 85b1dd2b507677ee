//! The last stages of the journey: grouping a day, ranking days and longer periods, publishing, and
//! revising what was published when it turns out to have been incomplete.

use anyhow::Result;
use indexer::archive::{AsOf, Edition, EditionInputs, Grouping, KnownEdition, Published, Window};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use models::domain::{
    AnnotatedMention, ConcernId, Coverage, Digest, DigestScope, MentionId, Period, PeriodKind,
    ShadowScore,
};
use models::ranking::SourceTable;
use models::ranking::grade::{GRADED_AFTER, Hindsight, grade};
use models::ranking::league::leagues;
use models::ranking::period::BEFORE_DAYS;
use models::ranking::score::{LONGEST_WINDOW_DAYS, Past, running_periods};
use models::ranking::silence::silence_map;

use crate::coverage;
use crate::edition::{self, GroupedDays};
use crate::errata::{self, ToldEdit, Why};
use crate::indicators;
use crate::pipeline::{Pipeline, WINDOW_DAYS};

/// Everything the record knows.
const NOW: AsOf = AsOf {
    seq: u64::MAX,
    grouping: u64::MAX,
    correction: u64::MAX,
};

/// What was published is looked at again once a morning, not each time something trickles in.
const REVISE_EVERY: SignedDuration = SignedDuration::from_hours(20);

/// Days whose digests are graded in one run.
const GRADED_AT_ONCE: usize = 5;

impl Pipeline {
    /// 5: Window ─group→ Concern, for one day; the state of concerns the evening before is where it
    /// starts, so that grouping a day again gives the same.
    pub fn group(&self, day: Date) -> Result<GroupedDays> {
        Ok(self.group_as_of(day, NOW)?.0)
    }

    /// Gives the number of the grouping too.
    fn group_as_of(&self, day: Date, as_of: AsOf) -> Result<(GroupedDays, u64)> {
        // Looked at before the edits are read: one that is made meanwhile is not taken for heeded.
        let correction = self.archive.latest_correction()?.min(as_of.correction);
        let edits = self.edits(correction)?;
        let (before, mentions) = self.day_window(day, as_of)?;
        let n_before = before.mentions.len();
        let grouped = edition::regroup(&self.city, day, before, mentions, edits.constraints);
        let saved = self.archive.save_grouping(&Grouping {
            day,
            assignments: assignments(&grouped.mentions[n_before..]),
            concerns: grouped.concerns.clone(),
            correction,
        })?;
        Ok((grouped, saved.number))
    }

    /// The days before a day with the concerns of the evening before, and the mentions of the day.
    pub(crate) fn day_window(
        &self,
        day: Date,
        as_of: AsOf,
    ) -> Result<(Window, Vec<AnnotatedMention>)> {
        let evening = day.yesterday()?;
        let first = day.saturating_sub((WINDOW_DAYS - 1).days());
        let before = self.archive.window(first, evening, evening, as_of)?;
        let of_day = self.archive.window(day, day, evening, as_of)?;
        Ok((before, of_day.mentions))
    }

    /// 5 to 8 for one day: Concern ─rank→ Digest, Window ─score→ SatisfactionSignal, both ─publish→
    /// Archive. Where the day was published before, only digests whose lines changed become a further
    /// revision, each with an erratum that says what changed and why.
    pub fn publish_day(&self, day: Date, why: &Why, now: Timestamp) -> Result<Published> {
        let period = Period::day(day);
        let mut open = self.archive.begin_edition(period, now)?;
        let (grouped, number) = self.group_as_of(day, open.as_of)?;
        open.as_of.grouping = number;
        let inputs = self.inputs(self.coverage(day)?)?;
        let context = edition::rank_context(&self.city, &self.city.source_table, day, &grouped);
        let scopes = self.city.readers(day);
        let marks = self.edits(open.as_of.correction)?.marks;
        let digests =
            edition::digests_of(&context, day, &grouped, &inputs.coverage, &scopes, &marks);
        let comparisons = context.comparisons();
        let past = self.past_of(day, &inputs.coverage)?;
        let signals = edition::score_day(&self.city, day, &grouped, &past);
        let shadows = self.running_scores(day, open.as_of, &grouped)?;
        let indicators = indicators::computed(&self.city.indicators, &shadows);
        self.watch_shown(&digests, &grouped.concerns, now)?;
        let digests = self.changed_lines(period, digests, why)?;
        let erratum = errata::reason(why);
        Ok(self.archive.publish(&Edition {
            digests: &digests,
            signals: &signals,
            shadows: &shadows,
            indicators: &indicators,
            leagues: &[],
            comparisons: &comparisons,
            at: now,
            erratum: Some(&erratum),
            open: Some(open),
            inputs: Some(inputs),
            ..Edition::default()
        })?)
    }

    /// The same for a longer period, from the groupings of its days: digests and leagues.
    pub fn publish_period(&self, period: Period, why: &Why, now: Timestamp) -> Result<Published> {
        let open = self.archive.begin_edition(period, now)?;
        let window = self.period_window(period, open.as_of)?;
        let inputs = self.inputs(self.coverage_of(period)?)?;
        let digests = edition::rank_period(
            &self.city,
            &self.city.source_table,
            period,
            inputs.recorded_from,
            &window,
            &inputs.coverage,
            &self.edits(open.as_of.correction)?.marks,
        );
        let (mentions, concerns) = (&window.mentions, &window.concerns);
        let units = self.city.units();
        let leagues = leagues(period, mentions, concerns, units, &inputs.coverage);
        let silence = silence_map(period, mentions, concerns, units, &inputs.coverage);
        // Weeks and months end with a day, whose run has them; the reporting month ends at noon.
        let shadows = match period.kind() {
            PeriodKind::ReportingMonth => {
                let mentions = mentions.iter().collect::<Vec<_>>();
                edition::shadow_scores(&self.city, period, period.last(), &mentions, concerns)
            }
            PeriodKind::Day | PeriodKind::Week | PeriodKind::Month => Vec::new(),
        };
        let indicators = indicators::computed(&self.city.indicators, &shadows);
        self.watch_shown(&digests, &window.concerns, now)?;
        let digests = self.changed_lines(period, digests, why)?;
        let erratum = errata::reason(why);
        Ok(self.archive.publish(&Edition {
            digests: &digests,
            leagues: &leagues,
            silence: std::slice::from_ref(&silence),
            shadows: &shadows,
            indicators: &indicators,
            comparisons: &[],
            at: now,
            erratum: Some(&erratum),
            open: Some(open),
            inputs: Some(inputs),
            ..Edition::default()
        })?)
    }

    /// What signals published before tell of the days of the longest signal that are not read.
    fn past_of(&self, day: Date, coverage: &Coverage) -> Result<Past> {
        let first = day.saturating_sub((i64::from(LONGEST_WINDOW_DAYS) - 1).days());
        let signals = self.archive.signals_between(first, day.yesterday()?)?;
        // The signal of a day holds what the oldest of its days said, the first of those read then.
        let oldest = i64::from(self.city.methods.score.days) - 1;
        let mut past = Past::default();
        for signal in &signals {
            past.coverage.insert(signal.day, signal.coverage);
            if signal.day.saturating_sub(oldest.days()) >= first {
                past.settled
                    .entry(signal.unit)
                    .or_default()
                    .plus(&signal.settled);
            }
        }
        past.coverage.insert(day, coverage.share);
        Ok(past)
    }

    /// The satisfaction group over the running week, month and reporting month of a day.
    fn running_scores(
        &self,
        day: Date,
        as_of: AsOf,
        grouped: &GroupedDays,
    ) -> Result<Vec<ShadowScore>> {
        let periods = running_periods(day);
        let first = periods.iter().map(|period| period.first()).min();
        let read_from = day.saturating_sub((WINDOW_DAYS - 1).days());
        let before = match first.filter(|first| *first < read_from) {
            Some(first) => {
                let last = read_from.yesterday()?;
                let evening = day.yesterday()?;
                self.archive.window(first, last, evening, as_of)?.mentions
            }
            None => Vec::new(),
        };
        let mentions = before.iter().chain(&grouped.mentions).collect::<Vec<_>>();
        let scores = periods.into_iter().flat_map(|period| {
            edition::shadow_scores(&self.city, period, day, &mentions, &grouped.concerns)
        });
        Ok(scores.collect())
    }

    /// Mentions of a period and the days before it, concerns as they stood at its end.
    pub(crate) fn period_window(&self, period: Period, as_of: AsOf) -> Result<Window> {
        let first = period.first().saturating_sub(BEFORE_DAYS.days());
        let last = period.last();
        Ok(self.archive.window(first, last, last, as_of)?)
    }

    /// What became other in a published period since its latest edition; `None` when nothing did, or
    /// it is too early to say: people at the desk are waited for until they are done, all else for a
    /// morning.
    pub fn changes_of(&self, period: Period, now: Timestamp) -> Result<Option<Why>> {
        let Some(edition) = self.archive.latest_edition(period)? else {
            return Ok(None);
        };
        let edits = self.edits_touching(period, &edition)?;
        let is_young = now.duration_since(edition.begun_at) < REVISE_EVERY;
        if !self.has_settled(&edits, now) || edits.is_empty() && is_young {
            return Ok(None);
        }
        let (first, last) = (period.first(), period.last());
        let heard = self.archive.changes_since(first, last, &edition)?;
        let mut told = Vec::new();
        for made in edits {
            let root = self.root_of(&made)?;
            told.extend(root.map(|root| ToldEdit::new(&made, &root)));
        }
        let why = Why::new(heard, told);
        Ok((!why.is_empty()).then_some(why))
    }

    /// Mentions an edition has read that were removed since.
    pub(crate) fn n_removed_since(&self, period: Period, edition: &KnownEdition) -> Result<u64> {
        let back = match period.kind() {
            PeriodKind::Day => WINDOW_DAYS - 1,
            _ => BEFORE_DAYS,
        };
        let first = period.first().saturating_sub(back.days());
        let changes = self.archive.changes_since(first, period.last(), edition)?;
        Ok(changes.n_removed)
    }

    /// Those of the digests that are new or whose lines say something else than what is published,
    /// each with its erratum.
    fn changed_lines(
        &self,
        period: Period,
        digests: Vec<Digest>,
        why: &Why,
    ) -> Result<Vec<Digest>> {
        let published = self.archive.digests_of(period)?;
        let mut revised = Vec::new();
        for mut digest in digests {
            let known = published.iter().find(|known| known.scope == digest.scope);
            match known {
                Some(known) if errata::same_lines(known, &digest) => continue,
                Some(known) => digest.erratum = Some(errata::erratum(why, known, &digest)),
                None => {}
            }
            revised.push(digest);
        }
        Ok(revised)
    }

    /// What an edition is made from beside the record.
    fn inputs(&self, coverage: Coverage) -> Result<EditionInputs> {
        let days = self.archive.mention_days()?;
        let sources = self.city.sources.iter();
        Ok(EditionInputs {
            coverage,
            sources: sources
                .map(|source| (source.id.clone(), source.outlet.clone(), source.trust))
                .collect(),
            method: self.city.method_word(),
            recorded_from: days.map_or(Date::MIN, |(first, _)| first),
        })
    }

    /// What should have been heard in a period, and what was: that of its days together.
    fn coverage_of(&self, period: Period) -> Result<Coverage> {
        let recorded = self.archive.mention_days()?;
        let mut days = Vec::new();
        for day in period.days() {
            let digest = self.archive.digest(&DigestScope::City, day, None)?;
            let is_recorded = recorded.is_some_and(|(first, last)| (first..=last).contains(&day));
            days.push(match digest {
                Some(digest) => Some(digest.coverage),
                None if is_recorded => Some(self.coverage(day)?),
                None => None,
            });
        }
        Ok(coverage::of_period(&days))
    }

    /// Grades the digests of past days whose days after are over, as they were first published; the
    /// newest first, a few days at a time, since nobody waits for it. `last` is the last day of which
    /// everything is known. Gives how many grades are new.
    pub fn grade(&self, last: Date, now: Timestamp) -> Result<usize> {
        let published = self.archive.digest_days(&DigestScope::City)?;
        let (Some(newest), Some(oldest)) = (published.first(), published.last()) else {
            return Ok(0);
        };
        let known = self.archive.grades(&DigestScope::City, *oldest, *newest)?;
        let (mut n_new, mut n_days) = (0, 0);
        for &day in &published {
            let is_due = |after: &u32| {
                let is_over = day.saturating_add(i64::from(*after).days()) <= last;
                let is_known = known
                    .iter()
                    .any(|grade| grade.day == day && grade.after_days == *after);
                is_over && !is_known
            };
            let due = GRADED_AFTER.iter().copied().filter(is_due);
            let due = due.collect::<Vec<_>>();
            if !due.is_empty() && n_days < GRADED_AT_ONCE {
                n_new += self.grade_day(day, &due, now)?;
                n_days += 1;
            }
        }
        Ok(n_new)
    }

    fn grade_day(&self, day: Date, due: &[u32], now: Timestamp) -> Result<usize> {
        let mut firsts = Vec::new();
        for digest in self.archive.digests_of_day(day)? {
            firsts.extend(match digest.revision {
                1 => Some(digest),
                _ => self.archive.digest(&digest.scope, day, Some(1))?,
            });
        }
        let revisions = self.archive.revisions(&DigestScope::City, day)?;
        let published_at = revisions.first().map_or(now, |first| first.published_at);
        let after = due.iter().copied().max().unwrap_or(0);
        let last = day.saturating_add(i64::from(after).days());
        let first = day.saturating_sub((WINDOW_DAYS - 1).days());
        let window = self.archive.window(first, last, last, NOW)?;
        let mut grades = Vec::new();
        for &after_days in due {
            let hindsight = Hindsight {
                mentions: &window.mentions,
                concerns: &window.concerns,
                day,
                after_days,
                published_at,
                now,
            };
            grades.extend(grade(&firsts, &hindsight));
        }
        Ok(self.archive.save_grades(&grades)?)
    }

    /// Makes the digests of an edition again from what it has read. `None` when what it was made from
    /// is not on record.
    pub(crate) fn make_again(
        &self,
        period: Period,
        edition: &KnownEdition,
    ) -> Result<Option<Vec<Digest>>> {
        let Some(inputs) = &edition.inputs else {
            return Ok(None);
        };
        let sources = SourceTable::new(inputs.sources.iter().cloned());
        let as_of = edition.as_of;
        let edits = self.edits(as_of.correction)?;
        if period.kind() != PeriodKind::Day {
            let window = self.period_window(period, as_of)?;
            return Ok(Some(edition::rank_period(
                &self.city,
                &sources,
                period,
                inputs.recorded_from,
                &window,
                &inputs.coverage,
                &edits.marks,
            )));
        }
        let day = period.last();
        let (before, mentions) = self.day_window(day, as_of)?;
        let grouped = edition::regroup(&self.city, day, before, mentions, edits.constraints);
        let readers = self.city.readers(day);
        Ok(Some(edition::rank_day_with(
            &self.city,
            &sources,
            day,
            &grouped,
            &inputs.coverage,
            &readers,
            &edits.marks,
        )))
    }
}

fn assignments(mentions: &[AnnotatedMention]) -> Vec<(MentionId, ConcernId)> {
    mentions
        .iter()
        .filter_map(|mention| Some((mention.mention.id.clone(), mention.concern.clone()?)))
        .collect()
}
