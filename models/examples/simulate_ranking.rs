//! Prints what ranking and alerts achieve in the simulated cities, over some seeds.
//!
//! `cargo run --release -p langnghe-models --example simulate_ranking [-- FIRST_SEED SEEDS [WORLD]]`
//!
//! The shipped weights were chosen on seed 100; the score sheet reports others.
#![expect(clippy::print_stdout, reason = "a report for developers")]

use models::ranking::rank::RankMethod;
use models::ranking::simulate::{simulate, worlds};

fn main() {
    let number = |at: usize, usual: u64| {
        let given = std::env::args().nth(at);
        given.and_then(|n| n.parse().ok()).unwrap_or(usual)
    };
    let (first, n_seeds) = (number(1, 0), number(2, 3));
    let only = std::env::args().nth(3).and_then(|n| n.parse().ok());
    let method = method();
    println!(
        "ours lines precision | month at ours | raw day week month | city z | false/day first caught"
    );
    for (at, (name, parameters)) in worlds().into_iter().enumerate() {
        if only.is_some_and(|only: usize| only != at) {
            continue;
        }
        let reports = (first..first + n_seeds).map(|seed| simulate(&parameters, &method, seed));
        let reports = reports.collect::<Vec<_>>();
        let mean = |value: &dyn Fn(&models::ranking::simulate::SimulationReport) -> f64| {
            reports.iter().map(value).sum::<f64>() / reports.len() as f64
        };
        println!(
            "{:.3} {:.1} {:.3} | {:.3} | {:.3} {:.3} {:.3} | {:.3} {:.3} | {:.2} {:.3} {:.3}  {name}",
            mean(&|r| r.overlap_ours),
            mean(&|r| r.lines_ours),
            mean(&|r| r.precision_ours),
            mean(&|r| r.precision_raw_month),
            mean(&|r| r.overlap_raw_day),
            mean(&|r| r.overlap_raw_week),
            mean(&|r| r.overlap_raw_month),
            mean(&|r| r.overlap_city),
            mean(&|r| r.overlap_z),
            mean(&|r| r.alerts_ours.false_per_day),
            mean(&|r| r.alerts_ours.caught_first_day),
            mean(&|r| r.alerts_ours.caught),
        );
    }
}

/// The shipped method, with weights to try from the environment.
fn method() -> RankMethod {
    let mut method = RankMethod::default();
    let tried = |name: &str| std::env::var(name).ok()?.parse::<f64>().ok();
    if let Some(mentions) = tried("LANGNGHE_PRIOR_MENTIONS") {
        method.prior_mentions = mentions;
    }
    if let Some(share) = tried("LANGNGHE_FALSE_DISCOVERY_SHARE") {
        method.false_discovery_share = share;
    }
    method
}
