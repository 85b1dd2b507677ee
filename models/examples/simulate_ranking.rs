//! Prints what ranking and alerts achieve in the simulated city, for some seeds.
//!
//! `cargo run --release -p langnghe-models --example simulate_ranking [-- SEEDS]`
#![expect(clippy::print_stdout, reason = "a report for developers")]

use models::ranking::rank::RankMethod;
use models::ranking::simulate::{SimulationParameters, simulate};

fn main() {
    let seeds = std::env::args()
        .nth(1)
        .and_then(|n| n.parse().ok())
        .unwrap_or(3);
    for outage_every in [0, 10] {
        let parameters = SimulationParameters {
            outage_every,
            ..SimulationParameters::default()
        };
        for seed in 0..seeds {
            let report = simulate(&parameters, &RankMethod::default(), seed);
            println!("outage every {outage_every} days, seed {seed}: {report:#?}");
        }
    }
}
