//! The morning after: what the following days say of a digest.
//!
//! What a grade can tell, measured on simulated cities with known truth by putting lines drawn by
//! chance in the place of ours ([`simulate::grade_lists`](super::simulate::grade_lists)): how many of
//! the lines were among what mattered afterwards, in lists of units and of the city alike, and how many
//! of the large concerns were missed. Being heard of again at all (`grade-1`) told nothing of the
//! city's list: in a city of 490 reports a day nearly any concern is.
//!
//! What it cannot tell: the order of the lines; a concern that was right to list and solved the next
//! day; anything people stopped reporting; and a lead is counted as it came, whether or not the other
//! channel would have come without the digest.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;

use super::group::Links;
use super::rank::context::places_of;
use crate::domain::{
    AnnotatedMention, Channel, Concern, ConcernId, Digest, DigestScope, Grade, Interval, Lead, Miss,
};

/// Version of the method of grading.
pub const GRADE_VERSION: &str = "grade-2";

/// Days after a digest's day on which it is looked at again.
pub const GRADED_AFTER: [u32; 3] = [1, 3, 7];

/// Concerns that count as large in hindsight, and the least mentions of one.
const N_LARGE: usize = 10;
const LARGE_MIN: u32 = 3;

/// A concern with fewer mentions up to the digest's day could not have been listed.
const KNOWN_MIN: u32 = 2;

/// Standard normal quantile of a two-sided 90 % interval.
const Z_90: f64 = 1.644_853_627;

/// What is looked at, shared by the digests of a day.
#[derive(Clone, Copy, Debug)]
pub struct Hindsight<'a> {
    /// Grouped mentions of the 28 days up to the digest's day and of the days after it.
    pub mentions: &'a [AnnotatedMention],
    /// Concerns as they stood at the end of those days.
    pub concerns: &'a [Concern],
    /// The day of the digests.
    pub day: Date,
    /// Days after that day.
    pub after_days: u32,
    /// When the digests were published.
    pub published_at: Timestamp,
    /// The present moment.
    pub now: Timestamp,
}

#[derive(Default)]
struct Heard {
    n_known: u32,
    n_of_day: u32,
    n_after: u32,
    /// First mention ever and first mention after publication, by channel.
    first: [Option<Timestamp>; 3],
}

/// Grades the digests of one day, in their order.
///
/// A line is confirmed when, in the days after, its concern is heard of in the scope at least half as
/// often as the last that would belong into a list of as many lines: the n-th most heard of those that
/// had 2 mentions by the digest's day, n being the number of lines.
/// Large in hindsight are the ten concerns with most mentions, at least 3, from the digest's day to
/// the last day looked at, among those that had 2 mentions by the digest's day; one that was not
/// listed is a miss. A line leads a channel when the first mention there came after the digest was
/// published.
pub fn grade(digests: &[Digest], hindsight: &Hindsight<'_>) -> Vec<Grade> {
    let heard = listen(hindsight);
    let nothing = Heards::new();
    let graded = digests.iter().map(|digest| {
        let heard = heard.get(&digest.scope).unwrap_or(&nothing);
        grade_one(digest, heard, hindsight)
    });
    graded.collect()
}

/// What was heard of each concern in one scope.
type Heards<'a> = BTreeMap<&'a ConcernId, Heard>;

fn grade_one(digest: &Digest, heard: &Heards<'_>, hindsight: &Hindsight<'_>) -> Grade {
    // A concern that turned out to be part of another is confirmed by what is said of that.
    let links = Links::new(hindsight.concerns);
    let listed = digest.top.iter().map(|entry| links.whole(&entry.concern));
    let listed = listed.collect::<BTreeSet<_>>();
    // What the desk kept out was not overlooked: it is neither a line nor a miss.
    let hidden = digest.desk.hidden.iter();
    let hidden = hidden.map(|line| links.whole(&line.concern));
    let hidden = hidden.collect::<BTreeSet<_>>();
    let least = least_confirmed(heard, listed.len());
    let is_confirmed =
        |id: &&&ConcernId| heard.get(**id).is_some_and(|heard| heard.n_after >= least);
    let n_confirmed = listed.iter().filter(is_confirmed).count() as u32;
    let mut large = heard
        .iter()
        .map(|(id, heard)| (heard.n_of_day + heard.n_after, *id, heard.n_known))
        .filter(|(n, _, n_known)| *n >= LARGE_MIN && *n_known >= KNOWN_MIN)
        .filter(|(_, id, _)| !hidden.contains(*id))
        .collect::<Vec<_>>();
    large.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    large.truncate(N_LARGE);
    let misses = large.iter().filter(|(_, id, _)| !listed.contains(id));
    let misses = misses.map(|(n_mentions, id, n_known)| Miss {
        concern: (*id).clone(),
        n_mentions: *n_mentions,
        n_known: *n_known,
    });
    let n_lines = listed.len() as u32;
    Grade {
        scope: digest.scope.clone(),
        day: digest.day,
        revision: digest.revision,
        after_days: hindsight.after_days,
        graded_at: hindsight.now,
        method_version: GRADE_VERSION.to_owned(),
        n_lines,
        n_confirmed,
        precision: wilson(n_confirmed, n_lines),
        n_large: large.len() as u32,
        misses: misses.collect(),
        leads: leads(&listed, heard, hindsight.published_at),
    }
}

/// Mentions in the days after from which a line is confirmed, at least 1.
fn least_confirmed(heard: &Heards<'_>, n_lines: usize) -> u32 {
    let known = heard.values().filter(|heard| heard.n_known >= KNOWN_MIN);
    let mut after = known.map(|heard| heard.n_after).collect::<Vec<_>>();
    after.sort_unstable_by(|a, b| b.cmp(a));
    let last = n_lines.checked_sub(1).and_then(|last| after.get(last));
    last.map_or(1, |n| n.div_ceil(2).max(1))
}

/// Reads all mentions once, for every scope they count in.
fn listen<'a>(hindsight: &Hindsight<'a>) -> BTreeMap<DigestScope, Heards<'a>> {
    let concerns = hindsight
        .concerns
        .iter()
        .map(|concern| (&concern.id, concern));
    let concerns = concerns.collect::<BTreeMap<_, _>>();
    let links = Links::new(hindsight.concerns);
    let mut heard: BTreeMap<DigestScope, Heards<'a>> = BTreeMap::new();
    for mention in hindsight.mentions {
        let whole = mention.concern.as_ref().map(|id| links.whole(id));
        let concern = whole.and_then(|id| concerns.get(id));
        let (Some(concern), true) = (concern, mention.annotation.is_concern) else {
            continue;
        };
        let (Some(day), Some(at)) = (mention.mention.day(), mention.mention.published_at) else {
            continue;
        };
        let days = days_after(hindsight.day, day);
        if days > i64::from(hindsight.after_days) {
            continue;
        }
        let units = places_of(mention, concern).map(|(unit, _)| DigestScope::Unit(unit));
        let agencies = concern.agencies.iter().cloned().map(DigestScope::Agency);
        for scope in units.chain(agencies).chain([DigestScope::City]) {
            let there = heard.entry(scope).or_default();
            there
                .entry(&concern.id)
                .or_default()
                .add(days, at, mention.mention.channel);
        }
    }
    heard
}

impl Heard {
    fn add(&mut self, days: i64, at: Timestamp, channel: Channel) {
        match days {
            1.. => self.n_after += 1,
            0 => {
                self.n_of_day += 1;
                self.n_known += 1;
            }
            _ => self.n_known += 1,
        }
        let first = &mut self.first[channel as usize];
        *first = Some(first.map_or(at, |first| first.min(at)));
    }
}

fn days_after(day: Date, other: Date) -> i64 {
    day.until(other)
        .map_or(i64::MAX, |span| i64::from(span.get_days()))
}

/// Lines that press or hotline took up only after the digest had named them.
fn leads(listed: &BTreeSet<&ConcernId>, heard: &Heards<'_>, published_at: Timestamp) -> Vec<Lead> {
    let mut leads = Vec::new();
    for id in listed {
        let Some(heard) = heard.get(*id) else {
            continue;
        };
        for channel in [Channel::Press, Channel::Hotline] {
            let first = heard.first[channel as usize].filter(|first| *first > published_at);
            leads.extend(first.map(|first| Lead {
                concern: (*id).clone(),
                channel,
                hours: u32::try_from(first.duration_since(published_at).as_hours()).unwrap_or(0),
            }));
        }
    }
    leads
}

/// 90 % interval of a share (Wilson 1927); everything is possible without a trial.
fn wilson(hits: u32, n: u32) -> Interval {
    if n == 0 {
        return Interval {
            low: 0.0,
            high: 1.0,
        };
    }
    let (n, share) = (f64::from(n), f64::from(hits) / f64::from(n));
    let z2 = Z_90 * Z_90;
    let middle = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z_90 / (1.0 + z2 / n) * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    Interval {
        low: (middle - half).max(0.0),
        high: (middle + half).min(1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::super::channels::tests::{noon, said, ticket};
    use super::super::rank::{RankContext, RankMethod};
    use super::*;
    use crate::domain::{ConcernStatus, Coverage, MentionId, Scope, Sketch, Topic, day_in_vietnam};
    use crate::ranking::SourceTable;

    fn concern(id: &str) -> Concern {
        Concern {
            id: ConcernId::new(id),
            topic: Topic::Road,
            scope: Scope::City,
            units: Vec::new(),
            agencies: Vec::new(),
            title: id.to_owned(),
            title_from: MentionId::new(""),
            status: ConcernStatus::Open,
            first_seen: noon(1),
            last_seen: noon(1),
            daily: Vec::new(),
            n_open_tickets: 0,
            sketch: Sketch::default(),
            part_of: None,
        }
    }

    fn of(mut mention: AnnotatedMention, concern: &str) -> AnnotatedMention {
        mention.concern = Some(ConcernId::new(concern));
        mention
    }

    #[test]
    fn a_line_is_confirmed_a_large_concern_missed_and_a_lead_counted() {
        let social = |name: &str, day| said(name, Channel::Social, day);
        // One line a digest: `a` is listed on day 5, `b` grows afterwards.
        let mentions = [
            of(social("a1", 5), "a"),
            of(social("a2", 5), "a"),
            of(social("a3", 5), "a"),
            of(social("b1", 4), "b"),
            of(social("b2", 5), "b"),
            of(social("b3", 6), "b"),
            of(social("b4", 7), "b"),
            of(social("b5", 7), "b"),
            of(said("a4", Channel::Press, 7), "a"),
            of(ticket("a5", 8, None), "a"),
            of(social("new1", 7), "new"),
            of(social("new2", 7), "new"),
            of(social("new3", 7), "new"),
        ];
        let concerns = [concern("a"), concern("b"), concern("new")];
        let method = RankMethod {
            max_lines: 1,
            ..RankMethod::default()
        };
        let sources = SourceTable::default();
        let day = day_in_vietnam(noon(5));
        let coverage = Coverage {
            share: 1.0,
            n_expected: 0,
            n_fresh: 0,
            gaps: Vec::new(),
        };
        let digest = RankContext::new(&method, day, &mentions, &concerns, &[], &sources)
            .digest(&DigestScope::City, &coverage);
        assert_eq!(digest.top[0].concern.as_str(), "a");
        let graded = |after_days| {
            let hindsight = Hindsight {
                mentions: &mentions,
                concerns: &concerns,
                day,
                after_days,
                published_at: noon(6),
                now: noon(9),
            };
            grade(std::slice::from_ref(&digest), &hindsight).remove(0)
        };
        let early = graded(1);
        assert_eq!((early.n_lines, early.n_confirmed), (1, 0));
        assert!(early.leads.is_empty());
        let late = graded(3);
        assert_eq!(late.share_confirmed(), Some(1.0));
        assert!(late.precision.low > 0.2 && late.precision.high > 0.999);
        // What nobody had heard of by then is no miss.
        assert_eq!(late.misses.len(), 1);
        assert_eq!(late.misses[0].concern.as_str(), "b");
        assert_eq!((late.misses[0].n_mentions, late.misses[0].n_known), (4, 2));
        let leads = late.leads.iter().map(|lead| (lead.channel, lead.hours));
        assert_eq!(
            leads.collect::<Vec<_>>(),
            [(Channel::Press, 24), (Channel::Hotline, 48)]
        );
    }

    #[test]
    fn a_line_needs_half_of_what_belongs_into_the_list() {
        let ids = ["a", "b", "c", "new"].map(ConcernId::new);
        let after = [7, 4, 3, 40];
        let mut heard = Heards::new();
        for ((id, n_after), n_known) in ids.iter().zip(after).zip([5, 5, 5, 1]) {
            let there = heard.entry(id).or_default();
            (there.n_known, there.n_after) = (n_known, n_after);
        }
        // What nobody could have listed raises nothing.
        assert_eq!(least_confirmed(&heard, 1), 4);
        assert_eq!(least_confirmed(&heard, 2), 2);
        assert_eq!(
            (least_confirmed(&heard, 4), least_confirmed(&heard, 0)),
            (1, 1)
        );
    }

    #[test]
    fn intervals_hold_the_share() {
        let interval = wilson(7, 10);
        assert!(interval.low > 0.4 && interval.low < 0.7);
        assert!(interval.high > 0.7 && interval.high < 0.95);
        assert!((wilson(0, 0).high - 1.0).abs() < f64::EPSILON);
    }
}
