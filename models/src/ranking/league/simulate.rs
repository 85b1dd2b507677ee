//! Simulated leagues: units whose true share is known, some of which arrange their tickets, to see what
//! the guard finds, whom it suspects falsely, and what adjusting to the mix of topics is worth.

use jiff::SignedDuration;
use jiff::civil::date;

use super::{guarded_or_plain, leagues};
use crate::domain::{
    AnnotatedMention, Concern, ConcernId, Coverage, LeagueRow, Period, PeriodKind, Sentiment,
    Ticket, TicketStatus, Topic, Unit, UnitCode,
};
use crate::measure::SplitMix;
use crate::ranking::draws::Draws;
use crate::ranking::simulate::invent;

/// Days given to a ticket.
const DUE_DAYS: f64 = 7.0;
/// How hard topics are, added to the log-odds of a unit.
const TOPICS: [f64; 6] = [-1.5, -0.75, -0.25, 0.25, 0.75, 1.5];

/// How a unit arranges its tickets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trick {
    /// Closes what is not done within the last hour before it is due.
    LastMinute,
    /// Closes what is open within the last hours before the reporting month turns.
    BeforeReport,
    /// Has the same praise reported many times, closed at once.
    CoachedPraise,
}

/// What is simulated; the `Default` is HCMC at 1022 volume.
#[derive(Clone, Debug, PartialEq)]
pub struct LeagueWorld {
    /// Wards, communes and special zones.
    pub n_units: [usize; 3],
    /// Tickets of the reporting month in the whole city.
    pub n_tickets: f64,
    /// Standard deviation of the logarithm of unit sizes.
    pub size_spread: f64,
    /// Mean of the true shares that hold.
    pub mean: f64,
    /// How alike units are: tickets that the mean is worth.
    pub alikeness: f64,
    /// Share of units that arrange tickets.
    pub gaming: f64,
    /// Share of the tickets that would not hold, or of praise beside all tickets, that these arrange.
    pub arranged: f64,
    /// Share of tickets that honest units close within the last hour, because a deadline makes people
    /// hurry; units differ in it.
    pub hurry: f64,
    /// How unlike the mixes of topics are: the smaller, the more so.
    pub mix_alikeness: f64,
}

impl Default for LeagueWorld {
    fn default() -> Self {
        Self {
            n_units: [113, 54, 1],
            n_tickets: 14_707.0,
            size_spread: 0.9,
            mean: 0.8,
            alikeness: 15.0,
            gaming: 0.1,
            arranged: 0.6,
            hurry: 0.03,
            mix_alikeness: 3.0,
        }
    }
}

/// Cities that differ in what the guard can be wrong about, each with its name.
pub fn league_worlds() -> Vec<(&'static str, LeagueWorld)> {
    let usual = LeagueWorld::default;
    vec![
        ("one unit in ten arranges tickets", usual()),
        (
            "nobody does",
            LeagueWorld {
                gaming: 0.0,
                ..usual()
            },
        ),
        (
            "nobody does, and many hurry",
            LeagueWorld {
                gaming: 0.0,
                hurry: 0.15,
                ..usual()
            },
        ),
        (
            "one in ten, and many hurry",
            LeagueWorld {
                hurry: 0.15,
                ..usual()
            },
        ),
        (
            "one in three",
            LeagueWorld {
                gaming: 0.33,
                ..usual()
            },
        ),
        (
            "a fifth of what fails is arranged",
            LeagueWorld {
                arranged: 0.2,
                ..usual()
            },
        ),
        (
            "a third of the tickets",
            LeagueWorld {
                n_tickets: 4_900.0,
                ..usual()
            },
        ),
    ]
}

/// What one simulated city showed. Shares are 0 to 1; `None` where there is nobody to count.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LeagueReport {
    /// Share of units that arrange tickets in which the guard shows a sign.
    pub found: Option<f64>,
    /// Share of honest units in which it shows one.
    pub suspected: f64,
    /// Places of a hundred that units which arrange tickets win by it, as they are listed.
    pub won: Option<f64>,
    /// The same in the guarded list.
    pub won_guarded: Option<f64>,
    /// Mean distance of all units from their true place, in places of a hundred.
    pub off: f64,
    /// The same in the guarded list.
    pub off_guarded: f64,
    /// Correlation of what a unit's share is wrong by with how easy its topics are, without adjusting.
    pub mix_bias: f64,
    /// The same with it.
    pub mix_bias_adjusted: f64,
}

/// Simulates the wards, communes and zones of a city; the same seed gives the same report.
pub fn simulate_leagues(world: &LeagueWorld, seed: u64) -> LeagueReport {
    let city = City::live(world, seed);
    let coverage = Coverage {
        share: 1.0,
        n_expected: 1,
        n_fresh: 1,
        gaps: Vec::new(),
    };
    let all = leagues(
        city.period,
        &city.mentions,
        &city.concerns,
        &city.units,
        &coverage,
    );
    let mut tally = Tally::default();
    for league in &all {
        let rows = league.rows.iter().filter_map(|row| {
            let at = city.units.iter().position(|unit| unit.code == row.unit)?;
            let adjusted = row.adjusted.filter(|_| row.n_tickets >= 8)?.value;
            Some((row, &city.lives[at], adjusted))
        });
        let rows = rows.collect::<Vec<_>>();
        if rows.len() >= 10 {
            tally.take(&rows);
        }
    }
    tally.report()
}

/// What is known of a unit.
struct Life {
    /// True share on the kind's mix of topics.
    share: f64,
    trick: Option<Trick>,
    /// Mean ease of its topics.
    ease: f64,
}

#[derive(Default)]
struct Tally {
    n_gaming: f64,
    n_found: f64,
    n_honest: f64,
    n_suspected: f64,
    won: [f64; 2],
    off: [f64; 2],
    n: f64,
    /// (ease, error plain, error adjusted) of honest units.
    errors: Vec<(f64, f64, f64)>,
}

impl Tally {
    fn take(&mut self, rows: &[(&LeagueRow, &Life, f64)]) {
        let places = |value: &dyn Fn(usize) -> f64| {
            let mut order = (0..rows.len()).collect::<Vec<_>>();
            order.sort_by(|a, b| value(*b).total_cmp(&value(*a)).then(a.cmp(b)));
            let mut places = vec![0.0; rows.len()];
            for (place, at) in order.into_iter().enumerate() {
                places[at] = 100.0 * place as f64 / (rows.len() - 1) as f64;
            }
            places
        };
        let truly = places(&|at| rows[at].1.share);
        let listed = places(&|at| rows[at].2);
        let guarded = places(&|at| guarded_or_plain(rows[at].0).unwrap_or(rows[at].2));
        for (at, (row, life, adjusted)) in rows.iter().enumerate() {
            let has_sign = f64::from(u8::from(!row.guarded.signs.is_empty()));
            let shown = [listed[at], guarded[at]];
            for (way, place) in shown.into_iter().enumerate() {
                self.off[way] += (place - truly[at]).abs();
            }
            self.n += 1.0;
            if life.trick.is_some() {
                self.n_gaming += 1.0;
                self.n_found += has_sign;
                for (way, place) in shown.into_iter().enumerate() {
                    self.won[way] += truly[at] - place;
                }
            } else {
                self.n_honest += 1.0;
                self.n_suspected += has_sign;
                let plain = row.resolved.map_or(*adjusted, |share| share.value);
                let truth = life.share;
                self.errors
                    .push((life.ease, plain - truth, adjusted - truth));
            }
        }
    }

    fn report(&self) -> LeagueReport {
        let of_gaming = |sum: f64| (self.n_gaming > 0.0).then(|| sum / self.n_gaming);
        let plain = self.errors.iter().map(|(ease, plain, _)| (*ease, *plain));
        let adjusted = self.errors.iter().map(|(ease, _, own)| (*ease, *own));
        LeagueReport {
            found: of_gaming(self.n_found),
            suspected: self.n_suspected / self.n_honest.max(1.0),
            won: of_gaming(self.won[0]),
            won_guarded: of_gaming(self.won[1]),
            off: self.off[0] / self.n.max(1.0),
            off_guarded: self.off[1] / self.n.max(1.0),
            mix_bias: correlation(&plain.collect::<Vec<_>>()),
            mix_bias_adjusted: correlation(&adjusted.collect::<Vec<_>>()),
        }
    }
}

fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let n = pairs.len().max(1) as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / n;
    let (x, y) = (mean(|pair| pair.0), mean(|pair| pair.1));
    let sum = |of: &dyn Fn(f64, f64) -> f64| {
        let parts = pairs.iter().map(|pair| of(pair.0 - x, pair.1 - y));
        parts.sum::<f64>()
    };
    let spread = (sum(&|a, _| a * a) * sum(&|_, b| b * b)).sqrt();
    sum(&|a, b| a * b) / spread.max(1e-12)
}

struct City {
    period: Period,
    units: Vec<Unit>,
    lives: Vec<Life>,
    mentions: Vec<AnnotatedMention>,
    concerns: Vec<Concern>,
}

impl City {
    fn live(world: &LeagueWorld, seed: u64) -> Self {
        let mut random = SplitMix(seed.wrapping_mul(0x1ea9).wrapping_add(5));
        let units = invent::units(world.n_units);
        let sizes = units.iter();
        let sizes = sizes.map(|_| (random.normal() * world.size_spread).exp());
        let sizes = sizes.collect::<Vec<_>>();
        let total = sizes.iter().sum::<f64>();
        let mut city = Self {
            period: Period::of(PeriodKind::ReportingMonth, date(2026, 11, 20)),
            units,
            lives: Vec::new(),
            mentions: Vec::new(),
            concerns: Vec::new(),
        };
        for (at, size) in sizes.iter().enumerate() {
            let trick = (random.unit() < world.gaming).then(|| match random.below(3) {
                0 => Trick::LastMinute,
                1 => Trick::BeforeReport,
                _ => Trick::CoachedPraise,
            });
            // Who works well has little to arrange.
            let mean = if trick.is_some() {
                world.mean - 0.15
            } else {
                world.mean
            };
            let share = random.beta(mean, world.alikeness).clamp(0.02, 0.98);
            let mix = TOPICS.map(|_| random.gamma(world.mix_alikeness));
            let hurry = random.beta(world.hurry, 50.0);
            let n = random.poisson(world.n_tickets * size / total);
            city.unit(world, at, (share, mix, trick, hurry), n, &mut random);
        }
        city
    }

    fn unit(
        &mut self,
        world: &LeagueWorld,
        at: usize,
        (share, mix, trick, hurry): (f64, [f64; 6], Option<Trick>, f64),
        n: usize,
        random: &mut SplitMix,
    ) {
        let code = self.units[at].code;
        let odds = (share / (1.0 - share)).ln();
        let sum = mix.iter().sum::<f64>();
        let on = |topic: usize| 1.0 / (1.0 + (-(odds + TOPICS[topic])).exp());
        // What it would reach on a mix of all topics alike is its true share in the league.
        let share = (0..TOPICS.len()).map(on).sum::<f64>() / TOPICS.len() as f64;
        let ease = mix.iter().zip(TOPICS).map(|(part, ease)| part * ease);
        self.lives.push(Life {
            share,
            trick,
            ease: ease.sum::<f64>() / sum,
        });
        for _ in 0..n {
            let mut draw = random.unit() * sum;
            let topic = mix.iter().position(|part| {
                draw -= part;
                draw <= 0.0
            });
            let topic = topic.unwrap_or(0);
            let filed = random.unit() * self.days();
            let holds = random.unit() < on(topic);
            let took = if holds && random.unit() < hurry {
                DUE_DAYS - random.unit() / 24.0
            } else if holds {
                DUE_DAYS * (0.05 + 0.9 * random.unit())
            } else {
                DUE_DAYS * (1.1 + 2.0 * random.unit())
            };
            let arranges = random.unit() < world.arranged;
            let closed = match trick {
                Some(Trick::LastMinute) if !holds && arranges => {
                    filed + DUE_DAYS - random.unit() / 24.0
                }
                Some(Trick::BeforeReport) if arranges && filed + took > self.days() => {
                    self.days() - random.unit() * 0.2
                }
                _ => filed + took,
            };
            self.ticket(code, Topic::ALL[topic], filed, closed.max(filed), random);
        }
        if trick == Some(Trick::CoachedPraise) {
            let words = random.below(usize::MAX) as u64 | 1;
            for _ in 0..random.poisson(world.arranged * n as f64) {
                let filed = random.unit() * self.days();
                let topic = Topic::ALL[random.below(TOPICS.len())];
                self.ticket(code, topic, filed, filed + 0.05, random);
                if let Some(mention) = self.mentions.last_mut() {
                    mention.annotation.sentiment = Sentiment::Positive;
                    mention.annotation.fingerprint = words ^ (1 << (1 + random.below(60)));
                }
            }
        }
    }

    /// Days of the period.
    fn days(&self) -> f64 {
        let span = self.period.end().duration_since(self.period.start());
        span.as_secs_f64() / 86_400.0
    }

    fn ticket(
        &mut self,
        unit: UnitCode,
        topic: Topic,
        filed: f64,
        closed: f64,
        random: &mut SplitMix,
    ) {
        let start = self.period.start();
        let moment = |days: f64| start + SignedDuration::from_secs((days * 86_400.0) as i64);
        let id = ConcernId::new(format!("c{}", self.concerns.len()));
        let name = format!("m{}", self.mentions.len());
        let mut mention = invent::mention(name, unit, &id, moment(filed));
        mention.annotation.topic = topic;
        mention.annotation.fingerprint = random.below(usize::MAX) as u64 | 1;
        let is_closed = closed <= self.days();
        let ticket = Ticket {
            field: None,
            address: None,
            status: if is_closed {
                TicketStatus::Closed
            } else {
                TicketStatus::Open
            },
            due_at: Some(moment(filed + DUE_DAYS)),
            closed_at: is_closed.then(|| moment(closed)),
            rating: None,
            updated_at: None,
        };
        invent::file_ticket(&mut mention, ticket);
        self.mentions.push(mention);
        self.concerns.push(invent::concern(id, unit));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(world: &LeagueWorld, value: impl Fn(&LeagueReport) -> f64) -> f64 {
        let reports = (100..104).map(|seed| simulate_leagues(world, seed));
        reports.map(|report| value(&report)).sum::<f64>() / 4.0
    }

    #[test]
    fn the_guard_finds_most_and_suspects_few() {
        let world = LeagueWorld::default();
        let found = mean(&world, |report| report.found.unwrap());
        let suspected = mean(&world, |report| report.suspected);
        assert!(found > 0.5 && suspected < 0.05, "{found} {suspected}");
        let won = mean(&world, |report| report.won.unwrap());
        let guarded = mean(&world, |report| report.won_guarded.unwrap());
        assert!(guarded < won, "{guarded} {won}");
    }

    #[test]
    fn honest_hurry_is_no_sign() {
        let world = LeagueWorld {
            gaming: 0.0,
            hurry: 0.15,
            ..LeagueWorld::default()
        };
        let suspected = mean(&world, |report| report.suspected);
        assert!(suspected < 0.1, "{suspected}");
    }

    #[test]
    fn a_mix_of_hard_topics_is_no_fault() {
        let world = LeagueWorld {
            gaming: 0.0,
            ..LeagueWorld::default()
        };
        let plain = mean(&world, |report| report.mix_bias);
        let adjusted = mean(&world, |report| report.mix_bias_adjusted);
        assert!(plain > 0.25, "{plain}");
        assert!(adjusted.abs() < plain / 2.0, "{adjusted} {plain}");
    }
}
