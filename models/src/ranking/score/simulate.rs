//! A simulated city whose units' true shares are known, to measure the listening signal against raw rates
//! and Wilson's bound. Synthetic: it shows that the mechanism is honest, not how a real city answers.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use jiff::civil::{Date, date};

use super::evidence::{N_SHARES, gather};
use super::{Past, ScoreMethod, colour_of, score_day};
use crate::domain::{
    AnnotatedMention, Concern, ConcernId, ConcernStatus, MapColour, Rating, SatisfactionSignal,
    Ticket, TicketStatus, UnitKind, day_start,
};
use crate::measure::SplitMix;
use crate::ranking::draws::Draws;
use crate::ranking::simulate::invent;

const DAY: Date = date(2026, 11, 20);

/// Days lived before the day scored.
const DAYS: usize = 28;

/// Days given to a ticket.
const DUE_DAYS: f64 = 7.0;

/// Share of a ticket's mentions that the classifier reads wrongly. The truth is what it reads on average:
/// the interval tells of sampling, not of reading.
const MISREAD: f64 = 0.12;

/// What is simulated; the `Default` is HCMC at 1022 volume.
#[derive(Clone, Debug, PartialEq)]
pub struct SatisfactionWorld {
    /// Wards, communes and special zones.
    pub n_units: [usize; 3],
    /// Mentions a day in the whole city.
    pub mentions_per_day: f64,
    /// Standard deviation of the logarithm of unit sizes.
    pub size_spread: f64,
    /// Mean of the true shares over units: sentiment, resolution, staying away, rating.
    pub means: [f64; 4],
    /// How alike units of a kind are: observations that the kind's mean is worth.
    pub alikeness: f64,
    /// Mean mentions of a concern.
    pub concern_mentions: f64,
    /// How alike the mentions of one concern feel: the smaller, the more so.
    pub concern_alikeness: f64,
    /// Share of closed tickets whose citizen answers.
    pub answers: f64,
}

impl Default for SatisfactionWorld {
    fn default() -> Self {
        Self {
            n_units: [113, 54, 1],
            mentions_per_day: 490.0,
            size_spread: 0.9,
            means: [0.45, 0.9, 0.8, 0.75],
            alikeness: 20.0,
            concern_mentions: 2.0,
            concern_alikeness: 2.0,
            answers: 0.25,
        }
    }
}

/// Cities that differ in what an interval can be wrong about, each with its name.
pub fn satisfaction_worlds() -> Vec<(&'static str, SatisfactionWorld)> {
    let usual = SatisfactionWorld::default;
    vec![
        ("490 mentions a day", usual()),
        (
            "a third of the mentions",
            SatisfactionWorld {
                mentions_per_day: 163.0,
                ..usual()
            },
        ),
        (
            "four times the mentions",
            SatisfactionWorld {
                mentions_per_day: 1_960.0,
                ..usual()
            },
        ),
        (
            "units alike",
            SatisfactionWorld {
                alikeness: 100.0,
                ..usual()
            },
        ),
        (
            "units unlike each other",
            SatisfactionWorld {
                alikeness: 8.0,
                ..usual()
            },
        ),
        (
            "loud concerns of one mind",
            SatisfactionWorld {
                concern_mentions: 6.0,
                concern_alikeness: 0.5,
                ..usual()
            },
        ),
        (
            "nearly everyone near the green bound",
            SatisfactionWorld {
                means: [0.8, 0.97, 0.93, 0.92],
                ..usual()
            },
        ),
    ]
}

/// How one way of estimating did. Shares are 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct EstimateScore {
    /// Share of the true worst decile of units that is in the estimated one.
    pub worst_found: f64,
    /// Share of units in the colour of another value than the true one.
    pub wrong_colour: f64,
    /// Share of 90 % intervals that hold the truth; that of Wilson is one-sided and left out.
    pub coverage: Option<f64>,
    /// Mean width of the intervals, in points.
    pub width: f64,
}

/// What one simulated city showed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SatisfactionReport {
    /// Our signal.
    pub ours: EstimateScore,
    /// Raw rates.
    pub raw: EstimateScore,
    /// Wilson's lower bound.
    pub wilson: EstimateScore,
    /// Share of units that are judged, not hatched.
    pub judged: f64,
    /// Among those, the share in a wrong colour.
    pub judged_wrong_colour: f64,
    /// Coverage of our 7-day interval.
    pub coverage_week: f64,
}

/// Simulates a city; the same seed gives the same report.
pub fn simulate_satisfaction(
    world: &SatisfactionWorld,
    method: &ScoreMethod,
    seed: u64,
) -> SatisfactionReport {
    let city = City::live(world, method, seed);
    let past = Past::whole(DAY, method.days);
    let signals = score_day(
        method,
        DAY,
        &city.mentions,
        &city.concerns,
        &city.units,
        &past,
    );
    let truths = city.truths.as_slice();
    let ours = signals.iter().map(|signal| {
        let interval = signal.listening.interval;
        (signal.listening.value, interval.low, interval.high)
    });
    let by_id = city.concerns.iter().map(|concern| (&concern.id, concern));
    let by_id = by_id.collect::<BTreeMap<_, _>>();
    let gathered = gather(method, DAY, method.days, &city.mentions, &by_id);
    let plain = signals.iter().map(|signal| {
        let shares = gathered.get(&signal.unit).map(|unit| unit.total.shares);
        plain_estimates(method, &shares.unwrap_or_default())
    });
    let (raw, wilson): (Vec<_>, Vec<_>) = plain.unzip();
    let judged = signals
        .iter()
        .zip(truths)
        .filter(|(s, _)| s.listening.judged);
    let wrong = judged
        .clone()
        .filter(|(signal, truth)| signal.colour != colour_of(method, **truth))
        .count();
    let n_judged = judged.count();
    SatisfactionReport {
        ours: graded(method, &ours.collect::<Vec<_>>(), truths),
        raw: graded(method, &raw, truths),
        wilson: EstimateScore {
            coverage: None,
            ..graded(method, &wilson, truths)
        },
        judged: n_judged as f64 / signals.len().max(1) as f64,
        judged_wrong_colour: wrong as f64 / n_judged.max(1) as f64,
        coverage_week: coverage_of_window(&signals, truths, 7),
    }
}

fn coverage_of_window(signals: &[SatisfactionSignal], truths: &[f64], days: u16) -> f64 {
    let held = signals.iter().zip(truths).filter(|(signal, truth)| {
        let window = signal.windows.iter().find(|window| window.days == days);
        window.is_some_and(|window| {
            let interval = window.signal.interval;
            interval.low <= **truth && **truth <= interval.high
        })
    });
    held.count() as f64 / truths.len().max(1) as f64
}

/// (value, low, high) of the raw rates with the interval of the normal approximation, and of Wilson's
/// lower bounds. A share that was never observed is left out of the mean.
fn plain_estimates(
    method: &ScoreMethod,
    shares: &[crate::domain::ShareCount; N_SHARES],
) -> ((f64, f64, f64), (f64, f64, f64)) {
    const Z: f64 = 1.644_853_627;
    let weights = method.share_weights();
    let known = || (0..N_SHARES).filter(|at| shares[*at].all > 0.0);
    let weight = known().map(|at| weights[at]).sum::<f64>();
    if weight <= 0.0 {
        return ((50.0, 0.0, 100.0), (0.0, 0.0, 100.0));
    }
    let (mut value, mut variance, mut lower) = (0.0, 0.0, 0.0);
    for at in known() {
        let (share, n) = (shares[at].good / shares[at].all, shares[at].all);
        let part = weights[at] / weight;
        value += part * share;
        variance += part * part * share * (1.0 - share) / n;
        let squared = Z * Z;
        let middle = share + squared / (2.0 * n);
        let half = Z * (share * (1.0 - share) / n + squared / (4.0 * n * n)).sqrt();
        lower += part * ((middle - half) / (1.0 + squared / n)).max(0.0);
    }
    let half = 100.0 * Z * variance.sqrt();
    let (value, lower) = (100.0 * value, 100.0 * lower);
    ((value, value - half, value + half), (lower, lower, 100.0))
}

/// Grades estimates, (value, low, high) a unit, against the truths.
fn graded(method: &ScoreMethod, estimates: &[(f64, f64, f64)], truths: &[f64]) -> EstimateScore {
    let n = truths.len().max(1) as f64;
    let n_worst = (truths.len() / 10).max(1);
    let worst = |value: &dyn Fn(usize) -> f64| {
        let mut order = (0..truths.len()).collect::<Vec<_>>();
        order.sort_by(|a, b| value(*a).total_cmp(&value(*b)).then(a.cmp(b)));
        order.truncate(n_worst);
        order
    };
    let truly = worst(&|at| truths[at]);
    let found = worst(&|at| estimates[at].0);
    let hits = found.iter().filter(|at| truly.contains(at)).count();
    let pairs = || estimates.iter().zip(truths);
    let colour = |value: f64| -> MapColour { colour_of(method, value) };
    let wrong = pairs().filter(|((value, ..), truth)| colour(*value) != colour(**truth));
    let held = pairs().filter(|((_, low, high), truth)| low <= *truth && *truth <= high);
    EstimateScore {
        worst_found: hits as f64 / n_worst as f64,
        wrong_colour: wrong.count() as f64 / n,
        coverage: Some(held.count() as f64 / n),
        width: estimates
            .iter()
            .map(|(_, low, high)| high - low)
            .sum::<f64>()
            / n,
    }
}

struct City {
    units: Vec<crate::domain::Unit>,
    truths: Vec<f64>,
    mentions: Vec<AnnotatedMention>,
    concerns: Vec<Concern>,
}

impl City {
    fn live(world: &SatisfactionWorld, method: &ScoreMethod, seed: u64) -> Self {
        let mut random = SplitMix(seed.wrapping_mul(0x9e37).wrapping_add(1));
        let units = invent::units(world.n_units);
        let sizes = units
            .iter()
            .map(|_| (random.normal() * world.size_spread).exp());
        let sizes = sizes.collect::<Vec<_>>();
        let total = sizes.iter().sum::<f64>();
        let mut city = Self {
            units,
            truths: Vec::new(),
            mentions: Vec::new(),
            concerns: Vec::new(),
        };
        for (at, size) in sizes.iter().enumerate() {
            // Communes are a little worse off.
            let shift = match city.units[at].kind {
                UnitKind::Commune => 0.95,
                UnitKind::Ward | UnitKind::SpecialZone => 1.0,
            };
            let shares = world
                .means
                .map(|mean| random.beta(mean * shift, world.alikeness));
            city.truths.push(truth(method, shares));
            let per_month = world.mentions_per_day * DAYS as f64 * size / total;
            let n_concerns = random.poisson(per_month / world.concern_mentions);
            for _ in 0..n_concerns {
                city.concern(world, at, shares, &mut random);
            }
        }
        city
    }

    /// One concern with its mentions.
    fn concern(
        &mut self,
        world: &SatisfactionWorld,
        unit: usize,
        shares: [f64; N_SHARES],
        random: &mut SplitMix,
    ) {
        let code = self.units[unit].code;
        let id = ConcernId::new(format!("c{}", self.concerns.len()));
        // Geometric, at least one.
        let more = random.exponential(world.concern_mentions - 1.0).floor() as usize;
        let mood = random.beta(shares[0].clamp(0.01, 0.99), world.concern_alikeness);
        let mut concern = invent::concern(id.clone(), code);
        concern.status = if random.unit() < 0.6 {
            ConcernStatus::Open
        } else if random.unit() < shares[2] {
            ConcernStatus::Closed
        } else {
            ConcernStatus::Returned
        };
        for _ in 0..=more {
            let ago = random.unit() * DAYS as f64;
            let filed = days_before_evening(ago);
            let said = self.mentions.len();
            let mut mention = invent::mention(format!("m{said}"), code, &id, filed);
            let feels_well = random.unit() < mood;
            let is_read_well = feels_well == (random.unit() >= MISREAD);
            mention.annotation.sentiment_probabilities.negative =
                if is_read_well { 0.05 } else { 0.95 };
            invent::file_ticket(&mut mention, ticket(world, ago, shares, random));
            self.mentions.push(mention);
        }
        self.concerns.push(concern);
    }
}

/// The value of true shares; sentiment as the classifier reads it on average.
fn truth(method: &ScoreMethod, mut shares: [f64; N_SHARES]) -> f64 {
    let seen = shares[0] * (1.0 - MISREAD) + (1.0 - shares[0]) * MISREAD;
    shares[0] = 0.05 + 0.9 * seen;
    let parts = method.share_weights().into_iter().zip(shares);
    100.0 * parts.map(|(weight, share)| weight * share).sum::<f64>()
}

fn days_before_evening(days: f64) -> jiff::Timestamp {
    let evening = DAY.tomorrow().map_or_else(|_| day_start(DAY), day_start);
    evening - SignedDuration::from_secs((days * 86_400.0) as i64 + 1)
}

/// A ticket filed so many days before the evening.
fn ticket(
    world: &SatisfactionWorld,
    ago: f64,
    shares: [f64; N_SHARES],
    random: &mut SplitMix,
) -> Ticket {
    let took = if random.unit() < shares[1] {
        DUE_DAYS * (0.05 + 0.9 * random.unit())
    } else {
        DUE_DAYS * (1.1 + 2.0 * random.unit())
    };
    let is_closed = took <= ago;
    let answers = is_closed && random.unit() < world.answers;
    let is_satisfied = random.unit() < shares[3];
    Ticket {
        field: None,
        address: None,
        status: if is_closed {
            TicketStatus::Closed
        } else {
            TicketStatus::Open
        },
        due_at: Some(days_before_evening(ago - DUE_DAYS)),
        closed_at: is_closed.then(|| days_before_evening(ago - took)),
        rating: answers.then_some(if is_satisfied {
            Rating::Satisfied
        } else {
            Rating::Dissatisfied
        }),
        updated_at: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(world: &SatisfactionWorld, value: impl Fn(&SatisfactionReport) -> f64) -> f64 {
        let method = ScoreMethod::default();
        let reports = (100..106).map(|seed| simulate_satisfaction(world, &method, seed));
        reports.map(|report| value(&report)).sum::<f64>() / 6.0
    }

    #[test]
    fn nine_in_ten_intervals_hold_the_truth() {
        for (name, world) in satisfaction_worlds() {
            let coverage = mean(&world, |report| report.ours.coverage.unwrap());
            assert!((0.86..0.94).contains(&coverage), "{name}: {coverage}");
        }
    }

    #[test]
    fn shrinking_beats_raw_rates_and_wilson() {
        let world = SatisfactionWorld::default();
        let ours = mean(&world, |report| report.ours.worst_found);
        let raw = mean(&world, |report| report.raw.worst_found);
        let wilson = mean(&world, |report| report.wilson.worst_found);
        assert!(ours > raw && ours > wilson, "{ours} {raw} {wilson}");
        let ours = mean(&world, |report| report.ours.wrong_colour);
        let raw = mean(&world, |report| report.raw.wrong_colour);
        assert!(ours < raw, "{ours} {raw}");
    }

    #[test]
    fn a_city_that_hardly_speaks_is_hardly_judged() {
        let quiet = SatisfactionWorld {
            mentions_per_day: 8.0,
            ..SatisfactionWorld::default()
        };
        assert!(mean(&quiet, |report| report.judged) < 0.1);
    }
}
