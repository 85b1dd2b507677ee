//! Prints what grades say of lists of known quality in simulated cities: ours, and ours with lines
//! drawn by chance put in.
//!
//! `cargo run --release -p langnghe-models --example simulate_grading [-- SEEDS]`
#![expect(clippy::print_stdout, reason = "a report for developers")]

use models::ranking::grade::GRADED_AFTER;
use models::ranking::rank::RankMethod;
use models::ranking::simulate::{GradedLists, NOISE, SimulationParameters, grade_lists};

fn main() {
    let seeds = std::env::args().nth(1).and_then(|n| n.parse().ok());
    let seeds = 0..seeds.unwrap_or(2_u64);
    let parameters = SimulationParameters {
        n_days: 21,
        ..SimulationParameters::default()
    };
    let method = RankMethod::default();
    println!("lists, days after, noise: truly right, confirmed, heard again at all, large missed");
    for after_days in GRADED_AFTER {
        let reports = seeds
            .clone()
            .map(|seed| grade_lists(&parameters, &method, after_days, seed));
        let reports = reports.collect::<Vec<_>>();
        for (at, noise) in NOISE.into_iter().enumerate() {
            let units = reports.iter().map(|report| report.units[at]);
            print("units", after_days, noise, &units.collect::<Vec<_>>());
            let city = reports.iter().map(|report| report.city[at]);
            print("city", after_days, noise, &city.collect::<Vec<_>>());
        }
    }
}

fn print(name: &str, after_days: u32, noise: f64, lists: &[GradedLists]) {
    let mean = |value: fn(&GradedLists) -> f64| {
        lists.iter().map(value).sum::<f64>() / lists.len().max(1) as f64
    };
    println!(
        "{name:<6} +{after_days} {noise:.2}: {:.3} {:.3} {:.3} {:.3}",
        mean(|l| l.right),
        mean(|l| l.confirmed),
        mean(|l| l.heard_again),
        mean(|l| l.missed)
    );
}
