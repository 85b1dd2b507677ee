//! A backtest of forecasts over years that are made up otherwise than the method assumes: levels that
//! wander, storms that come in spells, tides whose heights differ, bursts, silent days.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use super::{
    Almanac, DailyCounts, ForecastMethod, HORIZON_DAYS, LATELY, crps, forecast, grade, outcome,
};
use crate::calendar::{
    days_from_tet, is_day_off, is_rainy_season, is_school_term, public_holiday, spring_tide,
};
use crate::domain::{ForecastGrade, ForecastOutcome, ForecastScope, Topic, day_start};
use crate::measure::SplitMix;

/// What is simulated.
#[derive(Clone, Debug, PartialEq)]
pub struct BacktestParameters {
    /// Mentions a day over all topics.
    pub mentions_per_day: f64,
    /// Logarithm of how many times more the largest topic has than the smallest; 0 for topics alike.
    pub slope: f64,
    /// Standard deviation of the logarithm of the wandering level, with a memory of two months.
    pub drift: f64,
    /// Extra spread of counts: variance = mean + mean² × this.
    pub spread: f64,
    /// Days of history before the first forecast.
    pub first_history: usize,
    /// Forecasts made, one every seven days.
    pub n_forecasts: usize,
}

impl Default for BacktestParameters {
    fn default() -> Self {
        Self {
            mentions_per_day: 490.0,
            slope: 2.5,
            drift: 0.25,
            spread: 0.06,
            first_history: 400,
            n_forecasts: 60,
        }
    }
}

/// What the backtest found. Errors are means over days, summed over topics' own scales only through
/// the skills: each topic counts the same.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BacktestReport {
    /// Series.
    pub n_series: usize,
    /// Mean over topics of the skill in absolute error against “same as last week”.
    pub skill: f64,
    /// Worst of the topics.
    pub worst_skill: f64,
    /// Mean CRPS skill against the same.
    pub crps_skill: f64,
    /// Mean skill in absolute error against the mean of the same weekday over four weeks.
    pub skill_over_four_weeks: f64,
    /// Mean CRPS skill against the usual day: a negative binomial with mean and spread of the last 28
    /// days, which knows no calendar.
    pub crps_skill_over_usual: f64,
    /// Share of days within the 50 % interval.
    pub likely_coverage: f64,
    /// Share of days within the 90 % interval.
    pub coverage: f64,
    /// Share of forecasts that the grades of those before let be shown.
    pub shown: f64,
    /// Skill over the forecasts shown.
    pub skill_shown: f64,
    /// Skill of the forecasts of days around Tết, public holidays and spring tides.
    pub skill_special_days: f64,
}

const FIRST_DAY: Date = date(2023, 6, 5);

/// Simulates a city of 26 topics and grades a forecast a week; the same seed gives the same report.
pub fn backtest(
    parameters: &BacktestParameters,
    method: &ForecastMethod,
    seed: u64,
) -> BacktestReport {
    let mut random = SplitMix(seed);
    let mut sums = Sums::default();
    let n_days = parameters.first_history + 7 * parameters.n_forecasts;
    let almanac = Almanac::new(FIRST_DAY, n_days);
    for topic in Topic::ALL {
        let series = invent(parameters, topic, &mut random);
        judge(parameters, method, &almanac, topic, &series, &mut sums);
    }
    sums.report()
}

#[derive(Default)]
struct Sums {
    grades: Vec<ForecastGrade>,
    over_four_weeks: Vec<f64>,
    over_usual: Vec<f64>,
    n_made: usize,
    n_shown: usize,
    shown: (f64, f64),
    special: (f64, f64),
}

impl Sums {
    fn report(&self) -> BacktestReport {
        let n = self.grades.len().max(1) as f64;
        let mean_of = |skills: &[f64]| skills.iter().sum::<f64>() / n;
        let mean =
            |value: fn(&ForecastGrade) -> f64| self.grades.iter().map(value).sum::<f64>() / n;
        let skill_of = |(own, other): (f64, f64)| if other > 0.0 { 1.0 - own / other } else { 0.0 };
        let worst = self.grades.iter().map(|grade| grade.skill);
        BacktestReport {
            n_series: self.grades.len(),
            skill: mean(|grade| grade.skill),
            worst_skill: worst.fold(f64::INFINITY, f64::min),
            crps_skill: mean(|grade| grade.crps_skill),
            skill_over_four_weeks: mean_of(&self.over_four_weeks),
            crps_skill_over_usual: mean_of(&self.over_usual),
            likely_coverage: mean(|grade| grade.likely_coverage),
            coverage: mean(|grade| grade.coverage),
            shown: self.n_shown as f64 / self.n_made.max(1) as f64,
            skill_shown: skill_of(self.shown),
            skill_special_days: skill_of(self.special),
        }
    }
}

fn judge(
    parameters: &BacktestParameters,
    method: &ForecastMethod,
    almanac: &Almanac,
    topic: Topic,
    series: &DailyCounts,
    sums: &mut Sums,
) {
    let mut past: Vec<ForecastOutcome> = Vec::new();
    let (mut four_weeks, mut usual_crps) = ((0.0, 0.0), (0.0, 0.0));
    for number in 0..parameters.n_forecasts {
        let end = parameters.first_history + 7 * number;
        let known = series.until(end);
        let Some(made) = forecast(method, almanac, ForecastScope::City, topic, &known) else {
            continue;
        };
        let came = &series.counts[end..end + HORIZON_DAYS];
        let is_shown = grade(method, &past).is_some_and(|grade| grade.may_be_shown);
        sums.n_made += 1;
        sums.n_shown += usize::from(is_shown);
        let usual = usual_day(&known);
        for (ahead, (day, came)) in made.days.iter().zip(came).enumerate() {
            let (Some(came), Some(last_week)) = (*came, day.last_week) else {
                continue;
            };
            let own = (day.median - came).abs();
            let theirs = (last_week - came).abs();
            usual_crps.0 += crps(day.mean, day.shape, came);
            usual_crps.1 += crps(usual.0, usual.1, came);
            // Topics of different size count alike.
            let scale = day.mean.max(1.0);
            if is_shown {
                sums.shown = (sums.shown.0 + own / scale, sums.shown.1 + theirs / scale);
            }
            if is_special(day.day) {
                sums.special = (
                    sums.special.0 + own / scale,
                    sums.special.1 + theirs / scale,
                );
            }
            let same = (1..=4).filter_map(|weeks| series.counts[end + ahead - 7 * weeks]);
            let (sum, n) = same.fold((0.0, 0.0), |(sum, n), count| (sum + count, n + 1.0));
            if n > 0.0 {
                let error: f64 = sum / n - came;
                four_weeks = (four_weeks.0 + own, four_weeks.1 + error.abs());
            }
        }
        let came = came.iter().map(|count| count.map(|count| count as u32));
        past.push(outcome(
            &made,
            came.collect(),
            day_start(series.day(end + HORIZON_DAYS)),
        ));
    }
    if let Some(grade) = grade(method, &past) {
        sums.grades.push(grade);
        let skill = |(own, other): (f64, f64)| 1.0 - own / other.max(1e-9);
        sums.over_four_weeks.push(skill(four_weeks));
        sums.over_usual.push(skill(usual_crps));
    }
}

/// Mean and shape of the last 28 days heard, as a negative binomial fitted by moments.
fn usual_day(known: &DailyCounts) -> (f64, f64) {
    let heard = known.counts.iter().rev().flatten().take(LATELY);
    let heard = heard.copied().collect::<Vec<_>>();
    let n = heard.len().max(1) as f64;
    let mean = (heard.iter().sum::<f64>() / n).max(0.5 / n);
    let squares = heard.iter().map(|count| (count - mean).powi(2));
    let spread = (squares.sum::<f64>() / n - mean) / mean.powi(2);
    (mean, 1.0 / spread.clamp(1e-4, 4.0))
}

fn is_special(day: Date) -> bool {
    (-8..=10).contains(&days_from_tet(day))
        || public_holiday(day).is_some()
        || spring_tide(day) > 0.5
}

/// The years of one topic. What moves it is drawn anew for each: how much tide, rain, school and
/// holidays matter, how its weekdays differ.
fn invent(parameters: &BacktestParameters, topic: Topic, random: &mut SplitMix) -> DailyCounts {
    let n_days = parameters.first_history + 7 * parameters.n_forecasts;
    let size = |topic: Topic| (-parameters.slope * topic.index() as f64 / 26.0).exp();
    let sizes = Topic::ALL.into_iter().map(size).sum::<f64>();
    let base = parameters.mentions_per_day * size(topic) / sizes;
    let weekend = 0.5 + 0.6 * random.unit();
    let holiday = 0.3 + 0.6 * random.unit();
    let school = 0.8 + 0.4 * random.unit();
    let wet = topic == Topic::Drainage || random.unit() < 0.2;
    let feasts = topic == Topic::Noise || random.unit() < 0.2;
    let mut level = normal(random) * parameters.drift;
    let (mut storm, mut burst, mut tide_height) = (0_usize, 0_usize, 1.0);
    let mut series = DailyCounts {
        first: FIRST_DAY,
        counts: Vec::with_capacity(n_days),
    };
    for at in 0..n_days {
        let day = series.day(at);
        let keep = (-1.0_f64 / 60.0).exp();
        level = level * keep + normal(random) * parameters.drift * (1.0 - keep * keep).sqrt();
        let mut mean = base * level.exp();
        let weekday = day.weekday().to_monday_zero_offset();
        mean *= if weekday >= 5 {
            weekend
        } else {
            1.1 - 0.03 * f64::from(weekday)
        };
        if is_day_off(day) && weekday < 5 {
            mean *= holiday;
        }
        let from_tet = days_from_tet(day);
        if feasts && (-7..=-1).contains(&from_tet) {
            mean *= 1.6;
        }
        if (4..=8).contains(&from_tet) {
            mean *= 1.2;
        }
        if is_school_term(day) {
            mean *= school;
        }
        // Storms come in spells that no calendar knows.
        storm = storm.saturating_sub(1);
        if is_rainy_season(day) && storm == 0 && random.unit() < 0.12 {
            storm = 1 + random.below(4);
        }
        if wet && storm > 0 {
            mean *= 2.0;
        }
        let tide = spring_tide(day);
        if tide <= 0.0 {
            tide_height = 0.4 + random.unit();
        }
        if wet {
            mean *= 1.0 + 1.2 * tide * tide_height;
        }
        burst = burst.saturating_sub(1);
        if burst == 0 && random.unit() < 1.0 / 60.0 {
            burst = 2 + random.below(3);
        }
        if burst > 0 {
            mean *= 1.8;
        }
        let silent = random.unit() < 0.005;
        let rate = mean * gamma(random, 1.0 / parameters.spread) * parameters.spread;
        series.counts.push((!silent).then(|| poisson(random, rate)));
    }
    series
}

fn normal(random: &mut SplitMix) -> f64 {
    let radius = (-2.0 * (1.0 - random.unit()).ln()).sqrt();
    radius * (std::f64::consts::TAU * random.unit()).cos()
}

fn poisson(random: &mut SplitMix, mean: f64) -> f64 {
    if mean > 50.0 {
        return normal(random).mul_add(mean.sqrt(), mean).round().max(0.0);
    }
    let limit = (-mean).exp();
    let mut product = random.unit();
    let mut n = 0.0;
    while product > limit {
        product *= random.unit();
        n += 1.0;
    }
    n
}

/// Marsaglia and Tsang (2000) for shapes of at least 1, scale 1.
#[expect(clippy::many_single_char_names, reason = "the names of the paper")]
fn gamma(random: &mut SplitMix, shape: f64) -> f64 {
    let d = shape.max(1.0) - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = normal(random);
        let v = (1.0 + c * x).powi(3);
        let u = 1.0 - random.unit();
        if v > 0.0 && u.ln() < 0.5 * x * x + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

/// Situations the method is measured in, each with its name.
pub fn situations() -> BTreeMap<&'static str, BacktestParameters> {
    let usual = BacktestParameters::default;
    let wards = 490.0 * 0.67;
    let alike = |mentions: f64| BacktestParameters {
        mentions_per_day: mentions * Topic::ALL.len() as f64,
        slope: 0.0,
        ..usual()
    };
    BTreeMap::from([
        ("city, 490 mentions a day", usual()),
        (
            "city, half a year of history",
            BacktestParameters {
                first_history: 180,
                n_forecasts: 30,
                ..usual()
            },
        ),
        (
            "city, levels that wander far",
            BacktestParameters {
                drift: 0.6,
                ..usual()
            },
        ),
        (
            "city, ten times the mentions",
            BacktestParameters {
                mentions_per_day: 4_900.0,
                ..usual()
            },
        ),
        (
            "all wards",
            BacktestParameters {
                mentions_per_day: wards,
                ..usual()
            },
        ),
        (
            "all communes",
            BacktestParameters {
                mentions_per_day: 490.0 - wards,
                ..usual()
            },
        ),
        ("series of 3 mentions a day", alike(3.0)),
        ("series of 10 mentions a day", alike(10.0)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_backtest_is_repeatable_and_beats_last_week() {
        let parameters = BacktestParameters {
            n_forecasts: 12,
            ..BacktestParameters::default()
        };
        let method = ForecastMethod::default();
        let report = backtest(&parameters, &method, 7);
        assert_eq!(report, backtest(&parameters, &method, 7));
        assert!(report.skill > 0.1, "{report:?}");
        assert!((0.8..0.98).contains(&report.coverage), "{report:?}");
        assert!((0.4..0.7).contains(&report.likely_coverage), "{report:?}");
        assert!(report.crps_skill_over_usual > 0.02, "{report:?}");
    }
}
