//! Whether a grade can tell good lists from bad: lists of known quality, graded as published ones are.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::SimulationParameters;
use super::report::{HISTORY, whole};
use super::world::World;
use crate::domain::{ConcernId, Digest, DigestScope, Grade, Topic, day_start};
use crate::measure::SplitMix;
use crate::ranking::SourceTable;
use crate::ranking::grade::{Hindsight, grade};
use crate::ranking::rank::{RankContext, RankMethod};

/// Shares of the lines that chance puts in.
pub const NOISE: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];

/// What grades say of lists of one quality; all are shares from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GradedLists {
    /// Lines that chance put in.
    pub noise: f64,
    /// Lines of the true top ten.
    pub right: f64,
    /// Lines the grade confirms.
    pub confirmed: f64,
    /// Lines heard of again at all, which is what `grade-1` confirmed.
    pub heard_again: f64,
    /// Large concerns missed.
    pub missed: f64,
}

/// Lists of the units and of the city.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GradingReport {
    /// Of the units, by [`NOISE`].
    pub units: Vec<GradedLists>,
    /// Of the city.
    pub city: Vec<GradedLists>,
}

/// Simulates a city, ranks every seventh day, spoils the lists step by step, and grades each after so
/// many days. The same seed gives the same report.
pub fn grade_lists(
    parameters: &SimulationParameters,
    method: &RankMethod,
    after_days: u32,
    seed: u64,
) -> GradingReport {
    const EVERY: usize = 7;
    let mut world = World::new(parameters, seed);
    let mut random = SplitMix(seed ^ 0x6772_6164);
    let mut sums = [[Sums::default(); NOISE.len()]; 2];
    let mut day = HISTORY;
    (0..HISTORY).for_each(|day| world.live(day, false));
    while day < HISTORY + parameters.n_days {
        world.live(day, true);
        let lists = spoiled(&world, method, day, &mut random);
        let last = day + (after_days as usize).max(EVERY - 1);
        (day + 1..=last).for_each(|next| world.live(next, true));
        judge(&world, day, after_days, &lists, &mut sums);
        day = last + 1;
    }
    let report = |sums: &[Sums]| {
        let rows = NOISE.iter().zip(sums);
        rows.map(|(noise, sums)| sums.report(*noise)).collect()
    };
    GradingReport {
        city: report(&sums[0]),
        units: report(&sums[1]),
    }
}

/// A list with what is known of it: which of [`NOISE`] and how many lines are truly of the top ten.
struct Spoiled {
    digest: Digest,
    noise: usize,
    n_right: usize,
}

#[derive(Clone, Copy, Default)]
struct Sums {
    lines: f64,
    right: f64,
    confirmed: f64,
    heard_again: f64,
    large: f64,
    missed: f64,
}

impl Sums {
    fn report(&self, noise: f64) -> GradedLists {
        GradedLists {
            noise,
            right: self.right / self.lines.max(1.0),
            confirmed: self.confirmed / self.lines.max(1.0),
            heard_again: self.heard_again / self.lines.max(1.0),
            missed: self.missed / self.large.max(1.0),
        }
    }
}

fn spoiled(world: &World, method: &RankMethod, day: usize, random: &mut SplitMix) -> Vec<Spoiled> {
    let sources = SourceTable::default();
    let (first, today) = (World::day(day + 1 - HISTORY), World::day(day));
    let window = world
        .mentions
        .iter()
        .filter(|m| {
            m.mention
                .day()
                .is_some_and(|at| (first..=today).contains(&at))
        })
        .cloned()
        .collect::<Vec<_>>();
    let context = RankContext::new(
        method,
        today,
        &window,
        &world.concerns,
        &world.units,
        &sources,
    );
    let scopes = (0..world.units.len()).map(Some).chain([None]);
    let mut lists = Vec::new();
    for unit in scopes {
        let scope = unit.map_or(DigestScope::City, |unit| {
            DigestScope::Unit(world.units[unit].code)
        });
        let digest = context.digest(&scope, &whole());
        let right = right_concerns(world, unit, day);
        for (at, noise) in NOISE.into_iter().enumerate() {
            let mut digest = digest.clone();
            spoil(world, unit, &mut digest, noise, random);
            let lines = digest.top.iter();
            let n_right = lines.filter(|entry| right.contains(&entry.concern));
            lists.push(Spoiled {
                n_right: n_right.count(),
                noise: at,
                digest,
            });
        }
    }
    lists
}

fn right_concerns(world: &World, unit: Option<usize>, day: usize) -> BTreeSet<ConcernId> {
    let id = |unit: usize, topic: usize| world.concern_of(unit, topic).id.clone();
    if let Some(unit) = unit {
        let topics = world.true_top(unit, day, 10).into_iter();
        return topics.map(|topic| id(unit, topic)).collect();
    }
    let pairs = world.true_top_of_city(day, 10).into_iter();
    pairs.map(|(unit, topic)| id(unit, topic)).collect()
}

/// Puts concerns of the scope drawn by chance in the place of a share of the lines.
fn spoil(
    world: &World,
    unit: Option<usize>,
    digest: &mut Digest,
    noise: f64,
    random: &mut SplitMix,
) {
    let n_lines = digest.top.len();
    let n_spoiled = (noise * n_lines as f64).round() as usize;
    for at in 0..n_spoiled {
        // Which lines go is chance too.
        let other = at + random.below(n_lines - at);
        digest.top.swap(at, other);
        let place = unit.unwrap_or_else(|| random.below(world.units.len()));
        let topic = random.below(Topic::ALL.len());
        let drawn = world.concern_of(place, topic).id.clone();
        let is_new = digest.top.iter().all(|entry| entry.concern != drawn);
        if is_new {
            digest.top[at].concern = drawn;
        }
    }
}

fn judge(
    world: &World,
    day: usize,
    after_days: u32,
    lists: &[Spoiled],
    sums: &mut [[Sums; NOISE.len()]; 2],
) {
    let published_at = day_start(World::day(day + 1)) + SignedDuration::from_hours(6);
    let hindsight = Hindsight {
        mentions: &world.mentions,
        concerns: &world.concerns,
        day: World::day(day),
        after_days,
        published_at,
        now: day_start(World::day(day + after_days as usize + 1)),
    };
    let digests = lists.iter().map(|list| list.digest.clone());
    let grades = grade(&digests.collect::<Vec<_>>(), &hindsight);
    let again = heard_again(world, day, after_days);
    for (list, grade) in lists.iter().zip(&grades) {
        let of_unit = usize::from(list.digest.scope != DigestScope::City);
        let lines = list.digest.top.iter();
        let n_again = lines.filter(|entry| again.contains(&entry.concern));
        add(&mut sums[of_unit][list.noise], list, grade, n_again.count());
    }
}

fn add(sums: &mut Sums, list: &Spoiled, grade: &Grade, n_again: usize) {
    sums.lines += f64::from(grade.n_lines);
    sums.right += list.n_right as f64;
    sums.confirmed += f64::from(grade.n_confirmed);
    sums.heard_again += n_again as f64;
    sums.large += f64::from(grade.n_large);
    sums.missed += grade.misses.len() as f64;
}

/// Concerns with a mention in the days after.
fn heard_again(world: &World, day: usize, after_days: u32) -> BTreeSet<ConcernId> {
    let days = World::day(day + 1)..=World::day(day + after_days as usize);
    let after = world.mentions.iter();
    let after = after.filter(|m| m.mention.day().is_some_and(|at| days.contains(&at)));
    after.filter_map(|m| m.concern.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grade_falls_with_the_quality_of_the_list() {
        let parameters = SimulationParameters {
            n_units: (60, 20, 1),
            tickets_per_day: 250.0,
            n_days: 14,
            ..SimulationParameters::default()
        };
        let report = grade_lists(&parameters, &RankMethod::default(), 7, 5);
        for lists in [&report.units, &report.city] {
            assert!(lists[0].right > lists[4].right, "{report:?}");
            for pair in lists.windows(2) {
                let (better, worse) = (pair[0], pair[1]);
                assert!(better.right >= worse.right, "{report:?}");
                assert!(better.confirmed > worse.confirmed, "{report:?}");
                assert!(better.missed < worse.missed, "{report:?}");
            }
        }
        // Chance alone is told from our list of the city far better than by being heard again.
        let (ours, chance) = (report.city[0], report.city[4]);
        assert!(ours.confirmed - chance.confirmed > 0.3, "{report:?}");
    }
}
