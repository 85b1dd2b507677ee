//! A simulated city whose truth is known, to measure ranking and alerts against raw counts and
//! z-scores. Synthetic: it shows that the mechanisms are right, not the decimals of a real city.

mod report;
mod world;

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
