//! Digests: the lines of a scope in order, their ties, evidence and quotes.

use super::context::{Item, RankContext, WINDOW_DAYS, id_of};
use super::line::{Scored, counted, n_sources, scored};
use super::receipt::receipt;
use crate::domain::{
    Channel, ConcernId, ConcernStatus, Coverage, Digest, DigestDesk, DigestEntry, DigestScope,
    EntryDesk, PeriodKind,
};
use crate::ranking::marks::Place;
use crate::ranking::shown::{overlap, quotes};

/// The digest of a scope.
pub(super) fn digest(context: &RankContext, scope: &DigestScope, coverage: &Coverage) -> Digest {
    let scored = scored(context, scope);
    let n_mentions = scored.iter().map(|line| line.n_today).sum();
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
    let rising = rising(context, &scored);
    Digest {
        scope: scope.clone(),
        period: PeriodKind::Day,
        day: context.day,
        revision: 1,
        erratum: None,
        method_version: context.method.version.clone(),
        coverage: coverage.clone(),
        thin_evidence: thin_evidence(context, top.len(), scored.len(), n_mentions),
        top,
        rising,
        n_mentions,
        desk: DigestDesk::default(),
    }
}

/// Where a concern stands in a scope.
pub(super) fn place(context: &RankContext, scope: &DigestScope, concern: &ConcernId) -> Place {
    let scored = scored(context, scope);
    let is_it = |line: &Scored| line.line.candidate.concern.id == *concern;
    let Some(at) = scored.iter().position(is_it) else {
        return Place::default();
    };
    let mut ranks = ranks(context, &scored, usize::MAX).into_iter();
    Place {
        rank: ranks
            .find(|(other, ..)| *other == at)
            .map(|(_, rank, _)| rank),
        n_mentions: scored[at].n_today,
    }
}

/// (position among the scored, rank, tied) of the first lines that have enough evidence.
fn ranks(context: &RankContext, scored: &[Scored], most: usize) -> Vec<(usize, u32, bool)> {
    let method = context.method;
    // What waits for its answer stays a concern, even when it was said once: in a quiet unit that is
    // most of what there is. What was answered must be said again.
    let enough = |line: &Scored| {
        let status = line.line.candidate.concern.status;
        let waits = matches!(status, ConcernStatus::Open | ConcernStatus::Returned);
        let items = &line.line.items;
        let recent = items
            .iter()
            .any(|(item, _)| item.days_ago < method.count_days);
        let said_again = items.len() as u32 >= method.min_mentions;
        let closed = status == ConcernStatus::Closed;
        line.n_today > 0 || waits || said_again && (recent || !closed)
    };
    let mut ranks: Vec<(usize, u32, bool)> = Vec::new();
    let mut leader: Option<(usize, u32)> = None;
    let eligible = scored.iter().enumerate().filter(|(_, line)| enough(line));
    for (place, (at, line)) in eligible.take(most).enumerate() {
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

fn rising(context: &RankContext, scored: &[Scored]) -> Vec<DigestEntry> {
    let mut growing = scored
        .iter()
        .filter(|line| line.n_today >= context.method.min_rising && line.rising > 0.0)
        .collect::<Vec<_>>();
    growing.sort_by(|a, b| {
        b.rising
            .total_cmp(&a.rising)
            .then(b.score.total_cmp(&a.score))
    });
    let lines = growing.iter().take(context.method.max_lines).enumerate();
    lines
        .map(|(place, line)| entry(context, line, place as u32 + 1, false))
        .collect()
}

fn entry(context: &RankContext, scored: &Scored, rank: u32, tied: bool) -> DigestEntry {
    let concern = scored.line.candidate.concern;
    let counted = counted(context, &scored.line);
    let evidence = evidence(&counted);
    let mut trend = vec![0; WINDOW_DAYS];
    for (item, _) in &scored.line.items {
        trend[WINDOW_DAYS - 1 - item.days_ago] += 1;
    }
    let told = evidence.iter().map(|(item, _)| *item);
    let told = told.filter(|item| !item.verdict.copy && !item.verdict.coordinated);
    let quotes = quotes(told.map(|item| item.mention), context.method.max_quotes);
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
        n_mentions: scored.n_today,
        n_sources: n_sources(&counted),
        quotes,
        evidence: evidence
            .iter()
            .take(context.method.max_evidence)
            .map(|(item, _)| id_of(item))
            .collect(),
        trend,
        receipt: None,
        notes: Vec::new(),
        desk: EntryDesk::default(),
    }
}

/// The most telling first: recent, weighty, sure of its topic, with a title, not a copy.
fn evidence<'c, 'a>(items: &[(&'c Item<'a>, f64)]) -> Vec<(&'c Item<'a>, f64)> {
    let telling = |item: &Item, share: f64| {
        let mention = &item.mention.mention;
        let sure = f64::from(item.mention.annotation.topic_probability);
        let titled = if mention.title.is_some() { 1.2 } else { 1.0 };
        let voice = match mention.channel {
            Channel::Press | Channel::Hotline => 1.2,
            Channel::Social if mention.parent.is_none() => 1.0,
            Channel::Social => 0.6,
        };
        let recent = 0.9_f64.powi(item.days_ago as i32);
        share * item.weight * (0.5 + sure) * titled * voice * recent
    };
    let mut ranked = items.to_vec();
    ranked.sort_by(|a, b| {
        let by_weight = telling(b.0, b.1).total_cmp(&telling(a.0, a.1));
        by_weight.then_with(|| a.0.mention.mention.id.cmp(&b.0.mention.mention.id))
    });
    ranked
}

fn thin_evidence(
    context: &RankContext,
    n_lines: usize,
    n_concerns: usize,
    n_today: u32,
) -> Option<String> {
    let method = context.method;
    if n_lines >= method.max_lines {
        return None;
    }
    let days = WINDOW_DAYS;
    let mut reason = if n_lines == 0 {
        format!("chưa đủ dữ liệu: không có vấn đề nào đủ phản ánh trong {days} ngày qua")
    } else {
        format!(
            "chưa đủ dữ liệu: chỉ có {n_lines} vấn đề đủ phản ánh trong {days} ngày qua \
             ({n_today} phản ánh trong ngày)"
        )
    };
    let left = n_concerns - n_lines;
    if left > 0 {
        let least = method.min_mentions;
        let rest = format!(
            "; {left} vấn đề khác đã được trả lời hoặc lắng xuống và có dưới {least} phản ánh \
             nên không xếp hạng"
        );
        reason.push_str(&rest);
    }
    Some(reason)
}
