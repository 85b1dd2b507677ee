//! A simulated city whose units report more or less readily, to see what duplicates tell of it.

use jiff::SignedDuration;
use jiff::civil::{Date, date};

use super::{MAX_DAYS, silence_map};
use crate::domain::{
    AnnotatedMention, Concern, ConcernId, Coverage, Period, PeriodKind, ReportingVerdict,
    SilenceCell, Ticket, TicketStatus, Topic, Unit, day_start,
};
use crate::measure::SplitMix;
use crate::ranking::draws::Draws;
use crate::ranking::simulate::invent;

const DAY: Date = date(2026, 11, 30);

/// Days lived, the month mapped and as many before it.
const DAYS: f64 = 58.0;

/// Topics that incidents are about.
const N_TOPICS: usize = 8;

/// What is simulated.
#[derive(Clone, Debug, PartialEq)]
pub struct SilenceWorld {
    /// Wards, communes and special zones.
    pub n_units: [usize; 3],
    /// Incidents that happen a day in the whole city, reported or not.
    pub incidents_per_day: f64,
    /// Standard deviation of the logarithm of unit sizes.
    pub size_spread: f64,
    /// Reports a day that an incident draws on average while it lasts.
    pub rate: f64,
    /// How alike units report: shape of the gamma of their multiples.
    pub alikeness: f64,
    /// How alike topics are within a unit.
    pub topic_alikeness: f64,
    /// How alike incidents are: some draw more reports than others.
    pub incident_alikeness: f64,
    /// Mean days from the first report to its closing.
    pub days_open: f64,
    /// Mean days until an incident nobody reports goes away.
    pub days_lasting: f64,
}

impl Default for SilenceWorld {
    fn default() -> Self {
        Self {
            n_units: [113, 54, 1],
            incidents_per_day: 400.0,
            size_spread: 0.9,
            rate: 0.15,
            alikeness: 5.0,
            topic_alikeness: 12.0,
            incident_alikeness: 1e6,
            days_open: 5.0,
            days_lasting: 20.0,
        }
    }
}

/// Cities that differ in what the map can be wrong about.
pub fn silence_worlds() -> Vec<(&'static str, SilenceWorld)> {
    let usual = SilenceWorld::default;
    vec![
        ("incidents alike", usual()),
        (
            "incidents unlike each other",
            SilenceWorld {
                incident_alikeness: 2.0,
                ..usual()
            },
        ),
        (
            "a fifth of the incidents",
            SilenceWorld {
                incidents_per_day: 80.0,
                ..usual()
            },
        ),
        (
            "units that report alike",
            SilenceWorld {
                alikeness: 50.0,
                ..usual()
            },
        ),
    ]
}

/// What one simulated city showed. Shares are 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SilenceReport {
    /// Share of units whose 90 % interval holds their true multiple.
    pub coverage: f64,
    /// The same over units and topics.
    pub coverage_cells: f64,
    /// Share of the truly quietest decile of units among the quietest estimated.
    pub quietest_found: f64,
    /// The same by reports per inhabitant, as a map of counts would have it.
    pub quietest_by_count: f64,
    /// Share of units called quiet that report more readily than their kind.
    pub false_quiet: f64,
    /// Units called quiet.
    pub n_quiet: f64,
    /// Share of units of which nothing is said.
    pub unsure: f64,
}

/// Simulates a city; the same seed gives the same report.
pub fn simulate_silence(world: &SilenceWorld, seed: u64) -> SilenceReport {
    let city = City::live(world, seed);
    let period = Period::of(PeriodKind::Month, DAY);
    let coverage = Coverage {
        share: 1.0,
        n_expected: 1,
        n_fresh: 1,
        gaps: Vec::new(),
    };
    let map = silence_map(
        period,
        &city.mentions,
        &city.concerns,
        &city.units,
        &coverage,
    );
    let unit_of = |cell: &SilenceCell| city.units.iter().position(|unit| unit.code == cell.unit);
    let holds = |cell: &SilenceCell, truth: f64| {
        cell.ratio_interval.low <= truth && truth <= cell.ratio_interval.high
    };
    let mut of_units = vec![None; city.units.len()];
    let (mut n_cells, mut n_held) = (0.0, 0.0);
    for cell in &map.cells {
        let Some(unit) = unit_of(cell) else { continue };
        match cell.topic {
            None => of_units[unit] = Some(cell),
            Some(topic) => {
                n_cells += 1.0;
                let truth = city.multiple(unit, topic);
                n_held += f64::from(u8::from(holds(cell, truth)));
            }
        }
    }
    let units = of_units.into_iter().flatten().collect::<Vec<_>>();
    let truths = (0..units.len()).map(|unit| city.overall(unit));
    let truths = truths.collect::<Vec<_>>();
    let n = units.len().max(1) as f64;
    let share = |is: &dyn Fn(usize) -> bool| (0..units.len()).filter(|u| is(*u)).count() as f64 / n;
    let quiet = (0..units.len()).filter(|u| units[*u].verdict == ReportingVerdict::Quiet);
    let quiet = quiet.collect::<Vec<_>>();
    let wrongly = quiet.iter().filter(|unit| truths[**unit] >= 1.0).count();
    SilenceReport {
        coverage: share(&|unit| holds(units[unit], truths[unit])),
        coverage_cells: n_held / f64::max(n_cells, 1.0),
        quietest_found: found(&truths, &|unit| units[unit].ratio),
        quietest_by_count: found(&truths, &|unit| city.reports_per_head(unit)),
        false_quiet: wrongly as f64 / quiet.len().max(1) as f64,
        n_quiet: quiet.len() as f64,
        unsure: share(&|unit| units[unit].verdict == ReportingVerdict::Unsure),
    }
}

/// Share of the lowest decile by truth that is in the lowest by an estimate.
fn found(truths: &[f64], estimate: &dyn Fn(usize) -> f64) -> f64 {
    let n_lowest = (truths.len() / 10).max(1);
    let lowest = |value: &dyn Fn(usize) -> f64| {
        let mut order = (0..truths.len()).collect::<Vec<_>>();
        order.sort_by(|a, b| value(*a).total_cmp(&value(*b)).then(a.cmp(b)));
        order.truncate(n_lowest);
        order
    };
    let truly = lowest(&|at| truths[at]);
    let hits = lowest(estimate)
        .iter()
        .filter(|at| truly.contains(at))
        .count();
    hits as f64 / n_lowest as f64
}

struct City {
    units: Vec<Unit>,
    sizes: Vec<f64>,
    multiples: Vec<f64>,
    of_topics: Vec<[f64; Topic::ALL.len()]>,
    n_reports: Vec<f64>,
    mentions: Vec<AnnotatedMention>,
    concerns: Vec<Concern>,
}

impl City {
    fn live(world: &SilenceWorld, seed: u64) -> Self {
        let mut random = SplitMix(seed.wrapping_mul(0x51ce).wrapping_add(3));
        let units = invent::units(world.n_units);
        let n = units.len();
        let mut city = Self {
            sizes: (0..n)
                .map(|_| (random.normal() * world.size_spread).exp())
                .collect(),
            multiples: (0..n)
                .map(|_| random.gamma(world.alikeness) / world.alikeness)
                .collect(),
            of_topics: (0..n)
                .map(|_| {
                    let alike = world.topic_alikeness;
                    Topic::ALL.map(|_| random.gamma(alike) / alike)
                })
                .collect(),
            n_reports: vec![0.0; n],
            mentions: Vec::new(),
            concerns: Vec::new(),
            units,
        };
        let total = city.sizes.iter().sum::<f64>();
        for unit in 0..n {
            // What happens where has nothing to do with who reports.
            let trouble = random.gamma(3.0) / 3.0;
            let mean = world.incidents_per_day * DAYS * trouble * city.sizes[unit] / total;
            for _ in 0..random.poisson(mean) {
                city.incident(world, unit, &mut random);
            }
        }
        city
    }

    fn incident(&mut self, world: &SilenceWorld, unit: usize, random: &mut SplitMix) {
        let topic = Topic::ALL[random.below(N_TOPICS)];
        let alike = world.incident_alikeness;
        let severity = if alike > 1e5 {
            1.0
        } else {
            random.gamma(alike) / alike
        };
        let rate = world.rate * self.multiple(unit, topic) * severity;
        let begins = random.unit() * DAYS;
        let lasts = random.exponential(world.days_lasting);
        let first = random.exponential(1.0 / rate.max(1e-9));
        if first > lasts || begins + first > DAYS {
            return;
        }
        let open = random.exponential(world.days_open);
        let mut times = vec![begins + first];
        let mut next = begins + first + random.exponential(1.0 / rate.max(1e-9));
        while next < (begins + first + open.min(MAX_DAYS)).min(DAYS) {
            times.push(next);
            next += random.exponential(1.0 / rate.max(1e-9));
        }
        let code = self.units[unit].code;
        let id = ConcernId::new(format!("i{}", self.concerns.len()));
        let mut concern = invent::concern(id.clone(), code);
        concern.topic = topic;
        self.concerns.push(concern);
        let closes = begins + first + open;
        for time in times {
            let name = format!("r{}", self.mentions.len());
            let mut mention = invent::mention(name, code, &id, moment(time));
            let is_closed = closes < DAYS;
            let ticket = Ticket {
                field: None,
                address: None,
                status: if is_closed {
                    TicketStatus::Closed
                } else {
                    TicketStatus::Open
                },
                due_at: None,
                closed_at: is_closed.then(|| moment(closes)),
                rating: None,
                updated_at: None,
            };
            invent::file_ticket(&mut mention, ticket);
            mention.annotation.topic = topic;
            self.mentions.push(mention);
            self.n_reports[unit] += 1.0;
        }
    }

    /// How readily a topic is reported in a unit, beside the whole city.
    fn multiple(&self, unit: usize, topic: Topic) -> f64 {
        self.multiples[unit] * self.of_topics[unit][topic.index()]
    }

    /// The same over the topics there are.
    fn overall(&self, unit: usize) -> f64 {
        let of_topics = self.of_topics[unit].iter().take(N_TOPICS).sum::<f64>() / N_TOPICS as f64;
        self.multiples[unit] * of_topics
    }

    fn reports_per_head(&self, unit: usize) -> f64 {
        self.n_reports[unit] / self.sizes[unit]
    }
}

fn moment(days: f64) -> jiff::Timestamp {
    let evening = DAY.tomorrow().map_or_else(|_| day_start(DAY), day_start);
    evening - SignedDuration::from_secs(((DAYS - days) * 86_400.0) as i64 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(world: &SilenceWorld, value: impl Fn(&SilenceReport) -> f64) -> f64 {
        let reports = (200..203).map(|seed| simulate_silence(world, seed));
        reports.map(|report| value(&report)).sum::<f64>() / 3.0
    }

    #[test]
    fn duplicates_find_the_quiet_where_counts_find_the_calm() {
        let world = SilenceWorld::default();
        let ours = mean(&world, |report| report.quietest_found);
        let counts = mean(&world, |report| report.quietest_by_count);
        assert!(ours > counts + 0.1, "{ours} {counts}");
        let false_quiet = mean(&world, |report| report.false_quiet);
        assert!(false_quiet < 0.1, "{false_quiet}");
    }

    #[test]
    fn intervals_hold_the_truth_where_incidents_are_alike() {
        let coverage = mean(&SilenceWorld::default(), |report| report.coverage);
        assert!((0.85..0.95).contains(&coverage), "{coverage}");
    }

    #[test]
    fn nothing_is_said_of_a_city_that_hardly_reports() {
        let world = SilenceWorld {
            incidents_per_day: 4.0,
            ..SilenceWorld::default()
        };
        assert!(mean(&world, |report| report.unsure) > 0.9);
    }
}
