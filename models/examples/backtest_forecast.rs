//! Prints the skill of forecasts against “same as last week” in made-up years, over some seeds.
//!
//! `cargo run --release -p langnghe-models --example backtest_forecast [-- FIRST_SEED SEEDS]`
#![expect(clippy::print_stdout, reason = "a report for developers")]

use models::ranking::forecast::ForecastMethod;
use models::ranking::forecast::simulate::{BacktestReport, backtest, situations};

fn main() {
    let number = |at: usize, usual: u64| {
        let given = std::env::args().nth(at);
        given.and_then(|n| n.parse().ok()).unwrap_or(usual)
    };
    let (first, n_seeds) = (number(1, 0), number(2, 2));
    let method = ForecastMethod::default();
    println!("skill worst crps | over four weeks | coverage | shown skill | special days");
    for (name, parameters) in situations() {
        let reports = (first..first + n_seeds).map(|seed| backtest(&parameters, &method, seed));
        let reports = reports.collect::<Vec<_>>();
        let mean = |value: fn(&BacktestReport) -> f64| {
            reports.iter().map(value).sum::<f64>() / reports.len() as f64
        };
        println!(
            "{:.3} {:.3} {:.3} | {:.3} | {:.3} | {:.2} {:.3} | {:.3}  {name}",
            mean(|r| r.skill),
            mean(|r| r.worst_skill),
            mean(|r| r.crps_skill),
            mean(|r| r.skill_over_four_weeks),
            mean(|r| r.coverage),
            mean(|r| r.shown),
            mean(|r| r.skill_shown),
            mean(|r| r.skill_special_days),
        );
    }
}
