//! Sources whose rhythm is known, to measure how often they are accused wrongly and how late a real
//! silence is noticed.

use jiff::{SignedDuration, Timestamp};

use super::quiet::Quiet;
use super::{HISTORY_DAYS, Rhythm};

/// A kind of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// 60 entries a day, few at night, half as many on weekends.
    Newsroom,
    /// 3 entries a day, none at night.
    SmallOutlet,
    /// 2 entries a week, by day.
    Seldom,
    /// 6 batches a day of 5 entries on average, minutes apart.
    Batches,
    /// 150 entries on working days from 7 to 17 o'clock, hardly any otherwise.
    OfficeHours,
    /// One entry a day at 6 o'clock, give or take ten minutes.
    Daily,
    /// Gaps spread over orders of magnitude (lognormal, sigma 1.2, median 3 hours), also at night.
    Irregular,
    /// 20 entries a day whose rate swings by half either way over 90 days.
    Drifting,
}

impl Habit {
    /// Every kind.
    pub const ALL: [Habit; 8] = [
        Habit::Newsroom,
        Habit::SmallOutlet,
        Habit::Seldom,
        Habit::Batches,
        Habit::OfficeHours,
        Habit::Daily,
        Habit::Irregular,
        Habit::Drifting,
    ];

    /// Entries a day expected at an hour of the week (from Monday, 0 o'clock), as a rate.
    fn daily_rate(self, hours: f64) -> f64 {
        let of_day = hours.rem_euclid(24.0);
        let is_weekend = hours.rem_euclid(168.0) >= 120.0;
        let is_day = (6.0..22.0).contains(&of_day);
        let by_day = |rate: f64, night: f64| if is_day { rate } else { night };
        match self {
            Self::Newsroom => by_day(83.0, 14.0) * if is_weekend { 0.5 } else { 1.0 },
            Self::SmallOutlet => by_day(4.5, 0.0),
            Self::Seldom => by_day(0.43, 0.0),
            Self::Batches => by_day(8.5, 1.0),
            Self::OfficeHours if is_weekend => 1.0,
            Self::OfficeHours if (7.0..17.0).contains(&of_day) => 360.0,
            Self::OfficeHours => 1.0,
            Self::Drifting => {
                let swing = (hours / (90.0 * 24.0) * std::f64::consts::TAU).sin();
                by_day(28.0, 4.0) * (1.0 + 0.5 * swing)
            }
            Self::Daily | Self::Irregular => 0.0,
        }
    }

    /// Share of its entries that it publishes on a day of Tết, as newsrooms and offices do; none when it
    /// does not pause.
    fn tet_share(self) -> Option<f64> {
        match self {
            Self::Newsroom | Self::SmallOutlet | Self::Drifting => Some(0.25),
            Self::Seldom | Self::Batches => Some(0.1),
            Self::OfficeHours | Self::Daily => Some(0.0),
            Self::Irregular => None,
        }
    }

    /// Hours since the beginning at which entries are published in so many days.
    fn entries(self, days: u32, dice: &mut Dice) -> Vec<f64> {
        let end = f64::from(days) * 24.0;
        let mut entries = Vec::new();
        match self {
            Self::Daily => {
                entries
                    .extend((0..days).map(|day| f64::from(day) * 24.0 + 6.0 + dice.normal() / 6.0));
            }
            Self::Irregular => {
                let mut at = 0.0;
                while at < end {
                    at += 3.0 * (1.2 * dice.normal()).exp();
                    entries.push(at);
                }
            }
            _ => {
                // Thinning of a Poisson process at the highest rate of any habit.
                const HIGHEST: f64 = 400.0;
                let mut at = 0.0;
                while at < end {
                    at -= dice.unit().ln() / HIGHEST * 24.0;
                    if dice.unit() * HIGHEST < self.daily_rate(at) {
                        entries.push(at);
                        while self == Self::Batches && dice.unit() < 0.8 {
                            entries.push(at + dice.unit() * 0.2);
                        }
                    }
                }
            }
        }
        entries.retain(|at| (0.0..end).contains(at));
        entries.sort_unstable_by(f64::total_cmp);
        entries
    }
}

/// What was measured of one habit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Watched {
    /// Years in which sources that went on as before were watched.
    pub years: f64,
    /// Silences of them called unusual.
    pub n_false_alarms: u32,
    /// Hours from the true end of a source to the alarm, sorted.
    pub delays_hours: Vec<f64>,
}

impl Watched {
    /// False alarms a source and year.
    pub fn alarms_a_year(&self) -> f64 {
        f64::from(self.n_false_alarms) / self.years.max(1e-9)
    }

    /// A quantile of the delay, in hours.
    pub fn delay_hours(&self, share: f64) -> f64 {
        let last = self.delays_hours.len().saturating_sub(1);
        let at = (share * last as f64).round() as usize;
        self.delays_hours.get(at).copied().unwrap_or(f64::NAN)
    }
}

/// Watches so many sources of a habit for so many days after a history of `known_days`; afterwards
/// each falls silent at a moment of its own, and the delay of the alarm is measured. The rhythm is
/// learned anew each day.
pub fn watch(habit: Habit, n_sources: u32, known_days: u32, days: u32, seed: u64) -> Watched {
    let mut watched = Watched::default();
    for source in 0..n_sources {
        let mut dice = Dice::new(seed ^ (u64::from(source) << 20) ^ (habit as u64) << 50);
        let total = known_days + days;
        let entries = habit.entries(total, &mut dice);
        let moments = entries
            .iter()
            .map(|hours| moment(*hours))
            .collect::<Vec<_>>();
        for day in known_days..total {
            let now = moment(f64::from(day) * 24.0);
            let history = history(&moments, now);
            let Some(rhythm) = Rhythm::learn(history, now) else {
                continue;
            };
            let until = now + SignedDuration::from_hours(24);
            watched.n_false_alarms += alarms(&rhythm, &moments, now, until);
            watched.years += 1.0 / 365.25;
        }
        let stop = moment((f64::from(total) - 7.0 * dice.unit()) * 24.0);
        watched.delays_hours.extend(delay(&moments, stop));
    }
    watched.delays_hours.sort_unstable_by(f64::total_cmp);
    watched
}

/// Watches so many sources of a habit over Tết 2026 (mùng Một was 17 February), from three days before
/// to a week after it, each learned anew each day from six weeks; `knows_calendar` says whether the
/// rhythm may look at the calendar. Sources publish less from the day before the new year to its
/// third, as their habit says. Delays are those of sources that fall silent for good on the new year's
/// morning.
pub fn watch_tet(habit: Habit, n_sources: u32, knows_calendar: bool, seed: u64) -> Watched {
    /// Days from the beginning to mùng Một.
    const TET: u32 = 43;
    let mut watched = Watched::default();
    let learn = |moments: &[Timestamp], now: Timestamp| {
        let history = history(moments, now);
        if knows_calendar {
            Rhythm::learn(history, now)
        } else {
            Rhythm::learn_beside(history, now, &Quiet::default())
        }
    };
    for source in 0..n_sources {
        let mut dice = Dice::new(seed ^ (u64::from(source) << 20) ^ (habit as u64) << 50);
        let entries = habit.entries(TET + 24, &mut dice);
        let share = habit.tet_share();
        let is_tet = |hours: f64| {
            let day = (hours / 24.0).floor() - f64::from(TET);
            (-1.0..=3.0).contains(&day)
        };
        let kept = entries
            .into_iter()
            .filter(|at| !is_tet(*at) || share.is_none_or(|share| dice.unit() < share));
        let moments = kept.map(moment).collect::<Vec<_>>();
        for day in TET - 3..TET + 7 {
            let now = moment(f64::from(day) * 24.0);
            let Some(rhythm) = learn(&moments, now) else {
                continue;
            };
            let until = now + SignedDuration::from_hours(24);
            watched.n_false_alarms += alarms(&rhythm, &moments, now, until);
            watched.years += 1.0 / 365.25;
        }
        let stop = moment((f64::from(TET) + 0.4) * 24.0);
        let known = history(&moments, stop);
        if let (Some(rhythm), Some(newest)) = (learn(&moments, stop), known.last()) {
            let alarm = rhythm.silence(*newest, stop).unusual_from;
            let late = alarm.duration_since(stop).as_secs_f64().max(0.0) / 3600.0;
            watched.delays_hours.push(late);
        }
    }
    watched.delays_hours.sort_unstable_by(f64::total_cmp);
    watched
}

/// Gaps that become unusual between two moments.
fn alarms(rhythm: &Rhythm, moments: &[Timestamp], from: Timestamp, to: Timestamp) -> u32 {
    let first = moments.partition_point(|at| *at < from).max(1);
    let mut n = 0;
    for index in first..=moments.len() {
        let newest = moments[index - 1];
        let end = moments.get(index).copied().unwrap_or(to);
        if newest >= to {
            break;
        }
        let alarm = rhythm.silence(newest, to).unusual_from;
        n += u32::from(alarm >= from && alarm < end.min(to));
    }
    n
}

fn delay(moments: &[Timestamp], stop: Timestamp) -> Option<f64> {
    let history = history(moments, stop);
    let rhythm = Rhythm::learn(history, stop)?;
    let alarm = rhythm.silence(*history.last()?, stop).unusual_from;
    Some(alarm.duration_since(stop).as_secs_f64().max(0.0) / 3600.0)
}

fn history(moments: &[Timestamp], now: Timestamp) -> &[Timestamp] {
    let oldest = now - SignedDuration::from_hours(24 * i64::from(HISTORY_DAYS));
    let from = moments.partition_point(|at| *at < oldest);
    &moments[from..moments.partition_point(|at| *at < now)]
}

/// Hours after Monday, 5 January 2026, 0 o'clock in Vietnam.
fn moment(hours: f64) -> Timestamp {
    const START: i64 = 1_767_546_000;
    Timestamp::from_second(START + (hours * 3600.0) as i64).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Reproducible chance (splitmix64).
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        ((mixed >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Box-Muller.
    fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }
}
