//! What the rules of alerts find in a day: in what citizens say, and in how sources are doing.
//!
//! A rule that asks for a burst compares each series (unit and topic, within what the rule looks at) with
//! its own history, as digests do ([`super::rank`]): gamma-Poisson against the same weekdays. It bounds
//! false alarms of the rule, not the share of false ones: with `s` series and `b` accepted a month, a
//! series is alarming when so many mentions have a probability of at most `b / (30.44 s)`. The running day
//! can be judged as often as one likes: its counts only grow, so its last look is the only one that counts.

pub mod simulate;

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::rank::series::{HISTORY_DAYS, SeriesModel, weekday_factors};
use crate::domain::{
    AlertSubject, AnnotatedMention, BurstCause, Cause, Channel, ConcernCause, ConcernId,
    ConcernWatch, Finding, HealthStatus, MentionId, SourceCause, SourceDay, SourceHealth, SourceId,
    SourceWatch, Topic, UnitCode, day_in_vietnam, day_start, is_clearly_worse,
};

/// Days of history without which no burst is judged.
pub const HISTORY_MIN: usize = 14;
/// Mentions named on a card, and sources.
const SHOWN: usize = 5;
/// Days of a month.
const MONTH_DAYS: f64 = 30.44;
/// Weight of the prior, in days, at most.
const PRIOR_DAYS_MAX: f64 = 28.0;

/// A mention as rules look at it.
#[derive(Clone, Debug, PartialEq)]
pub struct Voice {
    /// Which.
    pub id: MentionId,
    /// Its concern.
    pub concern: ConcernId,
    /// When, in Vietnam.
    pub day: Date,
    /// About what.
    pub topic: Topic,
    /// Where: the likeliest unit.
    pub unit: Option<UnitCode>,
    /// By which channel.
    pub channel: Channel,
    /// From where.
    pub source: SourceId,
    /// Probability of negative sentiment, 0 to 1.
    pub negative: f32,
}

impl Voice {
    /// A mention that was grouped; `None` for noise and for one without a time.
    pub fn of(mention: &AnnotatedMention) -> Option<Self> {
        let read = &mention.annotation;
        let concern = mention.concern.clone().filter(|_| read.is_concern)?;
        Some(Self {
            concern,
            id: mention.mention.id.clone(),
            day: day_in_vietnam(mention.mention.published_at?),
            topic: read.topic,
            unit: read.placement.units.first().map(|unit| unit.code),
            channel: mention.mention.channel,
            source: mention.mention.source.clone(),
            negative: read.sentiment_probabilities.negative,
        })
    }
}

impl ConcernWatch {
    fn looks_at(&self, voice: &Voice) -> bool {
        fn among<T: PartialEq>(of: &[T], one: &T) -> bool {
            of.is_empty() || of.contains(one)
        }
        let is_there =
            self.units.is_empty() || voice.unit.is_some_and(|unit| self.units.contains(&unit));
        is_there
            && among(&self.topics, &voice.topic)
            && among(&self.channels, &voice.channel)
            && among(&self.sources, &voice.source)
    }
}

/// Whether a rule can judge a day of which the record begins on `recorded_from`.
pub fn can_judge(watch: &ConcernWatch, recorded_from: Date, day: Date) -> bool {
    let needed = match watch.burst_per_month {
        Some(_) => HISTORY_MIN as i64,
        None => 0,
    };
    recorded_from <= day.saturating_sub(needed.days())
}

/// What a rule finds in the concerns of a day. `voices` are those of the day and at least of the 27 days
/// before, in any order; `recorded_from` is the first day of the record.
pub fn findings(
    watch: &ConcernWatch,
    voices: &[Voice],
    recorded_from: Date,
    day: Date,
) -> Vec<Finding> {
    if !can_judge(watch, recorded_from, day) {
        return Vec::new();
    }
    let seen = voices.iter().filter(|voice| watch.looks_at(voice));
    let seen = seen.collect::<Vec<_>>();
    let mut by_concern: BTreeMap<&ConcernId, Vec<&Voice>> = BTreeMap::new();
    for voice in seen.iter().filter(|voice| voice.day == day) {
        by_concern.entry(&voice.concern).or_default().push(voice);
    }
    let bursts = watch.burst_per_month.map(|per_month| {
        let bursts = bursts_of(&seen, per_month, recorded_from, day);
        by_biggest_concern(bursts, &by_concern)
    });
    let found = by_concern.into_iter().filter_map(|(concern, voices)| {
        let burst = match &bursts {
            Some(bursts) => Some(*bursts.get(concern)?),
            None => None,
        };
        finding(watch, concern, &voices, burst, day)
    });
    let mut found = found.collect::<Vec<_>>();
    found.sort_by(|a, b| b.size.total_cmp(&a.size).then(a.subject.cmp(&b.subject)));
    found
}

fn finding(
    watch: &ConcernWatch,
    concern: &ConcernId,
    voices: &[&Voice],
    burst: Option<BurstCause>,
    day: Date,
) -> Option<Finding> {
    let n = voices.len() as u32;
    let negative_share = voices
        .iter()
        .map(|voice| f64::from(voice.negative))
        .sum::<f64>()
        / f64::from(n);
    let is_negative = watch
        .min_negative_share
        .is_none_or(|share| negative_share >= share);
    if n < watch.min_mentions || !is_negative {
        return None;
    }
    let mut by_source: BTreeMap<&SourceId, u32> = BTreeMap::new();
    let mut units: BTreeMap<UnitCode, u32> = BTreeMap::new();
    let mut topics: BTreeMap<Topic, u32> = BTreeMap::new();
    for voice in voices {
        *by_source.entry(&voice.source).or_default() += 1;
        *topics.entry(voice.topic).or_default() += 1;
        if let Some(unit) = voice.unit {
            *units.entry(unit).or_default() += 1;
        }
    }
    let mut evidence = voices.to_vec();
    evidence.sort_by(|a, b| b.negative.total_cmp(&a.negative).then(a.id.cmp(&b.id)));
    let of = |channel| {
        voices
            .iter()
            .filter(|voice| voice.channel == channel)
            .count() as u32
    };
    Some(Finding {
        subject: AlertSubject::Concern(concern.clone()),
        day,
        topic: most_first(topics).first().map(|(topic, _)| *topic),
        units: most_first(units)
            .into_iter()
            .map(|(unit, _)| unit)
            .collect(),
        size: f64::from(n),
        cause: Cause::Concern(ConcernCause {
            n_mentions: n,
            min_mentions: watch.min_mentions,
            negative_share,
            min_negative_share: watch.min_negative_share,
            burst,
            by_channel: Channel::ALL.map(of),
            by_source: most_first(by_source)
                .into_iter()
                .take(SHOWN)
                .map(|(source, n)| (source.clone(), n))
                .collect(),
            evidence: evidence
                .iter()
                .take(SHOWN)
                .map(|voice| voice.id.clone())
                .collect(),
        }),
    })
}

fn most_first<K: Ord>(counts: BTreeMap<K, u32>) -> Vec<(K, u32)> {
    let mut counts = counts.into_iter().collect::<Vec<_>>();
    // The sort is stable: equals stay in the order of their keys.
    counts.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    counts
}

type Series = (Option<UnitCode>, Topic);

/// Series that are alarming on a day.
fn bursts_of(
    voices: &[&Voice],
    per_month: f64,
    recorded_from: Date,
    day: Date,
) -> Vec<(Series, BurstCause)> {
    let known = recorded_from.until(day).map_or(0, |span| span.get_days());
    let history_days = usize::try_from(known).unwrap_or(0).min(HISTORY_DAYS);
    let mut whole = vec![0.0; history_days + 1];
    let mut counts: BTreeMap<Series, (f64, f64)> = BTreeMap::new();
    for voice in voices {
        let ago = voice.day.until(day).map_or(-1, |span| span.get_days());
        let Some(count) = usize::try_from(ago).ok().and_then(|ago| whole.get_mut(ago)) else {
            continue;
        };
        *count += 1.0;
        let (history, today) = counts.entry((voice.unit, voice.topic)).or_default();
        if ago == 0 {
            *today += 1.0;
        } else {
            *history += 1.0;
        }
    }
    let factors = weekday_factors(&whole);
    let histories = counts.values().map(|(history, _)| (*history, 1.0));
    let model = SeriesModel::fit(&histories.collect::<Vec<_>>(), &factors, PRIOR_DAYS_MAX);
    let n_series = counts.len();
    let p_max = per_month / (MONTH_DAYS * n_series.max(1) as f64);
    let alarming = counts.into_iter().filter_map(|(series, (history, today))| {
        let (expected, p) = model.surprise(history, 1.0, today);
        (today > 0.0 && p <= p_max).then_some((
            series,
            BurstCause {
                n_mentions: today as u32,
                expected,
                p,
                n_series: n_series as u32,
                history_days: history_days as u32,
                per_month,
            },
        ))
    });
    alarming.collect()
}

/// Each alarming series belongs to the concern that has most of its mentions; a concern with several is
/// judged by the least likely.
fn by_biggest_concern<'a>(
    bursts: Vec<(Series, BurstCause)>,
    by_concern: &BTreeMap<&'a ConcernId, Vec<&Voice>>,
) -> BTreeMap<&'a ConcernId, BurstCause> {
    let mut of_concern: BTreeMap<&ConcernId, BurstCause> = BTreeMap::new();
    for ((unit, topic), burst) in bursts {
        let of_series = |voices: &[&Voice]| {
            let mut all = voices.iter();
            let n = all
                .by_ref()
                .filter(|voice| (voice.unit, voice.topic) == (unit, topic));
            n.count()
        };
        let biggest = by_concern
            .iter()
            .map(|(concern, voices)| (of_series(voices), std::cmp::Reverse(*concern)))
            .max();
        let Some((1.., std::cmp::Reverse(concern))) = biggest else {
            continue;
        };
        let known = of_concern.entry(concern).or_insert(burst);
        if burst.p < known.p {
            *known = burst;
        }
    }
    of_concern
}

/// What a rule finds in how sources are doing at a moment. `seen` are the observations of one source, the
/// newest first.
pub fn outage(watch: &SourceWatch, seen: &[SourceHealth], now: Timestamp) -> Option<Finding> {
    let newest = seen.first()?;
    let is_watched = watch.sources.is_empty() || watch.sources.contains(&newest.source);
    if !is_watched || is_as_meant(newest.status) {
        return None;
    }
    let unwell = seen.iter().take_while(|health| !is_as_meant(health.status));
    let since = unwell.last()?.observed_at;
    let lasted = now.duration_since(since);
    (lasted >= SignedDuration::from_hours(i64::from(watch.min_hours))).then(|| {
        let cause = SourceCause {
            status: newest.status,
            detail: newest.detail.clone(),
            since,
            min_hours: watch.min_hours,
        };
        silent(&newest.source, day_in_vietnam(now), lasted, cause)
    })
}

/// The same of a past day, from what the days of a source kept: a day counts as silent when no visit went
/// well. `days` are those up to the day asked for, the newest first.
pub fn outage_on(watch: &SourceWatch, days: &[SourceDay]) -> Option<Finding> {
    let newest = days.first()?;
    let is_watched = watch.sources.is_empty() || watch.sources.contains(&newest.source);
    let is_unwell = |day: &&SourceDay| day.n_well == 0 && !is_as_meant(day.status);
    if !is_watched {
        return None;
    }
    let first = days.iter().take_while(is_unwell).last()?;
    let evening = day_start(newest.day.saturating_add(1.days()));
    let lasted = evening.duration_since(day_start(first.day));
    (lasted >= SignedDuration::from_hours(i64::from(watch.min_hours))).then(|| {
        let cause = SourceCause {
            status: newest.status,
            detail: newest.detail.clone(),
            since: day_start(first.day),
            min_hours: watch.min_hours,
        };
        silent(&newest.source, newest.day, lasted, cause)
    })
}

fn silent(source: &SourceId, day: Date, lasted: SignedDuration, cause: SourceCause) -> Finding {
    Finding {
        subject: AlertSubject::Source(source.clone()),
        day,
        topic: None,
        units: Vec::new(),
        size: lasted.as_secs() as f64 / 3600.0,
        cause: Cause::Source(cause),
    }
}

/// A source that is switched off, or was never asked, is no outage.
fn is_as_meant(status: HealthStatus) -> bool {
    status.is_healthy() || matches!(status, HealthStatus::Disabled | HealthStatus::Pending)
}

/// What a draft of a rule would have found on past days.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preview {
    /// Alerts it would have opened, the newest first.
    pub opened: Vec<Finding>,
    /// Days it could judge.
    pub n_judged: u32,
    /// Days of which the record knows too little.
    pub unjudged: Vec<Date>,
}

/// Lets a rule live through past days, so that a finding that goes on is one alert.
#[derive(Debug)]
pub struct Rehearsal {
    last_found: BTreeMap<AlertSubject, (Date, f64)>,
    preview: Preview,
}

impl Default for Rehearsal {
    fn default() -> Self {
        Self::new()
    }
}

impl Rehearsal {
    /// Before the first day.
    pub fn new() -> Self {
        Self {
            last_found: BTreeMap::new(),
            preview: Preview::default(),
        }
    }

    /// A day of which too little is known.
    pub fn skip(&mut self, day: Date) {
        self.preview.unjudged.push(day);
    }

    /// A day with what was found on it; days come in order.
    pub fn live(&mut self, day: Date, found: Vec<Finding>) {
        self.preview.n_judged += 1;
        for finding in found {
            let known = self.last_found.get(&finding.subject).copied();
            let is_news = known.is_none_or(|(last, peak)| {
                let is_quiet = last.saturating_add(crate::domain::QUIET_DAYS.days()) <= day;
                is_quiet || is_clearly_worse(finding.size, peak)
            });
            let peak = known.map_or(0.0, |(_, peak)| peak).max(finding.size);
            self.last_found.insert(finding.subject.clone(), (day, peak));
            if is_news {
                self.preview.opened.push(finding);
            }
        }
    }

    /// What came of it; the findings of a day stay in their order.
    pub fn finish(mut self) -> Preview {
        let opened = &mut self.preview.opened;
        opened.sort_by_key(|found| std::cmp::Reverse(found.day));
        self.preview
    }
}

/// What a draft of a rule about concerns would have found from one day to another.
pub fn rehearse(
    watch: &ConcernWatch,
    voices: &[Voice],
    recorded_from: Date,
    (from, to): (Date, Date),
) -> Preview {
    let mut rehearsal = Rehearsal::new();
    let mut day = from;
    while day <= to {
        if recorded_from <= day && can_judge(watch, recorded_from, day) {
            rehearsal.live(day, findings(watch, voices, recorded_from, day));
        } else {
            rehearsal.skip(day);
        }
        day = day.saturating_add(1.days());
    }
    rehearsal.finish()
}

#[cfg(test)]
mod tests;
