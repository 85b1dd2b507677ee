//! A simulated city whose truth is known, to measure ranking and alerts against raw counts and
//! z-scores. Synthetic: it shows that the mechanisms are right, not the decimals of a real city.

mod grading;
pub(in crate::ranking) mod invent;
mod report;
mod world;

pub use grading::{GradedLists, GradingReport, NOISE, grade_lists};
pub use report::{AlertScore, SimulationReport, simulate};

/// What is simulated; the `Default` is HCMC at 1022 volume.
#[derive(Clone, Debug, PartialEq)]
pub struct SimulationParameters {
    /// Wards, communes and special zones.
    pub n_units: (usize, usize, usize),
    /// Tickets a day in the whole city.
    pub tickets_per_day: f64,
    /// Standard deviation of the logarithm of unit sizes.
    pub size_spread: f64,
    /// How alike units are: pseudo-mentions of the kind's mix in a unit's mix of topics.
    pub mix_concentration: f64,
    /// How far rates wander: standard deviation of the logarithm of a rate around its mean, with a
    /// memory of two weeks; 0 for steady rates.
    pub drift: f64,
    /// Concerns that come up each day somewhere, last for a while and go; 0 for none.
    pub episodes_per_day: usize,
    /// Mentions a day of such a concern.
    pub episode_rate: f64,
    /// Mean days it lasts.
    pub episode_days: f64,
    /// Days graded, after 28 days of history.
    pub n_days: usize,
    /// Bursts that begin each graded day.
    pub bursts_per_day: usize,
    /// Additional mentions on each day of a burst.
    pub burst_mentions: usize,
    /// Days a burst lasts.
    pub burst_days: usize,
    /// Days between outages of the hotline, whose tickets then all come the day after; 0 for none.
    pub outage_every: usize,
    /// Posts of the coordinated campaign on the last day, within half an hour.
    pub campaign_posts: usize,
    /// Outlets that reprint one story on the last day.
    pub reprints: usize,
}

impl Default for SimulationParameters {
    fn default() -> Self {
        Self {
            n_units: (113, 54, 1),
            tickets_per_day: 490.0,
            size_spread: 0.9,
            mix_concentration: 20.0,
            drift: 0.0,
            episodes_per_day: 0,
            episode_rate: 1.0,
            episode_days: 8.0,
            n_days: 30,
            bursts_per_day: 5,
            burst_mentions: 5,
            burst_days: 2,
            outage_every: 0,
            campaign_posts: 60,
            reprints: 12,
        }
    }
}

/// Cities that differ in what a method could be tuned to, each with its name: the steady one at
/// 1022 volume first. A method is judged over all of them.
pub fn worlds() -> Vec<(&'static str, SimulationParameters)> {
    let usual = SimulationParameters::default;
    vec![
        ("steady rates, 490 mentions a day", usual()),
        (
            "rates that wander",
            SimulationParameters {
                drift: 0.6,
                ..usual()
            },
        ),
        (
            "concerns that come and go",
            SimulationParameters {
                episodes_per_day: 25,
                ..usual()
            },
        ),
        (
            "a third of the mentions",
            SimulationParameters {
                tickets_per_day: 163.0,
                ..usual()
            },
        ),
        (
            "four times the mentions, wandering",
            SimulationParameters {
                tickets_per_day: 1_960.0,
                drift: 0.6,
                ..usual()
            },
        ),
        (
            "units unlike each other, bursts of +3",
            SimulationParameters {
                mix_concentration: 8.0,
                burst_mentions: 3,
                ..usual()
            },
        ),
        (
            "units alike, bursts of +10, an outage every ten days",
            SimulationParameters {
                mix_concentration: 60.0,
                burst_mentions: 10,
                outage_every: 10,
                ..usual()
            },
        ),
    ]
}
