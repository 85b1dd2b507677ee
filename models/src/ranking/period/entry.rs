//! Digests of a period: the lines of a scope in order, their ties, evidence and quotes.

use jiff::ToSpan;
use jiff::civil::Date;

use super::line::{Scored, n_sources, scored};
use super::receipt::receipt;
use super::{PERIOD_VERSION, PeriodContext, Voice};
use crate::domain::{
    Channel, ConcernId, Coverage, Digest, DigestDesk, DigestEntry, DigestScope, EntryDesk,
};
use crate::ranking::marks::Place;
use crate::ranking::shown::{overlap, quotes};

/// Days of the small chart of a line, at least.
const TREND_DAYS: usize = 28;

pub(super) fn digest(context: &PeriodContext, scope: &DigestScope, coverage: &Coverage) -> Digest {
    let scored = scored(context, scope);
    let n_mentions = scored.iter().map(|line| line.n_mentions).sum();
    let ranks = ranks(context, &scored, context.method.max_lines);
    let all = ranks.iter().map(|&(at, ..)| scored[at].score);
    let all = all.collect::<Vec<_>>();
    let top = ranks
        .iter()
        .map(|&(at, rank, tied)| DigestEntry {
            receipt: Some(receipt(context, scope, &scored[at], &all)),
            ..entry(context, &scored[at], rank, tied)
        })
        .collect::<Vec<_>>();
    Digest {
        scope: scope.clone(),
        period: context.period.kind(),
        day: context.period.last(),
        revision: 1,
        erratum: None,
        method_version: format!("{} {PERIOD_VERSION}", context.method.version),
        coverage: coverage.clone(),
        rising: rising(context, &scored),
        thin_evidence: thin_evidence(context, top.len(), scored.len()),
        top,
        n_mentions,
        desk: DigestDesk::default(),
    }
}

/// Where a concern stands in a scope.
pub(super) fn standing(context: &PeriodContext, scope: &DigestScope, concern: &ConcernId) -> Place {
    let scored = scored(context, scope);
    let is_it = |line: &Scored| context.cases[line.line.at].concern.id == *concern;
    let Some(at) = scored.iter().position(is_it) else {
        return Place::default();
    };
    let mut ranks = ranks(context, &scored, usize::MAX).into_iter();
    Place {
        rank: ranks
            .find(|(other, ..)| *other == at)
            .map(|(_, rank, _)| rank),
        n_mentions: scored[at].n_mentions,
    }
}

/// (position among the scored, rank, tied) of the first lines with enough evidence.
fn ranks(context: &PeriodContext, scored: &[Scored], most: usize) -> Vec<(usize, u32, bool)> {
    let method = context.method;
    let mut ranks: Vec<(usize, u32, bool)> = Vec::new();
    let mut leader: Option<(usize, u32)> = None;
    let enough = scored
        .iter()
        .enumerate()
        .filter(|(_, line)| line.n_mentions >= method.min_mentions);
    for (place, (at, line)) in enough.take(most).enumerate() {
        let tie = leader.filter(|&(first, _)| {
            overlap(line.interval, scored[first].interval) >= method.tie_overlap
        });
        let rank = tie.map_or(place as u32 + 1, |(_, rank)| rank);
        if tie.is_none() {
            leader = Some((at, rank));
        }
        ranks.push((at, rank, tie.is_some()));
    }
    ranks
}

fn rising(context: &PeriodContext, scored: &[Scored]) -> Vec<DigestEntry> {
    let least = context.method.min_rising.max(context.method.min_mentions);
    // Nothing can be said to rise against days that nobody recorded.
    let has_before = context.days.1 >= 1.0;
    let mut growing = scored
        .iter()
        .filter(|line| has_before && line.n_mentions >= least && line.rising > 0.0)
        .collect::<Vec<_>>();
    growing.sort_by(|a, b| {
        let by_rise = b.rising.total_cmp(&a.rising);
        by_rise.then(b.score.total_cmp(&a.score))
    });
    let lines = growing.iter().take(context.method.max_lines).enumerate();
    lines
        .map(|(place, line)| entry(context, line, place as u32 + 1, false))
        .collect()
}

fn entry(context: &PeriodContext, scored: &Scored, rank: u32, tied: bool) -> DigestEntry {
    let concern = context.cases[scored.line.at].concern;
    let inside = scored.line.inside().collect::<Vec<_>>();
    let evidence = evidence(&inside);
    let told = evidence.iter();
    let told = told.filter(|voice| !voice.verdict.copy && !voice.verdict.coordinated);
    let quotes = quotes(told.map(|voice| voice.mention), context.method.max_quotes);
    DigestEntry {
        rank,
        tied,
        concern: concern.id.clone(),
        title: concern.title.clone(),
        topic: concern.topic,
        units: concern.units.clone(),
        score: scored.score,
        interval: scored.interval,
        factors: scored.factors,
        n_mentions: scored.n_mentions,
        n_sources: n_sources(&inside),
        quotes,
        evidence: evidence
            .iter()
            .take(context.method.max_evidence)
            .map(|voice| voice.mention.mention.id.clone())
            .collect(),
        trend: trend(context, scored),
        receipt: None,
        notes: Vec::new(),
        desk: EntryDesk::default(),
    }
}

/// Mentions a day over the days of the period, at least the last 28, oldest first.
fn trend(context: &PeriodContext, scored: &Scored) -> Vec<u32> {
    let period = context.period;
    let n_days = period.days().count().max(TREND_DAYS);
    let span = i64::try_from(n_days).unwrap_or(1) - 1;
    let first = period.last().saturating_sub(span.days());
    let mut trend = vec![0; n_days];
    for (voice, _) in &scored.line.voices {
        if let Some(count) = place(first, voice.day).and_then(|at| trend.get_mut(at)) {
            *count += 1;
        }
    }
    trend
}

fn place(first: Date, day: Date) -> Option<usize> {
    let days = first.until(day).ok()?.get_days();
    usize::try_from(days).ok()
}

/// The most telling first: weighty, sure of its topic, with a title, not a reply.
fn evidence<'c, 'a>(voices: &[(&'c Voice<'a>, f64)]) -> Vec<&'c Voice<'a>> {
    let telling = |voice: &Voice, share: f64| {
        let mention = &voice.mention.mention;
        let sure = f64::from(voice.mention.annotation.topic_probability);
        let titled = if mention.title.is_some() { 1.2 } else { 1.0 };
        let of_channel = match mention.channel {
            Channel::Press | Channel::Hotline => 1.2,
            Channel::Social if mention.parent.is_none() => 1.0,
            Channel::Social => 0.6,
        };
        share * voice.weight * (0.5 + sure) * titled * of_channel
    };
    let mut ranked = voices.to_vec();
    ranked.sort_by(|a, b| {
        let by_weight = telling(b.0, b.1).total_cmp(&telling(a.0, a.1));
        by_weight.then_with(|| a.0.mention.mention.id.cmp(&b.0.mention.mention.id))
    });
    ranked.into_iter().map(|(voice, _)| voice).collect()
}

fn thin_evidence(context: &PeriodContext, n_lines: usize, n_concerns: usize) -> Option<String> {
    let n_days = context.period.n_days();
    let n_known = context.n_known_days().min(n_days);
    let mut reasons = Vec::new();
    if n_known < n_days {
        reasons.push(format!("kỳ này chỉ có dữ liệu của {n_known}/{n_days} ngày"));
    }
    if n_lines < context.method.max_lines {
        let least = context.method.min_mentions;
        let left = n_concerns - n_lines;
        reasons.push(match (n_lines, left) {
            (0, 0) => "không có vấn đề nào được phản ánh trong kỳ".to_owned(),
            (n, 0) => format!("chỉ có {n} vấn đề được phản ánh trong kỳ"),
            (n, left) => format!(
                "chỉ có {n} vấn đề đủ phản ánh trong kỳ; {left} vấn đề khác có dưới {least} \
                 phản ánh nên không xếp hạng"
            ),
        });
    }
    (!reasons.is_empty()).then(|| format!("chưa đủ dữ liệu: {}", reasons.join("; ")))
}
