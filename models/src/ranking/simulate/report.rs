//! Runs the simulation and grades ranking and alerts against its truth.

use std::collections::BTreeSet;

use super::SimulationParameters;
use super::world::{Burst, World};
use crate::domain::{Coverage, Digest, DigestScope, Topic};
use crate::ranking::SourceTable;
use crate::ranking::rank::{RankContext, RankMethod};

pub(super) const HISTORY: usize = 28;
const N_TOPICS: usize = Topic::ALL.len();

/// How one way of raising alerts did.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AlertScore {
    /// Alerts a day on series without a burst.
    pub false_per_day: f64,
    /// Share of bursts caught on their first day, 0 to 1.
    pub caught_first_day: f64,
    /// Share of bursts caught on any of their days, 0 to 1.
    pub caught: f64,
    /// Mean days from the beginning of a caught burst to its alert.
    pub delay_days: f64,
}

/// What the simulation found. Overlaps are means over units and days of the share of the true top 10
/// that is among the first 10 of the list, 0 to 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SimulationReport {
    /// Series watched: units × topics.
    pub n_series: usize,
    /// Bursts put in.
    pub n_bursts: usize,
    /// Overlap of our digests of the units.
    pub overlap_ours: f64,
    /// Lines that our digests of units have on average.
    pub lines_ours: f64,
    /// Share of our lines that are in the true top 10.
    pub precision_ours: f64,
    /// Overlap of the raw counts of the day.
    pub overlap_raw_day: f64,
    /// Overlap of the raw counts of 7 days.
    pub overlap_raw_week: f64,
    /// Overlap of the raw counts of 28 days.
    pub overlap_raw_month: f64,
    /// Share of the lines of the raw counts of 28 days, cut to as many lines as ours, that are in
    /// the true top 10.
    pub precision_raw_month: f64,
    /// Overlap of the city's own list.
    pub overlap_city: f64,
    /// Overlap of the highest z-scores of the day over 28 days.
    pub overlap_z: f64,
    /// Our alerts.
    pub alerts_ours: AlertScore,
    /// Alerts of z-scores above 3 over 14 days.
    pub alerts_z: AlertScore,
    /// City rank of the concern pushed by a coordinated campaign: by raw counts, and ours (`None` when
    /// it is not among the ten).
    pub campaign_rank: (usize, Option<u32>),
    /// Suspected posts of the campaign that the receipt lists.
    pub campaign_listed: usize,
    /// Independent sources counted for a story reprinted by many outlets, its tickets included.
    pub reprint_sources: Option<u32>,
}

/// Simulates a city; the same seed gives the same report.
pub fn simulate(
    parameters: &SimulationParameters,
    method: &RankMethod,
    seed: u64,
) -> SimulationReport {
    let mut world = World::new(parameters, seed);
    for day in 0..HISTORY {
        world.live(day, false);
    }
    let mut grades = Grades::default();
    for day in HISTORY..HISTORY + parameters.n_days {
        world.live(day, true);
        grades.grade(&world, method, day);
    }
    let mut report = grades.report(&world, parameters);
    guard_report(&mut world, method, HISTORY + parameters.n_days, &mut report);
    report
}

#[derive(Default)]
struct Grades {
    /// Hits of ours, day, week, month, city, z-scores; and how many could be hit.
    hits: [f64; 6],
    /// Hits of the month's list at our length.
    month_hits: f64,
    possible: f64,
    lines: f64,
    n_lists: f64,
    ours: AlertTally,
    z: AlertTally,
}

#[derive(Default)]
struct AlertTally {
    n_false: usize,
    caught: Vec<(Burst, usize)>,
}

impl Grades {
    fn grade(&mut self, world: &World, method: &RankMethod, day: usize) {
        let sources = SourceTable::default();
        let (from, until) = (day + 1 - HISTORY, World::day(day));
        let first = World::day(from);
        let window = world
            .mentions
            .iter()
            .filter(|m| m.mention.day().is_some_and(|d| first <= d && d <= until))
            .cloned()
            .collect::<Vec<_>>();
        let context = RankContext::new(
            method,
            until,
            &window,
            &world.concerns,
            &world.units,
            &sources,
        );
        let counts = counts_of(world, day);
        let city = (0..N_TOPICS)
            .map(|topic| {
                counts
                    .iter()
                    .map(|unit| unit[topic].iter().sum::<f64>())
                    .sum::<f64>()
            })
            .collect::<Vec<_>>();
        for (unit, own) in counts.iter().enumerate() {
            let truth = world.true_top(unit, day, 10);
            let ours =
                own_topics(&context.digest(&DigestScope::Unit(world.units[unit].code), &whole()));
            self.lines += ours.len() as f64;
            let raw = |days: usize| {
                let sums = (0..N_TOPICS).map(|topic| own[topic][..days].iter().sum::<f64>());
                best_ten(&sums.collect::<Vec<_>>(), true)
            };
            let hits_of =
                |list: &[usize]| list.iter().filter(|topic| truth.contains(topic)).count() as f64;
            let month = raw(28);
            self.month_hits += hits_of(&month[..ours.len().min(month.len())]);
            let z = own.iter().map(z_score).collect::<Vec<_>>();
            let lists = [
                ours,
                raw(1),
                raw(7),
                month,
                best_ten(&city, false),
                best_ten(&z, false),
            ];
            for (hits, list) in self.hits.iter_mut().zip(lists) {
                *hits += hits_of(&list);
            }
            self.possible += truth.len() as f64;
            self.n_lists += 1.0;
        }
        let alerts = context.alerts().into_iter().filter_map(|alert| {
            let unit = world
                .units
                .iter()
                .position(|unit| unit.code == alert.unit)?;
            Some((unit, alert.topic.index()))
        });
        self.ours.count(world, day, &alerts.collect());
        self.z.count(world, day, &z_alerts(&counts));
    }

    fn report(&self, world: &World, parameters: &SimulationParameters) -> SimulationReport {
        let overlap = |at: usize| self.hits[at] / self.possible.max(1.0);
        let n_bursts = world.bursts.len();
        let n_days = parameters.n_days.max(1) as f64;
        SimulationReport {
            n_series: world.units.len() * N_TOPICS,
            n_bursts,
            overlap_ours: overlap(0),
            lines_ours: self.lines / self.n_lists.max(1.0),
            precision_ours: self.hits[0] / self.lines.max(1.0),
            overlap_raw_day: overlap(1),
            overlap_raw_week: overlap(2),
            overlap_raw_month: overlap(3),
            precision_raw_month: self.month_hits / self.lines.max(1.0),
            overlap_city: overlap(4),
            overlap_z: overlap(5),
            alerts_ours: self.ours.score(n_bursts, n_days),
            alerts_z: self.z.score(n_bursts, n_days),
            ..SimulationReport::default()
        }
    }
}

impl AlertTally {
    fn count(&mut self, world: &World, day: usize, alerts: &BTreeSet<(usize, usize)>) {
        let running = world.bursts_on(day);
        for &(unit, topic) in alerts {
            let of_alert = running
                .iter()
                .filter(|b| (b.unit, b.topic) == (unit, topic));
            let mut real = false;
            for burst in of_alert {
                real = true;
                if !self.caught.iter().any(|(known, _)| known == burst) {
                    self.caught.push((*burst, day - burst.first_day));
                }
            }
            self.n_false += usize::from(!real && !world.is_news(unit, topic, day));
        }
    }

    fn score(&self, n_bursts: usize, n_days: f64) -> AlertScore {
        let n = n_bursts.max(1) as f64;
        let delays = self
            .caught
            .iter()
            .map(|(_, delay)| *delay as f64)
            .sum::<f64>();
        let at_once = self.caught.iter().filter(|(_, delay)| *delay == 0).count();
        AlertScore {
            false_per_day: self.n_false as f64 / n_days,
            caught_first_day: at_once as f64 / n,
            caught: self.caught.len() as f64 / n,
            delay_days: delays / self.caught.len().max(1) as f64,
        }
    }
}

/// Mentions by unit, topic and days back from the day.
fn counts_of(world: &World, day: usize) -> Vec<Vec<[f64; HISTORY]>> {
    let mut counts = vec![vec![[0.0; HISTORY]; N_TOPICS]; world.units.len()];
    let today = World::day(day);
    let unit_of = |code| world.units.iter().position(|unit| unit.code == code);
    for mention in world.mentions.iter().rev() {
        let Some(then) = mention.mention.day() else {
            continue;
        };
        let back = then.until(today).map_or(-1, |span| span.get_days());
        let Some(back) = usize::try_from(back).ok().filter(|back| *back < HISTORY) else {
            continue;
        };
        let place = mention.annotation.placement.units.first();
        if let Some(unit) = place.and_then(|place| unit_of(place.code)) {
            counts[unit][mention.annotation.topic.index()][back] += 1.0;
        }
    }
    counts
}

/// How many standard deviations of 27 days the day is above their mean; a silent history has a
/// deviation of one mention in all.
fn z_score(series: &[f64; HISTORY]) -> f64 {
    let n = (HISTORY - 1) as f64;
    let mean = series[1..].iter().sum::<f64>() / n;
    let variance = series[1..].iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
    (series[0] - mean) / variance.max(1.0 / n).sqrt()
}

fn z_alerts(counts: &[Vec<[f64; HISTORY]>]) -> BTreeSet<(usize, usize)> {
    const DAYS: usize = 14;
    let exceeds = |series: &[f64; HISTORY]| {
        let past = &series[1..=DAYS];
        let mean = past.iter().sum::<f64>() / DAYS as f64;
        let variance = past.iter().map(|n| (n - mean).powi(2)).sum::<f64>() / DAYS as f64;
        series[0] > mean && series[0] - mean > 3.0 * variance.sqrt()
    };
    let mut alerts = BTreeSet::new();
    for (unit, topics) in counts.iter().enumerate() {
        let exceeding = topics
            .iter()
            .enumerate()
            .filter(|(_, series)| exceeds(series));
        alerts.extend(exceeding.map(|(topic, _)| (unit, topic)));
    }
    alerts
}

fn best_ten(sums: &[f64], only_heard: bool) -> Vec<usize> {
    let mut topics = (0..sums.len())
        .filter(|&topic| !only_heard || sums[topic] > 0.0)
        .collect::<Vec<_>>();
    topics.sort_by(|&a, &b| sums[b].total_cmp(&sums[a]).then(a.cmp(&b)));
    topics.truncate(10);
    topics
}

fn own_topics(digest: &Digest) -> Vec<usize> {
    digest.top.iter().map(|entry| entry.topic.index()).collect()
}

pub(super) fn whole() -> Coverage {
    Coverage {
        share: 1.0,
        n_expected: 1,
        n_fresh: 1,
        gaps: Vec::new(),
    }
}

/// A last day with a campaign about a minor concern and a story that many outlets reprint.
fn guard_report(world: &mut World, method: &RankMethod, day: usize, report: &mut SimulationReport) {
    world.live(day, false);
    let (pushed, story) = ((0, 18), (1, 23));
    world.campaign(day, pushed.0, pushed.1);
    world.reprint(day, story.0, story.1);
    let sources = SourceTable::default();
    let context = RankContext::new(
        method,
        World::day(day),
        &world.mentions,
        &world.concerns,
        &world.units,
        &sources,
    );
    let digest = context.digest(&DigestScope::City, &whole());
    let id = &world.concern_of(pushed.0, pushed.1).id;
    let counts = counts_of(world, day);
    let own = counts[pushed.0][pushed.1][0];
    let louder = counts
        .iter()
        .flatten()
        .filter(|series| series[0] > own)
        .count();
    let ours = digest.top.iter().find(|entry| entry.concern == *id);
    report.campaign_rank = (louder + 1, ours.map(|entry| entry.rank));
    let unit = DigestScope::Unit(world.units[pushed.0].code);
    let lines = context.digest(&unit, &whole()).top;
    let line = lines.iter().find(|line| line.concern == *id);
    let receipt = line.and_then(|line| line.receipt.as_ref());
    report.campaign_listed = receipt.map_or(0, |receipt| receipt.coordinated.len());
    let id = &world.concern_of(story.0, story.1).id;
    let unit = DigestScope::Unit(world.units[story.0].code);
    let digest = context.digest(&unit, &whole());
    let entry = digest.top.iter().find(|entry| entry.concern == *id);
    report.reprint_sources = entry.map(|entry| entry.n_sources);
}
